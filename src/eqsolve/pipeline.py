"""The one place where the stages meet: text in, checked numbers out."""

from __future__ import annotations

import math
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from numbers import Rational
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from eqsolve import clock, language
from eqsolve.data import Columns
from eqsolve.errors import Diagnostic, ProblemError, lookup
from eqsolve.language import Document
from eqsolve.language.syntax import Declaration, Expression, Inequality, Name, names
from eqsolve.language.syntax import Soft as SoftStatement
from eqsolve.problem import Problem, lower
from eqsolve.problem.model import Equation, Value
from eqsolve.regression.inputs import tables_of
from eqsolve.result import BlockReport, Completeness, Observer, Result, Verdict
from eqsolve.source import Source, Span

if TYPE_CHECKING:
    from eqsolve.blocks import Branch, Settings, Solved
    from eqsolve.exact import Presolved
    from eqsolve.regression.options import FitOptions
    from eqsolve.structure import Block

SympyRelation: TypeAlias = Any  # sympy has no types, and is not imported to say so

METHODS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "auto": "exact where linear; otherwise Newton, Levenberg-Marquardt and more, from many starts",
        "newton": "Newton's method, steps halved only where the equations have no value",
        "lm": "Levenberg-Marquardt with geodesic acceleration",
        "natural": "Newton's method, damped so that its corrections shrink (NLEQ-ERR)",
        "adam": "plain descent on the summed squared error: Adam",
        "lbfgs": "plain descent on the summed squared error: L-BFGS",
    }
)

MAX_RANGES: Final = 200  # equations whose ranges are looked at before anything is solved
EXACT_SHARE: Final = 0.25  # of the time limit, for exact elimination
BLAME_SHARE: Final = 1 / 3  # of the time limit, to find the lines that cannot hold together
FEW_BLAMED: Final = 2  # equations of a conflict that need not be made fewer
MOST_TRACED: Final = 8  # redundant equations whose sources are sought
MAX_IMPLIED: Final = 6  # equations among which one is sought that another implies
MOST_SOURCES: Final = 40  # equations among which they are

_NOTHING: Final[Mapping[str, str]] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Description:
    """What a problem is about, before it is solved."""

    unknowns: tuple[str, ...]
    givens: tuple[str, ...]
    equations: int
    constraints: int
    warnings: tuple[Diagnostic, ...]


def load_sources(
    sources: Sequence[Source],
    *,
    given: Mapping[str, str] = _NOTHING,
    start: Mapping[str, str] = _NOTHING,
    bounds: Mapping[str, tuple[str | None, str | None]] = MappingProxyType({}),
    data: Mapping[str, Columns] = MappingProxyType({}),
    over_complex: bool = False,
) -> Problem:
    """Read texts into one problem.

    Args:
        sources: The texts; those with a name may include files from below its folder.
        given: Values, in the language, that replace givens or fix unknowns.
        start: Where to search first, in the language.
        bounds: Lower and upper bounds, in the language; None where there is none.
        data: Tables by name, beside those of the texts.
        over_complex: Whether unknowns are complex unless declared otherwise.

    Raises:
        EqsolveError: A text is not in the language, or makes no problem; all that is wrong is reported.
    """
    documents: list[Document] = []
    for source in sources:
        path = Path(source.name) if source.name is not None else None
        folder = path.parent if path is not None and path.is_file() else None
        documents += language.resolve_includes(language.parse(source), folder)
    documents += _options(start, bounds)
    return lower(documents, given=given, tables=tables_of(documents, data), over_complex=over_complex)


def _options(
    start: Mapping[str, str], bounds: Mapping[str, tuple[str | None, str | None]]
) -> Iterator[Document]:
    """Return starts and bounds as statements; each text is read as one name or one expression, and no more."""
    for name, value in start.items():
        source = Source(f"{name} = {value}", "start")
        span = Span(source, 0, len(source.text))
        declaration = Declaration(_name(name), None, _expression(value, "start"), span)
        yield Document((declaration,), source)
    for name, ends in bounds.items():
        for operator, end in zip((">=", "<="), ends, strict=True):
            if end is not None:
                source = Source(f"{name} {operator} {end}", "bounds")
                span = Span(source, 0, len(source.text))
                sides = (_name(name), _expression(end, "bounds"))
                yield Document((Inequality((operator,), sides, None, span),), source)


