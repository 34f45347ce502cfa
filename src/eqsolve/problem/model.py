"""The problem: unknowns, equations and constraints, with every name resolved."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property
from typing import TypeAlias, TypedDict, Unpack

from eqsolve.data import Columns
from eqsolve.errors import Diagnostic
from eqsolve.language.syntax import Comparison, Document, Expression
from eqsolve.result import Line, Observer, Result
from eqsolve.source import Span

Value: TypeAlias = float | str  # a number, or text of the language


class SolveOptions(TypedDict, total=False):
    """Options of a solve; `eqsolve.solve` says what they mean."""

    given: Mapping[str, Value] | None
    start: Mapping[str, Value] | None
    bounds: Mapping[str, tuple[Value | None, Value | None]] | None
    method: str
    all: bool
    seed: int
    complex: bool
    max_seconds: float
    observer: Observer | None


@dataclass(frozen=True, slots=True)
class Unknown:
    """A name to be solved for.

    Attributes:
        name: As written, normalised.
        lower: Lower bound of the search; -inf where there is none.
        upper: Upper bound of the search; inf where there is none.
        start: The user's start, if there is one.
        span: Where the name occurs first.
        kind: `real`, `integer` or `complex`.
        start_imaginary: Imaginary part of a complex start.
        choices: The only values it may have, ascending; None if there is no such list.
    """

    name: str
    lower: float
    upper: float
    start: float | None
    span: Span
    kind: str = "real"
    choices: tuple[Fraction, ...] | None = None
    start_imaginary: float = 0.0

    @property
    def discrete(self) -> bool:
        """Whether its values lie apart: whole numbers, or some that are listed."""
        return self.kind == "integer" or self.choices is not None


@dataclass(frozen=True, slots=True)
class Given:
    """A name with a value: an expression without unknowns."""

    name: str
    expression: Expression
    span: Span


@dataclass(frozen=True, slots=True)
class Equation:
    """`left = right`, with givens and user functions put in.

    Attributes:
        left: Left-hand side; its names are unknowns or `pi`.
        right: Right-hand side, likewise.
        unknowns: Indices of the unknowns that occur, ascending.
        line: The line as the user wrote it.
        span: The statement in the text.
        table: Name of the data whose rows it holds in; None if it names no column.
    """

    left: Expression
    right: Expression
    unknowns: tuple[int, ...]
    line: Line
    span: Span
    table: str | None = None


@dataclass(frozen=True, slots=True)
class Soft:
    """`left ~ right ± spread`, with givens and user functions put in; one term of least squares per row.

    Attributes:
        left: Left-hand side; its names are unknowns, columns or `pi`.
        right: Right-hand side, likewise.
        spread: Standard deviation of the difference, without unknowns; None where it is not known.
        unknowns: Indices of the unknowns that occur, ascending.
        table: Name of the data whose rows it holds in; None if it names no column.
        line: The line as the user wrote it.
        span: The statement in the text.
    """

    left: Expression
    right: Expression
    spread: Expression | None
    unknowns: tuple[int, ...]
    table: str | None
    line: Line
    span: Span


@dataclass(frozen=True, slots=True)
class Constraint:
    """A condition that a solution must meet; bounds are constraints too."""

    condition: Comparison
    line: Line
    span: Span


@dataclass(frozen=True)
class Problem:
    """Everything that a solve needs to know.

    Attributes:
        unknowns: In the order of the text.
        givens: In the order in which they need each other.
        equations: In the order of the text; a chain `a = b = c` counts as two.
        constraints: Bounds and other conditions on solutions.
        warnings: How names were read, and the like.
        documents: The texts it was made of.
        overrides: Values, in the language, put in the place of givens.
        soft: What is to hold as well as it can.
        tables: Where columns come from, by the name of the data; "" where columns are bare names.
        columns: Name of the data of each column, by its full name.
        over_complex: Whether unknowns are complex unless declared otherwise.
    """

    unknowns: tuple[Unknown, ...]
    givens: tuple[Given, ...]
    equations: tuple[Equation, ...]
    constraints: tuple[Constraint, ...]
    warnings: tuple[Diagnostic, ...]
    documents: tuple[Document, ...] = ()
    overrides: Mapping[str, str] = field(default_factory=dict)
    soft: tuple[Soft, ...] = ()
    tables: Mapping[str, Columns] = field(default_factory=dict)
    columns: Mapping[str, str] = field(default_factory=dict)
    over_complex: bool = False

    @cached_property
    def index(self) -> dict[str, int]:
        """Position of each unknown by name."""
        return {unknown.name: position for position, unknown in enumerate(self.unknowns)}

    @property
    def discrete(self) -> bool:
        """Whether an unknown has only whole or listed values."""
        return any(unknown.discrete for unknown in self.unknowns)

    @property
    def complex(self) -> bool:
        """Whether complex numbers are asked for."""
        return self.over_complex or any(unknown.kind == "complex" for unknown in self.unknowns)

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the unknowns, in the order of the text."""
        return tuple(unknown.name for unknown in self.unknowns)

    def solve(self, **options: Unpack[SolveOptions]) -> Result:
        """Solve the problem; the options are those of `eqsolve.solve`."""
        from eqsolve.pipeline import solve

        return solve(self, **options)

    def with_given(self, **values: float | str) -> Problem:
        """Return the problem with other values for givens; a number, or text of the language.

        Raises:
            ProblemError: There is no such name.
        """
        from eqsolve.pipeline import prepare

        return prepare(self, given=values)
