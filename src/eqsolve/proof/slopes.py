"""Values and slopes over a box, carried forward, and whether the mean value theorem applies there.

A slope is an interval that holds all the derivatives in the box; where a function has a corner, such as |x| at
zero, all slopes between those of its two sides, which serves the theorem as well (Lebourg 1975).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from eqsolve.evaluate import domain_of, partials_of
from eqsolve.functions import FUNCTIONS
from eqsolve.language.interpret import interpret
from eqsolve.language.syntax import (
    Call,
    Comparison,
    Logic,
    Name,
    Negative,
    Number,
    Percent,
    Power,
    Product,
    Sum,
)
from eqsolve.proof.elementary import RANGES, general_power, logarithm
from eqsolve.proof.interval import (
    NONNEGATIVE,
    ONE,
    ZERO,
    Interval,
    add,
    divide,
    intersection,
    multiply,
    negative,
    point,
    reciprocal,
    subtract,
)
from eqsolve.proof.ranges import HUNDRED, Ranges, chosen


class Slopes(NamedTuple):
    """A range with slopes.

    Attributes:
        value: The range.
        partials: Slopes by the unknowns that occur, by column.
        smooth: Whether the expression is defined and continuous all over the box, with these slopes.
    """

    value: Interval
    partials: Mapping[int, Interval]
    smooth: bool


_NONE: Mapping[int, Interval] = {}


@dataclass(slots=True)
class Sloped:
    """The meaning of expressions as ranges with slopes.

    Attributes:
        ranges: The meaning as ranges.
        columns: Column of each unknown by name.
    """

    ranges: Ranges
    columns: Mapping[str, int]
    bound: dict[str, Interval] = field(default_factory=dict)

    def number(self, node: Number) -> Slopes:
        """A literal."""
        return Slopes(self.ranges.number(node), _NONE, True)

    def name(self, node: Name) -> Slopes:
        """An unknown, a known value, or pi."""
        column = self.columns.get(node.id)
        return Slopes(self.ranges.name(node), _NONE if column is None else {column: ONE}, True)

    def sum(self, node: Sum, terms: Sequence[Slopes]) -> Slopes:
        """Terms added."""
        partials: dict[int, Interval] = {}
        for sign, term in zip(node.signs, terms, strict=True):
            for key, slope in term.partials.items():
                signed = slope if sign == "+" else negative(slope)
                partials[key] = add(partials[key], signed) if key in partials else signed
        value = self.ranges.sum(node, [term.value for term in terms])
        return Slopes(value, partials, all(term.smooth for term in terms))

    def product(self, node: Product, factors: Sequence[Slopes]) -> Slopes:
        """Factors multiplied and divided."""
        result = factors[0]
        for operator, factor in zip(node.operators[1:], factors[1:], strict=True):
            if operator == "*":
                value = multiply(result.value, factor.value)
                result = _composed(value, (factor.value, result), (result.value, factor))
            else:
                value = divide(result.value, factor.value)
                inverse = reciprocal(factor.value)
                by_factor = negative(multiply(value, inverse)) if factor.partials else ZERO
                smooth = not factor.value.contains(0.0)
                result = _composed(value, (inverse, result), (by_factor, factor), smooth=smooth)
        return result

    def power(self, node: Power, base: Slopes, exponent: Slopes) -> Slopes:
        """A power."""
        x, y = base.value, exponent.value
        value = general_power(x, y)
        if not exponent.partials and y.is_point and y.low.is_integer():
            by_base = multiply(y, general_power(x, point(y.low - 1)))
            return _composed(value, (by_base, base), smooth=y.low >= 0 or not x.contains(0.0))
        positive = x.sign > 0 or (y.sign > 0 and not exponent.partials and x.low >= 0)
        inside = intersection(x, NONNEGATIVE)
        by_base = multiply(y, general_power(inside, subtract(y, ONE))) if base.partials else ZERO
        by_exponent = multiply(value, logarithm(inside)) if exponent.partials else ZERO
        return _composed(value, (by_base, base), (by_exponent, exponent), smooth=positive)

    def negative(self, node: Negative, operand: Slopes) -> Slopes:
        """Minus the operand."""
        partials = {key: negative(slope) for key, slope in operand.partials.items()}
        return Slopes(negative(operand.value), partials, operand.smooth)

    def percent(self, node: Percent, operand: Slopes) -> Slopes:
        """A hundredth of the operand."""
        return _composed(divide(operand.value, HUNDRED), (reciprocal(HUNDRED), operand))

    def call(self, node: Call, arguments: Sequence[Slopes]) -> Slopes:
        """A function of the table, by its derivatives there."""
        name = node.function.id
        if name == "if":
            return _either(*arguments)
        if len(arguments) > 2:
            result = arguments[0]
            for argument in arguments[1:]:
                result = self.call(node, (result, argument))
            return result
        function = FUNCTIONS[name]
        values = [argument.value for argument in arguments]
        inside = Ranges(dict(zip(function.parameters, values, strict=True)), self.ranges.numbers)
        value = RANGES[name](*values)
        smooth = all(interpret(condition, inside) == ONE for condition in domain_of(name))
        smooth = smooth and _is_continuous(name, value, values)
        weighted = [
            (interpret(partial, inside), argument)
            for partial, argument in zip(partials_of(name), arguments, strict=True)
            if argument.partials or not argument.smooth
        ]
        return _composed(value, *weighted, smooth=smooth)

    def comparison(self, node: Comparison, sides: Sequence[Slopes]) -> Slopes:
        """A condition."""
        return Slopes(self.ranges.comparison(node, [side.value for side in sides]), _NONE, _all_smooth(sides))

    def logic(self, node: Logic, operands: Sequence[Slopes]) -> Slopes:
        """Conditions joined."""
        value = self.ranges.logic(node, [operand.value for operand in operands])
        return Slopes(value, _NONE, _all_smooth(operands))


def _all_smooth(parts: Sequence[Slopes]) -> bool:
    return all(part.smooth for part in parts)


def _composed(value: Interval, *weighted: tuple[Interval, Slopes], smooth: bool = True) -> Slopes:
    """Return f(u, …) from its range and, for each operand, the partial derivative and the operand."""
    partials: dict[int, Interval] = {}
    for weight, operand in weighted:
        smooth = smooth and operand.smooth
        for key, slope in operand.partials.items():
            term = multiply(weight, slope)
            partials[key] = add(partials[key], term) if key in partials else term
    return Slopes(value, partials, smooth and not any(p.low > p.high for p in partials.values()))


def _either(condition: Slopes, first: Slopes, second: Slopes) -> Slopes:
    if condition.value.is_point and condition.smooth:
        return first if condition.value.low == 1 else second
    return Slopes(
        chosen(condition.value, first.value, second.value), {**first.partials, **second.partials}, False
    )


def _is_continuous(name: str, value: Interval, arguments: Sequence[Interval]) -> bool:
    """Tell whether a function has no jump within its domain."""
    match name:
        case "floor" | "ceil" | "round" | "sign":
            return value.is_point
        case "mod":
            x, y = arguments
            return RANGES["floor"](divide(x, y)).is_point
        case "atan2":
            y, x = arguments
            return x.sign > 0 or y.sign != 0
        case _:
            return True
