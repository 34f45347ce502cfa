"""Matrices of many boxes at once: midpoints and radii, and bounds of their products."""

from __future__ import annotations

from typing import Final

import numpy as np

from eqsolve.boxes.lanes import Array, Mask, above

ROUNDING: Final = 8 * 2.0**-53  # per term of a sum of products, generously
LEAST: Final = 1e-290


def inverses(matrices: Array) -> tuple[Array, Mask]:
    """Return matrices near the inverses, shape [batch, n, n], and where they are of use."""
    n = matrices.shape[-1]
    usable: Mask = np.asarray(np.isfinite(matrices).all((1, 2)))
    safe = np.where(usable[:, None, None], matrices, np.eye(n))
    try:
        found = np.linalg.inv(safe)
    except np.linalg.LinAlgError:
        found = np.stack([_inverse(matrix) for matrix in safe]) if len(safe) else safe
    usable &= np.isfinite(found).all((1, 2))
    return np.where(usable[:, None, None], found, np.eye(n)), usable


def _inverse(matrix: Array) -> Array:
    try:
        return np.asarray(np.linalg.inv(matrix), dtype=np.float64)
    except np.linalg.LinAlgError:
        return np.full_like(matrix, np.nan)


def product(left: Array, middle: Array, radius: Array) -> tuple[Array, Array]:
    """Return middle and radius of left (middle ± radius), all of shape [batch, n, columns].

    The radius covers the rounding of the product: an n-term sum of products is off by n units at most.
    """
    n = left.shape[-1]
    size = np.abs(left)
    error = n * ROUNDING
    spread = (size @ radius) * (1 + error) + error * (size @ np.abs(middle)) + LEAST
    return left @ middle, above(spread * (1 + error))


def middle_and_radius(low: Array, high: Array) -> tuple[Array, Array]:
    """Return middles, and radii that reach both ends."""
    middle = 0.5 * low + 0.5 * high
    return middle, above(np.maximum(above(high - middle), above(middle - low)))
