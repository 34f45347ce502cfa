from __future__ import annotations

import pytest
import torch
from tests.problems import lowered, whole
from torch import Tensor

import eqsolve
from eqsolve.numeric.compile import compile_block
from eqsolve.numeric.starts import starts
from eqsolve.numeric.tearing import completion
from eqsolve.problem import Problem
from eqsolve.result import Verdict
from eqsolve.structure import Block

# What gives y, within a loop in which nothing gives p.
INVERTIBLE = (
    "exp(y) = P",
    "ln(y) = P",
    "log10(y/2) = P",
    "log2(y) = P",
    "sqrt(y + 1) = P",
    "cbrt(y) = P",
    "abs(y) = P",
    "sinh(y) = P",
    "cosh(y) = P + 1",
    "tanh(y) = P/9",
    "asinh(y) = P",
    "acosh(y) = P",
    "atanh(y) = P",
    "asin(y) = P/9",
    "acos(y) = P/9",
    "atan(y) = P/9",
    "y^3 = P",
    "y^2 = P",
    "y^(-1.5) = P",
    "2^y = P",
    "P/(3 - 2*y) = 50%",
    "-(4 - exp(1/y)) = P",
    "P*y + P = 3*y + y/2",
)


def loop(line: str) -> Problem:
    """Return a loop that can be followed from p alone, and in one direction only."""
    rest = (f"{after} = {before} + sin({before})" for before, after in ("ya", "ab", "bc", "cd"))
    return lowered(line.replace("P", "(p + sin(p))"), *rest, "p + cos(p) = d + sin(d)")


def drawn(problem: Problem, count: int = 64) -> Tensor:
    n = len(problem.unknowns)
    lower, upper = torch.full((2, n), -torch.inf).double(), torch.full((2, n), torch.inf).double()
    return starts(torch.ones(n).double(), torch.zeros(n, dtype=torch.bool), lower[0], upper[0], count, 0)


def completed(problem: Problem, x: Tensor, least: float = -torch.inf) -> Tensor:
    way = completion(problem, whole(problem))
    assert way is not None
    lower = torch.full((x.shape[0],), least, dtype=torch.float64)
    return way(x, {}, lower, torch.full_like(lower, torch.inf))


def held(problem: Problem, x: Tensor) -> Tensor:
    """Return which equations hold at x, bool, shape [m, batch]."""
    return compile_block(problem, whole(problem)).r(x).abs() <= 1e-9 * (1 + x.abs().amax(0))


@pytest.mark.parametrize("line", INVERTIBLE)
def test_all_equations_but_one_hold_once_one_unknown_is_given(line: str) -> None:
    problem = loop(line)
    way = completion(problem, whole(problem))
    assert way is not None
    assert way.tears == 1
    x = drawn(problem)
    found = completed(problem, x)
    p = problem.index["p"]
    assert (found[p] == x[p]).all()
    assert held(problem, found)[:5].all(0).any()


def test_an_unknown_stays_where_it_is_rather_than_leave_a_domain_or_its_bounds() -> None:
    problem = loop("exp(y) = P")
    x = drawn(problem)
    found = completed(problem, x, least=0.0)
    assert found.isfinite().all()
    assert ((found > 0) | (found == x)).all()


def test_the_sign_of_a_start_is_kept_where_two_values_fit() -> None:
    problem = loop("y^2 = P")
    x = drawn(problem)
    y = problem.index["y"]
    assert (completed(problem, x)[y] * x[y] >= 0).all()


def test_what_runs_away_stays_where_it_is() -> None:
    problem = loop("ln(ln(y)) = P")
    x = drawn(problem)
    assert (completed(problem, x).abs().amax(0) <= 1e6 * x.abs().amax(0)).all()


def test_known_values_of_other_blocks_enter() -> None:
    problem = loop("y = 3*P*q")
    q = problem.index["q"]
    block = Block(tuple(range(6)), tuple(k for k in range(7) if k != q))
    way = completion(problem, block)
    assert way is not None
    infinite = torch.full((6,), torch.inf, dtype=torch.float64)
    x = torch.rand(6, 8, generator=torch.Generator().manual_seed(0)).double()
    found = dict(zip(way.names, way(x, {"q": 2.0}, -infinite, infinite), strict=True))
    expected = 6 * (found["p"] + found["p"].sin())
    torch.testing.assert_close(found["y"][4:], expected[4:])  # where it may be far from the start


def test_few_unknowns_are_not_torn() -> None:
    problem = lowered("x + y^3 = 2", "y = exp(x)")
    assert completion(problem, whole(problem)) is None


def test_nothing_is_gained_where_most_unknowns_would_have_to_be_given() -> None:
    names = [f"x{k}" for k in range(8)]
    total = " + ".join(f"{name}^2" for name in names)
    problem = lowered(*(f"sin({total} + {k}) = {name}*exp({name})" for k, name in enumerate(names)))
    assert completion(problem, whole(problem)) is None


def test_exchangers_in_a_row_are_solved_though_no_start_drawn_at_random_is_in_the_domain() -> None:
    count, lines = 8, []
    for k in range(1, count + 1):
        hot = "400" if k == 1 else f"h{k - 1}"
        cold = "300" if k == count else f"c{k + 1}"
        lines += [
            f"q{k} = 2.1*({hot} - h{k})",
            f"q{k} = 1.7*(c{k} - {cold})",
            f"q{k} = 0.4*(({hot} - c{k}) - (h{k} - {cold}))/ln(({hot} - c{k})/(h{k} - {cold}))",
        ]
    result = eqsolve.solve(*lines)
    assert result.verdict is Verdict.SOLVED
    assert 300 < result["h8"] < result["c1"] < 400
