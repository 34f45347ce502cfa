"""What is not zero everywhere is told at a point; what is zero, or has no value, never is."""

import pytest

from eqsolve.exact.sample import nonzero_somewhere
from eqsolve.language.parser import parse_expression
from eqsolve.language.syntax import Expression
from eqsolve.source import Source


def tree(text: str) -> Expression:
    return parse_expression(Source(text))


@pytest.mark.parametrize("text", ["x", "x^2 - y", "sin(x)^2 + cos(x)", "exp(-x)", "1e-12*x", "asin(x) - x"])
def test_an_expression_that_differs_from_zero_is_told(text: str) -> None:
    assert nonzero_somewhere(tree(text))


@pytest.mark.parametrize(
    "text",
    ["x - x", "sin(x)^2 + cos(x)^2 - 1", "(x + y)^2 - x^2 - 2*x*y - y^2", "sqrt(-1 - x^2)", "1/(x - x)"],
)
def test_nothing_is_said_of_what_is_zero_or_has_no_value(text: str) -> None:
    assert not nonzero_somewhere(tree(text))


def test_forms_stand_in_the_place_of_names() -> None:
    assert not nonzero_somewhere(tree("x^2 - y"), {"y": tree("x*x")})
    assert nonzero_somewhere(tree("x^2 - y"), {"y": tree("x")})
    assert not nonzero_somewhere(tree("x^2 - y"), {"y": tree("ln(-x)")})
