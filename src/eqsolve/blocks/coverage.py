"""How much of all that there is a search has met.

References:
    Good (1953), The population frequencies of species and the estimation of population parameters, Biometrika 40:
    of all further draws, as large a share is new as of the draws so far were met once.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from eqsolve.blocks.points import near
from eqsolve.result import Status

if TYPE_CHECKING:
    from eqsolve.numeric.search import Candidates
    from eqsolve.verify.check import Checked

TELLING: Final = 20  # starts that led to roots, below which they do not tell what share is new
ENOUGH: Final = 0.005  # share of new roots among further starts below which no more are tried


class Coverage:
    """How often each root was met by a start."""

    def __init__(self) -> None:
        self.met: list[int] = []

    def add(self, candidates: Candidates, roots: Sequence[tuple[list[float], Checked]]) -> None:
        """Count the starts of one stage that ended at roots; those found since the last stage are new."""
        self.met += [0] * (len(roots) - len(self.met))
        ends = zip(candidates.x.T.tolist(), candidates.status, strict=True)
        for x in (x for x, status in ends if status is Status.CONVERGED):
            for k, (root, checked) in enumerate(roots):
                if near(x, root, checked):
                    self.met[k] += 1
                    break
        self.met = [max(1, count) for count in self.met]  # by a start that did not quite arrive

    @property
    def unseen(self) -> float:
        """The share of further starts that would find a root not seen yet, as estimated."""
        total = sum(self.met)
        return self.met.count(1) / total if total else 1.0

    def __str__(self) -> str:
        total = sum(self.met)
        if total < TELLING:
            return f"only {total} start{'s' if total != 1 else ''} led there; there may be others"
        starts = f"{total} starts led there"
        once = self.met.count(1)
        if not once:
            return f"{starts}, at least {min(self.met, default=0)} to each; there may be others"
        share = f"{100 * self.unseen:.2g} %"
        return f"{starts}, only one to {once} of them; some {share} of further starts would find others"
