"""How to fit."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

from eqsolve.result import Observer

LOSSES: Final = ("squares", "soft-l1", "huber", "cauchy", "tukey")


@dataclass(frozen=True, slots=True)
class FitOptions:
    """How to fit.

    Attributes:
        method: `auto`, or a method of the table that is to go from the start alone.
        loss: A name in `LOSSES`.
        drop_missing: Leave out rows with gaps.
        profile: Compute profile-likelihood intervals.
        everywhere: Try many starts although one is given.
        seed: Seed of the starts.
        deadline: When to stop, as `clock.now()` tells the time.
        observer: Who is told about progress.
    """

    method: str = "auto"
    loss: str = "squares"
    drop_missing: bool = False
    profile: bool = False
    everywhere: bool = False
    seed: int = 0
    deadline: float = math.inf
    observer: Observer | None = None
