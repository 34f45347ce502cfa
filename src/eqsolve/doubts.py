"""Warnings about solutions that hold, but not firmly."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Final

from flint import arb

from eqsolve.errors import Diagnostic
from eqsolve.exact.affine import Number
from eqsolve.problem.model import Problem
from eqsolve.verify.sensitivity import LARGEST, amplification, looseness
from eqsolve.verify.system import System
from eqsolve.words import lines_of, listed, places

DELICATE: Final = 1e6  # relative change of an unknown per relative change of the numbers in the equations
MOST_POINTS: Final = 4  # solutions that are looked at
AT: Final = "{at}"
SPLITS: Final = (
    "the least change of the numbers in the equations splits it into several solutions, or leaves none"
)
UNIT_ROUNDOFF: Final = 2.0**-53


def doubts(
    problem: Problem, points: Sequence[Mapping[int, Number]], multiplicities: Sequence[int]
) -> tuple[Diagnostic, ...]:
    """Warn of solutions that are multiple, loosely fixed, or at the mercy of rounded numbers.

    Args:
        problem: The problem.
        points: Values of all unknowns at each solution.
        multiplicities: How often each solution counts.
    """
    if not 0 < len(problem.unknowns) <= LARGEST:
        return ()
    found: dict[tuple[str, str | None], list[int]] = {}
    for k, (point, multiplicity) in enumerate(zip(points, multiplicities, strict=True)):
        if k >= MOST_POINTS and multiplicity == 1:
            continue
        system, x = _system(problem, point)
        said = (
            _multiple(problem, system, x, multiplicity) if multiplicity > 1 else _delicate(problem, system, x)
        )
        if said is not None:
            found.setdefault(said, []).append(k + 1)
    return tuple(
        Diagnostic(
            "multiple-solution" if hint == SPLITS else "ill-conditioned",
            message.replace(AT, _which(where, len(points)), 1),
            hint=hint,
        )
        for (message, hint), where in found.items()
    )


def _which(numbers: Sequence[int], count: int) -> str:
    if count == 1:
        return "at the solution"
    return f"at solution{'' if len(numbers) == 1 else 's'} {listed(numbers)}"


def _system(problem: Problem, point: Mapping[int, Number]) -> tuple[System, list[arb]]:
    columns = range(len(problem.unknowns))
    rows = [k for k, equation in enumerate(problem.equations) if equation.unknowns]
    return System(problem, rows, columns), [arb(point[k]) for k in columns]


def _multiple(
    problem: Problem, system: System, x: Sequence[arb], multiplicity: int
) -> tuple[str, str | None] | None:
    loose = looseness(system, x)
    if loose is None or not loose.rows:
        return None
    lines = lines_of(problem, (system.equations[row] for row in loose.rows))
    names = listed(problem.unknowns[column].name for column in loose.columns)
    if len(lines) == 1:
        what = f"{AT} {places(problem, lines)} has no slope and does not fix {names} well"
    else:
        what = f"{AT} {places(problem, lines)} depend on each other and do not fix {names} well"
    return f"{what}: it counts {'twice' if multiplicity == 2 else f'{multiplicity} times'}", SPLITS


def _delicate(problem: Problem, system: System, x: Sequence[arb]) -> tuple[str, str | None] | None:
    factors = amplification(system, x)
    worst = {k: factor for k, factor in enumerate(factors or ()) if factor > DELICATE}
    if not worst:
        return None
    names = listed(problem.unknowns[k].name for k in sorted(worst, key=lambda k: -worst[k]))
    digits = justified(max(worst.values()))
    only = {0: "no digit", 1: "only 1 digit"}.get(digits, f"only {digits} digits")
    means = "means" if digits < 2 else "mean"
    rounded = "if the numbers in the equations are rounded to 16 digits"
    message = f"{AT} {only} of {names} {means} anything {rounded}"
    loose = looseness(system, x)
    if loose is None or len(loose.rows) < 2:
        return message, None
    lines = lines_of(problem, (system.equations[row] for row in loose.rows))
    return message, f"{places(problem, lines)} say nearly the same there"


def justified(factor: float) -> int:
    """Return how many digits of a value are left if all numbers behind it are rounded to 16 digits."""
    lost = factor * UNIT_ROUNDOFF
    return max(0, math.floor(-math.log10(lost))) if math.isfinite(lost) and lost > 0 else 0
