"""The loop: statuses, limits, compaction, who is told."""

from __future__ import annotations

import time

import torch
from tests.solvers.residuals import FunctionResidual, residual
from torch import Tensor

from eqsolve.numeric.solvers import AnySolver, Outcome, Stopping, iterate
from eqsolve.numeric.solvers.lm import LevenbergMarquardt
from eqsolve.numeric.solvers.newton import Newton
from eqsolve.result import Progress, Status

SQUARE = residual(lambda x: [x**2 - 2], 1, 1)


def row(*values: float) -> Tensor:
    return torch.tensor([values], dtype=torch.float64)


def newton(system: FunctionResidual, *starts: float, max_steps: int = 60) -> Outcome:
    return iterate(Newton(), system, row(*starts), stopping=Stopping(max_steps=max_steps))


def test_every_lane_keeps_its_place_through_compaction() -> None:
    roots = torch.arange(1.0, 41.0, dtype=torch.float64)
    starts = roots * torch.logspace(0, 4, 40, dtype=torch.float64)
    outcome = newton(SQUARE, *starts.tolist())
    assert torch.allclose(outcome.x, row(2**0.5).expand(1, 40), rtol=1e-14)
    assert outcome.iterations.tolist() == sorted(outcome.iterations.tolist())


def test_the_limit_on_steps_gives_the_best_point() -> None:
    outcome = newton(residual(lambda x: [x**2 + 1], 1, 1), 0.3, max_steps=7)
    assert outcome.status == (Status.MAX_STEPS,)
    assert outcome.iterations.tolist() == [7]
    x, costs = torch.tensor(0.3, dtype=torch.float64), []
    for _ in range(8):
        costs.append(0.5 * float(x**2 + 1) ** 2)
        x = x - (x**2 + 1) / (2 * x)
    assert outcome.cost[0] <= min(costs) * (1 + 1e-12)


def test_a_deadline_that_has_passed_ends_everything() -> None:
    x = row(5.0, 2**0.5)
    outcome = iterate(Newton(), SQUARE, x, deadline=time.monotonic())
    assert outcome.status[0] is Status.OUT_OF_TIME
    assert outcome.x[0, 0] == 5.0


def test_divergence() -> None:
    assert newton(residual(lambda x: [1 / x], 1, 1), 1.0).status == (Status.DIVERGED,)


def test_a_large_root_is_not_a_divergence() -> None:
    outcome = newton(residual(lambda x: [x / 5.972e24 - 1], 1, 1), 1.0)
    assert outcome.status == (Status.CONVERGED,)


def test_a_tiny_root_keeps_its_digits() -> None:
    """A root far below the size of the start, as in SI units, is not taken for zero."""
    outcome = newton(residual(lambda x: [(x * 1e19) ** 2 - 2.56], 1, 1), 1.0, max_steps=100)
    assert outcome.status == (Status.CONVERGED,)
    assert abs(float(outcome.x) / 1.6e-19 - 1) < 1e-12


def test_an_unknown_that_is_zero_at_the_root_converges() -> None:
    system = residual(lambda x, y: [torch.cos(x) + y - 3, torch.exp(x) * y - 2], 2, 2)
    outcome = iterate(Newton(), system, torch.tensor([[0.1], [1.0]], dtype=torch.float64))
    assert outcome.status == (Status.CONVERGED,)
    assert outcome.iterations[0] < 10


def test_least_squares_minimum_is_stationary() -> None:
    system = residual(lambda x: [x - 1, x - 2, x - 4], 3, 1)
    solvers: list[AnySolver] = [Newton(), LevenbergMarquardt()]
    for solver in solvers:
        outcome = iterate(solver, system, row(1.0))
        assert outcome.status == (Status.STATIONARY,)
        assert abs(float(outcome.x) - 7 / 3) < 1e-8


def test_starts_outside_the_bounds_are_moved_inside() -> None:
    system = residual(lambda x: [x**2 - 2], 1, 1, lower=(0,), upper=(2,))
    outcome = newton(system, -10.0, 10.0)
    assert outcome.status[1] is Status.CONVERGED
    assert (outcome.x >= 0).all()


def test_patience_stops_the_rest_once_some_converged() -> None:
    starts = row(*([1.0] * 8 + [1e10] * 2))  # from 1e10, Newton halves x thirty-odd times
    patient = iterate(Newton(), SQUARE, starts, stopping=Stopping(max_steps=60))
    hasty = iterate(Newton(), SQUARE, starts, stopping=Stopping(max_steps=60, patience=10))
    assert hasty.iterations.max() < 12 < 30 < patient.iterations.max()
    assert hasty.status == (Status.CONVERGED,) * 8 + (Status.MAX_STEPS,) * 2


def test_the_observer_hears_of_every_step() -> None:
    heard: list[Progress] = []
    system = residual(lambda x: [x**2 + 1], 1, 1)
    outcome = iterate(Newton(), system, row(0.3, 0.7), observer=heard.append, stage="newton")
    assert [progress.iteration for progress in heard] == list(range(len(heard)))
    assert len(heard) >= int(outcome.iterations.max())
    assert heard[0].stage == "newton"
    assert heard[0].lanes == 2
    assert heard[0].best_residual >= 1
