"""Exact forms of the unknowns of checked solutions, themselves checked.

Each number is recognised on its own; then the forms are put into the equations, at a precision that sees every
constant in them: `x = sqrt(2) + 1e-90` is not `sqrt(2)`. The forms of a solution that do not hold are dropped.
Forms are decoration: they have a small budget of time, and large systems go without.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from flint import arb, fmpq

from eqsolve.evaluate import Ball, Balls, exact, number, precision
from eqsolve.exact.affine import Number
from eqsolve.exact.recognise import MATCHED, Hints, recognise
from eqsolve.exact.write import write_number
from eqsolve.language.interpret import interpret, tape
from eqsolve.language.parser import parse_expression
from eqsolve.language.syntax import Call, Expression, Name, Negative, Percent, Power, Product, Sum
from eqsolve.language.syntax import Number as Literal
from eqsolve.problem.model import Problem
from eqsolve.problem.rational import Rational, Value
from eqsolve.source import Source
from eqsolve.verify.system import Evaluation, System

BUDGET: Final = 0.05  # seconds of computing for all forms of a problem
MAX_UNKNOWNS: Final = 10
MAX_SOLUTIONS: Final = 20
MAX_NODES: Final = 2_000  # of all equations
BITS: Final = 700  # precision at which forms are put into the equations
HELD: Final = 150  # digits to which equations must then hold
SEEN: Final = 200  # bits: constants below this size or above its inverse would not show in 100 digits
NOISE: Final = 300
MAX_BITS: Final = 50_000

TRIGONOMETRIC: Final = frozenset(
    {"sin", "cos", "tan", "cot", "sec", "csc", "asin", "acos", "atan", "atan2"},
)
ANGULAR: Final = TRIGONOMETRIC | {"erf", "erfc", "gamma", "lgamma", "digamma", "polygamma", "beta"}
EXPONENTIAL: Final = frozenset(
    {"exp", "ln", "log", "log10", "log2", "sinh", "cosh", "tanh", "asinh", "acosh", "atanh", "erf", "erfc"},
)


@dataclass(frozen=True, slots=True)
class Point:
    """A checked solution.

    Attributes:
        values: Values of the unknowns, by position.
        enclosures: Balls proved to hold them, if there are.
        wanted: Unknowns to look at; None for all.
    """

    values: Mapping[int, Number]
    enclosures: Mapping[int, Number] | None = None
    wanted: frozenset[int] | None = None

    def looked_at(self) -> dict[int, Number]:
        """Return the values of the unknowns that are wanted."""
        return {k: value for k, value in self.values.items() if self.wanted is None or k in self.wanted}


def exact_forms(problem: Problem, points: Sequence[Point]) -> list[dict[int, str]]:
    """Return, for each solution, the exact forms of the unknowns that have one."""
    if len(problem.unknowns) > MAX_UNKNOWNS or len(points) > MAX_SOLUTIONS or not _is_light(problem):
        return [_rationals(point) for point in points]
    deadline = time.thread_time() + BUDGET
    hints = hints_of(problem)
    known: dict[str, str | None] = {}
    found = []
    for point in points:
        forms = _rationals(point)
        irrational = [k for k in point.looked_at() if k not in forms]
        for k in irrational:
            form = _recognised(arb(point.values[k]), hints, deadline, known)
            if form is not None and _enclosed(form, k, point):
                forms[k] = form
        if irrational and not holds(problem, point, forms):
            forms = _rationals(point)
        found.append(forms)
    return found


def _is_light(problem: Problem) -> bool:
    sides = (side for equation in problem.equations for side in (equation.left, equation.right))
    return sum(len(tape(side).steps) for side in sides) <= MAX_NODES


def _rationals(point: Point) -> dict[int, str]:
    written = {k: write_number(value) for k, value in point.looked_at().items()}
    return {k: text for k, text in written.items() if text is not None}


def _recognised(value: arb, hints: Hints, deadline: float, known: dict[str, str | None]) -> str | None:
    """Recognise a number, each only once."""
    key = value.str(60, radius=False)
    if key not in known:
        known[key] = recognise(value.mid(), hints, deadline)
    return known[key]


def _enclosed(form: str, unknown: int, point: Point) -> bool:
    """Tell whether a form lies in the ball that is proved to hold the unknown."""
    ball = None if point.enclosures is None else point.enclosures.get(unknown)
    if not isinstance(ball, arb):
        return True
    with precision(BITS):
        value = number(parse_expression(Source(form))).value
        return bool(value.overlaps(ball) and ball.rad() <= abs(ball).mid() * arb(10) ** -MATCHED)


def holds(problem: Problem, point: Point, forms: Mapping[int, str]) -> bool:
    """Tell whether the equations hold when the forms are put in, at a precision that sees all constants."""
    ready: list[int] = []
    rest: list[int] = []
    for k, equation in enumerate(problem.equations):
        (ready if all(u in forms for u in equation.unknowns) else rest).append(k)
    depth = _depth(problem, point)
    if depth > SEEN and (rest or BITS + 2 * depth > MAX_BITS):
        return False
    bits = BITS + 2 * depth
    with precision(bits):
        trees = {k: parse_expression(Source(form)) for k, form in forms.items()}
        values = {k: number(tree).value for k, tree in trees.items()}
        here = System(problem, ready, (), values).at((), derivatives=False)
        return vanish(here, HELD * bits // BITS)


def vanish(here: Evaluation, digits: int) -> bool:
    """Tell whether all residuals are zero to so many digits of their scales.

    The scales may be lost in rounding themselves: at an exact multiple root nothing else is left of them.
    """
    tolerance = arb(10) ** -digits
    return here.issue is None and all(
        residual.is_finite() and bool(residual.abs_upper() <= tolerance * scale.abs_upper())
        for residual, scale in zip(here.residuals, here.scales, strict=True)
    )


def _depth(problem: Problem, point: Point) -> int:
    """Return how many bits lie between one and the largest or smallest number in the equations."""
    with precision(BITS):
        names = problem.names
        sizes = _Sizes({names[k]: arb(value) for k, value in point.values.items()})
        for equation in problem.equations:
            interpret(Sum("+-", (equation.left, equation.right), equation.span), sizes)
    return sizes.largest


class _Sizes(Balls):
    """The meaning of expressions as balls; notes the most extreme size on the way."""

    __slots__ = ("largest",)

    def __init__(self, values: Mapping[str, arb]) -> None:
        super().__init__(values)
        self.largest = 0

    def _noted(self, ball: Ball) -> Ball:
        noise = ball.scale.abs_upper() * arb(2) ** -NOISE  # what is left of terms that cancel
        if ball.value.is_finite() and abs(ball.value) > noise:
            mantissa, exponent = ball.value.mid().man_exp()
            self.largest = max(self.largest, abs(int(exponent) + int(mantissa).bit_length()))
        return ball

    def number(self, node: Literal) -> Ball:
        self.largest = max(self.largest, node.value.denominator.bit_length())
        return self._noted(super().number(node))

    def sum(self, node: Sum, terms: Sequence[Ball]) -> Ball:
        return self._noted(super().sum(node, terms))

    def product(self, node: Product, factors: Sequence[Ball]) -> Ball:
        return self._noted(super().product(node, factors))

    def power(self, node: Power, base: Ball, exponent: Ball) -> Ball:
        return self._noted(super().power(node, base, exponent))

    def call(self, node: Call, arguments: Sequence[Ball]) -> Ball:
        return self._noted(super().call(node, arguments))


# hints -------------------------------------------------------------------------------------------------


def hints_of(problem: Problem) -> Hints:
    """Look through the equations for what their solutions may be made of."""
    constants = _Constants()
    functions: set[str] = set()
    angles = exponents = False
    unknowns = problem.index
    for equation in problem.equations:
        steps = tape(Sum("+-", (equation.left, equation.right), equation.span))
        interpret(steps, constants)
        nodes: list[Expression] = [node for node, _ in steps.steps]
        functions |= {node.function.id for node in nodes if isinstance(node, Call)}
        angles = angles or any(isinstance(node, Name) and node.id not in unknowns for node in nodes)
        exponents = exponents or any(
            isinstance(node, Power) and not isinstance(node.exponent, Literal | Negative) for node in nodes
        )
    return Hints(
        angles or bool(functions & ANGULAR),
        exponents or bool(functions & EXPONENTIAL),
        bool(functions & TRIGONOMETRIC),
        frozenset(constants.found),
    )


class _Constants(Rational):
    """The meaning of expressions as rationals; collects them all."""

    def __init__(self) -> None:
        super().__init__()
        self.found: set[fmpq] = set()

    def _noted(self, value: Value) -> Value:
        if value is not None and max(abs(value.numerator), value.denominator) < 10**9:
            self.found.add(exact(value))
        return value

    def number(self, node: Literal) -> Value:
        return self._noted(super().number(node))

    def sum(self, node: Sum, terms: Sequence[Value]) -> Value:
        return self._noted(super().sum(node, terms))

    def product(self, node: Product, factors: Sequence[Value]) -> Value:
        return self._noted(super().product(node, factors))

    def power(self, node: Power, base: Value, exponent: Value) -> Value:
        return self._noted(super().power(node, base, exponent))

    def percent(self, node: Percent, operand: Value) -> Value:
        return self._noted(super().percent(node, operand))