def _expression(text: str, origin: str) -> Expression:
    return language.parse_expression(Source(text, origin))


def _name(text: str) -> Name:
    name = _expression(text, "name")
    if not isinstance(name, Name):
        raise ProblemError(Diagnostic("not-a-name", f"`{text}` is not the name of an unknown"))
    return name


def describe(problem: Problem) -> Description:
    """Say what a problem is about."""
    return Description(
        problem.names,
        tuple(given.name for given in problem.givens),
        len(problem.equations) + len(problem.soft),
        len(problem.constraints),
        problem.warnings,
    )


def run(
    problem: Problem,
    *,
    method: str = "auto",
    all: bool = False,  # noqa: A002  (the word the user writes)
    seed: int = 0,
    max_seconds: float = 60.0,
    observer: Observer | None = None,
) -> Result:
    """Solve a problem.

    Args:
        problem: What to solve.
        method: A name in `METHODS`; other than `auto`, the whole system goes to that torch method.
        all: Try many more starts.
        seed: Seed of the starts; equal seeds give equal results.
        max_seconds: Limit on the whole solve.
        observer: Called with the progress of searches.

    Raises:
        ProblemError: There is no such method.
    """
    return trace(
        problem, method=method, all=all, seed=seed, max_seconds=max_seconds, observer=observer
    ).result


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


def trace(
    problem: Problem,
    *,
    method: str = "auto",
    all: bool = False,  # noqa: A002  (the word the user writes)
    seed: int = 0,
    max_seconds: float = 60.0,
    observer: Observer | None = None,
) -> Trace:
    """Solve a problem as `run` does, and keep what it went through."""
    lookup(METHODS, method, "method")
    began = time.monotonic()
    if problem.soft:
        from eqsolve.regression.options import FitOptions

        options = FitOptions(
            method=method, everywhere=all, seed=seed, deadline=began + max_seconds, observer=observer
        )
        return Trace(run_fit(problem, options))
    from eqsolve.blocks import Settings
    from eqsolve.report import statistics

    settings = Settings(began + max_seconds, method, all, seed, observer)
    if problem.discrete and problem.complex:
        message = "whole or listed unknowns and complex ones cannot stand in one problem yet"
        raise ProblemError(Diagnostic("unsupported", message, hint="declare complex unknowns by their parts"))
    if problem.discrete:
        done = Trace(_discrete(problem, settings))
    elif problem.complex:
        done = Trace(_complex(problem, settings, max_seconds))
    else:
        done = _whole_trace(problem, settings, max_seconds)
    stats = statistics(problem, done.result.blocks, time.monotonic() - began)
    warnings = (*done.result.warnings, *_cut_short(done.result, settings.deadline))
    return replace(done, result=replace(done.result, stats=stats, warnings=warnings))


def _cut_short(result: Result, deadline: float) -> tuple[Diagnostic, ...]:
    """Say that more time could have changed the result, if it could."""
    final = result.verdict in (Verdict.NO_SOLUTION, Verdict.IDENTITY, Verdict.FAMILY)
    if final or result.completeness is Completeness.PROVED or clock.now() < deadline:
        return ()
    if clock.is_interrupted():
        return (Diagnostic("interrupted", "interrupted: this is what was found so far"),)
    hint = "`--max-seconds` (in Python `max_seconds`) gives it more"
    return (Diagnostic("out-of-time", "the search was ended by the limit on time", hint=hint),)


def _whole_trace(problem: Problem, settings: Settings, max_seconds: float) -> Trace:
    """Solve a problem in real unknowns, with the lines to blame and what structure tells."""
    done = _trace(problem, settings)
    if done.result.exit_code:
        done = _blamed(problem, done, settings, BLAME_SHARE * max_seconds)
    warnings = _structural(problem, done)
    return replace(done, result=replace(done.result, warnings=(*warnings, *done.result.warnings)))


