"""One member of a linear family, to show what its members look like."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Final

from flint import arb, fmpq

from eqsolve.evaluate import exact
from eqsolve.exact.affine import Affine, Number
from eqsolve.exact.elimination import Undecided, eliminate

MAX_FREE: Final = 100  # free unknowns up to which the least norm is looked for
DENOMINATOR: Final = 1_000  # of a member within bounds

Bounds = Mapping[int, tuple[float, float]]


def representative(
    relations: Mapping[int, Affine], free: Sequence[int], bounds: Bounds
) -> tuple[dict[int, Number], str] | None:
    """Choose a member of the family and say how: small integers, the least norm, or within the bounds.

    Args:
        relations: Dependent unknowns in terms of the free ones.
        free: The free unknowns.
        bounds: Lower and upper bounds of unknowns that have any.

    Returns:
        The values of all these unknowns, or None if no member lies within the bounds.
    """
    choice = _least_norm(relations, free)
    whole = {unknown: _rounded(value) for unknown, value in choice.items()}
    small = _member(relations, whole)
    least = _member(relations, choice)
    for member, name in ((small, "small integers"), (least, "least norm")):
        if name == "small integers" and not all(_is_whole(value) for value in member.values()):
            continue
        if _within(member, bounds):
            return member, "least norm" if whole == choice else name
    inside = _inside(relations, free, bounds)
    if inside is None:
        return None
    member = _member(relations, inside)
    return (member, "within the bounds") if _within(member, bounds) else None


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


def _inside(relations: Mapping[int, Affine], free: Sequence[int], bounds: Bounds) -> dict[int, Number] | None:
    """Return free unknowns of a member well inside the bounds, by linear programming; None if there is none."""
    import numpy
    from scipy.optimize import linprog

    # Maximise the slack s <= 1 in all bounds at once; the last column is s.
    rows, limits = [], []
    place = {unknown: position for position, unknown in enumerate(free)}
    forms = {**{k: Affine(fmpq(0), {k: fmpq(1)}) for k in free}, **relations}
    for unknown, (low, high) in bounds.items():
        if unknown not in forms:
            continue
        row = numpy.zeros(len(free))
        for key, value in forms[unknown].coefficients.items():
            row[place[key]] = float(arb(value))
        constant = float(arb(forms[unknown].constant))
        if high < numpy.inf:
            rows.append([*row, 1.0])
            limits.append(high - constant)
        if low > -numpy.inf:
            rows.append([*-row, 1.0])
            limits.append(constant - low)
    cost = numpy.append(numpy.zeros(len(free)), -1.0)
    box = [(None, None)] * len(free) + [(0, 1)]
    found = linprog(cost, A_ub=rows, b_ub=limits, bounds=box)
    if found.x is None:
        return None
    simple = (Fraction(float(value)).limit_denominator(DENOMINATOR) for value in found.x[:-1])
    return dict(zip(free, map(exact, simple), strict=True))


def _within(member: Mapping[int, Number], bounds: Bounds) -> bool:
    return all(
        low <= float(arb(member[unknown])) <= high
        for unknown, (low, high) in bounds.items()
        if unknown in member
    )


def _rounded(value: Number) -> fmpq:
    return fmpq((arb(value) + arb("0.5")).floor().mid().unique_fmpz())


def _is_whole(value: Number) -> bool:
    return isinstance(value, fmpq) and value.q == 1
