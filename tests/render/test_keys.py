"""Keys: whatever changes a scene's frames changes its key, and nothing else does."""

from __future__ import annotations

import ast
import json
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path

import pytest

from lecture.config.contract import SceneEntry
from lecture.formats import FrameFormat
from lecture.render import keys
from lecture.render.backend.encoding import Encoding
from lecture.render.tasks import SceneRenderSpec
from scenes import LECTURE
from scenes.spec import GradientSpec

ROOT = Path(__file__).parent.parent.parent
SCENES = {entry.name for entry in LECTURE.scenes}
NONE: frozenset[str] = frozenset()
READ_CHAIN, READ_TITLE = (
    {
        entry.name
        for entry in LECTURE.scenes
        if table in {field.partition(".")[0] for field in entry.reads or ()}
    }
    for table in ("chain", "title")
)

# Every scene's key for the views that are named, or for all; and whether manim had to be imported
# for it. As JSON.
PROGRAM = """
import json, sys
from dataclasses import replace
from lecture.formats import FrameFormat
from lecture.render.backend.encoding import Encoding
from lecture.render.keys import scene_key, timeline_key
from lecture.render.tasks import SceneRenderSpec
from lecture.timeline import LineSpeech, SpokenWord
from scenes import LECTURE
from scenes.spec import GradientSpec

size = FrameFormat(854, 480, 15)
spec = GradientSpec()
chain = {"weights": [0.5, 0.25], "activation": "tanh"}
word = SpokenWord(word="a", start=0.0, end=0.5)
views = {
    "plain": lambda e: SceneRenderSpec(e, size, spec),
    "again": lambda e: SceneRenderSpec(e, size, GradientSpec()),
    "chain": lambda e: SceneRenderSpec(e, size, GradientSpec.model_validate({"chain": chain})),
    "weights": lambda e: SceneRenderSpec(
        e, size, GradientSpec.model_validate({"chain": {"weights": [0.5, 0.25]}})),
    "theme": lambda e: SceneRenderSpec(e, size, GradientSpec(theme="light")),
    "brand": lambda e: SceneRenderSpec(
        e, size, GradientSpec.model_validate({"brand": {"accents": ["#56B4E0"]}})),
    "no brand": lambda e: SceneRenderSpec(
        e, size, GradientSpec.model_validate({"brand": {"background": ""}})),
    "pace": lambda e: SceneRenderSpec(e, size, GradientSpec(pace=17.0)),
    "german": lambda e: SceneRenderSpec(e, size, spec.in_language("de")),
    "title": lambda e: SceneRenderSpec(e, size, GradientSpec(title="Other", author="Other")),
    "fps": lambda e: SceneRenderSpec(e, size.at(16), spec),
    "width": lambda e: SceneRenderSpec(e, replace(size, width=852), spec),
    "webm": lambda e: SceneRenderSpec(e, size, spec, Encoding.VP9),
    "silent": lambda e: SceneRenderSpec(e, size, spec, speech={}),
    "spoken": lambda e: SceneRenderSpec(e, size, spec, speech={"a.b": LineSpeech(seconds=1.0)}),
    "words": lambda e: SceneRenderSpec(
        e, size, spec, speech={"a.b": LineSpeech(seconds=1.0, words=(word,))}),
}
made = {
    name: {kind.__name__: {e.name: kind(view(e)) for e in LECTURE.scenes}
           for kind in (scene_key, timeline_key)}
    for name, view in views.items()
    if name in sys.argv[1:] or not sys.argv[1:]
}
print(json.dumps({"keys": made, "manim": "manim" in sys.modules}))
"""

Keys = dict[str, dict[str, dict[str, str]]]


