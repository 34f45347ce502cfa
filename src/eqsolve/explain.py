"""A solve told as a report: what was read, how it was solved, how firmly the answers stand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from flint import arb, arb_mat

from eqsolve import pipeline
from eqsolve.errors import EqsolveError
from eqsolve.evaluate import number, precision
from eqsolve.exact.affine import Number
from eqsolve.language import parse_expression
from eqsolve.language.syntax import Definition, Document, Equation, FunctionDefinition, Name, Statement
from eqsolve.problem import Given, Problem, lower
from eqsolve.report import accepted, residuals
from eqsolve.result import (
    BlockDetail,
    BlockReport,
    Explanation,
    GivenReport,
    Observer,
    Sensitivity,
    SolutionDetail,
    UnknownReport,
    Verdict,
)
from eqsolve.source import Source, Span
from eqsolve.verify.sensitivity import looseness
from eqsolve.verify.system import BITS, System
from eqsolve.words import lines_of

MOST_SOLUTIONS: Final = 20  # looked at closely
LARGEST: Final = 150  # rows and columns of a Jacobian that is decomposed for a report
MOST_GIVENS: Final = 40
AGREES: Final = 1e-20  # part of a perturbation by which equations too many may disagree about it


def explain(
    problem: Problem,
    *,
    method: str = "auto",
    all: bool = False,  # noqa: A002  (the word the user writes)
    seed: int = 0,
    max_seconds: float = 60.0,
    observer: Observer | None = None,
) -> Explanation:
    """Solve a problem as `eqsolve.pipeline.run` does, and tell how it went.

    Raises:
        ProblemError: There is no such method.
    """
    done = pipeline.trace(
        problem, method=method, all=all, seed=seed, max_seconds=max_seconds, observer=observer
    )
    result = done.result
    details = [SolutionDetail(solution, equations=result.equations) for solution in result.solutions]
    if result.verdict is Verdict.SOLVED and done.solved is not None:
        points = [branch.values for branch in accepted(problem, done.solved)[0]]
        freed = _freed(problem, [given.name for given in problem.givens])
        details = [
            SolutionDetail(
                solution,
                tuple(_condition(problem, block, point) for block in result.blocks),
                residuals(problem, point),
                _sensitivities(problem, point, freed) if solution.multiplicity == 1 else (),
            )
            for solution, point in zip(result.solutions, points[:MOST_SOLUTIONS], strict=False)
        ]
    return Explanation(
        result,
        tuple(UnknownReport(u.name, u.lower, u.upper, u.start) for u in problem.unknowns),
        tuple(GivenReport(given.name, _text(problem, given), _float(given)) for given in problem.givens),
        tuple(dict.fromkeys(equation.line for equation in problem.equations)),
        tuple(dict.fromkeys(constraint.line for constraint in problem.constraints)),
        problem.warnings,
        tuple(BlockDetail(block, lines_of(problem, block.equations)) for block in result.blocks),
        tuple(details),
    )


def _text(problem: Problem, given: Given) -> str:
    if given.name in problem.overrides:
        return problem.overrides[given.name]
    return given.span.text.partition(":=")[2].strip()


def _value(given: Given) -> arb | None:
    with precision(BITS):
        ball = number(given.expression)
    return ball.value if ball.issue is None and ball.value.is_finite() else None


def _float(given: Given) -> float | None:
    value = _value(given)
    return None if value is None else float(value.mid())


def _condition(problem: Problem, block: BlockReport, point: Mapping[int, Number]) -> float | None:
    """Return the condition number of a block's scaled Jacobian at a solution."""
    columns = [problem.index[name] for name in block.unknowns]
    rows = [k for k in block.equations if problem.equations[k].unknowns]
    if max(len(columns), len(rows)) > LARGEST:
        return None
    own = set(columns)
    known = {u: point[u] for k in rows for u in problem.equations[k].unknowns if u not in own}
    found = looseness(System(problem, rows, columns, known), [arb(point[column]) for column in columns])
    return None if found is None else found.condition


