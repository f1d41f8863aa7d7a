"""``lecture list``: the scenes there are, their beats and their lengths."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

from lecture.cli.request import RenderRequest
from lecture.errors import RenderError
from lecture.timeline import Beat, SceneTimeline
from scenes import LECTURE

Run = Callable[..., Result]


@pytest.fixture
def planned(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, ...]]:
    """Let every scene hold two beats, of 3 s and of as many seconds as its name has letters."""
    inputs: list[tuple[str, ...]] = []

    def dry_run(request: RenderRequest) -> list[SceneTimeline]:
        size = request.size
        inputs.append((*request.names, str(size), request.spec.language))
        return [
            SceneTimeline(
                name=scene.name,
                title=scene.title,
                width=size.width,
                height=size.height,
                fps=size.fps,
                beats=(
                    Beat(name="begin", start=0, frames=3 * size.fps),
                    Beat(
                        name="the_end",
                        start=3 * size.fps,
                        frames=len(scene.name) * size.fps,
                        loop=True,
                    ),
                ),
            )
            for scene in request.scenes
        ]

    monkeypatch.setattr("lecture.cli.rendering.dry_run", dry_run)
    return inputs


def test_scenes_beats_and_lengths_stand_one_below_the_other(
    run: Run, planned: list[tuple[str, ...]]
) -> None:
    result = run("list")
    assert result.exit_code == 0
    lines = result.stdout.splitlines()
    assert (
        lines[9]
        == "ForwardPass  14 s  The forward pass: a signal travels through the chain to the cost"
    )
    assert lines[10:12] == ["    begin     3.0 s", "    the_end  11.0 s"]
    total = sum(3 + len(entry.name) for entry in LECTURE.scenes)
    assert lines[-1] == f"{len(LECTURE.scenes)} scenes, {total // 60} min {total % 60} s"
    assert planned == [
        (*(entry.name for entry in LECTURE.scenes), "854x480, 15 frames/s", "en"),
    ]


def test_chosen_scenes_are_listed_in_their_order(run: Run, planned: list[tuple[str, ...]]) -> None:
    result = run("list", "--scenes", "SigmaPrime,ForwardPass")
    assert result.exit_code == 0
    assert planned[0][:-2] == ("SigmaPrime", "ForwardPass")
    assert result.stdout.splitlines()[-1] == "2 scenes, 27 s"
    named = run("list", "--names", "--scenes", "SigmaPrime").stdout.splitlines()
    assert [line.split()[0] for line in named] == ["SigmaPrime"]
    assert run("list", "--scenes", "SigmaPrime").stdout.splitlines()[-1] == "1 scene, 13 s"
    refused = run("list", "--scenes", "Nowhere")
    assert (refused.exit_code, refused.stdout) == (2, "")


def test_a_lecture_that_stands_has_other_scenes(run: Run, planned: list[tuple[str, ...]]) -> None:
    Path("lecture.toml").write_text('aspect = "9:16"\nlanguage = "ru"', encoding="utf-8")
    found = json.loads(run("list", "--json").stdout)
    assert [scene["name"] for scene in found] == [
        entry.name for entry in LECTURE.scenes if "9:16" in entry.aspects
    ]
    last = {"name": "the_end", "start": 3.0, "loop": True}
    assert [scene["beats"][1] for scene in found] == [
        {**last, "seconds": float(len(scene["name"]))} for scene in found
    ]
    assert planned[0][-2:] == ("480x854, 15 frames/s", "ru")
    run("list", "--language", "de")
    assert planned[1][-1] == "de"


def test_scenes_of_ones_own_are_listed_last(run: Run, planned: list[tuple[str, ...]]) -> None:
    Path("mine.py").write_text(
        "class Mine(Scene):\n 'What it shows.'\n def construct(self): ...", encoding="utf-8"
    )
    assert run("list", "--names", "--with", "mine.py").stdout.splitlines()[-1].split() == [
        "Mine",
        *["What", "it", "shows"],
    ]
    assert not planned
    names = json.loads(run("list", "--names", "--json", "--with", "mine.py").stdout)
    assert names[-1] == {
        "name": "Mine",
        "title": "What it shows",
        "aspects": ["16:9"],
        "file": str(Path("mine.py").resolve()),
    }
    assert run("list", "--with", "mine.py").stdout.splitlines()[-4].startswith("Mine  7.0 s")


def test_a_scene_that_fails_ends_with_1(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def dry_run(_: object) -> None:
        raise RenderError("Mine failed: ZeroDivisionError")

    monkeypatch.setattr("lecture.cli.rendering.dry_run", dry_run)
    result = run("list")
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr == "Mine failed: ZeroDivisionError\n"