def keys_in(folder: Path, environment: Mapping[str, str], *views: str) -> Keys:
    """Return the keys that the code in a folder gives for some views, or for all."""
    ended = subprocess.run(
        [sys.executable, "-c", PROGRAM, *views],
        cwd=folder,
        env={**environment, "PYTHONPATH": str(folder)},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr
    answer = json.loads(ended.stdout)
    assert answer["manim"] is False
    found: Keys = answer["keys"]
    return found


def changed(
    before: Keys, after: Keys, render_spec: str = "plain", kind: str = "scene_key"
) -> set[str]:
    """Name the scenes whose key differs."""
    old, new = before["plain"][kind], after[render_spec][kind]
    return {name for name in SCENES if old[name] != new[name]}


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the project's packages, to change them."""
    folder = tmp_path_factory.mktemp("project")
    for package in ("lecture", "mathcore", "scenes"):
        shutil.copytree(
            ROOT / package, folder / package, ignore=shutil.ignore_patterns("__pycache__", "web")
        )
    return folder


@pytest.fixture(scope="module")
def before(project: Path, environment: Mapping[str, str]) -> Keys:
    return keys_in(project, environment)


def test_the_view_decides(before: Keys) -> None:
    assert len(set(before["plain"]["scene_key"].values())) == len(SCENES)
    expected = {
        "again": set(),
        "no brand": set(),
        "title": READ_TITLE,
        "chain": READ_CHAIN,
        "weights": READ_CHAIN,
        **dict.fromkeys(["theme", "brand", "pace", "german", "fps", "width", "webm"], SCENES),
        **dict.fromkeys(["silent", "spoken", "words"], SCENES),
    }
    for render_spec, scenes in expected.items():
        assert changed(before, before, render_spec) == scenes, render_spec
    keys = [set(before[name]["scene_key"].values()) for name in ("silent", "spoken", "words")]
    assert len(set.union(*keys)) == 3 * len(SCENES)
    assert READ_CHAIN
    assert READ_CHAIN < SCENES


def test_what_is_said_does_not_depend_on_the_pictures(before: Keys) -> None:
    expected = {
        **dict.fromkeys(
            ["again", "no brand", "fps", "width", "webm", "silent", "spoken", "words"], NONE
        ),
        "title": READ_TITLE,
        "chain": READ_CHAIN,
        "weights": READ_CHAIN,
        **dict.fromkeys(["theme", "brand", "pace", "german"], SCENES),
    }
    for render_spec, scenes in expected.items():
        assert changed(before, before, render_spec, "timeline_key") == scenes, render_spec


@cache
def modules_of_scenes() -> dict[str, set[str]]:
    """Return the modules that each scene imports, at whatever remove: an oracle of its own."""
    graph: dict[str, set[str]] = {}
    modules = {
        ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
        for package in ("mathcore", "scenes")
        for path in (ROOT / package).rglob("*.py")
    }
    for name in modules:
        file = ROOT.joinpath(*name.split("."))
        file = file / "__init__.py" if file.is_dir() else file.with_suffix(".py")
        named = {name.rpartition(".")[0]} & modules
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.Import):
                named |= {alias.name for alias in node.names}
            elif isinstance(node, ast.ImportFrom):
                named |= {node.module or ""}
                named |= {f"{node.module}.{alias.name}" for alias in node.names}
        parents = {m.rpartition(".")[0] for m in named if "." in m}
        graph[name] = (named | parents) & modules
    found: dict[str, set[str]] = {}
    for entry in LECTURE.scenes:
        seen, waiting = set(), [entry.module]
        while waiting:
            name = waiting.pop()
            if name not in seen:
                seen.add(name)
                waiting += graph[name]
        found[entry.name] = seen
    return found


def importers(module: str) -> set[str]:
    """Name the scenes whose module imports one, at whatever remove."""
    return {name for name, modules in modules_of_scenes().items() if module in modules}


@pytest.mark.parametrize(
    ("file", "scenes"),
    [
        ("scenes/sigma_prime.py", {"SigmaPrime"}),
        ("scenes/mobjects/sigma_prime.py", {"SigmaPrime"}),
        ("scenes/templates.py", set()),
        ("lecture/kit/lecture_scene.py", SCENES),
        ("mathcore/gelu.py", lambda: importers("mathcore.gelu")),  # not when tests are collected
        ("lecture/render/backend/painter.py", SCENES),
        ("lecture/output/video/captions.py", set()),
    ],
)
def test_code_decides_where_it_is_imported(
    project: Path,
    before: Keys,
    environment: Mapping[str, str],
    file: str,
    scenes: set[str] | Callable[[], set[str]],
) -> None:
    code = project / file
    was = code.read_bytes()
    code.write_bytes(was + b"\n# A remark.\n")
    try:
        after = keys_in(project, environment, "plain", "german")
    finally:
        code.write_bytes(was)
    assert changed(before, after) == (scenes() if callable(scenes) else scenes)


MODULES = sorted(
    ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
    for path in (ROOT / "scenes").rglob("*.py")
)


