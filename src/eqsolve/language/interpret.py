"""One walk over expressions, many meanings.

An expression is laid out once as a `Tape`, its nodes in an order in which operands come first and shared
nodes come once; `interpret` runs the tape under a meaning: exact linear forms, balls with derivatives,
sympy, incidence. Neither recurses, so long and deep expressions are safe.
"""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final, Protocol, TypeVar

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
    children,
)

T = TypeVar("T")

NOTHING_READY: Final[Mapping[int, Any]] = MappingProxyType({})


class Meaning(Protocol[T]):
    """What each kind of node stands for; operands arrive interpreted, in the order of the text."""

    def number(self, node: Number) -> T:
        """A literal."""
        ...

    def name(self, node: Name) -> T:
        """An unknown or a constant."""
        ...

    def sum(self, node: Sum, terms: Sequence[T]) -> T:
        """Terms with the signs `node.signs`."""
        ...

    def product(self, node: Product, factors: Sequence[T]) -> T:
        """Factors with the operators `node.operators`."""
        ...

    def power(self, node: Power, base: T, exponent: T) -> T:
        """A power."""
        ...

    def negative(self, node: Negative, operand: T) -> T:
        """Minus the operand."""
        ...

    def percent(self, node: Percent, operand: T) -> T:
        """A hundredth of the operand."""
        ...

    def call(self, node: Call, arguments: Sequence[T]) -> T:
        """A function of the table."""
        ...

    def comparison(self, node: Comparison, sides: Sequence[T]) -> T:
        """A condition."""
        ...

    def logic(self, node: Logic, operands: Sequence[T]) -> T:
        """Conditions joined."""
        ...


@dataclass(frozen=True, slots=True)
class Tape:
    """The nodes of an expression, operands first, each with the positions of its operands."""

    steps: tuple[tuple[Expression, tuple[int, ...]], ...]


def tape(expression: Expression) -> Tape:
    """Lay out an expression; nodes shared by identity appear once."""
    position: dict[int, int] = {}
    steps: list[tuple[Expression, tuple[int, ...]]] = []
    stack = [expression]
    while stack:
        node = stack[-1]
        if id(node) in position:
            stack.pop()
            continue
        operands = children(node)
        pending = [operand for operand in operands if id(operand) not in position]
        if pending:
            stack.extend(reversed(pending))
            continue
        stack.pop()
        position[id(node)] = len(steps)
        steps.append((node, tuple(position[id(operand)] for operand in operands)))
    return Tape(tuple(steps))


def interpret(expression: Expression | Tape, meaning: Meaning[T]) -> T:
    """Return what `expression` stands for under `meaning`."""
    return trace(expression if isinstance(expression, Tape) else tape(expression), meaning)[-1]


def trace(expression: Tape, meaning: Meaning[T], ready: Mapping[int, T] = NOTHING_READY) -> list[T]:
    """Return what each step of a tape stands for under `meaning`; that of some steps may be known, by position."""
    done: list[T] = []
    for k, (node, positions) in enumerate(expression.steps):
        if k in ready:
            done.append(ready[k])
        else:
            done.append(_apply(meaning, node, [done[position] for position in positions]))
    return done


def constants(expression: Tape, meaning: Meaning[T], names: Container[str]) -> dict[int, T]:
    """Return what those steps stand for in which none of some names occurs, by position: to be `ready` for `trace`."""
    done: dict[int, T] = {}
    for k, (node, positions) in enumerate(expression.steps):
        if not (isinstance(node, Name) and node.id in names) and all(p in done for p in positions):
            done[k] = _apply(meaning, node, [done[position] for position in positions])
    return done


def _apply(meaning: Meaning[T], node: Expression, operands: list[T]) -> T:
    match node:
        case Number():
            return meaning.number(node)
        case Name():
            return meaning.name(node)
        case Sum():
            return meaning.sum(node, operands)
        case Product():
            return meaning.product(node, operands)
        case Power():
            return meaning.power(node, *operands)
        case Negative():
            return meaning.negative(node, *operands)
        case Percent():
            return meaning.percent(node, *operands)
        case Call():
            return meaning.call(node, operands)
        case Comparison():
            return meaning.comparison(node, operands)
        case Logic():
            return meaning.logic(node, operands)


def size(laid_out: Tape, limit: int) -> int:
    """Return the number of nodes with shared ones counted as often as they occur, at most `limit`."""
    if len(laid_out.steps) >= limit:
        return limit
    counts: list[int] = []
    for _, positions in laid_out.steps:
        count = 1
        for position in positions:
            count += counts[position]
        counts.append(min(limit, count))
    return counts[-1]
