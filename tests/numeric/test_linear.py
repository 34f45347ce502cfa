from __future__ import annotations

import pytest
import torch
from torch import Tensor

from eqsolve.numeric import one_thread
from eqsolve.numeric.linear import damped_step, newton_step, unit_scale
from eqsolve.numeric.residual import Jacobian, Pattern


def random(*shape: int) -> Tensor:
    return torch.randn(*shape, dtype=torch.float64, generator=torch.Generator().manual_seed(5))


def dense(matrix: Tensor) -> Jacobian:
    m, n, _ = matrix.shape
    return Jacobian(Pattern.dense(m, n), matrix.reshape(m * n, -1))


def tridiagonal(n: int, lanes: int) -> Jacobian:
    rows = torch.arange(n).repeat_interleave(3)
    columns = rows + torch.tensor([-1, 0, 1]).repeat(n)
    inside = (columns >= 0) & (columns < n)
    pattern = Pattern((n, n), rows[inside], columns[inside])
    values = random(int(inside.sum()), lanes)
    values[pattern.rows == pattern.columns] += 4
    return Jacobian(pattern, values)


def stacked(J: Tensor, r: Tensor, damping: Tensor, scale: Tensor) -> Tensor:
    """The damped step of one lane as the least-squares problem that defines it."""
    matrix = torch.cat([J, damping.sqrt() * scale.diag()])
    step: Tensor = torch.linalg.lstsq(matrix, torch.cat([-r, torch.zeros_like(scale)])[:, None]).solution[
        :, 0
    ]
    return step


@pytest.mark.parametrize("n", [1, 2, 5])
def test_newton_solves_regular_systems_whatever_their_units(n: int) -> None:
    matrix, d = random(n, n, 6), random(n, 6)
    rows, columns = 10 ** random(n, 1, 1).mul(8), 10 ** random(1, n, 1).mul(8)
    d = d / columns[0]
    J = dense(matrix * rows * columns)
    assert torch.allclose(newton_step(J, -J.times(d)), d, rtol=1e-8, atol=0)


def test_newton_takes_the_shortest_step_in_singular_lanes_alone() -> None:
    matrix = random(3, 3, 4)
    matrix[2, :, 1] = matrix[0, :, 1] + matrix[1, :, 1]
    J, r = dense(matrix), random(3, 4)
    r[2, 1] = r[0, 1] + r[1, 1]
    d = newton_step(J, r)
    assert torch.allclose(J.times(d)[:, [0, 2, 3]], -r[:, [0, 2, 3]])
    rows = matrix[:, :, 1].abs().amax(1)
    scaled = matrix[:, :, 1] / rows[:, None]
    columns = scaled.norm(dim=0)
    assert torch.allclose(d[:, 1] * columns, torch.linalg.pinv(scaled / columns) @ (-r[:, 1] / rows))


@pytest.mark.parametrize(("m", "n"), [(5, 2), (2, 5)])
def test_newton_least_squares(m: int, n: int) -> None:
    matrix, r = random(m, n, 3), random(m, 3)
    matrix = matrix / matrix.norm(dim=0)
    d = newton_step(dense(matrix), r)
    for lane in range(3):
        assert torch.allclose(d[:, lane], torch.linalg.pinv(matrix[:, :, lane]) @ -r[:, lane])


@pytest.mark.parametrize("shape", [(3, 3), (4, 3)])
def test_a_lane_that_is_not_finite_spoils_no_other(shape: tuple[int, int]) -> None:
    matrix, r = random(*shape, 3), random(shape[0], 3)
    clean = (
        newton_step(dense(matrix), r),
        damped_step(dense(matrix), r, torch.ones(3).double(), matrix.norm(dim=0)),
    )
    matrix[0, 0, 1] = torch.nan
    matrix[1, 1, 2] = torch.inf
    scale = unit_scale(matrix.norm(dim=0))
    dirty = newton_step(dense(matrix), r), damped_step(dense(matrix), r, torch.ones(3).double(), scale)
    for before, after in zip(clean, dirty, strict=True):
        assert torch.allclose(before[:, 0], after[:, 0])
        assert not after[:, 1:].isfinite().all(0).any()


@pytest.mark.parametrize(("m", "n"), [(3, 3), (6, 2), (2, 4)])
def test_damped_step(m: int, n: int) -> None:
    matrix, r, damping, scale = random(m, n, 4), random(m, 4), random(4).exp(), random(n, 4).exp()
    d = damped_step(dense(matrix), r, damping, scale)
    for lane in range(4):
        expected = stacked(matrix[:, :, lane], r[:, lane], damping[lane], scale[:, lane])
        assert torch.allclose(d[:, lane], expected)


def test_damped_step_does_not_square_the_condition_number() -> None:
    """Columns that differ by 1e-9: with JᵀJ all of it would be lost."""
    matrix = torch.tensor([[1.0, 1.0], [1.0, 1.0 + 1e-9], [1.0, 1.0]], dtype=torch.float64)[:, :, None]
    d = torch.tensor([[1.0], [-1.0]], dtype=torch.float64)
    J = dense(matrix)
    found = damped_step(J, -J.times(d), torch.full((1,), 1e-30).double(), torch.ones(2, 1).double())
    assert torch.allclose(found, d, rtol=1e-5)


@one_thread()
def test_sparse_steps_are_the_dense_ones() -> None:
    J, r = tridiagonal(320, 2), random(320, 2)
    matrix = J.dense()
    full = dense(matrix)
    assert torch.allclose(newton_step(J, r), newton_step(full, r))
    damping, scale = torch.tensor([0.5, 1e-3], dtype=torch.float64), J.column_norms()
    assert torch.allclose(damped_step(J, r, damping, scale), damped_step(full, r, damping, scale))


def test_sparse_and_singular() -> None:
    J, d = tridiagonal(320, 3), random(320, 3)
    J.values[(J.pattern.rows == 7) | (J.pattern.columns == 7)] *= torch.tensor([1.0, 0.0, torch.nan])
    r = -J.times(d)
    found = newton_step(J, r)
    assert torch.allclose(found[:, 0], d[:, 0])
    assert torch.allclose(J.times(found)[:, 1], -r[:, 1])
    assert abs(float(found[7, 1])) < 1e-9
    assert found[:, 2].isnan().all()
