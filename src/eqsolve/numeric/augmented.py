"""Least squares under inequalities g(x) ≤ 0, by the method of multipliers.

To ½‖r‖² comes ½ Σ μ max(0, g + λ/μ)², which is one more residual per inequality; after every search
λ ← max(0, λ + μ g), and μ grows where that did not bring g down. What has λ > 0 in the end is active: there
Gauss-Newton steps with g = 0 held give the last digits.

References:
    Rockafellar (1973), Math. Programming 5, 354-373; Nocedal and Wright (2006), Numerical Optimization, ch. 17.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import torch
from torch import Tensor

from eqsolve.numeric.linear import unit_scale
from eqsolve.numeric.residual import Jacobian, Pattern, Residual, pressed

ROUNDS: Final = 40
FALLS: Final = 0.25  # of a violation, above which its μ grows
STUCK: Final = 4  # rounds without such a fall, after which other places are tried
GROWTH: Final = 10.0
MET: Final = 1e-9  # relative violation at which the search ends and the last digits begin
_POLISH: Final = 40
_SHORT: Final = 1e-15
_RANK: Final = 1e-12


@dataclass(frozen=True, slots=True, eq=False)
class Augmented:
    """A `Residual` with a row for each inequality.

    Attributes:
        inner: The plain residual.
        limits: The functions g, each to be at most zero; a residual of the same unknowns.
        weight: μ, shape [k].
        multiplier: λ, shape [k].
    """

    inner: Residual
    limits: Residual
    weight: Tensor
    multiplier: Tensor

    @property
    def rows(self) -> int:
        """Number of rows."""
        return self.inner.rows + self.limits.rows

    @property
    def columns(self) -> int:
        """Number of unknowns."""
        return self.inner.columns

    @property
    def lower(self) -> Tensor:
        """Lower bounds."""
        return self.inner.lower

    @property
    def upper(self) -> Tensor:
        """Upper bounds."""
        return self.inner.upper

    def r(self, x: Tensor) -> Tensor:
        """Return the rows of the residual and those of the inequalities."""
        return torch.cat([self.inner.r(x), self._root() * self._beyond(self.limits.r(x))])

    def jacobian(self, x: Tensor) -> tuple[Tensor, Jacobian]:
        """Return the same with its derivatives."""
        r, J = self.inner.jacobian(x)
        g, G = self.limits.jacobian(x)
        beyond = self._beyond(g)
        slopes = G.dense() * (self._root() * (beyond != 0))[:, None]
        whole = torch.cat([J.dense(), slopes])
        return torch.cat([r, self._root() * beyond]), Jacobian(
            Pattern.dense(*whole.shape[:2]), whole.flatten(0, 1)
        )

    def _root(self) -> Tensor:
        return self.weight.sqrt()[:, None]

    def _beyond(self, g: Tensor) -> Tensor:
        moved = g + (self.multiplier / self.weight)[:, None]
        return torch.where(moved <= 0, 0.0, moved)  # NaN stays NaN


def constrained(
    inner: Residual, limits: Residual, x: Tensor, fall: Callable[[Residual, Tensor, bool], Tensor]
) -> tuple[Tensor, Tensor]:
    """Minimise under inequalities.

    Args:
        inner: The residual.
        limits: The functions g.
        x: Where to begin, shape [n].
        fall: Minimises a residual from a point; with True from many starts as well.

    Returns:
        The point, shape [n], and which inequalities are active there, shape [k].
    """
    g = limits.r(x[:, None])[:, 0]
    cost = float(inner.r(x[:, None]).square().sum()) or 1.0
    size = g.abs().clamp(min=1e-9)
    first = (10 * cost / size.square()).clamp(1e-12, 1e18)
    weight, multiplier = first, torch.zeros_like(g)
    violation, stuck, everywhere = torch.full_like(g, torch.inf), 0, True
    for _ in range(ROUNDS):
        x = fall(Augmented(inner, limits, weight, multiplier), x, everywhere)
        g = limits.r(x[:, None])[:, 0]
        following = (multiplier + weight * g).clamp(min=0.0)
        off = torch.where(multiplier > 0, g.abs(), g.clamp(min=0.0))
        settled = (following - multiplier).abs() <= 1e-6 * multiplier + MET * weight * size
        if not bool(off.isfinite().all()) or bool(((off <= MET * size) & settled).all()):
            break
        stuck = stuck + 1 if bool((off > FALLS * violation).any()) else 0
        everywhere = stuck == STUCK
        weight = torch.where(off > FALLS * violation, (GROWTH * weight).clamp(max=1e18), weight)
        multiplier, violation = following, off
        if everywhere:  # no way to meet the conditions from here
            weight, multiplier, violation = 1e3 * first, torch.zeros_like(g), torch.full_like(g, torch.inf)
    active = (multiplier + weight * g > 0) & (g.abs() <= 1e3 * MET * size)
    return _polished(inner, limits, x, active), active


def _polished(inner: Residual, limits: Residual, x: Tensor, active: Tensor) -> Tensor:
    """Return x after Gauss-Newton steps with the active inequalities held as equations."""
    x, best, shortest = x[:, None], x[:, None], torch.inf
    for _ in range(_POLISH):
        d = tangential_step(inner, limits, x, active)
        length = float((d.abs() / unit_scale(x.abs())).amax())
        if not length < torch.inf:
            break
        if length < shortest:
            best, shortest = x, length
        elif length > 10 * shortest:
            break
        if length <= _SHORT:
            break
        x = torch.clamp(x + d, inner.lower[:, None], inner.upper[:, None])
    return best[:, 0]


def tangential_step(inner: Residual, limits: Residual, x: Tensor, active: Tensor) -> Tensor:
    """Return the step at x, shape [n, 1], to the minimum of a quadratic model with the active g linearly zero.

    The model is that of Gauss and Newton, with the second derivatives of the active g times their multipliers.
    """
    r, jacobian = inner.jacobian(x)
    gradient = jacobian.transposed_times(r)
    pinned = pressed(inner, x, -gradient)
    J = jacobian.without(pinned).dense()[:, :, 0]
    g, G = limits.jacobian(x)
    A = G.without(pinned).dense()[active, :, 0]
    scale = unit_scale(torch.linalg.vector_norm(J, dim=0))
    J, A = J / scale, A / scale
    particular, free = null_space(A, -g[active])
    bend = _curvature(limits, x, active, torch.linalg.pinv(A.T) @ -(J.T @ r)) / scale / scale[:, None]
    bend = bend.masked_fill(pinned | pinned.T, 0.0)
    if bool((bend == 0).all()):
        across = torch.linalg.lstsq(J @ free, -(r + J @ particular)).solution
    else:
        H = J.T @ J + bend
        across = torch.linalg.lstsq(free.T @ H @ free, -free.T @ (J.T @ r + H @ particular)).solution
    step: Tensor = (particular + free @ across) / scale[:, None]
    return step


def _curvature(limits: Residual, x: Tensor, active: Tensor, multiplier: Tensor) -> Tensor:
    """Return the second derivatives of the active g, weighed by their multipliers, shape [n, n]."""
    with torch.enable_grad():
        leaf = x.detach().requires_grad_()
        total = (limits.r(leaf)[active] * multiplier).sum()
        (slope,) = torch.autograd.grad(total, leaf, create_graph=True)
        if not slope.requires_grad:
            return x.new_zeros(len(x), len(x))
        rows = [
            torch.autograd.grad(one, leaf, retain_graph=True, allow_unused=True)[0] for one in slope[:, 0]
        ]
    return torch.stack([torch.zeros_like(x[:, 0]) if row is None else row[:, 0] for row in rows])


def null_space(A: Tensor, b: Tensor) -> tuple[Tensor, Tensor]:
    """Return the shortest solution of A d = b, and an orthonormal basis of the null space of A, shape [n, n - rank]."""
    U, S, Vh = torch.linalg.svd(A, full_matrices=True)
    rank = int((_RANK * (S[0] if len(S) else 0.0) < S).sum())
    inverse = Vh[:rank].T @ ((U[:, :rank].T @ b) / S[:rank, None])
    return inverse, Vh[rank:].T
