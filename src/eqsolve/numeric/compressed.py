"""Many rows seen as few: [J r] of all rows is replaced by its triangular factor, block by block.

‖J d + r‖ is the same for all d, and so are JᵀJ, Jᵀr and ‖r‖; memory stays that of one block.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import torch
from torch import Tensor

from eqsolve.numeric.residual import Jacobian, Pattern
from eqsolve.numeric.rows import RowResidual

BLOCK: Final = 1 << 15  # rows


@dataclass(frozen=True, slots=True, eq=False)
class Compressed:
    """A `Residual` of n + 1 rows with the least-squares properties of `inner`."""

    inner: RowResidual

    @property
    def rows(self) -> int:
        """Number of rows that are left."""
        return self.inner.columns + 1

    @property
    def columns(self) -> int:
        """Number of parameters."""
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
        """Return the last column of the factor, shape [n + 1, batch]."""
        return self.jacobian(x)[0]

    def jacobian(self, x: Tensor) -> tuple[Tensor, Jacobian]:
        """Return the last column of the factor, and the others as a Jacobian."""
        n = self.columns
        R = x.new_zeros(x.shape[1], 0, n + 1)
        for block in self.inner.blocks(BLOCK):
            r, J = block.dense(x)
            both = torch.cat([J, r[:, None]], 1).permute(2, 0, 1)
            bad = ~both.isfinite().all(2).all(1)
            stacked = torch.cat([R, both.masked_fill(bad[:, None, None], 0.0)], 1)
            R = torch.linalg.qr(stacked, mode="r")[1].masked_fill(bad[:, None, None], torch.nan)
        missing = n + 1 - R.shape[1]
        R = torch.nn.functional.pad(R, (0, 0, 0, missing))
        J = R[:, :, :n].permute(1, 2, 0)
        return R[:, :, n].T, Jacobian(Pattern.dense(n + 1, n), J.flatten(0, 1))
