"""Huber's loss."""

from __future__ import annotations

from typing import ClassVar

import torch
from torch import Tensor


class Huber:
    """s up to one, 2√s - 1 beyond."""

    tuning: ClassVar[float] = 1.345

    def rho(self, s: Tensor) -> Tensor:
        """Return ρ(s)."""
        return torch.where(s <= 1, s, 2 * s.clamp(min=1.0).sqrt() - 1)
