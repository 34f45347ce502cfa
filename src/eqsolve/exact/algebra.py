"""Syntax trees built with light simplification: constants combined, like terms merged, zeros and ones dropped.

Trees made here belong to no text. Every function returns a tree without negative or fractional literals, so that
it prints as a person would write it: `3 - y*z`, `x/2`, `-2/(y + 1)`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from functools import lru_cache
from math import gcd, isqrt, lcm
from typing import Final

from eqsolve.language.interpret import interpret
from eqsolve.language.syntax import (
    Call,
    Comparison,
    Expression,
    Logic,
    Name,
    Negative,
    Number,
    Percent,
    Power,
    Product,
    Sum,
)
from eqsolve.source import Source, Span

NOWHERE: Final = Span(Source(""), 0, 0)
REMEMBERED: Final = 10_000  # expressions whose factors are
FOLDED: Final = 64  # exponents up to which powers of numbers are computed


def literal(value: int | Fraction) -> Expression:
    """Return a number as a tree: `2`, `-2`, `2/3`."""
    return _product(Fraction(value), {})


ZERO: Final[Expression] = Number(Fraction(0), NOWHERE)
ONE: Final[Expression] = Number(Fraction(1), NOWHERE)


def call(name: str, *arguments: Expression) -> Expression:
    """Return a call of a function of the language."""
    return Call(Name(name, NOWHERE), arguments, NOWHERE)


@lru_cache(maxsize=REMEMBERED)
def factors(node: Expression) -> tuple[Fraction, Mapping[Expression, int]]:
    """Return a number and bases with integer exponents whose product is `node`.

    Sums within sums are taken apart again and again while trees are built, so that answers are remembered.
    """
    match node:
        case Number(value=value):
            return value, {}
        case Negative(operand=operand):
            coefficient, powers = factors(operand)
            return -coefficient, powers
        case Percent(operand=operand):
            coefficient, powers = factors(operand)
            return coefficient / 100, powers
        case Product(operators=operators, factors=parts):
            signs = (1 if operator == "*" else -1 for operator in operators)
            return _multiplied(zip(map(factors, parts), signs, strict=False))
        case Power(base=base, exponent=exponent):
            n = _integer(exponent)
            if n is not None and abs(n) <= FOLDED:
                return _multiplied([(factors(base), n)])
        case Sum():
            return _content(node)
    return Fraction(1), {node: 1}


def _integer(node: Expression) -> int | None:
    value = constant(node)
    return int(value) if value is not None and value.denominator == 1 else None


def constant(node: Expression) -> Fraction | None:
    """Return the value of a number, or None for anything else."""
    if isinstance(node, Sum):
        return None
    coefficient, powers = factors(node)
    return None if powers else coefficient


def _multiplied(
    parts: Iterable[tuple[tuple[Fraction, Mapping[Expression, int]], int]],
) -> tuple[Fraction, dict[Expression, int]]:
    coefficient = Fraction(1)
    powers: dict[Expression, int] = {}
    for (number, bases), sign in parts:
        if not number and sign < 0:  # has no value; keep it visible
            powers[ZERO] = sign
        elif number != 1:
            coefficient *= number**sign
        for base, exponent in bases.items():
            powers[base] = powers.get(base, 0) + sign * exponent
    if not coefficient and ZERO not in powers:
        return coefficient, {}
    return coefficient, {base: exponent for base, exponent in powers.items() if exponent}


def _content(node: Sum) -> tuple[Fraction, Mapping[Expression, int]]:
    """Take the common number out of a sum, and the sign if all terms are negative."""
    parts = terms(node)
    if not parts:
        return Fraction(0), {}
    numbers = [coefficient for coefficient, _ in parts]
    size = Fraction(
        gcd(*(number.numerator for number in numbers)), lcm(*(number.denominator for number in numbers))
    )
    if all(number < 0 for number in numbers):
        size = -size
    if len(parts) == 1:
        coefficient, powers = factors(parts[0][1])
        return coefficient * parts[0][0], powers
    return size, {_sum([(number / size, core) for number, core in parts]): 1}


@lru_cache(maxsize=REMEMBERED)
def terms(node: Expression) -> Sequence[tuple[Fraction, Expression]]:
    """Return numbers and products whose combination is `node`; the constant goes with `1`."""
    if not isinstance(node, Sum):
        coefficient, powers = factors(node)
        if coefficient == 0 and ZERO not in powers:
            return []
        if len(powers) == 1:
            (base, exponent), *_ = powers.items()
            if isinstance(base, Sum) and exponent == 1:
                return [(coefficient * number, core) for number, core in terms(base)]
        return [(coefficient, _product(Fraction(1), powers))]
    merged: dict[Expression, Fraction] = {}
    for sign, term in zip(node.signs, node.terms, strict=True):
        for number, core in terms(term):
            signed = number if sign == "+" else -number
            merged[core] = merged[core] + signed if core in merged else signed
    return [(number, core) for core, number in merged.items() if number]


def _sum(parts: Sequence[tuple[Fraction, Expression]]) -> Expression:
    """Build a sum; a positive term comes first if there is one."""
    parts = sorted(parts, key=lambda part: part[0] < 0)
    if not parts:
        return ZERO
    written = [_product(abs(number), factors(core)[1] if core != ONE else {}) for number, core in parts]
    if parts[0][0] < 0:
        written[0] = _negative(written[0])
    if len(parts) == 1:
        return written[0]
    signs = "+" + "".join("-" if number < 0 else "+" for number, _ in parts[1:])
    return Sum(signs, tuple(written), NOWHERE)


def _product(coefficient: Fraction, powers: Mapping[Expression, int]) -> Expression:
    """Build a product; numbers first, all divisors together."""
    if coefficient < 0:
        return _negative(_product(-coefficient, powers))
    above: list[Expression] = []
    below: list[Expression] = []
    numerator, denominator = coefficient.numerator, coefficient.denominator
    if denominator == 1 or _is_decimal(coefficient):
        above += [Number(coefficient, NOWHERE)] * (numerator != 1 or denominator != 1)
    else:
        above += [Number(Fraction(numerator), NOWHERE)] * (numerator != 1)
        below.append(Number(Fraction(denominator), NOWHERE))
    for base, exponent in sorted(powers.items(), key=lambda power: not isinstance(power[0], Name)):
        factor = base
        if abs(exponent) != 1:
            factor = Power(base, Number(Fraction(abs(exponent)), NOWHERE), NOWHERE)
        (above if exponent > 0 else below).append(factor)
    if not below:
        return _times(above)
    return Product("*" * max(1, len(above)) + "/", (*(above or [ONE]), _times(below)), NOWHERE)


def _is_decimal(value: Fraction) -> bool:
    """Tell whether a number reads best as a decimal: 8.314, but 1/2 and 2/3."""
    tens = 10 ** value.denominator.bit_length()
    return value.denominator > 10 and tens % value.denominator == 0


def _times(parts: Sequence[Expression]) -> Expression:
    if not parts:
        return ONE
    return parts[0] if len(parts) == 1 else Product("*" * len(parts), tuple(parts), NOWHERE)


def _negative(node: Expression) -> Expression:
    """Put a minus sign in front, where it binds as it is written: on the first factor."""
    if isinstance(node, Product):
        first, *rest = node.factors
        return replace(node, factors=(_negative(first), *rest))
    return Negative(node, NOWHERE)


def add(*nodes: Expression) -> Expression:
    """Return a sum."""
    return _sum(terms(Sum("+" * len(nodes), nodes, NOWHERE)))


def multiply(*nodes: Expression) -> Expression:
    """Return a product."""
    coefficient, powers = _multiplied((factors(node), 1) for node in nodes)
    return _flattened(coefficient, powers)


def divide(above: Expression, below: Expression) -> Expression:
    """Return a quotient."""
    coefficient, powers = _multiplied([(factors(above), 1), (factors(below), -1)])
    if coefficient < 0:  # the sign goes into a divisor that is a difference: `y*z/(y - z)`
        for base, exponent in powers.items():
            if isinstance(base, Sum) and exponent == -1:
                turned = _sum([(-number, core) for number, core in terms(base)])
                others = {b: e for b, e in powers.items() if b != base}
                if turned in others:
                    continue
                return _flattened(-coefficient, {**others, turned: -1})
    return _flattened(coefficient, powers)


def _flattened(coefficient: Fraction, powers: Mapping[Expression, int]) -> Expression:
    """Build a product; a sum with nothing but a whole number before it is multiplied out."""
    if len(powers) == 1 and coefficient.denominator == 1:
        (base, exponent), *_ = powers.items()
        if isinstance(base, Sum) and exponent == 1:
            return _sum([(coefficient * number, core) for number, core in terms(base)])
    return _product(coefficient, powers)


def negate(node: Expression) -> Expression:
    """Return minus a tree."""
    return multiply(literal(-1), node)


def subtract(left: Expression, right: Expression) -> Expression:
    """Return a difference."""
    return add(left, negate(right))


def power(base: Expression, exponent: int) -> Expression:
    """Return an integer power."""
    return _flattened(*_multiplied([(factors(base), exponent)])) if exponent else ONE


def root(node: Expression, n: int) -> Expression:
    """Return the n-th root; even roots are those of numbers that are not negative.

    What is a perfect power comes out: `sqrt(4*y^2*z)` is `2*abs(y)*sqrt(z)`.
    """
    coefficient, powers = factors(node)
    outside, inside = Fraction(1), coefficient
    exact = _exact_root(abs(coefficient), n)
    if exact is not None and (coefficient > 0 or n % 2):
        outside, inside = (exact if coefficient > 0 else -exact), Fraction(1)
    come_out: list[Expression] = [literal(outside)]
    stay: dict[Expression, int] = {}
    for base, exponent in powers.items():
        if exponent % n:
            stay[base] = exponent
        else:
            plain = n % 2 or (exponent // n) % 2 == 0
            come_out.append(power(base if plain else call("abs", base), exponent // n))
    if stay or inside != 1:
        name = {2: "sqrt", 3: "cbrt"}.get(n)
        under = _flattened(inside, stay)
        come_out.append(call(name, under) if name else call("root", under, literal(n)))
    return multiply(*come_out)


def _exact_root(value: Fraction, n: int) -> Fraction | None:
    parts = []
    for part in (value.numerator, value.denominator):
        found = isqrt(part) if n == 2 else round(part ** (1 / n)) if part < 2**50 else 0
        if found**n != part:
            return None
        parts.append(found)
    return Fraction(*parts)


class Simplify:
    """The meaning of expressions as simplified trees; names may give way to other trees."""

    def __init__(self, names: Mapping[str, Expression] | None = None) -> None:
        self.names = names or {}

    def number(self, node: Number) -> Expression:
        """A literal."""
        return literal(node.value)

    def name(self, node: Name) -> Expression:
        """A name, or what stands for it."""
        return self.names.get(node.id, node)

    def sum(self, node: Sum, terms: Sequence[Expression]) -> Expression:
        """A sum."""
        signed = (t if sign == "+" else negate(t) for sign, t in zip(node.signs, terms, strict=True))
        return add(*signed)

    def product(self, node: Product, factors: Sequence[Expression]) -> Expression:
        """A product."""
        above = [f for operator, f in zip(node.operators, factors, strict=True) if operator == "*"]
        below = [f for operator, f in zip(node.operators, factors, strict=True) if operator == "/"]
        return divide(multiply(*above), multiply(*below)) if below else multiply(*above)

    def power(self, node: Power, base: Expression, exponent: Expression) -> Expression:
        """A power."""
        n = _integer(exponent)
        return power(base, n) if n is not None and abs(n) <= FOLDED else Power(base, exponent, NOWHERE)

    def negative(self, node: Negative, operand: Expression) -> Expression:
        """Minus the operand."""
        return negate(operand)

    def percent(self, node: Percent, operand: Expression) -> Expression:
        """A hundredth."""
        return divide(operand, literal(100))

    def call(self, node: Call, arguments: Sequence[Expression]) -> Expression:
        """A call, of simplified arguments."""
        return Call(node.function, tuple(arguments), NOWHERE)

    def comparison(self, node: Comparison, sides: Sequence[Expression]) -> Expression:
        """A condition."""
        return replace(node, sides=tuple(sides))

    def logic(self, node: Logic, operands: Sequence[Expression]) -> Expression:
        """Conditions."""
        return replace(node, operands=tuple(operands))


def simplify(node: Expression, names: Mapping[str, Expression] | None = None) -> Expression:
    """Return a tree simplified, with trees in the place of names."""
    return interpret(node, Simplify(names)) if names else _simplified(node)


@lru_cache(maxsize=REMEMBERED)
def _simplified(node: Expression) -> Expression:
    """Return a tree simplified; the same ones are asked for by one method after another."""
    return interpret(node, Simplify())
