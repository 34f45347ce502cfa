"""A residual whose squares are losses: r̃ = c √ρ((r/c)²) with the sign of r."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from eqsolve.numeric.losses import Loss
from eqsolve.numeric.residual import Jacobian, Residual


@dataclass(frozen=True, slots=True, eq=False)
class Robust:
    """A `Residual` with a loss; ½‖r̃‖² is the sum of the losses.

    Attributes:
        inner: The plain residual.
        loss: ρ.
        scale: c, in units of r.
    """

    inner: Residual
    loss: Loss
    scale: float

    @property
    def rows(self) -> int:
        """Number of rows."""
        return self.inner.rows

    @property
    def columns(self) -> int:
        """Number of unknowns."""
        return self.inner.columns

    @property
    def lower(self) -> Tensor:
        """Lower bounds."""
        return self.inner.lower

    @property
    def upper(self) -> Tensor:
        """Upper bounds."""
        return self.inner.upper

    def r(self, x: Tensor) -> Tensor:
        """Return r̃, shape [m, batch]."""
        return self.bent(self.inner.r(x))

    def jacobian(self, x: Tensor) -> tuple[Tensor, Jacobian]:
        """Return r̃ and its derivatives."""
        r, J = self.inner.jacobian(x)
        bent, slope = self.slopes(r)
        return bent, Jacobian(J.pattern, J.values * slope[J.pattern.rows])

    def bent(self, r: Tensor) -> Tensor:
        """Return r̃ of r; r itself where it is zero, so that the square root has a slope there."""
        away = r.detach().abs() > 1e-8 * self.scale
        s = (torch.where(away, r, self.scale) / self.scale).square()
        return torch.where(away, self.scale * self.loss.rho(s).sqrt() * r.sign(), r)

    def slopes(self, r: Tensor) -> tuple[Tensor, Tensor]:
        """Return r̃ and dr̃/dr by autograd."""
        with torch.enable_grad():
            leaf = r.detach().requires_grad_()
            bent = self.bent(leaf)
            (slope,) = torch.autograd.grad(bent.sum(), leaf)
        return bent.detach(), slope

    def influence(self, r: Tensor) -> tuple[Tensor, Tensor]:
        """Return ψ = ½ d(r̃²)/dr and dψ/dr."""
        with torch.enable_grad():
            leaf = r.detach().requires_grad_()
            s = (leaf / self.scale).square()
            total = 0.5 * self.scale**2 * self.loss.rho(s).sum()
            (psi,) = torch.autograd.grad(total, leaf, create_graph=True)
            (slope,) = torch.autograd.grad(psi.sum(), leaf)
        return psi.detach(), slope
