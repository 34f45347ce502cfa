"""The search of a fit: Levenberg-Marquardt raced against variable projection, then the last digits.

From a start both run on all parameters and on those that do not enter linearly. Without one, many starts are
ranked by their projected cost and the best are followed. In the end Gauss-Newton steps are taken as long as the
gradient falls: the cost is flat long before the parameters are right to the last digit.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

import torch
from torch import Tensor

from eqsolve.errors import lookup
from eqsolve.numeric import one_thread
from eqsolve.numeric.fit_starts import FAMILIES, fit_starts
from eqsolve.numeric.linear import unit_scale
from eqsolve.numeric.projected import Projected
from eqsolve.numeric.residual import Residual, pressed
from eqsolve.numeric.solvers import SOLVERS, Stopping, iterate
from eqsolve.numeric.solvers.lm import LevenbergMarquardt
from eqsolve.result import Observer, Status

STARTS: Final = 512
FOLLOWED: Final = 8  # of each family
FEW_REACHED: Final = 3  # searches that agree, up to which more are tried
MOST_NUMBERS: Final = 8_000_000  # rows times parameters times lanes at once
_POLISH: Final = 100  # Gauss-Newton steps; they converge linearly where residuals are large
_FEW: Final = 6  # of these, where each is dear
_PATIENCE: Final = 4  # steps that may fail to be shorter
_SHORT: Final = 1e-15
_RANK: Final = 1e-14
_NOTHING: Final = 1e-22  # of the squared size of the model: what is left of a residual that vanishes
SAME: Final = 1e-6  # relative difference of costs of one minimum

_STEEP: Final = Stopping(max_steps=3000, gradient=1e-8, growth=1e30, settled=1e-6)
_QUICK: Final = Stopping(max_steps=150, gradient=1e-6, growth=1e30)


@dataclass(frozen=True, slots=True, eq=False)
class Minimum:
    """The lowest point that a search found.

    Attributes:
        x: The parameters, shape [n].
        cost: ½‖r‖² there.
        method: What found it.
        status: Why its search stopped.
        starts: Starts that were followed to their end.
        reached: How many of these came to the same cost.
        second: The next higher cost that others came to; infinite if there was none.
    """

    x: Tensor
    cost: float
    method: str
    status: Status
    starts: int
    reached: int
    second: float


@dataclass(frozen=True, slots=True, eq=False)
class _Ends:
    """Where lanes ended."""

    x: Tensor
    cost: Tensor
    status: tuple[Status, ...]
    method: str


@dataclass(frozen=True, slots=True, eq=False)
class FitSearch:
    """A search for the least squares of a residual.

    Attributes:
        residual: The weighted differences.
        linear: Indices of parameters without bounds that enter linearly, all together.
        ranges: Least and largest number of each column.
        seed: Seed of the starts.
        deadline: When to stop, as `clock.now()` tells the time.
        observer: Who is told about progress.
        bend: Whether steps may be bent (geodesic acceleration), and a start raced; not if rows are compressed.
        allowed: Whether parameters meet further conditions: of equally low minima one that does is taken.
    """

    residual: Residual
    linear: tuple[int, ...] = ()
    ranges: tuple[tuple[float, float], ...] = ()
    seed: int = 0
    deadline: float | None = None
    observer: Observer | None = None
    bend: bool = True
    allowed: Callable[[Sequence[float]], bool] | None = None

    @one_thread()
    def from_start(self, x: Tensor) -> Minimum:
        """Return the lowest minimum that the methods reach from one start, shape [n]."""
        ends = [self._joint(x[:, None], _STEEP)]
        if self.linear and self.bend:
            ends.append(self._projected(x[:, None], _STEEP))
        return self._best(ends)

    @one_thread()
    def from_many(self, known: Tensor) -> Minimum:
        """Return the lowest minimum reached from many starts.

        Args:
            known: The user's start where there is one, else NaN, shape [n].
        """
        count = max(
            FAMILIES * FOLLOWED,
            min(STARTS, MOST_NUMBERS // (self.residual.rows * (self.residual.columns + 1))),
        )
        best = self._from(self._ranked(known, count, self.seed))
        if best.reached <= FEW_REACHED:  # met by few only: look harder
            best = _joined(best, self._from(self._ranked(known, 2 * count, self.seed + 1)))
        return best

    def _from(self, starts: Tensor) -> Minimum:
        """Return the lowest minimum reached from some starts, shape [n, k]; there may be none."""
        return self._best([self._finished(self._follow(starts, _QUICK))] if starts.shape[1] else [])

    @one_thread()
    def by_method(self, x: Tensor, method: str) -> Minimum:
        """Return where one method of the table ends from one start, without polish."""
        solver = lookup(SOLVERS, method, "method")()
        stopping = Stopping(max_steps=solver.usual_steps, gradient=1e-9)
        out = iterate(
            solver,
            self.residual,
            x[:, None],
            stopping=stopping,
            deadline=self.deadline,
            observer=self.observer,
            stage=method,
        )
        return Minimum(out.x[:, 0], float(out.cost[0]), method, out.status[0], 1, 1, torch.inf)

    def _ranked(self, known: Tensor, count: int, seed: int) -> Tensor:
        """Return the most promising of many starts, shape [n, k]."""
        r = self.residual
        starts = fit_starts(r.lower, r.upper, known, self.ranges, count, seed)
        lanes = max(1, MOST_NUMBERS // (r.rows * (r.columns + 1)))
        costs = torch.cat([self._cost(part) for part in torch.split(starts, lanes, 1)])
        # The best of each family: the lowest costs of all are often many of one kind.
        best = [costs[k::FAMILIES].argsort(stable=True)[:FOLLOWED] * FAMILIES + k for k in range(FAMILIES)]
        chosen = torch.cat(best)
        return starts[:, chosen[costs[chosen].isfinite()]]

    def _cost(self, x: Tensor) -> Tensor:
        if self.linear:
            projected = self._projection()
            x = projected.full(x[projected.others])
        return torch.nan_to_num(self.residual.r(x).square().sum(0), nan=torch.inf, posinf=torch.inf)

    def _projection(self) -> Projected:
        others = [k for k in range(self.residual.columns) if k not in self.linear]
        return Projected(self.residual, torch.tensor(self.linear), torch.tensor(others, dtype=torch.long))

    def _follow(self, x: Tensor, stopping: Stopping) -> _Ends:
        return self._projected(x, stopping) if self.linear else self._joint(x, stopping)

    def _joint(self, x: Tensor, stopping: Stopping) -> _Ends:
        solver = LevenbergMarquardt(lower_by=1 / 3, acceleration=self.bend)
        return self._run(solver, self.residual, x, stopping, "lm")

    def _projected(self, x: Tensor, stopping: Stopping) -> _Ends:
        projected = self._projection()
        if not len(projected.others):
            return self._joint(projected.full(x[projected.others]), stopping)
        solver = LevenbergMarquardt(lower_by=1 / 3, acceleration=False)
        ends = self._run(solver, projected, x[projected.others], stopping, "projection")
        return _Ends(projected.full(ends.x), ends.cost, ends.status, ends.method)

    def _run(
        self, solver: LevenbergMarquardt, residual: Residual, x: Tensor, stopping: Stopping, name: str
    ) -> _Ends:
        out = iterate(
            solver, residual, x, stopping=stopping, deadline=self.deadline, observer=self.observer, stage=name
        )
        return _Ends(out.x, out.cost, out.status, name)

    def _finished(self, ends: _Ends) -> _Ends:
        """Follow the lowest few to the end on all parameters."""
        order = ends.cost.argsort(stable=True)
        lanes = order[ends.cost[order].isfinite()][:6]
        if not len(lanes):
            return ends
        done = self._joint(ends.x[:, lanes], _STEEP)
        better = done.cost < ends.cost[lanes]
        x, cost, status = ends.x.clone(), ends.cost.clone(), list(ends.status)
        x[:, lanes[better]], cost[lanes[better]] = done.x[:, better], done.cost[better]
        for lane, there in zip(lanes.tolist(), done.status, strict=True):
            status[lane] = there
        return _Ends(x, cost, tuple(status), ends.method)

    def _best(self, ends: Sequence[_Ends]) -> Minimum:
        if not ends:
            nowhere = torch.full_like(self.residual.lower, torch.nan)
            return Minimum(nowhere, torch.inf, "none", Status.NONFINITE, 0, 0, torch.inf)
        x = torch.cat([end.x for end in ends], 1)
        cost = torch.cat([end.cost for end in ends])
        status = [one for end in ends for one in end.status]
        method = [end.method for end in ends for _ in end.status]
        lane = int(cost.argmin())
        lowest = float(cost[lane])
        _, J = self.residual.jacobian(x[:, lane : lane + 1])
        rounding = _NOTHING * float(J.times(x[:, lane : lane + 1]).square().sum().nan_to_num(posinf=0.0))
        same = cost <= lowest + SAME * lowest + rounding
        # Of equally low minima (frequencies that samples cannot tell apart) the one with the smallest
        # numbers, and of these with the fewest negative ones.
        equal = same.nonzero()[:, 0]
        size = x[:, equal].abs().log1p().sum(0) + 1e-6 * (x[:, equal] < 0).sum(0)
        ordered: list[int] = equal[size.argsort(stable=True)].tolist()
        lane = next((k for k in ordered if self.allowed is None or self.allowed(x[:, k].tolist())), lane)
        point = self.polished(x[:, lane])
        others = cost[~same & cost.isfinite()]
        second = float(others.min()) if len(others) else torch.inf
        return Minimum(point, lowest, method[lane], status[lane], len(cost), int(same.sum()), second)

    def polished(self, x: Tensor) -> Tensor:
        """Return x, shape [n], after Gauss-Newton steps for as long as these become shorter.

        Steps shrink to the level of rounding, where gradients and costs have long been at theirs.
        """
        best = x = x[:, None]
        cost, d = self.newton(x)
        limit, shortest, stale = (1 + 1e-9) * cost, _length(d, x), 0
        for _ in range(_POLISH if self.bend else _FEW):
            if not shortest > _SHORT or stale > _PATIENCE:
                break
            x = torch.clamp(x + d, self.residual.lower[:, None], self.residual.upper[:, None])
            cost, d = self.newton(x)
            length = _length(d, x)
            if not (cost <= limit and length < torch.inf):
                break
            stale = 0 if length < 0.9 * shortest else stale + 1
            if length < shortest:
                best, shortest = x, length
        return best[:, 0]

    def newton(self, x: Tensor) -> tuple[float, Tensor]:
        """Return the cost and the Gauss-Newton step at x, shape [n, 1]; NaN where it is not finite."""
        r, jacobian = self.residual.jacobian(x)
        gradient = jacobian.transposed_times(r)
        J = jacobian.without(pressed(self.residual, x, -gradient)).dense()[:, :, 0]
        scale = unit_scale(torch.linalg.vector_norm(J, dim=0))
        J = J / scale
        if not bool(J.isfinite().all() and r.isfinite().all()):
            return torch.nan, torch.full_like(x, torch.nan)
        U, S, Vh = torch.linalg.svd(J, full_matrices=False)
        inverse = torch.where(_RANK * S[0] < S, 1 / S.clamp(min=1e-300), 0.0)
        d = -(Vh.T @ (inverse[:, None] * (U.T @ r))) / scale[:, None]
        return float(r.square().sum()), d


def _length(d: Tensor, x: Tensor) -> float:
    """Return the largest relative change of a parameter; infinite if it is not finite."""
    size = torch.where(x != 0, x.abs(), x.abs().amax().clamp(min=1e-300))
    length = float((d.abs() / size).amax())
    return length if length == length else torch.inf


def _joined(a: Minimum, b: Minimum) -> Minimum:
    """Return the lower of two minima, with what both searches saw."""
    low, high = (b, a) if b.cost < a.cost else (a, b)
    same = high.cost <= low.cost * (1 + SAME)
    reached = low.reached + (high.reached if same else 0)
    second = min(low.second, high.second if same else high.cost)
    return Minimum(low.x, low.cost, low.method, low.status, a.starts + b.starts, reached, second)
