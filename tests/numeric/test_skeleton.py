"""Equations of one shape share a skeleton; what changes the derivatives changes the shape."""

from __future__ import annotations

from fractions import Fraction

import pytest
from flint import arb
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.problems import lowered

from eqsolve.evaluate import exact, number, precision
from eqsolve.numeric.skeleton import LONG_SUM, Skeleton, skeletons
from eqsolve.problem import Problem


def shapes(problem: Problem) -> list[Skeleton]:
    return [shape for equation in problem.equations for shape in skeletons(equation.left, equation.right)]


def keys(*lines: str) -> int:
    """The number of distinct shapes of these lines."""
    return len({shape.key for shape in shapes(lowered(*lines))})


@pytest.mark.parametrize(
    ("lines", "count"),
    [
        (("3*x^2 + y = 1", "5*a^2 + b = 7"), 1),
        (("x*y = 1", "x*x = 1"), 2),
        (("x*y = 1", "y*x = 1"), 1),
        (("x - y = 1", "x + y = 1"), 2),
        (("x^2 = 1", "x^3 = 1"), 2),
        (("x^2 = 1", "y^2 = 5"), 1),
        (("2^x = 1", "3^x = 1"), 1),
        (("x^0.5 = 1", "x^(1/2) = 1"), 2),  # other texts, other shapes: no harm done
        (("root(x, 2) = 1", "root(x, 3) = 1"), 2),
        (("sin(x) = 1", "cos(x) = 1"), 2),
        (("sin(3*x) = 1", "sin(4*y) = 2"), 1),
        (("x = 1 + 2 + 3", "y = 7"), 1),  # constants are added up
        (("if(x < y, x, 1) = 2", "if(a < b, a, 7) = 3"), 1),
        (("if(x < y, x, 1) = 2", "if(a > b, a, 7) = 3"), 2),
        (("if(x < 1 and y < 1, x, 1) = 2", "if(x < 1 or y < 1, x, 1) = 2"), 2),
        (("-x = 1", "x% = 1", "x = 1"), 3),
        (("pi*x = 1", "3*x = 1"), 2),
        (("x/y = 2", "x*y = 2"), 2),
    ],
)
def test_shapes(lines: tuple[str, ...], count: int) -> None:
    assert keys(*lines) == count


def test_slots_are_filled_in_the_order_of_the_text() -> None:
    (shape,) = shapes(lowered("3*q^2 - p*q/7 = 5"))
    assert shape.unknowns == ("q", "p")
    assert list(shape.numbers) == [Fraction(3), Fraction(7), Fraction(-5)]


def test_a_thousand_lines_of_two_shapes() -> None:
    lines = [f"{k}*x{k}^2 + x{k + 1} = {k + 2}" for k in range(500)]
    lines += [f"x{k}*x{k + 1}*x{k + 2} = 0.{k}" for k in range(1, 500)]
    # The first line begins with `0*`: a number all the same.
    assert keys(*lines) == 2


def test_a_long_sum_is_taken_apart() -> None:
    terms = [f"{k}*x{k}" for k in range(1, LONG_SUM + 2)]
    found = shapes(lowered(" + ".join(terms) + " = 0"))
    assert len(found) == LONG_SUM + 1
    assert len({shape.key for shape in found}) == 1


def test_a_sum_that_is_not_long_stays_whole() -> None:
    terms = [f"{k}*x{k}" for k in range(1, LONG_SUM)]
    assert len(shapes(lowered(" + ".join(terms) + " = 1"))) == 1


def test_a_given_in_an_exponent_and_elsewhere() -> None:
    problem = lowered("n := 2", "x^n + n*x = n")
    (shape,) = shapes(problem)
    assert shape.unknowns == ("x",)
    assert keys("n := 2", "m := 3", "x^n + n*x = 1", "y^m + m*y = 1") == 2


PIECES = (
    "x",
    "y",
    "2",
    "0.5",
    "(x + 1)",
    "sin(y)",
    "x^2",
    "y^-1",
    "3*x*y",
    "-x",
    "25%",
    "pi",
    "if(x < 2, x, 3)",
)


@settings(deadline=None, max_examples=60)
@given(
    st.lists(st.tuples(st.sampled_from(["+", "-", "*"]), st.sampled_from(PIECES)), min_size=1, max_size=14)
)
def test_skeletons_add_up_to_the_equation(parts: list[tuple[str, str]]) -> None:
    text = "x*y" + "".join(f" {sign} {piece}" for sign, piece in parts)
    problem = lowered(f"{text} = y + 7")
    values = {"x": arb("1.25"), "y": arb("-0.75")}
    with precision(200):
        (equation,) = problem.equations
        true = number(equation.left, values).value - number(equation.right, values).value
        total = arb(0)
        for shape in shapes(problem):
            slots = {f"x{k}": values[name] for k, name in enumerate(shape.unknowns)}
            slots |= {f"c{k}": arb(exact(Fraction(value))) for k, value in enumerate(shape.numbers)}
            total += number(shape.expression, slots).value
        assert abs(total - true) < arb("1e-40")
