"""Propagate, then split, until every variable has one value.

Boxes with finite sides are searched depth first, the narrowest variable first; a box with an infinite side is cut at
zero, then at ever larger numbers, and waits until all boxes nearer to zero are done.
"""

from __future__ import annotations

import heapq
import math
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import count as count_up
from typing import Final

from eqsolve import clock
from eqsolve.result import Observer, Progress
from eqsolve.whole.conditions import Conditions
from eqsolve.whole.domains import Domains, Empty, End, is_infinite
from eqsolve.whole.lattice import lattice
from eqsolve.whole.propagators import General, Linear, Propagator

FEW: Final = 16  # values that are tried one by one; more are halved
WIDE: Final = 1_000  # values from which the lattice of the linear equations is searched instead
MOST_STEPS: Final = 12  # of such a lattice
ENDLESS: Final = 3_000  # boxes that are looked at where a side is infinite to begin with
FARTHEST: Final = 2**80
RUNS: Final = 60  # of each propagator before a box is split, in the mean
TELL: Final = 0.1  # seconds between two reports of progress


@dataclass(slots=True)
class Search:
    """A search for all points that meet some conditions.

    Attributes:
        conditions: What must hold.
        deadline: When to stop, as `clock.now()` tells the time.
        most_boxes: After how many boxes to stop.
        most_endless: The same where a side is infinite to begin with.
        observer: Who is told about progress.
        boxes: How many boxes were looked at.
        found: How many points.
        complete: Whether nothing was left out so far.
    """

    conditions: Conditions
    deadline: float
    most_boxes: float = math.inf
    most_endless: int = ENDLESS
    observer: Observer | None = None
    boxes: int = 0
    found: int = 0
    complete: bool = True
    _all: list[Propagator] = field(default_factory=list)
    _watching: dict[int | str, list[int]] = field(default_factory=dict)
    _told: float = 0.0
    _order: Iterator[int] = field(default_factory=count_up)

    def points(self) -> Iterator[Domains]:
        """Yield domains in which every whole variable has one value; the last word is with a check."""
        self._all = list(self.conditions.propagators)
        self._watch(range(len(self._all)))
        try:
            root = self.conditions.domains()
            self._propagate(root, range(len(self._all)))
            self._add_lattice(root)
        except Empty:
            return
        yield from self._explore(root)

    def _watch(self, positions: Sequence[int]) -> None:
        for position in positions:
            keys: tuple[int | str, ...] = (*self._all[position].variables, *self._all[position].reals)
            for key in keys:
                self._watching.setdefault(key, []).append(position)

    def _propagate(self, domains: Domains, first: Sequence[int]) -> None:
        """Run propagators until nothing changes, or it takes too long."""
        waiting, queued = deque(first), set(first)
        left = RUNS * len(self._all) + RUNS
        domains.changed.clear()
        while waiting and left:
            left -= 1
            position = waiting.popleft()
            queued.discard(position)
            here = self._all[position]
            # What narrows itself bit by bit is better split; what has fixed a variable can say more.
            slow = isinstance(here, General)
            before = [domains.is_fixed(v) for v in here.variables] if slow else []
            here.run(domains)
            again = not slow or before != [domains.is_fixed(v) for v in here.variables]
            for key in domains.changed:
                for other in self._watching.get(key, ()):
                    if other not in queued and (again or other != position):
                        queued.add(other)
                        waiting.append(other)
            domains.changed.clear()

    def _add_lattice(self, root: Domains) -> None:
        """Add the parameters of the linear equations as variables if their unknowns range widely."""
        equations = self.conditions.equations
        used = {v for equation in equations for v in equation.variables if not root.is_fixed(v)}
        if not any(root.size(v) > WIDE for v in used):
            return
        count = len(self.conditions.unknowns)
        found = lattice(equations, count)
        if found is None:
            raise Empty
        if len(found.steps) > MOST_STEPS:
            return
        parameters = [root.add(-math.inf, math.inf) for _ in found.steps]
        before = len(self._all)
        for v in range(count):
            terms = [(k, step[v]) for k, step in zip(parameters, found.steps, strict=True) if step[v]]
            variables, factors = (v, *(k for k, _ in terms)), (-1, *(a for _, a in terms))
            self._all.append(Linear(variables, factors, found.origin[v], "="))
        self._all += _inverted(found.origin, found.steps, parameters)
        self._watch(range(before, len(self._all)))
        self._propagate(root, range(before, len(self._all)))

    def _explore(self, root: Domains) -> Iterator[Domains]:
        stack: list[Domains] = []
        tails: list[tuple[End, int, Domains]] = []
        self._keep(root, stack, tails)
        most = min(self.most_boxes, self.most_endless) if tails else self.most_boxes
        while stack or tails:
            if clock.now() >= self.deadline or self.boxes >= most:
                self.complete = False
                return
            here = stack.pop() if stack else heapq.heappop(tails)[2]
            self.boxes += 1
            self._tell(len(stack) + len(tails))
            variable = self._narrowest(here)
            if variable is None:
                self.found += 1
                yield here
                continue
            for low, high in reversed(_parts(here, variable)):
                part = here.copy()
                try:
                    part.at_least(variable, low)
                    part.at_most(variable, high)
                    self._propagate(part, self._watching.get(variable, ()))
                except Empty:
                    continue
                self._keep(part, stack, tails)

    def _keep(self, box: Domains, stack: list[Domains], tails: list[tuple[End, int, Domains]]) -> None:
        least = [_least(box, v) for v in range(len(box.low))]
        if max(least, default=0) > FARTHEST:
            self.complete = False
        elif any(is_infinite(box.size(v)) for v in range(len(box.low))):
            heapq.heappush(tails, (max(least), next(self._order), box))
        else:
            stack.append(box)

    def _narrowest(self, box: Domains) -> int | None:
        """Return the open variable with the fewest values; None if all unknowns have one value."""
        count = len(self.conditions.unknowns)
        if all(box.is_fixed(v) for v in range(count)):
            return None
        open_ones = (v for v in range(len(box.low)) if not box.is_fixed(v))
        return min(open_ones, key=lambda v: (box.size(v), -len(self._watching.get(v, ())), v))

    def _tell(self, waiting: int) -> None:
        now = clock.now()
        if self.observer is not None and now > self._told + TELL:
            self._told = now
            stage = f"whole numbers, {self.found} found"
            self.observer(Progress(stage, self.boxes, waiting, waiting, math.inf))


