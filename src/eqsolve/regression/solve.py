"""From a problem with soft equations to a result: exact where it is linear, otherwise a search, then statistics."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from eqsolve.data import Table, taken
from eqsolve.errors import lookup
from eqsolve.fitted import Estimate, Fit
from eqsolve.language.syntax import names
from eqsolve.problem.fitting import Fitting, fitting
from eqsolve.problem.linearity import linear_set
from eqsolve.problem.model import Problem
from eqsolve.regression import exact, statistics, words
from eqsolve.regression.check import broken, gradient_step
from eqsolve.regression.options import LOSSES, FitOptions
from eqsolve.regression.predict import FittedModel, evaluated
from eqsolve.result import Best, BlockReport, Result, Solution, Verdict

if TYPE_CHECKING:
    import numpy as np
    from torch import Tensor

    from eqsolve.numeric.least_squares import FitSearch, Minimum
    from eqsolve.numeric.residual import Residual
    from eqsolve.numeric.rows import RowResidual

MANY_ROWS: Final = (
    20_000  # rows from which they are taken block by block, and starts are tried on some of them
)
SAMPLE_ROWS: Final = 2_000
CLOSE: Final = 1e-6  # relative step, and
FIRM: Final = 1e-2  # step in standard errors, below which a search has arrived
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
    """

    values: np.ndarray
    rss: float
    spread: statistics.Spread
    held: tuple[bool, ...]
    arrived: bool = True
    exact: exact.ExactFit | None = None
    minimum: Minimum | None = None
    widening: float | None = None


def solve_fit(problem: Problem, options: FitOptions) -> Result:
    """Fit the soft equations of a problem.

    Raises:
        EqsolveError: There is nothing to fit, the data have gaps, or an option does not exist.
    """
    lookup(dict.fromkeys(LOSSES), options.loss, "loss")
    prepared = fitting(problem)
    tables = _tables(problem, options)
    model = _Model(problem, prepared, tables, options)
    point = model.point()
    return _result(model, point)


def _tables(problem: Problem, options: FitOptions) -> dict[str, Table]:
    """Read the columns that are in use."""
    used: dict[str, dict[str, None]] = {}
    for relation in (*problem.soft, *problem.equations):
        sides = [relation.left, relation.right, getattr(relation, "spread", None)]
        for name in (n.id for side in sides if side is not None for n in names(side)):
            if name in problem.columns:
                table = problem.columns[name]
                used.setdefault(table, {})[name[len(table) + 1 :] if table else name] = None
    return {
        table: taken(problem.tables[table], list(columns), drop_missing=options.drop_missing)
        for table, columns in used.items()
    }


@dataclass(frozen=True, slots=True, eq=False)
class _Model:
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
                limits = self.bounds().values()
                if all(low <= v <= high for v, (low, high) in zip(point.values, limits, strict=True)):
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

    def search(self, residual: Residual) -> FitSearch:
        """Return a search on a residual."""
        from eqsolve.numeric.least_squares import FitSearch

        options = self.options
        linear = ()
        if not self.fitting.hidden:
            sides = [side for soft in self.fitting.soft for side in (soft.left, soft.right)]
            bounds = self.bounds()
            free = [name for name in self.names if bounds[name] == (-math.inf, math.inf)]
            linear = tuple(map(self.names.index, linear_set(sides, free)))
        ranges = tuple(
            (float(column.min()), float(column.max()))
            for table in self.tables.values()
            for column in table.columns.values()
        )
        return FitSearch(residual, linear, ranges, options.seed, options.deadline, options.observer)

    def _searched(self) -> Point:
        import torch

        from eqsolve.numeric import one_thread
        from eqsolve.numeric.compressed import Compressed

        with one_thread():
            whole = self.residual()
            many = whole.rows > MANY_ROWS
            residual: Residual = Compressed(whole) if many else whole
            search = replace(self.search(residual), bend=not many)
            known = torch.tensor(self.starts(), dtype=torch.float64)
            minimum = self._minimum(search, known, many)
            if self.options.loss == "squares" or not math.isfinite(minimum.cost):
                return self._point(search, minimum)
            return self._robust(search, minimum)

    def _minimum(self, search: FitSearch, known: Tensor, many: bool) -> Minimum:
        if self.options.method != "auto":
            start = known.nan_to_num(nan=1.0).clamp(search.residual.lower, search.residual.upper)
            return search.by_method(start, self.options.method)
        if not bool(known.isnan().any()) and not self.options.everywhere:
            return search.from_start(known)
        if not many:
            return search.from_many(known)
        part = self.search(self.residual(_thinned(self.tables)))
        near = part.from_many(known)
        done = search.from_start(near.x)
        return replace(done, starts=near.starts, reached=near.reached)

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
        tiny = rss <= 1e-28 * float(torch.linalg.vector_norm(J.times(x))) ** 2
        return Point(
            x[:, 0].numpy(), rss, spread, tuple(held.tolist()), bool(small.all() or tiny), None, minimum
        )


