"""Numbers and their exact forms: those that must be found, and those that must never be."""

from __future__ import annotations

import random
import time
from typing import Final

import pytest
from flint import arb, fmpq
from hypothesis import given, settings
from hypothesis import strategies as st

from eqsolve import solve
from eqsolve.evaluate import number, precision
from eqsolve.exact.recognise import Hints, agrees, information, recognise
from eqsolve.exact.relations import fraction, lattice, polynomial, relation, split_power
from eqsolve.language.parser import parse_expression
from eqsolve.source import Source


def value_of(text: str, bits: int = 420) -> arb:
    with precision(bits):
        return number(parse_expression(Source(text))).value.mid()


# text of the number, expected form
FOUND: Final = [
    ("7/3", "7/3"),
    ("-2", "-2"),
    ("0", "0"),
    ("1000000", "1000000"),
    ("1/1024", "1/1024"),
    ("123456789/1000", "123456789/1000"),
    ("-355/113", "-355/113"),
    ("sqrt(2)", "sqrt(2)"),
    ("-sqrt(2)", "-sqrt(2)"),
    ("3/sqrt(2)", "3*sqrt(2)/2"),
    ("sqrt(2/3)", "sqrt(6)/3"),
    ("(1 + sqrt(5))/2", "(1 + sqrt(5))/2"),
    ("(1 - sqrt(5))/2", "(1 - sqrt(5))/2"),
    ("-1/2 + sqrt(3)/2", "(sqrt(3) - 1)/2"),
    ("2 + sqrt(7)", "2 + sqrt(7)"),
    ("cbrt(2)", "cbrt(2)"),
    ("-cbrt(5)", "-cbrt(5)"),
    ("cbrt(1/4)", "cbrt(2)/2"),
    ("2^(1/5)", "root(2, 5)"),
    ("root(3, 4)/2", "root(3, 4)/2"),
    ("1 + cbrt(2)", "1 + cbrt(2)"),
    ("2 - cbrt(3)/2", "2 - cbrt(3)/2"),
    ("sqrt(2) + sqrt(3)", "sqrt(2) + sqrt(3)"),
    ("sqrt(2) - sqrt(3)", "sqrt(2) - sqrt(3)"),
    ("sqrt((1 + sqrt(5))/2)", "sqrt((1 + sqrt(5))/2)"),
    ("cos(pi/8)", "sqrt(2 + sqrt(2))/2"),
    ("cos(pi/5)", "(1 + sqrt(5))/4"),
    ("pi", "pi"),
    ("pi/6", "pi/6"),
    ("-2*pi/3", "-2*pi/3"),
    ("1 + pi", "1 + pi"),
    ("pi/2 - 1", "pi/2 - 1"),
    ("sqrt(2)*pi/4", "sqrt(2)*pi/4"),
    ("sqrt(pi)/2", "sqrt(pi)/2"),
    ("pi^2/6", "pi^2/6"),
    ("2/pi", "2/pi"),
    ("1/sqrt(pi)", "1/sqrt(pi)"),
    ("ln(2)", "ln(2)"),
    ("ln(3)/2", "ln(3)/2"),
    ("ln(2) + ln(3)", "ln(6)"),
    ("ln(3) - ln(2)", "ln(3/2)"),
    ("1 + ln(2)", "1 + ln(2)"),
    ("-ln(2)/3", "-ln(2)/3"),
    ("ln(101)", "ln(101)"),
    ("ln(2)/ln(3)", "ln(2)/ln(3)"),
    ("log10(2)", "ln(2)/ln(10)"),
    ("1/ln(2)", "1/ln(2)"),
    ("exp(2)", "exp(2)"),
    ("exp(1/2)", "exp(1/2)"),
    ("exp(-1)", "exp(-1)"),
    ("2*exp(3)", "2*exp(3)"),
    ("exp(sqrt(2))", "exp(sqrt(2))"),
    ("asinh(1)", "ln(1 + sqrt(2))"),
    ("sqrt(ln(2))", "sqrt(ln(2))"),
    ("-sqrt(ln(3)/2)", "-sqrt(ln(3)/2)"),
    ("atan(2)", "atan(2)"),
    ("acos(1/3)", "acos(1/3)"),
    ("acos(-1/3)", "acos(-1/3)"),
    ("-asin(1/3)", "-asin(1/3)"),
    ("pi - asin(1/4)", "pi - asin(1/4)"),
    ("atan(2) + pi", "atan(2) + pi"),
    ("sin(1)", "sin(1)"),
    ("cos(2)", "cos(2)"),
    ("tan(1/2)", "tan(1/2)"),
]

