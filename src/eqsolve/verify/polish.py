"""From a candidate to 50 digits: Newton's method on the equations as written.

Near a multiple root Newton's steps shrink by a constant factor (m - 1)/m instead of squaring; then m times the
step is taken (Schröder 1870), every other time, and the precision is raised by m, because a root of
multiplicity m is known only to the m-th part of the digits. An unknown that tends to zero never settles
relative to itself: it is held at exactly zero, and the equations decide whether that is true.

Beside a family of solutions the Jacobian is all but singular, and rounding sends Newton's step far along the
family, time and again. Once a step leaps like that, damping of the size of the step before keeps it short along
the family, at no loss of speed across it (Yamashita and Fukushima 2001).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Final

from flint import arb

from eqsolve.evaluate import precision
from eqsolve.verify.steps import column_scales, newton_step
from eqsolve.verify.system import BITS, Evaluation, System, largest

DIGITS: Final = 50
DEEP: Final = 4096  # bits at which an exact point is looked at
MAX_STEPS: Final = 60
FINER: Final = 8  # times the bits for a point where slopes are not resolved
UNSURE: Final = 1e-10  # part of an equation's scale that a slope may be uncertain by
SHORT: Final = 1e-12  # a step, relative to the unknowns, that is worth a higher precision
SHRUNK: Final = 1e-8  # part of a residual that may be left after a few more steps
ROUNDED: Final = 1e-36  # part of itself that an unknown may be uncertain by
PATIENCE: Final = 6  # steps without progress before a candidate is given up
MAX_MULTIPLICITY: Final = 128
LOCAL: Final = 1e-6  # a step as short as this, relative to the unknowns, is followed by shorter ones
LEAP: Final = 100  # times the step before, after a step like that
MAX_GROWTH: Final = 1e6  # a candidate that moves further than this, relatively, was none


@dataclass(frozen=True, slots=True)
class Polished:
    """A point where Newton's method stands still.

    Attributes:
        x: The point, exact numbers.
        multiplicity: How often the root counts, read off the convergence.
        held: Columns that are exactly zero.
        bits: Working precision at which it was found.
        flat: Whether plain steps leap along a family from here.
    """

    x: tuple[arb, ...]
    multiplicity: int
    held: frozenset[int]
    bits: int
    flat: bool = False


def polish(system: System, candidate: Sequence[arb], *, flat: bool = False) -> Polished | None:
    """Refine a candidate until Newton's step is below 1e-50 of it, or give up.

    Args:
        system: The equations.
        candidate: Where to start.
        flat: Whether to keep steps short along a family from the first on.

    Returns:
        None if the iteration leaves the domain, runs away, or does not settle.
    """
    run = _settle(system, candidate, frozenset(), flat=flat)
    return run.point or _held(system, candidate, run, flat=flat)


def attempts(system: System, candidate: Sequence[arb]) -> Iterator[Polished]:
    """Yield where Newton's method settles from a candidate, and where it does with tiny unknowns at zero.

    Where nothing but rounding was left, it is sooner at zero, if that may be a root, and else nowhere: any x below
    1e-16 seems to solve cos(x)*cosh(x) = 1, and 0 does.
    """
    run = _settle(system, candidate, frozenset(), flat=False)
    held = _held(system, candidate, run, flat=False)
    if held is not None and not _may_hold(system, held):
        if run.is_noise:
            return
        held = None
    for point in (held, run.point) if run.is_noise else (run.point, held):
        if point is not None:
            yield point


def _held(system: System, candidate: Sequence[arb], run: _Settled, *, flat: bool) -> Polished | None:
    """Return where Newton's method settles with the unknowns that vanished held at zero."""
    if not run.vanishing:
        return None
    start = [arb(0) if j in run.vanishing else value for j, value in enumerate(candidate)]
    held = _settle(system, start, run.vanishing, flat=flat).point
    # Held at zero it shows no rate of convergence; the run towards zero did.
    return held and replace(held, multiplicity=max(held.multiplicity, run.multiplicity))


def _may_hold(system: System, point: Polished) -> bool:
    """Tell whether an exact point may be a root, as far as many digits tell; of others nothing is told."""
    if len(point.held) < len(point.x):
        return True
    with precision(DEEP):
        here = system.at(point.x, derivatives=False)
        return here.issue is None and all(residual.contains(0) for residual in here.residuals)


