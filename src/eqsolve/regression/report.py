"""From the point where a fit ended to a result: estimates, statistics, derived quantities, words."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from eqsolve.errors import Diagnostic, ProblemError
from eqsolve.fitted import Estimate, Fit
from eqsolve.problem.fitting import Fitting
from eqsolve.regression import statistics, words
from eqsolve.regression.check import broken, gradient_step
from eqsolve.regression.corners import CORNER
from eqsolve.regression.model import FIRM, Model, Point
from eqsolve.regression.predict import FittedModel, evaluated
from eqsolve.result import Best, BlockReport, Result, Solution, Verdict

if TYPE_CHECKING:
    import numpy as np

MOST_SHOWN: Final = 4  # cells of a row
NO_PROFILE: Final = Diagnostic(
    "no-profile",
    "on the edge of a condition no profiles are computed",
    hint="the 95 % intervals are those along the edge",
)


def result_of(model: Model, point: Point) -> Result:
    """Return the statistics of a fit, or say why there is none."""
    import numpy as np

    problem, prepared = model.problem, model.fitting
    values = dict(zip(model.names, point.values.tolist(), strict=True))
    if not point.arrived:
        return _not_found(model, point, values)
    rows = sum(1 if s.table is None else model.tables[s.table].rows for s in prepared.soft)
    dof = rows - point.spread.rank
    absolute = all(soft.spread is not None for soft in prepared.soft)
    sigma = math.sqrt(point.rss / dof) if dof > 0 else None
    variance = 1.0 if absolute else (max(point.rss, point.rounding) / dof if dof > 0 else math.nan)
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
    if model.options.profile and not point.active:
        parameters = _with_profiles(fitted, parameters, factor)
    step = gradient_step(prepared, model.tables, values, point) if point.widening is None else None
    if point.rounding and step is not None and step > FIRM:  # nothing but rounding is left: no sum is lower
        step = None
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
        *words.warnings(fit, fitted, list(problem.columns), point),
        *([NO_PROFILE] if point.active and model.options.profile else []),
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
    model: Model, point: Point, values: Mapping[str, float], wrong: tuple[str, object] | None = None
) -> Result:
    if wrong is not None:
        message = f"no point was found that meets all conditions: that of least squares breaks {wrong[0]}"
    elif not math.isfinite(point.rss):
        message = "no start was found at which the model has a finite value"
        never = model.without_value()
        if never is not None:
            soft, row = never
            table = None if soft.table is None else model.tables[soft.table]
            cells = {} if table is None else {name: float(c[row]) for name, c in table.columns.items()}
            shown = ", ".join(f"{name} = {value:.6g}" for name, value in list(cells.items())[:MOST_SHOWN])
            message += f": it has none in row {row + 1} ({shown}), whatever the parameters are"
    else:
        why = "" if point.minimum is None else f": {point.minimum.status.value}"
        message = f"the search ended at a point that is no minimum{why}"
    best = Best(values, math.sqrt(point.rss)) if math.isfinite(point.rss) else None
    return Result(Verdict.NOT_FOUND, message, best=best, warnings=model.problem.warnings)


def _estimates(model: Model, point: Point, covariance: np.ndarray, factor: float) -> dict[str, Estimate]:
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
            low, high = bounds[name]
            where = "its lower bound" if value <= low else "its upper bound" if value >= high else CORNER
            found[name] = Estimate(value, exact=form, note=f"at {where}")
        elif point.active and variance == 0:
            found[name] = Estimate(value, exact=form, note="set by a condition")
        elif not variance >= 0:
            known = bool(math.isfinite(float(point.spread.inverse[k, k])))
            note = "no degrees of freedom" if known else "not determined by the data"
            found[name] = Estimate(value, exact=form, note=note)
        else:
            stderr = math.sqrt(variance)
            found[name] = Estimate(value, stderr, statistics.interval(value, stderr, factor), exact=form)
    return found


def _common_hidden(model: Model, point: Point) -> dict[str, tuple[float, list[float]]]:
    """Return hidden unknowns that are common to all rows, with their derivatives by the parameters."""
    inside = [name for stage in model.fitting.hidden if stage.table is None for name in stage.unknowns]
    if not inside:
        return {}
    import torch

    hidden = model.residual().hidden(torch.tensor(point.values)[:, None])
    return {name: (float(hidden[name][0][0, 0]), hidden[name][1][:, 0, 0].tolist()) for name in inside}


def _derived(
    model: Model,
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
    for name, (value, partials) in forms.items():
        total = np.array(partials[: len(model.names)])
        for k, hidden in enumerate(inner):
            total = total + partials[len(model.names) + k] * np.array(common[hidden][1])
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
    for soft in prepared.soft:
        plain, weighted, observed = fitted.deviations(soft)
        if observed is None:
            return None
        weights = np.ones(len(plain))
        if soft.spread is not None:
            weights[plain != 0] = (weighted[plain != 0] / plain[plain != 0]) ** 2
        total += float((weights * (observed - np.average(observed, weights=weights)) ** 2).sum())
    return 1 - rss / total if total > 0 else None


def _profile(model: Model, point: Point, name: str, variance: float) -> tuple[list[float], list[float]]:
    if point.active:
        raise ProblemError(NO_PROFILE)
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
