"""Shared mobjects: one concept a module."""

from scenes.mobjects.accuracy_table import AccuracyTable
from scenes.mobjects.balance_dial import BalanceDial, SwingNeedle
from scenes.mobjects.bar_marks import AxisName
from scenes.mobjects.chain_columns import ChainColumns
from scenes.mobjects.chain_product import ChainProduct
from scenes.mobjects.change_bars import ChangeBars, GrowPair
from scenes.mobjects.cost_panel import CostPanel
from scenes.mobjects.decade_plot import DecadePlot, Polylines
from scenes.mobjects.factor_card import FactorCard, FactorCards
from scenes.mobjects.function_plot import FunctionPlot
from scenes.mobjects.gradient_bars import GradientBars, RescaleAxis
from scenes.mobjects.grains import Grains, Heap, heap
from scenes.mobjects.history_plot import EpochCounter, HistoryPlot, RevealHistory
from scenes.mobjects.layer_stack import LayerStack
from scenes.mobjects.length_ruler import LengthRuler
from scenes.mobjects.live_number import LiveNumber
from scenes.mobjects.log_histogram import LogHistogram, RaiseHistogram
from scenes.mobjects.magnitude_axis import MagnitudeScale
from scenes.mobjects.nested_product import NestedProduct
from scenes.mobjects.neuron_chain import Neuron, NeuronChain
from scenes.mobjects.neuron_panel import NeuronPanel, NeuronRows
from scenes.mobjects.pixel_image import PixelImage
from scenes.mobjects.product_fan import FanLines, ProductFan, SpreadFan
from scenes.mobjects.pulse import Pulse
from scenes.mobjects.readout import Readout
from scenes.mobjects.row import Row
from scenes.mobjects.runner_track import RunnerTrack
from scenes.mobjects.slope_sweep import SlopeSweep
from scenes.mobjects.split_square import SplitSquare
from scenes.mobjects.text_at import text_at
from scenes.mobjects.value_axis import ValueAxis
from scenes.mobjects.weight_window import TurnWeight, WeightWindow, one_neuron

__all__ = [
    "AccuracyTable",
    "AxisName",
    "BalanceDial",
    "ChainColumns",
    "ChainProduct",
    "ChangeBars",
    "CostPanel",
    "DecadePlot",
    "EpochCounter",
    "FactorCard",
    "FactorCards",
    "FanLines",
    "FunctionPlot",
    "GradientBars",
    "Grains",
    "GrowPair",
    "Heap",
    "HistoryPlot",
    "LayerStack",
    "LengthRuler",
    "LiveNumber",
    "LogHistogram",
    "MagnitudeScale",
    "NestedProduct",
    "Neuron",
    "NeuronChain",
    "NeuronPanel",
    "NeuronRows",
    "PixelImage",
    "Polylines",
    "ProductFan",
    "Pulse",
    "RaiseHistogram",
    "Readout",
    "RescaleAxis",
    "RevealHistory",
    "Row",
    "RunnerTrack",
    "SlopeSweep",
    "SplitSquare",
    "SpreadFan",
    "SwingNeedle",
    "TurnWeight",
    "ValueAxis",
    "WeightWindow",
    "heap",
    "one_neuron",
    "text_at",
]
