"""Solutions that repeat without end: patterns, windows, and what is said of them."""

from __future__ import annotations

import itertools
import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import eqsolve
from eqsolve.result import Completeness, Result, Verdict


def texts(result: Result, name: str = "x") -> set[str]:
    return {pattern[name] for pattern in result.patterns if name in pattern}


@pytest.mark.parametrize(
    ("equation", "patterns", "multiplicity"),
    [
        ("sin(x) = 0.5", {"pi/6 + 2*pi*k", "5*pi/6 + 2*pi*k"}, 1),
        ("sin(2*x + 1) = 0", {"-1/2 + pi*k/2"}, 1),
        ("tan(3*x) = 1", {"pi/12 + pi*k/3"}, 1),
        ("cos(x)^2 = 1/4", {"pi/3 + pi*k", "-pi/3 + pi*k"}, 1),
        ("sin(x) = cos(x)", {"pi/4 + pi*k"}, 1),
        ("sin(x)*cos(x) = 0", {"pi*k/2"}, 1),
        ("sin(x) + sin(2*x) = 0", {"2*pi*k", "pi + 2*pi*k", "2*pi/3 + 2*pi*k", "-2*pi/3 + 2*pi*k"}, 1),
        ("sin(x) = 1", {"pi/2 + 2*pi*k"}, 2),
        ("cos(x) = sqrt(3)/2", {"pi/6 + 2*pi*k", "-pi/6 + 2*pi*k"}, 1),
        ("sin(x) = 1/3", {"asin(1/3) + 2*pi*k", "pi - asin(1/3) + 2*pi*k"}, 1),
        ("sin(x) = ln(2)", {"asin(ln(2)) + 2*pi*k", "pi - asin(ln(2)) + 2*pi*k"}, 1),
        ("tan(x) = 2", {"atan(2) + pi*k"}, 1),
        ("3*sin(x) + 4*cos(x) = 5", {"2*atan(1/3) + 2*pi*k"}, 2),
        ("tan(x) = cot(x)", {"pi/4 + pi*k/2"}, 1),
        ("sin(x)/cos(x) = 0", {"pi*k"}, 1),
        ("sin(x)/x = 0", {"pi*k, k != 0"}, 1),
        ("exp(x)*sin(x) = 0", {"pi*k"}, 1),
    ],
)
def test_a_pattern_holds_all_solutions(equation: str, patterns: set[str], multiplicity: int) -> None:
    result = eqsolve.solve(equation)
    assert result.completeness is Completeness.PROVED
    assert texts(result) == patterns
    assert {solution.multiplicity for solution in result.solutions} == {multiplicity}
    assert not result.unique


def test_solutions_stand_beside_a_pattern_once() -> None:
    assert texts(eqsolve.solve("(x - 3)*cos(x) = 0")) == {"pi/2 + pi*k", "3"}
    result = eqsolve.solve("x*sin(x) = 0")
    assert texts(result) == {"pi*k"}
    assert [s.multiplicity for s in result.solutions if s.values["x"] == 0] == [2]


@pytest.mark.parametrize(
    "equations",
    [
        ("sin(x) = 0", "cos(x) = 0"),
        ("sin(x)^2/sin(x) = 0",),
        ("(1 - cos(x))/sin(x) = 0",),
        ("3*sin(x) + 4*cos(x) = 6",),
        ("sin(x) = 2",),
        ("csc(x) = 1/2",),
    ],
)
def test_no_angle_of_a_turn_will_do(equations: tuple[str, ...]) -> None:
    assert eqsolve.solve(*equations).verdict is Verdict.NO_SOLUTION


@pytest.mark.parametrize("equation", ["sin(x)^2 + cos(x)^2 = 1", "sin(x)/sin(x) = 1"])
def test_an_identity_is_no_pattern(equation: str) -> None:
    assert eqsolve.solve(equation).verdict is Verdict.IDENTITY


def test_numbers_where_there_is_no_exact_form() -> None:
    assert "2.067511048 + 2*pi*k" in texts(eqsolve.solve("sin(x) + cos(2*x) = 1/3"))


def test_bounds_leave_an_ordinary_list() -> None:
    result = eqsolve.solve("sin(x) = 1", "x in 0..10")
    assert (result.completeness, len(result.solutions), result.patterns) == (Completeness.PROVED, 2, ())


def test_a_bound_on_one_side_leaves_a_pattern() -> None:
    result = eqsolve.solve("sin(x) = 0", "x > 1000")
    assert texts(result) == {"pi*k"}
    assert all(solution.values["x"] > 1000 for solution in result.solutions)
    assert "x > 1000" in result.message


