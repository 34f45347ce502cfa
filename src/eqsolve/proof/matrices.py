"""Small matrices: of floats, which need not be exact, times those of intervals, which must hold the truth."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TypeAlias

from eqsolve.proof.interval import ZERO, Interval, add, magnitude, multiply, point

Matrix: TypeAlias = Sequence[Sequence[Interval]]


def inverse(matrix: Sequence[Sequence[float]]) -> list[list[float]] | None:
    """Return an approximate inverse, None if there is none; Gauss-Jordan elimination with row pivoting."""
    n = len(matrix)
    rows = [[*row, *(float(i == j) for j in range(n))] for i, row in enumerate(matrix)]
    for column in range(n):
        pivot = max(range(column, n), key=lambda row: abs(rows[row][column]))
        if not abs(rows[pivot][column]) > 1e-300:
            return None
        rows[column], rows[pivot] = rows[pivot], rows[column]
        factor = 1 / rows[column][column]
        rows[column] = [entry * factor for entry in rows[column]]
        for row in range(n):
            if row != column:
                ratio = rows[row][column]
                rows[row] = [a - ratio * b for a, b in zip(rows[row], rows[column], strict=True)]
    result = [row[n:] for row in rows]
    return result if all(math.isfinite(entry) for row in result for entry in row) else None


def product(left: Sequence[Sequence[float]], right: Matrix) -> list[list[Interval]]:
    """Return the product of a matrix of floats and one of intervals."""
    columns = range(len(right[0]))
    result = []
    for row in left:
        entries = []
        for column in columns:
            total = ZERO
            for factor, other in zip(row, right, strict=True):
                if factor:
                    total = add(total, multiply(point(factor), other[column]))
            entries.append(total)
        result.append(entries)
    return result


def regular(matrix: Matrix) -> bool:
    """Tell whether every real matrix inside is invertible: each diagonal entry outweighs the rest of its row."""
    for i, row in enumerate(matrix):
        rest = ZERO
        for j, entry in enumerate(row):
            if j != i:
                rest = add(rest, magnitude(entry))
        if not magnitude(row[i]).low > rest.high:
            return False
    return True
