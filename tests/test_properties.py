"""What must hold for any system: the answer depends on what is said, not on how it is said."""

from __future__ import annotations

import json
import math
import random
from collections.abc import Iterator, Sequence
from typing import Any, Final

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.problems import PROBLEMS, KnownProblem

from eqsolve import EqsolveError, Result, Verdict, solve

few: Final = settings(deadline=None, max_examples=15, suppress_health_check=[HealthCheck.too_slow])

SMALL: Final = [problem for problem in PROBLEMS if problem.name != "bounded sine"]
each_problem: Final = pytest.mark.parametrize("problem", SMALL, ids=lambda problem: problem.name)


def roots(result: Result, names: Sequence[str]) -> list[tuple[float, ...]]:
    return sorted(tuple(solution.values[name] for name in names) for solution in result.solutions)


def same(found: list[tuple[float, ...]], expected: list[tuple[float, ...]]) -> bool:
    """Equal but for the last bits: zero may come out with either sign, and order with rounding."""
    return len(found) == len(expected) and all(
        any(a == pytest.approx(b, rel=1e-13, abs=1e-13) for a in found) for b in expected
    )


def without_time(result: Result) -> dict[str, Any]:
    answer: dict[str, Any] = json.loads(result.to_json())
    answer["stats"].pop("seconds")
    return answer


@each_problem
def test_the_order_of_the_equations_changes_no_root(problem: KnownProblem) -> None:
    expected = [tuple(map(float, root)) for root in problem.roots]
    assert same(roots(solve(*reversed(problem.equations)), problem.unknowns), expected)
    turned = [" = ".join(reversed(line.split(" = "))) for line in problem.equations]
    assert same(roots(solve(*turned), problem.unknowns), expected)


@each_problem
def test_names_change_no_root(problem: KnownProblem) -> None:
    strange = dict(zip(problem.unknowns, ("lambda", "E_1", "Δ"), strict=False))
    table = str.maketrans({old: f"({new})" for old, new in strange.items()})
    lines = []
    for line in problem.equations:
        hidden = line.replace("exp", "\1").replace("cos", "\2").replace("sin", "\3")
        lines.append(hidden.translate(table).replace("\1", "exp").replace("\2", "cos").replace("\3", "sin"))
    found = roots(solve(*lines), [strange[name] for name in problem.unknowns])
    assert same(found, [tuple(map(float, root)) for root in problem.roots])


@each_problem
@pytest.mark.parametrize("factor", ["1e-9", "-3", "1e12", "pi"])
def test_scaled_equations_have_the_same_roots(problem: KnownProblem, factor: str) -> None:
    lines = [f"{factor}*({left}) = {factor}*({right})" for left, right in map(sides, problem.equations)]
    found = roots(solve(*lines), problem.unknowns)
    assert same(found, [tuple(map(float, root)) for root in problem.roots])


def sides(line: str) -> tuple[str, str]:
    left, _, right = line.partition(" = ")
    return left, right


@pytest.mark.parametrize("scale", ["1e-6", "1e5"])
@pytest.mark.parametrize("name", ["square root", "Himmelblau", "two numbers", "circle and line"])
def test_other_units_give_no_other_roots(name: str, scale: str) -> None:
    (problem,) = [problem for problem in SMALL if problem.name == name]
    table = str.maketrans({old: f"({old}/{scale})" for old in problem.unknowns})
    found = roots(solve(*(line.translate(table) for line in problem.equations)), problem.unknowns)
    expected = [tuple(value * float(scale) for value in root) for root in problem.roots]
    # A search may find fewer of them when they lie further out; it promises no more.
    assert found
    for values in found:
        assert any(values == pytest.approx(root, rel=1e-13) for root in expected)


