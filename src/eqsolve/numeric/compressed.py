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
_SAFE: Final = 1e-6  # least diagonal of the factor of columns of length one


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
        factors = []
        for block in self.inner.blocks(BLOCK):
            r, J = block.dense(x)
            both = torch.cat([J, r[:, None]], 1).permute(2, 0, 1).contiguous()
            bad = ~both.isfinite().all(2).all(1)
            factor = _triangular(both.masked_fill(bad[:, None, None], 0.0))
            factors.append(factor.masked_fill(bad[:, None, None], torch.nan))
        stacked = torch.cat(factors, 1)
        bad = ~stacked.isfinite().all(2).all(1)
        R = torch.linalg.qr(stacked.masked_fill(bad[:, None, None], 0.0), mode="r")[1]
        R = R.masked_fill(bad[:, None, None], torch.nan)
        R = torch.nn.functional.pad(R, (0, 0, 0, n + 1 - R.shape[1]))
        J = R[:, :, :n].permute(1, 2, 0)
        return R[:, :, n].T, Jacobian(Pattern.dense(n + 1, n), J.flatten(0, 1))


def _triangular(A: Tensor) -> Tensor:
    """Return R of A = QR for tall A, shape [batch, rows, n + 1].

    By two rounds of Cholesky's factorisation for all but the last column, which are as accurate as Householder's
    as long as the condition number is below 1e7, and many times faster; else by Householder's.

    References:
        Yamamoto, Nakatsukasa, Yanagisawa and Fukaya (2015), ETNA 44, 306-326.
    """
    J, r = A[:, :, :-1], A[:, :, -1:]
    scale = torch.linalg.vector_norm(J, dim=1, keepdim=True)
    scale = torch.where(scale > 0, scale, 1.0)
    first, failed = torch.linalg.cholesky_ex((J / scale).mT @ (J / scale), upper=True)
    diagonal = first.diagonal(dim1=1, dim2=2)
    if bool(failed.any()) or bool((diagonal.amin(1) < _SAFE).any()):
        whole: Tensor = torch.linalg.qr(A, mode="r")[1]
        return whole
    Q = torch.linalg.solve_triangular(first, J / scale, upper=True, left=False)
    second = torch.linalg.cholesky(Q.mT @ Q, upper=True)
    Q = torch.linalg.solve_triangular(second, Q, upper=True, left=False)
    along = Q.mT @ r
    rest = torch.linalg.vector_norm(r - Q @ along, dim=1, keepdim=True)
    top = torch.cat([second @ first * scale, along], 2)
    return torch.cat([top, torch.cat([torch.zeros_like(along.mT), rest], 2)], 1)
