"""Equations that fall apart: products, sums of one sign, one-to-one functions, squares in disguise."""

import pytest

from eqsolve import solve
from eqsolve.exact.cases import cases
from eqsolve.language.parser import parse_expression
from eqsolve.language.printer import unparse
from eqsolve.result import Completeness, Verdict
from eqsolve.source import Source


def parts(text: str) -> list[list[str]] | None:
    left, right = (parse_expression(Source(side)) for side in text.split("="))
    found = cases(left, right)
    return None if found is None else [[unparse(part) for part in case] for case in found]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("x*y = 0", [["x"], ["y"]]),
        ("x*y = x", [["y - 1"], ["x"]]),
        ("x/y = 0", [["x"]]),
        ("x^2 + y^2 = 0", [["x", "y"]]),
        ("abs(x) + sqrt(y) = 0", [["x", "y"]]),
        ("x^2*y^2 + z^4 = 0", [["x", "z"], ["y", "z"]]),
        ("ln(x) = 0", [["x - 1"]]),
        ("ln(x) = ln(y)", [["x - y"]]),
        ("exp(x)*(y - 1) = 0", [["y - 1"]]),
        ("x^2 + y^2 + 1 = 2*x", [["x - 1", "y"]]),
    ],
)
def test_an_equation_falls_apart(text: str, expected: list[list[str]]) -> None:
    assert parts(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "x^2 + exp(y) = 0",
        "x^2 + y^2 = -1",
        "exp(x)/(1 + exp(x)) = 1",
        "cosh(x) = sinh(x)",
        "atan(x) = pi/2",
        "ln(x + 1) = ln(x)",
        "1/(1 + x^2) = 0",
        "ln(x) = ln(x - 2) + ln(1)",
        "x^2 + y^2 = 2*x*y - 1",
    ],
)
def test_an_equation_has_no_case(text: str) -> None:
    assert parts(text) == []
    assert solve(text).verdict is Verdict.NO_SOLUTION


@pytest.mark.parametrize(
    "text", ["x^2 - y^2 = 1", "x + y = 0", "atan(x) = pi/3", "x^2 + y = 0", "x = cos(x)", "x/x = 1"]
)
def test_an_equation_stays_whole(text: str) -> None:
    assert parts(text) is None


@pytest.mark.parametrize(
    ("text", "points"),
    [
        ("x^2 + y^2 = 0", [(0, 0)]),
        ("(x - 1)^2 + (y - 2)^2 = 0", [(1, 2)]),
        ("abs(x - y) + (x - 1)^4 = 0", [(1, 1)]),
        ("x*y = 0\nx + y = 1", [(0, 1), (1, 0)]),
        ("ln(x)*ln(y) = 0\nx + y = 3", [(1, 2), (2, 1)]),
    ],
)
def test_cases_give_all_solutions(text: str, points: list[tuple[int, int]]) -> None:
    result = solve(text)
    assert result.completeness is Completeness.PROVED
    assert [(s.values["x"], s.values["y"]) for s in result.solutions] == points


def test_a_case_outside_the_domain_is_dropped() -> None:
    result = solve("x*ln(x) = 0")  # x = 0 has no logarithm
    assert [s.values["x"] for s in result.solutions] == [1.0]
    assert result.completeness is Completeness.PROVED


def test_a_hole_is_no_solution() -> None:
    assert solve("(x - 1)*exp(x)/(x - 1) = 0").verdict is Verdict.NO_SOLUTION


def test_an_unknown_that_a_case_leaves_free_is_free() -> None:
    result = solve("x^2 = 2\ny*(x^2 - 2) = 0")
    assert result.verdict is Verdict.FAMILY
    assert result.free == ("y",)


def test_no_solution_case_by_case() -> None:
    result = solve("(1 - x*y)^2 + y^2 = 0")
    assert result.verdict is Verdict.NO_SOLUTION
    assert result.message.endswith("line 1 holds only where 1 - x*y = 0 and y = 0")
    assert [line.line for line in result.conflict] == [1]
