"""Where blocks begin: what elimination has found, and what it leaves."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace

from eqsolve.blocks.branch import Branch, exact_middle
from eqsolve.exact.presolve import Presolved
from eqsolve.problem.model import Problem


def begin(
    problem: Problem, solved: Presolved, base: Branch, unknowns: Collection[int]
) -> tuple[Branch, dict[int, Sequence[int]]]:
    """Return a branch with what elimination found, and the unknowns of each equation that is left.

    Args:
        problem: The problem.
        solved: What elimination found, with the values of the branch put in.
        base: The branch.
        unknowns: Positions of the unknowns that elimination was about.
    """
    known = solved.known
    relations = {} if solved.nonlinear else solved.relations
    left: dict[int, Sequence[int]] = dict(solved.linear) if solved.nonlinear else {}
    for position in solved.nonlinear:
        waiting = [u for u in problem.equations[position].unknowns if u not in known]
        if waiting:  # an equation of known values alone is left to the check
            left[position] = waiting
    pending = {unknown for waiting in left.values() for unknown in waiting}
    free = tuple(k for k in sorted(unknowns) if not (k in known or k in relations or k in pending))
    bare = {unknown: exact_middle(value) for unknown, value in known.items()}
    branch = replace(
        base,
        values={**base.values, **bare},
        enclosures=None if base.enclosures is None else {**base.enclosures, **known},
        free=base.free + free,
        moving=base.moving | set(free) | set(relations),
        relations={**base.relations, **relations},
    )
    return branch, left
