"""The tables of `tests/verdicts/`, put to the peers: who claims a solution that is none, who misses one?"""

from __future__ import annotations

import math
import signal
import time
import warnings
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from types import FrameType

import sympy
from tests.verdict_tables import ENDLESS, ROWS, Row

import eqsolve
from benchmarks.side_by_side import show
from benchmarks.texts import System, floating, scipy_root, system
from eqsolve.pipeline import prepare

METHODS = ("hybr", "lm", "krylov", "df-sane")  # of scipy.optimize.root
NEAR = 1e-3  # relative; generous, for the multiple roots
SECONDS = 10  # for each row and each peer
OWN = (
    "cbrt",
    "root",
    "if",
    "mod",
    "hypot",
    "erf",
    "|",
    "%",
    "sign",
    "floor",
    "round",
    "ceil",
    "min(",
    "max(",
)

Claim = Sequence[dict[str, float]]  # the points that a solver calls solutions


@dataclass(frozen=True)
class Trap:
    """Equations without constraints, in words that every peer understands, and all their real solutions."""

    row: Row
    names: tuple[str, ...]

    @property
    def equations(self) -> tuple[str, ...]:
        """The texts."""
        return self.row.equations

    @property
    def points(self) -> list[dict[str, float]]:
        """All real solutions."""
        return self.row.points


def traps() -> list[Trap]:
    """Return the rows that have as many equations as unknowns, no constraints, and finitely many roots."""
    found = []
    for row in ROWS:
        decided = row.verdict is eqsolve.Verdict.NO_SOLUTION or (row.points and row.table != ENDLESS)
        plain = all(text.count("=") == 1 and not set("<>!") & set(text) for text in row.equations)
        if not decided or not plain or any(word in row.text for word in OWN):
            continue
        names = prepare(*row.equations).names
        if len(names) == len(row.equations):
            found.append(Trap(row, names))
    return found


def by_eqsolve(trap: Trap) -> Claim:
    result = eqsolve.solve(*trap.equations)
    if result.verdict is not eqsolve.Verdict.SOLVED:
        return []
    return [dict(solution.values) for solution in result.solutions]


def by_scipy(trap: Trap, method: str) -> Claim:
    start = [1.0] * len(trap.names)
    success, point = scipy_root(floating(trap.equations, trap.names), start, method)
    return [dict(zip(trap.names, point, strict=True))] if success else []


def symbolic(trap: Trap) -> tuple[list[sympy.Symbol], list[sympy.Expr]]:
    symbols = [sympy.Symbol(name, real=True) for name in trap.names]
    residuals: System = system(trap.equations, trap.names, sympy, r'Rational("\1")')
    return symbols, residuals(symbols)


def by_nsolve(trap: Trap) -> Claim:
    symbols, residuals = symbolic(trap)
    point = sympy.nsolve(residuals, symbols, [1] * len(symbols))
    if any(abs(sympy.im(value)) > NEAR for value in point):
        return []
    return [dict(zip(trap.names, (float(sympy.re(value)) for value in point), strict=True))]


def by_solve(trap: Trap) -> Claim:
    symbols, residuals = symbolic(trap)
    answers = sympy.solve(residuals, symbols, dict=True)
    points = [[complex(answer[symbol].evalf()) for symbol in symbols] for answer in answers]
    return [
        dict(zip(trap.names, (value.real for value in point), strict=True))
        for point in points
        if all(value.imag == 0 for value in point)
    ]


SOLVERS: dict[str, Callable[[Trap], Claim]] = {
    "eqsolve": by_eqsolve,
    **{f"root {method}": lambda trap, method=method: by_scipy(trap, method) for method in METHODS},
    "nsolve": by_nsolve,
    "solve": by_solve,
}


@contextmanager
def limited(seconds: int) -> Iterator[None]:
    """Raise TimeoutError when the time is up."""

    def stop(_signal: int, _frame: FrameType | None) -> None:
        raise TimeoutError

    before = signal.signal(signal.SIGALRM, stop)
    signal.alarm(seconds)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


def near(point: dict[str, float], root: dict[str, float]) -> bool:
    return all(
        math.isfinite(point[name]) and abs(point[name] - value) <= NEAR * (abs(value) or 1.0)
        for name, value in root.items()
    )


def judge(trap: Trap, solver: Callable[[Trap], Claim]) -> str:
    """Return `false`, `all roots`, `some roots`, `none, rightly`, or `gave up`."""
    try:
        with limited(SECONDS), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            claim = solver(trap)
    except Exception:  # peers raise whatever they run into
        claim = []
    if any(not any(near(point, root) for root in trap.points) for point in claim):
        return "false"
    if not trap.points:
        return "none, rightly"
    found = sum(any(near(point, root) for point in claim) for root in trap.points)
    return "all roots" if found == len(trap.points) else "some roots" if found else "gave up"


def main() -> None:
    chosen = traps()
    rootless = sum(not trap.points for trap in chosen)
    rows = []
    for name, solver in SOLVERS.items():
        began = time.perf_counter()
        counts = Counter(judge(trap, solver) for trap in chosen)
        seconds = time.perf_counter() - began
        kinds = ("false", "all roots", "some roots", "gave up", "none, rightly")
        rows.append((name, *(str(counts[kind]) for kind in kinds), f"{seconds:.1f} s"))
    show(
        f"Honesty: {len(chosen)} short systems, {rootless} of them without a root",
        ("", "false successes", "all roots", "some roots", "missed", "none, rightly", "time"),
        rows,
        f"From ones, with default tolerances, {SECONDS} s each. A false success is a claim of success with a point "
        f"that is not within {NEAR:.1%} of a root. Numerical peers give one root at most, and never say that there is "
        "none: for them, a failure where there is no root counts as right. The systems are rows of tests/verdicts/.",
    )


if __name__ == "__main__":
    main()
