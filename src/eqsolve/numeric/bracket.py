"""One equation in one unknown: every change of sign on a wide grid is halved down to neighbouring floats.

The grid spans all magnitudes of floating point and is dense around zero, in one batch. Halving works on the
order of the floats, not on their size, so that 1e-300 is as near as 1. A change of sign across a pole ends
there too; the check tells it from a root.
"""

from __future__ import annotations

from typing import Final

import torch
from torch import Tensor

from eqsolve.numeric import one_thread
from eqsolve.numeric.residual import Residual

PER_DECADE: Final = 8
DECADES: Final = (-320, 308)
NEAR: Final = 32.0  # half width of the dense part
DENSE: Final = 2049  # points of it; odd, so that zero is one
MAX_BRACKETS: Final = 64  # those nearest to zero
CHUNK: Final = 1024  # points evaluated at once
STEPS: Final = 64  # halvings: as many as a float has bits


def bracketed(residual: Residual) -> Tensor:
    """Return one point per change of sign, shape [1, k], those nearest to zero first.

    Args:
        residual: One equation in one unknown.
    """
    with one_thread():
        x = _grid(residual)
        sign = _sign(residual, x)
        change = (sign[:-1] * sign[1:] < 0).nonzero()[:, 0]
        flat = sign == 0
        inner = torch.zeros_like(flat)
        inner[1:-1] = flat[:-2] & flat[2:]  # within a plateau of zeros, as erf(x) = 1 has: its ends will do
        zero = x[flat & ~inner]
        nearest = x[change].abs().argsort()[:MAX_BRACKETS]
        low, high = x[change[nearest]], x[change[nearest] + 1]
        return torch.cat([zero[zero.abs().argsort()][:MAX_BRACKETS], _halved(residual, low, high)])[None]


def _grid(residual: Residual) -> Tensor:
    """Return the grid within the bounds, ascending."""
    first, last = DECADES
    exponents = torch.linspace(first, last, (last - first) * PER_DECADE + 1, dtype=torch.float64)
    sizes = 10.0**exponents
    dense = torch.linspace(-NEAR, NEAR, DENSE, dtype=torch.float64)
    lower, upper = residual.lower, residual.upper
    ends = torch.cat([lower, upper])
    parts = [-sizes, sizes, dense, ends[ends.isfinite()]]
    if bool((upper - lower).isfinite()):
        parts.append(lower + (upper - lower) * torch.linspace(0, 1, DENSE, dtype=torch.float64))
    x: Tensor = torch.unique(torch.cat(parts))
    return x[(x >= lower) & (x <= upper)]


def _halved(residual: Residual, low: Tensor, high: Tensor) -> Tensor:
    """Return the ends of intervals halved until their ends are neighbours, shape [k]."""
    a, b = _rank(low), _rank(high)
    sign = _sign(residual, low)
    for _ in range(STEPS):
        middle = (a & b) + ((a ^ b) >> 1)  # the mean, without overflow
        same = _sign(residual, _float(middle)) == sign
        a, b = torch.where(same, middle, a), torch.where(same, b, middle)
    return _float(b)


def _sign(residual: Residual, x: Tensor) -> Tensor:
    """Return the sign of the residual, NaN where it has no value, shape [k]."""
    # In pieces: a sum of thousands of terms would fill the memory otherwise.
    r = torch.cat([residual.r(piece[None])[0] for piece in torch.split(x, CHUNK)])
    return torch.where(r.isnan(), r, torch.sign(r))


def _rank(x: Tensor) -> Tensor:
    """Number the floats in ascending order."""
    bits = x.view(torch.int64)
    return torch.where(bits >= 0, bits, torch.iinfo(torch.int64).min - bits)


def _float(rank: Tensor) -> Tensor:
    """Return the float of a number given by `_rank`."""
    return torch.where(rank >= 0, rank, torch.iinfo(torch.int64).min - rank).view(torch.float64)
