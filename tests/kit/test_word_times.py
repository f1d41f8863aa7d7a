"""Times of words: the even spread, the alignment of captions with speech, and cues in scenes."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st
from manim import Square, tempconfig

from lecture.config.spec import LectureSpec
from lecture.kit.inspection import inspect_scene
from lecture.kit.lecture_scene import LectureScene
from lecture.kit.pacing import Pacing, ReadingPace, SpokenPace
from lecture.kit.word_times import aligned_words, spread_words, word_onset
from lecture.timeline import LineSpeech, SpokenWord

QUIET = {"dry_run": True, "progress_bar": "none", "verbosity": "ERROR"}


def spoken(text: str) -> tuple[SpokenWord, ...]:
    """Return words that begin at 1 s, 2 s and so on, and last for half a second."""
    return tuple(
        SpokenWord(word=word, start=number, end=number + 0.5)
        for number, word in enumerate(text.split(), start=1)
    )


def starts(words: Sequence[SpokenWord]) -> dict[str, float]:
    return {word.word: word.start for word in words}


# --- the even spread ---


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("“Don’t stop” — it's four-fold; yes (or no)…", "Don’t stop it's four fold yes or no"),
        ("Is it 3.9·10⁻⁵, or 2,062?", "Is it 3.9 10 ⁵ or 2,062"),
        ("„Größe und Maß“, 0,596 – na und?", "Größe und Maß 0,596 na und"),
        ("«Каждый слой» — учится по-своему: 1,5.", "Каждый слой учится по своему 1,5"),
        ("Schicht\u00adweise, cafe\u0301 und за\u0301мок", "Schichtweise café und замок"),
        ("σ′(h) ≤ 1/4", "σ h 1 4"),
        ("… — ?!", ""),
    ],
)
def test_words_have_no_punctuation(text: str, words: str) -> None:
    assert [word.word for word in spread_words(text, 0.0, 1.0)] == words.split()


def test_the_time_of_a_word_is_its_share_of_the_letters() -> None:
    words = spread_words("— Ten, or twenty?", 2.0, 14.0 + 2.0)
    # "Ten, or twenty" has 14 characters, and lasts for 14 s.
    assert [(w.word, w.start, w.end) for w in words] == [
        ("Ten", 2.0, 5.0),
        ("or", 7.0, 9.0),
        ("twenty", 10.0, 16.0),
    ]


@given(st.text(max_size=80), st.floats(0, 5), st.floats(0, 60))
def test_spread_words_are_in_order_and_within_the_line(
    text: str, start: float, seconds: float
) -> None:
    words = spread_words(text, start, start + seconds)
    times = [time for word in words for time in (word.start, word.end)]
    assert times == sorted(times)
    assert not times or times[0] == pytest.approx(start, abs=1e-4)
    assert not times or times[-1] == pytest.approx(start + seconds, abs=1e-4)


# --- captions and speech ---


def test_a_number_starts_with_its_first_spoken_word() -> None:
    words = aligned_words("It is 0.596 here.", spoken("It is zero point five nine six here"))
    assert [(w.word, w.start, w.end) for w in words] == [
        ("It", 1, 1.5),
        ("is", 2, 2.5),
        ("0.596", 3, 7.5),
        ("here", 8, 8.5),
    ]


def test_words_of_a_block_of_the_same_length_are_paired() -> None:
    found = starts(aligned_words("layer 4 of 6", spoken("layer four of six")))
    assert found == {"layer": 1, "4": 2, "of": 3, "6": 4}
    assert starts(aligned_words("σ′ h", spoken("sigma prime"))) == {"σ": 1, "h": 2}


def test_words_of_a_longer_block_start_with_it() -> None:
    found = starts(aligned_words("so 1/4 is left", spoken("so a quarter of it is left")))
    assert found == {"so": 1, "1": 2, "4": 2, "is": 6, "left": 7}


def test_a_word_that_is_not_spoken_starts_with_the_next() -> None:
    found = starts(aligned_words("about (roughly) half, etc.", spoken("about half")))
    assert found == {"about": 1, "roughly": 2, "half": 2, "etc": 2.5}


@pytest.mark.parametrize(
    ("caption", "said", "word", "start"),
    [
        ("Well-chosen weights", "well chosen weights", "weights", 3),
        ("„Größe“ und GRÖSSE", "größe und grösse", "und", 2),
        ("Es ist 0,5 groß.", "Es ist null Komma fünf groß", "groß", 6),
        ("«Слой» учится по-своему", "слой учится по своему", "своему", 4),
        ("Don’t stop", "don't stop", "stop", 2),
        ("50 % are left", "50 percent are left", "are", 3),
    ],
)
def test_case_hyphens_and_quotes_do_not_matter(
    caption: str, said: str, word: str, start: float
) -> None:
    assert starts(aligned_words(caption, spoken(said)))[word] == start


@given(st.text(max_size=60), st.lists(st.sampled_from(["a", "bb", "0.5", "é"]), min_size=1))
def test_each_word_of_a_caption_has_a_time_of_the_speech(caption: str, said: list[str]) -> None:
    words = spoken(" ".join(said))
    found = aligned_words(caption, words)
    assert [w.word for w in found] == [w.word for w in spread_words(caption, 0, 1)]
    assert all(words[0].start <= w.start <= w.end <= words[-1].end for w in found)
    assert [w.start for w in found] == sorted(w.start for w in found)


# --- looking up a word ---


def test_a_word_is_found_by_occurrence_and_in_a_row() -> None:
    words = spoken("The first layer is slow and the last layer is fast")
    assert word_onset(words, "layer") == 3
    assert word_onset(words, "LAYER,", 2) == 9
    assert word_onset(words, "the", 2) == 7
    assert word_onset(words, "last layer") == 8


@pytest.mark.parametrize(
    ("wanted", "occurrence", "problem"),
    [
        ("slowst", 1, "has no word 'slowst'"),
        ("…", 1, "has no word '…'"),
        ("layer first", 1, "has no word 'layer first'"),
        ("first", 2, "has the word 'first' once, so it has no occurrence 2"),
        ("layer", 0, "has the word 'layer' 2 times, so it has no occurrence 0"),
    ],
)
def test_the_error_for_an_unknown_word_lists_the_words(
    wanted: str, occurrence: int, problem: str
) -> None:
    words = spoken("The first layer one layer")
    with pytest.raises(ValueError, match="its words: The, first, layer") as caught:
        word_onset(words, wanted, occurrence)
    assert str(caught.value).startswith(f"the line {problem}; ")


def test_the_error_for_a_line_without_words_says_so() -> None:
    with pytest.raises(ValueError, match="its words: none"):
        word_onset((), "slowest")


# --- cues in scenes ---


class Cues(LectureScene):
    """Records when words begin."""

    def construct(self) -> None:
        self.cues: list[float] = []
        self.wait(1)
        self.beat("start")
        with self.say("A layer, then 0.5 of a layer.", spoken="A layer, then half a layer."):
            self.cue("A")
            self.cue("layer")
            self.play(self.square.animate.shift([1, 0, 0]), run_time=0.5)
            self.cue("then")
            self.cue("0.5")
            self.cue("layer")  # has passed
            self.cue("layer", occurrence=2)

    def setup(self) -> None:
        self.square = Square()
        self.add(self.square)

    def cue(self, word: str, **options: int) -> None:
        self.at_word(word, **options)
        self.cues.append(round((float(self.time) - 1) * 10, 6))


def cues_of(scene: type[Cues], pacing: Pacing) -> tuple[list[float], float]:
    """Return the frames of the cues and the end of the line, in frames from its start."""
    with tempconfig({"pixel_width": 32, "pixel_height": 18, "frame_rate": 10, **QUIET}):
        made = scene(spec=LectureSpec(), pacing=pacing)
        made.render()
    (line,) = made.recorded_lines
    return made.cues, round((line.end - line.start) * 10, 6)


def test_a_cue_waits_for_the_frame_nearest_to_the_word() -> None:
    times = {"A": 0.04, "layer": 0.47, "then": 0.9, "half": 1.26, "a": 1.5, "LAYER": 1.84}
    words = tuple(SpokenWord(word=word, start=s, end=s + 0.1) for word, s in times.items())
    speech = {"start.line": LineSpeech(seconds=2.5, words=words)}
    cues, end = cues_of(Cues, SpokenPace(speech, pause=0.3, otherwise=ReadingPace(15.0)))
    # The animation of half a second ends at 10 frames, after "then" has begun.
    assert cues == [0, 5, 10, 13, 13, 18]
    assert end == 28


def test_without_speech_words_are_spread_over_the_line() -> None:
    caption = "A layer, then 0.5 of a layer."
    pace = ReadingPace(10.0)
    seconds = pace.seconds("", "", caption)
    words = spread_words(caption, 0.0, seconds)
    cues, end = cues_of(Cues, pace)
    frames = [round(word.start * 10) for word in words]
    assert cues == [0, frames[1], max(frames[2], frames[1] + 5), frames[3], frames[3], frames[6]]
    assert end == round(seconds * 10)


def test_speech_without_words_is_spread_over_its_seconds() -> None:
    speech = {"start.line": LineSpeech(seconds=4.0)}
    cues, _ = cues_of(Cues, SpokenPace(speech, pause=0.3, otherwise=ReadingPace(1.0)))
    words = spread_words("A layer, then 0.5 of a layer.", 0.0, 4.0)
    assert cues[-1] == round(words[-1].start * 10)


def test_the_words_are_those_of_the_innermost_line() -> None:
    class Nested(LectureScene):
        def construct(self) -> None:
            with self.say("An outer line."):
                with self.say("Something within it."):
                    self.at_word("within")
                self.at_word("outer")

    scene, _ = inspect_scene(Nested, spec=LectureSpec())
    assert len(scene.recorded_lines) == 2


def test_a_word_outside_of_a_line_is_an_error() -> None:
    class Outside(LectureScene):
        def construct(self) -> None:
            with self.say("A line."):
                pass
            self.at_word("line")

    with pytest.raises(ValueError, match=r"at_word\('line'\): no line is running; call it in"):
        inspect_scene(Outside, spec=LectureSpec())


def test_an_unknown_word_of_the_active_language_is_an_error() -> None:
    class Unknown(LectureScene):
        def construct(self) -> None:
            with self.say("Die erste Schicht ist die langsamste."):
                self.at_word("slowest")

    with pytest.raises(ValueError, match="'slowest'; its words: Die, erste, Schicht, ist, die, la"):
        inspect_scene(Unknown, spec=LectureSpec())
