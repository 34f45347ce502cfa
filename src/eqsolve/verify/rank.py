"""Is a solution isolated, or one of a family? And which unknowns are free in it?"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from flint import arb

from eqsolve.evaluate import precision
from eqsolve.verify.polish import Polished, is_noise, polish
from eqsolve.verify.steps import LARGE, column_scales, newton_step, row_scales, scaled_jacobian
from eqsolve.verify.system import Evaluation, System, largest

VANISHES: Final = arb("1e-25")  # a pivot below this part of the largest is zero: half the digits
UNMOVED: Final = arb("1e-40")  # part of an unknown that is rounding, not motion
CHORD: Final = 0.1  # part of a chord that is a direction of its own
SLIGHT: Final = 1e-6  # part of a chord that is no motion at all
NEARBY: Final = arb("0.00123")  # where to look for typical slopes, relative to the unknowns
NEAR: Final = arb("1e-20")
# How far to go along a null direction, relative to the unknowns; the shortest is shorter than any period.
MOVES: Final = (arb("1e-3"), arb("1e-8"), arb("1e-15"))


MAX_SINGULAR: Final = 3  # singular points in a row on the way to a regular one
CLOSER: Final = 3  # steps to a higher precision
DEEPEST: Final = 1 << 16  # bits of the deepest look


@dataclass(frozen=True, slots=True)
class Freedom:
    """How a solution can move.

    Attributes:
        point: The solution; for a family a regular point of it.
        free: Columns that can be chosen freely; empty for an isolated solution.
        determined: Columns that cannot move at all.
    """

    point: Polished
    free: tuple[int, ...]
    determined: tuple[int, ...]


def freedom(system: System, point: Polished) -> Freedom | None:
    """Return how a solution can move; None if a closer look shows that it is no solution at all.

    At a regular point the null space of the Jacobian tells; but a null direction counts only if a short way
    along it Newton's method finds another solution there, not the same one again: hypot(x, y) = 0 has slopes
    at its only solution. A singular point must stay put at a precision that sees through saturation:
    `tanh(x) = 1` looks flat from far away.
    """
    everything = tuple(range(len(point.x)))
    null = null_space(system, point)
    if not null.vectors:
        return Freedom(point, (), everything)
    if null.full_row_rank:
        along = [sum(parts, arb(0)) for parts in zip(*null.vectors, strict=True)]
        moved, _ = _move(system, point, along)
        if moved is not None:
            still = _unmoved(point, moved, null.determined)
            return Freedom(point, null.free, _still_when_seen_closely(system, point, still))
    if not _stays_when_seen_closely(system, point):
        return None
    multiplicity, others = point.multiplicity, []
    for vector in null.vectors:
        moved, same = _move(system, point, vector)
        multiplicity = max(multiplicity, same)
        if moved is not None:
            further = null_space(system, moved)
            if further.full_row_rank and further.vectors:
                return Freedom(moved, further.free, further.determined)
            others.append(moved)
    if not others:
        return Freedom(replace(point, multiplicity=multiplicity), (), everything)
    beside = _regular_beside(system, others) if len(others) > 1 else None
    if beside is not None:
        return beside
    free, determined = _spanned(point, others)
    return Freedom(others[0], free, determined)


def _unmoved(point: Polished, moved: Polished, columns: Sequence[int]) -> tuple[int, ...]:
    """Return the columns that are the same at both points: where a curve turns, its tangent does not tell."""
    sizes = column_scales(point.x)
    return tuple(j for j in columns if abs(moved.x[j] - point.x[j]) <= UNMOVED * sizes[j])


def _regular_beside(
    system: System, singular: Sequence[Polished], depth: int = MAX_SINGULAR
) -> Freedom | None:
    """Return a regular solution near singular ones, if there is one.

    Where several families meet, as the planes of `x*y*z = 0` do, their directions do not span a larger one.
    """
    further = []
    for point in singular:
        for vector in null_space(system, point).vectors:
            moved, _ = _move(system, point, vector)
            if moved is None:
                continue
            null = null_space(system, moved)
            if null.full_row_rank and null.vectors:
                return Freedom(moved, null.free, null.determined)
            further.append(moved)
    return _regular_beside(system, further[:MAX_SINGULAR], depth - 1) if depth > 1 and further else None


def _spanned(point: Polished, others: Sequence[Polished]) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Return the free and the determined columns from the directions to other solutions nearby.

    The directions are chords of a curved set: what is left of one after the others have been taken out
    counts only if it is a good part of it.
    """
    import numpy

    sizes = column_scales(point.x)
    chords = numpy.array(
        [
            [float((b - a) / size) for a, b, size in zip(point.x, other.x, sizes, strict=True)]
            for other in others
        ]
    )
    chords /= numpy.abs(chords).max(axis=1, keepdims=True)
    determined = tuple(int(j) for j in numpy.flatnonzero(numpy.abs(chords).max(axis=0) < SLIGHT))
    free = []
    for column in reversed(range(chords.shape[1])):
        row = int(numpy.abs(chords[:, column]).argmax())
        pivot = chords[row].copy()
        if abs(pivot[column]) < CHORD:
            continue
        free.append(column)
        chords -= numpy.outer(chords[:, column] / pivot[column], pivot)
    return tuple(sorted(free)), determined


