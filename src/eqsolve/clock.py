"""The time as deadlines see it: once the user has interrupted, it is later than any of them."""

from __future__ import annotations

import math
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Final


class OutOfTime(Exception):  # noqa: N818  (an answer, not an error)
    """The deadline has passed in the middle of something that has no partial answer."""


GRACE: Final = 2.0  # seconds in which what was found may be checked when the time is up


class _Clock:
    interrupted: float = math.inf  # when the user has asked to stop


def now() -> float:
    """Return the time in seconds, as `time.monotonic()` tells it; infinite after an interrupt."""
    return math.inf if is_interrupted() else time.monotonic()


def is_interrupted() -> bool:
    """Tell whether the user has asked to stop."""
    return _Clock.interrupted < math.inf


def is_overdue(deadline: float) -> bool:
    """Tell whether a deadline, or an interrupt, has passed a moment ago."""
    return time.monotonic() > min(deadline, _Clock.interrupted) + GRACE


@contextmanager
def interruptible() -> Iterator[None]:
    """Let the first Ctrl-C end all deadlines, so that what was found is reported; the second one ends it all.

    Only the main thread hears of Ctrl-C; in any other this does nothing.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def hear(_signal: int, _frame: FrameType | None) -> None:
        if is_interrupted():
            raise KeyboardInterrupt
        _Clock.interrupted = time.monotonic()

    before = signal.signal(signal.SIGINT, hear)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
        _Clock.interrupted = math.inf
