"""What is known after some blocks, and what came out of all of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from flint import arb

from eqsolve.exact.affine import Affine, Number
from eqsolve.result import BlockReport

if TYPE_CHECKING:
    from eqsolve.endless import Endless
    from eqsolve.structure.analyse import Block


@dataclass(frozen=True, slots=True)
class Branch:
    """One choice of roots for the blocks solved so far.

    Attributes:
        values: Exact rationals, or numbers of 50 digits and more.
        enclosures: Balls proved to hold the true values; None if a value has no such proof.
        multiplicity: Product of those of the roots.
        free: Unknowns that can be chosen freely.
        moving: These, and all that depend on them.
        relations: Unknowns given in terms of free ones.
        origin: How the last root that had to be searched was found.
    """

    values: Mapping[int, Number] = field(default_factory=dict)
    enclosures: Mapping[int, Number] | None = field(default_factory=dict)
    multiplicity: int = 1
    free: tuple[int, ...] = ()
    moving: frozenset[int] = frozenset()
    relations: Mapping[int, Affine] = field(default_factory=dict)
    origin: str = "exact"


@dataclass(frozen=True, slots=True)
class Failure:
    """Where a block ended without a root: the best point, not a solution."""

    block: Block
    values: Mapping[int, Number]
    status: str


@dataclass(frozen=True, slots=True)
class Impossible:
    """A block that cannot hold, and why, in words; `alone` if no value of another block was needed."""

    block: Block
    reason: str
    alone: bool


@dataclass(frozen=True, slots=True)
class Solved:
    """What came out of all blocks.

    Attributes:
        branches: All combinations of roots; empty if a block has none.
        reports: How each block was solved.
        proved: Whether there can be no other branch.
        capped: Whether branches were dropped because there were too many.
        failure: The block without a root that the search got furthest with.
        impossible: The block that is proved to have no root.
        endless: Blocks of whose infinitely many solutions only some are followed; all in a window.
        account: What paths to all complex solutions gave, in words.
    """

    branches: tuple[Branch, ...]
    reports: tuple[BlockReport, ...]
    proved: bool
    capped: bool = False
    failure: Failure | None = None
    impossible: Impossible | None = None
    endless: tuple[Endless, ...] = ()
    account: str | None = None


def exact_middle(value: Number) -> Number:
    """Return a rational as it is, and of a ball its midpoint as an exact number; zero if that is within."""
    if isinstance(value, arb) and value.contains(0):
        return arb(0)
    return value.mid() if isinstance(value, arb) else value
