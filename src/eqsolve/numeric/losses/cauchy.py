"""The logarithm of a Cauchy density."""

from __future__ import annotations

from typing import ClassVar

import torch
from torch import Tensor


class Cauchy:
    """ln(1+s): far points hardly count."""

    tuning: ClassVar[float] = 2.385

    def rho(self, s: Tensor) -> Tensor:
        """Return ρ(s)."""
        return torch.log1p(s)
