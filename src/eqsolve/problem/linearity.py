"""Which parameters enter linearly, all together: what variable projection may take out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import IntEnum

from eqsolve.language.interpret import Tape, interpret, tape
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


class Degree(IntEnum):
    """How an expression depends on a set of names."""

    NONE = 0
    LINEAR = 1
    OTHER = 2


def linear_set(expressions: Sequence[Expression], candidates: Sequence[str]) -> tuple[str, ...]:
    """Return many of the candidates in which all expressions are linear together, as large a set as is found."""
    tapes = [tape(expression) for expression in expressions]
    best: list[str] = []
    for first in candidates:
        chosen = [first] if _linear(tapes, [first]) else []
        for name in candidates:
            if chosen and name != first and _linear(tapes, [*chosen, name]):
                chosen.append(name)
        if len(chosen) > len(best):
            best = chosen
    return tuple(name for name in candidates if name in best)


def _linear(tapes: Iterable[Tape], names: Sequence[str]) -> bool:
    meaning = _Degrees(frozenset(names))
    return all(interpret(expression, meaning) <= Degree.LINEAR for expression in tapes)


@dataclass(frozen=True, slots=True)
class _Degrees:
    names: frozenset[str]

    def number(self, node: Number) -> Degree:
        return Degree.NONE

    def name(self, node: Name) -> Degree:
        return Degree.LINEAR if node.id in self.names else Degree.NONE

    def sum(self, node: Sum, terms: Sequence[Degree]) -> Degree:
        return max(terms)

    def product(self, node: Product, factors: Sequence[Degree]) -> Degree:
        total = sum(
            Degree.OTHER if o == "/" and f else f for o, f in zip(node.operators, factors, strict=True)
        )
        return Degree(min(total, Degree.OTHER))

    def power(self, node: Power, base: Degree, exponent: Degree) -> Degree:
        return Degree.OTHER if base or exponent else Degree.NONE

    def negative(self, node: Negative, operand: Degree) -> Degree:
        return operand

    def percent(self, node: Percent, operand: Degree) -> Degree:
        return operand

    def call(self, node: Call, arguments: Sequence[Degree]) -> Degree:
        return Degree.OTHER if any(arguments) else Degree.NONE

    def comparison(self, node: Comparison, sides: Sequence[Degree]) -> Degree:
        return Degree.OTHER if any(sides) else Degree.NONE

    def logic(self, node: Logic, operands: Sequence[Degree]) -> Degree:
        return Degree.OTHER if any(operands) else Degree.NONE
