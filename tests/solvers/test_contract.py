"""What every method in `SOLVERS` promises: a new method is tested by its line in the table."""

from __future__ import annotations

import math
from operator import attrgetter

import pytest
import torch
from tests.solvers.problems import PROBLEMS, TorchProblem
from tests.solvers.residuals import FunctionResidual, residual
from torch import Tensor

from eqsolve.numeric.solvers import SOLVERS, Outcome, Stopping, iterate
from eqsolve.result import Status

every_problem = pytest.mark.parametrize("problem", PROBLEMS, ids=attrgetter("name"))
every_solver = pytest.mark.parametrize("solver", SOLVERS)
BOUNDED = [problem for problem in PROBLEMS if problem.residual.upper.isfinite().any()]


def column(*values: float) -> Tensor:
    return torch.tensor(values, dtype=torch.float64)[:, None]


def lanes(problem: TorchProblem) -> Tensor:
    """The start, and two more near it."""
    noise = torch.randn(
        len(problem.start), 3, dtype=torch.float64, generator=torch.Generator().manual_seed(1)
    )
    noise[:, 0] = 0
    return column(*problem.start) + 0.2 * noise


def run(solver: str, system: FunctionResidual, x: Tensor) -> Outcome:
    return iterate(SOLVERS[solver](), system, x)


@every_solver
@every_problem
def test_converges_to_a_root_where_there_is_one(solver: str, problem: TorchProblem) -> None:
    outcome = run(solver, problem.residual, column(*problem.start))
    if problem.roots == ():
        assert outcome.status[0] is not Status.CONVERGED
        return
    assert outcome.status[0] is Status.CONVERGED
    x = outcome.x
    # Adam ends at the rounding of the residual, not of the root: 1e-10 leaves room for the condition number.
    assert float(problem.residual.r(x).abs().max()) < 1e-10
    if problem.roots is not None:
        distances = [math.dist(root, x[:, 0].tolist()) for root in problem.roots]
        assert min(distances) < 1e-9


@every_solver
@every_problem
def test_a_batch_is_as_many_single_runs(solver: str, problem: TorchProblem) -> None:
    starts = lanes(problem)
    few = Stopping(max_steps=150)
    together = iterate(SOLVERS[solver](), problem.residual, starts, stopping=few)
    for lane in range(starts.shape[1]):
        alone = iterate(SOLVERS[solver](), problem.residual, starts[:, lane : lane + 1], stopping=few)
        assert alone.status[0] is together.status[lane]
        # Exactly equal but for the order in which libraries add up; Newton amplifies that where it wanders.
        assert torch.allclose(alone.x[:, 0], together.x[:, lane], rtol=1e-6, atol=1e-7)


@every_solver
@pytest.mark.parametrize("problem", BOUNDED, ids=attrgetter("name"))
def test_bounds_hold(solver: str, problem: TorchProblem) -> None:
    seen: list[Tensor] = []

    def spy(*x: Tensor) -> object:
        seen.append(torch.stack(x).detach())
        return problem.residual.function(*x)

    system = problem.residual
    watched = FunctionResidual(spy, system.rows, system.lower, system.upper)  # type: ignore[arg-type]
    run(solver, watched, lanes(problem))
    for x in seen:
        x = x[:, x.isfinite().all(0)]
        assert (x >= system.lower[:, None]).all()
        assert (x <= system.upper[:, None]).all()


@every_solver
def test_a_lane_outside_the_domain_ends_alone(solver: str) -> None:
    system = residual(lambda x: [torch.log(x) - 1], 1, 1)
    start = torch.tensor([[-1.0, 2.0, float("nan"), 3.0]], dtype=torch.float64)
    outcome = run(solver, system, start)
    assert outcome.status[0] is outcome.status[2] is Status.NONFINITE
    assert outcome.status[1] is outcome.status[3] is Status.CONVERGED
    assert torch.allclose(outcome.x[0, [1, 3]], torch.tensor(math.e, dtype=torch.float64), rtol=1e-10)


@every_solver
def test_a_root_at_the_start_takes_no_step(solver: str) -> None:
    outcome = run(solver, residual(lambda x, y: [x - 1, x * y - 2], 2, 2), column(1, 2))
    assert outcome.status == (Status.CONVERGED,)
    assert outcome.iterations.tolist() == [0]
    assert outcome.cost.tolist() == [0.0]


@every_solver
def test_units_do_not_matter(solver: str) -> None:
    """Equations and unknowns may be of any size: here 1e-9 to 1e13 and 1e-3 to 1."""
    system = residual(lambda x, y: [1e-9 * (1e3 * x - 2), 1e7 * (1e6 * x * y - 2e3)], 2, 2)
    outcome = run(solver, system, column(1e-3, 0.5))
    assert outcome.status == (Status.CONVERGED,)
    assert torch.allclose(outcome.x, column(2e-3, 1), rtol=1e-8)


@every_solver
def test_the_same_run_twice_is_the_same(solver: str) -> None:
    problem, few = PROBLEMS[2], Stopping(max_steps=150)
    first, second = (
        iterate(SOLVERS[solver](), problem.residual, lanes(problem), stopping=few) for _ in range(2)
    )
    assert torch.equal(first.x, second.x)
    assert first.status == second.status


@every_solver
def test_single_precision_stays_single(solver: str) -> None:
    system = residual(lambda x: [x**2 - 2], 1, 1)
    outcome = iterate(SOLVERS[solver](), system, torch.ones(1, 3), stopping=Stopping(max_steps=500))
    assert outcome.x.dtype is torch.float32
    assert set(outcome.status) == {Status.CONVERGED}
