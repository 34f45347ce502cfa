"""Linear algebra for steps: one small system per lane, solved by LU, SVD or QR; large sparse ones by SuperLU.

Lanes come last at the interface. Nothing here raises because a lane is singular: such a lane gets the
shortest least-squares step where that is affordable, and NaN otherwise.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final, TypeAlias

import torch
from torch import Tensor

from eqsolve.numeric.residual import Jacobian

if TYPE_CHECKING:
    import numpy as np
    from scipy.sparse import csc_matrix

Solve: TypeAlias = Callable[[Tensor], Tensor]

_RANK: Final = 1e-12  # singular values below this fraction of the largest count as zero
_SPARSE_FROM: Final = 300  # unknowns
_SPARSE_FILL: Final = 0.1  # fraction of nonzero positions


def newton_step(J: Jacobian, r: Tensor) -> Tensor:
    """Solve J d = -r.

    A square matrix of full rank is scaled by rows and columns and factorised by LU. Any other gets the
    shortest least-squares solution, by SVD, with singular values below 1e-12 of the largest left out;
    "shortest" is measured in unknowns scaled by the column norms (of the rows scaled, if J is square).

    Args:
        J: Jacobian of m equations and n unknowns.
        r: Residual, shape [m, batch].

    Returns:
        The step d, shape [n, batch]; NaN in lanes where J or r is not finite.
    """
    if _is_sparse(J):
        return _sparse_newton_step(J, r)
    matrix, target = J.dense().permute(2, 0, 1), -r.T
    if matrix.shape[1] != matrix.shape[2]:
        return _least_squares(matrix, target).T
    rows = unit_scale(matrix.abs().amax(2))
    matrix, target = matrix / rows[:, :, None], target / rows
    columns = unit_scale(matrix.abs().amax(1))
    factors, pivots, _ = torch.linalg.lu_factor_ex(matrix / columns[:, None, :])
    d: Tensor = torch.linalg.lu_solve(factors, pivots, target[:, :, None])[:, :, 0] / columns
    diagonal = factors.diagonal(dim1=1, dim2=2).abs()
    singular = ~(diagonal.amin(1) > _RANK * diagonal.amax(1))
    if singular.any():
        d[singular] = _least_squares(matrix[singular], target[singular])
    return d.T


def damped_step(J: Jacobian, r: Tensor, damping: Tensor, scale: Tensor) -> Tensor:
    """Minimise ‖J d + r‖² + λ‖D d‖² over d.

    Solved as the least-squares problem [J; √λ D] d = [-r; 0]; the normal equations would square
    the condition number.

    Args:
        J: Jacobian of m equations and n unknowns.
        r: Residual, shape [m, batch].
        damping: λ > 0, dimensionless, shape [batch].
        scale: Diagonal of D, shape [n, batch]: the largest column norms of J so far, no zeros.

    Returns:
        The step d, shape [n, batch], in the units of the unknowns.

    References:
        Moré (1978), The Levenberg-Marquardt algorithm: implementation and theory, LNM 630, 105-116.
    """
    return damped(J, damping, scale)(r)


def damped(J: Jacobian, damping: Tensor, scale: Tensor) -> Solve:
    """Factorise the problem of `damped_step` once, and return the function from r to d."""
    if _is_sparse(J):
        return _sparse_damped(J, damping, scale)
    m, n = J.pattern.shape
    upper = (J.dense() / scale).permute(2, 0, 1)
    lower = damping.sqrt()[:, None, None] * torch.eye(n, dtype=upper.dtype, device=upper.device)
    Q, R = torch.linalg.qr(torch.cat([upper, lower], 1))
    top = Q[:, :m].mT

    def solve(r: Tensor) -> Tensor:
        y: Tensor = torch.linalg.solve_triangular(R, top @ -r.T[:, :, None], upper=True)
        return y[:, :, 0].T / scale

    return solve


def unit_scale(norms: Tensor) -> Tensor:
    """Return norms to divide by: with ones in place of zeros and of what is not finite."""
    return torch.where((norms > 0) & norms.isfinite(), norms, 1.0)


def _least_squares(matrix: Tensor, target: Tensor) -> Tensor:
    """Return the shortest least-squares solutions, shape [batch, n], by SVD of [batch, m, n]."""
    columns = unit_scale(torch.linalg.vector_norm(matrix, dim=1))
    scaled = matrix / columns[:, None, :]
    finite = scaled.isfinite().all(2).all(1)
    U, S, Vh = torch.linalg.svd(scaled.masked_fill(~finite[:, None, None], 0.0), full_matrices=False)
    inverse = torch.where(_RANK * S[:, :1] < S, 1 / S, 0.0)
    y: Tensor = Vh.mT @ (inverse * (U.mT @ target[:, :, None])[:, :, 0])[:, :, None]
    return (y[:, :, 0] / columns).masked_fill(~finite[:, None], torch.nan)


def _is_sparse(J: Jacobian) -> bool:
    m, n = J.pattern.shape
    return n > _SPARSE_FROM and len(J.pattern.rows) < _SPARSE_FILL * m * n


def _sparse_newton_step(J: Jacobian, r: Tensor) -> Tensor:
    """Solve J d = -r with SuperLU, lane by lane; nearly undamped least squares where that fails."""
    m, n = J.pattern.shape
    d = r.new_full((n, r.shape[1]), torch.nan)
    if m == n:
        for lane in range(r.shape[1]):
            solve = _factorise(_matrix(J, lane))
            if solve is not None:
                d[:, lane] = torch.from_numpy(solve(-r[:, lane].cpu().numpy()))
    failed = ~d.isfinite().all(0)
    if failed.any():
        part = J.select(failed)
        scale = unit_scale(part.column_norms())
        d[:, failed] = _sparse_damped(part, torch.full_like(scale[0], _RANK), scale)(r[:, failed])
    return d


def _sparse_damped(J: Jacobian, damping: Tensor, scale: Tensor) -> Solve:
    """Factorise the augmented system [I, J; Jᵀ, -λD²] lane by lane.

    Its condition number is that of the stacked matrix, not its square, as long as u = -(r + J d) is kept.
    """
    from scipy.sparse import bmat, diags_array, eye_array

    m, n = J.pattern.shape
    corner = (-damping * scale.square()).cpu().numpy()
    solves = []
    for lane in range(scale.shape[1]):
        matrix = _matrix(J, lane)
        solves.append(
            _factorise(bmat([[eye_array(m), matrix], [matrix.T, diags_array(corner[:, lane])]], format="csc"))
        )

    def solve(r: Tensor) -> Tensor:
        d = r.new_full((n, r.shape[1]), torch.nan)
        for lane, factors in enumerate(solves):
            if factors is not None:
                target = torch.cat([-r[:, lane], r.new_zeros(n)]).cpu().numpy()
                d[:, lane] = torch.from_numpy(factors(target)[m:])
        return d

    return solve


def _matrix(J: Jacobian, lane: int) -> csc_matrix:
    from scipy.sparse import csc_array

    places = (J.pattern.rows.cpu().numpy(), J.pattern.columns.cpu().numpy())
    return csc_array((J.values[:, lane].cpu().numpy(), places), shape=J.pattern.shape)


def _factorise(matrix: csc_matrix) -> Callable[[np.ndarray], np.ndarray] | None:
    from scipy.sparse.linalg import splu

    try:
        solve: Callable[[np.ndarray], np.ndarray] = splu(matrix).solve
    except RuntimeError:  # "Factor is exactly singular", NaN and infinity included
        return None
    return solve
