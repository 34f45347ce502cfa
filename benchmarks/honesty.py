"""Equations without a root, and roots that look like none: who claims a solution that is none?"""

from __future__ import annotations

import math
import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import sympy

import eqsolve
from benchmarks.side_by_side import show
from benchmarks.texts import floating, scipy_root, system

SCIPY = ("hybr", "lm", "krylov", "df-sane")
NEAR = 1e-3  # relative; generous, for the multiple roots


@dataclass(frozen=True)
class Trap:
    """Equations, and the root next to a point (None where there is no root)."""

    equations: tuple[str, ...]
    nearest: Callable[[float], float] | None = None
    names: tuple[str, ...] = ("x",)


TRAPS = (
    Trap(("exp(-x) = 0",)),
    Trap(("1/x = 0",)),
    Trap(("x^2 + 1 = 0",)),
    Trap(("x^2 + 1e-14 = 0",)),
    Trap(("atan(x) = 2",)),
    Trap(("1e-20*(x^2 + 1) = 0",)),
    Trap(("tanh(x) = 1",)),
    Trap(("erf(x) = 1",)),
    Trap(("1/(1 + exp(-x)) = 1",)),
    Trap(("x + exp(-x) = x",)),
    Trap(("x + y = 1", "x + y = 1 + 1e-9"), names=("x", "y")),
    Trap(("1e-20*x = 3e-20",), lambda _: 3.0),
    Trap(("x^2 = 0",), lambda _: 0.0),
    Trap(("1e12*(x^2 - 2) = 0",), lambda x: math.copysign(math.sqrt(2), x)),
    Trap(("1e-9*(x - 4)^3 = 0",), lambda _: 4.0),
    Trap(("log(x) = -50",), lambda _: math.exp(-50)),
    Trap(("sin(x) = 0",), lambda x: math.pi * round(x / math.pi)),
)

Claim = Sequence[Sequence[float]]  # the points that a solver calls solutions


def by_eqsolve(trap: Trap) -> Claim:
    result = eqsolve.solve(*trap.equations)
    if result.verdict is not eqsolve.Verdict.SOLVED:
        return []
    return [list(solution.values.values()) for solution in result.solutions]


def by_scipy(trap: Trap, method: str) -> Claim:
    success, point = scipy_root(floating(trap.equations, trap.names), [1.0] * len(trap.names), method)
    return [point] if success else []


def by_nsolve(trap: Trap) -> Claim:
    symbols = sympy.symbols(trap.names)
    expressions = system(trap.equations, trap.names, sympy, r'Rational("\1")')(symbols)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            point = sympy.nsolve(expressions, symbols, [1] * len(symbols))
    except (ValueError, ZeroDivisionError, ArithmeticError, TypeError):
        return []
    return [[float(sympy.re(value)) for value in point]]


def judge(trap: Trap, claim: Claim) -> tuple[str, bool]:
    """Return what to print of a claim, and whether it is false."""
    if not claim:
        return ("right: none" if trap.nearest is None else "missed"), False
    for x, *_ in claim:
        root = math.nan if trap.nearest is None else trap.nearest(x)
        if not abs(x - root) <= NEAR * (abs(root) or 1.0):
            return f"FALSE: {x:.3g}", True
    return f"right: {len(claim)}", False


def main() -> None:
    solvers: dict[str, Callable[[Trap], Claim]] = {"eqsolve": by_eqsolve}
    for method in SCIPY:
        solvers[method] = lambda trap, method=method: by_scipy(trap, method)
    solvers["nsolve"] = by_nsolve
    rootless = sum(trap.nearest is None for trap in TRAPS)
    false = dict.fromkeys(solvers, 0)
    right = dict.fromkeys(solvers, 0)
    rows = []
    for trap in TRAPS:
        cells = []
        for name, solver in solvers.items():
            words, wrong = judge(trap, solver(trap))
            false[name] += wrong
            right[name] += words.startswith("right")
            cells.append(words)
        rows.append(("; ".join(trap.equations), *cells))
    rows.append(("false successes", *map(str, false.values())))
    rows.append(("right answers", *map(str, right.values())))
    show(
        "Honesty: eqsolve, four methods of scipy.optimize.root, sympy.nsolve",
        ("equations", *solvers),
        rows,
        f"All from x = 1 with default tolerances. The first {rootless} have no root. FALSE: success was claimed at a "
        f"point that is not within {NEAR:.1%} of a root; right: how many roots were found.",
    )


if __name__ == "__main__":
    main()
