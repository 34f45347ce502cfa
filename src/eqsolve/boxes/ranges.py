"""Ranges and slopes of equations over many boxes at once.

Points at which an expression has no value do not count: where it has none at all, the box is dead.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, NamedTuple

import numpy as np

from eqsolve.boxes.elementary import FUNCTIONS, PAIRS, PI, logarithm, positive_power
from eqsolve.boxes.lanes import (
    INF,
    NONNEGATIVE,
    ONE,
    WHOLE,
    ZERO,
    Lanes,
    Mask,
    add,
    between,
    chosen,
    constant,
    divide,
    hull,
    intersection,
    multiply,
    negative,
    power,
    reciprocal,
    subtract,
)
from eqsolve.language.interpret import Tape
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
from eqsolve.proof.interval import from_fraction

HUNDRED: Final = between(100.0, 100.0)
MAX_EXPONENT: Final = 1 << 20  # that is multiplied out


def covers(laid_out: Tape) -> bool:
    """Tell whether all that occurs in an equation has ranges here."""
    return all(_is_covered(node) for node, _ in laid_out.steps)


def _is_covered(node: Expression) -> bool:
    match node:
        case Call():
            return node.function.id in FUNCTIONS or node.function.id in PAIRS
        case Comparison() | Logic():
            return False
        case _:
            return True


def whole_exponent(y: Lanes) -> int | None:
    """Return a constant exponent that is a whole number."""
    if np.ndim(y.low) or y.low != y.high or abs(y.low) > MAX_EXPONENT or y.low != np.floor(y.low):
        return None
    return int(y.low)


def fractional(y: Lanes) -> bool:
    """Tell whether an exponent is constant and no whole number."""
    return np.ndim(y.low) == 0 and bool(np.floor(y.low) == np.floor(y.high) and y.low != np.floor(y.low))


@dataclass(slots=True)
class Ranges:
    """The meaning of expressions as lanes of intervals.

    Attributes:
        values: The intervals of each name other than pi.
        dead: Where an expression met so far has no value.
        numbers: Intervals of literals, remembered.
    """

    values: Mapping[str, Lanes]
    dead: Mask
    numbers: dict[int, Lanes] = field(default_factory=dict)

    def kept(self, value: Lanes) -> Lanes:
        """Note where a value is empty; it counts as unknown there from now on."""
        empty = value.empty
        self.dead = self.dead | empty
        low = np.where(empty | np.isnan(value.low), -INF, value.low)
        high = np.where(empty | np.isnan(value.high), INF, value.high)
        return Lanes(low, high)

    def number(self, node: Number) -> Lanes:
        """A literal, rounded outwards."""
        found = self.numbers.get(id(node))
        if found is None:
            found = self.numbers[id(node)] = constant(from_fraction(node.value))
        return found

    def name(self, node: Name) -> Lanes:
        """An unknown, a known value, or pi."""
        return self.values.get(node.id, PI)

    def sum(self, node: Sum, terms: Sequence[Lanes]) -> Lanes:
        """Terms added."""
        total = terms[0]
        for sign, term in zip(node.signs[1:], terms[1:], strict=True):
            total = add(total, term) if sign == "+" else subtract(total, term)
        return total

    def product(self, node: Product, factors: Sequence[Lanes]) -> Lanes:
        """Factors multiplied and divided."""
        result = factors[0]
        for operator, factor in zip(node.operators[1:], factors[1:], strict=True):
            result = multiply(result, factor) if operator == "*" else divide(result, factor)
        return result

    def power(self, node: Power, base: Lanes, exponent: Lanes) -> Lanes:
        """A power; where a negative base meets an exponent that varies, anything may come out."""
        n = whole_exponent(exponent)
        if n is not None:
            return power(base, n)
        value = positive_power(base, exponent)
        if fractional(exponent):
            return self.kept(value)
        return self.kept(chosen(base.low < 0, WHOLE, value))

    def negative(self, node: Negative, operand: Lanes) -> Lanes:
        """Minus the operand."""
        return negative(operand)

    def percent(self, node: Percent, operand: Lanes) -> Lanes:
        """A hundredth of the operand."""
        return divide(operand, HUNDRED)

    def call(self, node: Call, arguments: Sequence[Lanes]) -> Lanes:
        """A function of the table."""
        name = node.function.id
        if name in FUNCTIONS:
            return self.kept(FUNCTIONS[name].image(arguments[0]))
        result = arguments[0]
        for argument in arguments[1:]:
            result = PAIRS[name](result, argument)
        return result

    def comparison(self, node: Comparison, sides: Sequence[Lanes]) -> Lanes:
        """A condition, which is not covered."""
        raise AssertionError("`covers` refuses conditions")

    def logic(self, node: Logic, operands: Sequence[Lanes]) -> Lanes:
        """Conditions joined, which are not covered."""
        raise AssertionError("`covers` refuses conditions")


class Slopes(NamedTuple):
    """Ranges with slopes by the unknowns that occur, by column."""

    value: Lanes
    partials: Mapping[int, Lanes]


@dataclass(slots=True)
class Sloped:
    """The meaning of expressions as ranges with slopes; the mean value theorem holds where it is not rough.

    Attributes:
        ranges: The meaning as ranges.
        columns: Column of each unknown by name.
        rough: Where an expression met so far is not defined and continuous all over the box.
    """

    ranges: Ranges
    columns: Mapping[str, int]
    rough: Mask

    def number(self, node: Number) -> Slopes:
        """A literal."""
        return Slopes(self.ranges.number(node), {})

    def name(self, node: Name) -> Slopes:
        """An unknown, a known value, or pi."""
        column = self.columns.get(node.id)
        return Slopes(self.ranges.name(node), {} if column is None else {column: ONE})

    def sum(self, node: Sum, terms: Sequence[Slopes]) -> Slopes:
        """Terms added."""
        partials: dict[int, Lanes] = {}
        for sign, term in zip(node.signs, terms, strict=True):
            for key, slope in term.partials.items():
                signed = slope if sign == "+" else negative(slope)
                partials[key] = add(partials[key], signed) if key in partials else signed
        return Slopes(self.ranges.sum(node, [term.value for term in terms]), partials)

    def product(self, node: Product, factors: Sequence[Slopes]) -> Slopes:
        """Factors multiplied and divided."""
        result = factors[0]
        for operator, factor in zip(node.operators[1:], factors[1:], strict=True):
            if operator == "*":
                value = multiply(result.value, factor.value)
                result = _composed(value, (factor.value, result), (result.value, factor))
            else:
                self.rough = self.rough | factor.value.has(0.0)
                inverse = reciprocal(factor.value)
                value = multiply(result.value, inverse)
                by_factor = negative(multiply(value, inverse)) if factor.partials else ZERO
                result = _composed(value, (inverse, result), (by_factor, factor))
        return result

    def power(self, node: Power, base: Slopes, exponent: Slopes) -> Slopes:
        """A power."""
        x, y = base.value, exponent.value
        value = self.ranges.power(node, x, y)
        n = whole_exponent(y)
        if n is not None:
            if n < 0:
                self.rough = self.rough | x.has(0.0)
            return _composed(value, (multiply(y, power(x, n - 1)), base))
        self.rough = self.rough | (x.low <= 0)
        inside = intersection(x, NONNEGATIVE)
        by_base = multiply(y, positive_power(inside, subtract(y, ONE))) if base.partials else ZERO
        by_exponent = multiply(value, logarithm(inside)) if exponent.partials else ZERO
        return _composed(value, (by_base, base), (by_exponent, exponent))

    def negative(self, node: Negative, operand: Slopes) -> Slopes:
        """Minus the operand."""
        partials = {key: negative(slope) for key, slope in operand.partials.items()}
        return Slopes(negative(operand.value), partials)

    def percent(self, node: Percent, operand: Slopes) -> Slopes:
        """A hundredth of the operand."""
        return _composed(divide(operand.value, HUNDRED), (reciprocal(HUNDRED), operand))

    def call(self, node: Call, arguments: Sequence[Slopes]) -> Slopes:
        """A function of the table."""
        name = node.function.id
        if name in FUNCTIONS:
            function, x = FUNCTIONS[name], arguments[0]
            value = self.ranges.call(node, [x.value])
            if function.rough is not None:
                self.rough = self.rough | function.rough(x.value)
            return _composed(value, (function.slope(x.value, value), x)) if x.partials else Slopes(value, {})
        result = arguments[0]
        for argument in arguments[1:]:
            result = _extreme(name, result, argument)
        return result

    def comparison(self, node: Comparison, sides: Sequence[Slopes]) -> Slopes:
        """A condition, which is not covered."""
        raise AssertionError("`covers` refuses conditions")

    def logic(self, node: Logic, operands: Sequence[Slopes]) -> Slopes:
        """Conditions joined, which are not covered."""
        raise AssertionError("`covers` refuses conditions")


def _composed(value: Lanes, *weighted: tuple[Lanes, Slopes]) -> Slopes:
    """Return f(u, …) from its range and, for each operand, the partial derivative and the operand."""
    partials: dict[int, Lanes] = {}
    for weight, operand in weighted:
        for key, slope in operand.partials.items():
            term = multiply(weight, slope)
            partials[key] = add(partials[key], term) if key in partials else term
    return Slopes(value, partials)


def _extreme(name: str, a: Slopes, b: Slopes) -> Slopes:
    """Return min or max of two: the slopes of either, or of both where either may be it."""
    under, over = a.value.high < b.value.low, b.value.high < a.value.low
    only_a, only_b = (under, over) if name == "min" else (over, under)
    partials = {}
    for key in {**a.partials, **b.partials}:
        of_a, of_b = a.partials.get(key, ZERO), b.partials.get(key, ZERO)
        partials[key] = chosen(only_a, of_a, chosen(only_b, of_b, hull(of_a, of_b)))
    return Slopes(PAIRS[name](a.value, b.value), partials)
