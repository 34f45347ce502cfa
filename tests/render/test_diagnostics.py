from __future__ import annotations

import io
from textwrap import dedent

import pytest
from rich.cells import cell_len
from rich.console import Console

from eqsolve.errors import Diagnostic
from eqsolve.render.diagnostics import diagnostics_to_text, print_diagnostics
from eqsolve.source import Source, Span


def at(text: str, marked: str, *, name: str | None = None, hint: str | None = None) -> Diagnostic:
    start = text.index(marked)
    return Diagnostic("some-code", "wrong", Span(Source(text, name), start, start + len(marked)), hint)


def drawn(diagnostic: Diagnostic, width: int = 80) -> list[str]:
    return diagnostics_to_text([diagnostic], width=width).splitlines()


def under_carets(lines: list[str]) -> str:
    """Return the text that stands in the cells above the carets."""
    shown, carets = lines[2], lines[3]
    start, end = carets.index("^"), carets.rindex("^") + 1
    cells: list[str] = []
    for character in shown:
        width = cell_len(character)
        if width:
            cells += [character] + [""] * (width - 1)
        elif cells:
            cells[-1] += character
    return "".join(cells[start:end])


def test_the_example_of_the_style_guide() -> None:
    source = Source("g := 9.81\nh := 2\nv^2 = sqr(2*g*h)", "pipe.eqs")
    span = Span(source, 23, 26)
    diagnostic = Diagnostic("unknown-function", "no function `sqr`", span, "did you mean `sqrt`?")
    assert (
        diagnostics_to_text([diagnostic])
        == dedent("""
        error[unknown-function]: no function `sqr`
          ┌─ pipe.eqs:3:7
        3 │ v^2 = sqr(2*g*h)
          │       ^^^ did you mean `sqrt`?
        """).strip()
    )


def test_several_have_a_blank_line_between_them_and_typed_lines_have_no_name() -> None:
    first = at("x = 1\ny = ?", "?")
    assert (
        diagnostics_to_text([first, Diagnostic("b", "no place", hint="think")], severity="warning")
        == dedent("""
        warning[some-code]: wrong
          ┌─ line 2:5
        2 │ y = ?
          │     ^

        warning[b]: no place
          hint: think
        """).strip()
    )


def test_the_margin_grows_with_the_line_number() -> None:
    lines = drawn(at("\n" * 99 + "x ? y", "?"))
    assert lines[1:] == ["    ┌─ line 100:3", "100 │ x ? y", "    │   ^"]


@pytest.mark.parametrize(
    ("text", "marked"),
    [
        ("日本 + sqr(x)", "sqr"),
        ("日本 + 質量", "質量"),
        ("🚀 = bad", "bad"),
        ("e\u0301 + bad", "bad"),
        ("x\t=\tbad", "bad"),
        ("a = b \x07 bad", "bad"),
        ("a = b\u200b + bad", "bad"),
        ("λ = μ² + bad", "bad"),
    ],
)
def test_carets_stand_under_the_exact_columns(text: str, marked: str) -> None:
    assert under_carets(drawn(at(text, marked))) == marked


def test_invisible_characters_are_shown() -> None:
    lines = drawn(at("a\u202eb = \x1b[31m1", "\u202e"))
    assert lines[2] == r"1 │ a\u202eb = \x1b[31m1"
    assert under_carets(lines) == r"\u202e"


def test_a_lone_combining_mark_stands_under_its_letter() -> None:
    assert drawn(at("xy\u0301 = 1", "\u0301"))[3] == "  │  ^"


def test_a_place_after_the_end_of_the_line() -> None:
    source = Source("x = \n")
    assert drawn(Diagnostic("c", "more", Span(source, 4, 4)))[2:] == ["1 │ x = ", "  │     ^"]
    assert drawn(Diagnostic("c", "more", Span(source, 5, 5)))[1:] == ["  ┌─ line 2:1", "2 │ ", "  │ ^"]


def test_a_span_over_several_lines_is_marked_on_its_first() -> None:
    assert drawn(at("x = (1 +\n 2", "(1 +\n 2"))[3] == "  │     ^^^^"


@pytest.mark.parametrize("width", [20, 40, 80, 200])
@pytest.mark.parametrize("place", [0, 30, 500, 5000, 64_000])
def test_long_lines_are_cut_around_the_span(width: int, place: int) -> None:
    text = "a" * place + "BAD" + "z" * (65_536 - place)
    lines = drawn(at(text, "BAD", hint="shorter"), width)
    assert under_carets(lines) == "BAD"
    assert max(map(cell_len, lines)) <= max(width, 44)
    assert lines[2].endswith("…")


def test_a_long_span_is_cut() -> None:
    lines = drawn(at("x = " + "9" * 1000, "9" * 1000), 60)
    assert max(map(cell_len, lines)) <= 60


def test_a_long_hint_goes_below() -> None:
    hint = "this hint is long enough to stand on a line of its own, whatever the terminal"
    assert drawn(at("x = bad", "bad", hint=hint))[3:] == ["  │     ^^^", f"  │ {hint}"]


def test_many_diagnostics_are_cut() -> None:
    text = diagnostics_to_text([Diagnostic("c", f"number {k}") for k in range(100)])
    assert text.endswith("error[c]: number 19\n\n… and 80 more")


def test_user_text_is_never_markup_and_ascii_terminals_get_ascii() -> None:
    stream = io.TextIOWrapper(io.BytesIO(), encoding="ascii")
    diagnostic = at("[red]λ[/red] = sqr", "sqr", name="gr\u00f6\u00dfe.eqs", hint="[bold]")
    print_diagnostics([diagnostic], Console(file=stream, force_terminal=True, width=80))
    stream.flush()
    buffer = stream.buffer
    assert isinstance(buffer, io.BytesIO)
    text = buffer.getvalue().decode("ascii")
    assert r"[red]\u03bb[/red] = sqr" in text
    assert "[bold]" in text
    assert r"gr\xf6\xdfe.eqs:1:16" in text
    assert "-->" in text
