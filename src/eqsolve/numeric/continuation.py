"""Continuation: follow the curve of F(x) = (1 - t) F(x₀) from x₀ at t = 0 until t passes 1.

The curve is followed by its arc length, predictor along the tangent and Newton's corrector across it, so that it
may turn back in t as often as it likes; from x₀ it is followed in both directions. All curves of a batch are
followed at once. Where the last point before and the first after t = 1 lie, the root is between; Newton's method
does the rest.

References:
    Allgower and Georg (2003), Introduction to Numerical Continuation Methods, SIAM, chapters 6 and 10.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import torch
from torch import Tensor

from eqsolve import clock
from eqsolve.numeric import one_thread
from eqsolve.numeric.linear import unit_scale
from eqsolve.numeric.residual import Residual

STEPS: Final = 400
CORRECTIONS: Final = 4
LONGEST: Final = 2.0  # arc length of a step, in units of the start
SHORTEST: Final = 1e-7
CLOSE: Final = 1e-6  # length of the last correction
FAR: Final = 1e8  # where a curve is given up


@dataclass(frozen=True, slots=True, eq=False)
class _Curves:
    """The curves in scaled unknowns; the last row of `y` is t."""

    residual: Residual
    unit: Tensor
    first: Tensor
    size: Tensor

    def at(self, y: Tensor) -> tuple[Tensor, Tensor]:
        """Return H, shape [m, k], and its Jacobian by x and t, shape [k, m, n + 1]."""
        x, t = y[:-1] * self.unit, y[-1]
        r, J = self.residual.jacobian(x)
        H = (r - (1 - t) * self.first) / self.size
        matrix = J.dense() * self.unit / self.size[:, None]
        whole = torch.cat([matrix, (self.first / self.size)[:, None]], 1)
        return H, whole.permute(2, 0, 1)


@one_thread()
def continued(residual: Residual, x0: Tensor, *, deadline: float | None = None) -> Tensor:
    """Return the points at which curves from x0, shape [n, k], pass t = 1; as many as do, shape [n, ≤ k].

    Args:
        residual: As many equations as unknowns.
        x0: Where the curves begin; those where the residual is not finite are left out.
        deadline: When to stop, as `clock.now()` tells the time.
    """
    first, J = residual.jacobian(x0)
    usable = first.isfinite().all(0) & J.values.isfinite().all(0)
    x0, first = x0[:, usable], first[:, usable]
    if not x0.shape[1]:
        return x0
    unit = x0.abs().clamp(min=1e-3 * float(x0.abs().amax()) or 1.0)
    size = unit_scale(first.abs() + J.select(usable).absolute().times(unit))
    curves = _Curves(residual, unit, first, size)
    y = torch.cat([x0 / unit, torch.zeros_like(x0[:1])])
    _, matrix = curves.at(y)
    tangent = _tangent(matrix, torch.zeros_like(y).index_fill_(0, torch.tensor(len(y) - 1), 1.0))
    curves = _Curves(residual, *(part.repeat(1, 2) for part in (unit, first, size)))
    y, tangent = y.repeat(1, 2), torch.cat([tangent, -tangent], 1)
    step = torch.full_like(y[0], 0.1)
    ended: list[Tensor] = []
    for _ in range(STEPS):
        if deadline is not None and clock.now() >= deadline:
            break
        there, matrix, close = _corrected(curves, y + step * tangent, tangent)
        turned = _tangent(matrix, tangent)
        smooth = close & ((turned * tangent).sum(0) > 0.7)
        passed = smooth & (there[-1] >= 1)
        if passed.any():
            before, after = y[:, passed], there[:, passed]
            share = ((1 - before[-1]) / (after[-1] - before[-1])).clamp(0, 1)
            ended.append((before + share * (after - before))[:-1] * curves.unit[:, passed])
        y = torch.where(smooth, there, y)
        tangent = torch.where(smooth, turned, tangent)
        step = torch.where(smooth, (1.5 * step).clamp(max=LONGEST), 0.4 * step)
        going = ~passed & (step > SHORTEST) & (y.abs().amax(0) < FAR)
        if not going.any():
            break
        if not going.all():
            y, tangent, step = y[:, going], tangent[:, going], step[going]
            curves = _Curves(residual, curves.unit[:, going], curves.first[:, going], curves.size[:, going])
    return torch.cat(ended, 1) if ended else x0[:, :0]


def _tangent(matrix: Tensor, along: Tensor) -> Tensor:
    """Return unit vectors of the null spaces of [k, m, m + 1], shape [m + 1, k], that do not turn back."""
    safe = torch.nan_to_num(matrix, nan=0.0, posinf=0.0, neginf=0.0)
    Q = torch.linalg.qr(safe.mT, mode="complete").Q
    vector = Q[:, :, -1].T
    return torch.where((vector * along).sum(0) < 0, -vector, vector)


def _corrected(curves: _Curves, y: Tensor, tangent: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """Return points brought back to the curves across the tangents, their Jacobians, and which are close."""
    begun = y
    for _ in range(CORRECTIONS):
        H, matrix = curves.at(y)
        whole = torch.cat([matrix, tangent.T[:, None]], 1)
        target = torch.cat([-H, -((y - begun) * tangent).sum(0)[None]])
        d, info = torch.linalg.solve_ex(whole, target.T[:, :, None])
        d = d[:, :, 0].T.masked_fill((info != 0)[None], torch.nan)
        y = y + d
    H, matrix = curves.at(y)
    length = torch.linalg.vector_norm(d, dim=0)
    return y, matrix, (length <= CLOSE * (1 + y.abs().amax(0))) & H.isfinite().all(0)
