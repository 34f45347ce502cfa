"""One block after another, each on every branch of those before it."""

from eqsolve.blocks.begin import begin
from eqsolve.blocks.branch import Branch, Failure, Impossible, Solved, exact_middle
from eqsolve.blocks.points import EXACT_BITS
from eqsolve.blocks.settings import Settings
from eqsolve.blocks.solve import solve_blocks

__all__ = [
    "EXACT_BITS",
    "Branch",
    "Failure",
    "Impossible",
    "Settings",
    "Solved",
    "begin",
    "exact_middle",
    "solve_blocks",
]
