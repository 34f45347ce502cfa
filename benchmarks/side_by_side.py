"""Medians of interleaved runs: what disturbs the machine disturbs all that is compared."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from statistics import median

from rich.console import Console
from rich.table import Table

WIDTH = 120  # where there is no terminal


def medians(jobs: Mapping[str, Callable[[], object]], rounds: int) -> dict[str, float]:
    """Return the median seconds of each job, run in turn (A B C A B C …)."""
    seconds: dict[str, list[float]] = {name: [] for name in jobs}
    for _ in range(rounds):
        for name, job in jobs.items():
            began = time.perf_counter()
            job()
            seconds[name].append(time.perf_counter() - began)
    return {name: median(each) for name, each in seconds.items()}


def show(title: str, columns: tuple[str, ...], rows: list[tuple[str, ...]], caption: str) -> None:
    """Print a table; all columns but the first are numbers."""
    table = Table(title=title, caption=caption, title_justify="left", caption_justify="left")
    for index, column in enumerate(columns):
        table.add_column(column, justify="right" if index else "left")
    for row in rows:
        table.add_row(*row)
    console = Console()
    if not console.is_terminal:
        console = Console(width=WIDTH)
    console.print(table, "")
