"""Robust losses ρ(s) of the squared, scaled residual s = (r/c)²; ρ(s) is close to s for small s.

A loss is ρ alone: what else a fit needs of it, `robust` makes for all of them.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from eqsolve.numeric.losses.cauchy import Cauchy
from eqsolve.numeric.losses.huber import Huber
from eqsolve.numeric.losses.loss import Loss
from eqsolve.numeric.losses.soft_l1 import SoftL1
from eqsolve.numeric.losses.tukey import Tukey

LOSSES: Final[Mapping[str, type[Loss]]] = {
    "soft-l1": SoftL1,
    "huber": Huber,
    "cauchy": Cauchy,
    "tukey": Tukey,
}

__all__ = ["LOSSES", "Loss"]
