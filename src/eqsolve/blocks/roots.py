"""Roots of one block, found by a search in numbers and checked one by one."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Final

from flint import arb

from eqsolve import clock
from eqsolve.blocks.branch import Branch, Failure
from eqsolve.blocks.coverage import ENOUGH, Coverage
from eqsolve.blocks.points import EXACT_BITS, close, crowded_first, near, promising, rounded, same
from eqsolve.blocks.search import search_beside, search_block
from eqsolve.blocks.settings import Settings
from eqsolve.constraints import broken_constraints
from eqsolve.evaluate import nearest, precision
from eqsolve.problem.model import Problem
from eqsolve.result import Observer, Status
from eqsolve.verify.system import System

if TYPE_CHECKING:
    from eqsolve.numeric.compile import CompiledBlock
    from eqsolve.numeric.search import Candidates
    from eqsolve.structure.analyse import Block
    from eqsolve.verify.check import Checked

MAX_DEFLATED: Final = 64  # roots up to which more are looked for by dividing them out
MAX_BEYOND: Final = 4  # candidates that are checked after a family was found
BRIEF_STAGES: Final = 1  # beyond the first, for one of many questions
CHECK_SHARE: Final = 0.2  # of the time that is left, for one candidate
CHECK_SECONDS: Final = 2.0  # for the candidates of one stage, the first aside
MAX_ALIKE: Final = 2  # candidates in one place that fail before the others there are left alone


def checked_in_time(
    system: System, candidate: Sequence[float | arb], branch: Branch, deadline: float
) -> Checked | None:
    """Check a candidate, in a part of the time that is left."""
    from eqsolve.verify.check import check  # linear problems do without the import

    now = clock.now()
    return check(system.until(now + CHECK_SHARE * max(0.0, deadline - now)), candidate, branch.enclosures)


def _checked_nearby(system: System, x: Sequence[float], branch: Branch, deadline: float) -> Checked | None:
    """Check a simple point beside a candidate, if the equations hold there as far as 400 bits tell."""
    point = rounded(x)
    with precision(EXACT_BITS):
        here = system.at(point, derivatives=False)
        holds = here.issue is None and all(residual.contains(0) for residual in here.residuals)
    return checked_in_time(system, point, branch, deadline) if holds else None


class RootSearch:
    """Searches a block on one branch after another.

    Attributes:
        method: The method that found a root last, and what came of its starts.
        status: How the search of its starts ended.
        account: How much of all that there is has been met, in words, where all is asked for.
        failure: The best point of the last search, if that found no root.
    """

    def __init__(self, problem: Problem, block: Block, settings: Settings, observer: Observer | None) -> None:
        self.problem = problem
        self.block = block
        self.settings = settings
        self.observer = observer
        self.method = settings.method
        self.status: str | None = None
        self.account: str | None = None
        self.failure: Failure | None = None
        self._compiled: CompiledBlock | None = None

    def roots(self, branch: Branch) -> Iterator[tuple[Checked, str]]:
        """Yield the roots on a branch, each with its origin, as they are found."""
        self.failure = None
        system = System(self.problem, self.block.equations, self.block.unknowns, branch.values)
        found: list[tuple[list[float], Checked]] = []
        best: tuple[float, list[float], str] | None = None
        coverage = Coverage()
        for number, candidates in enumerate(self._search(branch)):
            yield from self._checked_all(branch, system, candidates, found, first=number == 0)
            if found:
                self._note_status(candidates, found=True)
                covered = not self.settings.thorough or self._has_covered(coverage, candidates, found)
                if covered and any(self._is_allowed(branch, checked) for _, checked in found):
                    break
            elif best is None or float(candidates.cost.min()) < best[0]:
                lane = int(candidates.cost.argmin())
                best = (
                    float(candidates.cost[lane]),
                    candidates.x[:, lane].tolist(),
                    candidates.status[lane].value,
                )
                self._note_status(candidates, found=False)
            if self.settings.late or (self.settings.brief and number >= BRIEF_STAGES):
                break
        if self.settings.thorough:
            yield from self._roots_beside(branch, system, coverage, found)
        if not found and best is not None:
            values = dict(zip(self.block.unknowns, map(arb, best[1]), strict=True))
            self.failure = Failure(self.block, {**branch.values, **values}, best[2])

    def _roots_beside(
        self,
        branch: Branch,
        system: System,
        coverage: Coverage,
        found: list[tuple[list[float], Checked]],
    ) -> Iterator[tuple[Checked, str]]:
        """Yield roots that are found once those known are divided out, as long as that finds any."""
        known = 0
        while known < len(found) <= MAX_DEFLATED and not self.settings.late:
            if self.settings.method != "auto" or any(checked.free for _, checked in found):
                return
            known = len(found)
            candidates = search_beside(
                self.problem,
                self.block,
                self._compile(),
                branch.values,
                [root for root, _ in found],
                self.settings,
                self.observer,
            )
            yield from self._checked_all(branch, system, candidates, found, first=False)
            self._has_covered(coverage, candidates, found)

    def _has_covered(
        self, coverage: Coverage, candidates: Candidates, found: Sequence[tuple[list[float], Checked]]
    ) -> bool:
        """Tell whether more starts would hardly find more, and keep the words for it."""
        if any(checked.free for _, checked in found):
            return True
        coverage.add(candidates, found)
        self.account = str(coverage)
        return coverage.unseen < ENOUGH

    def _is_allowed(self, branch: Branch, checked: Checked) -> bool:
        """Tell whether a root meets the constraints, as far as they can be told already."""
        if not self.problem.constraints or checked.free or branch.free:
            return True
        return not broken_constraints(self.problem, {**branch.values, **checked.values})

    def _checked_all(
        self,
        branch: Branch,
        system: System,
        candidates: Candidates,
        found: list[tuple[list[float], Checked]],
        *,
        first: bool,
    ) -> Iterator[tuple[Checked, str]]:
        """Check candidates, add the roots to those found, and yield them with their origin."""
        beyond = tried = 0
        failed: list[list[float]] = []
        began = time.process_time()  # what else runs on the machine must not change the answer
        waiting = promising(candidates)
        while waiting:
            lane = waiting.pop(0)
            spent = time.process_time() - began
            if tried and (self.settings.late or (spent > CHECK_SECONDS and not self.settings.thorough)):
                break
            tried += 1
            x = candidates.x[:, lane].tolist()
            if any(near(x, root, checked) for root, checked in found):
                continue
            if sum(close(x, other) for other in failed) >= MAX_ALIKE:
                continue
            if any(checked.free for _, checked in found):  # what else is there beside a family
                beyond += 1
                if beyond > MAX_BEYOND:
                    break
            deadline = self.settings.deadline
            checked = checked_in_time(system, x, branch, deadline) or _checked_nearby(
                system, x, branch, deadline
            )
            if checked is None:
                failed.append(x)
                continue
            root = [nearest(value) for value in checked.values.values()]
            if any(same(checked, other) for _, other in found):
                continue
            found.append((root, checked))
            self.method = candidates.method[lane]
            if checked.free and not beyond:
                waiting = crowded_first(candidates, waiting)
            yield checked, self._origin(lane if first else -1)

    def _note_status(self, candidates: Candidates, *, found: bool) -> None:
        converged = sum(status is Status.CONVERGED for status in candidates.status)
        lanes = len(candidates.status)
        steps = int(candidates.iterations.max())
        starts = "1 start" if lanes == 1 else f"{converged} of {lanes} starts converged"
        self.method = f"{self.method if found else self.settings.method} ({starts}, {steps} steps)"
        self.status = (Status.CONVERGED if converged else candidates.status[0]).value

    def _origin(self, lane: int) -> str:
        started = any(self.problem.unknowns[unknown].start is not None for unknown in self.block.unknowns)
        return "start" if lane == 0 and started else "searched"

    def _search(self, branch: Branch) -> Iterator[Candidates]:
        """Yield candidates, stage by stage, as long as they are asked for."""
        return search_block(
            self.problem, self.block, self._compile(), branch.values, self.settings, self.observer
        )

    def _compile(self) -> CompiledBlock:
        from eqsolve.numeric.compile import compile_block

        if self._compiled is None:
            self._compiled = compile_block(self.problem, self.block)
        return self._compiled
