"""Few unknowns which, once given, make all others of a loop follow one after another.

A loop is torn greedily: as long as some equation has a single open unknown that it can be solved for, that one
follows; where none has, an unknown is taken as given: one that no equation can be solved for, or else the one from
which most follow at once.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Torn:
    """An order in which the unknowns of a loop follow from few of them.

    Attributes:
        tears: Unknowns that have to be given.
        steps: Pairs of an equation and the unknown that follows from it, in order; they use what comes before.
        left: Equations that nothing follows from: they hold for the right values of the tears only.
    """

    tears: tuple[int, ...]
    steps: tuple[tuple[int, int], ...]
    left: tuple[int, ...]


def tear(occurring: Mapping[int, Collection[int]], solvable: Mapping[int, Collection[int]]) -> Torn:
    """Tear a loop.

    Minimal tears are hard to find; this takes a time in proportion to the occurrences, times the tears.

    Args:
        occurring: The unknowns of each equation.
        solvable: Those of them that the equation can be solved for.

    References:
        Elmqvist and Otter (1994), Methods for tearing systems of equations in object-oriented modeling, ESM'94.
    """
    return _Tearing(occurring, solvable).run()


class _Tearing:
    def __init__(
        self, occurring: Mapping[int, Collection[int]], solvable: Mapping[int, Collection[int]]
    ) -> None:
        self.solvable = solvable
        self.open = {equation: dict.fromkeys(unknowns) for equation, unknowns in occurring.items()}
        self.users: dict[int, list[int]] = {}
        for equation, unknowns in occurring.items():
            for unknown in unknowns:
                self.users.setdefault(unknown, []).append(equation)
        self.pending = dict.fromkeys(self.users)  # unknowns that are neither given nor found
        self.left = dict.fromkeys(occurring)  # equations that nothing follows from so far
        self.ready = [equation for equation in occurring if self._follows(equation)]
        self.steps: list[tuple[int, int]] = []
        self.tears: list[int] = []

    def run(self) -> Torn:
        while True:
            while self.ready:
                equation = self.ready.pop()
                if equation in self.left and self._follows(equation):
                    (unknown,) = self.open[equation]
                    del self.left[equation]
                    self.steps.append((equation, unknown))
                    self._close(unknown)
            if not self.pending:
                return Torn(tuple(self.tears), tuple(self.steps), tuple(self.left))
            tear = max(self.pending, key=self._promise)
            self.tears.append(tear)
            self._close(tear)

    def _follows(self, equation: int) -> bool:
        """Tell whether an equation has a single open unknown, and can be solved for it."""
        return len(self.open[equation]) == 1 and next(iter(self.open[equation])) in self.solvable[equation]

    def _close(self, unknown: int) -> None:
        del self.pending[unknown]
        for equation in self.users[unknown]:
            del self.open[equation][unknown]
            if self._follows(equation):
                self.ready.append(equation)

    def _promise(self, unknown: int) -> tuple[bool, int, int, int]:
        """Tell how good it is to give an unknown.

        First whether it has to be given anyway, then how many equations have something follow at once, how many
        could not be solved for it, and how many come nearer.
        """
        usable = [equation for equation in self.users[unknown] if equation in self.left]
        solvable = sum(unknown in self.solvable[equation] for equation in usable)
        following = nearer = 0
        for equation in usable:
            others = [other for other in self.open[equation] if other != unknown]
            following += len(others) == 1 and others[0] in self.solvable[equation]
            nearer += len(others) > 1
        return solvable == 0, following, len(usable) - solvable, nearer