NOT_FOUND: Final = [
    "sqrt(2) + 1e-40",
    "sqrt(2) + 1e-70",
    "sqrt(2) + 1e-95",
    "355/113 + 1e-30",
    "1/3 + 1e-90",
    "pi + 1e-50",
    "pi/6 - 1e-80",
    "ln(2)*(1 + 1e-60)",
    "2 + 1e-99",
    "cos(pi/7)",
    "exp(pi)",
    "sqrt(2) + cbrt(2)",
    "gamma(1/3)",
    "erf(1)",
    "ln(pi)",
    "atan(2)*atan(3)",
    "exp(exp(1))",
    "2^sqrt(2)",
    "sin(1) + cos(2)",
    "1e60",
    "123456789123456789/987654321987654323",
    "sqrt(1234567891234567891)",
]


@pytest.mark.parametrize(("text", "form"), FOUND)
def test_a_simple_number_is_recognised(text: str, form: str) -> None:
    assert recognise(value_of(text)) == form


@pytest.mark.parametrize("text", NOT_FOUND)
def test_anything_else_is_not(text: str) -> None:
    assert recognise(value_of(text)) is None


@pytest.mark.parametrize("degree", [5, 7])
def test_roots_without_radicals_have_no_form(degree: int) -> None:
    x = arb("1.1")
    with precision(800):
        for _ in range(12):
            x = (x - (x**degree - x - 1) / (degree * x ** (degree - 1) - 1)).mid()
    assert recognise(x) is None


@settings(deadline=None, max_examples=60)
@given(st.integers(10**59, 10**60 - 1).filter(lambda n: n % 10**20), st.integers(-5, 5))
def test_random_decimals_have_no_form(digits: int, order: int) -> None:
    with precision(420):
        value = (arb(digits) * arb(10) ** (order - 60)).mid()
    assert recognise(value) is None


@settings(deadline=None, max_examples=40)
@given(st.randoms(use_true_random=False))
def test_random_reals_have_no_form(source: random.Random) -> None:
    with precision(420):
        value = (arb(source.getrandbits(400) | 1) / arb(2) ** 400).mid()
    assert recognise(value) is None


SMALL: Final = st.integers(-30, 30)
ROOTS: Final = st.sampled_from([2, 3, 5, 6, 7, 10, 11, 13])


@st.composite
def simple(draw: st.DrawFn) -> str:
    p, q, s = draw(SMALL), draw(SMALL.filter(bool)), draw(st.integers(1, 20))
    kind = draw(st.sampled_from(["({p} + {q}*sqrt({r}))/{s}", "{q}*pi/{s}", "{q}*ln({r})/{s}", "{p}/{s}"]))
    return kind.format(p=f"({p})", q=f"({q})", s=s, r=draw(ROOTS))


@settings(deadline=None, max_examples=120)
@given(simple())
def test_random_simple_forms_come_back(text: str) -> None:
    form = recognise(value_of(text))
    assert form is not None
    with precision(2000):
        difference = number(parse_expression(Source(f"{form} - ({text})"))).value
    assert difference.contains(0)
    assert difference.rad() < arb("1e-500")


def test_a_form_must_share_a_hundred_digits() -> None:
    assert agrees("sqrt(2)", value_of("sqrt(2)"))
    assert not agrees("sqrt(2)", value_of("sqrt(2) + 1e-98"))


def test_a_form_with_too_much_information_convinces_nobody() -> None:
    assert information("sqrt(2)/3") == 6
    text = "1234567890123456789/9876543210987654322"
    assert not agrees(text, value_of(text))


