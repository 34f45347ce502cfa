"""Sympy's relations and expressions beside text of the language."""

from __future__ import annotations

from typing import Any

import mpmath
import pytest
import sympy
from flint import arb
from tests.problems import lowered

from eqsolve.errors import EqsolveError, ProblemError
from eqsolve.evaluate import number, precision
from eqsolve.pipeline import prepare, solve
from eqsolve.problem.from_sympy import from_sympy

x, y, z = sympy.symbols("x y z")


@pytest.mark.parametrize(
    ("relation", "sign"),
    [
        (sympy.Eq(x + 1, y), "="),
        (x < y, "<"),
        (x <= y, "<="),
        (x > y, ">"),
        (x >= y, ">="),
        (sympy.Ne(x, y), "!="),
    ],
)
def test_relations(relation: Any, sign: str) -> None:
    left, found, right = from_sympy(relation).rpartition(sign)
    assert found == sign
    assert right.strip() == "y"
    assert left.strip() in ("x", "1 + x", "x + 1")


def test_a_bare_expression_is_set_to_zero() -> None:
    assert from_sympy(x) == "x = 0"
    assert from_sympy(sympy.Integer(3)) == "3 = 0"


EXPRESSIONS: tuple[Any, ...] = (
    x + 2 * y - z / 3,
    x**2 * y**-3,
    (x + y) ** sympy.Rational(2, 3),
    -x - 1,
    sympy.Float("0.1") * x,
    sympy.Float("1e-30") + x,
    sympy.Rational(-7, 3) * x,
    sympy.pi * sympy.E * x,
    sympy.sqrt(2) * x,
    1 / (x + sympy.sqrt(y)),
    sympy.exp(x) * sympy.sin(y) + sympy.log(z),
    sympy.tan(x) + sympy.cot(y) + sympy.sec(z),
    sympy.asin(x / 5) + sympy.acos(y / 5) + sympy.atan(z),
    sympy.atan2(x, y),
    sympy.sinh(x) + sympy.asinh(y) + sympy.tanh(z),
    sympy.erf(x) + sympy.erfc(y) + sympy.gamma(z),
    sympy.loggamma(x) + sympy.digamma(y),
    sympy.Abs(x - y) + sympy.sign(x),
    sympy.floor(x) + sympy.ceiling(y),
    sympy.Min(x, y, z) + sympy.Max(x, y),
    sympy.Mod(x, y),
    x ** (y**z),
    (x**y) ** z,
    -(x**2),
    (-x) ** 2,
)


@pytest.mark.parametrize("expression", EXPRESSIONS, ids=str)
def test_the_text_means_what_the_expression_means(expression: Any) -> None:
    values = {"x": 1.25, "y": 0.75, "z": 2.5}
    text = from_sympy(sympy.Eq(sympy.Symbol("w"), expression, evaluate=False))
    (equation,) = lowered(text).equations
    with precision(200), mpmath.workdps(50):
        found = number(equation.right, {name: arb(value) for name, value in values.items()})
        true = expression.subs({name: sympy.Rational(value) for name, value in values.items()}).evalf(40)
        assert found.issue is None
        # Sympy's floats carry 15 digits of their own.
        digits = 1e-14 if expression.has(sympy.Float) else 1e-30
        assert abs(float(found.value - arb(str(true)))) <= digits * (1 + abs(float(true)))


@pytest.mark.parametrize("name", ["S", "I", "E", "N", "lambda", "beta", "x_1", "α"])
def test_symbols_keep_their_names(name: str) -> None:
    symbol = sympy.Symbol(name)
    assert lowered(from_sympy(sympy.Eq(symbol**2, 2))).names == (name,)


@pytest.mark.parametrize(
    "expression",
    [sympy.zeta(x), sympy.I * x, sympy.Integral(x, x), sympy.oo * x, sympy.Function("f")(x)],
    ids=str,
)
def test_what_the_language_lacks_is_refused(expression: Any) -> None:
    with pytest.raises(ProblemError) as caught:
        from_sympy(expression)
    (problem,) = caught.value.diagnostics
    assert problem.code == "unsupported"
    assert problem.hint == "write the equation as text"


@pytest.mark.parametrize("name", ["x y", "", "x'", "_x", "a.b", "T_{in}", "x\n= 3; y"])
def test_a_symbol_whose_name_is_none_of_the_language_is_refused(name: str) -> None:
    with pytest.raises(EqsolveError):
        prepare(sympy.Eq(2 * sympy.Symbol(name), 2))


@pytest.mark.parametrize("name", ["x + y", "x^2", "sin(x)", "1x", "2", "x = 2; y"])
def test_a_symbol_whose_name_reads_as_something_else_is_refused(name: str) -> None:
    with pytest.raises(EqsolveError):
        prepare(sympy.Eq(2 * sympy.Symbol(name), 2))


def test_expressions_and_text_mix() -> None:
    result = solve(sympy.Eq(x + y, 3), "x - y = 1")
    assert (result["x"], result["y"]) == (2.0, 1.0)


@pytest.mark.parametrize("wrong", [3, 2.5, None, b"x = 1", ["x = 1"], {"x": 1}, True])
def test_anything_else_is_refused(wrong: Any) -> None:
    with pytest.raises(ProblemError) as caught:
        solve(wrong)
    assert caught.value.diagnostics[0].code == "not-an-equation"
