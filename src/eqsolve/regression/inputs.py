"""The data that a problem names: from its own text, from files beside it, and from outside."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from eqsolve import language
from eqsolve.data import Columns, from_rows
from eqsolve.errors import Diagnostic, EqsolveError, ProblemError, SourceError
from eqsolve.language.syntax import DataBlock, DataFile, Document


def tables_of(documents: Sequence[Document], given: Mapping[str, Columns]) -> dict[str, Columns]:
    """Return all tables by name; what is given from outside replaces what the text says.

    Raises:
        EqsolveError: A file cannot be read, or two tables have one name.
    """
    tables: dict[str, Columns] = {}
    problems: list[Diagnostic] = []
    for document in documents:
        for statement in document.statements:
            if not isinstance(statement, DataFile | DataBlock):
                continue
            name = "" if statement.name is None else statement.name.id
            if name in given:
                continue
            if name in tables:
                shown = f"`{name}` is" if name else "data without a name are"
                problems.append(Diagnostic("defined-twice", f"{shown} defined twice", statement.span))
                continue
            try:
                tables[name] = _read(statement, document)
            except EqsolveError as error:
                problems += error.diagnostics
    if problems:
        raise ProblemError(*problems)
    return {**tables, **given}


def _read(statement: DataFile | DataBlock, document: Document) -> Columns:
    if isinstance(statement, DataBlock):
        return from_rows(statement.columns, statement.rows)
    from eqsolve.data.csv import read_csv

    path = language.data_path(statement, document)
    try:
        return read_csv(path)
    except SourceError as error:
        written = statement.path
        raise SourceError(
            *(
                Diagnostic(d.code, d.message.replace(str(path), written), statement.span, d.hint)
                for d in error.diagnostics
            )
        ) from None
