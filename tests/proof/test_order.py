"""Multiple roots at zero, and how far around there is no other."""

from __future__ import annotations

import pytest

from eqsolve.evaluate import precision
from eqsolve.language.interpret import tape
from eqsolve.language.syntax import Sum
from eqsolve.pipeline import prepare
from eqsolve.proof.order import multiple_root


def radius(text: str) -> float | None:
    equation = prepare(text).equations[0]
    with precision(200):
        return multiple_root(tape(Sum("+-", (equation.left, equation.right), equation.span)), "x", {})


@pytest.mark.parametrize(
    "text", ["sin(x) = x", "exp(x) = 1 + x", "asin(x) = x", "cosh(x) = 1", "x^2*exp(x) = x^3"]
)
def test_a_multiple_root_is_recognised(text: str) -> None:
    assert radius(text)


def test_no_other_root_lies_within() -> None:
    found = radius("x^2*(x - 0.05) = 0")
    assert found is not None
    assert found < 0.05


@pytest.mark.parametrize(
    "text",
    [
        "sin(x) = x/2",  # simple
        "sin(x) = x + 1e-40",  # none
        "sin(x) = x - x^3/6",  # a sixth is no exact ball
        "abs(x)*x = 0",  # not smooth
        "x^2/x = 0",  # no value there
        "x^0.5 = 0",
        "floor(x) = 0",
    ],
)
def test_what_is_not_decided(text: str) -> None:
    assert radius(text) is None
