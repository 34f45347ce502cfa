"""Rational solutions recognised as such: 1.000…0 to fifty digits is 1 if 1 satisfies the equations exactly."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Final

from flint import arb, fmpq

from eqsolve.evaluate import exact
from eqsolve.exact.affine import Number, affine
from eqsolve.problem.model import Problem

LARGEST: Final = 10**12  # numerator and denominator up to which a rational is tried
CLOSE: Final = arb(10) ** -40


def rational_point(
    problem: Problem, equations: Sequence[int], values: Mapping[int, Number], known: Mapping[int, Number]
) -> dict[int, fmpq] | None:
    """Return the rational point that a checked one stands for, or None if there is none.

    Args:
        problem: The problem.
        equations: Those that determine the point.
        values: The checked point, to 50 digits.
        known: Exact values of the other unknowns that occur.
    """
    point: dict[int, fmpq] = {}
    for unknown, value in values.items():
        candidate = _simple(value)
        if candidate is None:
            return None
        point[unknown] = candidate
    everything = {**known, **point}
    for position in equations:
        equation = problem.equations[position]
        form = affine(equation.left, equation.right, problem.index, everything)
        if form is None or form.issue or form.coefficients or form.constant != 0:
            return None
    return point


def _simple(value: Number) -> fmpq | None:
    if isinstance(value, fmpq):
        return value
    if value.is_zero():
        return fmpq(0)
    if not 1 / arb(LARGEST) <= abs(value) <= LARGEST:
        return None
    mantissa, exponent = map(int, value.mid().man_exp())
    ratio = (Fraction(mantissa) * Fraction(2) ** exponent).limit_denominator(LARGEST)
    simple = exact(ratio)
    return simple if abs(value - simple) <= CLOSE * abs(value) else None
