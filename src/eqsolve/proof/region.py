"""Equations of a problem as functions over boxes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from flint import arb, fmpq

from eqsolve.language.interpret import Tape, interpret, tape
from eqsolve.language.syntax import Expression, Number, Sum
from eqsolve.problem.model import Equation, Problem, Unknown
from eqsolve.proof.contract import Box, contract
from eqsolve.proof.elasticity import growth_apart
from eqsolve.proof.interval import INF, Interval, above, below, from_number, intersection
from eqsolve.proof.ranges import Ranges
from eqsolve.proof.slopes import Sloped, Slopes

ROUNDS: Final = 4  # of narrowing by all equations, as long as a side shrinks well
SHRINKS: Final = 0.9


@dataclass(slots=True)
class Region:
    """Some equations over boxes of some unknowns.

    Attributes:
        tapes: Left minus right of each equation.
        names: The unknowns, one per column.
        known: Intervals around the values of the other unknowns.
        terms: The terms of each equation with their signs, all on one side; for one unknown only.
        spent: Steps of tapes run so far: what it has cost.
    """

    tapes: Sequence[Tape]
    names: tuple[str, ...]
    known: Mapping[str, Interval]
    terms: Sequence[Sequence[tuple[str, Tape]]] = ()
    spent: int = 0
    _ranges: Ranges = field(default_factory=lambda: Ranges({}))

    def _at(self, box: Box) -> Ranges:
        return Ranges({**self.known, **box}, self._ranges.numbers)

    def narrowed(self, box: Box) -> Box | None:
        """Return the part of a box that may hold a solution; None if there is none."""
        for _ in range(ROUNDS):
            before = box
            for steps in self.tapes:
                self.spent += 2 * len(steps.steps)
                smaller = contract(steps, self._at(box), self.names)
                if smaller is None:
                    return None
                box = smaller
            if box == before or not any(_shrinks(box[name], before[name]) for name in self.names):
                return box
        return box

    def range(self, steps: Tape, box: Box) -> Interval:
        """Return the range of one equation."""
        self.spent += len(steps.steps)
        return interpret(steps, self._at(box))

    def ranges(self, box: Box) -> list[Interval]:
        """Return the range of each equation."""
        return [self.range(steps, box) for steps in self.tapes]

    def monotone(self, box: Box) -> list[int]:
        """Return for each equation of one unknown in which sense it can pass zero: 1 upwards, -1 downwards, 0 either.

        At most once, unless it is 0.
        """
        if len(box) > 1:
            return [0] * len(self.tapes)
        ((name, x),) = box.items()
        meaning = Sloped(self._at(box), {name: 0})
        self.spent += sum(6 * len(steps.steps) for steps in self.tapes)
        return [growth_apart(terms, meaning, x) for terms in self.terms]

    def slopes(self, box: Box) -> list[Slopes]:
        """Return range and slopes of each equation."""
        meaning = Sloped(self._at(box), {name: column for column, name in enumerate(self.names)})
        self.spent += sum(4 * len(steps.steps) for steps in self.tapes)
        return [interpret(steps, meaning) for steps in self.tapes]


def _shrinks(after: Interval, before: Interval) -> bool:
    if before.is_bounded:
        return after.high - after.low < SHRINKS * (before.high - before.low)
    return after.low > before.low or after.high < before.high


def region(
    problem: Problem, equations: Iterable[int], unknowns: Sequence[int], known: Mapping[int, fmpq | arb]
) -> Region:
    """Return some equations of a problem over boxes of `unknowns`, the rest being known."""
    chosen = [problem.equations[position] for position in equations]
    tapes = [tape(Sum("+-", (e.left, e.right), e.span)) for e in chosen]
    names = [unknown.name for unknown in problem.unknowns]
    used = {unknown for equation in chosen for unknown in equation.unknowns}
    intervals = {names[k]: from_number(known[k]) for k in used if k in known and k not in unknowns}
    terms = [_terms(equation) for equation in chosen] if len(unknowns) == 1 else []
    return Region(tapes, tuple(names[k] for k in unknowns), intervals, terms)


def _terms(equation: Equation) -> list[tuple[str, Tape]]:
    """Return the terms of left - right with their signs."""
    terms: list[tuple[str, Tape]] = []
    for outer, side in (("+", equation.left), ("-", equation.right)):
        inner = zip(side.signs, side.terms, strict=True) if isinstance(side, Sum) else [("+", side)]
        terms += [("+" if sign == outer else "-", tape(term)) for sign, term in inner if not _is_zero(term)]
    return terms


def _is_zero(term: Expression) -> bool:
    return isinstance(term, Number) and term.value == 0


def whole_box(unknowns: Iterable[Unknown]) -> Box:
    """Return all that the bounds of unknowns allow; bounds are rounded outwards."""
    return {unknown.name: _within(unknown) for unknown in unknowns}


def _within(unknown: Unknown) -> Interval:
    low = unknown.lower if unknown.lower in (0.0, -INF) else below(unknown.lower)
    high = unknown.upper if unknown.upper in (0.0, INF) else above(unknown.upper)
    return Interval(low, high, low == -INF, high == INF)


def overlap(a: Box, b: Box) -> bool:
    """Tell whether two boxes share a point."""
    return not any(intersection(a[name], b[name]).is_empty for name in a)


def inside(inner: Box, outer: Box) -> bool:
    """Tell whether all of `inner` lies in `outer`."""
    return all(intersection(inner[name], outer[name]) == inner[name] for name in inner)
