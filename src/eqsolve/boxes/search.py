"""All solutions in a box, by branch and prune on thousands of boxes at once.

Boxes are narrowed by the equations and by Newton's method, thrown away where nothing is left, and otherwise
divided. Where Krawczyk's test proves one root in a box around a point, that box is done. A box that resists when it
is tiny, at a multiple root for instance, is put aside: then the roots are certified, but not that they are all.

References:
    Neumaier (1990), Interval Methods for Systems of Equations, chapter 5.
    Kearfott (1996), Rigorous Global Search: Continuous Problems, chapter 4.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from eqsolve import clock
from eqsolve.boxes.lanes import INF, Array, Lanes, Mask, intersection
from eqsolve.boxes.newton import Equations, polished, test, widened

CHUNK: Final = 2048  # boxes worked on at once, at most
LEAST: Final = 64  # and at least
STEPS: Final = 400_000  # steps of equations between two looks at the clock
MAX_PENDING: Final = 400_000
ROUNDS: Final = 2  # of narrowing by the equations, before Newton's method
TINY: Final = 1e-6  # a box as narrow as this, relatively, that still resists is put aside
SMALL: Final = 1e-2  # beside a number smaller than this a side is as narrow as beside this
MAX_ASIDE: Final = 256  # such boxes; with more the search ends
NEAR: Final = 0.6  # what a side must shrink to for the box to be looked at again undivided
CUT: Final = 0.4871  # where a side is cut; not in the middle, where solutions like to lie
LONG: Final = 100.0  # sides up to which it is cut there
FAR: Final = 1e30  # a tail that starts here is not followed any further
NEAR_ZERO: Final = 1e-12  # a side around zero as narrow as this is not divided
RADII: Final = (1.0, 0.3, 0.1, 0.03, 0.01, 1e-3, 1e-4, 1e-5, 1e-6, 1e-8, 1e-10)  # of boxes with one root
ALIKE: Final = 1e-8  # two ends of Newton's method this close, relatively, are taken for one
CLOSE: Final = 2.0  # lengths of a box, in which a root is worth looking for from it


@dataclass(frozen=True, slots=True)
class Found:
    """What a search has proved.

    Attributes:
        roots: Tiny boxes with one root each, shape [unknowns, roots].
        aside: Places that could not be decided, if all others have been; 0 otherwise.
        complete: Whether there is no other root in the box searched.
        boxes: How many boxes it took.
    """

    roots: Lanes
    aside: int
    complete: bool
    boxes: int


def search(equations: Equations, box: Lanes, points: Array, budget: int, deadline: float) -> Found:
    """Find all solutions in a box.

    Args:
        equations: As many as unknowns.
        box: Where to look, shape [unknowns, 1]; sides may be infinite.
        points: Where roots are known to be, shape [unknowns, points]; it helps.
        budget: How many boxes to look at.
        deadline: When to stop, as `clock.now()` tells the time.
    """
    with np.errstate(all="ignore"):
        return _Search(equations, box, deadline).run(points, budget)


class _Search:
    def __init__(self, equations: Equations, box: Lanes, deadline: float) -> None:
        n = len(equations.names)
        self.equations = equations
        self.box = box
        self.deadline = deadline
        steps = sum(len(laid_out.steps) for laid_out in equations.tapes)
        self.chunk = min(CHUNK, max(LEAST, STEPS // steps))
        self.roots = Lanes(np.empty((n, 0)), np.empty((n, 0)))  # enclosures
        self.around = Lanes(np.empty((n, 0)), np.empty((n, 0)))  # where each is the only one
        self.cleared = self.roots  # where there is no root but those
        self.aside = self.roots
        self.boxes = 0
        self.doubtful = False
        self.endless = False  # a tail towards infinity resists

    def run(self, points: Array, budget: int) -> Found:
        self._certify(points)
        pending = self.box
        complete = True
        while pending.low.shape[1]:
            rest = max(0, pending.low.shape[1] - self.chunk)
            if self.boxes >= budget or rest > MAX_PENDING or self._is_stuck():
                complete = False
                break
            left = self._pruned(Lanes(pending.low[:, rest:], pending.high[:, rest:]))
            pending = _joined(Lanes(pending.low[:, :rest], pending.high[:, :rest]), left)
        inside = np.asarray(~intersection(self.roots, self.box).empty.any(0))
        places = 0 if self.endless or not complete else _places(self.aside)
        complete = complete and not (self.endless or self.doubtful or self.aside.low.shape[1])
        return Found(_only(self.roots, inside), places, complete, self.boxes)

    def _is_stuck(self) -> bool:
        return self.endless or self.aside.low.shape[1] > MAX_ASIDE or clock.now() >= self.deadline

    def _pruned(self, box: Lanes) -> Lanes:
        """Return what is left of boxes, divided."""
        self.boxes += box.low.shape[1]
        before = box
        for _ in range(ROUNDS):
            box, dead = self.equations.narrowed(box)
            dead |= self._is_covered(box)
            box, before = _only(box, ~dead), _only(before, ~dead)
        if not box.low.shape[1]:
            return box
        tested = test(self.equations, box)
        self._look_for_roots(box, tested.towards, tested.single)
        box = tested.box
        alive = ~(box.empty.any(0) | self._is_covered(box))
        box, before = _only(box, alive), _only(before, alive)
        return self._divided(box, before, tested.smear[:, alive])

    def _is_covered(self, box: Lanes) -> Mask:
        """Tell which boxes lie where one known root is the only one."""
        covered = np.zeros(box.low.shape[1], dtype=bool)
        for low, high in zip(self.cleared.low.T, self.cleared.high.T, strict=True):
            covered |= ((box.low >= low[:, None]) & (box.high <= high[:, None])).all(0)
        return covered

    # roots ---------------------------------------------------------------------------------------------

    def _look_for_roots(self, box: Lanes, towards: Array, single: Mask) -> None:
        """Follow Newton's method where it leads to a place in or near a box that holds one root at most."""
        reach = CLOSE * (box.high - box.low)
        near = single & ((towards >= box.low - reach) & (towards <= box.high + reach)).all(0)
        near &= ~self._is_covered(Lanes(towards, towards))
        if near.any():
            x, settled = polished(self.equations, towards[:, near])
            self._certify(x[:, settled])

    def _certify(self, points: Array) -> None:
        """Note the roots that are proved in boxes around points."""
        while points.shape[1] and clock.now() < self.deadline:
            x = points[:, :1]
            if not self._is_covered(Lanes(x, x))[0]:
                size = np.maximum(np.abs(x), 1e-3 * max(1e-3, float(np.abs(x).max())))
                boxes = widened(x, size * np.array(RADII))
                proved = test(self.equations, boxes)
                if proved.one.any():
                    lane = int(proved.one.argmax())
                    self._note(_only(boxes, [lane]), _only(proved.box, [lane]))
            apart = (np.abs(points - x) > ALIKE * np.abs(x).max()).any(0)
            points = points[:, apart]

    def _note(self, around: Lanes, root: Lanes) -> None:
        """Note a root, which may be known from elsewhere already."""
        for _ in range(3):  # Newton's method makes it as small as floats allow
            root = intersection(root, test(self.equations, root).box)
        apart = intersection(root, self.roots).empty.any(0)
        if not apart.all():
            # Two boxes with one root each may share it: it is the same if one lies where the other is alone.
            same = _within(root, self.around) | _within(self.roots, around)
            if (~apart & ~same).any():
                self.doubtful = True
            else:
                self.cleared = _joined(self.cleared, around)
            return
        self.roots = _joined(self.roots, root)
        self.around = _joined(self.around, around)
        self.cleared = _joined(self.cleared, around)

    # dividing ------------------------------------------------------------------------------------------

    def _divided(self, box: Lanes, before: Lanes, smear: Array) -> Lanes:
        """Divide the boxes that have not shrunk well, and put aside what is too narrow for it."""
        if not box.low.shape[1]:
            return box
        size = np.maximum(np.abs(box.low), np.abs(box.high))
        width = box.high - box.low
        length: Array = np.where(np.isfinite(size), width / np.maximum(size, SMALL), INF)
        length = np.where((width <= NEAR_ZERO) | _is_tail(box), 0.0, length)
        tiny: Mask = np.asarray((length <= TINY).all(0))
        self.endless |= bool((_is_tail(box).any(0) & tiny).any())
        self.aside = _joined(self.aside, _only(box, tiny))
        shrunk: Mask = np.asarray(width < NEAR * (before.high - before.low))
        longest = length.argmax(0)
        again: Mask = ~tiny & shrunk[longest, np.arange(len(longest))] & np.isfinite(length).all(0)
        halves = ~tiny & ~again
        score = np.where(np.isfinite(smear) & np.isfinite(length).all(0), smear, length)
        score = np.where(length > TINY, score, -1.0)
        # The side across which the equations change most; now and then the longest, so that all become short.
        side = np.where(
            length.max(0) > 8 * length[score.argmax(0), np.arange(len(longest))], longest, score.argmax(0)
        )
        lower, upper = _cut(_only(box, halves), side[halves])
        return _joined(_joined(_only(box, again), lower), upper)


