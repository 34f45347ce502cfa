"""Values → text, one file per format. Nothing here computes; torch and sympy are never imported."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from eqsolve.result import Result


def to_text(result: Result) -> str:
    """Return what the terminal shows, without colours."""
    from eqsolve.render import terminal

    return terminal.to_text(result)


def to_json(result: Result) -> str:
    """Return the JSON text."""
    from eqsolve.render import json

    return json.to_json(result)


def to_latex(result: Result) -> str:
    """Return an aligned environment."""
    from eqsolve.render import latex

    return latex.to_latex(result)


def to_html(result: Result) -> str:
    """Return a table for a notebook."""
    from eqsolve.render import html

    return html.to_html(result)


def to_markdown(result: Result) -> str:
    """Return the table of a fit in Markdown."""
    from eqsolve.render import fit

    return fit.to_markdown(result)


# A format is imported when it is used: a linear system is printed in less time than all of them take to load.
RENDERERS: Final[Mapping[str, Callable[[Result], str]]] = {
    "terminal": to_text,
    "json": to_json,
    "latex": to_latex,
    "html": to_html,
    "markdown": to_markdown,
}

__all__ = ["RENDERERS", "to_html", "to_json", "to_latex", "to_markdown", "to_text"]
