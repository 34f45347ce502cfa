"""Families of which only a part meets the constraints."""

from __future__ import annotations

from collections.abc import Callable
from math import exp, isclose, sin

import pytest

import eqsolve
from eqsolve import Verdict


@pytest.mark.parametrize(
    ("text", "holds"),
    [
        ("x^2 + y^2 = 1; x > y", lambda x, y: isclose(x**2 + y**2, 1) and x > y),
        ("x^2 + y^2 = 1; x > y + 1.3", lambda x, y: isclose(x**2 + y**2, 1) and x > y + 1.3),
        ("x*y*z = 6; x < y; y < z; x > 1", lambda x, y, z: isclose(x * y * z, 6) and 1 < x < y < z),
        ("exp(x) + y = 3; x + y > 1.9", lambda x, y: isclose(exp(x) + y, 3) and x + y > 1.9),
        ("sin(x*y) = z; z = x*y - 0.1; x > y + 0.9", lambda x, y, z: isclose(sin(x * y), z) and x > y + 0.9),
    ],
)
def test_a_member_within_the_constraints_is_found(text: str, holds: Callable[..., bool]) -> None:
    result = eqsolve.solve(text)
    assert result.verdict is Verdict.FAMILY
    assert holds(**result.solutions[0].values)


def test_on_the_edge_of_the_constraints_it_may_be_the_only_one() -> None:
    result = eqsolve.solve("x^2 + y^2 = 1; x >= 1")
    assert result.verdict is Verdict.SOLVED
    assert dict(result.solutions[0].values) == {"x": 1, "y": 0}


def test_where_no_member_is_within_none_is_claimed() -> None:
    result = eqsolve.solve("exp(x) + y = 3; x + y > 2.1")
    assert result.verdict is Verdict.NOT_FOUND


def test_of_other_families_it_is_not_claimed_that_they_meet_the_constraints() -> None:
    message = eqsolve.solve("x*y = 0; x > 0").message
    others = "others: x = 0, y free (where the constraints allow them); there may be others"
    assert message == f"infinitely many solutions: x is free; {others}"


def test_a_member_may_be_as_small_as_the_constraints_ask() -> None:
    assert eqsolve.solve("x*y = 1e-30; 0 < x < 1e-10").verdict is Verdict.FAMILY
