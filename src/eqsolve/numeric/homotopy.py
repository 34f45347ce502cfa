"""All complex solutions of a square polynomial system, by following paths from a system whose roots are known.

H(z, t) = (1 - t) F(z) + γ t G(z) with G_i = z_i^d_i - z_0^d_i and a random complex γ, in projective space, on
a random affine patch: with probability one no path meets a singularity before t = 0, and none runs away.
Every path is followed in complex128, all at once, by a Runge-Kutta predictor and Newton's method as corrector.
Where paths meet at t = 0, Cauchy's integral over circles around zero gives their common end.

References:
    Sommese and Wampler (2005), The Numerical Solution of Systems of Polynomials, chapters 2, 8 and 10.
    Morgan, Sommese and Wampler (1991), Computing singular solutions by Cauchy integrals, Numer. Math. 58.
"""

from __future__ import annotations

import cmath
import math
from dataclasses import dataclass
from enum import Enum
from typing import Final

import torch
from torch import Tensor

from eqsolve import clock
from eqsolve.numeric import one_thread
from eqsolve.numeric.certified import certified
from eqsolve.numeric.polynomials import Homogeneous, Sparse, homogeneous
from eqsolve.result import Observer, Progress

MAX_STEPS: Final = 600
SMALLEST: Final = 1e-13  # step, relative to t, at which a path is given up
NEAR_END: Final = 0.05  # below this a step may go all the way
CIRCLE: Final = 1e-3  # where circles around the end begin
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
        paths: How many paths there were: the product of the degrees.
        infinite: How many ended at infinity.
        failed: How many were not followed to the end; where it is not zero, roots may be missing.
        suspicious: Whether paths seem to have been mistaken for each other.
        certified: Whether a root is proved to be where the end is, one answer per end.
        real: Whether it is proved to be real, likewise; for singular ends, whether it looks real.
        complete: Whether these are proved to be all complex solutions: as many simple roots, each in a disc of
            its own, as Bézout's theorem allows, which leaves no room for others, nor for curves.
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


def paths_of(polynomials: Sparse) -> int:
    """Return how many paths there are to follow: the product of the degrees."""
    return math.prod(max(map(sum, terms)) for terms in polynomials)


