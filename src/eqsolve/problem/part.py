"""Some of the equations and constraints of a problem, as a problem of their own."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from typing import Final

from eqsolve.language.syntax import Name, names
from eqsolve.problem.model import Constraint, Problem

_LOWER: Final = frozenset({">", ">="})
_TURNED: Final[Mapping[str, str]] = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}


def part(problem: Problem, equations: Collection[int], constraints: Collection[int]) -> Problem:
    """Return the problem of some equations and constraints only.

    Unknowns without an equation are left out, with the constraints that speak of them.

    Args:
        problem: The whole.
        equations: Positions of the equations to keep.
        constraints: Positions of the constraints to keep.
    """
    kept = [problem.equations[position] for position in sorted(equations)]
    used = sorted({unknown for equation in kept for unknown in equation.unknowns})
    position = {old: new for new, old in enumerate(used)}
    known = {problem.unknowns[old].name for old in used}
    held = tuple(
        problem.constraints[k]
        for k in sorted(constraints)
        if unknowns_of(problem, problem.constraints[k]) <= known
    )
    bounds = bounds_of(problem, held)
    unknowns = tuple(
        replace(problem.unknowns[old], lower=bounds[old][0], upper=bounds[old][1]) for old in used
    )
    renumbered = tuple(
        replace(equation, unknowns=tuple(position[old] for old in equation.unknowns)) for equation in kept
    )
    return Problem(unknowns, problem.givens, renumbered, held, ())


def unknowns_of(problem: Problem, constraint: Constraint) -> set[str]:
    """Return the names of the unknowns in a constraint."""
    return {name.id for name in names(constraint.condition) if name.id in problem.index}


def bounds_of(problem: Problem, constraints: Iterable[Constraint]) -> dict[int, tuple[float, float]]:
    """Return the bounds of all unknowns that the constraints leave."""
    bounds = dict.fromkeys(range(len(problem.unknowns)), (-math.inf, math.inf))
    for constraint in constraints:
        operator, (left, right) = constraint.condition.operators[0], constraint.condition.sides
        if not isinstance(left, Name) or left.id not in problem.index:
            operator, left, right = _TURNED.get(operator, operator), right, left
        if operator == "!=" or not isinstance(left, Name) or any(n.id != "pi" for n in names(right)):
            continue
        from eqsolve.evaluate import number, precision

        position = problem.index[left.id]
        low, high = bounds[position]
        with precision(128):
            value = float(number(right).value)
        bounds[position] = (max(low, value), high) if operator in _LOWER else (low, min(high, value))
    return bounds
