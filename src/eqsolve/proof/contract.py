"""Narrow a box to what an equation leaves of it, by running its tape forwards and then backwards.

Forwards every step gets its range. Backwards, from `left - right = 0`, every operand is cut down to what the
result allows: from `exp(u) = v` follows `u = ln(v)`. What is cut off holds no solution.

References:
    Benhamou, Goualard, Granvilliers and Puget (1999), Revising hull and box consistency, ICLP (HC4).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Final

from eqsolve.language.interpret import Tape, trace
from eqsolve.language.syntax import (
    Call,
    Expression,
    Name,
    Negative,
    Percent,
    Power,
    Product,
    Sum,
)
from eqsolve.proof.elementary import HALF_TURN, RANGES, exponential, general_power, logarithm, root
from eqsolve.proof.interval import (
    EMPTY,
    INF,
    NONNEGATIVE,
    ONE,
    POSITIVE,
    REALS,
    ZERO,
    Interval,
    add,
    divide,
    hull,
    intersection,
    multiply,
    negative,
    point,
    power,
    reciprocal,
    subtract,
)
from eqsolve.proof.ranges import HUNDRED, Ranges

MAX_TERMS: Final = 1_000  # of a sum or product that is taken apart backwards

FEW_PERIODS: Final = 4.0
MANY_PERIODS: Final = 1e6  # beyond it rounding of the period tells
TURN: Final = add(HALF_TURN, HALF_TURN)

Box = dict[str, Interval]


def contract(equation: Tape, ranges: Ranges, unknowns: Sequence[str]) -> Box | None:
    """Return the part of the box of `ranges` in which `equation = 0` may hold; None if it holds nowhere.

    Args:
        equation: The tape of left - right.
        ranges: The box, with the known values.
        unknowns: The names that may be narrowed.
    """
    values = trace(equation, ranges)
    steps = equation.steps
    needed = [False] * len(steps)
    needed[-1] = True
    values[-1] = intersection(values[-1], ZERO)
    box = {name: ranges.values[name] for name in unknowns}
    for position in range(len(steps) - 1, -1, -1):
        if not needed[position]:
            continue
        if values[position].is_empty:
            return None
        node, operands = steps[position]
        if isinstance(node, Name) and node.id in box:
            box[node.id] = values[position]
            continue
        allowed = _backwards(node, values[position], [values[operand] for operand in operands])
        for operand, interval in zip(operands, allowed, strict=False):
            if interval is not None:
                needed[operand] = True
                values[operand] = intersection(values[operand], interval)
    # A name is one node only if it is shared by identity; otherwise every occurrence has its own step.
    return _of_all_occurrences(equation, values, needed, ranges, unknowns)


def _of_all_occurrences(
    equation: Tape,
    values: Sequence[Interval],
    needed: Sequence[bool],
    ranges: Ranges,
    unknowns: Sequence[str],
) -> Box | None:
    box = {name: ranges.values[name] for name in unknowns}
    for position, (node, _) in enumerate(equation.steps):
        if needed[position] and isinstance(node, Name) and node.id in box:
            box[node.id] = intersection(box[node.id], values[position])
            if box[node.id].is_empty:
                return None
    return box


def _backwards(node: Expression, result: Interval, operands: Sequence[Interval]) -> Sequence[Interval | None]:
    """Return for each operand what the result allows it to be; None for one that need not have a value."""
    match node:
        case Sum():
            return _terms(node, result, operands) if len(operands) <= MAX_TERMS else list(operands)
        case Product():
            return _factors(node, result, operands) if len(operands) <= MAX_TERMS else list(operands)
        case Power():
            return _base(result, *operands), _exponent(result, *operands)
        case Negative():
            return (negative(result),)
        case Percent():
            return (multiply(result, HUNDRED),)
        case Call():
            return _arguments(node, result, operands)
        case _:
            return [None] * len(operands)


def _all_but_one(
    parts: Sequence[Interval], join: Callable[[Interval, Interval], Interval], neutral: Interval
) -> Iterator[Interval]:
    """Yield for each part all the others joined."""
    after = [neutral]
    for part in reversed(parts[1:]):
        after.append(join(part, after[-1]))
    before = neutral
    for part, rest in zip(parts, reversed(after), strict=True):
        yield join(before, rest)
        before = join(before, part)


def _terms(node: Sum, result: Interval, operands: Sequence[Interval]) -> list[Interval]:
    signed = [
        term if sign == "+" else negative(term) for sign, term in zip(node.signs, operands, strict=True)
    ]
    allowed = [add(result, negative(rest)) for rest in _all_but_one(signed, add, ZERO)]
    return [term if sign == "+" else negative(term) for sign, term in zip(node.signs, allowed, strict=True)]


def _factors(node: Product, result: Interval, operands: Sequence[Interval]) -> list[Interval]:
    parts = [f if o == "*" else reciprocal(f) for o, f in zip(node.operators, operands, strict=True)]
    allowed = []
    rests = _all_but_one(parts, multiply, ONE)
    for operator, operand, rest in zip(node.operators, operands, rests, strict=True):
        if operator == "*":
            allowed.append(_solved(result, rest))
        else:
            allowed.append(_without_zero_end(intersection(operand, _solved(rest, result))))
    return allowed


def _solved(product: Interval, factor: Interval) -> Interval:
    """Return the numbers whose product with `factor` may be in `product`."""
    if product.contains(0.0) and factor.contains(0.0):
        return REALS
    return divide(product, factor)


def _without_zero_end(x: Interval) -> Interval:
    return Interval(x.low, x.high, x.low_open or x.low == 0, x.high_open or x.high == 0)


def _base(result: Interval, base: Interval, exponent: Interval) -> Interval:
    if exponent.is_point and exponent.low.is_integer() and abs(exponent.low) < 1 << 31:
        n = int(exponent.low)
        if n == 0:
            return base
        image = result if n > 0 else reciprocal(result)
        if n < 0:
            base = _without_zero_end(base)
        degree = point(float(abs(n)))
        if n % 2:
            return intersection(base, root(image, degree))
        return _mirrored(root(image, degree), base)
    if _has_whole(exponent):
        return base
    base = intersection(base, NONNEGATIVE)
    if exponent.sign == 0:
        return base
    if exponent.sign < 0:
        base = _without_zero_end(base)
    solved = general_power(intersection(result, NONNEGATIVE), reciprocal(exponent))
    return intersection(base, solved)


def _has_whole(x: Interval) -> bool:
    return not x.is_bounded or not RANGES["floor"](x).is_point or x.low.is_integer() or x.high.is_integer()


def _exponent(result: Interval, base: Interval, exponent: Interval) -> Interval:
    if base.sign <= 0 or exponent.is_point:
        return exponent
    return _solved(logarithm(intersection(result, POSITIVE)), logarithm(base))


def _mirrored(size: Interval, x: Interval) -> Interval:
    """Return the part of x whose magnitude is in `size`."""
    size = intersection(size, NONNEGATIVE)
    return hull(intersection(x, size), intersection(x, negative(size)))


def _arguments(node: Call, result: Interval, operands: Sequence[Interval]) -> Sequence[Interval | None]:
    name = node.function.id
    if name == "if":
        condition, _, _ = operands
        if not condition.is_point:
            return (None, None, None)
        return (None, result, None) if condition.low == 1 else (None, None, result)
    if name in ("abs", "cosh"):
        size = result if name == "abs" else RANGES["acosh"](result)
        return (_mirrored(size, operands[0]),)
    if name in ("sec", "csc"):
        outside = intersection(reciprocal(result), Interval(-1.0, 1.0))
        return (operands[0] if not outside.is_empty else outside,)
    if name == "max":
        ceiling = Interval(-INF, result.high, True, result.high_open)
        return [ceiling] * len(operands)
    if name == "min":
        floor = Interval(result.low, INF, result.low_open, True)
        return [floor] * len(operands)
    if name in _BRANCHES:
        return (_on_branches(operands[0], *_BRANCHES[name](result)),)
    if name in _STEPS:
        return (_stepped_back(result, *_STEPS[name]),)
    inverse = _INVERSES.get(name)
    if inverse is not None:
        return (inverse(result),)
    domain = _DOMAINS.get(name)
    return (domain,) if domain is not None else list(operands)


def _on_branches(x: Interval, period: Interval, branches: Sequence[Interval]) -> Interval:
    """Return the part of x on the branches of the inverse of a periodic function, if x holds few periods."""
    if (
        not x.is_bounded
        or max(abs(x.low), abs(x.high)) > MANY_PERIODS
        or x.high - x.low > FEW_PERIODS * period.low
    ):
        return x
    found = EMPTY
    for branch in branches:
        if branch.is_empty:
            continue
        first = math.floor((x.low - branch.high) / period.low) - 1
        last = math.ceil((x.high - branch.low) / period.low) + 1
        for k in range(first, last + 1):
            found = hull(found, intersection(x, add(branch, multiply(period, point(float(k))))))
    return found


def _sine_branches(result: Interval) -> tuple[Interval, Sequence[Interval]]:
    angle = RANGES["asin"](result)
    return TURN, (angle, subtract(HALF_TURN, angle))


def _cosine_branches(result: Interval) -> tuple[Interval, Sequence[Interval]]:
    angle = RANGES["acos"](result)
    return TURN, (angle, negative(angle))


def _tangent_branches(result: Interval) -> tuple[Interval, Sequence[Interval]]:
    return HALF_TURN, (RANGES["atan"](result),)


def _stepped_back(result: Interval, down: float, up: float) -> Interval:
    """Return what a step function may have been applied to: only whole numbers can come out."""
    if not result.is_bounded or max(abs(result.low), abs(result.high)) > 2.0**50:
        return REALS
    low, high = float(math.ceil(result.low)), float(math.floor(result.high))
    return Interval(low - down, high + up) if low <= high else EMPTY


def _power_of(base: float) -> Callable[[Interval], Interval]:
    return lambda x: general_power(point(base), x)


_INVERSES: Final[Mapping[str, Callable[[Interval], Interval]]] = {
    "exp": logarithm,
    "ln": exponential,
    "log": exponential,
    "log10": _power_of(10.0),
    "log2": _power_of(2.0),
    "sqrt": lambda x: power(intersection(x, NONNEGATIVE), 2),
    "cbrt": lambda x: power(x, 3),
    "sinh": RANGES["asinh"],
    "asinh": RANGES["sinh"],
    "tanh": RANGES["atanh"],
    "atanh": RANGES["tanh"],
    "acosh": RANGES["cosh"],
    "asin": RANGES["sin"],
    "acos": RANGES["cos"],
    "atan": RANGES["tan"],
}

_BRANCHES: Final[Mapping[str, Callable[[Interval], tuple[Interval, Sequence[Interval]]]]] = {
    "sin": _sine_branches,
    "cos": _cosine_branches,
    "tan": _tangent_branches,
}

# How far below and above the whole number that comes out the argument may lie.
_STEPS: Final[Mapping[str, tuple[float, float]]] = {"floor": (0, 1), "ceil": (1, 0), "round": (0.5, 0.5)}

_DOMAINS: Final[Mapping[str, Interval]] = {"lgamma": POSITIVE, "beta": POSITIVE}
