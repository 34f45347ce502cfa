"""From statements to a problem: what is given, what is unknown, what must hold, and what is refused."""

from __future__ import annotations

import math
import subprocess
import sys
from collections.abc import Mapping, Sequence
from typing import Final

import pytest
from tests.problems import lowered

from eqsolve.errors import Diagnostic, EqsolveError
from eqsolve.evaluate import number
from eqsolve.language import unparse
from eqsolve.language.syntax import Document, Equation
from eqsolve.problem import Problem

INF: Final = math.inf


def equations(problem: Problem) -> list[str]:
    """The equations as they reach the solver, in the language."""
    return [
        unparse(
            Document((Equation((equation.left, equation.right), None, equation.span),), equation.span.source)
        )
        .strip()
        .replace("\n", "")
        for equation in problem.equations
    ]


def refused(*lines: str, given: Mapping[str, str] | None = None) -> tuple[Diagnostic, ...]:
    with pytest.raises(EqsolveError) as caught:
        lowered(*lines, given=given)
    return caught.value.diagnostics


def codes(diagnostics: Sequence[Diagnostic]) -> list[str]:
    return [diagnostic.code for diagnostic in diagnostics]


# unknowns and equations --------------------------------------------------------------------------------


def test_unknowns_are_numbered_in_the_order_of_the_text() -> None:
    problem = lowered("y + z = 2", "x*z = y")
    assert problem.names == ("y", "z", "x")
    assert problem.index == {"y": 0, "z": 1, "x": 2}
    assert [equation.unknowns for equation in problem.equations] == [(0, 1), (0, 1, 2)]


def test_a_chain_is_one_equation_per_sign() -> None:
    problem = lowered("a = b = c = 1")
    assert equations(problem) == ["a = b", "b = c", "c = 1"]
    assert {equation.line.line for equation in problem.equations} == {1}


@pytest.mark.parametrize(
    "name",
    ["E", "I", "S", "N", "Q", "O", "beta", "gamma", "lambda", "in", "is", "exp", "sin", "zeta", "oo", "if"],
)
def test_a_bare_name_is_an_unknown_whatever_it_is_called(name: str) -> None:
    assert lowered(f"{name} + 1 = 2").names == (name,)


def test_a_function_and_an_unknown_may_share_a_name() -> None:
    problem = lowered("exp(exp) = 2", "gamma = gamma(3) + beta(1, 2)")
    assert problem.names == ("exp", "gamma")


def test_pi_is_no_unknown() -> None:
    assert lowered("x = 2pi*π").names == ("x",)


def test_equations_without_unknowns_are_kept() -> None:
    problem = lowered("1 + 1 = 2")
    assert problem.names == ()
    assert [equation.unknowns for equation in problem.equations] == [()]


def test_lines_are_quoted_as_they_were_written() -> None:
    problem = lowered("", "mass:  x  +  y = 3", '"second law": x = y')
    first, second = (equation.line for equation in problem.equations)
    assert (first.line, first.label, first.text) == (2, "mass", "x + y = 3")
    assert (second.line, second.label, second.text) == (3, "second law", "x = y")


def test_a_long_line_is_quoted_in_part() -> None:
    text = lowered(" + ".join(["x"] * 500) + " = 1").equations[0].line.text
    assert len(text) == 200
    assert text.endswith("…")


@pytest.mark.parametrize(
    "lines", [(), ("# nothing",), ("x > 1",), ("x in 0..1",), ("a := 2",), ("f(x) := x",)]
)
def test_without_an_equation_there_is_nothing_to_solve(lines: tuple[str, ...]) -> None:
    (problem,) = refused(*lines)
    assert (problem.code, problem.span) == ("nothing-to-solve", None)


# givens ------------------------------------------------------------------------------------------------


def test_givens_may_need_each_other_in_any_order() -> None:
    problem = lowered("a := b + 1", "x = a", "b := 2*c", "c := 3")
    assert [(given.name, number(given.expression).value) for given in problem.givens] == [
        ("c", 3),
        ("b", 6),
        ("a", 7),
    ]
    assert equations(problem) == ["x = 7"]


def test_a_given_may_be_irrational() -> None:
    problem = lowered("r := sqrt(2)*pi", "x = r^2")
    assert float(number(problem.equations[0].right).value) == pytest.approx(2 * math.pi**2, rel=1e-15)


