"""Blocks with infinitely many isolated solutions: the pattern they follow, or all in a stated window.

A pattern is `start + k*period` for every whole number k. It is proved by `eqsolve.exact.periodic`, and tried
besides: the formula is put into the equations as written, at 100 digits, for several k.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

from flint import arb, fmpq

from eqsolve.evaluate import exact, number, precision
from eqsolve.exact.affine import Number
from eqsolve.exact.algebra import ZERO, add, constant, divide, literal, multiply, subtract
from eqsolve.exact.forms import vanish
from eqsolve.exact.isolate import PI
from eqsolve.exact.periodic import Angles, Turn, angles, is_entire
from eqsolve.exact.polynomial import RationalMeaning, Root, numerators_of, real_roots
from eqsolve.language.interpret import tape
from eqsolve.language.printer import unparse
from eqsolve.language.syntax import Call, Expression, Name, Product, Sum
from eqsolve.problem.model import Problem
from eqsolve.settle import PATIENT, Settled
from eqsolve.verify.system import System

if TYPE_CHECKING:
    from eqsolve.proof.region import Region
    from eqsolve.structure.analyse import Block

BITS: Final = 700
DIGITS: Final = 100
TRIED: Final = (-1000, -2, -1, 0, 1, 3)  # values of k for which a formula is put into the equations
FEWEST: Final = 2  # representatives
MOST: Final = 12
MOST_LISTED: Final = 100  # solutions within bounds
WIDTHS: Final = (10.0, 20.0, 50.0, 100.0)  # of windows that are searched, until there is a solution in one
NARROWER: Final = (5.0, 2.0, 1.0)  # where the first holds too many for a proof
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
        without: Values of k that are left out.
        more: By how much more often some k count.
    """

    start: Expression | None
    value: arb
    period: Expression
    multiplicity: int
    text: str
    without: frozenset[int] = frozenset()
    more: Mapping[int, int] = field(default_factory=dict)

    def root(self, k: int) -> Root:
        """Return one solution and how often it counts."""
        return Root(self.at(k), self.multiplicity + self.more.get(k, 0))

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
        patterns: All solutions but the single ones; none if they follow no pattern.
        single: Solutions beside the patterns.
        window: Where `settled` has all solutions; None if those are all there are.
        unknown: Position of the unknown.
        letter: Stands for any whole number in the patterns.
    """

    settled: Settled
    patterns: tuple[Pattern, ...]
    single: tuple[Root, ...]
    window: tuple[float, float] | None
    unknown: int
    letter: str


def pattern(problem: Problem, block: Block, known: Mapping[int, Number]) -> Endless | None:
    """Find the pattern that all solutions of a block follow; None if none is found and proved."""
    if len(block.unknowns) != 1 or not _has_waves(problem, block):
        return None
    (unknown,) = block.unknowns
    values = {problem.unknowns[u].name: value for u, value in known.items()}
    letter = _letter(problem)
    with precision(BITS):
        found = _zeros(problem, block, values, letter)
        if found is None:
            return None
        patterns, single = found
        patterns = tuple(sorted(patterns, key=_nearness))
        tried = [each.at(k) for each in patterns for k in TRIED if k not in each.without]
        tried += [root.value for root in single]
        if not all(_holds(problem, block, known, value) for value in tried):
            return None
        return _represented(problem, unknown, patterns, single, letter)


Zeros = tuple[tuple[Pattern, ...], tuple[Root, ...]]


def _zeros(problem: Problem, block: Block, values: Mapping[str, Number], letter: str) -> Zeros | None:
    """Return the patterns and the single points that all solutions make up."""
    name = problem.unknowns[block.unknowns[0]].name
    sides = [(problem.equations[e].left, problem.equations[e].right) for e in block.equations]
    found = angles(sides, name, values)
    if found is not None:
        return tuple(_pattern(turn, found, letter) for turn in found.turns), ()
    if len(sides) != 1 or constant(sides[0][1]) != 0 or not isinstance(sides[0][0], Product):
        return None
    return _zeros_of_product(sides[0][0], name, values, letter)


def _zeros_of_product(product: Product, name: str, values: Mapping[str, Number], letter: str) -> Zeros | None:
    """Return where one factor is zero, if one repeats and the others are rational functions, or never zero."""
    repeating: list[Pattern] = []
    single: list[Root] = []
    holes: list[Root] = []
    for operator, factor in zip(product.operators, product.factors, strict=True):
        if isinstance(factor, Call) and factor.function.id == "exp" and is_entire(factor.arguments[0], name):
            continue
        meaning = RationalMeaning(name, values)
        roots = real_roots([(factor, ZERO)], name, values)
        if roots is not None:
            numerators_of([(factor, ZERO)], meaning)
            if meaning.divisors:  # it may have no value on the pattern
                return None
            (single if operator == "*" else holes).extend(roots.roots)
            continue
        found = angles([(factor, ZERO)], name, values) if operator == "*" else None
        if found is None or repeating:
            return None
        repeating += [_pattern(turn, found, letter) for turn in found.turns]
    left: list[Root] = []
    for root in single:
        met = _met(repeating, root)
        if met is None or any(not _apart(root.value, hole.value) for hole in holes):
            return None
        for position, k in met:
            each = repeating[position]
            repeating[position] = replace(
                each, more={**each.more, k: each.more.get(k, 0) + root.multiplicity}
            )
        if not met:
            left.append(root)
    for hole in holes:
        met = _met(repeating, hole)
        if met is None:
            return None
        for position, k in met:
            each = repeating[position]
            without = each.without | {k}
            text = f"{_pattern_text(each, letter)}, {letter} != {', '.join(map(str, sorted(without)))}"
            repeating[position] = replace(each, without=without, text=text)
    several = len(left) != len({float(arb(root.value).mid()) for root in left})
    return None if several or not repeating else (tuple(repeating), tuple(left))


def _met(patterns: Sequence[Pattern], root: Root) -> list[tuple[int, int]] | None:
    """Return the patterns that a point lies on, with its k; None if that cannot be decided."""
    met = []
    for position, each in enumerate(patterns):
        turns = (arb(root.value) - each.value) / number(each.period).value
        k = int((turns.mid() + arb("0.5")).floor().unique_fmpz())
        value = each.at(k)
        if isinstance(value, fmpq) and isinstance(root.value, fmpq):
            if value == root.value:
                met.append((position, k))
        elif not _apart(value, root.value):
            return None
    return met


def _apart(a: Number, b: Number) -> bool:
    return not (arb(a) - arb(b)).contains(0)


def everywhere(problem: Problem, block: Block, known: Mapping[int, Number]) -> Endless | None:
    """Find all solutions of a block with a multiple root at zero, which is taken out of a search by intervals.

    Returns:
        None without such a root, or without proof.
    """
    if len(block.unknowns) != 1 or _around_zero(problem, block, known) is None:
        return None
    return _searched(problem, block, known, (math.inf,))


def window(problem: Problem, block: Block, known: Mapping[int, Number]) -> Endless | None:
    """Find all solutions of a block with one unknown in a window, by intervals; None without any, or without proof."""
    if len(block.unknowns) != 1 or not _has_waves(problem, block):
        return None
    for narrower in (WIDTHS, *((width,) for width in NARROWER)):
        found = _searched(problem, block, known, narrower)
        if found is not None:
            return found
    return None


def _searched(
    problem: Problem, block: Block, known: Mapping[int, Number], widths: Sequence[float]
) -> Endless | None:
    from eqsolve.proof.region import region

    (position,) = block.unknowns
    unknown = problem.unknowns[position]
    radius = _around_zero(problem, block, known)
    space = region(problem, block.equations, block.unknowns, known)
    for width in widths:
        low, high = max(unknown.lower, -width), min(unknown.upper, width)
        if not low < high:
            continue
        found = _all_between(space, unknown.name, low, high, radius)
        if found is None:
            return None
        if found:
            method = f"interval search{' in a window' * math.isfinite(width)}, {space.spent} steps"
            settled = Settled(tuple((root,) for root in found), None, method, None)
            ends = (low, high) if math.isfinite(width) else None
            return Endless(settled, (), (), ends, position, "")
    return None


def _around_zero(problem: Problem, block: Block, known: Mapping[int, Number]) -> float | None:
    """Return how far around a multiple root at zero there is no other; None unless there is one."""
    from eqsolve.proof.order import multiple_root

    unknown = problem.unknowns[block.unknowns[0]]
    if len(block.equations) != 1 or not unknown.lower <= 0 <= unknown.upper:
        return None
    equation = problem.equations[block.equations[0]]
    residual = tape(Sum("+-", (equation.left, equation.right), equation.span))
    values = {problem.unknowns[k].name: value for k, value in known.items()}
    with precision(BITS):
        return multiple_root(residual, unknown.name, values)


def _all_between(space: Region, name: str, low: float, high: float, radius: float | None) -> list[arb] | None:
    """Return all solutions between two numbers, those nearest to zero first; None without proof."""
    from eqsolve.proof import prove
    from eqsolve.proof.interval import Interval

    found: list[arb] = [] if radius is None else [arb(0)]
    pieces = [(low, high)] if radius is None else [(low, -radius), (radius, high)]
    for start, end in pieces:
        if not start <= end:
            continue
        box = {name: Interval(start, end, math.isinf(start), math.isinf(end))}
        proof = prove(space, box, PATIENT)
        if not proof.complete:
            return None
        found += [((arb(x.low) + arb(x.high)) / 2).mid() for root in proof.roots for x in root.values()]
    return sorted(found, key=abs)


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
    if start is not None and (turn.share is None or constant(found.offset) != 0):
        turns = 0  # `pi - asin(1/3)` and `2 + pi*k` read better than what is nearest to zero
    elif 2 * (value - turns * number(period).value) > number(period).value * (1 + arb("1e-30")):
        turns += 1
    shift = multiply(literal(-turns), period)
    value += number(shift).value
    if start is not None:
        start = add(start, shift)
        value = number(start).value  # which may lie whole periods away
    plain = Pattern(start, value, period, turn.multiplicity, "")
    return replace(plain, text=_pattern_text(plain, letter))


def _pattern_text(pattern: Pattern, letter: str) -> str:
    moving = unparse(multiply(pattern.period, Name(letter, PI.span)))
    start = str(pattern.value.str(10, radius=False)) if pattern.start is None else unparse(pattern.start)
    return moving if start == "0" else f"{start} + {moving}"


def _nearness(pattern: Pattern) -> tuple[float, bool]:
    value = float(pattern.value.mid())
    return round(abs(value), 12), value < 0


def _holds(problem: Problem, block: Block, known: Mapping[int, Number], value: Number) -> bool:
    at = {**known, block.unknowns[0]: value}
    here = System(problem, block.equations, (), at).at((), derivatives=False)
    return vanish(here, DIGITS)


def _represented(
    problem: Problem, unknown: int, patterns: tuple[Pattern, ...], single: tuple[Root, ...], letter: str
) -> Endless:
    """Choose solutions to show: all within bounds, otherwise those nearest to zero."""
    # Bounds are floats; rounded outwards they hold what the constraints, which are exact, may leave.
    lower = math.nextafter(problem.unknowns[unknown].lower, -math.inf)
    upper = math.nextafter(problem.unknowns[unknown].upper, math.inf)
    method = "all angles of a turn"
    reason: str | None = None
    if not patterns:
        reason = "no angle of a full turn is a solution"
        return Endless(Settled((), (), method, reason), (), (), None, unknown, letter)
    if math.isfinite(lower) and math.isfinite(upper) and _count(patterns, lower, upper) <= MOST_LISTED:
        inside = _within(patterns, single, lower, upper)
        reason = None if inside else "no solution lies within the bounds"
        return Endless(_settled(inside, method, reason), (), (), None, unknown, letter)
    low, high = _window(patterns, lower, upper)
    inside = _within(patterns, single, low, high)
    shown = (max(low, problem.unknowns[unknown].lower), min(high, problem.unknowns[unknown].upper))
    return Endless(_settled(inside, method, None), patterns, single, shown, unknown, letter)


def _settled(roots: Sequence[Root], method: str, reason: str | None) -> Settled:
    candidates = tuple((arb(root.value).mid(),) for root in roots)
    return Settled(candidates, tuple((root,) for root in roots), method, reason)


def _window(patterns: Sequence[Pattern], lower: float, upper: float) -> tuple[float, float]:
    """Return a window with few solutions, as near to zero as bounds allow; ten wide to each side if that will do."""
    middle = min(max(0.0, lower), upper)

    def ends(width: float) -> tuple[float, float]:
        return max(lower, middle - width), min(upper, middle + width)

    widths = [digit * 10.0**decade for decade in DECADES for digit in NICE]
    first = next((width for width in widths if _count(patterns, *ends(width)) >= FEWEST), widths[-1])
    width = max(first, 10.0)
    while width > first and _count(patterns, *ends(width)) > MOST:
        width = max(w for w in widths if w < width)
    return ends(width)


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


def _within(patterns: Sequence[Pattern], single: Sequence[Root], low: float, high: float) -> list[Root]:
    """Return all solutions between two numbers, those nearest to zero first."""
    found = [root for root in single if not (arb(root.value) < low or arb(root.value) > high)]
    for each in patterns:
        first, last = _range(each, low, high)
        found += [each.root(k) for k in range(first, last + 1) if k not in each.without]
    return sorted(found, key=lambda root: abs(float(arb(root.value).mid())))
