"""The problem: unknowns, equations and constraints, with every name resolved."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from eqsolve.errors import Diagnostic
from eqsolve.language.syntax import Comparison, Expression
from eqsolve.result import Line
from eqsolve.source import Span


@dataclass(frozen=True, slots=True)
class Unknown:
    """A name to be solved for.

    Attributes:
        name: As written, normalised.
        lower: Lower bound of the search; -inf where there is none.
        upper: Upper bound of the search; inf where there is none.
        start: The user's start, if there is one.
        span: Where the name occurs first.
    """

    name: str
    lower: float
    upper: float
    start: float | None
    span: Span


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
    """

    left: Expression
    right: Expression
    unknowns: tuple[int, ...]
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
    """Everything that a solve needs to know."""

    unknowns: tuple[Unknown, ...]
    givens: tuple[Given, ...]
    equations: tuple[Equation, ...]
    constraints: tuple[Constraint, ...]
    warnings: tuple[Diagnostic, ...]

    @cached_property
    def index(self) -> dict[str, int]:
        """Position of each unknown by name."""
        return {unknown.name: position for position, unknown in enumerate(self.unknowns)}

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the unknowns, in the order of the text."""
        return tuple(unknown.name for unknown in self.unknowns)
