"""Systems of complex polynomials: all solutions, with proof."""

from __future__ import annotations

import pytest

import eqsolve
from eqsolve.result import Completeness, Result, Verdict


def proved(result: Result, count: int) -> bool:
    certified = all(solution.certified for solution in result.solutions)
    return result.completeness is Completeness.PROVED and len(result.solutions) == count and certified


def test_as_many_as_the_degrees_allow() -> None:
    result = eqsolve.solve("x^3 + y = 1", "y^3 + x = 2", complex=True)
    assert proved(result, 9)
    for solution in result.solutions:
        x, y = solution.values["x"], solution.values["y"]
        assert abs(x**3 + y - 1) + abs(y**3 + x - 2) < 1e-9


def test_the_imaginary_unit_in_coefficients() -> None:
    result = eqsolve.solve("x*y*z = 1", "x + y + z = 0", "x^2 + y^2 = i*z", complex=True)
    assert proved(result, 6)
    for solution in result.solutions:
        assert abs(solution.values["x"] ** 2 + solution.values["y"] ** 2 - 1j * solution.values["z"]) < 1e-9


def test_what_is_known_from_earlier_blocks_is_put_in() -> None:
    """Three values of x, each of which leaves four pairs of the others."""
    result = eqsolve.solve("x^3 = i", "y^2*x + w*y = 1", "w^2 + y*w = x", complex=True)
    assert proved(result, 12)


def test_fewer_than_the_degrees_allow() -> None:
    names = [f"x{k}" for k in range(5)]
    lines = [
        "+".join("*".join(names[(i + j) % 5] for j in range(k)) for i in range(5)) + " = 0"
        for k in range(1, 5)
    ]
    result = eqsolve.solve(*lines, "*".join(names) + " = 1", complex=True, all=True)
    assert proved(result, 70)


@pytest.mark.parametrize(
    "equations",
    [
        ("z*conj(z) + w = 2", "w^2 + z = i"),
        ("re(z)^2 + w = 1", "z^2 = w + 1"),
    ],
)
def test_what_is_no_complex_polynomial_is_left_to_its_parts(equations: tuple[str, str]) -> None:
    result = eqsolve.solve(*equations, complex=True)
    assert result.verdict is Verdict.SOLVED


def test_a_root_that_a_denominator_excludes_is_not_shown() -> None:
    result = eqsolve.solve("(x^2 + 1)/(x - i) + y = 2", "x*y + y^3 = 1", complex=True, all=True)
    assert all(abs(solution.values["x"] - 1j) > 1e-6 for solution in result.solutions)
