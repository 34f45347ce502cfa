"""A proof that a true solution lies within a tiny box around a point, and only one.

Krawczyk's operator K(X) = x - Y f(x) + (I - Y J(X))(X - x), evaluated in ball arithmetic with Y an approximate
inverse of the Jacobian: if K(X) lies inside X, then X holds exactly one root, and K(X) holds it too.

References:
    Krawczyk (1969), Newton-Algorithmen zur Bestimmung von Nullstellen mit Fehlerschranken, Computing 4, 187-201.
    Johansson (2017), Arb: efficient arbitrary-precision midpoint-radius interval arithmetic.
"""

from __future__ import annotations

from flint import arb, arb_mat, ctx

from eqsolve.evaluate import precision, strictly
from eqsolve.verify.polish import Polished
from eqsolve.verify.steps import LARGE
from eqsolve.verify.system import System, largest


def certify(system: System, point: Polished) -> tuple[arb, ...] | None:
    """Return balls, one per column, that enclose exactly one solution; None if there is no proof.

    Args:
        system: As many equations as unknowns; its known values are balls that enclose the true ones.
        point: A solution to start from.
    """
    n = len(point.x)
    if len(system.equations) != n or n > LARGE or point.multiplicity > 1:
        return None
    with precision(point.bits), strictly():
        here = system.at(point.x)
        if here.issue is not None:
            return None
        try:
            Y = here.matrix(n).mid().inv().mid()
        except ZeroDivisionError:
            return None
        shift = Y * arb_mat([[residual] for residual in here.residuals])
        box = _box(point.x, shift.entries())
        around = system.at([x + d for x, d in zip(point.x, box, strict=True)])
        if around.issue is not None:
            return None
        contraction = _identity(n) - Y * around.matrix(n)
        change = contraction * arb_mat([[d] for d in box]) - shift
        if not all(d.contains_interior(k) for d, k in zip(box, change.entries(), strict=True)):
            return None
        return tuple(x + d for x, d in zip(point.x, change.entries(), strict=True))


def _box(x: tuple[arb, ...], shift: list[arb]) -> list[arb]:
    """Return symmetric balls a good deal wider than the expected error of each unknown."""
    size = largest(abs(value) for value in x)
    tiny = arb(2) ** (-ctx.prec * 3 // 5)
    floor = tiny * (size if size > 0 else arb(1))
    radii = (
        4 * step.abs_upper() + (tiny * abs(value) if abs(value) > 0 else floor)
        for value, step in zip(x, shift, strict=True)
    )
    return [arb(0, radius.abs_upper()) for radius in radii]


def _identity(n: int) -> arb_mat:
    return arb_mat(n, n, [int(i == j) for i in range(n) for j in range(n)])
