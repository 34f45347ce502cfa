"""Leave minima that few searches reached: draw some parameters anew, and go down from there.

From the minimum where a search ended, the parameters of a term, of two terms, or single ones take likely values, all
others keep theirs; the most promising of many such points are followed, the rest of them is not. A search that comes
lower goes on from there, as long as that succeeds. Peaks that were missed and oscillations that were taken for others
are found like this, term by term, where starts that are right in all terms at once are rare.

References:
    Wales and Doye (1997), Global Optimization by Basin-Hopping, J. Phys. Chem. A 101, 5111-5116.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Final

import torch
from torch import Tensor

from eqsolve.numeric.fit_starts import Likely
from eqsolve.numeric.residual import Residual
from eqsolve.numeric.solvers import Stopping
from eqsolve.result import Status

SAME: Final = 1e-6  # relative difference of costs of one minimum
MOST_NUMBERS: Final = 8_000_000  # rows times parameters times lanes at once
CHAINS: Final = 6  # minima that are left for lower ones
ROUNDS: Final = 8
IDLE: Final = 2  # rounds without success after which one is not left again
PROPOSED: Final = 128  # points for each of the parameters that are drawn anew together
FEWEST: Final = 16  # of them, however many rows there are
PAIRS: Final = 10  # of terms
KEPT: Final = 2  # of the points, followed a few steps
PURSUED: Final = 4  # of these, of one minimum, followed to the end
SHORTLY: Final = Stopping(max_steps=12, gradient=1e-4, growth=1e30)
QUICK: Final = Stopping(max_steps=150, gradient=1e-6, growth=1e30)


@dataclass(frozen=True, slots=True, eq=False)
class Ends:
    """Where searches ended.

    Attributes:
        x: The parameters, shape [n, lanes].
        cost: ½‖r‖² there, shape [lanes].
        status: Why each ended.
        method: What went there.
    """

    x: Tensor
    cost: Tensor
    status: tuple[Status, ...]
    method: str


@dataclass(frozen=True, slots=True, eq=False)
class Wandering:
    """What it takes to leave minima.

    Attributes:
        residual: The weighted differences.
        likely: What values are drawn from.
        groups: Indices of parameters that are drawn anew together.
        costs: Returns the costs of points, shape [n, k], with linear parameters at their best.
        follow: Goes down from points.
        late: Whether time is up.
    """

    residual: Residual
    likely: Likely
    groups: tuple[tuple[int, ...], ...]
    costs: Callable[[Tensor], Tensor]
    follow: Callable[[Tensor, Stopping], Ends]
    late: Callable[[], bool]

    def lowered(self, ends: Ends, generator: torch.Generator) -> Ends:
        """Return the ends of all searches after the lowest minima were left for lower ones."""
        lanes = [lane for lane, _ in distinct(ends.cost)[:CHAINS]]
        x, cost = ends.x[:, lanes].clone(), ends.cost[lanes].clone()
        idle = [0] * len(lanes)
        for _ in range(ROUNDS if self.groups else 0):
            going = [k for k, _ in distinct(cost) if idle[k] < IDLE]
            if not going or self.late():
                break
            for k, there in zip(going, self._near(x, going, generator), strict=True):
                idle[k] += 1
                if there is not None and there[1] < (1 - SAME) * cost[k]:
                    (x[:, k], cost[k]), idle[k] = there, 0
        out, costs = ends.x.clone(), ends.cost.clone()
        for k, lane in enumerate(lanes):
            together = (ends.cost - ends.cost[lane]).abs() <= SAME * ends.cost[lane]
            if cost[k] < ends.cost[lane]:
                out[:, together], costs[together] = x[:, k : k + 1], cost[k]
        return Ends(out, costs, ends.status, ends.method)

    def _near(
        self, x: Tensor, going: Sequence[int], generator: torch.Generator
    ) -> list[tuple[Tensor, float] | None]:
        """Return the lowest place, with its cost, that is found from each of some minima, shape [n, k]."""
        starts: list[Tensor] = []
        owners: list[int] = []
        for owner, k in enumerate(going):
            for group in self.groups:
                drawn = self._drawn(x[:, k], group, len(going), generator)
                costs = self.costs(drawn)
                best = lowest(costs, costs.isfinite(), KEPT)
                starts.append(drawn[:, best])
                owners += [owner] * len(best)
        owned = torch.tensor(owners)
        first = self.follow(torch.cat(starts, 1), SHORTLY)
        chosen = [lane for k in range(len(going)) for lane in lowest(first.cost, owned == k, PURSUED)]
        last = self.follow(first.x[:, chosen], QUICK)
        ahead = [lowest(last.cost, owned[chosen] == k, 1) for k in range(len(going))]
        return [(last.x[:, lane[0]], float(last.cost[lane[0]])) if lane else None for lane in ahead]

    def _drawn(self, x: Tensor, group: tuple[int, ...], minima: int, generator: torch.Generator) -> Tensor:
        """Return points that differ from x in some parameters; as many as a round can afford."""
        r = self.residual
        most = 2 * MOST_NUMBERS // (r.rows * (r.columns + 1) * len(self.groups) * minima)
        count = max(FEWEST, min(PROPOSED, most)) * min(len(group), 4)
        return self.likely.moved(x, group, r.lower, r.upper, count, generator)


def drawn_together(terms: Iterable[Sequence[int]], others: Sequence[int]) -> tuple[tuple[int, ...], ...]:
    """Return groups of parameters that do not enter linearly: those of a term, of two terms, and each alone."""
    inside = [frozenset(term) & frozenset(others) for term in terms]
    pairs = [a | b for a, b in combinations(inside, 2)][:PAIRS]
    groups = [*inside, *pairs, *(frozenset([k]) for k in others)]
    return tuple(dict.fromkeys(tuple(sorted(group)) for group in groups if group))


def distinct(cost: Tensor) -> list[tuple[int, int]]:
    """Return a lane of each minimum, the lowest first, and how many lanes are there."""
    found: list[tuple[int, int]] = []
    for lane in lowest(cost, cost.isfinite(), len(cost)):
        if found and cost[lane] <= (1 + SAME) * cost[found[-1][0]]:
            found[-1] = (found[-1][0], found[-1][1] + 1)
        else:
            found.append((lane, 1))
    return found


def lowest(cost: Tensor, mask: Tensor, count: int) -> list[int]:
    """Return the lanes of a mask with the lowest costs, at most so many."""
    lanes = mask.nonzero()[:, 0]
    order: list[int] = lanes[cost[lanes].argsort(stable=True)][:count].tolist()
    return order
