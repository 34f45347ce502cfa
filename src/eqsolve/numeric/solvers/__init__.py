"""Methods that look for a root from many starts at once: one file each, one loop for all."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from eqsolve.numeric.solvers.adam import Adam
from eqsolve.numeric.solvers.iterate import AnySolver, Outcome, Solver, State, Stopping, iterate
from eqsolve.numeric.solvers.lbfgs import LBFGS
from eqsolve.numeric.solvers.lm import LevenbergMarquardt
from eqsolve.numeric.solvers.natural import NaturalNewton
from eqsolve.numeric.solvers.newton import Newton

SOLVERS: Final[Mapping[str, type[AnySolver]]] = {
    "newton": Newton,
    "lm": LevenbergMarquardt,
    "natural": NaturalNewton,
    "lbfgs": LBFGS,
    "adam": Adam,
}

__all__ = ["SOLVERS", "AnySolver", "Outcome", "Solver", "State", "Stopping", "iterate"]
