"""Pictures of a fit in the terminal: data, curve and residuals in dots of Braille characters, or in stars."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Final

from rich.text import Text

from eqsolve.fitted import Panel
from eqsolve.render.numbers import brief
from eqsolve.render.screen import Screen

if TYPE_CHECKING:
    from rich.console import Console

HEIGHT: Final = 14
RESIDUALS: Final = 5
_WIDEST: Final = 96
_MARGIN: Final = 10
_DOTS: Final = ((0x01, 0x08), (0x02, 0x10), (0x04, 0x20), (0x40, 0x80))


def print_plot(panels: Iterable[Panel], console: Console) -> None:
    """Print a picture of each soft equation."""
    from eqsolve.render.screen import emit

    for panel in panels:
        emit([Text(), *plot_lines(panel, Screen.of(console))], console)


def plot_lines(panel: Panel, screen: Screen) -> list[Text]:
    """Return the data with the curve, and the residuals below."""
    width = max(16, min(screen.width, _WIDEST) - _MARGIN - 2)
    low, high = _extent([*panel.x, *panel.curve_x])
    bottom, top = _extent(panel.curve if panel.field else [*panel.y, *near(panel)])
    canvas = _Canvas(width, HEIGHT, (low, high), (bottom, top), screen.unicode)
    if panel.field:
        canvas.zeros(panel.curve_x, panel.curve, panel.field)
    else:
        canvas.curve(panel.curve_x, panel.curve)
    canvas.points(panel.x, panel.y)
    lines = [Text(f"{'':{_MARGIN}}{screen.clean(panel.title)}", "bold")]
    lines += canvas.lines()
    reach = max(map(abs, panel.residuals), default=0.0) or 1.0
    below = _Canvas(width, RESIDUALS, (low, high), (-reach, reach), screen.unicode)
    below.curve((low, high), (0.0, 0.0))
    below.points(panel.x, panel.residuals)
    lines += [Text(f"{'':{_MARGIN}}residuals", "dim"), *below.lines()]
    left, right = brief(low, 3), brief(high, 3)
    middle = f"{screen.clean(panel.x_label):^{max(1, width - len(left) - len(right))}}"
    return [*lines, Text(f"{'':{_MARGIN + 1}}{left}{middle}{right}", "dim")]


def near(panel: Panel) -> list[float]:
    """Return the part of the curve that is not far from the data: a pole must not flatten the picture."""
    low, high = min(panel.y), max(panel.y)
    reach = 0.5 * (high - low)
    return [value for value in panel.curve if low - reach <= value <= high + reach]


def _extent(values: Sequence[float]) -> tuple[float, float]:
    finite = [value for value in values if math.isfinite(value)]
    low, high = min(finite, default=0.0), max(finite, default=1.0)
    return (low, high) if high > low else (low - 0.5, high + 0.5)


class _Canvas:
    """A field of cells with two layers: a curve of dots, and points that stand out."""

    def __init__(
        self, width: int, height: int, x: tuple[float, float], y: tuple[float, float], braille: bool
    ) -> None:
        self._x, self._y = x, y
        self._braille = braille
        self._cells = [[0] * width for _ in range(height)]
        self._marks = [[False] * width for _ in range(height)]

    def points(self, x: Sequence[float], y: Sequence[float]) -> None:
        """Mark the cells of some points."""
        for a, b in zip(x, y, strict=True):
            place = self._place(a, b)
            if place is not None:
                self._marks[place[1] // 4][place[0] // 2] = True

    def curve(self, x: Sequence[float], y: Sequence[float]) -> None:
        """Draw straight lines through points."""
        count = 2 * len(self._cells[0])
        for (a, b), (c, d) in zip(zip(x, y, strict=True), list(zip(x, y, strict=True))[1:], strict=False):
            steps = max(1, round(4 * count / max(1, len(x) - 1)))
            for k in range(steps + 1):
                self._dot(a + (c - a) * k / steps, b + (d - b) * k / steps)

    def zeros(self, x: Sequence[float], y: Sequence[float], field: Sequence[Sequence[float]]) -> None:
        """Draw where a field changes its sign."""
        for i in range(len(y) - 1):
            for j in range(len(x) - 1):
                corner = field[i][j]
                if corner * field[i][j + 1] <= 0 or corner * field[i + 1][j] <= 0:
                    self._dot(x[j], y[i])

    def lines(self) -> list[Text]:
        """Return the rows with their frame; the ends of the axis stand on the left."""
        labels = {0: brief(self._y[1], 3), len(self._cells) - 1: brief(self._y[0], 3)}
        bar = "│" if self._braille else "|"
        rows = []
        for k, (cells, marks) in enumerate(zip(self._cells, self._marks, strict=True)):
            row = Text(f"{labels.get(k, ''):>{_MARGIN - 1}} {bar}", "dim")
            for cell, mark in zip(cells, marks, strict=True):
                if mark:
                    row.append("●" if self._braille else "o", "bold yellow")
                else:
                    row.append((chr(0x2800 + cell) if self._braille else ".") if cell else " ", "cyan")
            row.rstrip()
            rows.append(row)
        return rows

    def _place(self, x: float, y: float) -> tuple[int, int] | None:
        if not (math.isfinite(x) and math.isfinite(y)):
            return None
        columns, rows = 2 * len(self._cells[0]) - 1, 4 * len(self._cells) - 1
        across = round((x - self._x[0]) / (self._x[1] - self._x[0]) * columns)
        down = round((self._y[1] - y) / (self._y[1] - self._y[0]) * rows)
        return (across, down) if 0 <= across <= columns and 0 <= down <= rows else None

    def _dot(self, x: float, y: float) -> None:
        place = self._place(x, y)
        if place is not None:
            across, down = place
            self._cells[down // 4][across // 2] |= _DOTS[down % 4][across % 2]
