"""The exact rational value of an expression without unknowns, where it has one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Final, TypeAlias

from eqsolve.errors import Diagnostic
from eqsolve.language.interpret import interpret
from eqsolve.language.syntax import (
    Call,
    Comparison,
    Expression,
    Logic,
    Name,
    Negative,
    Number,
    Percent,
    Power,
    Product,
    Sum,
)

FOLD_BITS: Final = 4_096  # powers are computed exactly below this size
MAX_BITS: Final = 33_220  # powers beyond 10^9999 are refused

Value: TypeAlias = Fraction | None  # None: not rational, or not constant


@dataclass(slots=True)
class Rational:
    """The meaning of expressions as exact rationals; notes powers and quotients that have no value."""

    problems: list[Diagnostic] = field(default_factory=list)

    def number(self, node: Number) -> Value:
        """A literal."""
        return node.value

    def name(self, node: Name) -> Value:
        """Unknowns and pi have no rational value."""
        return None

    def sum(self, node: Sum, terms: Sequence[Value]) -> Value:
        """A sum of rationals."""
        total = Fraction(0)
        for sign, term in zip(node.signs, terms, strict=True):
            if term is None:
                return None
            total += term if sign == "+" else -term
        return self._small(total, node)

    def product(self, node: Product, factors: Sequence[Value]) -> Value:
        """A product of rationals; a constant divisor may not be zero."""
        result: Value = Fraction(1)
        for operator, factor, operand in zip(node.operators, factors, node.factors, strict=True):
            if operator == "/" and factor == 0:
                self.problems.append(Diagnostic("division-by-zero", "this denominator is zero", operand.span))
                return None
            if result is None or factor is None:
                result = None
            else:
                result = self._small(result * factor if operator == "*" else result / factor, node)
        return result

    def _small(self, value: Fraction, node: Expression) -> Value:
        if max(value.numerator.bit_length(), value.denominator.bit_length()) > MAX_BITS:
            self._too_large(node)
            return None
        return value

    def _too_large(self, node: Expression) -> None:
        message = "this number has more than 9,999 digits before or after the decimal point"
        self.problems.append(Diagnostic("number-too-large", message, node.span))

    def power(self, node: Power, base: Value, exponent: Value) -> Value:
        """A rational to an integer power, up to a size."""
        if base is None or exponent is None or exponent.denominator != 1:
            return None
        if base == 0 and exponent < 0:
            self.problems.append(Diagnostic("division-by-zero", "zero to a negative power", node.span))
            return None
        size = max(base.numerator.bit_length(), base.denominator.bit_length()) - 1
        bits = size * abs(exponent.numerator)
        if bits > MAX_BITS:
            self._too_large(node)
        if bits > FOLD_BITS:
            return None
        return base**exponent.numerator

    def negative(self, node: Negative, operand: Value) -> Value:
        """Minus a rational."""
        return None if operand is None else -operand

    def percent(self, node: Percent, operand: Value) -> Value:
        """A hundredth of a rational."""
        return None if operand is None else operand / 100

    def call(self, node: Call, arguments: Sequence[Value]) -> Value:
        """Functions have no rational value here."""
        return None

    def comparison(self, node: Comparison, sides: Sequence[Value]) -> Value:
        """Conditions have no value."""
        return None

    def logic(self, node: Logic, operands: Sequence[Value]) -> Value:
        """Conditions have no value."""
        return None


def rational(expression: Expression) -> Value:
    """Return the exact rational value of an expression, or None if it has none."""
    return interpret(expression, Rational())
