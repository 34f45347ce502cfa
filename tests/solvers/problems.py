"""A small catalogue of problems, written by hand in torch, that every method meets."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from tests.solvers.residuals import INF, FunctionResidual, residual
from torch import Tensor


@dataclass(frozen=True)
class TorchProblem:
    """A residual, a start for all unknowns, and the roots: none, some, or a line of them (None)."""

    name: str
    residual: FunctionResidual
    start: tuple[float, ...]
    roots: tuple[tuple[float, ...], ...] | None


def _puzzle(a: Tensor, b: Tensor, c: Tensor, d: Tensor) -> list[Tensor]:
    return [a + b - 9, c - d - 1, a + c - 8, b - d - 2]


def _overdetermined(x: Tensor, y: Tensor) -> list[Tensor]:
    return [x + y - 3, x * y - 2, x - y - 1, x.square() + y.square() - 5]


def _domain(x: Tensor, y: Tensor) -> list[Tensor]:
    return [torch.log(x) + y - 1, torch.sqrt(y) - x]


PROBLEMS = (
    TorchProblem("linear", residual(lambda x, y: [2 * x + y - 5, x - 3 * y + 1], 2, 2), (1, 1), ((2, 1),)),
    TorchProblem("puzzle, rank-deficient", residual(_puzzle, 4, 4), (1, 1, 1, 1), None),
    TorchProblem("Rosenbrock", residual(lambda x, y: [1 - x, 10 * (y - x**2)], 2, 2), (-1.2, 1), ((1, 1),)),
    TorchProblem("square root", residual(lambda x: [x**2 - 2], 1, 1), (1,), ((2**0.5,), (-(2**0.5),))),
    TorchProblem("logarithm and square root", residual(_domain, 2, 2), (2, 2), ((1, 1),)),
    TorchProblem("overdetermined, consistent", residual(_overdetermined, 4, 2), (1.5, 0.7), ((2, 1),)),
    TorchProblem("underdetermined", residual(lambda x, y: [x**2 + y**2 - 4], 1, 2), (1, 2), None),
    TorchProblem(
        "bounded",
        residual(lambda x, y: [x**2 + y**2 - 4, x * y - 1], 2, 2, lower=(0, 0), upper=(1, INF)),
        (0.5, 1),
        ((0.5176380902050415, 1.9318516525781366),),
    ),
    TorchProblem("no root", residual(lambda x: [x**2 + 1], 1, 1), (1,), ()),
    TorchProblem(
        "two lines that do not meet", residual(lambda x, y: [x + y - 1, x + y - 2], 2, 2), (1, 3), ()
    ),
    TorchProblem("root outside the bounds", residual(lambda x: [x - 3], 1, 1, upper=(2,)), (1,), ()),
)
