"""All solutions in a box, by branch and prune; the box may reach to infinity.

A box is narrowed by the equations, thrown away where they cannot hold, and otherwise divided. Where the slopes
are such that there is one solution at most, it is looked for by Newton's method and certified by Krawczyk's test
in a small box of its own; then the box is done. The search ends undecided as soon as a box resists: at a
multiple root, or along a tail towards infinity with ever more solutions.

References:
    Neumaier (1990), Interval Methods for Systems of Equations, chapter 5.
    Hansen and Walster (2004), Global Optimization Using Interval Analysis, chapters 9-11.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from eqsolve.evaluate import strictly
from eqsolve.proof.contract import Box
from eqsolve.proof.interval import (
    EMPTY,
    INF,
    LARGEST,
    Interval,
    add,
    closed,
    divide,
    hull,
    intersection,
    multiply,
    negative,
    point,
    subtract,
)
from eqsolve.proof.matrices import Matrix, inverse, product, regular
from eqsolve.proof.region import Region, inside, overlap
from eqsolve.proof.slopes import Slopes

FAR: Final = 1e30  # a tail that starts here is not followed any further
FURTHEST: Final = 1e6  # where a tail may begin after one narrowing
CLOSEST: Final = 1e-6  # where a side that ends at zero may end after one narrowing, likewise
NARROW: Final = 1e-11  # a box as narrow as this, relatively, that still resists ends the search
NEAR_ZERO: Final = 1e-30
NEWTON_STEPS: Final = 30
STILL: Final = 1e-13  # a step of Newton's method, beside the unknown, after which it stands still
NEAR_NOTHING: Final = 1e-6  # an unknown as small as this, beside the largest, may be zero but for rounding
RADII: Final = (1e-2, 1e-4, 1e-7, 1e-10)  # of boxes in which a root is certified, relative to it
CUT: Final = 0.4871  # where a side is cut; not in the middle, where solutions like to lie


@dataclass(frozen=True, slots=True)
class Certified:
    """A solution, the only one in `around`; `enclosure` holds it."""

    enclosure: Box
    around: Box


@dataclass(frozen=True, slots=True)
class Rest:
    """Where a search ran out of steps.

    Attributes:
        pending: Boxes that are still to be looked at, the next one last.
        found: Solutions found so far.
        spent: Steps taken so far.
    """

    pending: tuple[Box, ...]
    found: tuple[Certified, ...]
    spent: int


@dataclass(frozen=True, slots=True)
class Proof:
    """What a search has proved.

    Attributes:
        roots: One tiny box per solution.
        complete: Whether there is no other solution in the box searched.
        hopeless: Whether more effort would not help.
        rest: What is left to do, where more effort may help.
    """

    roots: tuple[Box, ...]
    complete: bool
    hopeless: bool
    rest: Rest | None = None


def prove(region: Region, box: Box, budget: int, rest: Rest | None = None) -> Proof:
    """Find all solutions in a box, within a budget of steps of tapes, or go on where such a search has stopped."""
    with strictly():
        return _Search(region, box, rest or Rest((box,), (), 0)).run(budget)


class _Hopeless(Exception):  # noqa: N818  (an answer, not an error)
    """A box cannot be decided."""


class _Search:
    def __init__(self, region: Region, box: Box, rest: Rest) -> None:
        self.region = region
        self.region.spent += rest.spent
        self.box = box
        self.pending = list(rest.pending)
        self.found = list(rest.found)
        self.square = len(region.tapes) == len(region.names)

    def run(self, budget: int) -> Proof:
        limit = self.region.spent + budget
        try:
            while self.pending:
                if self.region.spent > limit:
                    rest = Rest(tuple(self.pending), tuple(self.found), self.region.spent)
                    return Proof((), False, False, rest)
                left = self._pruned(self.pending.pop())
                if left is not None:
                    self.pending += _divided(left)
        except _Hopeless:
            return Proof((), False, True)
        own = [root.enclosure for root in self.found if overlap(root.enclosure, self.box)]
        return Proof(tuple(own), True, False)

    def _pruned(self, box: Box) -> Box | None:
        """Return what is left of a box, None if nothing is."""
        narrowed = self.region.narrowed(box)
        if narrowed is None or any(inside(narrowed, root.around) for root in self.found):
            return None
        box = {name: _not_too_far(box[name], narrowed[name]) for name in box}
        if all(interval.is_point for interval in box.values()):
            self._decide_point(box)
            return None
        if not self.square:
            return box
        box, slopes = self._sloped(box)
        if any(row.value.is_empty or row.value.sign for row in slopes) or self._is_one_sided(box, slopes):
            return None
        if not all(row.smooth for row in slopes):
            return box
        if self._has_one_at_most(slopes) or self._passes_once(box):
            if self._is_covered(box):
                return None
            self._look_for_root(box)
            if self._is_covered(box):
                return None
            if self._never_passes(box):
                return None
        elif all(x.is_bounded for x in box.values()):
            self._look_for_root(box)
        return self._newton(box, slopes)

    def _passes_once(self, box: Box) -> bool:
        """Tell whether an equation of one unknown can pass zero once at most, by how its terms grow."""
        return any(self.region.monotone(box))

    def _never_passes(self, box: Box) -> bool:
        """Tell whether an equation that passes zero once at most has done so before an end, or will do so beyond."""
        for sense, tape in zip(self.region.monotone(box), self.region.tapes, strict=True):
            ((name, x),) = box.items() if sense else ((None, EMPTY),)
            for side, end in ((1, x.low), (-1, x.high)):
                if sense and math.isfinite(end) and x.contains(end):
                    value = self.region.range(tape, {str(name): point(end)})
                    if value.sign == side * sense:
                        return True
        return False

    def _sloped(self, box: Box) -> tuple[Box, list[Slopes]]:
        """Return slopes over a box with its ends, or without those at which the equations are not smooth."""
        around = {name: closed(interval) for name, interval in box.items()}
        slopes = self.region.slopes(around)
        if around == box or all(row.smooth for row in slopes):
            return around, slopes
        around = {name: _without_zero(around[name], box[name]) for name in box}  # where ln(x) and 1/x end
        slopes = self.region.slopes(around)
        if all(row.smooth for row in slopes):
            return around, slopes
        return box, self.region.slopes(box)

    def _decide_point(self, box: Box) -> None:
        """Note a point at which every equation holds exactly."""
        for value in self.region.ranges(box):
            if value.is_empty or value.sign:
                return
            if not value.is_point:
                raise _Hopeless
        self._note_exact(box)

    def _note_exact(self, box: Box) -> None:
        if not any(overlap(box, root.around) for root in self.found):
            self.found.append(Certified(box, box))

    def _is_one_sided(self, box: Box, slopes: Sequence[Slopes]) -> bool:
        """Tell whether an equation keeps one sign, by its range over the ends of the sides it is monotone in."""
        for row, tape in zip(slopes, self.region.tapes, strict=True):
            if not row.smooth:
                continue
            partials = [row.partials.get(column, point(0.0)) for column in range(len(self.region.names))]
            for sign in (1, -1):
                extreme = {
                    name: _end(box[name], sign, slope)
                    for name, slope in zip(self.region.names, partials, strict=True)
                }
                if extreme != box and self.region.range(tape, extreme).sign == sign:
                    return True
        return False

    def _has_one_at_most(self, slopes: Sequence[Slopes]) -> bool:
        """Tell whether the slopes leave room for one solution at most."""
        if len(slopes) == 1:
            return slopes[0].partials.get(0, point(0.0)).sign != 0
        matrix = _matrix(slopes)
        around = inverse(_middles(matrix))
        return around is not None and regular(product(around, matrix))

    def _is_covered(self, box: Box) -> bool:
        """Tell whether the one solution that a box may hold is known already."""
        for root in self.found:
            if inside(root.enclosure, box):
                return True
            if overlap(root.around, box):
                both = {name: hull(box[name], root.enclosure[name]) for name in box}
                slopes = self.region.slopes(both)
                if all(row.smooth for row in slopes) and (
                    self._has_one_at_most(slopes) or self._passes_once(both)
                ):
                    return True
        return False

    # looking for roots ---------------------------------------------------------------------------------

    def _look_for_root(self, box: Box) -> None:
        """Follow Newton's method from the middle of a box and certify where it ends."""
        if len(box) == 1 and self._is_exact_at_end(box):
            return
        x = [_middle(interval) for interval in box.values()]
        lengths: list[float] = []
        for _ in range(NEWTON_STEPS):
            here = self._point(x)
            slopes = self.region.slopes(here)
            if not all(row.smooth and row.value.is_bounded for row in slopes):
                return
            step = _step(slopes)
            if step is None:
                return
            x = [value - d for value, d in zip(x, step, strict=True)]
            if not all(math.isfinite(value) for value in x):
                return
            lengths.append(max(map(abs, step)))
            if all(abs(d) <= STILL * abs(value) + 1e-300 for d, value in zip(step, x, strict=True)):
                break
            # What tends to zero never stands still beside itself: rounding is all that is left of its steps.
            if lengths[-1] <= STILL * max(map(abs, x)) and len(lengths) > 1 and lengths[-1] > lengths[-2] / 2:
                break
        else:
            return
        if not any(overlap(self._point(x), root.around) for root in self.found):
            self._certify(x, [_width(interval) for interval in box.values()])

    def _is_exact_at_end(self, box: Box) -> bool:
        """Note a root that is an end of a side at which the equation holds exactly, as sqrt(x) = 0 at zero."""
        (name, interval), *_ = box.items()
        for end, is_open in zip(interval[:2], interval[2:], strict=True):
            if math.isfinite(end) and not is_open:
                here = {name: point(end)}
                (value,) = self.region.ranges(here)
                if value.is_point and value.low == 0:
                    self._note_exact(here)
                    return True
        return False

    def _point(self, x: Sequence[float]) -> Box:
        return {name: point(value) for name, value in zip(self.region.names, x, strict=True)}

    def _certify(self, x: Sequence[float], widths: Sequence[float]) -> None:
        """Note a root if Krawczyk's test proves one in a box around a point."""
        least = NEAR_NOTHING * max(map(abs, x))
        for radius in RADII:
            reach = [radius * max(abs(v), min(1.0, w), least) for v, w in zip(x, widths, strict=True)]
            around = {
                name: Interval(value - r, value + r)
                for name, value, r in zip(self.region.names, x, reach, strict=True)
            }
            shifted = self._krawczyk(x, around)
            if shifted is not None and all(_is_interior(shifted[name], around[name]) for name in around):
                closer = self._krawczyk([_middle(interval) for interval in shifted.values()], shifted)
                best = (
                    shifted if closer is None else {n: intersection(shifted[n], closer[n]) for n in shifted}
                )
                self.found.append(Certified(best, around))
                return

    def _krawczyk(self, x: Sequence[float], box: Box) -> Box | None:
        """Return K(box) = x - Y f(x) + (I - Y J(box)) (box - x), None if there are no slopes."""
        values = self.region.ranges(self._point(x))
        slopes = self.region.slopes(box)
        if not all(row.smooth for row in slopes):
            return None
        matrix = _matrix(slopes)
        around = inverse(_middles(matrix))
        if around is None:
            return None
        J = product(around, matrix)
        shift = product(around, [[value] for value in values])
        away = [subtract(interval, point(value)) for interval, value in zip(box.values(), x, strict=True)]
        result = {}
        for i, name in enumerate(self.region.names):
            total = subtract(point(x[i]), shift[i][0])
            for j, distance in enumerate(away):
                rest = subtract(point(float(i == j)), J[i][j])
                total = add(total, multiply(rest, distance))
            result[name] = total
        return result

    def _newton(self, box: Box, slopes: Sequence[Slopes]) -> Box | None:
        """Narrow a bounded box by Newton's method (Gauss-Seidel where there are several unknowns)."""
        if not all(interval.is_bounded for interval in box.values()):
            return box
        matrix = _matrix(slopes)
        if not all(entry.is_bounded for row in matrix for entry in row):
            return box
        around = inverse(_middles(matrix))
        if around is None:
            return box
        x = [_middle(interval) for interval in box.values()]
        if not inside(self._point(x), box):
            return box
        values = self.region.ranges(self._point(x))
        if any(value.is_empty for value in values):
            return box
        J = product(around, matrix)
        shift = product(around, [[value] for value in values])
        narrowed = dict(box)
        for i, name in enumerate(self.region.names):
            if J[i][i].contains(0.0):
                continue
            total = shift[i][0]
            for j, other in enumerate(self.region.names):
                if j != i:
                    total = add(total, multiply(J[i][j], subtract(narrowed[other], point(x[j]))))
            step = divide(total, J[i][i])
            narrowed[name] = intersection(narrowed[name], add(point(x[i]), negative(step)))
            if narrowed[name].is_empty:
                return None
        return narrowed


