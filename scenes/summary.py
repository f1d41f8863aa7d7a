"""The chain as a table of numbers, one row a layer."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, cast

import numpy as np

from lecture.config.contract import SpecSummary
from lecture.kit.numbers import ACTIVATION_VALUE, FACTOR, GRADIENT, PLAIN, RATIO, WEIGHT
from scenes.data.chain_readings import slopes_in_logs, speed_ratio

if TYPE_CHECKING:
    from lecture.config.spec import LectureSpec
    from mathcore import BackwardTrace
    from scenes.spec import ChainSpec, GradientSpec

__all__ = ["HEADINGS", "ChainTable", "Row", "chain_table", "summarize"]

HEADINGS = ("layer", "w", "b", "h", "a", "σ′(h)", "w σ′(h)", "|dC/dw|")

_SAME_SPEED = math.log10(1.05)


@dataclass(frozen=True, slots=True)
class Row:
    """A layer of the table.

    `layer` counts from 1. Signs and logarithms are exact where a float underflows.
    """

    layer: int
    w: float
    b: float
    h: float
    sign_h: float
    log10_abs_h: float
    a: float
    sign_a: float
    log10_abs_a: float
    slope: float
    sign_slope: float
    log10_abs_slope: float
    factor: float
    sign_factor: float
    log10_abs_factor: float
    abs_grad_w: float
    log10_abs_grad_w: float

    def cells(self) -> tuple[str, ...]:
        """Return the formatted cells of the row, in the order of `HEADINGS`."""
        return (
            str(self.layer),
            WEIGHT(self.w),
            WEIGHT(self.b),
            FACTOR.from_log10(self.sign_h, self.log10_abs_h),
            ACTIVATION_VALUE.from_log10(self.sign_a, self.log10_abs_a),
            FACTOR.from_log10(self.sign_slope, self.log10_abs_slope),
            FACTOR.from_log10(self.sign_factor, self.log10_abs_factor),
            GRADIENT.from_log10(float(math.isfinite(self.log10_abs_grad_w)), self.log10_abs_grad_w),
        )


@dataclass(frozen=True, slots=True)
class ChainTable:
    """The layers of a chain with its input, target, output and cost.

    Signs and logarithms are exact where a float underflows.
    """

    activation: str
    cost_name: str
    input: float
    target: float
    output: float
    sign_output: float
    log10_abs_output: float
    cost: float
    log10_cost: float
    dcost_dy: float
    sign_dcost_dy: float
    log10_abs_dcost_dy: float
    rows: tuple[Row, ...]
    verdict: str

    def summary(self) -> str:
        """Return a line with the depth, input, target, output and cost."""
        output = ACTIVATION_VALUE.from_log10(self.sign_output, self.log10_abs_output)
        cost = ACTIVATION_VALUE.from_log10(1.0, self.log10_cost)
        dcost_dy = FACTOR.from_log10(self.sign_dcost_dy, self.log10_abs_dcost_dy)
        return (
            f"{len(self.rows)} layers, {self.activation}, cost {self.cost_name}: "
            f"x = {PLAIN(self.input)}, t = {PLAIN(self.target)}, "
            f"y = {output}, C = {cost}, dC/dy = {dcost_dy}"
        )


def chain_table(spec: ChainSpec) -> ChainTable:
    """Run a chain forwards and backwards and return its table.

    Examples
    --------
    >>> from scenes.spec import ChainSpec
    >>> table = chain_table(ChainSpec())
    >>> table.rows[0].cells()
    ('1', '0.90', '0', '0.720', '0.673', '0.220', '0.198', '3.9·10⁻⁵')
    >>> table.verdict
    'Layer 6 learns 2,052 times as fast as layer 1.'
    """
    trace = spec.build().backward(spec.input, spec.target, cost=spec.cost)
    return ChainTable(
        activation=spec.activation,
        cost_name=spec.cost,
        input=spec.input,
        target=spec.target,
        output=float(trace.y),
        sign_output=float(trace.sign_a[-1]),
        log10_abs_output=float(trace.log10_abs_a[-1]),
        cost=float(trace.cost),
        log10_cost=float(trace.log10_cost),
        dcost_dy=float(trace.dcost_dy),
        sign_dcost_dy=float(trace.sign_dcost_dy),
        log10_abs_dcost_dy=float(trace.log10_abs_dcost_dy),
        rows=_rows(spec.activation, trace),
        verdict=_verdict(trace),
    )


def summarize(spec: LectureSpec) -> SpecSummary:
    """Return the output of `lecture show`: the table of the spec's chain."""
    table = chain_table(cast("GradientSpec", spec).chain)
    return SpecSummary(
        head=table.summary(),
        headings=HEADINGS,
        rows=tuple(row.cells() for row in table.rows),
        verdict=table.verdict,
        data=_for_json(asdict(table)),
    )


def _for_json(value: Any) -> Any:
    """Replace infinite numbers, which JSON cannot hold, by null, and -0.0 by 0.0."""
    if isinstance(value, dict):
        return {key: _for_json(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_for_json(item) for item in value]
    if isinstance(value, float):
        return value + 0.0 if math.isfinite(value) else None
    return value


def _rows(name: str, trace: BackwardTrace) -> tuple[Row, ...]:
    sign_slope, log10_slope = slopes_in_logs(trace, name)
    with np.errstate(divide="ignore"):
        log10_factor = np.log10(np.abs(trace.weights)) + log10_slope
    columns = (
        trace.weights,
        trace.biases,
        trace.h,
        trace.sign_h,
        trace.log10_abs_h,
        trace.a,
        trace.sign_a,
        trace.log10_abs_a,
        trace.slope,
        sign_slope,
        log10_slope,
        trace.factors,
        np.sign(trace.weights) * sign_slope,
        log10_factor,
        np.abs(trace.grad_w),
        trace.log10_abs_grad_w,
    )
    layers = zip(*(column.tolist() for column in columns), strict=True)
    return tuple(Row(number, *values) for number, values in enumerate(layers, start=1))


def _verdict(trace: BackwardTrace) -> str:
    found = speed_ratio(trace)
    if found.verdict == "dead":
        return "No layer learns: every gradient is exactly zero."
    if found.verdict == "stuck":
        return f"Layer {found.slow} does not learn at all: its gradient is exactly zero."
    if found.log10 < _SAME_SPEED:
        return "All layers learn equally fast, to 5 %."
    ratio = RATIO.from_log10(1.0, found.log10)
    return f"Layer {found.fast} learns {ratio} times as fast as layer {found.slow}."
