"""Minima at corners: where `if`, `abs`, `min` and their like bend the sum of squares, no derivative vanishes.

A break point of a broken line often comes to rest on a row of the data. It is a minimum if the sum of squares
grows to both sides while all other parameters follow; the parameter is then held there like one at a bound.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from eqsolve.language.interpret import tape
from eqsolve.language.syntax import Call, Expression

if TYPE_CHECKING:
    from torch import Tensor

    from eqsolve.numeric.residual import Residual
    from eqsolve.numeric.rows import RowResidual

CORNER: Final = "a corner of the model"
BENT: Final = frozenset({"if", "abs", "min", "max", "sign", "floor", "ceil", "round", "mod", "interp"})
STEPS: Final = (1e-2, 1e-3, 1e-4, 1e-5, 1e-6)  # relative distances at which it has to grow
GROWS: Final = 1e-12  # relative growth of the sum of squares at the nearest of them


def bent(sides: Iterable[Expression]) -> bool:
    """Tell whether expressions hold a function with corners."""
    return any(
        isinstance(node, Call) and node.function.id in BENT for side in sides for node, _ in tape(side).steps
    )


def cornered(residual: RowResidual, x: Tensor) -> tuple[RowResidual, Tensor]:
    """Hold the parameters that stand at corners, one after another.

    Returns:
        The residual with these between equal bounds, and the point, shape [n], with all others at their best.
    """
    import torch

    held = residual
    for k in range(residual.columns):
        there = _corner(held, k, x)
        if there is not None:
            x = there
            pinned = torch.zeros(residual.columns, dtype=torch.bool)
            pinned[k] = True
            held = replace(
                held,
                lower=torch.where(pinned, x, held.lower),
                upper=torch.where(pinned, x, held.upper),
            )
    return held, x


def _corner(residual: Residual, k: int, x: Tensor) -> Tensor | None:
    """Return the point at a corner in one parameter; None if the sum of squares does not grow to both sides."""
    import torch

    from eqsolve.numeric.solvers import Stopping, iterate
    from eqsolve.numeric.solvers.lm import LevenbergMarquardt
    from eqsolve.regression.profile import Held

    size = float(x[k].abs()) or 1.0
    away = torch.tensor([0.0, *(s * d for d in STEPS for s in (-1, 1))], dtype=torch.float64)
    held = Held(residual, k, x[k] + size * away)
    others = [j for j in range(len(x)) if j != k]
    starts = torch.cat([x[others][:, None].expand(-1, len(away)), held.lane_numbers()])
    out = iterate(
        LevenbergMarquardt(lower_by=1 / 3), held, starts, stopping=Stopping(max_steps=100, growth=1e30)
    )
    cost = out.cost
    grown = cost[1:] - cost[0]
    # A smooth minimum grows with the square of the distance, a corner with the distance itself.
    if not bool((grown[-2:] > GROWS * cost[0]).all() and (grown > 0).all()):
        return None
    if bool((grown[-2:] < 1e-3 * grown[-6:-4]).any()):
        return None
    there = x.clone()
    there[others] = out.x[:-1, 0]
    return there
