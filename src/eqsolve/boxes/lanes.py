"""Intervals side by side in arrays, rounded outwards: one lane per box.

Ends are closed; a lane whose low end lies above its high end is empty. A low end is never +inf and a high end never
-inf unless the lane is empty. Every operation is widened by a float on either side, for numpy rounds to the nearest.
Lanes without dimensions are constants and go with any number of boxes.
"""

from __future__ import annotations

from typing import Final, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from eqsolve.proof.interval import Interval

Array: TypeAlias = NDArray[np.float64]
Mask: TypeAlias = NDArray[np.bool_]
INF: Final = np.inf


class Lanes(NamedTuple):
    """Intervals, one per lane."""

    low: Array
    high: Array

    @property
    def empty(self) -> Mask:
        """Where nothing is left."""
        return self.low > self.high

    def has(self, number: float) -> Mask:
        """Where a number lies within."""
        return (self.low <= number) & (number <= self.high)


def constant(x: Interval) -> Lanes:
    """Return an interval that goes with any number of boxes."""
    return Lanes(np.asarray(x.low), np.asarray(x.high))


def between(low: float, high: float) -> Lanes:
    """Return an interval, given by floats."""
    return constant(Interval(low, high))


ZERO: Final = between(0.0, 0.0)
ONE: Final = between(1.0, 1.0)
WHOLE: Final = between(-INF, INF)
NONNEGATIVE: Final = between(0.0, INF)


def below(x: Array) -> Array:
    """Return the next lower floats."""
    return np.nextafter(x, -INF)


def above(x: Array) -> Array:
    """Return the next higher floats."""
    return np.nextafter(x, INF)


def add(a: Lanes, b: Lanes) -> Lanes:
    """Return a + b; a sum of floats that is zero is exact."""
    low, high = a.low + b.low, a.high + b.high
    return Lanes(np.where(low == 0, low, below(low)), np.where(high == 0, high, above(high)))


def negative(a: Lanes) -> Lanes:
    """Return -a."""
    return Lanes(-a.high, -a.low)


def subtract(a: Lanes, b: Lanes) -> Lanes:
    """Return a - b."""
    return add(a, negative(b))


def multiply(a: Lanes, b: Lanes) -> Lanes:
    """Return a b; zero times an infinite end is zero, as the end itself is no number."""
    ends = [_product(x, y) for x in a for y in b]
    low = below(np.minimum(np.minimum(ends[0], ends[1]), np.minimum(ends[2], ends[3])))
    high = above(np.maximum(np.maximum(ends[0], ends[1]), np.maximum(ends[2], ends[3])))
    alike = ((a.low >= 0) & (b.low >= 0)) | ((a.high <= 0) & (b.high <= 0))
    apart = ((a.low >= 0) & (b.high <= 0)) | ((a.high <= 0) & (b.low >= 0))
    return Lanes(
        np.where(alike, np.maximum(low, 0.0), low),
        np.where(apart, np.minimum(high, 0.0), high),
    )


def _product(x: Array, y: Array) -> Array:
    product = x * y
    return np.where(np.isnan(product), 0.0, product)


def reciprocal(a: Lanes) -> Lanes:
    """Return 1/a; all numbers where zero lies inside."""
    low = np.where(a.high == 0, -INF, below(1.0 / a.high))
    high = np.where(a.low == 0, INF, above(1.0 / a.low))
    low = np.where(a.low >= 0, np.maximum(low, 0.0), low)
    high = np.where(a.high <= 0, np.minimum(high, 0.0), high)
    across = ((a.low < 0) & (a.high > 0)) | ((a.low == 0) & (a.high == 0))
    return Lanes(np.where(across, -INF, low), np.where(across, INF, high))


def divide(a: Lanes, b: Lanes) -> Lanes:
    """Return a/b."""
    return multiply(a, reciprocal(b))


def intersection(a: Lanes, b: Lanes) -> Lanes:
    """Return what a and b share."""
    return Lanes(np.maximum(a.low, b.low), np.minimum(a.high, b.high))


def hull(a: Lanes, b: Lanes) -> Lanes:
    """Return the smallest intervals around a and b, either of which may be empty."""
    low = np.minimum(np.where(a.empty, INF, a.low), np.where(b.empty, INF, b.low))
    high = np.maximum(np.where(a.empty, -INF, a.high), np.where(b.empty, -INF, b.high))
    return Lanes(low, high)


def chosen(where: Mask, a: Lanes, b: Lanes) -> Lanes:
    """Return a where a condition holds, b elsewhere."""
    return Lanes(np.where(where, a.low, b.low), np.where(where, a.high, b.high))


def magnitude(a: Lanes) -> Lanes:
    """Return |a|."""
    low = np.where(a.has(0.0), 0.0, np.minimum(np.abs(a.low), np.abs(a.high)))
    return Lanes(low, np.maximum(np.abs(a.low), np.abs(a.high)))


def power(a: Lanes, n: int) -> Lanes:
    """Return a^n for a whole number n, by squaring the ends."""
    if n < 0:
        return reciprocal(power(a, -n))
    if n == 0:
        return ONE
    if n == 1:
        return a
    if n % 2 == 0:
        size = magnitude(a)
        return Lanes(_risen(size.low, n).low, _risen(size.high, n).high)
    first, last = _risen(np.abs(a.low), n), _risen(np.abs(a.high), n)
    return Lanes(np.where(a.low >= 0, first.low, -first.high), np.where(a.high >= 0, last.high, -last.low))


def _risen(x: Array, n: int) -> Lanes:
    """Return bounds of x^n for x >= 0."""
    base, result = Lanes(x, x), ONE
    while n:
        if n % 2:
            result = multiply(result, base)
        n //= 2
        if n:
            base = multiply(base, base)
    return result


def mirrored(size: Lanes, x: Lanes) -> Lanes:
    """Return the part of x whose magnitude is in `size`."""
    size = intersection(size, NONNEGATIVE)
    return hull(intersection(x, size), intersection(x, negative(size)))


def solved(product: Lanes, factor: Lanes) -> Lanes:
    """Return the numbers whose product with `factor` may be in `product`."""
    return chosen(product.has(0.0) & factor.has(0.0), WHOLE, divide(product, factor))
