"""The unknowns of a family in terms of the free ones: `x*y = 1` is `x = 1/y`.

Equations are solved one after another for one dependent unknown each, and put into the others. What comes out is
tried at random values of the free unknowns: a parametrisation is returned only if all equations hold at all of
these points that lie in their domain, and if it runs through the point of the family that is known.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import combinations, islice
from random import Random
from typing import Final

from flint import arb

from eqsolve.evaluate import exact, number, precision
from eqsolve.exact.algebra import ZERO, simplify, subtract
from eqsolve.exact.forms import vanish
from eqsolve.exact.isolate import isolate
from eqsolve.exact.polynomials import irreducible_factors, tidied
from eqsolve.language.interpret import size, tape
from eqsolve.language.printer import unparse
from eqsolve.language.syntax import Expression, names
from eqsolve.problem.model import Problem
from eqsolve.verify.system import System

BUDGET: Final = 0.1  # seconds of computing
MAX_UNKNOWNS: Final = 10
MAX_SIZE: Final = 400  # nodes of one side of an equation
MAX_FACTORS: Final = 5
MAX_CHOICES: Final = 30  # of free unknowns
BITS: Final = 200
DIGITS: Final = 35
FEWEST: Final = 3
TRIES: Final = 60
MAX_NODES: Final = 80  # of a form that is worth showing


@dataclass(frozen=True, slots=True)
class Parametrised:
    """A family in closed form.

    Attributes:
        free: Names of the free unknowns.
        forms: Every other unknown of the family in terms of these.
        others: Other branches of the same equations, in text, each verified: `x = -sqrt(1 - y^2)`.
    """

    free: tuple[str, ...]
    forms: Mapping[str, str]
    others: tuple[str, ...] = ()


@dataclass(slots=True)
class Family:
    """A component of the solutions with a point on it.

    Attributes:
        problem: The problem.
        point: Value of every unknown, by name; numbers of 50 digits.
        free: Names of the unknowns that were found to be free.
        moving: Names of the unknowns that are not determined, in the order of the text.
        exact: Exact trees of determined unknowns, by name.
    """

    problem: Problem
    point: Mapping[str, arb]
    free: tuple[str, ...]
    moving: tuple[str, ...]
    exact: Mapping[str, Expression] = field(default_factory=dict)

    def equations(self) -> list[Expression]:
        """Return what is zero on the family, factors that do not vanish at the point left out."""
        found = []
        for equation in self.problem.equations:
            node = simplify(subtract(equation.left, equation.right), self.exact)
            if any(name.id in self.moving for name in names(node)):
                found.append(_vanishing_factor(node, self.point))
        return found


def parametrise(family: Family) -> Parametrised | None:
    """Return the dependent unknowns of a family in terms of the free ones, or None."""
    if not is_small(family.problem):
        return None
    deadline = time.thread_time() + BUDGET
    with precision(BITS):
        equations = family.equations()
        for free in islice(_choices(family), MAX_CHOICES):
            if time.thread_time() > deadline:
                return None
            dependent = frozenset(family.moving) - set(free)
            for steps in islice(_solved(equations, dependent, family.point, deadline), 3):
                forms = _back_substituted(steps)
                if _worth_showing(forms) and runs_through(forms, family) and holds(family, free, forms):
                    others = tuple(_other_branches(family, free, steps))
                    ordered = {name: unparse(forms[name]) for name in family.moving if name in forms}
                    return Parametrised(free, ordered, others)
    return None


def is_small(problem: Problem) -> bool:
    """Tell whether trees of the equations can be taken apart in no time."""
    return len(problem.unknowns) <= MAX_UNKNOWNS and all(
        size(tape(side), MAX_SIZE) < MAX_SIZE
        for equation in problem.equations
        for side in (equation.left, equation.right)
    )


def _choices(family: Family) -> Iterator[tuple[str, ...]]:
    """Yield choices of free unknowns: the one that was found first, then the last in the text."""
    yield family.free
    for free in combinations(reversed(family.moving), len(family.free)):
        ordered = tuple(name for name in family.moving if name in free)
        if set(ordered) != set(family.free):
            yield ordered


def _vanishing_factor(node: Expression, point: Mapping[str, arb]) -> Expression:
    """Return the factor of an expression that is zero at the point, if it is just one."""
    factors = irreducible_factors(node)
    vanishing = [factor for factor in factors if _is_zero(factor, point)]
    return vanishing[0] if len(vanishing) == 1 else node


def _is_zero(node: Expression, point: Mapping[str, arb]) -> bool:
    ball = number(node, point)
    return bool(ball.value.abs_upper() <= ball.scale.abs_upper() * arb(10) ** -DIGITS)


# solving -----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Step:
    """An unknown with its form on this branch and on others; unknowns of later steps may occur in it."""

    unknown: str
    form: Expression
    others: tuple[Expression, ...]


def _solved(
    equations: Sequence[Expression],
    dependent: frozenset[str],
    point: Mapping[str, arb],
    deadline: float,
) -> Iterator[tuple[_Step, ...]]:
    """Yield ways to solve the equations for the dependent unknowns, one after another."""
    if not dependent:
        yield ()
        return
    pairs = [
        (len(used), len(tape(node).steps), place, unknown)
        for place, node in enumerate(equations)
        for used in [dependent & {name.id for name in names(node)}]
        for unknown in sorted(used)
    ]
    for _, _, place, unknown in sorted(pairs):
        if time.thread_time() > deadline:
            return
        node = equations[place]
        candidates = list(islice(isolate(node, unknown, point), 8))
        here = [form for form in candidates if _agrees(form, point, point[unknown])]
        if not here:
            continue
        step = _Step(unknown, here[0], tuple(form for form in candidates if form != here[0]))
        rest = [
            _vanishing_factor(simplify(other, {unknown: here[0]}), point)
            for k, other in enumerate(equations)
            if k != place
        ]
        left = [other for other in rest if other != ZERO]
        for steps in _solved(left, dependent - {unknown}, point, deadline):
            yield (step, *steps)


def _agrees(form: Expression, point: Mapping[str, arb], value: arb) -> bool:
    ball = number(form, point)
    if ball.issue is not None or not ball.value.is_finite():
        return False
    size = ball.scale.abs_upper() + abs(value)
    return bool(abs(ball.value - value) <= size * arb(10) ** -DIGITS)


def _back_substituted(steps: Sequence[_Step]) -> dict[str, Expression]:
    """Return the forms in terms of the free unknowns alone."""
    forms: dict[str, Expression] = {}
    for step in reversed(steps):
        forms[step.unknown] = tidied(simplify(step.form, forms))
    return forms


def _worth_showing(forms: Mapping[str, Expression]) -> bool:
    return all(len(tape(form).steps) <= MAX_NODES for form in forms.values())


def _other_branches(family: Family, free: Sequence[str], steps: Sequence[_Step]) -> Iterator[str]:
    """Yield the verified branches that differ in one step, in text."""
    for k, step in enumerate(steps):
        for other in step.others:
            forms = _back_substituted([*steps[:k], _Step(step.unknown, other, ()), *steps[k + 1 :]])
            if _worth_showing(forms) and holds(family, free, forms):
                shown = {name: unparse(forms[name]) for name in family.moving if name in forms}
                yield ", ".join(f"{name} = {text}" for name, text in shown.items())


# verification ------------------------------------------------------------------------------------------


def runs_through(forms: Mapping[str, Expression], family: Family) -> bool:
    """Tell whether the forms give the known point of the family."""
    return all(_agrees(form, family.point, family.point[name]) for name, form in forms.items())


def holds(family: Family, free: Sequence[str], forms: Mapping[str, Expression]) -> bool:
    """Tell whether all equations hold, to 35 digits, at random values of the free unknowns.

    Points where a form or an equation has no real value do not count; at least three must be left. All are tried:
    `x = -sqrt(1 - y^2)` may be right for positive y alone.
    """
    problem = family.problem
    system_equations = range(len(problem.equations))
    good = 0
    for chosen in samples([family.point[name] for name in free]):
        values = {**family.point, **dict(zip(free, chosen, strict=True))}
        balls = {name: number(form, values) for name, form in forms.items()}
        if any(ball.issue is not None or not ball.value.is_finite() for ball in balls.values()):
            continue
        values.update({name: ball.value for name, ball in balls.items()})
        known = {problem.index[name]: value for name, value in values.items()}
        here = System(problem, system_equations, (), known).at((), derivatives=False)
        if here.issue is not None:
            continue
        if not vanish(here, DIGITS):
            return False
        good += 1
    return good >= FEWEST


def samples(around: Sequence[arb]) -> Iterator[list[arb]]:
    """Yield points, in turn near one that is known and all over the place; always the same ones."""
    random = Random(0)  # noqa: S311  (not a secret)
    for k in range(TRIES):
        if k % 3 == 0:
            shifts = [Fraction(random.randint(-999, 999), 10_000) for _ in around]
            yield [
                value + arb(exact(shift)) * (abs(value).mid() + arb("0.01"))
                for value, shift in zip(around, shifts, strict=True)
            ]
        else:
            reach = (1, 10, 1000)[k % 9 // 3]
            numbers = [Fraction(random.randint(-99_999, 99_999), 100_000) * reach for _ in around]
            yield [arb(exact(value)) for value in numbers]


# components --------------------------------------------------------------------------------------------


def components(family: Family) -> list[str]:
    """Return the families that the factors of a single polynomial equation make, in text, each verified."""
    if len(family.problem.equations) != 1 or not is_small(family.problem):
        return []
    (equation,) = family.problem.equations
    found: list[str] = []
    with precision(BITS):
        factors = irreducible_factors(subtract(equation.left, equation.right))
        for factor in factors[:MAX_FACTORS] if len(factors) > 1 else ():
            text = _component(family, factor)
            if text is not None:
                found.append(text)
    return found


def _component(family: Family, factor: Expression) -> str | None:
    for unknown in family.problem.names:
        free = tuple(name for name in family.problem.names if name != unknown)
        for form in islice(isolate(factor, unknown, family.point), 2):
            forms = {unknown: tidied(form)}
            if _worth_showing(forms) and holds(family, free, forms):
                parts = [f"{unknown} = {unparse(forms[unknown])}", *(f"{name} free" for name in free)]
                return ", ".join(parts)
    return None
