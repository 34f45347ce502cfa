"""Roots and families where functions are flat: nothing is claimed of a point beside, or of a line that is none."""

from __future__ import annotations

import pytest

import eqsolve
from eqsolve.result import Verdict


def test_points_beside_a_flat_root_are_none() -> None:
    """Near zero, cos(x)*cosh(x) - 1 is -x^4/6: far below rounding for x = 1e-100, but not zero."""
    result = eqsolve.solve("cos(x)*cosh(x) = 1", "x in 0..20")
    assert [solution.values["x"] for solution in result.solutions if solution.values["x"] < 1] == [0]
    assert result.solutions[0].multiplicity == 4


@pytest.mark.parametrize(
    "equations",
    [
        ("cos(x)*cosh(x) = 1", "x in 1e-200..1"),
        ("exp(x^2) - 1 - x^2 = x^4/2", "x > 0"),
        ("cos(x)*cosh(x) = 1 + 1e-130", "x in -1..1"),
        ("exp(x) + exp(-x) + y^2 = 2 - 1e-210", "x in -5..5", "y in -5..5"),
    ],
)
def test_where_only_rounding_meets_the_equations_nothing_is_solved(equations: tuple[str, ...]) -> None:
    assert eqsolve.solve(*equations).verdict in (Verdict.NOT_FOUND, Verdict.NO_SOLUTION)


@pytest.mark.parametrize(
    "left", ["tanh(x)", "erf(x)", "exp(-x^2)", "3 - atan(x)", "abs(x) + x", "floor(x)", "max(x, 0)"]
)
def test_the_tail_of_a_function_is_no_family_of_its_own(left: str) -> None:
    result = eqsolve.solve(f"{left} = y")
    assert result.verdict is Verdict.FAMILY
    assert not result.determined
    assert "x free" not in result.message.replace("y = exp(-x^2), x free", "")


def test_where_a_curve_is_level_its_height_is_not_determined() -> None:
    result = eqsolve.solve("sin(x) = y^3")
    assert result.family == {"x": "asin(y^3)"}


def test_a_formula_must_hold_all_along() -> None:
    """x = -sqrt(1 - y^2) does for positive y alone."""
    result = eqsolve.solve("sign(x) + sign(y) = 0", "x^2 + y^2 = 1")
    assert result.verdict is Verdict.FAMILY
    assert result.family is None


@pytest.mark.parametrize(
    ("equations", "further"),
    [
        (("x*y = z^2", "x + y = 2*z"), 0),
        (("max(x, y) = x", "x + y = 2"), 0),
        (("(x - y)*(y - z) = 0", "(y - z)*(z - x) = 0", "x + y + z = 3"), 0),
        (("x^2*y = x", "y^2*x = y"), 1),
        (("(x^2 + y^2 - 1)*(x - y) = 0", "(x^2 + y^2 - 1)*(x + y - 3) = 0"), 1),
    ],
)
def test_a_point_of_a_family_is_no_further_solution(equations: tuple[str, ...], further: int) -> None:
    result = eqsolve.solve(*equations)
    assert result.verdict is Verdict.FAMILY
    assert len(result.solutions) == 1 + further
