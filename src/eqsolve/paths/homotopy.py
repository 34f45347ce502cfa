"""All complex solutions of a square polynomial system, by following paths from a system whose roots are known.

H(z, t) = (1 - t) F(z) + γ t G(z) with a random complex γ, in projective space, on a random affine patch: with
probability one no path meets a singularity before t = 0, and none runs away. G_i = z_i^d_i - z_0^d_i, or, where
that gives fewer paths, a system with the exponents of F and random coefficients.
Every path is followed in complex128, all at once.
Where paths meet at t = 0, Cauchy's integral over circles around zero gives their common end.

References:
    Sommese and Wampler (2005), The Numerical Solution of Systems of Polynomials, chapters 2, 8 and 10.
    Morgan, Sommese and Wampler (1991), Computing singular solutions by Cauchy integrals, Numer. Math. 58.
"""

from __future__ import annotations

import cmath
import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from itertools import product
from typing import Final

import torch
from torch import Tensor

from eqsolve import clock
from eqsolve.numeric import one_thread
from eqsolve.paths.certified import certified
from eqsolve.paths.mixed_cells import Cells
from eqsolve.paths.polyhedral import random_system
from eqsolve.paths.polynomials import Homogeneous, Sparse, homogeneous
from eqsolve.paths.tracking import Tracker, groups
from eqsolve.result import Observer

CIRCLE: Final = 1e-5  # where circles around the end begin
CIRCLES: Final = 9  # radii, each an eighth of the one before
POINTS: Final = 16  # on a circle
MAX_WINDING: Final = 12
INFINITE: Final = 1e-7  # of the largest coordinate
SAME: Final = 1e-7  # distance of ends, relatively, that are taken for one
LIMIT: Final = 1e8  # condition number of a regular end


class End(Enum):
    """What became of a path."""

    REGULAR = "a simple root"
    SINGULAR = "a multiple root, or a point of a curve of solutions"
    INFINITE = "at infinity"
    FAILED = "not followed to its end"


@dataclass(frozen=True, slots=True, eq=False)
class Ends:
    """Where all the paths ended.

    Attributes:
        x: Distinct finite ends, complex, shape [n, k].
        multiplicity: How many paths ended there, one number per end.
        regular: Whether the Jacobian is regular there, one answer per end.
        paths: How many paths there were: as many as there are isolated solutions at most.
        infinite: How many ended at infinity.
        failed: How many were not followed to the end; where it is not zero, roots may be missing.
        suspicious: Whether paths seem to have been mistaken for each other.
        certified: Whether a root is proved to be where the end is, one answer per end.
        real: Whether it is proved to be real, likewise; for singular ends, whether it looks real.
        complete: Whether these are proved to be all complex solutions: as many simple roots, each in a disc of
            its own, as the theorems of Bézout or Bernstein allow, which leaves no room for others. Nor for
            curves: close to zero, values would be taken near the curve once more than a mapping of that degree can.
    """

    x: Tensor
    multiplicity: tuple[int, ...]
    regular: tuple[bool, ...]
    paths: int
    infinite: int
    failed: int
    suspicious: bool
    certified: tuple[bool, ...]
    real: tuple[bool, ...]
    complete: bool

    @property
    def obscure(self) -> bool:
        """Whether complex ends may lie on curves, which may have real points."""
        return not all(r or c for r, c in zip(self.real, self.certified, strict=True))


def complex_ends(
    polynomials: Sparse,
    *,
    cells: Cells | None = None,
    seed: int = 0,
    deadline: float = math.inf,
    observer: Observer | None = None,
    tolerance: float = 1e-5,
) -> Ends:
    """Follow all paths to the complex solutions of n polynomials in n unknowns.

    Every isolated complex solution is the end of as many paths as it has multiplicity, unless some paths
    failed; a curve of solutions is met at some of its points, which are singular.
    Simple roots are certified; the coefficients must be the true ones but for one rounding.
    If paths fail, or two of them end at one simple root, all is done again with another constant and smaller
    steps.

    Args:
        polynomials: Per polynomial its coefficients by exponents, none of them zero, the degree at least one.
        cells: The mixed cells of their exponents, each set together with zero; they must give at least one path.
            None begins at as many paths as the product of the degrees.
        seed: Of the random constants.
        deadline: When to stop, as `clock.now()` tells the time.
        observer: Who is told about progress.
        tolerance: Error of the predictor, relatively, that is corrected.
    """
    with one_thread():
        first = _Ends(polynomials, cells, seed, deadline, observer, tolerance).ends()
        if not (first.failed or first.suspicious) or clock.now() >= deadline:
            return first
        second = _Ends(polynomials, cells, seed + 1, deadline, observer, tolerance / 100).ends()
    return min(second, first, key=lambda ends: (ends.failed, ends.suspicious))


