"""Terms of a model that may change places: `a*exp(-k*x) + b*exp(-l*x)` says the same with (a, k) and (b, l) swapped.

The minimum then has several names. With a start the numbers take the order of the start, without one the first
parameter that does not enter linearly ascends, so that no name depends on chance.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import permutations
from typing import Final

from eqsolve.language.syntax import Expression, Sum, names
from eqsolve.problem.model import Soft

MOST_TERMS: Final = 6


def interchangeable(soft: Soft, parameters: Sequence[str]) -> list[list[tuple[str, ...]]]:
    """Return groups of terms that may change places, each term as its parameters in the order of the text."""
    from eqsolve.numeric.skeleton import skeletons

    inside = set(parameters)
    occurring = Counter(
        name
        for side in (soft.left, soft.right)
        for term in _terms(side)
        for name in {n.id for n in names(term)}
    )
    groups: dict[tuple[object, ...], list[tuple[str, ...]]] = {}
    for which, side in enumerate((soft.left, soft.right)):
        signs = side.signs if isinstance(side, Sum) else "+"
        for sign, term in zip(signs, _terms(side), strict=True):
            shapes = skeletons(term, term)  # the difference keeps both, and so names every slot
            own = tuple(name for name in shapes[0].unknowns if name in inside)
            if own and all(occurring[name] == 1 for name in own):
                pattern = tuple("" if name in inside else name for name in shapes[0].unknowns)
                key = (which, sign, shapes[0].key, shapes[0].numbers, pattern)
                groups.setdefault(key, []).append(own)
    return [group for group in groups.values() if 1 < len(group) <= MOST_TERMS]


def _terms(side: Expression) -> Sequence[Expression]:
    return side.terms if isinstance(side, Sum) else (side,)


def arranged(
    group: Sequence[tuple[str, ...]], values: dict[str, float], starts: dict[str, float | None], first: int
) -> dict[str, float]:
    """Return the values of the parameters of a group with its terms in their proper order.

    Args:
        group: Terms that may change places.
        values: Values by name.
        starts: The user's starts by name.
        first: Which parameter of a term is to ascend where no start tells the order.
    """

    def rank(order: Sequence[int]) -> tuple[int, tuple[float, ...]]:
        agree = 0
        for slot in zip(*group, strict=True):
            here = [values[slot[k]] for k in order]
            given = [starts.get(name) for name in slot]
            for i, a in enumerate(given):
                for j, b in enumerate(given[:i]):
                    if a is not None and b is not None:
                        agree += ((a > b) - (a < b)) * ((here[i] > here[j]) - (here[i] < here[j]))
        return -agree, tuple(values[group[k][first]] for k in order)

    best = min(permutations(range(len(group))), key=rank)
    return {
        name: values[group[k][slot]]
        for place, k in zip(group, best, strict=True)
        for slot, name in enumerate(place)
    }
