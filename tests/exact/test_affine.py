"""Which equations are linear, with which coefficients."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

import pytest
from flint import arb, fmpq
from tests.problems import lowered

from eqsolve.evaluate import precision
from eqsolve.exact.affine import Affine, Number, affine


def form(text: str, **known: fmpq | arb) -> Affine | None:
    """The linear form of the first equation."""
    problem = lowered(text)
    (equation, *_) = problem.equations
    with precision(400):
        return affine(
            equation.left,
            equation.right,
            problem.index,
            {problem.index[name]: value for name, value in known.items()},
        )


def named(text: str, found: Affine) -> dict[str, Number]:
    names = lowered(text).names
    return {names[key]: value for key, value in found.coefficients.items()}


def fraction(value: Number) -> Fraction:
    assert isinstance(value, fmpq), f"{value} is not exact"
    return Fraction(int(value.p), int(value.q))


@pytest.mark.parametrize(
    ("text", "constant", "coefficients"),
    [
        ("x = 5", -5, {"x": 1}),
        ("3 = 2", 1, {}),
        ("2x - y/3 = x + 1", -1, {"x": 1, "y": Fraction(-1, 3)}),
        ("-(x - 2*(y - 3))*4 = 0", -24, {"x": -4, "y": 8}),
        ("25%*x + x% = 0.1", Fraction(-1, 10), {"x": Fraction(26, 100)}),
        ("x + 1e20 = 1e20 + 5", -5, {"x": 1}),
        ("(x + 1)*2^-3 = 2^3*y", Fraction(1, 8), {"x": Fraction(1, 8), "y": -8}),
        ("x^1 = 3", -3, {"x": 1}),
        ("x - x = 0", 0, {}),
        ("0*x = 1", -1, {}),
        ("(x + 1)*(y - y) = 2", -2, {}),
        ("x/(1/3 + 1/6) = 1", -1, {"x": 2}),
        ("A = 1000*(1 + 5%)^10", -1000 * Fraction(21, 20) ** 10, {"A": 1}),
    ],
)
def test_linear_forms_are_exact(text: str, constant: Fraction, coefficients: Mapping[str, Fraction]) -> None:
    found = form(text)
    assert found is not None
    assert found.issue is None
    assert fraction(found.constant) == constant
    assert {name: fraction(value) for name, value in named(text, found).items()} == coefficients


@pytest.mark.parametrize(
    "text",
    [
        "x*y = 1",
        "x^2 = 1",
        "1/x = 2",
        "sin(x) = 0",
        "2^x = 8",
        "sqrt(x) = 2",
        "x*(y + 1) - x*y = 1",
        "abs(x) = 1",
        "if(x > 0, x, 2) = 1",
        "min(x, y) = 1",
        "1/(x - x + y) = 1",
    ],
)
def test_what_is_not_linear(text: str) -> None:
    assert form(text) is None


@pytest.mark.parametrize(
    ("text", "coefficient"),
    [
        ("pi*x = 1", arb.pi),
        ("sqrt(2)*x = 1", lambda: arb(2).sqrt()),
        ("x/ln(3) = 1", lambda: 1 / arb(3).log()),
        ("2^0.5*x = 1", lambda: arb(2).sqrt()),
        ("x*sin(1)^2 = 1", lambda: arb(1).sin() ** 2),
    ],
)
def test_irrational_coefficients_are_balls(text: str, coefficient: object) -> None:
    found = form(text)
    assert found is not None
    assert callable(coefficient)
    with precision(400):
        value = found.coefficients[0]
        assert isinstance(value, arb)
        assert value.overlaps(coefficient())
        assert value.rad() < arb("1e-100")


def test_what_is_known_is_put_in() -> None:
    found = form("x*y + y^2 = z", y=fmpq(3, 2))
    assert found is not None
    assert named("x*y + y^2 = z", found) == {"x": fmpq(3, 2), "z": fmpq(-1)}
    assert found.constant == fmpq(9, 4)


def test_a_known_zero_makes_a_product_vanish() -> None:
    found = form("x*y = 6", y=fmpq(0))
    assert found is not None
    assert found.coefficients == {}
    assert found.constant == -6


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("sqrt(-1) = x", "`sqrt` needs `x >= 0`"),
        ("x = 2 + ln(1 - 2)", "`ln` needs `x > 0`"),
        (
            "(-8)^(1/3) = x",
            "a negative base with a fractional exponent; `cbrt(x)` and `root(x, n)` take negative x",
        ),
        ("x = if(sqrt(-1) > 0, 1, 2)", "`sqrt` needs `x >= 0`"),
    ],
)
def test_what_has_no_value_says_why(text: str, message: str) -> None:
    found = form(text)
    assert found is not None
    assert found.issue is not None
    assert found.issue.message == message


@pytest.mark.parametrize(("condition", "value"), [("1 < 2", 3), ("1 > 2", 4), ("sqrt(2)^2 < 3", 3)])
def test_a_choice_between_constants_is_made(condition: str, value: int) -> None:
    found = form(f"x = if({condition}, 3, 4)")
    assert found is not None
    assert fraction(found.constant) == -value


@pytest.mark.parametrize(
    "text", ["x = if(sqrt(2)^2 = 2, 3, 4)", "x = 3/(sqrt(2)^2 - 2)", "x = ln(sqrt(2)^2 - 2)"]
)
def test_what_balls_cannot_decide_is_left_to_others(text: str) -> None:
    assert form(text) is None


def test_a_branch_not_taken_does_not_matter() -> None:
    found = form("if(1 < 2, x, y) = 3")
    assert found is not None
    assert fraction(found.constant) == -3
    assert form("if(1 < 2, x^2, y) = 3") is None
    assert form("if(1 < 2, y, sqrt(-1)) = 3") is not None
