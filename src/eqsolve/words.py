"""Words that several reports share: places, lists, small numbers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from eqsolve.problem.model import Problem
from eqsolve.result import Line

MOST_LISTED: Final = 8
FEW: Final = 2
OPTION: Final = "bounds"  # source of bounds given beside the text
_NUMBERS: Final = ("no", "one", "two", "three", "four", "five", "six")


def listed(words: Iterable[object]) -> str:
    """Return `a, b and c`; of a long list the first seven and how many more there are."""
    parts = list(map(str, words))
    if len(parts) > MOST_LISTED:
        parts = [*parts[: MOST_LISTED - 1], f"{len(parts) - MOST_LISTED + 1} more"]
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"


def number(count: int) -> str:
    """Write a small number out."""
    return _NUMBERS[count] if count < len(_NUMBERS) else str(count)


def missing(count: int, noun: str, what: str) -> str:
    """Return `one equation is missing`, `two equations are missing`."""
    return f"{number(count)} {noun}{' is' if count == 1 else 's are'} {what}"


def verb(things: Sequence[object], singular: str, plural: str) -> str:
    """Return the form of a verb that fits."""
    return singular if len(things) == 1 else plural


def place(problem: Problem, line: Line) -> str:
    """Return `line 3`, or `mass balance` (line 3); with the file if there are several. A bound is quoted."""
    if line.file == OPTION:
        return f"the bound `{line.text}`"
    several = _several_files(problem, (line,))
    where = f"{line.file or 'line'}:{line.line}" if several else f"line {line.line}"
    return f"`{line.label}` ({where})" if line.label else where


def _several_files(problem: Problem, lines: Sequence[Line]) -> bool:
    files = {line.file for line in (*(e.line for e in problem.equations), *lines)}
    return len(files - {OPTION}) > 1


def places(problem: Problem, lines: Sequence[Line]) -> str:
    """Return `lines 2, 5 and 7`, or each line with its file; one or two are named by their labels.

    Several statements on one line are quoted.
    """
    if len({(line.file, line.line) for line in lines if line.file != OPTION}) < len(
        [line for line in lines if line.file != OPTION]
    ):
        return listed(f"`{line.text}`" for line in lines)
    found = [place(problem, line) for line in lines]
    labelled = len(found) <= FEW and any(line.label for line in lines)
    bounds = any(line.file == OPTION for line in lines)
    if len(found) > 1 and not labelled and not bounds and not _several_files(problem, lines):
        return "lines " + listed(str(line.line) for line in lines)
    return listed(found)


def lines_of(problem: Problem, equations: Iterable[int]) -> tuple[Line, ...]:
    """Return the lines of some equations, each once, in the order of the text."""
    return tuple(dict.fromkeys(problem.equations[position].line for position in sorted(equations)))
