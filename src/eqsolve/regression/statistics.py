"""Standard errors and what goes with them, from the Jacobian at the minimum.

The covariance comes from the singular values of the Jacobian with columns of length one; parameters at a bound are
held, and where singular values vanish the parameters that move along their vectors get no standard error.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from eqsolve.fitted import Interval

if TYPE_CHECKING:
    import numpy as np

RANK: Final = 1e-12  # singular values below this fraction of the largest count as zero
MOVES: Final = 1e-5  # components of a null vector above this count


@dataclass(frozen=True, slots=True, eq=False)
class Spread:
    """How firmly the data hold the parameters.

    Attributes:
        inverse: (JᵀJ)⁻¹, shape [n, n]; zero in the rows of held parameters, NaN where it is not determined.
        null: Directions in which the residual does not change, shape [k, n], in units of the parameters.
        rank: Number of independent parameters that were free.
    """

    inverse: np.ndarray
    null: np.ndarray
    rank: int


def spread_of(J: np.ndarray, held: Sequence[bool]) -> Spread:
    """Return the spread of the parameters for a Jacobian, shape [m, n]."""
    import numpy as np

    n = J.shape[1]
    free = [k for k in range(n) if not held[k]]
    inverse = np.zeros((n, n))
    if not free:
        return Spread(inverse, np.zeros((0, n)), 0)
    part = J[:, free]
    if len(part) > 4 * n:
        part = np.asarray(np.linalg.qr(part, mode="r"))
    scale = np.linalg.norm(part, axis=0)
    dead = scale == 0
    scale[dead] = 1.0
    _, S, Vt = np.linalg.svd(part / scale, full_matrices=True)
    S = np.concatenate([S, np.zeros(len(free) - len(S))])
    good = RANK * S[0] < S
    V = Vt[good].T / scale[:, None]
    found = (V / S[good] ** 2) @ V.T
    null = Vt[~good] / scale
    loose = (np.abs(Vt[~good]) > MOVES).any(axis=0)
    found[loose, :] = found[:, loose] = np.nan
    inverse[np.ix_(free, free)] = found
    whole = np.zeros((len(null), n))
    whole[:, free] = null
    return Spread(inverse, whole, int(good.sum()))


def quantile(dof: int, *, absolute: bool) -> float:
    """Return the 97.5 % point of Student's distribution; of the normal one if sigma is known."""
    from scipy.special import ndtri, stdtrit

    return float(ndtri(0.975)) if absolute else float(stdtrit(dof, 0.975))


def interval(value: float, stderr: float, factor: float) -> Interval:
    """Return value ± factor·stderr."""
    return value - factor * stderr, value + factor * stderr


def correlations(inverse: np.ndarray, names: Sequence[str]) -> dict[str, dict[str, float]]:
    """Return the correlations between parameters that have an error."""
    known = [k for k in range(len(names)) if inverse[k, k] > 0]
    return {
        names[i]: {
            names[j]: max(-1.0, min(1.0, float(inverse[i, j] / math.sqrt(inverse[i, i] * inverse[j, j]))))
            for j in known
            if j != i
        }
        for i in known
    }


def criteria(rss: float, rows: int, count: int, *, absolute: bool) -> tuple[float | None, float | None]:
    """Return AIC and BIC of normal errors, up to a constant of the data if sigma is known."""
    if rss <= 0 or rows == 0:
        return None, None
    if absolute:
        return rss + 2 * count, rss + count * math.log(rows)
    deviance = rows * (math.log(2 * math.pi * rss / rows) + 1)
    return deviance + 2 * (count + 1), deviance + (count + 1) * math.log(rows)


def outliers(standardized: np.ndarray) -> list[int]:
    """Return the rows that lie too far out for as many normal residuals, by the median absolute deviation."""
    import numpy as np

    if len(standardized) < 8:
        return []
    middle = np.median(np.abs(standardized))
    if not middle > 0:
        return []
    limit = max(4.0, math.sqrt(2 * math.log(len(standardized))) + 2.0) * 1.4826
    return [int(k) for k in np.nonzero(np.abs(standardized) > limit * middle)[0]]
