"""Branches on which a block leaves unknowns free that later blocks need.

`x^2 = x; (x - 1)*y = 0; y*z = 1` has a block for each unknown, but with x = 1 the second says nothing, and y is for
the third to fix, together with z. What is left is put in order anew, with the values of this branch.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
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

    The first block is that which leaves something open there; if that is all it has, it says nothing.
    """
    silent = set(branch.free).issuperset(blocks[0].unknowns)
    equations = [e for block in blocks[silent:] for e in block.equations]
    fixed = _fixed(branch)
    with precision(EXACT_BITS):
        source = branch.values if branch.enclosures is None else branch.enclosures
        known = {u: source[u] for u in fixed}
        solved = presolve(problem, equations, known, settings.deadline, lenient=True)
    if solved is None:
        return None
    proved = solved.exact and branch.enclosures is not None
    if solved.contradiction is not None:
        return Solved((), (), proved)
    base = Branch(
        {u: branch.values[u] for u in fixed},
        None if branch.enclosures is None else known,
        branch.multiplicity,
        origin=branch.origin,
    )
    asked = {u for e in equations for u in problem.equations[e].unknowns} - fixed
    start, left = begin(problem, solved, base, asked | (branch.moving - fixed))
    return solve_rest(analyse(left).blocks if left else (), start)


def _fixed(branch: Branch) -> set[int]:
    return {u for u in branch.values if u not in branch.moving}
