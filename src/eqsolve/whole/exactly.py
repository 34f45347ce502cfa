"""Conditions at rational values, decided exactly where their functions have rational values there.

What stays irrational is enclosed in balls: they can refute an equation, never prove it.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Final

from flint import arb

from eqsolve.evaluate import Balls, exact, precision, strictly
from eqsolve.language.interpret import Tape, interpret
from eqsolve.language.syntax import Call, Comparison, Logic, Name, Power
from eqsolve.problem.rational import Rational, Value

BITS: Final = 200
MOST_FACTORIAL: Final = 500


@dataclass(slots=True)
class Exact(Rational):
    """The meaning of expressions as rational numbers; None where there is none, or it is not rational."""

    values: Mapping[str, Fraction] = field(default_factory=dict)

    def name(self, node: Name) -> Value:
        """An unknown."""
        return self.values.get(node.id)

    def power(self, node: Power, base: Value, exponent: Value) -> Value:
        """A rational to a rational power, where that is rational."""
        if base is not None and exponent is not None and exponent.denominator > 1:
            if base < 0 or exponent.denominator > MOST_FACTORIAL:
                return None
            root = _root(base, exponent.denominator)
            return None if root is None else Rational.power(self, node, root, Fraction(exponent.numerator))
        return Rational.power(self, node, base, exponent)

    def call(self, node: Call, arguments: Sequence[Value]) -> Value:
        """A function that keeps numbers rational."""
        name = node.function.id
        if name == "if":
            condition, first, second = arguments
            return None if condition is None else (first if condition == 1 else second)
        known = [value for value in arguments if value is not None]
        if len(known) < len(arguments):
            return None
        if name in _STEPS:
            return Fraction(_STEPS[name](known[0]))
        if name in ("min", "max"):
            return min(known) if name == "min" else max(known)
        if name == "mod" and known[1]:
            return known[0] - known[1] * math.floor(known[0] / known[1])
        if name in ("sqrt", "cbrt", "root"):
            degree = {"sqrt": Fraction(2), "cbrt": Fraction(3)}.get(name) or known[1]
            return _signed_root(known[0], degree)
        if name == "gamma" and known[0].denominator == 1 and 0 < known[0] <= MOST_FACTORIAL:
            return Fraction(math.factorial(int(known[0]) - 1))
        return None

    def comparison(self, node: Comparison, sides: Sequence[Value]) -> Value:
        """1 or 0."""
        pairs = zip(node.operators, sides, sides[1:], strict=False)
        truths = [holds(operator, a - b) for operator, a, b in pairs if a is not None and b is not None]
        if False in truths:
            return Fraction(0)
        return Fraction(1) if len(truths) == len(node.operators) else None

    def logic(self, node: Logic, operands: Sequence[Value]) -> Value:
        """`and`, `or`, `not` over 1 and 0."""
        if node.operator == "not":
            return None if operands[0] is None else 1 - operands[0]
        decisive = Fraction(0 if node.operator == "and" else 1)
        if decisive in operands:
            return decisive
        return None if None in operands else 1 - decisive


_STEPS: Final = {
    "abs": abs,
    "sign": lambda x: (x > 0) - (x < 0),
    "floor": math.floor,
    "ceil": math.ceil,
}


def _signed_root(value: Fraction, degree: Fraction) -> Value:
    if degree.denominator != 1 or not 1 <= degree <= MOST_FACTORIAL:
        return None
    if value < 0:
        root = _root(-value, int(degree)) if degree % 2 else None
        return None if root is None else -root
    return _root(value, int(degree))


def _root(value: Fraction, degree: int) -> Value:
    """Return the root of a rational that is not negative, if it is rational."""
    above, below = (_whole_root(part, degree) for part in (value.numerator, value.denominator))
    return None if above is None or below is None else Fraction(above, below)


def _whole_root(number: int, degree: int) -> int | None:
    low, high = 0, 1 << (number.bit_length() // degree + 1)
    while low < high:
        middle = (low + high) // 2
        if middle**degree < number:
            low = middle + 1
        else:
            high = middle
    return low if low**degree == number else None


def holds(operator: str, difference: Fraction | arb) -> bool:
    """Tell whether `left operator right` holds, given `left - right`."""
    match operator:
        case "=":
            return bool(difference == 0)
        case "!=":
            return bool(difference != 0)
        case "<":
            return bool(difference < 0)
        case "<=":
            return bool(difference <= 0)
        case ">":
            return bool(difference > 0)
        case _:
            return bool(difference >= 0)


def truth(operator: str, difference: Tape, values: Mapping[str, Fraction]) -> bool | None:
    """Tell whether a condition holds at rational values; None where that cannot be decided.

    Args:
        operator: How the two sides compare.
        difference: The tape of left - right.
        values: The value of each unknown.
    """
    number = interpret(difference, Exact(values=values))
    if number is not None:
        return holds(operator, number)
    with precision(BITS), strictly():
        ball = interpret(difference, Balls({name: arb(exact(value)) for name, value in values.items()}))
    if ball.issue is not None:
        return False if ball.issue.certain else None
    if not ball.value.is_finite():
        return None
    if ball.value.is_exact() or not ball.value.contains(0):
        return holds(operator, ball.value)
    return None
