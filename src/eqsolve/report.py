"""From branches to a verdict, in words."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from flint import arb

from eqsolve.blocks import Branch, Failure, Impossible, Solved
from eqsolve.constraints import broken_constraints, hold_strictly
from eqsolve.errors import Diagnostic
from eqsolve.evaluate import Issue, nearest, precision
from eqsolve.exact.affine import Number
from eqsolve.exact.write import write_number
from eqsolve.families import Component, describe, forms_of, identity_of
from eqsolve.language.syntax import names
from eqsolve.members import REPRESENTATIVE, member_of, stands_alone
from eqsolve.problem.model import Problem
from eqsolve.problem.part import unknowns_of
from eqsolve.repetition import repetition
from eqsolve.result import (
    Best,
    BlockReport,
    Completeness,
    EquationReport,
    Line,
    Repair,
    Result,
    Solution,
    Stats,
    Status,
    Verdict,
)
from eqsolve.verify.system import BITS, RESIDUAL_DIGITS, Holding, System, equations_hold
from eqsolve.words import lines_of, listed, place, places, verb

if TYPE_CHECKING:
    from eqsolve.culprit import Blame

UNIT_ROUNDOFF: Final = 2.0**-53
MANY: Final = 32  # solutions from which those nearest to zero come first
MAX_COMPONENTS: Final = 4  # families that are described
MOST_SHOWN: Final = 3  # values of an unknown that violate a constraint
MOST_QUOTED: Final = 8  # lines of a conflict beside a constraint that says it all
NOT_PROVED: Final = "; that there is none is not proved"


def contradiction(
    problem: Problem, conflict: Sequence[int], issue: Issue | None, warnings: Sequence[Diagnostic]
) -> Result:
    """Report equations that cannot hold together."""
    lines = tuple(dict.fromkeys(problem.equations[position].line for position in conflict))
    if issue is not None:
        reason = f"{places(problem, lines)} has no real value: {issue.message}"
        if len(lines) > 1:
            reason = f"{places(problem, lines)} together leave a term without a real value: {issue.message}"
    elif len(lines) == 1:
        reason = f"{places(problem, lines)} can never hold"
    else:
        reason = f"{places(problem, lines)} contradict each other"
    return Result(
        Verdict.NO_SOLUTION,
        f"no solution, proved: {reason}",
        conflict=lines,
        equations=_unsolved(problem),
        warnings=tuple(warnings),
    )


def incompatible(
    problem: Problem, equations: Sequence[int], constraints: Sequence[int], warnings: Sequence[Diagnostic]
) -> Result:
    """Report linear equations and constraints that cannot hold together."""
    chosen = [problem.equations[k].line for k in equations] + [
        problem.constraints[k].line for k in constraints
    ]
    lines = tuple(dict.fromkeys(chosen))
    how = "cannot hold" if len(lines) == 1 else "cannot hold together"
    return Result(
        Verdict.NO_SOLUTION,
        f"no solution, proved: {places(problem, lines)} {how}",
        conflict=lines,
        equations=_unsolved(problem),
        warnings=tuple(warnings),
    )


def impossible(problem: Problem, position: int, reason: str, warnings: Sequence[Diagnostic]) -> Result:
    """Report an equation that cannot hold for any values of its unknowns."""
    lines = _with_bounds(problem, (position,))
    return Result(
        Verdict.NO_SOLUTION,
        f"no solution, proved: {place(problem, lines[0])}: {reason}",
        conflict=lines,
        equations=_unsolved(problem),
        warnings=tuple(warnings),
    )


def apart(problem: Problem, conflict: Sequence[int], words: Mapping[int, str]) -> Result:
    """Report equations that fall apart into cases of which none can hold.

    Args:
        problem: The problem.
        conflict: Positions of the equations to blame.
        words: What has to hold in the place of equations, by position, in words.
    """
    lines = _with_bounds(problem, conflict)
    told = [
        f"{place(problem, problem.equations[k].line)} holds only where {words[k]}"
        for k in conflict
        if k in words
    ]
    reason = f"{places(problem, lines)} cannot hold{' together' if len(lines) > 1 else ''}"
    reason = f"{reason}: {'; '.join(told)}" if told else f"{reason}, case by case"
    return Result(
        Verdict.NO_SOLUTION,
        f"no solution, proved: {reason}",
        conflict=lines,
        equations=_unsolved(problem),
        warnings=problem.warnings,
    )


def _with_bounds(problem: Problem, equations: Sequence[int]) -> tuple[Line, ...]:
    """Return the lines of equations, and of the bounds of unknowns in them."""
    chosen = [problem.equations[position] for position in equations]
    used = {problem.unknowns[k].name for equation in chosen for k in equation.unknowns}
    bounds = [
        constraint.line
        for constraint in problem.constraints
        if {name.id for name in names(constraint.condition)} - {"pi"} <= used
        and constraint.condition.operators != ("!=",)
        and len({name.id for name in names(constraint.condition)} - {"pi"}) == 1
    ]
    return tuple(dict.fromkeys([*(equation.line for equation in chosen), *bounds]))


def verdict(problem: Problem, solved: Solved, warnings: Sequence[Diagnostic]) -> Result:
    """Report what the blocks gave."""
    if not problem.unknowns and solved.branches:
        return _without_unknowns(problem, solved, warnings)
    if solved.failure is not None:
        return _not_found(problem, solved.failure, warnings)
    if not solved.branches:
        return _no_branch(problem, solved, warnings)
    if any(branch.free for branch in solved.branches):
        return _family(problem, solved, warnings)
    return _solutions(problem, solved, warnings)


def _without_unknowns(problem: Problem, solved: Solved, warnings: Sequence[Diagnostic]) -> Result:
    if solved.proved:
        verdict, message = Verdict.IDENTITY, "true"
    elif equations_hold(problem, {}):
        verdict, message = Verdict.IDENTITY, f"true to {RESIDUAL_DIGITS} digits, which is no proof"
    else:
        verdict, message = Verdict.NOT_FOUND, "not true to the digits that can be computed"
    return Result(verdict, message, equations=residuals(problem, {}), warnings=tuple(warnings))


def _solutions(problem: Problem, solved: Solved, warnings: Sequence[Diagnostic]) -> Result:
    ordered, refused = accepted(problem, solved)
    notes = list(warnings)
    if not ordered:
        solved = replace(solved, proved=solved.proved and not solved.endless)
        return _all_refused(problem, solved, refused, notes)
    if solved.capped:
        count = len(solved.branches)
        what = (
            "one combination of roots was" if count == 1 else f"the first {count} combinations of roots were"
        )
        notes.append(Diagnostic("branches-capped", f"only {what} followed"))
    completeness = Completeness.PROVED if solved.proved else Completeness.SEARCHED
    message = _count_message(len(ordered), completeness)
    if solved.account is not None and not solved.proved:
        found = "1 solution" if len(ordered) == 1 else f"{len(ordered)} solutions"
        message = f"{found} found: {solved.account}"
    endless = repetition(problem, solved, len(ordered))
    if endless is not None:
        completeness, message = endless.completeness, endless.message
        ordered.sort(key=_nearness)
    if not all(_fits(value) for branch in ordered for value in branch.values.values()):
        note = "a value is beyond the range of floating point; it is printed as infinite, or as zero"
        notes.append(Diagnostic("out-of-range", note))
    from eqsolve.doubts import doubts

    notes += doubts(problem, [b.values for b in ordered], [b.multiplicity for b in ordered])
    forms = forms_of(problem, [(branch.values, branch.enclosures) for branch in ordered])
    return Result(
        Verdict.SOLVED,
        message,
        completeness,
        tuple(_solution(problem, branch, form) for branch, form in zip(ordered, forms, strict=True)),
        patterns=() if endless is None else endless.patterns,
        window=None if endless is None else endless.window,
        equations=residuals(problem, ordered[0].values),
        warnings=tuple(notes),
    )


def accepted(problem: Problem, solved: Solved) -> tuple[list[Branch], list[Branch]]:
    """Return the branches that are solutions, in the order of the report, and those that violate constraints."""
    held, refused = [], []
    equations = Holding(problem)
    for branch in solved.branches:
        if broken_constraints(problem, branch.values):
            refused.append(branch)
        elif equations.at(branch.values):
            held.append(branch)
    return sorted(held, key=_size if len(held) > MANY else _order), refused


def _order(branch: Branch) -> tuple[bool, list[float]]:
    return branch.origin != "start", [float(arb(value)) for _, value in sorted(branch.values.items())]


def _size(branch: Branch) -> tuple[bool, float]:
    return branch.origin != "start", max(abs(float(arb(value))) for value in branch.values.values())


def _nearness(branch: Branch) -> tuple[tuple[bool, float], list[float]]:
    return _size(branch), [-float(arb(value)) for _, value in sorted(branch.values.items())]


def _count_message(count: int, completeness: Completeness) -> str:
    if completeness is Completeness.PROVED:
        return (
            "1 solution, proved to be the only one" if count == 1 else f"{count} solutions, proved to be all"
        )
    if count == 1:
        return "1 solution found; there may be others"
    if count > MANY:
        return f"at least {count} solutions, those nearest to zero first"
    return f"{count} solutions found; there may be others"


def _solution(
    problem: Problem, branch: Branch, forms: Mapping[int, str], origin: str | None = None
) -> Solution:
    values, error = {}, {}
    for position, unknown in enumerate(problem.unknowns):
        value = branch.values[position]
        values[unknown.name] = nearest(value)
        ball = value if branch.enclosures is None else branch.enclosures[position]
        error[unknown.name] = _rounding(ball, values[unknown.name])
    exact = {unknown.name: forms[k] for k, unknown in enumerate(problem.unknowns) if k in forms}
    return Solution(
        values, exact, error, branch.enclosures is not None, branch.multiplicity, origin or branch.origin
    )


def _fits(value: Number) -> bool:
    rounded = nearest(value)
    return math.isfinite(rounded) and (rounded != 0 or bool(value == 0))


def _rounding(value: Number, rounded: float) -> float:
    """Return a bound on the distance between a value and the float printed for it."""
    if not math.isfinite(rounded):
        return math.inf
    with precision(BITS):
        return float((arb(value) - arb(rounded)).abs_upper())


# families ----------------------------------------------------------------------------------------------


def _family(problem: Problem, solved: Solved, warnings: Sequence[Diagnostic]) -> Result:
    branches = [branch for branch in solved.branches if branch.free]
    found = [member for branch in branches if (member := member_of(problem, branch)) is not None]
    if not found:
        return Result(
            Verdict.NOT_FOUND,
            f"the equations leave {listed(_names(problem, branches[0].free))} free, "
            "but no point within the bounds was found",
            equations=_unsolved(problem),
            warnings=tuple(warnings),
        )
    members = [member for member in found if equations_hold(problem, member[0].values)]
    if not members:
        return _all_refused(problem, solved, (), warnings)
    members = [m for m in members if not broken_constraints(problem, m[0].values)] or members[:1]
    known = [(member, describe(problem, member[0], member[0].values)) for member in members[:MAX_COMPONENTS]]
    known.sort(key=lambda pair: (not pair[1].free, pair[1].local))
    (whole, origin), component = known[0]
    broken = broken_constraints(problem, whole.values)
    apart = [branch for branch in solved.branches if not branch.free and _is_solution(problem, branch)]
    apart = [] if component.where else [branch for branch in apart if stands_alone(problem, branch)]
    if broken:
        return _family_outside(problem, solved, component, apart, broken, warnings)
    if problem.constraints and origin == REPRESENTATIVE and not hold_strictly(problem, whole.values):
        # On an edge of the constraints it may be the only member that meets them.
        alone = (replace(whole, free=()), *apart)
        return _solutions(problem, replace(solved, branches=alone, proved=False), warnings)
    forms = forms_of(problem, [(branch.values, branch.enclosures) for branch in apart])
    points = [_solution(problem, branch, form) for branch, form in zip(apart, forms, strict=True)]
    plain = {k: text for k, value in whole.values.items() if (text := write_number(value)) is not None}
    told = [other for _, other in known[1:] if (other.forms or other.determined) and not other.local]
    verdict, message = _family_message(problem, solved, component, told, len(apart))
    return Result(
        verdict,
        message,
        solutions=() if verdict is Verdict.IDENTITY else (_solution(problem, whole, plain, origin), *points),
        free=component.free,
        family=component.forms,
        determined=component.determined,
        equations=residuals(problem, whole.values),
        warnings=tuple(warnings),
    )


def _family_outside(
    problem: Problem,
    solved: Solved,
    component: Component,
    apart: Sequence[Branch],
    broken: Sequence[int],
    warnings: Sequence[Diagnostic],
) -> Result:
    """Report families of which no member was found that meets the constraints."""
    if apart:
        return _solutions(problem, replace(solved, branches=tuple(apart), proved=False), warnings)
    free = f"the equations leave {listed(component.free)} free" if component.free else "there are families"
    lines = tuple(dict.fromkeys(problem.constraints[position].line for position in broken))
    return Result(
        Verdict.NOT_FOUND,
        f"{free}, but no point that meets {places(problem, lines)} was found",
        conflict=lines,
        equations=_unsolved(problem),
        warnings=tuple(warnings),
    )


def _family_message(
    problem: Problem, solved: Solved, component: Component, more: Sequence[Component], apart: int
) -> tuple[Verdict, str]:
    free = component.free
    if not free:
        several = (
            "; ".join(component.others)
            or "through the representative; which unknowns are free there was not settled"
        )
        return Verdict.FAMILY, f"infinitely many solutions: {several}"
    texts = {frozenset(t.split(", ")): t for t in (*component.others, *(c.text for c in more if c.free))}
    texts.pop(frozenset(component.text.split(", ")), None)
    others = list(texts.values())[:MAX_COMPONENTS]
    everything = len(free) == len(problem.unknowns)
    if everything and component.everywhere:
        truth = identity_of(problem, listed(free), known=solved.proved)
        if truth is not None:
            return Verdict.IDENTITY, truth
    if component.where:
        return Verdict.FAMILY, f"infinitely many solutions: {', or '.join(component.where)}"
    message = f"infinitely many solutions: {listed(free)} {'is' if len(free) == 1 else 'are'} free"
    if everything:
        tried = "; the equations hold at every point that was tried"
        message += tried if component.everywhere else " near the representative"
    elif component.local:
        message += " near the representative"
    if others and component.determined:
        message += f" ({', '.join(f'{name} = {form}' for name, form in component.determined.items())})"
    if others:
        where = " (where the constraints allow them)" if problem.constraints else ""
        message += f"; others: {'; '.join(others)}{where}"
    if apart:
        message += f"; also {apart} further solution{'s' if apart > 1 else ''}"
    beyond = sum(bool(branch.free) for branch in solved.branches) > MAX_COMPONENTS
    if beyond or len(texts) > MAX_COMPONENTS:
        message += "; and more families"
    elif not solved.proved:
        message += "; there may be others"
    return Verdict.FAMILY, message


# negative verdicts -------------------------------------------------------------------------------------


def failing(problem: Problem, solved: Solved) -> tuple[int, ...]:
    """Return the positions of the equations at which a solve without an answer came to its end."""
    if solved.failure is not None:
        return solved.failure.block.equations
    if not solved.branches:
        return solved.reports[-1].equations
    return tuple(range(len(problem.equations)))


def doubtful(result: Result) -> tuple[Line, ...]:
    """Return the lines of a negative result that are worth a look first: those that are off most."""
    off = [report for report in result.equations if report.residual and report.scale]
    off.sort(key=lambda report: report.digits or 0.0)
    return tuple(dict.fromkeys((*result.conflict, *(report.line for report in off))))


def blamed(problem: Problem, result: Result, found: Blame) -> Result:
    """Add to a negative result the lines that could not be satisfied."""
    searched = result.verdict is Verdict.NOT_FOUND
    from eqsolve.structural import surplus

    between = surplus(problem, found.equations) if len(found.lines) > 1 else None
    from eqsolve.culprit import sentence

    why = sentence(problem, found) + (f" ({between})" if between else "")
    if result.conflict or not searched:
        message = f"{result.message.removesuffix(NOT_PROVED)}; {why}"
    else:
        message = f"no solution found: {why}"
    message += NOT_PROVED if searched else ""
    lines = tuple(dict.fromkeys((*found.lines, *result.conflict)))
    return replace(result, message=message, conflict=lines, repairs=found.repairs or result.repairs)


def _not_found(problem: Problem, failure: Failure, warnings: Sequence[Diagnostic]) -> Result:
    values = {problem.unknowns[k].name: nearest(value) for k, value in failure.values.items()}
    equations = residuals(problem, failure.values)
    stubborn = _resisting(equations)
    sizes = [abs(report.residual) for report in equations if report.residual is not None]
    what = f": {places(problem, stubborn)} {verb(stubborn, 'resists', 'resist')}" if stubborn else ""
    return Result(
        Verdict.NOT_FOUND,
        f"no solution found{what}{NOT_PROVED}",
        best=Best(values, max(sizes)) if sizes else None,
        equations=equations,
        warnings=(*warnings, _advice(problem, failure)),
    )


def _advice(problem: Problem, failure: Failure) -> Diagnostic:
    """Say how a search ended, and what may help it."""
    lines = lines_of(problem, failure.block.equations)
    names = listed(problem.unknowns[unknown].name for unknown in failure.block.unknowns)
    message = f"the search for {names} in {places(problem, lines)} ended without a root: {failure.status}"
    without = [
        unknown.name
        for unknown in map(problem.unknowns.__getitem__, failure.block.unknowns)
        if unknown.start is None and not (unknown.lower > -math.inf and unknown.upper < math.inf)
    ]
    if failure.status == Status.OUT_OF_TIME.value:
        hint = "allow more time (`--max-seconds`), or say where to look, with bounds and starts"
    elif without:
        hint = f"say where to look, like `var {without[0]} in low..high start guess`, or try more starts: `--all`"
    else:
        hint = "check the bounds and starts, or try more starts: `--all`"
    return Diagnostic("search-failed", message, hint=hint)


def _no_branch(problem: Problem, solved: Solved, warnings: Sequence[Diagnostic]) -> Result:
    if solved.proved and solved.impossible is not None:
        return _impossible_block(problem, solved.impossible, warnings)
    lines = lines_of(problem, solved.reports[-1].equations)
    what = f"{places(problem, lines)} {verb(lines, 'contradicts', 'contradict')}"
    if solved.proved:
        message = f"no solution, proved: {what} what the others determine"
        return Result(Verdict.NO_SOLUTION, message, equations=_unsolved(problem), warnings=tuple(warnings))
    message = f"no solution found: {what} every value found for the others{NOT_PROVED}"
    return Result(Verdict.NOT_FOUND, message, equations=_unsolved(problem), warnings=tuple(warnings))


def _impossible_block(problem: Problem, block: Impossible, warnings: Sequence[Diagnostic]) -> Result:
    lines = tuple(dict.fromkeys(problem.equations[k].line for k in block.block.equations))
    given = "" if block.alone else ", with what the others determine"
    return Result(
        Verdict.NO_SOLUTION,
        f"no solution, proved: {places(problem, lines)}{given}: {block.reason}",
        conflict=_with_bounds(problem, block.block.equations),
        equations=_unsolved(problem),
        warnings=tuple(warnings),
    )


def _all_refused(
    problem: Problem, solved: Solved, refused: Sequence[Branch], warnings: Sequence[Diagnostic]
) -> Result:
    if not refused:
        message = f"no solution found: what was found does not satisfy all equations together{NOT_PROVED}"
        equations = residuals(problem, solved.branches[0].values)
        return Result(Verdict.NOT_FOUND, message, equations=equations, warnings=tuple(warnings))
    broken = [broken_constraints(problem, branch.values) for branch in refused]
    positions = sorted({position for each in broken for position in each})
    lines = tuple(dict.fromkeys(problem.constraints[position].line for position in positions))
    count = len(refused)
    values = {problem.unknowns[k].name: nearest(value) for k, value in refused[0].values.items()}
    if solved.proved:
        which = "the only solution" if count == 1 else f"all {count} solutions"
        message = f"no solution, proved: {which} of the equations"
    else:
        message = "no solution found: " + (
            "the one candidate" if count == 1 else f"each of {count} candidates"
        )
    plural = count > 1 and solved.proved
    message += (
        f" violate{'' if plural else 's'} {places(problem, lines) if len(lines) == 1 else 'a constraint'}"
    )
    message += _where_broken(problem, broken, [branch.values for branch in refused])
    return Result(
        Verdict.NO_SOLUTION if solved.proved else Verdict.NOT_FOUND,
        message + ("" if solved.proved else NOT_PROVED),
        best=Best(values, 0.0),
        conflict=lines,
        repairs=_relaxations(problem, broken, [branch.values for branch in refused]),
        equations=residuals(problem, refused[0].values),
        warnings=tuple(warnings),
    )


def _where_broken(
    problem: Problem, broken: Sequence[Sequence[int]], points: Sequence[Mapping[int, Number]]
) -> str:
    """Say what the unknowns of the first violated constraint are where it is violated."""
    shown = []
    for name in sorted(unknowns_of(problem, problem.constraints[broken[0][0]])):
        values = dict.fromkeys(f"{float(arb(point[problem.index[name]])):.6g}" for point in points)
        shown.append(f"{name} = " + " or ".join(list(values)[:MOST_SHOWN]))
    return f", with {listed(shown)}" if shown else ""


def _relaxations(
    problem: Problem, broken: Sequence[Sequence[int]], points: Sequence[Mapping[int, Number]]
) -> tuple[Repair, ...]:
    """Return the constraints without which a candidate would be a solution, the nearest first."""
    from eqsolve.culprit import MOST_REPAIRS, constraint_off

    found: dict[Line, Repair] = {}
    for violated, point in zip(broken, points, strict=True):
        lines = {problem.constraints[position].line for position in violated}
        if len(lines) != 1:
            continue
        named = {problem.unknowns[k].name: arb(value) for k, value in point.items()}
        for position in violated:
            off, scale = constraint_off(problem, position, named)
            line = problem.constraints[position].line
            where = place(problem, line)
            text = f"without {where} there is a solution; {where} is off by {off:.2g} there"
            repair = Repair(line, text, off, off / scale if scale > 0 else off)
            if line not in found or repair.relative < found[line].relative:
                found[line] = repair
    return tuple(sorted(found.values(), key=lambda repair: repair.relative)[:MOST_REPAIRS])


# parts -------------------------------------------------------------------------------------------------


def _is_solution(problem: Problem, branch: Branch) -> bool:
    return not broken_constraints(problem, branch.values) and equations_hold(problem, branch.values)


def residuals(problem: Problem, values: Mapping[int, Number]) -> tuple[EquationReport, ...]:
    """Return residual and scale of every equation whose unknowns all have a value."""
    ready = [
        position
        for position, equation in enumerate(problem.equations)
        if all(unknown in values for unknown in equation.unknowns)
    ]
    with precision(BITS):
        system = System(problem, ready, (), values)
        residuals = system.at((), derivatives=False).residuals
        found = dict(zip(ready, zip(residuals, system.term_sizes(), strict=True), strict=True))
    return tuple(
        EquationReport(equation.line, *(float(number.mid()) for number in found.get(k, ())))
        for k, equation in enumerate(problem.equations)
    )


def _unsolved(problem: Problem) -> tuple[EquationReport, ...]:
    return tuple(EquationReport(equation.line) for equation in problem.equations)


def _resisting(equations: Sequence[EquationReport]) -> tuple[Line, ...]:
    """Return the lines with the largest residuals beside their scales, at most three."""
    sizes = {
        report.line: abs(report.residual) / report.scale if report.scale else math.inf
        for report in equations
        if report.residual and report.scale is not None
    }
    largest = max(sizes.values(), default=0.0)
    return tuple(line for line, size in sizes.items() if size >= 0.1 * largest and size > UNIT_ROUNDOFF)[:3]


def _names(problem: Problem, positions: Sequence[int]) -> tuple[str, ...]:
    return tuple(problem.unknowns[position].name for position in sorted(positions))


def statistics(problem: Problem, reports: Sequence[BlockReport], seconds: float) -> Stats:
    """Count what it took."""
    engines = tuple(dict.fromkeys(report.engine for report in reports))
    return Stats(len(problem.unknowns), len(problem.equations), len(reports), engines, seconds)