@pytest.mark.parametrize("module", MODULES)
def test_each_module_of_the_lecture_counts_for_the_scenes_that_use_it(
    module: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def digests() -> dict[str, str]:
        keys.code_digest.cache_clear()
        return {entry.name: keys.code_digest(entry, LECTURE) for entry in LECTURE.scenes}

    before, digest, edited = digests(), keys._content_digest, keys._source_of(module)
    monkeypatch.setattr(
        keys, "_content_digest", lambda path: digest(path) + ("edited" if path == edited else "")
    )
    after = digests()
    assert {name for name in SCENES if before[name] != after[name]} == importers(module)


def test_each_scene_uses_few_modules_of_the_lecture() -> None:
    unused = {module for module in MODULES if not importers(module)}
    explorables = {"scenes.explorables", "scenes.explorables.content"}
    assert unused == {"scenes.summary", "scenes.templates", *explorables}
    for module in MODULES:
        if module.startswith(("scenes.data.", "scenes.mobjects.")):
            shared = {"chain_readings", "chain_columns", "neuron_chain", "factor_card"}
            name = module.rpartition(".")[2]
            if name not in {*shared, "gradient_bars", "pixel_image", "road_map"}:
                users = [e.stem for e in LECTURE.scenes if e.name in importers(module)]
                # The recap shows numbers of the scenes before it.
                if ".data." in module and name != "recap":
                    users = [user for user in users if user != "recap"]
                assert len(users) == 1, module
                assert name in {*users, "balance_dial", "length_zoom", "window_plane"}


def test_one_word_changes_one_scene(
    project: Path, before: Keys, environment: Mapping[str, str]
) -> None:
    words = project / "scenes" / "text" / "en.toml"
    was = words.read_text(encoding="utf-8")
    place = was.index("[SigmaPrime.beats")
    start = was.index('caption = "', place) + len('caption = "')
    words.write_text(f"{was[:start]}Well, {was[start:]}", encoding="utf-8")
    try:
        after = keys_in(project, environment, "plain", "german")
    finally:
        words.write_text(was, encoding="utf-8")
    for kind in ("scene_key", "timeline_key"):
        assert changed(before, after, kind=kind) == {"SigmaPrime"}
    assert before["german"] == after["german"]


def test_names_of_activations_count(
    project: Path, before: Keys, environment: Mapping[str, str]
) -> None:
    words = project / "scenes" / "text" / "en.toml"
    was = words.read_text(encoding="utf-8")
    assert was.count('tanh = "') == 1
    words.write_text(was.replace('tanh = "', 'tanh = "the '), encoding="utf-8")
    try:
        after = keys_in(project, environment, "plain", "german")
    finally:
        words.write_text(was, encoding="utf-8")
    assert changed(before, after) >= READ_CHAIN


def write_scene(folder: Path, helper: str) -> SceneEntry:
    (folder / "my_scenes.py").write_text("import my_helper\nimport numpy\n", encoding="utf-8")
    (folder / "my_helper.py").write_text(helper, encoding="utf-8")
    return SceneEntry("Mine", "my_scenes", "Mine", folder / "my_scenes.py")


@pytest.mark.parametrize("helper", ["A = 2\n", "not python (", "\x00"])
def test_a_module_beside_ones_own_scene_counts(tmp_path: Path, helper: str) -> None:
    folders = [tmp_path / name for name in ("one", "two")]
    for folder in folders:
        folder.mkdir()
    first, other = (
        keys.code_digest(write_scene(folder, text))
        for folder, text in zip(folders, ["A = 1\n", helper], strict=True)
    )
    assert first != other


def test_ones_own_scene_may_read_anything() -> None:
    entry = SceneEntry("Mine", "examples", "Mine", ROOT / "examples" / "halves.py")
    size = FrameFormat(854, 480, 15)
    made = {
        keys.scene_key(SceneRenderSpec(entry, size, spec, Encoding.H264))
        for spec in (GradientSpec(), GradientSpec(author="Me"), GradientSpec(title="Mine"))
    }
    assert len(made) == 3


def test_libraries_decide(monkeypatch: pytest.MonkeyPatch) -> None:
    render_spec = SceneRenderSpec(LECTURE.scenes[0], FrameFormat(854, 480, 15), GradientSpec())
    before = keys.scene_key(render_spec)
    other = {**keys.versions(), "typst": "0.0"}
    monkeypatch.setattr(keys, "versions", lambda: other)
    assert keys.scene_key(render_spec) != before
