"""All solutions of a block in a box, by a search on many boxes at once; for up to about six unknowns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np
from flint import arb, fmpq

from eqsolve.boxes.lanes import Lanes, constant
from eqsolve.boxes.newton import Equations
from eqsolve.boxes.ranges import covers
from eqsolve.boxes.search import Found, search
from eqsolve.evaluate import strictly
from eqsolve.problem.model import Problem
from eqsolve.proof.region import region, whole_box

__all__ = ["Found", "everything"]

MAX_UNKNOWNS: Final = 8
LONGEST: Final = 2_000  # steps of all equations
CERTIFYING: Final = 20  # boxes that take as long as the proof of one solution


def everything(
    problem: Problem,
    equations: Sequence[int],
    unknowns: Sequence[int],
    known: Mapping[int, fmpq | arb],
    points: Sequence[Sequence[float]],
    *,
    steps: int,
    deadline: float,
) -> Found | None:
    """Find all solutions of a block within the bounds of its unknowns.

    Args:
        problem: The problem.
        equations: Positions of the equations, as many as unknowns.
        unknowns: Positions of the unknowns.
        known: Values of the others, rational or in balls that hold them.
        points: Where solutions are known to be, one number per unknown.
        steps: How many steps of equations to take, each on one box.
        deadline: When to stop, as `clock.now()` tells the time.

    Returns:
        None if an equation is not covered, or to certify what is known would take too long already.
    """
    if len(equations) != len(unknowns) or len(unknowns) > MAX_UNKNOWNS:
        return None
    used = {unknown for e in equations for unknown in problem.equations[e].unknowns}
    if not used - set(unknowns) <= known.keys():
        return None
    space = region(problem, equations, unknowns, known)
    cost = sum(len(laid_out.steps) for laid_out in space.tapes)
    if cost > LONGEST or CERTIFYING * len(points) * cost > steps or not all(map(covers, space.tapes)):
        return None
    values = {name: constant(interval) for name, interval in space.known.items()}
    whole = whole_box(problem.unknowns[k] for k in unknowns)
    with strictly():
        whole = space.narrowed(whole) or whole
    box = Lanes(
        np.array([[side.low] for side in whole.values()]), np.array([[side.high] for side in whole.values()])
    )
    start = np.array(points, dtype=float).reshape(len(points), len(unknowns)).T
    found = Equations(space.tapes, space.names, values)
    return search(found, box, start, max(1, steps // cost), deadline)
