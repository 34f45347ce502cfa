"""Which lines are to blame where no solution is found, and what would repair them.

Lines are left out one at a time and the rest is solved (Chinneck 2008, the deletion filter): a line without which
there is a solution belongs to every conflict. What a search does not find is not proved to be missing, and the
words say so; only exact arithmetic proves.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, TypeAlias

from flint import arb, fmpq

from eqsolve import clock
from eqsolve.evaluate import Balls, precision
from eqsolve.exact.presolve import Presolved, left_over, presolve
from eqsolve.language.interpret import interpret
from eqsolve.language.syntax import Number
from eqsolve.problem.model import Problem
from eqsolve.problem.part import part, unknowns_of
from eqsolve.result import Line, Repair, Result, Verdict
from eqsolve.verify.system import BITS, System
from eqsolve.words import place, places

if TYPE_CHECKING:
    from eqsolve.blocks import Settings

MOST_SOLVES: Final = 40
MOST_LINES: Final = 30
MOST_UNKNOWNS: Final = 50
MOST_REPAIRS: Final = 3
MOST_POINTS: Final = 3  # solutions of the rest from which to look for the nearest one
SATISFIED: Final = 1e-9  # of its terms: then a line holds, and the search had missed a solution

Solve: TypeAlias = "Callable[[Problem, Settings], Result]"

_POSITIVE: Final = frozenset({Verdict.SOLVED, Verdict.FAMILY, Verdict.IDENTITY})


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement of the text: an equation or a chain of them, or a constraint."""

    line: Line
    equations: tuple[int, ...] = ()
    constraints: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Blame:
    """Lines that could not be satisfied together.

    Attributes:
        lines: The lines.
        statements: What they say.
        alone: Whether no solution of these lines alone was found either.
        repairs: What would make them agree, the smallest change first.
        start: A point where all seem to hold after all: worth another search.
    """

    statements: tuple[Statement, ...]
    alone: bool
    repairs: tuple[Repair, ...]
    start: Mapping[str, float] | None = None

    @property
    def lines(self) -> tuple[Line, ...]:
        """The lines, in the order of the text."""
        lines = dict.fromkeys(statement.line for statement in self.statements)
        return tuple(sorted(lines, key=lambda line: (line.file or "", line.line)))

    @property
    def equations(self) -> tuple[int, ...]:
        """Positions of the equations."""
        return tuple(k for statement in self.statements for k in statement.equations)


# exact contradictions ------------------------------------------------------------------------------------


def linear_repairs(problem: Problem, conflict: Sequence[int], deadline: float) -> tuple[Repair, ...]:
    """Return what would settle a contradiction of linear equations, the smallest relative change first."""
    repairs: dict[Line, Repair] = {}
    everything = range(len(problem.equations))
    for position in conflict[:MOST_LINES]:
        if clock.now() >= deadline:
            break
        solved = presolve(problem, [k for k in everything if k != position], {}, deadline)
        if solved is None or solved.contradiction is not None:
            continue
        off = left_over(problem, position, solved)
        if off is not None:
            repairs.setdefault(
                problem.equations[position].line, _linear_repair(problem, position, off, solved)
            )
    return _best(repairs.values())


def _linear_repair(problem: Problem, position: int, off: fmpq | arb, solved: Presolved) -> Repair:
    equation = problem.equations[position]
    values = {k: solved.known.get(k, fmpq(0)) for k in equation.unknowns}
    values.update(
        (k, solved.relations[k].constant) for k in equation.unknowns if k in solved.relations
    )  # with the free unknowns at zero
    scale = float(System(problem, [position], (), values).term_sizes()[0].mid())
    size = float(arb(off).mid())
    where = place(problem, equation.line)
    if isinstance(equation.right, Number):
        old = fmpq(equation.right.value.numerator, equation.right.value.denominator)
        text = f"drop {where}, or change its right side to {_written(old + off)}"
    else:
        text = f"drop {where}, or change one of its sides by {_written(abs(off))}"
    return Repair(equation.line, text, size, abs(size) / scale if scale > 0 else abs(size))


def _written(value: fmpq | arb) -> str:
    if isinstance(value, fmpq) and value.q == 1 and abs(value) < 10**12:
        return str(value)
    number = float(arb(value).mid())
    exact = isinstance(value, fmpq) and fmpq(*number.as_integer_ratio()) == value
    return repr(number) if exact else f"{number:.6g}"