def complex_ends(
    polynomials: Sparse,
    *,
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
        seed: Of the random constants.
        deadline: When to stop, as `clock.now()` tells the time.
        observer: Who is told about progress.
        tolerance: Error of the predictor, relatively, that is corrected.
    """
    with one_thread():
        first = _Tracker(polynomials, seed, deadline, observer, tolerance).ends()
        if not (first.failed or first.suspicious) or clock.now() >= deadline:
            return first
        second = _Tracker(polynomials, seed + 1, deadline, observer, tolerance / 100).ends()
    return min(second, first, key=lambda ends: (ends.failed, ends.suspicious))


class _Tracker:
    def __init__(
        self, polynomials: Sparse, seed: int, deadline: float, observer: Observer | None, tolerance: float
    ) -> None:
        self.scales, scaled = _balanced(polynomials)
        self.system: Homogeneous = homogeneous(scaled)
        self.deadline = deadline
        self.observer = observer
        self.tolerance = tolerance
        generator = torch.Generator().manual_seed(seed)
        angle = float(torch.rand(1, generator=generator))
        self.gamma = cmath.exp(2j * math.pi * (0.1 + 0.8 * angle))
        size = self.system.size
        self.patch = torch.randn(size, generator=generator, dtype=torch.complex128)

    def ends(self) -> Ends:
        z = self._starts()
        lanes = z.shape[1]
        z, t = self._tracked(z, z.real.new_ones(lanes), 0.0)
        status = [End.FAILED] * lanes
        stuck = (t > 0).nonzero()[:, 0]
        for lane in (t <= 0).nonzero()[:, 0].tolist():
            status[lane] = End.REGULAR
        if len(stuck):
            self._circle(z, t, stuck, status)
        return self._collected(z, status)

    def _starts(self) -> Tensor:
        n = self.system.size - 1
        axes = [torch.arange(int(d)) for d in self.system.degrees]
        grid = torch.cartesian_prod(*axes).reshape(-1, n).T
        angles = 2 * math.pi * grid / self.system.degrees[:, None]
        z = torch.cat([torch.polar(torch.ones_like(angles), angles), torch.ones(1, grid.shape[1])])
        z = z.to(torch.complex128)
        return z / (self.patch @ z)

    def _evaluate(self, z: Tensor, t: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Return H with the patch, its Jacobian, and dH/dt, lanes first."""
        n, size = self.system.size - 1, self.system.size
        F, JF, _ = self.system.at(z)
        d = self.system.degrees[:, None]
        below = z[:n] ** (d - 1), z[n:] ** (d - 1)
        G = below[0] * z[:n] - below[1] * z[n:]
        JG = torch.zeros_like(JF)
        JG[range(n), range(n)] = d * below[0]
        JG[:, n] = -d * below[1]
        value = torch.cat([(1 - t) * F + self.gamma * t * G, (self.patch @ z - 1)[None]])
        slope = torch.cat(
            [(1 - t) * JF + self.gamma * t * JG, self.patch[None, :, None].expand(1, size, z.shape[1])]
        )
        by_t = torch.cat([self.gamma * G - F, torch.zeros_like(z[:1])])
        return value.T, slope.permute(2, 0, 1), by_t.T

    def _tangent(self, z: Tensor, t: Tensor) -> Tensor:
        _, J, by_t = self._evaluate(z, t)
        return -_solved(J, by_t).T

    def _stepped(self, z: Tensor, t: Tensor, h: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Go from t to t + h; return the points, the error that was corrected and the last correction."""
        a = self._tangent(z, t)
        b = self._tangent(z + h / 2 * a, t + h / 2)
        c = self._tangent(z + h / 2 * b, t + h / 2)
        d = self._tangent(z + h * c, t + h)
        z = z + h / 6 * (a + 2 * b + 2 * c + d)
        size = z.abs().amax(0)
        error = torch.zeros_like(size)
        last = error
        for k in range(3):
            value, J, _ = self._evaluate(z, t + h)
            step = _solved(J, value).T
            z = z - step
            last = step.abs().amax(0) / size
            error = last if k == 0 else error
        return z, error, last

    def _tracked(self, z: Tensor, t: Tensor, until: float) -> tuple[Tensor, Tensor]:
        """Follow all lanes from t down to `until`; those that get stuck stay where they are, at t > 0."""
        z, t = z.clone(), t.clone()
        h = torch.full_like(t, 0.05)
        stuck = torch.zeros_like(t, dtype=torch.bool)
        for step in range(MAX_STEPS):
            lanes = ((t > until) & ~stuck).nonzero()[:, 0]
            if len(lanes) == 0 or clock.now() >= self.deadline:
                break
            if self.observer is not None and step % 8 == 0:
                self.observer(Progress("paths", step, len(lanes), len(t), 0.0))
            here = t[lanes]
            whole = (here < NEAR_END) & (h[lanes] >= here)
            size = torch.where(whole, here, torch.minimum(h[lanes], 0.7 * here))
            new, error, last = self._stepped(z[:, lanes], here, -size)
            good = (error < self.tolerance) & (last < 1e-9) & new.isfinite().all(0)
            kept = lanes[good]
            z[:, kept] = new[:, good]
            t[kept] = torch.where(whole, 0.0, here - size)[good]
            ratio = (self.tolerance / error.clamp_min(1e-30)) ** 0.25
            ratio = torch.where(
                good, (0.8 * ratio).clamp(0.5, 3.0), (0.8 * ratio).clamp(0.1, 0.5)
            ).nan_to_num(0.1)
            # A path that could not go all the way goes on in proportion to what is left.
            h[lanes] = size * ratio
            stuck[lanes] = (h[lanes] < SMALLEST) | ((t[lanes] < CIRCLE) & (t[lanes] > 0))
        return z, t

    def _circle(self, z: Tensor, t: Tensor, lanes: Tensor, status: list[End]) -> None:
        """Find the ends of the lanes that are close to t = 0 by integrals over circles of shrinking radius."""
        lanes = lanes[t[lanes] < CIRCLE]
        before = torch.full_like(z[:, lanes], torch.inf)
        for _ in range(CIRCLES):
            if len(lanes) == 0 or clock.now() >= self.deadline:
                return
            mean, closed, back = self._integral(z[:, lanes], t[lanes])
            change = (mean - before).abs().amax(0) / mean.abs().amax(0)
            done = closed & (change < SAME)
            for k in done.nonzero()[:, 0].tolist():
                z[:, lanes[k]] = mean[:, k]
                status[int(lanes[k])] = End.SINGULAR
            going = ~done & back
            before = torch.where(closed, mean, torch.inf)[:, going]
            lanes = lanes[going]
            target = t[lanes] / 8
            z[:, lanes], ok = self._nearer(z[:, lanes], t[lanes], target)
            t[lanes] = target
            lanes, before = lanes[ok], before[:, ok]

    def _nearer(self, z: Tensor, t: Tensor, target: Tensor) -> tuple[Tensor, Tensor]:
        ok = torch.ones_like(t, dtype=torch.bool)
        for _ in range(12):
            following = (t * 0.84).maximum(target)
            z, error, last = self._stepped(z, t, following - t)
            ok = ok & (error < 1e-2) & (last < 1e-8)
            t = following
        return z, ok

    def _integral(self, z: Tensor, radius: Tensor) -> tuple[Tensor, Tensor, Tensor]:
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
                z, error, last = self._stepped(z, t, t * (turn - 1))
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
        groups = _groups(points)
        x = torch.stack([points[:, group[0]] for group in groups], 1) if groups else points[:, :0]
        firsts = [finite[group[0]] for group in groups]
        regular = self._regular(z[:, firsts]) if groups else []
        suspicious = any(r and len(g) > 1 for r, g in zip(regular, groups, strict=True))
        discs = certified(self.system, x)
        simple = discs.holds.tolist()
        looks = (x.imag.abs() <= 1e-4 * (1e-3 + x.abs().amax(0)) if groups else x.real).all(0).tolist()
        real = [r if c else flat for r, c, flat in zip(discs.real.tolist(), simple, looks, strict=True)]
        x = torch.where(discs.holds, discs.x, x)
        return Ends(
            x * self.scales[:, None],
            tuple(map(len, groups)),
            tuple(regular),
            len(status),
            status.count(End.INFINITE),
            status.count(End.FAILED),
            suspicious,
            tuple(simple),
            tuple(real),
            len(groups) == len(status) and discs.apart(),
        )

    def _regular(self, z: Tensor) -> list[bool]:
        _, J, _ = self._evaluate(z, torch.zeros(z.shape[1], dtype=torch.float64))
        J = J / J.abs().amax(2, keepdim=True).clamp_min(1e-300)
        smallest: list[bool] = (torch.linalg.cond(J) < LIMIT).tolist()
        return smallest


def _groups(points: Tensor) -> list[list[int]]:
    """Return the columns that are one point."""
    groups: list[list[int]] = []
    free = set(range(points.shape[1]))
    size = points.abs().amax(0) if points.numel() else points
    while free:
        first = min(free)
        near = (points - points[:, first : first + 1]).abs().amax(0) <= SAME * (1 + size[first])
        group = [k for k in near.nonzero()[:, 0].tolist() if k in free]
        groups.append(group or [first])
        free -= set(groups[-1])
    return groups


def _solved(J: Tensor, value: Tensor) -> Tensor:
    """Solve J d = value on every lane, lanes first; infinite where J is singular."""
    step, info = torch.linalg.solve_ex(J, value[..., None])
    return torch.where(info[:, None] == 0, step[..., 0], torch.inf)


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
