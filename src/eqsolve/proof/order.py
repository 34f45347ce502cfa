"""How often an equation of one unknown vanishes at a point, and how far around there is no other root.

With the first m Taylor coefficients exactly zero at a point, and the m-th away from zero on all of an interval
around it, the equation is (x - point)^m times something without a root there.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

from flint import arb, arb_series, fmpq

from eqsolve.evaluate import exact
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

LENGTH: Final = 9  # Taylor coefficients looked at
MAX_ORDER: Final = 6
RADII: Final = (0.5, 0.1, 1e-2, 1e-3)

Series: TypeAlias = arb_series | None  # None: no Taylor series here

_FUNCTIONS: Final[Mapping[str, Callable[[arb_series], arb_series]]] = {
    "sin": arb_series.sin,
    "cos": arb_series.cos,
    "tan": arb_series.tan,
    "exp": arb_series.exp,
    "ln": arb_series.log,
    "log": arb_series.log,
    "sqrt": arb_series.sqrt,
    "atan": arb_series.atan,
    "asin": arb_series.asin,
    "sinh": lambda s: (s.exp() - (-s).exp()) / 2,
    "cosh": lambda s: (s.exp() + (-s).exp()) / 2,
}
_POSITIVE: Final = frozenset({"ln", "log", "sqrt"})


def multiple_root(equation: Tape, unknown: str, known: Mapping[str, arb | fmpq]) -> float | None:
    """Return how far around a multiple root at zero there is no other root; None unless there is such a root.

    Args:
        equation: The tape of left - right.
        unknown: The name.
        known: Values of the other names.
    """
    at_zero = interpret(equation, _Taylor(unknown, arb(0), known))
    if at_zero is None:
        return None
    order = next((k for k in range(LENGTH) if not _is_zero(at_zero[k])), LENGTH)
    if not 2 <= order <= MAX_ORDER:
        return None
    for radius in RADII:
        around = interpret(equation, _Taylor(unknown, arb(0, radius), known))
        if around is not None and around[order].is_finite() and not around[order].contains(0):
            return radius
    return None


def _is_zero(coefficient: arb) -> bool:
    """Tell whether a coefficient is exactly zero: a ball without a radius."""
    return bool(coefficient == 0)


@dataclass(frozen=True, slots=True)
class _Taylor:
    """The meaning of expressions as Taylor polynomials of the unknown around all points of a ball."""

    unknown: str
    centre: arb
    known: Mapping[str, arb | fmpq]

    def number(self, node: Number) -> Series:
        """A literal."""
        return arb_series([arb(exact(node.value))], prec=LENGTH)

    def name(self, node: Name) -> Series:
        """The unknown, or what is known."""
        if node.id == self.unknown:
            return arb_series([self.centre, 1], prec=LENGTH)
        if node.id == "pi":
            return arb_series([arb.pi()], prec=LENGTH)
        value = self.known.get(node.id)
        return None if value is None else arb_series([arb(value)], prec=LENGTH)

    def sum(self, node: Sum, terms: Sequence[Series]) -> Series:
        """A sum."""
        total = arb_series([0], prec=LENGTH)
        for sign, term in zip(node.signs, terms, strict=True):
            if term is None:
                return None
            total = total + term if sign == "+" else total - term
        return total

    def product(self, node: Product, factors: Sequence[Series]) -> Series:
        """A product."""
        total = arb_series([1], prec=LENGTH)
        for operator, factor in zip(node.operators, factors, strict=True):
            if factor is None or (operator == "/" and factor[0].contains(0)):
                return None
            total = total * factor if operator == "*" else total / factor
        return total

    def power(self, node: Power, base: Series, exponent: Series) -> Series:
        """A small whole power."""
        if base is None or not isinstance(node.exponent, Number) or node.exponent.value.denominator != 1:
            return None
        result = arb_series([1], prec=LENGTH)
        if not 0 <= node.exponent.value < LENGTH:
            return None
        for _ in range(int(node.exponent.value)):
            result = result * base
        return result

    def negative(self, node: Negative, operand: Series) -> Series:
        """Minus the operand."""
        return None if operand is None else -operand

    def percent(self, node: Percent, operand: Series) -> Series:
        """A hundredth."""
        return None if operand is None else operand / 100

    def call(self, node: Call, arguments: Sequence[Series]) -> Series:
        """A smooth function."""
        function = _FUNCTIONS.get(node.function.id)
        argument = arguments[0]
        if function is None or argument is None:
            return None
        if node.function.id in _POSITIVE and not argument[0] > 0:
            return None
        return function(argument)

    def comparison(self, node: Comparison, sides: Sequence[Series]) -> Series:
        """No series."""
        return None

    def logic(self, node: Logic, operands: Sequence[Series]) -> Series:
        """No series."""
        return None
