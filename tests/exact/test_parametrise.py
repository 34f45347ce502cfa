"""Families in closed form, identities, and what else there is beside a family."""

from __future__ import annotations

from typing import Final

import pytest
from flint import arb

from eqsolve import Result, solve
from eqsolve.evaluate import number, precision
from eqsolve.exact.algebra import simplify
from eqsolve.exact.identity import domain
from eqsolve.exact.polynomials import irreducible_factors, tidied, vanishes
from eqsolve.language.parser import parse_expression
from eqsolve.language.printer import unparse
from eqsolve.pipeline import prepare
from eqsolve.result import Verdict
from eqsolve.source import Source

# equations, family, determined, free
FAMILIES: Final = [
    ("x*y = 1", {"x": "1/y"}, {}, "y"),
    ("x*y*z = 1", {"x": "1/(y*z)"}, {}, "y z"),
    ("x + y*z = 3", {"x": "3 - y*z"}, {}, "y z"),
    ("x - y^2 = 0", {"x": "y^2"}, {}, "y"),
    ("2*x - y^2 = 0", {"x": "y^2/2"}, {}, "y"),
    ("x*(y^2 + 1) = 2", {"x": "2/(y^2 + 1)"}, {}, "y"),
    ("x*exp(y) = 2", {"x": "2/exp(y)"}, {}, "y"),
    ("exp(x)*y = 2; y > 0", {"x": "ln(2/y)"}, {}, "y"),
    ("ln(x) = y", {"x": "exp(y)"}, {}, "y"),
    ("cbrt(x) = y", {"x": "y^3"}, {}, "y"),
    ("sqrt(x) = y", {"y": "sqrt(x)"}, {}, "x"),
    ("abs(x) = y", {"y": "abs(x)"}, {}, "x"),
    ("x^5 + x + y = 0", {"y": "-x^5 - x"}, {}, "x"),
    ("2^x = y; y > 1", {"x": "ln(y)/ln(2)"}, {}, "y"),
    ("tanh(x) = y/2", {"x": "atanh(y/2)"}, {}, "y"),
    ("sinh(x) = y", {"x": "asinh(y)"}, {}, "y"),
    ("x^3 = y", {"x": "cbrt(y)"}, {}, "y"),
    ("x^5 = y", {"x": "root(y, 5)"}, {}, "y"),
    ("x/y = z", {"x": "z*y"}, {}, "y z"),
    ("1/x + 1/y = 1/z", {"x": "y*z/(y - z)"}, {}, "y z"),
    ("x + y = 3; x*z = y", {"x": "3/(z + 1)", "y": "3*z/(z + 1)"}, {}, "z"),
    ("(x*y - 1)^2 = 0", {"x": "1/y"}, {}, "y"),
    ("x*y = x; x > 1", {}, {"y": "1"}, "x"),
    ("P*V = 8.314*T; T = 300 + V", {"P": "8.314*T/(T - 300)", "V": "T - 300"}, {}, "T"),
    ("k = 2; x*y = k", {"x": "2/y"}, {"k": "2"}, "y"),
    ("k^3 - k - 1 = 0; x*y = k", {"x": "k/y"}, {"k": "1.32471795724475"}, "y"),
    ("k^3 = 2; x*y = k", {"x": "cbrt(2)/y"}, {"k": "cbrt(2)"}, "y"),
    ("x = y*z; x*w = 1; y > 0", {"x": "1/w", "y": "1/(w*z)"}, {}, "z w"),
    ("A + B = 9; C - D = 1; A + C = 8; B - D = 2", {"A": "7 - D", "B": "2 + D", "C": "1 + D"}, {}, "D"),
]

ROUND: Final = [  # branches of roots: which of them is shown depends on the representative
    ("x^2 + y^2 = 1", "sqrt(1 - y^2)"),
    ("x^2 + 2*x + y^2 = 3", "sqrt(4 - y^2) - 1"),
    ("x^2 + y^2 + z^2 = 1", "sqrt(1 - y^2 - z^2)"),
    ("x^2 + x*y = 1", "(sqrt(y^2 + 4) - y)/2"),
    ("x^4 + y^4 = 1", "root(1 - y^4, 4)"),
    ("x^2 = y", "sqrt(y)"),
    ("x^2 - 4*y^2*z = 0; y > 1", "2*abs(y)*sqrt(z)"),
]


