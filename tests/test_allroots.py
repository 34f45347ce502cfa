"""`--all` on systems of polynomials: how many real solutions, and with which claim."""

import pytest

import eqsolve
from eqsolve.result import Completeness, Verdict

NOON = [
    "x*(y^2 + z^2) - 1.1*x + 1 = 0",
    "y*(x^2 + z^2) - 1.1*y + 1 = 0",
    "z*(x^2 + y^2) - 1.1*z + 1 = 0",
]
KATSURA = [
    "2*s^2 + 2*r^2 + 2*q^2 + 2*p^2 + o^2 = o",
    "2*r*s + 2*q*r + 2*p*q + 2*o*p = p",
    "2*q*s + 2*p*r + 2*o*q + p^2 = q",
    "2*p*s + 2*o*r + 2*p*q = r",
    "2*s + 2*r + 2*q + 2*p + o = 1",
]


def test_as_many_certified_roots_as_the_degrees_allow_are_a_proof() -> None:
    result = eqsolve.solve(*KATSURA, all=True)
    assert result.completeness is Completeness.PROVED
    assert len(result.solutions) == 12
    assert all(solution.certified for solution in result.solutions)


def test_as_many_as_the_exponents_allow_are_a_proof() -> None:
    """The degrees would allow 27 complex solutions, the exponents 21."""
    result = eqsolve.solve(*NOON, all=True)
    assert result.completeness is Completeness.PROVED
    assert len(result.solutions) == 7


def test_paths_to_infinity_leave_it_unproved() -> None:
    """The terms of degree two vanish together, which their coefficients know but not their exponents."""
    total = "(x + y + z + w)"
    planes = [
        *(f"x*{total} = x + 2*y - 1", f"y*{total} = 3*z + 1", f"z*{total} = w - 2*x + 0.5"),
        f"w*{total} = y + z - 3*w + 2",
    ]
    result = eqsolve.solve(*planes, all=True)
    assert result.completeness is Completeness.SEARCHED
    assert "to infinity; that these are all is not proved" in result.message


def test_points_that_are_met_on_a_curve_bring_up_the_family() -> None:
    """Random coefficients give three paths; two of them end at complex points of x y = 1."""
    result = eqsolve.solve("x^2*y = x", "y^2*x = y")
    assert result.verdict is Verdict.FAMILY
    assert "1 further solution" in result.message


def test_a_root_that_a_denominator_excludes_is_not_shown() -> None:
    result = eqsolve.solve("(x^2 - 1)/(x - 1) + y + w = 3", "x*y = w*w + 1", "x^3 + w = y", all=True)
    assert all(solution.values["x"] != pytest.approx(1) for solution in result.solutions)


def test_families_are_left_to_the_search() -> None:
    result = eqsolve.solve("x*y = 0", "y*z = 0", "x*z = 0", all=True)
    assert result.verdict is Verdict.FAMILY
