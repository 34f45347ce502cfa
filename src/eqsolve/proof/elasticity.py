"""How an expression grows beside its unknown: x f'/f, over an interval of positive or of negative x.

Where every term of an equation keeps its sign, the equation says that the positive terms outweigh the negative
ones by ln(1) = 0, and the slope of that logarithm, times x, is the difference of their elasticities. Those of
products add, and that of a sum of terms of one sign lies among those of the terms: so `x*exp(-x)` has elasticity
1 - x, sharp even on a tail towards infinity where its slope `exp(-x) - x*exp(-x)` says nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from eqsolve.language.interpret import Tape, interpret
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
from eqsolve.proof.elementary import logarithm
from eqsolve.proof.interval import (
    ONE,
    REALS,
    ZERO,
    Interval,
    add,
    divide,
    hull,
    hull_of,
    intersection,
    multiply,
    negative,
    subtract,
)
from eqsolve.proof.slopes import Sloped, Slopes


class Growth(NamedTuple):
    """Range and slopes of an expression, and its elasticity; the reals where it may vanish."""

    slopes: Slopes
    elasticity: Interval


@dataclass(slots=True)
class Growing:
    """The meaning of expressions of one unknown, of one sign, as growth.

    Attributes:
        sloped: The meaning as ranges with slopes; the unknown has column 0.
        x: The interval of the unknown.
    """

    sloped: Sloped
    x: Interval

    def number(self, node: Number) -> Growth:
        """A literal does not grow."""
        return Growth(self.sloped.number(node), ZERO)

    def name(self, node: Name) -> Growth:
        """The unknown grows like itself."""
        slopes = self.sloped.name(node)
        return Growth(slopes, ONE if slopes.partials else ZERO)

    def sum(self, node: Sum, terms: Sequence[Growth]) -> Growth:
        """Terms of one sign average; otherwise the slope decides."""
        slopes = self.sloped.sum(node, [term.slopes for term in terms])
        signs = {
            (1 if sign == "+" else -1) * term.slopes.value.sign
            for sign, term in zip(node.signs, terms, strict=True)
        }
        by_slope = self._by_slope(slopes)
        if len(signs) == 1 and 0 not in signs:
            return Growth(slopes, intersection(by_slope, hull_of(term.elasticity for term in terms)))
        return Growth(slopes, by_slope)

    def product(self, node: Product, factors: Sequence[Growth]) -> Growth:
        """Elasticities of factors add."""
        slopes = self.sloped.product(node, [factor.slopes for factor in factors])
        total = factors[0].elasticity
        for operator, factor in zip(node.operators[1:], factors[1:], strict=True):
            added = factor.elasticity
            total = add(total, added if operator == "*" else negative(added))
        return Growth(slopes, total if slopes.value.sign else REALS)

    def power(self, node: Power, base: Growth, exponent: Growth) -> Growth:
        """E[b^y] = y E[b] + y ln(b) E[y]."""
        slopes = self.sloped.power(node, base.slopes, exponent.slopes)
        y = exponent.slopes.value
        total = multiply(y, base.elasticity)
        if exponent.slopes.partials:
            if base.slopes.value.sign <= 0:
                return Growth(slopes, REALS)
            grown = multiply(y, exponent.elasticity) if y.sign else multiply(self.x, _slope(exponent.slopes))
            total = add(total, multiply(logarithm(base.slopes.value), grown))
        return Growth(slopes, total if base.slopes.value.sign else REALS)

    def negative(self, node: Negative, operand: Growth) -> Growth:
        """A sign changes nothing."""
        return Growth(self.sloped.negative(node, operand.slopes), operand.elasticity)

    def percent(self, node: Percent, operand: Growth) -> Growth:
        """Neither does a factor."""
        return Growth(self.sloped.percent(node, operand.slopes), operand.elasticity)

    def call(self, node: Call, arguments: Sequence[Growth]) -> Growth:
        """Exponentials, logarithms and roots by rule, other functions by their slope."""
        slopes = self.sloped.call(node, [argument.slopes for argument in arguments])
        inner = arguments[0]
        value = inner.slopes.value
        match node.function.id:
            case "exp":
                grown = (
                    multiply(value, inner.elasticity)
                    if value.sign
                    else multiply(self.x, _slope(inner.slopes))
                )
                return Growth(slopes, grown)
            case "ln" | "log" if slopes.value.sign and value.sign:
                return Growth(slopes, divide(inner.elasticity, slopes.value))
            case "sqrt" if value.sign:
                return Growth(slopes, divide(inner.elasticity, Interval(2.0, 2.0)))
            case _:
                return Growth(slopes, self._by_slope(slopes))

    def comparison(self, node: Comparison, sides: Sequence[Growth]) -> Growth:
        """Conditions do not grow."""
        return Growth(self.sloped.comparison(node, [side.slopes for side in sides]), REALS)

    def logic(self, node: Logic, operands: Sequence[Growth]) -> Growth:
        """Conditions do not grow."""
        return Growth(self.sloped.logic(node, [operand.slopes for operand in operands]), REALS)

    def _by_slope(self, slopes: Slopes) -> Interval:
        if not slopes.partials:
            return ZERO
        if not slopes.value.sign:
            return REALS
        return divide(multiply(self.x, _slope(slopes)), slopes.value)


def _slope(slopes: Slopes) -> Interval:
    return slopes.partials.get(0, ZERO)


def growth_apart(terms: Sequence[tuple[str, Tape]], sloped: Sloped, x: Interval) -> int:
    """Return the sign of the slope of ln(positive terms) - ln(negative terms); 0 if it has none or is not known.

    Args:
        terms: The terms of an equation `sum = 0`, with their signs.
        sloped: The meaning of expressions over the interval.
        x: The interval of the one unknown.
    """
    if not x.sign:
        return 0
    meaning = Growing(sloped, x)
    parts: dict[int, Interval] = {}
    for sign, term in terms:
        grown = interpret(term, meaning)
        side = grown.slopes.value.sign * (1 if sign == "+" else -1)
        if not side or not grown.slopes.smooth:
            return 0
        parts[side] = hull(parts[side], grown.elasticity) if side in parts else grown.elasticity
    if len(parts) < 2:
        return 0
    return x.sign * subtract(parts[1], parts[-1]).sign
