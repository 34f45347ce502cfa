"""The smooth version of the absolute value."""

from __future__ import annotations

from typing import ClassVar

from torch import Tensor


class SoftL1:
    """2(√(1+s) - 1): quadratic near zero, linear far away."""

    tuning: ClassVar[float] = 1.345

    def rho(self, s: Tensor) -> Tensor:
        """Return ρ(s)."""
        return 2 * s / ((1 + s).sqrt() + 1)
