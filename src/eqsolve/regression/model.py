"""A fit on its way: exact where the model is linear and small, otherwise a search, perhaps with a robust loss."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from eqsolve.data import Table
from eqsolve.problem.fitting import Fitting
from eqsolve.problem.linearity import linear_set
from eqsolve.problem.model import Constraint, Problem, Soft
from eqsolve.regression import exact, statistics
from eqsolve.regression.check import broken
from eqsolve.regression.constrained import conditional, limit_residual, limits
from eqsolve.regression.corners import bent, cornered
from eqsolve.regression.labels import arranged, interchangeable
from eqsolve.regression.likely import likely
from eqsolve.regression.options import FitOptions

if TYPE_CHECKING:
    import numpy as np
    from torch import Tensor

    from eqsolve.numeric.least_squares import FitSearch, Minimum
    from eqsolve.numeric.residual import Residual
    from eqsolve.numeric.rows import RowResidual

MANY_ROWS: Final = 20_000  # from which rows are taken block by block
SAMPLED_FROM: Final = 1_500  # rows of a table from which starts are tried on some of them
SAMPLE_ROWS: Final = 1_000
TRIED: Final = 8  # starts of each family, to see where a model has no value
CLOSE: Final = 1e-6  # relative step, and
FIRM: Final = 1e-2  # step in standard errors, below which a search has arrived
VANISHES: Final = 1e-24  # of the squared size of the model: a sum of squares that is nothing but rounding
ROUNDS: Final = 30  # of a robust fit with its scale


@dataclass(frozen=True, slots=True, eq=False)
class Point:
    """Where a fit ended.

    Attributes:
        values: The parameters, shape [n].
        rss: Weighted sum of squares.
        spread: How firmly they are held.
        held: Which stand at a bound.
        arrived: Whether this is a minimum as far as floats can tell.
        exact: The exact solution, where there is one.
        minimum: What the search says.
        widening: Factor of a robust loss on the covariance.
        active: Conditions among parameters whose edge it stands on.
        below: A lower sum of squares that a search came to, where there is no minimum.
        rounding: What rounding alone adds to the sum of squares, if that is all there is; else zero.
    """

    values: np.ndarray
    rss: float
    spread: statistics.Spread
    held: tuple[bool, ...]
    arrived: bool = True
    exact: exact.ExactFit | None = None
    minimum: Minimum | None = None
    widening: float | None = None
    active: tuple[Constraint, ...] = ()
    below: float | None = None
    rounding: float = 0.0


@dataclass(frozen=True, slots=True, eq=False)
class Model:
    """All that is known before the fit."""

    problem: Problem
    fitting: Fitting
    tables: Mapping[str, Table]
    options: FitOptions

    @property
    def names(self) -> tuple[str, ...]:
        return self.fitting.parameters

    def bounds(self) -> dict[str, tuple[float, float]]:
        unknowns = {u.name: u for u in self.problem.unknowns}
        return {name: (unknowns[name].lower, unknowns[name].upper) for name in self.names}

    def starts(self) -> list[float]:
        """Return the user's starts, NaN where there is none."""
        starts = {u.name: u.start for u in self.problem.unknowns}
        return [math.nan if (start := starts[name]) is None else start for name in self.names]

    def point(self) -> Point:
        """Fit: exactly if the model is linear and its solution within the bounds, otherwise by a search."""
        if self.options.method == "auto" and self.options.loss == "squares":
            solved = exact.exact_fit(self.fitting, self.tables)
            if solved is not None:
                point = self._exactly(solved)
                box = self.bounds().values()
                inside = all(low <= v <= high for v, (low, high) in zip(point.values, box, strict=True))
                if inside and self.allowed(point.values.tolist()):
                    return point
        return self._searched()

    def _exactly(self, solved: exact.ExactFit) -> Point:
        import numpy as np

        from eqsolve.evaluate import nearest

        values = np.array([nearest(value) for value in solved.values])
        inverse = np.array([[nearest(value) for value in row] for row in solved.inverse])
        n = len(values)
        spread = statistics.Spread(inverse, np.zeros((0, n)), n)
        return Point(values, max(0.0, nearest(solved.rss)), spread, (False,) * n, exact=solved)

    def residual(self, tables: Mapping[str, Table] | None = None) -> RowResidual:
        """Return the compiled residual of all rows, or of those of other tables."""
        import torch

        from eqsolve.numeric.rows import row_residual

        tables = tables or self.tables
        columns = {
            (f"{name}.{column}" if name else column): torch.from_numpy(numbers)
            for name, table in tables.items()
            for column, numbers in table.columns.items()
        }
        rows = {name: table.rows for name, table in tables.items()}
        return row_residual(self.fitting, columns, rows, self.bounds())

    def without_value(self) -> tuple[Soft, int] | None:
        """Return the first row in which the model has a finite value at none of many starts."""
        import torch

        from eqsolve.numeric.fit_starts import FAMILIES, fit_starts

        r = self.residual()
        known = torch.tensor(self.starts(), dtype=torch.float64)
        given = likely(self.fitting, self.tables)
        x = fit_starts(r.lower, r.upper, known, given, FAMILIES * TRIED, self.options.seed)
        never = (~r.r(x).isfinite()).all(1).nonzero()[:, 0]
        row = int(never[0]) if len(never) else -1
        for soft in self.fitting.soft if len(never) else ():
            rows = 1 if soft.table is None else self.tables[soft.table].rows
            if row < rows:
                return soft, row
            row -= rows
        return None

    def search(self, residual: Residual) -> FitSearch:
        """Return a search on a residual."""
        from eqsolve.numeric.least_squares import FitSearch

        options = self.options
        linear: tuple[int, ...] = ()
        if not self.fitting.hidden:
            sides = [side for soft in self.fitting.soft for side in (soft.left, soft.right)]
            bounds = self.bounds()
            free = [name for name in self.names if bounds[name] == (-math.inf, math.inf)]
            linear = tuple(map(self.names.index, linear_set(sides, free)))
        return FitSearch(
            residual,
            linear,
            likely(self.fitting, self.tables),
            options.seed,
            options.deadline,
            options.observer,
            allowed=self.allowed if self.problem.constraints else None,
        )

    def allowed(self, values: Sequence[float]) -> bool:
        """Tell whether parameters meet the conditions that name nothing else."""
        return broken(self.problem, self.fitting, dict(zip(self.names, values, strict=True))) is None

    def _searched(self) -> Point:
        import torch

        from eqsolve.numeric import one_thread
        from eqsolve.numeric.compressed import Compressed

        with one_thread():
            whole = self.residual()
            plain = self.options.loss == "squares" and self.options.method == "auto"
            many = plain and whole.rows > MANY_ROWS
            residual: Residual = Compressed(whole) if many else whole
            search = replace(self.search(residual), bend=not many)
            known = torch.tensor(self.starts(), dtype=torch.float64)
            minimum = self._named(self._minimum(search, known), search.linear)
            if plain and not self.allowed(minimum.x.tolist()):
                return self._under_limits(search, minimum, known)
            if self.options.loss == "squares" or not math.isfinite(minimum.cost):
                point = self._point(search, minimum)
                if point.arrived or many or not math.isfinite(minimum.cost):
                    return point
                return self._at_corner(search, minimum) or self._higher(search, minimum) or point
            return self._robust(search, minimum)

    def _minimum(self, search: FitSearch, known: Tensor) -> Minimum:
        import torch

        if self.options.method != "auto":
            start = known.nan_to_num(nan=1.0).clamp(search.residual.lower, search.residual.upper)
            return search.by_method(start, self.options.method)
        given = not bool(known.isnan().any()) and not self.options.everywhere
        if given and search.bend:
            return search.from_start(known)
        if all(table.rows <= SAMPLED_FROM for table in self.tables.values()):
            return search.from_many(known)
        part = self.search(self.residual(_sampled(self.tables, self.options.seed)))
        near = part.from_start(known) if given else part.from_many(known)
        done = search.from_start(torch.where(near.x.isfinite(), near.x, known))
        if given:  # some of the rows only brought it near
            return done
        return replace(done, starts=near.starts, reached=near.reached, others=near.others)

    def _higher(self, search: FitSearch, minimum: Minimum) -> Point | None:
        """Return the lowest of the other ends that is a minimum, where the lowest end of all is none."""
        found: list[Point] = []
        for x, reached in minimum.others:
            done = self._named(search.from_start(x), search.linear)
            if math.isfinite(done.cost) and self.allowed(done.x.tolist()):
                done = replace(done, starts=minimum.starts, reached=reached)
                point = self._point(search, done)
                found += [point] if point.arrived and not len(point.spread.null) else []
        lowest = min(found, key=lambda point: point.rss, default=None)
        return None if lowest is None else replace(lowest, below=2 * minimum.cost)

    def _under_limits(self, search: FitSearch, minimum: Minimum, known: Tensor) -> Point:
        """Return the minimum under the conditions among parameters, which the minimum without them breaks."""
        import numpy as np

        from eqsolve.numeric.augmented import constrained, tangential_step

        plain = self._point(search, minimum)
        found = limits(self.problem, self.fitting)
        if not found:
            return plain
        limit = limit_residual([soft for _, soft in found], self.fitting)
        ends = [minimum]

        def fall(residual: Residual, x: Tensor, everywhere: bool) -> Tensor:
            free = replace(search, residual=residual, linear=(), allowed=None)
            reached = [free.from_start(x)]
            if everywhere and search.residual.rows <= SAMPLED_FROM:
                ends[:] = [free.from_many(known)]
                reached += ends
            return min(reached, key=lambda one: one.cost).x

        x, active = constrained(search.residual, limit, minimum.x, fall)
        if not bool(x.isfinite().all()) or not self.allowed(x.tolist()):
            return plain
        if not bool(active.any()):
            return self._point(search, replace(ends[0], x=search.polished(x), cost=0.0))
        point = self._point(search, replace(ends[0], x=x, cost=0.0))
        slopes = limit.dense(x[:, None])[1][active, :, 0].numpy()
        inverse = conditional(point.spread.inverse, slopes)
        rank = point.spread.rank - int(np.linalg.matrix_rank(slopes))
        d = tangential_step(search.residual, limit, x[:, None], active)[:, 0].abs().numpy()
        stderr = np.sqrt(np.diag(inverse) * point.rss / max(1, search.residual.rows - rank))
        small = bool((d <= CLOSE * np.abs(x.numpy()) + FIRM * np.nan_to_num(stderr)).all())
        return replace(
            point,
            spread=statistics.Spread(inverse, point.spread.null, rank),
            arrived=small,
            active=tuple(one for (one, _), on in zip(found, active.tolist(), strict=True) if on),
        )

    def _at_corner(self, search: FitSearch, minimum: Minimum) -> Point | None:
        """Return the minimum with parameters held where the model has corners; None if there is none."""
        sides = [side for soft in self.fitting.soft for side in (soft.left, soft.right)]
        if not bent(sides) or self.fitting.hidden:
            return None
        residual, x = cornered(self.residual(), minimum.x)
        pinned = replace(search, residual=residual)
        point = self._point(pinned, replace(minimum, x=pinned.polished(x)))
        return point if point.arrived else None

    def _named(self, minimum: Minimum, linear: Sequence[int]) -> Minimum:
        """Give terms that may change places their proper order."""
        import torch

        bounds, starts = self.bounds(), {u.name: u.start for u in self.problem.unknowns}
        values = dict(zip(self.names, minimum.x.tolist(), strict=True))
        if len(self.fitting.soft) > 1 or self.fitting.hidden or self.problem.constraints:
            return minimum
        for group in interchangeable(self.fitting.soft[0], self.names):
            if len({tuple(bounds[name] for name in term) for term in group}) > 1:
                continue
            inside = [k for k, name in enumerate(group[0]) if self.names.index(name) not in linear]
            values |= arranged(group, values, starts, inside[0] if inside else 0)
        return replace(minimum, x=torch.tensor([values[name] for name in self.names], dtype=torch.float64))

    def _robust(self, search: FitSearch, plain: Minimum) -> Point:
        """Alternate between the fit and the scale of its residuals, their median absolute deviation."""
        import torch

        from eqsolve.numeric.losses import LOSSES as TABLE
        from eqsolve.numeric.robust import Robust

        loss = TABLE[self.options.loss]()
        known_scale = all(soft.spread is not None for soft in self.fitting.soft)
        x, scale, minimum = plain.x, 0.0, plain
        for _ in range(ROUNDS):
            r = search.residual.r(x[:, None])[:, 0]
            before = scale
            deviation = 1.0 if known_scale else 1.4826 * float(r.abs().median())
            scale = loss.tuning * max(deviation, 1e-14 * float(r.abs().max()), 1e-300)
            robust = Robust(search.residual, loss, scale)
            bent = replace(search, residual=robust, linear=())
            minimum = bent.from_start(x)
            if not bool(minimum.x.isfinite().all()):
                break
            x = minimum.x
            if known_scale or abs(scale - before) <= 1e-9 * scale:
                break
        point = self._point(bent, minimum)
        r = search.residual.r(x[:, None])[:, 0]
        psi, slope = robust.influence(r)
        m, n = len(r), search.residual.columns
        mean = max(float(slope.mean()), 1e-12)
        widening = float(psi.square().sum()) / max(1, m - n) / mean**2
        spread = statistics.spread_of(
            search.residual.jacobian(x[:, None])[1].dense()[:, :, 0].numpy(), point.held
        )
        minimum = replace(minimum, starts=plain.starts, reached=plain.reached)
        rss = float(torch.linalg.vector_norm(r)) ** 2
        return replace(point, rss=rss, spread=spread, widening=widening, minimum=minimum)

    def _point(self, search: FitSearch, minimum: Minimum) -> Point:
        import numpy as np
        import torch

        from eqsolve.numeric.residual import pressed

        x = minimum.x[:, None]
        n = len(x)
        if not math.isfinite(minimum.cost):
            spread = statistics.Spread(np.full((n, n), np.nan), np.zeros((0, n)), 0)
            return Point(x[:, 0].numpy(), math.inf, spread, (False,) * n, arrived=False, minimum=minimum)
        r, J = search.residual.jacobian(x)
        held = pressed(search.residual, x, -J.transposed_times(r))[:, 0]
        spread = statistics.spread_of(J.dense()[:, :, 0].numpy(), held.tolist())
        rss = float(r.square().sum())
        _, d = search.newton(x)
        stderr = np.sqrt(np.diag(spread.inverse) * rss / max(1, search.residual.rows - n))
        small = d[:, 0].abs().numpy() <= CLOSE * np.abs(x[:, 0].numpy()) + FIRM * np.nan_to_num(stderr)
        size = float(torch.linalg.vector_norm(J.times(x))) ** 2
        vanishing = rss <= VANISHES * size
        return Point(
            x[:, 0].numpy(),
            rss,
            spread,
            tuple(held.tolist()),
            bool(small.all() or vanishing),
            minimum=minimum,
            rounding=size * np.finfo(float).eps ** 2 if vanishing else 0.0,
        )


def _sampled(tables: Mapping[str, Table], seed: int) -> dict[str, Table]:
    """Return some rows of each table, in their order; evenly spaced ones could not tell frequencies apart."""
    import numpy as np

    rng = np.random.default_rng(seed)
    found = {}
    for name, table in tables.items():
        if table.rows <= SAMPLED_FROM:
            found[name] = table
            continue
        rows = np.sort(rng.choice(table.rows, SAMPLE_ROWS, replace=False))
        columns = {column: numbers[rows] for column, numbers in table.columns.items()}
        found[name] = Table(columns, SAMPLE_ROWS, table.dropped)
    return found
