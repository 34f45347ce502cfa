"""Branches on which a block leaves unknowns free that later blocks need.

`x^2 = x; (x - 1)*y = 0; y*z = 1` has a block for each unknown, but with x = 1 the second says nothing, and y is for
the third to fix, together with z. What is left is put in order anew, with the values of this branch.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TypeAlias

from eqsolve.blocks.begin import begin
from eqsolve.blocks.branch import Branch, Solved
from eqsolve.blocks.points import EXACT_BITS
from eqsolve.blocks.settings import Settings
from eqsolve.evaluate import precision
from eqsolve.exact.presolve import presolve
from eqsolve.problem.model import Problem
from eqsolve.structure.analyse import Block, analyse

SolveRest: TypeAlias = Callable[[Sequence[Block], Branch], Solved]


def is_loose(problem: Problem, branch: Branch, start: Branch, rest: Sequence[Block]) -> bool:
    """Tell whether what moves on a branch occurs in later blocks, and more is fixed than at the start."""
    if not branch.moving or not rest:
        return False
    later = {u for block in rest for e in block.equations for u in problem.equations[e].unknowns}
    return bool(branch.moving & later) and len(_fixed(branch)) > len(_fixed(start))


def solve_loose(
    problem: Problem, branch: Branch, blocks: Sequence[Block], settings: Settings, solve_rest: SolveRest
) -> Solved | None:
    """Solve some blocks in a new order, with the values that are fixed on a branch; None if they stay undecided.

    The first block is that which leaves something open there; if that is all it has, it says nothing. What moves on
    the branch and occurs in the blocks is found anew, with all equations that it occurs in; the rest stays as it is.
    """
    first, *rest = blocks
    silent = first.equations if set(branch.free).issuperset(first.unknowns) else ()
    equations = [e for block in (first, *rest) for e in block.equations if e not in silent]
    equations += _tied(problem, branch, equations, silent)
    asked = {u for e in equations for u in problem.equations[e].unknowns} | set(first.unknowns)
    fixed = _fixed(branch)
    with precision(EXACT_BITS):
        source = branch.values if branch.enclosures is None else branch.enclosures
        known = {u: source[u] for u in fixed}
        solved = presolve(problem, equations, known, settings.deadline, lenient=True)
    if solved is None:
        return None
    certain = solved.exact and branch.enclosures is not None
    if solved.contradiction is not None:
        return Solved((), (), certain)
    base = replace(
        branch,
        values={u: value for u, value in branch.values.items() if u in fixed or u not in asked},
        enclosures={u: v for u, v in source.items() if u in fixed or u not in asked} if certain else None,
        free=tuple(u for u in branch.free if u not in asked),
        moving=branch.moving - asked,
        relations={u: form for u, form in branch.relations.items() if u not in asked},
    )
    start, left = begin(problem, solved, base, asked - fixed)
    done = solve_rest(analyse(left).blocks if left else (), start)
    return replace(done, proved=done.proved and certain)


def _tied(problem: Problem, branch: Branch, equations: Sequence[int], silent: Sequence[int]) -> list[int]:
    """Return the other equations of what moves on the branch and occurs in some, and of what moves along."""
    found: list[int] = []
    taken = {*equations, *silent}
    moving = {u for e in equations for u in problem.equations[e].unknowns} & branch.moving
    while True:
        more = [
            e
            for e, equation in enumerate(problem.equations)
            if e not in taken and moving.intersection(equation.unknowns)
        ]
        if not more:
            return found
        found += more
        taken.update(more)
        moving |= {u for e in more for u in problem.equations[e].unknowns} & branch.moving


def _fixed(branch: Branch) -> set[int]:
    return {u for u in branch.values if u not in branch.moving}
