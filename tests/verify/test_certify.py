"""Balls of a certificate hold the true root, and there is none where there is no proof."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flint import arb
from tests.problems import PROBLEMS, KnownProblem, checked, lowered, system

from eqsolve.evaluate import precision
from eqsolve.verify.certify import certify
from eqsolve.verify.check import check
from eqsolve.verify.polish import Polished, polish
from eqsolve.verify.system import System

CLOSED: tuple[tuple[tuple[str, ...], tuple[float, ...], Callable[[], tuple[arb, ...]]], ...] = (
    (("x^2 = 2",), (1.41,), lambda: (arb(2).sqrt(),)),
    (("x^2 = x + 1",), (1.6,), lambda: ((1 + arb(5).sqrt()) / 2,)),
    (("x^3 = 5",), (1.7,), lambda: (arb(5).root(3),)),
    (("exp(x) = 3",), (1.1,), lambda: (arb(3).log(),)),
    (("sin(x) = 1/2",), (0.52,), lambda: (arb.pi() / 6,)),
    (("x*exp(x) = 1",), (0.57,), lambda: (arb(1).lambertw(),)),
    (("tan(x) = 1",), (0.78,), lambda: (arb.pi() / 4,)),
    (("x^2 + y^2 = 1", "x = y"), (0.7, 0.7), lambda: ((arb(1) / 2).sqrt(), (arb(1) / 2).sqrt())),
    (("x + y = 3", "x*y = 1"), (2.6, 0.4), lambda: ((3 + arb(5).sqrt()) / 2, (3 - arb(5).sqrt()) / 2)),
    (("log10(x) = -300",), (1e-300,), lambda: (arb(10) ** -300,)),
    (("exp(x) = 1e300",), (690.0,), lambda: (300 * arb(10).log(),)),
    (("sin(x) = 0", "x + y = 1"), (1e-9, 1.0), lambda: (arb(0), arb(1))),
    (("x + y = 3", "x^2 + y^2 = 9"), (1e-12, 3.0), lambda: (arb(0), arb(3))),
    (("1e12*(x^2 - 2) = 0",), (1.414,), lambda: (arb(2).sqrt(),)),
)


@pytest.mark.parametrize(("lines", "candidate", "truth"), CLOSED, ids=[" ; ".join(row[0]) for row in CLOSED])
def test_the_balls_hold_the_true_root(
    lines: tuple[str, ...], candidate: tuple[float, ...], truth: Callable[[], tuple[arb, ...]]
) -> None:
    found = checked(lines, candidate)
    assert found is not None
    assert found.enclosures is not None
    with precision(2000):
        for enclosure, value, true in zip(
            found.enclosures.values(), found.values.values(), truth(), strict=True
        ):
            assert enclosure.contains(true)
            assert abs(value - true) <= abs(true) * arb("1e-45")
            # Thirty digits at least: the certificate is worth more than the float that is printed.
            assert enclosure.rad() <= (abs(true) + 1) * arb("1e-30")


@pytest.mark.parametrize(
    "problem",
    [problem for problem in PROBLEMS if problem.name != "bounded sine"],
    ids=lambda problem: problem.name,
)
def test_regular_roots_of_the_catalogue_are_certified(problem: KnownProblem) -> None:
    for root in problem.roots:
        found = checked(problem.equations, root)
        assert found is not None
        assert found.enclosures is not None


@pytest.mark.parametrize(
    ("lines", "candidate"),
    [
        (("(x - 1)^2 = 0",), (1.0001,)),
        (("(x^2 - 2)^2 = 0",), (1.4142,)),
        (("x^2 = 0",), (1e-6,)),
        (("sin(x) = x",), (1e-4,)),
        (("x^2 + y^2 = 2", "x + y = 2"), (1.0, 1.0)),  # a tangent
        (("x + y = 3", "x - y = 1", "x*y = 2"), (2.0, 1.0)),  # not square
        (("x*y = 1",), (2.0, 0.5)),  # not square, the other way
        (("sqrt(x) = 0",), (0.0,)),  # the edge of a domain
        (("abs(x) = 0",), (0.0,)),  # a kink
    ],
)
def test_there_is_no_certificate_without_a_regular_root(
    lines: tuple[str, ...], candidate: tuple[float, ...]
) -> None:
    found = checked(lines, candidate)
    assert found is not None
    assert found.enclosures is None


def test_there_is_no_certificate_on_top_of_values_without_one() -> None:
    whole = system("x^2 = 2")
    assert check(whole, [1.4], None) is not None
    assert getattr(check(whole, [1.4], None), "enclosures", 0) is None


def test_the_uncertainty_of_known_values_is_passed_on() -> None:
    problem = lowered("x^2 = 2", "y^2 = x + 2")
    known = arb("1.41421356 +/- 1e-8")
    found = check(System(problem, (1,), (1,), {0: known.mid()}), [1.85], {0: known})
    assert found is not None
    enclosure = (found.enclosures or {}).get(1)
    assert enclosure is None or enclosure.contains((arb(2).sqrt() + 2).sqrt())


@pytest.mark.parametrize("line", ["x^2 + 1 = 0", "exp(x) = -1e-30", "x^2 + 1e-14 = 0", "tanh(x) = 1"])
@pytest.mark.parametrize("x", ["0.25", "1.5", "-3", "40"])
def test_what_has_no_root_has_no_certificate(line: str, x: str) -> None:
    assert certify(system(line), Polished((arb(x),), 1, frozenset(), 200)) is None


def test_a_certificate_from_far_away_is_wide_but_true() -> None:
    found = certify(system("x^2 = 2"), Polished((arb("1.5"),), 1, frozenset(), 200))
    assert found is not None
    assert found[0].contains(arb(2).sqrt())
    assert certify(system("x^2 = 2"), Polished((arb("0.1"),), 1, frozenset(), 200)) is None


def test_a_multiple_root_has_no_certificate() -> None:
    whole = system("(x - 1)^2 = 0")
    point = polish(whole, [arb("1.001")])
    assert point is not None
    assert point.multiplicity == 2
    assert certify(whole, point) is None


def test_two_roots_that_lie_close_together_are_told_apart() -> None:
    lines = ("(x - 1)*(x - 1 - 1e-9) = 0",)
    balls = []
    for start in (1 - 1e-12, 1 + 1.001e-9):
        found = checked(lines, [start])
        assert found is not None
        assert found.enclosures is not None
        balls.append(found.enclosures[0])
    assert not balls[0].overlaps(balls[1])
