"""From branches to a verdict, in words."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

from flint import arb

from eqsolve.blocks import Branch, Failure, Impossible, Solved, exact_middle
from eqsolve.errors import Diagnostic
from eqsolve.evaluate import Balls, Issue, nearest, precision, strictly, truth_of
from eqsolve.exact.affine import Number, affine
from eqsolve.exact.representative import Limit, representative
from eqsolve.exact.write import write_number
from eqsolve.families import Component, describe, forms_of, identity_of
from eqsolve.language.interpret import interpret
from eqsolve.language.syntax import names
from eqsolve.problem.model import Constraint, Problem
from eqsolve.result import (
    Best,
    BlockReport,
    Completeness,
    EquationReport,
    Line,
    Result,
    Solution,
    Stats,
    Verdict,
)
from eqsolve.verify.system import BITS, RESIDUAL_DIGITS, System, satisfies

UNIT_ROUNDOFF: Final = 2.0**-53
OPTION: Final = "bounds"  # source of bounds given beside the text
MANY: Final = 32  # solutions from which those nearest to zero come first
FINE: Final = 8  # times the bits for a closer look
MAX_COMPONENTS: Final = 4  # families that are described


def contradiction(
    problem: Problem, conflict: Sequence[int], issue: Issue | None, warnings: Sequence[Diagnostic]
) -> Result:
    """Report equations that cannot hold together."""
    lines = tuple(dict.fromkeys(problem.equations[position].line for position in conflict))
    if issue is not None:
        reason = f"{_places(lines)} has no real value: {issue.message}"
        if len(lines) > 1:
            reason = f"{_places(lines)} together leave a term without a real value: {issue.message}"
    elif len(lines) == 1:
        reason = f"{_places(lines)} can never hold"
    else:
        reason = f"{_places(lines)} contradict each other"
    return Result(
        Verdict.NO_SOLUTION,
        f"no solution, proved: {reason}",
        conflict=lines,
        equations=_unsolved(problem),
        warnings=tuple(warnings),
    )


def impossible(problem: Problem, position: int, reason: str, warnings: Sequence[Diagnostic]) -> Result:
    """Report an equation that cannot hold for any values of its unknowns."""
    lines = _with_bounds(problem, (position,))
    return Result(
        Verdict.NO_SOLUTION,
        f"no solution, proved: {_place(lines[0])}: {reason}",
        conflict=lines,
        equations=_unsolved(problem),
        warnings=tuple(warnings),
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
    elif _holds(problem, {}):
        verdict, message = Verdict.IDENTITY, f"true to {RESIDUAL_DIGITS} digits, which is no proof"
    else:
        verdict, message = Verdict.NOT_FOUND, "not true to the digits that can be computed"
    return Result(verdict, message, equations=_residuals(problem, {}), warnings=tuple(warnings))


def _solutions(problem: Problem, solved: Solved, warnings: Sequence[Diagnostic]) -> Result:
    held, refused = [], []
    for branch in solved.branches:
        broken = _broken_constraint(problem, branch.values)
        if broken is not None:
            refused.append((branch, broken))
        elif _holds(problem, branch.values):
            held.append(branch)
    notes = list(warnings)
    if not held:
        return _all_refused(problem, solved, refused, notes)
    if solved.capped:
        message = f"only the first {len(solved.branches)} combinations of roots were followed"
        notes.append(Diagnostic("branches-capped", message))
    completeness = Completeness.PROVED if solved.proved else Completeness.SEARCHED
    if not all(_fits(value) for branch in held for value in branch.values.values()):
        message = "a value is beyond the range of floating point; it is printed as infinite, or as zero"
        notes.append(Diagnostic("out-of-range", message))
    ordered = sorted(held, key=_size if len(held) > MANY else _order)
    forms = forms_of(problem, [(branch.values, branch.enclosures) for branch in ordered])
    return Result(
        Verdict.SOLVED,
        _count_message(len(ordered), completeness),
        completeness,
        tuple(_solution(problem, branch, form) for branch, form in zip(ordered, forms, strict=True)),
        equations=_residuals(problem, ordered[0].values),
        warnings=tuple(notes),
    )


def _order(branch: Branch) -> tuple[bool, list[float]]:
    return branch.origin != "start", [float(arb(value)) for _, value in sorted(branch.values.items())]


def _size(branch: Branch) -> tuple[bool, float]:
    return branch.origin != "start", max(abs(float(arb(value))) for value in branch.values.values())


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
    found = [member for branch in branches if (member := _member(problem, branch)) is not None]
    if not found:
        return Result(
            Verdict.NOT_FOUND,
            f"the equations leave {_listed(_names(problem, branches[0].free))} free, "
            "but no point within the bounds was found",
            equations=_unsolved(problem),
            warnings=tuple(warnings),
        )
    members = [member for member in found if _holds(problem, member[0].values)]
    if not members:
        return _all_refused(problem, solved, (), warnings)
    members.sort(key=lambda member: _broken_constraint(problem, member[0].values) is not None)
    known = [(member, describe(problem, member[0], member[0].values)) for member in members[:MAX_COMPONENTS]]
    known.sort(key=lambda pair: not pair[1].free)
    (whole, origin), component = known[0]
    broken = _broken_constraint(problem, whole.values)
    apart = [branch for branch in solved.branches if not branch.free and _is_solution(problem, branch)]
    if broken is not None:
        return _family_outside(problem, solved, component, apart, broken, warnings)
    forms = forms_of(problem, [(branch.values, branch.enclosures) for branch in apart])
    points = [_solution(problem, branch, form) for branch, form in zip(apart, forms, strict=True)]
    plain = {k: text for k, value in whole.values.items() if (text := write_number(value)) is not None}
    verdict, message = _family_message(problem, solved, component, [c for _, c in known[1:]], len(apart))
    return Result(
        verdict,
        message,
        solutions=() if verdict is Verdict.IDENTITY else (_solution(problem, whole, plain, origin), *points),
        free=component.free,
        family=component.forms,
        determined=component.determined,
        equations=_residuals(problem, whole.values),
        warnings=tuple(warnings),
    )


def _family_outside(
    problem: Problem,
    solved: Solved,
    component: Component,
    apart: Sequence[Branch],
    broken: Constraint,
    warnings: Sequence[Diagnostic],
) -> Result:
    """Report families of which no member was found that meets the constraints."""
    if apart:
        return _solutions(problem, replace(solved, branches=tuple(apart), proved=False), warnings)
    free = f"the equations leave {_listed(component.free)} free" if component.free else "there are families"
    return Result(
        Verdict.NOT_FOUND,
        f"{free}, but no point that meets {_place(broken.line)} was found",
        conflict=(broken.line,),
        equations=_unsolved(problem),
        warnings=tuple(warnings),
    )


def _member(problem: Problem, branch: Branch) -> tuple[Branch, str] | None:
    """Return a branch with a value for every unknown and how the free ones were chosen."""
    linear_free = [unknown for unknown in branch.free if unknown not in branch.values]
    if not linear_free:
        return replace(branch, enclosures=None), "representative"
    with precision(2 * BITS):
        chosen = representative(branch.relations, linear_free, _limits(problem, branch.values))
    if chosen is None:
        return None
    member, how = {k: exact_middle(value) for k, value in chosen[0].items()}, chosen[1]
    return replace(branch, values={**branch.values, **member}, enclosures=None), f"representative ({how})"


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
    texts = dict.fromkeys((*component.others, *(c.text for c in more if c.free)))
    others = [text for text in texts if text != component.text][:MAX_COMPONENTS]
    everything = len(free) == len(problem.unknowns)
    if everything and component.everywhere:
        truth = identity_of(problem, _listed(free), known=solved.proved)
        if truth is not None:
            return Verdict.IDENTITY, truth
    message = f"infinitely many solutions: {_listed(free)} {'is' if len(free) == 1 else 'are'} free"
    if everything:
        tried = "; the equations hold at every point that was tried"
        message += tried if component.everywhere else " near the representative"
    if others and component.determined:
        message += f" ({', '.join(f'{name} = {form}' for name, form in component.determined.items())})"
    if others:
        message += f"; others: {'; '.join(others)}"
    if apart:
        message += f"; also {apart} further solution{'s' if apart > 1 else ''}"
    return Verdict.FAMILY, message


def _limits(problem: Problem, known: Mapping[int, Number]) -> list[Limit]:
    """Return the linear ones of the constraints."""
    limits = []
    for constraint in problem.constraints:
        (operator,), (left, right) = constraint.condition.operators, constraint.condition.sides
        if operator == "!=":
            continue
        sides = (left, right) if operator in (">", ">=") else (right, left)
        form = affine(*sides, problem.index, known)
        if form is not None and not form.issue and form.coefficients:
            limits.append(Limit(form, strict=operator in ("<", ">")))
    return limits


# negative verdicts -------------------------------------------------------------------------------------


def _not_found(problem: Problem, failure: Failure, warnings: Sequence[Diagnostic]) -> Result:
    values = {problem.unknowns[k].name: nearest(value) for k, value in failure.values.items()}
    equations = _residuals(problem, failure.values)
    stubborn = _resisting(equations)
    sizes = [abs(report.residual) for report in equations if report.residual is not None]
    what = f"; {_places(stubborn)} resist{'s' if len(stubborn) == 1 else ''}" if stubborn else ""
    return Result(
        Verdict.NOT_FOUND,
        f"no solution found, and none proved impossible{what}",
        best=Best(values, max(sizes)) if sizes else None,
        equations=equations,
        warnings=tuple(warnings),
    )


def _no_branch(problem: Problem, solved: Solved, warnings: Sequence[Diagnostic]) -> Result:
    if solved.proved and solved.impossible is not None:
        return _impossible_block(problem, solved.impossible, warnings)
    last = solved.reports[-1]
    where = f"the equations of line{'s' if len(last.lines) > 1 else ''} {_listed(map(str, last.lines))}"
    if solved.proved:
        message = f"no solution, proved: {where} contradict what the others determine"
        return Result(Verdict.NO_SOLUTION, message, equations=_unsolved(problem), warnings=tuple(warnings))
    message = f"no solution found: {where} contradict every value found for the others"
    return Result(Verdict.NOT_FOUND, message, equations=_unsolved(problem), warnings=tuple(warnings))


def _impossible_block(problem: Problem, block: Impossible, warnings: Sequence[Diagnostic]) -> Result:
    lines = tuple(dict.fromkeys(problem.equations[k].line for k in block.block.equations))
    given = "" if block.alone else ", with what the others determine"
    return Result(
        Verdict.NO_SOLUTION,
        f"no solution, proved: {_places(lines)}{given}: {block.reason}",
        conflict=_with_bounds(problem, block.block.equations),
        equations=_unsolved(problem),
        warnings=tuple(warnings),
    )


def _all_refused(
    problem: Problem,
    solved: Solved,
    refused: Sequence[tuple[Branch, Constraint]],
    warnings: Sequence[Diagnostic],
) -> Result:
    if not refused:
        message = "no solution found: what was found does not satisfy all equations together"
        return Result(Verdict.NOT_FOUND, message, equations=_unsolved(problem), warnings=tuple(warnings))
    branch, constraint = refused[0]
    count = len(refused)
    values = {problem.unknowns[k].name: nearest(value) for k, value in branch.values.items()}
    which = "the only solution of the equations" if count == 1 else f"all {count} solutions of the equations"
    if solved.proved:
        message = f"no solution, proved: {which}"
    else:
        message = "no solution found: " + (
            "the one candidate" if count == 1 else f"each of {count} candidates"
        )
    message += f" violate{'s' if count == 1 or not solved.proved else ''} {_place(constraint.line)}"
    return Result(
        Verdict.NO_SOLUTION if solved.proved else Verdict.NOT_FOUND,
        message,
        best=Best(values, 0.0),
        conflict=(constraint.line,),
        equations=_unsolved(problem),
        warnings=tuple(warnings),
    )


# parts -------------------------------------------------------------------------------------------------


def _is_solution(problem: Problem, branch: Branch) -> bool:
    return _broken_constraint(problem, branch.values) is None and _holds(problem, branch.values)


def _holds(problem: Problem, values: Mapping[int, Number]) -> bool:
    """Tell whether all equations as written hold at the values, to 35 digits."""
    system = System(problem, range(len(problem.equations)), (), values)
    for bits in (
        BITS,
        FINE * BITS,
    ):  # at a multiple root the scale is lost in rounding together with the residual
        with precision(bits):
            here = system.at((), derivatives=False)
            if satisfies(here, RESIDUAL_DIGITS):
                return True
            if here.issue is not None or not all(residual.contains(0) for residual in here.residuals):
                return False
    return False


def _broken_constraint(problem: Problem, values: Mapping[int, Number]) -> Constraint | None:
    with precision(BITS):
        balls = Balls({problem.unknowns[k].name: arb(value) for k, value in values.items()})
        return next((c for c in problem.constraints if not _meets(c, balls)), None)


def _meets(constraint: Constraint, balls: Balls) -> bool:
    """Tell whether a constraint holds: exactly, or where that cannot be told, to 35 digits."""
    with strictly():
        exactly = truth_of(interpret(constraint.condition, balls))
    return truth_of(interpret(constraint.condition, balls)) is True if exactly is None else exactly


def _residuals(problem: Problem, values: Mapping[int, Number]) -> tuple[EquationReport, ...]:
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


def _place(line: Line) -> str:
    if line.file == OPTION:
        return f"the bound `{line.text}`"
    where = f"{line.file}:{line.line}" if line.file else f"line {line.line}"
    return f"`{line.label}` ({where})" if line.label else where


def _places(lines: Sequence[Line]) -> str:
    numbers = {(line.file, line.line) for line in lines}
    if len(numbers) < len(lines):
        return _listed(f"`{line.text}`" for line in lines)
    if all(line.file is None and line.label is None for line in lines) and len(lines) > 1:
        return "lines " + _listed(str(line.line) for line in lines)
    return _listed(map(_place, lines))


def _listed(words: object) -> str:
    parts = list(map(str, words))  # type: ignore[call-overload]
    if len(parts) > 8:
        parts = [*parts[:7], f"{len(parts) - 7} more"]
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"


def statistics(problem: Problem, reports: Sequence[BlockReport], seconds: float) -> Stats:
    """Count what it took."""
    engines = tuple(dict.fromkeys(report.engine for report in reports))
    return Stats(len(problem.unknowns), len(problem.equations), len(reports), engines, seconds)
