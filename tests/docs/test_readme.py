"""The README and the pages: commands, code, links and pictures are checked against the project."""

from __future__ import annotations

import ast
import os
import re
import shlex
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path
from xml.etree import ElementTree as ET

import click
import pytest
from PIL import Image

from lecture.cli.main import cli
from lecture.config.words import read_words
from scenes import LECTURE
from scenes.spec import GradientSpec

MAKE = shutil.which("make") or "make"
ROOT = Path(__file__).parent.parent.parent
README = ROOT / "README.md"
PAGES = [README, ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))]
WORDS_PAGE = ROOT / "docs" / "own-lecture.md"  # shows a words file, not a lecture.toml
TUTORIAL = ROOT / "docs" / "tutorial.md"  # its blocks are files, which test_tutorial.py writes
KIT_PAGE = ROOT / "docs" / "kit.md"  # its blocks are bodies of scenes, which test_kit.py runs
FOLDERS = ("lecture", "scenes", "mathcore", "tests", "docs", "examples", "benchmarks", "tools")

INVENTED = "my_scene"  # the scene that CONTRIBUTING.md adds

LONGEST_README = 120  # lines, two screens
LARGEST_ANIMATION = 1_500_000  # bytes


def text_of(page: Path) -> str:
    return page.read_text(encoding="utf-8")


def name(page: Path) -> str:
    return page.relative_to(ROOT).as_posix()


def blocks(language: str, pages: list[Path]) -> list[str]:
    fence = rf"^```{language}\n(.*?)^```$"
    return [b for p in pages for b in re.findall(fence, text_of(p), re.MULTILINE | re.DOTALL)]


def commands_of(pages: list[Path]) -> list[str]:
    lines = [line.partition("#")[0].strip() for b in blocks("sh", pages) for line in b.splitlines()]
    return list(dict.fromkeys(filter(None, lines)))


COMMANDS = commands_of(PAGES)
# In the text, between backticks.
INLINE = list(
    dict.fromkeys(
        command
        for page in PAGES
        for command in re.findall(r"`((?:lecture|make|manim -pql) [^`\n]+)`", text_of(page))
        if not re.search(r"\b[A-Z]{4,}\b", command)  # a placeholder such as NAME
        and INVENTED not in command
    )
)
# Quick commands, run in one folder, each with the files that are then in it.
RUN: dict[str, list[str]] = {
    "lecture doctor": [],
    "lecture list --names": [],
    "lecture new steep.toml --template exploding": ["steep.toml"],
    "lecture show --spec steep.toml": ["steep.toml"],
    "lecture schema > lecture.schema.json": ["lecture.schema.json", "steep.toml"],
}
# Rendering takes too long for every command; this one is run at two frames a second.
RENDERED = "lecture render -q l --spec steep.toml --scenes BackwardPass"


def all_commands(program: str) -> list[str]:
    return [c for c in dict.fromkeys([*COMMANDS, *INLINE]) if c.startswith(f"{program} ")]


def words(command: str) -> list[str]:
    return shlex.split(command.partition(">")[0])


@pytest.mark.parametrize("command", all_commands("lecture"))
def test_lecture_accepts_the_options(command: str) -> None:
    subcommand, *arguments = words(command)[1:]
    context = click.Context(cli, info_name="lecture")
    if subcommand.startswith("-"):
        assert subcommand in {"--help", "--version"}
        return
    found = cli.get_command(context, subcommand)
    assert found is not None
    found.make_context(subcommand, arguments, parent=context)


def test_an_unknown_option_is_noticed() -> None:
    with pytest.raises(click.NoSuchOption):
        test_lecture_accepts_the_options("lecture render --qualty l")