@pytest.mark.parametrize(
    ("lines", "circle", "place"),
    [
        (("a := a", "x = a"), "a -> a", "a"),
        (("a := b", "b := a", "x = a"), "a -> b -> a", "a"),
        (("a := b", "b := c + 1", "c := 2*a", "x = 1"), "a -> b -> c -> a", "a"),
        (("x = a", "a := f(1)", "f(t) := t*b", "b := a"), "a -> b -> a", "a"),
    ],
)
def test_givens_in_a_circle_are_refused(lines: tuple[str, ...], circle: str, place: str) -> None:
    (problem,) = refused(*lines)
    assert problem.code == "circular-given"
    assert problem.message == f"givens depend on each other: {circle}"
    assert problem.span is not None
    assert problem.span.text == place


def test_a_given_needs_a_number() -> None:
    (problem,) = refused("a := y + 1", "x + y = a")
    assert problem.code == "given-not-constant"
    assert problem.message == "the given `a` needs a number, but `y` has none"
    assert problem.hint == "write `a = …` if it is to be solved for"


def test_a_misspelt_given_is_suggested() -> None:
    (problem,) = refused("width := 2", "area := 3*widht", "x = area")
    assert problem.hint == "did you mean `width`?"


@pytest.mark.parametrize(
    ("lines", "name"),
    [
        (("a := 1", "a := 2", "x = a"), "a"),
        (("f(x) := 1", "f(y) := 2", "x = f(1)"), "f"),
        (("f := 1", "f(y) := 2", "x = f(1)"), "f"),
    ],
)
def test_nothing_is_defined_twice(lines: tuple[str, ...], name: str) -> None:
    problem = refused(*lines)[0]
    assert (problem.code, problem.message) == ("defined-twice", f"`{name}` is defined twice")
    assert problem.span is not None
    assert problem.span.line == 2


@pytest.mark.parametrize("line", ["pi := 3", "π := 3", "pi(x) := 3", "sin(x) := x", "atan2(x) := x"])
def test_what_is_built_in_cannot_be_defined(line: str) -> None:
    assert "reserved-name" in codes(refused(line, "x = 1"))


def test_a_given_may_be_called_like_a_function() -> None:
    assert equations(lowered("sin := 3", "x = sin + sin(0)")) == ["x = 3 + sin(0)"]


# values from outside -----------------------------------------------------------------------------------


def test_a_value_from_outside_replaces_a_given() -> None:
    problem = lowered("a := 2", "b := 3*a", "x = b", given={"a": "1/4"})
    assert equations(problem) == ["x = 0.75"]
    assert problem.overrides == {"a": "1/4"}


def test_a_value_from_outside_fixes_an_unknown() -> None:
    problem = lowered("x*y = 6", given={"x": "2"})
    assert problem.names == ("y",)
    assert [given.name for given in problem.givens] == ["x"]


def test_a_value_from_outside_may_use_the_givens() -> None:
    assert equations(lowered("a := 2", "b := 3", "x = a", given={"a": "b + 1"})) == ["x = 4"]


def test_a_value_for_nobody_is_refused() -> None:
    (problem,) = refused("width := 2", "x = width", given={"widht": "5"})
    assert problem.code == "unknown-name"
    assert problem.hint == "did you mean `width`?"
    assert problem.span is not None
    assert (problem.span.source.name, problem.span.text) == ("value of widht", "5")


@pytest.mark.parametrize(
    ("value", "code"),
    [("2 +", "expected"), ("z", "given-not-constant"), ("1/0", "division-by-zero"), ("a", "circular-given")],
)
def test_a_value_from_outside_must_be_a_number(value: str, code: str) -> None:
    assert codes(refused("a := 2", "x = a", given={"a": value})) == [code]


# user functions ----------------------------------------------------------------------------------------


def test_a_user_function_is_put_in() -> None:
    assert equations(lowered("f(x, y) := x^2 + y", "f(z, 3) = f(1, z)")) == ["z^2 + 3 = 1^2 + z"]


def test_functions_may_use_functions_givens_and_unknowns() -> None:
    problem = lowered("g(t) := t + k + u", "f(x) := 2*g(x)", "k := 5", "f(u) = 3")
    assert problem.names == ("u",)
    assert equations(problem) == ["2*(u + 5 + u) = 3"]


def test_a_parameter_hides_a_given_and_an_unknown() -> None:
    problem = lowered("x := 7", "f(x, y) := x + y", "f(1, 2) = y + x")
    assert equations(problem) == ["1 + 2 = y + 7"]


def test_a_name_in_a_function_is_not_captured_by_the_parameter_of_its_caller() -> None:
    # `x` in the body of `g` is what `x` is outside of it, not the parameter of `f`.
    assert equations(lowered("f(x) := g(2)*x", "g(y) := y + x", "f(3) = z")) == ["(2 + x)*3 = z"]
    assert equations(lowered("x := 7", "f(x) := g(2)*x", "g(y) := y + x", "f(3) = z")) == ["(2 + 7)*3 = z"]


