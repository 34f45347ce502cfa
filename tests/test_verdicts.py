"""Every row of the tables in `verdicts/` gets the verdict that was worked out by hand."""

from __future__ import annotations

import re
from typing import Final

import pytest
from tests.verdict_tables import ENDLESS, ROWS, Row

import eqsolve
from eqsolve.result import Completeness, Result, Verdict

RELATIVE: Final = 1e-8
SECONDS: Final = 20.0


def test_the_tables_are_large_and_say_each_thing_once() -> None:
    assert len(ROWS) >= 250
    assert len({row.text for row in ROWS}) == len(ROWS)
    assert {row.verdict for row in ROWS} >= set(Verdict) - {Verdict.NOT_FOUND, Verdict.FIT}


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
            assert row.detail in result.message
            assert "proved" in result.message
        case _:
            assert not row.detail


def assert_solutions(row: Row, result: Result) -> None:
    """Compare the solutions with the columns of the row, and what is claimed of them."""
    if "unproved" in row.how:
        assert result.completeness is not Completeness.PROVED
    elif "box" in row.how:
        assert result.completeness is Completeness.BOX, result.message
    elif "proved" in row.how:
        assert result.completeness is Completeness.PROVED, result.message
    count = re.search(r"(\d+) solutions", row.how)
    if count or row.table != ENDLESS:
        assert len(result.solutions) == (int(count[1]) if count else len(row.points)), result.message
    for point in row.points:
        close = pytest.approx(point, rel=RELATIVE, abs=0 if all(point.values()) else 1e-300)
        assert any(solution.values == close for solution in result.solutions), (point, result.solutions)


def assert_free(row: Row, result: Result) -> None:
    """Compare the free unknowns with those of the row, by name or by number."""
    free = row.detail.removesuffix("free").strip()
    if free.isdigit():
        assert len(result.free) == int(free), result.message
    else:
        assert list(result.free) == [name.strip() for name in free.split(",")]
