"""Newton's method on equations from which the known roots have been divided out.

r is multiplied by m(x) = Π_k (1 + 1/|x - x_k|²), which no longer vanishes at the roots x_k, with the distance in
units of them. The Newton step of the product is that of r times a number: d / (1 - ∇log m · d).

References:
    Farrell, Birkisson and Funke (2015), Deflation techniques for finding distinct solutions of nonlinear partial
    differential equations, SIAM J. Sci. Comput. 37.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Final

import torch
from torch import Tensor

from eqsolve.numeric.linear import newton_step
from eqsolve.numeric.residual import Point, Residual, clip
from eqsolve.numeric.solvers.newton import NewtonState

LONGEST: Final = 20.0  # times Newton's step


@dataclass(frozen=True, slots=True, eq=False)
class DeflatedNewton:
    """Newton steps away from known roots.

    Attributes:
        roots: The known roots, shape [n, k].
    """

    usual_steps: ClassVar[int] = 100
    roots: Tensor

    def init(self, residual: Residual, x: Tensor) -> NewtonState:
        """Evaluate the residual at the start, shape [n, batch]."""
        return NewtonState(Point.at(residual, x), torch.zeros_like(x))

    def step(self, residual: Residual, state: NewtonState) -> NewtonState:
        """Take one step in every lane."""
        here = state.point
        d = newton_step(here.J, here.r)
        d = d * (1 / (1 - self._slope(here.x, d))).clamp(-LONGEST, LONGEST).nan_to_num(1.0)
        return NewtonState(Point.at(residual, clip(residual, here.x + d)), d)

    def _slope(self, x: Tensor, d: Tensor) -> Tensor:
        """Return ∇log m · d, shape [batch]."""
        usual = self.roots.abs().amax(1)
        unit = torch.where(usual > 0, usual, 1.0)[:, None]
        away = (x[:, None] - self.roots[:, :, None]) / unit[:, None]
        square = (away**2).sum(0)
        along = (away * (d / unit)[:, None]).sum(0)
        return (-2 * along / (square * (square + 1)).clamp_min(1e-300)).sum(0)
