"""From text to verdict: what holds, how many solutions, how sure, and what the JSON says."""

from __future__ import annotations

import json
import math
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

import pytest
from tests.problems import PROBLEMS, KnownProblem

import eqsolve
from eqsolve import (
    Completeness,
    EqsolveError,
    Problem,
    Progress,
    Result,
    SolveError,
    Verdict,
    language,
    load,
    solve,
)
from eqsolve.language.syntax import Equation
from eqsolve.pipeline import METHODS, describe, load_sources, run
from eqsolve.source import Source


@dataclass(frozen=True)
class Case:
    """A short system and its verdict.

    Attributes:
        text: The equations, `;` between them.
        verdict: What holds.
        values: All solutions, each as values in the order of the text.
        conflict: Lines that contradict each other.
        free: Free unknowns.
        completeness: How sure it is that these are all.
    """

    text: str
    verdict: Verdict
    values: tuple[tuple[float, ...], ...] = ()
    conflict: tuple[int, ...] = ()
    free: tuple[str, ...] = ()
    completeness: Completeness | None = None

    @property
    def result(self) -> Result:
        return solve(*self.text.split("; "))


def proved(text: str, *values: float) -> Case:
    return Case(text, Verdict.SOLVED, (values,), completeness=Completeness.PROVED)


def searched(text: str, *solutions: tuple[float, ...] | float) -> Case:
    values = tuple(value if isinstance(value, tuple) else (value,) for value in solutions)
    return Case(text, Verdict.SOLVED, values, completeness=Completeness.SEARCHED)


def complete(text: str, *solutions: tuple[float, ...] | float) -> Case:
    return replace(searched(text, *solutions), completeness=Completeness.PROVED)


def family(text: str, *free: str) -> Case:
    return Case(text, Verdict.FAMILY, free=free)


def conflicting(text: str, *lines: int) -> Case:
    return Case(text, Verdict.NO_SOLUTION, conflict=lines)


def open_(text: str) -> Case:
    return Case(text, Verdict.NOT_FOUND)


ROOT2: Final = math.sqrt(2)
SIXTH: Final = math.pi / 6

