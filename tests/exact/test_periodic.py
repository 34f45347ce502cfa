"""Angles of a turn: which there are, and how they are written."""

from __future__ import annotations

from fractions import Fraction

import pytest

from eqsolve.evaluate import precision
from eqsolve.exact.periodic import Angles, angles
from eqsolve.pipeline import prepare


def found(*equations: str) -> Angles | None:
    problem = prepare(*equations)
    with precision(700):
        return angles([(e.left, e.right) for e in problem.equations], "x", {})


@pytest.mark.parametrize(
    ("equation", "shares", "parts"),
    [
        ("sin(x) = -1/2", {Fraction(-1, 6), Fraction(-5, 6)}, 1),
        ("cos(x) = -1", {Fraction(1)}, 1),
        ("sin(5*x) = 0", {Fraction(0)}, 2),
        ("sin(x + pi/2) = cos(3*x)", {Fraction(0), Fraction(1, 2)}, 2),
        ("cos(x) = (1 + sqrt(5))/4", {None}, 1),
    ],
)
def test_rational_multiples_of_pi_are_proved(equation: str, shares: set[Fraction | None], parts: int) -> None:
    result = found(equation)
    assert result is not None
    assert {turn.share for turn in result.turns} == shares
    assert result.parts == parts


def test_an_angle_close_to_a_multiple_of_pi_is_not_one() -> None:
    result = found("sin(x) = 1/2 + 1e-60")
    assert result is not None
    assert all(turn.share is None for turn in result.turns)


@pytest.mark.parametrize(
    "equation",
    ["sin(x) = x", "sin(x^2/x) = 0", "sin(1/x) = 0", "sin(x) = sin(x)", "sin(x)*sin(sqrt(2)*x) = 0"],
)
def test_what_is_not_of_this_kind(equation: str) -> None:
    assert found(equation) is None


def test_equations_share_their_angles() -> None:
    result = found("sin(x) = 0", "cos(x) = 1")
    assert result is not None
    assert [turn.share for turn in result.turns] == [Fraction(0)]
