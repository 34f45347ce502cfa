"""All real roots of rational functions of one unknown, with proof.

Equations with rational coefficients are brought to quotients of two polynomials. What all numerators share, less
what any divisor shares with it, has exactly the solutions as its roots. These are separated rigorously by flint:
of a polynomial without multiple factors, every root gets a ball of its own, real ones being recognised as such.

References:
    Yun (1976), On square-free decomposition algorithms, SYMSAC.
    Johansson, arb_fmpz_poly_complex_roots in the documentation of Arb.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import reduce
from typing import Final, TypeAlias

from flint import acb, arb, fmpq, fmpq_poly, fmpz, fmpz_poly

from eqsolve.evaluate import exact
from eqsolve.exact.affine import Number
from eqsolve.language.interpret import interpret
from eqsolve.language.syntax import (
    Call,
    Comparison,
    Expression,
    Logic,
    Name,
    Negative,
    Percent,
    Power,
    Product,
    Sum,
)
from eqsolve.language.syntax import Number as Literal

MAX_DEGREE: Final = 500
MAX_BITS: Final = 30_000  # of a polynomial: degree times bits of a coefficient; roots cost a second there


@dataclass(frozen=True, slots=True)
class Quotient:
    """`numerator / denominator`, where the denominator is not the zero polynomial."""

    numerator: fmpq_poly
    denominator: fmpq_poly


Form: TypeAlias = Quotient | None  # None: no rational function with rational coefficients, or too large


@dataclass(frozen=True, slots=True)
class Root:
    """A real root.

    Attributes:
        value: The root itself if it is rational, otherwise a ball that holds it and no other root.
        multiplicity: How often it counts; 0 if that is not known.
    """

    value: Number
    multiplicity: int


@dataclass(frozen=True, slots=True)
class Roots:
    """All real solutions of some equations.

    Attributes:
        roots: In ascending order.
        reason: Why there is none, in words; None if there is one.
    """

    roots: tuple[Root, ...]
    reason: str | None


def real_roots(
    sides: Sequence[tuple[Expression, Expression]], unknown: str, known: Mapping[str, Number]
) -> Roots | None:
    """Return all real solutions of the equations `left = right`, at the working precision.

    Args:
        sides: The equations.
        unknown: The name they are solved for.
        known: Values of the other names.

    Returns:
        None if an equation is no rational function with rational coefficients, is true everywhere, or is too large.
    """
    meaning = RationalMeaning(unknown, known)
    numerators = numerators_of(sides, meaning)
    if numerators is None:
        return None
    common = reduce(fmpq_poly.gcd, numerators)
    if common.degree() == 0:
        only = numerators[0].degree() if len(numerators) == 1 else None
        reason = "the equations have no root in common" if only is None else "the unknown cancels out"
        return Roots((), reason)
    roots = roots_of(common.numer(), meaning.divisors)
    if roots is None:
        return None
    if roots:
        return Roots(roots, None)
    if roots_of(common.numer()):
        return Roots((), "every candidate makes a denominator zero")
    return Roots((), f"a polynomial of degree {common.degree()} without a real root")


def numerators_of(
    sides: Sequence[tuple[Expression, Expression]], meaning: RationalMeaning
) -> list[fmpq_poly] | None:
    """Return the numerators of `left - right`; None as for `real_roots`."""
    numerators = []
    for left, right in sides:
        form = interpret(Sum("+-", (left, right), left.span), meaning)
        if form is None or form.numerator.is_zero():
            return None
        numerators.append(form.numerator)
    return numerators


def roots_of(polynomial: fmpz_poly, divisors: Sequence[fmpq_poly] = ()) -> tuple[Root, ...] | None:
    """Return the real roots of a polynomial at which no divisor vanishes, ascending; None if it is too large."""
    factors = [(factor, int(multiplicity)) for factor, multiplicity in polynomial.factor_squarefree()[1]]
    if any(factor.degree() * factor.height_bits() > MAX_BITS for factor, _ in factors):
        return None
    found = [Root(value, m) for factor, m in factors for value in _real(without(factor, divisors))]
    return tuple(sorted(found, key=lambda root: arb(root.value).mid()))


def without(factor: fmpz_poly, divisors: Sequence[fmpq_poly]) -> fmpz_poly:
    """Take out of a square-free polynomial the roots at which a divisor vanishes."""
    for divisor in divisors:
        shared = factor.gcd(divisor.numer())
        if shared.degree() > 0:
            factor //= shared
    return factor


def _real(polynomial: fmpz_poly) -> list[Number]:
    """Return the real roots of a square-free polynomial; rational ones exactly."""
    if polynomial.degree() < 1:
        return []
    leading = polynomial.leading_coefficient()
    roots = ((acb(root).real, acb(root).imag) for root, _ in polynomial.complex_roots())
    return [_rational_root(polynomial, real, leading) for real, imaginary in roots if imaginary.is_zero()]


def _rational_root(polynomial: fmpz_poly, root: arb, leading: fmpz) -> Number:
    """Return a root as a rational number if it is one: its denominator divides the leading coefficient."""
    numerator = (root * leading).unique_fmpz()
    if numerator is None:
        return root
    candidate = fmpq(numerator, leading)
    return candidate if polynomial(candidate) == 0 else root


@dataclass(slots=True)
class RationalMeaning:
    """The meaning of expressions as quotients of polynomials; collects all that is divided by."""

    unknown: str
    known: Mapping[str, Number]
    divisors: list[fmpq_poly] = field(default_factory=list)

    def number(self, node: Literal) -> Form:
        return _constant(exact(node.value))

    def name(self, node: Name) -> Form:
        if node.id == self.unknown:
            return Quotient(fmpq_poly([0, 1]), _ONE)
        value = self.known.get(node.id)
        return _constant(value) if isinstance(value, fmpq) else None

    def sum(self, node: Sum, terms: Sequence[Form]) -> Form:
        total = Quotient(fmpq_poly([0]), _ONE)
        for sign, term in zip(node.signs, terms, strict=True):
            if term is None:
                return None
            added = term.numerator if sign == "+" else -term.numerator
            if term.denominator == total.denominator:
                total = Quotient(total.numerator + added, total.denominator)
                continue
            if _degree(total) + _degree(term) > MAX_DEGREE:
                return None
            numerator = total.numerator * term.denominator + added * total.denominator
            total = Quotient(numerator, total.denominator * term.denominator)
        return total

    def product(self, node: Product, factors: Sequence[Form]) -> Form:
        result = factors[0]
        for operator, factor in zip(node.operators[1:], factors[1:], strict=True):
            if result is None or factor is None or _degree(result) + _degree(factor) > MAX_DEGREE:
                return None
            if operator == "/":
                inverse = self.inverse(factor)
                if inverse is None:
                    return None
                factor = inverse
            result = Quotient(result.numerator * factor.numerator, result.denominator * factor.denominator)
        return result

    def power(self, node: Power, base: Form, exponent: Form) -> Form:
        power = _whole(exponent)
        if base is None or power is None:
            return None
        bits = max(base.numerator.numer().height_bits(), base.denominator.numer().height_bits(), 1)
        if max(1, _degree(base)) * abs(power) > MAX_DEGREE or bits * abs(power) > MAX_BITS:
            return None
        if power < 0:
            inverse = self.inverse(base)
            return inverse and Quotient(inverse.numerator**-power, inverse.denominator**-power)
        return Quotient(base.numerator**power, base.denominator**power)

    def negative(self, node: Negative, operand: Form) -> Form:
        return operand and Quotient(-operand.numerator, operand.denominator)

    def percent(self, node: Percent, operand: Form) -> Form:
        return operand and Quotient(operand.numerator, 100 * operand.denominator)

    def call(self, node: Call, arguments: Sequence[Form]) -> Form:
        return None

    def comparison(self, node: Comparison, sides: Sequence[Form]) -> Form:
        return None

    def logic(self, node: Logic, operands: Sequence[Form]) -> Form:
        return None

    def inverse(self, form: Quotient) -> Form:
        """Return one over a form, and note it among the divisors."""
        if form.numerator.is_zero():
            return None
        self.divisors.append(form.numerator)
        return Quotient(form.denominator, form.numerator)


_ONE: Final = fmpq_poly([1])


def _constant(value: fmpq) -> Quotient:
    return Quotient(fmpq_poly([value]), _ONE)


def _degree(form: Quotient) -> int:
    return int(max(form.numerator.degree(), form.denominator.degree(), 0))


def _whole(form: Form) -> int | None:
    """Return a constant whole number of moderate size, or None."""
    if form is None or _degree(form) > 0:
        return None
    value = form.numerator[0] / form.denominator[0]
    return int(value.p) if value.q == 1 and abs(value.p) <= MAX_BITS else None
