"""What a fit varies and what follows from it: definitions are put in, implicit equations are set apart.

A hard equation `u = …` whose right side does not hold `u` is a definition. What is left of the hard equations
must determine *hidden* unknowns: some that are common to all rows, and some that differ from row to row.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from eqsolve.errors import Diagnostic, ProblemError
from eqsolve.language.interpret import interpret
from eqsolve.language.syntax import Expression, Name, names
from eqsolve.problem.model import Equation, Problem, Soft
from eqsolve.problem.substitute import Substitution

R = TypeVar("R", Equation, Soft)


@dataclass(frozen=True, slots=True)
class Hidden:
    """Hard equations and the unknowns that they determine, once or in every row of a table.

    Attributes:
        table: Name of the data; None if there is one value for all.
        equations: As many as `unknowns`.
        unknowns: Names.
        starts: Where to look for each: a column, a number, or None.
    """

    table: str | None
    equations: tuple[Equation, ...]
    unknowns: tuple[str, ...]
    starts: tuple[str | float | None, ...]


@dataclass(frozen=True, slots=True)
class Fitting:
    """A problem prepared for a fit.

    Attributes:
        soft: The soft equations with definitions put in.
        parameters: Names of what is varied, in the order of the text.
        derived: Expressions of the parameters and common hidden unknowns, by name, in the order of the text.
        hidden: Implicit equations, in the order in which they are solved.
    """

    soft: tuple[Soft, ...]
    parameters: tuple[str, ...]
    derived: Mapping[str, Expression]
    hidden: tuple[Hidden, ...]


def fitting(problem: Problem) -> Fitting:
    """Tell parameters, derived quantities and hidden unknowns apart.

    Raises:
        ProblemError: Nothing is left to fit, or the hard equations cannot be told what they determine.
    """
    definitions, implicit = _definitions(problem)
    meaning = Substitution(definitions, {})
    soft = tuple(_put_in(problem, one, meaning) for one in problem.soft)
    per_row = {name for name, form in definitions.items() if _table(problem, form, one_of=None) is not None}
    derived = {u.name: definitions[u.name] for u in problem.unknowns if u.name in definitions}
    hidden = _hidden(problem, soft, implicit)
    inside = {name for stage in hidden for name in stage.unknowns}
    occurring = _unknowns(problem, [*soft, *implicit])
    parameters = tuple(u.name for u in problem.unknowns if u.name in occurring and u.name not in inside)
    if not parameters:
        raise ProblemError(Diagnostic("nothing-to-fit", "the soft equations leave nothing to be fitted"))
    if all(one.table is None for one in soft) and len(soft) < len(parameters):
        _complain_of_no_data(problem, soft)
    rowwise = per_row | {name for stage in hidden if stage.table is not None for name in stage.unknowns}
    derived = {
        name: form
        for name, form in derived.items()
        if name not in rowwise and not any(n.id in rowwise for n in names(form))
    }
    return Fitting(soft, parameters, derived, hidden)


def _complain_of_no_data(problem: Problem, soft: Sequence[Soft]) -> None:
    listed = ", ".join(f"`{name}`" for name in list(problem.columns)[:20])
    hint = f"columns are {listed}" if listed else "give it data, as in `--data points.csv`"
    raise ProblemError(Diagnostic("no-data", "no soft equation names a column of data", soft[0].span, hint))


def _definitions(problem: Problem) -> tuple[dict[str, Expression], list[Equation]]:
    """Take out equations `u = …` one by one, putting each into the others."""
    definitions: dict[str, Expression] = {}
    left = list(problem.equations)
    found = True
    while found:
        found = False
        for equation in left:
            defined = _defined(problem, equation)
            if defined is None:
                continue
            name, form = defined
            meaning = Substitution({name: form}, {})
            definitions = {key: interpret(value, meaning) for key, value in definitions.items()}
            definitions[name] = form
            left = [_put_in(problem, other, meaning) for other in left if other is not equation]
            found = True
            break
    return definitions, left


def _defined(problem: Problem, equation: Equation) -> tuple[str, Expression] | None:
    for side, other in ((equation.left, equation.right), (equation.right, equation.left)):
        lone = isinstance(side, Name) and side.id in problem.index
        if isinstance(side, Name) and lone and all(name.id != side.id for name in names(other)):
            return side.id, other
    return None


def _put_in(problem: Problem, relation: R, meaning: Substitution) -> R:
    left, right = interpret(relation.left, meaning), interpret(relation.right, meaning)
    sides = (left, right, relation.spread) if isinstance(relation, Soft) else (left, right)
    table = _table(problem, *(side for side in sides if side is not None), one_of=relation)
    return replace(relation, left=left, right=right, table=table)


def _table(problem: Problem, *sides: Expression, one_of: Equation | Soft | None) -> str | None:
    tables = {problem.columns[n.id] for side in sides for n in names(side) if n.id in problem.columns}
    if len(tables) > 1:
        message = "with its definitions put in, this line names columns of different data"
        raise ProblemError(Diagnostic("mixed-data", message, one_of.span if one_of else None))
    return next(iter(tables), None)


def _unknowns(problem: Problem, relations: Iterable[Equation | Soft]) -> set[str]:
    return {
        name.id
        for relation in relations
        for side in (relation.left, relation.right)
        for name in names(side)
        if name.id in problem.index
    }


def _hidden(problem: Problem, soft: Sequence[Soft], implicit: Sequence[Equation]) -> tuple[Hidden, ...]:
    stages = []
    tables = sorted({equation.table for equation in implicit}, key=lambda table: (table is not None, table))
    for table in tables:
        equations = tuple(equation for equation in implicit if equation.table == table)
        stages.append(
            _common(problem, soft, equations) if table is None else _rowwise(problem, soft, equations, table)
        )
    return tuple(stages)


def _common(problem: Problem, soft: Sequence[Soft], equations: tuple[Equation, ...]) -> Hidden:
    """Match every equation with an unknown, those that no soft equation names first (Kuhn)."""
    fitted = _unknowns(problem, soft)
    matched: dict[str, int] = {}

    def place(k: int, tried: set[str]) -> bool:
        candidates = sorted(_unknowns(problem, [equations[k]]), key=lambda n: (n in fitted, problem.index[n]))
        for name in candidates:
            if name not in tried:
                tried.add(name)
                if name not in matched or place(matched[name], tried):
                    matched[name] = k
                    return True
        return False

    for k, equation in enumerate(equations):
        if not place(k, set()):
            message = "this equation leaves nothing for the fit to vary"
            raise ProblemError(Diagnostic("too-many-equations", message, equation.span))
    starts = tuple(problem.unknowns[problem.index[name]].start for name in matched)
    return Hidden(None, equations, tuple(matched), starts)


def _rowwise(problem: Problem, soft: Sequence[Soft], equations: tuple[Equation, ...], table: str) -> Hidden:
    """Take those unknowns for different in every row that a soft equation compares with a column."""
    inside = _unknowns(problem, equations)
    found: dict[str, str | float | None] = {}
    for one in soft:
        for side, other in ((one.left, one.right), (one.right, one.left)):
            if one.table == table and isinstance(side, Name) and side.id in inside:
                found[side.id] = other.id if isinstance(other, Name) else None
    for equation in equations:
        for side in (equation.left, equation.right):
            if isinstance(side, Name) and side.id in inside and len(found) < len(equations):
                found.setdefault(side.id, problem.unknowns[problem.index[side.id]].start)
    if len(found) != len(equations):
        message = "it is not clear which unknown this line determines in every row"
        hint = "compare it with a column, as in `d.y ~ u`, or write it alone on one side"
        raise ProblemError(Diagnostic("not-determined", message, equations[0].span, hint))
    return Hidden(table, equations, tuple(found), tuple(found.values()))