def test_a_parameter_may_be_called_like_anything() -> None:
    assert equations(lowered("f(in, E) := in^2 + E", "f(a, b) = a")) == ["a^2 + b = a"]


@pytest.mark.parametrize(
    ("lines", "name"),
    [
        (("f(x) := f(x - 1)", "f(2) = y"), "f"),
        (("f(x) := g(x)", "g(x) := f(x) + 1", "f(2) = y"), "f"),
    ],
)
def test_functions_cannot_recurse(lines: tuple[str, ...], name: str) -> None:
    (problem,) = refused(*lines)
    assert (problem.code, problem.message) == ("recursive-function", f"`{name}` calls itself")


def test_a_call_inside_its_own_argument_is_no_recursion() -> None:
    (equation,) = equations(lowered("f(x) := x + 1", "f(f(f(y))) = 0"))
    assert equation.replace("(", "").replace(")", "") == "y + 1 + 1 + 1 = 0"


@pytest.mark.parametrize(
    ("call", "message", "hint"),
    [
        ("f(1)", "`f` does not take 1 argument", "it is written `f(x, y)`"),
        ("f(1, 2, 3)", "`f` does not take 3 arguments", "it is written `f(x, y)`"),
        ("sin(1, 2)", "`sin` does not take 2 arguments", "it is written `sin(x)`"),
        ("min(1)", "`min` does not take 1 argument", "it is written `min(x, y, …)`"),
        ("interp(1, 2, 3)", "`interp` does not take 3 arguments", "it is written `interp(x, x1, y1, …)`"),
        ("interp(1, 2, 3, 4)", "`interp` does not take 4 arguments", "it is written `interp(x, x1, y1, …)`"),
    ],
)
def test_numbers_of_arguments_are_checked(call: str, message: str, hint: str) -> None:
    (problem,) = refused("f(x, y) := x + y", f"z = 1 + {call}")
    assert (problem.code, problem.message, problem.hint) == ("wrong-arity", message, hint)
    assert problem.span is not None
    assert problem.span.text == call


@pytest.mark.parametrize(
    ("call", "hint"),
    [
        ("sqr(2)", "did you mean `sqrt`? or, if `sqr` is a number: `sqr*(2)`"),
        ("x1(2 + y)", "if `x1` is a number: `x1*(2 + y)`"),
        ("E(2)", "if `E` is a number: `E*(2)`"),
        ("qqqq(1, 2)", None),
    ],
)
def test_unknown_functions_are_named(call: str, hint: str | None) -> None:
    (problem,) = refused(f"y = {call}")
    assert problem.code == "unknown-function"
    assert problem.hint == hint
    assert problem.span is not None
    assert problem.span.text == call.partition("(")[0]


def test_all_that_is_wrong_is_reported_at_once() -> None:
    wrong = refused("x = sqr(2)", "y = sin(1, 2)", "z = 1/0", "w = const.foo", "a := v")
    assert set(codes(wrong)) == {
        "unknown-function",
        "wrong-arity",
        "division-by-zero",
        "unknown-constant",
        "given-not-constant",
    }


# readings ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("lines", "unknowns", "note"),
    [
        (("e^x = 2",), ("x",), "`e` is read as Euler's number, 2.718…"),
        (("e**2 = x", "y = e^-x"), ("x", "y"), "`e` is read as Euler's number, 2.718…"),
        (("x in 1..e^2", "x = 3"), ("x",), "`e` is read as Euler's number, 2.718…"),
        (("e*x = 2",), ("e", "x"), None),
        (
            ("e^x = e",),
            ("e", "x"),
            "`e` is read as an unknown because it does not occur as the base of powers only",
        ),
        (
            ("var e", "e^x = 4"),
            ("e", "x"),
            "`e` is read as an unknown because it does not occur as the base of powers only",
        ),
        (("e := 3", "e^x = 9"), ("x",), None),
        (("x^e = 2",), ("x", "e"), None),
    ],
)
def test_the_reading_of_e(lines: tuple[str, ...], unknowns: tuple[str, ...], note: str | None) -> None:
    problem = lowered(*lines)
    assert problem.names == unknowns
    assert [warning.message for warning in problem.warnings] == ([] if note is None else [note])
    assert {warning.code for warning in problem.warnings} <= {"name-reading"}


def test_euler_s_number_is_the_exponential() -> None:
    assert equations(lowered("e^x = 2")) == ["exp(x) = 2"]
    assert equations(lowered("e := 3", "e^x = 2")) == ["3^x = 2"]


