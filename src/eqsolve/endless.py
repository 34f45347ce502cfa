"""Blocks with infinitely many isolated solutions: the pattern they follow, or all in a stated window.

A pattern is `start + k*period` for every whole number k. It is proved by `eqsolve.exact.periodic`, and tried
besides: the formula is put into the equations as written, at 100 digits, for several k.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from flint import arb

from eqsolve.evaluate import exact, number, precision
from eqsolve.exact.affine import Number
from eqsolve.exact.algebra import add, constant, divide, literal, multiply, subtract
from eqsolve.exact.forms import vanish
from eqsolve.exact.isolate import PI
from eqsolve.exact.periodic import Angles, Turn, angles
from eqsolve.exact.polynomial import Root
from eqsolve.language.interpret import tape
from eqsolve.language.printer import unparse
from eqsolve.language.syntax import Call, Expression, Name
from eqsolve.problem.model import Problem
from eqsolve.settle import PATIENT, Settled
from eqsolve.verify.system import System

if TYPE_CHECKING:
    from eqsolve.structure.analyse import Block

BITS: Final = 700
DIGITS: Final = 100
TRIED: Final = (-1000, -2, -1, 0, 1, 3)  # values of k for which a formula is put into the equations
FEWEST: Final = 2  # representatives
MOST: Final = 12
MOST_LISTED: Final = 100  # solutions within bounds
WIDTHS: Final = (10.0, 20.0, 50.0, 100.0)  # of windows that are searched
NICE: Final = (1.0, 2.0, 5.0)
DECADES: Final = range(-15, 16)
LETTERS: Final = ("k", "n", "m", "j", "k_1", "k_2", "k_3")
WAVES: Final = frozenset({"sin", "cos", "tan", "cot", "sec", "csc"})


@dataclass(frozen=True, slots=True)
class Pattern:
    """Solutions `start + k*period`, k any whole number.

    Attributes:
        start: One of them, as a tree; None if it has no exact form.
        value: The same in a ball.
        period: As a tree.
        multiplicity: How often each counts.
        text: The pattern in the language.
    """

    start: Expression | None
    value: arb
    period: Expression
    multiplicity: int
    text: str

    def at(self, k: int) -> Number:
        """Return one solution, exactly if it is rational."""
        shift = multiply(literal(k), self.period)
        if self.start is None:
            return self.value + number(shift).value
        tree = add(self.start, shift)
        whole = constant(tree)
        return number(tree).value if whole is None else exact(whole)


@dataclass(frozen=True, slots=True)
class Endless:
    """What is known of the solutions of a block with one unknown.

    Attributes:
        settled: The solutions in the window.
        patterns: All solutions; none if they follow no pattern.
        window: Where `settled` has all solutions; None if those are all there are.
        unknown: Position of the unknown.
        letter: Stands for any whole number in the patterns.
    """

    settled: Settled
    patterns: tuple[Pattern, ...]
    window: tuple[float, float] | None
    unknown: int
    letter: str


def pattern(problem: Problem, block: Block, known: Mapping[int, Number]) -> Endless | None:
    """Find the pattern that all solutions of a block follow; None if none is found and proved."""
    if len(block.unknowns) != 1 or not _has_waves(problem, block):
        return None
    (unknown,) = block.unknowns
    sides = [(problem.equations[e].left, problem.equations[e].right) for e in block.equations]
    values = {problem.unknowns[u].name: value for u, value in known.items()}
    letter = _letter(problem)
    with precision(BITS):
        found = angles(sides, problem.unknowns[unknown].name, values)
        if found is None:
            return None
        patterns = tuple(sorted((_pattern(turn, found, letter) for turn in found.turns), key=_nearness))
        if not all(_holds(problem, block, known, each) for each in patterns):
            return None
        return _represented(problem, unknown, patterns, letter)


def window(problem: Problem, block: Block, known: Mapping[int, Number]) -> Endless | None:
    """Find all solutions of a block with one unknown in a window, by intervals; None without any, or without proof."""
    from eqsolve.proof import prove
    from eqsolve.proof.interval import Interval
    from eqsolve.proof.region import region

    if len(block.unknowns) != 1 or not _has_waves(problem, block):
        return None
    (position,) = block.unknowns
    unknown = problem.unknowns[position]
    space = region(problem, block.equations, block.unknowns, known)
    for width in WIDTHS:
        low, high = max(unknown.lower, -width), min(unknown.upper, width)
        if not low < high:
            continue
        proof = prove(space, {unknown.name: Interval(low, high)}, PATIENT)
        if not proof.complete:
            return None
        if proof.roots:
            middles = sorted(
                ((arb(x.low) + arb(x.high)) / 2 for box in proof.roots for x in box.values()), key=abs
            )
            method = f"interval search in a window, {space.spent} steps"
            settled = Settled(tuple((m.mid(),) for m in middles), None, method, None)
            return Endless(settled, (), (low, high), position, "")
    return None


def _has_waves(problem: Problem, block: Block) -> bool:
    equations = (problem.equations[e] for e in block.equations)
    return any(
        isinstance(node, Call) and node.function.id in WAVES
        for equation in equations
        for side in (equation.left, equation.right)
        for node, _ in tape(side).steps
    )


def _letter(problem: Problem) -> str:
    taken = {*problem.names, *(given.name for given in problem.givens)}
    return next(letter for letter in LETTERS if letter not in taken)


def _pattern(turn: Turn, found: Angles, letter: str) -> Pattern:
    period = divide(multiply(literal(2), PI), multiply(literal(found.parts), found.slope))
    if number(period).value < 0:
        period = multiply(literal(-1), period)
    start = None if turn.form is None else divide(subtract(turn.form, found.offset), found.slope)
    value = (turn.value - number(found.offset).value) / number(found.slope).value
    turns = int((value / number(period).value).mid().floor().unique_fmpz() or 0)
    if start is not None and turn.share is None:
        turns = 0  # `pi - asin(1/3)` reads better than what is nearest to zero
    elif 2 * (value - turns * number(period).value) > number(period).value * (1 + arb("1e-30")):
        turns += 1
    shift = multiply(literal(-turns), period)
    start = None if start is None else add(start, shift)
    value += number(shift).value
    moving = unparse(multiply(period, Name(letter, PI.span)))
    first = str(value.str(10, radius=False)) if start is None else unparse(start)
    text = moving if first == "0" else f"{first} + {moving}"
    return Pattern(start, value, period, turn.multiplicity, text)


def _nearness(pattern: Pattern) -> tuple[float, bool]:
    value = float(pattern.value.mid())
    return round(abs(value), 12), value < 0


def _holds(problem: Problem, block: Block, known: Mapping[int, Number], pattern: Pattern) -> bool:
    for k in TRIED:
        at = {**known, block.unknowns[0]: pattern.at(k)}
        here = System(problem, block.equations, (), at).at((), derivatives=False)
        if not vanish(here, DIGITS):
            return False
    return True


def _represented(problem: Problem, unknown: int, patterns: tuple[Pattern, ...], letter: str) -> Endless:
    """Choose solutions to show: all within bounds, otherwise those nearest to zero."""
    lower, upper = problem.unknowns[unknown].lower, problem.unknowns[unknown].upper
    method = "all angles of a turn"
    if not patterns:
        reason = "no angle of a full turn is a solution"
        return Endless(Settled((), (), method, reason), (), None, unknown, letter)
    if math.isfinite(lower) and math.isfinite(upper) and _count(patterns, lower, upper) <= MOST_LISTED:
        inside = list(_within(patterns, lower, upper))
        reason = None if inside else "no solution lies within the bounds"
        return Endless(_settled(inside, method, reason), (), None, unknown, letter)
    low, high = _window(patterns, lower, upper)
    inside = list(_within(patterns, low, high))
    return Endless(_settled(inside, method, None), patterns, (low, high), unknown, letter)


def _settled(roots: Sequence[Root], method: str, reason: str | None) -> Settled:
    candidates = tuple((arb(root.value).mid(),) for root in roots)
    return Settled(candidates, tuple((root,) for root in roots), method, reason)


def _window(patterns: Sequence[Pattern], lower: float, upper: float) -> tuple[float, float]:
    """Return a window around zero with few solutions, within the bounds; ten wide to each side if that will do."""
    widths = [digit * 10.0**decade for decade in DECADES for digit in NICE]
    first = next(
        width for width in widths if _count(patterns, max(lower, -width), min(upper, width)) >= FEWEST
    )
    width = min(max(first, 10.0), max(widths))
    while width > first and _count(patterns, max(lower, -width), min(upper, width)) > MOST:
        width = max(w for w in widths if w < width)
    return max(lower, -width), min(upper, width)


def _count(patterns: Sequence[Pattern], low: float, high: float) -> float:
    """Return about how many solutions lie between two numbers."""
    ends = (_range(pattern, low, high) for pattern in patterns)
    return sum(max(0, last - first + 1) for first, last in ends)


def _range(pattern: Pattern, low: float, high: float) -> tuple[int, int]:
    """Return the first and last k within two numbers; where rounding leaves it open, the number is within."""
    period = number(pattern.period).value
    first = ((arb(low) - pattern.value) / period).lower().ceil().unique_fmpz()
    last = ((arb(high) - pattern.value) / period).upper().floor().unique_fmpz()
    return int(first), int(last)


def _within(patterns: Sequence[Pattern], low: float, high: float) -> Iterator[Root]:
    """Yield all solutions between two numbers, those nearest to zero first."""
    found = [
        Root(pattern.at(k), pattern.multiplicity)
        for pattern in patterns
        for first, last in [_range(pattern, low, high)]
        for k in range(first, last + 1)
    ]
    yield from sorted(found, key=lambda root: abs(float(arb(root.value).mid())))
