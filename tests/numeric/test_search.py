from __future__ import annotations

import time
from operator import attrgetter

import pytest
import torch
from tests.classic import CLASSIC, ClassicSystem
from tests.solvers.residuals import FunctionResidual, classic_residual, residual
from torch import Tensor

from eqsolve.errors import ProblemError
from eqsolve.numeric.search import search
from eqsolve.numeric.starts import starts
from eqsolve.result import Progress, Status


def from_many(system: FunctionResidual, count: int = 64) -> Tensor:
    n = system.columns
    return starts(
        torch.ones(n).double(), torch.zeros(n, dtype=torch.bool), system.lower, system.upper, count, 0
    )


@pytest.mark.parametrize("system", CLASSIC, ids=attrgetter("name"))
def test_classic_systems_from_their_standard_start(system: ClassicSystem) -> None:
    compiled = classic_residual(system)
    found = search(compiled, torch.tensor(system.start, dtype=torch.float64)[:, None])
    assert float(compiled.r(found.x).abs().max()) < 1e-8


def test_all_roots_of_a_small_system() -> None:
    system = residual(lambda x, y: [x**2 + y**2 - 4, x * y - 1], 2, 2)
    found = search(system, from_many(system))
    converged = [status is Status.CONVERGED for status in found.status]
    roots = {tuple(round(value, 9) for value in column) for column in found.x[:, converged].T.tolist()}
    assert len(roots) == 4


def test_levenberg_marquardt_takes_over_where_newton_fails() -> None:
    # Newton on arctan is thrown ever further from 3; each step of Levenberg-Marquardt lowers the cost.
    system = residual(lambda x: [torch.atan(x)], 1, 1)
    found = search(system, torch.tensor([[3.0]], dtype=torch.float64))
    assert found.status == (Status.CONVERGED,)
    assert found.method == ("lm",)
    assert abs(float(found.x)) < 1e-12


def test_no_candidate_claims_a_root_where_there_is_none() -> None:
    system = residual(lambda x: [x**2 + 1], 1, 1)
    found = search(system, from_many(system))
    assert Status.CONVERGED not in found.status


@pytest.mark.parametrize("method", ["newton", "lm", "lbfgs"])
def test_an_explicit_method_runs_alone_on_all_lanes(method: str) -> None:
    system = residual(lambda x, y: [x + y - 3, x * y - 2], 2, 2)
    found = search(system, from_many(system, 8), method=method)
    assert found.method == (method,) * 8
    assert found.x.shape == (2, 8)
    assert found.status[0] is not Status.RUNNING


def test_limits() -> None:
    system = residual(lambda x: [x**2 + 1], 1, 1)
    x = torch.tensor([[0.3]], dtype=torch.float64)
    assert search(system, x, method="newton", max_steps=3).iterations.tolist() == [3]
    assert search(system, x, deadline=time.monotonic()).status == (Status.OUT_OF_TIME,)


def test_a_misspelt_method_is_named() -> None:
    with pytest.raises(ProblemError, match="newtn"):
        search(residual(lambda x: [x], 1, 1), torch.ones(1, 1).double(), method="newtn")


def test_threads_are_as_before_afterwards() -> None:
    before = torch.get_num_threads()
    during: list[int] = []

    def watched(x: Tensor) -> list[Tensor]:
        during.append(torch.get_num_threads())
        return [x - 2]

    search(residual(watched, 1, 1), torch.ones(1, 1, dtype=torch.float64))
    assert set(during) == {1}
    assert torch.get_num_threads() == before


def test_the_observer_hears_which_method_runs() -> None:
    heard: list[Progress] = []

    def slow(x: Tensor) -> list[Tensor]:
        time.sleep(0.01)
        return [x**2 + 1]

    search(residual(slow, 1, 1), torch.tensor([[0.3, 5.0]], dtype=torch.float64), observer=heard.append)
    assert {progress.stage for progress in heard} <= {"newton", "lm"}
    assert heard


def test_starts_are_completed_only_where_newton_leads_nowhere() -> None:
    asked = []

    def completed(x: Tensor) -> Tensor:
        asked.append(x)
        return torch.full_like(x, 2.0)

    near_one = torch.tensor([[0.5, 1.5]], dtype=torch.float64)
    search(residual(lambda x: [x**2 - 1], 1, 1), near_one, completed=completed)
    assert not asked
    below = torch.tensor([[-0.5, -1.5]], dtype=torch.float64)
    found = search(residual(lambda x: [x.log() - 1], 1, 1), below, completed=completed)
    assert len(asked) == 1
    assert found.converged.tolist() == [False, False, True, True]
