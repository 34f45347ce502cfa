"""All real solutions of equations in one unknown, with proof: candidates, each held against what was written."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from flint import arb, fmpq

from eqsolve.exact.affine import Number
from eqsolve.exact.algebra import add, literal, power, simplify
from eqsolve.exact.confirm import Sides, confirmed
from eqsolve.exact.reals import Candidate, Environment, candidates
from eqsolve.language.syntax import Expression, Sum

MAX_EQUATIONS: Final = 4


@dataclass(frozen=True, slots=True)
class Reals:
    """All real solutions, and why there is none, in words, if there is none."""

    values: tuple[Number, ...]
    reason: str | None


def all_solutions(sides: Sequence[Sides], unknown: str, known: Mapping[str, Number]) -> Reals | None:
    """Return all real solutions of the equations `left = right`, at the working precision; None without proof.

    Args:
        sides: The equations.
        unknown: The name they are solved for.
        known: Values of the other names, rational or in balls that hold them.
    """
    if not 0 < len(sides) <= MAX_EQUATIONS:
        return None
    rational = {name: _literal(value) for name, value in known.items() if isinstance(value, fmpq)}
    balls = {name: arb(value) for name, value in known.items()}
    for position, (left, right) in enumerate(sides):
        around = Environment({name: value for name, value in balls.items() if name not in rational})
        node = simplify(Sum("+-", (left, right), left.span), rational)
        found = candidates(node, unknown, around)
        if found is None:
            continue
        every = _distinct(found)
        return None if every is None else _sifted(every, sides, position, unknown, balls, around)
    return _together(sides, unknown, rational, balls) if len(sides) > 1 else None


def _together(
    sides: Sequence[Sides],
    unknown: str,
    rational: Mapping[str, Expression],
    balls: Mapping[str, arb],
) -> Reals | None:
    """Tell whether the squares of all equations cannot add up to zero, where each equation can hold by itself."""
    around = Environment({name: value for name, value in balls.items() if name not in rational})
    squares = (power(simplify(Sum("+-", pair, pair[0].span), rational), 2) for pair in sides)
    if candidates(add(*squares), unknown, around) == []:
        return Reals((), "the equations never hold at the same place")
    return None


def _literal(value: fmpq) -> Expression:
    return literal(Fraction(int(value.p), int(value.q)))


def _distinct(found: Sequence[Candidate]) -> list[Candidate] | None:
    """Return candidates that differ; None if that cannot be told."""
    every: list[Candidate] = []
    for candidate in sorted(found, key=lambda c: not c.sure):
        near = [other for other in every if arb(other.value).overlaps(arb(candidate.value))]
        if not near:
            every.append(candidate)
        elif not any(other.form == candidate.form for other in near):
            return None
    return sorted(every, key=lambda c: float(arb(c.value).mid()))


def _sifted(
    every: Sequence[Candidate],
    sides: Sequence[Sides],
    position: int,
    unknown: str,
    balls: Mapping[str, arb],
    around: Environment,
) -> Reals | None:
    kept: list[Candidate] = []
    meaning = {**balls, **around.balls}
    for candidate in every:
        others = [other for other in every if other is not candidate]
        answer = confirmed(candidate, others, sides, position, unknown, meaning)
        if answer is None:
            return None
        if answer:
            kept.append(candidate)
    if kept:
        return Reals(tuple(candidate.value for candidate in kept), None)
    return Reals((), _reason(every, unknown, around, several=len(sides) > 1))


def _reason(every: Sequence[Candidate], unknown: str, around: Environment, *, several: bool) -> str:
    if not every:
        return around.reasons[0] if around.reasons else "what is left after simplifying can never hold"
    numbers = " or ".join(f"{float(arb(candidate.value).mid()):.6g}" for candidate in every[:3])
    what = "all equations" if several else "the equation as written"
    if len(every) == 1:
        return f"the only candidate, {unknown} = {numbers}, does not satisfy {what}"
    more = ", …" if len(every) > 3 else ""
    return f"the only candidates, {unknown} = {numbers}{more}, do not satisfy {what}"
