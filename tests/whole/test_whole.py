"""Whole and listed unknowns: puzzles, Diophantine equations, and what is proved about them."""

from __future__ import annotations

import json
from collections.abc import Iterable
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eqsolve import Completeness, ProblemError, Result, Verdict, solve


def whole(names: Iterable[str], limits: str = "") -> list[str]:
    return [f"var {name} : integer{f' in {limits}' if limits else ''}" for name in names]


def points(result: Result) -> list[tuple[float, ...]]:
    return [tuple(solution.values.values()) for solution in result.solutions]


def proved(result: Result) -> bool:
    return result.completeness is Completeness.PROVED and all(s.certified for s in result.solutions)


def test_send_more_money() -> None:
    sum_of_words = "1000*S+100*E+10*N+D + 1000*M+100*O+10*R+E = 10000*M+1000*O+100*N+10*E+Y"
    result = solve(
        sum_of_words, "all_different(S,E,N,D,M,O,R,Y)", "S > 0", "M > 0", *whole("SENDMORY", "0..9")
    )
    assert result.unique
    assert "".join(str(result[letter]) for letter in "SENDMORY") == "95671082"


def test_the_puzzle_with_digits_is_a_list() -> None:
    result = solve("A+B=9", "C-D=1", "A+C=8", "B-D=2", *whole("ABCD", "0..9"))
    assert proved(result)
    assert points(result) == [(a, 9 - a, 8 - a, 7 - a) for a in range(8)]


def test_magic_squares() -> None:
    lines = ("a+b+c", "d+e+f", "g+h+i", "a+d+g", "b+e+h", "c+f+i", "a+e+i", "c+e+g")
    result = solve(
        *(f"{line} = 15" for line in lines), "all_different(a,b,c,d,e,f,g,h,i)", *whole("abcdefghi", "1..9")
    )
    assert len(result.solutions) == 8
    assert result.message == "8 solutions in whole numbers, proved to be all"


def test_queens_differ_in_expressions() -> None:
    queens = "abcdef"
    falling = ", ".join(f"{q} + {k}" for k, q in enumerate(queens))
    rising = ", ".join(f"{q} - {k}" for k, q in enumerate(queens))
    rules = [f"all_different({', '.join(queens)})", f"all_different({falling})", f"all_different({rising})"]
    assert len(solve(*rules, *whole(queens, "1..6")).solutions) == 4


@pytest.mark.parametrize(
    ("equations", "expected"),
    [
        (["x^2 + y^2 = 25", *whole("xy")], 12),
        (["x*y = 12", *whole("xy")], 12),
        (["p + 5*n + 10*d + 25*q = 100", "p >= 0", "n >= 0", "d >= 0", "q >= 0", *whole("pndq")], 242),
        (["x^2 + y^2 = z^2", "x < y", *whole("xyz", "1..49")], 18),
        (["n^3 - 6*n^2 + 11*n - 6 = 0", *whole("n")], 3),
        (["2^n = n^2", *whole("n", "0..100")], 2),
        (["exp(n) = 1", *whole("n")], 1),
        (["mod(n, 3) = 2", "mod(n, 5) = 3", *whole("n", "0..29")], 2),
        (["|n - 3| + |m| = 2", *whole("nm")], 8),
        (["n^2 > 50", *whole("n", "0..9")], 2),
        (["if(n > 3, n, 2*n) = 6", *whole("n", "0..10")], 2),
        (["sqrt(n) = m", *whole("nm", "0..30")], 6),
        (["x + y = 5/2", "x in {0.5, 1, 1.5}", "y in {1, 1.5, 2}"], 3),
        (["x in {1, 1, 1, 2}", "x > 0"], 2),
        (["n = 3", "all_different(n)", *whole("n")], 1),
        (["gamma(n + 1) = 120", *whole("n", "0..20")], 1),
    ],
    ids=lambda case: case[0] if isinstance(case, list) else str(case),
)
def test_all_solutions_are_counted(equations: list[str], expected: int) -> None:
    result = solve(*equations)
    assert len(result.solutions) == expected
    assert proved(result)


@pytest.mark.parametrize(
    ("equations", "lines"),
    [
        (["x^2 = 2", *whole("x")], {"x^2 = 2"}),
        (["2*x + 4*y = 7", *whole("xy")], {"2*x + 4*y = 7"}),
        (["a + b = 10", "a - b = 3", "c = 2", *whole("abc", "0..20")], {"a + b = 10", "a - b = 3"}),
        (["n + x = 3", "n - x = 2", "var n : integer"], {"n + x = 3", "n - x = 2"}),
        (["n = n", *whole("n", "0.2..0.8")], {"var n : integer in 0.2..0.8"}),
    ],
)
def test_no_solution_is_proved_and_blamed(equations: list[str], lines: set[str]) -> None:
    result = solve(*equations)
    assert result.verdict is Verdict.NO_SOLUTION
    assert {line.text for line in result.conflict} == lines


