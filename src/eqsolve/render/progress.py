"""A live display of a search: it appears after half a second of work and leaves nothing behind."""

from __future__ import annotations

import time
from threading import Timer
from types import TracebackType
from typing import TYPE_CHECKING, Final

from rich.cells import cell_len
from rich.text import Text

from eqsolve.render.curve import Curve, chart, sparkline
from eqsolve.render.numbers import brief
from eqsolve.render.screen import Screen, emit, padded
from eqsolve.result import Progress

if TYPE_CHECKING:
    from rich.console import Console
    from rich.live import Live

_DELAY: Final = 0.5
_PER_SECOND: Final = 10
_SPARKLINE: Final = 16
# Room for the `^C` that a terminal echoes: a line that wraps could not be erased.
_SPARE: Final = 4
_HEIGHT: Final = 6
_WIDEST: Final = 72


class LiveProgress:
    """Watch a search on a terminal; on anything else do nothing.

    Use it as a context manager around the search and as its observer.

    Args:
        console: A console on stderr.
        keep: Draw the whole curve of the residual, and leave it on the screen at the end.
        delay: Seconds of work before anything appears.
    """

    def __init__(self, console: Console, *, keep: bool = False, delay: float = _DELAY) -> None:
        self._console = console
        self._screen = Screen.of(console)
        self._keep = keep
        self._curve = Curve()
        self._latest: Progress | None = None
        self._live: Live | None = None
        self._timer = Timer(delay, self._appear)
        self._timer.daemon = True
        self._sparkling = not keep and self._screen.unicode
        self._visible = console.is_terminal and not console.is_dumb_terminal

    def __enter__(self) -> LiveProgress:
        if self._visible:
            self._timer.start()
        return self

    def __call__(self, progress: Progress) -> None:
        """Take note of a moment in the search."""
        if self._latest is not None and progress.stage != self._latest.stage:
            self._curve = Curve()
        self._latest = progress
        self._curve.add(progress.iteration, progress.best_residual)

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if not self._visible:
            return
        self._timer.cancel()
        self._timer.join()
        if self._live is not None:
            self._live.stop()
        if self._keep and len(self._curve) > 1:
            emit([self._line(spinning=False), *self._chart(), Text()], self._console)

    def _appear(self) -> None:
        from rich.live import Live

        self._live = Live(
            get_renderable=self._frame,
            console=self._console,
            refresh_per_second=_PER_SECOND,
            transient=True,
            redirect_stdout=False,
            redirect_stderr=False,
        )
        self._live.start()

    def _frame(self) -> Text:
        """Return what stands on the screen now."""
        lines = [self._line(spinning=True), *(self._chart() if self._keep else [])]
        for line in lines:
            line.truncate(self._console.width - _SPARE)
        return Text("\n").join(lines)

    def _line(self, *, spinning: bool) -> Text:
        frames = "⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏" if self._screen.unicode else "|/-\\"
        spinner = frames[int(time.monotonic() * _PER_SECOND) % len(frames)] + " " if spinning else ""
        summary = _summary(self._latest, self._screen)
        room = self._console.width - _SPARE - cell_len(spinner + summary) > _SPARKLINE
        curve = sparkline(self._curve, _SPARKLINE) if spinning and room and self._sparkling else ""
        shown = padded(curve, _SPARKLINE) + " " if curve else ""
        return Text.assemble((spinner + shown, "cyan"), summary)

    def _chart(self) -> list[Text]:
        width = min(self._console.width - _SPARE, _WIDEST)
        return [Text(row, "cyan") for row in chart(self._curve, width, _HEIGHT, braille=self._screen.unicode)]


def _summary(progress: Progress | None, screen: Screen) -> str:
    """Say where a search stands, in one line."""
    if progress is None:
        return "working"
    parts = [screen.clean(progress.stage)]
    residual = brief(progress.best_residual)
    if residual != "?":
        parts.append(f"residual {residual}")
    if progress.iteration:
        parts.append(f"iteration {progress.iteration:,}")
    if progress.lanes > 1:
        parts.append(f"{progress.open_lanes:,}/{progress.lanes:,} starts open")
    return f" {screen.glyphs.between} ".join(parts)
