"""Equations as sparse polynomials, with rational coefficients or balls; denominators are multiplied out.

What a denominator excludes is not seen here: a root of the polynomial is a candidate for the equation, no more.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

from flint import arb, fmpq

from eqsolve.evaluate import Ball, Balls, exact, strictly
from eqsolve.exact.affine import Number
from eqsolve.language.interpret import interpret
from eqsolve.language.syntax import (
    Call,
    Comparison,
    Expression,
    Logic,
    Name,
    Negative,
    Percent,
    Power,
    Product,
    Sum,
)
from eqsolve.language.syntax import Number as Literal

MAX_TERMS: Final = 400
MAX_DEGREE: Final = 24

Terms: TypeAlias = Mapping[tuple[int, ...], Number]  # coefficients by exponents, one per unknown
Quotient: TypeAlias = tuple[Terms, Terms] | None  # None: not a quotient of small polynomials


def polynomial(
    left: Expression, right: Expression, unknowns: Sequence[str], known: Mapping[str, Number]
) -> Terms | None:
    """Return the numerator of `left - right`, None if it is no quotient of small polynomials."""
    with strictly():
        found = interpret(Sum("+-", (left, right), left.span), _Sparse(tuple(unknowns), known))
    return None if found is None else found[0]


def degree(terms: Terms) -> int:
    """Return the total degree."""
    return max(map(sum, terms), default=0)


@dataclass(frozen=True, slots=True)
class _Sparse:
    """The meaning of expressions as quotients of polynomials."""

    unknowns: tuple[str, ...]
    known: Mapping[str, Number]

    def _constant(self, value: Number) -> Quotient:
        if isinstance(value, arb) and not value.is_finite():
            return None
        none = (0,) * len(self.unknowns)
        return ({none: value} if value != 0 else {}), {none: fmpq(1)}

    def number(self, node: Literal) -> Quotient:
        return self._constant(exact(node.value))

    def name(self, node: Name) -> Quotient:
        if node.id in self.unknowns:
            key = tuple(int(name == node.id) for name in self.unknowns)
            return {key: fmpq(1)}, {(0,) * len(self.unknowns): fmpq(1)}
        if node.id in self.known:
            return self._constant(self.known[node.id])
        return self._constant(arb.pi()) if node.id == "pi" else None

    def sum(self, node: Sum, terms: Sequence[Quotient]) -> Quotient:
        total = self._constant(fmpq(0))
        for sign, term in zip(node.signs, terms, strict=True):
            if total is None or term is None:
                return None
            above, below = total
            own = term[0] if sign == "+" else _scaled(term[0], fmpq(-1))
            if below == term[1]:
                total = _small(_sum(above, own), below)
            else:
                total = _small(_sum(_times(above, term[1]), _times(own, below)), _times(below, term[1]))
        return total

    def product(self, node: Product, factors: Sequence[Quotient]) -> Quotient:
        total = self._constant(fmpq(1))
        for operator, factor in zip(node.operators, factors, strict=True):
            if total is None or factor is None:
                return None
            above, below = factor if operator == "*" else factor[::-1]
            if not below or any(isinstance(c, arb) and c.contains(0) for c in below.values()):
                return None
            total = _small(_times(total[0], above), _times(total[1], below))
        return total

    def power(self, node: Power, base: Quotient, exponent: Quotient) -> Quotient:
        value = _value(exponent)
        if base is None or value is None:
            return None
        if _value(base) is not None and not (isinstance(value, fmpq) and value.q == 1):
            return self._called(Balls({}).power(node, _ball(_value(base)), _ball(value)))
        if not isinstance(value, fmpq) or value.q != 1 or abs(int(value.p)) > MAX_DEGREE:
            return None
        above, below = base if value >= 0 else base[::-1]
        total = self._constant(fmpq(1))
        for _ in range(abs(int(value.p))):
            if total is None or not below:
                return None
            total = _small(_times(total[0], above), _times(total[1], below))
        return total

    def negative(self, node: Negative, operand: Quotient) -> Quotient:
        return None if operand is None else (_scaled(operand[0], fmpq(-1)), operand[1])

    def percent(self, node: Percent, operand: Quotient) -> Quotient:
        return None if operand is None else (_scaled(operand[0], fmpq(1, 100)), operand[1])

    def call(self, node: Call, arguments: Sequence[Quotient]) -> Quotient:
        values = [_value(argument) for argument in arguments]
        if node.function.id == "if" or any(value is None for value in values):
            return None
        return self._called(Balls({}).call(node, [_ball(value) for value in values]))

    def _called(self, ball: Ball) -> Quotient:
        return None if ball.issue else self._constant(ball.value)

    def comparison(self, node: Comparison, sides: Sequence[Quotient]) -> Quotient:
        return None

    def logic(self, node: Logic, operands: Sequence[Quotient]) -> Quotient:
        return None


def _value(part: Quotient) -> Number | None:
    """Return the value of a constant."""
    if part is None or any(any(key) for terms in part for key in terms):
        return None
    ((below),) = part[1].values()
    return next(iter(part[0].values()), fmpq(0)) / below


def _ball(value: Number | None) -> Ball:
    ball = arb(0 if value is None else value)
    return Ball(ball, abs(ball))


def _small(above: Terms, below: Terms) -> Quotient:
    fits = all(len(part) <= MAX_TERMS and degree(part) <= MAX_DEGREE for part in (above, below))
    return (above, below) if fits else None


def _scaled(terms: Terms, factor: Number) -> Terms:
    return {key: factor * value for key, value in terms.items()}


def _sum(a: Terms, b: Terms) -> Terms:
    total = dict(a)
    for key, value in b.items():
        total[key] = total[key] + value if key in total else value
    return {key: value for key, value in total.items() if value != 0}


def _times(a: Terms, b: Terms) -> Terms:
    total: dict[tuple[int, ...], Number] = {}
    if len(a) * len(b) > 20 * MAX_TERMS:
        return {(MAX_DEGREE + 1,): fmpq(1)}  # too large to be multiplied out, and refused as such
    for left, x in a.items():
        for right, y in b.items():
            key = tuple(map(sum, zip(left, right, strict=True)))
            total[key] = total[key] + x * y if key in total else x * y
    return {key: value for key, value in total.items() if value != 0}
