"""Infinitely many whole solutions of linear equations, in terms of whole parameters; or very many, counted."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from eqsolve.exact.algebra import add, literal, multiply
from eqsolve.language.printer import unparse
from eqsolve.language.syntax import Name
from eqsolve.problem.model import Problem
from eqsolve.whole.conditions import Conditions
from eqsolve.whole.domains import End, is_infinite
from eqsolve.whole.lattice import Lattice, lattice
from eqsolve.whole.propagators import Linear

LETTERS: Final = "kmnpqrst"


@dataclass(frozen=True, slots=True)
class Family:
    """The points of a lattice, with its only parameter between two ends if there is one only.

    Attributes:
        lattice: The points.
        low: Least value of a single parameter.
        high: Greatest value of a single parameter.
    """

    lattice: Lattice
    low: End = -math.inf
    high: End = math.inf

    @property
    def count(self) -> End:
        """How many points there are."""
        return max(0, self.high - self.low + 1)

    def point(self, parameters: Sequence[int]) -> list[int]:
        """Return one point."""
        point = list(self.lattice.origin)
        for times, step in zip(parameters, self.lattice.steps, strict=True):
            point = [x + times * s for x, s in zip(point, step, strict=True)]
        return point

    def nearest(self, most: int) -> Iterator[list[int]]:
        """Yield points of a single parameter, those with a small parameter first."""
        if self.low > 0:
            sequence = range(int(self.low), int(min(self.high, self.low + most - 1)) + 1)
        elif self.high < 0:
            sequence = range(int(self.high), int(max(self.low, self.high - most + 1)) - 1, -1)
        else:
            reach = range(2 * most)
            signed = ((n + 1) // 2 if n % 2 else -n // 2 for n in reach)
            yield from (self.point([k]) for k in signed if self.low <= k <= self.high)
            return
        yield from (self.point([k]) for k in sequence)


def family(conditions: Conditions) -> Family | None:
    """Return all solutions as a family if there are equations and ends only, and it can be written down."""
    if not conditions.pure:
        return None
    found = lattice(conditions.equations, len(conditions.unknowns))
    if found is None or not found.steps:
        return None
    limits = [p for p in conditions.propagators if isinstance(p, Linear) and p.operator == "<="]
    if len(found.steps) == 1:
        return _between(found, conditions, limits)
    bounded = any(not is_infinite(low) or not is_infinite(high) for low, high in conditions.ends)
    return None if bounded or limits else Family(found)


def _between(found: Lattice, conditions: Conditions, limits: Sequence[Linear]) -> Family:
    """Return the range of the only parameter that ends and inequalities leave."""
    (step,) = found.steps
    lows: list[End] = [-math.inf]
    highs: list[End] = [math.inf]

    def at_most(slope: int, room: int) -> None:
        """Note `slope * k <= room`."""
        if slope > 0:
            highs.append(room // slope)
        elif slope < 0:
            lows.append(-(room // -slope))
        elif room < 0:
            highs.append(-math.inf)

    for (low_end, high_end), x, s in zip(conditions.ends, found.origin, step, strict=True):
        if not is_infinite(high_end):
            at_most(s, int(high_end) - x)
        if not is_infinite(low_end):
            at_most(-s, x - int(low_end))
    for limit in limits:
        pairs = list(zip(limit.variables, limit.factors, strict=True))
        at_most(
            sum(a * step[v] for v, a in pairs), -limit.constant - sum(a * found.origin[v] for v, a in pairs)
        )
    return Family(found, max(lows), min(highs))


@dataclass(frozen=True, slots=True)
class Written:
    """A family in words of the language.

    Attributes:
        forms: Unknowns in terms of the parameters.
        determined: Unknowns with one value only.
        free: Names of the parameters.
        limits: What the parameters are, in words.
    """

    forms: dict[str, str]
    determined: dict[str, str]
    free: tuple[str, ...]
    limits: str


def written(problem: Problem, conditions: Conditions, found: Family) -> Written:
    """Write a family down; an unknown that is itself a parameter lends it its name."""
    names = [problem.unknowns[k].name for k in conditions.unknowns]
    origin, steps = list(found.lattice.origin), [list(step) for step in found.lattice.steps]
    low, high = found.low, found.high
    taken, free = set(problem.names), []
    for j, step in enumerate(steps):
        own = _own(steps, j)
        if own is None:
            letter = next(f"{c}{n or ''}" for n in range(99) for c in LETTERS if f"{c}{n or ''}" not in taken)
            taken.add(letter)
            free.append(letter)
            continue
        sign, shift = step[own], origin[own]
        steps[j] = [sign * s for s in step]
        origin = [x - shift * s for x, s in zip(origin, steps[j], strict=True)]
        low, high = (low + shift, high + shift) if sign > 0 else (shift - high, shift - low)
        free.append(names[own])
    forms: dict[str, str] = {}
    determined: dict[str, str] = {}
    span = problem.unknowns[0].span
    for v, name in enumerate(names):
        if name in free:
            continue
        terms = [
            multiply(literal(Fraction(step[v])), Name(letter, span))
            for step, letter in zip(steps, free, strict=True)
            if step[v]
        ]
        constant = [literal(Fraction(origin[v]))] if origin[v] or not terms else []
        (forms if terms else determined)[name] = unparse(add(*constant, *terms))
    return Written(forms, determined, tuple(free), _limits(free, low, high))


def _own(steps: Sequence[Sequence[int]], j: int) -> int | None:
    """Return a variable that moves by one with parameter j and with no other."""
    for v in range(len(steps[j])):
        if abs(steps[j][v]) == 1 and not any(step[v] for i, step in enumerate(steps) if i != j):
            return v
    return None


def _limits(free: Sequence[str], low: End, high: End) -> str:
    if len(free) > 1:
        return f"{', '.join(free[:-1])} and {free[-1]} are any whole numbers"
    if not is_infinite(low):
        return f"{free[0]} is any whole number from {int(low)} up"
    if not is_infinite(high):
        return f"{free[0]} is any whole number up to {int(high)}"
    return f"{free[0]} is any whole number"
