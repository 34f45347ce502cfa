"""Ranges of the functions of the language over intervals.

Most are monotone on their domain: the ends of the argument give those of the range, and an end at the edge of
the domain gives the limit there. Values come from ball arithmetic, rounded outwards.

References:
    Jaulin, Kieffer, Didrit and Walter (2001), Applied Interval Analysis, section 2.3.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from functools import partial
from typing import Final, TypeAlias

from flint import arb

from eqsolve.evaluate import precision, value_of
from eqsolve.proof.interval import (
    EMPTY,
    INF,
    NEGATIVE,
    NONNEGATIVE,
    ONE,
    POSITIVE,
    REALS,
    Interval,
    add,
    below,
    divide,
    from_ball,
    hull,
    hull_of,
    intersection,
    magnitude,
    multiply,
    negative,
    point,
    power,
    reciprocal,
    rounded,
    subtract,
)

Range: TypeAlias = Callable[[Interval], Interval]

BITS: Final = 80
HALF_TURN: Final = Interval(3.141592653589793, 3.1415926535897936, True, True)
QUARTER_TURN: Final = Interval(1.5707963267948966, 1.5707963267948968, True, True)
MANY_TURNS: Final = 1e15  # beyond it an interval is taken to hold whole turns
FEW: Final = 4  # whole exponents up to which each is looked at by itself
_TURN_BITS: Final = 160


def _end(name: str, x: float, is_open: bool, outwards: float) -> tuple[float, bool]:
    with precision(BITS):
        return rounded(value_of(name)(arb(x)), is_open, outwards)


def monotone(name: str, domain: Interval, image: Interval, x: Interval, *, falling: bool = False) -> Interval:
    """Return the range of a strictly monotone function, given its domain and its whole range."""
    inside = intersection(x, domain)
    if inside.is_empty:
        return EMPTY
    at_low, at_high = (INF, -INF) if falling else (-INF, INF)  # which way to round
    low = _end(name, inside.low, inside.low_open, at_low) if inside.low > domain.low else None
    high = _end(name, inside.high, inside.high_open, at_high) if inside.high < domain.high else None
    if falling:
        low, high = high, low
    low = low or (image.low, image.low_open or _edge(inside, falling=falling))
    high = high or (image.high, image.high_open or _edge(inside, falling=not falling))
    return intersection(Interval(low[0], high[0], low[1], high[1]), image)


def _edge(inside: Interval, *, falling: bool) -> bool:
    """Tell whether the end at the edge of the domain is open: the high one if `falling`, else the low one."""
    return inside.high_open if falling else inside.low_open


def _rising(name: str, domain: Interval, image: Interval) -> Range:
    return partial(monotone, name, domain, image)


def _falling(name: str, domain: Interval, image: Interval) -> Range:
    return partial(monotone, name, domain, image, falling=True)


def _valley(name: str, domain: Interval, lowest: Interval, bottom: Interval) -> Range:
    """Return the range of a function that falls up to somewhere in `lowest`, where it is `bottom`, then rises."""

    def image(x: Interval) -> Interval:
        inside = intersection(x, domain)
        if inside.is_empty:
            return EMPTY
        up = Interval(bottom.low, INF, bottom.low_open, True)
        if inside.low >= lowest.high:
            return monotone(name, Interval(lowest.low, INF, False, True), up, inside)
        if inside.high <= lowest.low:
            return monotone(name, Interval(domain.low, lowest.high, True, False), up, inside, falling=True)
        ends = [_end(name, end, False, INF)[0] for end in inside[:2] if domain.low < end < INF]
        high = max(ends) if len(ends) == 2 else INF
        return Interval(bottom.low, high, not lowest.is_point, high == INF)

    return image


# waves -------------------------------------------------------------------------------------------------


def sine(x: Interval) -> Interval:
    """Return the range of the sine."""
    return _wave("sin", x, -1)


def cosine(x: Interval) -> Interval:
    """Return the range of the cosine."""
    return _wave("cos", x, 0)


def _wave(name: str, x: Interval, quarters: int) -> Interval:
    """Return the range of a cosine whose crests lie at 2 pi k - quarters pi/2."""
    if x.is_empty:
        return EMPTY
    if not (abs(x.low) < MANY_TURNS and abs(x.high) < MANY_TURNS) or x.high - x.low > 7:
        return Interval(-1.0, 1.0)
    with precision(_TURN_BITS):
        turn, start = 2 * arb.pi(), arb(quarters) * arb.pi() / 2
        low, high = (arb(x.low) + start) / turn, (arb(x.high) + start) / turn
        crest = _may_hold_integer(low, high)
        trough = _may_hold_integer(low + arb("0.5"), high + arb("0.5"))
    at_low = _end(name, x.low, x.low_open, -INF), _end(name, x.low, x.low_open, INF)
    at_high = _end(name, x.high, x.high_open, -INF), _end(name, x.high, x.high_open, INF)
    bottom = (-1.0, False) if trough else min(at_low[0], at_high[0])
    top = (1.0, False) if crest else max(at_low[1], at_high[1], key=lambda end: (end[0], not end[1]))
    return intersection(Interval(bottom[0], top[0], bottom[1], top[1]), Interval(-1.0, 1.0))


def _may_hold_integer(low: arb, high: arb) -> bool:
    """Tell whether an integer may lie between two balls."""
    first = low.lower().ceil()
    return not bool(first > high)


def tangent(x: Interval) -> Interval:
    """Return the range of the tangent."""
    if x.is_empty:
        return EMPTY
    if not (abs(x.low) < MANY_TURNS and abs(x.high) < MANY_TURNS) or x.high - x.low > 4:
        return REALS
    with precision(_TURN_BITS):
        low, high = (arb(end) / arb.pi() + arb("0.5") for end in x[:2])
        if _may_hold_integer(low, high):
            return REALS
    return monotone("tan", Interval(-INF, INF, True, True), REALS, x)


def cotangent(x: Interval) -> Interval:
    """Return the range of the cotangent."""
    if x.is_empty:
        return EMPTY
    if not (abs(x.low) < MANY_TURNS and abs(x.high) < MANY_TURNS) or x.high - x.low > 4:
        return REALS
    low, high = x.low, x.high  # zero is the one pole that is a float
    with precision(_TURN_BITS):
        first = arb(low) / arb.pi() if low != 0 else arb("0.1")
        last = arb(high) / arb.pi() if high != 0 else arb("-0.1")
        if _may_hold_integer(first, last) or low == high == 0:
            return EMPTY if low == high == 0 else REALS
    domain = Interval(0.0 if low == 0 else -INF, 0.0 if high == 0 else INF, True, True)
    return monotone("cot", domain, REALS, x, falling=True)


def secant(x: Interval) -> Interval:
    """Return the range of the secant."""
    return reciprocal(cosine(x))


def cosecant(x: Interval) -> Interval:
    """Return the range of the cosecant."""
    return reciprocal(sine(x))


# steps and corners -------------------------------------------------------------------------------------


def sign(x: Interval) -> Interval:
    """Return the range of the sign."""
    if x.is_empty:
        return EMPTY
    low = -1.0 if x.low < 0 else float(not x.contains(0.0))
    high = 1.0 if x.high > 0 else -float(not x.contains(0.0))
    return Interval(low, high)


def floor(x: Interval) -> Interval:
    """Return the range of the floor."""
    return _stepped(x, math.floor)


def ceiling(x: Interval) -> Interval:
    """Return the range of the ceiling."""
    return _stepped(x, math.ceil)


def nearest(x: Interval) -> Interval:
    """Return the range of rounding, halves to even."""
    return _stepped(x, round)


def _stepped(x: Interval, step: Callable[[float], int]) -> Interval:
    if x.is_empty:
        return EMPTY
    low = float(step(x.low)) if x.low > -INF else -INF
    high = float(step(x.high)) if x.high < INF else INF
    return Interval(low, high, low == -INF, high == INF)


def modulo(x: Interval, y: Interval) -> Interval:
    """Return the range of the remainder, which has the sign of the divisor."""
    if x.is_empty or y.is_empty or (y.low == 0.0 == y.high):
        return EMPTY
    whole = floor(divide(x, y))
    limit = Interval(min(y.low, 0.0), max(y.high, 0.0), y.low < 0, y.high > 0)
    if whole.is_point and y.sign:
        return intersection(subtract(x, multiply(y, whole)), limit)
    return limit


def least(x: Interval, y: Interval) -> Interval:
    """Return the range of the smaller of two numbers."""
    return negative(greatest(negative(x), negative(y)))


def greatest(x: Interval, y: Interval) -> Interval:
    """Return the range of the larger of two numbers."""
    if x.is_empty or y.is_empty:
        return EMPTY
    low = max((x.low, x.low_open), (y.low, y.low_open))
    high = max((x.high, not x.high_open), (y.high, not y.high_open))
    return Interval(low[0], high[0], low[1], not high[1])


def hypotenuse(x: Interval, y: Interval) -> Interval:
    """Return the range of sqrt(x^2 + y^2)."""
    longer = greatest(magnitude(x), magnitude(y))
    return intersection(
        square_root(add(power(x, 2), power(y, 2))), Interval(longer.low, INF, longer.low_open, True)
    )


def angle(y: Interval, x: Interval) -> Interval:
    """Return the range of atan2(y, x)."""
    if x.is_empty or y.is_empty or (x == y == point(0.0)):
        return EMPTY
    if x.low > 0:
        return arctangent(divide(y, x))
    if y.low > 0:
        return subtract(QUARTER_TURN, arctangent(divide(x, y)))
    if y.high < 0:
        return subtract(negative(QUARTER_TURN), arctangent(divide(x, y)))
    if x.low >= 0:
        return Interval(-QUARTER_TURN.high, QUARTER_TURN.high, True, True)
    low = 0.0 if y.low >= 0 else -HALF_TURN.high
    return Interval(low, HALF_TURN.high, low < 0, True)


def root(x: Interval, n: Interval) -> Interval:
    """Return the range of the n-th root."""
    if not (n.is_point and n.low >= 1 and n.low.is_integer()):
        return EMPTY if n.is_point else REALS
    degree = int(n.low)
    domain = REALS if degree % 2 else NONNEGATIVE
    inside = intersection(x, domain)
    if inside.is_empty:
        return EMPTY
    low, low_open = _root_end(inside.low, degree, inside.low_open, -INF)
    high, high_open = _root_end(inside.high, degree, inside.high_open, INF)
    return Interval(low, high, low_open, high_open)


def _root_end(x: float, degree: int, is_open: bool, outwards: float) -> tuple[float, bool]:
    if math.isinf(x) or x == 0:
        return x, is_open or x != 0
    with precision(BITS):
        size = arb(abs(x)).root(degree)
        return rounded(size if x > 0 else -size, is_open, outwards)


# powers ------------------------------------------------------------------------------------------------


def general_power(base: Interval, exponent: Interval) -> Interval:
    """Return the range of base^exponent for any exponent.

    A negative base counts where the exponent is a whole number, zero to the power of zero as one: whether these
    are allowed depends on how the exponent is written, so both are.
    """
    if base.is_empty or exponent.is_empty:
        return EMPTY
    if exponent.is_point and exponent.low.is_integer() and abs(exponent.low) < 1 << 31:
        return power(base, int(exponent.low))
    positive = _positive_power(intersection(base, POSITIVE), exponent)
    if base.contains(0.0):
        if exponent.high > 0:
            positive = hull(positive, point(0.0))
        if exponent.contains(0.0):
            positive = hull(positive, ONE)
    negative_part = intersection(base, NEGATIVE)
    if negative_part.is_empty:
        return positive
    whole = _whole_numbers(exponent)
    if whole is None:
        size = _positive_power(negative(negative_part), exponent)
        return hull_of((positive, size, negative(size)))
    return hull_of((positive, *(power(negative_part, n) for n in whole)))


def _positive_power(base: Interval, exponent: Interval) -> Interval:
    if base.is_empty:
        return EMPTY
    if exponent.is_point:
        return _fixed_power(base, exponent.low)
    return exponential(multiply(exponent, logarithm(base)))


def _fixed_power(base: Interval, exponent: float) -> Interval:
    """Return the range of base^exponent for a positive base; the ends may be zero or infinite."""
    outwards = (-INF, INF) if exponent > 0 else (INF, -INF)
    ends = []
    for x, is_open, way in zip(base[:2], base[2:], outwards, strict=True):
        if x in (0.0, INF):
            ends.append((0.0 if (x == 0) == (exponent > 0) else INF, True))
        else:
            with precision(BITS):
                ends.append(rounded(arb(x) ** arb(exponent), is_open, way))
    (low, low_open), (high, high_open) = ends if exponent > 0 else reversed(ends)
    return intersection(Interval(low, high, low_open, high_open), POSITIVE)


def _whole_numbers(x: Interval) -> list[int] | None:
    """Return the whole numbers in an interval, None if there are many."""
    if not x.is_bounded or x.high - x.low > FEW or x.high > 1e6 or x.low < -1e6:
        return None
    return [n for n in range(math.ceil(x.low), math.floor(x.high) + 1) if x.contains(float(n))]


# gamma and its kin -------------------------------------------------------------------------------------


def gamma(x: Interval) -> Interval:
    """Return the range of the gamma function."""
    if x.is_empty:
        return EMPTY
    if x.low >= 0:
        return _GAMMA_RIGHT(x)
    strip = _strip(x)
    if strip is None:
        return REALS
    side = POSITIVE if strip % 2 == 0 else NEGATIVE
    with precision(BITS):
        return intersection(from_ball(_ball(x).gamma()), side)


def digamma(x: Interval) -> Interval:
    """Return the range of the digamma function, which rises between its poles 0, -1, -2, …"""
    if x.is_empty:
        return EMPTY
    if x.low >= 0:
        return monotone("digamma", POSITIVE, REALS, x)
    return REALS if _strip(x) is None else monotone("digamma", REALS, REALS, x)


def _strip(x: Interval) -> int | None:
    """Return k if x lies strictly between the integers k and k + 1, below zero; None if it does not."""
    if not x.is_bounded:
        return None
    k = math.floor(x.low)
    return k if k < x.low and x.high < k + 1 <= 0 else None


def _ball(x: Interval) -> arb:
    return arb(x.low).union(arb(x.high))


def polygamma(n: Interval, x: Interval) -> Interval:
    """Return the range of a derivative of the digamma function for x > 0."""
    if not (n.is_point and n.low >= 0 and n.low.is_integer()):
        return EMPTY if n.is_point else REALS
    if n.low == 0:
        return digamma(intersection(x, POSITIVE))
    inside = intersection(x, POSITIVE)
    if inside.is_empty:
        return EMPTY
    order, odd = arb(n.low), n.low % 2 == 1
    value = value_of("polygamma")

    def end(at: float, is_open: bool, outwards: float) -> tuple[float, bool]:
        if at in (0.0, INF):
            return (0.0 if at else INF) * (1 if odd else -1), True
        with precision(BITS):
            return rounded(value(order, arb(at)), is_open, outwards)

    near, far = (inside.low, inside.low_open), (inside.high, inside.high_open)
    if odd:  # positive and falling
        low, high = end(*far, -INF), end(*near, INF)
        return intersection(Interval(low[0], high[0], low[1], high[1]), POSITIVE)
    low, high = end(*near, -INF), end(*far, INF)
    return intersection(Interval(low[0], high[0], low[1], high[1]), NEGATIVE)


def beta(x: Interval, y: Interval) -> Interval:
    """Return the range of the beta function, which falls in both arguments."""
    x, y = intersection(x, POSITIVE), intersection(y, POSITIVE)
    if x.is_empty or y.is_empty:
        return EMPTY
    value = value_of("beta")
    high, low = (INF, True), (0.0, True)
    with precision(BITS):
        if x.low > 0 and y.low > 0:
            high = rounded(value(arb(x.low), arb(y.low)), False, INF)
        if x.is_bounded and y.is_bounded:
            low = rounded(value(arb(x.high), arb(y.high)), False, -INF)
    return intersection(Interval(low[0], high[0], low[1], high[1]), POSITIVE)


exponential: Final[Range] = _rising("exp", REALS, POSITIVE)
logarithm: Final[Range] = _rising("ln", POSITIVE, REALS)
square_root: Final[Range] = _rising("sqrt", NONNEGATIVE, NONNEGATIVE)
arctangent: Final[Range] = _rising("atan", REALS, Interval(-QUARTER_TURN.high, QUARTER_TURN.high, True, True))
_UNIT: Final = Interval(-1.0, 1.0)
_OPEN_UNIT: Final = Interval(-1.0, 1.0, True, True)
_GAMMA_RIGHT: Final = _valley(
    "gamma",
    POSITIVE,
    Interval(1.4616321449683622, 1.4616321449683625),
    Interval(below(0.8856031944108886), 0.8856031944108889),
)

RANGES: Final[Mapping[str, Callable[..., Interval]]] = {
    "sin": sine,
    "cos": cosine,
    "tan": tangent,
    "cot": cotangent,
    "sec": secant,
    "csc": cosecant,
    "asin": _rising("asin", _UNIT, Interval(-QUARTER_TURN.high, QUARTER_TURN.high, True, True)),
    "acos": _falling("acos", _UNIT, Interval(0.0, HALF_TURN.high, False, True)),
    "atan": arctangent,
    "atan2": angle,
    "sinh": _rising("sinh", REALS, REALS),
    "cosh": _valley("cosh", REALS, point(0.0), ONE),
    "tanh": _rising("tanh", REALS, _OPEN_UNIT),
    "asinh": _rising("asinh", REALS, REALS),
    "acosh": _rising("acosh", Interval(1.0, INF, False, True), NONNEGATIVE),
    "atanh": _rising("atanh", _OPEN_UNIT, REALS),
    "exp": exponential,
    "ln": logarithm,
    "log": logarithm,
    "log10": _rising("log10", POSITIVE, REALS),
    "log2": _rising("log2", POSITIVE, REALS),
    "sqrt": square_root,
    "cbrt": _rising("cbrt", REALS, REALS),
    "root": root,
    "abs": magnitude,
    "sign": sign,
    "floor": floor,
    "ceil": ceiling,
    "round": nearest,
    "mod": modulo,
    "min": least,
    "max": greatest,
    "hypot": hypotenuse,
    "erf": _rising("erf", REALS, _OPEN_UNIT),
    "erfc": _falling("erfc", REALS, Interval(0.0, 2.0, True, True)),
    "gamma": gamma,
    "lgamma": _valley(
        "lgamma",
        POSITIVE,
        Interval(1.4616321449683622, 1.4616321449683625),
        Interval(-0.12148629053584962, -0.12148629053584959),
    ),
    "digamma": digamma,
    "polygamma": polygamma,
    "beta": beta,
}
