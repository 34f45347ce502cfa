"""Results as literals: rendering needs nothing that computes."""

from __future__ import annotations

import math

import pytest

from eqsolve.errors import Diagnostic
from eqsolve.result import (
    Best,
    BlockReport,
    Completeness,
    EquationReport,
    Line,
    Repair,
    Result,
    Solution,
    Stats,
    Verdict,
)
from eqsolve.source import Source, Span

ROOT = math.sqrt(2)


@pytest.fixture
def solved() -> Result:
    source = Source("x^2 = 2\n[red]y[/red] = 2\nT := 3")
    return Result(
        Verdict.SOLVED,
        "1 solution, proved to be the only one",
        Completeness.PROVED,
        (Solution({"x": ROOT, "p_in": 2.0}, {"x": "sqrt(2)", "p_in": "2"}, {"x": 2e-16}, certified=True),),
        equations=(
            EquationReport(Line(1, "x^2 = 2"), 0.0, 4.0),
            EquationReport(Line(2, "[red]y[/red] = 2", "balance"), 1e-17, 4.0),
        ),
        warnings=(Diagnostic("unused-given", "`T` is used nowhere", Span(source, 25, 26), "remove it"),),
        blocks=(
            BlockReport(("x",), (1,), "torch", "newton, 5 iterations", "converged", 2),
            BlockReport(("p_in",), (2,), "exact", "rational elimination"),
        ),
        stats=Stats(2, 2, 2, ("exact", "torch"), 0.123),
    )


@pytest.fixture
def two() -> Result:
    return Result(
        Verdict.SOLVED,
        "2 solutions, proved to be all",
        Completeness.PROVED,
        (
            Solution({"x": -ROOT, "y": 1.0}, {"x": "-sqrt(2)", "y": "1"}),
            Solution({"x": ROOT, "y": 2.5}, {"x": "sqrt(2)", "y": "5/2"}, multiplicity=2),
        ),
    )


@pytest.fixture
def family() -> Result:
    values = {"A": 5.5, "B": 3.5, "C": 2.5, "D": 1.5, "E": ROOT}
    return Result(
        Verdict.FAMILY,
        "infinitely many solutions: 1 free unknown",
        solutions=(Solution(values, origin="representative (least norm)"),),
        free=("D",),
        family={"A": "7 - D", "B": "2 + D", "C": "1 + D"},
        determined={"E": "sqrt(2)"},
    )


@pytest.fixture
def contradiction() -> Result:
    return Result(
        Verdict.NO_SOLUTION,
        "no solution: lines 2 and 13 contradict each other",
        conflict=(Line(2, "x + y = 3"), Line(13, "x + y = 4", "mass")),
        repairs=(Repair(Line(2, "x + y = 3"), "drop line 2, or change its right side to 4", -1.0, 0.3),),
    )


@pytest.fixture
def not_found() -> Result:
    return Result(
        Verdict.NOT_FOUND,
        "nothing found from 256 starts; this is no proof",
        best=Best({"x": 1.234567891, "y": 3.0}, 3.1e-4),
        equations=(
            EquationReport(Line(1, "exp(-x) = 0"), 3.1e-4, 3.1e-4),
            EquationReport(Line(2, "y = 3"), 0.0, 6.0),
        ),
    )
