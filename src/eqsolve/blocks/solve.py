"""One block after another, each on every branch of those before it.

A block is solved exactly if what is known makes it linear. Otherwise it is settled with proof if that is cheap,
which needs neither torch nor sympy; if it is not, by a search in torch. All candidates are checked as they come,
whoever found them. Every root of a block opens a branch for the blocks after it.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from flint import arb

from eqsolve.allroots import CHEAP_PATHS, MAX_PATHS, account
from eqsolve.blocks.again import Again
from eqsolve.blocks.branch import Branch, Failure, Impossible, Solved, exact_middle
from eqsolve.blocks.loose import is_loose, solve_loose
from eqsolve.blocks.points import (
    EXACT_BITS,
    agrees,
    exactly_as,
    same,
    snapped,
)
from eqsolve.blocks.roots import RootSearch, checked_in_time
from eqsolve.blocks.settings import Settings
from eqsolve.evaluate import nearest, precision
from eqsolve.exact.affine import Affine, Number
from eqsolve.exact.presolve import presolve
from eqsolve.exact.snap import rational_point
from eqsolve.problem.model import Problem
from eqsolve.result import BlockReport, Observer, Progress
from eqsolve.settle import PATIENT, Settled, Undecided, search_on
from eqsolve.verify.system import System

if TYPE_CHECKING:
    from eqsolve.endless import Endless
    from eqsolve.paths.homotopy import Ends
    from eqsolve.structure.analyse import Block
    from eqsolve.verify.check import Checked

MAX_BRANCHES: Final = 256
FIRST_STEPS: Final = 200_000  # of a search on many boxes before anything is known, a twentieth of a second
FEW: Final = 3  # unknowns up to which it tells nothing new to look at many boxes where one of them resists
BOUNDED: Final = 4  # times the steps of a proof, where all unknowns have bounds


def solve_blocks(problem: Problem, blocks: Sequence[Block], start: Branch, settings: Settings) -> Solved:
    """Solve the blocks in order, from what is known already."""
    branches: tuple[Branch, ...] = (start,)
    reports: list[BlockReport] = []
    endless: list[Endless] = []
    ready: list[Branch] = []  # those on which the blocks had to be put in another order
    proved, capped, account = True, False, None

    def solve_rest(rest: Sequence[Block], begin: Branch) -> Solved:
        return solve_blocks(problem, rest, begin, settings)

    for number, block in enumerate(blocks, start=1):
        solver = _BlockSolver(problem, block, settings, f"block {number} of {len(blocks)}")
        again = Again(solver.used)
        found: list[Branch] = []
        for branch in branches:
            if found and (settings.late or len(found) > MAX_BRANCHES):
                capped, proved = True, False
                break
            for extended in again.extended(branch, solver.extend):
                done = None
                if is_loose(problem, extended, start, blocks[number:]):
                    done = solve_loose(problem, extended, blocks[number - 1 :], settings, solve_rest)
                if done is None:
                    found.append(extended)
                    continue
                ready += done.branches
                endless += done.endless
                proved = proved and done.proved
                solver.failure = solver.failure or done.failure
        reports.append(solver.report(len(found)))
        proved = proved and solver.proved
        endless += solver.endless
        if not (found or ready):
            proved = proved and not capped and not endless
            return Solved((), tuple(reports), proved, capped, solver.failure, solver.impossible)
        capped = capped or len(found) + len(ready) > MAX_BRANCHES
        branches = tuple(found[:MAX_BRANCHES])
        account = solver.account if len(blocks) == 1 else None
        if not branches:
            break
    return Solved(
        (*ready, *branches)[:MAX_BRANCHES],
        tuple(reports),
        proved and not capped,
        capped,
        endless=tuple(endless),
        account=account,
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
        self._has_account = False
        self.used = {u for e in block.equations for u in problem.equations[e].unknowns}
        self.search = RootSearch(problem, block, settings, self._observer())

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
            if all(map(self._has_bounds, self.block.unknowns)):
                settled = self._by_boxes(branch, settled, (), FIRST_STEPS)
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
            counts = range(1, (MAX_PATHS if self.settings.thorough else CHEAP_PATHS) + 1)
            if (yield from self._by_paths(branch, settled, counts)):
                return
            found = yield from self._numerically(branch)
            more = range(counts.stop, MAX_PATHS + 1)
            if more and not found and (yield from self._by_paths(branch, settled, more)):
                self.failure = before
                return
            yield from self._completed(branch, settled, found, before)
            return
        self.proved = False
        yield from self._numerically(branch)

    # exact ---------------------------------------------------------------------------------------------

    def _exactly(self, branch: Branch) -> list[Branch] | None:
        """Solve the block if what is known makes it linear; None if it does not."""
        enclosed = (
            [(branch.enclosures, False), (branch.enclosures, True)] if branch.enclosures is not None else []
        )
        for source, lenient in (*enclosed, (branch.values, False)):
            known = {unknown: source[unknown] for unknown in self.used if unknown in source}
            with precision(EXACT_BITS):
                solved = presolve(
                    self.problem, self.block.equations, known, self.settings.deadline, lenient=lenient
                )
            if solved is None:
                continue
            certain = solved.exact and source is branch.enclosures
            self.proved = self.proved and certain
            if solved.contradiction is not None:
                return []
            if solved.nonlinear:
                return None
            return [self._add_exact(branch, solved.known, solved.relations, certain)]
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
            self._note_impossible(settled.reason)

    def _note_impossible(self, reason: str) -> None:
        own = set(self.block.unknowns)
        alone = all(own.issuperset(self.problem.equations[e].unknowns) for e in self.block.equations)
        self.impossible = Impossible(self.block, reason, alone)

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
            checked = checked_in_time(system, candidate, branch, self.settings.deadline)
            if checked is None and settled.points is not None:
                # From the root itself the steps to a multiple one do not tell how often it counts.
                checked = checked_in_time(
                    system, [nearest(value) for value in candidate], branch, self.settings.deadline
                )
            if checked is None or checked.free:
                return None
            if settled.points is not None:
                with precision(EXACT_BITS):
                    checked = exactly_as(checked, settled.points[position])
                if checked is None:
                    return None
            elif any(same(checked, other) for other in passed):
                continue
            passed.append(checked)
        return self._all_added(branch, passed, branch.origin if settled.points is not None else "searched")

    def _all_added(self, branch: Branch, passed: Sequence[Checked], origin: str) -> list[Branch]:
        """Return a branch per root; the one nearest to the user's start is taken for what that leads to."""
        first = self._nearest_to_start(passed)
        return [
            self._add_checked(branch, checked, "start" if k == first else origin)
            for k, checked in enumerate(passed)
        ]

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
    ) -> Iterator[Branch]:
        """After a search, prove that there are no other roots, and yield those that it missed."""
        doubtful = any(checked.free or checked.enclosures is None for checked in found)
        enough = doubtful or self.settings.brief or self.settings.late
        if isinstance(settled, Undecided) and not enough:
            from eqsolve.boxes.answer import effort

            steps = effort(self.problem, self.block, thorough=self.settings.thorough)
            settled = self._by_boxes(branch, settled, found, steps // 2**self.box_searches)
            self.box_searches += 1  # the more branches, the less for each
        if isinstance(settled, Undecided) and not (settled.hopeless or enough):
            bounded = all(self._has_bounds(unknown) for unknown in self.block.unknowns)
            budget = self.patience * (BOUNDED if bounded else 1)
            settled = search_on(self.problem, self.block, branch.enclosures or {}, budget, settled.rest)
            self.patience //= 2  # the more branches, the less for each
            if isinstance(settled, Settled):
                self._note_reason(settled)
        every = None
        if isinstance(settled, Settled) and not doubtful:
            every = self._all_checked(branch, settled)
        known = [checked.values for checked in found if self._is_within(checked)]
        if every is None or not all(any(agrees(root, b) for b in every) for root in known):
            self.proved = False
            return
        self.failure = failure  # this branch is settled after all
        yield from (b for b in every if not any(agrees(root, b) for root in known))

    def _by_boxes(
        self, branch: Branch, settled: Settled | Undecided, found: Sequence[Checked], steps: int
    ) -> Settled | Undecided:
        """Search with proof on many boxes at once, where a search on one after the other is not enough."""
        if isinstance(settled, Settled) or branch.enclosures is None or self.settings.exactly:
            return settled
        n = len(self.block.unknowns)
        if n == 1 or (n <= FEW and settled.hopeless and not self.settings.thorough):
            return settled
        from eqsolve.boxes.answer import settle_by_boxes

        answer = settle_by_boxes(
            self.problem,
            self.block,
            branch.enclosures,
            [[nearest(value) for value in checked.values.values()] for checked in found],
            steps=steps,
            deadline=self.settings.deadline,
        )
        if isinstance(answer, Settled):
            self._note_reason(answer)
            self.engine, self.method, self.status = "intervals", answer.method, None
            return answer
        if answer is not None and not self._has_account:
            self.account, self._has_account = answer, True
        return settled

    def _has_bounds(self, unknown: int) -> bool:
        bounds = self.problem.unknowns[unknown]
        return bounds.lower > -math.inf and bounds.upper < math.inf

    def _is_within(self, checked: Checked) -> bool:
        """Tell whether a root lies within the bounds, which is where a proof looks."""
        bounds = ((self.problem.unknowns[k], nearest(value)) for k, value in checked.values.items())
        return all(unknown.lower <= value <= unknown.upper for unknown, value in bounds)

    # numeric -------------------------------------------------------------------------------------------

    def _by_paths(
        self, branch: Branch, settled: Settled | Undecided, counts: range
    ) -> Generator[Branch, None, bool]:
        """Yield a branch per real one of all complex solutions of a block of polynomials, if `counts` has its paths.

        Returns:
            Whether that answers for the block: not where it is something else, or has families of solutions.
        """
        if self.settings.brief:
            return False
        known = branch.values if branch.enclosures is None else branch.enclosures
        seed, deadline = self.settings.seed, self.settings.deadline
        watch = self._observer()
        ends = self.settings.ends(
            self.problem, self.block, known, counts=counts, seed=seed, deadline=deadline, observer=watch
        )
        found = None if ends is None else self._real_ends(branch, ends)
        if ends is None or found is None:
            return False
        passed, lost = found
        certified = sum(r and c for r, c in zip(ends.real, ends.certified, strict=True))
        enclosed = sum(checked.enclosures is not None for checked in passed)
        proved = ends.complete and branch.enclosures is not None and certified == enclosed == len(passed)
        if not passed and not proved:
            return False
        self.engine, self.status = "torch", None
        self.method = f"{ends.paths} paths to all complex solutions"
        every = self._all_added(branch, passed, "searched")
        yield from every
        if proved:
            if not passed:
                self._note_impossible(f"{_all_of(ends.paths)} solutions are complex")
            return True
        self.account = account(ends, len(passed), lost=lost, late=self.settings.late)
        self._has_account = True
        if ends.failed or ends.suspicious or ends.obscure or lost:
            self.proved = False
            yield from self._further(branch, every)
        else:
            yield from self._completed(branch, settled, passed, self.failure)
        return True

    def _real_ends(self, branch: Branch, ends: Ends) -> tuple[list[Checked], bool] | None:
        """Return the real ends that pass the check, and whether several roots may hide in others.

        None if they are parts of families.
        """
        system = System(self.problem, self.block.equations, self.block.unknowns, branch.values)
        passed: list[Checked] = []
        lost = False
        for lane in (k for k, real in enumerate(ends.real) if real):
            if self.settings.late and passed:
                break
            point = ends.x[:, lane].real.tolist()
            checked = checked_in_time(system, point, branch, self.settings.deadline)
            if checked is None:  # what is zero but for rounding may have kept it from settling
                checked = checked_in_time(system, snapped(point), branch, self.settings.deadline)
            if checked is not None and checked.free:
                return None
            lost = lost or (checked is None and not ends.certified[lane])
            if checked is not None and not any(same(checked, other) for other in passed):
                passed.append(checked)
        return passed, lost

    def _further(self, branch: Branch, every: Sequence[Branch]) -> Iterator[Branch]:
        """Yield what a search finds besides."""
        for extended in self._numerically(branch):
            own = {u: arb(extended.values[u]) for u in self.block.unknowns if u in extended.values}
            if not any(agrees(own, other) for other in every):
                yield extended

    def _numerically(self, branch: Branch) -> Generator[Branch, None, list[Checked]]:
        """Yield a branch for every root that a search finds, and return the roots."""
        from eqsolve.numeric import one_thread

        self.engine = "torch"
        with one_thread():
            found = list(self.search.roots(branch))
        self.method, self.status = self.search.method, self.search.status
        self.failure = self.failure or self.search.failure
        if not self._has_account:
            self.account = self.search.account
        for checked, origin in found:
            yield self._add_checked(branch, checked, origin)
        return [checked for checked, _ in found]

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


def _all_of(count: int) -> str:
    return {1: "the only", 2: "both"}.get(count, f"all {count}")


def _staged(progress: Progress, stage: str) -> Progress:
    return replace(progress, stage=f"{progress.stage}, {stage}")
