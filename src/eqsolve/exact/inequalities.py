"""Linear equations and inequalities that cannot hold together, by exact elimination.

An equation is used to put one unknown in terms of others; then unknowns are eliminated one by one by adding up
pairs of inequalities that bound it from both sides. Every row remembers what it was made of, so that a row which
says `number >= 0` and is wrong names a contradiction.

References:
    Schrijver (1986), Theory of Linear and Integer Programming, section 12.2 (Fourier-Motzkin elimination).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final, TypeGuard

from flint import fmpq

from eqsolve.exact.affine import Affine, affine
from eqsolve.problem.model import Problem

MAX_ROWS: Final = 400
MAX_FORMS: Final = 60


@dataclass(frozen=True, slots=True)
class Condition:
    """`form = 0` (kind "="), `form >= 0` or `form > 0`; `source` says where it comes from."""

    form: Affine
    kind: str
    source: int


@dataclass(frozen=True, slots=True)
class _Row:
    coefficients: dict[int, fmpq]
    constant: fmpq
    kind: str
    sources: frozenset[int]


def conflicting(problem: Problem) -> tuple[tuple[int, ...], tuple[int, ...]] | None:
    """Return the positions of linear equations and constraints that cannot hold together, as few as possible.

    Returns:
        None if they can, if only equations are in conflict, or if that takes too long to find out.
    """
    conditions = _conditions(problem)
    if len(conditions) > MAX_FORMS:
        return None
    sources = _contradiction(conditions)
    if sources is None:
        return None
    kept = [condition for condition in conditions if condition.source in sources]
    for condition in list(kept):
        fewer = [other for other in kept if other is not condition]
        if _contradiction(fewer) is not None:
            kept = fewer
    count = len(problem.equations)
    positions = sorted(condition.source for condition in kept)
    constraints = tuple(k - count for k in positions if k >= count)
    return (tuple(k for k in positions if k < count), constraints) if constraints else None


def tight(problem: Problem) -> tuple[int, ...]:
    """Return the positions of linear constraints that can only hold with equality, given that all can hold."""
    conditions = _conditions(problem)
    if len(conditions) > MAX_FORMS:
        return ()
    count = len(problem.equations)
    found = []
    for k, condition in enumerate(conditions):
        strictly = [*conditions[:k], replace(condition, kind=">"), *conditions[k + 1 :]]
        if condition.kind == ">=" and _contradiction(strictly) is not None:
            found.append(condition.source - count)
    return tuple(found)


def _conditions(problem: Problem) -> list[Condition]:
    found = []
    for position, equation in enumerate(problem.equations):
        form = affine(equation.left, equation.right, problem.index, {})
        if _is_rational(form):
            found.append(Condition(form, "=", position))
    for position, constraint in enumerate(problem.constraints, start=len(problem.equations)):
        (operator,), (left, right) = constraint.condition.operators, constraint.condition.sides
        if operator == "!=":
            continue
        sides = (left, right) if operator in (">", ">=") else (right, left)
        form = affine(*sides, problem.index, {})
        if _is_rational(form):
            found.append(Condition(form, ">" if operator in ("<", ">") else ">=", position))
    return found


def _is_rational(form: Affine | None) -> TypeGuard[Affine]:
    if form is None or form.issue:
        return False
    return all(isinstance(value, fmpq) for value in (form.constant, *form.coefficients.values()))


def _contradiction(conditions: Sequence[Condition]) -> frozenset[int] | None:
    """Return the sources of a combination that cannot hold, None if there is none or it takes too many rows."""
    rows = [
        _Row(dict(c.form.coefficients), c.form.constant, c.kind, frozenset((c.source,))) for c in conditions
    ]
    while True:
        wrong = next((row for row in rows if _is_wrong(row)), None)
        if wrong is not None:
            return wrong.sources
        rows = [row for row in rows if row.coefficients]
        if not rows:
            return None
        rows = _without_one(rows)
        if len(rows) > MAX_ROWS:  # at most a quarter of its square can come next
            return None


def _is_wrong(row: _Row) -> bool:
    if row.coefficients:
        return False
    if row.kind == "=":
        return bool(row.constant != 0)
    return bool(row.constant < 0) or (row.kind == ">" and bool(row.constant == 0))


def _without_one(rows: Sequence[_Row]) -> list[_Row]:
    """Eliminate one unknown: by an equation if there is one, else the one that makes the fewest new rows."""
    pivot = next((row for row in rows if row.kind == "="), None)
    if pivot is not None:
        column = min(pivot.coefficients)
        others = [row for row in rows if row is not pivot]
        return [_eliminated(row, pivot, column) for row in others]
    columns = {column for row in rows for column in row.coefficients}

    def made(column: int) -> int:
        above = sum(row.coefficients.get(column, fmpq(0)) > 0 for row in rows)
        below = sum(row.coefficients.get(column, fmpq(0)) < 0 for row in rows)
        return int(above * below - above - below)

    column = min(sorted(columns), key=made)
    above = [row for row in rows if row.coefficients.get(column, fmpq(0)) > 0]
    below = [row for row in rows if row.coefficients.get(column, fmpq(0)) < 0]
    rest = [row for row in rows if column not in row.coefficients]
    return rest + [_sum(a, -b.coefficients[column], b, a.coefficients[column]) for a in above for b in below]


def _eliminated(row: _Row, pivot: _Row, column: int) -> _Row:
    if column not in row.coefficients:
        return row
    return _sum(row, fmpq(1), pivot, -row.coefficients[column] / pivot.coefficients[column])


def _sum(a: _Row, times: fmpq, b: _Row, by: fmpq) -> _Row:
    """Return a positive multiple of `a` plus a multiple of `b`, which is positive unless `b` is an equation."""
    coefficients = {key: value * times for key, value in a.coefficients.items()}
    for key, value in b.coefficients.items():
        coefficients[key] = coefficients.get(key, fmpq(0)) + value * by
    nonzero = {key: value for key, value in coefficients.items() if value != 0}
    kind = max(a.kind, b.kind, key=("=", ">=", ">").index)
    return _Row(nonzero, a.constant * times + b.constant * by, kind, a.sources | b.sources)
