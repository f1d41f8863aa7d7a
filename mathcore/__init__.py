"""Every number of the lecture: chains of neurons and their gradients, in pure NumPy."""

from mathcore.activations import ACTIVATIONS, Activation, activation, sigmoid, sigmoid_prime
from mathcore.chain import Chain
from mathcore.costs import COSTS, Cost, cost
from mathcore.draws import draw_chain
from mathcore.traces import BackwardTrace, ForwardTrace, NudgeTrace

__all__ = [
    "ACTIVATIONS",
    "COSTS",
    "Activation",
    "BackwardTrace",
    "Chain",
    "Cost",
    "ForwardTrace",
    "NudgeTrace",
    "activation",
    "cost",
    "draw_chain",
    "sigmoid",
    "sigmoid_prime",
]
