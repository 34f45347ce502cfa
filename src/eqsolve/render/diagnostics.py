"""Errors and warnings: the message, the line, a caret under the exact columns, one hint.

error[unknown-function]: no function `sqr`
  ┌─ pipe.eqs:3:7
3 │ v^2 = sqr(2*g*h)
  │       ^^^ did you mean `sqrt`?
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Final, Literal, TypeAlias

from rich.cells import cell_len
from rich.text import Text

from eqsolve.errors import Diagnostic
from eqsolve.render.screen import Screen, emit, shortened
from eqsolve.source import Span

if TYPE_CHECKING:
    from rich.console import Console

Severity: TypeAlias = Literal["error", "warning"]

_STYLES: Final = {"error": "bold red", "warning": "bold yellow"}
_MOST: Final = 20
_LONGEST_MESSAGE: Final = 600
_FRAME: Final = "blue"


def print_diagnostics(
    diagnostics: Sequence[Diagnostic], console: Console, *, severity: Severity = "error"
) -> None:
    """Draw diagnostics on a console."""
    emit(draw_all(diagnostics, Screen.of(console), severity), console)


def diagnostics_to_text(
    diagnostics: Sequence[Diagnostic], *, severity: Severity = "error", width: int = 80
) -> str:
    """Return diagnostics as plain text."""
    return "\n".join(line.plain for line in draw_all(diagnostics, Screen(width=width), severity))


def draw_all(diagnostics: Sequence[Diagnostic], screen: Screen, severity: Severity) -> list[Text]:
    """Return the lines of several diagnostics, with a blank line between them."""
    lines: list[Text] = []
    for diagnostic in diagnostics[:_MOST]:
        lines += [Text()] * bool(lines) + draw(diagnostic, screen, severity)
    more = len(diagnostics) - _MOST
    if more > 0:
        lines += [Text(), Text(f"{screen.glyphs.dots} and {more} more", "dim")]
    return lines


def draw(diagnostic: Diagnostic, screen: Screen, severity: Severity) -> list[Text]:
    """Return the lines of one diagnostic."""
    message = shortened(screen.clean(diagnostic.message), _LONGEST_MESSAGE, screen.glyphs.dots)
    head = Text.assemble((f"{severity}[{diagnostic.code}]", _STYLES[severity]), (f": {message}", "bold"))
    hint = screen.clean(diagnostic.hint or "")
    if diagnostic.span is not None:
        return [head, *_excerpt(diagnostic.span, hint, screen, _STYLES[severity])]
    return [head, Text(f"  hint: {hint}")] if hint else [head]


def _excerpt(span: Span, hint: str, screen: Screen, style: str) -> list[Text]:
    """Return the place, the line, and the carets with the hint beside them, or below if it is long."""
    number = str(span.line)
    margin = " " * len(number)
    room = max(screen.width, 40) - len(number) - 4
    shown, start, width = _window(span, screen, room)
    bar = screen.glyphs.bar
    lines = [
        Text.assemble((f"{margin} {screen.glyphs.corner} ", _FRAME), (_place(span, screen), "dim")),
        Text.assemble((f"{number} {bar} ", _FRAME), shown),
        Text.assemble((f"{margin} {bar} ", _FRAME), " " * start, ("^" * width, style)),
    ]
    if hint and start + width + 1 + cell_len(hint) <= room:
        lines[-1].append(f" {hint}")
    elif hint:
        lines.append(Text.assemble((f"{margin} {bar} ", _FRAME), hint))
    return lines


def _place(span: Span, screen: Screen) -> str:
    name = span.source.name
    place = f"{span.line}:{span.column}"
    return f"line {place}" if name is None else f"{screen.clean(name)}:{place}"


def _window(span: Span, screen: Screen, room: int) -> tuple[str, int, int]:
    """Return the line as shown, and where the carets begin and how many there are, in cells.

    A line too long for the screen is cut on both sides of the span.
    """
    line = span.source.line(span.line)
    first, last = span.column - 1, max(span.end_column, span.column)
    dots = screen.glyphs.dots
    # Twice the room on either side is more than can be shown: a line of 64 KiB costs no more than that.
    low, high = max(0, first - 2 * room), min(len(line), first + 2 * room)
    before, marked, after = map(screen.clean, (line[low:first], line[first:last], line[last:high]))
    marked = shortened(marked, room - 2 * len(dots), dots)
    start, width = _cells(before, marked)
    left = low > 0 or start + width > room - len(dots)
    if left:
        target = max(len(dots), (room - width) // 2)
        while before and cell_len(before) + len(dots) > target:
            before = before[1:]
        before = dots + before
        start, width = _cells(before, marked)
    shown = before + marked + after + ("" if high == len(line) else dots)
    return shortened(shown, room, dots), start, width


def _cells(before: str, marked: str) -> tuple[int, int]:
    """Return where `marked` begins and how wide it is; a lone combining mark stands under its letter."""
    start = cell_len(before)
    width = cell_len(before + marked) - start
    if width == 0 and marked and start:
        start -= 1
    return start, max(width, 1)


def quote(lines: Iterable[tuple[str, str, str | None]], screen: Screen) -> list[Text]:
    """Quote whole lines of a text: (place, text, label) each."""
    cleaned = [tuple(screen.clean(part or "") for part in line) for line in lines]
    margin = max((cell_len(place) for place, _, _ in cleaned), default=0)
    quoted = []
    for place, text, label in cleaned:
        number = " " * (margin - cell_len(place)) + place
        line = Text.assemble(("  " + number + f" {screen.glyphs.bar} ", _FRAME), text)
        quoted.append(line.append(f"   {label}", "dim") if label else line)
    return quoted
