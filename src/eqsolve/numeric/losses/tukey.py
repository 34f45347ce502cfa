"""Tukey's biweight."""

from __future__ import annotations

from typing import ClassVar

from torch import Tensor


class Tukey:
    """(1 - (1 - s)³)/3 up to s = 1, constant beyond: far points do not count."""

    tuning: ClassVar[float] = 4.685

    def rho(self, s: Tensor) -> Tensor:
        """Return ρ(s)."""
        return (1 - (1 - s.clamp(max=1.0)) ** 3) / 3
