"""`eqsolve check …`: read the equations, report what they are about, solve nothing."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from eqsolve.cli.arguments import assignments, gather
from eqsolve.cli.output import console, write_json


def check(
    arguments: Annotated[
        list[str] | None, typer.Argument(metavar="EQUATION|FILE|-", show_default=False)
    ] = None,
    given: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="NAME=VALUE", help="Give NAME this value; repeatable."),
    ] = None,
    over_complex: Annotated[bool, typer.Option("--complex", help="Read unknowns as complex.")] = False,
    json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
    no_color: Annotated[bool, typer.Option("--no-color", help="Print without colours.")] = False,
) -> int:
    """Read the equations and count them; exit 2 if something is wrong with them."""
    from eqsolve import pipeline
    from eqsolve.render.description import description_lines, description_to_dict
    from eqsolve.render.diagnostics import print_diagnostics
    from eqsolve.render.screen import Screen, emit

    sources = gather(arguments or ())
    values = assignments(given or (), "--set")
    problem = pipeline.load_sources(sources, given=values, start={}, bounds={}, over_complex=over_complex)
    description = pipeline.describe(problem)
    if json:
        write_json(description_to_dict(description))
        return 0
    screen = console(sys.stdout, plain=no_color)
    emit(description_lines(description, Screen.of(screen)), screen)
    print_diagnostics(description.warnings, console(sys.stderr, plain=no_color), severity="warning")
    return 0
