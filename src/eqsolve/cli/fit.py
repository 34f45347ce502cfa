"""`eqsolve fit …`: fit soft equations to data."""

from __future__ import annotations

import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from eqsolve.cli.arguments import assignments, bounds, gather, is_equation, positive, whole_number
from eqsolve.cli.output import console, exit_code, write, write_json
from eqsolve.errors import Diagnostic, ProblemError, SourceError, lookup

if TYPE_CHECKING:
    from rich.console import Console

    from eqsolve.data import Columns
    from eqsolve.problem import Problem
    from eqsolve.regression.options import FitOptions
    from eqsolve.result import Result

PICTURES: Final = (".png", ".svg", ".pdf")
DESCENT: Final = frozenset({"adam", "lbfgs"})


def fit(
    arguments: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="EQUATION|FILE|-",
            show_default=False,
            help="Soft equations `lhs ~ rhs` with columns of the data, and all else that the language has.",
        ),
    ] = None,
    data: Annotated[
        list[str] | None,
        typer.Option("--data", metavar="[NAME=]FILE", help="Read columns from a CSV file; repeatable."),
    ] = None,
    given: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="NAME=VALUE", help="Give NAME this value, or fix it; repeatable."),
    ] = None,
    start: Annotated[
        list[str] | None,
        typer.Option("--start", metavar="NAME=VALUE", help="Search from here; none is needed; repeatable."),
    ] = None,
    limits: Annotated[
        list[str] | None,
        typer.Option("--bounds", metavar="NAME=LOW..HIGH", help="Bounds of a parameter; repeatable."),
    ] = None,
    sigma: Annotated[
        str,
        typer.Option(
            "--sigma", metavar="VALUE", help="Standard deviation of the data: a number or a column."
        ),
    ] = "",
    loss: Annotated[
        str,
        typer.Option("--loss", metavar="NAME", help="squares, soft-l1, huber, cauchy or tukey."),
    ] = "squares",
    drop_missing: Annotated[
        bool, typer.Option("--drop-missing", help="Leave out rows with missing cells.")
    ] = False,
    profile: Annotated[
        bool, typer.Option("--profile", help="Add profile-likelihood intervals, and their pictures.")
    ] = False,
    plot: Annotated[
        bool,
        typer.Option("--plot", help="Draw the fit here, or into the FILE.png, .svg or .pdf that follows."),
    ] = False,
    residuals: Annotated[
        str, typer.Option("--residuals", metavar="FILE", help="Write predictions and residuals as CSV.")
    ] = "",
    find_all: Annotated[bool, typer.Option("--all", help="Try many starts although one is given.")] = False,
    method: Annotated[
        str,
        typer.Option("--method", metavar="NAME", help="Go from the start by this method: adam, lbfgs, lm."),
    ] = "auto",
    seed: Annotated[str, typer.Option("--seed", metavar="N", help="Seed of the random starts.")] = "0",
    max_seconds: Annotated[
        str, typer.Option("--max-seconds", metavar="S", help="Give up after so long.")
    ] = "60",
    explain: Annotated[bool, typer.Option("--explain", help="Show correlations and the search.")] = False,
    quiet: Annotated[bool, typer.Option("--quiet", help="Print the values only.")] = False,
    json: Annotated[bool, typer.Option("--json", help="Print JSON; short for --format json.")] = False,
    form: Annotated[
        str,
        typer.Option("--format", metavar="NAME", help="Print as terminal, json, markdown, latex or html."),
    ] = "terminal",
    no_color: Annotated[bool, typer.Option("--no-color", help="Print without colours.")] = False,
) -> int:
    """Fit parameters to data by least squares; no start is needed."""
    from eqsolve import pipeline
    from eqsolve.regression.options import FitOptions
    from eqsolve.render import RENDERERS

    lookup(RENDERERS, form, "format")
    lookup(pipeline.METHODS, method, "method")
    texts, picture = _split(arguments or (), plot)
    problem = pipeline.load_sources(
        gather(texts),
        given=assignments(given or (), "--set"),
        start=assignments(start or (), "--start"),
        bounds=bounds(limits or ()),
        data=_tables(data or ()),
    )
    if sigma:
        problem = pipeline.weighted(problem, sigma)
    errors = console(sys.stderr, plain=no_color)
    options = FitOptions(
        method=method,
        loss=loss,
        drop_missing=drop_missing,
        profile=profile,
        everywhere=find_all,
        seed=whole_number(seed, "--seed"),
        deadline=time.monotonic() + positive(max_seconds, "--max-seconds"),
    )
    result = _fitted(problem, options, None if quiet else errors)
    _show(result, "json" if json else form, quiet=quiet, explain=explain, no_color=no_color)
    _extras(result, plot=plot, picture=picture, profile=profile, residuals=residuals, no_color=no_color)
    if not (quiet or json or form == "json"):
        from eqsolve.render.diagnostics import print_diagnostics

        print_diagnostics(result.warnings, errors, severity="warning")
    return exit_code(result)


