from __future__ import annotations

from dataclasses import replace

from flint import arb, fmpq

import eqsolve
from eqsolve.blocks.again import Again
from eqsolve.blocks.branch import Branch
from eqsolve.result import Completeness

USED = (0, 1)  # the block has unknown 1, and uses unknown 0


class Solver:
    """Adds two roots for unknown 1 to a branch, and counts how often it is asked."""

    def __init__(self) -> None:
        self.asked = 0

    def extend(self, branch: Branch) -> list[Branch]:
        self.asked += 1
        return [
            replace(
                branch,
                values={**branch.values, 1: root},
                enclosures=None if branch.enclosures is None else {**branch.enclosures, 1: root},
                multiplicity=branch.multiplicity * times,
                origin="searched",
            )
            for root, times in ((fmpq(1), 1), (fmpq(2), 3))
        ]


def known(*values: fmpq | arb, multiplicity: int = 1) -> Branch:
    numbers = {(0, 2)[k]: value for k, value in enumerate(values)}
    return Branch(numbers, dict(numbers), multiplicity, origin="searched")


def test_what_does_not_occur_in_a_block_does_not_make_it_solved_again() -> None:
    solver, again = Solver(), Again(USED)
    again.extended(known(fmpq(5), fmpq(7), multiplicity=2), solver.extend)
    other = known(fmpq(5), fmpq(8), multiplicity=4)
    found = again.extended(other, solver.extend)
    assert solver.asked == 1
    assert found == Solver().extend(other)


def test_other_values_of_what_occurs_in_it_do() -> None:
    solver, again = Solver(), Again(USED)
    for value in (fmpq(5), arb(5), fmpq(6)):
        assert again.extended(known(value), solver.extend) == Solver().extend(known(value))
    assert solver.asked == 3


def test_balls_are_the_same_by_middle_and_radius() -> None:
    solver, again = Solver(), Again(USED)
    for radius in (1e-30, 1e-30, 1e-20):
        again.extended(known(arb(5, radius)), solver.extend)
    assert solver.asked == 2


def test_what_is_certain_is_told_from_what_is_not() -> None:
    solver, again = Solver(), Again(USED)
    for branch in (known(fmpq(5)), replace(known(fmpq(5)), enclosures=None)):
        found = again.extended(branch, solver.extend)
        assert [each.enclosures is None for each in found] == [branch.enclosures is None] * 2
    assert solver.asked == 2


def test_all_combinations_of_roots_are_found() -> None:
    result = eqsolve.solve("x^2 = 4\ny^3 = y + z\nz^2 = 0\nu^2 = u*x")
    assert result.completeness is Completeness.PROVED
    found = {tuple(solution.values[name] for name in "xyzu") for solution in result.solutions}
    assert found == {(x, y, 0.0, u) for x in (-2.0, 2.0) for y in (-1.0, 0.0, 1.0) for u in (0.0, x)}
