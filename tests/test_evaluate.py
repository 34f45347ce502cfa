"""Balls enclose the true value; a scale tells a true zero from a number that is merely small."""

from __future__ import annotations

import math
from collections.abc import Mapping
from fractions import Fraction
from typing import Any, Final

import mpmath
import pytest
from flint import arb, ctx
from hypothesis import given, settings
from hypothesis import strategies as st

from eqsolve.evaluate import (
    Ball,
    Balls,
    compare,
    exact,
    is_tiny,
    number,
    precision,
    strictly,
    truth_of,
)
from eqsolve.language import parse_expression
from eqsolve.language.interpret import interpret, tape
from eqsolve.language.syntax import Call
from eqsolve.source import Source

BITS: Final = 200
PI: Final = "3.14159265358979323846264338327950288419716939937510582097494459"


def ball(text: str, bits: int = BITS, **values: float | str) -> Ball:
    with precision(bits):
        return number(parse_expression(Source(text)), {name: arb(value) for name, value in values.items()})


def slopes(text: str, bits: int = BITS, **values: float | str) -> Ball:
    """The ball with derivatives by all names, in the order of the arguments."""
    with precision(bits):
        balls = {name: arb(value) for name, value in values.items()}
        return interpret(
            parse_expression(Source(text)), Balls(balls, {name: k for k, name in enumerate(values)})
        )


def tiny(text: str, bits: int = BITS, **values: float | str) -> bool:
    with precision(bits):
        found = ball(text, bits, **values)
        return is_tiny(found.value, found.scale)


# precision ---------------------------------------------------------------------------------------------


def test_precision_is_set_inside_and_restored_after() -> None:
    before = ctx.prec
    with precision(321):
        assert ctx.prec == 321
        with pytest.raises(ZeroDivisionError), precision(77):
            raise ZeroDivisionError
        assert ctx.prec == 321
    assert ctx.prec == before


@settings(deadline=None)
@given(st.fractions())
def test_rationals_stay_exact(value: Fraction) -> None:
    found = exact(value)
    assert (int(found.p), int(found.q)) == (value.numerator, value.denominator)


# enclosures --------------------------------------------------------------------------------------------

ENCLOSED: Final[tuple[tuple[str, Any], ...]] = (
    ("0.1", lambda: mpmath.mpf(1) / 10),
    ("1/3 + 1/7", lambda: mpmath.mpf(10) / 21),
    ("25%", lambda: mpmath.mpf(1) / 4),
    ("2^0.5", lambda: mpmath.sqrt(2)),
    ("2^-3", lambda: mpmath.mpf(1) / 8),
    ("pi^2/6", lambda: mpmath.pi**2 / 6),
    ("exp(pi*sqrt(163))", lambda: mpmath.exp(mpmath.pi * mpmath.sqrt(163))),
    ("ln(2)^3 - log10(7)", lambda: mpmath.log(2) ** 3 - mpmath.log10(7)),
    ("sin(1e22)", lambda: mpmath.sin(mpmath.mpf(10) ** 22)),
    ("-(3 - 5)/0.7", lambda: mpmath.mpf(20) / 7),
    ("gamma(1/3)*erf(0.2)", lambda: mpmath.gamma(mpmath.mpf(1) / 3) * mpmath.erf(mpmath.mpf(1) / 5)),
    ("(1 + 1e-30)^1000000", lambda: (1 + mpmath.mpf(10) ** -30) ** 1000000),
    ("1e20 + 1 - 1e20", lambda: mpmath.mpf(1)),
)


@pytest.mark.parametrize("bits", [64, 200, 600])
@pytest.mark.parametrize(("text", "reference"), ENCLOSED, ids=[text for text, _ in ENCLOSED])
def test_a_ball_holds_the_true_value(text: str, reference: Any, bits: int) -> None:
    digits = bits  # more than three times as many as the ball has
    with mpmath.workdps(digits):
        true = mpmath.nstr(reference(), digits - 5)
    found = ball(text, bits)
    assert found.issue is None
    with precision(4 * bits):
        assert found.value.overlaps(arb(true))


def test_higher_precision_gives_narrower_balls_within_the_wider_ones() -> None:
    coarse, fine = ball("exp(pi) - pi", 64).value, ball("exp(pi) - pi", 256).value
    assert coarse.contains(fine)
    assert fine.rad() < coarse.rad() * arb(2) ** -150


