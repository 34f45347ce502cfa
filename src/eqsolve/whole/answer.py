"""From a search in whole numbers to a verdict, in words."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import islice
from typing import TYPE_CHECKING, Final, TypeAlias

from eqsolve import clock
from eqsolve.errors import Diagnostic, ProblemError
from eqsolve.evaluate import exact, nearest, precision
from eqsolve.exact.write import write_number
from eqsolve.language.interpret import tape
from eqsolve.language.syntax import Expression, Sum
from eqsolve.problem.fix import fixed
from eqsolve.problem.model import Problem
from eqsolve.report import NOT_PROVED, residuals
from eqsolve.result import (
    BlockReport,
    Completeness,
    EquationReport,
    Result,
    Solution,
    Verdict,
)
from eqsolve.verify.system import BITS, RESIDUAL_DIGITS, System, satisfies
from eqsolve.whole.blame import conflict
from eqsolve.whole.conditions import Conditions, conditions
from eqsolve.whole.domains import is_infinite
from eqsolve.whole.exactly import truth
from eqsolve.whole.family import Family, family
from eqsolve.whole.family import written as as_written
from eqsolve.whole.search import Search
from eqsolve.words import listed, places

if TYPE_CHECKING:
    from eqsolve.blocks import Settings

MOST: Final = 10_000  # solutions that are listed
THOROUGH: Final = 20  # times the effort on infinite ranges if all solutions are asked for
SHARE: Final = 0.1  # of the time left, for the lines to blame
LONGEST: Final = 2.0  # seconds for them

Point: TypeAlias = Mapping[int, Fraction]
SolveRest: TypeAlias = Callable[[Problem], Result]


@dataclass(slots=True)
class _Found:
    """What has been found so far.

    Attributes:
        solutions: Checked points.
        equations: The equations at the first of them.
        complete: Whether every point is among them.
        exactly: Whether all of them hold exactly.
        family: What is left infinite where the whole unknowns have values, if anything.
        rest: Whether real unknowns were solved for.
    """

    solutions: list[Solution]
    equations: tuple[EquationReport, ...] = ()
    complete: bool = True
    exactly: bool = True
    family: Result | None = None
    rest: bool = False


def solve(problem: Problem, settings: Settings, solve_rest: SolveRest) -> Result:
    """Solve a problem with whole or listed unknowns.

    Args:
        problem: The problem.
        settings: Limits, and who is told about progress.
        solve_rest: Solves what is left when all those unknowns have values.

    Raises:
        ProblemError: A method for real unknowns was asked for.
    """
    if settings.method != "auto":
        message = f"`{settings.method}` searches among real numbers, but there are unknowns that are not"
        raise ProblemError(Diagnostic("not-real", message, hint="leave the method out"))
    read = conditions(problem)
    everything = family(read)
    if everything is not None and everything.count > MOST:
        return _many(problem, read, everything)
    search = Search(read, settings.deadline, observer=settings.observer)
    if settings.thorough:
        search.most_endless *= THOROUGH
    found = _Found([])
    for domains in search.points():
        if len(found.solutions) >= MOST:
            found.complete = False
            break
        _take(problem, read.point(domains), found, solve_rest)
    found.complete = found.complete and search.complete
    return replace(_verdict(problem, settings, found), blocks=(_how(problem, search.boxes),))


def _how(problem: Problem, boxes: int) -> BlockReport:
    lines = tuple(dict.fromkeys(equation.line.line for equation in problem.equations))
    method = f"propagation and search in whole numbers, {boxes:,} boxes"
    return BlockReport(problem.names, lines, "exact", method, equations=tuple(range(len(problem.equations))))


# points ------------------------------------------------------------------------------------------------


def _take(problem: Problem, point: Point, found: _Found, solve_rest: SolveRest) -> None:
    """Check a point, and solve for the real unknowns where there are any."""
    if len(point) < len(problem.unknowns):
        _take_rest(problem, point, found, solve_rest)
        return
    holds = _holds(problem, point)
    if holds is False:
        return
    if holds is None and not _nearly(problem, point):
        found.complete = False
        return
    found.exactly = found.exactly and holds is True
    if not found.solutions:
        found.equations = residuals(problem, {k: exact(value) for k, value in point.items()})
    found.solutions.append(_solution(problem, point, certified=holds is True))


def _holds(problem: Problem, point: Point) -> bool | None:
    """Tell whether all equations and constraints as written hold at a point, exactly."""
    values = {problem.unknowns[k].name: value for k, value in point.items()}
    truths = [_truth("=", equation.left, equation.right, values) for equation in problem.equations]
    for constraint in problem.constraints:
        (operator,), (left, right) = constraint.condition.operators, constraint.condition.sides
        truths.append(_truth(operator, left, right, values))
    if False in truths:
        return False
    return None if None in truths else True


def _truth(operator: str, left: Expression, right: Expression, values: Mapping[str, Fraction]) -> bool | None:
    return truth(operator, tape(Sum("+-", (left, right), left.span)), values)


def _nearly(problem: Problem, point: Point) -> bool:
    """Tell whether the equations hold to the digits that every solution must reach."""
    system = System(problem, range(len(problem.equations)), (), {k: exact(v) for k, v in point.items()})
    with precision(BITS):
        return satisfies(system.at((), derivatives=False), RESIDUAL_DIGITS)


def _solution(problem: Problem, point: Point, *, certified: bool) -> Solution:
    values: dict[str, float] = {}
    forms: dict[str, str] = {}
    errors: dict[str, float] = {}
    for k, value in sorted(point.items()):
        unknown, number = problem.unknowns[k], exact(value)
        values[unknown.name] = int(value) if value.denominator == 1 else nearest(number)
        forms[unknown.name] = write_number(number) or str(value)
        error = abs(value - Fraction(values[unknown.name])) if math.isfinite(values[unknown.name]) else 0
        errors[unknown.name] = float(error)
    return Solution(values, forms, errors, certified, 1, "exact")


def _take_rest(problem: Problem, point: Point, found: _Found, solve_rest: SolveRest) -> None:
    result = solve_rest(fixed(problem, point))
    own = _solution(problem, point, certified=True)
    found.rest = True
    if result.verdict in (Verdict.FAMILY, Verdict.IDENTITY):
        found.family = found.family or _with(problem, own, result)
    elif result.verdict is Verdict.NOT_FOUND or result.completeness is Completeness.SEARCHED:
        found.complete = False
    if result.verdict is Verdict.SOLVED:
        found.equations = found.equations or result.equations
        found.solutions += [_joined(problem, own, solution) for solution in result.solutions]


def _joined(problem: Problem, own: Solution, rest: Solution) -> Solution:
    """Return whole and real values in the order of the text."""
    values = {name: own.values.get(name, rest.values.get(name, math.nan)) for name in problem.names}
    return replace(rest, values=values, exact={**own.exact, **rest.exact}, error={**own.error, **rest.error})


def _with(problem: Problem, own: Solution, rest: Result) -> Result:
    """Return a family of the real unknowns, found where the others have values."""
    where = listed(f"{name} = {own.exact[name]}" for name in own.values)
    message = rest.message if rest.verdict is Verdict.FAMILY else "all real values are solutions"
    return replace(
        rest,
        verdict=Verdict.FAMILY,
        message=f"with {where}: {message}",
        solutions=tuple(_joined(problem, own, solution) for solution in rest.solutions),
        determined={**(rest.determined or {}), **own.exact},
    )


# verdicts ----------------------------------------------------------------------------------------------


def _verdict(problem: Problem, settings: Settings, found: _Found) -> Result:
    if found.family is not None:
        return _infinite(problem, found, found.family)
    if not found.solutions:
        return _none(problem, settings, found)
    proved = found.complete and found.exactly
    return Result(
        Verdict.SOLVED,
        _count(problem, found),
        Completeness.PROVED if proved else Completeness.SEARCHED,
        tuple(_ordered(problem, found)),
        equations=found.equations,
        warnings=problem.warnings,
    )


def _infinite(problem: Problem, found: _Found, rest: Result) -> Result:
    """Report a family of real unknowns, and what else there is."""
    count = len(found.solutions)
    more = f"; also {count} further solution{'s' if count > 1 else ''}" if count else ""
    solutions = (*rest.solutions, *found.solutions) if rest.solutions else ()
    warnings = (*problem.warnings, *rest.warnings)
    return replace(rest, message=rest.message + more, solutions=solutions, warnings=warnings)


def _domain(problem: Problem) -> str:
    """Return where solutions were looked for, as part of a sentence."""
    if all(unknown.kind == "integer" for unknown in problem.unknowns):
        return " in whole numbers"
    if all(unknown.discrete for unknown in problem.unknowns):
        return " among the values allowed"
    return f" with {listed(u.name for u in problem.unknowns if u.discrete)} as declared"


def _count(problem: Problem, found: _Found) -> str:
    count = len(found.solutions)
    what = f"{count:,} solution{'s' if count > 1 else ''}{_domain(problem)}"
    if found.complete and not found.exactly:
        return f"{what}, true to {RESIDUAL_DIGITS} digits; there are no others"
    if found.complete:
        return f"{what}, proved to be {'all' if count > 1 else 'the only one'}"
    if count >= MOST:
        return f"at least {what}; the search stopped there"
    return f"{what} found; there may be others"


def _ordered(problem: Problem, found: _Found) -> list[Solution]:
    """Order solutions: by their values, or by size if there may be others; the one nearest to a start first."""

    def size(solution: Solution) -> float:
        return max(abs(float(value)) for value in solution.values.values())

    def place(solution: Solution) -> tuple[float, ...]:
        return tuple(solution.values.values())

    ordered = sorted(found.solutions, key=place)
    if not found.complete:
        ordered.sort(key=size)
    starts = {u.name: u.start for u in problem.unknowns if u.start is not None}
    if starts:
        first = min(ordered, key=lambda s: sum(abs(s.values[n] - start) for n, start in starts.items()))
        ordered.remove(first)
        ordered.insert(0, replace(first, origin="start"))
    return ordered


def _none(problem: Problem, settings: Settings, found: _Found) -> Result:
    unsolved = tuple(EquationReport(equation.line) for equation in problem.equations)
    domain = _domain(problem)
    if not found.complete:
        late = "; the time was up" if settings.late else ""
        message = f"no solution{domain} found{late}{NOT_PROVED}"
        return Result(Verdict.NOT_FOUND, message, equations=unsolved, warnings=problem.warnings)
    if found.rest:
        message = f"no solution{domain}, proved: every choice of {listed(_discrete(problem))} was tried"
        return Result(Verdict.NO_SOLUTION, message, equations=unsolved, warnings=problem.warnings)
    left = settings.deadline - clock.now()
    lines = conflict(problem, clock.now() + min(LONGEST, SHARE * max(0.0, left)))
    if lines:
        reason = f"{places(problem, lines)} cannot hold{' together' if len(lines) > 1 else ''}"
    else:
        reason = f"no value is left for {listed(_discrete(problem))}"
    return Result(
        Verdict.NO_SOLUTION,
        f"no solution{domain}, proved: {reason}",
        conflict=lines,
        equations=unsolved,
        warnings=problem.warnings,
    )


def _discrete(problem: Problem) -> Iterator[str]:
    return (unknown.name for unknown in problem.unknowns if unknown.discrete)


def _many(problem: Problem, read: Conditions, found: Family) -> Result:
    """Report a family of whole solutions, or one too large to list that is counted all the same."""

    def points(most: int) -> Sequence[Point]:
        single = len(found.lattice.steps) == 1
        rows = found.nearest(most) if single else iter([found.point([0] * len(found.lattice.steps))])
        return [dict(zip(read.unknowns, map(Fraction, row), strict=True)) for row in islice(rows, most)]

    infinite = is_infinite(found.count)
    chosen = points(1 if infinite else MOST)
    solutions = [_solution(problem, point, certified=True) for point in chosen]
    equations = residuals(problem, {k: exact(value) for k, value in chosen[0].items()})
    blocks = (replace(_how(problem, 0), method="lattice of the whole solutions"),)
    if infinite:
        text = as_written(problem, read, found)
        return Result(
            Verdict.FAMILY,
            f"infinitely many solutions in whole numbers: {text.limits}",
            solutions=(replace(solutions[0], origin="representative"),),
            free=text.free,
            family=text.forms,
            determined=text.determined,
            equations=equations,
            warnings=problem.warnings,
            blocks=blocks,
        )
    return Result(
        Verdict.SOLVED,
        f"{int(found.count):,} solutions in whole numbers, counted exactly; {len(solutions):,} of them are listed",
        Completeness.SEARCHED,
        tuple(solutions),
        equations=equations,
        warnings=problem.warnings,
        blocks=blocks,
    )
