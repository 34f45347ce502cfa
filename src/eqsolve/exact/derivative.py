"""Derivatives of trees, by the table of functions."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import TypeAlias

from eqsolve.exact.algebra import (
    NOWHERE,
    ONE,
    ZERO,
    add,
    call,
    constant,
    divide,
    literal,
    multiply,
    negate,
    power,
    simplify,
    subtract,
)
from eqsolve.functions import FUNCTIONS
from eqsolve.language.interpret import interpret
from eqsolve.language.parser import parse_expression
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
from eqsolve.source import Source

Pair: TypeAlias = tuple[Expression, Expression] | None  # a tree and its derivative; None where it has none

_KINKED = frozenset({"if", "interp", "floor", "ceil", "round", "sign", "mod", "abs", "min", "max", "atan2"})


def derivative(node: Expression, unknown: str) -> Expression | None:
    """Return the derivative of a tree, simplified; None where pieces meet in it."""
    found = interpret(simplify(node), _Derivative(unknown))
    return None if found is None else found[1]


@cache
def _partial(name: str, position: int) -> Expression:
    return parse_expression(Source(FUNCTIONS[name].partials[position], "function table"))


class _Derivative:
    """The meaning of expressions as pairs of a tree and its derivative."""

    def __init__(self, unknown: str) -> None:
        self.unknown = unknown

    def number(self, node: Number) -> Pair:
        return node, ZERO

    def name(self, node: Name) -> Pair:
        return node, ONE if node.id == self.unknown else ZERO

    def sum(self, node: Sum, terms: Sequence[Pair]) -> Pair:
        slopes = []
        for sign, term in zip(node.signs, terms, strict=True):
            if term is None:
                return None
            slopes.append(term[1] if sign == "+" else negate(term[1]))
        return node, add(*slopes)

    def product(self, node: Product, factors: Sequence[Pair]) -> Pair:
        total: Pair = (ONE, ZERO)
        for operator, factor in zip(node.operators, factors, strict=True):
            if factor is None or total is None:
                return None
            (u, du), (v, dv) = total, factor
            if operator == "*":
                total = multiply(u, v), add(multiply(du, v), multiply(u, dv))
            else:
                above = subtract(multiply(du, v), multiply(u, dv))
                total = divide(u, v), divide(above, power(v, 2)) if dv != ZERO else divide(du, v)
        return total

    def power(self, node: Power, base: Pair, exponent: Pair) -> Pair:
        if base is None or exponent is None:
            return None
        (u, du), (v, dv) = base, exponent
        n = constant(v)
        if n is not None and n.denominator == 1:
            return node, multiply(literal(n), power(u, int(n) - 1), du)
        if dv == ZERO:
            return node, multiply(v, divide(node, u), du)
        inner = multiply(dv, call("ln", u))
        if du != ZERO:
            inner = add(inner, multiply(v, divide(du, u)))
        return node, multiply(node, inner)

    def negative(self, node: Negative, operand: Pair) -> Pair:
        return operand and (node, negate(operand[1]))

    def percent(self, node: Percent, operand: Pair) -> Pair:
        return operand and (node, divide(operand[1], literal(100)))

    def call(self, node: Call, arguments: Sequence[Pair]) -> Pair:
        name = node.function.id
        function = FUNCTIONS.get(name)
        if name in _KINKED or function is None or len(arguments) != len(function.parameters):
            return None
        slope: Expression = ZERO
        bound = {p: a[0] for p, a in zip(function.parameters, arguments, strict=True) if a is not None}
        for position, argument in enumerate(arguments):
            if argument is None:
                return None
            if argument[1] != ZERO:
                slope = add(slope, multiply(simplify(_partial(name, position), bound), argument[1]))
        return Call(node.function, node.arguments, NOWHERE), slope

    def comparison(self, node: Comparison, sides: Sequence[Pair]) -> Pair:
        return None

    def logic(self, node: Logic, operands: Sequence[Pair]) -> Pair:
        return None
