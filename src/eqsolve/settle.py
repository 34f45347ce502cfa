"""Blocks that can be settled with proof: all their solutions, or why there is none.

Rational functions of one unknown have their roots separated exactly; blocks of few unknowns are searched by
intervals. Neither needs torch or sympy. What comes out is a proof only for known values that are enclosed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from flint import arb

from eqsolve.evaluate import precision
from eqsolve.exact.affine import Number
from eqsolve.exact.polynomial import Root, real_roots
from eqsolve.problem.model import Problem
from eqsolve.proof import impossible, prove
from eqsolve.proof.contract import Box
from eqsolve.proof.region import region, whole_box
from eqsolve.structure.analyse import Block

MAX_UNKNOWNS: Final = 3  # that a search by intervals can cope with
QUICK: Final = 3_000  # steps of a search by intervals before anything else is tried
PATIENT: Final = 30_000  # and after a search by numbers
ROOT_BITS: Final = 400


@dataclass(frozen=True, slots=True)
class Settled:
    """All solutions of a block.

    Attributes:
        candidates: One point per solution, one number per unknown.
        roots: The same as exact roots, if the block has one unknown and is rational in it.
        method: How it was proved.
        reason: Why there is no solution, in words; None if there is one.
    """

    candidates: tuple[tuple[arb, ...], ...]
    roots: tuple[Root, ...] | None
    method: str
    reason: str | None


@dataclass(frozen=True, slots=True)
class Undecided:
    """No proof; `hopeless` if more effort would not bring one."""

    hopeless: bool


def settle(problem: Problem, block: Block, known: Mapping[int, Number], budget: int) -> Settled | Undecided:
    """Find all solutions of a block with proof, if that is cheap.

    Args:
        problem: The problem.
        block: The block.
        known: Values of unknowns solved already, rational or in balls that hold them.
        budget: Steps that a search by intervals may take.
    """
    used = {unknown for e in block.equations for unknown in problem.equations[e].unknowns}
    if not used - set(block.unknowns) <= known.keys():
        return Undecided(hopeless=True)
    for position in block.equations:
        reason = impossible(problem, position, known)
        if reason is not None:
            return Settled((), None, "ranges", reason)
    polynomial = _polynomial(problem, block, known)
    if polynomial is not None:
        return polynomial
    if len(block.unknowns) > MAX_UNKNOWNS or len(block.equations) < len(block.unknowns):
        return Undecided(hopeless=True)
    return _search(problem, block, known, budget)


def _polynomial(problem: Problem, block: Block, known: Mapping[int, Number]) -> Settled | None:
    if len(block.unknowns) != 1:
        return None
    equations = [problem.equations[position] for position in block.equations]
    values = {problem.unknowns[k].name: value for k, value in known.items()}
    (unknown,) = block.unknowns
    with precision(ROOT_BITS):
        found = real_roots([(e.left, e.right) for e in equations], problem.unknowns[unknown].name, values)
    if found is None:
        return None
    candidates = tuple((arb(root.value).mid(),) for root in found.roots)
    return Settled(candidates, found.roots, "all real roots of a polynomial", found.reason)


def _search(problem: Problem, block: Block, known: Mapping[int, Number], budget: int) -> Settled | Undecided:
    unknowns = [problem.unknowns[k] for k in block.unknowns]
    space = region(problem, block.equations, block.unknowns, known)
    whole = whole_box(unknowns)
    proof = prove(space, whole, budget)
    if not proof.complete:
        return Undecided(proof.hopeless)
    method = f"interval search, {space.spent} steps"
    reason = None
    if not proof.roots:
        where = "within the bounds" if any(x.is_bounded for x in whole.values()) else "anywhere"
        reason = f"a search by intervals leaves no room for a solution {where}"
    return Settled(tuple(_middle(box) for box in proof.roots), None, method, reason)


def _middle(box: Box) -> tuple[arb, ...]:
    return tuple((arb(x.low) / 2 + arb(x.high) / 2).mid() for x in box.values())
