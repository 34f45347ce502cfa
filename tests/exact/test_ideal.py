from __future__ import annotations

from typing import Final

import pytest

import eqsolve
from eqsolve.result import Completeness, Verdict

# Text and number of real solutions.
SYSTEMS: Final = [
    ("x^2 = y; y = x", 2),
    ("x^2 + y^2 = 4; x = y", 2),
    ("x^2 + y^2 = 2; x + y = 2", 1),
    ("x^2 + y = 11; x + y^2 = 7", 4),
    ("θ*y = 6; θ + y = 5", 2),
    ("x^2 + y^2 = 25; x^2 - y = 5", 3),
    ("2*x*(x^2 + y - 11) + x + y^2 = 7; x^2 + y - 11 + 2*y*(x + y^2 - 7) = 0", 9),
    ("x + y + z = 3; x*y = z; y - x*z = 1/2", 2),
    ("x*y = 1; x*y = 2", 0),
    ("x^2 + y^2 = 1; x + y = 2", 0),
    ("x^2 + y^2 = 1; y = x^2; x = y^2", 0),
    ("x^2 + y^2 + z^2 = 6; x*y + z = 4; x*z + y = 1", 0),
]


@pytest.mark.parametrize(("text", "count"), SYSTEMS, ids=[text for text, _ in SYSTEMS])
def test_small_polynomial_systems(text: str, count: int) -> None:
    result = eqsolve.solve(*text.split(";"))
    if not count:
        assert result.verdict is Verdict.NO_SOLUTION
        assert result.conflict
        return
    assert result.completeness is Completeness.PROVED
    assert len(result.solutions) == count
    assert all(solution.certified for solution in result.solutions)


def test_rational_solutions_are_exact() -> None:
    result = eqsolve.solve("x^2 + y = 11", "x + y^2 = 7")
    assert {"x": "3", "y": "2"} in [dict(solution.exact) for solution in result.solutions]


def test_multiplicity() -> None:
    result = eqsolve.solve("x^2 + y^2 = 2", "x + y = 2")
    assert result.solutions[0].multiplicity == 2


def test_no_claim_where_solutions_are_not_isolated() -> None:
    result = eqsolve.solve("x^2 - y^2 = 0", "x + y = 0")
    assert result.completeness is not Completeness.PROVED
    assert result.verdict is not Verdict.NO_SOLUTION
