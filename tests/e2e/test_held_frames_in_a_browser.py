"""A browser shows held frames, and those after them, as FFmpeg decodes them."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

from lecture.output.clips.frames import decode_frames
from lecture.output.video.mux import write_mp4
from tests.held_frames import SMALL, Step, segment

if TYPE_CHECKING:
    from playwright.sync_api import Page

BEATS = {
    "across key frames": [Step(200, 600), Step(3, 40), Step(5, 0)],
    "to the end": [Step(1, 30), Step(12, 90)],
    "short": [Step(3, 9), Step(2, 12), Step(9, 0)],
}
TOLERANCE = 3  # levels of 255, by the conversion of colours

_IS_LOADED = """() => {
    const video = document.querySelector("video");
    if (video.error) throw new Error(video.error.message);
    return video.readyState >= 2;
}"""

_RED_AT = """async (seconds) => {
    const video = document.querySelector("video");
    await new Promise((done, fail) => {
        const shown = () => requestAnimationFrame(() => requestAnimationFrame(done));
        video.addEventListener("seeked", shown, { once: true });
        video.addEventListener("error", () => fail(video.error.message), { once: true });
        video.currentTime = seconds;
    });
    const canvas = new OffscreenCanvas(video.videoWidth, video.videoHeight);
    const context = canvas.getContext("2d");
    context.drawImage(video, 0, 0);
    const pixels = context.getImageData(0, 0, canvas.width, canvas.height).data;
    return Array.from(pixels.filter((_, index) => index % 4 === 0));
}"""


@pytest.fixture(scope="module")
def video(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The joined video of some beats."""
    folder = tmp_path_factory.mktemp("held")
    segments = [folder / f"{name}.mp4" for name in BEATS]
    for path, plan in zip(segments, BEATS.values(), strict=True):
        path.write_bytes(segment(SMALL, plan))
    write_mp4(folder / "video.mp4", segments, SMALL.fps, tags={})
    return folder / "video.mp4"


def test_every_tenth_frame_is_shown_after_a_seek(
    new_page: Callable[..., Page], video: Path
) -> None:
    page = new_page()
    source = b64encode(video.read_bytes()).decode()  # a page may read the pixels of its own data
    page.set_content(f'<video muted src="data:video/mp4;base64,{source}"></video>')
    page.wait_for_function(_IS_LOADED)
    frames = [frame.to_ndarray(format="rgb24")[..., 0] for frame in decode_frames(video)]
    assert len(frames) == sum(step.moving + step.held for plan in BEATS.values() for step in plan)
    for number in range(0, len(frames), 10):
        red = page.evaluate(_RED_AT, (number + 0.5) / SMALL.fps)
        shown = np.array(red).reshape(SMALL.height, SMALL.width)
        assert np.abs(shown - frames[number].astype(int)).max() <= TOLERANCE, number
