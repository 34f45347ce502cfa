"""Everything that is raised on purpose, and how it is said."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TypeVar

from eqsolve.source import Span

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One thing that is wrong (or odd), where, and what to do about it.

    Attributes:
        code: Stable kebab-case name of the kind of problem.
        message: What is wrong, in one sentence without a full stop.
        span: The characters concerned, if there are any.
        hint: What to do, in one sentence without a full stop.
    """

    code: str
    message: str
    span: Span | None = None
    hint: str | None = None

    def to_dict(self) -> dict[str, object]:
        """Return the JSON object of this diagnostic."""
        span = self.span
        return {
            "code": self.code,
            "message": self.message,
            "file": span.source.name if span else None,
            "line": span.line if span else None,
            "column": span.column if span else None,
            "end_column": span.end_column if span else None,
            "hint": self.hint,
        }


class EqsolveError(Exception):
    """Base of everything that eqsolve raises on purpose; carries one or more diagnostics."""

    def __init__(self, *diagnostics: Diagnostic) -> None:
        super().__init__(*diagnostics)
        self.diagnostics: tuple[Diagnostic, ...] = diagnostics

    def __str__(self) -> str:
        return "\n".join(map(_sentence, self.diagnostics))

    def to_dict(self) -> dict[str, object]:
        """Return the JSON object of this error."""
        return {
            "schema": "eqsolve/1",
            "verdict": "error",
            "errors": [diagnostic.to_dict() for diagnostic in self.diagnostics],
        }


class SourceError(EqsolveError):
    """A text cannot be read: no such file, not UTF-8, too large."""


class ParseError(EqsolveError):
    """A text is not in the language."""


class ProblemError(EqsolveError):
    """Names, arity, givens or bounds make no problem."""


class SolveError(EqsolveError):
    """There is no checked solution; raised by `Result.raise_for_verdict` only."""


def _sentence(diagnostic: Diagnostic) -> str:
    span, hint = diagnostic.span, diagnostic.hint
    place = f"{span.source.name or 'line'}:{span.line}:{span.column}: " if span else ""
    return f"{place}error[{diagnostic.code}]: {diagnostic.message}" + (f" ({hint})" if hint else "")


def suggest(name: str, candidates: Iterable[str]) -> str | None:
    """Return the candidate most like `name`, or None if none is near."""
    from difflib import get_close_matches

    by_lower_case = {candidate.lower(): candidate for candidate in candidates}
    near = get_close_matches(name.lower(), by_lower_case, n=1, cutoff=0.6)
    return by_lower_case[near[0]] if near else None


def did_you_mean(name: str, candidates: Iterable[str]) -> str | None:
    """Return the hint "did you mean …?", or None if no candidate is near."""
    near = suggest(name, candidates)
    return f"did you mean `{near}`?" if near else None


def lookup(table: Mapping[str, T], name: str, kind: str) -> T:
    """Return `table[name]`.

    Raises:
        ProblemError: There is no such entry; the hint suggests one.
    """
    if name in table:
        return table[name]
    hint = did_you_mean(name, table) or f"one of {', '.join(table)}"
    raise ProblemError(Diagnostic(f"unknown-{kind}", f"no {kind} `{name}`", hint=hint))