def test_a_pigeonhole_is_seen() -> None:
    result = solve("all_different(a,b,c,d,e,f,g,h)", *whole("abcdefgh", "1..7"))
    assert result.verdict is Verdict.NO_SOLUTION


@pytest.mark.parametrize(
    ("equations", "free", "family"),
    [
        (["3*x + 5*y = 1", *whole("xy")], ("k",), {"x": "2 + 5*k", "y": "-1 - 3*k"}),
        (["x + y + z = 10", *whole("xyz")], ("x", "y"), {"z": "10 - x - y"}),
        (["x - y = 1", "x >= 0", "y >= 0", *whole("xy")], ("x",), {"y": "x - 1"}),
    ],
)
def test_infinitely_many_are_a_family(
    equations: list[str], free: tuple[str, ...], family: dict[str, str]
) -> None:
    result = solve(*equations)
    assert result.verdict is Verdict.FAMILY
    assert result.free == free
    assert result.family == family


def test_very_many_are_counted_without_listing_them() -> None:
    result = solve("3*x + 5*y = 1000000007", *whole("xy", "0..1e9"))
    assert result.message.startswith("66,666,667 solutions in whole numbers, counted exactly")
    assert all(3 * s.values["x"] + 5 * s.values["y"] == 1000000007 for s in result.solutions)


def test_the_count_stops_at_a_cap_that_is_reported() -> None:
    result = solve("x*y >= 0", *whole("xy", "0..200"))
    assert result.message == "at least 10,000 solutions in whole numbers; the search stopped there"
    assert result.completeness is Completeness.SEARCHED


def test_an_endless_search_gives_up_honestly() -> None:
    result = solve("x^2 - 2*y^2 = 1", *whole("xy"))
    assert result.completeness is Completeness.SEARCHED
    assert (3, 2) in points(result)
    assert all(x * x - 2 * y * y == 1 for x, y in points(result))


def test_real_unknowns_are_solved_for_each_choice() -> None:
    result = solve("x^2 = n", "var n : integer in -2..3")
    assert [s.values["n"] for s in result.solutions] == [3, 2, 1, 0, 1, 2, 3]
    assert proved(result)
    assert result.message == "7 solutions with n as declared, proved to be all"


def test_linear_equations_pass_through_real_unknowns() -> None:
    assert solve("n + x = 3", "n - x = 1", "var n : integer").unique


def test_what_holds_to_digits_only_is_not_called_proved() -> None:
    result = solve("sin(pi*n) = 0", *whole("n", "0..9"))
    assert len(result.solutions) == 10
    assert result.completeness is Completeness.SEARCHED
    assert [solution.certified for solution in result.solutions] == [True] + 9 * [
        False
    ]  # sin(0) is zero exactly


def test_values_are_whole_numbers_in_json() -> None:
    result = solve("n = 123456789012345678901", *whole("n"))
    (solution,) = json.loads(result.to_json())["solutions"]
    assert solution["values"] == {"n": 123456789012345678901}
    assert solution["exact"] == {"n": "123456789012345678901"}
    assert "n = 123456789012345678901" in str(result)


def test_the_start_chooses_the_first() -> None:
    result = solve("x^2 + y^2 = 25", *whole("xy"), start={"x": 3, "y": -4})
    assert (result["x"], result["y"], result.solutions[0].origin) == (3, -4, "start")


def test_methods_for_real_numbers_are_refused() -> None:
    with pytest.raises(ProblemError, match="searches among real numbers"):
        solve("n = 1", "var n : integer", method="newton")


@given(
    st.lists(st.integers(-4, 4), min_size=3, max_size=3),
    st.lists(st.integers(-3, 3), min_size=3, max_size=3),
    st.integers(-6, 6),
    st.integers(-3, 3),
)
def test_nothing_is_lost_and_nothing_invented(a: list[int], b: list[int], c: int, d: int) -> None:
    """Against trying all points: a linear equation and a quadratic one over a small box."""
    names = "xyz"
    linear = " + ".join(f"({k})*{n}" for k, n in zip(a, names, strict=True))
    square = " + ".join(f"({k})*{n}^2" for k, n in zip(b, names, strict=True))
    result = solve(f"{linear} = {c}", f"{square} + x*y <= {d}", "x != z", *whole(names, "-3..3"))
    expected = [
        (x, y, z)
        for x, y, z in product(range(-3, 4), repeat=3)
        if a[0] * x + a[1] * y + a[2] * z == c
        and b[0] * x * x + b[1] * y * y + b[2] * z * z + x * y <= d
        and x != z
    ]
    found = [tuple(s.values[n] for n in names) for s in result.solutions]
    assert sorted(found) == expected
    assert (result.verdict is Verdict.SOLVED) == bool(expected)
