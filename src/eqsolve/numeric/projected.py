"""Variable projection: the parameters that enter linearly are put at their best for given others.

With r = f + Φc the best c is -Φ⁺f, and what is left is the projected residual (1 - ΦΦ⁺)f of the other parameters
alone; its Jacobian is taken as (1 - ΦΦ⁺) ∂r, in the approximation of Kaufman.

References:
    Golub and Pereyra (1973), SIAM J. Numer. Anal. 10, 413-432; Kaufman (1975), BIT 15, 49-57.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import torch
from torch import Tensor

from eqsolve.numeric.linear import unit_scale
from eqsolve.numeric.residual import Jacobian, Pattern, Residual

_RANK: Final = 1e-14
_RIDGE: Final = 1e-13  # on columns of length one, so that their normal equations can be solved


@dataclass(frozen=True, slots=True, eq=False)
class Projected:
    """A `Residual` of the parameters that do not enter linearly.

    Attributes:
        inner: The residual of all parameters.
        linear: Indices of those that enter linearly, long, shape [l]; they have no bounds.
        others: Indices of the rest, long, shape [n - l].
    """

    inner: Residual
    linear: Tensor
    others: Tensor

    @property
    def rows(self) -> int:
        """Number of rows."""
        return self.inner.rows

    @property
    def columns(self) -> int:
        """Number of parameters that are left."""
        return len(self.others)

    @property
    def lower(self) -> Tensor:
        """Lower bounds of those."""
        return self.inner.lower[self.others]

    @property
    def upper(self) -> Tensor:
        """Upper bounds of those."""
        return self.inner.upper[self.others]

    def full(self, a: Tensor) -> Tensor:
        """Return all parameters, shape [n, batch], with the linear ones at their best."""
        return self._projection(a)[0]

    def r(self, a: Tensor) -> Tensor:
        """Return the projected residual, shape [m, batch]."""
        return self.inner.r(self.full(a))

    def rough_cost(self, a: Tensor) -> Tensor:
        """Return about ‖r‖², shape [batch], to rank points by: from normal equations, at half the digits."""
        x = a.new_zeros(self.inner.columns, a.shape[1])
        x[self.others] = a
        f, J = self.inner.jacobian(x)
        phi = J.dense()[:, self.linear].permute(2, 1, 0)
        phi = phi / unit_scale(torch.linalg.vector_norm(phi, dim=2))[:, :, None]
        normal = phi @ phi.mT
        normal.diagonal(dim1=1, dim2=2).add_(_RIDGE)
        factor, _ = torch.linalg.cholesky_ex(torch.nan_to_num(normal, posinf=0.0))
        c = torch.cholesky_solve(phi @ f.T[:, :, None], factor)
        return (f.T - (c.mT @ phi)[:, 0]).square().sum(1)

    def jacobian(self, a: Tensor) -> tuple[Tensor, Jacobian]:
        """Return the projected residual and Kaufman's Jacobian."""
        x, U = self._projection(a)
        r, J = self.inner.jacobian(x)
        rest = J.dense()[:, self.others].permute(2, 0, 1)
        rest = rest - U @ (U.mT @ rest)
        return r, Jacobian(Pattern.dense(len(r), self.columns), rest.permute(1, 2, 0).flatten(0, 1))

    def _projection(self, a: Tensor) -> tuple[Tensor, Tensor]:
        """Return all parameters and an orthonormal basis of the range of Φ, [batch, m, l]."""
        x = a.new_zeros(self.inner.columns, a.shape[1])
        x[self.others] = a
        f, J = self.inner.jacobian(x)
        phi = J.dense()[:, self.linear].permute(2, 0, 1)
        finite = (phi.isfinite().all(2) & f.T.isfinite()).all(1)
        phi, f = phi.masked_fill(~finite[:, None, None], 0.0), f.T.masked_fill(~finite[:, None], 0.0)
        scale = unit_scale(torch.linalg.vector_norm(phi, dim=1))
        U, S, Vh = torch.linalg.svd(phi / scale[:, None, :], full_matrices=False)
        kept = _RANK * S[:, :1] < S
        U = U * kept[:, None, :]
        inverse = torch.where(kept, 1 / torch.where(kept, S, 1.0), 0.0)
        c = -(Vh.mT @ (inverse * (U.mT @ f[:, :, None])[:, :, 0])[:, :, None])[:, :, 0] / scale
        x[self.linear] = torch.where(finite[:, None], c, torch.nan).T
        return x, U
