"""Whatever the text: a tree or diagnostics, in bounded time, and diagnostics that point into the text."""

from __future__ import annotations

import time
from datetime import timedelta
from pathlib import Path
from typing import Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eqsolve.errors import Diagnostic, EqsolveError
from eqsolve.language import Document, parse, read_text, unparse
from eqsolve.source import Source

CORPUS: Final = Path(__file__).parents[1] / "corpus"
VALID: Final = tuple(path.read_bytes() for path in sorted((CORPUS / "valid").glob("*.eqs")))

SIGNS: Final = "+-*/^()[]{}|,;:=<>!~%.\n\"#'_√∛²⁻×÷≤∞± "
WORDS: Final = (
    "x",
    "sin",
    "if(",
    "in",
    "var",
    "start",
    "not",
    "and",
    "include",
    "const.R",
    "1.5",
    "2",
    "..",
    ":=",
)

fast = settings(deadline=timedelta(seconds=2))


def attempt(data: bytes) -> Document | None:
    """Read and parse; return None if the text was refused in the proper way."""
    source = Source("")
    try:
        source = read_text(data, None)
        return parse(source)
    except EqsolveError as error:
        diagnostics = error.diagnostics
    assert diagnostics
    for diagnostic in diagnostics:
        check_place(diagnostic, source)
        assert "\n" not in diagnostic.message + (diagnostic.hint or "")
    return None


def check_place(diagnostic: Diagnostic, source: Source) -> None:
    span = diagnostic.span
    if span is None:
        assert source.text == ""  # it could not even be decoded
    else:
        assert 0 <= span.start <= span.end <= len(source.text)
        assert span.column <= span.end_column


def check(data: bytes) -> None:
    document = attempt(data)
    if document is not None:
        assert parse(Source(unparse(document))) == document


@fast
@given(st.binary(max_size=200))
def test_any_bytes(data: bytes) -> None:
    check(data)


@fast
@given(st.text(max_size=100))
def test_any_text(text: str) -> None:
    check(text.encode("utf-8", "ignore"))


@fast
@given(st.lists(st.sampled_from([*SIGNS, *WORDS]), max_size=30))
def test_any_tokens(parts: list[str]) -> None:
    check("".join(parts).encode())


@fast
@given(st.sampled_from(VALID), st.data())
def test_damaged_files(text: bytes, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, min(len(text), start + 5)))
    inserted = data.draw(st.lists(st.sampled_from([*SIGNS, *WORDS]), max_size=3))
    check(text[:start] + "".join(inserted).encode() + text[end:])


@pytest.mark.parametrize(
    "text",
    [
        "(" * 60_000,
        ")" * 60_000,
        "([{" * 10_000,
        "(]" * 30_000,
        "|" * 60_000,
        "(\n" * 30_000,
        "x = (" + "\n(1)" * 30_000,
        "x = (1\n" * 20_000,
        "(;" * 30_000,
        "x" * 60_000,
        "9" * 60_000,
        "1." * 30_000,
        "/*" * 30_000,
        "x = " + "-" * 60_000 + "1",
        "x = " + "2^" * 30_000 + "1",
        "x = " + "1+" * 30_000 + "1",
        "x = " + "e\u0301" * 30_000,
        "x = \n" * 30_000,
        "x in (1)..(2)\n" * 10_000,
        "minimize - x = 3\n" * 10_000,
        "minimize (((\n" * 10_000,
        "x in (((\n" * 10_000,
        '"' * 60_000,
        "a:" * 30_000,
        "if(" * 10_000,
        "not " * 15_000,
        "0.." * 10_000,
        "ﷺ" * 200,
        "x = 9^9^9^9^9",
        "x = 1e9999 + 1e-9999",
    ],
    ids=lambda text: ascii(text[:10]),
)
def test_extreme_texts_take_little_time(text: str) -> None:
    begin = time.perf_counter()
    attempt(text.encode())
    assert time.perf_counter() - begin < 5
