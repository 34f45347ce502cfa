"""Adam on the summed squared residual: gradient descent with momentum and a step length per unknown.

What is averaged is not the gradient but the cosine of the residual with each column of the Jacobian,
J_jᵀr/(‖J_j‖‖r‖), and a step is measured in ‖r‖/‖J_j‖, the distance at which unknown j alone would change the
residual by its own size. So steps have the units of the unknowns, and shrink as a root comes near. A rate
that no longer helps, or that leads out of the domain, is halved.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import ClassVar

import torch
from torch import Tensor

from eqsolve.numeric.linear import unit_scale
from eqsolve.numeric.residual import Point, Residual, clip
from eqsolve.numeric.solvers.descent import gradient


@dataclass(frozen=True, slots=True, eq=False)
class AdamState:
    """Where Adam stands.

    Attributes:
        point: The point, not always the best so far.
        step: The step taken last, shape [n, batch].
        scale: The largest column norms of late, shape [n, batch].
        mean: Running mean of the cosines, shape [n, batch].
        square: Running mean of their squares, shape [n, batch].
        rate: Length of a step, relative, shape [batch].
        best: Lowest cost so far, shape [batch].
        stale: Steps since the cost fell below that, shape [batch].
        count: Steps so far.
    """

    point: Point
    step: Tensor
    scale: Tensor
    mean: Tensor
    square: Tensor
    rate: Tensor
    best: Tensor
    stale: Tensor
    count: int

    def select(self, lanes: Tensor) -> AdamState:
        """Return some lanes."""
        return AdamState(
            self.point.select(lanes),
            self.step[:, lanes],
            self.scale[:, lanes],
            self.mean[:, lanes],
            self.square[:, lanes],
            self.rate[lanes],
            self.best[lanes],
            self.stale[lanes],
            self.count,
        )


@dataclass(frozen=True, slots=True)
class Adam:
    """Adam with steps in the natural units of the residual.

    Attributes:
        rate: Length of a step at the start, in units of ‖r‖/‖J_j‖.
        momentum: Weight of the past in the mean.
        memory: Weight of the past in the mean of squares.
        floor: Cosine below which steps become shorter.
        patience: Steps without progress after which the rate is halved.

    References:
        Kingma and Ba (2015), arXiv:1412.6980.
    """

    usual_steps: ClassVar[int] = 3000
    rate: float = 0.3
    momentum: float = 0.9
    memory: float = 0.9
    floor: float = 1e-3
    patience: int = 40

    def init(self, residual: Residual, x: Tensor) -> AdamState:
        """Evaluate the residual at the start, shape [n, batch]."""
        point = Point.at(residual, x)
        zero = torch.zeros_like(x)
        return AdamState(
            point,
            zero,
            unit_scale(point.J.column_norms()),
            zero,
            zero,
            rate=torch.full_like(point.cost, self.rate),
            best=point.cost,
            stale=torch.zeros_like(point.cost),
            count=0,
        )

    def step(self, residual: Residual, state: AdamState) -> AdamState:
        """Take one step in every lane."""
        here, count = state.point, state.count + 1
        size = (2 * here.cost).sqrt()
        cosine = gradient(residual, here.x) / (state.scale * size)
        mean = torch.lerp(cosine, state.mean, self.momentum)
        square = torch.lerp(cosine.square(), state.square, self.memory)
        mean_now = mean / (1 - self.momentum**count)
        square_now = square / (1 - self.memory**count)
        d = -state.rate * size / state.scale * mean_now / (square_now.sqrt() + self.floor)
        there = Point.at(residual, clip(residual, here.x + d))
        stale = torch.where(there.cost < state.best, 0.0, state.stale + 1)
        tired = (stale > self.patience) | ~there.finite
        return replace(
            state,
            point=Point.where(there.finite, there, here),
            step=d,
            scale=torch.maximum(self.memory * state.scale, unit_scale(there.J.column_norms())),
            mean=mean,
            square=square,
            rate=torch.where(tired, state.rate / 2, state.rate),
            best=torch.minimum(there.cost, state.best),
            stale=torch.where(tired, 0.0, stale),
            count=count,
        )
