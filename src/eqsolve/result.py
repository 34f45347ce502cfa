"""What a solve returns, as plain data: no tensors, no symbols, nothing that computes."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from eqsolve.errors import Diagnostic, SolveError

if TYPE_CHECKING:
    from eqsolve.fitted import Fit, Prediction


class Verdict(Enum):
    """Does it hold? The answer of the check, whatever the search said."""

    SOLVED = "solved"
    FAMILY = "family"
    IDENTITY = "identity"
    NO_SOLUTION = "no_solution"
    NOT_FOUND = "not_found"
    FIT = "fit"


class Completeness(Enum):
    """Are these all the solutions?"""

    PROVED = "proved"  # every real solution
    BOX = "box"  # every real solution in a stated window
    SEARCHED = "searched"  # all that a search found


class Status(Enum):
    """Why a search stopped; the value is the sentence the user reads."""

    RUNNING = "still running"
    CONVERGED = "the residual is below its tolerance"
    STATIONARY = "a least-squares minimum whose residual is not zero"
    STALLED = "steps became too small to make progress"
    MAX_STEPS = "the limit on steps was reached"
    NONFINITE = "a residual or derivative is not finite"
    DIVERGED = "the unknowns grew without bound"
    OUT_OF_TIME = "the time limit was reached"


@dataclass(frozen=True, slots=True)
class Progress:
    """A moment in a search, for whoever watches.

    Attributes:
        stage: What is going on, in a few words ("newton, block 2 of 5").
        iteration: Iterations so far in this stage.
        open_lanes: Starts that are still being iterated.
        lanes: Starts in all.
        best_residual: Smallest norm of the residual so far.
    """

    stage: str
    iteration: int
    open_lanes: int
    lanes: int
    best_residual: float


Value: TypeAlias = (
    Any  # float; `int` for whole unknowns, `complex` for complex ones: a union would burden every reader
)
Observer: TypeAlias = Callable[[Progress], None]


EXIT_CODES: Final[Mapping[Verdict, int]] = {
    Verdict.SOLVED: 0,
    Verdict.FAMILY: 0,
    Verdict.IDENTITY: 0,
    Verdict.FIT: 0,
    Verdict.NO_SOLUTION: 1,
    Verdict.NOT_FOUND: 1,
}


@dataclass(frozen=True, slots=True)
class Solution:
    """One checked point.

    Attributes:
        values: Number of every unknown, in the order of the text; complex where unknowns are.
        exact: Exact forms in the language, of the unknowns that have one (`7/3`, `sqrt(2)`).
        error: Bound on the error of each value: rounding of the float and of the coefficients.
        certified: Whether ball arithmetic proved that a true solution lies within `error`.
        multiplicity: 1 for a regular solution, more where solutions coincide.
        origin: Where it came from: `exact`, `start`, `searched`, `representative (least norm)`, …
    """

    values: Mapping[str, Value]
    exact: Mapping[str, str] = field(default_factory=dict)
    error: Mapping[str, float] = field(default_factory=dict)
    certified: bool = False
    multiplicity: int = 1
    origin: str = "searched"


@dataclass(frozen=True, slots=True)
class Best:
    """The best point of a search without success; not a solution."""

    values: Mapping[str, Value]
    residual: float


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the text that a report points at."""

    line: int
    text: str
    label: str | None = None
    file: str | None = None


@dataclass(frozen=True, slots=True)
class Repair:
    """A line without which there is a solution, and what would have to change in it.

    Attributes:
        line: The line.
        text: What to do, in words.
        off: lhs - rhs at the solution of the others.
        relative: The size of this beside the terms of the line.
    """

    line: Line
    text: str
    off: float
    relative: float


@dataclass(frozen=True, slots=True)
class EquationReport:
    """One equation at the first solution, or at the best point.

    Attributes:
        line: The equation as written.
        residual: lhs - rhs; None where an unknown has no value.
        scale: Sum of the sizes of its top-level terms.
    """

    line: Line
    residual: float | None = None
    scale: float | None = None

    @property
    def digits(self) -> float | None:
        """How many digits the two sides agree to; None where they agree exactly or have no value."""
        if not self.residual or not self.scale:
            return None
        return -math.log10(abs(self.residual) / self.scale)


@dataclass(frozen=True, slots=True)
class BlockReport:
    """How one block was solved, for `--explain`.

    Attributes:
        unknowns: What it determines.
        lines: Line numbers of its equations.
        engine: `exact`, `intervals` or `torch`.
        method: Name of the method, with what it took, in words.
        status: Why the search stopped, in words; None for exact blocks.
        branches: How many distinct solutions the block has.
        equations: Positions of its equations in the problem.
    """

    unknowns: tuple[str, ...]
    lines: tuple[int, ...]
    engine: str
    method: str
    status: str | None = None
    branches: int = 1
    equations: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class GivenReport:
    """A given: as written, and its value."""

    name: str
    text: str
    value: float | None


