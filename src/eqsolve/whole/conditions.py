"""A problem as variables, their first domains, and propagators."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from flint import fmpq, fmpq_mat

from eqsolve.exact.affine import Affine, affine
from eqsolve.language.interpret import tape
from eqsolve.language.syntax import Expression, Name, Sum, names
from eqsolve.problem.model import Constraint, Problem
from eqsolve.proof.interval import NONNEGATIVE, POSITIVE, Interval
from eqsolve.proof.region import whole_box
from eqsolve.whole.domains import Domains, Empty, End
from eqsolve.whole.propagators import Distinct, General, Linear, Propagator

SLACK: Final = "left over"  # no name of the language holds a blank
MAX_IMPLIED: Final = 60  # equations whose combinations are used too


@dataclass(frozen=True, slots=True)
class Conditions:
    """What a search works on.

    Attributes:
        unknowns: Positions of the unknowns behind the variables.
        scales: What each variable is divided by to be its unknown.
        ends: Least and greatest value of each variable.
        listed: For an unknown whose values are listed, those of its variable.
        reals: Intervals of the real unknowns.
        propagators: All conditions.
        equations: The linear equations between variables only.
        pure: Whether there is nothing but linear equations, inequalities and ends.
    """

    unknowns: tuple[int, ...]
    scales: tuple[int, ...]
    ends: tuple[tuple[End, End], ...]
    listed: dict[int, set[int]]
    reals: dict[str, Interval]
    propagators: tuple[Propagator, ...]
    equations: tuple[Linear, ...]
    pure: bool

    def domains(self) -> Domains:
        """Return the first domains.

        Raises:
            Empty: An unknown has no value to begin with.
        """
        domains = Domains.between(list(self.ends), dict(self.reals))
        for variable, values in self.listed.items():
            low, high = domains.low[variable], domains.high[variable]
            domains.keep(variable, {value for value in values if low <= value <= high})
        return domains

    def point(self, domains: Domains) -> dict[int, Fraction]:
        """Return the value of each unknown where all variables are fixed."""
        return {
            unknown: Fraction(int(domains.low[v]), self.scales[v]) for v, unknown in enumerate(self.unknowns)
        }


def conditions(
    problem: Problem, equations: Collection[int] | None = None, constraints: Collection[int] | None = None
) -> Conditions:
    """Read a problem, or some of its equations and constraints, as conditions on whole variables."""
    chosen = [e for k, e in enumerate(problem.equations) if equations is None or k in equations]
    held = [c for k, c in enumerate(problem.constraints) if constraints is None or k in constraints]
    return _Reader(problem).read([(e.left, e.right) for e in chosen], held)


class _Reader:
    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.unknowns = tuple(k for k, u in enumerate(problem.unknowns) if u.discrete)
        self.variable = {unknown: v for v, unknown in enumerate(self.unknowns)}
        self.scales: list[int] = []
        self.listed: dict[int, set[int]] = {}
        for v, position in enumerate(self.unknowns):
            unknown = problem.unknowns[position]
            choices = unknown.choices
            if choices is not None and unknown.kind == "integer":
                choices = tuple(value for value in choices if value.denominator == 1)
            scale = 1 if choices is None else math.lcm(*(value.denominator for value in choices))
            self.scales.append(scale)
            if choices is not None:
                self.listed[v] = {int(value * scale) for value in choices}
        self.linear: list[Affine] = []
        self.general: list[General] = []

    def read(self, sides: Sequence[tuple[Expression, Expression]], held: Sequence[Constraint]) -> Conditions:
        self.ends: list[tuple[End, End]] = [(-math.inf, math.inf)] * len(self.unknowns)
        propagators: list[Propagator] = []
        for left, right in sides:
            found = self._condition("=", left, right)
            propagators += found
        groups: dict[object, list[Constraint]] = {}
        for constraint in held:
            groups.setdefault((constraint.span.source.text, constraint.span.start), []).append(constraint)
        for group in groups.values():
            propagators += self._constraints(group)
        equations = [p for p in propagators if isinstance(p, Linear) and p.operator == "="]
        implied = self._implied()
        propagators += implied
        pure = all(isinstance(p, Linear) and p.operator != "!=" for p in propagators) and not self.listed
        real = [u for u in self.problem.unknowns if not u.discrete]
        return Conditions(
            self.unknowns,
            tuple(self.scales),
            tuple(self.ends),
            self.listed,
            whole_box(real),
            tuple(propagators),
            tuple(dict.fromkeys([*equations, *implied])),
            pure and not real,
        )

    def _constraints(self, group: Sequence[Constraint]) -> list[Propagator]:
        """Read the constraints of one statement; `!=` between all of several unknowns is one condition."""
        found: list[Propagator] = []
        for constraint in group:
            (operator,), (left, right) = constraint.condition.operators, constraint.condition.sides
            if operator in (">", ">="):
                operator, left, right = "<" + operator[1:], right, left
            found += self._condition(operator, left, right)
        distinct = _distinct(found) if len(found) > 1 else None
        return found if distinct is None else [distinct]

    def _condition(self, operator: str, left: Expression, right: Expression) -> list[Propagator]:
        form = affine(left, right, self.problem.index, {})
        rational = form is not None and not form.issue and _is_rational(form)
        if form is not None and rational:
            if operator == "=":
                self.linear.append(form)
            if form.coefficients.keys() <= self.variable.keys():
                return self._linear(operator, form)
        return [self._general(operator, left, right)]

    def _linear(self, operator: str, form: Affine) -> list[Propagator]:
        """Return a linear condition in whole numbers; one on a single variable moves its ends."""
        variables = tuple(self.variable[u] for u in form.coefficients)
        factors = [
            _fraction(a) / self.scales[v] for v, a in zip(variables, form.coefficients.values(), strict=True)
        ]
        constant = _fraction(form.constant)
        scale = math.lcm(constant.denominator, *(a.denominator for a in factors))
        whole, rest = [int(a * scale) for a in factors], int(constant * scale)
        if operator == "<":
            operator, rest = "<=", rest + 1
        divisor = math.gcd(*whole)
        if divisor > 1 and operator == "<=":
            whole, rest = [a // divisor for a in whole], -(-rest // divisor)
        elif divisor > 1 and rest % divisor == 0:
            whole, rest = [a // divisor for a in whole], rest // divisor
        if len(whole) == 1 and operator == "<=":
            self._move_end(variables[0], whole[0], rest)
            return []
        return [Linear(variables, tuple(whole), rest, operator)]

    def _move_end(self, variable: int, factor: int, constant: int) -> None:
        low, high = self.ends[variable]
        if factor > 0:
            high = min(high, -constant // factor)
        else:
            low = max(low, -(-constant // -factor))
        self.ends[variable] = low, high

    def _general(self, operator: str, left: Expression, right: Expression) -> General:
        found = dict.fromkeys(
            n.id for side in (left, right) for n in names(side) if n.id in self.problem.index
        )
        whole = [name for name in found if self.problem.index[name] in self.variable]
        variables = tuple(self.variable[self.problem.index[name]] for name in whole)
        difference = Sum("+-", (left, right), left.span)
        balance, slack = None, dict[str, Interval]()
        if operator == "=":
            balance = tape(difference)
        elif operator != "!=":
            balance = tape(Sum("+-+", (left, right, Name(SLACK, left.span)), left.span))
            slack[SLACK] = POSITIVE if operator == "<" else NONNEGATIVE
        return General(
            variables,
            tuple(whole),
            tuple(self.scales[v] for v in variables),
            tuple(name for name in found if name not in whole),
            (left, right),
            operator,
            tape(difference),
            balance,
            slack,
        )

    def _implied(self) -> list[Linear]:
        """Return combinations of the linear equations that are free of real unknowns, and as short as can be."""
        used = sorted({u for form in self.linear for u in form.coefficients})
        if not used or not 1 < len(self.linear) <= MAX_IMPLIED:
            return []
        order = sorted(used, key=lambda u: u in self.variable)
        reals = sum(u not in self.variable for u in order)
        rows = [[form.coefficients.get(u, fmpq(0)) for u in order] + [form.constant] for form in self.linear]
        reduced, rank = fmpq_mat(rows).rref()
        found: list[Linear] = []
        for i in range(rank):
            row = [reduced[i, j] for j in range(len(order) + 1)]
            if any(row[:reals]):
                continue
            coefficients = {u: a for u, a in zip(order, row, strict=False) if a}
            if coefficients:
                found += [
                    p for p in self._linear("=", Affine(row[-1], coefficients)) if isinstance(p, Linear)
                ]
            else:  # a number that is not zero equals zero
                found.append(Linear((), (), 1, "="))
        return found


def _fraction(value: object) -> Fraction:
    if not isinstance(value, fmpq):
        raise TypeError(value)
    return Fraction(int(value.p), int(value.q))


def _is_rational(form: Affine) -> bool:
    return all(isinstance(value, fmpq) for value in (form.constant, *form.coefficients.values()))


def _distinct(found: Iterable[Propagator]) -> Distinct | None:
    """Return pairwise `!=` between variables with offsets as one condition, if that is what they are."""
    offsets: dict[int, int] = {}
    pairs = set[tuple[int, int]]()
    for p in found:
        if not isinstance(p, Linear) or p.operator != "!=" or sorted(p.factors) != [-1, 1]:
            return None
        low, high = (p.variables[p.factors.index(sign)] for sign in (-1, 1))
        # high + constant differs from low
        offsets.setdefault(low, 0)
        offsets.setdefault(high, offsets[low] + p.constant)
        if offsets[high] - offsets[low] != p.constant:
            return None
        pairs.add((min(low, high), max(low, high)))
    if len(pairs) != len(offsets) * (len(offsets) - 1) // 2:
        return None
    return Distinct(tuple(offsets), tuple(offsets.values()))


__all__ = ["Conditions", "Empty", "conditions"]
