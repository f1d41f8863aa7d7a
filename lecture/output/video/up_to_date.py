"""Know a finished lecture again, so that nothing is done where nothing changed."""

from __future__ import annotations

import hashlib
import json
from contextlib import suppress
from dataclasses import astuple
from typing import TYPE_CHECKING

from pydantic import ValidationError

from lecture.files import atomic_write
from lecture.output.video.assemble import SidecarFiles
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
    """Return a digest of all that a finished lecture is made of.

    Parameters
    ----------
    films, spoken, title, author, language
        As `lecture.output.video.assemble.finish_lecture` takes them.
    """
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
            "films": [
                [scene.record.model_dump(mode="json"), [_checksum(path) for path in scene.segments]]
                for scene in scenes
            ],
            "speech": speech,
            "notes": [title, author, language],
            "code": installed_digest(),
            "versions": versions(),
        }
    )


def write_stamp(output: Path, inputs: str) -> None:
    """Note what a lecture that has just been finished is made of, and what its files hold."""
    held = {path.name: _checksum(path) for path in _files(output)}
    # Without the note the lecture is as good; it is only finished once more the next time.
    with suppress(OSError), atomic_write(_note(output)) as temporary:
        temporary.write_text(json.dumps({"inputs": inputs, "files": held}), encoding="utf-8")


def up_to_date_manifest(output: Path, inputs: str) -> Manifest | None:
    """Return the manifest of a lecture that is there, whole, and made of the same things.

    Parameters
    ----------
    output
        The video's place.
    inputs
        What `inputs_digest` says of what it would be made of.
    """
    try:
        note = json.loads(_note(output).read_text(encoding="utf-8"))
        held = {path.name: _checksum(path) for path in _files(output)}
        if note != {"inputs": inputs, "files": held}:
            return None
        manifest = SidecarFiles.of(output).manifest
        return Manifest.model_validate_json(manifest.read_bytes())
    except (OSError, ValueError, ValidationError):
        return None


def _files(output: Path) -> list[Path]:
    return [output, *astuple(SidecarFiles.of(output))]


def _note(output: Path) -> Path:
    return output.with_name(f".{output.stem}.finished")


def _checksum(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