# scales ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("x", [1, 50, 500, 5e4, 1e6])
def test_an_exponential_is_never_a_zero(x: float) -> None:
    assert not tiny("exp(-x)", x=x)
    assert not tiny("exp(-x)^2", x=x)
    assert not tiny("1e-20*(x^2 + 1)", x=x)
    assert not tiny("1/x", x=1e300)


@pytest.mark.parametrize(
    ("text", "x"),
    [
        ("x^2 - 2", "1.4142135623730950488016887242096980785696718753769480731766797380"),
        ("(x^2 - 2)^2", "1.4142135623730950488016887242096980785696718753769480731766797380"),
        ("sqrt(x) - sqrt(2)", "2.0000000000000000000000000000000000000000000000000000000000001"),
        ("sin(x)", "3.1415926535897932384626433832795028841971693993751058209749445923"),
        ("ln(x)", "1.0000000000000000000000000000000000000000000000000000000000000001"),
        ("exp(x) - 1", "1e-60"),
        ("0.1 + 0.2 - 0.3", 0),
        ("1e20 + x - 1e20", 0),
    ],
)
def test_a_difference_of_equal_numbers_is_a_zero(text: str, x: float | str) -> None:
    assert tiny(text, x=x)


@pytest.mark.parametrize(
    ("text", "x"),
    [
        ("x^2 - 2", 1.4142135623730951),
        ("(x^2 - 2)^2", 1.4142135),
        ("sin(x)", 3.141592653589793),
        ("exp(x) - 1", 1e-30),
        ("x^2 + 1e-14", 0),
        ("x", 1e-300),
        ("1e-300", 0),
    ],
)
def test_a_small_number_is_no_zero(text: str, x: float) -> None:
    assert not tiny(text, x=x)


def test_zero_is_a_zero_whatever_its_scale() -> None:
    assert is_tiny(arb(0), arb(0))
    assert is_tiny(arb(0), arb(1))


@pytest.mark.parametrize(
    ("text", "scale"),
    [
        ("x + y", 5),  # |2| + |-3|
        ("x - y", 5),
        ("x*y", 18),  # |xy| + |y||x| + |x||y|
        ("x^3", 8 + 24),  # |x^3| + |3x^2||x|
        ("-x", 2),
        ("x%", 0.02 + 0.02),
        ("7", 7),
        ("if(x > 0, x, y)", 2),
    ],
)
def test_how_a_scale_adds_up(text: str, scale: float) -> None:
    assert float(ball(text, x=2, y=-3).scale) == pytest.approx(scale, rel=1e-15)


def test_the_scale_at_the_edge_of_a_domain_is_finite() -> None:
    assert ball("sqrt(x)", x=0).scale.is_finite()
    assert ball("x^0.5", x=0).scale.is_finite()


# comparisons -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "holds"),
    [
        ("1 < 2", True),
        ("2 <= 2", True),
        ("2 < 2", False),
        ("0.1 + 0.2 = 0.3", True),
        ("sqrt(2)^2 = 2", True),
        ("sqrt(2)^2 <= 2", True),
        ("sqrt(2)^2 < 2", False),
        ("sqrt(2)^2 != 2", False),
        ("1 < 1 + 1e-20", True),
        ("1 < 2 < 3 <= 3 != 4", True),
        ("1 < 2 > 2", False),
        ("1 < 2 and 2 < 1", False),
        ("1 < 2 or sqrt(-1) < 1", True),
        ("not 1 < 2", False),
    ],
)
def test_conditions(text: str, holds: bool) -> None:
    assert truth(text) is holds


def truth(text: str, *, strict: bool = False) -> bool | None:
    expression = parse_expression(Source(f"if({text}, 1, 0)"))
    assert isinstance(expression, Call)
    with precision(BITS):
        if strict:
            with strictly():
                return truth_of(number(expression.arguments[0]))
        return truth_of(number(expression.arguments[0]))


@pytest.mark.parametrize("text", ["sqrt(2)^2 = 2", "sqrt(2)^2 <= 2", "cos(pi) < -1", "sin(pi) != 0"])
def test_strictly_nothing_is_equal_that_is_not_proved_to_be(text: str) -> None:
    assert truth(text) is not None
    assert truth(text, strict=True) is None


def test_strictly_ends_with_its_block() -> None:
    with pytest.raises(ZeroDivisionError), strictly():
        raise ZeroDivisionError
    assert truth("sqrt(2)^2 = 2") is True


