"""From what a user writes, in text or in objects, to a problem."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from numbers import Rational
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final, TypeAlias

from eqsolve import language
from eqsolve.data import Columns
from eqsolve.errors import Diagnostic, ProblemError
from eqsolve.language import Document
from eqsolve.language.syntax import Declaration, Expression, Inequality, Name
from eqsolve.language.syntax import Soft as SoftStatement
from eqsolve.problem import Problem, lower
from eqsolve.problem.model import Value
from eqsolve.regression.inputs import tables_of
from eqsolve.source import Source, Span

SympyRelation: TypeAlias = Any  # sympy has no types, and is not imported to say so
_NOTHING: Final[Mapping[str, str]] = MappingProxyType({})


def load(path: str | Path, *, given: Mapping[str, Value] | None = None) -> Problem:
    """Read a file of equations.

    Raises:
        EqsolveError: It cannot be read, is not in the language, or makes no problem.
    """
    values = {name: text_of(value) for name, value in (given or {}).items()}
    return load_sources([language.read(Path(path))], given=values)


def load_sources(
    sources: Sequence[Source],
    *,
    given: Mapping[str, str] = _NOTHING,
    start: Mapping[str, str] = _NOTHING,
    bounds: Mapping[str, tuple[str | None, str | None]] = MappingProxyType({}),
    data: Mapping[str, Columns] = MappingProxyType({}),
    over_complex: bool = False,
) -> Problem:
    """Read texts into one problem.

    Args:
        sources: The texts; those with a name may include files from below its folder.
        given: Values, in the language, that replace givens or fix unknowns.
        start: Where to search first, in the language.
        bounds: Lower and upper bounds, in the language; None where there is none.
        data: Tables by name, beside those of the texts.
        over_complex: Whether unknowns are complex unless declared otherwise.

    Raises:
        EqsolveError: A text is not in the language, or makes no problem; all that is wrong is reported.
    """
    documents: list[Document] = []
    for source in sources:
        path = Path(source.name) if source.name is not None else None
        folder = path.parent if path is not None and path.is_file() else None
        documents += language.resolve_includes(language.parse(source), folder)
    documents += _options(start, bounds)
    return lower(documents, given=given, tables=tables_of(documents, data), over_complex=over_complex)


def prepare(
    *equations: str | Problem | SympyRelation,
    given: Mapping[str, Value] | None = None,
    start: Mapping[str, Value] | None = None,
    bounds: Mapping[str, tuple[Value | None, Value | None]] | None = None,
    data: Mapping[str, Columns] = MappingProxyType({}),
    complex: bool = False,  # noqa: A002  (the word the user writes)
) -> Problem:
    """Read equations, in any of the forms that `solve` takes, into a problem."""
    documents: list[Document] = []
    over_complex = complex
    values = {name: text_of(value) for name, value in (given or {}).items()}
    lines: list[str] = []
    tables = dict(data)
    for equation in equations:
        if isinstance(equation, Problem):
            documents += equation.documents
            values = {**equation.overrides, **values}
            tables.update(equation.tables)
            over_complex = over_complex or equation.over_complex
        else:
            lines.append(equation if isinstance(equation, str) else _from_sympy(equation))
    if lines:
        documents += language.resolve_includes(language.parse(Source("\n".join(lines))), None)
    starts = {name: text_of(value) for name, value in (start or {}).items()}
    limits = {name: _ends(ends) for name, ends in (bounds or {}).items()}
    documents += _options(starts, limits)
    return lower(documents, given=values, tables=tables_of(documents, tables), over_complex=over_complex)


def weighted(problem: Problem, sigma: str) -> Problem:
    """Return the problem with `± sigma` behind every soft equation that has none."""
    documents = []
    for document in problem.documents:
        statements = tuple(
            replace(s, spread=_expression(sigma, "sigma"))
            if isinstance(s, SoftStatement) and s.spread is None
            else s
            for s in document.statements
        )
        documents.append(replace(document, statements=statements))
    return lower(documents, given=problem.overrides, tables=problem.tables, over_complex=problem.over_complex)


@dataclass(frozen=True, slots=True)
class Description:
    """What a problem is about, before it is solved."""

    unknowns: tuple[str, ...]
    givens: tuple[str, ...]
    equations: int
    constraints: int
    warnings: tuple[Diagnostic, ...]


def describe(problem: Problem) -> Description:
    """Say what a problem is about."""
    return Description(
        problem.names,
        tuple(given.name for given in problem.givens),
        len(problem.equations) + len(problem.soft),
        len(problem.constraints),
        problem.warnings,
    )


def _options(
    start: Mapping[str, str], bounds: Mapping[str, tuple[str | None, str | None]]
) -> Iterator[Document]:
    """Return starts and bounds as statements; each text is read as one name or one expression, and no more."""
    for name, value in start.items():
        source = Source(f"{name} = {value}", "start")
        span = Span(source, 0, len(source.text))
        declaration = Declaration(_name(name), None, _expression(value, "start"), span)
        yield Document((declaration,), source)
    for name, ends in bounds.items():
        for operator, end in zip((">=", "<="), ends, strict=True):
            if end is not None:
                source = Source(f"{name} {operator} {end}", "bounds")
                span = Span(source, 0, len(source.text))
                sides = (_name(name), _expression(end, "bounds"))
                yield Document((Inequality((operator,), sides, None, span),), source)


def _expression(text: str, origin: str) -> Expression:
    return language.parse_expression(Source(text, origin))


def _name(text: str) -> Name:
    name = _expression(text, "name")
    if not isinstance(name, Name):
        raise ProblemError(Diagnostic("not-a-name", f"`{text}` is not the name of an unknown"))
    return name


def _from_sympy(equation: object) -> str:
    import sympy

    from eqsolve.problem.from_sympy import from_sympy

    if not isinstance(equation, sympy.Basic):
        message = f"an equation must be text or a sympy expression, not {type(equation).__name__}"
        raise ProblemError(Diagnostic("not-an-equation", message))
    return from_sympy(equation)


def text_of(value: Value) -> str:
    """Return a number as text of the language, exactly; text stays as it is.

    Raises:
        ProblemError: The number is not finite.
    """
    if isinstance(value, str):
        return value
    if isinstance(value, Rational):  # whole numbers and fractions, exactly
        whole = value.denominator == 1
        return str(value.numerator) if whole else f"({value.numerator}/{value.denominator})"
    try:
        number = float(value)
    except (TypeError, ValueError):
        message = f"a value must be a number or text, not {type(value).__name__}"
        raise ProblemError(Diagnostic("not-a-number", message)) from None
    if not math.isfinite(number):
        raise ProblemError(Diagnostic("not-finite", f"{number} is not a number to compute with"))
    return repr(number)


def _ends(ends: tuple[Value | None, Value | None]) -> tuple[str | None, str | None]:
    try:
        low, high = ends
    except (TypeError, ValueError):
        message = "bounds are a pair: lower and upper, None where there is none"
        raise ProblemError(Diagnostic("not-a-pair", message)) from None
    return _end(low), _end(high)


def _end(value: Value | None) -> str | None:
    return None if value is None or value in (math.inf, -math.inf) else text_of(value)
