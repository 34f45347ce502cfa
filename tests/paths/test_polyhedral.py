"""Random systems of given exponents: as many solutions as the mixed volume says, all of them found."""

from __future__ import annotations

import math
from typing import Final

import pytest
import torch

from eqsolve.paths.mixed_cells import mixed_cells
from eqsolve.paths.polyhedral import random_system
from eqsolve.paths.polynomials import homogeneous

SUPPORTS: Final[dict[str, list[list[tuple[int, ...]]]]] = {
    "economics": [
        [(1, 0, 1), (1, 1, 1), (0, 0, 0)],
        [(0, 1, 1), (0, 0, 0)],
        [(1, 0, 0), (0, 1, 0), (0, 0, 0)],
    ],
    "high and few": [[(7, 0), (0, 0), (2, 5)], [(1, 9), (0, 0), (3, 0)]],
    "one unknown": [[(0,), (3,), (11,)]],
    "cyclic": [
        [(1, 0, 0, 0), (0, 1, 0, 0), (0, 0, 1, 0), (0, 0, 0, 1), (0, 0, 0, 0)],
        [(1, 1, 0, 0), (0, 1, 1, 0), (0, 0, 1, 1), (1, 0, 0, 1), (0, 0, 0, 0)],
        [(1, 1, 1, 0), (0, 1, 1, 1), (1, 0, 1, 1), (1, 1, 0, 1), (0, 0, 0, 0)],
        [(1, 1, 1, 1), (0, 0, 0, 0)],
    ],
}


@pytest.mark.parametrize("name", SUPPORTS)
def test_all_solutions_are_found(name: str) -> None:
    cells = mixed_cells(SUPPORTS[name], seed=3, deadline=math.inf)
    generator = torch.Generator().manual_seed(5)
    system, points = random_system(cells, generator, tolerance=1e-5, deadline=math.inf, observer=None)
    assert [set(terms) for terms in system] == [set(support) for support in SUPPORTS[name]]
    assert points.shape[1] == cells.volume
    values, _, sizes = homogeneous(system).at(torch.cat([points, torch.ones_like(points[:1])]))
    assert (values.abs() <= 1e-9 * sizes).all()
    distances = (points[:, :, None] - points[:, None]).abs().amax(0)
    assert (distances + torch.eye(len(distances)) > 1e-5).all()
