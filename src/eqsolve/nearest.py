"""Where other equations hold, the point at which one that is left out is off the least.

Steps along the null space of the equations that hold, each followed by Newton's method back onto them
(Rosen 1961, the gradient projection method), in scaled unknowns; a local answer.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from flint import arb

from eqsolve import clock
from eqsolve.evaluate import precision
from eqsolve.problem.model import Problem
from eqsolve.verify.system import System

if TYPE_CHECKING:
    import numpy
    from numpy.typing import NDArray

    Vector: TypeAlias = NDArray[numpy.float64]
else:
    Vector: TypeAlias = Any

BITS: Final = 80
MOST_STEPS: Final = 30
HALVINGS: Final = 14
RESTORING: Final = 6
HOLDS: Final = 1e-11  # of the terms of an equation
HOPELESS: Final = 1e100  # times its terms: so far off that a square would overflow
PROGRESS: Final = 1e-6  # a step that lowers the violation by a smaller part of it is the last one


@dataclass(frozen=True, slots=True)
class Violation:
    """How far equations are from holding at a point.

    Attributes:
        values: The point.
        off: lhs - rhs of the equation that is off most.
        relative: The size of this beside the terms of the equation.
    """

    values: Mapping[str, float]
    off: float
    relative: float


def least_violation(
    problem: Problem,
    others: Sequence[int],
    left_out: Sequence[int],
    point: Mapping[str, float],
    deadline: float = math.inf,
) -> Violation | None:
    """Minimise how far `left_out` is off where `others` hold, from a point where they do.

    Returns:
        None if the equations have no value at the point.
    """
    search = _Search(problem, others, left_out)
    x = search.start(point)
    here = search.at(x)
    if here is None:
        return None
    for _ in range(MOST_STEPS):
        if clock.now() >= deadline:
            break
        there = search.step(here)
        if there is None:
            break
        slow = there.wrong > (1 - PROGRESS) * here.wrong
        here = there
        if slow:
            break
    return search.violation(here)


@dataclass(frozen=True, slots=True)
class _Point:
    x: Vector
    F: Vector  # residuals of the equations that hold, beside their terms
    J: Vector  # their derivatives, in scaled unknowns
    g: Vector  # residuals of those left out, beside their terms at the start
    G: Vector
    terms: Vector  # how large the terms of those left out are

    @property
    def wrong(self) -> float:
        return float((self.g**2).sum())


class _Search:
    def __init__(self, problem: Problem, others: Sequence[int], left_out: Sequence[int]) -> None:
        self.problem = problem
        self.count = len(others)
        equations = (*others, *left_out)
        self.columns = sorted({u for e in equations for u in problem.equations[e].unknowns})
        self.system = System(problem, equations, self.columns)
        self.fixed: Vector | None = None  # the terms of those left out, at the start

    def start(self, point: Mapping[str, float]) -> Vector:
        import numpy

        return numpy.array([self._value(column, point) for column in self.columns], dtype=float)

    def _value(self, column: int, point: Mapping[str, float]) -> float:
        unknown = self.problem.unknowns[column]
        if unknown.name in point:
            return point[unknown.name]
        if unknown.start is not None:
            return unknown.start
        return min(max(1.0, unknown.lower), unknown.upper)

    def at(self, x: Vector) -> _Point | None:
        """Evaluate at a point; None outside the bounds or the domain."""
        import numpy

        for value, column in zip(x, self.columns, strict=True):
            unknown = self.problem.unknowns[column]
            slack = 1e-12 * abs(value)
            if not unknown.lower - slack <= value <= unknown.upper + slack:
                return None
        with precision(BITS):
            here = self.system.at([arb(float(value)) for value in x])
        if here.issue is not None:
            return None
        sizes = self._sizes(x)
        J = numpy.zeros((len(here.residuals), len(x)))
        scales = numpy.array([float(scale) or 1.0 for scale in here.scales])
        terms, k = scales[self.count :].copy(), self.count
        self.fixed = terms if self.fixed is None else self.fixed
        scales[k:] = self.fixed
        if not numpy.isfinite(scales).all():
            return None
        for row, partials in enumerate(here.partials):
            for column, partial in partials.items():
                J[row, column] = float(partial) * sizes[column] / scales[row]
        r = numpy.array([float(residual.mid()) for residual in here.residuals])
        if not (numpy.isfinite(J).all() and numpy.isfinite(r).all()):
            return None
        scaled = r / scales
        if numpy.abs(scaled).max(initial=0.0) > HOPELESS:
            return None
        return _Point(x, scaled[:k], J[:k], scaled[k:], J[k:], terms)

    @staticmethod
    def _sizes(x: Vector) -> Vector:
        import numpy

        whole = numpy.abs(x).max(initial=0.0) or 1.0
        return numpy.maximum(numpy.abs(x), 1e-3 * whole)

    def step(self, here: _Point) -> _Point | None:
        """Return a better point, or None if there is none nearby."""
        import numpy

        _, sigma, V = numpy.linalg.svd(here.J)
        rank = int((sigma > 1e-10 * (sigma[0] if len(sigma) else 0.0)).sum())
        free = V[rank:].T
        if free.shape[1] == 0 or here.wrong == 0.0:
            return None
        along = free @ numpy.linalg.lstsq(here.G @ free, -here.g, rcond=1e-12)[0]
        for halving in range(HALVINGS):
            with numpy.errstate(all="ignore"):  # what is too large fails the comparison
                there = self._restored(here.x + along * self._sizes(here.x) / 2**halving)
            if there is not None and there.wrong < here.wrong:
                return there
        return None

    def _restored(self, x: Vector) -> _Point | None:
        """Return a point near `x` where the other equations hold."""
        import numpy

        for _ in range(RESTORING):
            here = self.at(x)
            if here is None or numpy.abs(here.F).max(initial=0.0) <= HOLDS:
                return here
            x = x - numpy.linalg.lstsq(here.J, here.F, rcond=1e-12)[0] * self._sizes(x)
        return None

    def violation(self, here: _Point) -> Violation:
        import numpy

        worst = int(numpy.abs(here.g).argmax())
        values = {
            self.problem.unknowns[column].name: float(value)
            for column, value in zip(self.columns, here.x, strict=True)
        }
        fixed = here.terms if self.fixed is None else self.fixed
        off = float(here.g[worst] * fixed[worst])
        return Violation(values, off, abs(off) / float(here.terms[worst]))
