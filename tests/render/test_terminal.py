from __future__ import annotations

import io
import math
import subprocess
import sys
from textwrap import dedent

from rich.console import Console

from eqsolve.render.screen import Screen
from eqsolve.render.terminal import print_result, print_values, to_text, values_only
from eqsolve.result import Completeness, Line, Result, Solution, Verdict


def lines(text: str) -> str:
    return dedent(text).strip("\n")


def printed(result: Result, *, width: int = 80, explain: bool = False, encoding: str = "utf-8") -> str:
    stream = io.TextIOWrapper(io.BytesIO(), encoding=encoding)
    print_result(result, Console(file=stream, width=width), explain=explain)
    stream.flush()
    buffer = stream.buffer
    assert isinstance(buffer, io.BytesIO)
    return buffer.getvalue().decode(encoding).removesuffix("\n")


def many(count: int, names: tuple[str, ...] = ("x", "y")) -> Result:
    solutions = tuple(Solution({name: k * math.pi + j for j, name in enumerate(names)}) for k in range(count))
    return Result(Verdict.SOLVED, f"{count} solutions found", Completeness.SEARCHED, solutions)


def test_one_solution_and_its_warnings(solved: Result) -> None:
    assert to_text(solved) == lines("""
        x    = 1.414213562   sqrt(2)
        p_in = 2

        ✓ 1 solution, proved to be the only one

        warning[unused-given]: `T` is used nowhere
          ┌─ line 3:1
        3 │ T := 3
          │ ^ remove it
        """)


def test_the_console_gets_no_warnings(solved: Result) -> None:
    assert printed(solved) == to_text(solved).partition("\n\nwarning")[0]


def test_several_solutions_stand_in_a_table(two: Result) -> None:
    assert to_text(two) == lines("""
             x                       y
        1   -1.414213562  -sqrt(2)   1
        2    1.414213562   sqrt(2)   2.5  5/2   multiplicity 2

        ✓ 2 solutions, proved to be all
        """)


def test_a_narrow_table_leaves_the_exact_forms_out(two: Result) -> None:
    text = to_text(two, width=40)
    assert "sqrt" not in text
    assert max(map(len, text.splitlines())) <= 40


def test_many_unknowns_stand_in_blocks() -> None:
    text = to_text(many(3, tuple(f"mass_flow_{k}" for k in range(9))))
    assert text.startswith("solution 1\n  mass_flow_0 = 0\n  mass_flow_1 = 1\n")
    assert "\n\nsolution 3\n  mass_flow_0 = 6.283185307\n" in text


def test_two_hundred_solutions_are_cut() -> None:
    text = to_text(many(200))
    assert "… and 180 more (--json lists all)\n\n✓ 200 solutions found" in text
    assert len(text.splitlines()) == 24


def test_blocks_are_cut_too() -> None:
    text = to_text(many(200, tuple(f"pressure_{k}" for k in range(20))))
    assert "… and 198 more" in text


def test_a_double_root_is_called_so() -> None:
    solution = Solution({"x": 1.0}, error={"x": 1e-8}, multiplicity=2)
    result = Result(Verdict.SOLVED, "1 solution", Completeness.PROVED, (solution,))
    assert to_text(result) == "x = 1.00000000\n(multiplicity 2)\n\n✓ 1 solution"


def test_an_exact_whole_number_loses_the_zeros_of_its_error_bar() -> None:
    solution = Solution({"x": 1.0}, exact={"x": "1"}, error={"x": 1e-8})
    assert to_text(Result(Verdict.SOLVED, "one", solutions=(solution,))) == "x = 1\n\n✓ one"


def test_large_exact_numbers_stay_beside_their_rounding() -> None:
    solution = Solution({"x": 1e20 + 5}, exact={"x": "100000000000000000005"})
    text = to_text(Result(Verdict.SOLVED, "one", solutions=(solution,)))
    assert text.startswith("x = 1e20   100000000000000000005\n")


def test_a_family_is_never_one_point(family: Result) -> None:
    assert to_text(family) == lines("""
        A = 7 - D
        B = 2 + D
        C = 1 + D
        D free
        E = 1.414213562   sqrt(2)

        representative (least norm): A = 5.5, B = 3.5, C = 2.5, D = 1.5, E = 1.414213562

        ✓ infinitely many solutions: 1 free unknown
        """)


def test_a_family_without_exact_forms_names_what_varies() -> None:
    result = Result(
        Verdict.FAMILY,
        "infinitely many solutions",
        solutions=(Solution({"x": 0.6, "y": 0.8, "z": 3.0}, origin="searched"),),
        free=("y",),
        determined={"z": "3"},
    )
    assert to_text(result) == lines("""
        x varies with y
        y free
        z = 3

        representative (searched): x = 0.6, y = 0.8, z = 3

        ✓ infinitely many solutions
        """)


