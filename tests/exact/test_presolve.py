"""What exact arithmetic alone can say: values, families, contradictions and who causes them."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from flint import arb, fmpq
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.problems import lowered

from eqsolve.evaluate import precision
from eqsolve.exact import Presolved, presolve, smallest_conflict
from eqsolve.problem import Problem


def presolved(problem: Problem, equations: Sequence[int] | None = None) -> Presolved:
    with precision(400):
        found = presolve(problem, range(len(problem.equations)) if equations is None else equations, {})
    assert found is not None
    return found


def known(problem: Problem) -> dict[str, str]:
    return {problem.names[key]: str(value) for key, value in presolved(problem).known.items()}


def test_a_system_with_one_solution() -> None:
    assert known(lowered("x + y = 10", "x - y = 4")) == {"x": "7", "y": "3"}


def test_what_becomes_linear_is_solved_too() -> None:
    problem = lowered("y = x^2 + 1", "z*y = x", "2*x = 6", "w = z^2/y")
    assert known(problem) == {"x": "3", "y": "10", "z": "3/10", "w": "9/1000"}


def test_what_stays_nonlinear_is_left() -> None:
    found = presolved(lowered("x = 2", "y^2 = x", "z + u = y", "z - u = 1"))
    assert found.known == {0: 2}
    assert found.nonlinear == (1,)
    assert found.linear == {2: (1, 2, 3), 3: (2, 3)}


def test_a_family_is_given_in_terms_of_its_last_unknowns() -> None:
    problem = lowered("A + B = 9", "C - D = 1", "A + C = 8", "B - D = 2")
    found = presolved(problem)
    assert {problem.names[key]: dict(form.coefficients) for key, form in found.relations.items()} == {
        "A": {3: -1},
        "B": {3: 1},
        "C": {3: 1},
    }
    assert [str(form.constant) for form in found.relations.values()] == ["7", "2", "1"]
    assert len(found.redundant) == 1
    assert found.exact


@pytest.mark.parametrize(
    ("lines", "conflict"),
    [
        (("x = 2", "x*y = 6", "y = 4"), (0, 1, 2)),
        (("x = 1", "y = 1", "x = 2", "y = 1"), (0, 2)),
        (("a + b = 1", "b + c = 2", "a - c = 5", "d = 7"), (0, 1, 2)),
        (("3 = 4", "x = 1"), (0,)),
        (("x = 2", "y = x^2", "z = y^2", "u = 8", "z = 17"), (0, 1, 2, 4)),
        (("x + pi = 3", "x + pi = 4"), (0, 1)),
        (("x = 1", "y = ln(x - 2)"), (0, 1)),
        (("x = 1", "y = 1/(x - 1)", "z = 5"), (0, 1)),
        (("x = sqrt(-4)", "y = 1"), (0,)),
    ],
)
def test_a_contradiction_names_all_its_lines_and_no_other(
    lines: tuple[str, ...], conflict: tuple[int, ...]
) -> None:
    problem = lowered(*lines)
    found = presolved(problem)
    assert found.contradiction is not None
    with precision(400):
        assert smallest_conflict(problem, found.contradiction) == conflict


def test_a_contradiction_without_a_value_says_why() -> None:
    found = presolved(lowered("x = 1", "y = ln(x - 2)"))
    assert found.issue is not None
    assert found.issue.message == "`ln` needs `x > 0`"


@st.composite
def contradictions(draw: st.DrawFn) -> list[str]:
    """Linear equations over four unknowns, more than can hold."""
    number = st.integers(-3, 3)
    rows = draw(st.lists(st.lists(number, min_size=4, max_size=4), min_size=5, max_size=8))
    lines = []
    for row in rows:
        terms = " + ".join(f"({value})*{name}" for name, value in zip("abcd", row, strict=True))
        lines.append(f"{terms} = {draw(number)}")
    return lines


@settings(deadline=None, max_examples=60)
@given(contradictions())
def test_without_any_one_of_the_conflicting_lines_the_rest_can_hold(lines: list[str]) -> None:
    problem = lowered(*lines)
    with precision(400):
        found = presolved(problem)
        if found.contradiction is None:
            return
        conflict = smallest_conflict(problem, found.contradiction)
        assert presolved(problem, conflict).contradiction is not None
        for line in conflict:
            rest = [other for other in conflict if other != line]
            assert not rest or presolved(problem, rest).contradiction is None


def test_equations_that_follow_are_redundant() -> None:
    found = presolved(lowered("x + y = 3", "2*x + 2*y = 6", "x = 1", "y = 2", "x*y = 2"))
    assert found.contradiction is None
    assert len(found.redundant) == 3
    assert found.known == {0: 1, 1: 2}


def test_identities_are_redundant() -> None:
    found = presolved(lowered("x = x", "1 = 1"))
    assert found.redundant == {0: (), 1: ()}
    assert found.known == {}


def test_irrational_values_are_narrow_balls() -> None:
    found = presolved(lowered("x = sqrt(2)", "y = x^2"))
    assert isinstance(found.known[0], arb)
    with precision(400):
        y = arb(found.known[1])
        assert y.overlaps(arb(2))
        assert y.rad() < arb("1e-100")


def test_known_values_from_outside_are_used() -> None:
    problem = lowered("x*y = 6", "y + z = 5")
    found = presolve(problem, (0, 1), {0: fmpq(3)})
    assert found is not None
    assert {problem.names[key]: value for key, value in found.known.items()} == {"x": 3, "y": 2, "z": 3}


def test_a_deadline_that_has_passed_gives_no_answer() -> None:
    assert presolve(lowered("x + y = 3", "x - y = 1"), (0, 1), {}, deadline=0.0) is None


def test_the_problem_is_left_as_it_was() -> None:
    problem = lowered("x = 2", "x*y = 6")
    before = (problem.unknowns, problem.equations)
    presolved(problem)
    assert (problem.unknowns, problem.equations) == before