def test_strictly_clear_cases_stay_clear() -> None:
    assert truth("1 < 2", strict=True) is True
    assert truth("2 <= 2", strict=True) is True
    assert truth("exp(1) = 2", strict=True) is False


def test_a_wide_ball_cannot_be_compared() -> None:
    wide = Ball(arb(1, 1), arb(1))
    assert compare("<", wide, Ball(arb(1), arb(1))) is None
    assert compare("<", wide, Ball(arb(3), arb(3))) is True
    assert compare("<", Ball(arb.nan(), arb(1)), wide) is None


# domains -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "where", "message"),
    [
        ("1 + ln(x - 2)", "ln(x - 2)", "`ln` needs `x > 0`"),
        ("sqrt(x - 3)", "sqrt(x - 3)", "`sqrt` needs `x >= 0`"),
        ("2*asin(2*x)", "asin(2*x)", "`asin` needs `-1 <= x <= 1`"),
        ("3/(x - 2)", "(x - 2)", "a denominator is zero"),
        ("x^2/(x - 2)/4", "(x - 2)", "a denominator is zero"),
        ("(x - 2)^-2", "x - 2", "a denominator is zero"),
        ("0^-1", "0", "a denominator is zero"),
        ("(x - 2)^-0.5", "x - 2", "zero to a power that is not positive"),
        (
            "(-8)^(1/3)",
            "-8",
            "a negative base with a fractional exponent; `cbrt(x)` and `root(x, n)` take negative x",
        ),
        ("if(sqrt(-x) > 0, 1, 2)", "sqrt(-x)", "`sqrt` needs `x >= 0`"),
        ("gamma(-x)", "gamma(-x)", "`gamma` needs `x > 0 or x != floor(x)`"),
        ("mod(x, 0)", "mod(x, 0)", "`mod` needs `y != 0`"),
        ("root(-x, 2)", "root(-x, 2)", "`root` needs `x >= 0 or mod(n, 2) = 1`"),
        ("sin(ln(-x)) + 1/(x - x)", "ln(-x)", "`ln` needs `x > 0`"),
    ],
)
def test_an_issue_says_where_and_why(text: str, where: str, message: str) -> None:
    found = ball(text, x=2)
    assert found.issue is not None
    assert found.value.is_nan()
    assert found.issue.message == message
    assert found.issue.span.text.strip("()") == where.strip("()") or found.issue.span.text == where


@pytest.mark.parametrize(
    ("text", "x"), [("x^2/x", 0), ("x/x", 0), ("(x^2 - 1)/(x - 1)", 1), ("x*(1/x)", 0), ("x - 1/x + 1/x", 0)]
)
def test_a_hole_stays_a_hole(text: str, x: float) -> None:
    assert ball(text, x=x).issue is not None
    assert ball(text, x=x + 1).issue is None


def test_a_denominator_that_is_zero_beside_its_terms_is_zero() -> None:
    assert ball("1/(x - pi)", x=PI).issue
    assert not ball("1/(x - pi)", x=3.141592653589793).issue


def test_beyond_an_edge_by_a_rounding_is_the_edge() -> None:
    assert ball("sqrt(x - 2)", x=2).value == 0
    with precision(BITS):
        assert is_tiny(ball("acos(0.1 + 0.2 + 0.7)").value, arb(1))
    assert ball("sqrt(2 - sqrt(2)^2)").issue is None
    assert ball("acosh(cosh(0))").issue is None


# powers ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "x", "value", "slope"),
    [
        ("x^0", 0, 1, 0),
        ("0^x", 0, 1, None),
        ("x^1", 0, 0, 1),
        ("x^2", -3, 9, -6),
        ("x^3", -2, -8, 12),
        ("x^-1", -2, -0.5, -0.25),
        ("x^-2", 2, 0.25, -0.25),
        ("x^0.5", 4, 2, 0.25),
        ("x^1.5", 0, 0, 0),
        ("2^x", 3, 8, 8 * math.log(2)),
        ("x^x", 2, 4, 4 * (1 + math.log(2))),
        ("(-2)^x", 3, -8, None),
        ("x^(6/3)", -3, 9, -6),
    ],
)
def test_powers_and_their_slopes(text: str, x: float, value: float, slope: float | None) -> None:
    assert float(ball(text, x=x).value) == pytest.approx(value, rel=1e-15)
    if slope is not None:
        assert float(slopes(text, x=x).partials.get(0, arb(0))) == pytest.approx(slope, rel=1e-15)


