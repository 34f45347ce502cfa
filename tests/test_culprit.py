"""Who is to blame, and what would repair it; nothing is called proved that is not."""

from __future__ import annotations

import json

import pytest

import eqsolve
from eqsolve import Result, Verdict, allroots, tracing
from eqsolve.exact import combined
from eqsolve.nearest import least_violation
from eqsolve.pipeline import prepare
from eqsolve.settle import Memory, Undecided
from eqsolve.structural import looks_like


@pytest.fixture
def undecided(monkeypatch: pytest.MonkeyPatch) -> None:
    """Small systems as if they were too hard for a proof, so that there is somebody to blame."""
    monkeypatch.setattr(Memory, "settle", lambda *_: Undecided(hopeless=True))
    monkeypatch.setattr(tracing, "_excluded", lambda *_: None)
    monkeypatch.setattr(tracing, "_apart", lambda *_: None)
    monkeypatch.setattr(combined, "contradiction", lambda *_: None)
    monkeypatch.setattr(allroots, "follow", lambda *_, **__: None)


def codes(result: Result) -> list[str]:
    return [warning.code for warning in result.warnings]


def message(result: Result, code: str) -> str:
    return next(warning.message for warning in result.warnings if warning.code == code)


# too many, too few -------------------------------------------------------------------------------------


@pytest.mark.usefixtures("undecided")
def test_an_equation_too_many_is_counted_before_anything_is_computed() -> None:
    result = eqsolve.solve("x^2 + y = 3", "x*y = 2", "y^2 = x")
    assert result.verdict is Verdict.NOT_FOUND
    assert "only x and y between them: one equation too many" in result.message
    assert "too-many-equations" not in codes(result)  # said once


def test_an_equation_too_many_that_holds_is_a_warning() -> None:
    result = eqsolve.solve("x^2 = 4", "x^3 = 8")
    assert result.verdict is Verdict.SOLVED
    assert (
        message(result, "too-many-equations")
        == "lines 1 and 2 have only x between them: one equation too many"
    )


def test_a_missing_equation_names_what_is_open() -> None:
    result = eqsolve.solve("p*q = 2", "q*r = 3")
    assert result.verdict is Verdict.FAMILY
    assert message(result, "too-few-equations") == (
        "lines 1 and 2 leave one of p, r, q open: one equation is missing"
    )


def test_square_systems_are_not_warned_of() -> None:
    assert eqsolve.solve("x^2 + y = 3", "x - y = 1").warnings == ()
    assert eqsolve.solve("x + y = 3", "x - y = 1").warnings == ()


def test_a_misspelling_is_suspected() -> None:
    result = eqsolve.solve("Re = V*3", "f = 64/Rey", "V*f = Re^2")
    warning = next(w for w in result.warnings if w.code == "too-few-equations")
    assert warning.hint == "did you mean `Re`?"
    assert warning.span is not None
    assert (warning.span.line, warning.span.text) == (2, "Rey")


def test_a_misspelling_is_suspected_where_it_is_fixed_and_the_right_name_is_not() -> None:
    result = eqsolve.solve("terminl = 43", "height = terminal^2*t", "v = terminal/t", "height = 7")
    assert any(w.hint == "did you mean `terminal`?" for w in result.warnings)


def test_a_misspelt_given_is_suspected() -> None:
    result = eqsolve.solve("supply := 5", "R*I^2 = suply", "R = I + 1")
    assert any(w.hint == "did you mean `supply`?" for w in result.warnings)


@pytest.mark.parametrize(
    ("name", "other", "like"),
    [
        ("Rey", "Re", True),
        ("Re", "re", True),
        ("VV", "V", True),
        ("presure", "pressure", True),
        ("pessrue", "pressure", True),
        ("x", "y", False),
        ("x1", "x2", False),
        ("T12", "T1", False),
        ("Ax", "Ay", False),
        ("meter_a", "meter_b", False),
        ("oil_in", "oil_out", False),
    ],
)
def test_names_that_look_alike(name: str, other: str, like: bool) -> None:
    assert looks_like(name, other) is like
    assert looks_like(other, name) is like


# redundant equations -----------------------------------------------------------------------------------


def test_redundant_equations_name_what_they_follow_from() -> None:
    result = eqsolve.solve("x + y = 3", "z = 4", "x - y = 1", "2*x = 4", "z + 1 = 5")
    assert [w.message for w in result.warnings] == [
        "line 4 follows from lines 1 and 3",
        "line 5 follows from line 2",
    ]


def test_an_equation_that_always_holds_follows_from_nothing() -> None:
    result = eqsolve.solve("x = x", "y = 1")
    assert message(result, "redundant-equation") == "line 1 always holds"


