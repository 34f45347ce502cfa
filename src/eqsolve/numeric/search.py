"""The search for candidates: Newton on every start, then Levenberg-Marquardt on those that did not converge.

Plain Newton leaves local minima that trap every method which lowers the cost; Levenberg-Marquardt finds
its way where Newton is thrown about. Where Newton has found something, it is a second look and no more.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final, TypeAlias

import torch
from torch import Tensor

from eqsolve.errors import lookup
from eqsolve.numeric.residual import Residual
from eqsolve.numeric.solvers import SOLVERS, AnySolver, Outcome, Stopping, iterate
from eqsolve.numeric.solvers.lm import LevenbergMarquardt
from eqsolve.numeric.solvers.newton import Newton
from eqsolve.result import Observer, Status

Completed: TypeAlias = Callable[
    [Tensor], Tensor | None
]  # from starts to others; None where there is no way to

_NEWTON: Final = Stopping(max_steps=60, patience=16)
_LAST_HOPE: Final = Stopping(max_steps=200, patience=20)
_SECOND_LOOK: Final = Stopping(max_steps=30, patience=10)
_SECOND_LOOK_LANES: Final = 16


@dataclass(frozen=True, slots=True, eq=False)
class Candidates:
    """Where a search ended, start by start; not checked.

    Attributes:
        x: The unknowns, shape [n, k].
        cost: ½‖r‖² there, shape [k].
        status: Why each start's search ended.
        method: The method whose point it is.
        iterations: Steps that this method took, shape [k].
    """

    x: Tensor
    cost: Tensor
    status: tuple[Status, ...]
    method: tuple[str, ...]
    iterations: Tensor

    def joined(self, x: Tensor, method: str) -> Candidates:
        """Return these candidates and, behind them, the points `x`, shape [n, k], of another method."""
        count = x.shape[1]
        return Candidates(
            torch.cat([self.x, x], 1),
            torch.cat([self.cost, self.cost.new_zeros(count)]),
            self.status + (Status.CONVERGED,) * count,
            self.method + (method,) * count,
            torch.cat([self.iterations, self.iterations.new_zeros(count)]),
        )

    def followed_by(self, other: Candidates) -> Candidates:
        """Return these candidates, and others behind them."""
        return Candidates(
            torch.cat([self.x, other.x], 1),
            torch.cat([self.cost, other.cost]),
            self.status + other.status,
            self.method + other.method,
            torch.cat([self.iterations, other.iterations]),
        )

    @property
    def converged(self) -> Tensor:
        """Whether each start's search converged, shape [k]."""
        return torch.tensor([one is Status.CONVERGED for one in self.status], device=self.cost.device)


def search(
    residual: Residual,
    x0: Tensor,
    *,
    completed: Completed | None = None,
    method: str = "auto",
    max_steps: int | None = None,
    deadline: float | None = None,
    observer: Observer | None = None,
) -> Candidates:
    """Look for roots from many starts.

    Args:
        residual: The equations.
        x0: The starts, shape [n, k]; the most trusted first.
        completed: Makes better starts of the starts, where these have led nowhere.
        method: A name in `SOLVERS`, or `auto`.
        max_steps: Limit on the steps of each method; by default its usual number.
        deadline: When to stop, as `clock.now()` tells the time.
        observer: Who is told about progress.

    Returns:
        One candidate per start, in their order; behind them those of better starts, if they led somewhere.

    Raises:
        ProblemError: There is no such method.
    """

    def run(solver: AnySolver, name: str, x: Tensor, stopping: Stopping) -> Outcome:
        if max_steps is not None:
            stopping = replace(stopping, max_steps=max_steps)
        return iterate(
            solver, residual, x, stopping=stopping, deadline=deadline, observer=observer, stage=name
        )

    if method != "auto":
        solver = lookup(SOLVERS, method, "method")()
        return candidates(run(solver, method, x0, Stopping(max_steps=solver.usual_steps)), method)
    found = candidates(run(Newton(), "newton", x0, _NEWTON), "newton")
    if completed is not None and not found.converged.any():
        more = from_completed(residual, x0, completed, deadline=deadline, observer=observer)
        if more is not None and more.converged.any():
            return found.followed_by(more)
    lanes, stopping = _left_over(found)
    if len(lanes) == 0:
        return found
    return better(found, lanes, run(LevenbergMarquardt(), "lm", x0[:, lanes], stopping), "lm")


def from_completed(
    residual: Residual,
    x0: Tensor,
    completed: Completed,
    *,
    deadline: float | None = None,
    observer: Observer | None = None,
) -> Candidates | None:
    """Look for roots by Newton's method from what the starts, shape [n, k], are made into; None if that is nothing."""
    x = completed(x0)
    if x is None:
        return None
    name = "newton"
    outcome = iterate(
        Newton(), residual, x, stopping=_NEWTON, deadline=deadline, observer=observer, stage=name
    )
    return candidates(outcome, name)


def _left_over(found: Candidates) -> tuple[Tensor, Stopping]:
    """Return the lanes that deserve another method, and its limits.

    All that did not converge, if none did; some of them, if a few did; the first alone, which is the most
    trusted, if most did. A lane whose start is outside the domain deserves nothing.
    """
    converged = found.converged
    inside = found.cost < torch.inf
    lanes = (inside & ~converged).nonzero()[:, 0]
    if not converged.any():
        return lanes, _LAST_HOPE
    if 2 * converged.sum() < inside.sum():
        return lanes[:_SECOND_LOOK_LANES], _SECOND_LOOK
    return lanes[lanes == 0], _SECOND_LOOK


def candidates(outcome: Outcome, method: str) -> Candidates:
    """Return the outcome of one method as candidates."""
    return Candidates(
        outcome.x, outcome.cost, outcome.status, (method,) * len(outcome.status), outcome.iterations
    )


def better(found: Candidates, lanes: Tensor, outcome: Outcome, method: str) -> Candidates:
    """Take over those of the given lanes that ended better: converged, or with a lower cost."""
    better = outcome.having(Status.CONVERGED) | (outcome.cost < found.cost[lanes])
    x, cost, iterations = found.x.clone(), found.cost.clone(), found.iterations.clone()
    taken = lanes[better]
    x[:, taken] = outcome.x[:, better]
    cost[taken] = outcome.cost[better]
    iterations[taken] = outcome.iterations[better]
    status, methods = list(found.status), list(found.method)
    for lane, source in zip(taken.tolist(), better.nonzero()[:, 0].tolist(), strict=True):
        status[lane], methods[lane] = outcome.status[source], method
    return Candidates(x, cost, tuple(status), tuple(methods), iterations)
