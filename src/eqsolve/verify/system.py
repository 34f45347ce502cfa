"""The equations as written, evaluated in ball arithmetic at a point."""

from __future__ import annotations

import copy
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from flint import arb, arb_mat, ctx, fmpq

from eqsolve import clock
from eqsolve.evaluate import Ball, Balls, Issue, is_strict, precision
from eqsolve.language.interpret import Tape, constants, interpret, tape, trace
from eqsolve.language.syntax import Sum
from eqsolve.problem.model import Problem

RESIDUAL_DIGITS: Final = 35  # of 50; twice as many of 100
FINER: Final = 8  # times the bits for a closer look
BITS: Final = 200  # 50 digits and some to spare


def largest(balls: Iterable[arb]) -> arb:
    """Return the midpoint of the largest ball, zero if there is none; floats would overflow."""
    result = arb(0)
    for ball in balls:
        middle = ball.mid()
        if middle > result:
            result = middle
    return result


@dataclass(frozen=True, slots=True)
class Evaluation:
    """Residuals at a point.

    Attributes:
        residuals: lhs - rhs of every equation.
        scales: Size of the terms of every equation, as `eqsolve.evaluate` defines it.
        partials: For every equation its derivatives by the unknowns that occur, by column.
        issue: Why the point lies outside the domain; None if it does not.
    """

    residuals: tuple[arb, ...]
    scales: tuple[arb, ...]
    partials: tuple[Mapping[int, arb], ...]
    issue: Issue | None

    def matrix(self, columns: int) -> arb_mat:
        """Return the Jacobian as a matrix of balls."""
        zero = arb(0)
        return arb_mat([[row.get(column, zero) for column in range(columns)] for row in self.partials])


@dataclass(frozen=True, slots=True)
class System:
    """Some equations of a problem as functions of some of its unknowns.

    Attributes:
        problem: The problem.
        equations: Positions of the equations.
        unknowns: Positions of the unknowns, one per column.
        known: Values of the other unknowns that occur; rationals are rounded anew at each precision.
        deadline: When to give up, a moment later, as `clock.now()` tells the time; None for never.
    """

    problem: Problem
    equations: Sequence[int]
    unknowns: Sequence[int]
    known: Mapping[int, fmpq | arb] = field(default_factory=dict)
    deadline: float | None = None
    _tapes: list[Tape] = field(init=False, repr=False)
    _constants: dict[tuple[int, bool], list[dict[int, Ball]]] = field(
        init=False, repr=False, compare=False, default_factory=dict
    )

    def __post_init__(self) -> None:
        chosen = (self.problem.equations[position] for position in self.equations)
        tapes = [tape(Sum("+-", (e.left, e.right), e.span)) for e in chosen]
        object.__setattr__(self, "_tapes", tapes)

    def until(self, deadline: float) -> System:
        """Return the same system with a deadline."""
        other = copy.copy(self)
        object.__setattr__(other, "deadline", deadline)
        return other

    def term_sizes(self) -> list[arb]:
        """Return, for each equation, the sum of the sizes of its top-level terms; all unknowns are known."""
        unknowns = self.problem.unknowns
        meaning = Balls({unknowns[k].name: arb(value) for k, value in self.known.items()})
        sizes = []
        for position in self.equations:
            equation = self.problem.equations[position]
            sides = (equation.left, equation.right)
            terms = (term for side in sides for term in (side.terms if isinstance(side, Sum) else (side,)))
            sizes.append(sum((abs(interpret(term, meaning).value) for term in terms), arb(0)))
        return sizes

    def at(self, x: Sequence[arb], *, derivatives: bool = True) -> Evaluation:
        """Evaluate all equations at the point `x`, one ball per column.

        Raises:
            OutOfTime: The deadline passed a moment ago.
        """
        if self.deadline is not None and clock.is_overdue(self.deadline):
            raise clock.OutOfTime
        unknowns = self.problem.unknowns
        values = {unknowns[position].name: arb(value) for position, value in self.known.items()}
        columns = {unknowns[position].name: column for column, position in enumerate(self.unknowns)}
        fixed = self._constant_balls(values, columns)
        values.update(zip(columns, x, strict=True))
        meaning = Balls(values, columns if derivatives else {})
        balls = [trace(steps, meaning, ready)[-1] for steps, ready in zip(self._tapes, fixed, strict=True)]
        return Evaluation(
            tuple(ball.value for ball in balls),
            tuple(ball.scale for ball in balls),
            tuple(ball.partials for ball in balls),
            next((ball.issue for ball in balls if ball.issue), None),
        )

    def _constant_balls(
        self, known: Mapping[str, arb], columns: Container[str]
    ) -> Sequence[Mapping[int, Ball]]:
        """Return what does not move with the unknowns, by step of each tape: once for each precision."""
        key = (ctx.prec, is_strict())
        found = self._constants.get(key)
        if found is None:
            meaning = Balls(known)
            found = self._constants[key] = [constants(steps, meaning, columns) for steps in self._tapes]
        return found


def satisfies(evaluation: Evaluation, digits: int) -> bool:
    """Tell whether all equations hold to `digits` digits of their scales, within their domain."""
    if evaluation.issue is not None:
        return False
    tolerance = arb(10) ** -digits
    return all(
        residual.is_finite() and bool(residual.abs_upper() <= tolerance * scale.abs_upper())
        for residual, scale in zip(evaluation.residuals, evaluation.scales, strict=True)
    )


def equations_hold(problem: Problem, values: Mapping[int, fmpq | arb]) -> bool:
    """Tell whether all equations as written hold at the values, to 35 digits."""
    return Holding(problem).at(values)


class Holding:
    """Whether all equations as written hold at one point after another, to 35 digits.

    Points that are combinations of roots share most of their values: an equation is worked out once for those it uses.
    """

    def __init__(self, problem: Problem) -> None:
        self._problem = problem
        self._known: dict[tuple[int, ...], tuple[bool, bool]] = {}
        self._values: list[
            tuple[fmpq | arb, ...]
        ] = []  # whose identities are taken, so that they stay theirs

    def at(self, values: Mapping[int, fmpq | arb]) -> bool:
        """Tell whether all equations hold at the values."""
        positions = range(len(self._problem.equations))
        with precision(BITS):
            found = [self._one(position, values) for position in positions]
        if all(holds for holds, _ in found):
            return True
        if not all(in_doubt for _, in_doubt in found):
            return False
        # At a multiple root the scale is lost in rounding together with the residual.
        with precision(FINER * BITS):
            here = System(self._problem, positions, (), values).at((), derivatives=False)
            return satisfies(here, RESIDUAL_DIGITS)

    def _one(self, position: int, values: Mapping[int, fmpq | arb]) -> tuple[bool, bool]:
        """Tell whether an equation holds, and whether that is lost in rounding."""
        used = self._problem.equations[position].unknowns
        own = tuple(values[k] for k in used if k in values)
        key = (position, *map(id, own))
        found = self._known.get(key)
        if found is None:
            known = {k: values[k] for k in used if k in values}
            here = System(self._problem, (position,), (), known).at((), derivatives=False)
            in_doubt = here.issue is None and here.residuals[0].contains(0)
            found = self._known[key] = satisfies(here, RESIDUAL_DIGITS), in_doubt
            self._values.append(own)
        return found
