"""Every number of the lecture: chains of neurons and their gradients, in pure NumPy."""

from mathcore import stability
from mathcore.activations import ACTIVATIONS, Activation, activation, sigmoid, sigmoid_prime
from mathcore.chain import Chain
from mathcore.costs import COSTS, Cost, cost
from mathcore.draws import INITIALIZERS, Initializer, draw_chain, initializer
from mathcore.traces import BackwardTrace, ForwardTrace, NudgeTrace

__all__ = [
    "ACTIVATIONS",
    "COSTS",
    "INITIALIZERS",
    "Activation",
    "BackwardTrace",
    "Chain",
    "Cost",
    "ForwardTrace",
    "Initializer",
    "NudgeTrace",
    "activation",
    "cost",
    "draw_chain",
    "initializer",
    "sigmoid",
    "sigmoid_prime",
    "stability",
]
