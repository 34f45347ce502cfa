"""The 27 classic systems from near, far and no starts: who solves them, who claims what is not so?"""

from __future__ import annotations

import sys
import time
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import Any

import eqsolve
from benchmarks.side_by_side import show
from benchmarks.texts import floating, precise, scipy_root

TINY = 1e-8  # max |lhs - rhs|; the systems are scaled to numbers around 1
SCALES = {"x1": 1.0, "x10": 10.0, "x100": 100.0, "none": None}
METHODS = ("eqsolve", "hybr", "lm", "krylov", "df-sane")
TESTS = Path(__file__).parent.parent / "tests"


def load() -> tuple[Any, ...]:
    """Return the systems that the tests use."""
    spec = spec_from_file_location("classic_systems", TESTS / "classic.py")
    assert spec is not None  # noqa: S101
    assert spec.loader is not None  # noqa: S101
    module = sys.modules[spec.name] = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.CLASSIC


def ours(
    equations: tuple[str, ...], names: list[str], start: tuple[float, ...] | None
) -> tuple[bool, list[float]]:
    """Return whether eqsolve claims a solution (or a family with one representative), and the first."""
    result = eqsolve.solve(*equations, start=dict(zip(names, start, strict=True)) if start else {})
    if not result.solutions:
        return False, list(start or [1.0] * len(names))
    return True, [result[name] for name in names]


def main() -> None:
    eqsolve.solve("x^2 = 2")  # imports are not counted
    rows: list[tuple[str, ...]] = []
    totals: list[tuple[str, ...]] = []
    for label, scale in SCALES.items():
        solved, false, spent = (dict.fromkeys(METHODS, 0.0) for _ in range(3))
        for problem in load():
            names = [f"x{k + 1}" for k in range(len(problem.start))]
            function = floating(problem.equations, names)
            far = None if scale is None else tuple(scale * value for value in problem.start)
            cells = []
            for method in METHODS:
                began = time.perf_counter()
                if method == "eqsolve":
                    claimed, point = ours(problem.equations, names, far)
                else:
                    claimed, point = scipy_root(function, far or [1.0] * len(names), method)
                spent[method] += time.perf_counter() - began
                error = precise(problem.equations, names, point)
                solved[method] += claimed and error <= TINY
                false[method] += claimed and error > TINY
                mark = "" if claimed else "no: "
                cells.append(f"{mark}{error:.0e}" + (" FALSE" if claimed and error > TINY else ""))
            if any(cell.startswith("no") or "FALSE" in cell for cell in cells):
                rows.append((problem.name, label, *cells))
        totals += [
            ("solved", label, *(f"{n:.0f} of {len(load())}" for n in solved.values())),
            ("falsely claimed", label, *(f"{n:.0f}" for n in false.values())),
            ("seconds", label, *(f"{s:.1f}" for s in spent.values())),
        ]
    show(
        "The classic systems: those that somebody does not solve, and all together",
        ("system", "start", *METHODS),
        rows + totals,
        "max |lhs - rhs| of the point, evaluated by mpmath to 50 digits; `no` where the solver claims nothing; "
        f"FALSE where it claims success above {TINY:.0e}. Without a start scipy begins at 1.",
    )


if __name__ == "__main__":
    main()