@dataclass(frozen=True, slots=True)
class UnknownReport:
    """An unknown with its bounds and the user's start."""

    name: str
    lower: float = -math.inf
    upper: float = math.inf
    start: float | None = None


@dataclass(frozen=True, slots=True)
class BlockDetail:
    """A block with its lines quoted, and how it was solved."""

    how: BlockReport
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Sensitivity:
    """What a given does to an unknown.

    Attributes:
        unknown: Name of the unknown.
        given: Name of the given.
        derivative: Change of the unknown per change of the given.
        percent: The same in percent per percent; None where one of them is zero.
    """

    unknown: str
    given: str
    derivative: float
    percent: float | None


@dataclass(frozen=True, slots=True)
class SolutionDetail:
    """One solution, looked at closely.

    Attributes:
        solution: The solution.
        conditions: Condition number of the scaled Jacobian of each block; None where it has none.
        equations: Residual and scale of each equation there.
        sensitivities: What each given does to each unknown; empty where that is not defined.
    """

    solution: Solution
    conditions: tuple[float | None, ...] = ()
    equations: tuple[EquationReport, ...] = ()
    sensitivities: tuple[Sensitivity, ...] = ()


@dataclass(frozen=True, slots=True)
class Stats:
    """What it took."""

    unknowns: int = 0
    equations: int = 0
    blocks: int = 0
    engines: tuple[str, ...] = ()
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Result:
    """What a solve found, how sure it is, and why.

    Attributes:
        verdict: What holds.
        completeness: Whether `solutions` are all; None unless the verdict is `solved`.
        message: The verdict in one sentence.
        solutions: Checked points; for a family one representative.
        patterns: Where solutions repeat without end: unknowns by pattern, with a letter for any whole number.
        window: Where `solutions` are all, as the lower and upper end for each unknown; None if that is everywhere.
        free: Names of the free unknowns of a family.
        family: The dependent unknowns of a family in terms of the free ones, where exact.
        determined: The unknowns of a family that have one value only.
        best: The best point beside a negative verdict; not a solution.
        conflict: Lines that contradict each other, as few as possible.
        repairs: What would make them agree, the smallest change first.
        equations: All equations with residual and scale.
        warnings: Things worth knowing that stop nothing.
        blocks: How it was solved, in order.
        stats: What it took.
        fit: The statistics of a least-squares answer.
    """

    verdict: Verdict
    message: str
    completeness: Completeness | None = None
    solutions: tuple[Solution, ...] = ()
    patterns: tuple[Mapping[str, str], ...] = ()
    window: Mapping[str, tuple[float, float]] | None = None
    free: tuple[str, ...] = ()
    family: Mapping[str, str] | None = None
    determined: Mapping[str, str] | None = None
    best: Best | None = None
    conflict: tuple[Line, ...] = ()
    repairs: tuple[Repair, ...] = ()
    equations: tuple[EquationReport, ...] = ()
    warnings: tuple[Diagnostic, ...] = ()
    blocks: tuple[BlockReport, ...] = ()
    stats: Stats = field(default_factory=Stats)
    fit: Fit | None = None

    @property
    def exit_code(self) -> int:
        """Exit code of the command line: 0 solved, 1 not solved."""
        return EXIT_CODES[self.verdict]

    @property
    def unique(self) -> bool:
        """Whether there is exactly one solution and this is proved."""
        return (
            self.verdict is Verdict.SOLVED
            and len(self.solutions) == 1
            and not self.patterns
            and self.completeness is Completeness.PROVED
        )

    def __getitem__(self, name: str) -> Value:
        """Return the value of an unknown in the first solution: a float, an int, or a complex number.

        Raises:
            SolveError: There is no solution.
            KeyError: There is no such unknown.
        """
        if not self.solutions:
            raise self._error()
        return self.solutions[0].values[name]

    def predict(self, line: int = 0, **columns: object) -> Prediction:
        """Evaluate the fitted model, with its standard error and its 95 % band.

        Args:
            line: Which soft equation, counted from 0.
            columns: Numbers of each column that the model depends on, by its plain name.

        Raises:
            SolveError: This is not the result of a fit.
            ProblemError: A column is missing, or the model is implicit.
        """
        if self.fit is None or self.fit.predictor is None:
            raise self._error()
        return self.fit.predictor.predict(columns, line)

    def torch_function(self, line: int = 0) -> Callable[..., Any]:
        """Return the fitted model as a differentiable function of torch tensors, by name of the column.

        Raises:
            SolveError: This is not the result of a fit.
            ProblemError: The model is implicit.
        """
        if self.fit is None or self.fit.predictor is None:
            raise self._error()
        return self.fit.predictor.function(line)

    def raise_for_verdict(self) -> Result:
        """Return the result itself if it holds a checked solution, an identity or a family.

        Raises:
            SolveError: It does not; the message is that of the verdict.
        """
        if self.exit_code:
            raise self._error()
        return self

    def _error(self) -> SolveError:
        return SolveError(Diagnostic(self.verdict.value.replace("_", "-"), self.message))

    def _repair(self, line: Line) -> str | None:
        return next((repair.text for repair in self.repairs if repair.line == line), None)

    def to_dict(self) -> dict[str, object]:
        """Return the JSON object of this result; it holds neither NaN nor infinity."""
        return {
            "schema": "eqsolve/1",
            "verdict": self.verdict.value,
            "completeness": self.completeness.value if self.completeness else None,
            "message": self.message,
            "solutions": [
                {
                    "values": _finite(solution.values),
                    "exact": dict(solution.exact),
                    "error": _finite(solution.error),
                    "certified": solution.certified,
                    "multiplicity": solution.multiplicity,
                    "origin": solution.origin,
                }
                for solution in self.solutions
            ],
            "patterns": [dict(pattern) for pattern in self.patterns],
            "window": self.window and {name: list(map(_number, ends)) for name, ends in self.window.items()},
            "free": list(self.free),
            "family": None if self.family is None else dict(self.family),
            "determined": None if self.determined is None else dict(self.determined),
            "fit": None if self.fit is None else self.fit.to_dict(),
            "best": self.best
            and {"values": _finite(self.best.values), "residual": _number(self.best.residual)},
            "conflict": [{**_line(line), "repair": self._repair(line)} for line in self.conflict],
            "equations": [
                {
                    **_line(report.line),
                    "residual": _number(report.residual),
                    "scale": _number(report.scale),
                }
                for report in self.equations
            ],
            "warnings": [warning.to_dict() for warning in self.warnings],
            "stats": {
                "unknowns": self.stats.unknowns,
                "equations": self.stats.equations,
                "blocks": self.stats.blocks,
                "engines": list(self.stats.engines),
                "seconds": self.stats.seconds,
            },
        }

    def to_json(self) -> str:
        """Return the JSON text of this result."""
        return json.dumps(self.to_dict(), ensure_ascii=False, allow_nan=False)

    def __str__(self) -> str:
        from eqsolve.render.terminal import to_text

        return to_text(self)

    def _repr_html_(self) -> str:
        from eqsolve.render.html import to_html

        return to_html(self)

    def _repr_latex_(self) -> str:
        from eqsolve.render.latex import to_latex

        return to_latex(self)


