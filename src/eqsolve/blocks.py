"""One block after another, each on every branch of those before it.

A block is solved exactly if what is known makes it linear, otherwise by a search in torch whose candidates are
checked as they come. Every root of a block opens a branch for the blocks after it.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

from flint import arb

from eqsolve.evaluate import precision
from eqsolve.exact.affine import Affine, Number
from eqsolve.exact.presolve import presolve
from eqsolve.problem.model import Problem
from eqsolve.result import BlockReport, Observer, Progress, Status
from eqsolve.structure.analyse import Block
from eqsolve.verify.check import RESIDUAL_DIGITS, Checked, check, satisfies
from eqsolve.verify.polish import BITS
from eqsolve.verify.system import System

if TYPE_CHECKING:
    from eqsolve.numeric.compile import CompiledBlock
    from eqsolve.numeric.search import Candidates

EXACT_BITS: Final = 400  # precision of irrational constants in the exact part
MAX_BRANCHES: Final = 256
MAX_DOUBTFUL: Final = 8  # candidates without convergence that are worth a check where none converged
FEW_DOUBTFUL: Final = 2  # and where some did
LANES: Final = 64
BRIEF_LANES: Final = 24
SMALL: Final = 50  # unknowns up to which the full batch of starts is tried


@dataclass(frozen=True, slots=True)
class Settings:
    """How to search.

    Attributes:
        deadline: When to stop, as `time.monotonic()` tells the time.
        method: Name of a method, or `auto`.
        thorough: Try many more starts.
        seed: Seed of the starts.
        observer: Who is told about progress.
        brief: Be content with few starts: one of many questions about parts of a problem.
    """

    deadline: float
    method: str = "auto"
    thorough: bool = False
    seed: int = 0
    observer: Observer | None = None
    brief: bool = False

    def lanes(self, unknowns: int) -> int:
        """Return how many starts to try for so many unknowns."""
        if self.method != "auto" and not self.thorough:
            return 1
        if self.brief:
            return BRIEF_LANES
        lanes = LANES if unknowns <= SMALL else max(1, LANES * SMALL // unknowns // 8)
        return lanes * 16 if self.thorough else lanes

    @property
    def late(self) -> bool:
        """Whether the time is up."""
        return time.monotonic() > self.deadline


@dataclass(frozen=True, slots=True)
class Branch:
    """One choice of roots for the blocks solved so far.

    Attributes:
        values: Exact rationals, or numbers of 50 digits and more.
        enclosures: Balls proved to hold the true values; None if a value has no such proof.
        multiplicity: Product of those of the roots.
        free: Unknowns that can be chosen freely.
        moving: These, and all that depend on them.
        relations: Unknowns given in terms of free ones.
        origin: How the last root that had to be searched was found.
    """

    values: Mapping[int, Number] = field(default_factory=dict)
    enclosures: Mapping[int, Number] | None = field(default_factory=dict)
    multiplicity: int = 1
    free: tuple[int, ...] = ()
    moving: frozenset[int] = frozenset()
    relations: Mapping[int, Affine] = field(default_factory=dict)
    origin: str = "exact"


@dataclass(frozen=True, slots=True)
class Failure:
    """Where a block ended without a root: the best point, not a solution."""

    block: Block
    values: Mapping[int, Number]
    status: str


@dataclass(frozen=True, slots=True)
class Solved:
    """What came out of all blocks.

    Attributes:
        branches: All combinations of roots; empty if a block has none.
        reports: How each block was solved.
        proved: Whether there can be no other branch.
        capped: Whether branches were dropped because there were too many.
        failure: The block without a root that the search got furthest with.
    """

    branches: tuple[Branch, ...]
    reports: tuple[BlockReport, ...]
    proved: bool
    capped: bool = False
    failure: Failure | None = None


def solve_blocks(problem: Problem, blocks: Sequence[Block], start: Branch, settings: Settings) -> Solved:
    """Solve the blocks in order, from what is known already."""
    branches: tuple[Branch, ...] = (start,)
    reports: list[BlockReport] = []
    proved, capped = True, False
    for number, block in enumerate(blocks, start=1):
        solver = _BlockSolver(problem, block, settings, f"block {number} of {len(blocks)}")
        found = [extended for branch in branches for extended in solver.extend(branch)]
        reports.append(solver.report(len(found)))
        proved = proved and solver.proved
        if not found:
            return Solved((), tuple(reports), proved, capped, solver.failure)
        capped = capped or len(found) > MAX_BRANCHES
        branches = tuple(found[:MAX_BRANCHES])
    return Solved(branches, tuple(reports), proved and not capped, capped)


class _BlockSolver:
    """Solves one block, on one branch after another."""

    def __init__(self, problem: Problem, block: Block, settings: Settings, stage: str) -> None:
        self.problem = problem
        self.block = block
        self.settings = settings
        self.stage = stage
        self.proved = True
        self.failure: Failure | None = None
        self.engine = "exact"
        self.method = "elimination"
        self.status: str | None = None
        self._compiled: CompiledBlock | None = None

    def report(self, branches: int) -> BlockReport:
        """Say how the block was solved."""
        return BlockReport(
            tuple(self.problem.unknowns[unknown].name for unknown in self.block.unknowns),
            tuple(self.problem.equations[equation].line.line for equation in self.block.equations),
            self.engine,
            self.method,
            self.status,
            branches,
            self.block.equations,
        )

    def extend(self, branch: Branch) -> Iterator[Branch]:
        """Yield the branch with each root of this block added."""
        if self.settings.method == "auto":
            exact = self._exactly(branch)
            if exact is not None:
                yield from exact
                return
        self.proved = False
        yield from self._numerically(branch) if self.block.unknowns else self._evaluated(branch)

    # exact ---------------------------------------------------------------------------------------------

    def _exactly(self, branch: Branch) -> list[Branch] | None:
        """Solve the block if what is known makes it linear; None if it does not."""
        used = {unknown for e in self.block.equations for unknown in self.problem.equations[e].unknowns}
        sources = [branch.enclosures, branch.values] if branch.enclosures is not None else [branch.values]
        for source in sources:
            known = {unknown: source[unknown] for unknown in used if unknown in source}
            with precision(EXACT_BITS):
                solved = presolve(self.problem, self.block.equations, known, self.settings.deadline)
            if solved is None:
                continue
            self.proved = self.proved and solved.exact and source is branch.enclosures
            if solved.contradiction is not None:
                return []
            if solved.nonlinear:
                return None
            return [self._add_exact(branch, solved.known, solved.relations, source is branch.enclosures)]
        return None

    def _add_exact(
        self,
        branch: Branch,
        known: Mapping[int, Number],
        relations: Mapping[int, Affine],
        enclosed: bool,
    ) -> Branch:
        own = {unknown: known[unknown] for unknown in self.block.unknowns if unknown in known}
        bare = {unknown: exact_middle(value) for unknown, value in own.items()}
        enclosures = {**branch.enclosures, **own} if enclosed and branch.enclosures is not None else None
        extended = replace(branch, values={**branch.values, **bare}, enclosures=enclosures)
        depends = branch.moving & {
            u for e in self.block.equations for u in self.problem.equations[e].unknowns
        }
        moving = branch.moving | (set(self.block.unknowns) if depends else frozenset())
        free = tuple(u for u in self.block.unknowns if u not in own and u not in relations)
        if not free:
            return replace(extended, moving=moving)
        return replace(
            extended,
            free=branch.free + free,
            moving=moving | set(free) | set(relations),
            relations={**branch.relations, **relations},
        )

    def _evaluated(self, branch: Branch) -> Iterator[Branch]:
        """Yield the branch itself if equations without unknowns of their own hold on it."""
        self.method = "evaluation"
        system = System(self.problem, self.block.equations, (), branch.values)
        with precision(BITS):
            holds = satisfies(system.at((), derivatives=False), RESIDUAL_DIGITS)
        if holds:
            yield branch
        elif self.failure is None:
            self.failure = Failure(
                self.block, branch.values, "the values found for the others do not satisfy it"
            )

    # numeric -------------------------------------------------------------------------------------------

    def _numerically(self, branch: Branch) -> Iterator[Branch]:
        candidates = self._search(branch)
        system = System(self.problem, self.block.equations, self.block.unknowns, branch.values)
        found: list[tuple[list[float], Checked]] = []
        for lane in _promising(candidates):
            if self.settings.late and found:
                break
            x = candidates.x[:, lane].tolist()
            if any(_near(x, root, checked.multiplicity) for root, checked in found):
                continue
            checked = check(system, x, branch.enclosures)
            if checked is None:
                continue
            root = [float(value) for value in checked.values.values()]
            if any(_same(checked, other) for _, other in found):
                continue
            found.append((root, checked))
            origin = self._origin(lane)
            self.method = candidates.method[lane]
            yield self._add_checked(branch, checked, origin)
            if checked.free:
                break
        if not found and self.failure is None:
            lane = int(candidates.cost.argmin())
            best = dict(zip(self.block.unknowns, map(arb, candidates.x[:, lane].tolist()), strict=True))
            self.failure = Failure(self.block, {**branch.values, **best}, candidates.status[lane].value)
        self._note_status(candidates, bool(found))

    def _note_status(self, candidates: Candidates, found: bool) -> None:
        converged = sum(status is Status.CONVERGED for status in candidates.status)
        lanes = len(candidates.status)
        steps = int(candidates.iterations.max())
        starts = "1 start" if lanes == 1 else f"{converged} of {lanes} starts converged"
        self.method = f"{self.method if found else self.settings.method} ({starts}, {steps} steps)"
        self.status = (Status.CONVERGED if converged else candidates.status[0]).value

    def _origin(self, lane: int) -> str:
        started = any(self.problem.unknowns[unknown].start is not None for unknown in self.block.unknowns)
        return "start" if lane == 0 and started else "searched"

    def _search(self, branch: Branch) -> Candidates:
        import torch

        from eqsolve.numeric.compile import compile_block
        from eqsolve.numeric.search import search
        from eqsolve.numeric.starts import starts

        self.engine = "torch"
        if self._compiled is None:
            self._compiled = compile_block(self.problem, self.block)
        unknowns = [self.problem.unknowns[unknown] for unknown in self.block.unknowns]
        names = self.problem.unknowns
        residual = self._compiled.given({names[u].name: _float(v) for u, v in branch.values.items()})
        user = torch.tensor([unknown.start or 0.0 for unknown in unknowns], dtype=torch.float64)
        has_start = torch.tensor([unknown.start is not None for unknown in unknowns])
        lanes = self.settings.lanes(len(unknowns))
        x0 = starts(user, has_start, residual.lower, residual.upper, lanes, self.settings.seed)
        return search(
            residual,
            x0,
            method=self.settings.method,
            deadline=self.settings.deadline,
            observer=self._observer(),
        )

    def _observer(self) -> Observer | None:
        told = self.settings.observer
        if told is None:
            return None
        return lambda progress: told(_staged(progress, self.stage))

    def _add_checked(self, branch: Branch, checked: Checked, origin: str) -> Branch:
        enclosures = None
        if branch.enclosures is not None and checked.enclosures is not None:
            enclosures = {**branch.enclosures, **checked.enclosures}
        depends = branch.moving & {
            u for e in self.block.equations for u in self.problem.equations[e].unknowns
        }
        moving = set(self.block.unknowns) if depends else set(self.block.unknowns) - set(checked.determined)
        return replace(
            branch,
            values={**branch.values, **checked.values},
            enclosures=enclosures,
            multiplicity=branch.multiplicity * checked.multiplicity,
            free=branch.free + checked.free,
            moving=branch.moving | moving,
            origin=origin,
        )


def _staged(progress: Progress, stage: str) -> Progress:
    return replace(progress, stage=f"{progress.stage}, {stage}")


def _promising(candidates: Candidates) -> list[int]:
    """Return the lanes to check: the first, those that converged, then the best of the rest."""
    lanes = range(len(candidates.status))
    converged = [lane for lane in lanes if candidates.status[lane] is Status.CONVERGED]
    finite = [lane for lane in lanes if candidates.cost[lane] < float("inf") and lane not in converged]
    doubtful = sorted(finite, key=lambda lane: float(candidates.cost[lane]))
    return converged + doubtful[: FEW_DOUBTFUL if converged else MAX_DOUBTFUL]


def _near(x: Sequence[float], root: Sequence[float], multiplicity: int) -> bool:
    """Tell whether a candidate is so close to a root that it must be the same one."""
    tolerance = max(1e-9, 10 * 1e-16 ** (1 / multiplicity))
    size = max(map(abs, root), default=0.0)
    return all(abs(a - b) <= tolerance * max(abs(b), 1e-6 * size) for a, b in zip(x, root, strict=True))


def _same(a: Checked, b: Checked) -> bool:
    size = max((abs(value) for value in a.values.values()), key=float, default=arb(0))
    return all(
        abs(a.values[unknown] - b.values[unknown])
        <= arb("1e-20") * max(abs(a.values[unknown]), size, key=float)
        for unknown in a.values
    )


def exact_middle(value: Number) -> Number:
    """Return a rational as it is, and of a ball its midpoint as an exact number."""
    return value.mid() if isinstance(value, arb) else value


def _float(value: Number) -> float:
    return float(arb(value))
