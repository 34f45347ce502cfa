"""What a search on many boxes says about a block: all its solutions with proof, or how far it got, in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from flint import arb

from eqsolve import clock
from eqsolve.boxes import everything
from eqsolve.exact.affine import Number
from eqsolve.problem.model import Problem
from eqsolve.settle import Settled
from eqsolve.structure.analyse import Block

BRIEF: Final = 1_500_000  # steps of equations on single boxes, which take about half a second
BRIEFEST: Final = 100_000  # where the bounds leave a side infinite, as such a search seldom ends
PATIENT: Final = 100_000_000
SHARE: Final = 0.8  # of the time that is left


def settle_by_boxes(
    problem: Problem,
    block: Block,
    known: Mapping[int, Number],
    points: Sequence[Sequence[float]],
    *,
    steps: int,
    deadline: float,
) -> Settled | str | None:
    """Find all solutions of a block with proof.

    Args:
        problem: The problem.
        block: The block.
        known: Values of unknowns solved already, rational or in balls that hold them.
        points: Where solutions have been found already.
        steps: How many steps of equations to take, each on one box.
        deadline: When to stop, as `clock.now()` tells the time.

    Returns:
        Without a proof, how far the search got, in words; None if nothing can be said.
    """
    now = clock.now()
    found = everything(
        problem,
        block.equations,
        block.unknowns,
        known,
        points,
        steps=steps,
        deadline=now + SHARE * max(0.0, deadline - now),
    )
    if found is None:
        return None
    if not found.complete:
        certified = found.roots.low.shape[1]
        return _account(certified, found.aside) if found.aside and certified else None
    reason = None
    middles = (0.5 * found.roots.low + 0.5 * found.roots.high).T.tolist()
    if not middles:
        bounded = any(
            problem.unknowns[k].lower > -float("inf") or problem.unknowns[k].upper < float("inf")
            for k in block.unknowns
        )
        where = "within the bounds" if bounded else "anywhere"
        reason = f"a search by intervals leaves no room for a solution {where}"
    candidates = tuple(tuple(arb(value) for value in point) for point in middles)
    return Settled(candidates, None, f"interval search, {found.boxes} boxes", reason)


def effort(problem: Problem, block: Block, *, thorough: bool) -> int:
    """Return how many steps of equations a search for all solutions of a block is worth."""
    if thorough:
        return PATIENT
    sides = (problem.unknowns[k] for k in block.unknowns)
    return BRIEF if all(side.upper - side.lower < float("inf") for side in sides) else BRIEFEST


def _account(certified: int, aside: int) -> str:
    places = "1 place" if aside == 1 else f"{aside} places"
    return f"{certified} certified, {places} undecided; that these are all is not proved"
