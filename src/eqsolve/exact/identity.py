"""Equations that hold for every value: proved by expansion over the rationals, or tried at random points."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from flint import arb

from eqsolve.evaluate import precision
from eqsolve.exact.algebra import factors, simplify, subtract
from eqsolve.exact.forms import vanish
from eqsolve.exact.parametrise import is_small, samples
from eqsolve.exact.polynomials import vanishes
from eqsolve.functions import FUNCTIONS
from eqsolve.language.interpret import tape
from eqsolve.language.parser import parse_expression
from eqsolve.language.printer import unparse
from eqsolve.language.syntax import (
    Call,
    Comparison,
    Expression,
    Name,
    Number,
    Power,
    Product,
    names,
)
from eqsolve.problem.model import Problem
from eqsolve.source import Source
from eqsolve.verify.system import System

BITS: Final = 400
DIGITS: Final = 100
POINTS: Final = 8  # random points at which an identity must hold
FEWEST: Final = 2
TINY: Final = arb("1e-9")
MAX_CONDITIONS: Final = 4


def proved(problem: Problem) -> bool:
    """Tell whether every equation is proved to hold wherever it has a value."""
    return is_small(problem) and all(
        vanishes(subtract(equation.left, equation.right)) for equation in problem.equations
    )


def holds_everywhere(problem: Problem, around: Sequence[arb]) -> bool:
    """Tell whether all equations hold at random points, to 100 digits, wherever they have values."""
    return _holds_at(problem, samples(around))


def holds_around(problem: Problem, around: Sequence[arb]) -> bool:
    """Tell whether all equations hold on a small box around a point, as `floor(x) = 3` does."""
    with precision(BITS):
        centre = list(around)
        near = (
            [(c + (point - c) * TINY).mid() for c, point in zip(centre, points, strict=True)]
            for points in samples(centre)
        )
        return _holds_at(problem, near)


def _holds_at(problem: Problem, points: Iterable[Sequence[arb]]) -> bool:
    good = 0
    equations = range(len(problem.equations))
    with precision(BITS):
        for point in points:
            here = System(problem, equations, (), dict(enumerate(point))).at((), derivatives=False)
            if here.issue is not None:
                continue
            if not vanish(here, DIGITS):
                return False
            good += 1
            if good == POINTS:
                return True
    return good >= FEWEST


def domain(problem: Problem) -> list[str]:
    """Return the conditions under which the equations have values: `x != 0`, `y > 0`."""
    found: dict[str, None] = {}
    unknowns = frozenset(problem.names)
    for equation in problem.equations:
        for side in (equation.left, equation.right):
            for node, _ in tape(side).steps:
                for condition in _conditions(node):
                    if any(name.id in unknowns for name in names(condition)):
                        found[unparse(condition)] = None
    return list(found)


def _conditions(node: Expression) -> Iterator[Expression]:
    match node:
        case Product(operators=operators, factors=parts):
            for operator, part in zip(operators, parts, strict=True):
                if operator == "/":
                    yield from _nonzero(part)
        case Power(base=base, exponent=Number(value=value)) if value.denominator != 1:
            yield _compared(base, ">=")
        case Power(base=base, exponent=exponent) if not isinstance(exponent, Number):
            coefficient, rest = factors(exponent)
            if rest or coefficient.denominator != 1:
                yield _compared(base, ">" if rest else ">=")
            elif coefficient < 0:
                yield from _nonzero(base)
        case Call(function=Name(id=name), arguments=arguments):
            function = FUNCTIONS.get(name)
            for text in function.domain if function else ():
                condition = parse_expression(Source(f"if({text}, 1, 0)"))
                if function is not None and isinstance(condition, Call):
                    bound = dict(zip(function.parameters, map(simplify, arguments), strict=False))
                    yield simplify(condition.arguments[0], bound)


def _nonzero(node: Expression) -> Iterator[Expression]:
    for base in factors(simplify(node))[1]:
        yield _compared(base, "!=")


def _compared(node: Expression, operator: str) -> Expression:
    zero = parse_expression(Source("0"))
    return Comparison((operator,), (simplify(node), zero), node.span)


def sentence(problem: Problem, free: str) -> str:
    """Say for which values the equations hold and the constraints are met."""
    limits = [unparse(constraint.condition) for constraint in problem.constraints]
    small = is_small(problem)
    conditions = list(dict.fromkeys([*(domain(problem) if small else []), *limits]))
    if small and not conditions:
        return f"true for every value of {free}"
    if not small or len(conditions) > MAX_CONDITIONS:
        within = " and every constraint is met" if limits else ""
        return f"true for every value of {free} where both sides have a value{within}"
    return f"true for every value of {free} with {', '.join(conditions)}"
