"""Narrow many boxes at once to what an equation leaves of them, by running its tape forwards and then backwards.

References:
    Benhamou, Goualard, Granvilliers and Puget (1999), Revising hull and box consistency, ICLP (HC4).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np

from eqsolve.boxes.elementary import FUNCTIONS, logarithm, nth_root, positive_power
from eqsolve.boxes.lanes import (
    INF,
    NONNEGATIVE,
    ONE,
    WHOLE,
    ZERO,
    Lanes,
    Mask,
    add,
    chosen,
    intersection,
    mirrored,
    multiply,
    negative,
    reciprocal,
    solved,
    subtract,
)
from eqsolve.boxes.ranges import HUNDRED, Ranges, fractional, whole_exponent
from eqsolve.language.interpret import Tape, trace
from eqsolve.language.syntax import Call, Expression, Name, Negative, Percent, Power, Product, Sum


def contract(equation: Tape, ranges: Ranges, box: Mapping[str, Lanes]) -> tuple[dict[str, Lanes], Mask]:
    """Return the parts of boxes in which `equation = 0` may hold, and where it holds nowhere.

    Args:
        equation: The tape of left - right.
        ranges: The meaning of its names, those in the box among them.
        box: The sides to narrow, by name.
    """
    values = trace(equation, ranges)
    values[-1] = intersection(values[-1], ZERO)
    varies = _varying(equation, box)
    narrowed = dict(box)
    for position in range(len(values) - 1, -1, -1):
        if not varies[position]:
            continue
        values[position] = ranges.kept(values[position])
        node, operands = equation.steps[position]
        if isinstance(node, Name):
            narrowed[node.id] = intersection(narrowed[node.id], values[position])
            continue
        allowed = _backwards(node, values[position], [values[k] for k in operands])
        for operand, interval in zip(operands, allowed, strict=True):
            if varies[operand]:
                values[operand] = intersection(values[operand], interval)
    if not varies[-1]:
        ranges.kept(values[-1])
    dead = ranges.dead
    for side in narrowed.values():
        dead = dead | side.empty
    return narrowed, dead


def _varying(equation: Tape, box: Mapping[str, Lanes]) -> list[bool]:
    """Tell which steps depend on the sides of a box."""
    varies: list[bool] = []
    for node, operands in equation.steps:
        varies.append(node.id in box if isinstance(node, Name) else any(varies[k] for k in operands))
    return varies


def _backwards(node: Expression, result: Lanes, operands: Sequence[Lanes]) -> Sequence[Lanes]:
    """Return for each operand what the result allows it to be."""
    match node:
        case Sum():
            return _terms(node, result, operands)
        case Product():
            return _factors(node, result, operands)
        case Power():
            return _base(result, *operands), _exponent(result, *operands)
        case Negative():
            return (negative(result),)
        case Percent():
            return (multiply(result, HUNDRED),)
        case Call():
            return _arguments(node.function.id, result, operands)
        case _:
            return operands


def _all_but_one(
    parts: Sequence[Lanes], join: Callable[[Lanes, Lanes], Lanes], neutral: Lanes
) -> list[Lanes]:
    """Return for each part all the others joined."""
    after = [neutral]
    for part in reversed(parts[1:]):
        after.append(part if len(after) == 1 else join(part, after[-1]))
    rests: list[Lanes] = []
    before: Lanes | None = None
    for part, rest in zip(parts, reversed(after), strict=True):
        last = len(rests) == len(parts) - 1
        rests.append(rest if before is None else before if last else join(before, rest))
        before = part if before is None else join(before, part)
    return rests


def _terms(node: Sum, result: Lanes, operands: Sequence[Lanes]) -> list[Lanes]:
    signed = [t if sign == "+" else negative(t) for sign, t in zip(node.signs, operands, strict=True)]
    allowed = [subtract(result, rest) for rest in _all_but_one(signed, add, ZERO)]
    return [t if sign == "+" else negative(t) for sign, t in zip(node.signs, allowed, strict=True)]


def _factors(node: Product, result: Lanes, operands: Sequence[Lanes]) -> list[Lanes]:
    parts = [f if o == "*" else reciprocal(f) for o, f in zip(node.operators, operands, strict=True)]
    rests = _all_but_one(parts, multiply, ONE)
    return [
        solved(result, rest) if operator == "*" else solved(rest, result)
        for operator, rest in zip(node.operators, rests, strict=True)
    ]


def _base(result: Lanes, base: Lanes, exponent: Lanes) -> Lanes:
    n = whole_exponent(exponent)
    if n == 0:
        return base
    if n is not None:
        image = result if n > 0 else reciprocal(result)
        roots = nth_root(image, abs(n))
        return roots if n % 2 else mirrored(roots, base)
    if not fractional(exponent):
        return base
    return intersection(NONNEGATIVE, positive_power(result, reciprocal(exponent)))


def _exponent(result: Lanes, base: Lanes, exponent: Lanes) -> Lanes:
    if np.ndim(exponent.low) == 0:
        return exponent
    allowed = solved(logarithm(result), logarithm(base))
    return chosen(base.low > 0, allowed, WHOLE)


def _arguments(name: str, result: Lanes, operands: Sequence[Lanes]) -> Sequence[Lanes]:
    if name in FUNCTIONS:
        return (FUNCTIONS[name].inverse(result, operands[0]),)
    open_end = np.full_like(result.low, INF)
    side = Lanes(result.low, open_end) if name == "min" else Lanes(-open_end, result.high)
    return [side] * len(operands)