@pytest.mark.parametrize(("text", "forms", "determined", "free"), FAMILIES)
def test_a_family_in_closed_form(
    text: str, forms: dict[str, str], determined: dict[str, str], free: str
) -> None:
    result = solve(text)
    assert result.verdict is Verdict.FAMILY
    assert result.family == forms
    assert result.determined == determined
    assert result.free == tuple(free.split())
    if determined.get("k") != "1.32471795724475":
        assert_runs_through(result)


@pytest.mark.parametrize(("text", "form"), ROUND)
def test_a_branch_of_a_root_names_the_other_one(text: str, form: str) -> None:
    result = solve(text)
    assert result.verdict is Verdict.FAMILY
    assert result.family is not None
    assert form in result.message or result.family["x"] == form
    assert "; others: x = " in result.message
    assert_runs_through(result)


def assert_runs_through(result: Result) -> None:
    """The closed form gives the representative."""
    values = {name: arb(value) for name, value in result.solutions[0].values.items()}
    for name, form in (result.family or {}).items():
        with precision(100):
            there = float(number(parse_expression(Source(form)), values).value)
        assert there == pytest.approx(result.solutions[0].values[name], rel=1e-9)


@pytest.mark.parametrize("text", ["x + sin(x) = y + cos(y)", "x*exp(x) + y^5 + y = 1", "x^x = y^y + y"])
def test_no_closed_form_is_no_shame(text: str) -> None:
    result = solve(text)
    assert result.verdict is Verdict.FAMILY
    assert result.family is None
    assert len(result.free) == 1


# components --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "components"),
    [
        ("x*y = x", ["x = 0", "y = 1"]),
        ("x*y*z = 0", ["x = 0", "y = 0", "z = 0"]),
        ("x*(x - 1)*(y - 2) = 0", ["x = 0", "x = 1", "y = 2"]),
        ("x*y = 0; y*z = 0", ["y = 0", "x = 0"]),
        ("x^2 = 4; y*z = x", ["x = 2", "x = -2"]),
        ("x^2 = y^2", ["x = y", "x = -y"]),
    ],
)
def test_other_components_are_mentioned(text: str, components: list[str]) -> None:
    result = solve(text)
    assert result.verdict is Verdict.FAMILY
    shown = [
        f"{name} = {form}" for name, form in {**(result.family or {}), **(result.determined or {})}.items()
    ]
    for component in components:
        assert component in result.message or component in shown


def test_planes_that_meet_in_a_point_do_not_fill_space() -> None:
    assert len(solve("x*y*z = 0").free) == 2
    assert len(solve("(x*y*z)^2 = 0").free) < 3


@pytest.mark.parametrize("text", ["x*(x - 1) = 0; x*y = 0", "x^3 - x = 0; y*(x - 1) = 0"])
def test_isolated_solutions_beside_a_family_are_not_lost(text: str) -> None:
    result = solve(text)
    assert result.verdict is Verdict.FAMILY
    assert result.free == ("y",)
    assert len(result.solutions) >= 2
    assert "further solution" in result.message
    assert all(solution.values["y"] == 0 for solution in result.solutions[1:])
    assert "further solution" in str(result)


def test_no_family_no_isolated_solutions() -> None:
    assert "further" not in solve("x*y = 1").message


