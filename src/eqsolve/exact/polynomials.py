"""Expressions as quotients of polynomials over the rationals, in names and in calls of functions.

Sine and cosine of the same angle, and square roots, are tied by their squares: what comes out zero is zero for
every real value. Expansions are bounded: what grows too large is simply not a polynomial here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from typing import Final, TypeAlias

from flint import Ordering, fmpq_mpoly, fmpq_mpoly_ctx, fmpz

from eqsolve.evaluate import exact
from eqsolve.exact.algebra import (
    ONE,
    REMEMBERED,
    ZERO,
    Simplify,
    add,
    call,
    constant,
    divide,
    factors,
    literal,
    multiply,
    negate,
    power,
    simplify,
    subtract,
    terms,
)
from eqsolve.exact.sample import nonzero_somewhere
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
)

MAX_TERMS: Final = 400
MAX_FACTORED: Final = 40  # terms of polynomials that are factored
MAX_EXPONENT: Final = 24
MAX_PRIME: Final = 1_000_000  # numbers up to its square are factored
MAX_MULTIPLE: Final = 6  # of an angle

Quotient: TypeAlias = tuple[fmpq_mpoly, fmpq_mpoly] | None  # None: not a quotient of small polynomials


@dataclass(frozen=True, slots=True)
class Ring:
    """Polynomials in some generators: names, and calls taken as they are."""

    generators: tuple[Expression, ...]
    context: fmpq_mpoly_ctx

    def tree(self, polynomial: fmpq_mpoly) -> Expression:
        """Return a polynomial as an expression."""
        parts = []
        for exponents, coefficient in polynomial.terms():
            pairs = zip(self.generators, exponents, strict=True)
            number = literal(Fraction(int(coefficient.p), int(coefficient.q)))
            parts.append(multiply(number, *(power(g, int(n)) for g, n in pairs if n)))
        return add(*parts) if parts else ZERO

    def reduced(self, polynomial: fmpq_mpoly) -> fmpq_mpoly:
        """Put in what squares are: cos(u)^2 = 1 - sin(u)^2, sqrt(u)^2 = u."""
        for position, generator in enumerate(self.generators):
            square = self._square(generator)
            if square is not None:
                polynomial = self._with_square(polynomial, position, square)
        return polynomial

    def _square(self, generator: Expression) -> fmpq_mpoly | None:
        match generator:
            case Call(function=Name(id="cos"), arguments=(angle,)):
                other = call("sin", angle)
            case Call(function=Name(id="sqrt"), arguments=(inside,)):
                quotient = interpret(inside, _Polynomials(self))
                return quotient[0] if quotient is not None and quotient[1].is_one() else None
            case _:
                return None
        if other not in self.generators:
            return None
        return 1 - self.context.gens()[self.generators.index(other)] ** 2

    def _with_square(self, polynomial: fmpq_mpoly, position: int, square: fmpq_mpoly) -> fmpq_mpoly:
        result = self.context.constant(0)
        for exponents, coefficient in polynomial.terms():
            twos, one = divmod(int(exponents[position]), 2)
            rest = (*exponents[:position], one, *exponents[position + 1 :])
            result += self.context.from_dict({rest: coefficient}) * square**twos
        return result


def ring_of(*nodes: Expression) -> Ring:
    """Return the ring that simplified expressions live in."""
    found: dict[Expression, None] = {}
    for node in nodes:
        for part, _ in tape(node).steps:
            if isinstance(part, Name | Call) or (isinstance(part, Power) and _exponent(part) is None):
                found[part] = None
    generators = tuple(found)
    names = [f"g{k}" for k in range(len(generators))]
    return Ring(generators, fmpq_mpoly_ctx.get(names, Ordering.lex))


def quotient(node: Expression, ring: Ring) -> Quotient:
    """Return numerator and denominator of a simplified expression, or None."""
    return interpret(node, _Polynomials(ring))


def vanishes(node: Expression) -> bool:
    """Tell whether an expression is proved to be zero wherever it has a value."""
    if nonzero_somewhere(node):
        return False
    simple = in_basic_functions(node)
    ring = ring_of(simple)
    found = quotient(simple, ring)
    return found is not None and bool(ring.reduced(found[0]).is_zero())


@lru_cache(maxsize=REMEMBERED)
def in_basic_functions(node: Expression) -> Expression:
    """Return an expression in sines, cosines and exponentials of single terms, equal wherever it has a value."""
    if not any(isinstance(part, Call) for part, _ in tape(node).steps):
        return simplify(node)
    return interpret(simplify(node), _InBasicFunctions())


def replaced(node: Expression, trees: Mapping[Expression, Expression]) -> Expression:
    """Return a simplified expression with other trees in the place of some calls."""
    return interpret(node, _Replaced(trees))


def irreducible_factors(node: Expression) -> list[Expression]:
    """Return the expressions of whose zeros those of `node` are made up; itself if it does not factor."""
    simple = simplify(node)
    ring = ring_of(simple)
    found = quotient(simple, ring)
    if found is None or found[0].is_constant() or not _is_light(found[0]):
        return [simple]
    _, parts = found[0].factor()
    if len(parts) == 1 and parts[0][1] == 1:
        return [simple]
    return [ring.tree(part) for part, _ in parts]


def zero_factors(node: Expression) -> list[Expression] | None:
    """Return the expressions of whose zeros those of `node` are made up, where it has a value.

    Hyperbolic functions are written with exp, which leaves none for `cosh(x) - sinh(x)`.

    Returns:
        None if `node` is always zero, or no quotient of small polynomials.
    """
    simple = in_basic_functions(node)
    ring = ring_of(simple)
    found = quotient(simple, ring)
    above = None if found is None else ring.reduced(found[0])
    if above is None or above.is_zero() or not _is_light(above):
        return None
    return [ring.tree(part) for part, _ in above.factor()[1]]


def tidied(node: Expression) -> Expression:
    """Return a quotient of polynomials multiplied out and in lowest terms if that makes it shorter."""
    ring = ring_of(node)
    found = quotient(node, ring)
    if found is None or not all(map(_is_light, found)):
        return node
    above, below = found
    common = above.gcd(below)
    tree = divide(ring.tree(above / common), ring.tree(below / common))
    return tree if len(tape(tree).steps) < len(tape(node).steps) else node


def square_factored(node: Expression) -> Expression:
    """Return a polynomial as a product in which squares can be seen, if it has square factors."""
    ring = ring_of(node)
    found = quotient(node, ring)
    if found is None or not found[1].is_constant() or found[0].is_zero() or not _is_light(found[0]):
        return node
    content, parts = found[0].factor()
    if all(exponent == 1 for _, exponent in parts):
        return node
    content = content / found[1].leading_coefficient()
    number = literal(Fraction(int(content.p), int(content.q)))
    return multiply(number, *(power(ring.tree(part), int(n)) for part, n in parts))


def _exponent(node: Power) -> int | None:
    value = constant(node.exponent)
    return int(value) if value is not None and value.denominator == 1 else None


@dataclass(frozen=True, slots=True)
class _Polynomials:
    """The meaning of expressions as quotients of polynomials."""

    ring: Ring

    def _generator(self, node: Expression) -> Quotient:
        if node not in self.ring.generators:
            return None
        position = self.ring.generators.index(node)
        return self.ring.context.gens()[position], self.ring.context.constant(1)

    def number(self, node: Number) -> Quotient:
        value = exact(node.value)
        return self.ring.context.constant(value), self.ring.context.constant(1)

    def name(self, node: Name) -> Quotient:
        return self._generator(node)

    def sum(self, node: Sum, terms: Sequence[Quotient]) -> Quotient:
        total: Quotient = (self.ring.context.constant(0), self.ring.context.constant(1))
        for sign, term in zip(node.signs, terms, strict=True):
            if total is None or term is None or not _small(total, term):
                return None
            above, below = total
            own = term[0] if sign == "+" else -term[0]
            same = below == term[1]
            total = (above + own, below) if same else (above * term[1] + own * below, below * term[1])
        return total

    def product(self, node: Product, factors: Sequence[Quotient]) -> Quotient:
        total: Quotient = (self.ring.context.constant(1), self.ring.context.constant(1))
        for operator, factor in zip(node.operators, factors, strict=True):
            if total is None or factor is None or not _small(total, factor):
                return None
            above, below = factor if operator == "*" else (factor[1], factor[0])
            if below.is_zero():
                return None
            total = (total[0] * above, total[1] * below)
        return total

    def power(self, node: Power, base: Quotient, exponent: Quotient) -> Quotient:
        n = _exponent(node)
        if n is None:
            return self._generator(node)
        if base is None or abs(n) > MAX_EXPONENT or not _small(base, base) or (n < 0 and base[0].is_zero()):
            return None
        above, below = base if n > 0 else (base[1], base[0])
        if len(above) ** abs(n) > 100 * MAX_TERMS or len(below) ** abs(n) > 100 * MAX_TERMS:
            return None
        return above ** abs(n), below ** abs(n)

    def negative(self, node: Negative, operand: Quotient) -> Quotient:
        return None if operand is None else (-operand[0], operand[1])

    def percent(self, node: Percent, operand: Quotient) -> Quotient:
        return None if operand is None else (operand[0], operand[1] * 100)

    def call(self, node: Call, arguments: Sequence[Quotient]) -> Quotient:
        return self._generator(node)

    def comparison(self, node: Comparison, sides: Sequence[Quotient]) -> Quotient:
        return None

    def logic(self, node: Logic, operands: Sequence[Quotient]) -> Quotient:
        return None


def _is_light(polynomial: fmpq_mpoly) -> bool:
    """Tell whether factors and common divisors of a polynomial come at once."""
    return len(polynomial) <= MAX_FACTORED and sum(polynomial.degrees()) <= MAX_EXPONENT


def _small(*quotients: tuple[fmpq_mpoly, fmpq_mpoly]) -> bool:
    return all(len(part) <= MAX_TERMS for pair in quotients for part in pair)


# functions in terms of few -----------------------------------------------------------------------------


class _InBasicFunctions(Simplify):
    """The meaning of expressions with sin, cos and exp of single terms in the place of what they make up."""

    def call(self, node: Call, arguments: Sequence[Expression]) -> Expression:
        rule = _BASIC.get(node.function.id)
        return super().call(node, arguments) if rule is None else rule(arguments[0])


class _Replaced(Simplify):
    """The meaning of expressions with other trees in the place of some calls."""

    def __init__(self, trees: Mapping[Expression, Expression]) -> None:
        super().__init__()
        self.trees = trees

    def call(self, node: Call, arguments: Sequence[Expression]) -> Expression:
        whole = super().call(node, arguments)
        return self.trees.get(whole, whole)


def _sine_cosine(angle: Expression) -> tuple[Expression, Expression]:
    """Return sine and cosine of a sum of terms, each a small multiple, by the addition theorems."""
    sine: Expression = ZERO
    cosine: Expression = ONE
    for coefficient, core in terms(angle):
        whole = coefficient.denominator == 1 and abs(coefficient) <= MAX_MULTIPLE
        part = core if whole else multiply(literal(abs(coefficient)), core)
        s, c = call("sin", part), call("cos", part)
        if coefficient < 0:
            s = negate(s)
        for _ in range(abs(int(coefficient)) if whole else 1):
            sine, cosine = (
                add(multiply(sine, c), multiply(cosine, s)),
                subtract(multiply(cosine, c), multiply(sine, s)),
            )
    return sine, cosine


def _exponential(exponent: Expression) -> Expression:
    """Return exp of a sum of terms as a product of powers; logarithms in it are undone where they have a value."""
    parts = []
    for coefficient, core in terms(exponent):
        match core:
            case Call(function=Name(id="ln"), arguments=(inside,)) if coefficient.denominator == 1:
                parts.append(power(inside, coefficient.numerator))
                continue
        base = call("exp", multiply(literal(Fraction(1, coefficient.denominator)), core))
        parts.append(power(base, coefficient.numerator))
    return multiply(ONE, *parts)


def _logarithm(inside: Expression) -> Expression:
    """Return ln, of a power of an exponential its exponent."""
    coefficient, powers = factors(inside)
    match [(base, n) for base, n in powers.items()]:
        case [(Call(function=Name(id="exp"), arguments=(exponent,)), n)] if coefficient == 1:
            return multiply(literal(n), exponent)
    if not powers and coefficient > 0 and max(coefficient.numerator, coefficient.denominator) <= MAX_PRIME**2:
        return _logarithm_of(coefficient)
    return call("ln", inside)


def _logarithm_of(number: Fraction) -> Expression:
    """Return the logarithm of a number as a sum of those of primes."""
    parts = [ZERO]
    for sign, whole in ((1, number.numerator), (-1, number.denominator)):
        for prime, n in fmpz(whole).factor():
            parts.append(multiply(literal(sign * int(n)), call("ln", literal(int(prime)))))
    return add(*parts)


def _size(inside: Expression) -> Expression:
    """Return the absolute value as the root of a square, so that both are the same."""
    return _square_root(power(inside, 2))


def _square_root(inside: Expression) -> Expression:
    """Return a square root; squares of absolute values under it are squares."""
    return call("sqrt", inside)


def _hyperbolic(exponent: Expression, sign: int) -> Expression:
    grows = _exponential(exponent)
    return divide(add(grows, multiply(literal(sign), divide(ONE, grows))), literal(2))


_BASIC: Final[Mapping[str, Callable[[Expression], Expression]]] = {
    "sin": lambda x: _sine_cosine(x)[0],
    "cos": lambda x: _sine_cosine(x)[1],
    "tan": lambda x: divide(*_sine_cosine(x)),
    "cot": lambda x: divide(*reversed(_sine_cosine(x))),
    "sec": lambda x: divide(ONE, _sine_cosine(x)[1]),
    "csc": lambda x: divide(ONE, _sine_cosine(x)[0]),
    "exp": _exponential,
    "ln": _logarithm,
    "abs": _size,
    "sqrt": _square_root,
    "sinh": lambda x: _hyperbolic(x, -1),
    "cosh": lambda x: _hyperbolic(x, 1),
    "tanh": lambda x: divide(_hyperbolic(x, -1), _hyperbolic(x, 1)),
    "log": _logarithm,
}
