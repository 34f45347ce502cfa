"""Files of comma-separated values, whatever separates them.

The separator, the decimal sign and the header are found from the first lines: that reading wins under which
most cells are numbers. numpy reads the body at full speed; only if it cannot, cells are read one by one to say
which is wrong, by row and column.
"""

from __future__ import annotations

import csv
import io
import re
import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Final

from eqsolve.data.table import MOST_ERRORS, plain_name, without_unit
from eqsolve.errors import Diagnostic, SourceError

if TYPE_CHECKING:
    import numpy as np

MAX_BYTES: Final = 1 << 30
SAMPLE: Final = 60  # lines that are looked at to tell how a file is written
SEPARATORS: Final = ("\t", ";", "|", ",", " ")
MISSING: Final = frozenset(("", "na", "n/a", "nan", "null", "none", "-", "?", "."))
COMMENT: Final = re.compile(r"\s*(?:#|%|//)|sep=.$")  # Excel writes the separator on a line of its own
MOST_JOINED: Final = 100  # lines of a quoted cell
_NUMBER: Final = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eEdD][+-]?\d+)?")
_COMMA_NUMBER: Final = re.compile(r"[+-]?(?:\d+,?\d*|,\d+)(?:[eE][+-]?\d+)?")
_DATE: Final = re.compile(r"\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}(?:[T ].*)?|\d{1,2}:\d{2}(?::\d{2})?")
_THOUSANDS: Final = re.compile(r"[+-]?[1-9]\d{0,2}(?:,\d{3})+")


@dataclass(frozen=True, slots=True)
class Dialect:
    """How a file is written: what separates cells, and what stands before decimals."""

    separator: str
    decimal: str = "."

    def split(self, line: str) -> list[str]:
        """Return the cells of a line, stripped."""
        if self.separator == " ":
            return line.split()
        parts = line.splitlines(keepends=True)  # several only within quotes
        try:
            cells = next(csv.reader(parts, delimiter=self.separator, skipinitialspace=True), [])
        except csv.Error:  # the quotes are none under this separator
            cells = line.split(self.separator)
        return [cell.strip() for cell in cells]

    def is_number(self, cell: str) -> bool:
        """Tell whether a cell holds a number."""
        return (_NUMBER if self.decimal == "." else _COMMA_NUMBER).fullmatch(cell) is not None

    def number(self, cell: str) -> float:
        """Return the number in a cell that holds one."""
        return float(cell.replace(self.decimal, ".").replace("d", "e").replace("D", "e"))


@dataclass(slots=True, eq=False)
class CsvFile:
    """The columns of a file, parsed when they are asked for.

    Attributes:
        path: As it is named in messages.
        text: Everything in it.
        dialect: How it is written.
        names: Names of the columns, made fit for the language.
        notes: What was changed on the way.
        header: Number of the line with the names; 0 if there is none.
    """

    path: str
    text: str
    dialect: Dialect
    names: tuple[str, ...]
    notes: tuple[Diagnostic, ...]
    header: int
    _body: np.ndarray | None = field(default=None)

    def numbers(self, name: str) -> np.ndarray:
        """Return a column as floats, NaN where a cell is missing.

        Raises:
            SourceError: A cell holds something else, or a row is too short or too long.
        """
        if self._body is None:
            self._body = self._fast()
        column = self.names.index(name)
        return self._body[:, column].copy() if self._body is not None else self._slow(column)

    def place(self, row: int, name: str) -> str:
        """Say where a cell is: the line of the file, and the column."""
        number = next(islice(self._lines(), row, None))[0]
        return f"{self.path}, line {number}, column `{name}`"

    def _lines(self) -> Iterator[tuple[int, str]]:
        return (pair for pair in _lines(self.text) if pair[0] > self.header)

    def _fast(self) -> np.ndarray | None:
        """Read all cells at once; None if one of them is not a plain number."""
        import numpy as np

        body = self.text
        if self.header:
            body = body.split("\n", self.header)[-1]
        if self.dialect.decimal == ",":
            body = body.replace(",", ".")
        if any(mark in body for mark in "#%/"):
            body = "\n".join(line for line in body.split("\n") if not COMMENT.match(line))
        separator = None if self.dialect.separator == " " else self.dialect.separator
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                read = np.loadtxt(
                    io.StringIO(body), delimiter=separator, comments=None, quotechar='"', ndmin=2
                )
        except ValueError:
            return None
        return read if read.shape[1] == len(self.names) and np.isfinite(read).all() else None

    def _slow(self, column: int) -> np.ndarray:
        """Read one column cell by cell, and say which cells are wrong."""
        import numpy as np

        values: list[float] = []
        problems: list[Diagnostic] = []
        for number, line in self._lines():
            cells = self.dialect.split(line)
            cell = cells[column] if column < len(cells) else ""
            if len(cells) != len(self.names):
                message = f"{self.path}, line {number}: {_cells(len(cells))}, but there are {len(self.names)} columns"
                comma = self.dialect.separator == "," and len(cells) > len(self.names)
                hint = "if commas are decimal signs too, separate cells by `;`" if comma else None
                problems.append(Diagnostic("ragged-row", message, hint=hint))
            elif cell.lower() in MISSING:
                values.append(np.nan)
            elif self.dialect.is_number(cell):
                values.append(self.dialect.number(cell))
            else:
                message = f"{self.path}, line {number}, column `{self.names[column]}`: `{_shown(cell)}` is not a number"
                first = not values and not problems
                problems.append(Diagnostic("not-a-number", message, hint=_advice(cell, first=first)))
            if len(problems) >= MOST_ERRORS:
                break
        if problems:
            raise SourceError(*problems)
        return np.array(values)


