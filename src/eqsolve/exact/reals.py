"""Candidates for all real solutions of one equation in one unknown, by undoing what is done to the unknown.

Every rule replaces `node = 0` by simpler equations that lose no solution: at a point where `node` has a value and
is zero, one of them holds. A candidate is *sure* if all steps to it were equivalences, so that it is a solution
wherever `node` has a value. What the candidates are worth is decided elsewhere, on the equation as written.

Constants stay trees, so that `pi/2` is known to be the bound of `atan`, and not merely a number close to it; roots
that cannot be written down get a name of their own and a ball in the environment.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Final, TypeAlias

from flint import acb_poly, arb, ctx, fmpq, fmpq_poly

from eqsolve import clock
from eqsolve.evaluate import Balls, exact, strictly
from eqsolve.exact.affine import Number
from eqsolve.exact.algebra import NOWHERE, ZERO, call, constant, literal, multiply, simplify, subtract
from eqsolve.exact.algebra import add as plus
from eqsolve.exact.algebra import terms as terms_of
from eqsolve.exact.inverses import INJECTIVE, MIRRORED, Undone, undo
from eqsolve.exact.isolate import forms_of_roots, read
from eqsolve.exact.polynomial import real_roots, roots_of
from eqsolve.exact.polynomials import vanishes
from eqsolve.language.interpret import interpret, tape
from eqsolve.language.printer import unparse
from eqsolve.language.syntax import Call, Expression, Name, names

MAX_NODES: Final = 200
MAX_DEPTH: Final = 8
MAX_CANDIDATES: Final = 64
MAX_EXPONENT: Final = 100  # of what several logarithms are drawn together to
MAX_SHOWN: Final = 30  # characters of an expression that is quoted
SECONDS: Final = 1.0


@dataclass(frozen=True, slots=True)
class Candidate:
    """A number that may be a solution.

    Attributes:
        value: The number, in a ball if it is irrational.
        form: A tree that is this number.
        sure: Whether it is a solution wherever the equation has a value.
    """

    value: Number
    form: Expression
    sure: bool


Candidates: TypeAlias = list[Candidate] | None  # None: no rule leads to a finite list


@dataclass(slots=True)
class Environment:
    """What names other than the unknown stand for.

    Attributes:
        balls: Balls that hold the values of names.
        deadline: When to give up, as `clock.now()` tells the time.
        reasons: Why there is no candidate, in words, as they come up.
    """

    balls: dict[str, arb] = field(default_factory=dict)
    deadline: float = field(default_factory=lambda: clock.now() + SECONDS)
    reasons: list[str] = field(default_factory=list)

    def ball(self, form: Expression) -> arb:
        """Return a ball that holds a constant; not finite where it has no value."""
        with strictly():
            found = interpret(form, Balls(self.balls))
        return arb.nan() if found.issue else found.value

    def sign(self, form: Expression) -> int | None:
        """Return the sign of a constant, None if it cannot be told."""
        ball = self.ball(form)
        if not ball.is_finite():
            return None
        if ball > 0 or ball < 0:
            return 1 if ball > 0 else -1
        return 0 if ball.is_zero() or vanishes(form) else None

    def named(self, ball: arb) -> Expression:
        """Return a new name for the number in a ball."""
        name = f"#{len(self.balls)}"
        self.balls[name] = ball
        return Name(name, NOWHERE)

    def candidate(self, form: Expression, *, sure: bool) -> Candidate | None:
        """Return a constant as a candidate; None if it has no finite value."""
        number = constant(form)
        if number is not None:
            return Candidate(exact(number), form, sure)
        ball = self.ball(form)
        return Candidate(ball, form, sure) if ball.is_finite() else None


def candidates(node: Expression, unknown: str, around: Environment, depth: int = 0) -> Candidates:
    """Return numbers among which are all real solutions of `node = 0`, or None."""
    node = simplify(node)
    if depth > MAX_DEPTH or len(tape(node).steps) > MAX_NODES or clock.now() >= around.deadline:
        return None
    if not holds(node, unknown):
        value = around.ball(node)
        return [] if value > 0 or value < 0 else None
    for rule in _rules():
        found = rule(node, unknown, around, depth + 1)
        if found is not None:
            return found if len(found) <= MAX_CANDIDATES else None
    return None


def _rules() -> Sequence[Rule]:
    from eqsolve.exact.angles import by_angle
    from eqsolve.exact.exponentials import by_exponential
    from eqsolve.exact.resultants import by_radicals
    from eqsolve.exact.sketch import by_sketch

    return (by_roots, by_atom, by_exponential, by_pairs, by_logarithms, by_radicals, by_angle, by_sketch)


Rule: TypeAlias = Callable[[Expression, str, Environment, int], Candidates]


def holds(node: Expression, unknown: str) -> bool:
    """Tell whether an unknown occurs in a tree."""
    return any(name.id == unknown for name in names(node))


def union(parts: Iterable[Candidates]) -> Candidates:
    """Return the candidates of several equations, of which one must hold."""
    every: list[Candidate] = []
    for part in parts:
        if part is None:
            return None
        every += part
    return every


def unsure(found: Candidates) -> Candidates:
    """Return candidates of a step that is no equivalence."""
    return found and [Candidate(c.value, c.form, False) for c in found]


# rules -------------------------------------------------------------------------------------------------


def by_roots(node: Expression, unknown: str, around: Environment, _depth: int) -> Candidates:
    """Solve a rational function with rational coefficients."""
    roots = real_roots([(node, ZERO)], unknown, {})
    if roots is None:
        return None
    if roots.reason is not None:
        around.reasons.append(roots.reason)
    return [Candidate(root.value, _form(root.value, around), True) for root in roots.roots]


def _form(value: Number, around: Environment) -> Expression:
    if isinstance(value, fmpq):
        return literal(Fraction(int(value.p), int(value.q)))
    return around.named(value)


def by_atom(node: Expression, unknown: str, around: Environment, depth: int) -> Candidates:
    """Solve a polynomial in one function of the unknown, then undo this function."""
    found = read(node, unknown)
    if found is None:
        return None
    atom, coefficients = found
    roots = constant_roots(coefficients, around)
    if roots is None:
        return None
    if atom == Name(unknown, NOWHERE):
        return union(_single(around.candidate(form, sure=True)) for form in roots)
    if not roots:
        around.reasons.append(f"{quoted(atom)} would have to be a root of a polynomial that has no real one")
    every: list[Candidate] = []
    for form in roots:
        undone = undo(atom, form, unknown, around)
        if undone is None:
            return None
        if not undone:
            value = quoted(form) if "#" not in unparse(form) else f"{float(around.ball(form).mid()):.6g}"
            around.reasons.append(f"{quoted(atom)} would have to be {value}, which it never is")
        inner = union(_inside(part, unknown, around, depth) for part in undone)
        if inner is None:
            return None
        every += inner
    return every


def _single(candidate: Candidate | None) -> Candidates:
    return None if candidate is None else [candidate]


def _inside(part: Undone, unknown: str, around: Environment, depth: int) -> Candidates:
    found = candidates(subtract(part.inside, part.value), unknown, around, depth)
    return found if part.sure else unsure(found)


def quoted(node: Expression) -> str:
    """Return a tree between backquotes, or what to call it if it is long."""
    text = unparse(node)
    return f"`{text}`" if len(text) <= MAX_SHOWN else "a term"


def by_pairs(node: Expression, unknown: str, around: Environment, depth: int) -> Candidates:
    """Solve `f(u) = f(v)` for a function that takes each value once, or twice at opposite arguments."""
    parts = terms_of(node)
    if len(parts) != 2 or parts[0][0] != -parts[1][0]:
        return None
    match parts[0][1], parts[1][1]:
        case Call(function=Name(id=name), arguments=(u,)), Call(function=Name(id=other), arguments=(v,)):
            if name != other or name not in INJECTIVE | MIRRORED:
                return None
            found = candidates(subtract(u, v), unknown, around, depth)
            if name in INJECTIVE:
                return found
            return union([found, candidates(plus(u, v), unknown, around, depth)])
    return None


_LOGARITHMS: Final = ("ln", "log", "log10", "log2")


def by_logarithms(node: Expression, unknown: str, around: Environment, depth: int) -> Candidates:
    """Solve a sum of multiples of one logarithm: a product of powers is constant."""
    inside: list[tuple[Fraction, Expression]] = []
    rest: list[Expression] = []
    kinds: set[str] = set()
    for coefficient, core in terms_of(node):
        if not holds(core, unknown):
            rest.append(multiply(literal(coefficient), core))
            continue
        match core:
            case Call(function=Name(id=name), arguments=(u,)) if name in _LOGARITHMS:
                kinds.add("ln" if name == "log" else name)
                inside.append((coefficient, u))
            case _:
                return None
    if len(kinds) != 1 or len(inside) < 2:
        return None
    scale = 1
    for coefficient, _ in inside:
        scale *= coefficient.denominator // _gcd(scale, coefficient.denominator)
    exponents = [int(coefficient * scale) for coefficient, _ in inside]
    if max(map(abs, exponents)) > MAX_EXPONENT:
        return None
    product = multiply(*(_power(u, n) for n, (_, u) in zip(exponents, inside, strict=True)))
    other = _raised(kinds.pop(), multiply(literal(-scale), plus(*rest) if rest else ZERO))
    return candidates(subtract(product, other), unknown, around, depth)


def _gcd(a: int, b: int) -> int:
    from math import gcd

    return gcd(a, b)


def _power(u: Expression, n: int) -> Expression:
    from eqsolve.exact.algebra import power

    return power(u, n)


def _raised(kind: str, exponent: Expression) -> Expression:
    """Return the base of a logarithm to a constant power; logarithms of numbers in it are undone."""
    from eqsolve.exact.algebra import ONE, power
    from eqsolve.language.syntax import Power

    parts: list[Expression] = []
    left: list[Expression] = []
    base = {"log10": 10, "log2": 2}.get(kind)
    for coefficient, core in terms_of(exponent):
        match core:
            case Call(function=Name(id=name), arguments=(u,)) if (
                ("ln" if name == "log" else name) == kind
                and coefficient.denominator == 1
                and constant(u) is not None
            ):
                parts.append(power(u, int(coefficient)))
                continue
        if base and core == ONE and coefficient.denominator == 1 and abs(coefficient) < 64:
            parts.append(power(literal(base), int(coefficient)))
            continue
        left.append(multiply(literal(coefficient), core))
    if left:
        total = plus(*left)
        parts.append(call("exp", total) if base is None else Power(literal(base), total, NOWHERE))
    return multiply(ONE, *parts)


# polynomials with constants that need not be rational ---------------------------------------------------


def constant_roots(coefficients: Sequence[Expression], around: Environment) -> list[Expression] | None:
    """Return the real roots of a polynomial, constant term first, as trees; None if they do not come apart."""
    trees = list(coefficients)
    while trees and around.sign(trees[-1]) == 0:
        trees.pop()
    if not trees:
        return None
    numbers = [constant(tree) for tree in trees]
    if all(number is not None for number in numbers):
        rational = fmpq_poly([exact(number) for number in numbers if number is not None])
        found = roots_of(rational.numer())
        values = None if found is None else [root.value for root in found]
    else:
        if around.sign(trees[-1]) is None:
            return None
        values = _real_ball_roots([around.ball(tree) for tree in trees])
    if values is None:
        return None
    written = list(forms_of_roots(trees)) if len(values) < len(trees) else []
    return [_written(value, values, written, around) for value in values]


def _written(
    value: Number, values: Sequence[Number], written: Sequence[Expression], around: Environment
) -> Expression:
    """Return a root as a tree: the written root that lies in its ball and in no other."""
    if isinstance(value, fmpq):
        return literal(Fraction(int(value.p), int(value.q)))
    for form in written:
        ball = around.ball(form)
        near = [other for other in values if ball.is_finite() and arb(other).overlaps(ball)]
        if len(near) == 1 and near[0] is value:
            return form
    return around.named(value)


def _real_ball_roots(coefficients: Sequence[arb]) -> list[Number] | None:
    """Return the real roots of a polynomial with coefficients in balls; None if roots cannot be told apart.

    A root whose conjugate lies in no other root's ball is its own conjugate.
    """
    if len(coefficients) == 1:
        return []
    if len(coefficients) == 2:
        return [-coefficients[0] / coefficients[1]]
    if all(c.is_zero() for c in coefficients[1:-1]):
        return _pure(-coefficients[0] / coefficients[-1], len(coefficients) - 1)
    try:
        roots = acb_poly(list(coefficients)).roots(tol=arb(2) ** -(3 * ctx.prec // 4))
    except ValueError:
        return None
    real: list[Number] = []
    for k, root in enumerate(roots):
        conjugate = root.conjugate()
        if any(conjugate.overlaps(other) for j, other in enumerate(roots) if j != k):
            continue
        if root.imag.contains(0):
            real.append(root.real)
    return real


def _pure(value: arb, degree: int) -> list[Number] | None:
    """Return the solutions of t^degree = value."""
    if not (value > 0 or value < 0):
        return [fmpq(0)] if value.is_zero() else None
    size = abs(value).root(degree)
    if degree % 2:
        return [size if value > 0 else -size]
    return [-size, size] if value > 0 else []
