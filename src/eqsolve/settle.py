"""Blocks that can be settled with proof: all their solutions, or why there is none.

Rational functions of one unknown have their roots separated exactly; blocks of few unknowns are searched by
intervals. Neither needs torch or sympy. What comes out is a proof only for known values that are enclosed.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from flint import arb

from eqsolve.evaluate import precision
from eqsolve.exact.affine import Number
from eqsolve.language.interpret import tape
from eqsolve.language.syntax import Expression
from eqsolve.problem.model import Problem, Unknown

if TYPE_CHECKING:
    from eqsolve.exact.ideal import Point
    from eqsolve.proof.contract import Box
    from eqsolve.proof.search import Rest
    from eqsolve.structure.analyse import Block

MAX_UNKNOWNS: Final = 6  # that a search by intervals can cope with
FEW: Final = 3  # unknowns up to which it copes with equations of any length
LONGEST: Final = 500  # steps of all equations, beyond these
FIRST: Final = 5_000  # steps of a search by intervals before unknowns are put into each other
QUICK: Final = 8_000  # and before a search by numbers
PATIENT: Final = 30_000  # and after it
ROOT_BITS: Final = 400
MAX_SAID: Final = 16  # answers about blocks of the same unknowns that are kept


@dataclass(frozen=True, slots=True)
class Settled:
    """All solutions of a block.

    Attributes:
        candidates: One point per solution, one number per unknown.
        points: The same exactly, or in tiny balls, if the block is algebraic.
        method: How it was proved.
        reason: Why there is no solution, in words; None if there is one.
    """

    candidates: tuple[tuple[arb, ...], ...]
    points: tuple[Point, ...] | None
    method: str
    reason: str | None


@dataclass(frozen=True, slots=True)
class Undecided:
    """No proof; `hopeless` if more effort would not bring one, else `rest` says where a search has stopped."""

    hopeless: bool
    rest: Rest | None = None


def settle(problem: Problem, block: Block, known: Mapping[int, Number]) -> Settled | Undecided:
    """Find all solutions of a block with proof, if that is cheap.

    Args:
        problem: The problem.
        block: The block.
        known: Values of unknowns solved already, rational or in balls that hold them.
    """
    from eqsolve.proof import impossible

    used = {unknown for e in block.equations for unknown in problem.equations[e].unknowns}
    if not used - set(block.unknowns) <= known.keys():
        return Undecided(hopeless=True)
    for position in block.equations:
        reason = impossible(problem, position, known)
        if reason is not None:
            return Settled((), None, "ranges", reason)
    algebraic = _algebraic(problem, block, known)
    if algebraic is not None:
        return algebraic
    undone = _undone(problem, block, known)
    if undone is not None:
        return undone
    can_search = _can_search(problem, block)
    searched = _search(problem, block, known, FIRST) if can_search else Undecided(hopeless=True)
    if isinstance(searched, Settled) and searched.candidates:
        return searched  # that there is no solution is better told by the equations
    down = _brought_down(problem, block, known)
    if down is not None or isinstance(searched, Settled):
        return down or searched
    if searched.rest is not None:
        searched = _search(problem, block, known, QUICK - FIRST, searched.rest)
    if isinstance(searched, Settled) or not can_search:
        return searched
    return _radical(problem, block, known) or searched


def _can_search(problem: Problem, block: Block) -> bool:
    """Tell whether a search by intervals may come to an end; it may not where a single box takes too long."""
    count = len(block.unknowns)
    if not count <= len(block.equations) or count > MAX_UNKNOWNS:
        return False
    sides = (
        side for k in block.equations for side in (problem.equations[k].left, problem.equations[k].right)
    )
    return count <= FEW or sum(len(tape(side).steps) for side in sides) <= LONGEST


def search_on(
    problem: Problem, block: Block, known: Mapping[int, Number], budget: int, rest: Rest | None
) -> Settled | Undecided:
    """Go on with the search by intervals that `settle` has left undecided for want of steps."""
    return _search(problem, block, known, budget, rest)


class Memory:
    """What `settle` has said about blocks in one solve, which meets the same block in several ways."""

    def __init__(self) -> None:
        self._said: defaultdict[tuple[str, ...], list[tuple[_Question, Settled | Undecided]]] = defaultdict(
            list
        )

    def settle(self, problem: Problem, block: Block, known: Mapping[int, Number]) -> Settled | Undecided:
        """Return what `settle` returns; the same question is not worked on again."""
        question = _question(problem, block, known)
        said = self._said[tuple(problem.unknowns[k].name for k in block.unknowns)]
        for asked, answer in said:
            if _same(asked, question):
                return answer
        answer = settle(problem, block, known)
        said[MAX_SAID:] = []
        said.insert(0, (question, answer))
        return answer


@dataclass(frozen=True, slots=True)
class _Question:
    """All that the answer of `settle` depends on; balls have no equality that would tell whether they are the same."""

    sides: tuple[tuple[Expression, Expression], ...]
    unknowns: tuple[Unknown, ...]
    known: Mapping[str, Number]


def _question(problem: Problem, block: Block, known: Mapping[int, Number]) -> _Question:
    used = {unknown for e in block.equations for unknown in problem.equations[e].unknowns}
    return _Question(
        tuple((problem.equations[e].left, problem.equations[e].right) for e in block.equations),
        tuple(problem.unknowns[k] for k in block.unknowns),
        {problem.unknowns[k].name: known[k] for k in sorted(used) if k in known},
    )


def _same(a: _Question, b: _Question) -> bool:
    return (
        a.unknowns == b.unknowns
        and a.sides == b.sides
        and a.known.keys() == b.known.keys()
        and all(_same_number(value, b.known[name]) for name, value in a.known.items())
    )


def _same_number(a: Number, b: Number) -> bool:
    if isinstance(a, arb) and isinstance(b, arb):
        return bool(a.mid() == b.mid() and a.rad() == b.rad())
    return type(a) is type(b) and bool(a == b)


def _radical(problem: Problem, block: Block, known: Mapping[int, Number]) -> Settled | None:
    """Find all solutions of a block of polynomials in unknowns and a few roots."""
    from eqsolve.exact.radicals import radical_points

    sides = [(problem.equations[k].left, problem.equations[k].right) for k in block.equations]
    names = [problem.unknowns[k].name for k in block.unknowns]
    values = {problem.unknowns[k].name: value for k, value in known.items()}
    with precision(ROOT_BITS):
        found = radical_points(sides, names, values)
    if found is None:
        return None
    candidates = tuple(tuple(arb(root.value).mid() for root in point) for point in found.points)
    return Settled(candidates, found.points, "Gröbner basis, with unknowns for the roots", found.reason)


def _algebraic(problem: Problem, block: Block, known: Mapping[int, Number]) -> Settled | None:
    """Find all solutions of a block of polynomials, or of rational functions of one unknown."""
    from eqsolve.exact.ideal import Points, real_points
    from eqsolve.exact.polynomial import real_roots

    sides = [(problem.equations[k].left, problem.equations[k].right) for k in block.equations]
    names = [problem.unknowns[k].name for k in block.unknowns]
    values = {problem.unknowns[k].name: value for k, value in known.items()}
    with precision(ROOT_BITS):
        if len(names) == 1:
            roots = real_roots(sides, names[0], values)
            found = None if roots is None else Points(tuple((root,) for root in roots.roots), roots.reason)
            method = "all real roots of a polynomial"
        else:
            found = real_points(sides, names, values)
            method = "Gröbner basis, all real roots of a polynomial"
    if found is None:
        return None
    candidates = tuple(tuple(arb(root.value).mid() for root in point) for point in found.points)
    return Settled(candidates, found.points, method, found.reason)


def _undone(problem: Problem, block: Block, known: Mapping[int, Number]) -> Settled | None:
    """Find all solutions of a block of one unknown by undoing what is done to it."""
    if len(block.unknowns) != 1:
        return None
    from eqsolve.exact.one import all_solutions
    from eqsolve.exact.polynomial import Root

    sides = [(problem.equations[k].left, problem.equations[k].right) for k in block.equations]
    name = problem.unknowns[block.unknowns[0]].name
    values = {problem.unknowns[k].name: value for k, value in known.items()}
    with precision(ROOT_BITS):
        found = all_solutions(sides, name, values)
    if found is None:
        return None
    points = tuple((Root(value, 0),) for value in found.values)
    candidates = tuple((arb(value).mid(),) for value in found.values)
    return Settled(candidates, points, "undone step by step", found.reason)


def _brought_down(problem: Problem, block: Block, known: Mapping[int, Number]) -> Settled | None:
    """Find all solutions of a block that comes down to one unknown, or to polynomials."""
    if len(block.unknowns) < 2:
        return None
    from eqsolve.exact.explicit import explicit_points, never_hold, rational_points

    sides = [(problem.equations[k].left, problem.equations[k].right) for k in block.equations]
    names = [problem.unknowns[k].name for k in block.unknowns]
    values = {problem.unknowns[k].name: value for k, value in known.items()}
    with precision(ROOT_BITS):
        found = explicit_points(sides, names, values) or rational_points(sides, names, values)
        if found is None and never_hold(sides, names, values):
            reason = "put into each other, they leave an equation whose sides are never equal"
            return Settled((), None, "explicit unknowns put into the other equations", reason)
    if found is None:
        return None
    candidates = tuple(tuple(arb(root.value).mid() for root in point) for point in found.points)
    return Settled(candidates, found.points, "explicit unknowns put into the other equations", found.reason)


def _search(
    problem: Problem, block: Block, known: Mapping[int, Number], budget: int, rest: Rest | None = None
) -> Settled | Undecided:
    from eqsolve.proof import prove
    from eqsolve.proof.region import region, whole_box

    unknowns = [problem.unknowns[k] for k in block.unknowns]
    space = region(problem, block.equations, block.unknowns, known)
    whole = whole_box(unknowns)
    proof = prove(space, whole, budget, rest)
    if not proof.complete:
        return Undecided(proof.hopeless, proof.rest)
    method = f"interval search, {space.spent} steps"
    reason = None
    if not proof.roots:
        where = "within the bounds" if any(x.is_bounded for x in whole.values()) else "anywhere"
        reason = f"a search by intervals leaves no room for a solution {where}"
    return Settled(tuple(_middle(box) for box in proof.roots), None, method, reason)


def _middle(box: Box) -> tuple[arb, ...]:
    return tuple((arb(x.low) / 2 + arb(x.high) / 2).mid() for x in box.values())
