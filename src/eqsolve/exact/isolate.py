"""Solve one equation for one unknown, as a tree.

The equation is read as a polynomial in an *atom*: the unknown itself, or a function or power that holds all its
occurrences. Its roots are written down (degree one, two, pure powers), then the atom is inverted and the same is
done with what is inside it. Where an inverse has many values (`sin`), the one at a given point is taken.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

from flint import arb

from eqsolve.evaluate import Balls
from eqsolve.exact.algebra import (
    ONE,
    ZERO,
    Simplify,
    add,
    call,
    constant,
    divide,
    literal,
    multiply,
    negate,
    power,
    root,
    simplify,
    subtract,
)
from eqsolve.exact.polynomials import square_factored, tidied
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

MAX_DEGREE: Final = 8
MAX_NODES: Final = 300
PI: Final = Name("pi", ONE.span)

Values: TypeAlias = Mapping[str, arb]


def isolate(node: Expression, unknown: str, values: Values) -> Iterator[Expression]:
    """Yield expressions that make `node` zero when put in the place of `unknown`.

    Args:
        node: Left-hand side of `node = 0`.
        unknown: The name to solve for.
        values: A point that says which turn of an inverse sine to take.
    """
    if len(tape(node).steps) > MAX_NODES:
        return
    read = interpret(simplify(node), _Reader(unknown))
    if read is None or read.atom is None:
        return
    for value in _roots(read.above):
        if isinstance(read.atom, Name):
            yield value
        else:
            for inside, inverse in _inverses(read.atom, value, unknown, values):
                yield from isolate(subtract(inside, inverse), unknown, values)


def read(node: Expression, unknown: str) -> tuple[Expression, tuple[Expression, ...]] | None:
    """Return the one atom that a simplified tree is rational in, and the numerator's coefficients, constant first."""
    found = interpret(node, _Reader(unknown)) if len(tape(node).steps) <= MAX_NODES else None
    return None if found is None or found.atom is None else (found.atom, found.above)


def forms_of_roots(coefficients: Sequence[Expression]) -> Iterator[Expression]:
    """Yield those roots of a polynomial, constant term first, that can be written down."""
    return _roots(coefficients)


def roots_in_call(node: Expression, unknown: str) -> tuple[Call, list[Expression]] | None:
    """Read `node` as a polynomial in the one call that holds the unknown; return it and the roots that can be written.

    Returns:
        None if `node` is no such polynomial, or none whose roots can be written.
    """
    read = interpret(simplify(node), _Reader(unknown))
    if read is None or not isinstance(read.atom, Call) or read.below != (ONE,):
        return None
    return read.atom, list(_roots(read.above))


# reading -----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Quotient:
    """Polynomials in an atom, coefficients from the constant term up; no atom means no unknown."""

    atom: Expression | None
    above: tuple[Expression, ...]
    below: tuple[Expression, ...] = (ONE,)


