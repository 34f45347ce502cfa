"""What each variable of a search may still be: whole numbers between two ends, some of them struck out.

Variables are whole: an unknown with listed fractions is one over their common denominator. Holes are kept, as bits,
only where the ends lie close together. Real unknowns that take part have intervals.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Final, TypeAlias

from eqsolve.proof.interval import Interval

MASKED: Final = 1024  # widest range of which holes are kept
SHRINKS: Final = 0.9  # part of a real interval that must be left for its narrowing to be passed on

End: TypeAlias = int | float  # a whole number, or infinity


def is_infinite(end: End) -> bool:
    """Tell whether an end, of any size, is none."""
    return end in (math.inf, -math.inf)


class Empty(Exception):  # noqa: N818  (an answer, not an error)
    """A variable has no value left."""


@dataclass(slots=True)
class Domains:
    """One state of a search.

    Attributes:
        low: Least value of each variable; -inf where there is none.
        high: Greatest value of each variable; inf where there is none.
        bits: For narrow ranges, bit k stands for the value `base + k`; None for wide ones.
        base: What the bits of each variable are counted from.
        reals: Intervals of the real unknowns.
        changed: Variables, and names of real unknowns, narrowed since this was last emptied.
    """

    low: list[End]
    high: list[End]
    bits: list[int | None]
    base: list[int]
    reals: dict[str, Interval]
    changed: set[int | str] = field(default_factory=set)

    @classmethod
    def between(cls, ends: list[tuple[End, End]], reals: dict[str, Interval]) -> Domains:
        """Return domains without holes.

        Raises:
            Empty: There is no whole number between some ends.
        """
        new = cls([a for a, _ in ends], [b for _, b in ends], [None] * len(ends), [0] * len(ends), reals)
        for variable in range(len(ends)):
            new._settle(variable)
        return new

    def copy(self) -> Domains:
        """Return a state that can be narrowed by itself."""
        return Domains(self.low[:], self.high[:], self.bits[:], self.base[:], dict(self.reals))

    def add(self, low: End, high: End) -> int:
        """Add a variable and return it."""
        self.low.append(low)
        self.high.append(high)
        self.bits.append(None)
        self.base.append(0)
        self._settle(len(self.low) - 1)
        return len(self.low) - 1

    def is_fixed(self, variable: int) -> bool:
        """Tell whether one value is left."""
        return self.low[variable] == self.high[variable]

    def size(self, variable: int) -> End:
        """Return how many values are left."""
        bits = self.bits[variable]
        if bits is not None:
            return bits.bit_count()
        low, high = self.low[variable], self.high[variable]
        return math.inf if is_infinite(low) or is_infinite(high) else high - low + 1

    def values(self, variable: int) -> list[int]:
        """Return the values of a variable with a narrow range, ascending."""
        bits, base = self.bits[variable], self.base[variable]
        if bits is None:
            return [int(self.low[variable])] if self.is_fixed(variable) else []
        return [base + k for k in range(bits.bit_length()) if bits >> k & 1]

    def at_least(self, variable: int, value: End) -> None:
        """Strike out what is less than a value."""
        if value <= self.low[variable]:
            return
        self.low[variable] = value
        bits = self.bits[variable]
        if bits is not None:
            shift = int(min(value - self.base[variable], MASKED + 1))
            self.bits[variable] = bits >> shift << shift
        self._settle(variable)

    def at_most(self, variable: int, value: End) -> None:
        """Strike out what is greater than a value."""
        if value >= self.high[variable]:
            return
        self.high[variable] = value
        bits = self.bits[variable]
        if bits is not None:
            self.bits[variable] = bits & ((1 << int(max(0, value - self.base[variable] + 1))) - 1)
        self._settle(variable)

    def fix(self, variable: int, value: int) -> None:
        """Leave one value only."""
        self.at_least(variable, value)
        self.at_most(variable, value)

    def remove(self, variable: int, value: int) -> None:
        """Strike out one value; inside of a wide range that has no effect."""
        if not self.low[variable] <= value <= self.high[variable]:
            return
        bits = self.bits[variable]
        if bits is not None:
            left = bits & ~(1 << (value - self.base[variable]))
            if left != bits:
                self.bits[variable] = left
                self._settle(variable)
        elif value == self.low[variable]:
            self.at_least(variable, value + 1)
        elif value == self.high[variable]:
            self.at_most(variable, value - 1)

    def keep(self, variable: int, values: set[int]) -> None:
        """Leave only some values."""
        if not values:
            raise Empty
        self.at_least(variable, min(values))
        self.at_most(variable, max(values))
        for value in self.values(variable):
            if value not in values:
                self.remove(variable, value)

    def narrow(self, name: str, interval: Interval) -> None:
        """Leave an interval of a real unknown."""
        before = self.reals[name]
        self.reals[name] = interval
        if (interval.is_bounded and not before.is_bounded) or interval.high - interval.low < SHRINKS * (
            before.high - before.low
        ):
            self.changed.add(name)

    def _settle(self, variable: int) -> None:
        """Bring the ends to values that are left, and note the change."""
        self.changed.add(variable)
        bits = self.bits[variable]
        low, high = self.low[variable], self.high[variable]
        if low > high or bits == 0:
            raise Empty
        if bits is not None:
            self.low[variable] = self.base[variable] + (bits & -bits).bit_length() - 1
            self.high[variable] = self.base[variable] + bits.bit_length() - 1
        elif self.size(variable) <= MASKED:
            self.bits[variable] = (1 << int(high - low + 1)) - 1
            self.base[variable] = int(low)