def _stays_when_seen_closely(system: System, point: Polished) -> bool:
    """Take one Newton step at a precision that tells 1 - tanh(x), or tan(x) - x, from zero at this x."""
    bits = 2 * point.bits + _bits_to_see(point.x)
    if bits > DEEPEST:
        return all(residual.is_zero() for residual in system.at(point.x, derivatives=False).residuals)
    with precision(bits):
        here = system.at(point.x)
        if is_noise(here):
            return True
        step = None if here.issue else newton_step(here, point.x, point.held)
        return step is not None and all(
            abs(d) <= NEAR * abs(value) for d, value in zip(step, point.x, strict=True)
        )


def _still_when_seen_closely(system: System, point: Polished, columns: tuple[int, ...]) -> tuple[int, ...]:
    """Return the columns that do not move at a precision that tells exp(y) from zero at this y either."""
    bits = 2 * point.bits + _bits_to_see(point.x)
    if not columns or bits > DEEPEST:
        return ()
    with precision(bits):
        x = point.x
        for _ in range(CLOSER):
            here = system.at(x)
            step = None if here.issue else newton_step(here, x, point.held)
            if step is None:
                return ()
            x = tuple((value + d).mid() for value, d in zip(x, step, strict=True))
        vectors = null_space(system, replace(point, x=x)).vectors
        sizes = column_scales(x)
        still = arb(2) ** (-bits // 2)
        return tuple(j for j in columns if all(abs(vector[j]) <= still * sizes[j] for vector in vectors))


def _bits_to_see(x: Sequence[arb]) -> int:
    """Return how many bits tell exponentials of x, and powers of x up to the 64th, from rounding."""
    sizes = [float(abs(value)) for value in x if not value.is_zero()]
    if not all(0 < size < DEEPEST for size in sizes):
        return DEEPEST
    return max((8 * int(size) + 64 * abs(math.frexp(size)[1]) for size in sizes), default=0)


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
    J = scaled_jacobian(here, slope_scales(system, here, x, sizes), sizes, everything)
    rows = [
        [arb(0) if _vanishes(partials.get(j)) else J[i, j] for j in range(n)]
        for i, partials in enumerate(here.partials)
    ]
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
        j for j, row in pivots.items() if all(abs(rows[row][column]) <= VANISHES for column in free)
    )
    return NullSpace(tuple(vectors), free, tuple(sorted(determined)), len(pivots) == m)


def _vanishes(partial: arb | None) -> bool:
    return partial is None or (partial.is_finite() and bool(partial.contains(0)))


def slope_scales(system: System, here: Evaluation, x: Sequence[arb], sizes: Sequence[arb]) -> list[arb]:
    """Return what to multiply each equation by so that its steepest slope nearby is one.

    The size of the terms would not do: at a double root it vanishes together with the slopes.
    """
    around = [here]
    uneven = [1 + (0.618 * column) % 1 for column in range(len(x))]  # not along a symmetry of the equations
    for shift in (NEARBY, -NEARBY):
        beside = system.at(
            [value + shift * part * size for value, part, size in zip(x, uneven, sizes, strict=True)]
        )
        if beside.issue is None:
            around.append(beside)
    scales = []
    for row, by_terms in enumerate(row_scales(here)):
        slopes = [
            abs(partial * sizes[column]).mid()
            for evaluation in around
            for column, partial in evaluation.partials[row].items()
            if partial.is_finite() and not partial.contains(0)  # of an identity all slopes are noise
        ]
        steepest = largest(slopes)
        scales.append((1 / steepest).mid() if steepest > 0 else by_terms)
    return scales


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


def _move(system: System, point: Polished, vector: Sequence[arb]) -> tuple[Polished | None, int]:
    """Return a different solution near the point along a direction, if there is one at every distance.

    Also return the multiplicity of the point itself, as seen by an iteration that came back to it.
    """
    moved = None
    for distance in MOVES:
        start = [value + distance * d for value, d in zip(point.x, vector, strict=True)]
        moved = polish(system, start, flat=point.flat)
        if moved is None:
            return None, 1
        gone = sum(((new - old) ** 2 for new, old in zip(moved.x, point.x, strict=True)), arb(0)).sqrt()
        length = sum((d * d for d in vector), arb(0)).sqrt() * distance
        if not gone > length / 10 or not gone < length * 10:
            return None, moved.multiplicity if gone <= length * NEAR else 1
    return moved, 1