@pytest.mark.parametrize("power", [2, 3, 4, 7])
def test_a_ball_around_zero_to_a_power_holds_all_powers(power: int) -> None:
    with precision(BITS):
        found = number(parse_expression(Source(f"x^{power}")), {"x": arb("1 +/- 1")}).value
        assert found.is_finite()
        for part in (0, 0.25, 1, 1.75, 2):
            assert found.contains(arb(part) ** power)
        around = number(parse_expression(Source(f"x^{power}")), {"x": arb("0 +/- 2")}).value
        assert around.contains(arb(2) ** power)
        assert around.contains(arb(-2) ** power)
        assert around.is_finite()


def test_a_negative_power_of_a_ball_around_zero_has_no_value() -> None:
    with precision(BITS):
        assert number(parse_expression(Source("x^-2")), {"x": arb("0 +/- 1")}).issue is not None
        assert number(parse_expression(Source("1/x")), {"x": arb("0 +/- 1e-30")}).issue is not None


# derivatives -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "gradient"),
    [
        ("x*y + x/y", (3 + 1 / 3, 2 - 2 / 9)),
        ("x - (x - y)", (0, 1)),
        ("x*x*x", (12, 0)),
        ("-(x*y)%", (-0.03, -0.02)),
        ("if(x < y, x*y, 7)", (3, 2)),
        ("max(x, y, 1)", (0, 1)),
        ("atan2(y, x)", (-3 / 13, 2 / 13)),
        ("hypot(x, y)^2", (4, 6)),
        ("5 + pi", (0, 0)),
    ],
)
def test_gradients(text: str, gradient: tuple[float, float]) -> None:
    partials = slopes(text, x=2, y=3).partials
    assert [float(partials.get(key, arb(0))) for key in (0, 1)] == pytest.approx(list(gradient), abs=1e-15)


def test_only_active_names_are_differentiated() -> None:
    with precision(BITS):
        found = interpret(parse_expression(Source("x*y")), Balls({"x": arb(2), "y": arb(3)}, active={"y": 5}))
    assert {key: float(partial) for key, partial in found.partials.items()} == {5: 2.0}


OF_THREE: Final[Mapping[str, Any]] = {
    "x*y - z/3": lambda x, y, z: x * y - z / 3,
    "sin(x)*exp(y) + z^2": lambda x, y, z: mpmath.sin(x) * mpmath.exp(y) + z**2,
    "x^3*y^2 - x*y*z": lambda x, y, z: x**3 * y**2 - x * y * z,
    "exp(x - y)/(1 + z^2)": lambda x, y, z: mpmath.exp(x - y) / (1 + z**2),
    "atan(x*y) + erf(z)": lambda x, y, z: mpmath.atan(x * y) + mpmath.erf(z),
}


@settings(deadline=None, max_examples=60)
@given(
    st.dictionaries(st.sampled_from("xyz"), st.floats(-8, 8), min_size=3, max_size=3),
    st.sampled_from(sorted(OF_THREE)),
)
def test_value_and_gradient_agree_with_mpmath(values: Mapping[str, float], text: str) -> None:
    found = slopes(text, BITS, **dict(sorted(values.items())))
    with mpmath.workdps(50):
        point = [mpmath.mpf(values[name]) for name in "xyz"]
        true = OF_THREE[text](*point)
        assert float(found.value) == pytest.approx(float(true), rel=1e-14, abs=1e-300)
        for key in range(3):
            slope = mpmath.diff(OF_THREE[text], point, tuple(int(k == key) for k in range(3)))
            # A difference quotient at 50 digits still has more than 16.
            assert float(found.partials[key]) == pytest.approx(float(slope), rel=1e-13, abs=1e-20)


def test_shared_parts_are_evaluated_once() -> None:
    """A value doubled sixty times by sharing is a tape of sixty steps, not of 2^60."""
    expression = parse_expression(Source("x"))
    plus = parse_expression(Source("x + x"))
    for _ in range(60):
        expression = type(plus)("++", (expression, expression), plus.span)  # type: ignore[call-arg, arg-type]
    assert len(tape(expression).steps) == 61
    with precision(BITS):
        assert number(expression, {"x": arb(1)}).value == arb(2) ** 60