def _best(repairs: Iterable[Repair]) -> tuple[Repair, ...]:
    return tuple(sorted(repairs, key=lambda repair: repair.relative)[:MOST_REPAIRS])


# what a search could not solve -----------------------------------------------------------------------------


def blame(
    problem: Problem,
    failing: Sequence[int],
    settings: Settings,
    solve: Solve,
    doubtful: Sequence[Line] = (),
) -> Blame | None:
    """Find lines that could not be satisfied together, smallest repairs first.

    Args:
        problem: What could not be solved.
        failing: Positions of the equations at which the search gave up.
        settings: How to solve parts of the problem, and until when.
        solve: Solves a part, without asking who is to blame if that fails.
        doubtful: Lines to look at first.

    Returns:
        None if the system is too large, time ran out, or no line stands out.
    """
    statements = _statements(problem, _core(problem, failing))
    unknowns = {u for s in statements for k in s.equations for u in problem.equations[k].unknowns}
    if not statements or len(statements) > MOST_LINES or len(unknowns) > MOST_UNKNOWNS:
        return None
    first = {line: place for place, line in enumerate(doubtful)}
    statements.sort(key=lambda statement: first.get(statement.line, len(first)))
    return _Filter(problem, statements, settings, solve).run()


def _core(problem: Problem, failing: Sequence[int]) -> set[int]:
    """Return the failing equations, and all that determine unknowns which they need."""
    from eqsolve.structure import analyse

    incidence = {k: e.unknowns for k, e in enumerate(problem.equations) if e.unknowns}
    core = {k for k in failing if k in incidence}
    needed = {u for k in core for u in incidence[k]}
    for block in reversed(analyse(incidence).blocks):
        if needed.intersection(block.unknowns) or core.intersection(block.equations):
            core.update(block.equations)
            needed.update(u for k in block.equations for u in incidence[k])
    return core


def _statements(problem: Problem, core: set[int]) -> list[Statement]:
    """Gather equations, and the constraints on their unknowns, by the statements they come from."""
    names = {problem.unknowns[u].name for k in core for u in problem.equations[k].unknowns}
    found: dict[tuple[Line, int, str], Statement] = {}
    for k in sorted(core):
        equation = problem.equations[k]
        key = (equation.line, equation.span.start, "equation")
        before = found.get(key, Statement(equation.line))
        found[key] = replace(before, equations=(*before.equations, k))
    for k, constraint in enumerate(problem.constraints):
        used = unknowns_of(problem, constraint)
        if used and used <= names:
            key = (constraint.line, constraint.span.start, "constraint")
            before = found.get(key, Statement(constraint.line))
            found[key] = replace(before, constraints=(*before.constraints, k))
    return list(found.values())


class _OutOfBudgetError(Exception):
    """No more parts can be solved."""


