"""Candidates held against the equations as written: which are solutions, with proof, and which are not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from flint import arb

from eqsolve.evaluate import Ball, Balls, strictly
from eqsolve.exact.algebra import simplify
from eqsolve.exact.polynomials import vanishes
from eqsolve.exact.reals import Candidate
from eqsolve.language.interpret import Tape, tape, trace
from eqsolve.language.syntax import Call, Expression, Power, Sum

DISCONTINUOUS: Final = frozenset({"floor", "ceil", "round", "sign", "mod", "if", "interp", "atan2"})
REACHES: Final = (
    40,
    80,
    160,
)  # bits after the first of a candidate at which the signs on its sides are compared

Sides = tuple[Expression, Expression]


def confirmed(
    candidate: Candidate,
    others: Sequence[Candidate],
    sides: Sequence[Sides],
    sure: int | None,
    unknown: str,
    balls: Mapping[str, arb],
) -> bool | None:
    """Tell whether a candidate solves all equations; None if neither is proved.

    Args:
        candidate: The candidate.
        others: The other candidates, among which are all other solutions of the first equation.
        sides: The equations as written; the candidates are those of the first.
        sure: Position of the equation that holds at sure candidates wherever it has a value.
        unknown: The name that the candidate is a value of.
        balls: Balls that hold the values of the other names.
    """
    decided: bool | None = True
    for position, (left, right) in enumerate(sides):
        node = Sum("+-", (left, right), left.span)
        steps = tape(node)
        value, certain = _at(steps, unknown, arb(candidate.value), balls)
        if value is None:
            if certain:
                return False
            decided = None
        elif value > 0 or value < 0:
            return False
        elif not (
            value.is_zero()
            or (candidate.sure and position == sure)
            or vanishes(simplify(node, {unknown: candidate.form}))
            or (position == sure and _changes_sign(steps, candidate, others, unknown, balls))
        ):
            decided = None
    return decided


def _at(steps: Tape, unknown: str, x: arb, balls: Mapping[str, arb]) -> tuple[arb | None, bool]:
    """Return left - right at a point, or None and whether there is certainly no value."""
    with strictly():
        every = trace(steps, Balls({**balls, unknown: x}))
    found = every[-1]
    if found.issue is not None:
        return None, found.issue.certain and not _may_be_whole(steps, every)
    return (found.value, True) if found.value.is_finite() else (None, False)


def _may_be_whole(steps: Tape, every: Sequence[Ball]) -> bool:
    """Tell whether an exponent may be a whole number, which a ball does not show, so that any base will do."""
    exponents = (every[operands[1]].value for node, operands in steps.steps if isinstance(node, Power))
    return any(not e.is_exact() and (not e.is_finite() or e.contains_integer()) for e in exponents)


def _changes_sign(
    steps: Tape, candidate: Candidate, others: Sequence[Candidate], unknown: str, balls: Mapping[str, arb]
) -> bool:
    """Tell whether an equation passes zero next to a candidate and to no other; there must be a solution then."""
    if any(isinstance(n, Call) and n.function.id in DISCONTINUOUS for n, _ in steps.steps):
        return False
    centre = arb(candidate.value)
    for bits in REACHES:
        reach = max(abs(centre), arb(2) ** -bits, key=float).mid() * arb(2) ** -bits
        around = arb(centre.mid(), reach)
        if not around.contains(centre) or any(arb(o.value).overlaps(around) for o in others):
            continue
        whole, _ = _at(steps, unknown, around, balls)
        low, _ = _at(steps, unknown, arb(around.lower().mid()), balls)
        high, _ = _at(steps, unknown, arb(around.upper().mid()), balls)
        if whole is None or low is None or high is None:
            continue
        if (low < 0 and high > 0) or (low > 0 and high < 0):
            return True
    return False
