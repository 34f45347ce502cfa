"""Solve a problem case by case where its equations fall apart: `x*y = 0`, `x^2 + y^2 = 0`.

The cases together hold every solution. If each is settled with proof, so is the whole: what they give is put to
the equations as written, and kept, or proved not to hold there. Anything else leaves the problem undecided.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from itertools import product
from typing import Final

from flint import arb, fmpq

from eqsolve.blocks import Branch, Solved
from eqsolve.evaluate import precision, strictly
from eqsolve.exact import Presolved
from eqsolve.exact.affine import Affine, Number
from eqsolve.exact.algebra import NOWHERE, ZERO, add, literal, multiply
from eqsolve.exact.cases import Case, cases
from eqsolve.language.interpret import tape
from eqsolve.language.printer import unparse
from eqsolve.language.syntax import Expression, Name, Sum, names
from eqsolve.problem.model import Equation, Problem
from eqsolve.reach import between, reach
from eqsolve.result import BlockReport
from eqsolve.verify.system import RESIDUAL_DIGITS, System, satisfies

MAX_EQUATIONS: Final = 8
MAX_CASES: Final = 16
MAX_QUOTED: Final = 80  # characters of alternatives that are told
BITS: Final = 400
SHARES: Final = (0.617, 0.271, 0.883)  # of the way through the reach of a free unknown
SAME: Final = "1e-30"  # how near two solutions of different cases are that are one


@dataclass(frozen=True, slots=True)
class Split:
    """What a problem falls apart into.

    Attributes:
        parts: Problems that together hold every solution.
        words: What has to hold in the place of the equations that fell apart, in words, by position.
        never: Positions of equations that cannot hold together, if one has no case; the first is that one.
    """

    parts: tuple[Problem, ...]
    words: Mapping[int, str] = field(default_factory=dict)
    never: tuple[int, ...] = ()


def split(problem: Problem, solved: Presolved) -> Split | None:
    """Return the cases of a problem; None if it does not fall apart.

    Args:
        problem: The problem.
        solved: Its exact part; the linear relations in it are put into equations that stay whole without them.
    """
    if not 0 < len(problem.equations) <= MAX_EQUATIONS:
        return None
    choices: list[Sequence[Case | None]] = []
    words: dict[int, str] = {}
    for position, equation in enumerate(problem.equations):
        found, linear = cases(equation.left, equation.right), tuple[int, ...]()
        if found is None and position in solved.nonlinear and solved.relations:
            found = cases(equation.left, equation.right, _trees(problem, solved.relations))
            linear = tuple(k for k, used in solved.linear.items() if set(used) & set(equation.unknowns))
        if found == ():
            return Split((), never=(position, *linear))
        choices.append([None] if found is None else found)
        if found is not None and (text := _told(found)):
            words[position] = text
    count = math.prod(map(len, choices))
    if count > MAX_CASES or not any(map(_gains, problem.equations, choices)):
        return None
    return Split(tuple(_case(problem, chosen) for chosen in product(*choices)), words)


def _told(alternatives: Sequence[Case]) -> str:
    """Return alternatives in words, `x = 0 and y = 0, or z = 0`; empty if that is long."""
    if sum(len(tape(part).steps) for case in alternatives for part in case) > MAX_QUOTED:
        return ""
    text = ", or ".join(" and ".join(f"{unparse(part)} = 0" for part in case) for case in alternatives)
    return text if len(text) <= MAX_QUOTED else ""


def _gains(equation: Equation, choice: Sequence[Case | None]) -> bool:
    """Tell whether the cases of an equation are more than itself, written in no fewer unknowns and no shorter."""
    if len(choice) != 1 or choice[0] is None or len(choice[0]) != 1:
        return choice != [None]
    part = choice[0][0]
    size = len(tape(Sum("+-", (equation.left, equation.right), equation.span)).steps)
    fewer = {n.id for n in names(part)} < {
        n.id for side in (equation.left, equation.right) for n in names(side)
    }
    return fewer or len(tape(part).steps) < size


def _trees(problem: Problem, relations: Mapping[int, Affine]) -> dict[str, Expression]:
    """Return unknowns in terms of others as trees; those with rational coefficients only."""
    return {
        problem.names[k]: _tree(problem, form)
        for k, form in relations.items()
        if all(isinstance(number, fmpq) for number in (form.constant, *form.coefficients.values()))
    }


def _tree(problem: Problem, form: Affine) -> Expression:
    terms = [
        multiply(_literal(number), Name(problem.names[k], NOWHERE)) for k, number in form.coefficients.items()
    ]
    return add(_literal(form.constant), *terms)


def _literal(number: Number) -> Expression:
    rational = fmpq(number)
    return literal(Fraction(int(rational.p), int(rational.q)))


def _case(problem: Problem, chosen: Sequence[Case | None]) -> Problem:
    equations: list[Equation] = []
    for equation, case in zip(problem.equations, chosen, strict=True):
        equations += [equation] if case is None else [_zero(problem, equation, part) for part in case]
    return replace(problem, equations=tuple(equations))


def _zero(problem: Problem, equation: Equation, part: Expression) -> Equation:
    used = sorted({problem.index[name.id] for name in names(part) if name.id in problem.index})
    return replace(equation, left=part, right=ZERO, unknowns=tuple(used))


def by_cases(
    problem: Problem, parts: Sequence[Problem], solve: Callable[[Problem], Solved | None]
) -> Solved | None:
    """Solve all cases of a problem with proof; None if that does not decide it.

    Args:
        problem: The problem.
        parts: Its cases.
        solve: Solves one case; None if it cannot hold, for a proved reason.
    """
    branches: list[Branch] = []
    for part in parts:
        solved = solve(part)
        if solved is None:
            continue
        if not solved.proved:
            return None
        for branch in solved.branches:
            held = _holds(problem, branch)
            if held is None:
                return None
            if held:
                branches.append(_counted(problem, branch))
    branches = _distinct(branches)
    unknowns = tuple(problem.names)
    lines = tuple(dict.fromkeys(equation.line.line for equation in problem.equations))
    everything = tuple(range(len(problem.equations)))
    count = len(parts)
    how = f"{count} case{'' if count == 1 else 's'}, each settled exactly"
    report = BlockReport(unknowns, lines, "exact", how, branches=len(branches), equations=everything)
    return Solved(tuple(branches), (report,), proved=True)


def _holds(problem: Problem, branch: Branch) -> bool | None:
    """Tell whether the equations as written hold at a solution of a case; None if that is not certain."""
    if (
        branch.enclosures is None
        or branch.relations
        or len(branch.values) + len(branch.free) < len(problem.names)
    ):
        return None
    if branch.free:
        if len(problem.equations) < len(problem.unknowns):  # a family that shows as it stands
            return None
        anywhere = dict.fromkeys(branch.free, arb(0, math.inf))
        if (
            _fits(problem, replace(branch, enclosures={**branch.enclosures, **anywhere}), around_only=True)
            is False
        ):
            return False
        return True if any(_fits(problem, sample) for sample in _sampled(problem, branch)) else None
    return _fits(problem, branch)


def _sampled(problem: Problem, branch: Branch) -> Iterator[Branch]:
    """Yield members of a family, the free unknowns within their reach."""
    where = reach(problem, range(len(problem.equations)), branch.free, branch.values)
    for share in SHARES:
        sample = {
            k: arb(between(low, high, share))
            for k, low, high in zip(branch.free, where.lower, where.upper, strict=True)
        }
        enclosures = {**(branch.enclosures or {}), **sample}
        yield replace(branch, values={**branch.values, **sample}, enclosures=enclosures, free=())


def _fits(problem: Problem, branch: Branch, *, around_only: bool = False) -> bool | None:
    """Tell whether the equations as written hold at a point; None if that is not certain.

    What excludes it holds for all points of its enclosures; `around_only` looks no further.
    """
    everything = range(len(problem.equations))
    with precision(BITS), strictly():
        around = System(problem, everything, (), branch.enclosures or {}).at((), derivatives=False)
        if around.issue is not None:
            return False if around.issue.certain else None
        if not all(residual.contains(0) for residual in around.residuals):
            return False
        if around_only:
            return None
        here = System(problem, everything, (), branch.values).at((), derivatives=False)
        return True if satisfies(here, RESIDUAL_DIGITS) else None


def _counted(problem: Problem, branch: Branch) -> Branch:
    """Return a solution of a square problem with its multiplicity, where the check can tell."""
    count = len(problem.unknowns)
    if branch.free or len(problem.equations) != count:
        return branch
    from eqsolve.verify.check import check

    system = System(problem, range(count), range(count))
    checked = check(system, [arb(branch.values[k]) for k in range(count)], None)
    if checked is None or checked.free:
        return branch
    return replace(branch, multiplicity=max(branch.multiplicity, checked.multiplicity))


def _distinct(branches: Sequence[Branch]) -> list[Branch]:
    """Leave out solutions that come twice, and those that lie in a family."""
    found: list[Branch] = []
    for branch in sorted(branches, key=lambda branch: len(branch.values)):
        if not any(_same(other, branch) for other in found):
            found.append(branch)
    return found


def _same(a: Branch, b: Branch) -> bool:
    """Tell whether all that is determined in `a` has the same value in `b`."""
    size = max((abs(arb(value)) for value in a.values.values()), key=float, default=arb(0))
    return all(
        k in b.values and bool(abs(arb(value) - arb(b.values[k])) <= arb(SAME) * size)
        for k, value in a.values.items()
    )
