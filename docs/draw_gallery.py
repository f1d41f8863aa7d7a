"""Render the pictures of media/gallery/ again: ``python docs/draw_gallery.py``, in two minutes.

One still a scene, an excerpt of the backward pass as an animated WebP for the README, and one still
in each brand of docs/own-lecture.md.
"""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
from pathlib import Path

import av
from PIL import Image

from scenes import LECTURE

ROOT = Path(__file__).parent.parent
GALLERY = ROOT / "media" / "gallery"

# The beat that shows best what a scene is about, by its last frame.
STILLS = {
    "Opening": "two_steps",
    "LayersOfAbstraction": "whole",
    "DeepNetsStall": "the_reversal",
    "ForwardPass": "the_rest",
    "GradientAsProduct": "the_product",
    "BackwardPass": "read_it_off",
    "SigmaPrime": "the_chain",
    "GaussianWeights": "the_slope",
    "VanishingProduct": "the_slope",
    "ExplodingGradient": "twenty_five_to_the_n",
    "UnstableGradient": "the_real_problem",
    "WhatHelps": "four_remedies",
    "Recap": "five_frames",
}

# Layers 5 and 4, at 60 frames a second: the pulse crosses each neuron, and two bars grow.
SCENE, BEAT, FIRST_FRAME, LAST_FRAME = "BackwardPass", "factor_by_factor", 600, 840
WIDTH, EVERY = 1200, 3  # 20 frames a second
FRAME_MS, LAST_MS = 50, 1250


def draw_stills(folder: Path) -> None:
    """Copy the still of one beat a scene into the gallery."""
    lecture("stills", "-q", "m", "--output", str(folder))
    for entry in LECTURE.scenes:
        (still,) = folder.glob(f"*-{entry.stem}-*-{STILLS[entry.name]}.png")
        still.replace(GALLERY / f"{entry.stem}.png")


def draw_excerpt(folder: Path) -> None:
    """Write the excerpt of the backward pass."""
    beat = ("--scenes", SCENE, "--beats", BEAT, "--no-voice")
    lecture("clips", "-q", "h", *beat, "--output", str(folder))
    (clip,) = folder.glob("*.mp4")
    pictures: list[Image.Image] = []
    durations: list[int] = []
    with av.open(clip) as container:
        for number, frame in enumerate(container.decode(video=0)):
            if number not in range(FIRST_FRAME, LAST_FRAME + 1, EVERY):
                continue
            height = WIDTH * frame.height // frame.width
            picture = Image.fromarray(frame.to_ndarray(format="rgb24")).resize(
                (WIDTH, height), Image.Resampling.LANCZOS
            )
            if pictures and picture.tobytes() == pictures[-1].tobytes():
                durations[-1] += FRAME_MS
            else:
                pictures.append(picture)
                durations.append(FRAME_MS)
    durations[-1] = LAST_MS
    pictures[0].save(
        GALLERY / "backward_pass.webp",
        save_all=True,
        append_images=pictures[1:],
        duration=durations,
        loop=0,
        quality=75,
        method=6,
    )


def draw_brands(folder: Path) -> None:
    """Draw a still in each brand of the page, side by side."""
    page = (ROOT / "docs" / "own-lecture.md").read_text(encoding="utf-8")
    stills = []
    for number, brand in enumerate(re.findall(r"```toml\n(\[brand\]\n.*?)```", page, re.DOTALL)):
        spec, output = folder / f"{number}.toml", folder / f"brand-{number}"
        spec.write_text(brand, encoding="utf-8")
        chosen = ("--scenes", SCENE, "--spec", str(spec), "--output", str(output))
        lecture("stills", "-q", "m", *chosen)
        (still,) = output.glob(f"*-{STILLS[SCENE]}.png")
        stills.append(Image.open(still).convert("RGB").resize((800, 450), Image.Resampling.LANCZOS))
    sheet = Image.new("RGB", (800 * len(stills), 450))
    for column, picture in enumerate(stills):
        sheet.paste(picture, (800 * column, 0))
    sheet.save(GALLERY / "brand.png", optimize=True)


def lecture(*arguments: str, folder: Path = ROOT) -> None:
    """Run a command of the generator in a folder."""
    command = [sys.executable, "-m", "lecture", *arguments]
    subprocess.run(command, cwd=folder, check=True)  # noqa: S603


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as name:
        draw_stills(Path(name) / "stills")
        draw_excerpt(Path(name) / "clips")
        draw_brands(Path(name))
