"""Check every frame of scenes with random chains, languages and formats, and print the faults.

    python -m tests.scenes.random_specs 300 --seed 1
    python -m tests.scenes.random_specs 300 --seed 1 --only 17 --only 203

It takes seconds of CPU a spec, so it is no test. Each spec is checked on one scene that shows the
chain. The second command checks specs 17 and 203 again.
"""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, get_args

import click
import numpy as np
from rich.console import Console

from lecture.cli.progress import progress_display
from lecture.config.words import LANGUAGES
from lecture.formats import FrameFormat
from lecture.output.check import check_scene
from lecture.render.executors import executor_factory
from lecture.render.session import RenderSession
from lecture.render.tasks import RenderMode, SceneRenderSpec
from scenes import LECTURE
from scenes.spec import ActivationName, CostName, GradientSpec

if TYPE_CHECKING:
    from typing import Any

_SIZE = FrameFormat(854, 480, 15)
_BATCH = 20  # specs whose results are held at a time


def random_chain(rng: np.random.Generator) -> dict[str, Any]:
    """Return a chain: mostly of usual sizes, at times with zeros, equal or huge numbers."""
    depth = int(rng.integers(2, 13))
    spread = float(rng.choice([0.3, 1.0, 3.0, 10.0, 1000.0], p=[0.2, 0.4, 0.2, 0.1, 0.1]))
    weights = rng.normal(0.0, spread, depth)
    weights[rng.random(depth) < 0.05] = 0.0
    digits = int(rng.integers(0, 6))
    biases = rng.normal(0.0, float(rng.choice([0.1, 1.0, 5.0])), depth)
    return {
        "weights": [round(float(weight), digits) for weight in weights],
        "biases": 0.0 if rng.random() < 0.3 else [round(float(bias), digits) for bias in biases],
        "activation": str(rng.choice(get_args(ActivationName))),
        "cost": str(rng.choice(get_args(CostName))),
        "input": round(float(rng.normal(0.0, spread)), digits),
        "target": round(float(rng.random()), digits),
    }


def random_specs(count: int, seed: int) -> list[SceneRenderSpec]:
    """Return scenes that show a chain, each with a random spec."""
    rng = np.random.default_rng(seed)
    scenes = [scene for scene in LECTURE.scenes if scene.reads and "chain" in str(scene.reads)]
    found: list[SceneRenderSpec] = []
    while len(found) < count:
        scene = scenes[len(found) % len(scenes)]
        given = {
            "chain": random_chain(rng),
            "language": str(rng.choice(LANGUAGES)),
            "aspect": str(rng.choice(scene.aspects)),
        }
        try:
            spec = GradientSpec.model_validate(given)
        except ValueError:  # such as a target that a cost does not allow
            continue
        size = _SIZE.portrait() if spec.aspect == "9:16" else _SIZE
        found.append(SceneRenderSpec(scene, size, spec))
    return found


@click.command()
@click.argument("count", type=int)
@click.option("--seed", default=0, show_default=True)
@click.option("--only", type=int, multiple=True, help="Number of a spec to check; repeatable.")
@click.option("--workers", type=int, help="Number of processes; one for each core by default.")
def main(count: int, seed: int, only: tuple[int, ...], workers: int | None) -> None:
    """Check random specs, and print the spec and the faults of each scene that has any."""
    numbered, faulty = list(enumerate(random_specs(count, seed))), 0
    numbered = [numbered[number] for number in only] or numbered
    with (
        tempfile.TemporaryDirectory() as folder,
        progress_display(Console(stderr=True, quiet=True)) as display,
    ):
        session = RenderSession(Path(folder), executor_factory(display, workers=workers), display)
        for first in range(0, len(numbered), _BATCH):
            batch = numbered[first : first + _BATCH]
            results = session.run_each([spec for _, spec in batch], RenderMode.CHECK)
            for (number, render_spec), result in zip(batch, results, strict=True):
                faults = check_scene(render_spec, result, None).faults
                # The pace is that of the words, which are the same for every chain.
                faults = tuple(fault for fault in faults if "words a minute" not in fault)
                if faults:
                    faulty += 1
                    scene, spec = render_spec.scene.name, render_spec.spec.model_dump_json()
                    click.echo(f"{number}: {scene} {spec}")
                    click.echo("".join(f"    {fault}\n" for fault in faults), nl=False)
            click.echo(f"{first + len(batch)} of {len(numbered)} checked, {faulty} with faults")


if __name__ == "__main__":
    main()
