"""Intervals of real numbers with floating-point ends, rounded outwards.

An end is open if the interval does not contain it; infinite ends always are. Rounding makes an end open, for the
true bound lies strictly inside: so `exp(-x)` stays in (0, inf), and cos(x) - (1 + 1e-30) strictly below zero,
although floats cannot tell 1 + 1e-30 from 1. Exact results keep their ends: 1 - [-1, 1] is [0, 2]. Floats are
chosen over balls because most boxes of a search are wide, and there an ulp more is nothing; what needs digits
is certified elsewhere, in ball arithmetic.

References:
    Hickey, Ju and van Emden (2001), Interval arithmetic: from principles to implementation, J. ACM 48, 1038-1068.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from fractions import Fraction
from typing import Final, NamedTuple

from flint import arb, fmpq

INF: Final = math.inf
LARGEST: Final = math.nextafter(INF, 0.0)
EXACT: Final = 2.0**53  # whole floats below this are multiplied exactly
TINY: Final = 1e-290  # products beyond this, in size, do not underflow
MULTIPLIED: Final = 8  # powers up to this are multiplied out, beyond it flint is asked


class Interval(NamedTuple):
    """The real numbers between two ends; empty if `low > high`, or if they are equal and one is open."""

    low: float
    high: float
    low_open: bool = False
    high_open: bool = False

    @property
    def is_empty(self) -> bool:
        """Whether it holds no number."""
        return self.low > self.high or (self.low == self.high and (self.low_open or self.high_open))

    @property
    def is_point(self) -> bool:
        """Whether it holds just one number."""
        return self.low == self.high and not self.low_open and not self.high_open

    @property
    def is_bounded(self) -> bool:
        """Whether both ends are finite."""
        return self.low > -INF and self.high < INF

    def contains(self, number: float) -> bool:
        """Tell whether a number lies in it."""
        above = self.low < number or (self.low == number and not self.low_open)
        return above and (number < self.high or (number == self.high and not self.high_open))

    @property
    def sign(self) -> int:
        """Return 1 or -1 if all its numbers have that sign and there are any, else 0."""
        if self.is_empty:
            return 0
        if self.low > 0 or (self.low == 0 and self.low_open):
            return 1
        return -1 if self.high < 0 or (self.high == 0 and self.high_open) else 0


EMPTY: Final = Interval(INF, -INF, True, True)
REALS: Final = Interval(-INF, INF, True, True)
POSITIVE: Final = Interval(0.0, INF, True, True)
NEGATIVE: Final = Interval(-INF, 0.0, True, True)
NONNEGATIVE: Final = Interval(0.0, INF, False, True)
ZERO: Final = Interval(0.0, 0.0)
ONE: Final = Interval(1.0, 1.0)


def below(number: float) -> float:
    """Return the next float towards -inf."""
    return math.nextafter(number, -INF)


def above(number: float) -> float:
    """Return the next float towards inf."""
    return math.nextafter(number, INF)


def point(number: float) -> Interval:
    """Return the interval of one float."""
    return Interval(number, number)


def from_fraction(number: Fraction) -> Interval:
    """Enclose a rational number."""
    try:
        nearest = number.numerator / number.denominator
    except OverflowError:
        return Interval(LARGEST, INF, True, True) if number > 0 else Interval(-INF, -LARGEST, True, True)
    if nearest in (INF, -INF):
        return Interval(LARGEST, INF, True, True) if number > 0 else Interval(-INF, -LARGEST, True, True)
    rounded = Fraction(nearest)
    if rounded == number:
        return Interval(nearest, nearest)
    if rounded < number:
        return Interval(nearest, above(nearest), True, True)
    return Interval(below(nearest), nearest, True, True)


def from_ball(ball: arb) -> Interval:
    """Enclose a ball; the reals if it has no finite bounds."""
    if not ball.is_finite():
        return REALS
    if ball.is_exact():
        nearest = float(ball)
        if arb(nearest) == ball:
            return Interval(nearest, nearest)
    return Interval(below(float(ball.lower())), above(float(ball.upper())), True, True)


def from_number(number: fmpq | arb) -> Interval:
    """Enclose a rational number or a ball of flint."""
    if isinstance(number, fmpq):
        return from_fraction(Fraction(int(number.p), int(number.q)))
    return from_ball(number)


def closed(x: Interval) -> Interval:
    """Return an interval with its finite ends included."""
    return Interval(x.low, x.high, x.low == -INF, x.high == INF)


def intersection(a: Interval, b: Interval) -> Interval:
    """Return what two intervals share."""
    if a.low > b.low:
        low, low_open = a.low, a.low_open
    elif a.low < b.low:
        low, low_open = b.low, b.low_open
    else:
        low, low_open = a.low, a.low_open or b.low_open
    if a.high < b.high:
        high, high_open = a.high, a.high_open
    elif a.high > b.high:
        high, high_open = b.high, b.high_open
    else:
        high, high_open = a.high, a.high_open or b.high_open
    return Interval(low, high, low_open, high_open)


def hull(a: Interval, b: Interval) -> Interval:
    """Return the smallest interval around two."""
    if a.is_empty:
        return b
    if b.is_empty:
        return a
    if a.low < b.low:
        low, low_open = a.low, a.low_open
    elif a.low > b.low:
        low, low_open = b.low, b.low_open
    else:
        low, low_open = a.low, a.low_open and b.low_open
    if a.high > b.high:
        high, high_open = a.high, a.high_open
    elif a.high < b.high:
        high, high_open = b.high, b.high_open
    else:
        high, high_open = a.high, a.high_open and b.high_open
    return Interval(low, high, low_open, high_open)


def negative(a: Interval) -> Interval:
    """Return -a."""
    return Interval(-a.high, -a.low, a.high_open, a.low_open)


def add(a: Interval, b: Interval) -> Interval:
    """Return a + b."""
    if a.low > a.high or b.low > b.high:
        return EMPTY
    low, low_open = _sum(a.low, b.low, a.low_open or b.low_open, -INF)
    high, high_open = _sum(a.high, b.high, a.high_open or b.high_open, INF)
    return Interval(low, high, low_open, high_open)


def subtract(a: Interval, b: Interval) -> Interval:
    """Return a - b."""
    return add(a, negative(b))


def _sum(x: float, y: float, is_open: bool, outwards: float) -> tuple[float, bool]:
    """Round x + y outwards; the error of the sum is known exactly (Knuth's two-sum), unless it overflows."""
    if x == 0.0 or y == 0.0:
        total = x + y
        return total, is_open or total in (INF, -INF)
    total = x + y
    if total - total != 0.0:  # infinite
        if math.isinf(x) or math.isinf(y) or total == outwards:
            return total, True
        return -math.copysign(LARGEST, outwards), True
    part = total - x
    error = (x - (total - part)) + (y - part)
    if error == 0.0:
        return total, is_open
    if (error > 0) == (outwards > 0):
        return math.nextafter(total, outwards), True
    return total, True


def multiply(a: Interval, b: Interval) -> Interval:
    """Return a b."""
    if a.low > a.high or b.low > b.high:
        return EMPTY
    low_a, high_a = (a.low, a.low_open), (a.high, a.high_open)
    low_b, high_b = (b.low, b.low_open), (b.high, b.high_open)
    if a.low >= 0:
        low = _downwards(high_a if b.low < 0 else low_a, low_b)
        high = _upwards(low_a if b.high < 0 else high_a, high_b)
    elif a.high <= 0:
        low = _downwards(high_a if b.high < 0 else low_a, high_b)
        high = _upwards(high_a if b.low > 0 else low_a, low_b)
    elif b.low >= 0:
        low, high = _downwards(low_a, high_b), _upwards(high_a, high_b)
    elif b.high <= 0:
        low, high = _downwards(high_a, low_b), _upwards(low_a, low_b)
    else:
        low = _least((low_a, high_b), (high_a, low_b))
        high = _greatest((low_a, low_b), (high_a, high_b))
    if (low[0] == 0.0 and low[1]) or (high[0] == 0.0 and high[1]):
        attained = a.contains(0.0) or b.contains(0.0)  # by any pair of which one is zero
        return Interval(
            low[0],
            high[0],
            low[1] and not (attained and low[0] == 0),
            high[1] and not (attained and high[0] == 0),
        )
    return Interval(low[0], high[0], low[1], high[1])


_End = tuple[float, bool]


def _downwards(x: _End, y: _End) -> _End:
    """Return `_least` of one product, without detours where it is neither zero nor close to the limits of floats."""
    (u, u_open), (v, v_open) = x, y
    product = u * v
    if TINY < abs(product) < INF:
        if _is_exact(u, v, product):
            return product, u_open or v_open
        return math.nextafter(product, -INF), True
    return _least((x, y))


def _upwards(x: _End, y: _End) -> _End:
    (u, u_open), (v, v_open) = x, y
    product = u * v
    if TINY < abs(product) < INF:
        if _is_exact(u, v, product):
            return product, u_open or v_open
        return math.nextafter(product, INF), True
    return _greatest((x, y))


def _is_exact(u: float, v: float, product: float) -> bool:
    """Tell whether a product, neither zero nor close to the limits of floats, is seen to be exact."""
    if product.is_integer() and abs(product) < EXACT and u.is_integer() and v.is_integer():
        return True
    return math.frexp(u)[0] in _HALF or math.frexp(v)[0] in _HALF


def _least(*pairs: tuple[_End, _End]) -> _End:
    """Return the least of some products of ends, rounded down, and whether it is open."""
    ends = [_product(x, y) for x, y in pairs]
    number = min(end[0] for end in ends)
    least = [end for end in ends if end[0] == number]
    if all(is_exact for _, _, is_exact in least):
        return number, all(is_open for _, is_open, _ in least)
    return _down(number, pairs), True


def _greatest(*pairs: tuple[_End, _End]) -> _End:
    ends = [_product(x, y) for x, y in pairs]
    number = max(end[0] for end in ends)
    greatest = [end for end in ends if end[0] == number]
    if all(is_exact for _, _, is_exact in greatest):
        return number, all(is_open for _, is_open, _ in greatest)
    return _up(number, pairs), True


def _down(number: float, pairs: tuple[tuple[_End, _End], ...]) -> float:
    if number == 0.0:  # underflow: the sign is known
        return 0.0 if all((x[0] > 0) == (y[0] > 0) for x, y in pairs) else below(0.0)
    return below(number)


def _up(number: float, pairs: tuple[tuple[_End, _End], ...]) -> float:
    if number == 0.0:
        return 0.0 if all((x[0] > 0) != (y[0] > 0) for x, y in pairs) else above(0.0)
    return above(number)


def _product(x: _End, y: _End) -> tuple[float, bool, bool]:
    """Return the rounded product of two ends, whether it is open, and whether it is exact.

    Zero times an end is zero, even if that end is infinite: its numbers are not. An end that is a zero of
    the interval makes a product of zero whatever it meets.
    """
    (u, u_open), (v, v_open) = x, y
    if u == 0.0 or v == 0.0:
        attained = (u == 0.0 and not u_open) or (v == 0.0 and not v_open)
        return 0.0, not attained, True
    product = u * v
    is_open = u_open or v_open
    if math.isinf(product):
        return product, True, math.isinf(u) or math.isinf(v)
    is_exact = abs(product) > TINY and _is_exact(u, v, product)
    return product, is_open or not is_exact, is_exact


_HALF: Final = (0.5, -0.5)  # mantissas of powers of two


def reciprocal(a: Interval) -> Interval:
    """Return the hull of 1/a, over the numbers of a that are not zero."""
    if a.low > a.high or (a.low == 0.0 == a.high):
        return EMPTY
    if a.low < 0 < a.high:
        return REALS
    if a.low >= 0:
        low, low_open = _inverse(a.high, a.high_open, -INF)
        high, high_open = _inverse(a.low, a.low_open, INF) if a.low > 0 else (INF, True)
    else:
        high, high_open = _inverse(a.low, a.low_open, INF)
        low, low_open = _inverse(a.high, a.high_open, -INF) if a.high < 0 else (-INF, True)
    return Interval(low, high, low_open, high_open)


def _inverse(x: float, is_open: bool, outwards: float) -> _End:
    """Round 1/x outwards, x not zero."""
    if math.isinf(x):
        return 0.0, True
    inverse = 1.0 / x
    if math.isinf(inverse):
        return (inverse, True) if inverse == outwards else (math.copysign(LARGEST, inverse), True)
    if math.frexp(x)[0] in _HALF and 1e-290 < abs(x) < 1e290:
        return inverse, is_open
    return math.nextafter(inverse, outwards), True


def divide(a: Interval, b: Interval) -> Interval:
    """Return the hull of a/b, over the numbers of b that are not zero."""
    if b.low < 0 < b.high:
        parts = (intersection(b, NEGATIVE), intersection(b, POSITIVE))
        return hull(*(multiply(a, reciprocal(part)) for part in parts))
    return multiply(a, reciprocal(b))


def power(a: Interval, n: int) -> Interval:
    """Return a^n for a whole number n; 0^0 is 1."""
    if a.low > a.high:
        return EMPTY
    if n == 0:
        return ONE
    if n < 0:
        return reciprocal(power(a, -n))
    if n % 2:
        low = _signed_power(a.low, n, a.low_open, -INF)
        high = _signed_power(a.high, n, a.high_open, INF)
        return Interval(low[0], high[0], low[1], high[1])
    size = magnitude(a)
    low = _power(size.low, n, size.low_open, -INF)
    high = _power(size.high, n, size.high_open, INF)
    return Interval(low[0], high[0], low[1], high[1])


def magnitude(a: Interval) -> Interval:
    """Return |a|."""
    if a.low > a.high or a.low >= 0:
        return a
    if a.high <= 0:
        return negative(a)
    if -a.low > a.high:
        return Interval(0.0, -a.low, False, a.low_open)
    return Interval(0.0, a.high, False, a.high_open and (a.low_open or -a.low < a.high))


def _signed_power(x: float, n: int, is_open: bool, outwards: float) -> _End:
    if x >= 0:
        return _power(x, n, is_open, outwards)
    size, size_open = _power(-x, n, is_open, -outwards)
    return -size, size_open


def _power(x: float, n: int, is_open: bool, outwards: float) -> _End:
    """Round x^n outwards, x >= 0 and n >= 1."""
    if x in (0.0, 1.0) or n == 1:
        return x, is_open
    if x == INF:
        return INF, True
    if n > MULTIPLIED:
        return rounded(arb(x) ** n, is_open, outwards)
    result: _End = (x, is_open)
    extreme = _least if outwards < 0 else _greatest
    for _ in range(n - 1):
        result = extreme((result, (x, is_open)))
    return result


def rounded(ball: arb, is_open: bool, outwards: float) -> _End:
    """Round a ball outwards to an end."""
    if not ball.is_finite():
        return outwards, True
    if ball.is_exact():
        number = float(ball)
        if math.isfinite(number) and arb(number) == ball:
            return number, is_open
    if outwards < 0:
        number = float(ball.lower())
        number = LARGEST if number == INF else below(number)
        return (0.0, True) if number < 0 < ball else (number, True)
    number = float(ball.upper())
    number = -LARGEST if number == -INF else above(number)
    return (0.0, True) if ball < 0 < number else (number, True)


def hull_of(intervals: Iterable[Interval]) -> Interval:
    """Return the smallest interval around some."""
    result = EMPTY
    for interval in intervals:
        result = hull(result, interval)
    return result