@pytest.mark.parametrize(
    ("lines", "notes"),
    [
        (("log(x) = 2",), 1),
        (("x = 1", "y = log(x) + log(2)", "z = log(y)"), 1),
        (("ln(x) = log10(y)", "z = log2(x)"), 0),
        (("log = 3",), 0),
        (("f(x) := log(x)", "f(y) = 1"), 1),
    ],
)
def test_the_natural_logarithm_is_noted_once(lines: tuple[str, ...], notes: int) -> None:
    assert codes(lowered(*lines).warnings) == ["natural-log"] * notes


def test_constants_are_put_in_exactly() -> None:
    problem = lowered("E = m*const.c^2", "const = 2")
    assert equations(problem) == ["E = m*299792458^2", "const = 2"]
    assert problem.names == ("E", "m", "const")


def test_an_unknown_constant_is_named() -> None:
    (problem,) = refused("x = const.gg")
    assert (problem.code, problem.message) == ("unknown-constant", "no constant `const.gg`")
    assert problem.hint is not None


# bounds and starts -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("lines", "bounds"),
    [
        ((), (-INF, INF)),
        (("x in 0..10",), (0, 10)),
        (("var x in -1..1/2",), (-1, 0.5)),
        (("x in -∞..3",), (-INF, 3)),
        (("x >= 0",), (0, INF)),
        (("0 <= x",), (0, INF)),
        (("0 < x < 10",), (0, 10)),
        (("10 > x > -2",), (-2, 10)),
        (("x in 0..10", "x >= 2", "5 > x"), (2, 5)),
        (("a := 2", "x <= a^2"), (-INF, 4)),
        (("x <= 2*pi",), (-INF, 2 * math.pi)),
        (("x != 3",), (-INF, INF)),
        (("2*x < 3",), (-INF, INF)),
        (("x < y",), (-INF, INF)),
        (("x in 3..3",), (3, 3)),
    ],
)
def test_bounds_are_read_off_constraints(lines: tuple[str, ...], bounds: tuple[float, float]) -> None:
    problem = lowered("x + y = 1", *lines)
    unknown = problem.unknowns[0]
    assert (unknown.lower, unknown.upper) == bounds
    assert (problem.unknowns[1].lower, problem.unknowns[1].upper) == (-INF, INF)


@pytest.mark.parametrize("line", ["x <= 1e9999", "x >= -1e9999", "var x start 1e400"])
def test_a_number_beyond_the_floats_is_infinite(line: str) -> None:
    unknown = lowered("x = 1", line).unknowns[0]
    assert (unknown.lower, unknown.upper) == (-INF, INF)


def test_every_bound_is_a_constraint_too() -> None:
    problem = lowered("x + y = 1", "0 < x <= 10", "y in 1..2", "limit: x != y")
    assert len(problem.constraints) == 5
    assert problem.constraints[-1].line.label == "limit"


@pytest.mark.parametrize(
    "lines",
    [
        ("x in 2..1",),
        ("x > 3", "x < 2"),
        ("x in 0..1", "x >= 1.5"),
        ("3 < x < 2",),
    ],
)
def test_bounds_that_leave_nothing_are_refused(lines: tuple[str, ...]) -> None:
    (problem,) = refused("x = 1", *lines)
    assert problem.code == "impossible-bounds"


def test_a_bound_without_value_is_refused() -> None:
    assert codes(refused("x = 2", "x < ln(-1)")) == ["no-value"]


@pytest.mark.parametrize(
    ("declaration", "start"),
    [
        ("var x", None),
        ("var x start 3", 3.0),
        ("var x start -1/4", -0.25),
        ("var x in 0..9 start 2*pi", 2 * math.pi),
        ("var x start sqrt(2)*k", 3 * math.sqrt(2)),
    ],
)
def test_starts(declaration: str, start: float | None) -> None:
    found = lowered("k := 3", declaration, "x + y = 1").unknowns[0].start
    assert found == (None if start is None else pytest.approx(start, rel=1e-15))


def test_a_start_must_be_a_number() -> None:
    assert codes(refused("var x start y", "x*y = 2")) == ["start-not-constant"]
    assert "no-value" in codes(refused("var x start ln(-1)", "x = 2"))


@pytest.mark.parametrize("line", ["y > 3", "var y", "y in 0..1", "var y start 2", "x < y"])
def test_a_name_that_no_equation_uses_is_refused(line: str) -> None:
    (problem,) = refused("x = 1", line)
    assert (problem.code, problem.message) == ("unused-name", "`y` occurs in no equation")


def test_a_misspelt_name_in_a_bound_is_suggested() -> None:
    (problem,) = refused("pressure = 1", "presure > 0")
    assert problem.hint == "did you mean `pressure`?"


