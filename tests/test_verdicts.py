"""Short systems with their verdicts, worked out by hand: what holds, how surely, and at which values.

A row of a table in `verdicts/` reads `equations -> expected`, where expected is one of

    solved [proved|unproved]: x = 1, 2; y = 3, 4     every solution, or of infinitely many some, one per column
    solved [proved|unproved], 6 solutions
    family: 2 free           family: x free
    identity
    no_solution: words of the reason
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pytest

import eqsolve
from eqsolve.result import Completeness, Result, Verdict

TABLES: Final = Path(__file__).parent / "verdicts"
RELATIVE: Final = 1e-8
ENDLESS: Final = "periodic"  # the table of equations with more roots than can be listed
SECONDS: Final = 20.0


@dataclass(frozen=True)
class Row:
    """One line of a table."""

    table: str
    equations: tuple[str, ...]
    verdict: Verdict
    detail: str

    @property
    def text(self) -> str:
        """The equations in one line."""
        return "; ".join(self.equations)


def rows() -> list[Row]:
    found = []
    for path in sorted(TABLES.glob("*.txt")):
        for line in path.read_text(encoding="utf-8").splitlines():
            if not line.startswith("#"):
                equations, expected = line.split(" -> ")
                word = re.match(r"\w+", expected)
                assert word is not None, line
                texts = tuple(part.strip() for part in equations.split(";"))
                found.append(Row(path.stem, texts, Verdict(word[0]), expected[word.end() :]))
    return found


ROWS: Final = rows()


def test_the_tables_are_large_and_say_each_thing_once() -> None:
    assert len(ROWS) >= 250
    assert len({row.text for row in ROWS}) == len(ROWS)
    assert {row.verdict for row in ROWS} >= set(Verdict) - {Verdict.NOT_FOUND}


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row.table}: {row.text}")
def test_the_verdict_is_the_one_worked_out_by_hand(row: Row) -> None:
    result = eqsolve.solve(*row.equations, max_seconds=SECONDS)
    assert result.verdict is row.verdict, result.message
    match result.verdict:
        case Verdict.SOLVED:
            assert_solutions(row, result)
        case Verdict.FAMILY:
            assert_free(row, result)
        case Verdict.NO_SOLUTION:
            assert row.detail.removeprefix(":").strip() in result.message
            assert "proved" in result.message
        case _:
            assert not row.detail


def assert_solutions(row: Row, result: Result) -> None:
    """Compare the solutions with the columns of the row, and what is claimed of them."""
    how, _, columns = row.detail.partition(":")
    if "unproved" in how:
        assert result.completeness is not Completeness.PROVED
    elif "proved" in how:
        assert result.completeness is Completeness.PROVED, result.message
    count = re.search(r"(\d+) solutions", how)
    if count:
        assert len(result.solutions) == int(count[1])
        return
    wanted = {
        name.strip(): [float(value) for value in values.split(",")]
        for name, values in (column.split("=") for column in columns.split(";"))
    }
    points = [dict(zip(wanted, point, strict=True)) for point in zip(*wanted.values(), strict=True)]
    if row.table != ENDLESS:
        assert len(result.solutions) == len(points), result.message
    for point in points:
        close = pytest.approx(point, rel=RELATIVE, abs=0 if all(point.values()) else 1e-300)
        assert any(solution.values == close for solution in result.solutions), (point, result.solutions)


def assert_free(row: Row, result: Result) -> None:
    """Compare the free unknowns with those of the row, by name or by number."""
    free = row.detail.removeprefix(":").removesuffix("free").strip()
    if free.isdigit():
        assert len(result.free) == int(free), result.message
    else:
        assert list(result.free) == [name.strip() for name in free.split(",")]