def _complex(problem: Problem, settings: Settings, max_seconds: float) -> Result:
    """Solve a problem over the complex numbers: by exact roots, or in real and imaginary parts."""
    from eqsolve import plane

    def solve_parts(parts: Problem) -> Result:
        return _whole_trace(parts, settings, max_seconds).result

    return plane.solve(problem, settings, solve_parts)


def _discrete(problem: Problem, settings: Settings) -> Result:
    """Solve a problem with whole or listed unknowns; what is real in it is solved for each of their values."""
    from eqsolve import whole

    def solve_rest(part: Problem) -> Result:
        return _trace(part, replace(settings, observer=None)).result

    return whole.solve(problem, settings, solve_rest)


def run_fit(problem: Problem, options: FitOptions) -> Result:
    """Fit the soft equations of a problem.

    Raises:
        EqsolveError: There is nothing to fit, the data have gaps, or an option does not exist.
    """
    from eqsolve.regression.solve import solve_fit
    from eqsolve.report import statistics

    lookup(METHODS, options.method, "method")
    began = time.monotonic()
    if not problem.soft:
        hint = "write `y ~ a*x + b`, with columns of the data"
        raise ProblemError(Diagnostic("nothing-to-fit", "there is no soft equation", hint=hint))
    result = solve_fit(problem, options)
    stats = statistics(problem, result.blocks, time.monotonic() - began)
    return replace(
        result,
        stats=replace(stats, equations=stats.equations + len(problem.soft)),
        warnings=(*result.warnings, *_cut_short(result, options.deadline)),
    )


