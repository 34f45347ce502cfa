"""What a loss is."""

from __future__ import annotations

from typing import ClassVar, Protocol

from torch import Tensor


class Loss(Protocol):
    """A function ρ of squared residuals; `tuning` is c in units of the standard deviation.

    The tuning constants give 95 % of the efficiency of least squares on normal errors.
    """

    tuning: ClassVar[float]

    def rho(self, s: Tensor) -> Tensor:
        """Return ρ(s) for s >= 0, of the same shape; ρ(0) = 0, ρ'(0) = 1."""
        ...