def _matrix(slopes: Sequence[Slopes]) -> Matrix:
    zero = point(0.0)
    return [[row.partials.get(column, zero) for column in range(len(slopes))] for row in slopes]


def _middles(matrix: Matrix) -> list[list[float]]:
    return [[_middle(entry) for entry in row] for row in matrix]


def _step(slopes: Sequence[Slopes]) -> list[float] | None:
    """Return Newton's step from values and slopes at a point."""
    around = inverse(_middles(_matrix(slopes)))
    if around is None:
        return None
    values = [_middle(row.value) for row in slopes]
    return [sum(entry * value for entry, value in zip(row, values, strict=True)) for row in around]


def _middle(x: Interval) -> float:
    """Return a finite number inside an interval, near its middle."""
    if x.low == -INF:
        return min(0.0, 2 * x.high - 1) if x.high < INF else 0.0
    if x.high == INF:
        return max(0.0, 2 * x.low + 1)
    return x.low / 2 + x.high / 2


def _end(x: Interval, sign: int, slope: Interval) -> Interval:
    """Return the end at which a monotone function is least (sign 1) or greatest; x itself if it has no such end."""
    if slope.is_point and slope.low == 0:
        end = x.low if x.low > -INF else min(x.high, LARGEST)
    elif slope.sign:
        end = x.low if sign * slope.sign > 0 else x.high
    else:
        return x
    return point(end) if math.isfinite(end) and x.contains(end) else x