def _trace(problem: Problem, settings: Settings) -> Trace:
    from eqsolve import report
    from eqsolve.blocks import EXACT_BITS
    from eqsolve.evaluate import precision
    from eqsolve.exact import presolve, smallest_conflict

    everything = range(len(problem.equations))
    warnings = problem.warnings
    with precision(EXACT_BITS):
        # What does not come out exactly in good time is left to the numbers.
        exact_deadline = clock.now() + EXACT_SHARE * max(0.0, settings.deadline - clock.now())
        solved = presolve(problem, everything, {}, exact_deadline)
        if solved is not None and solved.contradiction is not None:
            conflict = smallest_conflict(problem, solved.contradiction, settings.deadline)
            return Trace(report.contradiction(problem, conflict, solved.issue, warnings), None, conflict)
        if solved is not None and problem.constraints and (solved.relations or solved.linear):
            from eqsolve.exact.inequalities import conflicting, tight

            against = conflicting(problem)
            if against is not None:
                return Trace(report.incompatible(problem, *against, warnings))
            equal = tight(problem)
            if equal and solved.relations:
                return Trace(
                    _without_added(problem, _trace(_with_equations(problem, equal), settings).result)
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
    return Trace(replace(report.verdict(problem, outcome, warnings), blocks=outcome.reports), outcome)


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
    done = _trace(replace(problem, equations=kept), settings)
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
    few = _trace(part(problem, needed, range(len(problem.constraints))), exactly).result
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
            without = _trace(part(problem, rest, range(len(problem.constraints))), settings).result
            if without.verdict is Verdict.NO_SOLUTION:
                needed = rest
    return tuple(needed)


def _blamed(problem: Problem, done: Trace, settings: Settings, seconds: float) -> Trace:
    """Say which lines are to blame for a failure; solve again if that shows where a solution is."""
    from eqsolve import culprit, report
    from eqsolve.blocks import EXACT_BITS
    from eqsolve.evaluate import precision

    def solve_part(part: Problem, how: Settings) -> Result:
        return _trace(part, how).result

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
        again = _trace(_started(problem, found.start), replace(settings, brief=True))
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
    from eqsolve.blocks import Branch, exact_middle

    left: dict[int, Sequence[int]] = {}
    if solved is None or settings.method != "auto":
        left = {k: equation.unknowns for k, equation in enumerate(problem.equations) if equation.unknowns}
        return Branch(), left, ()
    known = solved.known
    relations = {} if solved.nonlinear else solved.relations
    if solved.nonlinear:
        left.update(solved.linear)
    for position in solved.nonlinear:
        unknowns = [u for u in problem.equations[position].unknowns if u not in known]
        if unknowns:  # an equation of known values alone is left to the check
            left[position] = unknowns
    pending = {unknown for unknowns in left.values() for unknown in unknowns}
    free = tuple(
        k for k in range(len(problem.unknowns)) if k not in known and k not in relations and k not in pending
    )
    branch = Branch(
        {unknown: exact_middle(value) for unknown, value in known.items()},
        dict(known),
        free=free,
        moving=frozenset(free) | frozenset(relations),
        relations=relations,
    )
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


def solve(
    *equations: str | Problem | SympyRelation,
    given: Mapping[str, Value] | None = None,
    start: Mapping[str, Value] | None = None,
    bounds: Mapping[str, tuple[Value | None, Value | None]] | None = None,
    method: str = "auto",
    all: bool = False,  # noqa: A002  (the word the user writes)
    seed: int = 0,
    complex: bool = False,  # noqa: A002  (the word the user writes)
    max_seconds: float = 60.0,
    observer: Observer | None = None,
) -> Result:
    """Solve equations.

    Args:
        equations: Text of the language (one or many lines each), sympy equations or expressions (set to zero),
            or one `Problem`.
        given: Values that replace givens (`name := …`) or fix unknowns.
        start: Where to search first.
        bounds: Lower and upper bound of unknowns; None where there is none.
        method: `auto`, or the name of a method that is to solve the whole system.
        all: Try many more starts.
        seed: Seed of the starts; equal seeds give equal results.
        complex: Solve over the complex numbers: all unknowns are complex unless declared otherwise.
        max_seconds: Limit on the whole solve.
        observer: Called with the progress of long searches.

    Raises:
        EqsolveError: The equations are not in the language, or make no problem.

    >>> solve("x^2 = 2", bounds={"x": (0, None)})["x"]
    1.4142135623730951
    """
    problem = prepare(*equations, given=given, start=start, bounds=bounds, complex=complex)
    return run(problem, method=method, all=all, seed=seed, max_seconds=max_seconds, observer=observer)


def fit(
    *equations: str | Problem | SympyRelation,
    data: object = None,
    given: Mapping[str, Value] | None = None,
    start: Mapping[str, Value] | None = None,
    bounds: Mapping[str, tuple[Value | None, Value | None]] | None = None,
    sigma: Value | None = None,
    loss: str = "squares",
    method: str = "auto",
    drop_missing: bool = False,
    profile: bool = False,
    all: bool = False,  # noqa: A002  (the word the user writes)
    seed: int = 0,
    max_seconds: float = 60.0,
    observer: Observer | None = None,
) -> Result:
    """Fit soft equations to data by least squares.

    Args:
        equations: Text of the language with `lhs ~ rhs` lines, sympy equations, or one `Problem`.
        data: Columns by name, a record array, a frame of pandas or polars, or several of these by name.
        given: Values that replace givens or fix parameters.
        start: Where to search first; none is needed.
        bounds: Lower and upper bound of parameters; None where there is none.
        sigma: Standard deviation of every soft equation without a `±` of its own: a number, or text that names
            columns.
        loss: `squares`, or a robust loss: `soft-l1`, `huber`, `cauchy`, `tukey`.
        method: `auto`, or the name of a method that is to go from the start alone.
        drop_missing: Leave out rows with missing cells.
        profile: Compute profile-likelihood intervals too.
        all: Try many starts although one is given.
        seed: Seed of the starts; equal seeds give equal results.
        max_seconds: Limit on the whole fit.
        observer: Called with the progress of searches.

    Raises:
        EqsolveError: The equations are not in the language, make no fit, or the data cannot be read.

    >>> fit("y ~ a*x + b", data={"x": [0, 1, 2], "y": [1, 3, 5]})["a"]
    2.0
    """
    from eqsolve.data import from_frames
    from eqsolve.regression.options import FitOptions

    tables = {} if data is None else from_frames(data)
    problem = prepare(*equations, given=given, start=start, bounds=bounds, data=tables)
    if sigma is not None:
        problem = weighted(problem, _text(sigma))
    options = FitOptions(
        method=method,
        loss=loss,
        drop_missing=drop_missing,
        profile=profile,
        everywhere=all,
        seed=seed,
        deadline=time.monotonic() + max_seconds,
        observer=observer,
    )
    return run_fit(problem, options)


def weighted(problem: Problem, sigma: str) -> Problem:
    """Return the problem with `± sigma` behind every soft equation that has none."""
    documents = []
    for document in problem.documents:
        statements = tuple(
            replace(s, spread=_expression(sigma, "sigma"))
            if isinstance(s, SoftStatement) and s.spread is None
            else s
            for s in document.statements
        )
        documents.append(replace(document, statements=statements))
    return lower(documents, given=problem.overrides, tables=problem.tables, over_complex=problem.over_complex)


def prepare(
    *equations: str | Problem | SympyRelation,
    given: Mapping[str, Value] | None = None,
    start: Mapping[str, Value] | None = None,
    bounds: Mapping[str, tuple[Value | None, Value | None]] | None = None,
    data: Mapping[str, Columns] = MappingProxyType({}),
    complex: bool = False,  # noqa: A002  (the word the user writes)
) -> Problem:
    """Read equations, in any of the forms that `solve` takes, into a problem."""
    documents: list[Document] = []
    over_complex = complex
    values = {name: _text(value) for name, value in (given or {}).items()}
    lines: list[str] = []
    tables = dict(data)
    for equation in equations:
        if isinstance(equation, Problem):
            documents += equation.documents
            values = {**equation.overrides, **values}
            tables.update(equation.tables)
            over_complex = over_complex or equation.over_complex
        else:
            lines.append(equation if isinstance(equation, str) else _from_sympy(equation))
    if lines:
        documents += language.resolve_includes(language.parse(Source("\n".join(lines))), None)
    starts = {name: _text(value) for name, value in (start or {}).items()}
    limits = {name: _ends(ends) for name, ends in (bounds or {}).items()}
    documents += _options(starts, limits)
    return lower(documents, given=values, tables=tables_of(documents, tables), over_complex=over_complex)


def _from_sympy(equation: object) -> str:
    import sympy

    from eqsolve.problem.from_sympy import from_sympy

    if not isinstance(equation, sympy.Basic):
        message = f"an equation must be text or a sympy expression, not {type(equation).__name__}"
        raise ProblemError(Diagnostic("not-an-equation", message))
    return from_sympy(equation)


def _text(value: Value) -> str:
    """Return a number as text of the language, exactly; text stays as it is.

    Raises:
        ProblemError: The number is not finite.
    """
    if isinstance(value, str):
        return value
    if isinstance(value, Rational):  # whole numbers and fractions, exactly
        whole = value.denominator == 1
        return str(value.numerator) if whole else f"({value.numerator}/{value.denominator})"
    try:
        number = float(value)
    except (TypeError, ValueError):
        message = f"a value must be a number or text, not {type(value).__name__}"
        raise ProblemError(Diagnostic("not-a-number", message)) from None
    if not math.isfinite(number):
        raise ProblemError(Diagnostic("not-finite", f"{number} is not a number to compute with"))
    return repr(number)


def _ends(ends: tuple[Value | None, Value | None]) -> tuple[str | None, str | None]:
    try:
        low, high = ends
    except (TypeError, ValueError):
        message = "bounds are a pair: lower and upper, None where there is none"
        raise ProblemError(Diagnostic("not-a-pair", message)) from None
    return _end(low), _end(high)


def _end(value: Value | None) -> str | None:
    return None if value is None or value in (math.inf, -math.inf) else _text(value)


def load(path: str | Path, *, given: Mapping[str, Value] | None = None) -> Problem:
    """Read a file of equations.

    Raises:
        EqsolveError: It cannot be read, is not in the language, or makes no problem.
    """
    values = {name: _text(value) for name, value in (given or {}).items()}
    return load_sources([language.read(Path(path))], given=values)