@dataclass(frozen=True, slots=True)
class Explanation:
    """A solve told as a report.

    Attributes:
        result: What was found.
        unknowns: What is solved for.
        givens: What has a value.
        equations: The equations as written.
        constraints: The constraints as written.
        notes: How names were read.
        blocks: How it was solved, in order.
        solutions: Each solution, looked at closely.
    """

    result: Result
    unknowns: tuple[UnknownReport, ...] = ()
    givens: tuple[GivenReport, ...] = ()
    equations: tuple[Line, ...] = ()
    constraints: tuple[Line, ...] = ()
    notes: tuple[Diagnostic, ...] = ()
    blocks: tuple[BlockDetail, ...] = ()
    solutions: tuple[SolutionDetail, ...] = ()

    def to_dict(self) -> dict[str, object]:
        """Return the JSON object: that of the result, and an `explanation`."""
        explanation = {
            "unknowns": [
                {"name": u.name, "lower": _number(u.lower), "upper": _number(u.upper), "start": u.start}
                for u in self.unknowns
            ],
            "givens": [{"name": g.name, "text": g.text, "value": _number(g.value)} for g in self.givens],
            "equations": list(map(_line, self.equations)),
            "constraints": list(map(_line, self.constraints)),
            "notes": [note.to_dict() for note in self.notes],
            "blocks": list(map(_block, self.blocks)),
            "solutions": list(map(_detail, self.solutions)),
        }
        return {**self.result.to_dict(), "explanation": explanation}


def _block(block: BlockDetail) -> dict[str, object]:
    return {
        "unknowns": list(block.how.unknowns),
        "lines": list(map(_line, block.lines)),
        "engine": block.how.engine,
        "method": block.how.method,
        "status": block.how.status,
        "branches": block.how.branches,
    }


def _detail(detail: SolutionDetail) -> dict[str, object]:
    return {
        "conditions": list(map(_number, detail.conditions)),
        "equations": [
            {
                **_line(report.line),
                "residual": _number(report.residual),
                "scale": _number(report.scale),
                "digits": _number(report.digits),
            }
            for report in detail.equations
        ],
        "sensitivities": [
            {
                "unknown": each.unknown,
                "given": each.given,
                "derivative": _number(each.derivative),
                "percent": _number(each.percent),
            }
            for each in detail.sensitivities
        ],
    }


def _number(value: float | None) -> float | None:
    return value if value is not None and math.isfinite(value) else None


def _finite(values: Mapping[str, Value]) -> dict[str, object]:
    return {name: _part(value) for name, value in values.items()}


def _part(value: Value) -> object:
    if isinstance(value, complex):
        return {"re": _number(value.real), "im": _number(value.imag)}
    return value if isinstance(value, int) else _number(value)


def _line(line: Line) -> dict[str, object]:
    return {"file": line.file, "line": line.line, "text": line.text, "label": line.label}
