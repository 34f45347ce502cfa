"""The staged search: cheap methods on all starts, dearer ones only while nothing has been found.

1. Newton, then Levenberg-Marquardt with geodesic acceleration, from the given starts (`search`); where Newton led
   nowhere, it is tried first from starts at which most equations hold already.
2. The same from where the terms of the equations balance.
3. Newton under the natural monotonicity test, then Levenberg-Marquardt heavily damped, from those left over of 1.
4. The same as 1 in the logarithms of the positive unknowns, and from many more starts of wider magnitudes.
5. Continuation from the best starts to where the equations hold.

Every stage works on rows brought to a common size, and yields candidates; whoever takes them stops when they
suffice. A root reached from the first start, if the user gave it, comes first.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Final

import torch
from torch import Tensor

from eqsolve import clock
from eqsolve.numeric.continuation import continued
from eqsolve.numeric.residual import Residual
from eqsolve.numeric.search import Candidates, Completed, better, candidates, from_completed, search
from eqsolve.numeric.solvers import AnySolver, Stopping, iterate
from eqsolve.numeric.solvers.lm import LevenbergMarquardt
from eqsolve.numeric.solvers.natural import NaturalNewton
from eqsolve.numeric.solvers.newton import Newton
from eqsolve.numeric.views import InLogs, row_scaled
from eqsolve.result import Observer, Status

NATURAL: Final = Stopping(max_steps=150, patience=40)
HEAVY: Final = Stopping(max_steps=200, patience=40)
CURVES: Final = 12  # starts from which continuation is tried
MAX_CONTINUED: Final = 40  # unknowns up to which it is
LATE_LANES: Final = 64  # left-over starts that get another method
SECONDS: Final = 6.0  # of computing after which no further stage begins


def stages(
    residual: Residual,
    x0: Tensor,
    balanced: Callable[[], Tensor | None],
    wider: Callable[[int], Tensor],
    positive: Tensor,
    *,
    completed: Completed | None = None,
    trusted: bool,
    deadline: float | None = None,
    observer: Observer | None = None,
) -> Iterator[Candidates]:
    """Yield candidates, stage by stage.

    Args:
        residual: The equations.
        x0: The starts, shape [n, k]; the most trusted first.
        balanced: Returns starts from where the terms balance, if that is known.
        wider: Returns more starts, another set for each number.
        positive: Which unknowns must be positive, bool, shape [n].
        completed: Makes better starts of the starts, where these have led nowhere.
        trusted: Whether the first start is the user's: then it is not given up before the others count.
        deadline: When to stop, as `clock.now()` tells the time.
        observer: Who is told about progress.
    """
    began = time.process_time()  # what else runs on the machine must not change the answer
    plain, residual = residual, row_scaled(residual, x0)

    def late() -> bool:
        over = deadline is not None and clock.now() >= deadline
        return over or time.process_time() - began > SECONDS

    def again(found: Candidates, lanes: Tensor) -> Candidates:
        methods: tuple[tuple[str, AnySolver, Stopping], ...] = (
            ("natural newton", NaturalNewton(), NATURAL),
            ("damped lm", LevenbergMarquardt(damping=1.0, acceleration=False), HEAVY),
        )
        for name, solver, stopping in methods:
            if len(lanes):
                outcome = iterate(
                    solver,
                    residual,
                    x0[:, lanes],
                    stopping=stopping,
                    deadline=deadline,
                    observer=observer,
                    stage=name,
                )
                found = better(found, lanes, outcome, name)
                lanes = lanes[~outcome.having(Status.CONVERGED)]
        return found

    found = search(residual, x0, completed=completed, deadline=deadline, observer=observer)
    if trusted and found.status[0] is not Status.CONVERGED:
        found = again(found, torch.zeros(1, dtype=torch.long))
    yield found
    beside = balanced()
    if beside is not None:
        yield search(
            row_scaled(plain, beside), beside, completed=completed, deadline=deadline, observer=observer
        )
    converged = found.converged[: x0.shape[1]].tolist()
    open_ = [lane for lane, done in enumerate(converged) if not done]
    inside = torch.tensor([lane for lane in open_ if found.cost[lane] < torch.inf][:LATE_LANES]).long()
    second = again(found, inside)
    if completed is not None and any(converged):  # to what is no root
        others = from_completed(residual, x0, completed, deadline=deadline, observer=observer)
        second = second if others is None else second.followed_by(others)
    yield second
    for number in (1, 2):
        if late():
            return
        more = wider(number)
        if positive.any():
            yield _in_logs(residual, more, positive, deadline, observer)
        more_found = search(residual, more, completed=completed, deadline=deadline, observer=observer)
        yield more_found
    if residual.rows == residual.columns <= MAX_CONTINUED and not late():
        best = more_found.cost[: more.shape[1]].argsort()[: CURVES // 2]
        begin = torch.cat([x0[:, : CURVES // 2], more[:, best]], 1)
        ends = continued(residual, begin, deadline=deadline)
        if ends.shape[1]:
            yield replace(
                search(residual, ends, deadline=deadline, observer=observer),
                method=("continuation",) * ends.shape[1],
            )


def _in_logs(
    residual: Residual,
    x: Tensor,
    positive: Tensor,
    deadline: float | None,
    observer: Observer | None,
) -> Candidates:
    """Search in the logarithms of positive unknowns; end with Newton in the unknowns themselves."""
    view = InLogs(residual, positive)
    x = torch.where(positive[:, None], x.abs().clamp(min=1e-30), x)
    found = search(view, view.of(x), deadline=deadline, observer=observer)
    outcome = iterate(
        Newton(), residual, view.back(found.x), stopping=Stopping(max_steps=20), deadline=deadline
    )
    return candidates(outcome, "newton in logarithms")