def _thinned(tables: Mapping[str, Table]) -> dict[str, Table]:
    """Return some rows of each table, evenly spaced."""
    thin = {}
    for name, table in tables.items():
        step = -(-table.rows // SAMPLE_ROWS)
        columns = {column: numbers[::step].copy() for column, numbers in table.columns.items()}
        thin[name] = Table(columns, len(next(iter(columns.values()))), table.dropped)
    return thin


# the report --------------------------------------------------------------------------------------------


def _result(model: _Model, point: Point) -> Result:
    import numpy as np

    problem, prepared = model.problem, model.fitting
    values = dict(zip(model.names, point.values.tolist(), strict=True))
    if not point.arrived:
        return _not_found(model, point, values)
    rows = sum(1 if s.table is None else model.tables[s.table].rows for s in prepared.soft)
    dof = rows - point.spread.rank
    absolute = all(soft.spread is not None for soft in prepared.soft)
    sigma = math.sqrt(point.rss / dof) if dof > 0 else None
    variance = 1.0 if absolute else (point.rss / dof if dof > 0 else math.nan)
    if point.widening is not None:
        variance = point.widening
    covariance = point.spread.inverse * variance
    factor = statistics.quantile(max(dof, 1), absolute=absolute)
    parameters = _estimates(model, point, covariance, factor)
    common = _common_hidden(model, point)
    derived = _derived(model, values, covariance, factor, common)
    fitted = FittedModel(
        prepared,
        model.tables,
        point.values,
        covariance,
        factor,
        (math.sqrt(variance) if math.isfinite(variance) else 1.0),
        lambda name: _profile(model, point, name, variance),
    )
    if model.options.profile:
        parameters = _with_profiles(fitted, parameters, factor)
    step = gradient_step(prepared, model.tables, values, point) if point.widening is None else None
    aic, bic = statistics.criteria(point.rss, rows, point.spread.rank, absolute=absolute)
    minimum = point.minimum
    fit = Fit(
        parameters,
        derived,
        rows,
        point.rss,
        dof,
        sigma,
        _r_squared(fitted, point.rss, prepared),
        aic,
        bic,
        statistics.correlations(np.nan_to_num(covariance), model.names),
        absolute,
        None if model.options.loss == "squares" else model.options.loss,
        words.combinations(model.residual, point.values, point.spread.null, model.names),
        "exact linear least squares" if minimum is None else minimum.method,
        0 if minimum is None else minimum.starts,
        0 if minimum is None else minimum.reached,
        None if minimum is None or not math.isfinite(minimum.second) else 2 * minimum.second,
        point.exact is not None or (step is not None and step <= FIRM),
        fitted,
    )
    warnings = (
        *problem.warnings,
        *words.data_notes(problem, model.tables),
        *words.warnings(fit, fitted),
    )
    everything = {**values, **{name: one.value for name, one in derived.items()}}
    wrong = broken(problem, prepared, everything)
    if wrong is not None or (step is not None and step > FIRM):
        return _not_found(model, point, values, wrong)
    ordered = {u.name: everything[u.name] for u in problem.unknowns if u.name in everything}
    exact_forms = {name: one.exact for name, one in parameters.items() if one.exact is not None}
    lines = tuple(dict.fromkeys(soft.line.line for soft in prepared.soft))
    return Result(
        Verdict.FIT,
        words.message(fit, point),
        solutions=(Solution(ordered, exact_forms, origin="least squares"),),
        warnings=warnings,
        blocks=(BlockReport(model.names, lines, "exact" if minimum is None else "torch", fit.method),),
        fit=fit,
    )


def _not_found(
    model: _Model, point: Point, values: Mapping[str, float], wrong: tuple[str, object] | None = None
) -> Result:
    if wrong is not None:
        message = f"the least-squares point does not meet {wrong[0]}"
    elif not math.isfinite(point.rss):
        message = "no start was found at which the model has a finite value"
    else:
        why = "" if point.minimum is None else f": {point.minimum.status.value}"
        message = f"the search ended at a point that is no minimum{why}"
    best = Best(values, math.sqrt(point.rss)) if math.isfinite(point.rss) else None
    return Result(Verdict.NOT_FOUND, message, best=best, warnings=model.problem.warnings)


def _estimates(model: _Model, point: Point, covariance: np.ndarray, factor: float) -> dict[str, Estimate]:
    from flint import fmpq

    from eqsolve.exact.write import write_number

    found = {}
    bounds = model.bounds()
    for k, name in enumerate(model.names):
        value, variance = float(point.values[k]), float(covariance[k, k])
        form = None
        if point.exact is not None and point.exact.rational and isinstance(point.exact.values[k], fmpq):
            text = write_number(point.exact.values[k])
            form = text if text is not None and len(text) <= 24 else None
        if point.held[k]:
            side = "lower" if value <= bounds[name][0] else "upper"
            found[name] = Estimate(value, exact=form, note=f"at its {side} bound")
        elif not variance >= 0:
            known = bool(math.isfinite(float(point.spread.inverse[k, k])))
            note = "no degrees of freedom" if known else "not determined by the data"
            found[name] = Estimate(value, exact=form, note=note)
        else:
            stderr = math.sqrt(variance)
            found[name] = Estimate(value, stderr, statistics.interval(value, stderr, factor), exact=form)
    return found


def _common_hidden(model: _Model, point: Point) -> dict[str, tuple[float, list[float]]]:
    """Return hidden unknowns that are common to all rows, with their derivatives by the parameters."""
    inside = [name for stage in model.fitting.hidden if stage.table is None for name in stage.unknowns]
    if not inside:
        return {}
    import torch

    hidden = model.residual().hidden(torch.tensor(point.values)[:, None])
    return {name: (float(hidden[name][0][0, 0]), hidden[name][1][:, 0, 0].tolist()) for name in inside}


def _derived(
    model: _Model,
    values: Mapping[str, float],
    covariance: np.ndarray,
    factor: float,
    common: Mapping[str, tuple[float, list[float]]],
) -> dict[str, Estimate]:
    """Propagate errors to what hard equations define (delta method)."""
    import numpy as np

    inner = list(common)
    known = {**values, **{name: value for name, (value, _) in common.items()}}
    forms = evaluated(model.fitting.derived, [*model.names, *inner], known)
    gradients = {name: (value, np.array(slope)) for name, (value, slope) in common.items()}
    for name, (value, slope) in forms.items():
        total = np.array(slope[: len(model.names)])
        for k, hidden in enumerate(inner):
            total = total + slope[len(model.names) + k] * np.array(common[hidden][1])
        gradients[name] = (value, total)
    found = {}
    for name, (value, slope) in gradients.items():
        used = slope != 0
        variance = float(slope[used] @ covariance[np.ix_(used, used)] @ slope[used]) if used.any() else 0.0
        if variance >= 0:
            stderr = math.sqrt(variance)
            found[name] = Estimate(value, stderr, statistics.interval(value, stderr, factor))
        else:
            found[name] = Estimate(value, note="not determined by the data")
    order = {u.name: k for k, u in enumerate(model.problem.unknowns)}
    return dict(sorted(found.items(), key=lambda pair: order[pair[0]]))


def _r_squared(fitted: FittedModel, rss: float, prepared: Fitting) -> float | None:
    """Return 1 - rss/tss over all explicit soft equations, each about its own weighted mean."""
    import numpy as np

    total = 0.0
    for soft, series in zip(prepared.soft, fitted.series(), strict=True):
        if series.observed is None:
            return None
        observed, plain = np.asarray(series.observed), np.asarray(series.residuals)
        weighted = np.asarray(series.standardized) * fitted.sigma
        weights = np.ones(len(plain))
        if soft.spread is not None:
            weights[plain != 0] = (weighted[plain != 0] / plain[plain != 0]) ** 2
        total += float((weights * (observed - np.average(observed, weights=weights)) ** 2).sum())
    return 1 - rss / total if total > 0 else None


def _profile(model: _Model, point: Point, name: str, variance: float) -> tuple[list[float], list[float]]:
    from eqsolve.regression.profile import profile

    return profile(model.residual(), model.names.index(name), point.values, point.spread, point.rss, variance)


def _with_profiles(
    fitted: FittedModel, parameters: Mapping[str, Estimate], factor: float
) -> dict[str, Estimate]:
    from eqsolve.regression.profile import crossings

    return {
        name: one if one.stderr is None else replace(one, profile=crossings(*fitted.profile(name), factor))
        for name, one in parameters.items()
    }
