"""Mixed cells: volumes that are known, that geometry gives in another way, and that no lift changes."""

from __future__ import annotations

import math
from itertools import combinations
from typing import TypeAlias

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.spatial import ConvexHull, QhullError

from eqsolve.paths.mixed_cells import Cells, NotGenericError, mixed_cells

Exponents: TypeAlias = tuple[int, ...]
Supports: TypeAlias = list[list[Exponents]]


def cells_of(supports: Supports, seed: int = 0) -> Cells:
    for attempt in range(5):
        try:
            return mixed_cells(supports, seed=seed + attempt, deadline=math.inf)
        except NotGenericError:
            continue
    raise AssertionError("no lift was random enough")


def unit(n: int, *axes: int) -> Exponents:
    return tuple(axes.count(k) for k in range(n))


def cyclic(n: int) -> Supports:
    sums = [[unit(n, *((i + j) % n for j in range(k))) for i in range(n)] for k in range(1, n)]
    return [*([*terms, unit(n)] for terms in sums), [unit(n, *range(n)), unit(n)]]


def noon(n: int) -> Supports:
    return [[*(unit(n, i, j, j) for j in range(n) if j != i), unit(n, i), unit(n)] for i in range(n)]


@pytest.mark.parametrize(
    ("supports", "volume"),
    [(cyclic(4), 16), (cyclic(5), 70), (cyclic(6), 156), (cyclic(7), 924), (noon(3), 21), (noon(4), 73)],
)
def test_numbers_from_the_literature(supports: Supports, volume: int) -> None:
    assert cells_of(supports).volume == volume


def test_full_simplices_give_the_product_of_the_degrees() -> None:
    full: list[Exponents] = [(i, j, k) for i in range(4) for j in range(4 - i) for k in range(4 - i - j)]
    quadric = [point for point in full if sum(point) <= 2]
    line = [point for point in full if sum(point) <= 1]
    assert cells_of([full, quadric, line]).volume == 6


def test_polynomials_without_an_unknown_in_common_to_all_leave_nothing() -> None:
    """x = 1 and x^2 = 2 in two unknowns."""
    assert cells_of([[(1, 0), (0, 0)], [(2, 0), (0, 0)]]).volume == 0


def test_no_time_is_told() -> None:
    with pytest.raises(TimeoutError):
        mixed_cells(cyclic(5), seed=0, deadline=-math.inf)


@st.composite
def supports_of(draw: st.DrawFn, n: int, highest: int) -> Supports:
    point = st.tuples(*[st.integers(0, highest)] * n).filter(any)
    return [[(0,) * n, *draw(st.lists(point, min_size=1, max_size=6, unique=True))] for _ in range(n)]


def sum_volume(supports: Supports) -> float:
    """Volume of the sum of the polytopes."""
    points = np.array(supports[0])
    for support in supports[1:]:
        points = np.unique((points[:, None] + np.array(support)[None]).reshape(-1, points.shape[1]), axis=0)
    if np.linalg.matrix_rank(points - points[0]) < points.shape[1]:
        return 0.0
    try:
        return float(ConvexHull(points).volume)
    except QhullError:
        return 0.0


def by_inclusion(supports: Supports) -> float:
    """Mixed volume as the alternating sum of the volumes of sums of polytopes."""
    n = len(supports)
    return math.fsum(
        (-1.0) ** (n - size) * sum(sum_volume(list(chosen)) for chosen in combinations(supports, size))
        for size in range(1, n + 1)
    )


@given(supports_of(2, 5))
@settings(deadline=None)
def test_areas_of_sums_of_polygons_agree(supports: Supports) -> None:
    assert cells_of(supports).volume == pytest.approx(by_inclusion(supports), abs=1e-6)


@given(supports_of(3, 3))
@settings(deadline=None, max_examples=50)
def test_volumes_of_sums_of_polytopes_agree(supports: Supports) -> None:
    assert cells_of(supports).volume == pytest.approx(by_inclusion(supports), abs=1e-6)


@given(supports_of(4, 2), st.integers(0, 1000))
@settings(deadline=None, max_examples=30)
def test_another_lift_gives_other_cells_of_the_same_volume(supports: Supports, seed: int) -> None:
    cells = cells_of(supports, seed)
    assert cells.volume == cells_of(supports, seed + 1000).volume
    # All points lie above each cell but for those of its edges.
    edges = np.zeros_like(cells.slack, dtype=bool)
    rows = np.arange(len(cells.first))[:, None]
    edges[rows, cells.first] = edges[rows, cells.second] = True
    assert (cells.slack[edges] == 0).all()
    assert (cells.slack[~edges] > 0).all()
