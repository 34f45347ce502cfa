"""Equations with roots and absolute values, decided as polynomials in more unknowns."""

import pytest

from eqsolve import solve
from eqsolve.evaluate import precision
from eqsolve.exact.radicals import radical_points
from eqsolve.language.parser import parse_expression
from eqsolve.result import Verdict
from eqsolve.source import Source


def points(text: str) -> list[float] | None:
    left, right = (parse_expression(Source(side)) for side in text.split("="))
    with precision(200):
        found = radical_points([(left, right)], ["x"], {})
    return None if found is None else [float(root.value) for (root,) in found.points]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("sqrt(x + 1) = x - 1", [3.0]),  # x = 0 would need a negative root
        ("sqrt(x^2 + 1) = x", []),
        ("x + x^0.5 = 6", [4.0]),
        ("1/sqrt(x) = 2", [0.25]),
        ("abs(x) + x^2 = 2", [-1.0, 1.0]),
        ("cbrt(x) = -2", [-8.0]),
    ],
)
def test_points(text: str, expected: list[float]) -> None:
    found = points(text)
    assert found is not None
    assert sorted(found) == expected


@pytest.mark.parametrize("text", ["x^2 = 2", "sqrt(x) = exp(x)", "sqrt(x^2) = abs(x)"])
def test_what_is_not_taken(text: str) -> None:
    assert points(text) is None


@pytest.mark.parametrize("text", ["sqrt(x^2 + 1) = x", "cbrt(x^3 + 1) = x", "sqrt(x^2 - 1) = x"])
def test_absence_that_shows_at_infinity_only(text: str) -> None:
    assert solve(text).verdict is Verdict.NO_SOLUTION
