"""Short systems with their verdicts, worked out by hand: what holds, how surely, and at which values.

A row of a table in `verdicts/` reads `equations -> expected`, where expected is one of

    solved [proved|box|unproved]: x = 1, 2; y = 3, 4     every solution, or of infinitely many some, one per column
    solved [proved|box|unproved], 6 solutions
    family: 2 free           family: x free
    identity
    no_solution: words of the reason
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from eqsolve.result import Verdict

TABLES: Final = Path(__file__).parent / "verdicts"
ENDLESS: Final = "periodic"  # the table of equations with more roots than can be listed


@dataclass(frozen=True)
class Row:
    """One line of a table.

    Attributes:
        table: Name of the table.
        equations: Equations and constraints, each as text.
        verdict: What holds.
        how: What stands between the verdict and the colon.
        detail: What stands behind the colon.
    """

    table: str
    equations: tuple[str, ...]
    verdict: Verdict
    how: str
    detail: str

    @property
    def text(self) -> str:
        """The equations in one line."""
        return "; ".join(self.equations)

    @property
    def points(self) -> list[dict[str, float]]:
        """The solutions by name; empty where the row only counts them."""
        if self.verdict is not Verdict.SOLVED or not self.detail:
            return []
        columns = {
            name.strip(): [float(value) for value in values.split(",")]
            for name, values in (column.split("=") for column in self.detail.split(";"))
        }
        return [dict(zip(columns, point, strict=True)) for point in zip(*columns.values(), strict=True)]


def rows() -> list[Row]:
    """Read all tables."""
    found = []
    for path in sorted(TABLES.glob("*.txt")):
        for line in path.read_text(encoding="utf-8").splitlines():
            if not line.startswith("#"):
                equations, expected = line.split(" -> ")
                word = re.match(r"\w+", expected)
                assert word is not None, line
                how, _, detail = expected[word.end() :].partition(":")
                texts = tuple(part.strip() for part in equations.split(";"))
                found.append(Row(path.stem, texts, Verdict(word[0]), how.strip(), detail.strip()))
    return found


ROWS: Final = rows()
