"""Text, and places in it."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final

_NEWLINE: Final = re.compile(r"\r\n?|\n")


@dataclass(frozen=True)
class Source:
    """A text with a name: a file's path, or None for equations typed in a shell or in Python."""

    text: str
    name: str | None = None

    @cached_property
    def line_starts(self) -> tuple[int, ...]:
        """Offsets at which the lines begin."""
        return (0, *(found.end() for found in _NEWLINE.finditer(self.text)))

    def line_of(self, offset: int) -> int:
        """Return the number of the line, counted from 1, that holds `offset`."""
        return bisect_right(self.line_starts, offset)

    def line(self, number: int) -> str:
        """Return the text of line `number`, counted from 1, without its end."""
        end = self.line_starts[number] if number < len(self.line_starts) else len(self.text)
        return self.text[self.line_starts[number - 1] : end].rstrip("\r\n")


@dataclass(frozen=True, slots=True)
class Span:
    """The characters `start` to `end` (exclusive) of a source."""

    source: Source = field(repr=False)
    start: int
    end: int

    @property
    def line(self) -> int:
        """Line of the first character, counted from 1."""
        return self.source.line_of(self.start)

    @property
    def column(self) -> int:
        """Column of the first character, counted from 1."""
        return self.start - self.source.line_starts[self.line - 1] + 1

    @property
    def end_column(self) -> int:
        """Column of the last character, on the line of the first one."""
        line_end = self.source.line_starts[self.line - 1] + len(self.source.line(self.line))
        return max(self.column, min(self.end, line_end) - self.source.line_starts[self.line - 1])

    @property
    def text(self) -> str:
        """The characters themselves."""
        return self.source.text[self.start : self.end]

    def to(self, other: Span) -> Span:
        """Return the span from the start of this one to the end of `other`."""
        return Span(self.source, self.start, other.end)
