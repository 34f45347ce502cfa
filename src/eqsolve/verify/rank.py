"""Is a solution isolated, or one of a family? And which unknowns are free in it?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from flint import arb

from eqsolve.verify.polish import Polished, polish
from eqsolve.verify.steps import LARGE, column_scales, row_scales, scaled_jacobian
from eqsolve.verify.system import System

VANISHES: Final = arb("1e-25")  # a pivot below this part of the largest is zero: half the digits
MOVES: Final = (arb("1e-2"), arb("1e-3"))  # how far to go along a null direction, relative to the unknowns


@dataclass(frozen=True, slots=True)
class Freedom:
    """The directions in which a solution can move.

    Attributes:
        free: Columns that can be chosen freely.
        determined: Columns that cannot move at all.
    """

    free: tuple[int, ...]
    determined: tuple[int, ...]


def freedom(system: System, point: Polished) -> tuple[Freedom, Polished] | None:
    """Return how a solution can move, with a regular point to represent the family; None if it is isolated.

    At a regular point the null space of the Jacobian tells. At a singular one a null direction counts only
    if a short way along it Newton's method finds another solution there, not the same one again.
    """
    null = null_space(system, point)
    if not null.vectors:
        return None
    if null.full_row_rank:
        return Freedom(null.free, null.determined), point
    for vector in null.vectors:
        moved = _move(system, point, vector)
        if moved is not None:
            further = null_space(system, moved)
            if further.vectors:
                return Freedom(further.free, further.determined), moved
    return None


@dataclass(frozen=True, slots=True)
class NullSpace:
    """The null space of the Jacobian.

    Attributes:
        vectors: A basis, one vector per free column, in units of the unknowns.
        free: Columns without a pivot.
        determined: Columns that vanish in every vector.
        full_row_rank: Whether the equations are independent at the point.
    """

    vectors: tuple[tuple[arb, ...], ...]
    free: tuple[int, ...]
    determined: tuple[int, ...]
    full_row_rank: bool


def null_space(system: System, point: Polished) -> NullSpace:
    """Return the null space of the Jacobian at a point, by elimination with row pivoting."""
    x = point.x
    m, n = len(system.equations), len(x)
    everything = tuple(range(n))
    if n > LARGE and m == n:
        return NullSpace((), (), everything, full_row_rank=True)
    here = system.at(x)
    sizes = column_scales(x)
    J = scaled_jacobian(here, row_scales(here), sizes, everything)
    rows = [[J[i, j] for j in range(n)] for i in range(m)]
    pivots = _reduce(rows, n)
    free = tuple(j for j in range(n) if j not in pivots)
    vectors = []
    for column in free:
        vector = [arb(0)] * n
        vector[column] = sizes[column]
        for pivot, row in pivots.items():
            vector[pivot] = -rows[row][column] * sizes[pivot]
        vectors.append(tuple(vector))
    determined = tuple(
        j
        for j, row in pivots.items()
        if all(abs(rows[row][column]) <= VANISHES for column in free)
    )
    return NullSpace(tuple(vectors), free, tuple(sorted(determined)), len(pivots) == m)


def _reduce(rows: list[list[arb]], n: int) -> dict[int, int]:
    """Bring a matrix to reduced row echelon form, in place; return the row of each pivot column."""
    pivots: dict[int, int] = {}
    left = list(range(len(rows)))
    for column in range(n):
        if not left:
            break
        best = max(left, key=lambda row: float(abs(rows[row][column])))
        if not abs(rows[best][column]) > VANISHES:
            for row in left:
                rows[row][column] = arb(0)
            continue
        left.remove(best)
        pivots[column] = best
        factor = 1 / rows[best][column]
        rows[best] = [(value * factor).mid() for value in rows[best]]
        for row in range(len(rows)):
            if row != best and not rows[row][column].is_zero():
                ratio = rows[row][column]
                rows[row] = [
                    (value - ratio * by).mid() for value, by in zip(rows[row], rows[best], strict=True)
                ]
    return pivots


def _move(system: System, point: Polished, vector: Sequence[arb]) -> Polished | None:
    """Return a different solution near the point along a direction, if there is one at every distance."""
    moved = None
    for distance in MOVES:
        start = [value + distance * d for value, d in zip(point.x, vector, strict=True)]
        moved = polish(system, start)
        if moved is None:
            return None
        gone = sum(((new - old) ** 2 for new, old in zip(moved.x, point.x, strict=True)), arb(0)).sqrt()
        length = sum((d * d for d in vector), arb(0)).sqrt() * distance
        if not gone > length / 10 or not gone < length * 10:
            return None
    return moved
