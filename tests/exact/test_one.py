"""All real solutions of equations in one unknown: none is lost, none is invented, and what is not sure stays open."""

from __future__ import annotations

import math
from fractions import Fraction

import pytest
from flint import arb
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from eqsolve.evaluate import Balls, precision
from eqsolve.exact.one import Reals, all_solutions
from eqsolve.language.interpret import interpret
from eqsolve.language.parser import parse_expression
from eqsolve.source import Source


def solved(*texts: str) -> Reals | None:
    sides = []
    for text in texts:
        left, right = text.split("=")
        sides.append((parse_expression(Source(left)), parse_expression(Source(right))))
    with precision(400):
        return all_solutions(sides, "x", {})


def numbers(*texts: str) -> list[float]:
    found = solved(*texts)
    assert found is not None
    return [float(arb(value)) for value in found.values]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("log2(x) = 10", [1024]),
        ("acos(x) = pi", [-1]),
        ("sqrt(ln(x) + 2) = 3", [math.exp(7)]),
        ("exp(x)^2 = 5", [math.log(5) / 2]),
        ("abs(x - 2) = 3", [-1, 5]),
        ("4^x - 3*2^x + 2 = 0", [0, 1]),
        ("cosh(x) = 2*sinh(x)", [math.log(3) / 2]),
        ("ln(x) + ln(x + 3) = ln(4)", [1]),
        ("sqrt(x + 2) = -x", [-1]),
        ("exp(x) = x + 1", [0]),
        ("x^x = 1/4", [-2]),
    ],
)
def test_all_solutions_are_found(text: str, expected: list[float]) -> None:
    assert numbers(text) == pytest.approx(expected, rel=1e-14, abs=1e-300)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("atan(x) = pi/2", "`atan(x)` would have to be `pi/2`, which it never is"),
        ("sqrt(x^2 + 1) = x", "no"),
        ("ln(x + 1) = ln(x)", "can never hold"),
        ("cosh(x) = sinh(x)", "cancels"),
        ("exp(x) = 2.718281828459045*x", "never"),
        ("sqrt(x + 5) - sqrt(x) = 6", "candidate"),
        ("sin(x) + cos(x) = 2", "same angle"),
        ("gamma(x) = 0", "never"),
    ],
)
def test_absence_has_a_reason(text: str, why: str) -> None:
    found = solved(text)
    assert found is not None
    assert not found.values
    assert found.reason is not None
    assert why in found.reason


@pytest.mark.parametrize(
    "text", ["sin(x) = 1/2", "x = cos(x)", "exp(ln(x)) = x", "x^x + x = 1", "floor(x) = 2"]
)
def test_what_no_rule_decides_stays_open(text: str) -> None:
    assert solved(text) is None


def test_equations_together_have_the_solutions_in_common() -> None:
    assert numbers("abs(x) = 2", "exp(x) = exp(2)") == pytest.approx([2])
    assert numbers("sin(x) = 0", "cos(x) = 0") == []


small = st.fractions(-5, 5, max_denominator=6)
SHAPES = (
    "sqrt({a}*x^2 + 3) + {b}*x",
    "abs(x - {a}) + {b}*x",
    "abs(x) - abs(x + {a})",
    "exp({a}*x) + {b}*exp(-x)",
    "cbrt(x + {a}) + x",
    "tanh(x + {a})",
    "exp(x) + {a}*x",
    "x^2 + {a}*exp(x)",
    "atan({a}*x + {b})^2",
    "ln(x^2 + 1) + {b}*x",
)


@settings(max_examples=40)
@given(st.sampled_from(SHAPES), small, small, small)
def test_a_planted_solution_is_among_those_that_are_proved(
    shape: str, a: Fraction, b: Fraction, x: Fraction
) -> None:
    """The right side is the left one at the planted point, so that the point solves the equation exactly."""
    left = shape.format(a=f"({a})", b=f"({b})")
    with precision(400):
        assume(
            interpret(parse_expression(Source(left)), Balls({"x": arb(x.numerator) / x.denominator})).issue
            is None
        )
    found = solved(f"{left} = {left.replace('exp', 'E').replace('x', f'({x})').replace('E', 'exp')}")
    if found is not None:
        assert any(abs(arb(value) - arb(float(x))) < 1e-9 for value in found.values), left
