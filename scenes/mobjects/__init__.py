"""Shared mobjects: one concept a module."""

from scenes.mobjects.balance_dial import BalanceDial, SwingNeedle
from scenes.mobjects.chain_product import ChainProduct
from scenes.mobjects.change_bars import ChangeBars, GrowPair
from scenes.mobjects.cost_panel import CostPanel
from scenes.mobjects.factor_card import FactorCard, FactorCards
from scenes.mobjects.function_plot import FunctionPlot
from scenes.mobjects.gradient_bars import GradientBars, RescaleAxis
from scenes.mobjects.live_number import LiveNumber
from scenes.mobjects.log_histogram import LogHistogram, RaiseHistogram
from scenes.mobjects.magnitude_axis import MagnitudeScale
from scenes.mobjects.nested_product import NestedProduct
from scenes.mobjects.neuron_chain import ChainColumns, Neuron, NeuronChain
from scenes.mobjects.neuron_panel import NeuronPanel, NeuronRows
from scenes.mobjects.product_fan import FanLines, ProductFan, SpreadFan
from scenes.mobjects.pulse import Pulse
from scenes.mobjects.row import Row
from scenes.mobjects.weight_window import TurnWeight, WeightWindow, one_neuron

__all__ = [
    "BalanceDial",
    "ChainColumns",
    "ChainProduct",
    "ChangeBars",
    "CostPanel",
    "FactorCard",
    "FactorCards",
    "FanLines",
    "FunctionPlot",
    "GradientBars",
    "GrowPair",
    "LiveNumber",
    "LogHistogram",
    "MagnitudeScale",
    "NestedProduct",
    "Neuron",
    "NeuronChain",
    "NeuronPanel",
    "NeuronRows",
    "ProductFan",
    "Pulse",
    "RaiseHistogram",
    "RescaleAxis",
    "Row",
    "SpreadFan",
    "SwingNeedle",
    "TurnWeight",
    "WeightWindow",
    "one_neuron",
]
