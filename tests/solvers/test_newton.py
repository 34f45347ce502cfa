from __future__ import annotations

from itertools import pairwise

import torch
from tests.solvers.residuals import residual

from eqsolve.numeric.solvers import iterate
from eqsolve.numeric.solvers.newton import Newton
from eqsolve.result import Status


def test_converges_quadratically() -> None:
    system = residual(lambda x: [x**2 - 2], 1, 1)
    state = Newton().init(system, torch.ones(1, 1, dtype=torch.float64))
    errors = []
    for _ in range(4):
        state = Newton().step(system, state)
        errors.append(abs(float(state.point.x) - 2**0.5))
    # For x² = 2 the next error is e²/(2x).
    for error, following in pairwise(errors):
        assert following < error**2 / 2 + 1e-15


def test_leaves_the_local_minimum_of_freudenstein_and_roth() -> None:
    system = residual(lambda x, y: [x - 13 + ((5 - y) * y - 2) * y, x - 29 + ((y + 1) * y - 14) * y], 2, 2)
    outcome = iterate(Newton(), system, torch.tensor([[0.5], [-2.0]], dtype=torch.float64))
    assert outcome.status == (Status.CONVERGED,)
    assert torch.allclose(outcome.x[:, 0], torch.tensor([5.0, 4.0], dtype=torch.float64))


def test_halves_a_step_out_of_the_domain_only_there() -> None:
    system = residual(lambda x: [torch.log(x)], 1, 1)
    start = torch.tensor([[10.0, 1.5]], dtype=torch.float64)
    state = Newton().step(system, Newton().init(system, start))
    # Newton wants x - x ln x: below zero from 10, fine from 1.5.
    full = start - start * start.log()
    assert full[0, 0] < 0
    assert torch.allclose(state.point.x[0, 0], start[0, 0] + (full - start)[0, 0] / 4)
    assert torch.allclose(state.point.x[0, 1], full[0, 1])
    assert iterate(Newton(), system, start).status == (Status.CONVERGED,) * 2


def test_gives_up_a_lane_with_no_finite_point_ahead() -> None:
    system = residual(lambda x: [torch.where(x >= 1, x, torch.nan)], 1, 1)
    outcome = iterate(Newton(halvings=5), system, torch.ones(1, 1, dtype=torch.float64))
    assert outcome.status == (Status.NONFINITE,)
    assert outcome.x.tolist() == [[1.0]]


def test_takes_the_shortest_step_where_the_jacobian_is_singular() -> None:
    system = residual(lambda x, y: [x + y - 2, 2 * x + 2 * y - 4], 2, 2)
    outcome = iterate(Newton(), system, torch.tensor([[3.0], [1.0]], dtype=torch.float64))
    assert outcome.status == (Status.CONVERGED,)
    assert torch.allclose(outcome.x[:, 0], torch.tensor([2.0, 0.0], dtype=torch.float64))


def test_slides_along_a_bound() -> None:
    system = residual(lambda x, y: [x + y - 3, x - y + 3], 2, 2, lower=(1, 0), upper=(5, 5))
    outcome = iterate(Newton(), system, torch.tensor([[2.0], [2.0]], dtype=torch.float64))
    # The root (0, 3) is outside; on x = 1 the residuals y - 2 and 4 - y are least at y = 3.
    assert outcome.status == (Status.STATIONARY,)
    assert torch.allclose(outcome.x[:, 0], torch.tensor([1.0, 3.0], dtype=torch.float64))