def stands_still(system: System, point: Polished) -> Polished | None:
    """Repeat the iteration at twice the precision.

    Returns:
        The refined point; None if it moves away, or if the residuals do not shrink along, unless they were zero as far
        as can be told: far out on the tail of exp(-x^2) Newton's steps are tiny beside x, yet each takes off no more
        than a part of the residual.
    """
    with precision(2 * point.bits):
        before = system.at(point.x, derivatives=False).residuals
        run = _Iteration(system, point.x, point.held, point.multiplicity, 2 * DIGITS, flat=point.flat)
        run.run()
        near = all(
            abs(new - old) <= abs(old) * arb(10) ** -(DIGITS - 15)
            for new, old in zip(run.x, point.x, strict=True)
        )
        after = system.at(run.x, derivatives=False).residuals
        shrunk = all(
            new.contains(0) or old.contains(0) or abs(new) <= SHRUNK * abs(old)
            for new, old in zip(after, before, strict=True)
        )
    if not (run.settled and near and shrunk):
        return None
    return Polished(tuple(run.x), point.multiplicity, point.held, 2 * point.bits, run.is_flat)


@dataclass(frozen=True, slots=True)
class _Settled:
    point: Polished | None
    vanishing: frozenset[int]
    multiplicity: int
    is_noise: bool


def _settle(system: System, start: Sequence[arb], held: frozenset[int], *, flat: bool) -> _Settled:
    bits = BITS
    run = _iterated(system, start, held, 1, bits, flat=flat)
    if run.multiplicity > 1 and not run.lost:
        bits = BITS * (run.multiplicity + 1)
        run = _iterated(system, run.x, held, run.multiplicity, bits, flat=run.is_flat)
    if run.is_stuck_in_rounding() or (run.settled and not _resolved(system, run.x, bits)):
        bits *= FINER
        run = _iterated(system, run.x, held, run.multiplicity, bits, flat=run.is_flat)
        run.settled = run.settled and _resolved(system, run.x, bits)
    point = Polished(tuple(run.x), run.multiplicity, held, bits, run.is_flat) if run.settled else None
    return _Settled(point, run.vanishing(), run.multiplicity, run.is_noise)


def _iterated(
    system: System, start: Sequence[arb], held: frozenset[int], multiplicity: int, bits: int, *, flat: bool
) -> _Iteration:
    with precision(bits):
        run = _Iteration(system, start, held, multiplicity, DIGITS, flat=flat)
        run.run()
    return run


def _resolved(system: System, x: Sequence[arb], bits: int) -> bool:
    """Tell whether the precision is enough to know where the residuals vanish.

    The slopes must be known (at x = 1 those of sin(1e300*x) need 1,000 bits), and what is left of a residual,
    rounding included, must move the unknowns by next to nothing: 1 - tanh(200) is lost in rounding, but so are the
    slopes that would say where it vanishes.
    """
    with precision(bits):
        here = system.at(x)
        sizes = column_scales(x)
        rows = zip(here.partials, here.residuals, here.scales, strict=True)
        return all(_row_is_resolved(partials, residual, scale, sizes) for partials, residual, scale in rows)


def _row_is_resolved(partials: Mapping[int, arb], residual: arb, scale: arb, sizes: Sequence[arb]) -> bool:
    moves = [partial * sizes[column] for column, partial in partials.items() if partial.is_finite()]
    if not all(move.rad() <= UNSURE * largest((scale, abs(move))) for move in moves):
        return False
    definite = [move.abs_lower() for move in moves if not move.contains(0)]
    return not definite or bool(residual.abs_upper() <= ROUNDED * largest(definite))


