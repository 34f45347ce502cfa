"""The lines of an inline `data` block: names of columns, then rows of numbers, up to `end`."""

from __future__ import annotations

from fractions import Fraction
from typing import NoReturn

from eqsolve.language.cursor import Cursor
from eqsolve.language.tokens import Token
from eqsolve.source import Span

_LINE_ENDS = ("newline", ";", "end")


def read_block(read: Cursor) -> tuple[tuple[str, ...], tuple[tuple[Fraction, ...], ...]]:
    """Read a block from its `:` to its `end`; return the names of the columns and the rows."""
    opener = read.advance()
    header = _next_line(read)
    columns = tuple(token.text for token in header if token.kind == "name")
    odd = next((token for token in header if token.kind not in ("name", ",")), None)
    if odd is not None or not columns:
        place = read.span(odd or opener)
        read.fail("bad-data", "the first line of data names the columns", place, "for example `x, y`")
    double = next((name for k, name in enumerate(columns) if name in columns[:k]), None)
    if double is not None:
        read.fail("bad-data", f"two columns are named `{double}`", read.span(header[-1]))
    rows: list[tuple[Fraction, ...]] = []
    while True:
        line = _next_line(read)
        if not line:
            read.fail("unclosed-data", "these data are never closed", read.span(opener), "close with `end`")
        if line[0].kind == "name" and line[0].text == "end" and len(line) == 1:
            break
        row = _row(read, line)
        if len(row) != len(columns):
            place = read.span(line[0]).to(read.span(line[-1]))
            message = f"row {len(rows) + 1} has {len(row)} numbers for {len(columns)} columns"
            _refuse(read, message, place)
        rows.append(row)
    if not rows:
        read.fail("bad-data", "there are no rows", read.span(opener))
    return columns, tuple(rows)


def _refuse(read: Cursor, message: str, place: Span) -> NoReturn:
    """Give up the block as a whole: its other lines mean nothing without it."""
    while (line := _next_line(read)) and not (line[0].text == "end" and len(line) == 1):
        pass
    read.fail("bad-data", message, place)


def _next_line(read: Cursor) -> list[Token]:
    """Step over the next line that holds anything and return its tokens; none at the end of the text."""
    while read.here.kind in ("newline", ";"):
        read.advance()
    start = read.index
    while read.here.kind not in _LINE_ENDS:
        read.advance()
    return read.tokens[start : read.index]


def _row(read: Cursor, line: list[Token]) -> tuple[Fraction, ...]:
    row: list[Fraction] = []
    sign, before = 1, ","
    for token in line:
        if token.kind == "number":
            row.append(sign * Fraction(token.text.removesuffix(".")))
            sign = 1
        elif token.kind in ("-", "+") and before not in ("-", "+"):
            sign = -1 if token.kind == "-" else 1
        elif token.kind != "," or before == ",":
            _refuse(read, "a row of data holds numbers only", read.span(token))
        before = token.kind
    return tuple(row)