def _least(box: Domains, variable: int) -> End:
    """Return how near to zero a variable can be."""
    low, high = box.low[variable], box.high[variable]
    return max(low, -high, 0)


def _parts(box: Domains, variable: int) -> list[tuple[End, End]]:
    """Cut the range of a variable, the part nearest to zero first if it is infinite."""
    low, high = box.low[variable], box.high[variable]
    values = box.values(variable)
    if values and len(values) <= FEW:
        return [(value, value) for value in values]
    if not is_infinite(box.size(variable)):
        middle = (int(low) + int(high)) // 2
        return [(low, middle), (middle + 1, high)]
    if low < 0 < high or (low < 0 == high) or (low == 0 < high):
        return [part for part in ((0, 0), (1, high), (low, -1)) if part[0] <= part[1]]
    if low > 0:
        cut = 2 * int(low) + FEW
        return [(low, cut), (cut + 1, high)]
    cut = 2 * int(high) - FEW
    return [(cut, high), (low, cut - 1)]


def _inverted(
    origin: Sequence[int], steps: Sequence[Sequence[int]], parameters: Sequence[int]
) -> list[Propagator]:
    """Return the parameters in terms of the variables: the least-squares inverse of `origin + Σ k_j steps[j]`."""
    from flint import fmpq_mat

    if not steps:
        return []
    rows = fmpq_mat([list(step) for step in steps])
    inverse = (rows * rows.transpose()).inv() * rows
    found: list[Propagator] = []
    for j, parameter in enumerate(parameters):
        row = [inverse[j, v] for v in range(len(origin))]
        scale = math.lcm(*(int(a.q) for a in row))
        factors = [int((a * scale).p) for a in row]
        constant = -sum(a * x for a, x in zip(factors, origin, strict=True))
        terms = [(v, a) for v, a in enumerate(factors) if a]
        found.append(
            Linear((parameter, *(v for v, _ in terms)), (-scale, *(a for _, a in terms)), constant, "=")
        )
    return found
