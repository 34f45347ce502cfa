"""Which expressions are linear in the unknowns, and with which coefficients.

Coefficients are exact rationals (flint `fmpq`) as long as they can be, and balls (`arb`) where an irrational
constant such as `pi` or `sqrt(2)` comes in.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from flint import arb, fmpq

from eqsolve.evaluate import Ball, Balls, Issue, exact, strictly
from eqsolve.functions import IMAGINARY
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
from eqsolve.language.syntax import (
    Number as Literal,
)
from eqsolve.problem.rational import FOLD_BITS

Number: TypeAlias = fmpq | arb


@dataclass(frozen=True, slots=True)
class Affine:
    """`constant + Σ coefficients[j] * unknown j`; or, with an issue, what certainly has no real value."""

    constant: Number
    coefficients: Mapping[int, Number] = field(default_factory=dict)
    issue: Issue | None = None


Form: TypeAlias = Affine | None  # None: not linear


def affine(
    left: Expression, right: Expression, index: Mapping[str, int], known: Mapping[int, Number]
) -> Form:
    """Return the linear form of `left - right`, or None if it is not, or cannot be seen to be, linear.

    Args:
        left: Left-hand side.
        right: Right-hand side.
        index: Position of each unknown by name.
        known: Values of unknowns that are solved already, by position.
    """
    meaning = _Linear(index, known)
    difference = Sum("+-", (left, right), left.span)
    with strictly():
        return interpret(difference, meaning)


@dataclass(slots=True)
class _Linear:
    """The meaning of expressions as linear forms."""

    index: Mapping[str, int]
    known: Mapping[int, Number]

    def number(self, node: Literal) -> Form:
        return Affine(exact(node.value))

    def name(self, node: Name) -> Form:
        position = self.index.get(node.id)
        if position is None:
            return None if node.id == IMAGINARY else Affine(arb.pi())
        if position in self.known:
            return Affine(self.known[position])
        return Affine(fmpq(0), {position: fmpq(1)})

    def sum(self, node: Sum, terms: Sequence[Form]) -> Form:
        constant: Number = fmpq(0)
        coefficients: dict[int, Number] = {}
        for sign, term in zip(node.signs, terms, strict=True):
            if term is None or term.issue:
                return _worst(terms)
            constant = constant + term.constant if sign == "+" else constant - term.constant
            for key, value in term.coefficients.items():
                signed = value if sign == "+" else -value
                coefficients[key] = coefficients[key] + signed if key in coefficients else signed
        nonzero = {key: value for key, value in coefficients.items() if not _is_exactly_zero(value)}
        return Affine(constant, nonzero)

    def product(self, node: Product, factors: Sequence[Form]) -> Form:
        result = factors[0]
        for position, (operator, factor) in enumerate(
            zip(node.operators[1:], factors[1:], strict=True), start=1
        ):
            if result is None or factor is None or result.issue or factor.issue:
                return _worst(factors)
            if operator == "/":
                if factor.coefficients:
                    return None
                if _is_exactly_zero(factor.constant):
                    return _undefined(node.factors[position], "a denominator is zero")
                if isinstance(factor.constant, arb) and factor.constant.contains(0):
                    return None
                result = _scaled(result, 1 / factor.constant)
            elif not factor.coefficients:
                result = _scaled(result, factor.constant)
            elif not result.coefficients:
                result = _scaled(factor, result.constant)
            else:
                return None
        return result

    def power(self, node: Power, base: Form, exponent: Form) -> Form:
        if base is None or exponent is None or base.issue or exponent.issue:
            return _worst((base, exponent))
        if exponent.coefficients:
            return None
        if base.coefficients:
            return base if _is_exactly(exponent.constant, 1) else None
        if isinstance(base.constant, fmpq) and isinstance(exponent.constant, fmpq):
            folded = _rational_power(base.constant, exponent.constant)
            if folded is not None:
                return Affine(folded)
        return _from_ball(Balls({}).power(node, _ball(base.constant), _ball(exponent.constant)))

    def negative(self, node: Negative, operand: Form) -> Form:
        return operand and (operand if operand.issue else _scaled(operand, fmpq(-1)))

    def percent(self, node: Percent, operand: Form) -> Form:
        return operand and (operand if operand.issue else _scaled(operand, fmpq(1, 100)))

    def call(self, node: Call, arguments: Sequence[Form]) -> Form:
        if node.function.id == "if":
            return _chosen(arguments)
        balls = _constants(arguments)
        return _worst(arguments) if balls is None else _from_ball(Balls({}).call(node, balls))

    def comparison(self, node: Comparison, sides: Sequence[Form]) -> Form:
        balls = _constants(sides)
        return _worst(sides) if balls is None else _from_ball(Balls({}).comparison(node, balls))

    def logic(self, node: Logic, operands: Sequence[Form]) -> Form:
        balls = _constants(operands)
        return _worst(operands) if balls is None else _from_ball(Balls({}).logic(node, balls))


def _worst(parts: Sequence[Form]) -> Form:
    """Return None if a part is not linear, otherwise the part that has no value."""
    if any(part is None for part in parts):
        return None
    return next((part for part in parts if part and part.issue), None)


def _chosen(arguments: Sequence[Form]) -> Form:
    condition, first, second = arguments
    if condition is None or condition.issue:
        return condition
    return first if _is_exactly(condition.constant, 1) else second


def _constants(parts: Sequence[Form]) -> list[Ball] | None:
    balls = []
    for part in parts:
        if part is None or part.issue or part.coefficients:
            return None
        balls.append(_ball(part.constant))
    return balls


def _ball(value: Number) -> Ball:
    ball = arb(value)
    return Ball(ball, abs(ball))


def _from_ball(ball: Ball) -> Form:
    if ball.issue and ball.issue.certain:
        return Affine(fmpq(0), issue=ball.issue)
    return Affine(ball.value) if ball.value.is_finite() else None


def _undefined(node: Expression, message: str) -> Affine:
    return Affine(fmpq(0), issue=Issue(node.span, message, certain=True))


def _scaled(form: Affine, factor: Number) -> Affine:
    if _is_exactly_zero(factor):
        return Affine(fmpq(0))
    coefficients = {key: value * factor for key, value in form.coefficients.items()}
    return Affine(form.constant * factor, coefficients)


def _rational_power(base: fmpq, exponent: fmpq) -> fmpq | None:
    if exponent.q != 1 or (base == 0 and exponent < 0):
        return None
    bits = max(base.p.bit_length(), base.q.bit_length()) * abs(int(exponent.p))
    return base ** int(exponent.p) if bits <= FOLD_BITS else None


def _is_exactly(value: Number, number: int) -> bool:
    return bool(value == number)


def _is_exactly_zero(value: Number) -> bool:
    return bool(value == 0)
