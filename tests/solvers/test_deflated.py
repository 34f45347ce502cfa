from __future__ import annotations

import torch
from tests.solvers.residuals import residual

import eqsolve
from eqsolve.numeric.solvers import Stopping, iterate
from eqsolve.numeric.solvers.deflated import DeflatedNewton
from eqsolve.result import Status


def deflated(roots: list[list[float]]) -> DeflatedNewton:
    return DeflatedNewton(torch.tensor(roots, dtype=torch.float64))


def test_the_step_is_that_of_newton_on_the_product() -> None:
    """x^2 - 2 times 1 + 1/((x - r)/r)^2, at x = 2 with r the positive root."""
    root = 2**0.5
    system = residual(lambda x: [x**2 - 2], 1, 1)
    product = residual(lambda x: [(x**2 - 2) * (1 + root**2 / (x - root) ** 2)], 1, 1)
    x = torch.full((1, 1), 2.0, dtype=torch.float64)
    r, J = product.jacobian(x)
    solver = deflated([[root]])
    state = solver.step(system, solver.init(system, x))
    assert torch.allclose(state.step, -r / J.values)


def test_starts_beside_a_known_root_find_the_other() -> None:
    system = residual(lambda x, y: [x**2 + y**2 - 2, x - y], 2, 2)
    start = torch.tensor([[1.1, 0.7, 1.01], [0.9, 1.2, 1.0]], dtype=torch.float64)
    outcome = iterate(deflated([[1.0], [1.0]]), system, start, stopping=Stopping(max_steps=100, patience=100))
    assert outcome.status == (Status.CONVERGED,) * 3
    assert torch.allclose(outcome.x, torch.full((2, 3), -1.0, dtype=torch.float64))


def test_a_known_root_at_zero_has_no_size() -> None:
    system = residual(lambda x: [x * (x - 3)], 1, 1)
    outcome = iterate(deflated([[0.0]]), system, torch.full((1, 1), 0.4, dtype=torch.float64))
    assert torch.allclose(outcome.x, torch.full((1, 1), 3.0, dtype=torch.float64))


def test_all_goes_on_beside_the_roots_it_has() -> None:
    """Chandrasekhar's equation at six nodes, made transcendental: most of its 32 roots have small basins."""
    rows = []
    for i in range(1, 7):
        total = "+".join(f"h{j}*{i}/({i}+{j})" for j in range(1, 7))
        rows.append(f"h{i}*(12 - 0.51234*({total})) = 12 + sin(h{i})/1e4")
    result = eqsolve.solve(*rows, all=True, max_seconds=20)
    assert len(result.solutions) > 20
