from __future__ import annotations

import time

import torch
from tests.solvers.residuals import residual

from eqsolve.numeric.continuation import continued


def column(*values: float) -> torch.Tensor:
    return torch.tensor(values, dtype=torch.float64)[:, None]


def test_a_curve_leads_to_a_root_past_turning_points() -> None:
    # From 2 the slope vanishes on the way to the only root, below -2: t has to turn back.
    ends = continued(residual(lambda x: [x**3 - 3 * x + 5], 1, 1), column(2.0))
    assert ends.shape == (1, 1)
    assert abs(float(ends) + 2.279018786165) < 0.2  # between two points of the curve


def test_many_curves_at_once() -> None:
    system = residual(lambda x, y: [x**2 + y**2 - 4, x - y], 2, 2)
    ends = continued(system, torch.tensor([[1.0, -1.0, 3.0], [2.0, -0.5, 1.0]]).double())
    assert ends.shape == (2, 6)  # a circle is a closed curve: both ways lead to a root
    assert (ends.abs() - 2**0.5).abs().max() < 0.3


def test_what_begins_outside_the_domain_is_left_out() -> None:
    system = residual(lambda x: [torch.log(x) - 1], 1, 1)
    assert continued(system, torch.tensor([[-1.0, 2.0]]).double()).shape == (1, 1)
    assert continued(system, column(-1.0)).shape == (1, 0)


def test_no_root_no_end() -> None:
    assert continued(residual(lambda x: [x**2 + 1], 1, 1), column(1.0)).shape == (1, 0)


def test_time_is_up_at_once() -> None:
    system = residual(lambda x: [x**3 - 8], 1, 1)
    assert continued(system, column(1.0), deadline=time.monotonic() - 1).shape == (1, 0)


def test_a_curve_that_runs_away_one_way_may_lead_to_the_root_the_other_way() -> None:
    ends = continued(residual(lambda x: [x / (1 + x**2) ** 2], 1, 1), column(3.0))
    assert ends.shape == (1, 1)
    assert abs(float(ends)) < 0.5
