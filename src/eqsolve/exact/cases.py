"""Split equations into cases by how they are written: a product that is zero, a sum of terms that cannot be negative.

Every solution of an equation solves one of its cases. The converse holds where the equation has a value, so that
what the cases give has to be checked with the equation as written.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from itertools import product
from typing import Final, TypeAlias

from eqsolve.exact.algebra import (
    NOWHERE,
    ONE,
    Simplify,
    add,
    constant,
    factors,
    literal,
    multiply,
    negate,
    power,
    simplify,
    subtract,
    terms,
)
from eqsolve.exact.polynomials import zero_factors
from eqsolve.exact.squares import squares
from eqsolve.language.interpret import interpret, tape
from eqsolve.language.syntax import Call, Expression, Name, Number, Power, Sum

Case: TypeAlias = tuple[Expression, ...]  # expressions that are all zero

MAX_CASES: Final = 12
MAX_STEPS: Final = 120  # of the tape of an equation
MAX_DEPTH: Final = 12

# The value that the argument has where the function is zero; only there.
_ZERO_AT: Final[Mapping[str, int]] = {
    **dict.fromkeys(
        ("abs", "sign", "sqrt", "cbrt", "root", "asin", "atan", "sinh", "tanh", "asinh", "atanh", "erf"), 0
    ),
    **dict.fromkeys(("ln", "log", "log2", "log10", "acos", "acosh"), 1),
}
_NEVER_ZERO: Final = frozenset({"exp", "cosh", "gamma", "sec", "csc"})
_ONE_TO_ONE: Final = frozenset(
    {"exp", "ln", "log", "log2", "log10", "sqrt", "cbrt", "asin", "acos", "atan", "sinh", "tanh"}
    | {"asinh", "acosh", "atanh", "erf", "erfc"}
)
_NOT_NEGATIVE: Final = frozenset({"abs", "sqrt", "hypot", "acosh"})
_POSITIVE: Final = frozenset({"exp", "cosh", "erfc"})


class _TooMany(Exception):  # noqa: N818  (an answer, not an error)
    """There are more cases than are worth a look."""


def cases(
    left: Expression, right: Expression, known: Mapping[str, Expression] | None = None
) -> tuple[Case, ...] | None:
    """Return the cases of `left = right`; no case if it cannot hold, None if it does not fall apart.

    Args:
        left: Left-hand side.
        right: Right-hand side.
        known: What stands in the place of names.
    """
    if len(tape(left).steps) + len(tape(right).steps) > MAX_STEPS:
        return None
    whole = subtract(simplify(left, known), simplify(right, known))
    try:
        found = _zero(whole, 0)
    except _TooMany:
        return None
    powers = factors(whole)[1]
    as_it_was = len(powers) == 1 and any(found == ((base,),) and n == 1 for base, n in powers.items())
    always = () in found  # nothing is left to hold: an identity, wherever it has a value
    return None if as_it_was or always else found


def _zero(node: Expression, depth: int) -> tuple[Case, ...]:
    """Return the cases in which an expression is zero."""
    if depth > MAX_DEPTH:
        raise _TooMany
    coefficient, powers = factors(node)
    if not powers:
        return () if coefficient else ((),)
    above = [base for base, exponent in powers.items() if exponent > 0]
    if above != [node]:
        return _any(above, depth)
    match node:
        case Power(base=base, exponent=exponent):
            value = constant(exponent)
            if value is not None:
                return _zero(base, depth + 1) if value > 0 else ()
        case Call(function=Name(id=name), arguments=arguments):
            if name in _NEVER_ZERO:
                return ()
            if name == "hypot":
                return _all(arguments, depth)
            if name in ("if", "max", "min"):
                return _any(_branches(node), depth)
            if name in _ZERO_AT:
                return _zero(subtract(arguments[0], literal(_ZERO_AT[name])), depth + 1)
        case Sum():
            return _zero_sum(node, depth)
    return ((node,),)


def _any(parts: Sequence[Expression], depth: int) -> tuple[Case, ...]:
    found = dict.fromkeys(case for part in parts for case in _zero(part, depth + 1))
    if len(found) > MAX_CASES:
        raise _TooMany
    return tuple(found)


def _all(parts: Sequence[Expression], depth: int) -> tuple[Case, ...]:
    alternatives = [_zero(part, depth + 1) for part in parts]
    found: dict[Case, None] = {}
    for chosen in product(*alternatives):
        found[tuple(dict.fromkeys(each for case in chosen for each in case))] = None
        if len(found) > MAX_CASES:
            raise _TooMany
    return tuple(found)


def _zero_sum(node: Sum, depth: int) -> tuple[Case, ...]:
    parts = terms(node)
    signs = {_sign(number, core) for number, core in parts}
    if signs <= {1, 2} or signs <= {-1, -2}:  # terms of one sign: each is zero
        return () if signs & {2, -2} else _all([core for _, core in parts], depth)
    alike = _same_function(parts)
    if alike is not None:
        return _any(alike, depth)
    logarithm = _one_logarithm(parts)
    if logarithm is not None:
        return _zero(logarithm, depth + 1)
    if _beyond_its_range(parts):
        return ()
    pieces = zero_factors(node)
    if pieces is not None and all(_size(piece) < _size(node) for piece in pieces):
        return _any(pieces, depth)
    complete = squares(node)
    if complete is not None:
        return _all(complete, depth)
    chosen = _one_branch(node)
    return _any(chosen, depth) if chosen is not None else ((node,),)


def _size(node: Expression) -> int:
    return len(tape(node).steps)


def _sign(number: Fraction, core: Expression) -> int:
    """Return 1 or -1 for a term that never has the other sign, 2 or -2 if it is never zero either, 0 if it may."""
    size = 2 if core == ONE else 0
    if not size:
        kinds = [_kind(base, exponent) for base, exponent in factors(core)[1].items()]
        if 0 in kinds:
            return 0
        size = min(kinds)
    return size if number > 0 else -size


def _kind(base: Expression, exponent: int) -> int:
    """Return 2 for a power that is positive, 1 for one that is not negative, 0 for another."""
    if isinstance(base, Call) and base.function.id in _POSITIVE:
        return 2
    if isinstance(base, Power) and isinstance(base.base, Number) and base.base.value > 0:
        return 2
    if exponent < 0 and (exponent % 2 == 0 or _never_negative(base)):
        return 2
    if exponent % 2 == 0 or _never_negative(base):
        return 1
    return _kind_of_sum(base) if isinstance(base, Sum) else 0


def _kind_of_sum(node: Sum) -> int:
    signs = [_sign(number, core) for number, core in terms(node)]
    return max(signs) if min(signs) > 0 else 0


def _never_negative(base: Expression) -> bool:
    match base:
        case Call(function=Name(id=name)):
            return name in _NOT_NEGATIVE
        case Power(exponent=exponent):
            value = constant(exponent)
            return value is not None and value.denominator != 1  # a power with a real value has a base >= 0
    return False


def _same_function(parts: Sequence[tuple[Fraction, Expression]]) -> list[Expression] | None:
    """Return what is zero where `f(u) = f(v)`, for one-to-one and even functions f."""
    if len(parts) != 2 or parts[0][0] != -parts[1][0]:
        return None
    match parts[0][1], parts[1][1]:
        case (
            Call(function=Name(id=name), arguments=(u,)),
            Call(function=Name(id=other), arguments=(v,)),
        ) if name == other:
            if name in _ONE_TO_ONE:
                return [subtract(u, v)]
            if name in ("abs", "cosh"):
                return [subtract(u, v), add(u, v)]
        case Power(base=u, exponent=m), Power(base=v, exponent=n) if m == n:
            value = constant(m)
            if not value:
                return None
            if value.denominator != 1 or value % 2:
                return [subtract(u, v)]
            return [subtract(u, v), add(u, v)]
    return None


def _one_logarithm(parts: Sequence[tuple[Fraction, Expression]]) -> Expression | None:
    """Return what is zero where a sum of logarithms is, `u^2/v - 1` for `2*ln(u) - ln(v)`."""
    whole: list[Expression] = []
    for number, core in parts:
        match core:
            case Call(function=Name(id="ln" | "log"), arguments=(u,)) if number.denominator == 1:
                if abs(number) > MAX_DEPTH:
                    return None
                whole.append(power(u, int(number)))
            case _:
                return None
    return subtract(multiply(*whole), ONE)


def _beyond_its_range(parts: Sequence[tuple[Fraction, Expression]]) -> bool:
    """Tell whether the terms say `atan(u) = c*pi` with |c| >= 1/2, which floating point cannot exclude."""
    numbers = {core: number for number, core in parts}
    half_turns = numbers.pop(Name("pi", NOWHERE), None)
    if half_turns is None or len(numbers) != 1:
        return False
    ((core, number),) = numbers.items()
    is_angle = isinstance(core, Call) and core.function.id == "atan"
    return is_angle and abs(half_turns / number) >= Fraction(1, 2)


def _one_branch(node: Expression) -> list[Expression] | None:
    """Return an expression with its innermost `abs`, `if`, … replaced by each of its branches."""
    for part, _ in tape(node).steps:
        if isinstance(part, Call) and (branches := _branches(part)):
            return [interpret(node, _Replace(part, branch)) for branch in branches]
    return None


def _branches(node: Call) -> tuple[Expression, ...]:
    """Return expressions one of which a call is equal to."""
    match node:
        case Call(function=Name(id="abs"), arguments=(inside,)):
            return (inside, negate(inside))
        case Call(function=Name(id="if"), arguments=(_, first, second)):
            return (first, second)
        case Call(function=Name(id="max" | "min"), arguments=arguments):
            return arguments
        case Call(function=Name(id="sign")):
            return (literal(-1), literal(0), ONE)
    return ()


class _Replace(Simplify):
    """The meaning of expressions as simplified trees in which a call has given way to another tree."""

    def __init__(self, old: Expression, new: Expression) -> None:
        super().__init__()
        self.old = old
        self.new = new

    def call(self, node: Call, arguments: Sequence[Expression]) -> Expression:
        """A call, of simplified arguments."""
        return self.new if node == self.old else super().call(node, arguments)
