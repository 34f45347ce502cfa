"""Paths z(t) of the solutions of H(z, t) = 0, followed from t = 1 towards zero on many lanes at once.

A Runge-Kutta predictor, Newton's method as corrector, and steps chosen from what had to be corrected.

References:
    Sommese and Wampler (2005), The Numerical Solution of Systems of Polynomials, chapter 2.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final, Protocol

import torch
from torch import Tensor

from eqsolve import clock
from eqsolve.result import Observer, Progress

MAX_STEPS: Final = 600
FIRST_STEP: Final = 0.05
SMALLEST: Final = 1e-13  # step at which a path is given up
NEAR_END: Final = 0.05  # below this a step may go all the way
CORRECTIONS: Final = 3
SETTLED: Final = 1e-9  # last correction, relatively


class Homotopy(Protocol):
    """A system that changes with t, on every lane in its own way."""

    def at(self, z: Tensor, t: Tensor, lanes: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Return H [k, n], its Jacobian [k, n, n] and dH/dt [k, n] at z [n, k] and t [k] of those lanes."""

    def size(self, z: Tensor) -> Tensor:
        """Return what a change of z is compared with, shape [k]."""


@dataclass(frozen=True, slots=True)
class Tracker:
    """Follows the paths of a homotopy.

    Attributes:
        homotopy: The system.
        tolerance: Error of the predictor, relatively, that is corrected.
        deadline: When to stop, as `clock.now()` tells the time.
        observer: Who is told about progress.
        nearest: The t below which a path that cannot go all the way stops.
    """

    homotopy: Homotopy
    tolerance: float
    deadline: float = math.inf
    observer: Observer | None = None
    nearest: float = 0.0

    def tracked(self, z: Tensor) -> tuple[Tensor, Tensor]:
        """Follow all lanes from t = 1 down to 0; those that get stuck stay where they are, at t > 0."""
        z = z.clone()
        t = z.real.new_ones(z.shape[1])
        h = torch.full_like(t, FIRST_STEP)
        stuck = torch.zeros_like(t, dtype=torch.bool)
        for step in range(MAX_STEPS):
            lanes = ((t > 0) & ~stuck).nonzero()[:, 0]
            if len(lanes) == 0 or clock.now() >= self.deadline:
                break
            if self.observer is not None and step % 8 == 0:
                self.observer(Progress("paths", step, len(lanes), len(t), 0.0))
            here = t[lanes]
            whole = (here < NEAR_END) & (h[lanes] >= here)
            size = torch.where(whole, here, torch.minimum(h[lanes], 0.7 * here))
            new, error, last = self.stepped(z[:, lanes], here, -size, lanes)
            good = (error < self.tolerance) & (last < SETTLED) & new.isfinite().all(0)
            kept = lanes[good]
            z[:, kept] = new[:, good]
            t[kept] = torch.where(whole, 0.0, here - size)[good]
            ratio = (self.tolerance / error.clamp_min(1e-30)) ** 0.25
            ratio = torch.where(
                good, (0.8 * ratio).clamp(0.5, 3.0), (0.8 * ratio).clamp(0.1, 0.5)
            ).nan_to_num(0.1)
            # A path that could not go all the way goes on in proportion to what is left.
            h[lanes] = size * ratio
            stuck[lanes] = (h[lanes] < SMALLEST) | ((t[lanes] < self.nearest) & (t[lanes] > 0))
        return z, t

    def stepped(self, z: Tensor, t: Tensor, h: Tensor, lanes: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Go from t to t + h; return the points, the error that was corrected and the last correction."""
        a = self._tangent(z, t, lanes)
        b = self._tangent(z + h / 2 * a, t + h / 2, lanes)
        c = self._tangent(z + h / 2 * b, t + h / 2, lanes)
        d = self._tangent(z + h * c, t + h, lanes)
        z = z + h / 6 * (a + 2 * b + 2 * c + d)
        size = self.homotopy.size(z)
        error = last = torch.zeros_like(size)
        for k in range(CORRECTIONS):
            value, J, _ = self.homotopy.at(z, t + h, lanes)
            step = _solved(J, value).T
            z = z - step
            last = step.abs().amax(0) / size
            error = last if k == 0 else error
        return z, error, last

    def _tangent(self, z: Tensor, t: Tensor, lanes: Tensor) -> Tensor:
        _, J, by_t = self.homotopy.at(z, t, lanes)
        return -_solved(J, by_t).T


def groups(points: Tensor, tolerance: float) -> list[list[int]]:
    """Return the columns of `points`, shape [n, k], that are one point."""
    found: list[list[int]] = []
    free = set(range(points.shape[1]))
    size = points.abs().amax(0) if points.numel() else points
    while free:
        first = min(free)
        near = (points - points[:, first : first + 1]).abs().amax(0) <= tolerance * (1 + size[first])
        group = [k for k in near.nonzero()[:, 0].tolist() if k in free]
        found.append(group or [first])
        free -= set(found[-1])
    return found


def _solved(J: Tensor, value: Tensor) -> Tensor:
    """Solve J d = value on every lane, lanes first; infinite where J is singular."""
    step, info = torch.linalg.solve_ex(J, value[..., None])
    return torch.where(info[:, None] == 0, step[..., 0], torch.inf)