CASES: Final = (
    # Exactly solved.
    proved("x = 5", 5),
    proved("x + y = 10; x - y = 4", 7, 3),
    proved("x + 1e20 = 1e20 + 5", 5),
    proved("0.1 + 0.2 = x", 0.3),
    proved("A = 1000*(1 + 5%)^10", 1628.894626777442),
    proved("y = sin(1)", math.sin(1)),
    proved("pi*x = 3", 3 / math.pi),
    proved("x = const.c", 299792458),
    proved("y = x^2 + 1; z*y = x; 2*x = 6", 10, 3, 0.3),
    proved("x + y = 3; x - y = 1; x*y = 2", 2, 1),
    proved("x = y = z = 4", 4, 4, 4),
    proved("sqrt(2)*x = 2", ROOT2),
    proved("g := 9.81; t := 2; s = g*t^2/2", 19.62),
    proved("f(x) := x^2 + 1; y = f(3)", 10),
    proved("x^1 = 3; x in 0..10", 3),
    # Families and identities.
    family("A + B = 9; C - D = 1; A + C = 8; B - D = 2", "D"),
    family("x + y = 3", "y"),
    family("x + y + z = 1", "y", "z"),
    family("x + y = 3; x in 0..2; y in 2..3", "y"),
    family("x*y = 1", "y"),
    Case("sin(x)^2 + cos(x)^2 = 1", Verdict.IDENTITY, free=("x",)),
    family("floor(x) = 3", "x"),
    family("sqrt(2)*x + y = 1; 2*x + sqrt(2)*y = sqrt(2)", "y"),
    Case("1 + 1 = 2", Verdict.IDENTITY),
    Case("x = x", Verdict.IDENTITY, free=("x",)),
    Case("x + 1 = 1 + x; y = y", Verdict.IDENTITY, free=("x", "y")),
    # Contradictions, with the lines to blame.
    conflicting("x = 1; x = 2", 1, 2),
    conflicting("x = 2; x*y = 6; y = 4", 1, 2, 3),
    conflicting("x = 1; y = 2; z = 3; y = 3", 2, 4),
    conflicting("1 = 2", 1),
    conflicting("x = x + 1; y = 3", 1),
    conflicting("x = sqrt(-1)", 1),
    conflicting("y = ln(x); x = -2", 1, 2),
    conflicting("x + y = 3; x - y = 1; x*y = 2.5", 1, 2, 3),
    conflicting("x = 3; y > 1; y = x - 5", 2),
    conflicting("x = 3; x in 4..5", 2),
    # Solved, and proved to be all.
    complete("x^2 = 2", -ROOT2, ROOT2),
    complete("x^2 = 2; x > 0", ROOT2),
    complete("x^2 = 1; x != 1", -1),
    complete("x + y = 3; x^2 + y^2 = 9", (0, 3), (3, 0)),
    complete("log10(x) = -300", 1e-300),
    complete("x/(x - 1) = 2", 2),
    complete("1/x + 1/y = 1; x = 2*y", (3, 1.5)),
    complete("x in 0..7; sin(x) = 0.5", SIXTH, 5 * SIXTH, 13 * SIXTH),
    complete("2^x = 8", 3),
    complete("x^x = 27", 3),
    complete("abs(x - 3) = 2", 1, 5),
    complete("(x - 1)^2 = 0", 1),
    complete("interp(x, 0, 0, 1, 10, 4, 40) = 25", 2.5),
    complete("x^5 - x = 1", 1.1673039782614187),
    complete("e^x = 5", math.log(5)),
    complete(
        "a*exp(b) = 1; b + sin(c) = 2; c + cos(d) = 1; d + exp(a) = 3",
        (0.32207328795262, 1.13297615699788, 1.04919789626188, 1.62001409140682),
    ),
    # Searched and checked.
    searched(
        "a*exp(b) = 1; b + sin(c) = 2; c + cos(d) = 1; d + exp(f) = 3; f*exp(g) = 1.5; g + h = cos(a); h^3 + h = f + a",
        (
            0.18185165247102802,
            1.7045640205899966,
            0.2999118361918698,
            -0.7952753686887358,
            1.333756969134475,
            0.11746535927001403,
            0.8660451465444566,
        ),
    ),
    # Proved to have no solution.
    conflicting("x^2 + 1 = 0", 1),
    conflicting("exp(-x) = 0", 1),
    conflicting("1/x = 0", 1),
    conflicting("x^2/x = 0", 1),
    conflicting("x^2 + 1e-14 = 0", 1),
    conflicting("x^2 = 2; x > 5", 1, 2),
    conflicting("x^2 = 2; x^3 = 3", 1, 2),
    conflicting("x^2 + y^2 = 1; x + y = 5", 1, 2),
    # Searched in vain, and said so.
    open_("tan(x) = 1e300"),
    open_("(1 - x*y)^2 + y^2 = 1e-9*(cos(x) - 1)"),
)

# Keys of the JSON object and of the objects in it.
KEYS: Final[Mapping[str, set[str]]] = {
    "": {
        "schema",
        "verdict",
        "completeness",
        "message",
        "solutions",
        "patterns",
        "window",
        "free",
        "family",
        "determined",
        "fit",
        "best",
        "conflict",
        "equations",
        "warnings",
        "stats",
    },
    "solutions": {"values", "exact", "error", "certified", "multiplicity", "origin"},
    "conflict": {"repair", "file", "line", "text", "label"},
    "equations": {"file", "line", "text", "label", "residual", "scale"},
    "warnings": {"code", "message", "file", "line", "column", "end_column", "hint"},
}
STATS: Final = {"unknowns", "equations", "blocks", "engines", "seconds"}


def refuse(constant: str) -> float:
    raise AssertionError(f"{constant} is not JSON")


def parsed(result: Result) -> dict[str, Any]:
    """The JSON object, read by a parser that takes neither NaN nor Infinity."""
    answer: dict[str, Any] = json.loads(result.to_json(), parse_constant=refuse)
    return answer


@pytest.fixture(scope="module")
def results() -> dict[str, Result]:
    """Every case is solved once."""
    return {}


@pytest.fixture
def result(request: pytest.FixtureRequest, results: dict[str, Result]) -> Result:
    case: Case = request.getfixturevalue("case")
    if case.text not in results:
        results[case.text] = case.result
    return results[case.text]


each_case: Final = pytest.mark.parametrize("case", CASES, ids=lambda case: case.text)


