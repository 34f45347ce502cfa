"""What a screen can show: its width, its symbols, and user text made harmless."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import astuple, dataclass
from typing import TYPE_CHECKING, Final

from rich.cells import cell_len
from rich.text import Text

if TYPE_CHECKING:
    from rich.console import Console

_INVISIBLE: Final = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
_TAB: Final = "    "
_LONGEST_NAME: Final = 24


@dataclass(frozen=True, slots=True)
class Glyphs:
    """The symbols outside ASCII that the reports use."""

    good: str = "✓"
    bad: str = "✗"
    unsure: str = "~"
    corner: str = "┌─"
    bar: str = "│"
    dots: str = "…"
    between: str = "·"
    plus_minus: str = "±"
    rule: str = "─"


UNICODE: Final = Glyphs()
ASCII: Final = Glyphs("ok", "x", "~", "-->", "|", "...", "-", "+/-", "-")


@dataclass(frozen=True, slots=True)
class Screen:
    """Where text goes: how it is encoded, and how many cells fit on a line."""

    encoding: str = "utf-8"
    width: int = 80

    @classmethod
    def of(cls, console: Console) -> Screen:
        """Return the screen behind a console."""
        return cls(console.encoding, console.width)

    @property
    def unicode(self) -> bool:
        """Whether the symbols of the reports can be shown."""
        return all(_encodable(glyph, self.encoding) for glyph in astuple(UNICODE))

    @property
    def glyphs(self) -> Glyphs:
        """The symbols that this screen can show."""
        return UNICODE if self.unicode else ASCII

    def clean(self, text: str) -> str:
        """Return `text` on one line, with characters that cannot be seen or sent shown as escapes."""
        if text.isascii() and text.isprintable():
            return text
        return "".join(self._shown(character) for character in text)

    def _shown(self, character: str) -> str:
        if character == "\t":
            return _TAB
        if unicodedata.category(character) not in _INVISIBLE and _encodable(character, self.encoding):
            return character
        code = ord(character)
        if code <= 0xFF:
            return f"\\x{code:02x}"
        return f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"


def _encodable(text: str, encoding: str) -> bool:
    try:
        text.encode(encoding)
    except (UnicodeEncodeError, LookupError):
        return False
    return True


def padded(text: str, width: int) -> str:
    """Return `text` filled up with blanks to `width` cells."""
    return text + " " * (width - cell_len(text))


def shortened(text: str, width: int, dots: str) -> str:
    """Return `text` cut to at most `width` cells, with dots where it was cut."""
    if cell_len(text) <= width:
        return text
    kept = text[:width]
    while kept and cell_len(kept) + len(dots) > width:
        kept = kept[:-1]
    return kept + dots


def name_width(names: Iterable[str]) -> int:
    """Return the cells to reserve for `names`; very long ones stick out."""
    return max((width for name in names if (width := cell_len(name)) <= _LONGEST_NAME), default=0)


def grid(rows: Sequence[Sequence[Text]], gap: int = 3) -> list[Text]:
    """Lay out rows of cells in left-justified columns."""
    count = max((len(row) for row in rows), default=0)
    widths = [max(row[k].cell_len for row in rows if k < len(row)) for k in range(count)]
    return [_grid_line(row, widths, gap) for row in rows]


def _grid_line(row: Sequence[Text], widths: Sequence[int], gap: int) -> Text:
    line = Text()
    for cell, width in zip(row, widths, strict=False):
        line.append_text(cell)
        line.append(" " * (width - cell.cell_len + gap))
    line.rstrip()
    return line


def emit(lines: Iterable[Text], console: Console) -> None:
    """Print lines without wrapping, so that numbers and names stay whole."""
    text = Text("\n", end="").join(lines)
    if not text:
        return
    if console.is_terminal or console.record:
        console.print(text, soft_wrap=True)
    else:  # nothing to colour: spare rich the measuring
        console.file.write(text.plain + "\n")
