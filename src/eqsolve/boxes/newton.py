"""Newton's method over many boxes at once: narrowing, and the proof of one root.

References:
    Neumaier (1990), Interval Methods for Systems of Equations, chapter 5.
    Krawczyk (1969), Newton-Algorithmen zur Bestimmung von Nullstellen mit Fehlerschranken, Computing 4, 187-201.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np

from eqsolve.boxes.contract import contract
from eqsolve.boxes.lanes import (
    Array,
    Lanes,
    Mask,
    above,
    add,
    below,
    divide,
    intersection,
    multiply,
    subtract,
)
from eqsolve.boxes.linear import inverses, middle_and_radius, product
from eqsolve.boxes.ranges import Ranges, Sloped
from eqsolve.language.interpret import Tape, interpret

STEPS: Final = 12  # of Newton's method from a middle


@dataclass(slots=True)
class Equations:
    """As many equations as unknowns, over boxes of shape [unknowns, batch].

    Attributes:
        tapes: Left minus right of each.
        names: The unknowns, one per row.
        known: Intervals of other names.
    """

    tapes: Sequence[Tape]
    names: tuple[str, ...]
    known: Mapping[str, Lanes]
    numbers: dict[int, Lanes] = field(default_factory=dict)

    def _at(self, box: Lanes) -> tuple[Ranges, dict[str, Lanes]]:
        sides = {name: Lanes(box.low[k], box.high[k]) for k, name in enumerate(self.names)}
        dead = np.zeros(box.low.shape[1], dtype=bool)
        return Ranges({**self.known, **sides}, dead, self.numbers), sides

    def narrowed(self, box: Lanes) -> tuple[Lanes, Mask]:
        """Return the parts of boxes that may hold a solution, and where there is none."""
        dead = np.zeros(box.low.shape[1], dtype=bool)
        for steps in self.tapes:
            ranges, sides = self._at(box)
            smaller, lost = contract(steps, ranges, sides)
            dead = dead | lost
            box = Lanes(
                np.stack([smaller[name].low for name in self.names]),
                np.stack([smaller[name].high for name in self.names]),
            )
            box = Lanes(np.where(dead, 0.0, box.low), np.where(dead, 0.0, box.high))
        return box, dead

    def values(self, box: Lanes) -> tuple[Lanes, Mask]:
        """Return the ranges of the equations, shape [equations, batch], and where one has no value."""
        ranges, _ = self._at(box)
        rows = [interpret(steps, ranges) for steps in self.tapes]
        shape = box.low.shape
        low = np.stack([np.broadcast_to(row.low, shape[1:]) for row in rows])
        return Lanes(low, np.stack([np.broadcast_to(row.high, shape[1:]) for row in rows])), ranges.dead

    def slopes(self, box: Lanes) -> tuple[Lanes, Lanes, Mask]:
        """Return ranges, slopes of shape [batch, equations, unknowns], and where these are of use."""
        n, batch = box.low.shape
        ranges, _ = self._at(box)
        columns = {name: k for k, name in enumerate(self.names)}
        sloped = Sloped(ranges, columns, np.zeros(batch, dtype=bool))
        low, high = np.zeros((batch, n, n)), np.zeros((batch, n, n))
        values = Lanes(np.empty((n, batch)), np.empty((n, batch)))
        for row, steps in enumerate(self.tapes):
            found = interpret(steps, sloped)
            values.low[row], values.high[row] = found.value
            for column, slope in found.partials.items():
                low[:, row, column], high[:, row, column] = slope
        usable = ~(sloped.rough | ranges.dead) & np.isfinite(low).all((1, 2)) & np.isfinite(high).all((1, 2))
        usable &= (low <= high).all((1, 2)) & np.isfinite(box.low).all(0) & np.isfinite(box.high).all(0)
        return values, Lanes(low, high), usable


@dataclass(frozen=True, slots=True)
class Tested:
    """What Newton's method says about boxes, one lane each.

    Attributes:
        box: What it leaves of them, empty where it leaves nothing.
        single: Where there is one root at most.
        one: Where there is one root, in the box as it was.
        towards: Where a step from the middle leads, shape [unknowns, batch].
        smear: How much the equations change across each side, relatively, shape [unknowns, batch].
    """

    box: Lanes
    single: Mask
    one: Mask
    towards: Array
    smear: Array


def test(equations: Equations, box: Lanes) -> Tested:
    """Apply Krawczyk's test and Newton's method to boxes."""
    _, slopes, usable = equations.slopes(box)
    low = np.where(usable[:, None, None], slopes.low, 0.0)
    high = np.where(usable[:, None, None], slopes.high, 0.0)
    J, spread = middle_and_radius(low, high)
    around, invertible = inverses(J)
    centre = np.where(usable, 0.5 * box.low + 0.5 * box.high, 0.0)
    centre = np.where(usable, np.clip(centre, box.low, box.high), centre)
    at_centre, undefined = equations.values(Lanes(centre, centre))
    usable = usable & invertible & ~undefined & np.isfinite(at_centre.low).all(0)
    usable &= np.isfinite(at_centre.high).all(0)
    f = Lanes(np.where(usable, at_centre.low, 0.0), np.where(usable, at_centre.high, 0.0))
    f_middle, f_radius = middle_and_radius(f.low.T[:, :, None], f.high.T[:, :, None])
    A, A_radius = product(around, J, spread)
    step, step_radius = product(around, f_middle, f_radius)
    usable &= np.isfinite(A).all((1, 2)) & np.isfinite(A_radius).all((1, 2))
    usable &= np.isfinite(step).all((1, 2)) & np.isfinite(step_radius).all((1, 2))
    n = len(equations.names)
    rest = above(np.abs(A - np.eye(n)) + A_radius)
    rest = above(rest * (1 + 1e-15))
    single = usable & (rest.sum(2) * (1 + 1e-13) < 1).all(1)
    offset = Lanes(below(box.low - centre), above(box.high - centre))
    reach = np.maximum(-offset.low, offset.high).T[:, :, None]
    moved = above(np.abs(step) + step_radius + (rest @ reach) * (1 + 1e-13))[:, :, 0].T * (1 + 1e-15)
    room = np.minimum(below(box.high - centre), below(centre - box.low))
    one = usable & (moved < room).all(0)
    narrowed = _gauss_seidel(box, centre, offset, (step, step_radius), (A, A_radius), usable)
    smear = np.maximum(np.abs(low), np.abs(high)) * (box.high - box.low).T[:, None, :]
    total = np.maximum(smear.sum(2, keepdims=True), 1e-300)
    return Tested(
        narrowed,
        single,
        one,
        np.where(usable, centre - step[:, :, 0].T, np.nan),
        np.where(usable, (smear / total).sum(1).T, np.nan),
    )


def _gauss_seidel(
    box: Lanes,
    centre: Array,
    offset: Lanes,
    step: tuple[Array, Array],
    matrix: tuple[Array, Array],
    usable: Mask,
) -> Lanes:
    """Solve each preconditioned row for its own unknown, with the sides narrowed so far."""
    n = len(centre)
    A = Lanes(below(matrix[0] - matrix[1]), above(matrix[0] + matrix[1]))
    b = Lanes(below(step[0] - step[1])[:, :, 0], above(step[0] + step[1])[:, :, 0])
    low, high = box.low.copy(), box.high.copy()
    away = [Lanes(offset.low[k], offset.high[k]) for k in range(n)]
    for i in range(n):
        total = Lanes(b.low[:, i], b.high[:, i])
        for j in range(n):
            if j != i:
                total = add(total, multiply(Lanes(A.low[:, i, j], A.high[:, i, j]), away[j]))
        own = Lanes(A.low[:, i, i], A.high[:, i, i])
        quotient = divide(total, own)
        point = Lanes(centre[i], centre[i])
        moved = subtract(point, quotient)
        side = intersection(Lanes(low[i], high[i]), moved)
        open_to_doubt = ~usable | own.has(0.0)
        low[i] = np.where(open_to_doubt, low[i], side.low)
        high[i] = np.where(open_to_doubt, high[i], side.high)
        away[i] = Lanes(below(low[i] - centre[i]), above(high[i] - centre[i]))
    return Lanes(low, high)


def polished(equations: Equations, x: Array) -> tuple[Array, Mask]:
    """Follow Newton's method from points, shape [unknowns, batch]; return where it ends, and whether it does."""
    settled = np.zeros(x.shape[1], dtype=bool)
    for _ in range(STEPS):
        fine = np.isfinite(x).all(0)
        here = np.where(fine, x, 0.0)
        values, slopes, usable = equations.slopes(Lanes(here, here))
        f = 0.5 * values.low + 0.5 * values.high
        around, invertible = inverses(0.5 * slopes.low + 0.5 * slopes.high)
        usable = usable & fine & invertible & np.isfinite(f).all(0)
        step = (around @ np.where(usable, f, 0.0).T[:, :, None])[:, :, 0].T
        x = np.where(usable, here - step, np.nan)
        settled = usable & (np.abs(step) <= 1e-12 * np.abs(here).max(0) + 1e-300).all(0)
        if settled.all():
            break
    return x, settled


def widened(x: Array, radius: Array) -> Lanes:
    """Return boxes around points."""
    return Lanes(x - radius, x + radius)
