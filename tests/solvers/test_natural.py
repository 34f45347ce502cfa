from __future__ import annotations

import torch
from tests.solvers.residuals import residual

from eqsolve.numeric.solvers import iterate
from eqsolve.numeric.solvers.natural import NaturalNewton
from eqsolve.result import Status


def column(*values: float) -> torch.Tensor:
    return torch.tensor(values, dtype=torch.float64)[:, None]


def test_steps_that_would_be_thrown_away_are_shortened() -> None:
    # Plain Newton on arctan diverges from 3.
    outcome = iterate(NaturalNewton(), residual(lambda x: [torch.atan(x)], 1, 1), column(3.0))
    assert outcome.status == (Status.CONVERGED,)
    assert abs(float(outcome.x)) < 1e-12


def test_mixing_the_equations_changes_nothing() -> None:
    """Natural monotonicity is invariant under invertible maps of the residual; the cost is not."""
    plain = residual(lambda x, y: [torch.exp(x) - y, x * y - 2], 2, 2)
    mixed = residual(lambda x, y: [1e5 * (torch.exp(x) - y) + x * y - 2, x * y - 2], 2, 2)
    start = column(3.0, -2.0)
    one, other = (iterate(NaturalNewton(), system, start) for system in (plain, mixed))
    assert one.status == other.status == (Status.CONVERGED,)
    assert one.iterations.tolist() == other.iterations.tolist()
    assert torch.allclose(one.x, other.x, rtol=1e-8)


def test_it_stands_still_where_there_is_no_root() -> None:
    outcome = iterate(NaturalNewton(), residual(lambda x: [x**2 + 1], 1, 1), column(2.0))
    assert outcome.status[0] is not Status.CONVERGED
