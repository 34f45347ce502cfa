"""Fits without a start of models whose parameters were planted, beside SciPy's `curve_fit` from ones.

A run counts if the sum of squares is that of what was planted, or less. `planted 3 5` draws three sets of data of
each family and fits each with five seeds; SciPy's start is the same for all seeds.
"""

from __future__ import annotations

import math
import sys
import time
import warnings
from pathlib import Path

import eqsolve
from benchmarks.side_by_side import show

sys.path.insert(0, str(Path(__file__).parent.parent))

from tests.planted import FAMILIES, Family, Planted, planted

SETS, SEEDS = 3, 5


def ours(family: Family, drawn: Planted, seed: int) -> float:
    """Return the sum of squares."""
    result = eqsolve.fit(family.equation, data=dict(drawn.data), seed=seed)
    return math.inf if result.fit is None else result.fit.rss


def curve_fit(family: Family, drawn: Planted) -> float:
    """Return the sum of squares of SciPy's fit from ones, with as many evaluations as it likes."""
    from scipy.optimize import curve_fit as fit

    names = list(drawn.parameters)
    x, y = drawn.data["x"], drawn.data["y"]

    def model(x: object, *values: float) -> object:
        return family.function(x, **dict(zip(names, values, strict=True)))

    try:
        found = fit(model, x, y, [1.0] * len(names), maxfev=20_000)[0]
    except (RuntimeError, ValueError, TypeError):
        return math.inf
    return float(((y - model(x, *found)) ** 2).sum())


def main(sets: int = SETS, seeds: int = SEEDS) -> None:
    """Print how often what was planted is found."""
    warnings.filterwarnings("ignore")
    rows, good, total = [], 0, 0
    for family in FAMILIES:
        hits, peer = 0, 0
        spent = {"ours": 0.0, "peer": 0.0}
        for number in range(sets):
            drawn = planted(family, number)
            enough = drawn.rss * (1 + 1e-6)
            began = time.perf_counter()
            hits += sum(ours(family, drawn, seed) <= enough for seed in range(seeds))
            middle = time.perf_counter()
            peer += curve_fit(family, drawn) <= enough
            spent["ours"] += middle - began
            spent["peer"] += time.perf_counter() - middle
        good, total = good + hits, total + sets * seeds
        rows.append(
            (
                family.name,
                f"{hits} of {sets * seeds}",
                f"{spent['ours'] / (sets * seeds):.2f}",
                f"{peer} of {sets}",
                f"{spent['peer'] / sets:.2f}",
            )
        )
    show(
        f"planted sums reached without a start: {good} of {total}",
        ("", "eqsolve", "seconds each", "curve_fit from ones", "seconds each"),
        rows,
        f"{sets} sets of data, {seeds} seeds each",
    )


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
