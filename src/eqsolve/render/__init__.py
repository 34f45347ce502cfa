"""Values → text, one file per format. Nothing here computes; torch and sympy are never imported."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from eqsolve.render.html import to_html
from eqsolve.render.json import to_json
from eqsolve.render.latex import to_latex
from eqsolve.render.terminal import to_text
from eqsolve.result import Result

RENDERERS: Final[Mapping[str, Callable[[Result], str]]] = {
    "terminal": to_text,
    "json": to_json,
    "latex": to_latex,
    "html": to_html,
}

__all__ = ["RENDERERS", "to_html", "to_json", "to_latex", "to_text"]
