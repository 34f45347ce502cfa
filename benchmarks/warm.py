"""Small systems in a process that has everything loaded: time per solve, and is it right?"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from itertools import count
from statistics import median

import sympy
import torch

import eqsolve
from benchmarks.everyday import EVERYDAY
from benchmarks.side_by_side import medians, show
from benchmarks.systems import SYSTEMS, Small
from benchmarks.texts import floating, scipy_root, system
from eqsolve.numeric.compile import compile_block
from eqsolve.numeric.search import search
from eqsolve.numeric.starts import starts
from eqsolve.pipeline import prepare
from eqsolve.structure import Block

ROUNDS = 5
BATCHES = (1, 256)
NEAR = 1e-6  # relative to the largest value of the root

Claim = Sequence[Sequence[float]]


def solvers(small: Small) -> dict[str, Callable[[], Claim]]:
    """Return the three ways to solve a system; what they return is what they call solutions."""
    names, start = small.names, [1.0] * len(small.names)
    function = floating(small.equations, names)
    symbols = sympy.symbols(names)
    expressions = system(small.equations, names, sympy, r'Rational("\1")')(symbols)

    new = renamings(small.equations)

    def ours() -> Claim:
        equations, mark = next(new)
        result = eqsolve.solve(*equations)
        return [[solution.values[name + mark] for name in names] for solution in result.solutions]

    def hybr() -> Claim:
        success, point = scipy_root(function, start, "hybr")
        return [point] if success else []

    def nsolve() -> Claim:
        try:
            point = sympy.nsolve(expressions, symbols, start)
        except (ValueError, ArithmeticError, TypeError):
            return []
        values = [complex(value) for value in point]
        return [[value.real for value in values]] if not any(value.imag for value in values) else []

    return {"eqsolve": ours, "scipy hybr": hybr, "sympy nsolve": nsolve}


def renamings(equations: Sequence[str]) -> Iterator[tuple[tuple[str, ...], str]]:
    """Yield the equations with a mark behind each unknown, and the mark: no answer about them can be remembered."""
    names = "|".join(sorted(prepare(*equations).names, key=len, reverse=True))
    unknown = re.compile(rf"(?<![\w.])({names})(?!\w)(?! *\()")
    for number in count(1):
        yield tuple(unknown.sub(rf"\1_{number}", each) for each in equations), f"_{number}"


def known(small: Small, point: Sequence[float]) -> bool:
    """Tell whether a point is one of the known roots."""
    return any(
        max(abs(a - b) for a, b in zip(point, root, strict=True)) <= NEAR * max(map(abs, root))
        for root in small.roots
    )


def judge(small: Small, claim: Claim) -> str:
    """Return how many of the known roots were found, or what went wrong."""
    if not claim:
        return "none"
    if not all(known(small, point) for point in claim):
        return "WRONG"
    return f"{len(claim)} of {len(small.roots)}"


def batches(small: Small) -> dict[str, Callable[[], object]]:
    """Return the search by numbers alone, of the whole system, from one start and from many."""
    problem = prepare(*small.equations)
    everything = Block(tuple(range(len(problem.equations))), tuple(range(len(problem.unknowns))))
    residual = compile_block(problem, everything).given({})
    none = torch.zeros(len(problem.unknowns), dtype=torch.float64)

    def job(lanes: int) -> Callable[[], object]:
        x0 = starts(none, none.bool(), residual.lower, residual.upper, lanes, 0)
        return lambda: search(residual, x0)

    return {f"{lanes} starts": job(lanes) for lanes in BATCHES}


def show_batches() -> None:
    """Print what a batch of starts costs beside one start."""
    rows = []
    for small in SYSTEMS:
        jobs = batches(small)
        for job in jobs.values():
            job()
        seconds = medians(jobs, ROUNDS)
        one, many = (seconds[name] for name in jobs)
        rows.append((small.name, f"{1000 * one:.2f} ms", f"{1000 * many:.2f} ms", f"{many / one:.1f}"))
    show(
        "The search by numbers alone, from one start and from many",
        ("system", *(f"{lanes} starts" for lanes in BATCHES), "ratio"),
        rows,
        f"Medians of {ROUNDS} interleaved runs, torch on one thread; the slowest lane decides how many steps it takes.",
    )


def show_everyday() -> None:
    """Print what systems of everyday engineering cost, and what is said of them."""
    rows, every = [], []
    for name, equations in EVERYDAY.items():
        new = renamings(equations)
        result = eqsolve.solve(*equations)
        seconds = medians({"solve": lambda new=new: eqsolve.solve(*next(new)[0])}, ROUNDS)["solve"]
        every.append(seconds)
        how = "; ".join(block.method for block in result.blocks if block.method != "elimination")
        said = f"{len(result.solutions)}, {result.completeness.value}"
        rows.append((name, str(len(prepare(*equations).names)), f"{1000 * seconds:.2f} ms", said, how))
    rows.append(("median", "", f"{1000 * median(every):.2f} ms", "", ""))
    show(
        "Systems of everyday engineering, warm, without a start",
        ("system", "n", "eqsolve", "roots", "how"),
        rows,
        f"Medians of {ROUNDS} runs, each with names of its own; budget: 20 ms.",
    )


def main() -> None:
    torch.set_num_threads(1)
    eqsolve.solve("x^2 = 2")  # imports are not counted
    rows, ratios = [], []
    for small in SYSTEMS:
        jobs = solvers(small)
        found = {name: judge(small, job()) for name, job in jobs.items()}
        seconds = medians(jobs, ROUNDS)
        ratios.append(seconds["eqsolve"] / seconds["scipy hybr"])
        cells = (f"{1000 * seconds[name]:.2f} ms, {found[name]}" for name in jobs)
        rows.append((small.name, str(len(small.names)), *cells, f"{ratios[-1]:.0f}"))
    rows.append(("median", "", "", "", "", f"{median(ratios):.0f}"))
    show(
        "Small systems, warm: milliseconds, roots found of those known",
        ("system", "n", *jobs, "eqsolve / hybr"),
        rows,
        f"Medians of {ROUNDS} interleaved runs; budget for eqsolve: 20 ms. It starts from text, searches from 64 "
        "starts for all roots, and verifies each to 50 digits; the others make one run from x = 1 with a function "
        "built beforehand, and verify nothing.",
    )
    show_everyday()
    show_batches()


if __name__ == "__main__":
    main()