class _Iteration:
    """Newton's method from one point at the working precision."""

    def __init__(
        self,
        system: System,
        x: Sequence[arb],
        held: frozenset[int],
        multiplicity: int,
        digits: int,
        *,
        flat: bool,
    ) -> None:
        self.system = system
        self.x = [value.mid() for value in x]
        self.held = held
        self.multiplicity = multiplicity
        self.limit = arb(10) ** -digits
        self.typical = [abs(value) for value in x]  # largest size of each unknown on the way
        self.lengths: list[arb] = []  # of the steps
        self.settled = False
        self.lost = False
        self.is_noise = False  # whether nothing but rounding was left
        self.is_flat = flat  # whether a step has leapt along a family

    def run(self) -> None:
        """Take steps until they are tiny, or until there is no hope."""
        reach = MAX_GROWTH * (largest(self.typical) + 1)
        for count in range(MAX_STEPS):
            here = self.system.at(self.x)
            if is_noise(here):
                self.settled = self.is_noise = True
                return
            step = None if here.issue else self._step(here)
            if step is None:
                self.lost = True
                return
            self.settled = all(
                abs(d) <= self.limit * abs(value) for d, value in zip(step, self.x, strict=True)
            )
            if not self.settled:
                self._watch(step)
                if self._is_wandering():
                    # A multiple root, or one on a gentle slope, may only lack precision.
                    self.lost = self.multiplicity == 1 and not self.is_stuck_in_rounding()
                    return
            # Every other step is a plain one, for the directions in which the root is simple.
            times = self.multiplicity if count % 2 == 0 else 1
            self.x = [(value + times * d).mid() for value, d in zip(self.x, step, strict=True)]
            if self.settled:
                return
            sizes = [abs(value) for value in self.x]
            if not all(size <= reach for size in sizes):
                self.lost = True
                return
            self.typical = [largest(pair) for pair in zip(self.typical, sizes, strict=True)]

    def _step(self, here: Evaluation) -> list[arb] | None:
        """Return Newton's step, damped where it would leap along a family."""
        step = None if self.is_flat else newton_step(here, self.x, self.held)
        before = self.lengths[-1] if self.lengths else arb(LOCAL)
        if step is not None and not self.is_flat:
            self.is_flat = bool(self.lengths and before < LOCAL and self._length(step) > LEAP * before)
        return newton_step(here, self.x, self.held, before) if self.is_flat else step

    def _length(self, step: Sequence[arb]) -> arb:
        """Return the length of a step, relative to the unknowns."""
        square = sum(
            ((d / size) ** 2 for d, size in zip(step, self.typical, strict=True) if size > 0), arb(0)
        )
        return square.sqrt().mid()

    def vanishing(self) -> frozenset[int]:
        """Return the columns that may tend to zero; the equations decide later."""
        small = largest([*self.typical, arb(1000)]) * arb(10) ** -12
        return frozenset(
            column
            for column, (value, typical) in enumerate(zip(self.x, self.typical, strict=True))
            if abs(value) <= typical * arb(10) ** -20 or abs(value) <= small
        )

    def is_stuck_in_rounding(self) -> bool:
        """Tell whether the steps became short, but not short enough."""
        return not self.settled and bool(self.lengths) and bool(self.lengths[-1] < SHORT)

    def _is_wandering(self) -> bool:
        """Tell whether the steps have not become shorter for a while."""
        return len(self.lengths) > PATIENCE and not self.lengths[-1] < self.lengths[-1 - PATIENCE]

    def _watch(self, step: Sequence[arb]) -> None:
        """Note the length of a step; recognise a multiple root by steps that shrink steadily."""
        self.lengths.append(self._length(step))
        if self.multiplicity == 1:
            self.multiplicity = _multiplicity(self.lengths[-4:])


def is_noise(here: Evaluation) -> bool:
    """Tell whether nothing but rounding is left of residuals and slopes: of an identity, at any point."""
    return here.issue is None and all(
        ball.contains(0)
        for residual, partials in zip(here.residuals, here.partials, strict=True)
        for ball in (residual, *partials.values())
    )


def _multiplicity(lengths: Sequence[arb]) -> int:
    """Return m if the steps shrink steadily by (m - 1)/m, else 1."""
    if len(lengths) < 4 or not all(length > 0 for length in lengths):
        return 1
    ratios = [float(after / before) for before, after in pairwise(lengths)]
    rate = ratios[-1]
    if not 0.3 < rate < 1 - 0.5 / MAX_MULTIPLICITY or max(ratios) - min(ratios) > 0.1 * (1 - rate):
        return 1
    return round(1 / (1 - rate))
