"""All real roots of equations that are periodic: angles within a turn, with proof, and the turn.

With t = tan(u/2) every quotient of polynomials in sines and cosines of whole multiples of u is one of polynomials
in t, whose roots are separated exactly; u = pi, where t is infinite, is looked at from the other side. A rational
multiple of pi is proved to be one by the polynomial whose roots are the tangents of all such angles. A single
function of one angle that equals an irrational constant is inverted directly.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from functools import reduce
from math import gcd, lcm
from typing import Final

from flint import arb, fmpq, fmpq_poly, fmpz_poly

from eqsolve.evaluate import number
from eqsolve.exact.affine import Number
from eqsolve.exact.algebra import (
    ONE,
    ZERO,
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
from eqsolve.exact.isolate import PI, roots_in_call
from eqsolve.exact.polynomial import Form, Quotient, RationalMeaning, Root, numerators_of, roots_of
from eqsolve.language.interpret import tape
from eqsolve.language.syntax import Call, Expression, Name, Negative, Product, Sum, children, names

FUNCTIONS: Final = frozenset({"sin", "cos", "tan", "cot", "sec", "csc"})
MAX_MULTIPLE: Final = 24  # of the common angle
MAX_DENOMINATOR: Final = 60  # of multiples of pi
MAX_NODES: Final = 300
TINY: Final = arb(10) ** -50

Sides = Sequence[tuple[Expression, Expression]]


@dataclass(frozen=True, slots=True)
class Turn:
    """Angles `value + 2*pi*k/parts`, k any whole number.

    Attributes:
        value: A ball that holds the angle.
        form: The angle exactly, as a tree; None if none was proved.
        share: The angle over pi, if that is rational.
        multiplicity: How often the roots count.
    """

    value: arb
    form: Expression | None
    share: Fraction | None
    multiplicity: int


@dataclass(frozen=True, slots=True)
class Angles:
    """All solutions, as angles `u = slope * unknown + offset`.

    Attributes:
        turns: The angles; empty if there is no solution.
        parts: Into how many equal parts the solutions divide the full turn.
        slope: Exactly, as a tree without unknowns.
        offset: Likewise.
    """

    turns: tuple[Turn, ...]
    parts: int
    slope: Expression
    offset: Expression


@dataclass(frozen=True, slots=True)
class _Argument:
    """`multiple * scale * unknown + offset`."""

    multiple: Fraction
    scale: Expression
    offset: Expression


def angles(sides: Sides, unknown: str, known: Mapping[str, Number]) -> Angles | None:
    """Return all real solutions of the equations `left = right`, at the working precision.

    Args:
        sides: The equations.
        unknown: The name they are solved for.
        known: Values of the other names.

    Returns:
        None if the equations are not of this kind, or hold everywhere.
    """
    if any(len(tape(side).steps) > MAX_NODES for pair in sides for side in pair):
        return None
    arguments = _arguments(sides, unknown, known)
    common = None if arguments is None else _common(arguments)
    if common is None:
        return None
    multiples, slope, offset = common
    turns = _by_half_angle(sides, multiples, known)
    if turns is None:
        turns = _by_inverse(sides, unknown) if len(multiples) == 1 and not known else None
        if turns is None:
            return None
    if len(multiples) == 1 and not known:
        turns = _named(turns, sides, unknown)
    turns, parts = _divided(turns, multiples)
    return Angles(tuple(turns), parts, slope, offset)


# reading -----------------------------------------------------------------------------------------------


def _arguments(sides: Sides, unknown: str, known: Mapping[str, Number]) -> dict[Call, _Argument] | None:
    """Return the arguments of all functions of the unknown; None if it occurs anywhere else."""
    found: dict[Call, _Argument] = {}
    stack = [side for pair in sides for side in pair]
    while stack:
        node = stack.pop()
        if isinstance(node, Call) and node.function.id in FUNCTIONS and _has(node, unknown):
            argument = _affine(node.arguments[0], unknown, known)
            if argument is None:
                return None
            found[node] = argument
        elif isinstance(node, Name) and node.id == unknown:
            return None
        else:
            stack += children(node)
    return found or None


def _has(node: Expression, unknown: str) -> bool:
    return any(name.id == unknown for name in names(node))


def _affine(node: Expression, unknown: str, known: Mapping[str, Number]) -> _Argument | None:
    """Read an argument that is linear in the unknown, and has a value everywhere."""
    if not is_entire(node, unknown):
        return None
    rational = {
        name: literal(Fraction(int(value.p), int(value.q)))
        for name, value in known.items()
        if isinstance(value, fmpq)
    }
    parts = terms(simplify(node, rational))
    own = [(factor, core) for factor, core in parts if _has(core, unknown)]
    if len(own) != 1:
        return None
    multiple, core = own[0]
    scale = divide(core, Name(unknown, ONE.span))
    rest = add(*(multiply(literal(factor), core) for factor, core in parts if not _has(core, unknown)), ZERO)
    if any(name.id != "pi" for part in (scale, rest) for name in names(part)):
        return None
    return _Argument(multiple, scale, rest)


def is_entire(node: Expression, unknown: str) -> bool:
    """Tell whether only sums, and products with constants, touch the unknown."""
    match node:
        case _ if not _has(node, unknown):
            return True
        case Name():
            return True
        case Product(factors=parts):
            return not _divides(node, unknown) and all(is_entire(part, unknown) for part in parts)
        case Sum() | Negative():
            return all(is_entire(part, unknown) for part in children(node))
    return False


def _common(
    arguments: Mapping[Call, _Argument],
) -> tuple[dict[Call, tuple[int, int]], Expression, Expression] | None:
    """Return an angle u such that every argument is `n*u + quarters*pi/2`.

    Returns:
        Both numbers for each call; slope and offset of u.
    """
    first, *others = arguments.values()
    if any(other.scale != first.scale for other in others):
        return None
    sizes = [argument.multiple for argument in arguments.values()]
    shared = Fraction(gcd(*(size.numerator for size in sizes)), lcm(*(size.denominator for size in sizes)))
    if len(set(sizes)) == 1 and sizes[0] < 0:
        shared = -shared
    offset = divide(first.offset, literal(first.multiple / shared))
    multiples: dict[Call, tuple[int, int]] = {}
    for node, argument in arguments.items():
        n = argument.multiple / shared
        rest = subtract(argument.offset, multiply(literal(n), offset))
        quarters = constant(divide(multiply(literal(2), rest), PI))
        if abs(n) > MAX_MULTIPLE or quarters is None or quarters.denominator != 1:
            return None
        multiples[node] = (int(n), int(quarters))
    return multiples, multiply(literal(shared), first.scale), offset


# half the angle ----------------------------------------------------------------------------------------


@dataclass(slots=True)
class _HalfAngle(RationalMeaning):
    """The meaning of expressions with functions of multiples of u as quotients of polynomials in tan(u/2).

    Attributes:
        multiples: For each call n and quarters, as in `_common`.
        turned: Whether u is counted from pi.
    """

    multiples: Mapping[Call, tuple[int, int]] = field(default_factory=dict)
    turned: bool = False

    def call(self, node: Call, arguments: Sequence[Form]) -> Form:
        """A function of a multiple of the angle."""
        if node not in self.multiples:
            return None
        n, quarters = self.multiples[node]
        sine, cosine, below = _multiple(abs(n))
        sine = sine if n > 0 else -sine
        for _ in range((quarters + 2 * n * self.turned) % 4):
            sine, cosine = cosine, -sine
        name = node.function.id
        if name in ("sin", "cos"):
            return Quotient(sine if name == "sin" else cosine, below)
        under = cosine if name in ("tan", "sec") else sine
        self.divisors.append(under)
        return Quotient({"tan": sine, "cot": cosine}.get(name, below), under)


def _multiple(n: int) -> tuple[fmpq_poly, fmpq_poly, fmpq_poly]:
    """Return sin(n*u), cos(n*u), and what both are divided by, as polynomials in tan(u/2)."""
    t = fmpq_poly([0, 1])
    real, imaginary = fmpq_poly([1]), fmpq_poly([0])
    for _ in range(2 * n):
        real, imaginary = real - t * imaginary, imaginary + t * real
    return imaginary, real, fmpq_poly([1, 0, 1]) ** n


def _by_half_angle(
    sides: Sides, multiples: Mapping[Call, tuple[int, int]], known: Mapping[str, Number]
) -> list[Turn] | None:
    """Return all angles of a turn, if all coefficients are rational."""
    near, far = (_HalfAngle("", known, [], multiples, turned) for turned in (False, True))
    from_zero, from_half = numerators_of(sides, near), numerators_of(sides, far)
    if from_zero is None or from_half is None:
        return None
    polynomial = reduce(fmpq_poly.gcd, from_zero).numer()
    roots = roots_of(polynomial, near.divisors)
    opposite = roots_of(reduce(fmpq_poly.gcd, from_half).numer(), far.divisors)
    if roots is None or opposite is None:
        return None
    free = _squarefree(polynomial)
    turns = [_turn(root, free) for root in roots]
    return turns + [
        Turn(arb.pi(), PI, Fraction(1), root.multiplicity)
        for root in opposite
        if isinstance(root.value, fmpq) and root.value == 0
    ]


def _squarefree(polynomial: fmpz_poly) -> fmpz_poly:
    product = fmpz_poly([1])
    for factor, _ in polynomial.factor_squarefree()[1]:
        product *= factor
    return product


def _turn(root: Root, free: fmpz_poly) -> Turn:
    """Return the angle whose half has a tangent that is a root of a polynomial without multiple factors."""
    tangent = arb(root.value)
    value = 2 * tangent.atan()
    share = _share(tangent, value, free)
    if share is not None:
        return Turn(value, multiply(literal(share), PI), share, root.multiplicity)
    form = None
    if isinstance(root.value, fmpq):
        form = multiply(literal(2), call("atan", literal(Fraction(int(root.value.p), int(root.value.q)))))
    return Turn(value, form, None, root.multiplicity)


def _share(tangent: arb, value: arb, free: fmpz_poly) -> Fraction | None:
    """Return an angle over pi if that is proved to be rational, with a small denominator.

    The tangents of all pi*j/(2*b) are the roots of one polynomial. If what is left of `free` without the factor
    that both share does not vanish at the root, that factor does.
    """
    ratio = value / arb.pi()
    for below in range(1, MAX_DENOMINATOR + 1):
        above = (ratio * below).mid().str(5, radius=False)
        nearest_whole = round(float(above))
        if not abs(ratio * below - nearest_whole) < TINY or gcd(nearest_whole, below) > 1:
            continue
        tangents, _, _ = _multiple(below)
        shared = free.gcd(tangents.numer())
        if shared.degree() > 0 and not (free // shared)(tangent).contains(0):
            return Fraction(nearest_whole, below)
        return None
    return None


# inverses ----------------------------------------------------------------------------------------------

_INVERSES: Final[Mapping[str, Callable[[Expression], tuple[Expression, ...]]]] = {
    "sin": lambda c: (call("asin", c), subtract(PI, call("asin", c))),
    "cos": lambda c: (call("acos", c), negate(call("acos", c))),
    "tan": lambda c: (call("atan", c), add(call("atan", c), PI)),
}
_RECIPROCALS: Final = {"csc": "sin", "sec": "cos", "cot": "tan"}


def _inverted(name: str, value: Expression) -> tuple[Expression, ...]:
    if name in _RECIPROCALS:
        name, value = _RECIPROCALS[name], divide(ONE, value)
    return _INVERSES[name](value)


def _by_inverse(sides: Sides, unknown: str) -> list[Turn] | None:
    """Return all angles of a turn where one function of the unknown equals one irrational constant."""
    if len(sides) != 1 or any(not _is_plain(side, unknown) for side in sides[0]):
        return None
    read = roots_in_call(subtract(*sides[0]), unknown)
    if read is None or len(read[1]) != 1:
        return None
    node, (value,) = read
    ball = number(value)
    # A constant whose size may be one, or zero, is not decided here.
    name = _RECIPROCALS.get(node.function.id, node.function.id)
    size = abs(1 / ball.value if name != node.function.id else ball.value)
    if ball.issue is not None or not size > 0 or not (size < 1 if name != "tan" else size.is_finite()):
        return None
    return [_inverse_turn(node, value, form) for form in _inverted(node.function.id, value)]


def _inverse_turn(node: Call, value: Expression, form: Expression) -> Turn:
    """Return an angle given by an inverse function; as a multiple of pi if the square of the constant is rational."""
    angle = _reduced(number(form).value)
    square = _square(value)
    if square is not None:
        near = _HalfAngle("", {}, [], {node: (1, 0)})
        numerators = numerators_of([(power(node, 2), literal(square))], near)
        tangent = (angle / 2).tan()
        share = None if numerators is None else _share(tangent, angle, _squarefree(numerators[0].numer()))
        if share is not None:
            return Turn(angle, multiply(literal(share), PI), share, 1)
    return Turn(angle, form, None, 1)


def _square(value: Expression) -> Fraction | None:
    """Return the square of a constant if it is rational, as that of `sqrt(3)/2`."""
    coefficient, powers = factors(value)
    total = coefficient**2
    for base, exponent in powers.items():
        inside = (
            constant(base.arguments[0]) if isinstance(base, Call) and base.function.id == "sqrt" else None
        )
        if inside is None or inside <= 0:
            return None
        total *= inside**exponent
    return total


def _is_plain(node: Expression, unknown: str) -> bool:
    """Tell whether nothing but sums and products with constants stands around functions of the unknown."""
    if not _has(node, unknown) or (isinstance(node, Call) and node.function.id in FUNCTIONS):
        return True
    if not isinstance(node, Sum | Negative | Product) or _divides(node, unknown):
        return False
    return all(_is_plain(part, unknown) for part in children(node))


def _divides(node: Expression, unknown: str) -> bool:
    return isinstance(node, Product) and any(
        operator == "/" and _has(part, unknown)
        for operator, part in zip(node.operators, node.factors, strict=True)
    )


def _reduced(value: arb) -> arb:
    """Bring an angle between -pi and pi."""
    turns = round(float(value.mid() / (2 * arb.pi())))
    return value - 2 * turns * arb.pi()


def _named(turns: Sequence[Turn], sides: Sides, unknown: str) -> list[Turn]:
    """Give angles the forms that the equation itself suggests, `asin(1/3)`, where they have none."""
    if len(sides) != 1 or all(turn.form is not None for turn in turns):
        return list(turns)
    read = roots_in_call(subtract(*sides[0]), unknown)
    if read is None or read[0].function.id not in FUNCTIONS:
        return list(turns)
    named = list(turns)
    for value in read[1]:
        if number(value).issue is not None or number(value).value.contains(0):
            continue
        for form in _inverted(read[0].function.id, value):
            ball = number(form)
            if ball.issue is not None or not ball.value.is_finite():
                continue
            # The form is a root, so it is the one that its ball meets, if that is one only.
            met = [k for k, turn in enumerate(named) if turn.value.overlaps(_reduced(ball.value))]
            if len(met) == 1 and named[met[0]].form is None:
                named[met[0]] = replace(named[met[0]], form=form)
    return named


# parts of a turn ---------------------------------------------------------------------------------------


def _divided(turns: Sequence[Turn], multiples: Mapping[Call, tuple[int, int]]) -> tuple[list[Turn], int]:
    """Return the part of a turn after which the angles repeat, and those of one part."""
    shares = {turn.share % 2: turn.multiplicity for turn in turns if turn.share is not None}
    if len(shares) == len(turns):
        for parts in range(len(turns), 1, -1):
            moved = {(share + Fraction(2, parts)) % 2: m for share, m in shares.items()}
            if moved == shares:
                half = Fraction(1, parts)
                return [t for t in turns if t.share is not None and -half < t.share <= half], parts
    halved = all(n % 2 == 0 or node.function.id in ("tan", "cot") for node, (n, _) in multiples.items())
    return ([t for t in turns if _in_half(t)], 2) if halved else (list(turns), 1)


def _in_half(turn: Turn) -> bool:
    """Tell whether an angle lies within a quarter turn of zero; of two that are opposite one does."""
    if turn.share is not None:
        return -1 < 2 * turn.share <= 1
    return bool(turn.value.mid().cos() > 0)
