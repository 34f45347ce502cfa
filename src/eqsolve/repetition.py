"""What to say of solutions that repeat without end: by a pattern, or all in a window."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from flint import arb

from eqsolve.blocks import Solved
from eqsolve.exact.write import write_number
from eqsolve.language.syntax import Name, names
from eqsolve.problem.model import Constraint, Problem, Unknown
from eqsolve.result import Completeness
from eqsolve.words import listed

if TYPE_CHECKING:
    from eqsolve.endless import Endless


@dataclass(frozen=True, slots=True)
class Repetition:
    """How solutions repeat.

    Attributes:
        completeness: `proved` if the patterns hold all solutions, `box` if a window does.
        message: The verdict in one sentence.
        patterns: Unknowns by pattern.
        window: Where the listed solutions are all.
    """

    completeness: Completeness
    message: str
    patterns: tuple[Mapping[str, str], ...]
    window: Mapping[str, tuple[float, float]]


def repetition(problem: Problem, solved: Solved, count: int) -> Repetition | None:
    """Say how solutions repeat; None if they do not, or that is not proved.

    Args:
        problem: The problem.
        solved: What came out of its blocks.
        count: How many solutions are listed.
    """
    distinct = {
        (each.unknown, each.window, tuple(p.text for p in each.patterns)): each for each in solved.endless
    }
    chosen = {each.unknown: each for each in distinct.values()}
    if not solved.proved or not chosen or len(chosen) < len(distinct):
        return None
    window = {problem.unknowns[k].name: each.window for k, each in chosen.items() if each.window is not None}
    only_bounds = all(any(_bounds(problem, c, k) for k in chosen) for c in problem.constraints)
    shown = [each for each in chosen.values() if only_bounds]
    patterns = tuple({problem.unknowns[e.unknown].name: text} for e in shown for text in _texts(e))
    endlessly = [e for e in shown if not _is_bounded(problem.unknowns[e.unknown])]
    if len(problem.unknowns) == 1 and patterns and endlessly:
        return Repetition(Completeness.PROVED, _pattern_message(problem, shown[0]), patterns, window)
    where = listed(_between(name, *ends) for name, ends in window.items())
    what = "the only solution" if count == 1 else f"all {count} solutions"
    more = "there are more outside" if patterns else "there may be more outside"
    return Repetition(Completeness.BOX, f"{what} with {where}, proved; {more}", patterns, window)


def _texts(endless: Endless) -> list[str]:
    single = [write_number(root.value) or arb(root.value).str(10, radius=False) for root in endless.single]
    return [*(pattern.text for pattern in endless.patterns), *single]


def _pattern_message(problem: Problem, endless: Endless) -> str:
    unknown = problem.unknowns[endless.unknown]
    message = f"infinitely many solutions, proved to be all: {endless.letter} is any whole number"
    limits = list(dict.fromkeys(constraint.line.text.strip() for constraint in problem.constraints))
    if limits:
        message += f" that leaves {unknown.name} within {listed(limits)}"
    counts = {pattern.multiplicity for pattern in endless.patterns} | {
        root.multiplicity for root in endless.single
    }
    counts |= {p.multiplicity + more for p in endless.patterns for more in p.more.values()}
    if counts != {1}:
        each = "each" if len(counts) == 1 else "some"
        message += f"; {each} of multiplicity {max(counts)}"
    return message


def _is_bounded(unknown: Unknown) -> bool:
    return math.isfinite(unknown.lower) and math.isfinite(unknown.upper)


def _between(name: str, low: float, high: float) -> str:
    return f"{low:.15g} <= {name} <= {high:.15g}"


def _bounds(problem: Problem, constraint: Constraint, unknown: int) -> bool:
    """Tell whether a constraint is a bound of an unknown."""
    condition = constraint.condition
    if len(condition.sides) != 2 or "!=" in condition.operators:
        return False
    own = problem.unknowns[unknown].name
    sides = [[name.id for name in names(side)] for side in condition.sides]
    alone = [isinstance(side, Name) and side.id == own for side in condition.sides]
    return (
        any(alone)
        and all(used == [own] or own not in used for used in sides)
        and not any(name in problem.index and name != own for used in sides for name in used)
    )
