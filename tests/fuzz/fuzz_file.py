"""Fuzz lecture files with Atheris, a coverage-guided fuzzer.

Atheris is not a dependency of the project; install it into an environment of its own::

    python3.11 -m venv atheris
    atheris/bin/pip install atheris pydantic numpy click rich av srt babel filelock jinja2 \
        scikit-learn threadpoolctl
    PYTHONPATH=. nice atheris/bin/python tests/fuzz/fuzz_file.py \
        -max_total_time=600 -max_len=4096 corpus

Inputs that fail :func:`fuzz_check.check_file` are written to ``crash-*``.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["scenes", "lecture", "mathcore", "tomllib"]):
    from fuzz_check import check_file

    from lecture.config.reference import spec_template
    from scenes.spec import GradientSpec
    from scenes.templates import TEMPLATES

FOLDER = Path(tempfile.mkdtemp(dir="/dev/shm" if Path("/dev/shm").is_dir() else None))  # noqa: S108
FILE = FOLDER / "lecture.toml"
WORDS = [
    *GradientSpec.model_fields,
    *type(GradientSpec().chain).model_fields,
    *GradientSpec().scenes,
    "[chain]\n",
    "[chain.weights]\n",
    "distribution = 'gaussian'\n",
    "depth = 3\n",
    "seed = 1\n",
    "std = 1.0\n",
    "cross_entropy",
    "half_squared",
    "leaky_relu",
    "identity",
    "9:16",
    "light",
    "nan",
    "inf",
    "1e6",
    "'''",
    '"""',
]
COUNTS = {"spec": 0, "issues": 0}


def test_one_input(data: bytes) -> None:
    """Check a file with the content `data`."""
    FILE.write_bytes(data)
    COUNTS[check_file(FILE)] += 1
    assert [path.name for path in FOLDER.iterdir()] == ["lecture.toml"]
    total = sum(COUNTS.values())
    if total % 50_000 == 0:
        sys.stderr.write(f"{total} files: {COUNTS}\n")


def main() -> None:
    """Run the fuzzer with templates as the corpus, and with names and values as the dictionary."""
    corpus = next((Path(name) for name in sys.argv[1:] if not name.startswith("-")), None)
    if corpus is not None:
        corpus.mkdir(parents=True, exist_ok=True)
        for name, template in TEMPLATES.items():
            text = spec_template(template(0).spec)
            uncommented = [line for line in text.splitlines() if not line.startswith("#")]
            (corpus / name).write_text("\n".join(uncommented), encoding="utf-8")
    dictionary = FOLDER.with_suffix(".dict")
    escaped = (w.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\x0a") for w in WORDS)
    dictionary.write_text("".join(f'"{word}"\n' for word in escaped), encoding="utf-8")
    atheris.Setup([*sys.argv, f"-dict={dictionary}"], test_one_input)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
