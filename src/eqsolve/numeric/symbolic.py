"""Skeletons as sympy expressions over internal symbols.

Functions that sympy lacks, or that it would rewrite against the real semantics of the language, become
undefined functions with the derivatives of the one table.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache
from typing import Any, Final

import sympy

from eqsolve.functions import FUNCTIONS
from eqsolve.language import parse_expression
from eqsolve.language.interpret import interpret
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

RECURSION: Final = 50_000  # frames
WHOLE: Final = 1 << 53  # larger exponents go to torch as floats

COMPARISONS: Final[Mapping[str, str]] = {
    "<": "less",
    "<=": "less_equal",
    "=": "equal",
    "!=": "not_equal",
}


@contextmanager
def deep_recursion() -> Iterator[None]:
    """Let sympy, which recurses several frames a level, walk expressions of the depth that the language allows."""
    before = sys.getrecursionlimit()
    sys.setrecursionlimit(max(before, RECURSION))
    try:
        yield
    finally:
        sys.setrecursionlimit(before)


def to_sympy(expression: Expression, symbols: Mapping[str, sympy.Symbol]) -> sympy.Expr:
    """Return the sympy form of an expression over `symbols`."""
    return with_own_functions(interpret(expression, _Symbolic(symbols)))


def with_own_functions(expression: sympy.Expr) -> sympy.Expr:
    """Put the language's functions in the place of those that sympy brings in by itself: sqrt(x^2) = |x|."""
    for foreign, own in ((sympy.Abs, "abs"), (sympy.sign, "sign")):
        if expression.has(foreign):
            expression = expression.replace(foreign, operation(own))
    # What sympy sees to be imaginary, or infinite, has no real value.
    return sympy.nan if expression.has(sympy.I, sympy.zoo, sympy.oo, sympy.nan) else expression


def slope(expression: sympy.Expr, by: sympy.Symbol) -> sympy.Expr:
    """Differentiate, so that b^e ln(b), the slope of a power by its exponent, is its limit 0 where b is 0."""
    found = with_own_functions(expression.diff(by))
    if not any(not power.exp.is_number for power in found.atoms(sympy.Pow)):
        return found
    return found.replace(lambda node: node.is_Mul, _bounded)


def _bounded(product: sympy.Mul) -> sympy.Expr:
    bases = {factor.base for factor in product.args if factor.is_Pow and not factor.exp.is_number}
    return product.func(
        *(
            sympy.log(operation("if")(_plain("equal")(factor.args[0], 0), 1, factor.args[0]))
            if isinstance(factor, sympy.log) and factor.args[0] in bases
            else factor
            for factor in product.args
        )
    )


class _Symbolic:
    """The meaning of expressions in sympy."""

    def __init__(self, symbols: Mapping[str, sympy.Expr]) -> None:
        self.symbols = symbols

    def number(self, node: Number) -> sympy.Expr:
        return sympy.Rational(node.value.numerator, node.value.denominator)

    def name(self, node: Name) -> sympy.Expr:
        return sympy.pi if node.id == "pi" else self.symbols[node.id]

    def sum(self, node: Sum, terms: Sequence[sympy.Expr]) -> sympy.Expr:
        signs = zip(node.signs, terms, strict=True)
        return sympy.Add(*(term if sign == "+" else -term for sign, term in signs))

    def product(self, node: Product, factors: Sequence[sympy.Expr]) -> sympy.Expr:
        operators = zip(node.operators, factors, strict=True)
        return sympy.Mul(*(factor if operator == "*" else 1 / factor for operator, factor in operators))

    def power(self, node: Power, base: sympy.Expr, exponent: sympy.Expr) -> sympy.Expr:
        if exponent.is_Integer and abs(exponent) > WHOLE:
            exponent = sympy.Float(exponent)
        return base**exponent

    def negative(self, node: Negative, operand: sympy.Expr) -> sympy.Expr:
        return -operand

    def percent(self, node: Percent, operand: sympy.Expr) -> sympy.Expr:
        return operand / 100

    def call(self, node: Call, arguments: Sequence[sympy.Expr]) -> sympy.Expr:
        name = node.function.id
        result = arguments[0]
        if name == "if" or len(arguments) == 1:
            return operation(name)(*arguments)
        for argument in arguments[1:]:
            result = operation(name)(result, argument)
        return result

    def comparison(self, node: Comparison, sides: Sequence[sympy.Expr]) -> sympy.Expr:
        conditions = []
        for sign, left, right in zip(node.operators, sides, sides[1:], strict=False):
            turned = sign in (">", ">=")
            name = COMPARISONS[sign.replace(">", "<")]
            conditions.append(_plain(name)(right, left) if turned else _plain(name)(left, right))
        return _joined("both", conditions)

    def logic(self, node: Logic, operands: Sequence[sympy.Expr]) -> sympy.Expr:
        if node.operator == "not":
            return _plain("negation")(operands[0])
        return _joined({"and": "both", "or": "either"}[node.operator], operands)


def _joined(name: str, conditions: Sequence[sympy.Expr]) -> sympy.Expr:
    result = conditions[0]
    for condition in conditions[1:]:
        result = _plain(name)(result, condition)
    return result


@cache
def operation(name: str) -> Any:
    """Return the sympy class of a function of the language."""
    entry = FUNCTIONS[name]
    if name == "if":
        return type("where", (sympy.Function,), {"_eval_derivative": _where_derivative, "is_real": True})
    if entry.sympy is not None:
        return getattr(sympy, entry.sympy)
    return type(entry.torch, (sympy.Function,), {"fdiff": _table_fdiff(name), "is_real": True})


@cache
def _plain(name: str) -> Any:
    """Return an undefined function whose value is 0 or 1."""
    return type(name, (sympy.Function,), {"fdiff": _flat, "is_real": True})


def _flat(self: sympy.Function, argindex: int = 1) -> sympy.Expr:  # noqa: ARG001  (sympy's signature)
    return sympy.S.Zero


def _where_derivative(self: sympy.Function, by: sympy.Symbol) -> sympy.Expr:
    """Differentiate the branches apart: zero times the slope of the other one would be NaN outside its domain."""
    condition, first, second = self.args
    return operation("if")(condition, first.diff(by), second.diff(by))


def _table_fdiff(name: str) -> Any:
    entry = FUNCTIONS[name]

    def fdiff(self: sympy.Function, argindex: int = 1) -> sympy.Expr:
        partial = parse_expression(Source(entry.partials[argindex - 1], "function table"))
        return to_sympy(partial, dict(zip(entry.parameters, self.args, strict=True)))

    return fdiff