@pytest.mark.parametrize("command", all_commands("make"))
def test_make_has_the_target(command: str) -> None:
    planned = subprocess.run(
        [MAKE, "--dry-run", "--always-make", *words(command)[1:]],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert planned.returncode == 0, planned.stderr
    assert planned.stdout


@pytest.mark.parametrize("command", all_commands("dask"))
def test_dask_knows_the_options(command: str, tmp_path: Path) -> None:
    ended = run(f"dask {words(command)[1]} --help", tmp_path)
    assert ended.returncode == 0, ended.stderr
    for option in [word for word in words(command) if word.startswith("--")]:
        assert option in ended.stdout


@pytest.mark.parametrize("command", all_commands("manim"))
def test_manim_finds_the_scene(command: str) -> None:
    _, options, file, scene = words(command)
    assert options == "-pql"
    tree = ast.parse((ROOT / file).read_text(encoding="utf-8"))
    assert scene in {node.name for node in tree.body if isinstance(node, ast.ClassDef)}


def test_every_command_is_checked() -> None:
    known = ("lecture ", "make ", "manim ", "dask ", ". .venv/bin/activate")
    assert [command for command in COMMANDS if not command.startswith(known)] == []
    assert set(RUN) | {RENDERED} <= set(COMMANDS)
    for program in ("lecture", "make", "manim", "dask"):
        assert all_commands(program), program


def test_the_scenes_named_are_there() -> None:
    named = {
        scene
        for command in all_commands("lecture")
        if "--with" not in command and "--lecture" not in command
        for scenes in re.findall(r"--scenes (\S+)", command)
        for scene in scenes.split(",")
    }
    assert named
    assert named <= set(LECTURE.scene_names())


@pytest.mark.parametrize("page", [page for page in PAGES if page != TUTORIAL], ids=name)
def test_paths_in_the_text_exist(page: Path) -> None:
    """Modules and other files in code spans and diagrams, but not in help texts."""
    text = text_of(page)
    paths = re.findall(rf"(?<![\w./-])((?:{'|'.join(FOLDERS)})/[\w./-]*\w)(?![\w*]|/\*)", text)
    assert [path for path in paths if INVENTED not in path and not (ROOT / path).exists()] == []


@pytest.mark.parametrize("script", re.findall(r"`python (\S+\.py)", "".join(map(text_of, PAGES))))
def test_the_script_is_there(script: str) -> None:
    assert (ROOT / script).is_file()


@pytest.mark.parametrize("extra", ["voice", "slides"])
def test_extras_that_are_named_exist(extra: str) -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    named = set(re.findall(r"unstable-gradients\[(\w+)\]", "".join(map(text_of, PAGES))))
    assert extra in named
    assert named <= set(project["optional-dependencies"])


def links(page: Path) -> list[str]:
    prose = re.sub(r"^```.*?^```$", "", text_of(page), flags=re.MULTILINE | re.DOTALL)
    return re.findall(r"\]\((?!https?:)([^)\s]+)\)", prose)


def anchors(page: Path) -> set[str]:
    headings = re.findall(r"^#+ (.+)$", text_of(page), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", h.lower()).strip().replace(" ", "-") for h in headings}


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_links_lead_somewhere(page: Path) -> None:
    for link in links(page):
        path, _, anchor = link.partition("#")
        target = (page.parent / path) if path else page
        assert target.exists(), link
        assert not anchor or anchor in anchors(target), link


def test_every_page_can_be_reached_from_the_readme() -> None:
    seen: set[Path] = set()
    waiting = [README]
    while waiting:
        page = waiting.pop()
        if page in seen:
            continue
        seen.add(page)
        found = ((page.parent / link.partition("#")[0]).resolve() for link in links(page))
        waiting += [path for path in found if path.suffix == ".md"]
    index = ROOT / "docs" / "index.md"  # the front page of the built site
    assert {page.resolve() for page in PAGES} - seen <= {index}


def test_no_page_is_filled_in_by_a_build() -> None:
    for page in PAGES:
        filled = r"^:::|<!-- (?!Written from|Generated from)"
        assert not re.search(filled, text_of(page), re.MULTILINE), page


def pictures(page: Path) -> list[tuple[str, Path]]:
    found = re.findall(r"!\[([^\]]*)\]\(([^)\s]+)\)", text_of(page))
    return [(alternative, page.parent / path) for alternative, path in found]


@pytest.mark.parametrize("page", [page for page in PAGES if pictures(page)], ids=name)
def test_pictures_open_and_have_a_text(page: Path) -> None:
    for alternative, path in pictures(page):
        assert len(alternative) > 10, path
        if path.suffix == ".svg":
            assert ET.parse(path).getroot().tag.endswith("svg")  # noqa: S314  (ours)
        else:
            with Image.open(path) as picture:
                assert picture.width >= 480
                picture.load()


def test_the_readme_is_short_and_begins_with_a_moving_picture() -> None:
    text = text_of(README)
    assert len(text.splitlines()) <= LONGEST_README
    [(_, path)] = pictures(README)
    assert text.index("![") < text.index("make lecture")
    assert path.stat().st_size < LARGEST_ANIMATION
    milliseconds = 0
    with Image.open(path) as picture:
        assert picture.n_frames > 30
        for number in range(picture.n_frames):
            picture.seek(number)
            picture.load()
            milliseconds += picture.info["duration"]
    assert 5000 <= milliseconds <= 8000


def test_the_readme_shows_the_two_commands_first() -> None:
    assert commands_of([README])[:2] == ["make lecture", "make test"]


def test_the_gallery_has_each_scene_with_its_picture_and_command() -> None:
    gallery = ROOT / "docs" / "gallery.md"
    row = r"^\| !\[(.+)\]\((\S+)\) \| \*\*(\w+)\*\*: .+<br>`manim -pql \S+ (\w+)` \|$"
    rows = re.findall(row, text_of(gallery), re.MULTILINE)
    assert [row[2] for row in rows] == [row[3] for row in rows] == [e.name for e in LECTURE.scenes]
    for (alternative, picture, *_), entry in zip(rows, LECTURE.scenes, strict=True):
        assert alternative
        assert (gallery.parent / picture).resolve() == ROOT / f"media/gallery/{entry.stem}.png"


def test_the_lecture_files_shown_are_valid(tmp_path: Path) -> None:
    specs = blocks("toml", [page for page in PAGES if page not in (WORDS_PAGE, TUTORIAL)])
    assert specs
    for text in specs:
        GradientSpec.model_validate(tomllib.loads(text))
    shown, *brands = blocks("toml", [WORDS_PAGE])
    assert brands
    for text in brands:
        assert GradientSpec.model_validate(tomllib.loads(text)).brand.accents
    file = tmp_path / "en.toml"
    file.write_text(shown, encoding="utf-8")
    assert read_words(file).scenes


@pytest.mark.parametrize(
    "page",
    [page for page in PAGES if page not in (KIT_PAGE, TUTORIAL) and blocks("python", [page])],
    ids=name,
)
def test_the_code_shown_runs(page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The blocks of a page are one program."""
    monkeypatch.chdir(tmp_path)
    program = "\n".join(blocks("python", [page]))
    exec(compile(program, str(page), "exec"), {"__name__": "shown"})  # noqa: S102


def test_the_errors_shown_are_those_of_the_command(tmp_path: Path) -> None:
    (example,) = [block for block in blocks("text", PAGES) if "lecture.toml:9:" in block]
    text = (
        "\n" * 7 + '[chain]\nactivation = "sigmoidd"\n\nweights = [1, 2, 3]\nbiases = [0.1, 0.2]\n'
    )
    (tmp_path / "lecture.toml").write_text(text, encoding="utf-8")
    ended = run("lecture show", tmp_path)
    assert ended.returncode == 2
    assert ended.stderr == example


def test_the_refused_brand_shown_is_that_of_the_command(tmp_path: Path) -> None:
    (example,) = [block for block in blocks("text", PAGES) if "brand.accents" in block]
    _, brand, *_ = blocks("toml", [WORDS_PAGE])
    (tmp_path / "lecture.toml").write_text(brand.replace("#B35900", "#ED7D31"), encoding="utf-8")
    ended = run("lecture show", tmp_path)
    assert ended.returncode == 2
    assert ended.stderr == example


def run(command: str, folder: Path, **more: str) -> subprocess.CompletedProcess[str]:
    programs = str(Path(sys.executable).parent)
    return subprocess.run(
        ["/bin/sh", "-c", command],
        cwd=folder,
        env={**os.environ, "PATH": f"{programs}{os.pathsep}{os.environ['PATH']}", **more},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


def test_the_quick_commands_run_as_written(tmp_path: Path) -> None:
    for command, files in RUN.items():
        ended = run(command, tmp_path)
        assert ended.returncode == 0, (command, ended.stderr)
        assert sorted(path.name for path in tmp_path.iterdir()) == files, command


@pytest.mark.slow
def test_one_render_command_renders_a_video(tmp_path: Path) -> None:
    assert run("lecture new steep.toml --template exploding", tmp_path).returncode == 0
    # One process steps through the scene once; two would each step through it to their beats.
    ended = run(f"{RENDERED} --fps 1 --workers 1", tmp_path)
    assert ended.returncode == 0, ended.stderr
    assert ended.stdout.startswith("media/lecture.mp4  ")
    assert (tmp_path / "media" / "lecture.mp4").stat().st_size > 10_000
