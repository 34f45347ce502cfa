"""Do values meet the constraints?"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise
from typing import Final

from flint import arb

from eqsolve.evaluate import Balls, precision, strictly, truth_of
from eqsolve.exact.affine import Number
from eqsolve.language.interpret import interpret
from eqsolve.language.syntax import names
from eqsolve.problem.model import Constraint, Problem
from eqsolve.verify.system import BITS

MARGIN: Final = arb("1e-20")  # part of the sides by which they differ where a constraint holds strictly


def broken_constraints(problem: Problem, values: Mapping[int, Number]) -> list[int]:
    """Return the positions of the constraints that do not hold at values, those of unknowns without one aside."""
    with precision(BITS):
        balls = Balls({problem.unknowns[k].name: arb(value) for k, value in values.items()})
        return [
            position
            for position, constraint in enumerate(problem.constraints)
            if {name.id for name in names(constraint.condition)} - {"pi"} <= balls.values.keys()
            and not _meets(constraint, balls)
        ]


def _meets(constraint: Constraint, balls: Balls) -> bool:
    """Tell whether a constraint holds: exactly, or where that cannot be told, to 35 digits."""
    with strictly():
        exactly = truth_of(interpret(constraint.condition, balls))
    return truth_of(interpret(constraint.condition, balls)) is True if exactly is None else exactly


def hold_strictly(problem: Problem, values: Mapping[int, Number]) -> bool:
    """Tell whether all constraints hold with room to spare, so that they hold nearby too; all unknowns have values."""
    if len(values) < len(problem.unknowns):
        return False
    with precision(BITS):
        balls = Balls({problem.unknowns[k].name: arb(value) for k, value in values.items()})
        return all(_holds_strictly(constraint, balls) for constraint in problem.constraints)


def _holds_strictly(constraint: Constraint, balls: Balls) -> bool:
    sides = [interpret(side, balls).value for side in constraint.condition.sides]
    for operator, (left, right) in zip(constraint.condition.operators, pairwise(sides), strict=True):
        above = {"<": right - left, ">": left - right}.get(operator[0], abs(left - right))
        if not above > MARGIN * (abs(left) + abs(right)):
            return False
    return True
