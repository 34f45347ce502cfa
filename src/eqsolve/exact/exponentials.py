"""Equations in powers of one exponential: `4^x - 3*2^x + 2 = 0`, `cosh(x) = 2*sinh(x)`.

With u = g^(phase/scale) they become rational in u; only u > 0 counts.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import gcd, lcm
from typing import TYPE_CHECKING, Final

from eqsolve.exact.algebra import (
    NOWHERE,
    ONE,
    ZERO,
    Simplify,
    add,
    call,
    constant,
    divide,
    literal,
    multiply,
    power,
    subtract,
    terms,
)
from eqsolve.exact.relations import split_power
from eqsolve.language.interpret import interpret, tape
from eqsolve.language.syntax import Call, Expression, Name, Power, names

if TYPE_CHECKING:
    from eqsolve.exact.reals import Candidates, Environment

MAX_POWER: Final = 60
FUNCTIONS: Final = ("exp", "sinh", "cosh", "tanh")
NATURAL: Final = Fraction(0)  # stands for the base e


@dataclass(frozen=True, slots=True)
class _Exponential:
    """`base^(factor * phase + shift)`, where only the phase holds the unknown."""

    base: Fraction
    factor: Fraction
    phase: Expression
    shift: Expression


def by_exponential(node: Expression, unknown: str, around: Environment, depth: int) -> Candidates:
    """Solve an equation that is rational in one exponential of the unknown."""
    from eqsolve.exact.reals import candidates, holds, union

    found = _exponentials(node, unknown)
    if not found:
        return None
    first = next(iter(found.values()))
    if any(e.base != first.base or e.phase != first.phase for e in found.values()):
        return None
    scale = lcm(*(e.factor.denominator for e in found.values()))
    shared = gcd(*(int(e.factor * scale) for e in found.values()))
    step = Fraction(shared, scale)
    if any(abs(e.factor / step) > MAX_POWER for e in found.values()):
        return None
    u = Name("#u" + unknown, NOWHERE)
    replaced = interpret(node, _Replace(found, u, step))
    if holds(replaced, unknown):
        return None
    values = candidates(replaced, u.id, around, depth)
    if values is None:
        return None
    parts = []
    for value in values:
        sign = around.sign(value.form)
        if sign is None:
            return None
        if sign <= 0:
            around.reasons.append("an exponential would have to be zero or negative")
            continue
        logarithm = ZERO if value.form == ONE else call("ln", value.form)
        if first.base != NATURAL:
            logarithm = divide(logarithm, call("ln", literal(first.base)))
        target = divide(logarithm, literal(step))
        parts.append(candidates(subtract(first.phase, target), unknown, around, depth))
    return union(parts)


def _exponentials(node: Expression, unknown: str) -> dict[Expression, _Exponential] | None:
    """Return the exponentials in a tree by their nodes; None if one is not of the kind."""
    found: dict[Expression, _Exponential] = {}
    for part, _ in tape(node).steps:
        match part:
            case Call(function=Name(id=name), arguments=(exponent,)) if name in FUNCTIONS:
                base = NATURAL
            case Power(base=below, exponent=exponent) if any(n.id == unknown for n in names(exponent)):
                number = constant(below)
                if number is None or number <= 0 or number == 1:
                    return None
                base = number
            case _:
                continue
        if not any(n.id == unknown for n in names(exponent)):
            continue
        read = _read(base, exponent, unknown)
        if read is None:
            return None
        found[part] = read
    return found


def _read(base: Fraction, exponent: Expression, unknown: str) -> _Exponential | None:
    factor, phase, shift = Fraction(0), ZERO, ZERO
    for coefficient, core in terms(exponent):
        if not any(n.id == unknown for n in names(core)):
            shift = add(shift, multiply(literal(coefficient), core))
        elif phase in (ZERO, core):
            factor, phase = factor + coefficient, core
        else:
            return None
    if base != NATURAL:
        base, times = _primitive(base)
        factor, shift = factor * times, multiply(literal(times), shift)
    return _Exponential(base, factor, phase, shift)


def _primitive(number: Fraction) -> tuple[Fraction, int]:
    """Return g > 1 and n with number = g^n, where g is not itself a power."""
    sign = 1
    if number < 1:
        number, sign = 1 / number, -1
    for n in range(max(number.numerator.bit_length(), number.denominator.bit_length()), 1, -1):
        above, rest = split_power(number.numerator, n)
        below, other = split_power(number.denominator, n)
        if rest == 1 and other == 1:
            return Fraction(above, below), sign * n
    return number, sign


class _Replace(Simplify):
    """The meaning of expressions with powers of one name in the place of exponentials."""

    def __init__(self, found: Mapping[Expression, _Exponential], u: Name, step: Fraction) -> None:
        super().__init__()
        self.found = found
        self.u = u
        self.step = step

    def _power(self, node: Expression) -> Expression | None:
        own = self.found.get(node)
        if own is None:
            return None
        raised = power(self.u, int(own.factor / self.step))
        if own.shift == ZERO:
            return raised
        if own.base == NATURAL:
            return multiply(raised, call("exp", own.shift))
        return multiply(raised, Power(literal(own.base), own.shift, NOWHERE))

    def power(self, node: Power, base: Expression, exponent: Expression) -> Expression:
        return self._power(node) or super().power(node, base, exponent)

    def call(self, node: Call, arguments: Sequence[Expression]) -> Expression:
        grows = self._power(node)
        if grows is None:
            return super().call(node, arguments)
        falls = divide(ONE, grows)
        match node.function.id:
            case "sinh":
                return divide(subtract(grows, falls), literal(2))
            case "cosh":
                return divide(add(grows, falls), literal(2))
            case "tanh":
                return divide(subtract(grows, falls), add(grows, falls))
        return grows
