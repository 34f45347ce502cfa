"""Newton's method, damped so that the corrections shrink, not the residuals.

A step λd is taken if the simplified correction at its end, with the Jacobian of its beginning, is shorter than
d (natural monotonicity). The test does not change when equations are multiplied or mixed: local minima of the
cost, which depend on that, do not hold it. The damping is predicted from the last two corrections.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Final

import torch
from torch import Tensor

from eqsolve.numeric.linear import newton_step
from eqsolve.numeric.residual import Point, Residual, clip, pressed

_TINY: Final = 1e-300


@dataclass(frozen=True, slots=True, eq=False)
class NaturalNewtonState:
    """Where the method stands.

    Attributes:
        point: The point reached.
        step: The step tried last, taken or not, shape [n, batch].
        correction: Newton's correction d at the point, shape [n, batch].
        damping: λ to try next, shape [batch].
        weight: What lengths of steps are measured in, shape [n, batch].
    """

    point: Point
    step: Tensor
    correction: Tensor
    damping: Tensor
    weight: Tensor

    def select(self, lanes: Tensor) -> NaturalNewtonState:
        """Return some lanes."""
        return NaturalNewtonState(
            self.point.select(lanes),
            self.step[:, lanes],
            self.correction[:, lanes],
            self.damping[lanes],
            self.weight[:, lanes],
        )


@dataclass(frozen=True, slots=True)
class NaturalNewton:
    """Newton steps under the natural monotonicity test.

    Attributes:
        damping: λ at the start.
        least: λ below which a lane stands still.

    References:
        Deuflhard (2004), Newton Methods for Nonlinear Problems, section 3.3 (NLEQ-ERR).
    """

    usual_steps: ClassVar[int] = 200
    damping: float = 1.0
    least: float = 1e-8

    def init(self, residual: Residual, x: Tensor) -> NaturalNewtonState:
        """Evaluate the residual and the first correction at the start, shape [n, batch]."""
        point = Point.at(residual, x)
        size = x.abs()
        return NaturalNewtonState(
            point,
            torch.zeros_like(x),
            _correction(residual, point),
            torch.full_like(point.cost, self.damping),
            torch.where(size > 0, size, 1.0),
        )

    def step(self, residual: Residual, state: NaturalNewtonState) -> NaturalNewtonState:
        """Try one step in every lane; take it where the correction at its end is shorter."""
        here, d, damping = state.point, state.correction, state.damping
        weight = torch.maximum(state.weight, here.x.abs())
        tried = damping * d
        there = Point.at(residual, clip(residual, here.x + tried))
        simplified = newton_step(here.J, there.r)
        length = _length(d, weight)
        shorter = _length(simplified, weight) <= (1 - damping / 4) * length
        taken = there.finite & shorter
        bend = 0.5 * length * damping.square() / _length(simplified - (1 - damping) * d, weight)
        smaller = torch.where(there.finite, torch.minimum(bend, damping / 2), damping / 2)
        smaller = torch.where(smaller.isfinite(), smaller, damping / 2)

        point = Point.where(taken, there, here)
        correction = torch.where(taken, _correction(residual, there), d)
        change = _length(simplified - correction, weight) * _length(correction, weight)
        predicted = length * _length(simplified, weight) / change * damping
        predicted = torch.where(predicted.isfinite(), predicted, 1.0).clamp(self.least, 1.0)
        alive = smaller >= self.least
        return NaturalNewtonState(
            point,
            torch.where(taken | alive, tried, 0.0),
            correction,
            torch.where(taken, predicted, smaller.clamp(min=self.least)),
            torch.where(taken, torch.maximum(weight, there.x.abs()), weight),
        )


def _correction(residual: Residual, point: Point) -> Tensor:
    """Return Newton's correction, shape [n, batch], without what a bound forbids."""
    d = newton_step(point.J, point.r)
    held = pressed(residual, point.x, d)
    return newton_step(point.J.without(held), point.r) if held.any() else d


def _length(d: Tensor, weight: Tensor) -> Tensor:
    length: Tensor = torch.linalg.vector_norm(d / weight, dim=0)
    return length + _TINY