def _split(arguments: Sequence[str], plot: bool) -> tuple[list[str], Path | None]:
    """Take the name of a picture out of the arguments."""
    pictures = [a for a in arguments if a.lower().endswith(PICTURES) and not is_equation(a)]
    if not plot or not pictures:
        return list(arguments), None
    if len(pictures) > 1:
        raise ProblemError(Diagnostic("bad-option", f"`--plot` draws one picture, not {len(pictures)}"))
    return [a for a in arguments if a != pictures[0]], Path(pictures[0])


def _tables(files: Sequence[str]) -> dict[str, Columns]:
    """Read the files of `--data`, each perhaps with a name before it."""
    from eqsolve.data.csv import read_csv

    tables: dict[str, Columns] = {}
    problems: list[Diagnostic] = []
    for text in files:
        name, equals, path = text.partition("=")
        if not equals or not name.isidentifier():
            name, path = "", text
        if name in tables:
            shown = f"`{name}`" if name else "data without a name"
            hint = "name each: `--data first=a.csv --data second=b.csv`"
            problems.append(Diagnostic("bad-option", f"{shown} is given twice with `--data`", hint=hint))
            continue
        try:
            tables[name] = read_csv(Path(path))
        except SourceError as error:
            problems += error.diagnostics
    if problems:
        raise SourceError(*problems)
    return tables


def _fitted(problem: Problem, options: FitOptions, watch_on: Console | None) -> Result:
    """Run the fit, with a live display if somebody can see it; Ctrl-C ends it with what was found."""
    from dataclasses import replace

    from eqsolve import pipeline
    from eqsolve.clock import interruptible

    if watch_on is None or not watch_on.is_terminal:
        with interruptible():
            return pipeline.run_fit(problem, options)
    from eqsolve.render.progress import LiveProgress

    with interruptible(), LiveProgress(watch_on, keep=options.method in DESCENT) as observer:
        return pipeline.run_fit(problem, replace(options, observer=observer))


def _show(result: Result, form: str, *, quiet: bool, explain: bool, no_color: bool) -> None:
    if form == "json":
        write_json(result.to_dict())
    elif form != "terminal":
        from eqsolve.render import RENDERERS

        write(RENDERERS[form](result))
    else:
        from eqsolve.render.fit import explanation_lines
        from eqsolve.render.screen import Screen, emit
        from eqsolve.render.terminal import print_result, print_values

        screen = console(sys.stdout, plain=no_color)
        if quiet:
            print_values(result, screen)
        else:
            print_result(result, screen)
        if explain and result.fit is not None:
            emit(explanation_lines(result.fit, Screen.of(screen)), screen)


def _extras(
    result: Result, *, plot: bool, picture: Path | None, profile: bool, residuals: str, no_color: bool
) -> None:
    """Draw and write what was asked for besides."""
    fit = result.fit
    if fit is None or fit.predictor is None:
        return
    if picture is not None:
        from eqsolve.render.picture import save_picture

        save_picture(fit, picture, profiles=profile)
    elif plot:
        from eqsolve.render.plot import print_plot

        # Pictures go to stderr where stdout carries a document.
        print_plot(fit.predictor.panels(), console(sys.stdout, plain=no_color))
    if residuals:
        from eqsolve.render.fit import to_csv

        try:
            Path(residuals).write_text(to_csv(fit), encoding="utf-8")
        except OSError as error:
            message = f"`{residuals}` cannot be written: {error.strerror}"
            raise SourceError(Diagnostic("cannot-write", message)) from None
