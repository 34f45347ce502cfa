"""Too many or too few equations, said before anything is computed.

It is counted which unknowns occur where, nothing else: a system that is short of an equation may still be meant
as a family, and one with an equation too many may still hold.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from typing import Final

from eqsolve.errors import Diagnostic
from eqsolve.language.syntax import Name
from eqsolve.problem.model import Problem
from eqsolve.structure.analyse import Block, imbalance
from eqsolve.words import MOST_LISTED, lines_of, listed, missing, number, places, verb

MOST_NAMES: Final = 500  # that are compared with each other
_LONG: Final = 6  # letters from which a name may differ by two and still be a misspelling


def structural_warnings(problem: Problem, redundant: Collection[int] = ()) -> tuple[Diagnostic, ...]:
    """Warn of parts with more, or fewer, equations than unknowns.

    Args:
        problem: The problem.
        redundant: Equations that are known to follow from others, and are reported already.
    """
    incidence = {k: e.unknowns for k, e in enumerate(problem.equations) if e.unknowns}
    if not incidence:
        return ()
    parts = imbalance(incidence)
    over = (
        _over(problem, block)
        for block in parts.over
        if len(set(block.equations) - set(redundant)) > len(block.unknowns)
    )
    under = (warning for block in parts.under for warning in _under(problem, block))
    return (*over, *under)


def surplus(problem: Problem, equations: Collection[int]) -> str | None:
    """Say that equations have too few unknowns between them; None if they have enough."""
    unknowns = sorted({u for position in equations for u in problem.equations[position].unknowns})
    extra = len(equations) - len(unknowns)
    if extra <= 0:
        return None
    if not unknowns:
        return "there is no unknown"
    count = f"{number(extra)} equation{'' if extra == 1 else 's'} too many"
    return f"only {listed(problem.unknowns[u].name for u in unknowns)} between them: {count}"


def _over(problem: Problem, block: Block) -> Diagnostic:
    lines = lines_of(problem, block.equations)
    has = verb(lines, "has", "have")
    between = surplus(problem, block.equations) or ""
    if len(lines) == 1:
        between = between.replace(" between them", "")
    return Diagnostic("too-many-equations", f"{places(problem, lines)} {has} {between}")


def _under(problem: Problem, block: Block) -> Iterator[Diagnostic]:
    """Warn of an underdetermined part, and of each name in it that looks misspelt."""
    lacking = len(block.unknowns) - len(block.equations)
    lines = lines_of(problem, block.equations)
    names = [problem.unknowns[unknown].name for unknown in suspicious(problem, block.unknowns)]
    leave = f"{places(problem, lines)} {verb(lines, 'leaves', 'leave')}"
    openly = f"{number(lacking)} of {', '.join(names[:MOST_LISTED])}{', …' * (len(names) > MOST_LISTED)} open"
    message = f"{leave} {openly}: {missing(lacking, 'equation', 'missing')}"
    misspelt = list(_misspelt(problem, block.unknowns))
    if not misspelt:
        yield Diagnostic("too-few-equations", message)
    for unknown, meant in misspelt:
        span = problem.unknowns[unknown].span
        yield Diagnostic("too-few-equations", message, span, f"did you mean `{meant}`?")
        name = problem.unknowns[unknown].name
        message = f"`{name}` occurs in one equation only, and is much like `{meant}`"


def suspicious(problem: Problem, unknowns: Sequence[int]) -> list[int]:
    """Order unknowns: first those that no equation is solved for and that occur in few equations."""
    uses = Counter(u for equation in problem.equations for u in equation.unknowns)
    alone = {
        problem.index.get(side.id)
        for equation in problem.equations
        for side in (equation.left, equation.right)
        if isinstance(side, Name)
    }
    return sorted(unknowns, key=lambda unknown: (unknown in alone, uses[unknown], unknown))


def _misspelt(problem: Problem, loose: Sequence[int]) -> Iterator[tuple[int, str]]:
    """Yield unknowns that occur in one equation only and are spelt much like another name.

    One of the two is loose: the slip, or what its right spelling would have fixed.
    """
    if len(problem.unknowns) > MOST_NAMES:
        return
    uses = Counter(u for equation in problem.equations for u in equation.unknowns)
    givens = [given.name for given in problem.givens]
    for unknown, name in enumerate(problem.names):
        if uses[unknown] > 1:
            continue
        others = range(len(problem.names)) if unknown in loose else loose
        # Of two rare names that look alike, the later one is doubted.
        names = [problem.names[other] for other in others if uses[other] > 1 or unknown > other]
        near = [other for other in (*names, *(givens if unknown in loose else ())) if looks_like(name, other)]
        if near:
            yield unknown, min(near, key=lambda other: _distance(name.lower(), other.lower()))


def looks_like(name: str, other: str) -> bool:
    """Tell whether one name may be a slip for the other; `x1` and `x2` are two names."""
    if _without_digits(name) == _without_digits(other) or _same_but_index(name, other):
        return False
    if name.lower() == other.lower():
        return True
    shortest, longest = sorted((len(name), len(other)))
    if longest - shortest > 1 + (shortest >= _LONG):
        return False
    allowed = 2 if shortest >= _LONG else 1
    if shortest == longest and shortest < 3:
        return False
    return _distance(name, other) <= allowed


def _same_but_index(name: str, other: str) -> bool:
    """Tell whether names differ in a part of one letter only: `meter_a` and `meter_b` are two names."""
    pairs = list(zip(name.split("_"), other.split("_"), strict=False))
    different = [(a, b) for a, b in pairs if a != b]
    return name.count("_") == other.count("_") > 0 and all(len(a) == len(b) == 1 for a, b in different)


def _without_digits(name: str) -> str:
    return "".join(character for character in name if not character.isdigit())


def _distance(a: str, b: str) -> int:
    """Return how many letters to insert, delete, replace or swap with their neighbour."""
    before: list[int] = []
    row = list(range(len(b) + 1))
    for i, x in enumerate(a, start=1):
        after = [i]
        for j, y in enumerate(b, start=1):
            cost = min(row[j] + 1, after[-1] + 1, row[j - 1] + (x != y))
            if i > 1 and j > 1 and x == b[j - 2] and a[i - 2] == y:
                cost = min(cost, before[j - 2] + 1)
            after.append(cost)
        before, row = row, after
    return row[-1]
