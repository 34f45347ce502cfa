"""A table: named columns of numbers, read when they are needed, with the places of what is missing.

Numbers are floats; their shortest decimal form is taken for exact where a fit is computed exactly, so that
`0.1` in a file is one tenth.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any, Final, Protocol

from eqsolve.errors import Diagnostic, SourceError

if TYPE_CHECKING:
    import numpy as np

MOST_ERRORS: Final = 10  # cells that are reported


class Columns(Protocol):
    """Where the columns of a table come from."""

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the columns, fit for the language."""
        ...

    @property
    def notes(self) -> tuple[Diagnostic, ...]:
        """What a reader should know: units that were ignored, names that were changed."""
        ...

    def numbers(self, name: str) -> np.ndarray:
        """Return a column as floats, NaN where a cell is missing.

        Raises:
            SourceError: A cell holds something else.
        """
        ...

    def place(self, row: int, name: str) -> str:
        """Say where a cell is, in words."""
        ...


@dataclass(frozen=True, slots=True, eq=False)
class Table:
    """Columns that are in use, of equal length and without gaps.

    Attributes:
        columns: The numbers of each column, by its plain name.
        rows: How many there are.
        dropped: Rows left out because a cell was missing.
    """

    columns: Mapping[str, np.ndarray]
    rows: int
    dropped: int = 0


def taken(source: Columns, used: Sequence[str], *, drop_missing: bool = False) -> Table:
    """Read the columns in use.

    Raises:
        SourceError: A cell is not a number, or is missing and rows may not be dropped.
    """
    import numpy as np

    columns = {name: source.numbers(name) for name in used}
    gaps = np.logical_or.reduce([np.isnan(column) for column in columns.values()])
    dropped = int(gaps.sum())
    if dropped and not drop_missing:
        raise SourceError(*_missing(source, columns, dropped))
    if dropped:
        columns = {name: column[~gaps] for name, column in columns.items()}
    rows = len(next(iter(columns.values())))
    if not rows:
        raise SourceError(Diagnostic("no-data", "no row of the data is complete"))
    return Table(columns, rows, dropped)


def _missing(source: Columns, columns: Mapping[str, np.ndarray], rows: int) -> Iterable[Diagnostic]:
    import numpy as np

    cells = sorted(
        (int(row), name) for name, column in columns.items() for row in np.nonzero(np.isnan(column))[0]
    )
    hint = f"--drop-missing leaves out the {rows} row{'s' * (rows > 1)} with gaps"
    for row, name in cells[:MOST_ERRORS]:
        yield Diagnostic("missing-cell", f"{source.place(row, name)}: the cell is empty", hint=hint)


@dataclass(frozen=True, slots=True, eq=False)
class Arrays:
    """Columns that are in memory already."""

    values: Mapping[str, Any]
    notes: tuple[Diagnostic, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the columns."""
        return tuple(self.values)

    def numbers(self, name: str) -> np.ndarray:
        """Return a column.

        Raises:
            SourceError: It is not a column of real numbers, or a value is infinite.
        """
        import numpy as np

        column = _floats(self.values[name], name)
        infinite = np.nonzero(np.isinf(column))[0]
        if len(infinite):
            message = f"{self.place(int(infinite[0]), name)}: the value is infinite"
            raise SourceError(Diagnostic("not-a-number", message))
        return column

    def place(self, row: int, name: str) -> str:
        """Say where a value is."""
        return f"row {row + 1}, column `{name}`"


def _floats(column: Any, name: str) -> np.ndarray:
    import numpy as np

    try:
        values = np.asarray(column)
        if values.dtype.kind in "OUS":
            values = np.array([np.nan if value is None else float(value) for value in values.tolist()])
        if values.dtype.kind not in "fiub" or values.ndim != 1:
            raise TypeError
        return values.astype(np.float64)
    except (TypeError, ValueError, RuntimeError):
        message = f"column `{name}` is not one column of real numbers"
        raise SourceError(Diagnostic("not-a-number", message)) from None


def from_rows(names: Sequence[str], rows: Sequence[Sequence[Fraction]]) -> Arrays:
    """Return the columns of an inline block."""
    import numpy as np

    values = np.array([[float(value) for value in row] for row in rows], dtype=float)
    return Arrays({name: values[:, k].copy() for k, name in enumerate(names)})


def plain_name(text: str) -> str:
    """Return a heading as a name of the language, without the unit behind it; may be empty."""
    text = unicodedata.normalize("NFKC", text).strip()
    bare = without_unit(text)
    name = "".join(c if c.isalnum() or c == "_" else "_" for c in bare).strip("_")
    while "__" in name:
        name = name.replace("__", "_")
    return f"c_{name}" if name and not name[0].isalpha() else name


def without_unit(text: str) -> str:
    """Return a heading without a unit in brackets at its end."""
    for opening, closing in ("[]", "()"):
        if text.endswith(closing) and opening in text[1:]:
            return text[: text.rindex(opening)].strip()
    return text
