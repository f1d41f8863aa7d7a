# Everything that is done to this project more than once. It needs no more than a POSIX shell and
# GNU make 3.81, which is what a bare macOS has.

VENV  := .venv
VIDEO := media/lecture.mp4

CODE   := $(shell find mathcore scenes lecture -name '*.py' -o -name '*.toml' \
            -o -path '*/web/*' -type f -o -path '*/explorables/*' -type f ! -name '*.pyc')
TESTED := $(CODE) Makefile pyproject.toml tsconfig.json README.md CONTRIBUTING.md lecture.toml \
          mkdocs.yml \
          $(shell find tests tools benchmarks docs examples notebooks -type f ! -name '*.pyc' 2>/dev/null)

.DEFAULT_GOAL := help
# A render that fails or is stopped must not cost the last good video.
.PRECIOUS: $(VIDEO)

.PHONY: help
help: ## Say what there is to make
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-9s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

.PHONY: lecture
lecture: $(VIDEO) ## Render the lecture at 480p to media/lecture.mp4, setting up what is needed
	@echo "$(VIDEO) is up to date."

$(VIDEO): $(VENV)/.ready .make/code $(CODE) $(wildcard lecture.toml)
	$(VENV)/bin/lecture render --quality l --output $@

.PHONY: setup
setup: $(VENV)/.ready ## Install system libraries where they are missing, and a virtual environment

.PHONY: test
test: .make/tested ## Run every check and every test, unless nothing changed since they passed
	@echo "Every test has passed since the last change; 'make retest' runs them again."

.PHONY: retest
retest: ## Run every check and every test
	@rm -f .make/tested
	@$(MAKE) --no-print-directory .make/tested

# pytest is last, so that what it says at its end is what is seen.
.make/tested: $(VENV)/.ready .make/browser .make/code $(TESTED)
	@$(MAKE) --no-print-directory check
	$(VENV)/bin/python -m pytest -q -n auto --dist loadgroup
	@touch $@

.PHONY: check
check: $(VENV)/.ready ## Run ruff and mypy
	$(VENV)/bin/ruff check .
	$(VENV)/bin/ruff format --check .
	$(VENV)/bin/mypy

.PHONY: docs
docs: $(VENV)/.ready ## Build the documentation into site/, without the network
	NO_MKDOCS_2_WARNING=1 $(VENV)/bin/python -m mkdocs build --strict --quiet
	@echo "site/index.html"

.PHONY: reference
reference: $(VENV)/.ready ## Write the files generated from the model of lecture.toml and from the commands
	$(VENV)/bin/lecture new --force lecture.toml
	$(VENV)/bin/lecture schema > docs/lecture.schema.json
	$(VENV)/bin/python -c 'from lecture.config.discovery import find_lecture; from lecture.config.reference import reference; print(reference(find_lecture().lecture.spec_model), end="")' \
	    > docs/lecture-file.md
	$(VENV)/bin/python docs/commands.py > docs/commands.md

.PHONY: reveal
reveal: ## Fetch anew what decks carry of reveal.js, from npm, with its checksums
	@tools/fetch-reveal

.PHONY: lock
lock: $(VENV)/.ready ## Resolve the dependencies again and write requirements.lock
	$(VENV)/bin/uv pip compile --universal --python-version 3.11 --all-extras --upgrade \
	    --no-strip-extras --generate-hashes --no-emit-index-url --no-emit-find-links --quiet \
	    --custom-compile-command "make lock" --output-file requirements.lock pyproject.toml

.PHONY: clean
clean: ## Remove what was rendered and what the checks left, but not the virtual environment
	@mkdir -p media
	find media -mindepth 1 -maxdepth 1 ! -name gallery -exec rm -rf {} +
	rm -rf .make .mypy_cache .pytest_cache .ruff_cache .hypothesis .coverage build dist site
	find mathcore scenes lecture tests -name __pycache__ -exec rm -rf {} +

# --- set-up; the stamps hold the time at which each step was last done ---

export PYTHON
# What $(shell) runs does not have it before GNU make 4.4.
version = $(shell exec 2>/dev/null; PYTHON='$(PYTHON)'; export PYTHON; \
            "$(1)" -c 'import sys; print(sys.version)' || true)

# The environment is made anew where another Python than its own is to be used.
ifneq "$(call version,$(VENV)/bin/python)" "$(call version,$$(tools/find-python))"
CLEAR := --clear
.make/system: FORCE
endif

.make/system: tools/install-system tools/find-python
	@tools/install-system
	@mkdir -p .make && touch $@

# Only the tests need a browser, Node.js and TypeScript.
.make/browser: tools/install-system
	@tools/install-system --tests
	@mkdir -p .make && touch $@

# Its stamp lies within, so that it goes when the environment does.
$(VENV)/.ready: .make/system requirements.lock pyproject.toml
	@echo "Installing into $(VENV), which takes a minute or two the first time ..."
	@"$$(tools/find-python)" -m venv $(CLEAR) $(VENV)
	@awk '/^[a-z]/ { of_uv = /^uv==/ } of_uv' requirements.lock > $(VENV)/uv.txt
	@$(VENV)/bin/python -m pip install --quiet --disable-pip-version-check \
	    --require-hashes --requirement $(VENV)/uv.txt
	@# uv takes half the time of pip, but does not read pip's settings, such as a mirror.
	@$(VENV)/bin/uv pip install --quiet --compile-bytecode --python $(VENV)/bin/python \
	    --require-hashes --requirement requirements.lock 2>/dev/null || \
	    $(VENV)/bin/python -m pip install --quiet --disable-pip-version-check \
	    --require-hashes --requirement requirements.lock
	@$(VENV)/bin/python -m pip install --quiet --disable-pip-version-check \
	    --no-deps --no-build-isolation --editable .
	@touch $@

# The names of the files, so that one that was removed counts as a change, too.
.PHONY: FORCE
.make/code: FORCE
	@mkdir -p .make
	@echo $(sort $(CODE)) | cmp -s - $@ || echo $(sort $(CODE)) > $@
