"""Equations of one shape, told apart only by names and numbers.

A skeleton is the residual `left - right` with its unknowns as slots `x0, x1, …` and its numbers as slots
`c0, c1, …`. Ten thousand typed equations often have a handful of skeletons, each compiled once. Numbers in
exponents and in static arguments stay in place: they change the derivatives. A long sum is taken apart: its terms
are often of few shapes, even where the sums are not.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Final, TypeAlias

from eqsolve.functions import FUNCTIONS
from eqsolve.language.interpret import interpret, tape
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
from eqsolve.problem.rational import rational

LONG_SUM: Final = 8  # terms up to which an equation stays whole


@dataclass(frozen=True, slots=True)
class Skeleton:
    """The shape of an equation, or of a term of one, and what fills its slots.

    Attributes:
        key: Equal for equal shapes.
        expression: The residual, or the term, with slots in place of unknowns and numbers.
        unknowns: Names that fill `x0, x1, …`.
        numbers: Exact values that fill `c0, c1, …`.
    """

    key: str
    expression: Expression
    unknowns: tuple[str, ...]
    numbers: tuple[Fraction, ...]


def skeletons(left: Expression, right: Expression) -> list[Skeleton]:
    """Return the skeletons whose values add up to `left - right`: one, or one per term of a long sum."""
    signs, terms = _difference(left, right)
    if len(terms) <= LONG_SUM:
        return [_skeleton(Sum(signs, tuple(terms), left.span))]
    return [
        _skeleton(term if sign == "+" else Negative(term, term.span))
        for sign, term in zip(signs, terms, strict=True)
    ]


def _skeleton(expression: Expression) -> Skeleton:
    slots = _Slots(_literal_nodes(expression))
    shape = interpret(expression, slots)
    return Skeleton(shape.key, shape.expression, tuple(slots.unknowns), tuple(slots.numbers))


def _difference(left: Expression, right: Expression) -> tuple[str, list[Expression]]:
    """Write `left - right` as signed terms, the rational ones added up exactly."""
    constant = Fraction(0)
    signs, terms = "", list[Expression]()
    for sign, side in (("+", left), ("-", right)):
        parts = zip(side.signs, side.terms, strict=True) if isinstance(side, Sum) else (("+", side),)
        for inner, term in parts:
            value = rational(term)
            negative = sign != inner
            if value is not None:
                constant += -value if negative else value
            else:
                signs += "-" if negative else "+"
                terms.append(term)
    if constant or not terms:
        signs += "+"
        terms.append(Number(constant, left.span))
    return signs, terms


def _literal_nodes(expression: Expression) -> frozenset[int]:
    """Return the identities of the nodes whose numbers are part of the shape."""
    literal: set[int] = set()
    for node, _ in tape(expression).steps:
        if isinstance(node, Power):
            literal |= _all_nodes(node.exponent)
        elif isinstance(node, Call) and node.function.id in FUNCTIONS:
            for position in FUNCTIONS[node.function.id].static:
                literal |= _all_nodes(node.arguments[position])
    return frozenset(literal)


def _all_nodes(expression: Expression) -> set[int]:
    return {id(node) for node, _ in tape(expression).steps}


@dataclass(frozen=True, slots=True)
class _Shape:
    key: str
    expression: Expression


_Shapes: TypeAlias = Sequence[_Shape]


@dataclass(slots=True)
class _Slots:
    """The meaning of expressions as shapes; fills the lists of unknowns and numbers on the way."""

    literal: frozenset[int]
    unknowns: dict[str, Name] = field(default_factory=dict)
    numbers: list[Fraction] = field(default_factory=list)

    def number(self, node: Number) -> _Shape:
        if id(node) in self.literal:
            return _Shape(str(node.value), node)
        slot = Name(f"c{len(self.numbers)}", node.span)
        self.numbers.append(node.value)
        return _Shape("c", slot)

    def name(self, node: Name) -> _Shape:
        if node.id == "pi":
            return _Shape("pi", node)
        if node.id not in self.unknowns:
            self.unknowns[node.id] = Name(f"x{len(self.unknowns)}", node.span)
        slot = self.unknowns[node.id]
        return _Shape(slot.id, slot)

    def sum(self, node: Sum, terms: _Shapes) -> _Shape:
        return _Shape(_key("sum", node.signs, terms), Sum(node.signs, _parts(terms), node.span))

    def product(self, node: Product, factors: _Shapes) -> _Shape:
        operators = node.operators
        return _Shape(_key("product", operators, factors), Product(operators, _parts(factors), node.span))

    def power(self, node: Power, base: _Shape, exponent: _Shape) -> _Shape:
        parts = (base, exponent)
        return _Shape(_key("power", "", parts), Power(base.expression, exponent.expression, node.span))

    def negative(self, node: Negative, operand: _Shape) -> _Shape:
        return _Shape(_key("negative", "", (operand,)), Negative(operand.expression, node.span))

    def percent(self, node: Percent, operand: _Shape) -> _Shape:
        return _Shape(_key("percent", "", (operand,)), Percent(operand.expression, node.span))

    def call(self, node: Call, arguments: _Shapes) -> _Shape:
        key = _key("call", node.function.id, arguments)
        return _Shape(key, Call(node.function, _parts(arguments), node.span))

    def comparison(self, node: Comparison, sides: _Shapes) -> _Shape:
        key = _key("comparison", " ".join(node.operators), sides)
        return _Shape(key, Comparison(node.operators, _parts(sides), node.span))

    def logic(self, node: Logic, operands: _Shapes) -> _Shape:
        return _Shape(
            _key("logic", node.operator, operands), Logic(node.operator, _parts(operands), node.span)
        )


def _key(kind: str, detail: str, parts: _Shapes) -> str:
    return f"{kind} {detail}({','.join(part.key for part in parts)})"


def _parts(parts: _Shapes) -> tuple[Expression, ...]:
    return tuple(part.expression for part in parts)
