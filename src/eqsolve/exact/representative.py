"""One member of a linear family, to show what its members look like."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from flint import arb, fmpq

from eqsolve.evaluate import exact, nearest
from eqsolve.exact.affine import Affine, Number
from eqsolve.exact.elimination import Undecided, eliminate

MAX_FREE: Final = 100  # free unknowns up to which the least norm is looked for
OTHERS: Final = (1, -1, 2, -2)  # values of the first free unknown, the others counted up from there
DENOMINATORS: Final = (1, 10, 1_000, 10**9, 10**300)  # to try for a member within bounds


@dataclass(frozen=True, slots=True)
class Limit:
    """A linear form that must not be negative, nor zero if the limit is strict."""

    form: Affine
    strict: bool


def representative(
    relations: Mapping[int, Affine],
    free: Sequence[int],
    limits: Sequence[Limit],
    holds: Callable[[Mapping[int, Number]], bool] = lambda _: True,
) -> tuple[dict[int, Number], str] | None:
    """Choose a member of the family and say how: small integers, the least norm, or within the bounds.

    Args:
        relations: Dependent unknowns in terms of the free ones.
        free: The free unknowns.
        limits: What the member must meet.
        holds: Whether everything has a value at a member: where x is zero, `x/y = 0` leaves y free, but not to be zero.

    Returns:
        The values of all these unknowns, or None if no member lies within the bounds. If none holds, one of them.
    """
    first = None
    for member, how in _members(relations, free, limits):
        if holds(member):
            return member, how
        first = first or (member, how)
    return first


def _members(
    relations: Mapping[int, Affine], free: Sequence[int], limits: Sequence[Limit]
) -> Iterator[tuple[dict[int, Number], str]]:
    """Yield members within the limits, the simplest first."""
    choice = _least_norm(relations, free)
    whole = {unknown: _rounded(value) for unknown, value in choice.items()}
    small = _member(relations, whole)
    if all(_is_whole(value) for value in small.values()) and _within(small, limits):
        yield small, "least norm" if whole == choice else "small integers"
    least = _member(relations, choice)
    if _within(least, limits):
        yield least, "least norm"
    inside = _inside(relations, free, limits)
    member = None if inside is None else _member(relations, inside)
    if member is not None and _within(member, limits):
        yield member, "within the bounds"
    for value in OTHERS:
        other = _member(relations, {k: fmpq(value) + place for place, k in enumerate(free)})
        if _within(other, limits):
            yield other, "small integers"


def _member(relations: Mapping[int, Affine], choice: Mapping[int, Number]) -> dict[int, Number]:
    """Return all unknowns of a family from its free ones."""
    member = dict(choice)
    for unknown, form in relations.items():
        value = form.constant
        for key, coefficient in form.coefficients.items():
            value = value + coefficient * choice[key]
        member[unknown] = value
    return member


def _least_norm(relations: Mapping[int, Affine], free: Sequence[int]) -> dict[int, Number]:
    """Return the free unknowns of the member with the least sum of squares, from the normal equations."""
    if len(free) > MAX_FREE:
        return dict.fromkeys(free, fmpq(0))
    rows = []
    for k in free:
        constant: Number = fmpq(0)
        coefficients: dict[int, Number] = {k: fmpq(1)}
        for form in relations.values():
            factor = form.coefficients.get(k)
            if factor is None:
                continue
            constant = constant + factor * form.constant
            for key, value in form.coefficients.items():
                coefficients[key] = coefficients.get(key, fmpq(0)) + factor * value
        rows.append(Affine(constant, {key: value for key, value in coefficients.items() if value != 0}))
    try:
        solved = eliminate(rows).pivots
    except Undecided:
        solved = {}
    return {k: solved[k].constant if k in solved else fmpq(0) for k in free}


def _inside(
    relations: Mapping[int, Affine], free: Sequence[int], limits: Sequence[Limit]
) -> dict[int, Number] | None:
    """Return free unknowns of a member well inside the limits, by linear programming; None if there is none."""
    import numpy
    from scipy.optimize import linprog

    # Maximise the slack s <= 1 in all limits at once; the last column is s.
    rows, ends = [], []
    place = {unknown: position for position, unknown in enumerate(free)}
    for limit in limits:
        reduced = _reduced(limit.form, relations)
        row = numpy.zeros(len(free))
        for key, value in reduced.coefficients.items():
            row[place[key]] = nearest(value)
        size = float(numpy.abs(row).max(initial=0.0))
        if size > 0:
            rows.append([*(-row / size), 1.0])
            ends.append(nearest(reduced.constant) / size)
    cost = numpy.append(numpy.zeros(len(free)), -1.0)
    found = linprog(cost, A_ub=rows or None, b_ub=ends or None, bounds=[(None, None)] * len(free) + [(0, 1)])
    if found.x is None:
        return None
    return _simplest(relations, dict(zip(free, map(float, found.x[:-1]), strict=True)), limits)


def _simplest(
    relations: Mapping[int, Affine], choice: Mapping[int, float], limits: Sequence[Limit]
) -> dict[int, Number]:
    """Return the choice as rationals with small denominators, as far as that stays within the limits."""
    rational: dict[int, Number] = {}
    for denominator in DENOMINATORS:
        rational = {k: exact(Fraction(value).limit_denominator(denominator)) for k, value in choice.items()}
        if _within(_member(relations, rational), limits):
            break
    return rational


def _reduced(limit: Affine, relations: Mapping[int, Affine]) -> Affine:
    """Write a linear form in the free unknowns alone."""
    constant = limit.constant
    coefficients: dict[int, Number] = {}
    for key, factor in limit.coefficients.items():
        form = relations.get(key) or Affine(fmpq(0), {key: fmpq(1)})
        constant = constant + factor * form.constant
        for free, value in form.coefficients.items():
            coefficients[free] = coefficients.get(free, fmpq(0)) + factor * value
    return Affine(constant, coefficients)


def _within(member: Mapping[int, Number], limits: Sequence[Limit]) -> bool:
    for limit in limits:
        value = limit.form.constant
        for key, factor in limit.form.coefficients.items():
            value = value + factor * member[key]
        if value < 0 or (limit.strict and not value > 0):
            return False
    return True


def _rounded(value: Number) -> fmpq:
    return fmpq((arb(value) + arb("0.5")).floor().mid().unique_fmpz())


def _is_whole(value: Number) -> bool:
    return isinstance(value, fmpq) and value.q == 1
