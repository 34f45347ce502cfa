"""The functions of the language over lanes: ranges, slopes, inverses, and where they are not smooth.

numpy promises no bound for the errors of its functions; what is known of its libraries is four units in the last
place. Values are widened by sixteen, and by a little more for what may underflow or comes from a period.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final, TypeAlias

import numpy as np

from eqsolve.boxes.lanes import (
    INF,
    NONNEGATIVE,
    ONE,
    WHOLE,
    Array,
    Lanes,
    Mask,
    above,
    add,
    below,
    between,
    chosen,
    constant,
    divide,
    hull,
    intersection,
    magnitude,
    mirrored,
    multiply,
    negative,
    power,
    reciprocal,
    subtract,
)
from eqsolve.proof.elementary import HALF_TURN

WIDER: Final = 16 * 2.0**-52
LEAST: Final = 1e-300  # what underflows is less
TURNING: Final = 2e-15  # absolute error of a function of period 2 pi
FURTHEST: Final = 1e6  # from zero that periods are counted
NEAR: Final = 1e-9  # of a period, in which an end may lie on either side of a peak
TURNS: Final = 2  # periods in a side up to which an inverse is looked up

PI: Final = constant(HALF_TURN)
QUARTER: Final = multiply(PI, between(0.5, 0.5))
TURN: Final = add(PI, PI)
UNIT: Final = between(-1.0, 1.0)
TWO: Final = between(2.0, 2.0)

Map: TypeAlias = Callable[[Lanes], Lanes]


@dataclass(frozen=True, slots=True)
class Function:
    """A function of one argument.

    Attributes:
        image: Its range, empty where the argument lies outside the domain.
        slope: Its derivatives, from the argument and the range.
        inverse: What of the second argument it may take to the first.
        rough: Where it is not defined and smooth all over the argument; None if it is everywhere.
    """

    image: Map
    slope: Callable[[Lanes, Lanes], Lanes]
    inverse: Callable[[Lanes, Lanes], Lanes]
    rough: Callable[[Lanes], Mask] | None = None


def under(value: Array, error: float = LEAST) -> Array:
    """Return a number below the true value of a function."""
    return below(value * (1.0 - np.copysign(WIDER, value)) - error)


def over(value: Array, error: float = LEAST) -> Array:
    """Return a number above the true value of a function."""
    return above(value * (1.0 + np.copysign(WIDER, value)) + error)


def _rising(
    function: Callable[[Array], Array], domain: tuple[float, float] = (-INF, INF), least: float = -INF
) -> Map:
    """Return the range of a function that rises all over its domain, from `least`."""

    def image(x: Lanes) -> Lanes:
        inside = intersection(x, between(*domain))
        low, high = function(inside.low), function(inside.high)
        value = Lanes(np.maximum(under(low), least), over(high))
        return _unless(inside.empty, value)

    return image


def _unless(empty: Mask, value: Lanes) -> Lanes:
    """Return a value, empty in some lanes."""
    return Lanes(np.where(empty, INF, value.low), np.where(empty, -INF, value.high))


exponential: Final = _rising(np.exp, least=0.0)
_log: Final = _rising(np.log, (0.0, INF))
square_root: Final = _rising(np.sqrt, (0.0, INF), 0.0)
cube_root: Final = _rising(np.cbrt)
_asin: Final = _rising(np.arcsin, (-1.0, 1.0))
_atanh: Final = _rising(np.arctanh, (-1.0, 1.0))
_acosh: Final = _rising(np.arccosh, (1.0, INF), 0.0)
_tanh: Final = _rising(np.tanh)
_sinh: Final = _rising(np.sinh)
_asinh: Final = _rising(np.arcsinh)
_atan: Final = _rising(np.arctan)


def logarithm(x: Lanes) -> Lanes:
    """Return ln(x), empty where no part of x is positive."""
    return _unless(x.high <= 0, _log(x))


def _acos(x: Lanes) -> Lanes:
    return subtract(QUARTER, _asin(x))


def _cosh(x: Lanes) -> Lanes:
    size = magnitude(x)
    return Lanes(np.maximum(under(np.cosh(size.low)), 1.0), over(np.cosh(size.high)))


def _wave(function: Callable[[Array], Array], peak: float, x: Lanes) -> Lanes:
    """Return the range of a sine that has a peak at `peak`."""
    first, last = function(x.low), function(x.high)
    low = np.maximum(under(np.minimum(first, last), TURNING), -1.0)
    high = np.minimum(over(np.maximum(first, last), TURNING), 1.0)
    low = np.where(_meets(x, peak + np.pi, 2 * np.pi), -1.0, low)
    high = np.where(_meets(x, peak, 2 * np.pi), 1.0, high)
    lost = ~(np.maximum(np.abs(x.low), np.abs(x.high)) <= FURTHEST)
    return chosen(lost, UNIT, Lanes(low, high))


def _meets(x: Lanes, place: float, period: float) -> Mask:
    """Tell where one of the places that repeat with a period may lie within."""
    first = np.ceil((x.low - place) / period - NEAR)
    return first <= np.floor((x.high - place) / period + NEAR)


def sine(x: Lanes) -> Lanes:
    """Return sin(x)."""
    return _wave(np.sin, np.pi / 2, x)


def cosine(x: Lanes) -> Lanes:
    """Return cos(x)."""
    return _wave(np.cos, 0.0, x)


def _broken(x: Lanes) -> Mask:
    """Tell where a pole of the tangent may lie within."""
    lost = ~(np.maximum(np.abs(x.low), np.abs(x.high)) <= FURTHEST)
    return lost | _meets(x, np.pi / 2, np.pi)


def _tan(x: Lanes) -> Lanes:
    value = Lanes(under(np.tan(x.low), TURNING), over(np.tan(x.high), TURNING))
    return chosen(_broken(x), WHOLE, value)


def positive_power(x: Lanes, y: Lanes) -> Lanes:
    """Return x^y for x >= 0; what of x is negative does not count."""
    inside = intersection(x, NONNEGATIVE)
    value = exponential(multiply(y, _log(inside)))
    at_one = (inside.low == 1) & (inside.high == 1)
    return _unless(inside.empty, chosen(at_one, ONE, value))


def nth_root(x: Lanes, n: int) -> Lanes:
    """Return the real n-th roots of what of x has one, n >= 1; for even n those that are not negative."""
    if n == 1:
        return x
    if n == 3:
        return cube_root(x)
    if n % 2 == 0:
        inside = intersection(x, NONNEGATIVE)
        return square_root(x) if n == 2 else _unless(inside.empty, _roots_of_ends(inside, n))
    return _roots_of_ends(x, n)


def _roots_of_ends(x: Lanes, n: int) -> Lanes:
    degree = reciprocal(between(float(n), float(n)))
    first, last = (positive_power(Lanes(np.abs(end), np.abs(end)), degree) for end in x)
    return Lanes(np.where(x.low >= 0, first.low, -first.high), np.where(x.high >= 0, last.high, -last.low))


def least(x: Lanes, y: Lanes) -> Lanes:
    """Return the range of min(x, y)."""
    return Lanes(np.minimum(x.low, y.low), np.minimum(x.high, y.high))


def greatest(x: Lanes, y: Lanes) -> Lanes:
    """Return the range of max(x, y)."""
    return Lanes(np.maximum(x.low, y.low), np.maximum(x.high, y.high))


# backwards ---------------------------------------------------------------------------------------------


def _by(inverse: Map) -> Callable[[Lanes, Lanes], Lanes]:
    return lambda result, x: intersection(x, inverse(result))


def _on_branches(x: Lanes, period: Lanes, branches: list[Lanes]) -> Lanes:
    """Return the part of x on the branches of the inverse of a periodic function, if x holds few periods."""
    first = np.floor(x.low / period.low) - 1
    found = Lanes(np.full_like(x.low, INF), np.full_like(x.low, -INF))
    for step in range(TURNS + 4):
        shift = multiply(period, Lanes(first + step, first + step))
        for branch in branches:
            part = intersection(x, add(branch, shift))
            found = hull(found, _unless(branch.empty, part))
    lost = ~(np.maximum(np.abs(x.low), np.abs(x.high)) <= FURTHEST) | (x.high - x.low > TURNS * period.low)
    return chosen(lost, x, found)


def _sine_back(result: Lanes, x: Lanes) -> Lanes:
    angle = _asin(result)
    return _on_branches(x, TURN, [angle, _unless(angle.empty, subtract(PI, angle))])


def _cosine_back(result: Lanes, x: Lanes) -> Lanes:
    angle = _unless(_asin(result).empty, _acos(result))
    return _on_branches(x, TURN, [angle, negative(angle)])


def _tangent_back(result: Lanes, x: Lanes) -> Lanes:
    return _on_branches(x, PI, [_atan(result)])


def _tangent_of(angle: Lanes) -> Lanes:
    """Return tan of what lies between the poles at -pi/2 and pi/2."""
    low = np.where(angle.low > -1.5707, under(np.tan(angle.low), TURNING), -INF)
    high = np.where(angle.high < 1.5707, over(np.tan(angle.high), TURNING), INF)
    outside = (angle.high < -1.6) | (angle.low > 1.6)
    return _unless(
        outside, Lanes(np.where(angle.low > 1.5707, 1e3, low), np.where(angle.high < -1.5707, -1e3, high))
    )


def _sign(x: Lanes) -> Lanes:
    return Lanes(np.where(x.low >= 0, 1.0, -1.0), np.where(x.high <= 0, -1.0, 1.0))


def _log_to(base: float) -> Function:
    scale = logarithm(between(base, base))
    return Function(
        lambda x: _unless(x.high <= 0, divide(_log(x), scale)),
        lambda x, _: reciprocal(multiply(intersection(x, NONNEGATIVE), scale)),
        lambda result, x: intersection(x, exponential(multiply(result, scale))),
        lambda x: x.low <= 0,
    )


_LN: Final = Function(
    logarithm,
    lambda x, _: reciprocal(intersection(x, NONNEGATIVE)),
    _by(exponential),
    lambda x: x.low <= 0,
)


def _one_minus_square(x: Lanes) -> Lanes:
    return intersection(multiply(subtract(ONE, x), add(ONE, x)), between(0.0, INF))


FUNCTIONS: Final[Mapping[str, Function]] = {
    "exp": Function(exponential, lambda _, value: value, _by(logarithm)),
    "ln": _LN,
    "log": _LN,
    "log10": _log_to(10.0),
    "log2": _log_to(2.0),
    "sqrt": Function(
        square_root,
        lambda _, value: reciprocal(multiply(TWO, value)),
        _by(lambda result: power(intersection(result, NONNEGATIVE), 2)),
        lambda x: x.low < 0,
    ),
    "cbrt": Function(
        cube_root,
        lambda _, value: reciprocal(multiply(between(3.0, 3.0), power(value, 2))),
        _by(lambda result: power(result, 3)),
    ),
    "sin": Function(sine, lambda x, _: cosine(x), _sine_back),
    "cos": Function(cosine, lambda x, _: negative(sine(x)), _cosine_back),
    "tan": Function(_tan, lambda _, value: add(ONE, power(value, 2)), _tangent_back, _broken),
    "asin": Function(
        _asin,
        lambda x, _: reciprocal(square_root(_one_minus_square(x))),
        _by(sine),
        lambda x: (x.low < -1) | (x.high > 1),
    ),
    "acos": Function(
        lambda x: _unless(_asin(x).empty, _acos(x)),
        lambda x, _: negative(reciprocal(square_root(_one_minus_square(x)))),
        _by(cosine),
        lambda x: (x.low < -1) | (x.high > 1),
    ),
    "atan": Function(_atan, lambda x, _: reciprocal(add(ONE, power(x, 2))), _by(_tangent_of)),
    "sinh": Function(_sinh, lambda x, _: _cosh(x), _by(_asinh)),
    "cosh": Function(_cosh, lambda x, _: _sinh(x), lambda result, x: mirrored(_acosh(result), x)),
    "tanh": Function(_tanh, lambda x, _: reciprocal(power(_cosh(x), 2)), _by(_atanh)),
    "asinh": Function(_asinh, lambda x, _: reciprocal(square_root(add(ONE, power(x, 2)))), _by(_sinh)),
    "atanh": Function(
        lambda x: _unless((x.high <= -1) | (x.low >= 1), _atanh(x)),
        lambda x, _: reciprocal(_one_minus_square(x)),
        _by(_tanh),
        lambda x: (x.low <= -1) | (x.high >= 1),
    ),
    "abs": Function(magnitude, lambda x, _: _sign(x), mirrored),
}

PAIRS: Final[Mapping[str, Callable[[Lanes, Lanes], Lanes]]] = {"min": least, "max": greatest}