class _Filter:
    def __init__(
        self, problem: Problem, statements: Sequence[Statement], settings: Settings, solve: Solve
    ) -> None:
        self.problem = problem
        self.statements = tuple(statements)
        self.settings = replace(settings, brief=True, observer=None, thorough=False)
        self.solve = solve
        self.solves = 0

    def run(self) -> Blame | None:
        solved: list[tuple[Statement, Result | None]] = []
        alone = False
        try:
            for statement in self.statements:
                result = self._rest([s for s in self.statements if s is not statement])
                if result is None or result.verdict in _POSITIVE:
                    solved.append((statement, result))
            suspects = [statement for statement, _ in solved]
            conflict, alone = self._smallest(suspects)
        except _OutOfBudgetError:
            conflict = tuple(statement for statement, _ in solved)
        if not conflict:
            return None
        repairs, start = self._repairs(solved)
        return Blame(conflict, alone, repairs, start)

    def _rest(self, kept: Sequence[Statement]) -> Result | None:
        """Solve some of the statements; None if there is no equation among them."""
        equations = [k for statement in kept for k in statement.equations]
        if not equations:
            return None
        if self.solves >= MOST_SOLVES or self.settings.late:
            raise _OutOfBudgetError
        self.solves += 1
        constraints = [k for statement in kept for k in statement.constraints]
        result = self.solve(part(self.problem, equations, constraints), self.settings)
        if self.settings.late and result.verdict not in _POSITIVE:
            raise _OutOfBudgetError
        return result

    def _fails(self, kept: Sequence[Statement]) -> bool:
        result = self._rest(kept)
        return result is not None and result.verdict not in _POSITIVE

    def _smallest(self, suspects: Sequence[Statement]) -> tuple[tuple[Statement, ...], bool]:
        """Return a conflict as small as possible, and whether it fails on its own too."""
        if len(self.statements) == 1 or (suspects and self._fails(suspects)):
            return tuple(suspects), True
        needed = list(self.statements)
        if not self._fails(needed):
            return tuple(suspects), False
        for statement in self.statements:
            rest = [s for s in needed if s is not statement]
            if statement not in suspects and self._fails(rest):
                needed = rest
        return tuple(needed), True

    # repairs ---------------------------------------------------------------------------------------------

    def _repairs(
        self, solved: Sequence[tuple[Statement, Result | None]]
    ) -> tuple[tuple[Repair, ...], Mapping[str, float] | None]:
        repairs: list[Repair] = []
        start: Mapping[str, float] | None = None
        for statement, result in solved:
            points = [dict(s.values) for s in result.solutions[:MOST_POINTS]] if result else [{}]
            found = [self._off(statement, point) for point in points]
            offs = [off for off in found if off is not None]
            if not offs:
                continue
            off, relative, values = min(offs, key=lambda each: (round(each[1], 6), abs(each[0])))
            if relative <= SATISFIED:
                start = values
                continue
            family = result is None or result.verdict is not Verdict.SOLVED
            repairs.append(self._repair(statement, off, relative, family))
        return _best(repairs), start

    def _off(
        self, statement: Statement, point: Mapping[str, float]
    ) -> tuple[float, float, Mapping[str, float]] | None:
        """Return by how much a statement is off near a point, also relative to its terms, and where."""
        if not statement.equations:
            return self._constraint_off(statement, point)
        from eqsolve.nearest import least_violation

        others = [k for s in self.statements if s is not statement for k in s.equations]
        nearest = least_violation(self.problem, others, statement.equations, point, self.settings.deadline)
        return None if nearest is None else (nearest.off, nearest.relative, nearest.values)

    def _constraint_off(
        self, statement: Statement, point: Mapping[str, float]
    ) -> tuple[float, float, Mapping[str, float]] | None:
        worst = (0.0, 0.0)
        for k in statement.constraints:
            constraint = self.problem.constraints[k]
            if not unknowns_of(self.problem, constraint) <= point.keys():
                return None
            off, scale = constraint_off(self.problem, k, {name: arb(v) for name, v in point.items()})
            worst = max(worst, (off, off / scale if scale > 0 else off), key=lambda pair: pair[1])
        return (*worst, point)

    def _repair(self, statement: Statement, off: float, relative: float, family: bool) -> Repair:
        where = place(self.problem, statement.line)
        if len(self.statements) == 1:
            text = f"at the best point found {where} is off by {abs(off):.2g}"
        elif family:
            text = f"without {where} there are solutions; {where} is off by {abs(off):.2g} at the nearest one found"
        else:
            text = f"without {where} there is a solution; {where} is off by {abs(off):.2g} there"
        if len(statement.equations) == 1:
            right = self.problem.equations[statement.equations[0]].right
            if isinstance(right, Number) and not family:
                text += f" (its right side would have to be {float(right.value) + off:.6g})"
        return Repair(statement.line, text, off, relative)


def constraint_off(problem: Problem, position: int, values: Mapping[str, arb]) -> tuple[float, float]:
    """Return by how much a constraint is violated, and the size of its sides."""
    condition = problem.constraints[position].condition
    with precision(BITS):
        left, right = (interpret(side, Balls(values)).value for side in condition.sides)
    off = float((left - right).mid())
    size = float(abs(left).mid() + abs(right).mid())
    operator = condition.operators[0]
    violation = {"<": off, "<=": off, ">": -off, ">=": -off}.get(operator, 0.0)
    return max(violation, 0.0), size


def sentence(problem: Problem, found: Blame) -> str:
    """Say which lines could not be satisfied."""
    lines = found.lines
    if len(lines) > 1:
        return f"{places(problem, lines)} could not be satisfied together" + (
            "" if found.alone else " with the others"
        )
    lonely = ", even on its own" if len(problem.equations) > 1 else ""
    return f"{places(problem, lines)} could not be satisfied" + (
        lonely if found.alone else " together with the others"
    )