def test_kinds_are_tried_only_where_the_equations_speak_of_them() -> None:
    plain = Hints(angles=False, exponentials=False, trigonometric=False)
    assert recognise(value_of("pi/6"), plain) is None
    assert recognise(value_of("ln(2)"), plain) is None
    assert recognise(value_of("sqrt(2)"), plain) == "sqrt(2)"


def test_logarithms_to_bases_of_the_problem() -> None:
    hints = Hints(constants=frozenset({fmpq(21, 20)}))
    assert recognise(value_of("ln(2)/ln(1.05)"), hints) == "ln(2)/ln(1.05)"
    assert recognise(value_of("ln(2)/ln(1.05)")) is None


def test_there_is_no_time_beyond_the_deadline() -> None:
    assert recognise(value_of("pi"), deadline=time.thread_time() - 1) is None


def test_the_tools_underneath() -> None:
    with precision(400):
        assert fraction(arb(fmpq(22, 7))) == fmpq(22, 7)
        assert fraction(arb.pi()) is None
        assert relation([arb(2).log() + 3 * arb(3).log(), arb(2).log(), arb(3).log()]) == [1, -1, -3]
        assert relation([arb(2).sqrt(), arb(3).sqrt(), arb.pi()]) is None
        assert polynomial((1 + arb(5).sqrt()) / 2, 2) == [1, -1, -1]
    assert split_power(72, 2) == (6, 2)
    assert split_power(72, 3) == (2, 9)


# end to end --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "forms"),
    [
        ("x^2 = 2", [{"x": "-sqrt(2)"}, {"x": "sqrt(2)"}]),
        ("x^2 = x + 1; x > 0", [{"x": "(1 + sqrt(5))/2"}]),
        ("x^3 = 2; y = x^2", [{"x": "cbrt(2)", "y": "cbrt(4)"}]),
        ("exp(x) = 5", [{"x": "ln(5)"}]),
        ("1000*1.05^n = 2000", [{"n": "ln(2)/ln(1.05)"}]),
        ("sin(x) = 1/2; x in 0..2", [{"x": "pi/6"}]),
        ("cos(x) = 1/3; x in 0..2", [{"x": "acos(1/3)"}]),
        ("x = 2*asin(1)", [{"x": "pi"}]),
        ("x^4 - 4*x^2 + 4 = 0", [{"x": "-sqrt(2)"}, {"x": "sqrt(2)"}]),  # double roots
        ("x^2 + y^2 = 4; x = y; x > 0", [{"x": "sqrt(2)", "y": "sqrt(2)"}]),
        ("ln(x) = 2", [{"x": "exp(2)"}]),
        ("exp(-x^2) = 1/2; x > 0", [{"x": "sqrt(ln(2))"}]),
        ("x^5 - x - 1 = 0; y^2 = 3; y > 0", [{"y": "sqrt(3)"}]),
        ("x*exp(x) = 1", [{}]),
    ],
)
def test_solutions_carry_their_forms(text: str, forms: list[dict[str, str]]) -> None:
    assert [dict(solution.exact) for solution in solve(text).solutions] == forms


@pytest.mark.parametrize("tiny", ["1e-40", "1e-90", "1e-300", "10^-900", "exp(-300)", "1e-90*x"])
def test_a_near_miss_is_no_form(tiny: str) -> None:
    result = solve(f"(x - {tiny})^2 = 2")
    assert len(result.solutions) == 2
    assert [dict(solution.exact) for solution in result.solutions] == [{}, {}]


def test_large_systems_go_without() -> None:
    lines = [f"x{k}^3 = 2" for k in range(11)]
    (solution,) = solve(*lines).solutions
    assert not solution.exact


def test_a_lattice_finds_the_relations_of_one_number_after_another() -> None:
    with precision(400):
        constants = lattice([arb(1), arb.pi(), arb(2).log()])
        assert constants.relation(arb(3) / 4 - 2 * arb.pi() + arb(2).log() / 3) == [12, -9, 24, -4]
        assert constants.relation(10**9 + arb.pi()) == [1, -(10**9), -1, 0]
        assert constants.relation(arb(3).sqrt()) is None
        assert constants.relation(arb.nan()) is None
