"""The loop that every method shares: limits, stopping tests and the guard against NaN, written once.

A lane ends when its residual is at the level of rounding (CONVERGED), at a minimum that is no root
(STATIONARY), when its steps vanish (STALLED), when it leaves every scale (DIVERGED) or the numbers
(NONFINITE), or with the limits on steps and time. None of these claims a root: that is for the check.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, ClassVar, Final, Protocol, Self, TypeVar

import torch
from torch import Tensor

from eqsolve import clock
from eqsolve.numeric import one_thread
from eqsolve.numeric.residual import Point, Residual, clip, pressed
from eqsolve.result import Observer, Progress, Status

_CODES: Final = tuple(Status)
_CODE: Final = {status: code for code, status in enumerate(_CODES)}
_RUNNING: Final = _CODE[Status.RUNNING]
_COMPACT_FROM: Final = 0.25  # fraction of finished lanes


class State(Protocol):
    """All that changes while a method runs."""

    @property
    def point(self) -> Point:
        """Where the method stands."""
        ...

    @property
    def step(self) -> Tensor:
        """The step tried last, taken or not, shape [n, batch]."""
        ...

    def select(self, lanes: Tensor) -> Self:
        """Return some lanes, given as indices or as a mask."""
        ...


S = TypeVar("S", bound=State)


class Solver(Protocol[S]):
    """A method: settings in its fields, everything else in the state. `step` is a pure function."""

    usual_steps: ClassVar[int]

    def init(self, residual: Residual, x: Tensor) -> S:
        """Return the state at the start x, shape [n, batch], which lies within the bounds."""
        ...

    def step(self, residual: Residual, state: S) -> S:
        """Return the state one step on; every lane for itself."""
        ...


AnySolver = Solver[Any]  # the state of a method is its own affair


@dataclass(frozen=True, slots=True)
class Stopping:
    """When a lane ends.

    Attributes:
        max_steps: Limit on steps.
        rounding: c in |r_i| ≤ c·n·ε Σ_j |J_ij| max(|x_j|, floor), the residual that rounding explains.
        floor: That floor, as a fraction of the largest |x_j| the lane has seen: unknowns may be zero.
        last_digits: The c at which a lane ends even though its cost still falls, without n and the floor.
        falling: A cost falls if a step brings it below this fraction of what it was. A root of any
            multiplicity gives Newton at most e⁻² = 0.14.
        gradient: A gradient vanishes if |Jᵀr|_j is below this fraction of ‖J_j‖‖r‖, J_j at its largest.
        step: A step vanishes if |d_j| is below this multiple of ε max(|x_j|, floor).
        growth: A lane diverges if it still grows beyond this multiple of its start, or of one.
        settled: A gradient counts as vanished only if |d_j| is below this fraction of the largest |x_j|.
        patience: Once a lane has converged, stop all if no other does for this many steps, times the fraction
            of lanes that are open; None: never.
    """

    max_steps: int = 100
    rounding: float = 160.0
    floor: float = 1e-2
    last_digits: float = 4.0
    falling: float = 0.25
    gradient: float = 1e-8
    step: float = 4.0
    growth: float = 1e12
    settled: float = 1e-3
    patience: int | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Outcome:
    """Where every lane ended: its last point if that converged, else the best it has seen.

    Attributes:
        x: The unknowns, shape [n, batch].
        cost: ½‖r‖² there, shape [batch]; infinite if no point was finite.
        status: Why each lane ended.
        iterations: Steps taken, long, shape [batch].
    """

    x: Tensor
    cost: Tensor
    status: tuple[Status, ...]
    iterations: Tensor

    def having(self, status: Status) -> Tensor:
        """Tell which lanes ended with this status, shape [batch]."""
        return torch.tensor([one is status for one in self.status], dtype=torch.bool, device=self.x.device)


@dataclass(frozen=True, slots=True, eq=False)
class _Watch:
    """What the loop remembers of the lanes that are still in it.

    Attributes:
        lane: Index of each lane among all, shape [batch].
        code: Its status, as an index, shape [batch].
        best: The unknowns at the lowest cost so far, shape [n, batch].
        cost: That cost, shape [batch].
        limit: Size beyond which the lane diverges, shape [batch].
        reach: The largest |x_j| so far, shape [batch].
        steepest: The largest column norms of J so far, shape [n, batch].
    """

    lane: Tensor
    code: Tensor
    best: Tensor
    cost: Tensor
    limit: Tensor
    reach: Tensor
    steepest: Tensor

    @classmethod
    def begin(cls, start: Point, stopping: Stopping) -> _Watch:
        reach = start.x.abs().amax(0)
        count = len(start.cost)
        return cls(
            lane=torch.arange(count, device=start.x.device),
            code=torch.full((count,), _RUNNING, device=start.x.device),
            best=start.x,
            cost=start.cost,
            limit=stopping.growth * reach.clamp(min=1.0),
            reach=reach,
            steepest=start.J.column_norms(),
        )

    def select(self, lanes: Tensor) -> _Watch:
        return _Watch(
            self.lane[lanes],
            self.code[lanes],
            self.best[:, lanes],
            self.cost[lanes],
            self.limit[lanes],
            self.reach[lanes],
            self.steepest[:, lanes],
        )

    def after(self, residual: Residual, before: Point, state: State, stopping: Stopping) -> _Watch:
        """Judge the step from `before` to the state; lanes that have ended stay as they are."""
        here = state.point
        reach = torch.fmax(self.reach, here.x.abs().amax(0))
        steepest = torch.fmax(self.steepest, here.J.column_norms())
        code, converged = _judge(residual, before, state, self.limit, reach, steepest, stopping)
        open_ = self.code == _RUNNING
        better = open_ & (converged | (here.cost < self.cost))
        return _Watch(
            self.lane,
            torch.where(open_, code, self.code),
            torch.where(better, here.x, self.best),
            torch.where(better, here.cost, self.cost),
            self.limit,
            reach,
            steepest,
        )


class _Record:
    """The outcome, filled in as lanes end."""

    def __init__(self, start: Point) -> None:
        self.x = start.x.clone()
        self.cost = start.cost.clone()
        self.code = torch.full((len(start.cost),), _RUNNING, device=start.x.device)
        self.iterations = torch.zeros_like(self.code)

    def add(self, watch: _Watch, which: Tensor, iteration: int) -> None:
        lane = watch.lane[which]
        self.x[:, lane] = watch.best[:, which]
        self.cost[lane] = watch.cost[which]
        self.code[lane] = watch.code[which]
        self.iterations[lane] = iteration

    def outcome(self) -> Outcome:
        status = tuple(_CODES[code] for code in self.code.tolist())
        return Outcome(self.x, self.cost, status, self.iterations)


@one_thread()
def iterate(
    solver: Solver[S],
    residual: Residual,
    x: Tensor,
    *,
    stopping: Stopping | None = None,
    deadline: float | None = None,
    observer: Observer | None = None,
    stage: str = "search",
) -> Outcome:
    """Run a method from many starts until every lane has ended, on one thread.

    Args:
        solver: The method.
        residual: The equations.
        x: The starts, shape [n, batch]; moved into the bounds if they are outside.
        stopping: When a lane ends; by default with the usual number of steps of the method.
        deadline: When all lanes end, as `clock.now()` tells the time.
        observer: Who is told about progress, after every step.
        stage: What to call this search in front of the observer.

    Returns:
        Where every lane ended and why.
    """
    stopping = stopping or Stopping(max_steps=solver.usual_steps)
    state = solver.init(residual, clip(residual, x))
    before = state.point
    watch = _Watch.begin(before, stopping)
    record = _Record(before)
    converged_at = -1
    total = x.shape[1]
    for iteration in range(stopping.max_steps + 1):
        if iteration:
            before = state.point
            state = solver.step(residual, state)
        was_open = watch.code == _RUNNING
        watch = watch.after(residual, before, state, stopping)
        still_open = watch.code == _RUNNING
        ended = was_open & ~still_open
        if ended.any():
            record.add(watch, ended, iteration)
            if (watch.code[ended] == _CODE[Status.CONVERGED]).any():
                converged_at = iteration
        count = int(still_open.sum())
        if count == 0:
            return record.outcome()
        now = clock.now()
        if observer is not None:
            best = min(float(record.cost.amin()), float(watch.cost.amin()))
            observer(Progress(stage, iteration, count, total, (2 * best) ** 0.5))
        waited = (iteration - converged_at) * total / count if converged_at >= 0 else 0.0
        last = _limit(stopping, iteration, waited, deadline, now)
        if last is not None:
            return _closed(record, watch, still_open, last, iteration)
        if count <= (1 - _COMPACT_FROM) * len(still_open):
            state, watch = state.select(still_open), watch.select(still_open)
    raise AssertionError("the last iteration reaches the limit on steps")


def _limit(
    stopping: Stopping, iteration: int, waited: float, deadline: float | None, now: float
) -> Status | None:
    """Return why all lanes end now, if they do."""
    if deadline is not None and now >= deadline:
        return Status.OUT_OF_TIME
    impatient = stopping.patience is not None and waited >= stopping.patience
    return Status.MAX_STEPS if impatient or iteration == stopping.max_steps else None


def _closed(record: _Record, watch: _Watch, still_open: Tensor, last: Status, iteration: int) -> Outcome:
    code = watch.code.masked_fill(still_open, _CODE[last])
    record.add(replace(watch, code=code), still_open, iteration)
    return record.outcome()


def _judge(
    residual: Residual,
    before: Point,
    state: State,
    limit: Tensor,
    reach: Tensor,
    steepest: Tensor,
    stopping: Stopping,
) -> tuple[Tensor, Tensor]:
    """Return the status of every lane as an index, and whether it converged; both of shape [batch]."""
    here = state.point
    eps = torch.finfo(here.x.dtype).eps
    size, r = here.x.abs(), here.r.abs()
    floor = stopping.floor * reach
    slopes = here.J.absolute()
    to_the_digit = (r <= stopping.last_digits * eps * slopes.times(size)).all(0)
    explained = r <= stopping.rounding * size.shape[0] * eps * slopes.times(torch.maximum(size, floor))
    falling = here.cost < stopping.falling * before.cost
    finite = here.finite
    converged = finite & (to_the_digit | (explained.all(0) & ~falling))

    gradient = here.gradient
    gradient = gradient.masked_fill(pressed(residual, here.x, -gradient), 0.0)
    flat = (gradient.abs() <= stopping.gradient * steepest * (2 * here.cost).sqrt()).all(0)
    settled = state.step.abs().amax(0) <= stopping.settled * reach
    tiny = (state.step.abs() <= stopping.step * eps * torch.maximum(size, floor)).all(0)
    moved = here is not before
    largest, earlier = size.amax(0), before.x.abs().amax(0)
    grown = (earlier > limit) & (largest > earlier)

    code = torch.full_like(here.cost, _RUNNING, dtype=torch.long)
    for applies, status in (
        (grown, Status.DIVERGED),
        (tiny & ~falling & moved, Status.STALLED),
        (flat & settled & ~falling, Status.STATIONARY),
        (converged, Status.CONVERGED),
        (~finite, Status.NONFINITE),
    ):
        code = torch.where(applies, _CODE[status], code)
    return code, converged
