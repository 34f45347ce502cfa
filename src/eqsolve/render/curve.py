"""How an error falls over the iterations, drawn with characters on a logarithmic scale."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final

from eqsolve.render.numbers import brief

_BARS: Final = "▁▂▃▄▅▆▇█"
_KEPT: Final = 1024
# Bits of the eight dots of a Braille character: rows from the top, left and right column.
_DOTS: Final = ((0x01, 0x08), (0x02, 0x10), (0x04, 0x20), (0x40, 0x80))


class Curve:
    """The logarithms of the residuals so far; thinned out evenly when they become many."""

    def __init__(self) -> None:
        self._points: list[tuple[int, float]] = []

    def add(self, iteration: int, residual: float) -> None:
        """Add a point; an iteration that starts over begins a new curve."""
        if self._points and iteration < self._points[-1][0]:
            self._points = []
        if math.isfinite(residual) and residual > 0.0:
            self._points.append((iteration, math.log10(residual)))
        if len(self._points) > _KEPT:
            self._points = self._points[::2] + self._points[-1:]

    def __len__(self) -> int:
        return len(self._points)

    @property
    def last_iteration(self) -> int:
        """The iteration of the last point."""
        return self._points[-1][0]

    def sampled(self, count: int) -> list[float]:
        """Return the curve at `count` evenly spaced iterations, as a step function."""
        first, last = self._points[0][0], self._points[-1][0]
        samples, at = [], 0
        for k in range(count):
            iteration = first + (last - first) * k / max(1, count - 1)
            while at + 1 < len(self._points) and self._points[at + 1][0] <= iteration:
                at += 1
            samples.append(self._points[at][1])
        return samples


def sparkline(curve: Curve, width: int) -> str:
    """Return the curve in one line of at most `width` cells."""
    if len(curve) < 2:
        return ""
    samples = curve.sampled(min(width, len(curve)))
    low, high = _range(samples)
    return "".join(_BARS[round((sample - low) / (high - low) * (len(_BARS) - 1))] for sample in samples)


def chart(curve: Curve, width: int, height: int, *, braille: bool = True) -> list[str]:
    """Return the curve in `height` lines of at most `width` cells, with powers of ten on the left."""
    if len(curve) < 2:
        return []
    margin = 7
    columns = max(8, width - margin - 1)
    draw = _braille if braille else _stars
    samples = curve.sampled(columns * (2 if braille else 1))
    low, high = _range(samples)
    rows = draw([(sample - low) / (high - low) for sample in samples], height)
    labels = {0: brief(10**high, 1), height - 1: brief(10**low, 1)}
    bar = "│" if braille else "|"
    return [f"{labels.get(k, ''):>{margin - 1}} {bar}{row}".rstrip() for k, row in enumerate(rows)]


def _range(samples: Sequence[float]) -> tuple[float, float]:
    low, high = min(samples), max(samples)
    return (low, high) if high - low > 1e-9 else (low - 0.5, high + 0.5)


def _levels(heights: Sequence[float], count: int) -> list[range]:
    """Return, per column, the rows to mark, so that neighbouring columns touch; 0 is the top."""
    rows = [round((1.0 - height) * (count - 1)) for height in heights]
    before = [rows[0], *rows[:-1]]
    return [range(min(row, old), max(row, old) + 1) for row, old in zip(rows, before, strict=True)]


def _braille(heights: Sequence[float], height: int) -> list[str]:
    cells = [[0] * (len(heights) // 2) for _ in range(height)]
    for column, rows in enumerate(_levels(heights, 4 * height)):
        for row in rows:
            cells[row // 4][column // 2] |= _DOTS[row % 4][column % 2]
    return ["".join(chr(0x2800 + cell) if cell else " " for cell in line) for line in cells]


def _stars(heights: Sequence[float], height: int) -> list[str]:
    cells = [[" "] * len(heights) for _ in range(height)]
    for column, rows in enumerate(_levels(heights, height)):
        for row in rows:
            cells[row][column] = "*"
    return ["".join(line) for line in cells]
