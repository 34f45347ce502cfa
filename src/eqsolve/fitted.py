"""What a fit found, as plain data: estimates with their errors, and how well the model describes the data."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeAlias

Interval: TypeAlias = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Estimate:
    """A parameter, or a quantity derived from parameters.

    Attributes:
        value: The estimate.
        stderr: Its standard error; None where the data do not determine one.
        ci95: 95 % interval from Student's distribution.
        profile: 95 % interval from the profile likelihood, if it was asked for; None where an end is open.
        exact: The exact value, if it is short.
        note: Why there is no standard error ("at its lower bound", "not identifiable").
    """

    value: float
    stderr: float | None = None
    ci95: Interval | None = None
    profile: tuple[float | None, float | None] | None = None
    exact: str | None = None
    note: str | None = None

    def to_dict(self) -> dict[str, object]:
        """Return the JSON object."""
        return {
            "value": _number(self.value),
            "stderr": _number(self.stderr),
            "ci95": None if self.ci95 is None else list(map(_number, self.ci95)),
            "profile95": None if self.profile is None else list(map(_number, self.profile)),
            "exact": self.exact,
            "note": self.note,
        }


@dataclass(frozen=True, slots=True)
class Prediction:
    """The fitted model at some points.

    Attributes:
        value: The model, one number per point.
        stderr: Standard error of the model there; NaN where it is not determined.
        low: Lower end of the 95 % band.
        high: Upper end of the 95 % band.
    """

    value: Sequence[float]
    stderr: Sequence[float]
    low: Sequence[float]
    high: Sequence[float]


@dataclass(frozen=True, slots=True)
class Series:
    """One soft equation with its data, its fitted values and its residuals, row by row.

    Attributes:
        name: Label or text of the line.
        columns: The numbers of the columns it names, by full name.
        observed: The side without parameters; None for an implicit model.
        prediction: The fitted values; None for an implicit model.
        residuals: left - right, in the units of the data.
        standardized: Residuals over their standard deviations.
    """

    name: str
    columns: Mapping[str, Sequence[float]]
    observed: Sequence[float] | None
    prediction: Prediction | None
    residuals: Sequence[float]
    standardized: Sequence[float]


@dataclass(frozen=True, slots=True)
class Panel:
    """What a picture of one soft equation shows.

    Attributes:
        title: Label or text of the line.
        x_label: What runs along the axis below.
        y_label: What runs along the axis on the left.
        x: Places of the data.
        y: The data there.
        curve_x: Places of the curve, ascending; empty where there is no curve.
        curve: The model there.
        low: Lower end of its band.
        high: Upper end of its band.
        residuals: left - right at the data.
        field: For an implicit model of two columns: its values at each of `curve` (down) and `curve_x` (across).
    """

    title: str
    x_label: str
    y_label: str
    x: Sequence[float]
    y: Sequence[float]
    curve_x: Sequence[float] = ()
    curve: Sequence[float] = ()
    low: Sequence[float] = ()
    high: Sequence[float] = ()
    residuals: Sequence[float] = ()
    field: Sequence[Sequence[float]] = ()


class Predictor(Protocol):
    """The fitted model as something that can be evaluated."""

    def predict(self, columns: Mapping[str, Any], line: int = 0) -> Prediction:
        """Evaluate the model of a soft equation at other values of the columns."""
        ...

    def series(self) -> tuple[Series, ...]:
        """Return all soft equations with their data."""
        ...

    def panels(self) -> tuple[Panel, ...]:
        """Return what pictures of the soft equations show."""
        ...

    def function(self, line: int = 0) -> Callable[..., Any]:
        """Return the model as a differentiable function of torch tensors, by name of the column."""
        ...

    def profile(self, name: str) -> tuple[Sequence[float], Sequence[float]]:
        """Return values of a parameter and the square root of the growth of the cost there, signed."""
        ...


@dataclass(frozen=True, slots=True)
class Fit:
    """The least-squares answer with its statistics.

    Attributes:
        parameters: Estimates by name.
        derived: Quantities that hard equations define from the parameters.
        rows: Number of residuals.
        rss: Weighted sum of their squares.
        dof: Degrees of freedom.
        sigma: Residual standard deviation √(rss/dof); None without degrees of freedom.
        r2: Coefficient of determination; None where it has no meaning.
        aic: Akaike's criterion; None for an exact fit.
        bic: Bayes' criterion; None for an exact fit.
        correlation: Correlations of the parameters that have standard errors.
        absolute: Whether the spreads `± s` were taken for standard deviations, so that errors do not scale with sigma.
        loss: Name of the robust loss; None for least squares.
        combinations: Combinations that the data determine although they do not determine the parameters in them.
        method: What found it.
        starts: Starts that were followed; 0 where the answer does not come from a search.
        reached: How many of them came to this minimum.
        second: Weighted sum of squares at the next higher minimum that was seen.
        checked: Whether the gradient was found to vanish by an independent evaluation in ball arithmetic.
        predictor: Evaluates the model.
    """

    parameters: Mapping[str, Estimate]
    derived: Mapping[str, Estimate]
    rows: int
    rss: float
    dof: int
    sigma: float | None
    r2: float | None
    aic: float | None
    bic: float | None
    correlation: Mapping[str, Mapping[str, float]]
    absolute: bool = False
    loss: str | None = None
    combinations: tuple[str, ...] = ()
    method: str = ""
    starts: int = 0
    reached: int = 0
    second: float | None = None
    checked: bool = False
    predictor: Predictor | None = field(default=None, compare=False, repr=False)

    def to_dict(self) -> dict[str, object]:
        """Return the JSON object; it holds neither NaN nor infinity."""
        return {
            "parameters": {name: one.to_dict() for name, one in self.parameters.items()},
            "derived": {name: one.to_dict() for name, one in self.derived.items()},
            "rows": self.rows,
            "rss": _number(self.rss),
            "dof": self.dof,
            "sigma": _number(self.sigma),
            "r2": _number(self.r2),
            "aic": _number(self.aic),
            "bic": _number(self.bic),
            "correlation": {
                name: {other: _number(value) for other, value in row.items()}
                for name, row in self.correlation.items()
            },
            "absolute_sigma": self.absolute,
            "loss": self.loss,
            "combinations": list(self.combinations),
            "method": self.method,
            "starts": self.starts,
            "reached": self.reached,
            "second_rss": _number(self.second),
            "checked": self.checked,
        }


def _number(value: float | None) -> float | None:
    return value if value is not None and math.isfinite(value) else None
