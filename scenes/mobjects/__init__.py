"""Shared mobjects: one concept a module."""

from scenes.mobjects.accuracy_table import AccuracyTable
from scenes.mobjects.cost_panel import CostPanel
from scenes.mobjects.factor_card import FactorCard, FactorCards
from scenes.mobjects.function_plot import FunctionPlot
from scenes.mobjects.gradient_bars import GradientBars
from scenes.mobjects.history_plot import EpochCounter, HistoryPlot, RevealHistory
from scenes.mobjects.layer_stack import LayerStack
from scenes.mobjects.live_number import LiveNumber
from scenes.mobjects.magnitude_axis import MagnitudeScale
from scenes.mobjects.neuron_chain import ChainColumns, Neuron, NeuronChain
from scenes.mobjects.neuron_panel import NeuronPanel, NeuronRows
from scenes.mobjects.pixel_image import PixelImage
from scenes.mobjects.pulse import Pulse
from scenes.mobjects.row import Row
from scenes.mobjects.runner_track import RunnerTrack

__all__ = [
    "AccuracyTable",
    "ChainColumns",
    "CostPanel",
    "EpochCounter",
    "FactorCard",
    "FactorCards",
    "FunctionPlot",
    "GradientBars",
    "HistoryPlot",
    "LayerStack",
    "LiveNumber",
    "MagnitudeScale",
    "Neuron",
    "NeuronChain",
    "NeuronPanel",
    "NeuronRows",
    "PixelImage",
    "Pulse",
    "RevealHistory",
    "Row",
    "RunnerTrack",
]