def _cut(box: Lanes, side: Array) -> tuple[Lanes, Lanes]:
    """Cut boxes in two, each across one side."""
    lanes = np.arange(box.low.shape[1])
    low, high = box.low[side, lanes], box.high[side, lanes]
    flipped = high <= 0
    a, b = np.where(flipped, -high, low), np.where(flipped, -low, high)
    short = b - a <= LONG
    plain = a + CUT * (b - a)
    orders = np.where(a > 0, np.sqrt(np.maximum(a, 0)) * np.sqrt(b), b / 13)
    beyond = np.where(a < 1, 1.0, 97.0 * a * a)
    positive = np.where(np.isinf(b), beyond, np.where((b > 20 * a) & ~short, orders, plain))
    at = np.where((a < 0) & (b > 0) & ~short, 0.0, positive)
    at = np.where(flipped, -at, at)
    upper_low, lower_high = box.low.copy(), box.high.copy()
    upper_low[side, lanes] = at
    lower_high[side, lanes] = at
    return Lanes(box.low, lower_high), Lanes(upper_low, box.high)


def _is_tail(box: Lanes) -> Mask:
    """Tell which sides reach to infinity from so far out that they are not divided."""
    return (np.isinf(box.high) & (box.low >= FAR)) | (np.isinf(box.low) & (box.high <= -FAR))


def _only(box: Lanes, lanes: Mask | list[int]) -> Lanes:
    return Lanes(box.low[:, lanes], box.high[:, lanes])


def _joined(a: Lanes, b: Lanes) -> Lanes:
    return Lanes(np.concatenate([a.low, b.low], 1), np.concatenate([a.high, b.high], 1))


def _within(a: Lanes, b: Lanes) -> Mask:
    """Tell lane by lane where a lies in b."""
    return np.asarray(((a.low >= b.low) & (a.high <= b.high)).all(0))


def _places(aside: Lanes) -> int:
    """Return how many separate places boxes are in; those that touch, nearly, are in one."""
    count = 0
    low, high = aside
    size = np.maximum(np.abs(low), np.abs(high))
    slack = 1e-6 * np.where(np.isfinite(size), size, 0.0) + 1e-6
    left = np.ones(low.shape[1], dtype=bool)
    while left.any():
        count += 1
        place = np.zeros_like(left)
        place[left.argmax()] = True
        while True:
            first = (low - slack)[:, place].min(1)[:, None]
            last = (high + slack)[:, place].max(1)[:, None]
            grown = left & ((low <= last) & (high >= first)).all(0)
            if (grown == place).all():
                break
            place = grown
        left &= ~place
    return count
