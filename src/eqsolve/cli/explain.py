"""`eqsolve explain …`: solve equations, and tell how it went."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from eqsolve.cli.arguments import assignments, bounds, gather, positive, whole_number
from eqsolve.cli.output import console, exit_code, write_json
from eqsolve.errors import lookup

if TYPE_CHECKING:
    from rich.console import Console

    from eqsolve.problem import Problem
    from eqsolve.result import Explanation


def explain(
    arguments: Annotated[
        list[str] | None, typer.Argument(metavar="EQUATION|FILE|-", show_default=False)
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
        typer.Option("--bounds", metavar="NAME=LOW..HIGH", help="Search in here; repeatable."),
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
    json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
    no_color: Annotated[bool, typer.Option("--no-color", help="Print without colours.")] = False,
) -> int:
    """Solve equations and report what was read, how it was solved, and how firmly the answers stand."""
    from eqsolve import pipeline

    if method != "auto":
        lookup(pipeline.METHODS, method, "method")
    problem = pipeline.load_sources(
        gather(arguments or ()),
        given=assignments(given or (), "--set"),
        start=assignments(start or (), "--start"),
        bounds=bounds(limits or ()),
        over_complex=over_complex,
    )
    explanation = _explained(
        problem,
        console(sys.stderr, plain=no_color),
        method=method,
        find_all=find_all,
        seed=whole_number(seed, "--seed"),
        max_seconds=positive(max_seconds, "--max-seconds"),
    )
    if json:
        write_json(explanation.to_dict())
    else:
        from eqsolve.render.screen import Screen, emit
        from eqsolve.render.story import story

        screen = console(sys.stdout, plain=no_color)
        emit(story(explanation, Screen.of(screen)), screen)
    return exit_code(explanation.result)


def _explained(
    problem: Problem, errors: Console, *, method: str, find_all: bool, seed: int, max_seconds: float
) -> Explanation:
    """Solve, with a live display if somebody can see it; Ctrl-C ends it with what was found."""
    from eqsolve.clock import interruptible
    from eqsolve.explain import explain as explained

    if not errors.is_terminal:
        with interruptible():
            return explained(problem, method=method, all=find_all, seed=seed, max_seconds=max_seconds)
    from eqsolve.render.progress import LiveProgress

    with interruptible(), LiveProgress(errors) as observer:
        return explained(
            problem, method=method, all=find_all, seed=seed, max_seconds=max_seconds, observer=observer
        )
