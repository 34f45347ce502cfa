"""Write quadratic polynomials that cannot be negative as sums of squares."""

from __future__ import annotations

from fractions import Fraction
from typing import Final

from eqsolve.exact.algebra import ONE, add, literal, multiply
from eqsolve.exact.polynomials import quotient, ring_of
from eqsolve.language.syntax import Expression

MAX_GENERATORS: Final = 6


def squares(node: Expression) -> list[Expression] | None:
    """Return expressions whose squares, with positive weights, add up to plus or minus `node`.

    The quadratic form in the generators and 1 is completed to squares over the rationals (Cholesky without roots).
    A number among the expressions is one that does not vanish.

    Returns:
        None if `node` is no quadratic polynomial, or takes both signs.
    """
    ring = ring_of(node)
    found = quotient(node, ring)
    count = len(ring.generators)
    if found is None or count > MAX_GENERATORS or not found[1].is_constant():
        return None
    if found[0].total_degree() != 2:
        return None
    matrix = [[Fraction(0)] * (count + 1) for _ in range(count + 1)]
    for exponents, coefficient in found[0].terms():
        places = [k for k, n in enumerate(exponents) for _ in range(int(n))]
        i, j = [*places, count, count][:2]
        value = Fraction(int(coefficient.p), int(coefficient.q)) / 2
        matrix[i][j] += value
        matrix[j][i] += value
    for sign in (1, -1):
        rows = _completed([[sign * value for value in row] for row in matrix])
        if rows is not None:
            base = [*ring.generators, ONE]
            return [add(*(multiply(literal(v), g) for v, g in zip(row, base, strict=True))) for row in rows]
    return None


def _completed(matrix: list[list[Fraction]]) -> list[list[Fraction]] | None:
    """Return linear forms whose weighted squares add up to a quadratic form; None if it takes negative values."""
    forms = []
    size = len(matrix)
    for k in range(size):
        pivot = matrix[k][k]
        if pivot < 0 or (pivot == 0 and any(matrix[k][j] for j in range(k, size))):
            return None
        if pivot == 0:
            continue
        row = [matrix[k][j] / pivot if j >= k else Fraction(0) for j in range(size)]
        forms.append(row)
        for i in range(k, size):
            for j in range(k, size):
                matrix[i][j] -= pivot * row[i] * row[j]
    return forms
