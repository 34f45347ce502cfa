"""Sizes of unknowns that the equations suggest."""

from __future__ import annotations

import pytest
from flint import fmpq

import eqsolve
from eqsolve.magnitudes import magnitudes
from eqsolve.pipeline import prepare
from eqsolve.result import Verdict


def sizes(*lines: str, known: dict[str, int] | None = None) -> dict[str, float]:
    problem = prepare(*lines)
    given = {problem.index[name]: fmpq(value) for name, value in (known or {}).items()}
    unknowns = [k for k in range(len(problem.unknowns)) if k not in given]
    found = magnitudes(problem, range(len(problem.equations)), unknowns, given)
    assert found is not None
    return {problem.names[k]: size for k, size in zip(unknowns, found, strict=True)}


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (("x = 3e5",), {"x": 5.5}),
        (("x^2 = 1e-8",), {"x": -4.0}),
        (("p*v = 1e6", "p/v = 1e2"), {"p": 4.0, "v": 2.0}),
        (("sqrt(x) = 1e3",), {"x": 5.5}),
        (("exp(-6000/T) = k",), {"T": 3.8}),
        (("x + 0*y = 1e4", "y + x = 0"), {"x": 4.0, "y": 4.0}),
        (("5% * x = 1e3",), {"x": 4.3}),
    ],
)
def test_terms_of_a_sum_are_of_one_size(lines: tuple[str, ...], expected: dict[str, float]) -> None:
    found = sizes(*lines)
    for name, size in expected.items():
        assert found[name] == pytest.approx(size, abs=0.6)


def test_what_is_known_counts() -> None:
    assert sizes("x*y = 1e3", known={"y": 10**9})["x"] == pytest.approx(-6, abs=0.2)


def test_large_problems_are_left_alone() -> None:
    problem = prepare(*(f"x{k} + y{k} = x{k + 1}*y{k}" for k in range(400)))
    assert magnitudes(problem, range(400), range(len(problem.unknowns)), {}) is None


def test_a_cascade_of_temperatures_and_conversions_is_solved_without_a_guess() -> None:
    """Thirty adiabatic stages in equilibrium: temperatures of hundreds, conversions below one."""
    lines = []
    for k in range(1, 31):
        temperature, conversion = ("500", "0.01") if k == 1 else (f"t{k - 1}", f"e{k - 1}")
        lines += [
            f"t{k} = {temperature} + 400*(e{k} - {conversion})",
            f"e{k}^2/(1 - e{k})^2 = exp(3000/t{k} - 4 + 0.1*e30)",
        ]
    result = eqsolve.solve(*lines, max_seconds=30)
    assert result.verdict is Verdict.SOLVED