def test_other_constraints_are_decided_in_a_window_only() -> None:
    result = eqsolve.solve("sin(x) = 0.5", "cos(x) > 0")
    assert result.completeness is Completeness.BOX
    assert result.patterns == ()
    assert all(math.cos(solution.values["x"]) > 0 for solution in result.solutions)


def test_a_window_without_an_acceptable_solution_proves_nothing() -> None:
    assert eqsolve.solve("sin(x) = 0", "x^2 > 1000").verdict is not Verdict.NO_SOLUTION


def test_bounds_with_more_solutions_than_are_listed_are_not_endless() -> None:
    result = eqsolve.solve("sin(x) = 0.5", "x in 0..100000")
    assert result.completeness is Completeness.BOX
    assert "infinitely" not in result.message


def test_dependent_unknowns_are_listed_in_the_window() -> None:
    result = eqsolve.solve("sin(x) = 0.5", "y = x^2")
    assert result.completeness is Completeness.BOX
    assert result.window == {"x": (-10.0, 10.0)}
    assert texts(result) == {"pi/6 + 2*pi*k", "5*pi/6 + 2*pi*k"}
    assert all(s.values["y"] == pytest.approx(s.values["x"] ** 2) for s in result.solutions)


def test_without_a_period_all_in_a_window() -> None:
    result = eqsolve.solve("x*sin(x) = 1")
    assert result.completeness is Completeness.BOX
    assert result.message == "all 8 solutions with -10 <= x <= 10, proved; there may be more outside"
    assert [abs(s.values["x"]) for s in result.solutions] == sorted(
        abs(s.values["x"]) for s in result.solutions
    )


def test_a_factor_that_may_have_no_value_on_the_pattern_proves_nothing() -> None:
    assert eqsolve.solve("sin(pi*x)*((x - 1)/(x - 7)) = 0").completeness is not Completeness.PROVED


def test_the_letter_is_no_unknown() -> None:
    assert texts(eqsolve.solve("sin(k) = 0"), "k") == {"pi*n"}


def test_patterns_are_shown_everywhere() -> None:
    result = eqsolve.solve("sin(x) = 0.5")
    assert str(result).startswith("x = pi/6 + 2*pi*k\nx = 5*pi/6 + 2*pi*k\n")
    assert "<code>pi/6 + 2*pi*k</code>" in result._repr_html_()
    assert result._repr_latex_().count(r"\pi") >= 4
    assert result.to_dict()["patterns"] == [{"x": "pi/6 + 2*pi*k"}, {"x": "5*pi/6 + 2*pi*k"}]
    assert result.to_dict()["window"] == {"x": [-10.0, 10.0]}


@settings(max_examples=25, deadline=None)
@given(
    st.integers(-4, 4),
    st.integers(-4, 4),
    st.integers(-4, 4),
    st.integers(1, 3),
    st.sampled_from(["sin", "cos"]),
)
def test_the_representatives_are_all_sign_changes_in_the_window(
    a: int, b: int, c: int, n: int, function: str
) -> None:
    result = eqsolve.solve(f"({a})*sin(x) + ({b})*{function}({n}*x) = {c}/3")
    if not result.patterns or result.window is None:
        return

    def f(x: float) -> float:
        wave = math.sin if function == "sin" else math.cos
        return a * math.sin(x) + b * wave(n * x) - c / 3

    low, high = result.window["x"]
    grid = [low + (high - low) * k / 4001 for k in range(4002)]
    found = [solution.values["x"] for solution in result.solutions]
    for left, right in itertools.pairwise(grid):
        if f(left) * f(right) < 0:
            assert any(left - 1e-9 <= x <= right + 1e-9 for x in found)
    assert all(abs(f(x)) < 1e-12 * max(1, abs(x)) * 20 for x in found)


@pytest.mark.parametrize("equation", ["sin(x) = x", "exp(x) = 1 + x", "cos(x) = 1 - x^2/2"])
def test_a_multiple_root_at_zero_is_proved_to_be_the_only_root(equation: str) -> None:
    assert eqsolve.solve(equation).unique


def test_a_multiple_root_at_zero_does_not_spoil_a_window() -> None:
    result = eqsolve.solve("tan(x) = x")
    assert result.completeness is Completeness.BOX
    assert [s.values["x"] for s in result.solutions] == pytest.approx(
        [0, 4.493409457909064, -4.493409457909064, 7.725251836937707, -7.725251836937707]
    )
