from __future__ import annotations

import math

import pytest
from flint import fmpq

from eqsolve import solve
from eqsolve.pipeline import prepare
from eqsolve.reach import Reach, reach


def of(*lines: str, known: dict[int, fmpq] | None = None) -> Reach:
    problem = prepare(*lines)
    given = known or {}
    unknowns = [k for k in range(len(problem.unknowns)) if k not in given]
    return reach(problem, range(len(problem.equations)), unknowns, given)


def test_equations_bound_their_unknowns() -> None:
    where = of("x^2 + y^2 = 4", "sin(x*y) = x/3")
    assert where.lower == pytest.approx((-2, -2))
    assert where.upper == pytest.approx((2, 2))


def test_ranges_are_passed_on() -> None:
    where = of("x^2 = 4*sin(y)", "z = x + 3")
    assert where.lower[2] == pytest.approx(1)
    assert where.upper[2] == pytest.approx(5)


def test_logarithms_and_roots_give_signs() -> None:
    where = of("ln(x) + y = 3", "sqrt(z)*y = x")
    assert where.positive == (True, True, True)


def test_a_start_must_not_leave_what_is_asked_for() -> None:
    where = of("x*y = 3", "x + y = sin(x)", "2 <= x <= 50")
    assert where.lower[0] >= 2
    assert where.upper[0] <= 50


def test_numbers_suggest_magnitudes() -> None:
    low, high = of("1e-9*x + exp(x/1e7) = 3").orders[0]
    assert low <= -9
    assert high >= 7


def test_known_values_count_as_numbers() -> None:
    where = of("x*y = sin(x)", known={1: fmpq(10**8)})
    assert where.orders[0][1] >= 8
    assert all(math.isfinite(order) for pair in where.orders for order in pair)


def test_numbers_beside_an_unknown_alone_are_anchors() -> None:
    where = of("exp(-(x - 40)^2) = y", "(3 + 2*x)^2*y = x + y - 5", "ln(7 - y) = x*y")
    assert where.anchors == ((40, -1.5), (7,))


def test_a_root_in_a_narrow_well_is_found_by_its_anchor() -> None:
    well = "1/(0.1 + (x - 40)^2 + (y + 7)^2 + (z - 3)^2)^2"
    other = "1/(0.2 + (x + 9)^2 + (y - 8)^2 + (z - 11)^2)^2"
    pairs = (("x - 40", "x + 9"), ("y + 7", "y - 8"), ("z - 3", "z - 11"))
    lines = [f"({here})*{well} + ({there})*{other} = 0" for here, there in pairs]
    assert any(abs(s.values["x"] - 40) < 0.1 for s in solve(*lines).solutions)