@pytest.mark.parametrize("seed", [0, 7])
@pytest.mark.parametrize(
    "lines",
    [
        ("x^2 + y = 11", "x + y^2 = 7"),
        ("sin(x) = x/20",),
        ("A + B = 9", "C - D = 1", "A + C = 8", "B - D = 2"),
        ("x*y = 1",),
        ("x = 1", "x = 2"),
        ("x^2 + 1 = 0",),
    ],
    ids=lambda lines: str(lines[0]),
)
def test_equal_seeds_give_equal_results(lines: tuple[str, ...], seed: int) -> None:
    assert without_time(solve(*lines, seed=seed)) == without_time(solve(*lines, seed=seed))


@each_problem
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_no_seed_finds_what_is_no_root(problem: KnownProblem, seed: int) -> None:
    for found in roots(solve(*problem.equations, seed=seed), problem.unknowns):
        assert any(found == pytest.approx(root, rel=1e-13, abs=1e-13) for root in problem.roots)


# planted roots -----------------------------------------------------------------------------------------


@st.composite
def planted(draw: st.DrawFn) -> tuple[list[str], dict[str, int]]:
    """Polynomial systems with small integers, as many equations as unknowns, through an integer point."""
    names = "xyz"[: draw(st.integers(1, 3))]
    point = {name: draw(st.integers(-4, 4)) for name in names}
    lines = []
    for own in names:
        # Every equation has a term of its own unknown, so that few systems are degenerate.
        monomials = [own, *draw(st.lists(st.sampled_from(monomials_of(names)), min_size=1, max_size=3))]
        coefficients = [draw(st.integers(1, 5)) for _ in monomials]
        value = sum(c * evaluated(m, point) for c, m in zip(coefficients, monomials, strict=True))
        left = " + ".join(f"{c}*{m}" for c, m in zip(coefficients, monomials, strict=True))
        lines.append(f"{left} = {value}")
    return lines, point


def monomials_of(names: str) -> list[str]:
    squares = [f"{name}^2" for name in names]
    products = [f"{a}*{b}" for a in names for b in names if a < b]
    return [*names, *squares, *products, *(f"{name}^3" for name in names)]


def evaluated(monomial: str, point: dict[str, int]) -> int:
    """The value of `x`, `x^2` or `x*y`."""
    base, _, power = monomial.partition("^")
    return int(math.prod(point[name] for name in base.split("*")) ** int(power or 1))


@few
@given(planted())
def test_a_planted_root_is_found(system: tuple[list[str], dict[str, int]]) -> None:
    lines, point = system
    result = solve(*lines, max_seconds=10)
    assert result.verdict in (Verdict.SOLVED, Verdict.FAMILY), result.message
    for solution in result.solutions:
        for line in lines:
            left, right = sides(line)
            terms = [
                int(c) * value_of(m, solution.values)
                for c, m in (term.split("*", 1) for term in left.split(" + "))
            ]
            size = sum(map(abs, terms)) + abs(int(right))
            # The values are rounded to floats; a cubic triples the relative error of its unknown.
            assert abs(sum(terms) - int(right)) <= 1e-14 * size
    if result.verdict is Verdict.SOLVED and len(point) == 1:
        assert any(s.values == pytest.approx(point, abs=1e-12) for s in result.solutions)


def value_of(monomial: str, values: Any) -> float:
    base, _, power = monomial.partition("^")
    return float(math.prod(values[name] for name in base.split("*")) ** int(power or 1))


@few
@given(st.integers(0, 10**6))
def test_a_planted_linear_system_is_solved_exactly(seed: int) -> None:
    draw = random.Random(seed)  # noqa: S311  (a test, not a secret)
    n = draw.randint(1, 6)
    point = [draw.randint(-99, 99) for _ in range(n)]
    lines = []
    for row in range(n):
        # Diagonally dominant, hence regular.
        values = [draw.randint(-9, 9) + 100 * (row == column) for column in range(n)]
        left = " + ".join(f"({value})*x{column}" for column, value in enumerate(values))
        lines.append(f"{left} = {sum(a * b for a, b in zip(values, point, strict=True))}")
    result = solve(*lines)
    assert result.unique
    assert [result[f"x{column}"] for column in range(n)] == point