def read_csv(path: Path) -> CsvFile:
    """Read a file.

    Raises:
        SourceError: It is missing, no regular file, too large, not UTF-8 text, holds no rows, or its header
            names a column twice.
    """
    from eqsolve.language import decoded, read_bytes

    data = read_bytes(path, MAX_BYTES)
    if len(data) > MAX_BYTES:
        raise SourceError(Diagnostic("text-too-long", f"`{path}` is larger than {MAX_BYTES >> 30} GiB"))
    text = decoded(data, str(path)).replace("\r\n", "\n").replace("\r", "\n").replace("−", "-")
    return from_text(text, str(path))


def from_text(text: str, path: str) -> CsvFile:
    """Find out how a text is written and what its columns are called.

    Raises:
        SourceError: It holds no rows of numbers, or its header names a column twice.
    """
    sample = list(islice(_lines(text), SAMPLE))
    if not sample:
        raise SourceError(Diagnostic("no-data", f"`{path}` holds no rows"))
    dialect = _dialect([line for _, line in sample], path)
    first = dialect.split(sample[0][1])
    headed = not any(dialect.is_number(cell) for cell in first) and any(first)
    if headed and len(sample) == 1:
        raise SourceError(Diagnostic("no-data", f"`{path}` holds a header and no rows"))
    if not headed:
        names = tuple(f"c{k + 1}" for k in range(len(first)))
        message = f"`{path}` has no header: its columns are called {names[0]} to {names[-1]}"
        return CsvFile(path, text, dialect, names, (Diagnostic("no-header", message),), 0)
    return CsvFile(path, text, dialect, *_named(first, path), sample[0][0])


def _named(cells: Sequence[str], path: str) -> tuple[tuple[str, ...], tuple[Diagnostic, ...]]:
    names = tuple(plain_name(cell) or f"c{k + 1}" for k, cell in enumerate(cells))
    for k, name in enumerate(names):
        if name in names[:k]:
            raise SourceError(Diagnostic("two-columns", f"`{path}` has two columns called `{name}`"))
    notes = []
    units = [_shown(cell) for cell in cells if without_unit(cell) != cell]
    if units:
        notes.append(Diagnostic("units-ignored", f"units in the header are ignored: {', '.join(units)}"))
    changed = [
        (f"`{_shown(cell)}`" if cell else f"the one without a name, number {k},") + f" is called `{name}`"
        for k, (cell, name) in enumerate(zip(cells, names, strict=True), start=1)
        if without_unit(cell) != name
    ]
    if changed:
        notes.append(Diagnostic("column-renamed", f"columns: {', '.join(changed)}"))
    return names, tuple(notes)


def _lines(text: str) -> Iterator[tuple[int, str]]:
    """Yield number and text of every line that is neither empty nor a comment."""
    lines = enumerate(io.StringIO(text), start=1)
    quoted = '"' in text
    for number, line in lines:
        if line.strip() and not COMMENT.match(line):
            if quoted and line.count('"') % 2:
                line = "".join([line, *_rest_of_quote(lines)])
            yield number, line.rstrip("\n")


def _rest_of_quote(lines: Iterator[tuple[int, str]]) -> Iterator[str]:
    """Yield lines up to the one in which a quote ends that began before."""
    for _, line in islice(lines, MOST_JOINED):
        yield line
        if line.count('"') % 2:
            return


def _dialect(lines: Sequence[str], path: str) -> Dialect:
    """Return the reading under which most cells are numbers, and rows are equally long."""
    body = lines[1:] or lines
    candidates = [Dialect(separator) for separator in SEPARATORS]
    candidates += [Dialect(separator, ",") for separator in SEPARATORS if separator != ","]
    best, most = candidates[3], (-1.0, -1.0, -1.0, 0.0)
    for dialect in candidates:
        rows = [dialect.split(line) for line in body]
        cells = [cell for row in rows for cell in row if cell.lower() not in MISSING]
        first = dialect.split(lines[0])
        if dialect.decimal == "," and any("," in cell and not dialect.is_number(cell) for cell in first):
            continue
        width = len(first)
        even = sum(len(row) == width for row in rows) / len(rows)
        numbers = sum(map(dialect.is_number, cells)) / max(1, len(cells))
        fits = numbers * even * (0.49 if width == 1 else 1.0)
        score = (round(fits, 6), round(numbers, 6), even, float(width))
        if score > most:
            best, most = dialect, score
    if best.decimal == ",":
        _refuse_thousands(best, body, path)
    return best


def _refuse_thousands(dialect: Dialect, body: Sequence[str], path: str) -> None:
    """Raise if every comma could be one between thousands as well."""
    cells = [cell for line in body for cell in dialect.split(line) if "," in cell]
    if cells and all(_THOUSANDS.fullmatch(cell) for cell in cells):
        message = f"`{path}`: `{_shown(cells[0])}` can be read as a decimal or as thousands"
        raise SourceError(Diagnostic("ambiguous-comma", message, hint="write a decimal point, or no comma"))


def _advice(cell: str, *, first: bool) -> str | None:
    """Return what to do about a cell that holds no number."""
    if _DATE.fullmatch(cell):
        return "write dates and times as numbers, such as days or seconds since the first"
    if _THOUSANDS.fullmatch(cell):
        return "write numbers without commas between thousands"
    return "put `#` in front of a line that holds no data, as one of units" if first else None


def _cells(count: int) -> str:
    return f"{count} cell{'s' * (count != 1)}"


def _shown(cell: str) -> str:
    from eqsolve.language.characters import shortened

    return shortened(cell)
