"""The scenes there are, in the order of the lecture. Importing this never imports manim."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

__all__ = ["CATALOGUE", "SceneEntry", "entries", "scene_names"]


@dataclass(frozen=True, slots=True)
class SceneEntry:
    """Where a scene lives and what it is called.

    Parameters
    ----------
    name
        The class, which is also the name that a lecture's ``scenes`` list uses.
    module
        The module that holds the class.
    title
        What the scene shows, in one line of plain words.
    file
        The module's file, for a scene outside any installed package; the module is then
        loaded from it.

    Examples
    --------
    >>> SceneEntry("ForwardPass", "scenes.forward_pass", "The forward pass").stem
    'forward_pass'
    """

    name: str
    module: str
    title: str
    file: Path | None = None

    @property
    def stem(self) -> str:
        """The module's own name, which names the scene's files."""
        return self.module.rpartition(".")[2]


CATALOGUE: tuple[SceneEntry, ...] = (
    SceneEntry(
        "ForwardPass",
        "scenes.forward_pass",
        "The forward pass: a signal travels through the chain to the cost",
    ),
    SceneEntry(
        "BackwardPass",
        "scenes.backward_pass",
        "The backward pass: each layer multiplies the gradient by its factor",
    ),
    SceneEntry(
        "SigmaPrime",
        "scenes.sigma_prime",
        "The slope of the sigmoid: at most one quarter, and next to nothing at the ends",
    ),
    SceneEntry(
        "GaussianWeights",
        "scenes.gaussian_weights",
        "Gaussian weights: how often a factor of the gradient stays below one quarter",
    ),
    SceneEntry(
        "VanishingProduct",
        "scenes.vanishing_product",
        "Vanishing products: random chains lose one decade of gradient a layer",
    ),
)


def scene_names() -> tuple[str, ...]:
    """Name every scene, in the order of the lecture.

    Examples
    --------
    >>> "BackwardPass" in scene_names()
    True
    """
    return tuple(entry.name for entry in CATALOGUE)


def entries(names: Iterable[str]) -> tuple[SceneEntry, ...]:
    """Look scenes up by name, in the order asked for.

    Parameters
    ----------
    names
        Names from the catalogue; another one raises ``KeyError``.

    Examples
    --------
    >>> [entry.module for entry in entries(["BackwardPass"])]
    ['scenes.backward_pass']
    """
    known = {entry.name: entry for entry in CATALOGUE}
    return tuple(known[name] for name in names)