class _Reader:
    """The meaning of expressions as quotients of polynomials in one atom; None if they are not."""

    def __init__(self, unknown: str) -> None:
        self.unknown = unknown
        self.simplify = Simplify()

    def _opaque(self, node: Expression) -> _Quotient:
        if any(name.id == self.unknown for name in names(node)):
            return _Quotient(node, (ZERO, ONE))
        return _Quotient(None, (node,))

    def number(self, node: Number) -> _Quotient | None:
        return _Quotient(None, (node,))

    def name(self, node: Name) -> _Quotient | None:
        return self._opaque(node)

    def sum(self, node: Sum, terms: Sequence[_Quotient | None]) -> _Quotient | None:
        total: _Quotient | None = _Quotient(None, (ZERO,))
        for sign, term in zip(node.signs, terms, strict=True):
            if total is None or term is None:
                return None
            signed = term.above if sign == "+" else tuple(map(negate, term.above))
            above = _plus(_by(total.above, term.below), _by(signed, total.below))
            if total.below == term.below:
                total = _joined(total, term, _plus(total.above, signed), total.below)
            else:
                total = _joined(total, term, above, _by(total.below, term.below))
        return total

    def product(self, node: Product, factors: Sequence[_Quotient | None]) -> _Quotient | None:
        total: _Quotient | None = _Quotient(None, (ONE,))
        for operator, factor in zip(node.operators, factors, strict=True):
            if total is None or factor is None:
                return None
            above, below = factor.above, factor.below
            if operator == "/":
                above, below = below, above
            if len(below) == 1 and below[0] != ZERO:
                above, below = tuple(divide(c, below[0]) for c in above), (ONE,)
            total = _joined(total, factor, _by(total.above, above), _by(total.below, below))
        return total

    def power(self, node: Power, base: _Quotient | None, exponent: _Quotient | None) -> _Quotient | None:
        value = constant(node.exponent)
        if base is None or exponent is None:
            return None
        if value is None or value.denominator != 1 or base.atom is None:
            return self._opaque(node)
        if not 0 < abs(value) <= MAX_DEGREE:
            return None
        above, below = (base.above, base.below) if value > 0 else (base.below, base.above)
        result: _Quotient | None = _Quotient(base.atom, (ONE,))
        for _ in range(abs(int(value))):
            if result is not None:
                result = _joined(result, base, _by(result.above, above), _by(result.below, below))
        return result

    def negative(self, node: Negative, operand: _Quotient | None) -> _Quotient | None:
        return operand and _Quotient(operand.atom, tuple(map(negate, operand.above)), operand.below)

    def percent(self, node: Percent, operand: _Quotient | None) -> _Quotient | None:
        if operand is None:
            return None
        above = tuple(divide(c, literal(100)) for c in operand.above)
        return _Quotient(operand.atom, above, operand.below)

    def call(self, node: Call, arguments: Sequence[_Quotient | None]) -> _Quotient | None:
        return self._opaque(node)

    def comparison(self, node: Comparison, sides: Sequence[_Quotient | None]) -> _Quotient | None:
        return None

    def logic(self, node: Logic, operands: Sequence[_Quotient | None]) -> _Quotient | None:
        return None


def _joined(
    a: _Quotient, b: _Quotient, above: tuple[Expression, ...], below: tuple[Expression, ...]
) -> _Quotient | None:
    """Return a quotient in the atom of both; None if they differ, or the degree is too high."""
    if a.atom is not None and b.atom is not None and a.atom != b.atom:
        return None
    if max(len(above), len(below)) > MAX_DEGREE + 1:
        return None
    return _Quotient(a.atom or b.atom, above, below)


def _plus(a: tuple[Expression, ...], b: tuple[Expression, ...]) -> tuple[Expression, ...]:
    longer, shorter = (a, b) if len(a) >= len(b) else (b, a)
    sums = (add(x, y) for x, y in zip(longer, shorter, strict=False))
    return (*sums, *longer[len(shorter) :])


def _by(a: tuple[Expression, ...], b: tuple[Expression, ...]) -> tuple[Expression, ...]:
    if a == (ONE,):
        return b
    if b == (ONE,):
        return a
    result: tuple[Expression, ...] = (ZERO,)
    for position, factor in enumerate(a):
        if factor != ZERO:
            shifted = (ZERO,) * position + tuple(multiply(factor, c) for c in b)
            result = _plus(result, shifted)
    return result


# roots -------------------------------------------------------------------------------------------------


def _roots(coefficients: Sequence[Expression]) -> Iterator[Expression]:
    """Yield the roots of a polynomial, constant term first, that can be written down."""
    c = [tidied(coefficient) for coefficient in coefficients]
    while c and c[-1] == ZERO:
        c.pop()
    if len(c) > 1 and c[0] == ZERO:
        yield ZERO
        while c and c[0] == ZERO:
            c.pop(0)
    degree = len(c) - 1
    if degree < 1:
        return
    if all(coefficient == ZERO for coefficient in c[1:-1]):
        yield from _pure(divide(negate(c[0]), c[-1]), degree)
    elif degree == 2:
        yield from _quadratic(c[2], c[1], c[0])
    elif degree % 2 == 0 and all(coefficient == ZERO for coefficient in c[1::2]):
        for square in _roots(c[::2]):
            yield from _pure(square, 2)


