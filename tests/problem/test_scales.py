"""What a model says about the sizes of its parameters."""

from __future__ import annotations

import math

import pytest

from eqsolve.language import parse_expression
from eqsolve.language.syntax import Expression
from eqsolve.problem.scales import scales
from eqsolve.source import Source

WIDTH = {"x": math.log(50.0), "T": math.log(300.0), "y": math.log(2.0)}


def tree(text: str) -> Expression:
    return parse_expression(Source(text))


def sizes(right: str, *parameters: str, left: str = "y") -> list[float]:
    found = scales([(tree(left), tree(right))], parameters)
    return [math.exp(one) for one in found.logarithms(parameters, WIDTH)]


@pytest.mark.parametrize(
    ("model", "parameters", "expected"),
    [
        ("a*exp(-k*x)", "a k", [2, 1 / 50]),
        ("a*exp(-((x - m)/w)^2)", "a m w", [2, 50, 50]),
        ("A*exp(-E/(8.314*T))", "A E", [2, 8.314 * 300]),
        ("V*x/(K + x)", "V K", [2, 50]),
        ("(p + q*x)/(1 + r*x + s*x^2)", "p q r s", [2, 2 / 50, 1 / 50, 1 / 2500]),
        ("a*cos(2*pi*x/P)", "a P", [2, 2 * math.pi * 50]),
        ("c + x^n/(k^n + x^n)", "c n k", [1, 1, 50]),
        ("if(x < t, a, b)", "t a b", [50, 2, 2]),
    ],
)
def test_sizes_follow_from_where_parameters_stand(model: str, parameters: str, expected: list[float]) -> None:
    assert sizes(model, *parameters.split()) == pytest.approx(expected)


def test_what_nothing_is_known_of_has_size_one() -> None:
    assert sizes("a*floor(b)", "b") == [1]


def test_a_contradiction_changes_nothing() -> None:
    assert sizes("a*exp(-k*x) + sin(k)", "k") == pytest.approx([1 / 50])


@pytest.mark.parametrize(
    ("model", "place"),
    [("exp(-(x - m)^2)", ("x", 1)), ("1/(m + x)", ("x", -1)), ("if(m < x, 1, 2)", ("x", 1))],
)
def test_a_parameter_beside_a_column_stands_for_a_value_of_it(model: str, place: tuple[str, int]) -> None:
    found = scales([(tree("y"), tree(model))], ["m"])
    assert found.places == {"m": (place,)}


def test_terms_tell_which_parameters_belong_together() -> None:
    pair = (tree("y"), tree("a*exp(-k*x) + b*exp(-l*x) + c"))
    assert scales([pair], "akblc").terms == (frozenset("ak"), frozenset("bl"))
