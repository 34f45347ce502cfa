"""A problem with some of its unknowns fixed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction

from eqsolve.language.interpret import interpret
from eqsolve.language.syntax import Comparison, Expression, Number
from eqsolve.problem.model import Problem
from eqsolve.problem.substitute import Substitution


def fixed(problem: Problem, values: Mapping[int, Fraction]) -> Problem:
    """Return the problem of the other unknowns, with the values put in."""
    span = problem.unknowns[0].span
    meaning = Substitution({problem.unknowns[k].name: Number(value, span) for k, value in values.items()}, {})

    def put_in(side: Expression) -> Expression:
        return interpret(side, meaning)

    left = [k for k in range(len(problem.unknowns)) if k not in values]
    position = {old: new for new, old in enumerate(left)}
    equations = tuple(
        replace(
            equation,
            left=put_in(equation.left),
            right=put_in(equation.right),
            unknowns=tuple(position[u] for u in equation.unknowns if u in position),
        )
        for equation in problem.equations
    )
    constraints = tuple(
        replace(
            constraint,
            condition=Comparison(
                constraint.condition.operators,
                tuple(map(put_in, constraint.condition.sides)),
                constraint.condition.span,
            ),
        )
        for constraint in problem.constraints
    )
    return Problem(tuple(problem.unknowns[k] for k in left), problem.givens, equations, constraints, ())
