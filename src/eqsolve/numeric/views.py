"""The same equations seen in other units: rows brought to a common size, positive unknowns in logarithms.

Both are `Residual`s around one, so that every method works on them unchanged.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import torch
from torch import Tensor

from eqsolve.numeric.residual import Jacobian, Residual

LEAST_LOG: Final = -700.0  # exponents that a float can hold
MOST_LOG: Final = 700.0


@dataclass(frozen=True, slots=True, eq=False)
class RowScaled:
    """Equations divided by a size each, shape [m]: none outweighs the others only by its units."""

    inner: Residual
    size: Tensor

    @property
    def rows(self) -> int:
        """Number of equations."""
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
        """Return the residual, shape [m, batch]."""
        return self.inner.r(x) / self.size.to(x)[:, None]

    def jacobian(self, x: Tensor) -> tuple[Tensor, Jacobian]:
        """Return the residual, shape [m, batch], and its Jacobian."""
        r, J = self.inner.jacobian(x)
        size = self.size.to(x)[:, None]
        return r / size, Jacobian(J.pattern, J.values / size[J.pattern.rows])


def row_scaled(residual: Residual, x: Tensor) -> Residual:
    """Divide every equation by its usual size at the points x, shape [n, batch].

    The size is that of Σ_j |J_ij x_j| and of the residual; the median over the points where they are finite.
    """
    r, J = residual.jacobian(x)
    sizes = J.absolute().times(x.abs()) + r.abs()
    usual = sizes.masked_fill(~sizes.isfinite(), torch.nan).nanmedian(1).values
    usable = usual.isfinite() & (usual > 0)
    return RowScaled(residual, torch.where(usable, usual, 1.0))


@dataclass(frozen=True, slots=True, eq=False)
class InLogs:
    """Equations with the logarithms of some unknowns, which must be positive, in the place of these.

    Products and quotients become sums, and 1e-12 is as near to 1 as 1e12 is: what laws of mass action need.

    Attributes:
        inner: The equations.
        positive: Which unknowns are positive, bool, shape [n].
    """

    inner: Residual
    positive: Tensor

    @property
    def rows(self) -> int:
        """Number of equations."""
        return self.inner.rows

    @property
    def columns(self) -> int:
        """Number of unknowns."""
        return self.inner.columns

    @property
    def lower(self) -> Tensor:
        """Lower bounds of what is searched for."""
        return self.of(self.inner.lower[:, None])[:, 0]

    @property
    def upper(self) -> Tensor:
        """Upper bounds of what is searched for."""
        return self.of(self.inner.upper[:, None])[:, 0]

    def of(self, x: Tensor) -> Tensor:
        """Return the logarithms in the place of positive unknowns; x of shape [n, batch]."""
        logs = x.clamp(min=0).log().clamp(LEAST_LOG, MOST_LOG)
        return torch.where(self.positive.to(x.device)[:, None], logs, x)

    def back(self, u: Tensor) -> Tensor:
        """Return the unknowns themselves, shape [n, batch]."""
        return torch.where(self.positive.to(u.device)[:, None], u.clamp(max=MOST_LOG).exp(), u)

    def r(self, x: Tensor) -> Tensor:
        """Return the residual, shape [m, batch]."""
        return self.inner.r(self.back(x))

    def jacobian(self, x: Tensor) -> tuple[Tensor, Jacobian]:
        """Return the residual, shape [m, batch], and its Jacobian by the logarithms."""
        values = self.back(x)
        r, J = self.inner.jacobian(values)
        slope = torch.where(self.positive.to(x.device)[:, None], values, 1.0)
        return r, Jacobian(J.pattern, J.values * slope[J.pattern.columns])
