"""Where an equation in one unknown holds all along: `floor(x) = 2` for `2 <= x < 3`, `abs(x) = x` for `x >= 0`.

Sides made of `+ - * /`, `abs sign floor ceil round max min if` are, piece by piece, straight lines with rational
coefficients. A piece is read off around one point of it: the line, and how far all choices stay as they are there.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Final, TypeAlias

from eqsolve.exact.algebra import literal
from eqsolve.language.interpret import interpret, tape
from eqsolve.language.printer import unparse
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

MAX_PIECES: Final = 60
MAX_STEPS: Final = 200

Line: TypeAlias = tuple[Fraction, Fraction] | None  # constant and slope; None: not a straight line
End: TypeAlias = Fraction | None  # None: there is no end

_ROUNDED: Final[Mapping[str, Callable[[Fraction], int]]] = {
    "floor": math.floor,
    "ceil": math.ceil,
    "round": round,
}
_HALF: Final = Fraction(1, 2)


@dataclass(frozen=True, slots=True)
class Stretch:
    """An interval, or a single point; ends that belong to it are closed."""

    low: End
    high: End
    low_closed: bool = False
    high_closed: bool = False

    def text(self, name: str) -> str:
        """Return the interval as a condition: `2 <= x < 3`."""
        if self.low is not None and self.low == self.high:
            return f"{name} = {_written(self.low)}"
        low = "" if self.low is None else _written(self.low) + (" <= " if self.low_closed else " < ")
        high = "" if self.high is None else (" <= " if self.high_closed else " < ") + _written(self.high)
        if self.high is None and self.low is not None:
            return f"{name} {'>=' if self.low_closed else '>'} {_written(self.low)}"
        return f"{low}{name}{high}"


def _written(value: Fraction) -> str:
    return unparse(literal(value))


def stretches(left: Expression, right: Expression, name: str) -> tuple[Stretch, ...] | None:
    """Return all solutions of `left = right` in its only unknown, in order; None if that cannot be told.

    Args:
        left: Left-hand side.
        right: Right-hand side.
        name: The unknown.
    """
    difference = Sum("+-", (left, right), left.span)
    if len(tape(difference).steps) > MAX_STEPS:
        return None
    return _Search(difference, name).run()


class _Search:
    """Walks from piece to piece."""

    def __init__(self, difference: Expression, name: str) -> None:
        self.difference = difference
        self.name = name
        calls = [node for node, _ in tape(difference).steps if isinstance(node, Call)]
        # One rounding on its own takes each value on one piece only: where one piece holds, no other does.
        self.once = len(calls) == 1 and calls[0].function.id in _ROUNDED

    def run(self) -> tuple[Stretch, ...] | None:
        start = self._rounded_start() if self.once else Fraction(1, 7)
        if start is None:
            return None
        found: list[Stretch] = []
        waiting: list[tuple[End, End, Fraction]] = [(None, None, start)]
        for _ in range(MAX_PIECES):
            if not waiting:
                return _joined(found)
            low, high, inside = waiting.pop()
            here = self._around(inside)
            if here is None:
                return None
            (constant, slope), low_here, high_here = here
            left, right = _later(low, low_here), _earlier(high, high_here)
            if not constant and not slope:
                found.append(Stretch(left, right, self._holds(left), self._holds(right)))
                if self.once:
                    return tuple(found)
            elif slope and _within(-constant / slope, left, right):
                found.append(Stretch(-constant / slope, -constant / slope, True, True))
            for low_open, high_open, edge in ((low, left, left), (right, high, right)):
                if edge is not None and edge != (low if edge is left else high):
                    waiting.append((low_open, high_open, _inside(low_open, high_open)))
                if edge is not None and self._holds(edge):
                    found.append(Stretch(edge, edge, True, True))
        return None

    def _rounded_start(self) -> Fraction | None:
        """Return a point of the piece on which an equation with one rounding holds."""
        call = next(node for node, _ in tape(self.difference).steps if isinstance(node, Call))
        inner = interpret(call.arguments[0], _Lines(self.name, Fraction(0)))
        if_zero = interpret(self.difference, _Lines(self.name, Fraction(0), 0))
        if_one = interpret(self.difference, _Lines(self.name, Fraction(0), 1))
        if inner is None or not inner[1] or if_zero is None or if_one is None:
            return None
        (at_zero, slope), (at_one, other) = if_zero, if_one
        if slope or other or at_one == at_zero:
            return None
        value = at_zero / (at_zero - at_one)
        if value.denominator != 1:
            return None
        middle = value + {"floor": _HALF, "ceil": -_HALF, "round": Fraction(0)}[call.function.id]
        return (middle - inner[0]) / inner[1]

    def _around(self, x: Fraction) -> tuple[tuple[Fraction, Fraction], End, End] | None:
        lines = _Lines(self.name, x)
        line = interpret(self.difference, lines)
        return None if line is None else (line, lines.low, lines.high)

    def _holds(self, x: End) -> bool:
        if x is None:
            return False
        line = interpret(self.difference, _Lines(self.name, x))
        return line is not None and line[0] + line[1] * x == 0


def _later(a: End, b: End) -> End:
    return b if a is None else a if b is None else max(a, b)


def _earlier(a: End, b: End) -> End:
    return b if a is None else a if b is None else min(a, b)


def _within(x: Fraction, low: End, high: End) -> bool:
    return (low is None or low < x) and (high is None or x < high)


def _inside(low: End, high: End) -> Fraction:
    """Return a point between two ends that is no likely end of a piece itself."""
    if low is not None and high is not None:
        return low + (high - low) * Fraction(3, 7)
    if low is not None:
        return low + Fraction(1, 7)
    return Fraction(1, 7) if high is None else high - Fraction(1, 7)


def _joined(found: Sequence[Stretch]) -> tuple[Stretch, ...]:
    """Join stretches that touch, and drop points that lie in others."""
    points = {s.low for s in found if s.low is not None and s.low == s.high}
    whole = [s for s in found if s.low is None or s.low != s.high]
    whole.sort(key=lambda s: (s.low is not None, s.low or Fraction(0)))
    joined: list[Stretch] = []
    for s in whole:
        if joined and joined[-1].high is not None and joined[-1].high == s.low and s.low in points:
            last = joined.pop()
            s = Stretch(last.low, s.high, last.low_closed, s.high_closed)
        joined.append(s)
    alone = (p for p in points if p is not None and not any(_covers(s, p) for s in joined))
    everything = [*joined, *(Stretch(p, p, True, True) for p in alone)]
    return tuple(sorted(everything, key=lambda s: (s.low is not None, s.low or Fraction(0))))


def _covers(s: Stretch, x: Fraction) -> bool:
    return _within(x, s.low, s.high) or (x == s.low and s.low_closed) or (x == s.high and s.high_closed)


@dataclass(slots=True)
class _Lines:
    """The meaning of expressions as straight lines around a point; notes how far they go.

    Attributes:
        unknown: The name.
        x: The point.
        rounded: What every rounding is taken to give, to try out.
        low: Left end of the piece.
        high: Right end of the piece.
    """

    unknown: str
    x: Fraction
    rounded: int | None = None
    low: End = field(default=None)
    high: End = field(default=None)

    def _until(self, line: tuple[Fraction, Fraction], level: Fraction | int) -> None:
        """End the piece where a line reaches a level."""
        constant, slope = line
        if slope:
            end = (level - constant) / slope
            if end <= self.x:
                self.low = _later(self.low, end)
            if end >= self.x:
                self.high = _earlier(self.high, end)

    def _at(self, line: tuple[Fraction, Fraction]) -> Fraction:
        return line[0] + line[1] * self.x

    def number(self, node: Number) -> Line:
        """A literal."""
        return node.value, Fraction(0)

    def name(self, node: Name) -> Line:
        """The unknown."""
        return (Fraction(0), Fraction(1)) if node.id == self.unknown else None

    def sum(self, node: Sum, terms: Sequence[Line]) -> Line:
        """A sum."""
        constant, slope = Fraction(0), Fraction(0)
        for sign, term in zip(node.signs, terms, strict=True):
            if term is None:
                return None
            factor = 1 if sign == "+" else -1
            constant, slope = constant + factor * term[0], slope + factor * term[1]
        return constant, slope

    def product(self, node: Product, factors: Sequence[Line]) -> Line:
        """A product with one factor at most that is not a number."""
        constant, slope = Fraction(1), Fraction(0)
        for operator, factor in zip(node.operators, factors, strict=True):
            if factor is None or (slope and factor[1]):
                return None
            if operator == "/":
                if factor[1] or not factor[0]:
                    return None
                factor = (1 / factor[0], Fraction(0))
            constant, slope = constant * factor[0], constant * factor[1] + slope * factor[0]
        return constant, slope

    def power(self, node: Power, base: Line, exponent: Line) -> Line:
        """A power of a number, or the first."""
        if base is None or exponent is None or exponent[1] or exponent[0].denominator != 1:
            return None
        if exponent[0] == 1:
            return base
        if base[1] or not 0 <= exponent[0] <= MAX_PIECES:
            return None
        return base[0] ** exponent[0].numerator, Fraction(0)

    def negative(self, node: Negative, operand: Line) -> Line:
        """Minus the operand."""
        return None if operand is None else (-operand[0], -operand[1])

    def percent(self, node: Percent, operand: Line) -> Line:
        """A hundredth."""
        return None if operand is None else (operand[0] / 100, operand[1] / 100)

    def call(self, node: Call, arguments: Sequence[Line]) -> Line:
        """A function that is made of straight lines."""
        name = node.function.id
        lines = [line for line in arguments if line is not None]
        if len(lines) < len(arguments):
            return None
        if name in _ROUNDED:
            return self._round(name, lines[0])
        if name in ("abs", "sign"):
            self._until(lines[0], 0)
            value = self._at(lines[0])
            sign = (value > 0) - (value < 0)
            if name == "sign":
                return Fraction(sign), Fraction(0)
            return sign * lines[0][0], sign * lines[0][1]
        if name in ("max", "min"):
            return self._extreme(lines, max if name == "max" else min)
        if name == "if":
            return lines[1] if lines[0][0] else lines[2]
        return None

    def _round(self, name: str, line: tuple[Fraction, Fraction]) -> Line:
        if self.rounded is not None:
            return Fraction(self.rounded), Fraction(0)
        value = _ROUNDED[name](self._at(line))
        low = {"floor": Fraction(0), "ceil": Fraction(-1), "round": -_HALF}[name]
        self._until(line, value + low)
        self._until(line, value + low + 1)
        return Fraction(value), Fraction(0)

    def _extreme(
        self, lines: Sequence[tuple[Fraction, Fraction]], choose: Callable[..., tuple[Fraction, Fraction]]
    ) -> Line:
        chosen = choose(lines, key=self._at)
        for line in lines:
            self._until((line[0] - chosen[0], line[1] - chosen[1]), 0)
        return chosen

    def comparison(self, node: Comparison, sides: Sequence[Line]) -> Line:
        """1 where it holds, 0 elsewhere."""
        truth = True
        for operator, left, right in zip(node.operators, sides, sides[1:], strict=False):
            if left is None or right is None:
                return None
            difference = (left[0] - right[0], left[1] - right[1])
            self._until(difference, 0)
            truth = truth and _COMPARED[operator](self._at(difference))
        return Fraction(truth), Fraction(0)

    def logic(self, node: Logic, operands: Sequence[Line]) -> Line:
        """Conditions joined."""
        truths = [bool(operand[0]) for operand in operands if operand is not None]
        if len(truths) < len(operands):
            return None
        truth = not truths[0] if node.operator == "not" else _JOINED[node.operator](truths)
        return Fraction(truth), Fraction(0)


_JOINED: Final[Mapping[str, Callable[[Sequence[bool]], bool]]] = {"and": all, "or": any}
_COMPARED: Final[Mapping[str, Callable[[Fraction], bool]]] = {
    "<": lambda d: d < 0,
    "<=": lambda d: d <= 0,
    ">": lambda d: d > 0,
    ">=": lambda d: d >= 0,
    "=": lambda d: d == 0,
    "!=": lambda d: d != 0,
}
