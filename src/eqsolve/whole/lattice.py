"""All whole solutions of linear equations: one point and a lattice.

The Hermite form of [Aᵀ | I] gives a unimodular U with U Aᵀ in echelon form: its pivots are solved one after
another, and the rows of U beside the zero rows span the kernel. That basis is made short (LLL), and the point too.

References:
    Cohen (1993), A Course in Computational Algebraic Number Theory, sections 2.4 and 2.7.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flint import fmpz_mat

from eqsolve.whole.propagators import Linear


@dataclass(frozen=True, slots=True)
class Lattice:
    """The points `origin + Σ k_j steps[j]` with whole k_j; the steps are independent."""

    origin: tuple[int, ...]
    steps: tuple[tuple[int, ...], ...]


def lattice(equations: Sequence[Linear], variables: int) -> Lattice | None:
    """Return all whole solutions of linear equations in so many variables; None if there is none."""
    rows = [[0] * variables for _ in equations]
    for row, equation in zip(rows, equations, strict=True):
        for variable, factor in zip(equation.variables, equation.factors, strict=True):
            row[variable] = factor
    wanted = [-equation.constant for equation in equations]
    m = len(rows)
    identity = [[int(i == j) for j in range(variables)] for i in range(variables)]
    joined = [[row[i] for row in rows] + identity[i] for i in range(variables)]
    echelon = [[int(value) for value in row] for row in fmpz_mat(joined).hnf().tolist()]
    origin = [0] * variables
    kernel: list[list[int]] = []
    for row in echelon:
        pivot = next((j for j in range(m) if row[j]), None)
        if pivot is None:
            kernel.append(row[m:])
            continue
        times, rest = divmod(wanted[pivot], row[pivot])
        if rest:
            return None
        wanted = [w - times * a for w, a in zip(wanted, row, strict=False)]
        origin = [x + times * a for x, a in zip(origin, row[m:], strict=True)]
    if any(wanted):
        return None
    steps = [[int(v) for v in row] for row in fmpz_mat(kernel).lll().tolist()] if kernel else []
    return Lattice(tuple(_shortened(origin, steps)), tuple(map(tuple, steps)))


def _shortened(point: list[int], steps: Sequence[Sequence[int]]) -> list[int]:
    """Return a point of the lattice near zero, by rounding along one step after another."""
    for _ in range(2):
        for step in steps:
            along = sum(x * s for x, s in zip(point, step, strict=True))
            size = sum(s * s for s in step)
            times = (2 * along + size) // (2 * size)
            point = [x - times * s for x, s in zip(point, step, strict=True)]
    return point
