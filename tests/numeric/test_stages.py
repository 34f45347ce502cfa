from __future__ import annotations

from collections.abc import Sequence

import torch
from tests.solvers.residuals import FunctionResidual, residual
from torch import Tensor

from eqsolve.numeric.search import Candidates
from eqsolve.numeric.stages import stages
from eqsolve.numeric.starts import wider_starts
from eqsolve.result import Status


def column(*values: float) -> Tensor:
    return torch.tensor(values, dtype=torch.float64)[:, None]


def run(
    system: FunctionResidual,
    x0: Tensor,
    positive: Sequence[bool],
    trusted: bool = False,
    balanced: Tensor | None = None,
) -> list[Candidates]:
    orders = torch.tensor([[-3.0], [3.0]]).double().expand(2, system.columns)

    def wider(number: int) -> Tensor:
        return wider_starts(system.lower, system.upper, orders, 32, number)

    return list(stages(system, x0, lambda: balanced, wider, torch.tensor(positive), trusted=trusted))


def test_the_first_stage_is_enough_for_an_easy_system() -> None:
    system = residual(lambda x, y: [x * y - 2, x + y - 3], 2, 2)
    orders = torch.zeros(2, 2).double()
    found = next(
        stages(
            system,
            column(3.0, 1.0),
            lambda: None,
            lambda number: wider_starts(system.lower, system.upper, orders, 8, number),
            torch.tensor([False, False]),
            trusted=True,
        )
    )
    assert found.status == (Status.CONVERGED,)


def test_the_start_of_the_user_gets_every_method_before_others_count() -> None:
    # Newton and Levenberg-Marquardt from here are trapped; the damped Newton is not.
    system = residual(lambda x, y: [x - 13 + ((5 - y) * y - 2) * y, x - 29 + ((y + 1) * y - 14) * y], 2, 2)
    first, *_ = run(system, column(15.0, -2.0), [False, False], trusted=True)
    assert first.status == (Status.CONVERGED,)
    assert torch.allclose(first.x, column(5.0, 4.0))


def test_every_stage_is_tried_where_there_is_no_root_and_none_claims_one() -> None:
    system = residual(lambda x, y: [x**2 + y**2 + 1, x - y], 2, 2)
    methods = set()
    for candidates in run(system, column(1.0, 1.0), [True, False]):
        assert Status.CONVERGED not in candidates.status
        methods |= set(candidates.method)
    assert "newton in logarithms" in methods


def test_starts_from_where_the_terms_balance_come_second() -> None:
    system = residual(lambda x: [x**2 + 1e-8 - 2e-4 * x], 1, 1)  # a double root at 1e-4
    begin = column(2e-4)
    found = run(system, column(1.0), [False], balanced=begin)
    assert torch.allclose(found[1].x, column(1e-4), rtol=1e-2)
