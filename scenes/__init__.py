"""The lecture on unstable gradients: why the layers of a deep network learn at different speeds."""

from lecture.config.contract import Explorable, Lecture, SceneEntry

__all__ = ["LECTURE"]

LECTURE = Lecture(
    package=__name__,
    spec="spec:GradientSpec",
    templates="templates:TEMPLATES",
    summary="summary:summarize",
    packages=("mathcore",),
    explorables=(
        Explorable(
            name="chain",
            module="explorables/main.mjs",
            style="explorables/chain.css",
            content="explorables.content:chain_content",
            beats=(
                "ForwardPass.the_rest",
                "BackwardPass.factor_by_factor",
                "BackwardPass.the_log_axis",
                "SigmaPrime.the_chain",
                "ExplodingGradient.twenty_five_to_the_n",
            ),
        ),
    ),
    scenes=(
        SceneEntry(
            "Opening",
            f"{__name__}.opening",
            "Opening: one step of training moves two layers by very different lengths",
            aspects=("16:9", "9:16"),
            reads=("chain", "title", "author"),
        ),
        SceneEntry(
            "LayersOfAbstraction",
            f"{__name__}.layers_of_abstraction",
            "Layers of abstraction: edges, shapes, a digit, and the price of width",
            aspects=("16:9", "9:16"),
            reads=(),
        ),
        SceneEntry(
            "DeepNetsStall",
            f"{__name__}.deep_nets_stall",
            "Deep nets stall: four networks trained on MNIST, and layers that stall, then overtake",
            aspects=("16:9", "9:16"),
            reads=(),
        ),
        SceneEntry(
            "ForwardPass",
            f"{__name__}.forward_pass",
            "The forward pass: a signal travels through the chain to the cost",
            aspects=("16:9", "9:16"),
            reads=("chain",),
        ),
        SceneEntry(
            "GradientAsProduct",
            f"{__name__}.gradient_as_product",
            "The gradient as a product: a nudge of the first weight, and the factors that carry it",
            aspects=("16:9", "9:16"),
            reads=("chain",),
        ),
        SceneEntry(
            "BackwardPass",
            f"{__name__}.backward_pass",
            "The backward pass: each layer multiplies the gradient by its factor",
            aspects=("16:9", "9:16"),
            reads=("chain",),
        ),
        SceneEntry(
            "SigmaPrime",
            f"{__name__}.sigma_prime",
            "The slope of the sigmoid: at most one quarter, and next to nothing at the ends",
            aspects=("16:9", "9:16"),
            reads=("chain.activation", "chain.biases", "chain.input", "chain.weights"),
        ),
        SceneEntry(
            "GaussianWeights",
            f"{__name__}.gaussian_weights",
            "Gaussian weights: how often a factor of the gradient stays below one quarter",
            aspects=("16:9", "9:16"),
            reads=(),
        ),
        SceneEntry(
            "VanishingProduct",
            f"{__name__}.vanishing_product",
            "Vanishing products: random chains lose one decade of gradient a layer",
            aspects=("16:9", "9:16"),
            reads=(),
        ),
        SceneEntry(
            "ExplodingGradient",
            f"{__name__}.exploding_gradient",
            "Exploding gradients: what it takes for a factor to exceed 1",
            aspects=("16:9", "9:16"),
            reads=(),
        ),
        SceneEntry(
            "UnstableGradient",
            f"{__name__}.unstable_gradient",
            "Unstable gradients: one product, three fates, and the odds of balance",
            aspects=("16:9", "9:16"),
            reads=(),
        ),
        SceneEntry(
            "WhatHelps",
            f"{__name__}.what_helps",
            "What helps: four remedies for one random chain",
            aspects=("16:9", "9:16"),
            reads=(),
        ),
        SceneEntry(
            "Recap",
            f"{__name__}.recap",
            "Recap: five pictures with a number each, and the sources of the lecture",
            aspects=("16:9", "9:16"),
            reads=(),
        ),
    ),
)
