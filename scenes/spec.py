"""The spec of the lecture on unstable gradients: the ``[chain]`` table of ``lecture.toml``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Literal, Self

from pydantic import (
    BaseModel,
    Discriminator,
    Field,
    ModelWrapValidatorHandler,
    Tag,
    ValidationError,
    ValidationInfo,
    field_validator,
    model_validator,
)
from pydantic_core import InitErrorDetails, PydanticCustomError

from lecture.config.issues import as_line_errors
from lecture.config.spec import LectureSpec
from lecture.model import FrozenModel, allowed
from scenes import LECTURE

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    import mathcore

__all__ = ["ChainSpec", "DrawnBiases", "DrawnWeights", "GradientSpec"]

MIN_DEPTH, MAX_DEPTH = 2, 12
ActivationName = Literal[
    "sigmoid", "tanh", "relu", "leaky_relu", "elu", "gelu", "silu", "softplus", "identity"
]
CostName = Literal["squared", "half_squared", "cross_entropy"]

# Strict, so that TOML's `true` and "0.8" are rejected instead of converted.
Number = Annotated[float, Field(strict=True, ge=-1e6, le=1e6, allow_inf_nan=False)]
Seed = Annotated[int, Field(strict=True, ge=0, le=2**63 - 1)]
Spread = Annotated[float, Field(strict=True, ge=0, le=1000, allow_inf_nan=False)]
_NUMBER = "a finite number from -1000000 to 1000000"
_SPREAD = "a number from 0 to 1000"
_SEED = "a whole number from 0 to 9223372036854775807"
_DRAW_WEIGHTS = '{ distribution = "gaussian", depth = 2 to 12, std = 1.0, seed = 0 }'
_DRAW_BIASES = '{ distribution = "gaussian", std = 1.0, seed = 0 }'


class DrawnWeights(FrozenModel):
    """Random weights, equal for equal seeds."""

    distribution: Literal["gaussian"] = Field(
        default="gaussian", description="The distribution of the weights; its mean is zero."
    )
    depth: int = Field(
        strict=True,
        ge=MIN_DEPTH,
        le=MAX_DEPTH,
        description="The number of layers.",
        json_schema_extra=allowed("a whole number from 2 to 12"),
    )
    std: Spread = Field(
        default=1.0,
        description="The standard deviation.",
        json_schema_extra=allowed(_SPREAD),
    )
    seed: Seed = Field(
        default=0,
        description="The seed of the weights; another seed gives another chain.",
        json_schema_extra=allowed(_SEED),
    )


class DrawnBiases(FrozenModel):
    """Biases drawn at random, one for each weight and independent of the weights."""

    distribution: Literal["gaussian"] = Field(
        default="gaussian", description="The distribution of the biases; its mean is zero."
    )
    std: Spread = Field(
        default=1.0,
        description="The standard deviation.",
        json_schema_extra=allowed(_SPREAD),
    )
    seed: Seed = Field(
        default=0,
        description="The seed of the biases.",
        json_schema_extra=allowed(_SEED),
    )


def _kind(value: object) -> str | None:
    """Return the tag of the notation used, so that errors concern that notation only."""
    if isinstance(value, dict | BaseModel):
        return "drawn"
    if isinstance(value, list | tuple):
        return "listed"
    return "one" if isinstance(value, int | float) else None


_Listed = Annotated[
    tuple[Number, ...], Field(min_length=MIN_DEPTH, max_length=MAX_DEPTH), Tag("listed")
]
Weights = Annotated[_Listed | Annotated[DrawnWeights, Tag("drawn")], Discriminator(_kind)]
Biases = Annotated[
    Annotated[Number, Tag("one")] | _Listed | Annotated[DrawnBiases, Tag("drawn")],
    Discriminator(_kind),
]


class ChainSpec(FrozenModel):
    """The chain of single neurons that the lecture shows."""

    # The order matters: validators of fields read the fields above them.
    weights: Weights = Field(
        default=(0.9, -0.8, 1.1, 0.7, -0.6, 0.95),
        description="The weights of layers 1, 2, ..., or the distribution of random weights.",
        json_schema_extra=allowed(
            f"a list of 2 to 12 finite numbers from -1000000 to 1000000, or {_DRAW_WEIGHTS}"
        ),
    )
    biases: Biases = Field(
        default=0.0,
        description="One bias for all layers, one for each, or the distribution of random biases.",
        json_schema_extra=allowed(
            f"one finite number from -1000000 to 1000000, a list with one number for each "
            f"weight, or {_DRAW_BIASES}"
        ),
    )
    activation: ActivationName = Field(
        default="sigmoid", description="The activation function of every neuron."
    )
    cost: CostName = Field(
        default="squared",
        description="The cost function: squared is (y - t)^2.",
    )
    input: Number = Field(
        default=0.8,
        description="The input x of the chain.",
        json_schema_extra=allowed(_NUMBER),
    )
    target: Number = Field(
        default=1.0,
        description="The desired output t.",
        json_schema_extra=allowed(_NUMBER),
    )

    @model_validator(mode="wrap")
    @classmethod
    def _one_bias_a_weight(cls, data: Any, handler: ModelWrapValidatorHandler[Self]) -> Self:
        """Check the number of biases, and report its error along with the others."""
        given = data if isinstance(data, dict) else {}
        errors: list[InitErrorDetails] = []
        biases, depth = given.get("biases"), _depth_of(given.get("weights"))
        if isinstance(biases, list | tuple) and depth not in {None, len(biases)}:
            error = PydanticCustomError(
                "bias_count",
                "{given} biases were given for {depth} weights; allowed: {depth} biases, or one "
                "number for all layers",
                {"given": len(biases), "depth": depth},
            )
            errors = [InitErrorDetails(type=error, loc=("biases",), input=biases)]
        try:
            chain = handler(data)
        except ValidationError as error:
            raise ValidationError.from_exception_data(
                "chain", as_line_errors(error) + errors
            ) from None
        if errors:
            raise ValidationError.from_exception_data("chain", errors)
        return chain

    @field_validator("cost")
    @classmethod
    def _cost_fits_activation(cls, cost: CostName, info: ValidationInfo) -> CostName:
        activation = info.data.get("activation")
        if cost == "cross_entropy" and activation not in {"sigmoid", None}:
            raise PydanticCustomError(
                "cost_activation",
                '"cross_entropy" was given with activation "{activation}", whose output is no '
                'probability; allowed: squared, half_squared, or activation = "sigmoid"',
                {"activation": activation},
            )
        return cost

    @field_validator("target")
    @classmethod
    def _target_fits_cost(cls, target: float, info: ValidationInfo) -> float:
        if info.data.get("cost") == "cross_entropy" and not 0 <= target <= 1:
            raise PydanticCustomError(
                "target_cost",
                '{target} was given with cost "cross_entropy"; allowed: a number from 0 to 1',
                {"target": target},
            )
        return target

    @property
    def depth(self) -> int:
        """Number of layers."""
        weights = self.weights
        return weights.depth if isinstance(weights, DrawnWeights) else len(weights)

    def build(self) -> mathcore.Chain:
        """Return the chain, with random weights and biases drawn."""
        import mathcore  # noqa: PLC0415  (so that specs load without NumPy)

        return mathcore.Chain(self._weights(), self._biases(), self.activation)

    def _weights(self) -> npt.NDArray[np.float64]:
        import numpy as np  # noqa: PLC0415

        if not isinstance(self.weights, DrawnWeights):
            return np.array(self.weights, dtype=np.float64)
        # Separate streams, so that weights and biases of the same seed are independent.
        rng = np.random.default_rng([self.weights.seed, 0])
        return rng.normal(0.0, self.weights.std, self.weights.depth)

    def _biases(self) -> npt.NDArray[np.float64]:
        import numpy as np  # noqa: PLC0415

        if not isinstance(self.biases, DrawnBiases):
            return np.broadcast_to(np.array(self.biases, dtype=np.float64), self.depth).copy()
        rng = np.random.default_rng([self.biases.seed, 1])
        return rng.normal(0.0, self.biases.std, self.depth)


def _depth_of(weights: object) -> int | None:
    """Return the number of layers of unvalidated weights; ``None`` if it is unknown."""
    if weights is None:
        return len(ChainSpec.model_fields["weights"].default)
    if isinstance(weights, list | tuple):
        return len(weights)
    depth = weights.get("depth") if isinstance(weights, dict) else getattr(weights, "depth", None)
    return depth if isinstance(depth, int) else None


class GradientSpec(LectureSpec):
    """The fields of ``lecture.toml``; each has a default, so no file is needed."""

    lecture = LECTURE

    chain: ChainSpec = Field(default_factory=ChainSpec, description="The chain of the lecture.")
