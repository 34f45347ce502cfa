"""How large the parameters of a model are likely to be, from where they stand beside columns of data.

Terms of a sum are taken to be of one size, and so are both sides of an equation; arguments of `exp`, `sin` and
their like are taken to be about one. `a*exp(-k*x)` makes k about 1/x, `(x - m)^2/w^2` makes m and w about x, and
`exp(-E/(8.314*T))` makes E about 8.314 T. In logarithms these are linear equations; one that contradicts those
before it is left out.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Final, TypeAlias

from eqsolve.language.interpret import interpret, tape
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
    names,
)

_MOST: Final = 690.0  # logarithm of the largest size
_LIKE_A_SUM: Final = frozenset({"min", "max", "hypot", "mod"})
_ROOTS: Final = {"sqrt": Fraction(1, 2), "cbrt": Fraction(1, 3), "abs": Fraction(1)}
_ANY: Final = frozenset({"ln", "log", "log10", "log2", "sign", "floor", "ceil", "round", "interp"})

Place: TypeAlias = tuple[str, int]  # a column, and the sign with which a parameter stands for a value of it


@dataclass(frozen=True, slots=True)
class _Size:
    """The logarithm of a size: a constant, and multiples of the logarithms of names."""

    powers: Mapping[str, Fraction]
    constant: float = 0.0

    def times(self, other: _Size, power: Fraction = Fraction(1)) -> _Size:
        powers = dict(self.powers)
        for name, value in other.powers.items():
            powers[name] = powers.get(name, Fraction(0)) + power * value
        return _Size(
            {name: value for name, value in powers.items() if value},
            self.constant + float(power) * other.constant,
        )


_ONE: Final = _Size({})


@dataclass(frozen=True, slots=True)
class Scales:
    """What a model says about the sizes of its parameters.

    Attributes:
        places: Parameters that are added to a column, or compared with it: they stand for values of it.
        terms: Parameters that stand together in a term of a sum.
        vanishing: Logarithms that are about zero.
    """

    places: Mapping[str, tuple[Place, ...]]
    terms: tuple[frozenset[str], ...]
    vanishing: tuple[_Size, ...]

    def logarithms(self, parameters: Sequence[str], columns: Mapping[str, float]) -> list[float]:
        """Return the logarithms of the likely sizes of parameters, for those of the columns; 0 if all goes."""
        rows: dict[str, _Size] = {}  # each a parameter in terms of later ones
        for form in self.vanishing:
            rest = _entered(form, columns)
            for name, row in rows.items():
                if name in rest.powers:
                    power = rest.powers[name]
                    rest = rest.times(_Size({name: Fraction(1)}), -power).times(row, power)
            left = [name for name in rest.powers if name in parameters]
            if not left or len(left) < len(rest.powers):
                continue
            name = left[-1]
            power = rest.powers[name]
            solved = _ONE.times(rest.times(_Size({name: power}), Fraction(-1)), -1 / power)
            for other, row in rows.items():
                if name in row.powers:
                    share = row.powers[name]
                    rows[other] = row.times(_Size({name: share}), Fraction(-1)).times(solved, share)
            rows[name] = solved
        return [max(-_MOST, min(_MOST, rows.get(name, _ONE).constant)) for name in parameters]


def scales(sides: Sequence[tuple[Expression, Expression]], parameters: Sequence[str]) -> Scales:
    """Read the sizes of parameters off equations, given as pairs of sides."""
    meaning = _Sizes(frozenset(parameters))
    for left, right in sides:
        both = [interpret(tape(side), meaning) for side in (left, right)]
        meaning.equal(both)
    places = {name: tuple(dict.fromkeys(found)) for name, found in meaning.places.items()}
    return Scales(places, _terms(sides, frozenset(parameters)), tuple(meaning.vanishing))


def _entered(form: _Size, known: Mapping[str, float]) -> _Size:
    constant = form.constant + sum(float(p) * known[n] for n, p in form.powers.items() if n in known)
    return _Size({n: p for n, p in form.powers.items() if n not in known}, constant)


def _terms(
    sides: Iterable[tuple[Expression, Expression]], parameters: frozenset[str]
) -> tuple[frozenset[str], ...]:
    """Return the parameters of each term of the sums at the top, where there are several."""
    found: dict[frozenset[str], None] = {}
    for pair in sides:
        for side in pair:
            for term in side.terms if isinstance(side, Sum) else (side,):
                inside = frozenset(name.id for name in names(term)) & parameters
                if len(inside) > 1:
                    found[inside] = None
    return tuple(found)


@dataclass(frozen=True, slots=True)
class _Sizes:
    """Sizes as logarithms; None where nothing is known."""

    parameters: frozenset[str]
    vanishing: list[_Size] = field(default_factory=list)
    places: dict[str, list[Place]] = field(default_factory=dict)

    def equal(self, sizes: Sequence[_Size | None]) -> _Size | None:
        """Note that sizes are about the same; return one of them, without parameters if there is one."""
        known = [size for size in sizes if size is not None]
        known.sort(key=lambda size: bool(self.parameters & size.powers.keys()))
        for other in known[1:]:
            self.vanishing.append(other.times(known[0], Fraction(-1)))
        return known[0] if known else None

    def _beside(self, sides: Sequence[Expression], signs: Sequence[int]) -> None:
        lone = [_lone(side, sign) for side, sign in zip(sides, signs, strict=True)]
        present = [one for one in lone if one is not None]
        for name, sign in present:
            if name in self.parameters:
                beside = [(other, -sign * its) for other, its in present if other not in self.parameters]
                self.places.setdefault(name, []).extend(beside)

    def number(self, node: Number) -> _Size | None:
        return _Size({}, _logarithm(node.value)) if node.value else None

    def name(self, node: Name) -> _Size:
        return _Size({}, math.log(math.pi)) if node.id == "pi" else _Size({node.id: Fraction(1)})

    def sum(self, node: Sum, terms: Sequence[_Size | None]) -> _Size | None:
        self._beside(node.terms, [-1 if sign == "-" else 1 for sign in node.signs])
        return self.equal(terms)

    def product(self, node: Product, factors: Sequence[_Size | None]) -> _Size | None:
        total = _ONE
        for operator, factor in zip(node.operators, factors, strict=True):
            if factor is None:
                return None
            total = total.times(factor, Fraction(-1 if operator == "/" else 1))
        return total

    def power(self, node: Power, base: _Size | None, exponent: _Size | None) -> _Size | None:
        value = _constant(node.exponent)
        if value is not None and abs(value) <= 64:
            return None if base is None else _ONE.times(base, value)
        if exponent is not None and exponent.powers:
            self.vanishing.append(exponent)
        return _ONE if isinstance(node.base, Number) else base

    def negative(self, node: Negative, operand: _Size | None) -> _Size | None:
        return operand

    def percent(self, node: Percent, operand: _Size | None) -> _Size | None:
        return None if operand is None else _Size(operand.powers, operand.constant - math.log(100))

    def call(self, node: Call, arguments: Sequence[_Size | None]) -> _Size | None:
        name = node.function.id
        if name in _LIKE_A_SUM:
            return self.equal(arguments)
        if name == "if":
            return self.equal(arguments[1:])
        if name in _ROOTS:
            return None if arguments[0] is None else _ONE.times(arguments[0], _ROOTS[name])
        if name not in _ANY:
            self.vanishing.extend(each for each in arguments if each is not None and each.powers)
        return _ONE

    def comparison(self, node: Comparison, sides: Sequence[_Size | None]) -> _Size | None:
        for pair in zip(node.sides, node.sides[1:], strict=False):
            self._beside(pair, (1, -1))
        self.equal(sides)
        return None

    def logic(self, node: Logic, operands: Sequence[_Size | None]) -> _Size | None:
        return None


def _lone(side: Expression, sign: int) -> tuple[str, int] | None:
    """Return the name that a term consists of, and its sign."""
    while isinstance(side, Negative):
        side, sign = side.operand, -sign
    return (side.id, sign) if isinstance(side, Name) else None


def _constant(node: Expression) -> Fraction | None:
    """Return the value of a literal, perhaps with a sign or as a quotient of literals."""
    if isinstance(node, Number):
        return node.value
    if isinstance(node, Negative):
        inner = _constant(node.operand)
        return None if inner is None else -inner
    if isinstance(node, Product):
        total = Fraction(1)
        for operator, factor in zip(node.operators, node.factors, strict=True):
            inner = _constant(factor)
            if inner is None or (operator == "/" and not inner):
                return None
            total = total / inner if operator == "/" else total * inner
        return total
    return None


def _logarithm(value: Fraction) -> float:
    """Return ln|value| of a rational of any size."""
    return math.log(abs(value.numerator)) - math.log(value.denominator)