# contradictions ----------------------------------------------------------------------------------------


def test_linear_contradictions_are_proved_and_repaired() -> None:
    result = eqsolve.solve("a + b = c", "c = n + 6", "a = 10", "b = 5", "c = 14")
    assert result.verdict is Verdict.NO_SOLUTION
    assert [line.line for line in result.conflict] == [1, 3, 4, 5]
    assert [repair.text for repair in result.repairs] == [
        "drop line 1, or change one of its sides by 1",
        "drop line 5, or change its right side to 15",
        "drop line 3, or change its right side to 9",
    ]


def test_every_repair_of_a_linear_contradiction_repairs() -> None:
    lines = ["x + 2*y = 7", "3*x - y = 0.5", "x + y = 0.1"]
    for repair in eqsolve.solve(*lines).repairs:
        number = repair.line.line - 1
        left, changed = lines[number].partition("=")[0], repair.text.rpartition(" ")[2]
        repaired = [*lines[:number], f"{left} = {changed}", *lines[number + 1 :]]
        result = eqsolve.solve(*repaired)
        assert result.verdict is Verdict.SOLVED or abs(repair.off) > 0, repaired


@pytest.mark.usefixtures("undecided")
def test_nonlinear_contradictions_name_the_lines_and_the_distance() -> None:
    result = eqsolve.solve("x^2 + y^2 = 25", "x - y = 1", "x*y = 13", "u = x^2")
    assert result.verdict is Verdict.NOT_FOUND
    assert [line.line for line in result.conflict] == [1, 3]
    assert result.message == (
        "no solution found: lines 1 and 3 could not be satisfied together; that there is none is not proved"
    )
    nearest = {repair.line.line: repair for repair in result.repairs}
    assert nearest[1].off == pytest.approx(2)
    assert nearest[3].off == pytest.approx(-1)
    assert "its right side would have to be 27" in nearest[1].text


def test_proved_contradictions_keep_their_words_and_lines() -> None:
    result = eqsolve.solve("x^2 + y^2 = 25", "x - y = 1", "x*y = 13", "u = x^2")
    assert result.verdict is Verdict.NO_SOLUTION
    assert [line.line for line in result.conflict] == [1, 3]  # (x - y)^2 would be negative
    assert result.message.startswith("no solution, proved: lines 1 and 3")
    assert "too-many-equations" in codes(result)
    result = eqsolve.solve("x^2 + x + 1 = 0", "y = x + 2", "z = y^3")
    assert result.verdict is Verdict.NO_SOLUTION
    assert [line.line for line in result.conflict] == [1]
    result = eqsolve.solve("x^2 + 1 = 0", method="newton")
    assert (result.verdict, result.repairs) == (Verdict.NO_SOLUTION, ())


def test_few_of_the_lines_of_a_proved_contradiction_are_blamed() -> None:
    lines = ["E - 0.3*sin(E) = 1", "r = 2*(1 - 0.3*cos(E))", "w = r*sin(E)", "1.1*(E - 0.3*sin(E)) = 1"]
    result = eqsolve.solve(*lines)
    assert result.verdict is Verdict.NO_SOLUTION
    assert [line.line for line in result.conflict] == [1, 4]


def test_a_system_beyond_proofs_has_culprits() -> None:
    total = " + ".join(f"x{k}" for k in range(1, 8))
    lines = [f"x{k} + sin({total} + {k}) = {k}/10" for k in range(1, 8)]
    lines += ["x1 + x2^2*x3 = 50"]
    result = eqsolve.solve(*lines)
    assert result.verdict is Verdict.NOT_FOUND
    assert result.conflict
    assert result.repairs
    assert result.message.endswith("; that there is none is not proved")


@pytest.mark.usefixtures("undecided")
def test_a_line_that_fails_on_its_own_is_the_only_culprit() -> None:
    result = eqsolve.solve("x^2 + x + 1 = 0", "y = x + 2", "z = y^3")
    assert [line.line for line in result.conflict] == [1]
    assert "line 1 could not be satisfied, even on its own" in result.message
    assert result.repairs[0].off == pytest.approx(0.75)


@pytest.mark.usefixtures("undecided")
def test_a_bound_can_be_the_culprit() -> None:
    result = eqsolve.solve("x^2 + y = 4", "y = x - 2", "x in 10..20")
    assert result.exit_code == 1
    assert [line.line for line in result.conflict] == [1, 2, 3]
    off = {repair.line.line: repair.off for repair in result.repairs}
    assert off[3] == pytest.approx(8)