def test_unused_names_are_reported_in_the_order_of_the_text() -> None:
    wrong = refused("x = 1", "y > 0", "z > 0")
    assert [problem.span.line for problem in wrong if problem.span is not None] == [2, 3]


def test_constraints_on_givens_are_kept() -> None:
    assert len(lowered("a := 2", "x = a", "a > 1").constraints) == 1


# limits ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", ["1/0", "y/(2 - 2)", "1/(0*7)", "5%/(1 - 100%)", "0^-1", "(1/2 - 0.5)^-3"])
def test_division_by_a_literal_zero_is_refused(text: str) -> None:
    (problem,) = refused(f"x + y = {text}")
    assert problem.code == "division-by-zero"


def test_division_by_a_given_that_is_zero_is_refused() -> None:
    assert codes(refused("a := 0", "x = 1/a")) == ["division-by-zero"]


@pytest.mark.parametrize(
    "text", ["9^9^9^9", "2^40000", "(1/7)^20000", "10^(10^6)", "2^-40000", "(2^4000)^4000"]
)
def test_numbers_beyond_9999_digits_are_refused(text: str) -> None:
    assert codes(refused(f"x = {text}"))[0] == "number-too-large"


@pytest.mark.parametrize("text", ["10^9999", "2^33000", "0^99999999", "1^9999999999", "(-1)^10000001"])
def test_large_powers_below_the_limit_are_kept(text: str) -> None:
    assert lowered(f"x = {text}").names == ("x",)


def doubled(first: str, step: str, count: int) -> list[str]:
    """Definitions each of which uses the one before it twice."""
    return [first, *(step.format(now=k, before=k - 1) for k in range(1, count + 1))]


BOMBS: Final[Mapping[str, tuple[list[str], str]]] = {
    "functions that call twice": (
        [*doubled("f0(x) := x + x", "f{now}(x) := f{before}(x) + f{before}(x)", 40), "f40(y) = 1"],
        "too-large",
    ),
    "functions of functions": (
        [*doubled("f0(x) := x*x", "f{now}(x) := f{before}(f{before}(x))", 40), "f40(y) = 1"],
        "too-large",
    ),
    "functions one inside the other": (
        [*doubled("f0(x) := x", "f{now}(x) := f{before}(x)", 200), "f200(y) = 1"],
        "too-large",
    ),
    "a tower of powers": (["x = " + "^".join(["9"] * 90)], "number-too-large"),
    "givens squared": ([*doubled("a0 := 2", "a{now} := a{before}*a{before}", 40), "y = a40"], "too-large"),
    "irrational givens squared": (
        [*doubled("a0 := pi", "a{now} := a{before}*a{before}", 40), "y = a40"],
        "too-large",
    ),
    "a function of itself": (["f(x) := x + x", "f(" * 60 + "y" + ")" * 60 + " = 1"], "too-large"),
}
LOWER: Final = """
import sys
from eqsolve.errors import EqsolveError
from eqsolve.pipeline import load_sources
from eqsolve.source import Source
try:
    load_sources([Source(sys.stdin.read())])
except EqsolveError as error:
    print(error.diagnostics[0].code)
else:
    print("fine")
"""


@pytest.mark.parametrize("name", BOMBS)
def test_small_texts_with_huge_meanings_are_refused(name: str) -> None:
    """In a process of its own: what is wrong here would not end."""
    lines, code = BOMBS[name]
    done = subprocess.run(
        [sys.executable, "-c", LOWER],
        input="\n".join(lines),
        capture_output=True,
        text=True,
        timeout=3,
        check=True,
    )
    assert done.stdout.strip() in (code, "fine", "number-too-large")


# static arguments --------------------------------------------------------------------------------------


@pytest.mark.parametrize("call", ["root(x, y)", "root(x, 1.5)", "polygamma(y, x)", "root(x, 1e9)"])
def test_arguments_that_must_be_whole_numbers_are_checked(call: str) -> None:
    (problem,) = refused(f"{call} = 2", "y = 2")
    assert problem.code == "not-whole"
    assert problem.span is not None
    assert problem.span.text == call


def test_arguments_that_must_be_whole_may_be_givens() -> None:
    assert equations(lowered("n := 6/2", "root(x, n) = 2")) == ["root(x, 3) = 2"]


def test_lowering_keeps_what_it_was_made_of() -> None:
    problem = lowered("a := 2", "x = a", given={"a": "3"})
    assert len(problem.documents) == 1
    again = problem.with_given(a=5)
    assert equations(again) == ["x = 5"]
    assert equations(problem) == ["x = 3"]
