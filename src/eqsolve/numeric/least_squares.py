"""The search of a fit: Levenberg-Marquardt, variable projection where that does not arrive, then the last digits.

From a start the first runs on all parameters, the second on those that do not enter linearly. Without one, many
starts are ranked by their projected cost, the best are followed, and minima that few of them reach are left again.
In the end Gauss-Newton steps are taken as long as they become shorter: the cost is flat long before the parameters
are right to the last digit.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from typing import Final

import torch
from torch import Tensor

from eqsolve import clock
from eqsolve.errors import lookup
from eqsolve.numeric import one_thread
from eqsolve.numeric.fit_starts import FAMILIES, Likely, fit_starts
from eqsolve.numeric.linear import unit_scale
from eqsolve.numeric.projected import Projected
from eqsolve.numeric.residual import Residual, pressed
from eqsolve.numeric.solvers import SOLVERS, Stopping, iterate
from eqsolve.numeric.solvers.lm import LevenbergMarquardt
from eqsolve.numeric.wander import MOST_NUMBERS, QUICK, SAME, Ends, Wandering, distinct, drawn_together
from eqsolve.result import Observer, Status

STARTS: Final = 512
FOLLOWED: Final = 8  # of each family
FEW_REACHED: Final = 3  # searches that agree, up to which more are tried, and
SMALL_SHARE: Final = 1 / 8  # of all of them
ATTEMPTS: Final = 3
OTHERS: Final = 4  # higher minima that are kept
MOST_SIGNS: Final = 6  # negative parameters whose signs are tried
SIGN: Final = 1e-9  # relative change of the model that a change of signs may make
FINISHED: Final = 6  # minima that are followed to the last digit
_AGREED: Final = 0.5  # of the searches: the lowest minimum needs no further search
_APART: Final = 1000  # between the seeds of attempts
_POLISH: Final = 100  # Gauss-Newton steps; they converge linearly where residuals are large
_FEW: Final = 6  # of these, where each is dear
_PATIENCE: Final = 4  # steps that may fail to be shorter
_SHORT: Final = 1e-15
_ARRIVED: Final = 1e-5  # relative Gauss-Newton step: no other method needs to try
_RANK: Final = 1e-14
_NOTHING: Final = 1e-22  # of the squared size of the model: what is left of a residual that vanishes

_STEEP: Final = Stopping(max_steps=3000, gradient=1e-8, growth=1e30, settled=1e-6)
_LONGER: Final = Stopping(max_steps=200, gradient=1e-8, growth=1e30, settled=1e-6)


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
        others: The lowest of the higher minima where searches settled, and how many did.
    """

    x: Tensor
    cost: float
    method: str
    status: Status
    starts: int
    reached: int
    second: float
    others: tuple[tuple[Tensor, int], ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class FitSearch:
    """A search for the least squares of a residual.

    Attributes:
        residual: The weighted differences.
        linear: Indices of parameters without bounds that enter linearly, all together.
        likely: What the model and the data say about the parameters.
        seed: Seed of the starts.
        deadline: When to stop, as `clock.now()` tells the time.
        observer: Who is told about progress.
        bend: Whether steps may be bent (geodesic acceleration), and a start raced; not if rows are compressed.
        allowed: Whether parameters meet further conditions: of equally low minima one that does is taken.
    """

    residual: Residual
    linear: tuple[int, ...] = ()
    likely: Likely | None = None
    seed: int = 0
    deadline: float | None = None
    observer: Observer | None = None
    bend: bool = True
    allowed: Callable[[Sequence[float]], bool] | None = None

    @one_thread()
    def from_start(self, x: Tensor) -> Minimum:
        """Return the minimum that is reached from one start, shape [n]: the lowest one, unless the first will do."""
        ends = [self._joint(x[:, None], _STEEP)]
        step = _length(self.newton(ends[0].x)[1], ends[0].x)
        if self.linear and self.bend and not step < _ARRIVED:
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
        best = self._from(known, count, 0)
        for attempt in range(1, ATTEMPTS):
            if best.reached > max(FEW_REACHED, SMALL_SHARE * best.starts) or self._late():
                break
            again = self._from(known, 2 * count, attempt)  # met by few only: look harder
            agreed = abs(again.cost - best.cost) <= SAME * best.cost
            best = _joined(best, again)
            if agreed:  # found twice, from starts that know nothing of each other
                break
        return replace(best, x=self._upright(best.x, known))

    def _upright(self, x: Tensor, known: Tensor) -> Tensor:
        """Return x with as many signs made positive as leave all residuals as they are."""
        r = self.residual
        negative = [k for k in range(len(x)) if x[k] < 0 and known[k].isnan() and -x[k] <= r.upper[k]]
        best = x
        for k in range(1, len(negative) + 1 if len(negative) <= MOST_SIGNS else 1):
            flips = list(combinations(negative, k))
            there = x[:, None].repeat(1, len(flips))
            for lane, flip in enumerate(flips):
                there[list(flip), lane] *= -1
            off = torch.linalg.vector_norm(r.r(there) - r.r(x[:, None]), dim=0)
            size = torch.linalg.vector_norm(r.jacobian(x[:, None])[1].times(x[:, None]), dim=0)
            good = [n for n, small in enumerate((off <= SIGN * size).tolist()) if small]
            fine = [n for n in good if self.allowed is None or self.allowed(there[:, n].tolist())]
            best = there[:, fine[0]] if fine else best
        return best

    def _from(self, known: Tensor, count: int, attempt: int) -> Minimum:
        """Return the lowest minimum reached from the most promising of so many starts; there may be none."""
        starts = self._ranked(known, count, self._seed(attempt))
        if not starts.shape[1]:
            return self._best([])
        ends = self._finished(self._follow(starts, QUICK))
        best = self._best([self._wandered(ends, attempt)])
        return replace(best, others=_settled(ends, (1 + SAME) * best.cost))

    def _seed(self, attempt: int) -> int:
        return self.seed + _APART * attempt

    def _late(self) -> bool:
        return self.deadline is not None and clock.now() >= self.deadline

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
        starts = fit_starts(r.lower, r.upper, known, self._likely(), count, seed)
        costs = self._costs(starts)
        # The best of each family: the lowest costs of all are often many of one kind.
        best = [costs[k::FAMILIES].argsort(stable=True)[:FOLLOWED] * FAMILIES + k for k in range(FAMILIES)]
        chosen = torch.cat(best)
        return starts[:, chosen[costs[chosen].isfinite()]]

    def _likely(self) -> Likely:
        return self.likely or Likely.nothing(self.residual.columns)

    def _costs(self, x: Tensor) -> Tensor:
        """Return the costs of any number of points, shape [n, k], part by part."""
        r = self.residual
        lanes = max(1, MOST_NUMBERS // (r.rows * (r.columns + 1)))
        return torch.cat([self._cost(part) for part in torch.split(x, lanes, 1)])

    def _cost(self, x: Tensor) -> Tensor:
        if self.linear:
            projected = self._projection()
            cost = projected.rough_cost(x[projected.others])
        else:
            cost = self.residual.r(x).square().sum(0)
        return torch.nan_to_num(cost, nan=torch.inf, posinf=torch.inf)

    def _projection(self) -> Projected:
        others = [k for k in range(self.residual.columns) if k not in self.linear]
        return Projected(self.residual, torch.tensor(self.linear), torch.tensor(others, dtype=torch.long))

    def _follow(self, x: Tensor, stopping: Stopping) -> Ends:
        return self._projected(x, stopping) if self.linear else self._joint(x, stopping)

    def _joint(self, x: Tensor, stopping: Stopping) -> Ends:
        solver = LevenbergMarquardt(lower_by=1 / 3, acceleration=self.bend)
        return self._run(solver, self.residual, x, stopping, "lm")

    def _projected(self, x: Tensor, stopping: Stopping) -> Ends:
        projected = self._projection()
        if not len(projected.others):
            return self._joint(projected.full(x[projected.others]), stopping)
        solver = LevenbergMarquardt(lower_by=1 / 3, acceleration=False)
        ends = self._run(solver, projected, x[projected.others], stopping, "projection")
        return Ends(projected.full(ends.x), ends.cost, ends.status, ends.method)

    def _run(
        self, solver: LevenbergMarquardt, residual: Residual, x: Tensor, stopping: Stopping, name: str
    ) -> Ends:
        out = iterate(
            solver, residual, x, stopping=stopping, deadline=self.deadline, observer=self.observer, stage=name
        )
        return Ends(out.x, out.cost, out.status, name)

    def _finished(self, ends: Ends) -> Ends:
        """Follow the lowest few that differ on all parameters, and the lowest of these to its end."""
        lanes = [lane for lane, _ in distinct(ends.cost)[:FINISHED]]
        if not lanes:
            return ends
        done = self._joint(ends.x[:, lanes], _LONGER)
        first = int(done.cost.argmin())
        if done.status[first] is Status.MAX_STEPS:
            last = self._joint(done.x[:, first : first + 1], _STEEP)
            done.x[:, first], done.cost[first] = last.x[:, 0], last.cost[0]
            done = replace(done, status=(*done.status[:first], *last.status, *done.status[first + 1 :]))
        x, cost, status = ends.x.clone(), ends.cost.clone(), list(ends.status)
        for k, lane in enumerate(lanes):
            if done.cost[k] < cost[lane]:
                if done.cost[k] < (1 - SAME) * cost[lane]:  # all of its kind would have gone on like this
                    same = (ends.cost - ends.cost[lane]).abs() <= SAME * ends.cost[lane]
                    x[:, same], cost[same] = done.x[:, k : k + 1], done.cost[k]
                x[:, lane], cost[lane] = done.x[:, k], done.cost[k]
            status[lane] = done.status[k]
        return Ends(x, cost, tuple(status), ends.method)

    def _wandered(self, ends: Ends, attempt: int) -> Ends:
        found = distinct(ends.cost)
        if not found or found[0][1] >= _AGREED * int(ends.cost.isfinite().sum()):
            return ends
        others = [k for k in range(self.residual.columns) if k not in self.linear]
        walk = Wandering(
            self.residual,
            self._likely(),
            drawn_together(self._likely().terms, others),
            self._costs,
            self._follow,
            self._late,
        )
        return self._finished(walk.lowered(ends, torch.Generator().manual_seed(self._seed(attempt))))

    def _best(self, ends: Sequence[Ends]) -> Minimum:
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
        size = x[:, equal].abs().log1p().sum(0) * (1 + 1e-3 * (x[:, equal] < 0).sum(0))
        ordered: list[int] = equal[size.argsort(stable=True)].tolist()
        lane = next((k for k in ordered if self.allowed is None or self.allowed(x[:, k].tolist())), lane)
        point = self.polished(x[:, lane])
        higher = distinct(cost.masked_fill(same, torch.inf))
        second = float(cost[higher[0][0]]) if higher else torch.inf
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


def _settled(ends: Ends, above: float) -> tuple[tuple[Tensor, int], ...]:
    """Return the lowest places above a cost where the gradient vanished, and how many ended there."""
    settled = torch.tensor([status in {Status.STATIONARY, Status.CONVERGED} for status in ends.status])
    cost = ends.cost.masked_fill(~settled | (ends.cost <= above), torch.inf)
    return tuple((ends.x[:, lane], count) for lane, count in distinct(cost)[:OTHERS])


def _joined(a: Minimum, b: Minimum) -> Minimum:
    """Return the lower of two minima, with what both searches saw."""
    low, high = (b, a) if b.cost < a.cost else (a, b)
    same = high.cost <= low.cost * (1 + SAME)
    reached = low.reached + (high.reached if same else 0)
    second = min(low.second, high.second if same else high.cost)
    others = (*low.others, *high.others)
    return Minimum(low.x, low.cost, low.method, low.status, a.starts + b.starts, reached, second, others)
