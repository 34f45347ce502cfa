"""One block after another, each on every branch of those before it.

A block is solved exactly if what is known makes it linear. Otherwise it is settled with proof if that is cheap,
which needs neither torch nor sympy; if it is not, by a search in torch. All candidates are checked as they come,
whoever found them. Every root of a block opens a branch for the blocks after it.
"""

from __future__ import annotations

import math
import operator
import time
from collections import defaultdict
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import TYPE_CHECKING, Final

from flint import arb, fmpq

from eqsolve import clock
from eqsolve.constraints import broken_constraints
from eqsolve.evaluate import nearest, precision
from eqsolve.exact.affine import Affine, Number
from eqsolve.exact.presolve import presolve
from eqsolve.exact.snap import rational_point
from eqsolve.problem.model import Problem
from eqsolve.result import BlockReport, Observer, Progress, Status
from eqsolve.settle import MAX_UNKNOWNS, PATIENT, Memory, Settled, Undecided, search_on
from eqsolve.verify.system import System

if TYPE_CHECKING:
    from eqsolve.endless import Endless
    from eqsolve.exact.ideal import Point
    from eqsolve.numeric.compile import CompiledBlock
    from eqsolve.numeric.homotopy import Ends
    from eqsolve.numeric.search import Candidates
    from eqsolve.structure.analyse import Block
    from eqsolve.verify.check import Checked