def _width(x: Interval) -> float:
    return x.high - x.low


def _is_interior(inner: Interval, outer: Interval) -> bool:
    return outer.low < inner.low and inner.high < outer.high


def _without_zero(around: Interval, x: Interval) -> Interval:
    """Return an interval with its ends, but without zero if x is without it."""
    return Interval(
        around.low,
        around.high,
        around.low_open or (x.low == 0 and x.low_open),
        around.high_open or (x.high == 0 and x.high_open),
    )


def _not_too_far(before: Interval, after: Interval) -> Interval:
    """Return a tail, or a side ending at zero, as narrowed, but not so far that nothing can be computed there."""
    if after.high == INF and after.low > FURTHEST:
        low = max(before.low, FURTHEST)
        return Interval(low, INF, low == before.low and before.low_open, True)
    if after.low == -INF and after.high < -FURTHEST:
        high = min(before.high, -FURTHEST)
        return Interval(-INF, high, True, high == before.high and before.high_open)
    if after.low == 0 and after.high < CLOSEST:
        high = min(before.high, CLOSEST)
        return Interval(0.0, high, after.low_open, high == before.high and before.high_open)
    if after.high == 0 and after.low > -CLOSEST:
        low = max(before.low, -CLOSEST)
        return Interval(low, 0.0, low == before.low and before.low_open, after.high_open)
    return after


