"""Discs around approximate complex roots that are proved to hold exactly one root, for many points at once.

Krawczyk's test with discs: for |z_j - x_j| <= r_j, A an approximate inverse of J(x), it holds one root if
|A f(x)| + |I - A J(z)| r < r. Bounds on rounding and on how J varies come from the same polynomials with
sizes in the place of coefficients and unknowns; all bounds are computed in floating point and then widened.

References:
    Krawczyk (1969), Newton-Algorithmen zur Bestimmung von Nullstellen mit Fehlerschranken, Computing 4.
    Breiding, Rose and Timme (2023), Certifying zeros of polynomial systems using interval arithmetic, TOMS 49.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

import torch
from torch import Tensor

from eqsolve.paths.polynomials import Homogeneous

UNIT: Final = 2.0**-53
WIDER: Final = 1 + 1e-6  # takes in the rounding of the bounds themselves
REFINING: Final = 4


@dataclass(frozen=True, slots=True, eq=False)
class Discs:
    """Around each point a product of discs.

    Attributes:
        x: The centres, refined, shape [n, k].
        radius: Of each disc, shape [n, k].
        holds: Where it is proved that there is exactly one root, shape [k].
        real: Where it is proved to be real, shape [k].
        complex: Where it is proved not to be real, shape [k].
    """

    x: Tensor
    radius: Tensor
    holds: Tensor
    real: Tensor
    complex: Tensor

    def apart(self) -> bool:
        """Tell whether all points hold a root of their own."""
        for k in range(self.x.shape[1]):
            distance = (self.x[:, k + 1 :] - self.x[:, k : k + 1]).abs()
            reach = WIDER * (self.radius[:, k + 1 :] + self.radius[:, k : k + 1])
            if not bool((distance > reach).any(0).all()):
                return False
        return bool(self.holds.all())


def certified(system: Homogeneous, x: Tensor) -> Discs:
    """Look for a disc around each of the points x, shape [n, k], in which there is one root.

    Args:
        system: The polynomials, with coefficients good to a rounding; their last variable is set to one.
        x: Approximate roots.
    """
    for _ in range(REFINING):
        value, J = _at(system, x)
        step, info = torch.linalg.solve_ex(J, value[..., None])
        moved = x - step[..., 0].T
        x = torch.where((info == 0) & moved.isfinite().all(0), moved, x)
    holds, radius = _tested(system, x, None)
    flat = torch.where(x.imag.abs() <= radius, x.real.to(x.dtype), x)
    on_axis = (flat.imag == 0).all(0)
    real, _ = _tested(system, flat, 2 * radius + x.imag.abs())
    real = real & holds & on_axis
    return Discs(x, radius, holds, real, holds & (x.imag.abs() > WIDER * radius).any(0))


def _at(system: Homogeneous, x: Tensor) -> tuple[Tensor, Tensor]:
    """Return values and Jacobian, lanes first."""
    value, J, _ = system.at(torch.cat([x, torch.ones_like(x[:1])]))
    return value.T, J[:, :-1].permute(2, 0, 1)


def _tested(system: Homogeneous, x: Tensor, radius: Tensor | None) -> tuple[Tensor, Tensor]:
    """Return where the test succeeds, and the radii, chosen from the error if they are not given."""
    sizes = replace(system, coefficients=system.coefficients.abs().to(x.dtype))
    depth, terms = system.factors.shape
    n = x.shape[0]
    rounding = 8 * (depth + terms + n + 4) * UNIT
    value, J = _at(system, x)
    A, info = torch.linalg.inv_ex(J)
    size_of_value, size_of_J = (part.real for part in _at(sizes, x.abs().to(x.dtype)))
    bound = value.abs() + rounding * size_of_value + torch.finfo(torch.float64).tiny
    shift = (A.abs() @ bound[..., None])[..., 0] * WIDER
    if radius is None:
        radius = (4 * shift).T + 64 * UNIT * x.abs().amax(0)
    r = radius.T
    _, varied = _at(sizes, (x.abs() + radius).to(x.dtype))
    varies = (varied.real - size_of_J).clamp_min(0) + 2 * rounding * varied.real
    contraction = (torch.eye(n, dtype=x.dtype) - A @ J).abs() + A.abs() @ (
        varies + rounding * (J.abs() + size_of_J)
    )
    reached = (shift + (contraction @ r[..., None])[..., 0]) * WIDER
    holds = (info == 0) & (reached < r).all(1) & reached.isfinite().all(1)
    return holds, radius
