"""How to search."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from eqsolve import clock
from eqsolve.allroots import FindEnds, all_ends
from eqsolve.result import Observer
from eqsolve.settle import Memory

LANES: Final = 64
FEWEST: Final = 16
BRIEF_LANES: Final = 24
SMALL: Final = 200  # unknowns up to which the full batch of starts is tried


@dataclass(frozen=True, slots=True)
class Settings:
    """How to search.

    Attributes:
        deadline: When to stop, as `clock.now()` tells the time.
        method: Name of a method, or `auto`.
        thorough: Try many more starts.
        seed: Seed of the starts.
        observer: Who is told about progress.
        brief: Be content with few starts: one of many questions about parts of a problem.
        exactly: Do not search by numbers; what is not settled with proof stays undecided.
        memory: What was settled, or not, with proof so far.
        ends: Finds the ends of paths to all complex solutions of a block.
    """

    deadline: float
    method: str = "auto"
    thorough: bool = False
    seed: int = 0
    observer: Observer | None = None
    brief: bool = False
    exactly: bool = False
    memory: Memory = field(default_factory=Memory, compare=False, repr=False)
    ends: FindEnds = all_ends

    def lanes(self, unknowns: int) -> int:
        """Return how many starts to try for so many unknowns."""
        if self.method != "auto" and not self.thorough:
            return 1
        if self.brief:
            return BRIEF_LANES
        lanes = LANES if unknowns <= SMALL else max(FEWEST, LANES * SMALL // unknowns // 8)
        return lanes * 16 if self.thorough else lanes

    @property
    def late(self) -> bool:
        """Whether the time is up."""
        return clock.now() >= self.deadline
