"""The acceptance contract: what a point must pass before anybody calls it a solution.

1. Domain: every subexpression of the equations as written has a real value; no denominator vanishes.
2. Residual: |lhs - rhs| <= 1e-35 of the scale of the equation, after Newton's method at 50 digits.
3. Newton's step is below 1e-50 of the point, and the point stays put when all is repeated at 100 digits,
   where the residual must be below 1e-70 of the scale: a value that is merely small does not shrink along.
4. Isolated or one of a family: by the rank of the scaled Jacobian, and where that is singular, by walking.
5. A singular point must stay put even at a precision that sees through saturation.
6. Certificate: Krawczyk's test in ball arithmetic, where the system is square and regular.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from flint import arb, fmpq

from eqsolve.clock import OutOfTime
from eqsolve.evaluate import precision
from eqsolve.verify.certify import certify
from eqsolve.verify.polish import Polished, attempts, stands_still
from eqsolve.verify.rank import freedom
from eqsolve.verify.system import RESIDUAL_DIGITS, System, satisfies


@dataclass(frozen=True, slots=True)
class Checked:
    """A point that passed.

    Attributes:
        values: Value of every unknown of the system, by position; exact numbers of 50 digits and more.
        enclosures: Balls proved to hold exactly one solution; None without a certificate.
        multiplicity: 1 where the root is simple.
        free: Positions of the unknowns that can be chosen freely; empty for an isolated solution.
        determined: Positions of the unknowns that cannot move.
    """

    values: Mapping[int, fmpq | arb]
    enclosures: Mapping[int, fmpq | arb] | None
    multiplicity: int
    free: tuple[int, ...]
    determined: tuple[int, ...]


def check(
    system: System, candidate: Sequence[float | arb], enclosed: Mapping[int, fmpq | arb] | None = None
) -> Checked | None:
    """Test a candidate against the contract.

    Args:
        system: The equations as written; its known values are exact numbers.
        candidate: One number per column, good to a few digits.
        enclosed: Balls that are proved to hold the true known values; None if there is no such proof.

    Returns:
        The refined point, or None if it is no solution, or was not seen to be one before the deadline of the system.
    """
    try:
        return _checked(system, candidate, enclosed)
    except OutOfTime:
        return None


def _checked(
    system: System, candidate: Sequence[float | arb], enclosed: Mapping[int, fmpq | arb] | None
) -> Checked | None:
    points = attempts(system, [arb(value) for value in candidate])
    confirmed = next(filter(None, (_confirm(system, point) for point in points)), None)
    if confirmed is None:
        return None
    with precision(confirmed.bits):
        how = freedom(system, confirmed)
    if how is None or (how.free and _confirm(system, how.point) is None):
        return None
    certificate = None
    if enclosed is not None and not how.free:
        certificate = certify(replace(system, known={**system.known, **enclosed}), confirmed)
    unknowns = system.unknowns
    return Checked(
        dict(zip(unknowns, how.point.x, strict=True)),
        None if certificate is None else dict(zip(unknowns, certificate, strict=True)),
        1 if how.free else how.point.multiplicity,
        tuple(unknowns[column] for column in how.free),
        tuple(unknowns[column] for column in how.determined),
    )


def _confirm(system: System, point: Polished) -> Polished | None:
    with precision(point.bits):
        if not satisfies(system.at(point.x, derivatives=False), RESIDUAL_DIGITS):
            return None
    finer = stands_still(system, point)
    if finer is None:
        return None
    with precision(finer.bits):
        if not satisfies(system.at(finer.x, derivatives=False), RESIDUAL_DIGITS * finer.bits // point.bits):
            return None
    return finer
