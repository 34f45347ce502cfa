"""What pictures of a fit show: a curve with its band over one column, or fitted against observed values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Final, Protocol

from eqsolve.fitted import Panel, Prediction, Series

if TYPE_CHECKING:
    import numpy as np

POINTS: Final = 400
GRID: Final = 120
MARGIN: Final = 0.03
MOST: Final = 4_000  # data points that are drawn


class Model(Protocol):
    """What a panel needs of a fitted model."""

    def predict(self, columns: Mapping[str, Sequence[float]], line: int = 0) -> Prediction:
        """Evaluate the model."""
        ...

    def series(self) -> tuple[Series, ...]:
        """Return all soft equations with their data."""
        ...

    def argument(self, line: int) -> str | None:
        """Return the one column that the model depends on."""
        ...

    def field(self, line: int, columns: Mapping[str, np.ndarray]) -> np.ndarray:
        """Return left - right at other values of the columns."""
        ...


def panel_of(model: Model, line: int) -> Panel | None:
    """Return the picture of a soft equation; None if it has no rows to show."""
    series = model.series()[line]
    if len(series.residuals) < 2:
        return None
    step = -(-len(series.residuals) // MOST)
    if series.observed is None or series.prediction is None:
        return _implicit(model, line, series, step)
    name = model.argument(line)
    if name is None:
        return Panel(
            series.name,
            "fitted",
            "observed",
            list(series.prediction.value)[::step],
            list(series.observed)[::step],
            *_diagonal(series.prediction.value),
            residuals=list(series.residuals)[::step],
        )
    x = list(series.columns[name])
    places = _spaced(min(x), max(x), POINTS)
    band = model.predict({name.rpartition(".")[2]: places}, line)
    left = series.name.partition("~")[0].strip() or "y"
    return Panel(
        series.name,
        name,
        left if "~" in series.name else "y",
        x[::step],
        list(series.observed)[::step],
        places,
        band.value,
        band.low,
        band.high,
        list(series.residuals)[::step],
    )


def _spaced(low: float, high: float, count: int, margin: float = MARGIN) -> list[float]:
    wide = margin * (high - low)
    # What is positive stays so: a model may end at zero.
    low = low - wide if low < 0 or wide < low else max(low / 2, 0.0) if low > 0 else low
    high = high + wide if high > 0 or wide < -high else high
    return [low + (high - low) * k / (count - 1) for k in range(count)]


def _diagonal(fitted: Sequence[float]) -> tuple[list[float], list[float]]:
    ends = _spaced(min(fitted), max(fitted), 2)
    return ends, ends


def _implicit(model: Model, line: int, series: Series, step: int) -> Panel | None:
    """Return the zero line of an implicit model of two columns as a field of values."""
    import numpy as np

    if len(series.columns) != 2:
        return None
    (across, x), (up, y) = series.columns.items()
    xs, ys = _spaced(min(x), max(x), GRID, 0.1), _spaced(min(y), max(y), GRID, 0.1)
    grid_x, grid_y = np.meshgrid(xs, ys)
    values = model.field(line, {across: grid_x.ravel(), up: grid_y.ravel()}).reshape(grid_x.shape)
    return Panel(
        series.name,
        across,
        up,
        list(x)[::step],
        list(y)[::step],
        xs,
        ys,
        residuals=list(series.residuals)[::step],
        field=values.tolist(),
    )
