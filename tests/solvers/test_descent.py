"""L-BFGS, Adam and the gradient they share."""

from __future__ import annotations

import pytest
import torch
from tests.solvers.problems import PROBLEMS, TorchProblem
from tests.solvers.residuals import residual
from torch import Tensor

from eqsolve.numeric.residual import Point
from eqsolve.numeric.solvers import iterate
from eqsolve.numeric.solvers.adam import Adam
from eqsolve.numeric.solvers.descent import gradient
from eqsolve.numeric.solvers.lbfgs import LBFGS
from eqsolve.result import Status

NAMED = {problem.name: problem for problem in PROBLEMS}


def start(problem: TorchProblem) -> Tensor:
    return torch.tensor(problem.start, dtype=torch.float64)[:, None]


def test_the_gradient_is_that_of_half_the_squared_residual() -> None:
    system = NAMED["overdetermined, consistent"].residual
    x = torch.randn(2, 7, dtype=torch.float64, generator=torch.Generator().manual_seed(0))
    assert torch.allclose(gradient(system, x), Point.at(system, x).gradient, rtol=1e-12)


def test_the_gradient_of_constants_is_zero() -> None:
    system = residual(lambda x: [torch.ones_like(x.detach())], 1, 1)
    assert gradient(system, torch.ones(1, 2, dtype=torch.float64)).tolist() == [[0.0, 0.0]]


def test_a_lane_that_is_not_finite_spoils_no_gradient() -> None:
    system = residual(lambda x: [torch.log(x)], 1, 1)
    values = gradient(system, torch.tensor([[-1.0, 1.0, torch.e]], dtype=torch.float64))
    assert values[0, 1:].tolist() == pytest.approx([0, 1 / torch.e])


@pytest.mark.parametrize(("name", "steps"), [("puzzle, rank-deficient", 10), ("Rosenbrock", 60)])
def test_lbfgs_takes_few_steps(name: str, steps: int) -> None:
    outcome = iterate(LBFGS(), NAMED[name].residual, start(NAMED[name]))
    assert outcome.status == (Status.CONVERGED,)
    assert outcome.iterations[0] <= steps


def test_lbfgs_never_raises_the_cost() -> None:
    problem = NAMED["Rosenbrock"]
    state = LBFGS().init(problem.residual, start(problem))
    for _ in range(15):
        following = LBFGS().step(problem.residual, state)
        assert following.point.cost <= state.point.cost
        state = following


def test_lbfgs_on_a_chain() -> None:
    def chain(*x: Tensor) -> list[Tensor]:
        return [(3 - 2 * b) * b - a - 2 * c + 1 for a, b, c in zip(x, x[1:], x[2:], strict=False)]

    system = residual(chain, 18, 20)
    outcome = iterate(LBFGS(), system, torch.full((20, 2), -1.0, dtype=torch.float64))
    assert set(outcome.status) == {Status.CONVERGED}


def test_adam_finds_the_bottom_of_the_valley() -> None:
    problem = NAMED["Rosenbrock"]
    outcome = iterate(Adam(), problem.residual, start(problem))
    assert outcome.x[:, 0].tolist() == pytest.approx([1, 1], rel=1e-9)


def test_adam_turns_back_at_the_edge_of_the_domain() -> None:
    system = residual(lambda x: [torch.sqrt(x) - 1e-3], 1, 1)
    outcome = iterate(Adam(), system, torch.full((1, 1), 4.0, dtype=torch.float64))
    assert outcome.status == (Status.CONVERGED,)