# what the givens do ----------------------------------------------------------------------------------------


def _sensitivities(
    problem: Problem, point: Mapping[int, Number], freed: Problem | None
) -> tuple[Sensitivity, ...]:
    """Return the derivative of every unknown by every given, by the implicit function theorem."""
    names = [given.name for given in problem.givens][:MOST_GIVENS]
    if not names or len(problem.unknowns) + len(problem.givens) > LARGEST:
        return ()
    if freed is not None and len(names) == len(problem.givens):
        together = _derivatives(problem, point, freed, names)
        if together is not None:
            return together
    # A given may stand where nothing but a number may, such as the degree of a root: the others one by one.
    found: list[Sensitivity] = []
    for name in names:
        alone = _freed(problem, [name])
        found += (alone and _derivatives(problem, point, alone, [name])) or ()
    return tuple(found)


def _freed(problem: Problem, givens: Sequence[str]) -> Problem | None:
    """Return the equations with some givens as unknowns more, each with an equation `name = value` at the end."""
    overrides = dict(problem.overrides)
    kept: list[Statement] = []
    settled: dict[str, Equation] = {}
    for statement in (s for document in problem.documents for s in document.statements):
        if isinstance(statement, Definition) and statement.name.id in givens:
            settled[statement.name.id] = _settled(statement.name.id, statement, overrides)
        elif isinstance(statement, Definition | FunctionDefinition | Equation):
            kept.append(statement)
    for name in givens:
        if name not in settled:  # an unknown that was fixed from outside
            settled[name] = _settled(name, None, overrides)
    statements = (*kept, *(settled[name] for name in givens))
    rest = {name: text for name, text in overrides.items() if name not in givens}
    try:
        return lower([Document(statements, Source(""))], given=rest, over_complex=problem.over_complex)
    except EqsolveError:
        return None


def _settled(name: str, definition: Definition | None, overrides: Mapping[str, str]) -> Equation:
    if name in overrides:
        source = Source(overrides[name], f"value of {name}")
        expression, span = parse_expression(source), Span(source, 0, len(source.text))
    elif definition is not None:
        expression, span = definition.expression, definition.span
    return Equation((Name(name, span), expression), None, span)


def _derivatives(
    problem: Problem, point: Mapping[int, Number], freed: Problem, names: Sequence[str]
) -> tuple[Sensitivity, ...] | None:
    known = {name: arb(point[position]) for name, position in problem.index.items()}
    for given in problem.givens:
        value = _value(given)
        if value is None:
            return None
        known.setdefault(given.name, value)
    x = [known[name] for name in freed.names]
    with precision(BITS):
        rows = range(len(freed.equations))
        here = System(freed, rows, range(len(x))).at(x)
        J = here.matrix(len(x)).mid()
        if here.issue is not None or not all(entry.is_finite() for entry in J.entries()):
            return None
        first = len(freed.equations) - len(names)
        change = arb_mat(
            len(rows), len(names), [int(i == first + k) for i in rows for k in range(len(names))]
        )
        moved = _solved(J, change)
        if moved is None:
            return None
        return tuple(
            Sensitivity(
                name, given, float(moved[row, k].mid()), _percent(moved[row, k], known[given], known[name])
            )
            for row, name in enumerate(freed.names)
            if name in problem.index
            for k, given in enumerate(names)
        )


def _percent(derivative: arb, given: arb, unknown: arb) -> float | None:
    if unknown.contains(0) or given.contains(0):
        return None
    return float((derivative * given / unknown).mid())


def _solved(J: arb_mat, change: arb_mat) -> arb_mat | None:
    """Return how the unknowns move; None if they need not move, or cannot all move as the equations want."""
    if J.nrows() < J.ncols():
        return None
    transposed = J.transpose()
    try:
        if J.nrows() == J.ncols():
            return J.solve(change)
        moved = (transposed * J).mid().solve((transposed * change).mid())
    except ZeroDivisionError:
        return None
    left = (J * moved - change).entries()
    return moved if all(abs(entry).mid() <= AGREES for entry in left) else None
