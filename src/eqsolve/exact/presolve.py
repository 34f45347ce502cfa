"""What exact arithmetic alone can say about a problem, before anything is iterated.

Linear equations are eliminated over the rationals; what they determine is put into the others, some of which
become linear in turn, until nothing changes.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from flint import arb, fmpq

from eqsolve import clock
from eqsolve.evaluate import Issue
from eqsolve.exact.affine import Affine, Number, affine
from eqsolve.exact.elimination import Eliminated, Undecided, eliminate
from eqsolve.exact.sparse import polynomial
from eqsolve.problem.model import Problem

TINY: Final = arb("1e-100")


@dataclass(frozen=True, slots=True)
class Presolved:
    """The exact part of a problem.

    Attributes:
        known: Unknowns that have one value.
        relations: Unknowns given in terms of free ones by the linear equations.
        contradiction: Equations that cannot hold together; None if there are none.
        issue: Why an equation of the contradiction has no real value, if that is the reason.
        nonlinear: Equations that are left and not linear.
        linear: Linear equations that are left, independent, each with the unknowns in it that are left.
        redundant: Equations that follow from others, each with those (not yet as few as possible).
        exact: Whether no ball was taken for zero without proof.
    """

    known: Mapping[int, Number]
    relations: Mapping[int, Affine]
    contradiction: tuple[int, ...] | None
    issue: Issue | None
    nonlinear: tuple[int, ...]
    linear: Mapping[int, tuple[int, ...]]
    redundant: Mapping[int, tuple[int, ...]]
    exact: bool


def presolve(
    problem: Problem,
    equations: Sequence[int],
    known: Mapping[int, Number],
    deadline: float | None = None,
    *,
    lenient: bool = False,
) -> Presolved | None:
    """Solve what is linear among `equations`, and what becomes linear by it.

    Args:
        problem: The problem.
        equations: Positions of the equations to use.
        known: Values of unknowns that are solved already.
        deadline: Value of `clock.now()` at which to give up.
        lenient: Whether to take coefficients for zero that are so to a hundred digits; what comes out is not exact.

    Returns:
        None if a ball was too wide to decide on, or time ran out.
    """
    return _Presolve(problem, known, equations, deadline, lenient=lenient).run()


class _Presolve:
    def __init__(
        self,
        problem: Problem,
        known: Mapping[int, Number],
        equations: Sequence[int],
        deadline: float | None,
        *,
        lenient: bool,
    ) -> None:
        self.problem = problem
        self.lenient = lenient
        self.exact = True
        self.known = dict(known)
        self.deadline = deadline
        self.nonlinear = tuple(equations)
        self.forms: dict[int, Affine] = {}
        # The equations that a known value, or a linear form with known values put in, rests on.
        self.behind_value: dict[int, frozenset[int]] = {}
        self.behind_form: dict[int, frozenset[int]] = {}

    def run(self) -> Presolved | None:
        while True:
            for position in self.nonlinear:
                self._add_form(position)
            self.nonlinear = tuple(p for p in self.nonlinear if p not in self.forms)
            undefined = next((p for p, form in self.forms.items() if form.issue), None)
            if undefined is not None:
                return self._contradiction({undefined}, self.forms[undefined].issue, exact=True)
            order = list(self.forms)
            try:
                solved = eliminate([self.forms[position] for position in order], self.deadline)
            except Undecided:
                return None
            if solved.contradiction is not None:
                rows = {order[row] for row in solved.contradiction}
                return self._contradiction(rows, None, exact=solved.exact)
            if not self._learn(solved, order) or not self.nonlinear:
                return self._solved(solved, order)

    def _add_form(self, position: int) -> None:
        equation = self.problem.equations[position]
        form = affine(equation.left, equation.right, self.problem.index, self.known)
        if form is None and self.lenient and self._is_silent(position):
            form, self.exact = Affine(fmpq(0)), False
        if form is not None:
            self.forms[position] = self._without_tiny(form) if self.lenient else form
            behind = (self.behind_value.get(unknown, frozenset()) for unknown in equation.unknowns)
            self.behind_form[position] = frozenset({position}).union(*behind)

    def _is_silent(self, position: int) -> bool:
        """Tell whether all coefficients of an equation that is a polynomial are zero to a hundred digits."""
        equation, names = self.problem.equations[position], self.problem.names
        open_ = [names[k] for k in equation.unknowns if k not in self.known]
        values = {names[k]: self.known[k] for k in equation.unknowns if k in self.known}
        terms = polynomial(equation.left, equation.right, open_, values)
        return terms is not None and all(_is_tiny(value) for value in terms.values())

    def _without_tiny(self, form: Affine) -> Affine:
        kept = {k: value for k, value in form.coefficients.items() if not _is_tiny(value)}
        constant = fmpq(0) if not kept and _is_tiny(form.constant) else form.constant
        self.exact = self.exact and len(kept) == len(form.coefficients) and constant is form.constant
        return replace(form, coefficients=kept, constant=constant)

    def _learn(self, solved: Eliminated, order: Sequence[int]) -> bool:
        """Note the values that elimination found; tell whether any is new."""
        found = {key: form.constant for key, form in solved.pivots.items() if not form.coefficients}
        new = found.keys() - self.known.keys()
        for unknown in new:
            rows = (self.behind_form[order[row]] for row in solved.sources[unknown])
            self.behind_value[unknown] = frozenset().union(*rows)
            self.known[unknown] = found[unknown]
        return bool(new)

    def _contradiction(self, rows: set[int], issue: Issue | None, *, exact: bool) -> Presolved:
        behind = frozenset().union(*(self.behind_form[row] for row in rows))
        exact = exact and self.exact
        return Presolved(self.known, {}, tuple(sorted(behind)), issue, self.nonlinear, {}, {}, exact)

    def _behind(self, row: int, others: Iterable[int]) -> tuple[int, ...]:
        """Return the equations that a row and others rest on, without the row itself."""
        forms = (self.behind_form[position] for position in (row, *others))
        return tuple(sorted(frozenset().union(*forms) - {row}))

    def _solved(self, solved: Eliminated, order: Sequence[int]) -> Presolved:
        relations = {key: form for key, form in solved.pivots.items() if form.coefficients}
        left = (
            (order[row], tuple(sorted(self.forms[order[row]].coefficients.keys() - self.known.keys())))
            for row in solved.independent
        )
        linear = {position: unknowns for position, unknowns in left if unknowns}
        redundant = {
            order[row]: self._behind(order[row], (order[other] for other in others))
            for row, others in solved.redundant.items()
        }
        exact = solved.exact and self.exact
        return Presolved(self.known, relations, None, None, self.nonlinear, linear, redundant, exact)


def _is_tiny(value: Number) -> bool:
    return isinstance(value, arb) and bool(value.contains(0)) and bool(value.abs_upper() <= TINY)


def smallest_conflict(
    problem: Problem, candidates: Sequence[int], deadline: float | None = None
) -> tuple[int, ...]:
    """Return an irreducible subset of contradictory equations: without any one of them the rest can hold.

    References:
        Chinneck (2008), Feasibility and Infeasibility in Optimization, the deletion filter.
    """
    needed = list(candidates)
    for equation in candidates:
        rest = [other for other in needed if other != equation]
        solved = presolve(problem, rest, {}, deadline) if rest else None
        if solved is not None and solved.contradiction is not None:
            needed = [other for other in rest if other in solved.contradiction]
    return tuple(needed)


def left_over(problem: Problem, equation: int, solved: Presolved) -> Number | None:
    """Return lhs - rhs of an equation where `solved` holds, if it is one number there."""
    left, right = problem.equations[equation].left, problem.equations[equation].right
    form = affine(left, right, problem.index, solved.known)
    if form is None or form.issue is not None:
        return None
    total, rest = form.constant, dict[int, Number]()
    for unknown, factor in form.coefficients.items():
        related = solved.relations.get(unknown)
        if related is None:
            rest[unknown] = rest.get(unknown, fmpq(0)) + factor
            continue
        total = total + factor * related.constant
        for other, value in related.coefficients.items():
            rest[other] = rest.get(other, fmpq(0)) + factor * value
    return None if any(not arb(value).contains(0) for value in rest.values()) else total


def latest_of_circle(
    problem: Problem,
    equation: int,
    candidates: Sequence[int],
    taken: Collection[int] = (),
    deadline: float | None = None,
) -> tuple[int, tuple[int, ...]]:
    """Return an equation that follows from others, and as few as possible of these.

    Of equations that follow from each other the last in the text is returned, unless it is taken.

    Args:
        problem: The problem.
        equation: An equation that follows from `candidates`.
        candidates: The others.
        taken: Equations that have been returned for another circle.
        deadline: Value of `clock.now()` at which to be content with more than necessary.
    """
    others = _smallest_source(problem, equation, candidates, deadline)
    circle = sorted({*others, equation})
    rest = tuple(circle[:-1])
    if circle[-1] not in taken and _follows(problem, circle[-1], rest, deadline):
        return circle[-1], rest
    return equation, others


def _smallest_source(
    problem: Problem, equation: int, candidates: Sequence[int], deadline: float | None
) -> tuple[int, ...]:
    needed = list(candidates)
    for candidate in candidates:
        if deadline is not None and clock.now() >= deadline:
            break
        rest = [other for other in needed if other != candidate]
        if _follows(problem, equation, rest, deadline):
            needed = rest
    return tuple(needed)


def _follows(problem: Problem, equation: int, others: Sequence[int], deadline: float | None) -> bool:
    solved = presolve(problem, others, {}, deadline)
    if solved is None or solved.contradiction is not None:
        return False
    value = left_over(problem, equation, solved)
    return value is not None and bool(arb(value).contains(0))
