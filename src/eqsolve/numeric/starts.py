"""Where to start: the user's point first, then Sobol points in families of many magnitudes.

Each start has one scale s = 10^U(-1.5, 2.5) common to all its unknowns, and one of four families in turn:
the box [-s, s], the positive box [0, s], signed magnitudes s·10^U(-2, 2), the user's point plus s·[-1, 1].
A common scale per start matters more than the method: independent magnitudes miss whole systems.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Final

import torch
from torch import Tensor
from torch.quasirandom import SobolEngine

BESIDE: Final = 1e-3  # distance from an anchor, relatively
SPREADS: Final = (0.2, 0.5, 1.0, 2.0)  # powers of ten around magnitudes, in turn
_FAMILIES: Final = 4
_SOBOL_LIMIT: Final = 21201  # dimensions for which direction numbers are tabulated


def starts(user: Tensor, given: Tensor, lower: Tensor, upper: Tensor, count: int, seed: int) -> Tensor:
    """Return starts within the bounds; the first is the user's own.

    An unknown with a start of its own is searched in units of that start.

    Args:
        user: Start of every unknown, shape [n]; ignored where none was given.
        given: Which unknowns have one, bool, shape [n].
        lower: Lower bounds, shape [n]; -inf where there is none.
        upper: Upper bounds, shape [n]; inf where there is none.
        count: Number of starts, at least 1.
        seed: Seed of the scrambling; equal seeds give equal starts.

    Returns:
        The starts, shape [n, count].
    """
    first = torch.where(given, user, _usual(lower, upper)).clamp(lower, upper)
    if count == 1:
        return first[:, None]
    unit = torch.where(given & (user != 0), user.abs(), 1.0)
    # Each family has its own dimensions: every fourth point of a Sobol sequence fills a quarter of the cube.
    rounds = -(-(count - 1) // _FAMILIES)
    draw = _uniform(_FAMILIES * (len(user) + 1), rounds, seed).to(user)
    draw = draw.view(_FAMILIES, -1, rounds).permute(1, 2, 0).flatten(1)[:, : count - 1]
    v, scale = draw[:-1], 10 ** (4 * draw[-1] - 1.5)
    family = torch.arange(count - 1, device=user.device) % _FAMILIES
    free = _free(v, scale, family, first, unit)
    return torch.cat([first[:, None], _inside(free, v, family, lower[:, None], upper[:, None])], 1)


def wider_starts(lower: Tensor, upper: Tensor, orders: Tensor, count: int, seed: int) -> Tensor:
    """Return starts of all magnitudes that the numbers in the equations suggest.

    Every second start has one share of the way from the least to the greatest power of ten for all its
    unknowns, give or take one power; in the others each unknown goes its own way. Every fourth is positive.

    Args:
        lower: Lower bounds, shape [n].
        upper: Upper bounds, shape [n].
        orders: Least and greatest power of ten of every unknown, shape [2, n].
        count: Number of starts.
        seed: Seed of the scrambling.

    Returns:
        The starts, shape [n, count].
    """
    n = len(lower)
    draw = _uniform(2 * n + 1, count, seed).to(lower)
    own, signs, common = draw[:n], draw[n : 2 * n], draw[2 * n]
    lane = torch.arange(count, device=lower.device)
    least, most = orders[0][:, None], orders[1][:, None]
    together = least + common * (most - least) + 2 * own - 1
    exponent = torch.where(lane % 2 == 0, together, least + own * (most - least))
    negative = (signs < 0.5) & (lane % 4 != 0)
    free = torch.where(negative, -1.0, 1.0) * 10**exponent
    return _inside(free, own, lane % 4, lower[:, None], upper[:, None])


def balanced_starts(lower: Tensor, upper: Tensor, sizes: Tensor, count: int, seed: int) -> Tensor:
    """Return starts around the magnitudes at which the terms of the equations balance, every second one positive.

    Args:
        lower: Lower bounds, shape [n].
        upper: Upper bounds, shape [n].
        sizes: Power of ten of every unknown, shape [n].
        count: Number of starts.
        seed: Seed of the scrambling.

    Returns:
        The starts, shape [n, count].
    """
    n = len(lower)
    draw = _uniform(2 * n, count, seed).to(lower)
    own, signs = draw[:n], draw[n:]
    lane = torch.arange(count, device=lower.device)
    spread = torch.tensor(SPREADS).to(lower)[lane // 2 % len(SPREADS)]
    free = 10 ** (sizes[:, None] + (2 * own - 1) * spread)
    free = torch.where((signs < 0.5) & (lane % 2 == 1), -free, free)
    return _inside(free, own, lane % 4, lower[:, None], upper[:, None])


def anchored(x0: Tensor, anchors: Sequence[Sequence[float]], lower: Tensor, upper: Tensor) -> Tensor:
    """Return starts of which the last ones are moved next to the anchors of the unknowns.

    The first anchors of all unknowns make a start together, so do the second ones, and so on; an unknown with fewer
    takes its own in turn. Each start lies a little beside, since something may have no value at an anchor itself.

    Args:
        x0: Starts, shape [n, count].
        anchors: Per unknown some values; none where it has none.
        lower: Lower bounds, shape [n].
        upper: Upper bounds, shape [n].
    """
    count = min(2 * max(map(len, anchors), default=0), x0.shape[1] // 4)
    if not count:
        return x0
    x0 = x0.clone()
    for row, own in enumerate(anchors):
        for k in range(count if own else 0):
            beside = BESIDE if k % 2 == 0 else -BESIDE
            x0[row, k - count] = own[k // 2 % len(own)] + beside * max(1.0, abs(own[k // 2 % len(own)]))
    return x0.clamp(lower[:, None], upper[:, None])


def _usual(lower: Tensor, upper: Tensor) -> Tensor:
    """Return 1 where the bounds allow it, else a point well within them; shape [n]."""
    middle = lower / 2 + upper / 2
    away = torch.where(
        lower.isfinite(), lower + lower.abs().clamp(min=1.0), upper - upper.abs().clamp(min=1.0)
    )
    inner = torch.where(lower.isfinite() & upper.isfinite(), middle, away)
    return torch.where((lower < 1) & (upper > 1), 1.0, inner)


@lru_cache(maxsize=32)
def _uniform(dimensions: int, count: int, seed: int) -> Tensor:
    """Return numbers in [0, 1), shape [dimensions, count]; drawn once, since drawing costs more than a small solve."""
    if dimensions <= _SOBOL_LIMIT:
        engine = SobolEngine(dimensions, scramble=True, seed=seed)  # type: ignore[no-untyped-call]
        return engine.draw(count, dtype=torch.float64).T.contiguous()
    return torch.rand(dimensions, count, dtype=torch.float64, generator=torch.Generator().manual_seed(seed))


def _free(v: Tensor, scale: Tensor, family: Tensor, first: Tensor, unit: Tensor) -> Tensor:
    """Return the starts as they are without bounds, shape [n, count], from v in [0, 1)."""
    signed = 2 * v - 1
    magnitude = torch.where(signed < 0, -1.0, 1.0) * 10 ** (4 * signed.abs() - 2)
    values = torch.where(family == 0, signed, v)
    values = torch.where(family == 2, magnitude, values)
    values = torch.where(family == 3, signed, values) * scale * unit[:, None]
    return torch.where(family == 3, first[:, None] + values, values)


def _inside(free: Tensor, v: Tensor, family: Tensor, lower: Tensor, upper: Tensor) -> Tensor:
    """Map starts into the bounds.

    With two bounds every second start is spread over the box, evenly or, if it is all positive, evenly in the
    logarithm; other starts stay where they are if that is inside, and are moved inside if not.
    """
    width = upper - lower
    even = lower + v * width
    log = torch.where(lower > 0, lower * (upper / lower) ** v, even)
    box = torch.where(family % 2 == 0, even, log)
    outside = (free <= lower) | (free >= upper)
    boxed = width.isfinite() & (outside | (family < 2))
    above = lower.isfinite() & ~width.isfinite() & outside
    below = upper.isfinite() & ~width.isfinite() & outside
    x = torch.where(boxed, box, free)
    x = torch.where(above, lower + free.abs(), x)
    x = torch.where(below, upper - free.abs(), x)
    return x.clamp(lower, upper)
