"""Linear inequalities beside linear equations: conflicts, and constraints that hold with equality only."""

import pytest

from eqsolve import solve
from eqsolve.exact.inequalities import conflicting, tight
from eqsolve.pipeline import prepare
from eqsolve.problem import Problem
from eqsolve.result import Completeness, Verdict


def problem(text: str) -> Problem:
    return prepare("\n".join(text.split("; ")))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("x + y = 1; x >= 1; y >= 1", ((0,), (0, 1))),
        ("x + y = 1; x > 1; y >= 0", ((0,), (0, 1))),
        ("x + y = 3; x >= y; y >= x + 1", ((), (0, 1))),
        ("x + y + z = 3; x > y; y > z; z > x", ((), (0, 1, 2))),
        ("x + y = 1; x >= 1; y >= 0", None),
        ("x*y = 1; x >= 3; y >= 3", None),
    ],
)
def test_conflicts(text: str, expected: object) -> None:
    assert conflicting(problem(text)) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [("x + y = 1; x >= 1; y >= 0", (0, 1)), ("x + y = 2; x <= y; x >= -5", ())],
)
def test_constraints_that_hold_with_equality_only(text: str, expected: tuple[int, ...]) -> None:
    assert tight(problem(text)) == expected


def test_a_conflict_is_proved_and_quoted() -> None:
    result = solve("x + y = 1\nx >= 1\ny >= 1\nx <= 100")
    assert result.verdict is Verdict.NO_SOLUTION
    assert [line.line for line in result.conflict] == [1, 2, 3]


def test_inequalities_may_leave_one_point() -> None:
    result = solve("x + y = 1\nx >= 1\ny >= 0")
    assert result.completeness is Completeness.PROVED
    assert [dict(s.values) for s in result.solutions] == [{"x": 1.0, "y": 0.0}]
    assert len(result.equations) == 1