def test_candidates_may_violate_different_constraints() -> None:
    result = eqsolve.solve("x^2 = 4", "x < 1", "x > -1", bounds={"x": (-5, 5)})
    assert result.exit_code == 1
    assert {line.line for line in result.conflict} == {1, 2, 3}


def test_the_value_that_violates_a_constraint_is_said() -> None:
    result = eqsolve.solve("x = 3", "x <= 2")
    assert (
        result.message
        == "no solution, proved: the only solution of the equations violates line 2, with x = 3"
    )


def test_where_a_blame_search_finds_a_solution_it_is_taken() -> None:
    # Whatever the search does, a solvable system must not end with a list of culprits.
    result = eqsolve.solve("exp(x) + y^3 = 10", "x*y = 1e-3", "z = x + y")
    assert result.verdict is Verdict.SOLVED
    assert result.conflict == ()


@pytest.mark.usefixtures("undecided")
def test_a_single_method_is_not_blamed_on_the_equations() -> None:
    result = eqsolve.solve("x^2 + 1 = 0", method="newton")
    assert result.verdict is Verdict.NOT_FOUND
    assert result.conflict == ()


def test_repairs_stand_beside_the_conflict_in_json() -> None:
    answer = json.loads(eqsolve.solve("x + y = 3", "x + y = 4").to_json())
    assert answer["conflict"][0] == {
        "file": None,
        "line": 1,
        "text": "x + y = 3",
        "label": None,
        "repair": "drop line 1, or change its right side to 4",
    }


@pytest.mark.usefixtures("undecided")
def test_what_to_do_next_is_said() -> None:
    result = eqsolve.solve("x^2 + y^2 = 1", "x + y = 5")
    warning = next(w for w in result.warnings if w.code == "search-failed")
    assert warning.message.startswith("the search for x and y in lines 1 and 2 ended without a root: ")
    assert "`var x in low..high start guess`" in (warning.hint or "")


def test_the_nearest_point_of_a_circle_to_a_line() -> None:
    problem = prepare("x^2 + y^2 = 1", "x + y = 5")
    found = least_violation(problem, [0], [1], {"x": 1.0, "y": 0.0})
    assert found is not None
    # Two digits of it are shown; the search ends when it gains little.
    assert found.off == pytest.approx(2**0.5 - 5, rel=1e-4)
    assert found.values["x"] == pytest.approx(0.5**0.5, rel=0.02)


@pytest.mark.usefixtures("undecided")
def test_equations_whose_unknowns_cancel_are_searched_too() -> None:
    result = eqsolve.solve("sin(x^2) - sin(x^2) = 1", "y = 2")
    assert result.verdict is Verdict.NOT_FOUND
    assert [line.line for line in result.conflict] == [1]


# solutions that do not stand firmly -----------------------------------------------------------------------


def test_a_tangent_point_is_warned_of() -> None:
    result = eqsolve.solve("x^2 + y^2 = 2", "x + y = 2")
    assert message(result, "multiple-solution") == (
        "at the solution lines 1 and 2 depend on each other and do not fix x and y well: it counts twice"
    )


def test_only_the_multiple_one_of_several_solutions_is_warned_of() -> None:
    result = eqsolve.solve("x^3 - 3*x + 2 = 0")
    assert message(result, "multiple-solution").startswith("at solution 2 line 1 has no slope")


def test_an_ill_conditioned_answer_says_how_many_digits_mean_anything() -> None:
    result = eqsolve.solve("x + y = 2", "x + 1.0000000001*y = 2.0000000001")
    warning = next(w for w in result.warnings if w.code == "ill-conditioned")
    # The difference of the lines is known to about 4e-16 / 1e-10 of itself.
    assert "only 4 digits of x and y mean anything" in warning.message
    assert warning.hint == "lines 1 and 2 say nearly the same there"


def test_digits_agree_with_rounding() -> None:
    """Rounding a literal in the 16th digit moves the answer by what the warning says."""
    sums = ("2.0000000001", "2.000000000100000222")
    answers = [eqsolve.solve("x + y = 2", f"x + 1.0000000001*y = {two}")["y"] for two in sums]
    assert 1e-7 < abs(answers[1] - answers[0]) < 1e-4


@pytest.mark.parametrize(
    "text", ["x^2 = 2", "H*OH = 1e-14\nH = 1e-3 + OH", "ln(x) = -50", "x = 1e-9*y\ny^3 = 8"]
)
def test_good_answers_are_not_doubted(text: str) -> None:
    assert not {"ill-conditioned", "multiple-solution"}.intersection(codes(eqsolve.solve(text)))
