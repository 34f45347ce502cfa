from __future__ import annotations

import json
import math
from pathlib import Path

import pytest

import eqsolve
from eqsolve.explain import explain
from eqsolve.pipeline import prepare
from eqsolve.render.screen import Screen
from eqsolve.render.story import story
from eqsolve.result import Explanation, Sensitivity

EXAMPLES = Path(__file__).parent.parent / "examples"


def sensitivities(explanation: Explanation, solution: int = 0) -> dict[tuple[str, str], Sensitivity]:
    return {(s.unknown, s.given): s for s in explanation.solutions[solution].sensitivities}


def text(explanation: Explanation) -> str:
    return "\n".join(line.plain for line in story(explanation, Screen(width=100)))


def test_tells_what_was_read_and_how_it_was_solved() -> None:
    explained = explain(prepare("g := 4", "a: x^2 = g", "y = x + e^x", "x in 0..10"))
    assert [(u.name, u.lower, u.upper) for u in explained.unknowns] == [
        ("x", 0.0, 10.0),
        ("y", -math.inf, math.inf),
    ]
    assert [(g.name, g.text, g.value) for g in explained.givens] == [("g", "4", 4.0)]
    assert [line.line for line in explained.equations] == [2, 3]
    assert [line.text for line in explained.constraints] == ["x in 0..10"]
    assert [note.code for note in explained.notes] == ["name-reading"]
    assert [block.how.unknowns for block in explained.blocks] == [("x",), ("y",)]
    assert [[line.text for line in block.lines] for block in explained.blocks] == [
        ["x^2 = g"],
        ["y = x + e^x"],
    ]


def test_sensitivities_of_a_closed_form() -> None:
    # x = sqrt(g), y = g*x/h: 1/2 % and 3/2 %, -1 % per %.
    explained = explain(prepare("g := 4", "h := 7", "x^2 = g", "y*h = g*x", "x > 0"))
    found = sensitivities(explained)
    assert found["x", "g"].percent == pytest.approx(0.5)
    assert found["x", "g"].derivative == pytest.approx(0.25)
    assert found["y", "g"].percent == pytest.approx(1.5)
    assert found["y", "h"].percent == pytest.approx(-1.0)
    assert found["x", "h"].percent == pytest.approx(0.0)


@pytest.mark.parametrize("name", ["03_diode", "04_pipe_flow", "09_reactor", "07_kepler", "17_heat_exchanger"])
def test_sensitivities_agree_with_differences(name: str) -> None:
    problem = eqsolve.load(EXAMPLES / f"{name}.eqs")
    explained = explain(problem)
    found = sensitivities(explained)
    given = next(g for g in explained.givens if g.value)
    step = 1e-6 * (given.value or 0.0)
    ends = []
    for sign in (1, -1):
        moved = problem.with_given(**{given.name: (given.value or 0.0) + sign * step})
        ends.append(moved.solve(start=dict(explained.result.solutions[0].values)).solutions[0].values)
    for unknown in problem.names:
        difference = (ends[0][unknown] - ends[1][unknown]) / (2 * step)
        assert found[unknown, given.name].derivative == pytest.approx(difference, rel=1e-4, abs=1e-12)


def test_a_given_that_others_rest_on_moves_through_them() -> None:
    explained = explain(prepare("d := 2", "area := pi*d^2/4", "area*v^3 = 10"))
    found = sensitivities(explained)
    assert found["v", "area"].percent == pytest.approx(-1 / 3)
    assert found["v", "d"].percent == pytest.approx(-2 / 3)


def test_a_given_that_must_be_whole_is_left_out() -> None:
    explained = explain(prepare("n := 3", "g := 5", "root(x, n) = g + x/100"))
    assert {s.given for s in explained.solutions[0].sensitivities} == {"g"}


def test_values_from_outside_count_as_givens() -> None:
    explained = explain(prepare("g := 4", "x^2 = g*k", "x > 0", given={"g": "9", "k": "4"}))
    assert [(g.name, g.text, g.value) for g in explained.givens] == [("g", "9", 9.0), ("k", "4", 4.0)]
    assert sensitivities(explained)["x", "k"].percent == pytest.approx(0.5)


def test_equations_too_many_have_no_sensitivity_if_they_would_disagree() -> None:
    assert explain(prepare("g := 4", "x^2 = g", "x^3 = 8")).solutions[0].sensitivities == ()


def test_conditions_of_the_blocks() -> None:
    explained = explain(prepare("x^2 + y = 3", "x^2 + 1.001*y = 3.001", "z = 2*x"))
    (first, second) = explained.solutions[0].conditions
    assert first is not None
    assert 1e3 < first < 1e5
    assert second == pytest.approx(1.0)


def test_a_double_root_is_singular() -> None:
    explained = explain(prepare("(x - 1)^2 = 0"))
    assert explained.solutions[0].conditions == (math.inf,)
    assert "block 1: singular" in text(explained)
    assert explained.to_dict()["explanation"]["solutions"][0]["conditions"] == [None]  # type: ignore[index]


def test_residuals_of_every_solution() -> None:
    explained = explain(prepare("x^2 = 2"))
    assert len(explained.solutions) == 2
    for detail in explained.solutions:
        assert detail.equations[0].digits is None or detail.equations[0].digits > 40


@pytest.mark.parametrize(
    "equations", [["x + y = 1"], ["x*y = 1"], ["x^2 + 1 = 0"], ["x = 1", "x = 2"], ["1 = 1"], ["x = x"]]
)
def test_every_verdict_can_be_told(equations: list[str]) -> None:
    explained = explain(prepare(*equations))
    assert explained.result.message in text(explained)
    json.dumps(explained.to_dict(), allow_nan=False)


def test_the_report() -> None:
    explained = explain(prepare("g := 2*2", "area: x*y = g", "y = x", "x >= 0"))
    assert text(explained).splitlines() == REPORT


REPORT = """\
what was read
  unknowns   x in 0.., y
  givens     g = 4  2*2
  equations
    2 │ x*y = g   area
    3 │ y = x
  constraints
    4 │ x >= 0

how it was solved
  block 1 for x, y
    2 │ x*y = g   area
    3 │ y = x
    exact: Gröbner basis, all real roots of a polynomial · 2 branches

the solution: certified, exact
  x = 2
  y = 2
  condition of the scaled Jacobian
    block 1: 1
  how well the equations hold
    line  equation  residual  scale  digits
    2     x*y = g   0         8      all
    3     y = x     0         4      all
  if a given grows by 1 %, by how many % an unknown moves
    x  g +0.5
    y  g +0.5

✓ 1 solution, proved to be the only one""".splitlines()
