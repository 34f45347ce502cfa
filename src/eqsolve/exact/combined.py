"""Equations that contradict each other whatever their terms are: `x^3 + sin(y) = 1` and `x^3 + sin(y) = 2`.

Every term of the sums is taken for an unknown of its own, and these linear equations are eliminated.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from flint import fmpq

from eqsolve.exact.affine import Affine
from eqsolve.exact.algebra import constant, simplify, terms
from eqsolve.exact.elimination import Undecided, eliminate
from eqsolve.language.interpret import tape
from eqsolve.language.syntax import Expression, Sum
from eqsolve.problem.model import Problem

MAX_EQUATIONS: Final = 200
MAX_STEPS: Final = 2_000  # of one equation


def contradiction(problem: Problem, deadline: float) -> tuple[int, ...] | None:
    """Return positions of equations that no values of their terms meet together, as few as possible.

    Args:
        problem: The problem.
        deadline: When to stop, as `clock.now()` tells the time.

    Returns:
        None if there are none, or there was no time.
    """
    if not 2 <= len(problem.equations) <= MAX_EQUATIONS:
        return None
    places: dict[Expression, int] = {}
    rows: dict[int, Affine] = {}
    for position, equation in enumerate(problem.equations):
        whole = Sum("+-", (equation.left, equation.right), equation.span)
        if len(tape(whole).steps) <= MAX_STEPS:
            rows[position] = _row(whole, places)
    conflict = _eliminated(rows, tuple(rows), deadline)
    for position in conflict or ():
        rest = tuple(other for other in conflict or () if other != position)
        conflict = _eliminated(rows, rest, deadline) or conflict
    return conflict


def _row(whole: Expression, places: dict[Expression, int]) -> Affine:
    """Return a sum as a linear form in its terms, each of which has a place."""
    total, coefficients = fmpq(0), dict[int, fmpq]()
    for factor, term in terms(simplify(whole)):
        number = constant(term)
        if number is not None:
            product = factor * number
            total += fmpq(product.numerator, product.denominator)
        else:
            coefficients[places.setdefault(term, len(places))] = fmpq(factor.numerator, factor.denominator)
    return Affine(total, coefficients)


def _eliminated(rows: dict[int, Affine], chosen: Sequence[int], deadline: float) -> tuple[int, ...] | None:
    try:
        found = eliminate([rows[position] for position in chosen], deadline).contradiction
    except Undecided:
        return None
    return None if found is None else tuple(chosen[row] for row in found)
