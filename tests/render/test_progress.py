from __future__ import annotations

import io
import math
import time

from rich.console import Console

from eqsolve.render.curve import Curve, chart, sparkline
from eqsolve.render.progress import LiveProgress
from eqsolve.result import Progress


def falling(count: int) -> Curve:
    curve = Curve()
    for k in range(count):
        curve.add(k, 10.0 ** (-k))
    return curve


def terminal(width: int = 80) -> tuple[Console, io.StringIO]:
    stream = io.StringIO()
    return Console(file=stream, force_terminal=True, width=width, height=20, _environ={}), stream


def watch(console: Console, *, keep: bool, delay: float, seconds: float) -> None:
    with LiveProgress(console, keep=keep, delay=delay) as observer:
        for k in range(20):
            observer(Progress("adam [red]", k, 3, 4, 10.0**-k))
            time.sleep(seconds / 20)


def test_a_sparkline_falls() -> None:
    assert sparkline(falling(8), 24) == "█▇▆▅▄▃▂▁"
    assert sparkline(falling(1), 24) == ""


def test_a_chart_falls_from_the_upper_left() -> None:
    rows = chart(falling(11), 30, 4)
    assert len(rows) == 4
    assert rows[0].startswith("     1 │⠉")
    assert rows[-1].startswith(" 1e-10 │  ")
    assert max(map(len, rows)) <= 30


def test_a_chart_in_ascii() -> None:
    assert chart(falling(4), 16, 4, braille=False)[0].startswith("     1 |*")
    assert all(row.isascii() for row in chart(falling(4), 16, 4, braille=False))


def test_curves_survive_odd_values() -> None:
    curve = Curve()
    for k, value in enumerate([math.inf, math.nan, 1.0, 0.0, 1.0]):
        curve.add(k, value)
    assert chart(curve, 40, 3)
    curve.add(0, 1.0)
    assert len(curve) == 1


def test_long_curves_are_thinned_out() -> None:
    curve = Curve()
    for k in range(100_000):
        curve.add(k, 1.0 / (k + 1))
    assert len(curve) <= 1024
    assert curve.last_iteration > 99_000


def test_nothing_appears_before_the_delay() -> None:
    console, stream = terminal()
    watch(console, keep=False, delay=60.0, seconds=0.0)
    assert stream.getvalue() == ""


def test_nothing_appears_where_nobody_looks() -> None:
    stream = io.StringIO()
    watch(Console(file=stream), keep=True, delay=0.0, seconds=0.05)
    assert stream.getvalue() == ""


def test_appears_and_vanishes() -> None:
    console, stream = terminal()
    watch(console, keep=False, delay=0.01, seconds=0.4)
    text = stream.getvalue()
    assert "adam [red] · residual" in text
    assert "3/4 starts open" in text
    assert text.endswith("\x1b[2K")  # the last thing is to erase the line


def test_a_descent_leaves_its_curve() -> None:
    console, stream = terminal(40)
    watch(console, keep=True, delay=60.0, seconds=0.0)
    text = stream.getvalue()
    assert "residual 1e-19" in text
    assert "1e-19" in text
    assert "│" in text
