"""Do values meet the constraints?"""

from __future__ import annotations

from collections.abc import Mapping

from flint import arb

from eqsolve.evaluate import Balls, precision, strictly, truth_of
from eqsolve.exact.affine import Number
from eqsolve.language.interpret import interpret
from eqsolve.language.syntax import names
from eqsolve.problem.model import Constraint, Problem
from eqsolve.verify.system import BITS


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