EXACT_BITS: Final = 400  # precision of irrational constants in the exact part
MAX_BRANCHES: Final = 256
MAX_DOUBTFUL: Final = 8  # candidates without convergence that are worth a check where none converged
FEW_DOUBTFUL: Final = 2  # and where some did
MAX_BEYOND: Final = 4  # candidates that are checked after a family was found
LANES: Final = 64
FEWEST: Final = 16
BRIEF_LANES: Final = 24
WIDER: Final = 4  # times as many starts, where the first have led nowhere
BRIEF_STAGES: Final = 1  # beyond the first, for one of many questions
CHECK_SHARE: Final = 0.25  # of the time that is left, for one candidate
CHECK_SECONDS: Final = 2.0  # for the candidates of one stage, the first aside
MAX_ALIKE: Final = 2  # candidates in one place that fail before the others there are left alone
ALIKE: Final = 1e-3
ROUNDED: Final = 1e-12  # of the largest unknown: what may be rounding
MAX_DENOMINATOR: Final = 1000  # of fractions that are seen in floating point numbers
BOUNDED: Final = 4  # times the steps of a proof, where all unknowns have bounds
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
    """

    deadline: float
    method: str = "auto"
    thorough: bool = False
    seed: int = 0
    observer: Observer | None = None
    brief: bool = False
    exactly: bool = False
    memory: Memory = field(default_factory=Memory, compare=False, repr=False)

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
class Impossible:
    """A block that cannot hold, and why, in words; `alone` if no value of another block was needed."""

    block: Block
    reason: str
    alone: bool


@dataclass(frozen=True, slots=True)
class Solved:
    """What came out of all blocks.

    Attributes:
        branches: All combinations of roots; empty if a block has none.
        reports: How each block was solved.
        proved: Whether there can be no other branch.
        capped: Whether branches were dropped because there were too many.
        failure: The block without a root that the search got furthest with.
        impossible: The block that is proved to have no root.
        endless: Blocks of whose infinitely many solutions only some are followed; all in a window.
        account: What paths to all complex solutions gave, in words.
    """

    branches: tuple[Branch, ...]
    reports: tuple[BlockReport, ...]
    proved: bool
    capped: bool = False
    failure: Failure | None = None
    impossible: Impossible | None = None
    endless: tuple[Endless, ...] = ()
    account: str | None = None


def solve_blocks(problem: Problem, blocks: Sequence[Block], start: Branch, settings: Settings) -> Solved:
    """Solve the blocks in order, from what is known already."""
    branches: tuple[Branch, ...] = (start,)
    reports: list[BlockReport] = []
    endless: list[Endless] = []
    proved, capped, account = True, False, None
    for number, block in enumerate(blocks, start=1):
        solver = _BlockSolver(problem, block, settings, f"block {number} of {len(blocks)}")
        found: list[Branch] = []
        for branch in branches:
            if found and (settings.late or len(found) > MAX_BRANCHES):
                capped, proved = True, False
                break
            found += solver.extend(branch)
        reports.append(solver.report(len(found)))
        proved = proved and solver.proved
        endless += solver.endless
        if not found:
            proved = proved and not capped and not endless
            return Solved((), tuple(reports), proved, capped, solver.failure, solver.impossible)
        capped = capped or len(found) > MAX_BRANCHES
        branches = tuple(found[:MAX_BRANCHES])
        account = solver.account if len(blocks) == 1 else None
    return Solved(
        branches, tuple(reports), proved and not capped, capped, endless=tuple(endless), account=account
    )


class _BlockSolver:
    """Solves one block, on one branch after another."""

    def __init__(self, problem: Problem, block: Block, settings: Settings, stage: str) -> None:
        self.problem = problem
        self.block = block
        self.settings = settings
        self.stage = stage
        self.proved = True
        self.failure: Failure | None = None
        self.impossible: Impossible | None = None
        self.endless: list[Endless] = []
        self.patience = PATIENT * (10 if settings.thorough else 1)
        self.box_searches = 0
        self.engine = "exact"
        self.method = "elimination"
        self.status: str | None = None
        self.account: str | None = None
        self.used = {u for e in block.equations for u in problem.equations[e].unknowns}
        self._seen: list[tuple[tuple[Number, ...], bool, list[tuple[Checked, str]]]] = []
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
            from eqsolve.endless import everywhere, pattern, window

            repeating = None if self.settings.exactly else self._repeating(branch, pattern)
            if repeating is not None:
                yield from repeating
                return
            settled = self._settled(branch)
            if isinstance(settled, Settled):
                proved = self._all_checked(branch, settled)
                if proved is not None:
                    self.engine = "exact" if settled.points is not None else "intervals"
                    self.method = settled.method
                    yield from proved
                    return
            if self.settings.exactly:
                self.proved = False
                return
            if isinstance(settled, Undecided):
                repeating = self._repeating(branch, everywhere)
                if repeating is None and settled.hopeless:
                    repeating = self._repeating(branch, window)
                if repeating is not None:
                    yield from repeating
                    return
            before = self.failure
            if self.settings.thorough and not self.settings.brief and (yield from self._by_paths(branch)):
                return
            found = yield from self._numerically(branch)
            yield from self._completed(branch, settled, found, before)
            return
        self.proved = False
        yield from self._numerically(branch)

    # exact ---------------------------------------------------------------------------------------------

    def _exactly(self, branch: Branch) -> list[Branch] | None:
        """Solve the block if what is known makes it linear; None if it does not."""
        sources = [branch.enclosures, branch.values] if branch.enclosures is not None else [branch.values]
        for source in sources:
            known = {unknown: source[unknown] for unknown in self.used if unknown in source}
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
        depends = branch.moving & self.used
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

    # with proof ----------------------------------------------------------------------------------------

    def _settled(self, branch: Branch) -> Settled | Undecided:
        """Look for a proof that names all roots of the block."""
        if branch.enclosures is None:
            return Undecided(hopeless=True)
        settled = self.settings.memory.settle(self.problem, self.block, branch.enclosures)
        if isinstance(settled, Settled):
            self._note_reason(settled)
        return settled

    def _note_reason(self, settled: Settled) -> None:
        if settled.reason is not None:
            own = set(self.block.unknowns)
            alone = all(own.issuperset(self.problem.equations[e].unknowns) for e in self.block.equations)
            self.impossible = Impossible(self.block, settled.reason, alone)

    def _repeating(
        self, branch: Branch, look: Callable[[Problem, Block, Mapping[int, Number]], Endless | None]
    ) -> list[Branch] | None:
        """Return the roots of a block that has infinitely many, those in a window; None if that is not proved."""
        if branch.enclosures is None:
            return None
        known = {k: value for k, value in branch.enclosures.items() if k in self.used}
        if not self.used - set(self.block.unknowns) <= known.keys():
            return None
        found = look(self.problem, self.block, known)
        roots = None if found is None else self._all_checked(branch, found.settled)
        if found is None or roots is None:
            return None
        self._note_reason(found.settled)
        self.engine = "intervals" if found.settled.points is None else "exact"
        self.method = found.settled.method
        if found.window is not None:
            self.endless.append(found)
        return roots

    def _all_checked(self, branch: Branch, settled: Settled) -> list[Branch] | None:
        """Return a branch per root, None if a candidate does not pass as it should."""
        system = System(self.problem, self.block.equations, self.block.unknowns, branch.values)
        passed: list[Checked] = []
        for position, candidate in enumerate(settled.candidates):
            checked = self._checked(system, candidate, branch)
            if checked is None and settled.points is not None:
                # From the root itself the steps to a multiple one do not tell how often it counts.
                checked = self._checked(system, [nearest(value) for value in candidate], branch)
            if checked is None or checked.free:
                return None
            if settled.points is not None:
                with precision(EXACT_BITS):
                    checked = _exactly_as(checked, settled.points[position])
                if checked is None:
                    return None
            elif any(_same(checked, other) for other in passed):
                continue
            passed.append(checked)
        first = self._nearest_to_start(passed)
        return [
            self._add_checked(branch, checked, "start" if k == first else self._origin_of(branch, settled))
            for k, checked in enumerate(passed)
        ]

    def _checked(self, system: System, candidate: Sequence[float | arb], branch: Branch) -> Checked | None:
        """Check a candidate, in a part of the time that is left."""
        from eqsolve.verify.check import check  # linear problems do without the import

        now = clock.now()
        deadline = now + CHECK_SHARE * max(0.0, self.settings.deadline - now)
        return check(system.until(deadline), candidate, branch.enclosures)

    def _origin_of(self, branch: Branch, settled: Settled) -> str:
        return branch.origin if settled.points is not None else "searched"

    def _nearest_to_start(self, passed: Sequence[Checked]) -> int | None:
        """Return which root lies nearest to the user's start, None if there is no start."""
        starts = {u: self.problem.unknowns[u].start for u in self.block.unknowns}
        given = {u: start for u, start in starts.items() if start is not None}
        if not given:
            return None
        return min(
            range(len(passed)),
            key=lambda k: sum(abs(nearest(passed[k].values[u]) - start) for u, start in given.items()),
            default=None,
        )

    def _completed(
        self,
        branch: Branch,
        settled: Settled | Undecided,
        found: Sequence[Checked],
        failure: Failure | None,
    ) -> Generator[Branch, None, bool]:
        """After a search, prove that there are no other roots, and yield those that it missed.

        Returns:
            Whether that is proved.
        """
        doubtful = any(checked.free or checked.enclosures is None for checked in found)
        enough = doubtful or self.settings.brief or self.settings.late
        if isinstance(settled, Undecided) and not enough:
            settled = self._by_boxes(branch, settled, found)
        if isinstance(settled, Undecided) and not (settled.hopeless or enough):
            bounded = all(self._has_bounds(unknown) for unknown in self.block.unknowns)
            budget = self.patience * (BOUNDED if bounded else 1)
            settled = search_on(self.problem, self.block, branch.enclosures or {}, budget)
            self.patience //= 2  # the more branches, the less for each
            if isinstance(settled, Settled):
                self._note_reason(settled)
        every = None
        if isinstance(settled, Settled) and not doubtful:
            every = self._all_checked(branch, settled)
        known = [checked.values for checked in found if self._is_within(checked)]
        if every is None or not all(any(_agrees(root, b) for b in every) for root in known):
            self.proved = False
            return False
        self.failure = failure  # this branch is settled after all
        yield from (b for b in every if not any(_agrees(root, b) for root in known))
        return True

    def _by_boxes(self, branch: Branch, settled: Undecided, found: Sequence[Checked]) -> Settled | Undecided:
        """Search with proof on many boxes at once, where a search on one after the other is not enough."""
        n = len(self.block.unknowns)
        if n == 1 or (n <= MAX_UNKNOWNS and settled.hopeless and not self.settings.thorough):
            return settled
        from eqsolve.boxes.answer import effort, settle_by_boxes

        steps = effort(self.problem, self.block, thorough=self.settings.thorough) >> self.box_searches
        self.box_searches += 1  # the more branches, the less for each
        answer = settle_by_boxes(
            self.problem,
            self.block,
            branch.enclosures or {},
            [[nearest(value) for value in checked.values.values()] for checked in found],
            steps=steps,
            deadline=self.settings.deadline,
        )
        if isinstance(answer, Settled):
            self._note_reason(answer)
            self.engine, self.method, self.status = "intervals", answer.method, None
            return answer
        self.account = answer
        return settled

    def _has_bounds(self, unknown: int) -> bool:
        bounds = self.problem.unknowns[unknown]
        return bounds.lower > -math.inf and bounds.upper < math.inf

    def _is_within(self, checked: Checked) -> bool:
        """Tell whether a root lies within the bounds, which is where a proof looks."""
        bounds = ((self.problem.unknowns[k], nearest(value)) for k, value in checked.values.items())
        return all(unknown.lower <= value <= unknown.upper for unknown, value in bounds)

    # numeric -------------------------------------------------------------------------------------------

    def _by_paths(self, branch: Branch) -> Generator[Branch, None, bool]:
        """Yield a branch per real one of all complex solutions of a block of polynomials.

        Returns:
            Whether that answers for the block: not where it is something else, or has families of solutions.
        """
        from eqsolve.allroots import account, all_ends

        known = branch.values if branch.enclosures is None else branch.enclosures
        settings = self.settings
        ends = all_ends(
            self.problem,
            self.block,
            known,
            seed=settings.seed,
            deadline=settings.deadline,
            observer=self._observer(),
        )
        passed = None if ends is None else self._real_ends(branch, ends)
        if ends is None or passed is None:
            return False
        certified = sum(r and c for r, c in zip(ends.real, ends.certified, strict=True))
        enclosed = sum(checked.enclosures is not None for checked in passed)
        proved = ends.complete and branch.enclosures is not None and certified == enclosed == len(passed)
        if not passed and not proved:
            return False
        self.engine, self.status = "torch", None
        self.method = f"{ends.paths} paths to all complex solutions"
        if proved and not passed:
            reason = f"all {ends.paths} solutions in common are complex"
            own = set(self.block.unknowns)
            alone = all(own.issuperset(self.problem.equations[e].unknowns) for e in self.block.equations)
            self.impossible = Impossible(self.block, reason, alone)
        first = self._nearest_to_start(passed)
        every = [
            self._add_checked(branch, checked, "start" if k == first else "searched")
            for k, checked in enumerate(passed)
        ]
        yield from every
        if proved:
            return True
        if (yield from self._completed(branch, Undecided(hopeless=True), passed, self.failure)):
            return True
        self.account = account(ends, len(passed), late=self.settings.late)
        if ends.failed or ends.suspicious:
            yield from self._further(branch, every)
        return True

    def _real_ends(self, branch: Branch, ends: Ends) -> list[Checked] | None:
        """Return the real ends that pass the check; None if they are parts of families."""
        system = System(self.problem, self.block.equations, self.block.unknowns, branch.values)
        passed: list[Checked] = []
        for lane in (k for k, real in enumerate(ends.real) if real):
            if self.settings.late and passed:
                break
            point = ends.x[:, lane].real.tolist()
            checked = self._checked(system, point, branch)
            if checked is None:  # what is zero but for rounding may have kept it from settling
                checked = self._checked(system, _snapped(point), branch)
            if checked is not None and checked.free:
                return None
            if checked is not None and not any(_same(checked, other) for other in passed):
                passed.append(checked)
        return passed

    def _further(self, branch: Branch, every: Sequence[Branch]) -> Iterator[Branch]:
        """Yield what a search finds besides."""
        for extended in self._numerically(branch):
            own = {u: arb(extended.values[u]) for u in self.block.unknowns if u in extended.values}
            if not any(_agrees(own, other) for other in every):
                yield extended

    def _numerically(self, branch: Branch) -> Generator[Branch, None, list[Checked]]:
        """Yield a branch for every root that a search finds, and return the roots.

        A block that sees the same values again is not searched again.
        """
        key = tuple(branch.values[unknown] for unknown in sorted(self.used) if unknown in branch.values)
        certain = branch.enclosures is not None
        roots = self._remembered(key, certain)
        if roots is None:
            from eqsolve.numeric import one_thread

            with one_thread():
                roots = list(self._roots(branch))
            self._seen.append((key, certain, roots))
        for checked, origin in roots:
            yield self._add_checked(branch, checked, origin)
        return [checked for checked, _ in roots]

    def _remembered(self, key: tuple[Number, ...], certain: bool) -> list[tuple[Checked, str]] | None:
        for seen, were_certain, roots in self._seen:
            if were_certain == certain and len(seen) == len(key) and all(map(operator.eq, seen, key)):
                return roots
        return None

    def _roots(self, branch: Branch) -> Iterator[tuple[Checked, str]]:
        system = System(self.problem, self.block.equations, self.block.unknowns, branch.values)
        found: list[tuple[list[float], Checked]] = []
        best: tuple[float, list[float], str] | None = None
        for number, candidates in enumerate(self._search(branch)):
            yield from self._checked_all(branch, system, candidates, found, first=number == 0)
            if found:
                self._note_status(candidates, found=True)
                if any(self._is_allowed(branch, checked) for _, checked in found):
                    return
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
        if not found and self.failure is None and best is not None:
            values = dict(zip(self.block.unknowns, map(arb, best[1]), strict=True))
            self.failure = Failure(self.block, {**branch.values, **values}, best[2])

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
        waiting = _promising(candidates)
        while waiting:
            lane = waiting.pop(0)
            spent = time.process_time() - began
            if tried and (self.settings.late or (spent > CHECK_SECONDS and not self.settings.thorough)):
                break
            tried += 1
            x = candidates.x[:, lane].tolist()
            if any(_near(x, root, checked) for root, checked in found):
                continue
            if sum(_close(x, other) for other in failed) >= MAX_ALIKE:
                continue
            if any(checked.free for _, checked in found):  # what else is there beside a family
                beyond += 1
                if beyond > MAX_BEYOND:
                    break
            checked = self._checked(system, x, branch)
            if checked is None:
                failed.append(x)
                continue
            root = [nearest(value) for value in checked.values.values()]
            if any(_same(checked, other) for _, other in found):
                continue
            found.append((root, checked))
            self.method = candidates.method[lane]
            if checked.free and not beyond:
                waiting = _crowded_first(candidates, waiting)
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
        import torch

        from eqsolve.numeric.bracket import bracketed
        from eqsolve.numeric.compile import compile_block
        from eqsolve.numeric.search import search
        from eqsolve.numeric.stages import stages
        from eqsolve.numeric.starts import starts, wider_starts
        from eqsolve.reach import reach

        self.engine = "torch"
        if self._compiled is None:
            self._compiled = compile_block(self.problem, self.block)
        unknowns = [self.problem.unknowns[unknown] for unknown in self.block.unknowns]
        names = self.problem.unknowns
        residual = self._compiled.given({names[u].name: nearest(v) for u, v in branch.values.items()})
        user = torch.tensor([unknown.start or 0.0 for unknown in unknowns], dtype=torch.float64)
        has_start = torch.tensor([unknown.start is not None for unknown in unknowns])
        lanes = self.settings.lanes(len(unknowns))
        seed, deadline, observer = self.settings.seed, self.settings.deadline, self._observer()
        if self.settings.method != "auto":
            x0 = starts(user, has_start, residual.lower, residual.upper, lanes, seed)
            method = self.settings.method
            yield search(residual, x0, method=method, deadline=deadline, observer=observer)
            return
        where = reach(self.problem, self.block.equations, self.block.unknowns, branch.values)
        lower = torch.tensor(where.lower, dtype=torch.float64)
        upper = torch.tensor(where.upper, dtype=torch.float64)
        orders = torch.tensor(where.orders, dtype=torch.float64).T
        x0 = starts(user, has_start, lower, upper, lanes, seed)
        if bool(has_start.any()):  # the user's start is taken as it is
            first = starts(user, has_start, residual.lower, residual.upper, 1, seed)
            x0 = torch.cat([torch.where(has_start[:, None], first, x0[:, :1]), x0[:, 1:]], 1)
        found = stages(
            residual,
            x0,
            lambda number: wider_starts(lower, upper, orders, WIDER * lanes, seed + number),
            torch.tensor(where.positive),
            trusted=bool(has_start.any()),
            deadline=deadline,
            observer=observer,
        )
        if residual.rows == residual.columns == 1:
            yield next(found).joined(bracketed(residual), "bracketing")
        yield from found

    def _observer(self) -> Observer | None:
        told = self.settings.observer
        if told is None:
            return None
        return lambda progress: told(_staged(progress, self.stage))

    def _add_checked(self, branch: Branch, checked: Checked, origin: str) -> Branch:
        values: Mapping[int, Number] = checked.values
        own: Mapping[int, Number] | None = checked.enclosures
        if not checked.free:
            rational = rational_point(self.problem, self.block.equations, checked.values, branch.values)
            if rational is not None:
                values = rational
                own = rational if checked.enclosures is not None else None
        enclosures = None
        if branch.enclosures is not None and own is not None:
            enclosures = {**branch.enclosures, **own}
        depends = branch.moving & self.used
        moving = set(self.block.unknowns) if depends else set(self.block.unknowns) - set(checked.determined)
        return replace(
            branch,
            values={**branch.values, **values},
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


def _crowded_first(candidates: Candidates, lanes: Sequence[int]) -> list[int]:
    """Order lanes so that places where several ended come first: those are points, not parts of a family."""
    places: defaultdict[tuple[str, ...], list[int]] = defaultdict(list)
    for lane in lanes:
        places[tuple(f"{value + 0.0:.5g}" for value in candidates.x[:, lane].tolist())].append(lane)
    return [group[0] for group in sorted(places.values(), key=len, reverse=True)]


def _near(x: Sequence[float], root: Sequence[float], checked: Checked) -> bool:
    """Tell whether a candidate is so close to a root, or to a family, that it must be the same one.

    Candidates that agree with a family in all that is determined there are taken for members of it.
    """
    if checked.free and not checked.determined:
        return False
    columns = [
        k for k, unknown in enumerate(checked.values) if not checked.free or unknown in checked.determined
    ]
    tolerance = 1e-6 if checked.free else max(1e-9, 10 * 1e-16 ** (1 / checked.multiplicity))
    size = max(map(abs, root), default=0.0)
    return all(
        abs(x[k] - root[k]) <= tolerance * max(abs(root[k]), (1.0 if checked.free else 1e-6) * size)
        for k in columns
    )


def _close(x: Sequence[float], other: Sequence[float]) -> bool:
    """Tell whether two candidates are in one place, at the end of roads to the same multiple root, or to none."""
    size = max(map(abs, other), default=0.0)
    return all(abs(a - b) <= ALIKE * max(abs(b), ALIKE * size) for a, b in zip(x, other, strict=True))


def _snapped(point: Sequence[float]) -> list[float | arb]:
    """Return a point with the simple fractions that are there but for rounding."""
    reach = ROUNDED * max(map(abs, point))
    near = [Fraction(value).limit_denominator(MAX_DENOMINATOR) for value in point]
    with precision(EXACT_BITS):
        return [
            arb(fmpq(fraction.numerator, fraction.denominator)) if abs(fraction - value) <= reach else value
            for fraction, value in zip(near, point, strict=True)
        ]


def _same(a: Checked, b: Checked) -> bool:
    """Tell whether two points are the same, or of families that look the same."""
    if a.free != b.free or a.determined != b.determined:
        return False
    size = max((abs(value) for value in a.values.values()), key=float, default=arb(0))
    return all(
        abs(a.values[unknown] - b.values[unknown])
        <= arb("1e-20") * max(abs(a.values[unknown]), size, key=float)
        for unknown in (a.determined if a.free else a.values)
    )


def exact_middle(value: Number) -> Number:
    """Return a rational as it is, and of a ball its midpoint as an exact number; zero if that is within."""
    if isinstance(value, arb) and value.contains(0):
        return arb(0)
    return value.mid() if isinstance(value, arb) else value


def _agrees(root: Mapping[int, arb], branch: Branch) -> bool:
    """Tell whether a root is the one that a branch has added."""
    size = max((abs(value) for value in root.values()), key=float, default=arb(0))
    return all(
        abs(value - branch.values[k]) <= arb("1e-20") * max(abs(value), size, key=float)
        for k, value in root.items()
    )


def _exactly_as(checked: Checked, point: Point) -> Checked | None:
    """Return a checked point with the values and enclosures of the exact one next to it, None if it went astray."""
    size = max((abs(arb(root.value)) for root in point), key=float)
    values: dict[int, Number] = {}
    for (unknown, value), root in zip(checked.values.items(), point, strict=True):
        if not abs(value - arb(root.value)) <= arb("1e-35") * size:
            return None
        values[unknown] = root.value if isinstance(root.value, fmpq) else value
    enclosures = {unknown: root.value for unknown, root in zip(values, point, strict=True)}
    multiplicity = point[0].multiplicity or checked.multiplicity
    return replace(checked, values=values, enclosures=enclosures, multiplicity=multiplicity)
