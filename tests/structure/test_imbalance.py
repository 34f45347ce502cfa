from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eqsolve.structure import Block, analyse, imbalance

SYSTEMS = st.lists(st.sets(st.integers(0, 6), min_size=1), min_size=1, max_size=8).map(
    lambda rows: {k: sorted(row) for k, row in enumerate(rows)}
)


@given(SYSTEMS)
def test_agrees_with_the_whole_analysis(incidence: dict[int, list[int]]) -> None:
    whole, parts = analyse(incidence), imbalance(incidence)
    assert set(parts.over) == set(whole.over)
    assert set(parts.under) == set(whole.under)


@pytest.mark.parametrize(
    ("incidence", "over", "under"),
    [
        ({0: [0, 1], 1: [0, 1]}, (), ()),
        ({0: [0], 1: [0]}, (Block((0, 1), (0,)),), ()),
        ({0: [0, 1]}, (), (Block((0,), (0, 1)),)),
        ({0: [0], 1: [0], 2: [1, 2]}, (Block((0, 1), (0,)),), (Block((2,), (1, 2)),)),
    ],
)
def test_small_systems(
    incidence: dict[int, list[int]], over: tuple[Block, ...], under: tuple[Block, ...]
) -> None:
    assert imbalance(incidence).over == over
    assert imbalance(incidence).under == under
