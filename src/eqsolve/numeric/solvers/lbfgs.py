"""L-BFGS on the summed squared residual: plain descent that learns curvature from its own steps.

The direction comes from the two-loop recursion over the last pairs (change of x, change of gradient), in
unknowns scaled by the column norms at the start. The line search tries several step lengths of all lanes at
once, as more lanes, and takes the lowest.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Final

import torch
from torch import Tensor

from eqsolve.numeric.linear import unit_scale
from eqsolve.numeric.residual import Point, Residual, clip, pressed
from eqsolve.numeric.solvers.descent import gradient

_LENGTHS: Final = (4.0, 2.0, 1.0, 0.5, 0.25, 0.1, 0.01, 1e-3)
_CURVED: Final = 1e-12  # least cosine between the parts of a pair


@dataclass(frozen=True, slots=True, eq=False)
class LBFGSState:
    """Where L-BFGS stands.

    Attributes:
        point: The best point so far.
        step: The step tried last, shape [n, batch].
        gradient: The gradient at the point, shape [n, batch].
        scale: Column norms at the start, shape [n, batch].
        moves: Scaled changes of x, oldest first, shape [memory, n, batch].
        turns: Scaled changes of the gradient, shape [memory, n, batch].
        weight: 1/(move·turn), 0 for pairs that count for nothing, shape [memory, batch].
        length: What lengths are multiplied by after searches that failed, shape [batch].
    """

    point: Point
    step: Tensor
    gradient: Tensor
    scale: Tensor
    moves: Tensor
    turns: Tensor
    weight: Tensor
    length: Tensor

    def select(self, lanes: Tensor) -> LBFGSState:
        """Return some lanes."""
        return LBFGSState(
            self.point.select(lanes),
            self.step[:, lanes],
            self.gradient[:, lanes],
            self.scale[:, lanes],
            self.moves[:, :, lanes],
            self.turns[:, :, lanes],
            self.weight[:, lanes],
            self.length[lanes],
        )


@dataclass(frozen=True, slots=True)
class LBFGS:
    """Descent with a limited memory of curvature.

    Attributes:
        memory: Pairs to remember.
        decrease: Least decrease of the cost, as a fraction of what the slope promises.

    References:
        Nocedal (1980), Math. Comp. 35, 773-782; Nocedal and Wright, Numerical Optimization, algorithm 7.4.
    """

    usual_steps: ClassVar[int] = 1000
    memory: int = 10
    decrease: float = 1e-4

    def init(self, residual: Residual, x: Tensor) -> LBFGSState:
        """Evaluate the residual at the start, shape [n, batch]."""
        point = Point.at(residual, x)
        history = x.new_zeros(self.memory, *x.shape)
        return LBFGSState(
            point,
            torch.zeros_like(x),
            gradient(residual, x),
            unit_scale(point.J.column_norms()),
            history,
            history,
            history[:, 0],
            torch.ones_like(point.cost),
        )

    def step(self, residual: Residual, state: LBFGSState) -> LBFGSState:
        """Search along one direction in every lane."""
        here = state.point
        held = pressed(residual, here.x, -state.gradient)
        slope = state.gradient.masked_fill(held, 0.0) / state.scale
        d = _direction(state, slope, here).masked_fill(held, 0.0)
        d = torch.where((d * slope).sum(0) < 0, d, -slope * _cauchy(slope, state.scale, here))
        d = d / state.scale * state.length
        there, taken = self._lowest(residual, state, d)

        now = torch.where(taken, gradient(residual, there.x), state.gradient)
        move, turn = (there.x - here.x) * state.scale, (now - state.gradient) / state.scale
        product = (move * turn).sum(0)
        limit = _CURVED * torch.linalg.vector_norm(move, dim=0) * torch.linalg.vector_norm(turn, dim=0)
        weight = torch.where(taken & (product > limit), 1 / product, 0.0)
        kept = torch.where(taken, state.weight, 0.0)  # a failed search forgets
        return LBFGSState(
            there,
            torch.where(taken, there.x - here.x, d * _LENGTHS[-1]),
            now,
            state.scale,
            torch.cat([state.moves[1:], move[None]]),
            torch.cat([state.turns[1:], turn[None]]),
            torch.cat([kept[1:], weight[None]]),
            torch.where(taken, 1.0, state.length * _LENGTHS[-1]),
        )

    def _lowest(self, residual: Residual, state: LBFGSState, d: Tensor) -> tuple[Point, Tensor]:
        """Return the lowest of some points along d, and in which lanes it is low enough to be taken."""
        here = state.point
        lengths = d.new_tensor(_LENGTHS)
        trials = clip(residual, here.x.repeat(1, len(_LENGTHS)) + (d[:, None] * lengths[:, None]).flatten(1))
        with torch.no_grad():
            costs = 0.5 * residual.r(trials).square().sum(0).view(len(_LENGTHS), -1)
        cost, chosen = costs.nan_to_num(nan=torch.inf).min(0)
        slope = (state.gradient * d).sum(0) * lengths[chosen]
        lanes = torch.arange(len(chosen), device=d.device)
        there = Point.at(residual, trials.view(len(d), len(_LENGTHS), -1)[:, chosen, lanes])
        promised = here.cost + self.decrease * slope
        taken = there.finite & (cost < here.cost) & (cost <= promised)
        return Point.where(taken, there, here), taken


def _direction(state: LBFGSState, slope: Tensor, here: Point) -> Tensor:
    """Return minus the inverse Hessian times the scaled gradient, by the two-loop recursion."""
    q, alphas = slope, []
    for move, turn, weight in zip(
        state.moves.flip(0), state.turns.flip(0), state.weight.flip(0), strict=True
    ):
        alpha = weight * (move * q).sum(0)
        q = q - alpha * turn
        alphas.append(alpha)
    newest, squared = state.weight[-1], state.turns[-1].square().sum(0)
    q = q * torch.where(newest > 0, 1 / (newest * squared), _cauchy(slope, state.scale, here))
    for move, turn, weight, alpha in zip(
        state.moves, state.turns, state.weight, reversed(alphas), strict=True
    ):
        q = q + move * (alpha - weight * (turn * q).sum(0))
    return -q


def _cauchy(slope: Tensor, scale: Tensor, here: Point) -> Tensor:
    """Return the length along the scaled gradient that minimises the linearised residual, shape [batch]."""
    change = here.J.times(slope / scale).square().sum(0)
    return torch.where(change > 0, slope.square().sum(0) / change, 1.0)
