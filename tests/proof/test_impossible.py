"""What can be proved impossible is, in words; what has a solution, or nearly, never is."""

from __future__ import annotations

from typing import Final

import pytest

import eqsolve
from eqsolve.pipeline import prepare
from eqsolve.proof import impossible
from eqsolve.result import Verdict

IMPOSSIBLE: Final = [
    ("cos(x) = 2", "`cos(x)` stays between -1 and 1"),
    ("2 = cos(x)", "`cos(x)` stays between -1 and 1"),
    ("sin(x)*cos(y) = 1.5", "stays between -1 and 1"),
    ("sin(x) = 1 + 1e-30", "stays between -1 and 1"),
    ("exp(x) = -1", "`exp(x)` is always positive"),
    ("exp(x) = 0", "`exp(x)` is always positive"),
    ("exp(-x) = 0", "`exp(-x)` is always positive"),
    ("exp(x)*exp(y) = 0", "`exp(x)*exp(y)` is always positive"),
    ("-exp(x) = 0", "`-exp(x)` is always negative"),
    ("abs(x) = -1", "is never negative"),
    ("x^2 = -1", "`x^2` is never negative"),
    ("x^2 + 1 = 0", "`x^2 + 1` is never below 1"),
    ("x^2 + y^2 = -1", "`x^2 + y^2` is never negative"),
    ("x^2 + 1e-14 = 0", "is always above 9.99e-15"),
    ("1e-20*(x^2 + 1) = 0", "is always above 9.99e-21"),
    ("sqrt(x^2 + 1) + y^2 = 0", "is never below 1"),
    ("sqrt(x) = -1", "`sqrt(x)` is never negative"),
    ("atan(x) = 2", "`atan(x)` stays between -pi/2 and pi/2"),
    ("asin(x) = 2", "stays between -pi/2 and pi/2"),
    ("acos(x) = -0.1", "`acos(x)` stays between 0 and pi"),
    ("tanh(x) = 1", "stays between -1 and 1, never reaching them"),
    ("tanh(x) = -1", "stays between -1 and 1, never reaching them"),
    ("tanh(x) = 1 + 1e-300", "stays between -1 and 1, never reaching them"),
    ("erf(x) = 1", "stays between -1 and 1, never reaching them"),
    ("erfc(x) = 0", "stays between 0 and 2, never reaching them"),
    ("cosh(x) = 0.5", "`cosh(x)` is never below 1"),
    ("1/(1 + exp(-x)) = 1", "stays between 0 and 1, never reaching them"),
    ("1/(1 + exp(-x)) = 0", "stays between 0 and 1, never reaching them"),
    ("1/x = 0", "it cannot hold for any real x"),
    ("5/(x - y) = 0", "it cannot hold for any real x and y"),
    ("sec(x) = 0.5", "it cannot hold for any real x"),
    ("csc(x) = 0", "it cannot hold for any real x"),
    ("floor(x) = 2.5", "it cannot hold for any real x"),
    ("ln(-1 - x^2) = y", "has no real value"),
    ("sqrt(-x^2 - 1) = 3", "has no real value"),
    ("asin(2 + x^2) = y", "has no real value"),
    ("sqrt(x - 2) + sqrt(1 - x) = 3", "it cannot hold for any real x"),
    ("gamma(x) = 0.5; x > 0", "is always above 0.885603 within the bounds"),
    ("cos(x) = 2 + y^2", "the left side minus the right side never exceeds -1"),
    ("max(x, x^2, 1) = 0", "is never below 1"),
    ("min(x, -1) = 0", "never exceeds -1"),
    ("hypot(x, y) = -1", "is never negative"),
    ("x^2 = 4; x > 5", "is always above 24.9 within the bounds"),
    ("exp(x) = 100; x < 1", "within the bounds"),
    ("sign(x) = 2", "stays between -1 and 1"),
    ("mod(x, 3) = 4", "`mod(x, 3)` stays between 0 and 3"),
    ("2^x = -1", "`2^x` is always positive"),
    ("x^0.5 = -2", "is never negative"),
    ("if(x > 0, 1, 2) = 3", "stays between 1 and 2"),
]

POSSIBLE: Final = [
    "tanh(x) = 1 - 1e-300",
    "x^2 = 1e-300",
    "x^2 = 1e-400",
    "x^2 = 0",
    "ln(x) = -1e6",
    "1/x = 1e300",
    "1/x = 1e-300",
    "1/x = 1e-400",
    "atan(x) = pi/2 - 1e-20",
    "atan(x) = 1.5707963267948966",
    "sqrt(x) = 0",
    "x*ln(x) = 0",
    "exp(x) = 1e-300",
    "exp(x) = 1e-1000",
    "exp(-x^2) = 1",
    "exp(x) = 1e300",
    "sin(x) = 1",
    "sin(x) = 1 - 1e-30",
    "cos(x) = -1",
    "acos(x) = 0",
    "acos(x) = pi",
    "asin(x) = pi/2",
    "acosh(x) = 0",
    "cosh(x) = 1",
    "abs(x) = 0",
    "abs(x) = 1e-320",
    "x^2 + y^2 = 0",
    "erfc(x) = 1e-300",
    "floor(x) = 2",
    "round(x) = -3",
    "ceil(x) = 0",
    "gamma(x) = -1",
    "sec(x) = -1",
    "root(x, 3) = -8",
    "cbrt(x) = -2",
    "x^x = -1",
    "mod(x, 3) = 2",
    "x^2 = 25; x >= 5",
    "x = 0.1; x <= 0.1",
    "x + 1e20 = 1e20 + 5",
    "atan2(y, x) = pi",
    "1e-20*x = 3e-20",
    "x^3 = -1e-300",
    "if(x > 0, 1, 2) = 2",
]


@pytest.mark.parametrize(("text", "words"), IMPOSSIBLE, ids=[text for text, _ in IMPOSSIBLE])
def test_a_range_excludes_it(text: str, words: str) -> None:
    result = eqsolve.solve(*text.split(";"))
    assert result.verdict is Verdict.NO_SOLUTION
    assert result.message.startswith("no solution, proved: line 1: ")
    assert words in result.message
    assert result.conflict[0].line == 1
    assert result.exit_code == 1


@pytest.mark.parametrize("text", POSSIBLE)
def test_what_has_a_solution_is_not_excluded(text: str) -> None:
    problem = prepare(*text.split(";"))
    assert [impossible(problem, k, {}) for k in range(len(problem.equations))] == [None] * len(
        problem.equations
    )


def test_bounds_are_part_of_the_conflict() -> None:
    result = eqsolve.solve("y = 1", "x^2 = 4", "x > 5")
    assert [line.line for line in result.conflict] == [2, 3]
