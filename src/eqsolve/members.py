"""A member of a family that meets the constraints, where the members that a search came upon do not.

Unknowns that move along the family are given values within their reach, and the rest is solved for. A member counts
only strictly within the constraints, and where its other unknowns are certified: then it can move, and there are
infinitely many like it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import combinations
from typing import Final

from flint import fmpq

from eqsolve.blocks import Branch, Solved
from eqsolve.constraints import hold_strictly
from eqsolve.exact.affine import Number
from eqsolve.problem.fix import fixed
from eqsolve.problem.model import Problem
from eqsolve.reach import between, reach

BASES: Final = (2, 3, 5)  # of the sequences of choices, one per free unknown
CHOICES: Final = 15  # for one set of unknowns
SETS: Final = 4  # of unknowns that are given values
SIMPLE: Final = 64  # greatest denominator of a value that is chosen


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
    where = reach(problem, range(len(problem.equations)), range(len(problem.unknowns)), {})
    for count in range(1, CHOICES + 1):
        shares = [_share(count, base) for base in BASES]
        yield tuple(
            _simple(where.lower[k], where.upper[k], share) for k, share in zip(chosen, shares, strict=False)
        )


def _share(count: int, base: int) -> float:
    """Return a number of van der Corput's sequence, between 0 and 1."""
    share, part = 0.0, 1.0
    while count:
        part /= base
        count, digit = divmod(count, base)
        share += part * digit
    return share


def _simple(low: float, high: float, share: float) -> Fraction:
    value = between(low, high, share)
    simple = Fraction(value).limit_denominator(SIMPLE)
    return simple if low < simple < high else Fraction(value)
