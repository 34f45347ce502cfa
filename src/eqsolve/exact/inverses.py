"""Functions undone over the reals: which arguments have a given value, with the range as a condition.

A bound that is never reached (1 for tanh, pi/2 for atan, 0 for exp) is told from one that is (0 for sqrt, pi for
acos) by trees, not by digits: `pi/2 - pi/2` is zero, and a ball around zero is not.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from flint import arb

from eqsolve.exact.algebra import (
    NOWHERE,
    ONE,
    ZERO,
    call,
    constant,
    divide,
    literal,
    multiply,
    negate,
    power,
    subtract,
)
from eqsolve.language.syntax import Call, Expression, Name, Power, names

if TYPE_CHECKING:
    from eqsolve.exact.reals import Environment

MAX_EXPONENT: Final = 64
MAX_WHOLE: Final = 40  # the largest n of which the n-th power is looked at
PI: Final = Name("pi", NOWHERE)
HALF_PI: Final = divide(PI, literal(2))


@dataclass(frozen=True, slots=True)
class Undone:
    """`inside = value`; `sure` if the function certainly has the value in question there."""

    inside: Expression
    value: Expression
    sure: bool


@dataclass(frozen=True, slots=True)
class Inverse:
    """How to undo a function of one argument.

    Attributes:
        arguments: From a value to the arguments that have it.
        low: Lower bound of the range; None where there is none.
        high: Upper bound of the range.
        closed: Whether the bounds are taken.
    """

    arguments: Callable[[Expression], tuple[Expression, ...]]
    low: Expression | None = None
    high: Expression | None = None
    closed: bool = True


def _by(name: str) -> Callable[[Expression], tuple[Expression, ...]]:
    return lambda y: (call(name, y),)


def _of_base(base: int) -> Callable[[Expression], tuple[Expression, ...]]:
    def argument(y: Expression) -> tuple[Expression, ...]:
        n = constant(y)
        if n is not None and n.denominator == 1 and abs(n) <= MAX_EXPONENT:
            return (power(literal(base), int(n)),)
        return (Power(literal(base), y, NOWHERE),)

    return argument


def _mirrored(y: Expression) -> tuple[Expression, ...]:
    return (ZERO,) if y == ZERO else (y, negate(y))


INVERSES: Final[Mapping[str, Inverse]] = {
    "exp": Inverse(lambda y: (ZERO,) if y == ONE else (call("ln", y),), ZERO, closed=False),
    "ln": Inverse(lambda y: (ONE,) if y == ZERO else (call("exp", y),)),
    "log": Inverse(lambda y: (ONE,) if y == ZERO else (call("exp", y),)),
    "log10": Inverse(_of_base(10)),
    "log2": Inverse(_of_base(2)),
    "sqrt": Inverse(lambda y: (power(y, 2),), ZERO),
    "cbrt": Inverse(lambda y: (power(y, 3),)),
    "abs": Inverse(_mirrored, ZERO),
    "sinh": Inverse(_by("asinh")),
    "cosh": Inverse(lambda y: (ZERO,) if y == ONE else (call("acosh", y), negate(call("acosh", y))), ONE),
    "tanh": Inverse(_by("atanh"), literal(-1), ONE, closed=False),
    "asinh": Inverse(_by("sinh")),
    "acosh": Inverse(lambda y: (ONE,) if y == ZERO else (call("cosh", y),), ZERO),
    "atanh": Inverse(_by("tanh")),
    "asin": Inverse(_by("sin"), negate(HALF_PI), HALF_PI),
    "acos": Inverse(_by("cos"), ZERO, PI),
    "atan": Inverse(_by("tan"), negate(HALF_PI), HALF_PI, closed=False),
}
INJECTIVE: Final = frozenset(INVERSES) - {"abs", "cosh"} | {"erf", "erfc"}
MIRRORED: Final = frozenset({"abs", "cosh"})
NEVER_ZERO: Final = frozenset({"gamma"})  # and no inverse in the language
_AT_BOUNDS: Final[Mapping[str, Callable[[int], Expression]]] = {  # arguments at the lower and the upper bound
    "asin": lambda side: literal(side),
    "acos": lambda side: literal(-side),
}


def undo(atom: Expression, value: Expression, unknown: str, around: Environment) -> tuple[Undone, ...] | None:
    """Return the equations of which one holds where `atom` has a value; None if it cannot be undone."""
    match atom:
        case Call(function=Name(id=name), arguments=(inside,)) if name in INVERSES:
            return _undo_call(name, inside, value, around)
        case Call(function=Name(id=name), arguments=(_,)) if name in NEVER_ZERO:
            return () if around.sign(value) == 0 else None
        case Call(function=Name(id="root"), arguments=(inside, degree)):
            n = constant(degree)
            if n is None or n.denominator != 1 or not 0 < n <= MAX_EXPONENT:
                return None
            low = ZERO if n % 2 == 0 else None
            return _within(Inverse(lambda y: (power(y, int(n)),), low), inside, value, around)
        case Power(base=base, exponent=exponent) if not _holds(exponent, unknown):
            return _undo_power(base, exponent, value, around)
        case Power(base=base, exponent=exponent) if not _holds(base, unknown):
            return _undo_exponential(base, exponent, value, around)
        case Power(base=base, exponent=exponent):
            return _undo_self_power(base, exponent, value, around)
    return None


def _holds(node: Expression, unknown: str) -> bool:
    return any(name.id == unknown for name in names(node))


def _undo_call(
    name: str, inside: Expression, value: Expression, around: Environment
) -> tuple[Undone, ...] | None:
    inverse = INVERSES[name]
    if name in _AT_BOUNDS and inverse.low is not None and inverse.high is not None:
        for side, bound in ((-1, inverse.low), (1, inverse.high)):
            if around.sign(subtract(value, bound)) == 0:
                return (Undone(inside, _AT_BOUNDS[name](side), True),)
    return _within(inverse, inside, value, around)


def _within(
    inverse: Inverse, inside: Expression, value: Expression, around: Environment
) -> tuple[Undone, ...] | None:
    sure = True
    for side, bound in ((1, inverse.low), (-1, inverse.high)):
        if bound is None:
            continue
        sign = around.sign(subtract(value, bound))
        if sign is None and not inverse.closed:
            return None
        if sign is None:
            sure = False
        elif sign == -side or (sign == 0 and not inverse.closed):
            return ()
    if around.sign(value) == 0:
        value = ZERO
    return tuple(Undone(inside, argument, sure) for argument in inverse.arguments(value))


def _undo_power(
    base: Expression, exponent: Expression, value: Expression, around: Environment
) -> tuple[Undone, ...] | None:
    """Undo `base^exponent` for an exponent that is not a whole number: the base is not negative."""
    sign = around.sign(exponent)
    number = constant(exponent)
    if not sign or (number is not None and number.denominator == 1):
        return None
    if around.ball(exponent).contains_integer() and number is None:
        return None

    def argument(y: Expression) -> tuple[Expression, ...]:
        if y in (ZERO, ONE):
            return (y,)
        inverse = divide(ONE, exponent)
        n = constant(inverse)
        if n is not None and n.denominator == 1 and abs(n) <= MAX_EXPONENT:
            return (power(y, int(n)),)
        return (Power(y, inverse, NOWHERE),)

    return _within(Inverse(argument, ZERO, closed=sign > 0), base, value, around)


def _undo_exponential(
    base: Expression, exponent: Expression, value: Expression, around: Environment
) -> tuple[Undone, ...] | None:
    """Undo `base^exponent` for a constant base that is positive and not 1."""
    if around.sign(base) != 1 or not around.sign(subtract(base, ONE)):
        return None

    def argument(y: Expression) -> tuple[Expression, ...]:
        return (ZERO,) if y == ONE else (divide(call("ln", y), call("ln", base)),)

    return _within(Inverse(argument, ZERO, closed=False), exponent, value, around)


def _undo_self_power(
    base: Expression, exponent: Expression, value: Expression, around: Environment
) -> tuple[Undone, ...] | None:
    """Undo `u^u`: by logarithms where u is positive; where it is negative, it is whole, and n^n grows with n."""
    sign = around.sign(value)
    size = around.ball(value)
    if base != exponent or not sign or not abs(size) * arb(MAX_WHOLE) ** MAX_WHOLE > 1:
        return None
    possible = (n for n in range(1, MAX_WHOLE + 1) if (sign * arb(-n) ** -n * abs(size) > 0))
    whole = [n for n in possible if (arb(-n) ** -n).overlaps(size)]
    undone = [Undone(base, literal(-n), False) for n in whole]
    undone.append(Undone(base, ZERO, False))
    if sign > 0:
        logarithm = ZERO if value == ONE else call("ln", value)
        undone.append(Undone(multiply(exponent, call("ln", base)), logarithm, False))
    return tuple(undone)