def test_a_contradiction_quotes_its_lines(contradiction: Result) -> None:
    assert to_text(contradiction) == lines("""
        ✗ no solution: lines 2 and 13 contradict each other

           2 │ x + y = 3
          13 │ x + y = 4   mass
          hint: drop line 2, or change its right side to 4
        """)


def test_lines_of_several_files_are_told_apart() -> None:
    conflict = (Line(2, "x = 3", file="a.eqs"), Line(1, "x = 4"))
    text = to_text(Result(Verdict.NO_SOLUTION, "no solution", conflict=conflict))
    assert "  a.eqs:2 │ x = 3\n   line:1 │ x = 4" in text


def test_the_best_point_is_not_a_solution(not_found: Result) -> None:
    assert to_text(not_found) == lines("""
        ~ nothing found from 256 starts; this is no proof

        best point, NOT a solution (residual 0.00031):
          x = 1.23457
          y = 3

        equations that resist there:
          line  equation     residual  scale
          1     exp(-x) = 0  0.00031   0.00031
        """)


def test_explains_blocks_and_residuals(solved: Result) -> None:
    assert printed(solved, explain=True).partition("only one\n\n")[2] == lines("""
        blocks, in the order of solving
          1  x     line 1  torch: newton, 5 iterations · converged · 2 branches
          2  p_in  line 2  exact: rational elimination

        solutions: how sure, and where from
          1  certified  searched

        residuals at the first solution
          line  equation          residual  scale
          1     x^2 = 2           0         4
          2     [red]y[/red] = 2  1e-17     4

        2 unknowns · 2 equations · 2 blocks · exact, torch · 0.12 s
        """)


def test_values_only(two: Result, family: Result, contradiction: Result) -> None:
    def plain(result: Result) -> list[str]:
        return [line.plain for line in values_only(result, Screen())]

    assert plain(two) == ["x = -1.414213562", "y = 1", "", "x = 1.414213562", "y = 2.5"]
    assert plain(family) == ["A = 7 - D", "B = 2 + D", "C = 1 + D", "E = sqrt(2)"]
    assert plain(contradiction) == []


def test_markup_and_control_characters_in_user_text_are_only_text() -> None:
    name = "[red]x[/red]"
    result = Result(
        Verdict.SOLVED,
        "line `[bold]` \x1b[31m",
        solutions=(Solution({name: 1.0}, exact={name: ":smile:[/]"}),),
    )
    stream = io.StringIO()
    print_result(result, Console(file=stream, force_terminal=True, color_system="truecolor", width=80))
    text = stream.getvalue()
    assert "[red]x[/red]" in text
    assert ":smile:[/]" in text
    assert r"\x1b[31m" in text
    assert "\x1b[31m" not in text


def test_plain_streams_get_no_escape_codes(two: Result) -> None:
    assert "\x1b" not in printed(two)


def test_an_ascii_terminal_gets_ascii(solved: Result, contradiction: Result, not_found: Result) -> None:
    result = Result(Verdict.SOLVED, "λ → 日本", solutions=(Solution({"λ": 1e-17}, error={"λ": 1e-16}),))
    assert printed(result, encoding="ascii") == lines(r"""
        \u03bb = 0 +/- 1e-16

        ok \u03bb \u2192 \u65e5\u672c
        """)
    for other in (solved, contradiction, not_found, many(30)):
        printed(other, encoding="ascii", explain=True)
        printed(other, encoding="latin-1", explain=True)


def test_very_long_names_do_not_push_the_others_away() -> None:
    long = "n" * 200
    result = Result(Verdict.SOLVED, "one", solutions=(Solution({"x": 1.0, long: 2.0}),))
    assert printed(result, width=40) == f"x = 1\n{long} = 2\n\n✓ one"


def test_wide_names_are_aligned_by_cells() -> None:
    result = Result(Verdict.SOLVED, "one", solutions=(Solution({"質量": 1.0, "xyz": 2.0}),))
    assert to_text(result).startswith("質量 = 1\nxyz  = 2\n")


def test_ten_thousand_unknowns_are_all_printed() -> None:
    result = Result(Verdict.SOLVED, "one", solutions=(Solution({f"x{k}": float(k) for k in range(10_000)}),))
    assert printed(result).count("\n") == 10_001


def test_prints_values_on_a_console(two: Result) -> None:
    stream = io.StringIO()
    print_values(two, Console(file=stream))
    assert stream.getvalue().startswith("x = -1.414213562\n")


def test_rendering_imports_nothing_that_computes() -> None:
    code = (
        "import sys, eqsolve.render, eqsolve.render.progress, eqsolve.render.explain;"
        "print(sorted({'torch', 'sympy', 'numpy', 'scipy', 'flint', 'mpmath'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