class _Linear:
    """H(z, t) = (1 - t) F(z) + γ t G(z) on an affine patch, where `patch` · z = 1."""

    def __init__(self, F: Sparse, G: Sparse, gamma: complex, patch: Tensor) -> None:
        self.both = homogeneous([*F, *G])
        self.gamma, self.patch = gamma, patch

    def at(self, z: Tensor, t: Tensor, lanes: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        n, size = len(z) - 1, len(z)
        values, slopes, _ = self.both.at(z)
        F, G = values[:n], self.gamma * values[n:]
        value = torch.cat([(1 - t) * F + t * G, (self.patch @ z - 1)[None]])
        slope = (1 - t) * slopes[:n] + t * self.gamma * slopes[n:]
        slope = torch.cat([slope, self.patch[None, :, None].expand(1, size, z.shape[1])])
        by_t = torch.cat([G - F, torch.zeros_like(z[:1])])
        return value.T, slope.permute(2, 0, 1), by_t.T

    def size(self, z: Tensor) -> Tensor:
        return z.abs().amax(0)


class _Ends:
    def __init__(
        self,
        polynomials: Sparse,
        cells: Cells | None,
        seed: int,
        deadline: float,
        observer: Observer | None,
        tolerance: float,
    ) -> None:
        self.scales, scaled = _balanced(polynomials)
        self.system: Homogeneous = homogeneous(scaled)
        self.deadline = deadline
        generator = torch.Generator().manual_seed(seed)
        angle = float(torch.rand(1, generator=generator))
        gamma = cmath.exp(2j * math.pi * (0.1 + 0.8 * angle))
        patch = torch.randn(self.system.size, generator=generator, dtype=torch.complex128)
        if cells is None:
            begin, points = _powers(self.system.degrees.tolist())
            self.paths = points.shape[1]
        else:
            begin, points = random_system(
                cells, generator, tolerance=tolerance, deadline=deadline, observer=observer
            )
            self.paths = cells.volume
        z = torch.cat([points, torch.ones_like(points[:1])])
        self.begins = z / (patch @ z)
        self.homotopy = _Linear(scaled, begin, gamma, patch)
        self.tracker = Tracker(self.homotopy, tolerance, deadline, observer, nearest=CIRCLE)

    def ends(self) -> Ends:
        z, t = self.tracker.tracked(self.begins)
        status = [End.FAILED] * self.paths
        stuck = (t > 0).nonzero()[:, 0]
        for lane in (t <= 0).nonzero()[:, 0].tolist():
            status[lane] = End.REGULAR
        if len(stuck):
            self._circle(z, t, stuck, status)
        return self._collected(z, status)

    def _circle(self, z: Tensor, t: Tensor, lanes: Tensor, status: list[End]) -> None:
        """Find the ends of the lanes that are close to t = 0 by integrals over circles of shrinking radius."""
        lanes = lanes[t[lanes] < CIRCLE]
        before = torch.full_like(z[:, lanes], torch.inf)
        for _ in range(CIRCLES):
            if len(lanes) == 0 or clock.now() >= self.deadline:
                return
            mean, closed, back = self._integral(z[:, lanes], t[lanes], lanes)
            change = (mean - before).abs().amax(0) / mean.abs().amax(0)
            done = closed & (change < SAME)
            for k in done.nonzero()[:, 0].tolist():
                z[:, lanes[k]] = mean[:, k]
                status[int(lanes[k])] = End.SINGULAR
            going = ~done & back
            before = torch.where(closed, mean, torch.inf)[:, going]
            lanes = lanes[going]
            target = t[lanes] / 8
            z[:, lanes], ok = self._nearer(z[:, lanes], t[lanes], target, lanes)
            t[lanes] = target
            lanes, before = lanes[ok], before[:, ok]

    def _nearer(self, z: Tensor, t: Tensor, target: Tensor, lanes: Tensor) -> tuple[Tensor, Tensor]:
        ok = torch.ones_like(t, dtype=torch.bool)
        for _ in range(12):
            following = (t * 0.84).maximum(target)
            z, error, last = self.tracker.stepped(z, t, following - t, lanes)
            ok = ok & (error < 1e-2) & (last < 1e-8)
            t = following
        return z, ok

    def _integral(self, z: Tensor, radius: Tensor, lanes: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Return the mean of z over closed circles, which lanes closed, and which stayed on their path."""
        start, total = z, torch.zeros_like(z)
        t = radius.to(torch.complex128)
        turn = cmath.exp(2j * math.pi / POINTS)
        closed = torch.zeros_like(radius, dtype=torch.bool)
        good = torch.ones_like(closed)
        mean = torch.zeros_like(z)
        for winding in range(1, MAX_WINDING + 1):
            for _ in range(POINTS):
                total = total + z
                z, error, last = self.tracker.stepped(z, t, t * (turn - 1), lanes)
                t = t * turn
                good = good & (error < 1e-2) & (last < 1e-8)
            now = good & ~closed & ((z - start).abs().amax(0) < 1e-6 * start.abs().amax(0))
            mean = torch.where(now, total / (POINTS * winding), mean)
            closed = closed | now
            if bool((closed | ~good).all()):
                break
        return mean, closed, good

    def _collected(self, z: Tensor, status: list[End]) -> Ends:
        n = self.system.size - 1
        at_infinity = (z[n].abs() < INFINITE * z.abs().amax(0)).tolist()
        for lane, far in enumerate(at_infinity):
            if far and status[lane] is not End.FAILED:
                status[lane] = End.INFINITE
        finite = [k for k, end in enumerate(status) if end in (End.REGULAR, End.SINGULAR)]
        points = z[:n, finite] / z[n, finite]
        found = groups(points, SAME)
        x = torch.stack([points[:, group[0]] for group in found], 1) if found else points[:, :0]
        firsts = [finite[group[0]] for group in found]
        regular = self._regular(z[:, firsts]) if found else []
        suspicious = any(r and len(g) > 1 for r, g in zip(regular, found, strict=True))
        discs = certified(self.system, x)
        simple = discs.holds.tolist()
        looks = (x.imag.abs() <= 1e-4 * (1e-3 + x.abs().amax(0)) if found else x.real).all(0).tolist()
        real = [r if c else flat for r, c, flat in zip(discs.real.tolist(), simple, looks, strict=True)]
        x = torch.where(discs.holds, discs.x, x)
        return Ends(
            x * self.scales[:, None],
            tuple(map(len, found)),
            tuple(regular),
            len(status),
            status.count(End.INFINITE),
            status.count(End.FAILED),
            suspicious,
            tuple(simple),
            tuple(real),
            len(found) == len(status) and discs.apart(),
        )

    def _regular(self, z: Tensor) -> list[bool]:
        lanes = torch.arange(z.shape[1])
        _, J, _ = self.homotopy.at(z, torch.zeros(len(lanes), dtype=torch.float64), lanes)
        J = J / J.abs().amax(2, keepdim=True).clamp_min(1e-300)
        smallest: list[bool] = (torch.linalg.cond(J) < LIMIT).tolist()
        return smallest


def _powers(degrees: Sequence[int]) -> tuple[Sparse, Tensor]:
    """Return the system z_i^d_i = 1 and its solutions."""
    n = len(degrees)
    axes = [tuple(d * (i == k) for k in range(n)) for i, d in enumerate(degrees)]
    system = [{axis: 1.0 + 0j, (0,) * n: -1.0 + 0j} for axis in axes]
    turns = torch.tensor(list(product(*map(range, degrees))), dtype=torch.float64).T
    angles = 2 * math.pi * turns / torch.tensor(degrees)[:, None]
    return system, torch.polar(torch.ones_like(angles), angles)


def _balanced(polynomials: Sparse) -> tuple[Tensor, Sparse]:
    """Scale unknowns and equations so that the coefficients are of one size, as well as that goes.

    References:
        Morgan (1987), Solving Polynomial Systems Using Continuation, chapter 5.
    """
    n = len(next(iter(polynomials[0])))
    m = len(polynomials)
    rows, right = [], []
    for k, terms in enumerate(polynomials):
        for key, value in terms.items():
            rows.append([*key, *(float(k == j) for j in range(m))])
            right.append(-math.log2(abs(value)))
    rows += [[0.1 * (j == k) for j in range(n + m)] for k in range(n)]
    A = torch.tensor(rows, dtype=torch.float64)
    b = torch.tensor(right + [0.0] * n, dtype=torch.float64)
    exponents = torch.linalg.lstsq(A, b[:, None], driver="gelsd").solution[:, 0].round()
    scales = 2.0 ** exponents[:n]
    scaled = []
    for k, terms in enumerate(polynomials):
        shift = exponents[n + k]
        scaled.append(
            {
                key: value * 2.0 ** float(shift + exponents[:n] @ torch.tensor(key, dtype=torch.float64))
                for key, value in terms.items()
            }
        )
    return scales, scaled
