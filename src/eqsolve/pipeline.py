"""The one place where the stages meet: text in, checked numbers out."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from eqsolve import clock
from eqsolve.errors import Diagnostic, ProblemError, lookup
from eqsolve.inputs import (
    Description,
    SympyRelation,
    describe,
    load,
    load_sources,
    prepare,
    text_of,
    weighted,
)
from eqsolve.problem import Problem
from eqsolve.problem.model import Value
from eqsolve.result import Completeness, Observer, Result, Verdict
from eqsolve.tracing import Trace, trace_once, trace_real

if TYPE_CHECKING:
    from eqsolve.blocks import Settings
    from eqsolve.regression.options import FitOptions

__all__ = [
    "METHODS",
    "Description",
    "Trace",
    "describe",
    "fit",
    "load",
    "load_sources",
    "prepare",
    "run",
    "run_fit",
    "solve",
    "trace",
    "weighted",
]

METHODS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "auto": "exact where linear; otherwise Newton, Levenberg-Marquardt and more, from many starts",
        "newton": "Newton's method, steps halved only where the equations have no value",
        "lm": "Levenberg-Marquardt with geodesic acceleration",
        "natural": "Newton's method, damped so that its corrections shrink (NLEQ-ERR)",
        "adam": "plain descent on the summed squared error: Adam",
        "lbfgs": "plain descent on the summed squared error: L-BFGS",
    }
)


def run(
    problem: Problem,
    *,
    method: str = "auto",
    all: bool = False,  # noqa: A002  (the word the user writes)
    seed: int = 0,
    max_seconds: float = 60.0,
    observer: Observer | None = None,
) -> Result:
    """Solve a problem.

    Args:
        problem: What to solve.
        method: A name in `METHODS`; other than `auto`, the whole system goes to that torch method.
        all: Try many more starts.
        seed: Seed of the starts; equal seeds give equal results.
        max_seconds: Limit on the whole solve.
        observer: Called with the progress of searches.

    Raises:
        ProblemError: There is no such method.
    """
    return trace(
        problem, method=method, all=all, seed=seed, max_seconds=max_seconds, observer=observer
    ).result


def trace(
    problem: Problem,
    *,
    method: str = "auto",
    all: bool = False,  # noqa: A002  (the word the user writes)
    seed: int = 0,
    max_seconds: float = 60.0,
    observer: Observer | None = None,
) -> Trace:
    """Solve a problem as `run` does, and keep what it went through."""
    lookup(METHODS, method, "method")
    began = time.monotonic()
    if problem.soft:
        from eqsolve.regression.options import FitOptions

        options = FitOptions(
            method=method, everywhere=all, seed=seed, deadline=began + max_seconds, observer=observer
        )
        return Trace(run_fit(problem, options))
    from eqsolve.blocks import Settings
    from eqsolve.report import statistics

    settings = Settings(began + max_seconds, method, all, seed, observer)
    if problem.discrete and problem.complex:
        message = "whole or listed unknowns and complex ones cannot stand in one problem yet"
        raise ProblemError(Diagnostic("unsupported", message, hint="declare complex unknowns by their parts"))
    if problem.discrete:
        done = Trace(_discrete(problem, settings))
    elif problem.complex:
        done = Trace(_complex(problem, settings, max_seconds))
    else:
        done = trace_real(problem, settings, max_seconds)
    stats = statistics(problem, done.result.blocks, time.monotonic() - began)
    warnings = (*done.result.warnings, *_cut_short(done.result, settings.deadline))
    return replace(done, result=replace(done.result, stats=stats, warnings=warnings))


def _cut_short(result: Result, deadline: float) -> tuple[Diagnostic, ...]:
    """Say that more time could have changed the result, if it could."""
    final = result.verdict in (Verdict.NO_SOLUTION, Verdict.IDENTITY, Verdict.FAMILY)
    if final or result.completeness is Completeness.PROVED or clock.now() < deadline:
        return ()
    if clock.is_interrupted():
        return (Diagnostic("interrupted", "interrupted: this is what was found so far"),)
    hint = "`--max-seconds` (in Python `max_seconds`) gives it more"
    return (Diagnostic("out-of-time", "the search was ended by the limit on time", hint=hint),)


def _complex(problem: Problem, settings: Settings, max_seconds: float) -> Result:
    """Solve a problem over the complex numbers: by exact roots, or in real and imaginary parts."""
    from eqsolve import plane

    def solve_parts(parts: Problem, settings: Settings) -> Result:
        return trace_real(parts, settings, max_seconds).result

    return plane.solve(problem, settings, solve_parts)


def _discrete(problem: Problem, settings: Settings) -> Result:
    """Solve a problem with whole or listed unknowns; what is real in it is solved for each of their values."""
    from eqsolve import whole

    def solve_rest(part: Problem) -> Result:
        return trace_once(part, replace(settings, observer=None)).result

    return whole.solve(problem, settings, solve_rest)


def run_fit(problem: Problem, options: FitOptions) -> Result:
    """Fit the soft equations of a problem.

    Raises:
        EqsolveError: There is nothing to fit, the data have gaps, or an option does not exist.
    """
    from eqsolve.regression.solve import solve_fit
    from eqsolve.report import statistics

    lookup(METHODS, options.method, "method")
    began = time.monotonic()
    if not problem.soft:
        hint = "write `y ~ a*x + b`, with columns of the data"
        raise ProblemError(Diagnostic("nothing-to-fit", "there is no soft equation", hint=hint))
    result = solve_fit(problem, options)
    stats = statistics(problem, result.blocks, time.monotonic() - began)
    return replace(
        result,
        stats=replace(stats, equations=stats.equations + len(problem.soft)),
        warnings=(*result.warnings, *_cut_short(result, options.deadline)),
    )


def solve(
    *equations: str | Problem | SympyRelation,
    given: Mapping[str, Value] | None = None,
    start: Mapping[str, Value] | None = None,
    bounds: Mapping[str, tuple[Value | None, Value | None]] | None = None,
    method: str = "auto",
    all: bool = False,  # noqa: A002  (the word the user writes)
    seed: int = 0,
    complex: bool = False,  # noqa: A002  (the word the user writes)
    max_seconds: float = 60.0,
    observer: Observer | None = None,
) -> Result:
    """Solve equations.

    Args:
        equations: Text of the language (one or many lines each), sympy equations or expressions (set to zero),
            or one `Problem`.
        given: Values that replace givens (`name := …`) or fix unknowns.
        start: Where to search first.
        bounds: Lower and upper bound of unknowns; None where there is none.
        method: `auto`, or the name of a method that is to solve the whole system.
        all: Try many more starts.
        seed: Seed of the starts; equal seeds give equal results.
        complex: Solve over the complex numbers: all unknowns are complex unless declared otherwise.
        max_seconds: Limit on the whole solve.
        observer: Called with the progress of long searches.

    Raises:
        EqsolveError: The equations are not in the language, or make no problem.

    >>> solve("x^2 = 2", bounds={"x": (0, None)})["x"]
    1.4142135623730951
    """
    problem = prepare(*equations, given=given, start=start, bounds=bounds, complex=complex)
    return run(problem, method=method, all=all, seed=seed, max_seconds=max_seconds, observer=observer)


def fit(
    *equations: str | Problem | SympyRelation,
    data: object = None,
    given: Mapping[str, Value] | None = None,
    start: Mapping[str, Value] | None = None,
    bounds: Mapping[str, tuple[Value | None, Value | None]] | None = None,
    sigma: Value | None = None,
    loss: str = "squares",
    method: str = "auto",
    drop_missing: bool = False,
    profile: bool = False,
    all: bool = False,  # noqa: A002  (the word the user writes)
    seed: int = 0,
    max_seconds: float = 60.0,
    observer: Observer | None = None,
) -> Result:
    """Fit soft equations to data by least squares.

    Args:
        equations: Text of the language with `lhs ~ rhs` lines, sympy equations, or one `Problem`.
        data: Columns by name, a record array, a frame of pandas or polars, or several of these by name.
        given: Values that replace givens or fix parameters.
        start: Where to search first; none is needed.
        bounds: Lower and upper bound of parameters; None where there is none.
        sigma: Standard deviation of every soft equation without a `±` of its own: a number, or text that names
            columns.
        loss: `squares`, or a robust loss: `soft-l1`, `huber`, `cauchy`, `tukey`.
        method: `auto`, or the name of a method that is to go from the start alone.
        drop_missing: Leave out rows with missing cells.
        profile: Compute profile-likelihood intervals too.
        all: Try many starts although one is given.
        seed: Seed of the starts; equal seeds give equal results.
        max_seconds: Limit on the whole fit.
        observer: Called with the progress of searches.

    Raises:
        EqsolveError: The equations are not in the language, make no fit, or the data cannot be read.

    >>> fit("y ~ a*x + b", data={"x": [0, 1, 2], "y": [1, 3, 5]})["a"]
    2.0
    """
    from eqsolve.data import from_frames
    from eqsolve.regression.options import FitOptions

    tables = {} if data is None else from_frames(data)
    problem = prepare(*equations, given=given, start=start, bounds=bounds, data=tables)
    if sigma is not None:
        problem = weighted(problem, text_of(sigma))
    options = FitOptions(
        method=method,
        loss=loss,
        drop_missing=drop_missing,
        profile=profile,
        everywhere=all,
        seed=seed,
        deadline=time.monotonic() + max_seconds,
        observer=observer,
    )
    return run_fit(problem, options)
