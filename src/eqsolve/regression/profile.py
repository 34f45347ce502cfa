"""Profile likelihood: one parameter is held at many values, and all others are fitted anew, all in one batch.

The signed root of the growth of the cost is a straight line through zero for a linear model; where it crosses the
quantile of Student's distribution lie the ends of the interval.

References:
    Bates and Watts (1988), Nonlinear Regression Analysis and Its Applications, chapter 6.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from eqsolve.regression.statistics import Spread

if TYPE_CHECKING:
    import numpy as np
    from torch import Tensor

    from eqsolve.numeric.residual import Jacobian, Residual

REACH: Final = 5.0  # standard errors to either side, doubled as often as
DOUBLINGS: Final = 3
POINTS: Final = 41


def profile(
    residual: Residual, which: int, values: np.ndarray, spread: Spread, rss: float, variance: float
) -> tuple[list[float], list[float]]:
    """Return values of a parameter and τ = sign·√((rss' - rss)/σ²) at each, both ascending."""
    import numpy as np
    import torch

    from eqsolve.numeric import one_thread
    from eqsolve.numeric.solvers import Stopping, iterate
    from eqsolve.numeric.solvers.lm import LevenbergMarquardt

    stderr = math.sqrt(float(spread.inverse[which, which]) * variance)
    reach = REACH * stderr * np.sinh(np.linspace(-DOUBLINGS, DOUBLINGS, POINTS)) / np.sinh(1.0)
    lower, upper = float(residual.lower[which]), float(residual.upper[which])
    at = np.unique(np.clip(values[which] + reach, lower, upper))
    # The others follow the tangent of the valley at first.
    tangent = spread.inverse[:, which] / spread.inverse[which, which]
    starts = values[:, None] + np.nan_to_num(tangent)[:, None] * (at - values[which])[None, :]
    held = Held(residual, which, torch.tensor(at))
    others = [k for k in range(len(values)) if k != which]
    with one_thread():
        x = torch.cat([torch.tensor(starts[others]), held.lane_numbers()])
        stopping = Stopping(max_steps=300, growth=1e30)
        out = iterate(LevenbergMarquardt(lower_by=1 / 3), held, x, stopping=stopping)
    growth = np.maximum(2 * out.cost.numpy() - rss, 0.0)
    tau = np.sign(at - values[which]) * np.sqrt(growth / variance)
    return at.tolist(), tau.tolist()


def crossings(at: Sequence[float], tau: Sequence[float], level: float) -> tuple[float | None, float | None]:
    """Return where τ reaches -level and level, by interpolation; None where it does not."""
    below = [k for k, t in enumerate(tau) if t <= -level]
    above = [k for k, t in enumerate(tau) if t >= level]
    low = _between(at, tau, max(below), -level) if below else None
    high = _between(at, tau, min(above) - 1, level) if above else None
    return low, high


def _between(at: Sequence[float], tau: Sequence[float], k: int, level: float) -> float:
    """Return the place between points k and k + 1 where τ is `level`; a cubic through four points, inverted."""
    import numpy as np

    window = slice(max(0, k - 1), k + 3)
    t, a = np.array(tau[window]), np.array(at[window])
    if len(t) == 4 and bool((np.diff(t) > 0).all()):
        middle, scale = a[1], a[2] - a[1]
        weights = [np.prod([(level - s) / (u - s) for s in t if s != u]) for u in t]
        found = middle + scale * float(np.dot(weights, (a - middle) / scale))
        if a[1] <= found <= a[2]:
            return float(found)
    left, right = tau[k], tau[k + 1]
    share = (level - left) / (right - left) if right > left else 0.5
    return float(at[k] + share * (at[k + 1] - at[k]))


@dataclass(frozen=True, slots=True, eq=False)
class Held:
    """A `Residual` with one parameter held at another value in each lane.

    The last row of x is the number of the lane; it does not move, since lanes may be taken out.
    """

    inner: Residual
    which: int
    at: Tensor

    def lane_numbers(self) -> Tensor:
        """Return the last row of x."""
        import torch

        return torch.arange(len(self.at), dtype=torch.float64)[None, :]

    @property
    def rows(self) -> int:
        """Number of rows."""
        return self.inner.rows

    @property
    def columns(self) -> int:
        """Number of parameters: the other ones, and the lane."""
        return self.inner.columns

    @property
    def lower(self) -> Tensor:
        """Lower bounds."""
        return self._bounds(self.inner.lower, -math.inf)

    @property
    def upper(self) -> Tensor:
        """Upper bounds."""
        return self._bounds(self.inner.upper, math.inf)

    def r(self, x: Tensor) -> Tensor:
        """Return the residual."""
        return self.inner.r(self._whole(x))

    def jacobian(self, x: Tensor) -> tuple[Tensor, Jacobian]:
        """Return the residual and its derivatives, which are zero by the lane."""
        import torch

        from eqsolve.numeric.residual import Jacobian, Pattern

        r, J = self.inner.jacobian(self._whole(x))
        dense = J.dense()
        kept = [k for k in range(self.inner.columns) if k != self.which]
        parts = torch.cat([dense[:, kept], torch.zeros_like(dense[:, :1])], 1)
        return r, Jacobian(Pattern.dense(*parts.shape[:2]), parts.flatten(0, 1))

    def _whole(self, x: Tensor) -> Tensor:
        import torch

        value = self.at[x[-1].long()][None, :]
        return torch.cat([x[: self.which], value, x[self.which : -1]])

    def _bounds(self, bounds: Tensor, last: float) -> Tensor:
        import torch

        kept = [k for k in range(self.inner.columns) if k != self.which]
        return torch.cat([bounds[kept], torch.tensor([last], dtype=bounds.dtype)])
