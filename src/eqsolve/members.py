"""The member that stands for a family.

Of a linear family it is a simple one within the linear constraints, at which everything has a value. Of any other it
is the one that a search came upon. Where that does not meet the constraints, unknowns that move along the family are
given values within their reach, and the rest is solved for. Such a member counts only strictly within the constraints,
and where its other unknowns are certified: then it can move, and there are infinitely many like it.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import combinations
from typing import TYPE_CHECKING, Final

from flint import arb, fmpq

from eqsolve.blocks import Branch, Solved, exact_middle
from eqsolve.constraints import hold_strictly
from eqsolve.evaluate import exact, precision
from eqsolve.exact.affine import Affine, Number, affine
from eqsolve.problem.fix import fixed
from eqsolve.problem.model import Problem
from eqsolve.verify.system import BITS, RESIDUAL_DIGITS, System, equations_hold, satisfies

if TYPE_CHECKING:
    from eqsolve.exact.representative import Limit

REPRESENTATIVE: Final = "representative"  # a member that a search came upon
BASES: Final = (2, 3, 5)  # of the sequences of choices, one per free unknown
BESIDE: Final = arb("1e-10")  # how far to look for solutions beside a point, relatively
AROUND: Final = arb("1e-3")  # and how far these may be
CHOICES: Final = 15  # for one set of unknowns
SETS: Final = 4  # of unknowns that are given values
SIMPLE: Final = 64  # greatest denominator of a value that is chosen


def member_of(problem: Problem, branch: Branch) -> tuple[Branch, str] | None:
    """Return a branch with a value for every unknown and how the free ones were chosen."""
    linear_free = [unknown for unknown in branch.free if unknown not in branch.values]
    if not linear_free:
        return replace(branch, enclosures=None), REPRESENTATIVE
    from eqsolve.exact.representative import representative

    def has_values(member: Mapping[int, Number]) -> bool:
        return equations_hold(
            problem, {**branch.values, **{k: exact_middle(value) for k, value in member.items()}}
        )

    with precision(2 * BITS):
        limits = _limits(problem, branch.values)
        chosen = representative(branch.relations, linear_free, limits, has_values)
        if chosen is not None and not has_values(chosen[0]):
            limits += _domains(problem, branch, linear_free)
            chosen = representative(branch.relations, linear_free, limits, has_values) or chosen
    if chosen is None:
        return None
    member, how = {k: exact_middle(value) for k, value in chosen[0].items()}, chosen[1]
    return replace(branch, values={**branch.values, **member}, enclosures=None), f"representative ({how})"


def stands_alone(problem: Problem, branch: Branch) -> bool:
    """Tell whether no other solutions lie right beside a point, as they do where families meet or bend.

    They would be found with one unknown or another a little off.
    """
    if branch.enclosures is not None:
        return True
    from eqsolve.verify.polish import polish  # linear problems do without the import

    equations = range(len(problem.equations))
    with precision(BITS):
        for k, value in branch.values.items():
            others = [other for other in branch.values if other != k]
            size = abs(arb(value)) + 1
            for shift in (BESIDE, -BESIDE):
                system = System(problem, equations, others, {k: (value + shift * size).mid()})
                moved = polish(system, [arb(branch.values[other]).mid() for other in others])
                if moved is None or not satisfies(system.at(moved.x, derivatives=False), RESIDUAL_DIGITS):
                    continue
                if all(
                    abs(x - branch.values[j]) <= AROUND * (abs(arb(branch.values[j])) + 1)
                    for x, j in zip(moved.x, others, strict=True)
                ):
                    return False
    return True


def member_inside(
    problem: Problem, solved: Solved, solve_rest: Callable[[Problem], Sequence[Branch]]
) -> Solved | None:
    """Return the families with one member that meets the constraints; None if none was found.

    Args:
        problem: The problem.
        solved: What came out of its blocks; every unknown of a family has a value.
        solve_rest: Returns the solutions of the problem of all unknowns but the chosen ones.
    """
    branch = next((b for b in solved.branches if b.free and len(b.values) == len(problem.unknowns)), None)
    if branch is None or len(branch.free) > len(BASES):
        return None
    moving = branch.moving
    moving_first = sorted(range(len(problem.unknowns)), key=lambda k: k not in moving)
    others = combinations(moving_first, len(branch.free))
    sets = dict.fromkeys([tuple(sorted(branch.free)), *map(tuple, map(sorted, others))])
    for chosen in list(sets)[:SETS]:
        left = [k for k in range(len(problem.unknowns)) if k not in chosen]
        for values in _choices(problem, chosen):
            for rest in solve_rest(fixed(problem, dict(zip(chosen, values, strict=True)))):
                whole: dict[int, Number] = {
                    k: rest.values[new] for new, k in enumerate(left) if new in rest.values
                }
                whole |= {k: fmpq(v.numerator, v.denominator) for k, v in zip(chosen, values, strict=True)}
                if not rest.free and rest.enclosures is not None and hold_strictly(problem, whole):
                    if not set(chosen) <= moving:  # another family than the one that was met
                        branch = replace(branch, free=chosen, moving=frozenset(range(len(problem.unknowns))))
                    return replace(solved, branches=(replace(branch, values=whole, enclosures=None),))
    return None


def _choices(problem: Problem, chosen: Sequence[int]) -> Iterator[tuple[Fraction, ...]]:
    """Yield values of unknowns, spread over where they can be."""
    from eqsolve.reach import between, reach

    where = reach(problem, range(len(problem.equations)), range(len(problem.unknowns)), {})
    for count in range(1, CHOICES + 1):
        shares = [_share(count, base) for base in BASES]
        yield tuple(
            _simple(between(where.lower[k], where.upper[k], share), where.lower[k], where.upper[k])
            for k, share in zip(chosen, shares, strict=False)
        )


def _share(count: int, base: int) -> float:
    """Return a number of van der Corput's sequence, between 0 and 1."""
    share, part = 0.0, 1.0
    while count:
        part /= base
        count, digit = divmod(count, base)
        share += part * digit
    return share


def _simple(value: float, low: float, high: float) -> Fraction:
    """Return a number with a small denominator beside a value, if there is one within the range."""
    simple = Fraction(value).limit_denominator(SIMPLE)
    return simple if low < simple < high else Fraction(value)


def _limits(problem: Problem, known: Mapping[int, Number]) -> list[Limit]:
    """Return the linear ones of the constraints."""
    from eqsolve.exact.representative import Limit

    limits = []
    for constraint in problem.constraints:
        (operator,), (left, right) = constraint.condition.operators, constraint.condition.sides
        if operator == "!=":
            continue
        sides = (left, right) if operator in (">", ">=") else (right, left)
        form = affine(*sides, problem.index, known)
        if form is not None and not form.issue and form.coefficients:
            limits.append(Limit(form, strict=operator in ("<", ">")))
    return limits


def _domains(problem: Problem, branch: Branch, free: Sequence[int]) -> list[Limit]:
    """Return where free unknowns can be by the domains of the equations."""
    from eqsolve.exact.representative import Limit
    from eqsolve.reach import reach

    where = reach(problem, range(len(problem.equations)), free, branch.values)
    limits = []
    for k, low, high in zip(free, where.lower, where.upper, strict=True):
        for end, sign in ((low, 1), (high, -1)):
            if math.isfinite(end):
                limits.append(
                    Limit(Affine(exact(Fraction(-sign * end)), {k: exact(Fraction(sign))}), strict=True)
                )
    return limits
