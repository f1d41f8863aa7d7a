"""Content of the page of ``lecture watch``: stills, clips and errors, which change all the time."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING

from lecture.model import FrozenModel

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["BeatPreview", "Media", "Preview", "PreviewContent", "ScenePreview"]


class BeatPreview(FrozenModel):
    """A beat on the page; its still and its clip by number of the medium."""

    index: int
    name: str
    heading: str
    still: int
    clip: int | None = None


class ScenePreview(FrozenModel):
    """A scene on the page, with the stills drawn so far; `error` is the one of its last run."""

    name: str
    title: str = ""
    beats: tuple[BeatPreview, ...] = ()
    error: str = ""
    drawing: bool = True

    def with_beat(self, beat: BeatPreview) -> ScenePreview:
        """Return the scene with a beat in place of the one of its index."""
        others = [one for one in self.beats if one.index != beat.index]
        beats = tuple(sorted([*others, beat], key=lambda one: one.index))
        return self.model_copy(update={"beats": beats})

    def beat(self, name: str) -> BeatPreview | None:
        """Return the beat of a name; ``None`` if there is no still of it."""
        return next((beat for beat in self.beats if beat.name == name), None)


class Preview(FrozenModel):
    """Content of the page at one moment; `error` is one of the lecture, not of a scene."""

    version: int = 0
    error: str = ""
    scenes: tuple[ScenePreview, ...] = ()

    def scene(self, name: str) -> ScenePreview:
        """Return a scene, empty if the page does not show it yet."""
        return next((one for one in self.scenes if one.name == name), ScenePreview(name=name))


@dataclass(frozen=True, slots=True)
class Media:
    """A still or a clip."""

    data: bytes
    type: str


class PreviewContent:
    """The current content, which threads change and wait for."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._preview = Preview()
        self._media: dict[int, Media] = {}
        self._numbers = 0
        self._closed = False

    @property
    def preview(self) -> Preview:
        """The content now."""
        return self._preview

    def add(self, data: bytes, type_: str) -> int:
        """Store a medium and return its number."""
        with self._changed:
            self._numbers += 1
            self._media[self._numbers] = Media(data, type_)
            return self._numbers

    def media(self, number: int) -> Media | None:
        """Return a medium; ``None`` if the page does not show it any more."""
        return self._media.get(number)

    def show_error(self, error: str) -> None:
        """Show an error of the lecture, or none."""
        self._change(lambda preview: preview.model_copy(update={"error": error}))

    def show_scenes(self, names: list[str]) -> None:
        """Show these scenes only, in this order."""
        self._change(
            lambda preview: preview.model_copy(
                update={"scenes": tuple(preview.scene(name) for name in names)}
            )
        )

    def show(self, scene: ScenePreview) -> None:
        """Replace a scene of the page."""

        def replaced(preview: Preview) -> Preview:
            scenes = tuple(scene if one.name == scene.name else one for one in preview.scenes)
            return preview.model_copy(update={"scenes": scenes})

        self._change(replaced)

    def wait(self, version: int, seconds: float) -> Preview | None:
        """Wait for a newer version; return the one after `seconds`, or ``None`` when closed."""
        with self._changed:
            self._changed.wait_for(
                lambda: self._closed or self._preview.version > version, timeout=seconds
            )
            return None if self._closed else self._preview

    def close(self) -> None:
        """End all waiting."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()

    def _change(self, change: Callable[[Preview], Preview]) -> None:
        with self._changed:
            changed = change(self._preview)
            if changed == self._preview:
                return
            self._preview = changed.model_copy(update={"version": self._preview.version + 1})
            self._forget_media()
            self._changed.notify_all()

    def _forget_media(self) -> None:
        beats = [beat for scene in self._preview.scenes for beat in scene.beats]
        shown = {number for beat in beats for number in (beat.still, beat.clip)}
        # A medium is added just before it is shown, and a browser may still ask for an older one.
        oldest = self._numbers - 2 * len(shown) - 10
        for number in [one for one in self._media if one not in shown and one < oldest]:
            del self._media[number]
