"""Shared mobjects: one concept a module."""

from scenes.mobjects.chain_product import ChainProduct
from scenes.mobjects.change_bars import ChangeBars, GrowPair
from scenes.mobjects.cost_panel import CostPanel
from scenes.mobjects.factor_card import FactorCard, FactorCards
from scenes.mobjects.function_plot import FunctionPlot
from scenes.mobjects.gradient_bars import GradientBars
from scenes.mobjects.live_number import LiveNumber
from scenes.mobjects.log_histogram import LogHistogram, RaiseHistogram
from scenes.mobjects.magnitude_axis import MagnitudeScale
from scenes.mobjects.neuron_chain import ChainColumns, Neuron, NeuronChain
from scenes.mobjects.neuron_panel import NeuronPanel, NeuronRows
from scenes.mobjects.pulse import Pulse
from scenes.mobjects.row import Row
from scenes.mobjects.weight_window import TurnWeight, WeightWindow, one_neuron

__all__ = [
    "ChainColumns",
    "ChainProduct",
    "ChangeBars",
    "CostPanel",
    "FactorCard",
    "FactorCards",
    "FunctionPlot",
    "GradientBars",
    "GrowPair",
    "LiveNumber",
    "LogHistogram",
    "MagnitudeScale",
    "Neuron",
    "NeuronChain",
    "NeuronPanel",
    "NeuronRows",
    "Pulse",
    "RaiseHistogram",
    "Row",
    "TurnWeight",
    "WeightWindow",
    "one_neuron",
]
