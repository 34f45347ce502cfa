"""How firmly a solution stands: what rounded numbers in the equations do to it, and where it is loose.

An equation moves by its leaf scale if every number in it moves by its own size (`eqsolve.evaluate`); the inverse
of the Jacobian turns that into motions of the unknowns, to first order.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from flint import arb, arb_mat

from eqsolve.evaluate import precision
from eqsolve.verify.rank import slope_scales
from eqsolve.verify.steps import column_scales, scaled_jacobian
from eqsolve.verify.system import BITS, Evaluation, System

LARGEST: Final = 60  # rows and columns up to which a Jacobian is inverted for a warning
WEAK: Final = 1e-8  # a singular value this small beside the largest is as good as zero
TAKES_PART: Final = 0.1  # of the largest entry of a null vector


@dataclass(frozen=True, slots=True)
class Looseness:
    """How a Jacobian fails to fix its unknowns.

    Attributes:
        condition: Condition number of the scaled Jacobian; inf where it is singular.
        rows: Equations (positions in the system) that depend on each other; empty where none do.
        columns: Unknowns (columns) that are not fixed well.
    """

    condition: float
    rows: tuple[int, ...]
    columns: tuple[int, ...]


def amplification(system: System, x: Sequence[arb]) -> tuple[float, ...] | None:
    """Return, per column, the relative change of the unknown per relative change of all numbers in the equations.

    Unknowns that are zero get zero: nothing is relative to them.

    Returns:
        None if the system is too large, or short of equations.
    """
    m, n = len(system.equations), len(x)
    if not 0 < n <= m <= LARGEST:
        return None
    with precision(BITS):
        here = system.at(x)
        rows = [[_beside(row.get(j), scale) for j in range(n)] for row, scale in _rows(here)]
        inverse = _inverse(arb_mat(rows)) if here.issue is None else None
        if inverse is None:
            return (math.inf,) * n
        moved = (sum((abs(inverse[j, i]).mid() for i in range(m)), arb(0)) for j in range(n))
        return tuple(
            0.0 if value.contains(0) else float(motion / abs(value).mid())
            for motion, value in zip(moved, x, strict=True)
        )


def _rows(here: Evaluation) -> list[tuple[dict[int, arb], arb]]:
    return [
        (dict(partials), scale.mid() if scale.mid() > 0 else arb(1))
        for partials, scale in zip(here.partials, here.scales, strict=True)
    ]


def _beside(partial: arb | None, scale: arb) -> arb:
    if partial is None or not partial.is_finite():
        return arb(0)
    return (partial / scale).mid()


def _inverse(A: arb_mat) -> arb_mat | None:
    """Return the inverse, or of a tall matrix the pseudo-inverse; None if there is none."""
    transposed = A.transpose()
    try:
        if A.nrows() == A.ncols():
            return A.inv().mid()
        return ((transposed * A).inv() * transposed).mid()
    except ZeroDivisionError:
        return None


def looseness(system: System, x: Sequence[arb]) -> Looseness | None:
    """Return how well the equations of a system fix its unknowns at a solution; None where they cannot."""
    import numpy

    m, n = len(system.equations), len(x)
    if not 0 < n <= m:
        return None
    with precision(BITS):
        here = system.at(x)
        sizes = [abs(value).mid() if abs(value) > 0 else size for value, size in _sized(x)]
        if here.issue is not None:
            return None
        matrix = scaled_jacobian(here, slope_scales(system, here, x, sizes), sizes, range(n))
        J = numpy.array([[float(matrix[i, j]) for j in range(n)] for i in range(m)])
    if not numpy.isfinite(J).all():
        return None
    U, sigma, V = numpy.linalg.svd(J)
    largest, smallest = float(sigma[0]), float(sigma[-1])
    if smallest > WEAK * max(largest, 1e-3):  # rows are scaled to slopes of one nearby
        return Looseness(largest / smallest, (), ())
    weak = [k for k, value in enumerate(sigma) if value <= WEAK * max(largest, 1e-3)]
    condition = largest / smallest if smallest > 0 and largest > 0 else math.inf
    return Looseness(condition, _strong(U[:, weak]), _strong(V[weak].T))


def _sized(x: Sequence[arb]) -> list[tuple[arb, arb]]:
    return list(zip(x, column_scales(x), strict=True))


def _strong(vectors: object) -> tuple[int, ...]:
    """Return the entries that matter in any of some null vectors, one per column."""
    import numpy

    sizes = numpy.abs(numpy.asarray(vectors)).max(axis=1)
    return tuple(int(k) for k in numpy.flatnonzero(sizes > TAKES_PART * sizes.max()))
