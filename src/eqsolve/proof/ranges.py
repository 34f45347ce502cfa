"""The range of an expression over a box: an interval that holds all its real values there.

Points of the box at which the expression has no value do not count; an expression without a value anywhere
has the empty range.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from eqsolve.language.interpret import Tape, interpret
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
from eqsolve.proof.elementary import HALF_TURN, RANGES, general_power
from eqsolve.proof.interval import (
    EMPTY,
    ONE,
    ZERO,
    Interval,
    add,
    divide,
    from_fraction,
    hull,
    intersection,
    multiply,
    negative,
    point,
    subtract,
)

UNKNOWN: Final = Interval(0.0, 1.0)  # a condition that holds here and there, or may
HUNDRED: Final = point(100.0)


@dataclass(slots=True)
class Ranges:
    """The meaning of expressions as intervals; conditions are 0, 1, or both.

    Attributes:
        values: The interval of each name other than pi.
        numbers: Intervals of literals, remembered.
    """

    values: Mapping[str, Interval]
    numbers: dict[int, Interval] = field(default_factory=dict)

    def number(self, node: Number) -> Interval:
        """A literal, rounded outwards."""
        found = self.numbers.get(id(node))
        if found is None:
            found = self.numbers[id(node)] = from_fraction(node.value)
        return found

    def name(self, node: Name) -> Interval:
        """An unknown, or pi."""
        return self.values.get(node.id, HALF_TURN)

    def sum(self, node: Sum, terms: Sequence[Interval]) -> Interval:
        """Terms added."""
        total = terms[0]
        for sign, term in zip(node.signs[1:], terms[1:], strict=True):
            total = add(total, term if sign == "+" else negative(term))
        return total

    def product(self, node: Product, factors: Sequence[Interval]) -> Interval:
        """Factors multiplied and divided."""
        result = factors[0]
        for operator, factor in zip(node.operators[1:], factors[1:], strict=True):
            result = multiply(result, factor) if operator == "*" else divide(result, factor)
        return result

    def power(self, node: Power, base: Interval, exponent: Interval) -> Interval:
        """A power."""
        return general_power(base, exponent)

    def negative(self, node: Negative, operand: Interval) -> Interval:
        """Minus the operand."""
        return negative(operand)

    def percent(self, node: Percent, operand: Interval) -> Interval:
        """A hundredth of the operand."""
        return divide(operand, HUNDRED)

    def call(self, node: Call, arguments: Sequence[Interval]) -> Interval:
        """A function of the table."""
        name = node.function.id
        if name == "if":
            return chosen(*arguments)
        image = RANGES[name]
        if len(arguments) > 2:
            result = arguments[0]
            for argument in arguments[1:]:
                result = image(result, argument)
            return result
        return image(*arguments)

    def comparison(self, node: Comparison, sides: Sequence[Interval]) -> Interval:
        """A chain of comparisons."""
        pairs = zip(node.operators, sides, sides[1:], strict=False)
        return both(compare(operator, left, right) for operator, left, right in pairs)

    def logic(self, node: Logic, operands: Sequence[Interval]) -> Interval:
        """Conditions joined."""
        if node.operator == "not":
            return _not(operands[0])
        return both(operands) if node.operator == "and" else _not(both(map(_not, operands)))


def chosen(condition: Interval, first: Interval, second: Interval) -> Interval:
    """Return the range of `if(condition, first, second)`."""
    if condition.is_empty:
        return EMPTY
    if condition.is_point:
        return first if condition.low == 1 else second
    return hull(first, second)


def both(conditions: Iterable[Interval]) -> Interval:
    """Return whether all conditions hold; one that fails decides, even beside one without a value."""
    parts = list(conditions)
    if ZERO in parts:
        return ZERO
    if all(part == ONE for part in parts):
        return ONE
    without_value = any(part.is_empty for part in parts)
    return EMPTY if without_value and all(part.is_empty or part == ONE for part in parts) else UNKNOWN


def _not(condition: Interval) -> Interval:
    return condition if condition.is_empty else subtract(ONE, condition)


def compare(operator: str, left: Interval, right: Interval) -> Interval:
    """Return whether a comparison holds: everywhere, nowhere, or it depends."""
    if left.is_empty or right.is_empty:
        return EMPTY
    if operator in ("=", "!="):
        equal = ONE if left.is_point and left == right else UNKNOWN
        if intersection(left, right).is_empty:
            equal = ZERO
        return equal if operator == "=" else _not(equal)
    if operator in (">", ">="):
        return _not(compare("<=" if operator == ">" else "<", left, right))
    difference = subtract(left, right)
    if difference.sign < 0 or (operator == "<=" and difference.high <= 0):
        return ONE
    if difference.sign > 0 or (operator == "<" and difference.low >= 0):
        return ZERO
    return UNKNOWN


def range_of(expression: Expression | Tape, values: Mapping[str, Interval]) -> Interval:
    """Return the range of an expression over a box."""
    return interpret(expression, Ranges(values))
