"""The 27 classic systems from their standard starts: who solves them, who claims what is not so?"""

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
TESTS = Path(__file__).parent.parent / "tests"


def load() -> tuple[Any, ...]:
    """Return the systems that the tests use."""
    spec = spec_from_file_location("classic_systems", TESTS / "classic.py")
    assert spec is not None  # noqa: S101
    assert spec.loader is not None  # noqa: S101
    module = sys.modules[spec.name] = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.CLASSIC


def ours(equations: tuple[str, ...], names: list[str], start: tuple[float, ...]) -> tuple[bool, list[float]]:
    """Return whether eqsolve claims a solution (or a family with one representative), and the first."""
    result = eqsolve.solve(*equations, start=dict(zip(names, start, strict=True)))
    if not result.solutions:
        return False, list(start)
    return True, [result[name] for name in names]


def main() -> None:
    eqsolve.solve("x^2 = 2")  # imports are not counted
    rows = []
    solved = {"eqsolve": 0, "hybr": 0, "lm": 0}
    false = dict.fromkeys(solved, 0)
    spent = dict.fromkeys(solved, 0.0)
    for problem in load():
        names = [f"x{k + 1}" for k in range(len(problem.start))]
        function = floating(problem.equations, names)
        runs = {
            "eqsolve": lambda p=problem, n=names: ours(p.equations, n, p.start),
            "hybr": lambda p=problem, f=function: scipy_root(f, p.start, "hybr"),
            "lm": lambda p=problem, f=function: scipy_root(f, p.start, "lm"),
        }
        cells = []
        for name, run in runs.items():
            began = time.perf_counter()
            claimed, point = run()
            spent[name] += time.perf_counter() - began
            error = precise(problem.equations, names, point)
            solved[name] += claimed and error <= TINY
            false[name] += claimed and error > TINY
            cells.append(
                ("" if claimed else "no: ") + f"{error:.0e}" + (" FALSE" if claimed and error > TINY else "")
            )
        rows.append((problem.name, *cells))
    count = len(rows)
    rows.append(("solved", *(f"{n} of {count}" for n in solved.values())))
    rows.append(("falsely claimed", *map(str, false.values())))
    rows.append(("seconds", *(f"{s:.2f}" for s in spent.values())))
    show(
        f"{count} classic systems, standard starts",
        ("system", "eqsolve", "scipy hybr", "scipy lm"),
        rows,
        "max |lhs - rhs| of the point, evaluated by mpmath to 50 digits; `no` where the solver claims nothing; "
        f"FALSE where it claims success above {TINY:.0e}. The root of sample 18 is a point where its terms are 0/0: "
        "eqsolve counts none there.",
    )


if __name__ == "__main__":
    main()
