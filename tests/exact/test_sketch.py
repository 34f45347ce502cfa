"""The root on a monotone piece, between two points at which the signs differ."""

from __future__ import annotations

import pytest
from flint import arb

from eqsolve.evaluate import precision
from eqsolve.exact.one import all_solutions
from eqsolve.language.parser import parse_expression
from eqsolve.source import Source

CASES = {
    "x + exp(x) = 2": lambda x: x + x.exp() - 2,
    "exp(40*x) = 5 - x": lambda x: (40 * x).exp() - 5 + x,
    "x + 1e-14*(exp(x/0.025) - 1) = 5": lambda x: x + arb("1e-14") * ((x / arb("0.025")).exp() - 1) - 5,
    "x = 5*(1 - exp(-x))": lambda x: x - 5 * (1 - (-x).exp()),
    "x + exp(x) = 1 + 1e-20": lambda x: x + x.exp() - arb("1e-20") - 1,
}


@pytest.mark.parametrize("text", CASES)
def test_the_root_is_enclosed_tightly(text: str) -> None:
    left, right = (parse_expression(Source(side)) for side in text.split("="))
    with precision(400):
        found = all_solutions([(left, right)], "x", {})
        assert found is not None
        assert found.values
        for value in found.values:
            x = arb(value)
            assert x.rad() <= arb(2) ** -300 * max(abs(x).mid(), arb(2) ** -40)
            assert CASES[text](x).contains(0)
            apart = max(x.rad(), arb(2) ** -390)
            below, above = CASES[text](x.mid() - 2**12 * apart), CASES[text](x.mid() + 2**12 * apart)
            assert below * above < 0
