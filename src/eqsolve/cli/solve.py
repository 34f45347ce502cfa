"""`eqsolve …`: solve equations."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated, Final

import typer

from eqsolve.cli.arguments import assignments, bounds, gather, positive, whole_number
from eqsolve.cli.output import console, exit_code, write, write_json
from eqsolve.errors import Diagnostic, lookup

if TYPE_CHECKING:
    from rich.console import Console

    from eqsolve.problem import Problem
    from eqsolve.result import Result

# Methods that walk downhill step by step: the fall of the error is worth keeping on the screen.
DESCENT: Final = frozenset({"adam", "lbfgs"})


def _print_version() -> int:
    from importlib.metadata import PackageNotFoundError, version

    try:
        write(f"eqsolve {version('eqsolve')}")
    except PackageNotFoundError:
        write("eqsolve (not installed)")
    return 0


def solve(
    arguments: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="EQUATION|FILE|-",
            show_default=False,
            help="What contains `=`, `~`, `<` or `>` is an equation, `-` is standard input, all else a file.",
        ),
    ] = None,
    given: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="NAME=VALUE", help="Give NAME this value; repeatable."),
    ] = None,
    start: Annotated[
        list[str] | None,
        typer.Option("--start", metavar="NAME=VALUE", help="Search from here first; repeatable."),
    ] = None,
    limits: Annotated[
        list[str] | None,
        typer.Option(
            "--bounds",
            metavar="NAME=LOW..HIGH",
            help="Search in here; either end may be left out; repeatable.",
        ),
    ] = None,
    over_complex: Annotated[
        bool, typer.Option("--complex", help="Solve over the complex numbers; i is the imaginary unit.")
    ] = False,
    find_all: Annotated[bool, typer.Option("--all", help="Look for every solution.")] = False,
    method: Annotated[
        str,
        typer.Option("--method", metavar="NAME", help="Solve by this method; `eqsolve methods` lists them."),
    ] = "auto",
    seed: Annotated[str, typer.Option("--seed", metavar="N", help="Seed of the random starts.")] = "0",
    max_seconds: Annotated[
        str, typer.Option("--max-seconds", metavar="S", help="Give up after so long.")
    ] = "60",
    strict: Annotated[
        bool, typer.Option("--strict", help="Exit 1 unless there is one solution only, and it is checked.")
    ] = False,
    explain: Annotated[
        bool, typer.Option("--explain", help="Show how it was solved, and the residuals.")
    ] = False,
    quiet: Annotated[bool, typer.Option("--quiet", help="Print the values only.")] = False,
    json: Annotated[bool, typer.Option("--json", help="Print JSON; short for --format json.")] = False,
    form: Annotated[
        str, typer.Option("--format", metavar="NAME", help="Print as terminal, json, latex or html.")
    ] = "terminal",
    no_color: Annotated[bool, typer.Option("--no-color", help="Print without colours.")] = False,
    version: Annotated[bool, typer.Option("--version", help="Print the version.")] = False,
) -> int:
    """Write equations, in any form and any order, and get numbers you can trust."""
    if version:
        return _print_version()
    from eqsolve import pipeline
    from eqsolve.render import RENDERERS

    lookup(RENDERERS, form, "format")
    form = "json" if json else form
    if method != "auto":
        lookup(pipeline.METHODS, method, "method")
    problem = pipeline.load_sources(
        gather(arguments or ()),
        given=assignments(given or (), "--set"),
        start=assignments(start or (), "--start"),
        bounds=bounds(limits or ()),
        over_complex=over_complex,
    )
    errors = console(sys.stderr, plain=no_color)
    result = _solved(
        problem,
        None if quiet else errors,
        method=method,
        find_all=find_all,
        seed=whole_number(seed, "--seed"),
        max_seconds=positive(max_seconds, "--max-seconds"),
    )
    _show(result, form, quiet=quiet, explain=explain, no_color=no_color)
    _remark(result, errors, form, quiet=quiet, strict=strict)
    return 1 if strict and not result.unique else exit_code(result)


def _solved(
    problem: Problem,
    watch_on: Console | None,
    *,
    method: str,
    find_all: bool,
    seed: int,
    max_seconds: float,
) -> Result:
    """Run the pipeline, with a live display if somebody can see it; Ctrl-C ends it with what was found."""
    from eqsolve import pipeline
    from eqsolve.clock import interruptible

    if watch_on is None or not watch_on.is_terminal:
        with interruptible():
            return pipeline.run(problem, method=method, all=find_all, seed=seed, max_seconds=max_seconds)
    from eqsolve.render.progress import LiveProgress

    with interruptible(), LiveProgress(watch_on, keep=method in DESCENT) as observer:
        return pipeline.run(
            problem, method=method, all=find_all, seed=seed, max_seconds=max_seconds, observer=observer
        )


def _show(result: Result, form: str, *, quiet: bool, explain: bool, no_color: bool) -> None:
    """Print the result on stdout."""
    if form == "json":
        write_json(result.to_dict())
    elif form != "terminal":
        from eqsolve.render import RENDERERS

        write(RENDERERS[form](result))
    else:
        from eqsolve.render.terminal import print_result, print_values

        screen = console(sys.stdout, plain=no_color)
        if quiet:
            print_values(result, screen)
        else:
            print_result(result, screen, explain=explain)


def _remark(result: Result, errors: Console, form: str, *, quiet: bool, strict: bool) -> None:
    """Say on stderr what does not belong to the result; JSON holds the warnings itself."""
    from eqsolve.render.diagnostics import print_diagnostics
    from eqsolve.render.terminal import print_verdict

    sys.stdout.flush()  # where both streams end in one place, the result comes first
    if quiet and result.exit_code:
        print_verdict(result, errors)
    if result.warnings and form != "json" and not quiet:
        if errors.is_terminal:
            errors.print()
        print_diagnostics(result.warnings, errors, severity="warning")
    if strict and not result.unique and not result.exit_code:
        message = "this is not one checked solution that is known to be the only one"
        print_diagnostics([Diagnostic("strict", message)], errors)
