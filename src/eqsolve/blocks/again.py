"""A block that meets the same again is not solved again.

Roots multiply: after ten independent blocks of two roots each there are a thousand branches. To a block they differ
only in the unknowns that occur in its equations, so that most of them are one and the same question.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace

from flint import arb

from eqsolve.blocks.branch import Branch
from eqsolve.exact.affine import Number


class Again:
    """What came of the branches that a block has met."""

    def __init__(self, used: Iterable[int]) -> None:
        """Remember branches by what a block sees of them.

        Args:
            used: The unknowns that occur in the equations of the block.
        """
        self._used = sorted(used)
        self._met: list[tuple[Branch, list[Branch]]] = []

    def extended(self, branch: Branch, extend: Callable[[Branch], Iterable[Branch]]) -> list[Branch]:
        """Return the branch with each root of the block added, worked out by `extend` unless it was met before."""
        for before, after in self._met:
            if self._are_alike(before, branch):
                return [_carried_over(branch, before, each) for each in after]
        after = list(extend(branch))
        self._met.append((branch, after))
        return after

    def _are_alike(self, a: Branch, b: Branch) -> bool:
        """Tell whether two branches are the same to the block, and a root that it adds means the same in both."""
        if (a.enclosures is None) != (b.enclosures is None) or a.origin != b.origin:
            return False
        return all(
            _same(a.values.get(k), b.values.get(k))
            and _same((a.enclosures or {}).get(k), (b.enclosures or {}).get(k))
            and (k in a.moving) == (k in b.moving)
            and a.relations.get(k) == b.relations.get(k)
            for k in self._used
        )


def _same(a: Number | None, b: Number | None) -> bool:
    """Tell whether two numbers are the same, balls by middle and radius."""
    if isinstance(a, arb) and isinstance(b, arb):
        return a is b or bool(a.mid() == b.mid() and a.rad() == b.rad())
    return type(a) is type(b) and bool(a == b)


def _carried_over(branch: Branch, before: Branch, after: Branch) -> Branch:
    """Add to a branch what turned another one, `before`, into `after`."""
    enclosures = None
    if branch.enclosures is not None and before.enclosures is not None and after.enclosures is not None:
        own = ((k, value) for k, value in after.enclosures.items() if k not in before.enclosures)
        enclosures = {**branch.enclosures, **dict(own)}
    values = {k: value for k, value in after.values.items() if k not in before.values}
    relations = {k: relation for k, relation in after.relations.items() if k not in before.relations}
    return replace(
        branch,
        values={**branch.values, **values},
        enclosures=enclosures,
        multiplicity=branch.multiplicity * (after.multiplicity // before.multiplicity),
        free=branch.free + after.free[len(before.free) :],
        moving=branch.moving | (after.moving - before.moving),
        relations={**branch.relations, **relations},
        origin=after.origin,
    )