@each_case
def test_the_verdict(case: Case, result: Result) -> None:
    assert result.verdict is case.verdict, result.message
    assert result.completeness is case.completeness
    assert result.exit_code == (case.verdict in (Verdict.NO_SOLUTION, Verdict.NOT_FOUND))
    assert result.message
    assert not result.message.endswith(".")


@each_case
def test_the_solutions(case: Case, result: Result) -> None:
    if case.verdict is Verdict.SOLVED:
        assert len(result.solutions) == len(case.values)
        for solution, values in zip(result.solutions, sorted(case.values), strict=True):
            # Every printed number is the float nearest to the root: the references are off by a bit or two.
            assert list(solution.values.values()) == pytest.approx(values, rel=1e-14, abs=0)
            assert all(
                error <= 1e-15 * (1 + abs(value))
                for error, value in zip(solution.error.values(), solution.values.values(), strict=True)
            )
    elif case.verdict is Verdict.FAMILY:
        (solution,) = result.solutions
        assert solution.origin.startswith("representative")
    else:
        assert result.solutions == ()


@each_case
def test_free_unknowns_and_lines_in_conflict(case: Case, result: Result) -> None:
    assert result.free == case.free
    if case.verdict is Verdict.NO_SOLUTION:
        assert tuple(line.line for line in result.conflict) == case.conflict


@each_case
def test_the_json_is_valid_and_has_these_keys(case: Case, result: Result) -> None:
    answer = parsed(result)
    assert answer == json.loads(json.dumps(result.to_dict()))
    assert answer["schema"] == "eqsolve/1"
    assert answer["verdict"] == case.verdict.value
    assert set(answer) == KEYS[""]
    for name in ("solutions", "conflict", "equations", "warnings"):
        assert all(set(entry) == KEYS[name] for entry in answer[name])
    assert set(answer["stats"]) == STATS
    assert answer["best"] is None or set(answer["best"]) == {"values", "residual"}
    assert answer["fit"] is None


@each_case
def test_equations_are_listed_with_what_is_left_of_them(case: Case, result: Result) -> None:
    statements = language.parse(Source(case.text.replace("; ", "\n"))).statements
    lines = {statement.span.text for statement in statements if isinstance(statement, Equation)}
    assert {report.line.text for report in result.equations} == lines
    if case.verdict is Verdict.SOLVED:
        for report in result.equations:
            assert report.residual is not None
            assert report.scale is not None
            # Solutions have 50 digits, of which a double root keeps half.
            assert abs(report.residual) <= 1e-30 * report.scale


@each_case
def test_every_case_can_be_shown(case: Case, result: Result) -> None:
    assert result.message.split(":")[0] in str(result)
    assert result._repr_html_()
    assert result._repr_latex_()


def test_there_are_cases_enough() -> None:
    assert len(CASES) >= 55
    assert {case.verdict.value for case in CASES} == {verdict.value for verdict in Verdict} - {"fit"}


@pytest.mark.parametrize("problem", PROBLEMS, ids=lambda problem: problem.name)
def test_all_roots_of_the_catalogue_are_found(problem: KnownProblem) -> None:
    result = solve(*problem.equations).raise_for_verdict()
    found = [[solution.values[name] for name in problem.unknowns] for solution in result.solutions]
    assert len(found) == len(problem.roots)
    for root in problem.roots:
        assert any(values == pytest.approx(root, rel=1e-13, abs=1e-13) for values in found)


# families ----------------------------------------------------------------------------------------------


def test_the_puzzle() -> None:
    result = solve("A + B = 9", "C - D = 1", "A + C = 8", "B - D = 2")
    assert result.family == {"A": "7 - D", "B": "2 + D", "C": "1 + D"}
    assert result.free == ("D",)
    assert result.determined == {}
    (solution,) = result.solutions
    assert solution.values == {"A": 6, "B": 3, "C": 2, "D": 1}
    assert solution.origin == "representative (least norm)"
    assert [warning.code for warning in result.warnings] == ["redundant-equation"]
    assert not result.unique


def test_determined_unknowns_of_a_family() -> None:
    result = solve("x + y = 3", "z = 2*w", "w = 4")
    assert result.determined == {"z": "8", "w": "4"}
    assert result.family == {"x": "3 - y"}


@pytest.mark.parametrize("text", ["x*y = 0", "(x - 1)^2*(y - 2)^2 = 0"])
def test_a_family_that_is_not_the_only_one_says_so(text: str) -> None:
    result = solve(text)
    assert len(result.free) == 1
    assert "others: " in result.message


