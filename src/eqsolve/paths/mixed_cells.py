"""Mixed cells of sparse polynomial systems: how many isolated solutions they have at most, and where paths begin.

Bernstein: n polynomials with exponents from A_1 ... A_n have as many isolated solutions without zeros as the
mixed volume of their Newton polytopes, or fewer; Li and Wang: with the constant term added to every A_i this
bounds all isolated solutions. Lifting the exponents at random cuts the polytopes into cells. Those with one edge
from every A_i are mixed; their volumes, which are determinants, add up to the mixed volume.

The cells are found by moving the lifts. With the corners of the simplices that Bézout's theorem counts among
the points, one cell is known for a start, and it is the only one. On the way to random lifts, cells flip into
others where a point sinks to their level; at last the corners that are no exponents are lifted away. All
decisions are made in integers.

References:
    Bernstein (1975), The number of roots of a system of equations, Funct. Anal. Appl. 9.
    Li and Wang (1996), The BKK root count in C^n, Math. Comp. 65.
    Jensen (2016), Tropical homotopy continuation, arXiv:1601.02818.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from eqsolve import clock

Integers: TypeAlias = NDArray[np.int64]

HIGHEST: Final = 2**20  # of a random lift
LARGEST: Final = 2**26  # determinant: products with lifts stay exact in float64
CLOSE: Final = 1e-9  # relative distance of two events below which they count as one
MAX_ROUNDS: Final = 2000
MOST_WORK: Final = 10**8  # products, about a second
AT_ONCE: Final = 4_000_000  # numbers in one table


@dataclass(frozen=True, slots=True, eq=False)
class Cells:
    """The mixed cells of k supports in n dimensions, as edges in one table of all points.

    Attributes:
        points: All exponents, shape [m, n].
        owners: Polynomial of each of them, shape [m].
        first: Where the edges begin, as rows of `points`, shape [cells, n].
        second: Where they end, likewise.
        slack: How far each point lies above each cell, zero on its edges, shape [cells, m].
        volumes: Of each cell, shape [cells]; their sum is the mixed volume.
    """

    points: Integers
    owners: Integers
    first: Integers
    second: Integers
    slack: NDArray[np.float64]
    volumes: Integers

    @property
    def volume(self) -> int:
        """The mixed volume: how many isolated solutions there are at most."""
        return int(self.volumes.sum())


class NotGenericError(ArithmeticError):
    """Two events coincide, or a determinant is too large: other lifts may do."""


def mixed_cells(supports: Sequence[Sequence[tuple[int, ...]]], *, seed: int, deadline: float) -> Cells:
    """Return the mixed cells of n sets of exponents, each of which holds the origin.

    Args:
        supports: Exponents of each of n polynomials in n unknowns.
        seed: Of the lifts.
        deadline: When to stop, as `clock.now()` tells the time.

    Raises:
        NotGenericError: The lifts were not random enough.
        TimeoutError: The deadline has passed, or there is too much to do.
    """
    n = len(supports)
    points, owners, corners, level = _with_corners(supports)
    random = np.random.default_rng(seed).integers(1, HIGHEST, len(points))
    begins = np.array([_row(points, owners, i, 0, None) for i in range(n)])
    ends = np.array([_row(points, owners, i, max(map(sum, s)), i) for i, s in enumerate(supports)])
    table = _Table(points, owners, deadline)
    # From the one cell of the simplices to random lifts, and then with the corners on their way up for ever.
    edges = table.moved(begins[None], ends[None], level, random - level, 1.0)
    if table.volumes(*edges).sum() != math.prod(max(map(sum, s)) for s in supports):
        raise NotGenericError
    edges = table.moved(*edges, random, corners.astype(np.int64), math.inf)
    own = ~(corners[edges[0]] | corners[edges[1]]).any(1)
    first, second = edges[0][own], edges[1][own]
    volumes = table.volumes(first, second)
    kept = ~corners
    heights = table.heights(first, second, random)[:, kept]
    if (heights <= 0).sum() != 2 * first.size or len(np.unique(np.hstack([first, second]), axis=0)) < len(
        first
    ):
        raise NotGenericError
    place = np.cumsum(kept) - 1
    slack = heights / volumes[:, None]
    return Cells(points[kept], owners[kept], place[first], place[second], slack, volumes)


def _with_corners(
    supports: Sequence[Sequence[tuple[int, ...]]],
) -> tuple[Integers, Integers, NDArray[np.bool_], Integers]:
    """Return points, their owners, which are added corners, and lifts for which one cell is known."""
    n = len(supports)
    points, owners, added, level = [], [], [], []
    for i, support in enumerate(supports):
        d = max(map(sum, support))
        corners = [tuple(d * (j == k) for j in range(n)) for k in range(n)]
        for point in dict.fromkeys([*support, *corners]):
            points.append(point)
            owners.append(i)
            added.append(point not in support)
            level.append(0 if point == corners[i] or not any(point) else 1)
    return np.array(points), np.array(owners), np.array(added), np.array(level)


def _row(points: Integers, owners: Integers, i: int, length: int, axis: int | None) -> int:
    """Return the row of the corner of polynomial i at that distance from the origin."""
    corner = np.zeros(points.shape[1], dtype=np.int64)
    if axis is not None:
        corner[axis] = length
    return int(((points == corner).all(1) & (owners == i)).nonzero()[0][0])


class _Table:
    """All points of all polynomials, and what the cells see of them."""

    def __init__(self, points: Integers, owners: Integers, deadline: float) -> None:
        self.points, self.owners, self.deadline = points, owners, deadline
        self.work = 0  # products so far
        self.n = points.shape[1]

    def moved(
        self, first: Integers, second: Integers, lifts: Integers, direction: Integers, until: float
    ) -> tuple[Integers, Integers]:
        """Return the cells at the lifts `lifts + until * direction`, given those at `lifts`."""
        arrived: list[tuple[Integers, Integers]] = []
        for _ in range(MAX_ROUNDS):
            if not len(first):
                break
            flipped = []
            size = max(1, AT_ONCE // (self.n * len(self.points)))
            for low in range(0, len(first), size):
                self.work += min(size, len(first) - low) * len(self.points) * self.n**2
                if self.work > MOST_WORK or clock.now() >= self.deadline:
                    raise TimeoutError
                a, b = first[low : low + size], second[low : low + size]
                when, which, share = self._next(a, b, lifts, direction)
                stays = when >= until
                arrived.append((a[stays], b[stays]))
                go = ~stays
                flipped += self._flipped(a[go], b[go], which[go], share[go])
            first, second = (np.concatenate(part) for part in zip(*flipped, strict=True))
        else:
            raise NotGenericError
        return np.concatenate([a for a, _ in arrived]), np.concatenate([b for _, b in arrived])

    def volumes(self, first: Integers, second: Integers) -> Integers:
        """Return the volumes of cells."""
        return np.abs(self._inverse(first, second)[1])

    def heights(self, first: Integers, second: Integers, lifts: Integers) -> Integers:
        """Return how far each point lies above each cell, times the volume of the cell."""
        shares, volume = self._shares(first, second)
        return self._heights(first, second, shares, volume, lifts)

    def _inverse(self, first: Integers, second: Integers) -> tuple[Integers, Integers]:
        """Return the adjugates and determinants of the edges of each cell, exactly."""
        V = self.points[second] - self.points[first]
        determinant = np.rint(np.linalg.det(V)).astype(np.int64)
        if not len(V):
            return V, determinant
        if (determinant == 0).any() or np.abs(determinant).max() > LARGEST:
            raise NotGenericError
        adjugate = np.rint(np.linalg.inv(V) * determinant[:, None, None]).astype(np.int64)
        if not (V @ adjugate == determinant[:, None, None] * np.eye(self.n, dtype=np.int64)).all():
            raise NotGenericError
        return adjugate, determinant

    def _shares(self, first: Integers, second: Integers) -> tuple[Integers, Integers]:
        """Return each point as a sum of edges, seen from its own edge, times the volume; and the volumes."""
        adjugate, determinant = self._inverse(first, second)
        sign = np.sign(determinant)
        from_edge = self.points[None] - self.points[first[:, self.owners]]
        return from_edge @ (adjugate * sign[:, None, None]), np.abs(determinant)

    def _heights(
        self, first: Integers, second: Integers, shares: Integers, volume: Integers, lifts: Integers
    ) -> Integers:
        above = volume[:, None] * (lifts[None] - lifts[first[:, self.owners]])
        result: Integers = above - (shares @ (lifts[second] - lifts[first])[..., None])[..., 0]
        return result

    def _next(
        self, first: Integers, second: Integers, lifts: Integers, direction: Integers
    ) -> tuple[NDArray[np.float64], Integers, NDArray[np.float64]]:
        """Return when a point sinks to the level of each cell, which one, and its share of its own edge."""
        shares, volume = self._shares(first, second)
        height = self._heights(first, second, shares, volume, lifts)
        rate = self._heights(first, second, shares, volume, direction)
        when = np.where(rate < 0, height / np.where(rate < 0, -rate, 1), np.inf)
        lanes = np.arange(len(first))
        which = when.argmin(1)
        soonest = when[lanes, which]
        when[lanes, which] = np.inf
        if (when.min(1) < soonest * (1 + CLOSE))[np.isfinite(soonest)].any():
            raise NotGenericError
        return soonest, which, shares[lanes, which, self.owners[which]] / volume

    def _flipped(
        self, first: Integers, second: Integers, which: Integers, share: NDArray[np.float64]
    ) -> list[tuple[Integers, Integers]]:
        """Return the cells that take the place of others.

        The point and the edges form a circuit. On either side of the event, its cells are those that leave out a
        point of one sign. Where two cells go, only one of them brings the one that comes.
        """
        lanes = np.arange(len(first))
        own = self.owners[which]
        a, b = first[lanes, own], second[lanes, own]
        without_first = (share < 1) & ((share >= 0) | (b < which))
        without_second = (share > 0) & ((share <= 1) | (a < which))
        flipped = []
        for chosen, end in ((without_first, b), (without_second, a)):
            low, high = first[chosen].copy(), second[chosen].copy()
            rows = np.arange(len(low))
            low[rows, own[chosen]] = np.minimum(end, which)[chosen]
            high[rows, own[chosen]] = np.maximum(end, which)[chosen]
            flipped.append((low, high))
        return flipped
