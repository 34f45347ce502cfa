"""A problem in real unknowns, from exact elimination to the verdict, with all that it went through on the way."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from eqsolve import clock
from eqsolve.errors import Diagnostic
from eqsolve.language.syntax import names
from eqsolve.problem import Problem
from eqsolve.problem.model import Equation
from eqsolve.result import BlockReport, Result, Verdict

if TYPE_CHECKING:
    from eqsolve.blocks import Branch, Settings, Solved
    from eqsolve.exact import Presolved
    from eqsolve.structure import Block

MAX_RANGES: Final = 200  # equations whose ranges are looked at before anything is solved
EXACT_SHARE: Final = 0.25  # of the time limit, for exact elimination
BLAME_SHARE: Final = 1 / 3  # of the time limit, to find the lines that cannot hold together
MEMBER_SECONDS: Final = 5.0  # to find a member of a family that meets the constraints
FEW_BLAMED: Final = 2  # equations of a conflict that need not be made fewer
MOST_TRACED: Final = 8  # redundant equations whose sources are sought
MAX_IMPLIED: Final = 6  # equations among which one is sought that another implies
MOST_SOURCES: Final = 40  # equations among which they are


@dataclass(frozen=True, slots=True)
class Trace:
    """A solve with all that it went through.

    Attributes:
        result: What it found.
        solved: What came out of the blocks; None if exact arithmetic alone gave the answer.
        conflict: Positions of equations that cannot, or could not, hold together; none where one alone cannot hold.
    """

    result: Result
    solved: Solved | None = None
    conflict: tuple[int, ...] = ()


def trace_real(problem: Problem, settings: Settings, max_seconds: float) -> Trace:
    """Solve a problem in real unknowns, with the lines to blame and what structure tells."""
    done = trace_once(problem, settings)
    if done.result.exit_code:
        done = _blamed(problem, done, settings, BLAME_SHARE * max_seconds)
    warnings = _structural(problem, done)
    return replace(done, result=replace(done.result, warnings=(*warnings, *done.result.warnings)))


def trace_once(problem: Problem, settings: Settings) -> Trace:
    """Solve a problem in real unknowns; nobody is blamed where that fails."""
    from eqsolve import report
    from eqsolve.blocks import EXACT_BITS
    from eqsolve.evaluate import precision
    from eqsolve.exact import presolve

    everything = range(len(problem.equations))
    warnings = problem.warnings
    with precision(EXACT_BITS):
        # What does not come out exactly in good time is left to the numbers.
        exact_deadline = clock.now() + EXACT_SHARE * max(0.0, settings.deadline - clock.now())
        solved = presolve(problem, everything, {}, exact_deadline)
        conflict = _contradicting(problem, solved, exact_deadline, settings)
        if conflict is not None:
            issue = None if solved is None else solved.issue
            return Trace(report.contradiction(problem, conflict, issue, warnings), None, conflict)
        if solved is not None and problem.constraints and (solved.relations or solved.linear):
            from eqsolve.exact.inequalities import conflicting, tight

            against = conflicting(problem)
            if against is not None:
                return Trace(report.incompatible(problem, *against, warnings))
            equal = tight(problem)
            if equal and solved.relations:
                return Trace(
                    _without_added(problem, trace_once(_with_equations(problem, equal), settings).result)
                )
    excluded = _excluded(problem, everything if solved is None else solved.nonlinear)
    if excluded is not None:
        return Trace(report.impossible(problem, *excluded, warnings))
    if solved is not None:
        with precision(EXACT_BITS):
            warnings += _redundant(problem, solved, exact_deadline)
    problem = replace(problem, warnings=warnings)
    if solved is not None and solved.nonlinear and settings.method == "auto" and not settings.exactly:
        apart = _apart(problem, solved, settings)
        if apart is not None:
            return apart
    outcome = _blocks(problem, solved, settings)
    if solved is not None and solved.nonlinear and settings.method == "auto" and not settings.exactly:
        # Where a solution is certified to stand alone, no equation follows from another.
        alone = any(branch.enclosures is not None for branch in outcome.branches)
        family = None if outcome.proved or alone else _without_implied(problem, settings)
        if family is not None:
            return family
    if settings.method != "auto" and solved is not None and not solved.nonlinear:
        # The point is the method's; how its unknowns hang together is known exactly all the same.
        related = (replace(branch, relations=solved.relations) for branch in outcome.branches)
        outcome = replace(outcome, branches=tuple(related))
    result = report.verdict(problem, outcome, warnings)
    if result.verdict is not Verdict.FAMILY and any(branch.free for branch in outcome.branches):
        inside = _member_inside(problem, outcome, settings)
        if inside is not None:
            outcome, result = inside, report.verdict(problem, inside, warnings)
    return Trace(replace(result, blocks=outcome.reports), outcome)


def _member_inside(problem: Problem, outcome: Solved, settings: Settings) -> Solved | None:
    """Return the families with a member that meets the constraints; None if none is found quickly."""
    if settings.method != "auto" or settings.exactly or settings.brief or not problem.constraints:
        return None
    from eqsolve import report
    from eqsolve.members import member_inside

    deadline = min(settings.deadline, clock.now() + MEMBER_SECONDS)
    briefly = replace(settings, deadline=deadline, brief=True, observer=None)

    def solve_rest(rest: Problem) -> Sequence[Branch]:
        done = None if briefly.late else trace_once(rest, briefly).solved
        return report.accepted(rest, done)[0] if done is not None and done.failure is None else ()

    return member_inside(problem, outcome, solve_rest)


def _without_implied(problem: Problem, settings: Settings) -> Trace | None:
    """Report the family that is left without an equation that another one implies; None if there is none."""
    if not 2 <= len(problem.equations) <= MAX_IMPLIED:
        return None
    from flint import arb

    from eqsolve import report
    from eqsolve.exact.explicit import implied

    position = implied([(equation.left, equation.right) for equation in problem.equations])
    if position is None:
        return None
    kept = tuple(e for k, e in enumerate(problem.equations) if k != position)
    done = trace_once(replace(problem, equations=kept), settings)
    if done.result.verdict is not Verdict.FAMILY or not done.result.solutions:
        return None
    point = {problem.index[name]: arb(value) for name, value in done.result.solutions[0].values.items()}
    own = report.residuals(problem, point)[position]
    if own.residual is None or not math.isfinite(own.residual):
        return None
    equations = (*done.result.equations[:position], own, *done.result.equations[position:])
    blocks = (
        replace(block, equations=tuple(k + (k >= position) for k in block.equations))
        for block in done.result.blocks
    )
    return Trace(replace(done.result, equations=equations, blocks=tuple(blocks)))


def _with_equations(problem: Problem, constraints: Sequence[int]) -> Problem:
    """Return the problem with constraints that can only hold with equality turned into equations."""
    added = []
    for position in constraints:
        constraint = problem.constraints[position]
        left, right = constraint.condition.sides
        used = {problem.index[n.id] for side in (left, right) for n in names(side) if n.id in problem.index}
        added.append(Equation(left, right, tuple(sorted(used)), constraint.line, constraint.span))
    kept = (c for k, c in enumerate(problem.constraints) if k not in constraints)
    return replace(problem, equations=(*problem.equations, *added), constraints=tuple(kept))


def _without_added(problem: Problem, result: Result) -> Result:
    """Return the result of a problem with more equations without what it says of those."""
    count = len(problem.equations)
    blocks = (replace(b, equations=tuple(k for k in b.equations if k < count)) for b in result.blocks)
    return replace(result, blocks=tuple(blocks), equations=result.equations[:count])


def _blocks(problem: Problem, solved: Presolved | None, settings: Settings) -> Solved:
    """Solve what elimination has left, block by block."""
    from eqsolve.blocks import solve_blocks

    branch, left, exact_report = _begin(problem, solved, settings)
    outcome = solve_blocks(problem, _structure(problem, left, settings), branch, settings)
    decided = solved is not None and solved.exact and all(k in left for k in solved.nonlinear)
    return replace(outcome, reports=exact_report + outcome.reports, proved=outcome.proved and decided)


def _apart(problem: Problem, solved: Presolved, settings: Settings) -> Trace | None:
    """Solve by cases what is not settled as it stands; None if that does not decide it."""
    from eqsolve import report
    from eqsolve.blocks import EXACT_BITS, Solved
    from eqsolve.evaluate import precision
    from eqsolve.exact import presolve
    from eqsolve.splitting import by_cases, split

    exactly = replace(settings, exactly=True)

    def solve_case(case: Problem) -> Solved | None:
        with precision(EXACT_BITS):
            known = presolve(case, range(len(case.equations)), {}, settings.deadline)
        if known is None:
            return Solved((), (), proved=False)
        if known.contradiction is not None or _excluded(case, known.nonlinear) is not None:
            return Solved((), (), proved=known.exact)
        return _blocks(case, known, exactly)

    apart = split(problem, solved)
    if apart is None:
        return None
    found: Solved | None = _blocks(problem, solved, exactly)
    if found is not None and found.proved and (found.branches or found.impossible is not None):
        if any(branch.free for branch in found.branches):
            return None
    elif len(apart.never) > 1:
        return Trace(report.contradiction(problem, apart.never, None, problem.warnings), None, apart.never)
    elif apart.never:
        reason = "its sides are never equal where both have a value"
        return Trace(report.impossible(problem, apart.never[0], reason, problem.warnings))
    else:
        found = by_cases(problem, apart.parts, solve_case)
    if found is None:
        return None
    if not found.branches and found.impossible is None:
        conflict = _smallest(problem, range(len(problem.equations)), exactly)
        return Trace(report.apart(problem, conflict, apart.words), None, conflict)
    return Trace(replace(report.verdict(problem, found, problem.warnings), blocks=found.reports), found)


def _sharpened(problem: Problem, done: Trace, settings: Settings) -> Trace:
    """Blame as few as possible of the lines that are proved to contradict each other."""
    from eqsolve.problem.part import part

    blamed = tuple(k for k, equation in enumerate(problem.equations) if equation.line in done.result.conflict)
    if len(blamed) <= FEW_BLAMED:
        return replace(done, conflict=blamed)
    exactly = replace(settings, exactly=True)
    needed = _smallest(problem, blamed, exactly)
    few = trace_once(part(problem, needed, range(len(problem.constraints))), exactly).result
    if len(needed) == len(blamed) or few.verdict is not Verdict.NO_SOLUTION:
        return replace(done, conflict=blamed)
    result = replace(done.result, message=few.message, conflict=few.conflict)
    return replace(done, result=result, conflict=needed)


def _smallest(problem: Problem, candidates: Sequence[int], settings: Settings) -> tuple[int, ...]:
    """Return few equations that cannot hold together: those without one of which there may be a solution.

    References:
        Chinneck (2008), Feasibility and Infeasibility in Optimization, the deletion filter.
    """
    from eqsolve.problem.part import part

    needed = list(candidates)
    for position in needed.copy():
        rest = [other for other in needed if other != position]
        if rest and not settings.late:
            without = trace_once(part(problem, rest, range(len(problem.constraints))), settings).result
            if without.verdict is Verdict.NO_SOLUTION:
                needed = rest
    return tuple(needed)


def _blamed(problem: Problem, done: Trace, settings: Settings, seconds: float) -> Trace:
    """Say which lines are to blame for a failure; solve again if that shows where a solution is."""
    from eqsolve import culprit, report
    from eqsolve.blocks import EXACT_BITS
    from eqsolve.evaluate import precision

    def solve_part(part: Problem, how: Settings) -> Result:
        return trace_once(part, how).result

    deadline = min(settings.deadline, clock.now() + seconds)
    briefly = replace(settings, deadline=deadline)
    if done.solved is None:
        if not done.conflict:
            return done
        with precision(EXACT_BITS):
            repairs = culprit.linear_repairs(problem, done.conflict, deadline)
        if not repairs and settings.method == "auto":
            found = culprit.blame(problem, done.conflict, briefly, solve_part)
            repairs = found.repairs if found is not None else ()
        return replace(done, result=replace(done.result, repairs=repairs))
    failing = report.failing(problem, done.solved)
    if done.result.verdict is Verdict.NO_SOLUTION and settings.method == "auto":
        sharp = _sharpened(problem, done, briefly)
        if sharp.result.repairs or len(sharp.conflict) < FEW_BLAMED:
            return sharp
        found = culprit.blame(problem, sharp.conflict, briefly, solve_part)
        repairs = tuple(r for r in (found.repairs if found else ()) if r.line in sharp.result.conflict)
        return replace(sharp, result=replace(sharp.result, repairs=repairs))
    proved = done.result.verdict is not Verdict.NOT_FOUND
    if proved or settings.method != "auto" or not failing or settings.late:
        return done
    found = culprit.blame(problem, failing, briefly, solve_part, report.doubtful(done.result))
    if found is None:
        return done
    if found.start is not None:
        again = trace_once(_started(problem, found.start), replace(settings, brief=True))
        if not again.result.exit_code:
            return again
    if done.result.conflict and len(found.lines) > report.MOST_QUOTED:
        return replace(done, result=replace(done.result, repairs=found.repairs or done.result.repairs))
    return replace(done, result=report.blamed(problem, done.result, found), conflict=found.equations)


def _started(problem: Problem, start: Mapping[str, float]) -> Problem:
    """Return the problem with a start that was found on the way."""
    unknowns = (replace(u, start=start.get(u.name, u.start)) for u in problem.unknowns)
    return replace(problem, unknowns=tuple(unknowns))


def _structural(problem: Problem, done: Trace) -> tuple[Diagnostic, ...]:
    """Warn of too many or too few equations, unless the answer itself says it better."""
    from eqsolve.structural import structural_warnings, surplus

    exactly = all(report.method == "elimination" for report in done.result.blocks)
    if done.solved is not None and done.result.unique and exactly:
        return ()
    positions = {warning.span: warning.code for warning in done.result.warnings}
    redundant = {k for k, e in enumerate(problem.equations) if positions.get(e.span) == "redundant-equation"}
    found = structural_warnings(problem, redundant)
    if done.result.verdict is Verdict.NO_SOLUTION or done.result.unique:  # more equations would not help
        found = tuple(warning for warning in found if warning.code != "too-few-equations")
    if done.conflict and (done.solved is None or surplus(problem, done.conflict)):
        # The conflict is the same news, and sharper.
        return tuple(warning for warning in found if warning.code != "too-many-equations")
    return found


def _contradicting(
    problem: Problem, solved: Presolved | None, deadline: float, settings: Settings
) -> tuple[int, ...] | None:
    """Return equations that exact elimination shows to contradict each other, as few as possible."""
    if solved is not None and solved.contradiction is not None:
        from eqsolve.exact import smallest_conflict

        return smallest_conflict(problem, solved.contradiction, settings.deadline)
    if solved is not None and not solved.nonlinear:
        return None
    from eqsolve.exact.combined import contradiction

    return contradiction(problem, deadline)


def _excluded(problem: Problem, equations: Sequence[int]) -> tuple[int, str] | None:
    """Return an equation whose range excludes that it holds, and why, in words; None if that is not quickly found."""
    if not 0 < len(equations) <= MAX_RANGES:
        return None
    from eqsolve.proof import impossible

    reasons = ((position, impossible(problem, position, {})) for position in equations)
    return next(((position, reason) for position, reason in reasons if reason is not None), None)


def _begin(
    problem: Problem, solved: Presolved | None, settings: Settings
) -> tuple[Branch, dict[int, Sequence[int]], tuple[BlockReport, ...]]:
    """Return what is known from the start, the unknowns of each equation that is left, and how it was found."""
    from eqsolve.blocks import Branch, begin

    if solved is None or settings.method != "auto":
        every: dict[int, Sequence[int]] = {
            k: equation.unknowns for k, equation in enumerate(problem.equations) if equation.unknowns
        }
        return Branch(), every, ()
    branch, left = begin(problem, solved, Branch(), range(len(problem.unknowns)))
    pending = {unknown for unknowns in left.values() for unknown in unknowns}
    done = [k for k in range(len(problem.equations)) if k not in left]
    names = tuple(problem.unknowns[k].name for k in range(len(problem.unknowns)) if k not in pending)
    lines = tuple(dict.fromkeys(problem.equations[k].line.line for k in done))
    how = BlockReport(names, lines, "exact", "elimination", equations=tuple(done))
    return branch, left, (how,) if done else ()


def _structure(problem: Problem, left: Mapping[int, Sequence[int]], settings: Settings) -> tuple[Block, ...]:
    if not left:
        return ()
    from eqsolve.structure import Block, analyse

    if settings.method == "auto":
        return analyse(left).blocks
    return (Block(tuple(left), tuple(range(len(problem.unknowns)))),)


def _redundant(problem: Problem, solved: Presolved, deadline: float) -> tuple[Diagnostic, ...]:
    """Warn of equations that add nothing to the others, and name those they follow from."""
    from eqsolve.exact import latest_of_circle
    from eqsolve.words import lines_of, place, places

    found: list[Diagnostic] = []
    used: set[int] = set()
    for k, behind in solved.redundant.items():
        if not problem.equations[k].unknowns:
            continue
        if len(found) < MOST_TRACED and len(behind) <= MOST_SOURCES:
            k, behind = latest_of_circle(problem, k, behind, used, deadline)
        used.add(k)
        equation = problem.equations[k]
        message = f"{place(problem, equation.line)} always holds"
        if behind:
            sources = places(problem, lines_of(problem, behind))
            message = f"{place(problem, equation.line)} follows from {sources}"
        found.append(Diagnostic("redundant-equation", message, equation.span))
    return tuple(found)