@pytest.mark.parametrize("lines", [("sqrt(2)^2 + 1e-130 = 2", "x = 1"), ("x = sqrt(2)", "x^2 = 2 + 1e-130")])
def test_what_is_equal_to_120_digits_only_is_not_called_proved(lines: tuple[str, ...]) -> None:
    result = solve(*lines)
    assert result.verdict is not Verdict.SOLVED or result.completeness is not Completeness.PROVED


def test_an_equation_of_constants_that_holds_to_all_digits_computed_is_not_called_proved() -> None:
    assert "no proof" in solve("sin(pi) = 1e-200").message


@pytest.mark.parametrize("lines", [("beta(1/3, 1e300) = 1e300",), ("gamma(1e300) = 0", "x^2 = 2")])
def test_equations_of_constants_that_cannot_be_decided(lines: tuple[str, ...]) -> None:
    assert solve(*lines).verdict in (Verdict.NOT_FOUND, Verdict.NO_SOLUTION)


# options -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("start", "first"), [(-1, -ROOT2), (1.5, ROOT2), ("2*pi", ROOT2), ("-1/2", -ROOT2)])
def test_the_solution_nearest_to_the_start_comes_first(start: float | str, first: float) -> None:
    result = solve("x^2 = 2", start={"x": start})
    assert result["x"] == pytest.approx(first, rel=1e-15)
    assert result.solutions[0].origin == "start"
    assert len(result.solutions) == 2


def test_a_start_in_the_text_is_honoured_too() -> None:
    assert solve("var x start 9", "sin(x) = 0")["x"] == pytest.approx(3 * math.pi, rel=1e-15)


@pytest.mark.parametrize(
    ("bounds", "roots"),
    [
        ((0, None), [ROOT2]),
        ((None, 0), [-ROOT2]),
        ((-2, 2), [-ROOT2, ROOT2]),
        ((-math.inf, math.inf), [-ROOT2, ROOT2]),
        (("1/2", "sqrt(9)"), [ROOT2]),
    ],
)
def test_bounds(bounds: tuple[float | str | None, float | str | None], roots: list[float]) -> None:
    result = solve("x^2 = 2", bounds={"x": bounds})
    assert [solution.values["x"] for solution in result.solutions] == pytest.approx(roots)


def test_given_values() -> None:
    assert solve("a := 2", "x = 3*a", given={"a": 5})["x"] == 15
    assert solve("x*y = 6", given={"y": 4})["x"] == 1.5
    assert solve("a := 2", "x = 3*a", given={"a": "1/3"}).solutions[0].exact == {"x": "1"}
    assert solve("x = a*3", given={"a": 0.1}).solutions[0].exact == {"x": "3/10"}


def test_many_starts_find_more() -> None:
    few, many = solve("sin(x) = x/20"), solve("sin(x) = x/20", all=True)
    assert {round(s.values["x"], 9) for s in few.solutions} <= {
        round(s.values["x"], 9) for s in many.solutions
    }
    assert len(many.solutions) == 11  # by the graphs: 0, and five on either side


@pytest.mark.parametrize("seconds", [0.0, 1e-6, 0.01])
@pytest.mark.parametrize(
    "lines",
    [
        ("x^2 = 2",),
        ("exp(-x) = 0",),
        ("A + B = 9", "C - D = 1"),
        ("x = 1", "x = 2"),
        tuple(f"x{k}*x{k + 1} + sin(x{k}) = {k}" for k in range(8)),
    ],
    ids=lambda lines: str(lines[0]),
)
def test_without_time_the_verdict_is_still_honest(lines: tuple[str, ...], seconds: float) -> None:
    result = solve(*lines, max_seconds=seconds)
    whole = solve(*lines, max_seconds=20)
    if result.verdict is not Verdict.NOT_FOUND:
        assert result.verdict is whole.verdict
    assert len(result.solutions) <= max(1, len(whole.solutions))
    parsed(result)


def test_a_limit_on_the_time_limits_the_check_too() -> None:
    """In a process of its own, which is given seconds where the solve is given a tenth of one."""
    code = "import eqsolve; print(eqsolve.solve('erf(x) = 1', max_seconds=0.1).verdict.value)"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=20
    )
    assert done.stdout.strip() in ("not_found", "no_solution")


