"""All real solutions of small polynomial systems, with proof, by a Gröbner basis.

A lexicographic basis that is 1 says that there is no solution, not even a complex one. One of the form
`g(z), x - p(z), y - q(z)` (the shape lemma: as is usual where solutions are isolated) names all solutions by the
roots of g, which are separated rigorously. Buchberger's algorithm runs under limits, so that it always ends soon.

References:
    Cox, Little and O'Shea (2015), Ideals, Varieties, and Algorithms, chapters 2 and 3.
    Becker, Mora, Marinari and Traverso (1994), The shape of the Shape Lemma, ISSAC.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import lcm
from typing import Final, TypeAlias

from flint import Ordering, arb, fmpq, fmpq_mpoly, fmpq_mpoly_ctx, fmpz_mpoly_ctx, fmpz_mpoly_vec, fmpz_poly

from eqsolve.evaluate import exact
from eqsolve.exact.affine import Number
from eqsolve.exact.algebra import NOWHERE, ONE, ZERO, add, literal, multiply, power, subtract
from eqsolve.exact.polynomial import Root, roots_of
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

MAX_UNKNOWNS: Final = 3
MAX_EQUATIONS: Final = 6
MAX_DEGREE: Final = 6
LIMITS: Final = (40, 120, 2_000)  # polynomials, terms of each, bits of a coefficient

WEIGHTS: Final = (
    (1, 2, 5),
    (1, 3, 7),
    (2, -1, 11),
)  # of the unknowns in a combination that differs at all solutions
COMBINED: Final = "all unknowns"  # no name in the language has a space
COMPLEX: Final = "all solutions in common are complex"

Point: TypeAlias = tuple[Root, ...]  # one per unknown, all of the same multiplicity
Form: TypeAlias = fmpq_mpoly | None  # None: no polynomial with rational coefficients, or of too high a degree


@dataclass(frozen=True, slots=True)
class Points:
    """All real solutions, and why there is none, in words, if there is none."""

    points: tuple[Point, ...]
    reason: str | None


def real_points(
    sides: Sequence[tuple[Expression, Expression]], unknowns: Sequence[str], known: Mapping[str, Number]
) -> Points | None:
    """Return all real solutions of the equations `left = right`, at the working precision.

    Returns:
        None if an equation is no small polynomial, the solutions are not isolated, or the basis is too large.
    """
    if not 2 <= len(unknowns) <= MAX_UNKNOWNS or not 2 <= len(sides) <= MAX_EQUATIONS:
        return None
    alone: list[Expression] = []
    for last in range(len(unknowns)):  # whose values are to tell the solutions apart
        order = [*unknowns[:last], *unknowns[last + 1 :], unknowns[last]]
        basis = _basis(sides, order, known)
        if basis is None:
            return None
        if any(len(terms) == 1 and not any(next(iter(terms))) for terms in basis):
            return Points((), "the equations have no solution in common, not even a complex one")
        points = _shaped(basis, len(unknowns))
        if points is not None:
            placed = tuple(tuple(point[order.index(name)] for name in unknowns) for point in points)
            return Points(placed, None if placed else COMPLEX)
        found = _alone(basis, order[-1])
        if found is None:
            return None
        alone.append(found)
    return _apart(sides, unknowns, known, alone)


def _apart(
    sides: Sequence[tuple[Expression, Expression]],
    unknowns: Sequence[str],
    known: Mapping[str, Number],
    alone: Sequence[Expression],
) -> Points | None:
    """Tell solutions apart by a combination of all unknowns, where none of them alone does.

    With a polynomial without multiple roots for every unknown the ideal is radical (Seidenberg's lemma), so that
    the shape lemma holds for all but few combinations; multiplicities are lost.
    """
    extra = [(node, ZERO) for node in alone]
    for weights in WEIGHTS:
        terms = (
            multiply(literal(w), Name(name, NOWHERE)) for w, name in zip(weights, unknowns, strict=False)
        )
        combined = (subtract(Name(COMBINED, NOWHERE), add(*terms)), ZERO)
        basis = _basis([*sides, *extra, combined], [*unknowns, COMBINED], known)
        if basis is None:
            return None
        points = _shaped(basis, len(unknowns) + 1)
        if points is not None:
            placed = tuple(tuple(Root(root.value, 0) for root in point[:-1]) for point in points)
            return Points(placed, None if placed else COMPLEX)
    return None


def _alone(basis: Sequence[Terms], name: str) -> Expression | None:
    """Return the polynomial in the last unknown alone, each root once; None if there is none."""
    own = [terms for terms in basis if not any(any(key[:-1]) for key in terms)]
    if len(own) != 1:
        return None
    tree: Expression = ONE
    for factor, _ in _in_last(own[0]).factor_squarefree()[1]:
        powers = (
            multiply(literal(int(c)), power(Name(name, NOWHERE), k)) for k, c in enumerate(factor.coeffs())
        )
        tree = multiply(tree, add(*powers))
    return tree


Terms: TypeAlias = Mapping[tuple[int, ...], int]  # coefficients by exponents


def _basis(
    sides: Sequence[tuple[Expression, Expression]], order: Sequence[str], known: Mapping[str, Number]
) -> list[Terms] | None:
    """Return the reduced lexicographic Gröbner basis of the equations."""
    internal = tuple(f"x{k}" for k in range(len(order)))
    rational = fmpq_mpoly_ctx.get(internal, Ordering.lex)
    whole = fmpz_mpoly_ctx.get(internal, Ordering.lex)
    meaning = _Polynomial(rational, dict(zip(order, rational.gens(), strict=True)), known)
    polynomials = []
    for left, right in sides:
        form = interpret(Sum("+-", (left, right), left.span), meaning)
        if form is None:
            return None
        terms = {tuple(map(int, key)): value for key, value in form.to_dict().items()}
        scale = lcm(*(int(value.q) for value in terms.values()))
        polynomials.append(whole.from_dict({key: (value * scale).p for key, value in terms.items()}))
    basis, is_complete = fmpz_mpoly_vec(polynomials, whole).buchberger_naive(limits=LIMITS)
    if not is_complete or not basis.is_groebner():
        return None
    reduced = basis.autoreduction()
    return [
        {tuple(map(int, key)): int(value) for key, value in p.to_dict().items()} for p in reduced if p != 0
    ]


def _shaped(basis: Sequence[Terms], unknowns: int) -> list[Point] | None:
    """Return the real solutions if all unknowns are polynomials in the last one."""
    alone: list[Terms] = []
    by_last: dict[int, Terms] = {}
    for terms in basis:
        leads = [key for key in terms if any(key[:-1])]
        if not leads:
            alone.append(terms)
        elif len(leads) == 1 and sum(leads[0]) == 1:
            by_last[leads[0].index(1)] = terms
    if len(alone) != 1 or len(by_last) != unknowns - 1:
        return None
    roots = roots_of(_in_last(alone[0]))
    if roots is None:
        return None
    points = []
    for root in roots:
        others = [
            Root(_value(by_last[position], position, root.value), root.multiplicity)
            for position in range(unknowns - 1)
        ]
        points.append((*others, root))
    return points


def _in_last(terms: Terms) -> fmpz_poly:
    coefficients = [0] * (1 + max(key[-1] for key in terms))
    for key, value in terms.items():
        coefficients[key[-1]] = value
    return fmpz_poly(coefficients)


def _value(terms: Terms, position: int, last: Number) -> Number:
    """Return the unknown at `position` from `a x + p(last) = 0`."""
    rest = {key: value for key, value in terms.items() if not key[position]}
    (leading,) = (value for key, value in terms.items() if key[position])
    if not rest:
        return fmpq(0)
    if isinstance(last, fmpq):
        return -fmpq(1) * _in_last(rest)(last) / leading
    return -arb(1) * _in_last(rest)(last) / leading


@dataclass(slots=True)
class _Polynomial:
    """The meaning of expressions as polynomials."""

    context: fmpq_mpoly_ctx
    unknowns: Mapping[str, fmpq_mpoly]
    known: Mapping[str, Number]

    def number(self, node: Literal) -> Form:
        return self.context.constant(exact(node.value))

    def name(self, node: Name) -> Form:
        if node.id in self.unknowns:
            return self.unknowns[node.id]
        value = self.known.get(node.id)
        return self.context.constant(value) if isinstance(value, fmpq) else None

    def sum(self, node: Sum, terms: Sequence[Form]) -> Form:
        total = self.context.constant(0)
        for sign, term in zip(node.signs, terms, strict=True):
            if term is None:
                return None
            total = total + term if sign == "+" else total - term
        return total

    def product(self, node: Product, factors: Sequence[Form]) -> Form:
        result = factors[0]
        for operator, factor in zip(node.operators[1:], factors[1:], strict=True):
            if result is None or factor is None:
                return None
            if operator == "/":
                if not factor.is_constant() or factor.is_zero():
                    return None
                result = result / factor.leading_coefficient()
            elif result.total_degree() + factor.total_degree() > MAX_DEGREE:
                return None
            else:
                result = result * factor
        return result

    def power(self, node: Power, base: Form, exponent: Form) -> Form:
        if base is None or exponent is None or not exponent.is_constant():
            return None
        value = fmpq(0) if exponent.is_zero() else exponent.leading_coefficient()
        if value.q != 1 or not 0 <= value.p <= MAX_DEGREE or base.total_degree() * value.p > MAX_DEGREE:
            return None
        return base ** int(value.p)

    def negative(self, node: Negative, operand: Form) -> Form:
        return None if operand is None else -operand

    def percent(self, node: Percent, operand: Form) -> Form:
        return None if operand is None else operand / 100

    def call(self, node: Call, arguments: Sequence[Form]) -> Form:
        return None

    def comparison(self, node: Comparison, sides: Sequence[Form]) -> Form:
        return None

    def logic(self, node: Logic, operands: Sequence[Form]) -> Form:
        return None
