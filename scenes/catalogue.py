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
    aspects
        The shapes of frame, width to height, that the scene has a layout for.
    reads
        The fields of the spec that the scene depends on, beside those that give every scene its
        look; ``None`` where it may read any of them.
    names_others
        Whether it shows what other scenes are called, and so depends on their titles.

    Examples
    --------
    >>> SceneEntry("ForwardPass", "scenes.forward_pass", "The forward pass").stem
    'forward_pass'
    """

    name: str
    module: str
    title: str
    file: Path | None = None
    aspects: tuple[str, ...] = ("16:9",)
    reads: tuple[str, ...] | None = None
    names_others: bool = False

    @property
    def stem(self) -> str:
        """The module's own name, which names the scene's files."""
        return self.module.rpartition(".")[2]


CATALOGUE: tuple[SceneEntry, ...] = (
    SceneEntry(
        "LayersOfAbstraction",
        "scenes.layers_of_abstraction",
        "Layers of abstraction: edges, shapes, a digit, and what depth can do",
        reads=(),
    ),
    SceneEntry(
        "DeepNetsStall",
        "scenes.deep_nets_stall",
        "Deep nets stall: four networks trained on digits, and the speeds of their layers",
        reads=(),
    ),
    SceneEntry(
        "ForwardPass",
        "scenes.forward_pass",
        "The forward pass: a signal travels through the chain to the cost",
        aspects=("16:9", "9:16"),
        reads=("chain",),
    ),
    SceneEntry(
        "GradientAsProduct",
        "scenes.gradient_as_product",
        "The gradient as a product: a nudge of the first weight, and the factors that carry it",
        reads=("chain",),
    ),
    SceneEntry(
        "BackwardPass",
        "scenes.backward_pass",
        "The backward pass: each layer multiplies the gradient by its factor",
        aspects=("16:9", "9:16"),
        reads=("chain",),
    ),
    SceneEntry(
        "SigmaPrime",
        "scenes.sigma_prime",
        "The slope of the sigmoid: at most one quarter, and next to nothing at the ends",
        aspects=("16:9", "9:16"),
        reads=("chain",),
    ),
    SceneEntry(
        "GaussianWeights",
        "scenes.gaussian_weights",
        "Gaussian weights: how often a factor of the gradient stays below one quarter",
        reads=(),
    ),
    SceneEntry(
        "VanishingProduct",
        "scenes.vanishing_product",
        "Vanishing products: random chains lose one decade of gradient a layer",
        reads=(),
    ),
    SceneEntry(
        "ExplodingGradient",
        "scenes.exploding_gradient",
        "Exploding gradients: what it takes for a factor to exceed 1",
        reads=(),
    ),
    SceneEntry(
        "UnstableGradient",
        "scenes.unstable_gradient",
        "Unstable gradients: one product, three fates, and the odds of balance",
        reads=(),
    ),
    SceneEntry(
        "WhatHelps",
        "scenes.what_helps",
        "What helps: four remedies for one random chain, and a recap",
        reads=(),
        names_others=True,
    ),
)


def scene_names(aspect: str | None = None, *, own: Iterable[SceneEntry] = ()) -> tuple[str, ...]:
    """Name the scenes, in the order of the lecture.

    Parameters
    ----------
    aspect
        Leaves out the scenes that have no layout for this shape of frame.
    own
        Scenes beside those of the catalogue.

    Examples
    --------
    >>> "BackwardPass" in scene_names(), scene_names("4:3")
    (True, ())
    """
    known = (*CATALOGUE, *own)
    return tuple(entry.name for entry in known if aspect is None or aspect in entry.aspects)


def entries(names: Iterable[str], *, own: Iterable[SceneEntry] = ()) -> tuple[SceneEntry, ...]:
    """Look scenes up by name, in the order asked for.

    Parameters
    ----------
    names
        Names from the catalogue or of `own`; another one raises ``KeyError``.
    own
        Scenes beside those of the catalogue.

    Examples
    --------
    >>> [entry.module for entry in entries(["BackwardPass"])]
    ['scenes.backward_pass']
    """
    known = {entry.name: entry for entry in (*CATALOGUE, *own)}
    return tuple(known[name] for name in names)