@pytest.mark.parametrize("method", METHODS)
def test_every_method_solves_the_puzzle(method: str) -> None:
    result = solve("A + B = 9", "C - D = 1", "A + C = 8", "B - D = 2", method=method)
    assert result.verdict is Verdict.FAMILY
    (solution,) = result.solutions
    values = solution.values
    assert values["A"] + values["B"] == pytest.approx(9, rel=1e-14)
    assert values["C"] - values["D"] == pytest.approx(1, rel=1e-14)
    assert values["A"] + values["C"] == pytest.approx(8, rel=1e-14)
    assert result.free == ("D",)


@pytest.mark.parametrize(
    "method",
    [pytest.param(method, marks=[pytest.mark.slow] if method == "adam" else []) for method in METHODS],
)
def test_every_method_solves_rosenbrock(method: str) -> None:
    result = solve("10*(y - x^2) = 0", "1 - x = 0", start={"x": -1.2, "y": 1}, method=method)
    assert result.verdict is Verdict.SOLVED
    assert (result["x"], result["y"]) == (1.0, 1.0)


def test_an_unknown_method_is_refused() -> None:
    with pytest.raises(EqsolveError) as caught:
        solve("x = 1", method="newtn")
    (problem,) = caught.value.diagnostics
    assert (problem.code, problem.hint) == ("unknown-method", "did you mean `newton`?")


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
def test_values_that_are_no_numbers_are_refused(value: float) -> None:
    with pytest.raises(EqsolveError) as caught:
        solve("x = a", given={"a": value})
    assert caught.value.diagnostics[0].code == "not-finite"


def test_progress_is_told() -> None:
    told: list[Progress] = []
    solve("x^2 + y^2 = 4", "x*y = 1", method="newton", observer=told.append)
    assert told
    assert all(0 <= moment.open_lanes <= moment.lanes for moment in told)


# the first solution, and none --------------------------------------------------------------------------


def test_a_result_is_indexed_by_name() -> None:
    result = solve("x + y = 10", "x - y = 4")
    assert (result["x"], result["y"]) == (7.0, 3.0)
    with pytest.raises(KeyError):
        result["z"]


def test_without_a_solution_there_is_nothing_to_index() -> None:
    result = solve("x = 1", "x = 2")
    with pytest.raises(SolveError) as caught:
        result["x"]
    assert caught.value.diagnostics[0].code == "no-solution"
    with pytest.raises(SolveError):
        result.raise_for_verdict()
    assert solve("x = 1").raise_for_verdict()["x"] == 1


def test_the_best_point_is_no_solution() -> None:
    result = solve("(1 - x*y)^2 + y^2 = 1e-9*(cos(x) - 1)")
    assert result.solutions == ()
    assert result.best is not None
    assert result.best.residual > 0


@pytest.mark.parametrize(("text", "unique"), [("x = 1", True), ("x^2 = 2", False), ("x + y = 1", False)])
def test_unique(text: str, unique: bool) -> None:
    assert solve(text).unique is unique


# problems and files ------------------------------------------------------------------------------------


def test_a_file_is_loaded_once_and_solved_often(tmp_path: Path) -> None:
    path = tmp_path / "pump.eqs"
    path.write_text("T := 300\np = 2*T\n", encoding="utf-8")
    problem = load(path)
    assert isinstance(problem, Problem)
    assert problem.solve()["p"] == 600
    assert problem.with_given(T=310).solve()["p"] == 620
    assert problem.with_given(T="1/2").with_given(T=4).solve()["p"] == 8
    assert load(path, given={"T": 1}).solve()["p"] == 2
    assert problem.solve()["p"] == 600
    assert solve(problem, "q = p + 1")["q"] == 601
    assert [entry["file"] for entry in problem.solve().to_dict()["equations"]] == [str(path)]  # type: ignore[attr-defined]


def test_files_include_files_below_their_folder(tmp_path: Path) -> None:
    (tmp_path / "lib").mkdir()
    (tmp_path / "lib" / "gas.eqs").write_text("p*V = n*R*T; R := 8\n", encoding="utf-8")
    (tmp_path / "main.eqs").write_text('include "lib/gas.eqs"\np = 1; n = 1; T = 2\n', encoding="utf-8")
    assert load(tmp_path / "main.eqs").solve()["V"] == 16
    assert load(str(tmp_path / "main.eqs"), given={"R": 10}).solve()["V"] == 20


