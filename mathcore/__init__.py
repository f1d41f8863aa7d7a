"""Every number of the lecture: chains of neurons and their gradients, in pure NumPy."""

from mathcore import stability
from mathcore.activations import ACTIVATIONS, Activation, activation, sigmoid, sigmoid_prime
from mathcore.chain import Chain
from mathcore.costs import COSTS, Cost, cost
from mathcore.datasets import Digits, digits
from mathcore.draws import INITIALIZERS, Initializer, draw_chain, initializer
from mathcore.network import Network, NetworkGradients, NetworkTrace
from mathcore.traces import BackwardTrace, ForwardTrace, Gradients, LogGradients, NudgeTrace
from mathcore.training import History, train

__all__ = [
    "ACTIVATIONS",
    "COSTS",
    "INITIALIZERS",
    "Activation",
    "BackwardTrace",
    "Chain",
    "Cost",
    "Digits",
    "ForwardTrace",
    "Gradients",
    "History",
    "Initializer",
    "LogGradients",
    "Network",
    "NetworkGradients",
    "NetworkTrace",
    "NudgeTrace",
    "activation",
    "cost",
    "digits",
    "draw_chain",
    "initializer",
    "sigmoid",
    "sigmoid_prime",
    "stability",
    "train",
]
