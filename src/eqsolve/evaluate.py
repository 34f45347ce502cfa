"""Expressions in ball arithmetic: value, derivatives and scale, straight from the syntax tree.

Every number is a ball (midpoint and radius, Johansson's `arb`) that encloses the true value at the working
precision. Derivatives are carried forward. The *scale* of an expression is how much it moves if every literal
and every occurrence of an unknown in it moves by its own size: a sum scales as the sum of its terms, `f(u)` as
|f(u)| + |f'(u)| scale(u). A value is a true zero only if it is tiny beside its scale; `exp(-x)` never is.

This module shares nothing with the compiled path: it is what the check of a solution rests on.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cache
from typing import Final, TypeAlias

from flint import arb, ctx, fmpq

from eqsolve.functions import FUNCTIONS, IMAGINARY
from eqsolve.language.interpret import Tape, interpret, tape
from eqsolve.language.parser import parse_expression
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
from eqsolve.source import Source, Span

# Two numbers are equal if they differ by less than this part of their scale, in bits per bit of precision:
# 35 of 50 digits.
EQUAL: Final = 0.7
MAX_SHIFT: Final = 1_000  # how far left of zero polygamma is computed
FAR: Final = 1 << 20  # binary exponents far beyond those of floats
HUGE_POWER: Final = 1 << 31  # integer exponents from which powers go through the logarithm


@dataclass(frozen=True, slots=True)
class Issue:
    """Where and why an expression has no value: `ln(x)` needs `x > 0`.

    Attributes:
        span: The subexpression.
        message: What it needs.
        certain: Whether there is no real value; otherwise it is too large to compute, or the balls are too wide.
    """

    span: Span
    message: str
    certain: bool = False


@dataclass(slots=True)
class Ball:
    """A value with its derivatives, its scale, and the first thing that went wrong on the way to it."""

    value: arb
    scale: arb
    partials: dict[int, arb] = field(default_factory=dict)
    issue: Issue | None = None


Truth: TypeAlias = bool | None  # None: the balls are too wide to tell


@contextmanager
def precision(bits: int) -> Iterator[None]:
    """Set the working precision of all balls made inside, in bits."""
    before = ctx.prec
    ctx.prec = bits
    try:
        yield
    finally:
        ctx.prec = before


@contextmanager
def strictly() -> Iterator[None]:
    """Take nothing for zero inside but zero itself, so that every enclosure is rigorous."""
    global _strict
    before = _strict
    _strict = True
    try:
        yield
    finally:
        _strict = before


_strict = False


def is_strict() -> bool:
    """Tell whether only what is exactly zero counts as zero."""
    return _strict


def exact(number: Fraction) -> fmpq:
    """Return a rational of Python as one of flint."""
    return fmpq(number.numerator, number.denominator)


def nearest(value: arb | fmpq) -> float:
    """Return the float nearest to a rational or to the middle of a ball; infinite beyond the range of floats."""
    if isinstance(value, fmpq):
        ratio = Fraction(int(value.p), int(value.q))
    else:
        if not value.is_finite():
            return math.nan
        mantissa, exponent = map(int, value.mid().man_exp())
        if abs(exponent) > FAR:
            return math.copysign(math.inf if exponent > 0 else 0.0, mantissa)
        ratio = Fraction(mantissa) * Fraction(2) ** exponent
    try:
        return float(ratio)
    except OverflowError:
        return math.inf if ratio > 0 else -math.inf


def is_tiny(value: arb, scale: arb) -> bool:
    """Tell whether `value` is zero beside its scale, at the working precision."""
    if _strict:
        return bool(value.is_zero())
    return bool(value.abs_upper() <= scale.abs_upper() * arb(2) ** -int(EQUAL * ctx.prec))


@dataclass(slots=True)
class Balls:
    """The meaning of expressions in ball arithmetic.

    Attributes:
        values: The ball of each name.
        active: For each name to differentiate with respect to, the key of its derivative.
    """

    values: Mapping[str, arb]
    active: Mapping[str, int] = field(default_factory=dict)

    def number(self, node: Number) -> Ball:
        """A literal, rounded outwards."""
        value = arb(exact(node.value))
        return Ball(value, abs(value))

    def name(self, node: Name) -> Ball:
        """An unknown, a parameter, or pi."""
        value = self.values.get(node.id)
        if value is None:  # the imaginary unit has no real value
            value = arb.nan() if node.id == IMAGINARY else arb.pi()
        key = self.active.get(node.id)
        return Ball(value, abs(value), {} if key is None else {key: arb(1)})

    def sum(self, node: Sum, terms: Sequence[Ball]) -> Ball:
        """Terms added; the scale is the sum of their scales."""
        value, scale = arb(0), arb(0)
        partials: dict[int, arb] = {}
        for sign, term in zip(node.signs, terms, strict=True):
            scale += term.scale
            if sign == "+":
                value += term.value
                for key, partial in term.partials.items():
                    partials[key] = partials[key] + partial if key in partials else partial
            else:
                value -= term.value
                for key, partial in term.partials.items():
                    partials[key] = partials[key] - partial if key in partials else -partial
        return Ball(value, scale, partials, _first_issue(terms))

    def product(self, node: Product, factors: Sequence[Ball]) -> Ball:
        """Factors multiplied and divided, left to right; no divisor may vanish."""
        result = factors[0]
        for operator, factor, operand in zip(node.operators[1:], factors[1:], node.factors[1:], strict=True):
            if operator == "*":
                result = _compose(result.value * factor.value, (factor.value, result), (result.value, factor))
            elif is_tiny(factor.value, factor.scale) or factor.value.contains(0):
                certain = bool(factor.value.is_zero())
                result = _undefined(operand.span, "a denominator is zero", result, factor, certain=certain)
            else:
                quotient = result.value / factor.value
                result = _compose(quotient, (1 / factor.value, result), (-quotient / factor.value, factor))
        return result

    def power(self, node: Power, base: Ball, exponent: Ball) -> Ball:
        """A power: any base for an integer exponent, otherwise a base that is not negative."""
        value, constant = base.value, exponent.value
        if not exponent.partials and constant.is_integer():
            return self._integer_power(node, base, exponent)
        if is_tiny(value, base.scale):
            value = value.nonnegative_part()
        if not value >= 0:
            hint = "; `cbrt(x)` and `root(x, n)` take negative x" if not exponent.partials else ""
            message = f"a negative base with a fractional exponent{hint}"
            return _undefined(node.base.span, message, base, exponent, certain=bool(value < 0))
        if not (value > 0 or constant > 0):
            return _undefined(node.base.span, "zero to a power that is not positive", base, exponent)
        result = value**constant
        by_base = constant * value ** (constant - 1)
        by_exponent = result * value.log() if value > 0 else arb(0)
        return _compose(result, (by_base, base), (by_exponent, exponent))

    def _integer_power(self, node: Power, base: Ball, exponent: Ball) -> Ball:
        power = int(exponent.value.unique_fmpz())
        if power < 0 and (is_tiny(base.value, base.scale) or base.value.contains(0)):
            certain = bool(base.value.is_zero())
            return _undefined(node.base.span, "a denominator is zero", base, exponent, certain=certain)
        if power == 0:
            return Ball(arb(1), arb(1), {}, base.issue)
        partial = power * _integer_power(base.value, power - 1)
        return _compose(_integer_power(base.value, power), (partial, base))

    def negative(self, node: Negative, operand: Ball) -> Ball:
        """Minus the operand."""
        partials = {key: -partial for key, partial in operand.partials.items()}
        return Ball(-operand.value, operand.scale, partials, operand.issue)

    def percent(self, node: Percent, operand: Ball) -> Ball:
        """A hundredth of the operand."""
        return _compose(operand.value / 100, (arb(1) / 100, operand))

    def call(self, node: Call, arguments: Sequence[Ball]) -> Ball:
        """A function of the table, after a look at its domain."""
        name = node.function.id
        if name == "if":
            condition, first, second = arguments
            return _choose(condition, first, second, node)
        if len(arguments) > 2:
            first, *rest = arguments
            for argument in rest:
                first = self.call(node, (first, argument))
            return first
        return _call(node, arguments)

    def comparison(self, node: Comparison, sides: Sequence[Ball]) -> Ball:
        """1 or 0; not a number where the balls are too wide to tell."""
        pairs = zip(node.operators, sides, sides[1:], strict=False)
        truth = _all(compare(operator, left, right) for operator, left, right in pairs)
        return _truth(truth, _first_issue(sides))

    def logic(self, node: Logic, operands: Sequence[Ball]) -> Ball:
        """`and`, `or`, `not` over 1 and 0."""
        truths = [truth_of(operand) for operand in operands]
        if node.operator == "not":
            return _truth(_not(truths[0]), operands[0].issue)
        truth = _all(truths) if node.operator == "and" else _not(_all(map(_not, truths)))
        return _truth(truth, None if truth is not None else _first_issue(operands))


def _integer_power(x: arb, n: int) -> arb:
    """Return x^n; flint has no value for a ball around zero, so that is multiplied out."""
    if abs(n) >= HUGE_POWER:
        size = abs(x) ** arb(n)
        return -size if n % 2 and x < 0 else size
    if x.is_exact() or not x.contains(0):
        return x**n
    result = arb(1)
    for bit in f"{n:b}":
        result *= result
        if bit == "1":
            result *= x
    return result


def compare(operator: str, left: Ball, right: Ball) -> Truth:
    """Compare two balls; numbers that agree to 35 of 50 digits of their scale are equal."""
    difference, scale = left.value - right.value, left.scale + right.scale
    if not difference.is_finite():
        return None
    if is_tiny(difference, scale):
        order = 0
    elif difference > 0:
        order = 1
    elif difference < 0:
        order = -1
    else:
        return None
    return _HOLDS[operator](order)


_HOLDS: Final[Mapping[str, Callable[[int], bool]]] = {
    "<": lambda order: order < 0,
    "<=": lambda order: order <= 0,
    ">": lambda order: order > 0,
    ">=": lambda order: order >= 0,
    "=": lambda order: order == 0,
    "!=": lambda order: order != 0,
}


def truth_of(ball: Ball) -> Truth:
    """Read a condition back."""
    return None if ball.value.is_nan() else bool(ball.value == 1)


def _truth(truth: Truth, issue: Issue | None) -> Ball:
    value = arb.nan() if truth is None else arb(int(truth))
    return Ball(value, arb(1), {}, issue)


def _not(truth: Truth) -> Truth:
    return None if truth is None else not truth


def _all(truths: Iterator[Truth] | Sequence[Truth]) -> Truth:
    known: Truth = True
    for truth in truths:
        if truth is False:
            return False
        if truth is None:
            known = None
    return known


def _first_issue(balls: Collection[Ball]) -> Issue | None:
    return next((ball.issue for ball in balls if ball.issue), None)


def _undefined(span: Span, message: str, *parts: Ball, certain: bool = False) -> Ball:
    partials = {key: arb.nan() for part in parts for key in part.partials}
    return Ball(arb.nan(), arb.nan(), partials, _first_issue(parts) or Issue(span, message, certain))


def _compose(value: arb, *weighted: tuple[arb, Ball]) -> Ball:
    """Return f(u, …) from its value and, for each operand, the partial derivative and the operand."""
    scale = abs(value)
    partials: dict[int, arb] = {}
    for weight, operand in weighted:
        if weight.is_finite():  # at the edge of a domain a slope may be infinite, as that of sqrt at zero
            scale += abs(weight) * operand.scale
        for key, partial in operand.partials.items():
            term = weight * partial
            partials[key] = partials[key] + term if key in partials else term
    return Ball(value, scale, partials, _first_issue([operand for _, operand in weighted]))


def _choose(condition: Ball, first: Ball, second: Ball, node: Call) -> Ball:
    truth = truth_of(condition)
    if truth is None:
        issue = condition.issue or Issue(node.span, "the condition cannot be decided")
        return _undefined(issue.span, issue.message, first, second)
    return first if truth else second


def _call(node: Call, arguments: Sequence[Ball]) -> Ball:
    name = node.function.id
    function = FUNCTIONS[name]
    bound = {
        parameter: Ball(argument.value, argument.scale)
        for parameter, argument in zip(function.parameters, arguments, strict=True)
    }
    inside = _Bound(bound)
    for text, condition in zip(function.domain, domain_of(name), strict=True):
        truth = truth_of(interpret(condition, inside))
        if not truth:
            message = f"`{name}` needs `{text}`"
            return _undefined(node.span, message, *arguments, certain=truth is False)
    value = _VALUES[name](*(argument.value for argument in arguments))
    if not value.is_finite():
        return _undefined(node.span, f"`{name}` is too large here to compute", *arguments)
    weights = [
        arb(0) if not argument.partials and index in function.static else interpret(partial, inside).value
        for index, (partial, argument) in enumerate(zip(partials_of(name), arguments, strict=True))
    ]
    return _compose(value, *zip(weights, arguments, strict=True))


class _Bound(Balls):
    """Balls of the conditions and partial derivatives of a function, over the balls of its parameters.

    Values alone are wanted here: neither their derivatives nor their domains.
    """

    __slots__ = ("parameters",)

    def __init__(self, parameters: Mapping[str, Ball]) -> None:
        super().__init__({})
        self.parameters = parameters

    def name(self, node: Name) -> Ball:
        """A parameter, or pi."""
        return self.parameters.get(node.id) or super().name(node)

    def call(self, node: Call, arguments: Sequence[Ball]) -> Ball:
        """A function of the table, by its value."""
        if node.function.id == "if":
            return super().call(node, arguments)
        value = _VALUES[node.function.id](*(argument.value for argument in arguments))
        return Ball(value, abs(value))


@cache
def domain_of(name: str) -> tuple[Tape, ...]:
    """Return the conditions of a function of the table, over the names of its parameters."""
    return tuple(_parsed(f"if({text}, 1, 0)", condition=True) for text in FUNCTIONS[name].domain)


@cache
def partials_of(name: str) -> tuple[Tape, ...]:
    """Return the partial derivatives of a function of the table, over the names of its parameters."""
    return tuple(_parsed(text) for text in FUNCTIONS[name].partials)


def _parsed(text: str, *, condition: bool = False) -> Tape:
    expression = parse_expression(Source(text, "function table"))
    if condition and isinstance(expression, Call):
        expression = expression.arguments[0]
    return tape(expression)


def _nearest(x: arb) -> arb:
    """Return the integer that `x` is equal to, or `x` itself."""
    nearest = arb((x.mid() + arb("0.5")).floor().mid()).floor() if x.is_finite() else x
    return nearest if is_tiny(x - nearest, abs(x) + 1) else x


def _floor(x: arb) -> arb:
    return _nearest(x).floor()


def _round(x: arb) -> arb:
    half = _nearest(x + arb("0.5"))
    below = half.floor()
    return below - 1 if half.is_integer() and (below / 2).floor() * 2 != below else below


def _root(x: arb, n: arb) -> arb:
    degree = int(n.unique_fmpz())
    if x.is_zero():
        return x
    return -((-x).root(degree)) if x < 0 else x.nonnegative_part().root(degree)


def _polygamma(n: arb, x: arb) -> arb:
    order = int(n.unique_fmpz())
    if order == 0:
        return x.digamma()
    total = arb(0)
    if -MAX_SHIFT < x < 0:  # shift to the right by the recurrence; flint's zeta wants x > 0
        for _ in range(int(float(x.abs_upper())) + 1):
            total += 1 / x ** (order + 1)
            x = x + 1
    sign = 1 if order % 2 else -1
    return sign * (n + 1).gamma() * ((n + 1).zeta(x) + total)


def _at_edge(x: arb, *edges: int) -> arb:
    """Return the edge of a domain that `x` is equal to, or `x` itself."""
    return next((arb(edge) for edge in edges if is_tiny(x - edge, abs(x) + 1)), x)


_COMPOSITES: Final[Mapping[str, Callable[..., arb]]] = {
    "sqrt": lambda x: x.nonnegative_part().sqrt(),
    "asin": lambda x: _at_edge(x, -1, 1).asin(),
    "acos": lambda x: _at_edge(x, -1, 1).acos(),
    "acosh": lambda x: _at_edge(x, 1).acosh(),
    "log10": lambda x: x.log() / arb(10).log(),
    "log2": lambda x: x.log() / arb(2).log(),
    "cbrt": lambda x: _root(x, arb(3)),
    "root": _root,
    "abs": abs,
    "floor": _floor,
    "ceil": lambda x: -_floor(-x),
    "round": _round,
    "mod": lambda x, y: x - y * _floor(x / y),
    "min": lambda x, y: x.min(y),
    "max": lambda x, y: x.max(y),
    "hypot": lambda x, y: (x * x + y * y).sqrt(),
    "polygamma": _polygamma,
    "beta": lambda x, y: x.gamma() * y.gamma() * (x + y).rgamma(),
    "atan2": lambda y, x: arb.atan2(y, x),
}

_VALUES: Final[Mapping[str, Callable[..., arb]]] = {
    name: _COMPOSITES.get(name) or getattr(arb, function.ball)
    for name, function in FUNCTIONS.items()
    if function.partials
}


def value_of(name: str) -> Callable[..., arb]:
    """Return a function of the table as a function of balls within its domain."""
    return _VALUES[name]


def number(expression: Expression | Tape, values: Mapping[str, arb] | None = None) -> Ball:
    """Return the ball of an expression, given the balls of its names."""
    return interpret(expression, Balls(values or {}))
