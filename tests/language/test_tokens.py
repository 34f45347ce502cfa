"""What the smallest parts of the text are, and which parts are refused."""

from __future__ import annotations

import pytest

from eqsolve.language.tokens import (
    DIAGNOSTICS,
    LINE_LENGTH,
    NAME_LENGTH,
    NUMBER_DIGITS,
    TEXT_LENGTH,
    tokenize,
)
from eqsolve.source import Source


def kinds(text: str) -> list[str]:
    return [token.kind for token in tokenize(Source(text))[0]][:-1]


def texts(text: str) -> list[str]:
    return [token.text for token in tokenize(Source(text))[0]][:-1]


def codes(text: str) -> list[str]:
    return [diagnostic.code for diagnostic in tokenize(Source(text))[1]]


@pytest.mark.parametrize("text", ["3", ".5", "3.", "1e-3", "2.5E+7", "0123", "1e9999", "1" * NUMBER_DIGITS])
def test_a_number_is_one_token(text: str) -> None:
    assert kinds(text) == ["number"]
    assert texts(text) == [text]


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("0..10", ["0", "..", "10"]),
        ("1.5..2.", ["1.5", "..", "2."]),
        ("2ex", ["2", "ex"]),
        ("2e", ["2", "e"]),
        ("2e3x", ["2e3", "x"]),
        ("3.x", ["3.", "x"]),
        ("2x_1", ["2", "x_1"]),
        ("x²y", ["x", "2", "y"]),
        ("x⁻¹²", ["x", "-12"]),
        ("a**b", ["a", "**", "b"]),
        ("f:=x", ["f", ":=", "x"]),
        ("a<=b", ["a", "<=", "b"]),
        ("const.R*T", ["const.R", "*", "T"]),
        ("a..b", ["a", "..", "b"]),
        ("const.R..π", ["const.R", "..", "pi"]),
        ("2π", ["2", "pi"]),
    ],
)
def test_text_is_cut_into_tokens(text: str, parts: list[str]) -> None:
    assert texts(text) == parts
    assert codes(text) == []


@pytest.mark.parametrize(
    ("written", "kind"),
    [
        ("**", "^"),
        ("==", "="),
        ("−", "-"),
        ("×", "*"),
        ("·", "*"),
        ("⋅", "*"),
        ("÷", "/"),
        ("≤", "<="),
        ("≥", ">="),
        ("≠", "!="),
        *((sign, sign) for sign in ("±", "∞", "√", "∛", ":=", "..", "<=", ">=", "!=")),
        *((sign, sign) for sign in "+-*/^|,;:=<>~%"),
    ],
)
def test_operators_have_one_spelling(written: str, kind: str) -> None:
    assert kinds(f"x{written}y") == ["name", kind, "name"]


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("x", "x"),
        ("T_max2", "T_max2"),
        ("Δp", "Δp"),
        ("x₁", "x1"),
        ("e\u0301", "é"),
        ("ﬁt", "fit"),
        ("µ", "μ"),
        ("ℓ", "l"),
        ("变量", "变量"),
        ("नाम", "नाम"),
        ("π", "pi"),
        ("𝜋", "pi"),
        ("a" * NAME_LENGTH, "a" * NAME_LENGTH),
    ],
)
def test_names_are_normalised(written: str, name: str) -> None:
    assert texts(written) == [name]
    assert kinds(written) == ["name"]


@pytest.mark.parametrize(
    "text", ["x # 1", "x // 1", "x /* 1 */", "/* 1\n2 */ x", "\ufeffx", "\u00a0\u2009x\u3000"]
)
def test_comments_and_spaces_are_passed_over(text: str) -> None:
    assert texts(text) == ["x"]
    assert codes(text) == []


@pytest.mark.parametrize("text", ["x\ny", "x\r\ny", "x\ry", "x # a\ny"])
def test_lines_end_in_every_way(text: str) -> None:
    assert kinds(text) == ["name", "newline", "name"]


def test_lines_are_counted_for_every_end() -> None:
    tokens, _ = tokenize(source := Source("a\rb\r\nc\nd"))
    names = [token for token in tokens if token.kind == "name"]
    assert [source.line_of(token.start) for token in names] == [1, 2, 3, 4]
    assert [source.line(number) for number in (1, 2, 3, 4)] == ["a", "b", "c", "d"]


def test_a_newline_counts_only_outside_of_closed_brackets() -> None:
    assert "newline" not in kinds("(a\n+ [b\n])")
    assert kinds("(a\nb").count("newline") == 1
    assert kinds("{a\n(b\n}\nc").count("newline") == 1


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("1.5.2", "bad-number"),
        ("1_000", "bad-number"),
        ("0xff", "bad-number"),
        ("1" * (NUMBER_DIGITS + 1), "number-too-long"),
        ("1e10000", "number-out-of-range"),
        ("0.001e-9999", "number-out-of-range"),
        ("1e" + "9" * 5000, "number-out-of-range"),
        ("x⁺⁺", "bad-superscript"),
        ("a" * (NAME_LENGTH + 1), "name-too-long"),
        ("a.b.c", "dotted-name"),
        ("const.", "dotted-name"),
        ("const.R.x", "dotted-name"),
        ("ﷺ", "bad-name"),
        ("x ! y", "bad-character"),
        ("½", "bad-character"),
        ("٣", "bad-character"),
        ("_x", "bad-character"),
        ("xⁿ", "bad-character"),
        ("\u200bx", "invisible-character"),
        ("x\u202e", "invisible-character"),
        ("# \u2066", "invisible-character"),
        ('"a\x07"', "invisible-character"),
        ("x\ufe0f", "invisible-character"),
        ("\x00", "invisible-character"),
        ("\ud800", "invisible-character"),
        ("\ue000", "invisible-character"),
        ("x\ufeff", "invisible-character"),
        ("\u2028", "invisible-character"),
        ('"abc', "unclosed-string"),
        ("/* abc", "unclosed-comment"),
        ("(", "unclosed-bracket"),
        (")", "unmatched-bracket"),
        ("(]", "mismatched-bracket"),
        ("(;)", "separator-in-brackets"),
        ("x" * (LINE_LENGTH + 1), "line-too-long"),
        ("x\n" * (TEXT_LENGTH // 2 + 1), "text-too-long"),
    ],
    ids=lambda text: ascii(text[:12]),
)
def test_what_cannot_be_read_is_refused(text: str, code: str) -> None:
    assert codes(text) == [code]


def test_the_code_point_of_an_invisible_character_is_named() -> None:
    (diagnostic,) = tokenize(Source("x\u202ey"))[1]
    assert "U+202E RIGHT-TO-LEFT OVERRIDE" in diagnostic.message
    assert diagnostic.span is not None
    assert (diagnostic.span.start, diagnostic.span.end) == (1, 2)


def test_reading_stops_after_many_mistakes() -> None:
    assert len(codes("@ $ " * 1000)) == DIAGNOSTICS


def test_the_exponent_is_that_of_the_value() -> None:
    assert codes("0.001e10001") == []
    assert codes("1000e-10000") == []
    assert codes("1000e9999") == ["number-out-of-range"]
    assert codes("0e99999") == []
