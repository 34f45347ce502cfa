"""The catalogue of the literature, from the published starts and from none: what is not solved, and why."""

from __future__ import annotations

import sys
import time
from statistics import median

import eqsolve
from benchmarks.catalogue import CATALOGUE, Entry
from benchmarks.side_by_side import show

SECONDS = 20.0  # per solve


def outcome(entry: Entry, *, started: bool) -> tuple[str, float]:
    """Return what went wrong ("" if a solution was found), and the seconds it took."""
    began = time.perf_counter()
    result = eqsolve.solve(entry.text, start=entry.start if started else {}, max_seconds=SECONDS)
    fault = "" if result.solutions else f"{result.verdict.value}: {result.message}"
    return fault, time.perf_counter() - began


def main() -> None:
    chosen = [entry for entry in CATALOGUE if not sys.argv[2:] or any(a in entry.name for a in sys.argv[2:])]
    eqsolve.solve("x^2 = 2")  # imports are not counted
    rows = []
    summary = []
    for how in ("start", "none"):
        seconds = []
        solved = 0
        for entry in chosen:
            fault, spent = outcome(entry, started=how == "start")
            seconds.append(spent)
            solved += not fault
            if fault:
                rows.append((entry.name, how, f"{spent:.1f} s", fault[:150]))
        summary.append(
            f"{'published start' if how == 'start' else 'no start'}: {solved} of {len(chosen)} solved, "
            f"median {1000 * median(seconds):.0f} ms, worst {max(seconds):.1f} s, all {sum(seconds):.0f} s"
        )
    show(
        f"{len(chosen)} systems of the literature: not solved",
        ("system", "start", "time", "why"),
        rows,
        "\n".join(summary),
    )


if __name__ == "__main__":
    main()
