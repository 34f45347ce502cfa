"""Equations in roots and absolute values: cleared into one polynomial by resultants.

Each root or absolute value becomes an auxiliary unknown with its polynomial relation, `r^2 = u` or `r^2 = u^2`,
and is eliminated, the outermost first. Where the equation holds, the resultant vanishes, so that its roots are
candidates; those of other branches of the roots are among them.

References:
    Cox, Little and O'Shea (2015), Ideals, Varieties, and Algorithms, chapter 3, section 6.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Final

from flint import fmpq_mpoly

from eqsolve.exact.algebra import (
    Simplify,
    add,
    call,
    constant,
    divide,
    literal,
    multiply,
    power,
    subtract,
)
from eqsolve.exact.polynomials import Ring, quotient, ring_of
from eqsolve.language.interpret import interpret
from eqsolve.language.syntax import Call, Expression, Name, Power

if TYPE_CHECKING:
    from collections.abc import Sequence

    from eqsolve.exact.reals import Candidates, Environment

MAX_RADICALS: Final = 5
MAX_TERMS: Final = 300
MAX_DEGREE: Final = 60
MAX_ROOT: Final = 12


def by_radicals(node: Expression, unknown: str, around: Environment, _depth: int) -> Candidates:
    """Solve an equation in roots and absolute values of the unknown."""
    from eqsolve.exact.reals import Candidate, constant_roots

    node = interpret(node, _Spelled())
    ring = ring_of(node)
    found = quotient(node, ring)
    if found is None or found[0].is_zero():
        return None
    eliminated = _eliminated(found[0], ring)
    if eliminated is None:
        return None
    coefficients = _by_powers(eliminated, ring, unknown)
    if coefficients is None:
        return None
    roots = constant_roots(coefficients, around)
    if roots is None:
        return None
    if not roots:
        around.reasons.append("what is left after clearing the roots has no real solution")
    every = [around.candidate(form, sure=False) for form in roots]
    return [c for c in every if isinstance(c, Candidate)] if all(every) else None


class _Spelled(Simplify):
    """The meaning of expressions with maxima and lengths in terms of absolute values and roots."""

    def call(self, node: Call, arguments: Sequence[Expression]) -> Expression:
        match node.function.id, arguments:
            case "hypot", (a, b):
                return call("sqrt", add(power(a, 2), power(b, 2)))
            case ("max" | "min") as name, (first, *others):
                for other in others:
                    half = divide(call("abs", subtract(first, other)), literal(2))
                    middle = divide(add(first, other), literal(2))
                    first = add(middle, half) if name == "max" else subtract(middle, half)
                return first
        return super().call(node, arguments)


def _eliminated(polynomial: fmpq_mpoly, ring: Ring) -> fmpq_mpoly | None:
    """Take all roots and absolute values out of a polynomial; None if there is none, or it grows too large."""
    generators = ring.context.gens()
    relations = [(k, relation) for k, g in enumerate(ring.generators) if (relation := _relation(g, k, ring))]
    if not 0 < len(relations) <= MAX_RADICALS:
        return None
    for position, relation in reversed(relations):
        if polynomial.degrees()[position]:
            polynomial = polynomial.resultant(relation, str(generators[position]))
        if polynomial.is_zero() or len(polynomial) > MAX_TERMS or max(polynomial.degrees()) > MAX_DEGREE:
            return None
        polynomial = _square_free(polynomial)
    return polynomial


def _square_free(polynomial: fmpq_mpoly) -> fmpq_mpoly:
    result = polynomial.context().constant(1)
    for factor, _ in polynomial.factor_squarefree()[1]:
        result *= factor
    return result


def _relation(generator: Expression, position: int, ring: Ring) -> fmpq_mpoly | None:
    """Return the polynomial that a root or an absolute value satisfies."""
    match generator:
        case Call(function=Name(id="sqrt"), arguments=(inside,)):
            above, below = 1, 2
        case Call(function=Name(id="cbrt"), arguments=(inside,)):
            above, below = 1, 3
        case Call(function=Name(id="abs"), arguments=(inside,)):
            above, below = 2, 2
        case Call(function=Name(id="root"), arguments=(inside, degree)):
            above, below = 1, _whole(constant(degree))
        case Power(base=inside, exponent=exponent):
            number = constant(exponent)
            above, below = (number.numerator, number.denominator) if number is not None else (0, 0)
        case _:
            return None
    if not 1 < below <= MAX_ROOT or not 0 < abs(above) <= MAX_ROOT:
        return None
    found = quotient(inside, ring)
    if found is None:
        return None
    number, divisor = found if above > 0 else (found[1], found[0])
    r = ring.context.gens()[position]
    return r**below * divisor ** abs(above) - number ** abs(above)


def _whole(value: Fraction | None) -> int:
    return int(value) if value is not None and value.denominator == 1 else 0


def _by_powers(polynomial: fmpq_mpoly, ring: Ring, unknown: str) -> list[Expression] | None:
    """Return the coefficients of a polynomial by the powers of the unknown; None if other terms hold it."""
    from eqsolve.exact.reals import holds

    own = [k for k, g in enumerate(ring.generators) if isinstance(g, Name) and g.id == unknown]
    used = [k for k, degree in enumerate(polynomial.degrees()) if degree and k not in own]
    if any(holds(ring.generators[k], unknown) for k in used) or not own:
        return None
    (column,) = own
    coefficients: dict[int, list[Expression]] = {}
    for exponents, value in polynomial.terms():
        others = [power(ring.generators[k], int(exponents[k])) for k in used if exponents[k]]
        number = literal(Fraction(int(value.p), int(value.q)))
        coefficients.setdefault(int(exponents[column]), []).append(multiply(number, *others))
    return [add(*coefficients.get(n, [literal(0)])) for n in range(max(coefficients) + 1)]
