"""Equations that cannot hold because of the range of their sides: `cos(x) = 2`, `exp(-x) = 0`, `1/x = 0`."""

from __future__ import annotations

import math
from collections.abc import Mapping
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_EVEN, Context, Decimal
from typing import Final

from flint import arb, fmpq

from eqsolve.evaluate import strictly
from eqsolve.language.interpret import tape
from eqsolve.language.printer import unparse
from eqsolve.language.syntax import Expression, Sum, names
from eqsolve.problem.model import Equation, Problem
from eqsolve.proof.contract import Box, contract
from eqsolve.proof.elementary import HALF_TURN
from eqsolve.proof.interval import INF, Interval, from_number, intersection, subtract
from eqsolve.proof.ranges import Ranges, range_of
from eqsolve.proof.region import whole_box

MAX_SHOWN: Final = 40  # characters of an expression quoted in a reason
MAX_STEPS: Final = 2_000  # of the tape of an equation


def impossible(problem: Problem, position: int, known: Mapping[int, fmpq | arb]) -> str | None:
    """Return why an equation cannot hold within the bounds of its unknowns, in words; None if it may.

    Args:
        problem: The problem.
        position: Position of the equation.
        known: Values of unknowns that are solved already, rational or in balls that hold them.
    """
    equation = problem.equations[position]
    unknowns = [problem.unknowns[k] for k in equation.unknowns if k not in known]
    box = whole_box(unknowns)
    values = {problem.unknowns[k].name: from_number(known[k]) for k in equation.unknowns if k in known}
    steps = tape(Sum("+-", (equation.left, equation.right), equation.span))
    if len(steps.steps) > MAX_STEPS:
        return None
    with strictly():
        if contract(steps, Ranges({**values, **box}), list(box)) is not None:
            return None
        return _reason(equation, {**values, **box}, bounded=_is_bounded(box))


def _is_bounded(box: Box) -> bool:
    return any(interval.low > -INF or interval.high < INF for interval in box.values())


def _reason(equation: Equation, box: Mapping[str, Interval], *, bounded: bool) -> str:
    where = " within the bounds" if bounded else ""
    left, right = range_of(equation.left, box), range_of(equation.right, box)
    for side, image in ((equation.left, left), (equation.right, right)):
        if image.is_empty:
            return f"{_quoted(side, 'a side')} has no real value{where}"
    if intersection(left, right).is_empty:
        if _is_plain(equation.right) and not _is_plain(equation.left):
            words = _described(left, above=left.low >= right.high)
            return f"{_quoted(equation.left, 'the left side')} {words}{where}"
        if _is_plain(equation.left) and not _is_plain(equation.right):
            words = _described(right, above=right.low >= left.high)
            return f"{_quoted(equation.right, 'the right side')} {words}{where}"
    difference = subtract(left, right)
    if difference.sign:
        return (
            f"the left side minus the right side {_described(difference, above=difference.sign > 0)}{where}"
        )
    return f"it cannot hold for any real {_listed(list(dict.fromkeys(_unknown_names(equation))))}{where}"


def _unknown_names(equation: Equation) -> list[str]:
    return [name.id for side in (equation.left, equation.right) for name in names(side) if name.id != "pi"]


def _listed(words: list[str]) -> str:
    if len(words) > 3:
        return "values of the unknowns"
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"


def _is_plain(side: Expression) -> bool:
    return all(name.id == "pi" for name in names(side))


def _quoted(side: Expression, otherwise: str) -> str:
    text = unparse(side)
    return f"`{text}`" if len(text) <= MAX_SHOWN else otherwise


def _described(image: Interval, *, above: bool) -> str:
    """Say where the values of an expression lie, which is where they should not."""
    if image.is_point:
        return f"is always {_number(image.low, -1)[0]}"
    (low, low_open), (high, high_open) = _number(image.low, -1), _number(image.high, 1)
    low_open, high_open = low_open or image.low_open, high_open or image.high_open
    if image.is_bounded:
        never = ", never reaching them" if low_open and high_open else ""
        return f"stays between {low} and {high}{never}"
    if above:
        if low == "0":
            return "is always positive" if low_open else "is never negative"
        return f"is always above {low}" if low_open else f"is never below {low}"
    if high == "0":
        return "is always negative" if high_open else "is never positive"
    return f"is always below {high}" if high_open else f"never exceeds {high}"


_NAMED: Final = {HALF_TURN.high: "pi", HALF_TURN.high / 2: "pi/2"}


def _number(end: float, outwards: int) -> tuple[str, bool]:
    """Return a short decimal for an end, never further inside, and whether it lies outside of it."""
    if math.isinf(end) or end == 0:
        return ("0", False) if end == 0 else (str(end), True)
    name = _NAMED.get(abs(end))
    if name is not None and end * outwards > 0:
        return ("-" if end < 0 else "") + name, False
    exact = Decimal(end)
    for digits in (6, 3, 2):
        rounding = ROUND_HALF_EVEN if digits == 6 else (ROUND_FLOOR if outwards < 0 else ROUND_CEILING)
        near = Context(prec=digits, rounding=rounding).create_decimal(exact)
        if near == exact or (near < exact) == (outwards < 0):
            return f"{float(near):.6g}", near != exact
    return repr(end), False
