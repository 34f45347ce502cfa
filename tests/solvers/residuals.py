"""Residuals for tests: from a function written in torch, or by way of sympy from text."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import sympy
import torch
from tests.classic import ClassicSystem
from torch import Tensor

from eqsolve.numeric.operations import torch_table
from eqsolve.numeric.residual import Jacobian, Pattern

INF = float("inf")


@dataclass(frozen=True)
class FunctionResidual:
    """A residual from a function of n tensors that returns m tensors; the Jacobian is by autograd."""

    function: Callable[..., Sequence[Tensor]]
    rows: int
    lower: Tensor
    upper: Tensor

    @property
    def columns(self) -> int:
        return len(self.lower)

    def r(self, x: Tensor) -> Tensor:
        return torch.stack([torch.as_tensor(row).expand(x.shape[1]) for row in self.function(*x)])

    def jacobian(self, x: Tensor) -> tuple[Tensor, Jacobian]:
        x = x.detach().requires_grad_()
        r = self.r(x)
        rows = [torch.autograd.grad(row.sum(), x, retain_graph=True)[0] for row in r]
        return r.detach(), Jacobian(Pattern.dense(self.rows, self.columns), torch.cat(rows))


def residual(
    function: Callable[..., Sequence[Tensor]],
    rows: int,
    columns: int,
    *,
    lower: Sequence[float] | None = None,
    upper: Sequence[float] | None = None,
) -> FunctionResidual:
    """Return the residual of a function of `columns` tensors, by default without bounds."""
    return FunctionResidual(
        function,
        rows,
        torch.tensor([-INF] * columns if lower is None else lower, dtype=torch.float64),
        torch.tensor([INF] * columns if upper is None else upper, dtype=torch.float64),
    )


def classic_residual(system: ClassicSystem) -> FunctionResidual:
    """Return the residual of a classic system; sympy reads the text."""
    n = len(system.start)
    unknowns = sympy.symbols(f"x1:{n + 1}", real=True)
    names = {symbol.name: symbol for symbol in unknowns} | {"choose": _choose}
    sides = [
        sympy.sympify(re.sub(r"\bif\(", "choose(", f"({left}) - ({right})").replace("^", "**"), locals=names)
        for left, right in (equation.split("=") for equation in system.equations)
    ]
    function = sympy.lambdify(unknowns, sides, modules=[torch_table()], cse=True)
    return residual(function, n, n)


def _choose(condition: sympy.Rel, a: sympy.Expr, b: sympy.Expr) -> sympy.Expr:
    less = sympy.Function("less")(condition.lts, condition.gts)
    return sympy.Function("where")(less, a, b)
