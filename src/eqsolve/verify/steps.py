"""Newton steps in ball arithmetic's precision, for any shape and rank.

Rows are scaled by the size of their terms and columns by the size of the unknowns. A square regular system is
solved as it is; otherwise the minimum-norm least-squares step comes from regularised normal equations, for which
the precision is raised so far that neither the squaring nor the regularisation shows. Large systems
take the sparse factors of the rounded matrix: slower convergence, same limit.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Final

from flint import arb, arb_mat, ctx

from eqsolve.evaluate import precision
from eqsolve.verify.system import Evaluation, largest

LONGEST: Final = 1e6  # a longer step, relative to the unknowns, says that the Jacobian is all but singular
LARGE: Final = 80  # rows and columns beyond which the rounded matrix is factorised instead


def newton_step(
    here: Evaluation, x: Sequence[arb], held: Collection[int] = frozenset(), damping: arb | None = None
) -> list[arb] | None:
    """Return the minimum-norm least-squares solution d of J d = -r, or None if there is none.

    Args:
        here: Residuals and derivatives at x.
        x: The point, whose sizes scale the columns.
        held: Columns whose unknowns do not move.
        damping: What to add to the scaled normal equations, so that the step is short along directions that are
            flat; None for the plain step.
    """
    rows, sizes = row_scales(here), column_scales(x)
    free = [column for column in range(len(x)) if column not in held]
    step = [arb(0)] * len(x)
    if not free:
        return step
    if min(len(rows), len(free)) > LARGE:
        d = _sparse_step(here, rows, sizes, free)
    else:
        d = _dense_step(here, rows, sizes, free, damping)
    if d is None or not all(value.is_finite() for value in d):
        return None
    for column, value in zip(free, d, strict=True):
        step[column] = (value * sizes[column]).mid()
    return step


def row_scales(here: Evaluation) -> list[arb]:
    """Return what to multiply each equation by, so that its terms are of size one."""
    return [1 / scale.mid() if scale.mid() > 0 else arb(1) for scale in here.scales]


def column_scales(x: Sequence[arb]) -> list[arb]:
    """Return the sizes of the unknowns, none below a thousandth of the largest."""
    sizes = [abs(value).mid() for value in x]
    whole = largest(sizes)
    floor = (whole / 1000).mid() if whole > 0 else arb(1)
    return [size if size > floor else floor for size in sizes]


def scaled_jacobian(
    here: Evaluation, rows: Sequence[arb], sizes: Sequence[arb], free: Sequence[int]
) -> arb_mat:
    """Return the Jacobian, midpoints only, with rows and columns scaled."""

    def entry(partials: Mapping[int, arb], row: arb, column: int) -> arb:
        partial = partials.get(column)
        if partial is None:
            return arb(0)
        value = (partial * row * sizes[column]).mid()
        return value if value.is_finite() else arb(1)  # an infinite slope fixes its unknown all the more

    return arb_mat(
        [
            [entry(partials, row, column) for column in free]
            for partials, row in zip(here.partials, rows, strict=True)
        ]
    )


def _dense_step(
    here: Evaluation, rows: Sequence[arb], sizes: Sequence[arb], free: Sequence[int], damping: arb | None
) -> list[arb] | None:
    m, n = len(rows), len(free)
    J = scaled_jacobian(here, rows, sizes, free)
    r = arb_mat([[(-residual * row).mid()] for residual, row in zip(here.residuals, rows, strict=True)])
    if not all(entry.is_finite() for entry in (*J.entries(), *r.entries())):
        return None
    if m == n and damping is None:
        try:
            d = list(J.solve(r).entries())
        except ZeroDivisionError:
            d = []
        if d and all(abs(value) <= LONGEST for value in d):
            return d
    return _least_squares(J, r, m, n, arb(2) ** -ctx.prec if damping is None else damping)


def _least_squares(J: arb_mat, r: arb_mat, m: int, n: int, damping: arb) -> list[arb] | None:
    """Return the damped minimum-norm least-squares solution of J d = r, from the smaller normal equations."""
    bits = ctx.prec
    with precision(6 * bits):
        transposed = J.transpose()
        normal = transposed * J if m >= n else J * transposed
        for j in range(min(m, n)):
            normal[j, j] = normal[j, j] + damping
        try:
            d = normal.solve(transposed * r) if m >= n else transposed * normal.solve(r)
        except ZeroDivisionError:
            return None
        return list(d.entries())


def _sparse_step(
    here: Evaluation, rows: Sequence[arb], sizes: Sequence[arb], free: Sequence[int]
) -> list[arb] | None:
    import numpy
    from scipy.sparse import csc_array
    from scipy.sparse.linalg import splu

    m, n = len(rows), len(free)
    if m != n:
        return None
    place = {column: position for position, column in enumerate(free)}
    entries = [
        (float(partial * rows[i] * sizes[j]), i, place[j])
        for i, partials in enumerate(here.partials)
        for j, partial in partials.items()
        if j in place
    ]
    values, i, j = zip(*entries, strict=True)
    if not numpy.isfinite(values).all():
        return None
    try:
        factors = splu(csc_array((values, (i, j)), shape=(m, n)))
    except RuntimeError:  # exactly singular
        return None
    scaled = [-residual * row for residual, row in zip(here.residuals, rows, strict=True)]
    # Far from the root the step may be huge, near it tiny: keep the exponent outside the floats.
    size = largest(abs(value) for value in scaled)
    if not size > 0:
        return [arb(0)] * n
    d = factors.solve(numpy.array([float(value / size) for value in scaled]))
    return [arb(float(value)) * size for value in d]