@pytest.mark.parametrize("content", [None, b"\xff\xfe\x00", b"x = "])
def test_a_file_that_cannot_be_read_is_refused(content: bytes | None, tmp_path: Path) -> None:
    path = tmp_path / "wrong.eqs"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(EqsolveError):
        load(path)


def test_a_problem_is_described() -> None:
    problem = load_sources([Source("g := 9.81\nlog(x) = g\ny = x^2; y > 0")])
    about = describe(problem)
    assert (about.unknowns, about.givens) == (("x", "y"), ("g",))
    assert (about.equations, about.constraints) == (2, 1)
    assert [warning.code for warning in about.warnings] == ["natural-log"]
    assert run(problem).verdict is Verdict.SOLVED


def test_statements_in_one_text_or_in_several() -> None:
    texts: tuple[tuple[str, ...], ...] = (
        ("x + y = 3; x - y = 1",),
        ("x + y = 3\nx - y = 1",),
        ("x + y = 3", "x - y = 1"),
    )
    assert {solve(*text)["x"] for text in texts} == {2.0}


# what is imported --------------------------------------------------------------------------------------

IMPORTS: Final = """
import json, sys
import eqsolve
def heavy():
    return sorted({"torch", "sympy"} & set(sys.modules))
for text in json.load(sys.stdin):
    try:
        verdict = eqsolve.solve(text).verdict.value
    except eqsolve.EqsolveError as error:
        verdict = error.diagnostics[0].code
    print(json.dumps([text, verdict, heavy()]))
"""


def test_exact_answers_and_errors_need_neither_torch_nor_sympy() -> None:
    expected = {
        "x + y = 10; x - y = 4": "solved",
        "A+B=9; C-D=1; A+C=8; B-D=2": "family",
        "x = 1; x = 2": "no_solution",
        "x = 2; x*y = 6; y = 4": "no_solution",
        "A = 1000*(1+5%)^10": "solved",
        "y = sin(1)": "solved",
        "y = gamma(1/3)^2; z = y + erf(y)": "solved",
        "x = x": "identity",
        "x + y = 3; x in 0..1": "family",
        "e^2 = x; y = log(x)": "solved",
        "x = (1 + ": "unclosed-bracket",
        "x = sqr(2)": "unknown-function",
        "x = 9^9^9^9": "number-too-large",
        "x in 2..1; x = 1": "impossible-bounds",
        "3 x = 2 y": "missing-operator",
    }
    done = subprocess.run(
        [sys.executable, "-c", IMPORTS],
        input=json.dumps(list(expected)),
        capture_output=True,
        text=True,
        check=True,
    )
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    assert [(text, verdict) for text, verdict, _ in answers] == list(expected.items())
    assert [text for text, _, heavy in answers if heavy] == []


def test_the_doctest_of_the_package() -> None:
    assert eqsolve.solve("x + y = 10", "x - y = 4")["x"] == 7.0
    assert eqsolve.solve("x^2 = 2", bounds={"x": (0, None)})["x"] == 1.4142135623730951


def test_a_system_of_numbers_far_apart_needs_no_start() -> None:
    """Mass action in water: from 1e-12 to 1, without bounds on most unknowns."""
    result = solve("H*A = 1.8e-5*HA", "H*OH = 1e-14", "H = A + OH", "A + HA = 0.01", "sqrt(H) = h")
    assert any(solution.values["HA"] > 0 for solution in result.solutions)


def test_the_search_goes_on_while_all_it_finds_breaks_a_constraint() -> None:
    result = solve("sin(x*y) = 0.5", "x + y^3 = 2", "x > y + 5")
    assert result.verdict is Verdict.SOLVED
    assert all(solution.values["x"] > solution.values["y"] + 5 for solution in result.solutions)


def test_a_multiple_root_at_simple_numbers_is_seen_although_no_search_comes_close() -> None:
    result = eqsolve.solve(
        "8*x^7 + 4*(exp(x) - y)^3*exp(x) = 0",
        "600*(y - z)^5 = 4*(exp(x) - y)^3",
        "sin(z - 1)^3 = 600*(y - z)^5",
    )
    assert [dict(s.values) for s in result.solutions] == [{"x": 0, "y": 1, "z": 1}]
