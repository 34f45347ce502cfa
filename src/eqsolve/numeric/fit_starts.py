"""Where to start a fit that nobody gave a start: magnitudes, places and widths on the scale of the data.

Parameters of models are rates, widths and places along the columns, or have a magnitude of their own. Five
families in turn: positive magnitudes over nine decades, signed ones, places in the range of a column, a mixture of
places, widths and rates, and one common scale for all.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import torch
from torch import Tensor
from torch.quasirandom import SobolEngine

FAMILIES: Final = 5


def fit_starts(
    lower: Tensor,
    upper: Tensor,
    known: Tensor,
    ranges: Sequence[tuple[float, float]],
    count: int,
    seed: int,
) -> Tensor:
    """Return starts within the bounds, shape [n, count].

    Args:
        lower: Lower bounds, shape [n]; -inf where there is none.
        upper: Upper bounds, shape [n]; inf where there is none.
        known: The user's start of each parameter, NaN where there is none; every second start keeps to it.
        ranges: Least and largest number of each column.
        count: How many.
        seed: Equal seeds give equal starts.
    """
    n = len(lower)
    rounds = -(-count // FAMILIES)
    engine = SobolEngine(FAMILIES * (3 * n + 2), scramble=True, seed=seed)  # type: ignore[no-untyped-call]
    draw = engine.draw(rounds, dtype=torch.float64).T.reshape(FAMILIES, 3 * n + 2, rounds)
    families = [_family(k, draw[k], ranges or [(0.0, 1.0)]) for k in range(FAMILIES)]
    x = torch.stack(families, 2).flatten(1)[:, :count]
    v = torch.stack([draw[k, :n] for k in range(FAMILIES)], 2).flatten(1)[:, :count]
    x = _inside(x, v, lower[:, None], upper[:, None])
    kept = ~known.isnan()[:, None] & (torch.arange(count) % 2 == 0)
    return torch.where(kept, known[:, None], x)


def _family(k: int, draw: Tensor, ranges: Sequence[tuple[float, float]]) -> Tensor:
    n = (len(draw) - 2) // 3
    v, kind, third, common, column = draw[:n], draw[n : 2 * n], draw[2 * n : 3 * n], draw[-2], draw[-1]
    signed = 2 * v - 1
    if k == 0:
        return torch.pow(10.0, 9 * v - 5)
    if k == 1:
        return torch.where(signed < 0, -1.0, 1.0) * torch.pow(10.0, 9 * signed.abs() - 5)
    if k == 4:
        return signed * torch.as_tensor(torch.pow(10.0, 5 * common - 3))
    chosen = (column * len(ranges)).long().clamp(max=len(ranges) - 1)
    low, high = torch.tensor(ranges, dtype=torch.float64).T[:, chosen]
    width = torch.where(high > low, high - low, 1.0)
    place = low + v * width
    if k == 2:
        return torch.as_tensor(place)
    spread: Tensor = width * 10 ** (2.5 * third - 2.5)
    rate: Tensor = 10 ** (2.5 * third - 1) / width
    mixed: Tensor = torch.where(kind < 0.4, place, torch.where(kind < 0.8, spread, rate))
    return mixed


def _inside(x: Tensor, v: Tensor, lower: Tensor, upper: Tensor) -> Tensor:
    """Map starts into the bounds: evenly over a box, mirrored at a single bound."""
    boxed = lower.isfinite() & upper.isfinite()
    x = torch.where(boxed & ((x < lower) | (x > upper)), lower + v * (upper - lower), x)
    x = torch.where(~boxed & (x < lower), lower + (x - lower).abs(), x)
    x = torch.where(~boxed & (x > upper), upper - (x - upper).abs(), x)
    return x.clamp(lower, upper)
