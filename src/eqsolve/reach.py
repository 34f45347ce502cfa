"""Where the unknowns of a block can be: ranges proved by intervals, signs, and what its numbers suggest.

The equations narrow the box of all values that the bounds allow: `x^2 + y^2 = 4` gives |x| <= 2, a logarithm or
a root a sign. Numbers tell magnitudes, and where they stand beside an unknown alone, as in `exp(-(x - 40)^2)`,
the places where something happens. Nothing here decides anything; it is where a search begins.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from flint import arb, fmpq

from eqsolve.evaluate import nearest
from eqsolve.exact.algebra import ONE, terms
from eqsolve.language.interpret import tape
from eqsolve.language.syntax import Name, Number, Sum
from eqsolve.problem.model import Equation, Problem
from eqsolve.proof.region import region, whole_box

LONGEST: Final = 4_000  # steps of all equations up to which they are narrowed
MODEST: Final = 2.0  # powers of ten that magnitudes reach at least
FURTHEST: Final = 12.0  # and at most
MOST_ANCHORS: Final = 8  # of one unknown


@dataclass(frozen=True, slots=True)
class Reach:
    """Where the unknowns can be, one entry per unknown.

    Attributes:
        lower: Least value.
        upper: Greatest value.
        positive: Whether it must be positive.
        orders: Least and greatest power of ten that its equations suggest.
        anchors: Zeros of sums of it alone and a number, in the order of the text.
    """

    lower: tuple[float, ...]
    upper: tuple[float, ...]
    positive: tuple[bool, ...]
    orders: tuple[tuple[float, float], ...]
    anchors: tuple[tuple[float, ...], ...]


def reach(
    problem: Problem,
    equations: Sequence[int],
    unknowns: Sequence[int],
    known: Mapping[int, fmpq | arb],
) -> Reach:
    """Return where some unknowns can be, given values of others.

    Args:
        problem: The problem.
        equations: Positions of the equations that hold.
        unknowns: Positions of the unknowns asked about.
        known: Values of other unknowns.
    """
    members = [problem.unknowns[k] for k in unknowns]
    box = whole_box(members)
    space = region(problem, equations, unknowns, known)
    used = {u for e in equations for u in problem.equations[e].unknowns} - set(unknowns)
    if sum(len(steps.steps) for steps in space.tapes) <= LONGEST and used <= known.keys():
        box = space.narrowed(box) or box
    sides = [box[member.name] for member in members]
    sizes = {e: _sizes(problem.equations[e], known) for e in equations}
    orders = []
    for unknown in unknowns:
        own = [size for e in equations if unknown in problem.equations[e].unknowns for size in sizes[e]]
        orders.append(
            (
                max(-FURTHEST, min([*own, -MODEST]) - 1),
                min(FURTHEST, max([*own, MODEST]) + 1),
            )
        )
    return Reach(
        tuple(max(side.low, member.lower) for side, member in zip(sides, members, strict=True)),
        tuple(min(side.high, member.upper) for side, member in zip(sides, members, strict=True)),
        tuple(side.low >= 0 for side in sides),
        tuple(orders),
        _anchors([problem.equations[e] for e in equations], [member.name for member in members]),
    )


def between(low: float, high: float, share: float) -> float:
    """Return a number within a range that may be infinite, by its share of the way, between 0 and 1."""
    if low > -math.inf and high < math.inf:
        return low + share * (high - low)
    if low > -math.inf:
        return low + share / (1 - share)
    if high < math.inf:
        return high - (1 - share) / share
    return math.tan(math.pi * (share - 0.5))


def _sizes(equation: Equation, known: Mapping[int, fmpq | arb]) -> list[float]:
    """Return the powers of ten of the numbers in an equation."""
    numbers = [
        abs(float(node.value))
        for side in (equation.left, equation.right)
        for node, _ in tape(side).steps
        if isinstance(node, Number) and abs(node.value) < 10**300
    ]
    numbers += [abs(nearest(known[u])) for u in equation.unknowns if u in known]
    return [math.log10(number) for number in numbers if 0 < number < math.inf]


def _anchors(equations: Sequence[Equation], names: Sequence[str]) -> tuple[tuple[float, ...], ...]:
    """Return the zeros of sums such as `x - 40` or `3 + 2*x`, by unknown."""
    found: dict[str, dict[float, None]] = {name: {} for name in names}
    sides = [tape(side).steps for equation in equations for side in (equation.left, equation.right)]
    if sum(map(len, sides)) > LONGEST:
        return ((),) * len(names)
    for node in (node for steps in sides for node, _ in steps if isinstance(node, Sum)):
        if len(node.terms) != 2:
            continue
        by_core = {core: coefficient for coefficient, core in terms(node)}
        number = by_core.pop(ONE, None)
        match list(by_core.items()):
            case [(Name(id=name), slope)] if number is not None and name in found:
                found[name][float(-number / slope)] = None
    return tuple(tuple(found[name])[:MOST_ANCHORS] for name in names)
