"""Make the handout: a tagged PDF with the picture and the words of each beat, set by Typst."""

from __future__ import annotations

import io
import json
import tempfile
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import segno
import typst

from lecture.errors import RenderError
from lecture.files import atomic_write

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lecture.render.tasks import RenderResult, SceneRenderSpec
    from lecture.timeline import SceneTimeline

__all__ = ["Handout", "make_handout"]

_QUIET_ZONE = 4  # modules around a QR code, as ISO/IEC 18004 requires


@dataclass(frozen=True, slots=True)
class Handout:
    """The contents of a handout.

    Parameters
    ----------
    title, author
        Title and author of the lecture.
    scenes
        Scenes in order, with the results of `RenderMode.LAST_FRAMES`.
    language
        Language of the texts, as BCP 47.
    url
        Address of the page of `lecture site`, to which each beat has a link and a QR code; empty
        for none.
    """

    title: str
    author: str
    scenes: Sequence[tuple[SceneRenderSpec, RenderResult]]
    language: str = "en"
    url: str = ""


def make_handout(handout: Handout, file: Path) -> int:
    """Write the handout and return its number of beats; the same contents give the same bytes.

    An earlier file stays until the new one is complete.

    Parameters
    ----------
    handout
        The contents.
    file
        The PDF; an earlier one is replaced.

    Raises
    ------
    RenderError
        The file cannot be written, or no font has a letter.
    """
    try:
        with tempfile.TemporaryDirectory(prefix="lecture-handout-") as name:
            folder = Path(name)
            scenes = [
                _scene(handout, number, *scene, folder)
                for number, scene in enumerate(handout.scenes, start=1)
            ]
            pdf = _compile(handout, scenes, folder)
        with atomic_write(file) as temporary:
            temporary.write_bytes(pdf)
    except (OSError, typst.TypstError) as error:
        raise RenderError(f"cannot make {file}: {error}") from error
    return sum(len(scene["beats"]) for scene in scenes)


def _scene(
    handout: Handout,
    number: int,
    render_spec: SceneRenderSpec,
    result: RenderResult,
    folder: Path,
) -> dict[str, Any]:
    """Return the texts of a scene, with its pictures and codes written into `folder`."""
    record = result.timeline(render_spec)
    beats = []
    for index, beat in enumerate(result.beats):
        label = f"{number}.{index + 1}"
        (folder / f"{label}.png").write_bytes(beat.data)
        address = _address(handout.url, record, index)
        if address is not None:
            (folder / f"{label}.svg").write_bytes(_qr_code(address))
        # Not those of the times of the record: a run for stills has no exact times.
        words = (line.caption for line in beat.lines)
        beats.append(
            {
                "number": label,
                "picture": f"{label}.png",
                "alt": f"{record.title}, {beat.record.heading}",
                "words": " ".join(" ".join(words).split()),
                "formula": beat.record.formula,
                "description": beat.record.description,
                "address": address,
                "code": f"{label}.svg",
            }
        )
    return {"title": record.title, "beats": beats}


def _address(url: str, record: SceneTimeline, index: int) -> str | None:
    return f"{url}#beat={quote(record.beat_id(index), safe='')}" if url else None


def _qr_code(address: str) -> bytes:
    """Return a QR code as SVG."""
    svg = io.BytesIO()
    code = segno.make_qr(address, error="m")
    code.save(svg, kind="svg", border=_QUIET_ZONE, omitsize=True, xmldecl=False)
    return svg.getvalue()


def _compile(handout: Handout, scenes: list[dict[str, Any]], folder: Path) -> bytes:
    size = handout.scenes[0][0].format
    given = {
        "title": handout.title,
        "author": handout.author,
        "language": handout.language,
        "portrait": size.height > size.width,
        "scenes": scenes,
    }
    (folder / "handout.json").write_text(json.dumps(given), encoding="utf-8")
    template = folder / "handout.typ"
    template.write_bytes(resources.files(__package__).joinpath(template.name).read_bytes())
    pdf = typst.compile(template, root=folder, format="pdf", pdf_standards="ua-1")
    return bytes(pdf)
