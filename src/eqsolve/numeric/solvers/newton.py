"""Newton's method with full steps, and nothing else that could hold it back.

d solves J d = -r (the shortest least-squares d where J is singular or not square), and x becomes x + d.
A full step may raise the cost: that is how Newton leaves local minima in which every descent method ends.
A step is halved only while it leads where the residual is not finite.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Final

import torch
from torch import Tensor

from eqsolve.numeric.linear import newton_step
from eqsolve.numeric.residual import Point, Residual, clip, pressed

_LANES_AT_ONCE: Final = 4096


@dataclass(frozen=True, slots=True, eq=False)
class NewtonState:
    """Where Newton stands, and the step that led there, shape [n, batch]."""

    point: Point
    step: Tensor

    def select(self, lanes: Tensor) -> NewtonState:
        """Return some lanes."""
        return NewtonState(self.point.select(lanes), self.step[:, lanes])


@dataclass(frozen=True, slots=True)
class Newton:
    """Full Newton steps, projected into the bounds.

    Attributes:
        halvings: How often a step may be halved while the residual is not finite.
    """

    usual_steps: ClassVar[int] = 60
    halvings: int = 40

    def init(self, residual: Residual, x: Tensor) -> NewtonState:
        """Evaluate the residual at the start, shape [n, batch]."""
        return NewtonState(Point.at(residual, x), torch.zeros_like(x))

    def step(self, residual: Residual, state: NewtonState) -> NewtonState:
        """Take one step in every lane."""
        here = state.point
        d = newton_step(here.J, here.r)
        held = pressed(residual, here.x, d)
        if held.any():
            d = newton_step(here.J.without(held), here.r)
        there = Point.at(residual, clip(residual, here.x + d))
        bad = (here.finite & ~there.finite & d.isfinite().all(0)).nonzero()[:, 0]
        if len(bad):
            there, d = self._shortened(residual, here, there, d, bad)
        return NewtonState(there, d)

    def _shortened(
        self, residual: Residual, here: Point, there: Point, d: Tensor, bad: Tensor
    ) -> tuple[Point, Tensor]:
        """Halve the steps of the bad lanes until they lead to finite points; return all points and steps.

        Many halvings of all these lanes are evaluated at once, as more lanes.
        """
        tried = 0
        while len(bad) and tried < self.halvings:
            count = min(self.halvings - tried, max(1, _LANES_AT_ONCE // len(bad)))
            exponents = torch.arange(tried + 1, tried + count + 1, dtype=d.dtype, device=d.device)
            steps = (d[:, bad, None] * 0.5**exponents).flatten(1)
            trial = Point.at(residual, clip(residual, here.x[:, bad].repeat_interleave(count, 1) + steps))
            finite = trial.finite.view(-1, count)
            found, longest = finite.any(1), finite.long().argmax(1)
            chosen = (torch.arange(len(bad), device=d.device) * count + longest)[found]
            there = there.replaced(bad[found], trial.select(chosen))
            d = d.index_copy(1, bad[found], steps[:, chosen])
            bad = bad[~found]
            tried += count
        return there, d
