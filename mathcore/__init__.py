"""Forward and backward passes of chains of neurons and of networks, in NumPy.

Begin with `mathcore.reference`, the two passes on plain floats. `Chain` computes them for batches
of chains and beyond the range of float64, `Network` for layers of many neurons, and
`mathcore.stability` the distribution of gradients over random chains.
"""

from mathcore import reference, stability
from mathcore.activations import ACTIVATIONS, Activation, activation, sigmoid, sigmoid_prime
from mathcore.chain import Chain
from mathcore.costs import COSTS, Cost, cost
from mathcore.datasets import Digits, digits, mnist
from mathcore.draws import INITIALIZERS, Initializer, draw_chain, initializer
from mathcore.network import Network, NetworkGradients, NetworkTrace
from mathcore.traces import BackwardTrace, ForwardTrace, Gradients, NudgeTrace
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
    "Network",
    "NetworkGradients",
    "NetworkTrace",
    "NudgeTrace",
    "activation",
    "cost",
    "digits",
    "draw_chain",
    "initializer",
    "mnist",
    "reference",
    "sigmoid",
    "sigmoid_prime",
    "stability",
    "train",
]
