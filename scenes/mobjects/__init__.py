"""Shared mobjects: one concept a module."""

from scenes.mobjects.cost_panel import CostPanel
from scenes.mobjects.decade_plot import DecadePlot, Polylines
from scenes.mobjects.factor_card import FactorCard, FactorCards
from scenes.mobjects.function_plot import FunctionPlot
from scenes.mobjects.gradient_bars import GradientBars
from scenes.mobjects.grains import Grains, Heap, heap, squeezed
from scenes.mobjects.length_ruler import LengthRuler
from scenes.mobjects.live_number import LiveNumber
from scenes.mobjects.magnitude_axis import MagnitudeScale
from scenes.mobjects.neuron_chain import ChainColumns, Neuron, NeuronChain
from scenes.mobjects.neuron_panel import NeuronPanel, NeuronRows
from scenes.mobjects.pulse import Pulse
from scenes.mobjects.readout import Readout
from scenes.mobjects.row import Row
from scenes.mobjects.slope_sweep import SlopeSweep
from scenes.mobjects.split_square import SplitSquare
from scenes.mobjects.value_axis import ValueAxis

__all__ = [
    "ChainColumns",
    "CostPanel",
    "DecadePlot",
    "FactorCard",
    "FactorCards",
    "FunctionPlot",
    "GradientBars",
    "Grains",
    "Heap",
    "LengthRuler",
    "LiveNumber",
    "MagnitudeScale",
    "Neuron",
    "NeuronChain",
    "NeuronPanel",
    "NeuronRows",
    "Polylines",
    "Pulse",
    "Readout",
    "Row",
    "SlopeSweep",
    "SplitSquare",
    "ValueAxis",
    "heap",
    "squeezed",
]
