from __future__ import annotations

import pytest
import torch
from tests.solvers.residuals import residual
from torch import Tensor

from eqsolve.numeric.solvers import Stopping, iterate
from eqsolve.numeric.solvers.lm import LevenbergMarquardt
from eqsolve.result import Status

ROSENBROCK = residual(lambda x, y: [1 - x, 10 * (y - x**2)], 2, 2)


def start(*values: float) -> Tensor:
    return torch.tensor(values, dtype=torch.float64)[:, None]


def test_the_cost_never_rises() -> None:
    state = LevenbergMarquardt().init(ROSENBROCK, start(-1.2, 1))
    for _ in range(20):
        following = LevenbergMarquardt().step(ROSENBROCK, state)
        assert following.point.cost <= state.point.cost
        rejected = torch.equal(following.point.x, state.point.x)
        assert (following.damping > state.damping) == rejected
        state = following


def test_acceleration_saves_steps_in_a_curved_valley() -> None:
    steps = {
        bend: int(iterate(LevenbergMarquardt(acceleration=bend), ROSENBROCK, start(-1.2, 1)).iterations)
        for bend in (True, False)
    }
    assert steps[True] < steps[False]


def test_a_step_out_of_the_domain_is_rejected() -> None:
    system = residual(lambda x: [torch.log(x)], 1, 1)
    state = LevenbergMarquardt(damping=1e-12).init(system, start(10))
    following = LevenbergMarquardt().step(system, state)
    assert following.point.x == 10
    assert following.damping > state.damping
    assert iterate(LevenbergMarquardt(), system, start(10)).status == (Status.CONVERGED,)


def test_stationary_at_a_minimum_that_is_no_root() -> None:
    """Freudenstein and Roth: every method that lowers the cost from here ends at (11.41, -0.8968)."""
    system = residual(lambda x, y: [x - 13 + ((5 - y) * y - 2) * y, x - 29 + ((y + 1) * y - 14) * y], 2, 2)
    outcome = iterate(LevenbergMarquardt(), system, start(0.5, -2))
    assert outcome.status == (Status.STATIONARY,)
    assert outcome.x[:, 0].tolist() == pytest.approx([11.4128, -0.896805], rel=1e-5)


def test_badly_scaled_unknowns() -> None:
    """Powell's badly scaled function: the root is (1.098e-5, 9.106)."""
    system = residual(lambda x, y: [1e4 * x * y - 1, torch.exp(-x) + torch.exp(-y) - 1.0001], 2, 2)
    outcome = iterate(LevenbergMarquardt(), system, start(0, 1), stopping=Stopping(max_steps=400))
    assert outcome.status == (Status.CONVERGED,)
    assert outcome.x[:, 0].tolist() == pytest.approx([1.098159e-5, 9.106147], rel=1e-6)


def test_a_fit_ends_at_its_minimum() -> None:
    t = torch.linspace(0, 4, 9, dtype=torch.float64)
    data = 3 * torch.exp(-0.7 * t) + 0.01 * torch.cos(20 * t)
    system = residual(lambda a, b: [a * torch.exp(-b * ti) - y for ti, y in zip(t, data, strict=True)], 9, 2)
    outcome = iterate(LevenbergMarquardt(), system, start(1, 1))
    assert outcome.status == (Status.STATIONARY,)
    assert outcome.x[:, 0].tolist() == pytest.approx([3, 0.7], rel=1e-2)
