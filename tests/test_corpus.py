"""Files that must make a problem, and files that must be refused with exactly these diagnostics.

Beside each wrong file stands a `.txt` with one line per diagnostic:
`line:column-end_column code: message | hint`, where a diagnostic without a place begins with its code.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

import pytest

from eqsolve.errors import Diagnostic, EqsolveError
from eqsolve.language import parse, read, unparse
from eqsolve.language.characters import visible
from eqsolve.pipeline import load_sources
from eqsolve.source import Source

CORPUS: Final = Path(__file__).parent / "corpus"


def diagnose(path: Path) -> tuple[Diagnostic, ...]:
    """Return what is wrong with a file."""
    try:
        load_sources([read(path)])
    except EqsolveError as error:
        return error.diagnostics
    return ()


def described(diagnostic: Diagnostic) -> str:
    """Return the line of a diagnostic in the `.txt` files."""
    span = diagnostic.span
    place = f"{span.line}:{span.column}-{span.end_column} " if span else ""
    hint = f" | {diagnostic.hint}" if diagnostic.hint else ""
    return f"{place}{diagnostic.code}: {diagnostic.message}{hint}"


def files(kind: str) -> list[Path]:
    return sorted((CORPUS / kind).glob("*.eqs"))


@pytest.mark.parametrize("path", files("valid"), ids=lambda path: path.stem)
def test_a_valid_file_makes_a_problem(path: Path) -> None:
    assert diagnose(path) == ()


@pytest.mark.parametrize("path", files("valid"), ids=lambda path: path.stem)
def test_a_valid_file_is_printed_and_read_back(path: Path) -> None:
    document = parse(read(path))
    assert parse(Source(unparse(document))) == document


@pytest.mark.parametrize("path", files("invalid"), ids=lambda path: path.stem)
def test_an_invalid_file_is_refused_with_its_diagnostics(path: Path) -> None:
    expected = path.with_suffix(".txt").read_text(encoding="utf-8").splitlines()
    assert [described(diagnostic) for diagnostic in diagnose(path)] == expected


@pytest.mark.parametrize("path", files("invalid"), ids=lambda path: path.stem)
def test_diagnostics_are_written_as_sentences_without_a_stop(path: Path) -> None:
    for diagnostic in diagnose(path):
        assert diagnostic.code == diagnostic.code.lower().replace(" ", "-")
        for text in (diagnostic.message, diagnostic.hint or "fine"):
            assert not text.endswith(".")
            assert text == visible(text)
