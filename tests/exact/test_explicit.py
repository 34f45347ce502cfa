"""Systems that come down to one unknown, and equations that follow from others."""

from __future__ import annotations

import pytest
from flint import arb

from eqsolve.evaluate import precision
from eqsolve.exact.explicit import explicit_points, implied, never_hold, rational_points
from eqsolve.language.parser import parse_expression
from eqsolve.language.syntax import Expression
from eqsolve.source import Source

Sides = list[tuple[Expression, Expression]]


def sides(*texts: str) -> Sides:
    pairs = (text.split("=") for text in texts)
    return [(parse_expression(Source(left)), parse_expression(Source(right))) for left, right in pairs]


def test_what_is_explicit_is_put_into_the_others() -> None:
    with precision(400):
        found = explicit_points(sides("y = exp(x)", "x + y = 1"), ["x", "y"], {})
        assert found is not None
        assert [[float(arb(root.value)) for root in point] for point in found.points] == [[0, 1]]
        none = explicit_points(sides("y = exp(x)", "y = x"), ["x", "y"], {})
        assert none is not None
        assert not none.points
        assert none.reason


def test_polynomials_may_be_left() -> None:
    equations = sides("h*a = c", "a + c = 2", "h = a + o", "h*o = 1")
    with precision(400):
        found = explicit_points(equations, ["h", "a", "c", "o"], {})
        assert found is not None
        assert len(found.points) == 3
        for point in found.points:
            h, a, c, o = (arb(root.value) for root in point)
            assert all(side.contains(0) for side in (h * a - c, a + c - 2, h - a - o, h * o - 1))
        none = explicit_points(
            sides("z = x + y", "x^2 + y^2 = 1", "x*y = 3*z - 3*x - 3*y + 2"), ["x", "y", "z"], {}
        )
        assert none is not None
        assert not none.points


def test_solutions_that_make_a_denominator_zero_are_none() -> None:
    with precision(400):
        found = rational_points(sides("x/y = 2", "y/x = 2"), ["x", "y"], {})
    assert found is not None
    assert not found.points


def test_a_sphere_that_a_plane_misses() -> None:
    texts = ("x^2 + y^2 + z^2 = 3", "x + y + z = {}")
    for height, missed in ((4, True), (3, False), (2, False)):
        assert never_hold(sides(*(text.format(height) for text in texts)), ["x", "y", "z"], {}) is missed


@pytest.mark.parametrize(
    ("texts", "position"),
    [
        (("x*y = 2", "x^2*y^2 = 4"), 1),
        (("y = ln(x)", "x = exp(y)"), 1),
        (("x*y = 2", "x^2*y^2 = 5"), None),
        (("x^2 = y^2", "x = y"), 0),
        (("x = y^2", "x = y"), None),
    ],
)
def test_an_equation_that_another_implies(texts: tuple[str, ...], position: int | None) -> None:
    assert implied(sides(*texts)) == position