# dividing ----------------------------------------------------------------------------------------------


def _divided(box: Box) -> list[Box]:
    """Cut a box in two across its longest side; what reaches further out comes last, to be looked at first."""
    name = max(box, key=lambda name: _length(box[name]))
    x = box[name]
    cut = _cut(x)
    if not x.low < cut < x.high:
        raise _Hopeless
    lower = {**box, name: Interval(x.low, cut, x.low_open, False)}
    upper = {**box, name: Interval(cut, x.high, False, x.high_open)}
    return [lower, upper] if cut >= 0 else [upper, lower]


def _length(x: Interval) -> float:
    """Return how long a side is beside its distance from zero: infinite sides first, then those around zero."""
    size = max(abs(x.low), abs(x.high))
    if size == INF:
        return INF
    return (x.high - x.low) / max(size, 1e-9)


def _cut(x: Interval) -> float:
    if x.low < 0 < x.high:
        return 0.0
    if x.high <= 0:
        return -_cut_positive(-x.high, -x.low)
    return _cut_positive(x.low, x.high)


def _cut_positive(low: float, high: float) -> float:
    """Return where to cut a side of positive numbers, by its orders of magnitude if there are several."""
    if high == INF:
        if low >= FAR:
            raise _Hopeless
        return 1.0 if low < 1 else 97.0 * low * low
    if low == 0:
        if high < NEAR_ZERO:
            raise _Hopeless
        return high / 13 if high > 1e-3 else high * 1e-4
    if high - low <= NARROW * high:
        raise _Hopeless
    if high > 20 * low:
        return math.sqrt(low) * math.sqrt(high)
    return low + CUT * (high - low)
