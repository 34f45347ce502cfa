"""All complex roots of rational equations in one unknown, with proof.

With Gaussian coefficients a polynomial is p = a + i b, a and b rational. What a and b share has rational coefficients;
of the rest, p/g, the product with its conjugate is rational, and each of its roots is one of p/g or of the conjugate,
never of both.

References:
    Johansson, arb_fmpz_poly_complex_roots in the documentation of Arb.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from functools import reduce
from typing import Final, NamedTuple, TypeAlias

from flint import acb, arb, fmpq, fmpq_poly, fmpz_poly

from eqsolve.evaluate import exact, precision
from eqsolve.exact.algebra import add, divide, literal, multiply, root
from eqsolve.functions import IMAGINARY
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

MAX_DEGREE: Final = 200
MAX_BITS: Final = 30_000  # degree times bits of a coefficient
BITS: Final = 400


class Gauss(NamedTuple):
    """`re + i im`, polynomials with rational coefficients."""

    re: fmpq_poly
    im: fmpq_poly

    @property
    def degree(self) -> int:
        """Its degree; 0 for constants."""
        return int(max(self.re.degree(), self.im.degree(), 0))

    @property
    def is_zero(self) -> bool:
        """Whether it vanishes everywhere."""
        return bool(self.re.is_zero() and self.im.is_zero())

    def __mul__(self, other: object) -> Gauss:
        """Return the product."""
        if not isinstance(other, Gauss):
            return NotImplemented
        return Gauss(self.re * other.re - self.im * other.im, self.re * other.im + self.im * other.re)

    def plus(self, other: Gauss) -> Gauss:
        """Return the sum."""
        return Gauss(self.re + other.re, self.im + other.im)

    def at(self, z: acb) -> acb:
        """Return the value at a ball."""
        return _at(self.re, z) + acb(0, 1) * _at(self.im, z)


def _at(polynomial: fmpq_poly, z: acb) -> acb:
    value = acb(0)
    for coefficient in reversed(polynomial.coeffs()):
        value = value * z + acb(arb(coefficient))
    return value


_ZERO: Final = fmpq_poly([0])
_ONE: Final = Gauss(fmpq_poly([1]), _ZERO)


class Quotient(NamedTuple):
    """Numerator and denominator."""

    above: Gauss
    below: Gauss


Form: TypeAlias = Quotient | None


@dataclass(frozen=True, slots=True)
class Root:
    """A complex root.

    Attributes:
        value: A ball that holds it and no other root of its factor.
        multiplicity: How often it counts.
        form: Real and imaginary part, where they can be written down.
        factor: The irreducible polynomial over the rationals that it is a root of.
    """

    value: acb
    multiplicity: int
    form: tuple[Expression, Expression] | None
    factor: fmpz_poly


class _Undecided(Exception):  # noqa: N818  (an answer, not an error)
    """A ball is too wide to tell a root of a polynomial from one of its conjugate."""


def complex_roots(sides: Sequence[tuple[Expression, Expression]], unknown: str) -> tuple[Root, ...] | None:
    """Return all complex solutions of the equations `left = right`.

    Returns:
        None if they are no rational functions of the unknown with rational or Gaussian coefficients, hold
        everywhere, or are too large.
    """
    meaning = _Rational(unknown)
    forms = [interpret(Sum("+-", sides_, sides_[0].span), meaning) for sides_ in sides]
    if len(forms) != 1 and any(form is not None and not form.above.im.is_zero() for form in forms):
        return None
    numerators = [form.above for form in forms if form is not None]
    if len(numerators) < len(forms) or any(n.is_zero for n in numerators):
        return None
    rational = reduce(fmpq_poly.gcd, (part for n in numerators for part in n if not part.is_zero()))
    if _too_large(rational.numer()):
        return None
    try:
        found = _rational_roots(rational, meaning.divisors)
    except _Undecided:
        return None
    if len(numerators) == 1 and not (numerators[0].re.is_zero() or numerators[0].im.is_zero()):
        rest = Gauss(numerators[0].re / rational, numerators[0].im / rational)
        norm = rest.re * rest.re + rest.im * rest.im
        if _too_large(norm.numer()):
            return None
        try:
            own = [r for r in _rational_roots(norm, meaning.divisors) if _is_root(rest, r.value)]
        except _Undecided:
            return None
        found = _merged(found, own)
        count = sum(r.multiplicity for r in found)
        if not meaning.divisors and count != numerators[0].degree:  # cannot be; a last guard
            return None
    return tuple(found)


def _merged(found: Sequence[Root], more: Sequence[Root]) -> list[Root]:
    """Join the roots of two factors; one of both counts as often as in both together."""
    joined = list(found)
    for other in more:
        same = (k for k, r in enumerate(joined) if r.factor == other.factor and r.value.overlaps(other.value))
        k = next(same, None)
        if k is None:
            joined.append(other)
        else:
            joined[k] = replace(joined[k], multiplicity=joined[k].multiplicity + other.multiplicity)
    return joined


def _too_large(polynomial: fmpz_poly) -> bool:
    return bool(polynomial.degree() * polynomial.height_bits() > MAX_BITS)


def _rational_roots(polynomial: fmpq_poly, divisors: Sequence[Gauss]) -> list[Root]:
    """Return the roots of a rational polynomial at which no divisor vanishes."""
    if polynomial.degree() < 1:
        return []
    found = []
    for factor, multiplicity in polynomial.numer().factor()[1]:
        with precision(BITS):
            balls = [acb(value) for value, _ in factor.complex_roots()]
        forms = _forms(factor)
        for ball in balls:
            root = Root(ball, int(multiplicity), _form_of(ball, forms), factor)
            if not any(_vanishes(divisor, factor, ball) for divisor in divisors):
                found.append(root)
    return found


def _vanishes(divisor: Gauss, factor: fmpz_poly, ball: acb) -> bool:
    """Tell whether a divisor vanishes at a root of an irreducible polynomial."""
    q = fmpq_poly(factor)
    shared = reduce(fmpq_poly.gcd, (part for part in divisor if not part.is_zero()), q)
    if shared.degree() > 0:
        return True
    norm = divisor.re * divisor.re + divisor.im * divisor.im
    return bool(norm.gcd(q).degree() > 0) and _is_root(divisor, ball)


def _is_root(polynomial: Gauss, candidate: acb) -> bool:
    """Tell whether a root of p times its conjugate is one of p; it is one of either, and not of both."""
    with precision(BITS):
        here = polynomial.at(candidate)
        there = Gauss(polynomial.re, -polynomial.im).at(candidate)
        if here.contains(0) and there.contains(0):
            raise _Undecided
        return bool(here.contains(0))


def _forms(factor: fmpz_poly) -> list[tuple[Expression, Expression]]:
    """Return the roots of an irreducible polynomial of degree one or two, real and imaginary parts."""
    c = [Fraction(int(factor[k])) for k in range(int(factor.degree()) + 1)]
    if len(c) == 2:
        return [(literal(-c[0] / c[1]), literal(0))]
    if len(c) != 3:
        return []
    middle, discriminant = -c[1] / (2 * c[2]), c[1] ** 2 - 4 * c[0] * c[2]
    width = divide(root(literal(abs(discriminant)), 2), literal(2 * c[2]))
    signed = [width, multiply(literal(-1), width)]
    if discriminant > 0:
        return [(add(literal(middle), w), literal(0)) for w in signed]
    return [(literal(middle), w) for w in signed]


def _form_of(
    ball: acb, forms: Sequence[tuple[Expression, Expression]]
) -> tuple[Expression, Expression] | None:
    from eqsolve.evaluate import number

    with precision(BITS):
        for form in forms:
            re, im = (number(part).value for part in form)
            if ball.real.overlaps(re) and ball.imag.overlaps(im):
                return form
    return None


@dataclass(slots=True)
class _Rational:
    """The meaning of expressions as quotients; collects what is divided by."""

    unknown: str
    divisors: list[Gauss] = field(default_factory=list)

    def number(self, node: Number) -> Form:
        return Quotient(Gauss(fmpq_poly([exact(node.value)]), _ZERO), _ONE)

    def name(self, node: Name) -> Form:
        if node.id == self.unknown:
            return Quotient(Gauss(fmpq_poly([0, 1]), _ZERO), _ONE)
        return Quotient(Gauss(_ZERO, fmpq_poly([1])), _ONE) if node.id == IMAGINARY else None

    def sum(self, node: Sum, terms: Sequence[Form]) -> Form:
        total = Quotient(Gauss(_ZERO, _ZERO), _ONE)
        for sign, term in zip(node.signs, terms, strict=True):
            if term is None or total.below.degree + term.below.degree > MAX_DEGREE:
                return None
            added = term.above if sign == "+" else Gauss(-term.above.re, -term.above.im)
            if term.below == total.below:
                total = Quotient(total.above.plus(added), total.below)
            else:
                above = (total.above * term.below).plus(added * total.below)
                total = Quotient(above, total.below * term.below)
        return total

    def product(self, node: Product, factors: Sequence[Form]) -> Form:
        result = factors[0]
        for operator, factor in zip(node.operators[1:], factors[1:], strict=True):
            other = self._inverse(factor) if operator == "/" else factor
            if result is None or other is None:
                return None
            result = Quotient(result.above * other.above, result.below * other.below)
            if max(result.above.degree, result.below.degree) > MAX_DEGREE:
                return None
        return result

    def power(self, node: Power, base: Form, exponent: Form) -> Form:
        n = _whole(exponent)
        result = self._inverse(base) if n is not None and n < 0 else base
        if (
            n is None
            or result is None
            or max(result.above.degree, result.below.degree, 1) * abs(n) > MAX_DEGREE
        ):
            return None
        power = Quotient(_ONE, _ONE)
        for _ in range(abs(n)):
            power = Quotient(power.above * result.above, power.below * result.below)
        return power

    def negative(self, node: Negative, operand: Form) -> Form:
        if operand is None:
            return None
        return Quotient(Gauss(-operand.above.re, -operand.above.im), operand.below)

    def percent(self, node: Percent, operand: Form) -> Form:
        if operand is None:
            return None
        return Quotient(Gauss(operand.above.re / 100, operand.above.im / 100), operand.below)

    def call(self, node: Call, arguments: Sequence[Form]) -> Form:
        return None

    def comparison(self, node: Comparison, sides: Sequence[Form]) -> Form:
        return None

    def logic(self, node: Logic, operands: Sequence[Form]) -> Form:
        return None

    def _inverse(self, form: Form) -> Form:
        if form is None or form.above.is_zero:
            return None
        self.divisors.append(form.above)
        return Quotient(form.below, form.above)


def _whole(form: Form) -> int | None:
    if form is None or form.above.degree or form.below != _ONE or not form.above.im.is_zero():
        return None
    value: fmpq = form.above.re[0]
    return int(value.p) if value.q == 1 and abs(value.p) <= MAX_DEGREE else None


def ball_error(value: acb, rounded: complex) -> float:
    """Return a bound on the distance between a root and the number printed for it."""
    with precision(BITS):
        return float((value - acb(arb(rounded.real), arb(rounded.imag))).abs_upper())
