"""Hibari's model with the times of the words, which hibari itself does not return.

Its model predicts the duration of each phoneme, and its text-to-phoneme step knows the phonemes of
each word; hibari passes on neither (https://github.com/MMWilliams/hibari).
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from hibari import Hibari
from hibari.g2p import G2P, PUNCTS
from hibari.voices import VOICES, voice_path

from lecture.kit.word_times import spread_words
from lecture.voice.sound import Sound

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lecture.timeline import SpokenWord

__all__ = ["TimedHibari"]

_DURATIONS = "/Clip_output_0"  # node of the model: frames of each phoneme
_FRAME_RATE = 40.0  # frames a second
# Phonemes sound about this many seconds, two frames, before the predicted time: with it, the median
# difference from 128 words aligned by pocketsphinx is -10 ms. Kokoro, from which hibari learned its
# voices, has a similar correction:
# https://github.com/hexgrad/kokoro/blob/main/kokoro/pipeline.py (join_timestamps).
_EARLY = 0.05
_SPACE = " "
_PAUSES = PUNCTS | {"(", ")"}


class TimedHibari:
    """A voice of hibari whose sounds have the times of their words.

    A version of hibari with another model may have no such node; its words have no times then.
    """

    def __init__(self, voice: str) -> None:
        self._g2p = _RecordingG2P(british=VOICES[voice]["british"])
        self._tts = Hibari(
            voice=voice,
            model=_with_output(Path(voice_path(voice)).read_bytes(), _DURATIONS),
            g2p=self._g2p,
        )
        self._session = _RecordingSession(self._tts.sess)
        self._tts.sess = self._session

    def speak(self, wording: str, *, speed: float, seed: int) -> Sound:
        """Return the speech for a wording."""
        self._g2p.words.clear()
        self._session.durations.clear()
        samples = self._tts(wording, speed=speed, seed=seed)
        rate = int(self._tts.sample_rate)
        return Sound(np.asarray(samples, dtype=np.float32), rate, self._words())

    def _words(self) -> tuple[SpokenWord, ...]:
        """Return the words that were just spoken, by the durations of their phonemes."""
        # Hibari splits long sentences at spaces, which it drops, so spaces do not count.
        vocabulary = self._tts.vocab.keys() - {_SPACE}
        phonemes = [
            (word, [phoneme for phoneme in spelled if phoneme in vocabulary])
            for word, spelled in self._g2p.words
        ]
        spans = list(self._phoneme_spans())
        if sum(len(spelled) for _, spelled in phonemes) != len(spans):
            return ()
        words: list[SpokenWord] = []
        done = 0
        for word, spelled in phonemes:
            own = spans[done : done + len(spelled)]
            done += len(spelled)
            heard = [
                span for phoneme, span in zip(spelled, own, strict=True) if phoneme not in _PAUSES
            ]
            if heard:
                words += spread_words(word, heard[0][0], heard[-1][1])
        return tuple(words)

    def _phoneme_spans(self) -> Iterator[tuple[float, float]]:
        """Yield start and end of each phoneme but spaces, in seconds.

        The first phoneme of a word is heard in the space before it, unless there is a pause.
        """
        names = {number: phoneme for phoneme, number in self._tts.vocab.items()}
        end = -_EARLY
        for ids, durations in self._session.durations:
            before, space = "", 0.0
            for index, (number, frames) in enumerate(zip(ids, durations, strict=True)):
                start, end = end, end + float(frames) / _FRAME_RATE
                if index in (0, len(ids) - 1):  # the silence around a sentence
                    continue
                phoneme = names[number]
                if phoneme == _SPACE:
                    space = 0.0 if before in _PAUSES else end - start
                else:
                    yield max(0.0, start - space), max(0.0, end)
                    space = 0.0
                before = phoneme


class _RecordingG2P(G2P):  # type: ignore[misc]
    """A text-to-phoneme step that records each word with its phonemes."""

    def __init__(self, *, british: bool) -> None:
        super().__init__(british=british)
        self.words: list[tuple[str, str]] = []

    def phonemize_tokens(self, tokens: Any) -> Any:
        found = super().phonemize_tokens(tokens)
        word = phonemes = ""
        for token in found:
            word, phonemes = word + token.text, phonemes + (token.phonemes or "")
            if token.whitespace:
                self.words.append((word, phonemes))
                word = phonemes = ""
        self.words.append((word, phonemes))
        return found


class _RecordingSession:
    """An inference session that records durations and returns the outputs that hibari knows."""

    def __init__(self, session: Any) -> None:
        self._session = session
        self._names = [output.name for output in session.get_outputs()]
        self.durations: list[tuple[list[int], Any]] = []

    def run(self, names: None, feed: dict[str, Any]) -> list[Any]:
        outputs = dict(zip(self._names, self._session.run(names, feed), strict=True))
        durations = outputs.pop(_DURATIONS, None)
        if durations is not None:
            self.durations.append((feed["ids"][0].tolist(), durations))
        return list(outputs.values())


def _with_output(model: bytes, node: str) -> bytes:
    """Return an ONNX model with a node as one more output, if the model has the node.

    Repeated messages of protobuf are merged, so a second graph with nothing but the output is
    enough: https://protobuf.dev/programming-guides/encoding/#last-one-wins. The numbers of the
    fields are those of https://github.com/onnx/onnx/blob/main/onnx/onnx.proto.
    """
    name = node.encode()
    if name not in model:
        return model
    return model + _field(7, _field(12, _field(1, name)))  # ModelProto.graph.output.name


def _field(number: int, content: bytes) -> bytes:
    """Return a field of protobuf with up to 127 bytes."""
    return bytes([number << 3 | 2, len(content)]) + content