# any text at all ---------------------------------------------------------------------------------------

PIECES: Final = (
    *(
        "x",
        "y",
        "z",
        "e",
        "pi",
        "E",
        "lambda",
        "const.R",
        "f",
        "0",
        "1",
        "2",
        "0.5",
        "1e3",
        "1e-9",
        "25%",
        "∞",
    ),
    *(
        "+",
        "-",
        "*",
        "/",
        "^",
        "**",
        "(",
        ")",
        "|",
        "[",
        "]",
        ",",
        " ",
        " = ",
        " = ",
        " := ",
        "<",
        ">=",
        "!=",
    ),
    *("sin(", "ln(", "sqrt(", "exp(", "if(x < 1, ", "min(x, ", "root(x, ", "atan2(", "gamma(", "abs("),
    *("x in 0..2", "var x start 3", "f(x) := x^2", "\n", "; ", "\n", "²", "√", "label: ", '"text"', "# c\n"),
)
EQUATIONS: Final = (
    "{a} = {b}",
    "{a} + {b} = {c}",
    "{a}*{b} = {c}",
    "({a})/({b}) = {c}",
    "({a})^({b}) = {c}",
    "ln({a}) = {b}",
    "sqrt({a}) - {b} = {c}",
    "sin({a}) = {b}",
    "exp({a}) = {b}",
    "if({a} < {b}, {a}, {c}) = {b}",
    "max({a}, {b}) = {c}",
    "{a} = {b} = {c}",
    "{a} > {b}",
    "k := {b}; {a} = k",
    "abs({a} - {b}) = {c}",
    "floor({a}) = {b}",
    "mod({a}, {b}) = {c}",
    "atan2({a}, {b}) = {c}",
    "gamma({a}) = {b}",
    "hypot({a}, {b}) = {c}",
    "sign({a}) = {b}",
)
ATOMS: Final = (
    "x",
    "y",
    "x + y",
    "x*y",
    "x - 1",
    "2",
    "0",
    "-1",
    "pi",
    "x^2",
    "1e-9",
    "1e300",
    "(x - y)^2",
    "1/3",
)


def solved_or_refused(text: str) -> Result | EqsolveError:
    try:
        return solve(text, max_seconds=2)
    except EqsolveError as error:
        return error


def holds_its_word(text: str) -> None:
    """Anything but a result or a refusal is a bug."""
    answered = solved_or_refused(text)
    if isinstance(answered, EqsolveError):
        assert answered.diagnostics
        assert all(problem.message for problem in answered.diagnostics)
        return
    result = answered
    answer = json.loads(result.to_json())
    assert answer["verdict"] == result.verdict.value
    assert (result.exit_code == 0) == bool(result.solutions or result.verdict is Verdict.IDENTITY)
    for solution in result.solutions:
        for report in result.equations if result.verdict is Verdict.SOLVED else ():
            assert report.residual is not None
            assert report.scale is not None
        assert not any(math.isnan(value) for value in solution.values.values())
    assert str(result)


@settings(deadline=None, max_examples=150)
@given(st.lists(st.sampled_from(PIECES), min_size=1, max_size=14).map("".join))
def test_pieces_of_the_language_in_any_order(text: str) -> None:
    holds_its_word(text)


@settings(deadline=None, max_examples=60)
@given(st.text(max_size=30))
def test_any_text(text: str) -> None:
    holds_its_word(text)


def sentences() -> Iterator[str]:
    draw = random.Random(20)  # noqa: S311  (a test, not a secret)
    for _ in range(60):
        lines = [
            draw.choice(EQUATIONS).format(a=draw.choice(ATOMS), b=draw.choice(ATOMS), c=draw.choice(ATOMS))
            for _ in range(draw.randint(1, 2))
        ]
        yield "\n".join(lines)


@pytest.mark.parametrize("text", sorted(set(sentences())))
def test_equations_put_together_at_random(text: str) -> None:
    holds_its_word(text)