def _pure(value: Expression, degree: int) -> Iterator[Expression]:
    """Yield the solutions of t^degree = value."""
    if degree == 1:
        yield tidied(value)
        return
    size = root(square_factored(value), degree)
    yield size
    if degree % 2 == 0 and size != ZERO:
        yield negate(size)


def _quadratic(a: Expression, b: Expression, c: Expression) -> Iterator[Expression]:
    """Yield the roots of a t^2 + b t + c; for an even b without needless factors of two."""
    half = divide(b, literal(2))
    discriminant = tidied(subtract(power(half, 2), multiply(a, c)))
    width = root(square_factored(discriminant), 2)
    value = constant(b)
    whole = value is not None and value.denominator == 1 and value % 2
    if whole or isinstance(half, Product):
        discriminant = tidied(subtract(power(b, 2), multiply(literal(4), a, c)))
        width, half, a = root(square_factored(discriminant), 2), b, multiply(literal(2), a)
    for signed in (width, negate(width)):
        yield divide(subtract(signed, half), a)


# inverses ----------------------------------------------------------------------------------------------

_INVERSES: Final[Mapping[str, Callable[[Expression], tuple[Expression, ...]]]] = {
    "exp": lambda y: (call("ln", y),),
    "ln": lambda y: (call("exp", y),),
    "log": lambda y: (call("exp", y),),
    "log10": lambda y: (Power(literal(10), y, ONE.span),),
    "log2": lambda y: (Power(literal(2), y, ONE.span),),
    "sqrt": lambda y: (power(y, 2),),
    "cbrt": lambda y: (power(y, 3),),
    "abs": lambda y: (y, negate(y)),
    "sinh": lambda y: (call("asinh", y),),
    "cosh": lambda y: (call("acosh", y), negate(call("acosh", y))),
    "tanh": lambda y: (call("atanh", y),),
    "asinh": lambda y: (call("sinh", y),),
    "acosh": lambda y: (call("cosh", y),),
    "atanh": lambda y: (call("tanh", y),),
    "asin": lambda y: (call("sin", y),),
    "acos": lambda y: (call("cos", y),),
    "atan": lambda y: (call("tan", y),),
}
_PERIODIC: Final[Mapping[str, tuple[str, int, bool]]] = {  # inverse, period over pi, whether x -> pi - x
    "sin": ("asin", 2, True),
    "cos": ("acos", 2, False),
    "tan": ("atan", 1, False),
}


def _inverses(
    atom: Expression, value: Expression, unknown: str, values: Values
) -> Iterator[tuple[Expression, Expression]]:
    """Yield pairs (inside, tree): the atom has the value where the inside equals the tree."""
    match atom:
        case Call(function=Name(id=name), arguments=(inside,)) if name in _INVERSES:
            for inverse in _INVERSES[name](value):
                yield inside, inverse
        case Call(function=Name(id=name), arguments=(inside,)) if name in _PERIODIC:
            yield from ((inside, inverse) for inverse in _turned(name, inside, value, values))
        case Call(function=Name(id="root"), arguments=(inside, degree)):
            n = constant(degree)
            if n is not None and n.denominator == 1 and 0 < n <= MAX_DEGREE:
                yield inside, power(value, int(n))
        case Power(base=base, exponent=exponent):
            if not any(name.id == unknown for name in names(exponent)):
                yield base, Power(value, divide(ONE, exponent), ONE.span)
            elif not any(name.id == unknown for name in names(base)):
                yield exponent, divide(call("ln", value), call("ln", base))


def _turned(name: str, inside: Expression, value: Expression, values: Values) -> Iterator[Expression]:
    """Yield the inverse on the turn on which the point lies."""
    inverse, period, mirrored = _PERIODIC[name]
    principal = call(inverse, value)
    candidates = [principal]
    candidates.append(subtract(PI, principal) if mirrored else negate(principal))
    meaning = Balls(values)
    here = interpret(inside, meaning).value
    for candidate in candidates if name != "tan" else candidates[:1]:
        there = interpret(candidate, meaning).value
        turns = (here - there) / (period * arb.pi())
        if turns.is_finite():
            k = int((turns.mid() + arb("0.5")).floor().mid().unique_fmpz())
            yield add(candidate, multiply(literal(k * period), PI))
