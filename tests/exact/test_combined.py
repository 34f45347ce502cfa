"""Contradictions between sums of the same terms, whatever these are."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

import eqsolve
from eqsolve.exact.combined import contradiction
from eqsolve.pipeline import prepare
from eqsolve.result import Verdict


@pytest.mark.parametrize(
    ("equations", "conflict"),
    [
        (("x^3 + sin(y) = 1", "x = y*z", "2*x^3 + 2*sin(y) = 2.5"), (0, 2)),
        (("x^3 + y*z = 1", "x^3 + y*z + w^5 = 2", "w^5 = 4", "sin(x) + z = y"), (0, 1, 2)),
        (("1/x + y^2 = 1", "2/x + 2*y^2 = 3"), (0, 1)),
        (("(x + y)^2 = 1 + z", "z + 2 = (x + y)^2"), (0, 1)),
    ],
)
def test_the_fewest_lines_are_named(equations: tuple[str, ...], conflict: tuple[int, ...]) -> None:
    assert contradiction(prepare(*equations), math.inf) == conflict
    result = eqsolve.solve(*equations)
    assert result.verdict is Verdict.NO_SOLUTION
    assert "proved" in result.message


@pytest.mark.parametrize(
    "equations",
    [
        ("x^3 + sin(y) = 1", "2*x^3 + 2*sin(y) = 2"),
        ("x^2 + y = 1", "x^2 - y = 2"),
        ("sin(x) = 2",),
    ],
)
def test_what_may_hold_together_is_no_contradiction(equations: tuple[str, ...]) -> None:
    assert contradiction(prepare(*equations), math.inf) is None


@given(
    st.lists(st.tuples(*[st.integers(-3, 3)] * 4), min_size=2, max_size=5),
    st.tuples(*[st.integers(-2, 2)] * 3),
)
def test_no_contradiction_is_seen_where_there_is_a_solution(
    rows: list[tuple[int, ...]], point: tuple[int, int, int]
) -> None:
    """The right-hand sides are those at a point."""
    x, y, z = point
    terms = {"x^3": x**3, "y*z": y * z, "(x - y)^2": (x - y) ** 2, "abs(z)": abs(z)}
    equations = [
        " + ".join(f"({factor})*{text}" for factor, text in zip(row, terms, strict=True))
        + f" = {sum(factor * value for factor, value in zip(row, terms.values(), strict=True))}"
        for row in rows
    ]
    assert contradiction(prepare(*equations, "x + y + z = z + y + x"), math.inf) is None
