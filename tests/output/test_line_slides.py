"""Decks that pause at lines, with a slide for each line."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import av
import numpy as np
import pptx
import pypdfium2 as pdfium
import pytest
from PIL import Image
from pptx.oxml.ns import qn

from lecture.kit.pacing import line_id
from lecture.output.clips.frames import decode_frames
from lecture.output.slides.deck import Deck, DeckOptions, Pauses, lecture_deck
from lecture.output.slides.make import PowerPointOptions, make_slides
from lecture.palette import DARK
from lecture.timeline import Line, RenderedScene
from lecture.voice.narration import SpokenLecture, SpokenLine
from lecture.voice.sound import RATE, write_wav
from tests.rendered import FPS, INK, MOVES, NOTES, with_lines

STARTS = (0.2, 0.5, 1.1)  # seconds
COUNT = len(STARTS)
BEATS = [(beat, move) for beats in MOVES.values() for beat, move in beats.items()]


@pytest.fixture(scope="module")
def lines(
    rendered: Mapping[str, list[RenderedScene]], tmp_path_factory: pytest.TempPathFactory
) -> Deck:
    scenes = [with_lines(scene, *STARTS) for scene in rendered["h264"]]
    options = DeckOptions(pauses=Pauses.LINE_SLIDES)
    folder = tmp_path_factory.mktemp("lines")
    return lecture_deck(scenes, folder, DARK, title="Lines", options=options)


def edge(frame: np.ndarray) -> int | None:
    """Return the left edge of the square in a frame, if it is there."""
    inked = (np.abs(frame.astype(int) - INK).max(axis=2) < 60).any(axis=0)
    return int(np.flatnonzero(inked)[0]) if inked.any() else None


def test_each_line_has_a_slide_that_ends_with_the_first_frame_of_the_next(lines: Deck) -> None:
    slides = iter(lines.slides)
    for _, move in BEATS:
        bounds = [0, *(round(start * FPS) for start in STARTS[1:]), len(move)]
        parts = [next(slides) for _ in STARTS]
        ends = []
        for slide, (first, end) in zip(parts, pairwise(bounds), strict=True):
            frames = [frame.to_ndarray(format="rgb24") for frame in decode_frames(slide.segment)]
            expected = move[first : end + 1]
            assert [edge(frame) is None for frame in frames] == [x is None for x in expected]
            assert [edge(frame) or 0 for frame in frames] == pytest.approx(
                [x or 0 for x in expected], abs=2
            )
            assert slide.seconds == pytest.approx((end - first) / FPS)
            ends.append((frames[0], frames[-1]))
        for (_, last), (first_frame, _) in pairwise(ends):
            assert np.abs(last.astype(int) - first_frame).mean() < 1
        for slide, (first_frame, _) in list(zip(parts, ends, strict=True))[1:]:
            with Image.open(slide.poster) as poster:
                difference = np.abs(np.asarray(poster.convert("RGB")).astype(int) - first_frame)
            assert difference.mean() < 2
    assert next(slides, None) is None


def test_titles_count_the_lines_and_notes_say_them(lines: Deck) -> None:
    for number, slide in enumerate(lines.slides):
        beat, line = BEATS[number // COUNT][0].replace("_", " "), number % COUNT + 1
        assert slide.heading.endswith(f" — {beat} ({line}/{COUNT})")
        caption = f"<i>Line {line}</i> of {beat} & more."
        assert slide.notes == (caption if line > 1 else f"{caption}\n\n{NOTES}")
    assert not any(slide.loop for slide in lines.slides)


@pytest.mark.parametrize("autoplay", [False, True])
def test_in_powerpoint_a_line_starts_at_the_click_that_shows_it(
    lines: Deck, tmp_path: Path, *, autoplay: bool
) -> None:
    output = tmp_path / "slides.pptx"
    make_slides(lines, output, "pptx", PowerPointOptions(autoplay=autoplay))
    pages = list(pptx.Presentation(str(output)).slides)[1:]
    assert len(pages) == COUNT * len(BEATS)
    for number, page in enumerate(pages):
        kinds = [node.get("nodeType") for node in page.element.iter(qn("p:cTn"))]
        assert ("afterEffect" in kinds) is (autoplay or number % COUNT > 0)


def test_in_pdf_each_line_has_a_page_with_its_last_frame(lines: Deck, tmp_path: Path) -> None:
    make_slides(lines, tmp_path / "slides.pdf", "pdf")
    pages = list(pdfium.PdfDocument(tmp_path / "slides.pdf"))[1:]
    scale = lines.width / pages[0].get_width()
    edges = [edge(np.asarray(page.render(scale=scale).to_pil().convert("RGB"))) for page in pages]
    for (_, move), shown in zip(BEATS, np.reshape(edges, (-1, COUNT)).tolist(), strict=True):
        expected = [move[round(start * FPS)] for start in STARTS[1:]]
        assert shown[:-1] == pytest.approx(expected, abs=3)


def longer(scene: RenderedScene) -> tuple[Line, ...]:
    """Return the lines of a scene with time for half a second of speech."""
    return tuple(line.model_copy(update={"end": line.start + 0.6}) for line in scene.record.lines)


def test_each_line_has_its_speech_and_no_other(
    rendered: Mapping[str, list[RenderedScene]], spoken: SpokenLecture, tmp_path: Path
) -> None:
    # A tone in the first line of each beat, from 0.2 to 0.7 s, and half a second of silence in the
    # second.
    scenes = [with_lines(scene, 0.2, 0.8) for scene in rendered["h264"]]
    write_wav(tmp_path / "silence.wav", np.zeros(RATE // 2, dtype=np.float32))
    silence = SpokenLine("tone", tmp_path / "silence.wav", RATE // 2, 1.0)
    speech = {
        name: {
            line_id(beat, f"line_{number}"): tones[line_id(beat, "line")]
            if number == 1
            else silence
            for beat in MOVES[name]
            for number in (1, 2)
        }
        for name, tones in spoken.lines.items()
    }
    scenes = [
        replace(scene, record=scene.record.model_copy(update={"lines": longer(scene)}))
        for scene in scenes
    ]
    options = DeckOptions(spoken=SpokenLecture(spoken.voices, speech), pauses=Pauses.LINE_SLIDES)
    made = lecture_deck(scenes, tmp_path, DARK, title="T", options=options)
    for number, slide in enumerate(made.slides):
        with av.open(slide.segment) as video:
            heard = [frame.to_ndarray().ravel() for frame in video.decode(audio=0)]
        level = float(np.abs(np.concatenate(heard)).max())
        assert (level > 0.1) is (number % 2 == 0)
