"""Which lines cannot hold together in whole numbers."""

from __future__ import annotations

from typing import Final

from eqsolve import clock
from eqsolve.problem.model import Problem
from eqsolve.result import Line
from eqsolve.whole.conditions import conditions
from eqsolve.whole.search import Search

MOST_LINES: Final = 60
MOST_BOXES: Final = 300  # that a refutation of fewer lines may take


def conflict(problem: Problem, deadline: float) -> tuple[Line, ...]:
    """Return lines that cannot hold together; as few as could be found until the deadline.

    References:
        Chinneck (2008), Feasibility and Infeasibility in Optimization, the deletion filter.
    """
    lines = [e.line for e in problem.equations] + [c.line for c in problem.constraints]
    needed = list(dict.fromkeys(lines))
    if len(needed) > MOST_LINES:
        return ()
    for line in list(needed):
        if clock.now() >= deadline:
            break
        rest = [other for other in needed if other != line]
        if _refuted(problem, rest, deadline):
            needed = rest
    return tuple(needed)


def _refuted(problem: Problem, lines: list[Line], deadline: float) -> bool:
    """Tell whether a short search proves that some lines cannot hold together."""
    equations = [k for k, e in enumerate(problem.equations) if e.line in lines]
    constraints = [k for k, c in enumerate(problem.constraints) if c.line in lines]
    search = Search(conditions(problem, equations, constraints), deadline, MOST_BOXES)
    return next(search.points(), None) is None and search.complete
