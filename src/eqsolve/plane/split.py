"""Complex equations in real and imaginary parts.

`z` is `re(z) + i im(z)`; every expression becomes two real ones. Square roots and logarithms become unknowns of their
own, `w^2 = z` and `exp(w) = z`, on the principal branch: so nothing jumps at a cut, and what is algebraic stays so.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final, NamedTuple

from eqsolve.errors import Diagnostic, ProblemError
from eqsolve.evaluate import number, precision
from eqsolve.exact.algebra import (
    ONE,
    ZERO,
    add,
    call,
    constant,
    divide,
    literal,
    multiply,
    negate,
    power,
    subtract,
)
from eqsolve.functions import IMAGINARY
from eqsolve.language.interpret import interpret
from eqsolve.language.printer import unparse
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
from eqsolve.problem.model import Constraint, Equation, Problem, Unknown
from eqsolve.problem.part import bounds_of
from eqsolve.result import Line
from eqsolve.source import Span

MULTIPLIED: Final = 64  # exponents up to which powers are multiplied out
SHOWN: Final = 24  # characters of an expression in the name of an unknown that stands for it
SIGN_BITS: Final = 200


class Pair(NamedTuple):
    """Real and imaginary part; an imaginary part that is the literal zero marks a real number."""

    re: Expression
    im: Expression

    @property
    def is_real(self) -> bool:
        """Whether it is real as it stands."""
        return self.im == ZERO


_I: Final = Pair(ZERO, ONE)
_ONE: Final = Pair(ONE, ZERO)


def parts_of(unknown: Unknown) -> tuple[str, ...]:
    """Return the names of the real unknowns that an unknown is made of."""
    return (f"re({unknown.name})", f"im({unknown.name})") if unknown.kind == "complex" else (unknown.name,)


def split(problem: Problem) -> Problem:
    """Return a problem with complex unknowns as one in their parts.

    Raises:
        ProblemError: A function has no meaning for complex numbers here, or complex numbers are to be ordered.
    """
    meaning = _Split({u.name: u for u in problem.unknowns})
    for equation in problem.equations:
        meaning.line, meaning.span = equation.line, equation.span
        left, right = equation.left, equation.right
        if not meaning.exponential(left, right) and not meaning.exponential(right, left):
            meaning.equate(interpret(left, meaning), interpret(right, meaning))
    for constraint in problem.constraints:
        meaning.line, meaning.span = constraint.line, constraint.span
        condition = interpret(constraint.condition, meaning).re
        if isinstance(condition, Comparison):
            meaning.constraints.append(Constraint(condition, constraint.line, constraint.span))
    return meaning.problem(problem)


@dataclass(slots=True)
class _Split:
    """The meaning of expressions as pairs of real ones; conditions have no imaginary part."""

    unknowns: Mapping[str, Unknown]
    equations: list[Equation] = field(default_factory=list)
    constraints: list[Constraint] = field(default_factory=list)
    helpers: dict[tuple[str, Pair], Pair] = field(default_factory=dict)
    helper_names: list[str] = field(default_factory=list)
    line: Line = field(default_factory=lambda: Line(0, ""))
    span: Span = ONE.span

    def equate(self, left: Pair, right: Pair) -> None:
        """Note that two numbers are equal."""
        pairs = [(a, b) for a, b in zip(left, right, strict=True) if a != b] or [(left.re, right.re)]
        self.equations += [Equation(a, b, (), self.line, self.span) for a, b in pairs]

    def demand(self, operator: str, left: Expression, right: Expression) -> None:
        """Note a condition on solutions."""
        self.constraints.append(
            Constraint(Comparison((operator,), (left, right), self.span), self.line, self.span)
        )

    def problem(self, whole: Problem) -> Problem:
        """Return what has been noted as a problem."""
        unknowns = []
        for unknown in whole.unknowns:
            starts = (unknown.start, None if unknown.start is None else unknown.start_imaginary)
            for name, start in zip(parts_of(unknown), starts, strict=False):
                unknowns.append(Unknown(name, unknown.lower, unknown.upper, start, unknown.span))
        span = whole.equations[0].span
        unknowns += [Unknown(name, float("-inf"), float("inf"), None, span) for name in self.helper_names]
        position = {unknown.name: k for k, unknown in enumerate(unknowns)}
        equations = [
            replace(
                e,
                unknowns=tuple(
                    sorted({position[n.id] for s in (e.left, e.right) for n in names(s) if n.id in position})
                ),
            )
            for e in self.equations
        ]
        real = Problem(
            tuple(unknowns), whole.givens, tuple(equations), tuple(self.constraints), whole.warnings
        )
        bounds = bounds_of(real, self.constraints)
        bounded = (replace(u, lower=bounds[k][0], upper=bounds[k][1]) for k, u in enumerate(unknowns))
        return replace(real, unknowns=tuple(bounded))

    # leaves and arithmetic -----------------------------------------------------------------------------

    def number(self, node: Number) -> Pair:
        return Pair(literal(node.value), ZERO)

    def name(self, node: Name) -> Pair:
        if node.id == IMAGINARY:
            return _I
        unknown = self.unknowns.get(node.id)
        if unknown is None or unknown.kind != "complex":
            return Pair(node, ZERO)
        re, im = parts_of(unknown)
        return Pair(Name(re, node.span), Name(im, node.span))

    def sum(self, node: Sum, terms: Sequence[Pair]) -> Pair:
        signed = [t if s == "+" else _negated(t) for s, t in zip(node.signs, terms, strict=True)]
        return Pair(add(*(t.re for t in signed)), add(*(t.im for t in signed)))

    def product(self, node: Product, factors: Sequence[Pair]) -> Pair:
        result = factors[0]
        for operator, factor in zip(node.operators[1:], factors[1:], strict=True):
            result = _times(result, factor) if operator == "*" else self._quotient(result, factor)
        return result

    def _quotient(self, a: Pair, b: Pair) -> Pair:
        self._nonzero(b)
        if b.is_real:
            return Pair(divide(a.re, b.re), divide(a.im, b.re))
        size = _square(b)
        above = _times(a, Pair(b.re, negate(b.im)))
        return Pair(divide(above.re, size), divide(above.im, size))

    def _nonzero(self, z: Pair) -> None:
        """Demand that a divisor is not zero: simplification may make it vanish from sight."""
        if constant(z.re) in (None, 0) or constant(z.im) is None:
            self.demand("!=", z.re if z.is_real else _square(z), ZERO)

    def power(self, node: Power, base: Pair, exponent: Pair) -> Pair:
        n = constant(exponent.re) if exponent.is_real else None
        if n is not None and n.denominator == 1 and abs(n) <= MULTIPLIED:
            result = self._whole_power(base, abs(int(n)))
            return self._quotient(_ONE, result) if n < 0 else result
        if n is not None and n.denominator == 2 and abs(n) <= MULTIPLIED:
            result = self._whole_power(self._root(base), abs(n.numerator))
            return self._quotient(_ONE, result) if n < 0 else result
        if base.is_real and exponent.is_real and self._sign(base.re) == 1:
            return Pair(Power(base.re, exponent.re, node.span), ZERO)
        return _exp(_times(exponent, self._logarithm(base)))

    def _whole_power(self, base: Pair, n: int) -> Pair:
        if base.is_real:
            return Pair(power(base.re, n), ZERO)
        result = _ONE
        for bit in f"{n:b}":
            result = _times(result, result)
            if bit == "1":
                result = _times(result, base)
        return result

    def negative(self, node: Negative, operand: Pair) -> Pair:
        return _negated(operand)

    def percent(self, node: Percent, operand: Pair) -> Pair:
        return Pair(divide(operand.re, literal(100)), divide(operand.im, literal(100)))

    # functions -----------------------------------------------------------------------------------------

    def call(self, node: Call, arguments: Sequence[Pair]) -> Pair:
        name = node.function.id
        if name == "if":
            condition, first, second = arguments
            chosen = [call("if", condition.re, a, b) for a, b in zip(first, second, strict=True)]
            return Pair(chosen[0], ZERO if first.is_real and second.is_real else chosen[1])
        z = arguments[0]
        if name in _PARTS:
            return _PARTS[name](z)
        if name == "arg":
            return Pair(self._logarithm(z).im, ZERO)
        if name in _ENTIRE:
            if z.is_real:
                return Pair(call(name, z.re), ZERO)
            return _ENTIRE[name](z)
        if name in _QUOTIENTS and not z.is_real:
            above, below = _QUOTIENTS[name]
            return self._quotient(_ONE if above is None else _ENTIRE[above](z), _ENTIRE[below](z))
        inverse = _INVERSES.get(name)
        if inverse is not None:
            return inverse(self, z)
        if not all(argument.is_real for argument in arguments):
            message = f"`{name}` of a complex number has no meaning here"
            hint = "declare what is real, like `var x : real`"
            raise ProblemError(Diagnostic("not-complex", message, node.span, hint))
        return Pair(Call(node.function, tuple(a.re for a in arguments), node.span), ZERO)

    def _sign(self, x: Expression) -> int | None:
        """Return the sign of a constant; None of anything else, or where it cannot be told."""
        if any(name.id != "pi" for name in names(x)):
            return None
        with precision(SIGN_BITS):
            ball = number(x).value
        return int(ball > 0) - int(ball < 0) or (0 if ball.is_zero() else None)

    def _polar(self, z: Pair) -> tuple[Expression, Expression] | None:
        """Return ln|z| and the argument of a constant; None of anything else, and of zero."""
        signs = self._sign(z.re), self._sign(z.im)
        if None in signs or signs == (0, 0):
            return None
        pi = Name("pi", self.span)
        if signs[1] == 0:
            size = z.re if signs[0] == 1 else negate(z.re)
            return ZERO if size == ONE else call("ln", size), ZERO if signs[0] == 1 else pi
        return divide(call("ln", _square(z)), literal(2)), call("atan2", z.im, z.re)

    def exponential(self, side: Expression, value: Expression) -> bool:
        """Note `exp(u) = c`, or a power of a constant, as what it says of the parts of u; tell whether it is that."""
        match side:
            case Call(function=Name(id="exp"), arguments=(inside,)):
                exponent = interpret(inside, self)
            case Power(base=base, exponent=above):
                root = interpret(base, self)
                if not root.is_real or self._sign(root.re) != 1:
                    return False
                exponent = _times(interpret(above, self), Pair(call("ln", root.re), ZERO))
            case _:
                return False
        target = interpret(value, self)
        if target == (ZERO, ZERO):
            self.equations.append(Equation(call("exp", exponent.re), ZERO, (), self.line, self.span))
            return True
        polar = None if exponent.is_real else self._polar(target)
        if polar is None:
            return False
        half = divide(subtract(exponent.im, polar[1]), literal(2))  # a whole number of half turns
        self.equations.append(Equation(exponent.re, polar[0], (), self.line, self.span))
        self.equations.append(Equation(call("sin", half), ZERO, (), self.line, self.span))
        return True

    def _helper(self, function: str, z: Pair) -> tuple[Pair, bool]:
        """Return the unknown that stands for a function of z, and whether it is new."""
        found = self.helpers.get((function, z))
        if found is not None:
            return found, False
        text = unparse(z.re if z.is_real else add(z.re, multiply(z.im, Name("i", self.span))))
        text = text if len(text) <= SHOWN else f"#{len(self.helpers) + 1}"
        own = tuple(f"{part}({function}({text}))" for part in ("re", "im"))
        self.helper_names += own
        pair = Pair(Name(own[0], self.span), Name(own[1], self.span))
        self.helpers[function, z] = pair
        return pair, True

    def _root(self, z: Pair) -> Pair:
        """Return w with w^2 = z and a positive real part, or none and an imaginary part that is not negative."""
        if z.is_real and self._sign(z.re) is not None:
            negative = self._sign(z.re) == -1
            size = call("sqrt", negate(z.re) if negative else z.re)
            return Pair(ZERO, size) if negative else Pair(size, ZERO)
        w, is_new = self._helper("sqrt", z)
        if is_new:
            self.equate(_times(w, w), z)
            self.demand(">=", w.re, ZERO)
            upper = call("if", Comparison((">=",), (w.im, ZERO), self.span), w.re, literal(-1))
            self.demand(">=", call("if", Comparison((">",), (w.re, ZERO), self.span), ONE, upper), ZERO)
        return w

    def _logarithm(self, z: Pair) -> Pair:
        """Return w with exp(w) = z and an imaginary part above -pi, and up to pi."""
        polar = self._polar(z)
        if polar is not None:
            return Pair(*polar)
        w, is_new = self._helper("ln", z)
        if is_new:
            self.equate(_exp(w), z)
            self.demand(">", w.im, negate(Name("pi", self.span)))
            self.demand("<=", w.im, Name("pi", self.span))
        return w

    def _ratio_of_logarithms(self, z: Pair, base: int) -> Pair:
        w, scale = self._logarithm(z), call("ln", literal(base))
        return Pair(divide(w.re, scale), divide(w.im, scale))

    def _asin(self, z: Pair) -> Pair:
        inside = _plus(_times(_I, z), self._root(_minus(_ONE, _times(z, z))))
        return _times(_negated(_I), self._logarithm(inside))

    def _acos(self, z: Pair) -> Pair:
        return _minus(Pair(divide(Name("pi", self.span), literal(2)), ZERO), self._asin(z))

    def _atan(self, z: Pair) -> Pair:
        turned = _times(_I, z)
        difference = _minus(self._logarithm(_minus(_ONE, turned)), self._logarithm(_plus(_ONE, turned)))
        return _half(_times(_I, difference))

    def _asinh(self, z: Pair) -> Pair:
        return self._logarithm(_plus(z, self._root(_plus(_times(z, z), _ONE))))

    def _acosh(self, z: Pair) -> Pair:
        return self._logarithm(_plus(z, _times(self._root(_plus(z, _ONE)), self._root(_minus(z, _ONE)))))

    def _atanh(self, z: Pair) -> Pair:
        return _half(_minus(self._logarithm(_plus(_ONE, z)), self._logarithm(_minus(_ONE, z))))

    # conditions ----------------------------------------------------------------------------------------

    def comparison(self, node: Comparison, sides: Sequence[Pair]) -> Pair:
        if all(side.is_real for side in sides):
            return Pair(Comparison(node.operators, tuple(side.re for side in sides), node.span), ZERO)
        if node.operators in (("=",), ("!=",)):
            size = _square(_minus(*sides))
            return Pair(Comparison(node.operators, (size, ZERO), node.span), ZERO)
        hint = "compare `re(z)`, `im(z)` or `abs(z)`"
        raise ProblemError(Diagnostic("not-ordered", "complex numbers have no order", node.span, hint))

    def logic(self, node: Logic, operands: Sequence[Pair]) -> Pair:
        return Pair(Logic(node.operator, tuple(operand.re for operand in operands), node.span), ZERO)


def _negated(z: Pair) -> Pair:
    return Pair(negate(z.re), negate(z.im))


def _plus(a: Pair, b: Pair) -> Pair:
    return Pair(add(a.re, b.re), add(a.im, b.im))


def _minus(a: Pair, b: Pair) -> Pair:
    return Pair(subtract(a.re, b.re), subtract(a.im, b.im))


def _times(a: Pair, b: Pair) -> Pair:
    return Pair(
        subtract(multiply(a.re, b.re), multiply(a.im, b.im)), add(multiply(a.re, b.im), multiply(a.im, b.re))
    )


def _half(z: Pair) -> Pair:
    return Pair(divide(z.re, literal(2)), divide(z.im, literal(2)))


def _square(z: Pair) -> Expression:
    """Return |z|^2."""
    return add(power(z.re, 2), power(z.im, 2))


def _size(z: Pair) -> Pair:
    return Pair(call("abs", z.re) if z.is_real else call("sqrt", _square(z)), ZERO)


def _exp(z: Pair) -> Pair:
    size = call("exp", z.re) if z.re != ZERO else ONE
    if z.is_real:
        return Pair(size, ZERO)
    return Pair(multiply(size, call("cos", z.im)), multiply(size, call("sin", z.im)))


def _sin(z: Pair) -> Pair:
    return Pair(
        multiply(call("sin", z.re), call("cosh", z.im)), multiply(call("cos", z.re), call("sinh", z.im))
    )


def _cos(z: Pair) -> Pair:
    return Pair(
        multiply(call("cos", z.re), call("cosh", z.im)),
        negate(multiply(call("sin", z.re), call("sinh", z.im))),
    )


def _sinh(z: Pair) -> Pair:
    return Pair(
        multiply(call("sinh", z.re), call("cos", z.im)), multiply(call("cosh", z.re), call("sin", z.im))
    )


def _cosh(z: Pair) -> Pair:
    return Pair(
        multiply(call("cosh", z.re), call("cos", z.im)), multiply(call("sinh", z.re), call("sin", z.im))
    )


_PARTS: Final[Mapping[str, Callable[[Pair], Pair]]] = {
    "re": lambda z: Pair(z.re, ZERO),
    "im": lambda z: Pair(z.im, ZERO),
    "conj": lambda z: Pair(z.re, negate(z.im)),
    "abs": _size,
}
_ENTIRE: Final[Mapping[str, Callable[[Pair], Pair]]] = {
    "exp": _exp,
    "sin": _sin,
    "cos": _cos,
    "sinh": _sinh,
    "cosh": _cosh,
}
_QUOTIENTS: Final[Mapping[str, tuple[str | None, str]]] = {
    "tan": ("sin", "cos"),
    "cot": ("cos", "sin"),
    "sec": (None, "cos"),
    "csc": (None, "sin"),
    "tanh": ("sinh", "cosh"),
}
_INVERSES: Final[Mapping[str, Callable[[_Split, Pair], Pair]]] = {
    "ln": _Split._logarithm,
    "log": _Split._logarithm,
    "log10": lambda meaning, z: meaning._ratio_of_logarithms(z, 10),
    "log2": lambda meaning, z: meaning._ratio_of_logarithms(z, 2),
    "sqrt": _Split._root,
    "asin": _Split._asin,
    "acos": _Split._acos,
    "atan": _Split._atan,
    "asinh": _Split._asinh,
    "acosh": _Split._acosh,
    "atanh": _Split._atanh,
}
