"""Quadratic polynomials as sums of squares."""

import pytest

from eqsolve.exact.algebra import simplify
from eqsolve.exact.squares import squares
from eqsolve.language.parser import parse_expression
from eqsolve.language.printer import unparse
from eqsolve.source import Source


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("x^2 + 2*x + 1", ["x + 1"]),
        ("-x^2 - y^2", ["x", "y"]),
        ("x^2 - 2*x*y + 2*y^2", ["x - y", "y"]),
        ("x^2 + 1", ["x", "1"]),
        ("x^2 - y^2", None),
        ("x*y", None),
        ("x^2 + y", None),
        ("x^4 + y^2", None),
    ],
)
def test_squares(text: str, expected: list[str] | None) -> None:
    found = squares(simplify(parse_expression(Source(text))))
    assert (None if found is None else [unparse(form) for form in found]) == expected