# identities --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("x/x = 1", "true for every value of x with x != 0"),
        ("(x + 1)^2 = x^2 + 2*x + 1", "true for every value of x"),
        ("sin(x)^2 + cos(x)^2 = 1", "true for every value of x"),
        ("sin(2*x) = 2*sin(x)*cos(x)", "true for every value of x"),
        ("tan(x) = sin(x)/cos(x)", "true for every value of x with cos(x) != 0"),
        ("cosh(x)^2 - sinh(x)^2 = 1", "true for every value of x"),
        ("exp(x)*exp(-x) = 1", "true for every value of x"),
        ("sqrt(x)^2 = x", "true for every value of x with x >= 0"),
        ("(x^2 - y^2)/(x - y) = x + y", "true for every value of x and y with x - y != 0"),
        ("x = x", "true for every value of x"),
    ],
)
def test_an_identity_is_proved(text: str, message: str) -> None:
    result = solve(text)
    assert result.verdict is Verdict.IDENTITY
    assert result.message == message


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("x = x; x > 3", "true for every value of x with x > 3"),
        ("x = x; x != 2", "true for every value of x with x != 2"),
        ("x = x; y = y; x < y", "true for every value of x and y with x < y"),
        ("sqrt(x)^2 = x; x < 1", "true for every value of x with x >= 0, x < 1"),
        ("x/x = 1; x != 0", "true for every value of x with x != 0"),
    ],
)
def test_an_identity_names_the_constraints_it_holds_under(text: str, message: str) -> None:
    result = solve(text)
    assert result.verdict is Verdict.IDENTITY
    assert result.message == message


@pytest.mark.parametrize("text", ["gamma(x + 1) = x*gamma(x)", "ln(x^2) = 2*ln(x)"])
def test_an_identity_without_a_proof_is_a_family(text: str) -> None:
    result = solve(text)
    assert result.verdict is Verdict.FAMILY
    assert result.free == ("x",)
    assert "hold at every point that was tried" in result.message


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("floor(x) = 3", "3 <= x < 4"),
        ("abs(x) = x", "x >= 0"),
        ("sqrt(x^2) = x", "x is free near the representative; there may be others"),
    ],
)
def test_a_region_is_not_everywhere(text: str, where: str) -> None:
    result = solve(text)
    assert result.verdict is Verdict.FAMILY
    assert result.message == f"infinitely many solutions: {where}"


@pytest.mark.parametrize(
    "text",
    [
        "x^2 - 2*x + 1 - (x - 1)^2",
        "sin(x + y) - sin(x)*cos(y) - cos(x)*sin(y)",
        "exp(2*x) - exp(x)^2",
        "1/x - 1/x",
    ],
)
def test_zero_is_proved(text: str) -> None:
    assert vanishes(parse_expression(Source(text)))


@pytest.mark.parametrize(
    "text", ["x - x^2", "sin(x)^2 + cos(x)^2 - 1 + 1e-300*x", "abs(x) - x", "sqrt(x^2) - x", "exp(x) - 1"]
)
def test_what_is_not_zero_is_not_proved(text: str) -> None:
    assert not vanishes(parse_expression(Source(text)))


def test_the_domain_in_words() -> None:
    problem = prepare("ln(x)/(y*(x - 2)) = sqrt(y) + 1/3")
    assert domain(problem) == ["x > 0", "y != 0", "x - 2 != 0", "y >= 0"]


# trees -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "simple"),
    [
        ("x + 0", "x"),
        ("1*x*1", "x"),
        ("0*x + 3", "3"),
        ("x + x", "2*x"),
        ("x - x", "0"),
        ("2*x*3*y", "6*x*y"),
        ("x*x^2", "x^3"),
        ("-(y - 3)", "3 - y"),
        ("-3*x", "-3*x"),
        ("x/2 + x/3", "5*x/6"),
        ("(2*y + 4)/2", "y + 2"),
        ("8.314*T/V", "8.314*T/V"),
        ("x/(y*z)/2", "x/(2*y*z)"),
        ("50%*x", "x/2"),
        ("-y + 1", "1 - y"),
        ("(x + 1)*(x + 1)", "(x + 1)^2"),
        ("2*(x + y)", "2*x + 2*y"),
    ],
)
def test_light_simplification(text: str, simple: str) -> None:
    tree = simplify(parse_expression(Source(text)))
    assert unparse(tree) == simple
    assert simplify(parse_expression(Source(simple))) == tree


def test_factors_and_lowest_terms() -> None:
    factors = irreducible_factors(parse_expression(Source("x*y - x")))
    assert sorted(map(unparse, factors)) == ["x", "y - 1"]
    assert unparse(tidied(simplify(parse_expression(Source("3 - 3*z/(z + 1)"))))) == "3/(z + 1)"
