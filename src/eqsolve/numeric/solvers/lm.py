"""Levenberg-Marquardt: Gauss-Newton steps, damped until they lower the cost.

The damping follows the gain ratio (Nielsen), unknowns are scaled by the largest column norms so far (Moré),
the step comes from a QR factorisation of the stacked matrix, and the second derivative along the step, from
one more evaluation of the residual, bends it (geodesic acceleration). A point that is not finite is rejected.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Final

import torch
from torch import Tensor

from eqsolve.numeric.linear import Solve, damped, unit_scale
from eqsolve.numeric.residual import Point, Residual, clip, pressed

_LEAST_DAMPING: Final = 1e-20


@dataclass(frozen=True, slots=True, eq=False)
class LevenbergMarquardtState:
    """Where Levenberg-Marquardt stands.

    Attributes:
        point: The best point so far.
        step: The step tried last, taken or not, shape [n, batch].
        damping: λ, shape [batch].
        raise_by: What a rejection multiplies the damping by, shape [batch].
        scale: The largest column norms so far, 1 where they are zero, shape [n, batch].
    """

    point: Point
    step: Tensor
    damping: Tensor
    raise_by: Tensor
    scale: Tensor

    def select(self, lanes: Tensor) -> LevenbergMarquardtState:
        """Return some lanes."""
        return LevenbergMarquardtState(
            self.point.select(lanes),
            self.step[:, lanes],
            self.damping[lanes],
            self.raise_by[lanes],
            self.scale[:, lanes],
        )


@dataclass(frozen=True, slots=True)
class LevenbergMarquardt:
    """Gauss-Newton with damped steps.

    Attributes:
        damping: λ at the start, relative to the squared column norms.
        gain: Least ratio of actual to predicted decrease for a step to be taken.
        lower_by: Most that one step may lower the damping by.
        acceleration: Whether to bend steps along the second directional derivative.
        probe: Fraction of the step at which that derivative is measured.
        bend: Largest ratio 2‖D a‖/‖D v‖ of acceleration to velocity at which the bend is trusted.

    References:
        Moré (1978), LNM 630, 105-116; Nielsen (1999), IMM-REP-1999-05;
        Transtrum and Sethna (2012), arXiv:1201.5885.
    """

    usual_steps: ClassVar[int] = 400
    damping: float = 1e-3
    gain: float = 1e-4
    lower_by: float = 0.2
    acceleration: bool = True
    probe: float = 0.1
    bend: float = 0.75

    def init(self, residual: Residual, x: Tensor) -> LevenbergMarquardtState:
        """Evaluate the residual at the start, shape [n, batch]."""
        point = Point.at(residual, x)
        return LevenbergMarquardtState(
            point,
            torch.zeros_like(x),
            damping=torch.full_like(point.cost, self.damping),
            raise_by=torch.full_like(point.cost, 2.0),
            scale=unit_scale(point.J.column_norms()),
        )

    def step(self, residual: Residual, state: LevenbergMarquardtState) -> LevenbergMarquardtState:
        """Try one step in every lane; take it where it lowers the cost."""
        here, gradient = state.point, state.point.gradient
        J = here.J.without(pressed(residual, here.x, -gradient))
        solve = damped(J, state.damping, state.scale)
        v = solve(here.r)
        Jv = J.times(v)
        d = self._bent(residual, here, v, Jv, solve, state.scale) if self.acceleration else v
        there = Point.at(residual, clip(residual, here.x + d))

        predicted = -((v * gradient).sum(0) + 0.5 * Jv.square().sum(0))
        gain = (here.cost - there.cost) / predicted
        taken = (there.cost < here.cost) & (predicted > 0) & (gain > self.gain)
        lower_by = (1 - (2 * gain.clamp(max=1.0) - 1) ** 3).clamp(min=self.lower_by)
        factor = torch.where(taken, lower_by, state.raise_by)
        scale = torch.maximum(state.scale, there.J.column_norms())
        return LevenbergMarquardtState(
            Point.where(taken, there, here),
            d,
            damping=(state.damping * factor).clamp(min=_LEAST_DAMPING),
            raise_by=torch.where(taken, 2.0, 2 * state.raise_by),
            scale=torch.where(taken, scale, state.scale),
        )

    def _bent(
        self, residual: Residual, here: Point, v: Tensor, Jv: Tensor, solve: Solve, scale: Tensor
    ) -> Tensor:
        """Return v + a/2, where a answers the second derivative along v as v answers the residual."""
        h = self.probe
        x = here.x + h * v
        inside = clip(residual, x)
        second = 2 / h * ((residual.r(inside) - here.r) / h - Jv)
        a = solve(second)
        lengths = torch.linalg.vector_norm(scale * a, dim=0), torch.linalg.vector_norm(scale * v, dim=0)
        trusted = (2 * lengths[0] <= self.bend * lengths[1]) & (inside == x).all(0)
        return torch.where(trusted, v + 0.5 * a, v)
