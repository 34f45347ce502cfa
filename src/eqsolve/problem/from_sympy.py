"""Sympy expressions as text of the language, so that they can stand beside typed equations."""

from __future__ import annotations

from fractions import Fraction
from typing import Any, Final

from eqsolve.errors import Diagnostic, ProblemError
from eqsolve.functions import FUNCTIONS
from eqsolve.language.parser import parse_expression
from eqsolve.language.printer import unparse
from eqsolve.language.syntax import Call, Expression, Name, Negative, Number, Power, Product, Sum
from eqsolve.source import Source, Span

_PLACE: Final = Span(Source("", "sympy"), 0, 0)

# Names of sympy's classes that differ from the language's, beside those in the table of functions.
_RENAMED: Final = {"Abs": "abs", "ceiling": "ceil", "Min": "min", "Max": "max", "Mod": "mod", "sign": "sign"}
_FUNCTIONS: Final = {
    **{entry.sympy: entry.name for entry in reversed(tuple(FUNCTIONS.values())) if entry.sympy},
    **_RENAMED,
    "floor": "floor",
}
_RELATIONS: Final = {
    "Equality": "=",
    "Unequality": "!=",
    "StrictLessThan": "<",
    "LessThan": "<=",
    "StrictGreaterThan": ">",
    "GreaterThan": ">=",
}


def from_sympy(expression: Any) -> str:
    """Return an equation or inequality of sympy as text; a bare expression is set to zero.

    Raises:
        ProblemError: A part of it has no counterpart in the language.
    """
    relation = _RELATIONS.get(type(expression).__name__)
    if relation is not None:
        left, right = map(_convert, expression.args)
        return f"{unparse(left)} {relation} {unparse(right)}"
    return f"{unparse(_convert(expression))} = 0"


def _convert(node: Any) -> Expression:
    if node.is_Symbol:
        return _name(node.name)
    if node.is_Rational:
        return _number(Fraction(int(node.p), int(node.q)))
    if node.is_Float:
        return _number(Fraction(str(node)))
    name = type(node).__name__
    if name == "Pi":
        return Name("pi", _PLACE)
    if name == "Exp1":
        return _call("exp", _number(Fraction(1)))
    parts = tuple(map(_convert, node.args))
    if node.is_Add:
        return Sum("+" * len(parts), parts, _PLACE)
    if node.is_Mul:
        return Product("*" * len(parts), parts, _PLACE)
    if node.is_Pow:
        base, exponent = parts
        return Power(base, exponent, _PLACE)
    if name in _FUNCTIONS:
        return _call(_FUNCTIONS[name], *parts)
    message = f"sympy's `{name}` has no counterpart in the language"
    raise ProblemError(Diagnostic("unsupported", message, hint="write the equation as text"))


def _name(name: str) -> Expression:
    """Return the name of a symbol if the language reads it as that."""
    read = parse_expression(Source(name, "symbol"))
    if read != Name(name, _PLACE) or name in ("pi", "e"):
        message = f"the symbol `{name}` has no name that the language reads as one unknown"
        raise ProblemError(Diagnostic("symbol-name", message, hint="rename it"))
    return read


def _number(value: Fraction) -> Expression:
    size = Number(Fraction(abs(value.numerator)), _PLACE)
    denominator = Number(Fraction(value.denominator), _PLACE)
    ratio = size if value.denominator == 1 else Product("*/", (size, denominator), _PLACE)
    return Negative(ratio, _PLACE) if value < 0 else ratio


def _call(name: str, *arguments: Expression) -> Call:
    return Call(Name(name, _PLACE), arguments, _PLACE)
