"""How large the unknowns probably are, read off the equations.

Terms that are added up tend to be of one size, and so do both sides; what goes into an exponential or a sine is
about one. These are linear equations between the logarithms of the unknowns, and of the sums inside; they are
met as well as all of them can be. Nothing here decides anything; it is where a search begins.

References:
    Morgan (1987), Solving Polynomial Systems Using Continuation, chapter 5, does the same with coefficients.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, TypeAlias

from flint import arb, fmpq

from eqsolve.evaluate import nearest
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
from eqsolve.problem.model import Problem

WEAK: Final = 0.1  # weight of the guess that an unknown is about one
MOST: Final = 600  # unknowns and sums up to which the equations are solved
EXTREME: Final = 30.0  # powers of ten

_DIMENSIONLESS: Final = frozenset(
    {"exp", "sin", "cos", "tan", "sinh", "cosh", "tanh", "atan", "erf", "gamma"}
)


@dataclass(frozen=True, slots=True)
class Size:
    """`constant + Σ parts[name] * log10|name|`: the power of ten of an expression; names of sums are numbers."""

    constant: float = 0.0
    parts: Mapping[str | int, float] = field(default_factory=dict)


Part: TypeAlias = Size | None  # None: zero


def magnitudes(
    problem: Problem,
    equations: Sequence[int],
    unknowns: Sequence[int],
    known: Mapping[int, fmpq | arb],
) -> tuple[float, ...] | None:
    """Return the power of ten of each unknown; None if that would take too long.

    Args:
        problem: The problem.
        equations: Positions of the equations that hold.
        unknowns: Positions of the unknowns asked about.
        known: Values of other unknowns.
    """
    names = [problem.unknowns[k].name for k in unknowns]
    values = {problem.unknowns[k].name: nearest(value) for k, value in known.items()}
    meaning = _Sizes(frozenset(names), values)
    for position in equations:
        equation = problem.equations[position]
        interpret(Sum("+-", (equation.left, equation.right), equation.span), meaning)
        if len(names) + meaning.sums > MOST:
            return None
    import numpy

    place: dict[str | int, int] = {name: k for k, name in enumerate((*names, *range(meaning.sums)))}
    A = numpy.zeros((len(meaning.balances), len(place)))
    for row, balance in zip(A, meaning.balances, strict=True):
        for name, factor in balance.parts.items():
            row[place[name]] = factor
    right = numpy.array([-balance.constant for balance in meaning.balances])
    solution = numpy.linalg.solve(A.T @ A + WEAK**2 * numpy.eye(len(place)), A.T @ right)
    return tuple(float(size) for size in solution[: len(names)].clip(-EXTREME, EXTREME))


def _of(value: float) -> Part:
    if value == 0:
        return None
    return Size(math.log10(abs(value))) if math.isfinite(value) else Size()


def _times(size: Size, factor: float) -> Size:
    return Size(factor * size.constant, {name: factor * part for name, part in size.parts.items()})


def _plus(a: Size, b: Size) -> Size:
    parts = dict(a.parts)
    for name, part in b.parts.items():
        parts[name] = parts.get(name, 0.0) + part
    return Size(a.constant + b.constant, parts)


@dataclass(slots=True)
class _Sizes:
    """The meaning of expressions as powers of ten, collecting what should be zero."""

    unknowns: frozenset[str]
    known: Mapping[str, float]
    balances: list[Size] = field(default_factory=list)
    sums: int = 0

    def number(self, node: Number) -> Part:
        return _of(float(node.value)) if abs(node.value) < 10**300 else Size()

    def name(self, node: Name) -> Part:
        if node.id in self.unknowns:
            return Size(0.0, {node.id: 1.0})
        return _of(self.known.get(node.id, 1.0))

    def sum(self, node: Sum, terms: Sequence[Part]) -> Part:
        sizes = [term for term in terms if term is not None]
        if len(sizes) < 2:
            return sizes[0] if sizes else None
        whole = Size(0.0, {self.sums: 1.0})
        self.sums += 1
        self.balances += [_plus(size, _times(whole, -1.0)) for size in sizes]
        return whole

    def product(self, node: Product, factors: Sequence[Part]) -> Part:
        total = Size()
        for operator, factor in zip(node.operators, factors, strict=True):
            if factor is None:
                return None
            total = _plus(total, _times(factor, 1.0 if operator == "*" else -1.0))
        return total

    def power(self, node: Power, base: Part, exponent: Part) -> Part:
        match node.exponent:
            case Number(value=value) | Negative(operand=Number(value=value)):
                sign = 1.0 if isinstance(node.exponent, Number) else -1.0
                return None if base is None else _times(base, sign * float(value))
        self._about_one(exponent)
        return Size()

    def negative(self, node: Negative, operand: Part) -> Part:
        return operand

    def percent(self, node: Percent, operand: Part) -> Part:
        return None if operand is None else _plus(operand, Size(-2.0))

    def call(self, node: Call, arguments: Sequence[Part]) -> Part:
        name = node.function.id
        if name == "sqrt" and arguments[0] is not None:
            return _times(arguments[0], 0.5)
        if name == "abs":
            return arguments[0]
        if name in _DIMENSIONLESS:
            self._about_one(arguments[0])
        return Size()

    def _about_one(self, part: Part) -> None:
        if part is not None:
            self.balances.append(part)

    def comparison(self, node: Comparison, sides: Sequence[Part]) -> Part:
        return Size()

    def logic(self, node: Logic, operands: Sequence[Part]) -> Part:
        return Size()
