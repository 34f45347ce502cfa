"""What the arguments are: equations, files, standard input; and the `name=value` of the options."""

from __future__ import annotations

import re
import sys
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Final, TypeVar

from eqsolve.errors import Diagnostic, EqsolveError, ProblemError, SourceError, did_you_mean
from eqsolve.source import Source, Span

V = TypeVar("V")

_DIGITS: Final = 18
_STDIN_LIMIT: Final = 16 * 2**20 + 1
_RELATIONS: Final = frozenset("=~<>≤≥≠")
_OPTION: Final = re.compile(r"--[A-Za-z][A-Za-z0-9-]*(=.*)?", re.DOTALL)
_STATEMENT: Final = re.compile(
    r"\s*(?:\w+\s+in\s.*(?:\.\.|\{)|(?:var|include|data)\s|all_different\s*\()", re.DOTALL
)
_WORDS: Final = ("solve", "check", "explain", "fit", "methods")


def is_equation(argument: str) -> bool:
    """Tell whether an argument is a statement of the language rather than a path."""
    return not _RELATIONS.isdisjoint(argument) or _STATEMENT.match(argument) is not None


def is_option(argument: str) -> bool:
    """Tell whether an argument looks like an option; `-x = 3` and `--x = 3` do not."""
    if argument == "-" or not argument.startswith("-"):
        return False
    return _OPTION.fullmatch(argument) is not None or not is_equation(argument)


def gather(arguments: Sequence[str]) -> tuple[Source, ...]:
    """Return the texts that the arguments name, in their order.

    All equations together form one source, in which argument k is line k.

    Raises:
        EqsolveError: There is no argument, or a file cannot be read; every such file is reported.
    """
    if not arguments:
        hint = 'for example: eqsolve "x^2 = 2"'
        raise ProblemError(Diagnostic("no-equations", "there is nothing to solve", hint=hint))
    equations = "\n".join(filter(is_equation, arguments))
    sources: list[Source] = []
    problems: list[Diagnostic] = []
    typed = False
    for argument in dict.fromkeys(arguments):
        if is_equation(argument):
            if not typed:
                sources.append(Source(equations))
            typed = True
            continue
        try:
            sources.append(_read(argument))
        except EqsolveError as error:
            problems += error.diagnostics
    if problems:
        raise SourceError(*problems)
    return tuple(sources)


def _read(path: str) -> Source:
    from eqsolve import language

    if path == "-":
        return language.read_text(sys.stdin.buffer.read(_STDIN_LIMIT), "<stdin>")
    if not _exists(path):
        hint = did_you_mean(path, _WORDS) or "an equation needs an `=`"
        raise SourceError(Diagnostic("no-file", f"there is no file `{path}`", hint=hint))
    return language.read(Path(path))


def _exists(path: str) -> bool:
    try:
        return Path(path).exists()
    except (OSError, ValueError):  # too long, or a NUL in it
        return False


def assignments(texts: Iterable[str], option: str) -> dict[str, str]:
    """Return the values of a repeated `name=value` option, as text of the language."""
    return _named(texts, option, "=1", lambda value: value)


def bounds(texts: Iterable[str]) -> dict[str, tuple[str | None, str | None]]:
    """Return the ends of repeated `--bounds name=low..high`; either end may be empty, not both."""
    return _named(texts, "--bounds", "=0..10", _ends)


def _ends(value: str) -> tuple[str | None, str | None] | None:
    low, dots, high = (part.strip() for part in value.partition(".."))
    return (low or None, high or None) if dots and (low or high) else None


def _named(texts: Iterable[str], option: str, example: str, read: Callable[[str], V | None]) -> dict[str, V]:
    """Split each `name=value`; every malformed or repeated one is reported."""
    values: dict[str, V] = {}
    problems: list[Diagnostic] = []
    for text in texts:
        name, equals, value = (part.strip() for part in text.partition("="))
        name = unicodedata.normalize("NFKC", name)
        span = Span(Source(text, option), 0, len(text))
        found = read(value) if name and value and not value.startswith("=") else None
        if found is None:
            hint = f"write it like `{option} {name if name and equals else 'x'}{example}`"
            problems.append(Diagnostic("bad-option", f"`{option}` cannot be read", span, hint))
        elif name in values:
            problems.append(Diagnostic("bad-option", f"`{name}` is given twice with `{option}`", span))
        else:
            values[name] = found
    if problems:
        raise ProblemError(*problems)
    return values


def whole_number(text: str, option: str) -> int:
    """Return the value of an option that counts: a whole number, not negative."""
    if not (text.isascii() and text.isdigit() and len(text) <= _DIGITS):
        raise _unreadable(text, option, "a whole number from 0 up is needed")
    return int(text)


def positive(text: str, option: str) -> float:
    """Return the value of an option that measures: a positive number."""
    try:
        value = float(text)
    except ValueError:
        value = 0.0
    if not value > 0.0:
        raise _unreadable(text, option, "a positive number is needed")
    return value


def _unreadable(text: str, option: str, hint: str) -> ProblemError:
    span = Span(Source(text, option), 0, len(text))
    return ProblemError(Diagnostic("bad-option", f"`{option}` cannot be read", span, hint))
