"""Where to start a fit that nobody gave a start: magnitudes, places and widths on the scale of the data.

Parameters of models are rates, widths and places along the columns, or have a magnitude of their own. Five
families in turn: positive magnitudes over nine decades, signed ones, what the model says is likely, a mixture of
places, widths and rates, and one common scale for all.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import torch
from torch import Tensor
from torch.quasirandom import SobolEngine

FAMILIES: Final = 5
_DRAWS: Final = 4  # numbers that one likely value takes
_NEGATIVE: Final = 0.2  # of values that are no places
_PLACES: Final = 0.75  # of parameters that may be places
_BEYOND: Final = 0.1  # of the range, how far places may lie outside


@dataclass(frozen=True, slots=True, eq=False)
class Likely:
    """What values of parameters the model and the data make likely.

    Attributes:
        sizes: Magnitudes, if columns count by their spacing, by their width, and by their size, shape [3, n].
        places: Least and greatest value of the columns that a parameter stands for, NaN for others, shape [2, n].
        terms: Indices of the parameters that stand together in a term of a sum.
        ranges: Least and largest number of each column.
    """

    sizes: Tensor
    places: Tensor
    terms: tuple[tuple[int, ...], ...] = ()
    ranges: tuple[tuple[float, float], ...] = ()

    @classmethod
    def nothing(cls, n: int) -> Likely:
        """Return what is known of n parameters without a model."""
        return cls(torch.ones(3, n, dtype=torch.float64), torch.full((2, n), math.nan, dtype=torch.float64))

    def values(self, draw: Tensor) -> Tensor:
        """Return likely values, shape [n, count], for numbers in [0, 1), shape [4, n, count].

        Magnitudes lie between what the width and what the spacing of the columns suggest, evenly in the logarithm
        as widths do or evenly as frequencies do; or about the likely one, within two decades or within four.
        """
        kind, v, w, other = draw
        fine, broad, size = (row[:, None] for row in self.sizes)
        base = torch.where(other < 0.5, broad, size)
        near = base * 10 ** (2 * (v + w - 1))
        far = base * 10 ** (8 * v - 4)
        along = fine * (broad / fine) ** (1.2 * v)
        # Samples tell frequencies up to π over their spacing.
        last = torch.where(fine > broad, math.pi * fine, fine / math.pi)
        between = torch.where(
            fine > broad, broad + v * (last - broad), 1 / (1 / broad + v * (1 / last - 1 / broad))
        )
        value = torch.where(kind < 0.6, near, torch.where(kind < 0.8, between, far))
        value = torch.where((kind < 0.35) & (fine != broad), along, value)
        value = torch.where((other * 32) % 1 < _NEGATIVE, -value, value)
        low, high = (row[:, None] for row in self.places)
        place = low + (high - low) * ((1 + 2 * _BEYOND) * v - _BEYOND)
        return torch.where(((other * 1024) % 1 < _PLACES) & place.isfinite(), place, value)

    def moved(
        self,
        x: Tensor,
        group: Sequence[int],
        lower: Tensor,
        upper: Tensor,
        count: int,
        generator: torch.Generator,
    ) -> Tensor:
        """Return points that differ from x, shape [n], in some parameters, drawn anew, shape [n, count]."""
        draw = torch.rand(_DRAWS, len(x), count, dtype=torch.float64, generator=generator)
        fresh = _inside(self.values(draw), draw[1], lower[:, None], upper[:, None])
        there = x[:, None].repeat(1, count)
        chosen = list(group)
        there[chosen] = fresh[chosen]
        return there


def fit_starts(lower: Tensor, upper: Tensor, known: Tensor, likely: Likely, count: int, seed: int) -> Tensor:
    """Return starts within the bounds, shape [n, count].

    Args:
        lower: Lower bounds, shape [n]; -inf where there is none.
        upper: Upper bounds, shape [n]; inf where there is none.
        known: The user's start of each parameter, NaN where there is none; every second start keeps to it.
        likely: What the model and the data say.
        count: How many.
        seed: Equal seeds give equal starts.
    """
    n = len(lower)
    rounds = -(-count // FAMILIES)
    size = _DRAWS * n + 2
    engine = SobolEngine(FAMILIES * size, scramble=True, seed=seed)  # type: ignore[no-untyped-call]
    draw = engine.draw(rounds, dtype=torch.float64).T.reshape(FAMILIES, size, rounds)
    families = [_family(k, draw[k], likely) for k in range(FAMILIES)]
    x = torch.stack(families, 2).flatten(1)[:, :count]
    v = torch.stack([draw[k, :n] for k in range(FAMILIES)], 2).flatten(1)[:, :count]
    x = _inside(x, v, lower[:, None], upper[:, None])
    kept = ~known.isnan()[:, None] & (torch.arange(count) % 2 == 0)
    return torch.where(kept, known[:, None], x)


def _family(k: int, draw: Tensor, likely: Likely) -> Tensor:
    n = (len(draw) - 2) // _DRAWS
    v, kind, third = draw[:n], draw[n : 2 * n], draw[2 * n : 3 * n]
    common, column = draw[-2], draw[-1]
    signed = 2 * v - 1
    if k == 0:
        return torch.pow(10.0, 9 * v - 5)
    if k == 1:
        return torch.where(signed < 0, -1.0, 1.0) * torch.pow(10.0, 9 * signed.abs() - 5)
    if k == 2:
        return likely.values(draw[:-2].reshape(_DRAWS, n, -1))
    if k == 4:
        return signed * torch.as_tensor(torch.pow(10.0, 5 * common - 3))
    ranges = likely.ranges or ((0.0, 1.0),)
    chosen = (column * len(ranges)).long().clamp(max=len(ranges) - 1)
    low, high = torch.tensor(ranges, dtype=torch.float64).T[:, chosen]
    width = torch.where(high > low, high - low, 1.0)
    place = low + v * width
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
