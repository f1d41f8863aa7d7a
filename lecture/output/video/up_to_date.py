"""Recognize an assembled lecture whose inputs and files are unchanged."""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import astuple
from typing import TYPE_CHECKING

from lecture.files import STAMP_SUFFIX, SidecarFiles, atomic_write, file_version
from lecture.output.video.manifest import Manifest
from lecture.render.keys import digest, installed_digest, versions

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from lecture.timeline import RenderedScene
    from lecture.voice.narration import SpokenLecture

__all__ = ["inputs_digest", "up_to_date_manifest", "write_stamp"]


def inputs_digest(
    scenes: Sequence[RenderedScene],
    spoken: SpokenLecture | None,
    title: str,
    author: str,
    language: str,
) -> str:
    """Return a digest of the arguments of `assemble_lecture`, the code and its dependencies."""
    speech = None
    if spoken is not None:
        speech = {
            scene: {
                name: [line.source, line.sound.name, line.length, line.gain]
                for name, line in lines.items()
            }
            for scene, lines in spoken.lines.items()
        }
    return digest(
        {
            "scenes": [
                [scene.record.model_dump(mode="json"), list(map(file_version, scene.segments))]
                for scene in scenes
            ],
            "speech": speech,
            "metadata": [title, author, language],
            "code": installed_digest(),
            "versions": versions(),
        }
    )


def write_stamp(output: Path, inputs: str) -> None:
    """Write the digest of the inputs and the versions of the files beside a video.

    If that fails, the lecture is only assembled again the next time.
    """
    with suppress(OSError), atomic_write(_stamp_path(output)) as temporary:
        temporary.write_text(json.dumps(_stamp(output, inputs)), encoding="utf-8")


def up_to_date_manifest(output: Path, inputs: str) -> Manifest | None:
    """Return the manifest of a video; ``None`` if its inputs or its files have changed.

    Parameters
    ----------
    output
        Path of the video.
    inputs
        Result of `inputs_digest`.
    """
    try:
        found = json.loads(_stamp_path(output).read_text(encoding="utf-8"))
        if found != _stamp(output, inputs):
            return None
        return Manifest.model_validate_json(SidecarFiles.of(output).manifest.read_bytes())
    except (OSError, ValueError):
        return None


def _stamp(output: Path, inputs: str) -> dict[str, object]:
    files = [output, *astuple(SidecarFiles.of(output))]
    return {"inputs": inputs, "files": {path.name: list(file_version(path)) for path in files}}


def _stamp_path(output: Path) -> Path:
    return output.with_name(f".{output.stem}{STAMP_SUFFIX}")
