from __future__ import annotations

import torch
from tests.solvers.residuals import residual

from eqsolve.numeric.search import search
from eqsolve.numeric.views import InLogs, row_scaled
from eqsolve.result import Status


def column(*values: float) -> torch.Tensor:
    return torch.tensor(values, dtype=torch.float64)[:, None]


def test_rows_are_brought_to_one_size() -> None:
    system = residual(lambda x, y: [1e9 * (x * y - 2), 1e-9 * (x - y)], 2, 2)
    scaled = row_scaled(system, column(3.0, 1.0))
    assert scaled.r(column(3.0, 1.0)).abs().max() < 10
    assert scaled.r(column(3.0, 1.0)).abs().min() > 0.01


def test_a_row_that_vanishes_or_has_no_value_keeps_its_size() -> None:
    system = residual(lambda x, y: [0 * x, torch.log(y)], 2, 2)
    assert row_scaled(system, column(1.0, -1.0)).r(column(1.0, 2.0))[1] == torch.tensor(2.0).double().log()


def test_slopes_by_logarithms() -> None:
    view = InLogs(residual(lambda x, y: [x * y, x + y**2], 2, 2), torch.tensor([True, False]))
    u = view.of(column(2.0, -3.0))
    r, J = view.jacobian(u)
    assert torch.allclose(r[:, 0], torch.tensor([-6.0, 11.0]).double())
    assert torch.allclose(J.dense()[:, :, 0], torch.tensor([[-6.0, 2.0], [2.0, -6.0]]).double())


def test_sizes_far_apart_are_near_in_logarithms() -> None:
    system = residual(lambda x, y: [x * y - 1e-14, x - y - 1e-9], 2, 2)
    view = InLogs(system, torch.tensor([True, True]))
    found = search(view, view.of(column(1.0, 1.0)))
    assert found.status == (Status.CONVERGED,)
    x = view.back(found.x)
    assert (x > 0).all()
    assert abs(float(x[0] * x[1]) / 1e-14 - 1) < 1e-6
