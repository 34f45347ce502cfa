from __future__ import annotations

import torch
from tests.solvers.residuals import INF, residual
from torch import Tensor

from eqsolve.numeric.residual import Jacobian, Pattern, Point, clip, pressed


def random(*shape: int) -> Tensor:
    return torch.randn(*shape, dtype=torch.float64, generator=torch.Generator().manual_seed(3))


def sparse() -> Jacobian:
    return Jacobian(Pattern((3, 4), torch.tensor([0, 0, 1, 2]), torch.tensor([3, 1, 0, 3])), random(4, 5))


def test_the_operations_are_those_of_the_matrix() -> None:
    for J in (sparse(), Jacobian(Pattern.dense(3, 4), random(12, 5))):
        matrix, v, r = J.dense(), random(4, 5), random(3, 5)
        assert matrix.shape == (3, 4, 5)
        assert torch.allclose(J.times(v), torch.einsum("mnb,nb->mb", matrix, v))
        assert torch.allclose(J.transposed_times(r), torch.einsum("mnb,mb->nb", matrix, r))
        assert torch.allclose(J.column_norms(), matrix.norm(dim=0))
        assert torch.equal(J.absolute().dense(), matrix.abs())
        assert torch.equal(J.select(torch.tensor([4, 0])).dense(), matrix[:, :, [4, 0]])
        held = v > 0
        assert torch.equal(J.without(held).dense(), matrix.masked_fill(held, 0))


def test_only_a_full_pattern_row_by_row_is_full() -> None:
    full = Pattern.dense(2, 2)
    assert full.full
    assert not Pattern((2, 2), full.columns, full.rows).full
    assert not sparse().pattern.full


def test_a_point_out_of_the_domain_costs_infinitely_much() -> None:
    system = residual(lambda x: [torch.sqrt(x)], 1, 1)
    point = Point.at(system, torch.tensor([[-1.0, 0.0, 4.0]], dtype=torch.float64))
    # At zero the residual is finite, but its derivative is not.
    assert point.cost.tolist() == [INF, INF, 2.0]
    assert point.finite.tolist() == [False, False, True]


def test_points_mix_lane_by_lane() -> None:
    system = residual(lambda x: [x**2], 1, 1)
    a, b = (Point.at(system, values) for values in (random(1, 3), random(1, 3) + 1))
    mask = torch.tensor([True, False, True])
    mixed = Point.where(mask, a, b)
    for here, there, chosen in ((a, a.x, [0, 2]), (b, b.x, [1])):
        assert torch.equal(mixed.x[:, chosen], there[:, chosen])
        assert torch.equal(mixed.J.values[:, chosen], here.J.values[:, chosen])
        assert torch.equal(mixed.cost[chosen], here.cost[chosen])
    assert torch.equal(mixed.r, b.replaced(torch.tensor([0, 2]), a.select(mask)).r)
    assert torch.allclose(a.gradient, 2 * a.x**3)


def test_bounds() -> None:
    system = residual(lambda x, y: [x, y], 2, 2, lower=(0, -INF), upper=(1, 5))
    x = torch.tensor([[-1.0, 0.0, 1.0, 0.5], [7.0, 5.0, -9.0, float("nan")]], dtype=torch.float64)
    inside = clip(system, x)
    assert inside[:, :3].tolist() == [[0, 0, 1], [5, 5, -9]]
    assert inside[1, 3].isnan()
    up = torch.ones_like(x)
    assert pressed(system, inside, up).tolist() == [[False, False, True, False], [True, True, False, False]]
    assert pressed(system, inside, -up).tolist() == [[True, True, False, False], [False] * 4]
