from __future__ import annotations

from flint import arb, fmpq

from eqsolve.evaluate import precision
from eqsolve.inputs import prepare
from eqsolve.verify.system import BITS, Holding, equations_hold


def test_an_equation_is_held_against_each_point_of_many() -> None:
    problem = prepare("x^2 = 4\ny = x + 1\nz^2 = z")
    two, minus_two, one, zero = fmpq(2), fmpq(-2), fmpq(1), fmpq(0)
    equations = Holding(problem)
    points = [
        (dict(zip(range(3), (x, y, z), strict=True)), holds)
        for x, y, z, holds in (
            (two, fmpq(3), one, True),
            (two, fmpq(3), zero, True),
            (minus_two, fmpq(3), one, False),
            (minus_two, fmpq(-1), one, True),
            (one, two, one, False),
        )
    ]
    assert [equations.at(point) for point, _ in points] == [holds for _, holds in points]


def test_values_that_are_gone_are_not_taken_for_new_ones() -> None:
    equations = Holding(prepare("x^2 = 4"))
    assert [equations.at({0: fmpq(k)}) for k in (2, 3, -2, 4, 2)] == [True, False, True, False, True]


def test_where_the_scale_is_lost_in_rounding_more_digits_decide() -> None:
    problem = prepare("(x - sqrt(2))^2 = 0\ny = 1")
    with precision(16 * BITS):
        root = arb(2).sqrt().mid()
    assert equations_hold(problem, {0: root, 1: fmpq(1)})
    assert not equations_hold(problem, {0: root, 1: fmpq(2)})
