"""Write equations, in any form and any order, and get numbers you can trust.

>>> import eqsolve
>>> eqsolve.solve("x + y = 10", "x - y = 4")["x"]
7.0
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from eqsolve.errors import (
        Diagnostic,
        EqsolveError,
        ParseError,
        ProblemError,
        SolveError,
        SourceError,
    )
    from eqsolve.pipeline import fit, load, solve
    from eqsolve.problem import Problem
    from eqsolve.result import Completeness, Progress, Result, Solution, Verdict

__all__ = [
    "Completeness",
    "Diagnostic",
    "EqsolveError",
    "ParseError",
    "Problem",
    "ProblemError",
    "Progress",
    "Result",
    "Solution",
    "SolveError",
    "SourceError",
    "Verdict",
    "fit",
    "load",
    "solve",
]

_HOMES = {
    "errors": (
        "Diagnostic",
        "EqsolveError",
        "ParseError",
        "ProblemError",
        "SolveError",
        "SourceError",
    ),
    "pipeline": ("fit", "load", "solve"),
    "problem": ("Problem",),
    "result": ("Completeness", "Progress", "Result", "Solution", "Verdict"),
}


def __getattr__(name: str) -> object:
    """Import a public name when it is first used: `eqsolve --help` needs none of them."""
    for home, names in _HOMES.items():
        if name in names:
            return getattr(import_module(f"eqsolve.{home}"), name)
    raise AttributeError(f"module 'eqsolve' has no attribute {name!r}")


def __dir__() -> list[str]:
    return __all__
