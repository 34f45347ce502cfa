"""What strikes out values: each propagator narrows the domains to what one condition leaves.

References:
    Apt (2003), Principles of Constraint Programming, chapters 6 and 7 (linear equations, bounds consistency).
    Puget (1998), A fast algorithm for the bound consistency of alldiff constraints, AAAI (Hall intervals).
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Final, Protocol

from flint import fmpq

from eqsolve.evaluate import exact, precision
from eqsolve.language.interpret import Tape
from eqsolve.language.syntax import Expression
from eqsolve.proof.contract import contract
from eqsolve.proof.interval import REALS, Interval, from_fraction
from eqsolve.proof.ranges import Ranges
from eqsolve.whole.domains import Domains, Empty, End, is_infinite
from eqsolve.whole.exactly import truth

TRIED: Final = 32  # values of the last open variable that are tried one by one
ROOT_BITS: Final = 200


class Propagator(Protocol):
    """One condition; `line` says which line of the text it comes from (an index, None for a helper)."""

    @property
    def variables(self) -> tuple[int, ...]:
        """The variables that it narrows, and is to be run again for."""
        ...

    @property
    def reals(self) -> tuple[str, ...]:
        """The real unknowns that take part."""
        ...

    def run(self, domains: Domains) -> None:
        """Narrow the domains.

        Raises:
            Empty: The condition cannot hold.
        """
        ...


@dataclass(frozen=True, slots=True)
class Linear:
    """`Σ factors[j] * variables[j] + constant`, in whole numbers, is zero (`=`), not zero (`!=`) or `<=` zero."""

    variables: tuple[int, ...]
    factors: tuple[int, ...]
    constant: int
    operator: str

    @property
    def reals(self) -> tuple[str, ...]:
        """No real unknowns."""
        return ()

    def run(self, domains: Domains) -> None:
        """Narrow each variable to what the bounds of the others leave."""
        if self.operator == "!=":
            self._unequal(domains)
            return
        self._below(domains, self.factors, self.constant)
        if self.operator == "=":
            self._below(domains, tuple(-a for a in self.factors), -self.constant)
            self._divisible(domains)

    def _below(self, domains: Domains, factors: tuple[int, ...], constant: int) -> None:
        least, infinite = constant, 0
        ends: list[End] = []
        for variable, factor in zip(self.variables, factors, strict=True):
            end = domains.low[variable] if factor > 0 else domains.high[variable]
            ends.append(end)
            if is_infinite(end):
                infinite += 1
            else:
                least += factor * int(end)
        if infinite > 1:
            return
        if not infinite and least > 0:
            raise Empty
        for variable, factor, end in zip(self.variables, factors, ends, strict=True):
            if infinite and not is_infinite(end):
                continue
            room = -(least if infinite else least - factor * int(end))
            if factor > 0:
                domains.at_most(variable, room // factor)
            else:
                domains.at_least(variable, -(room // -factor))

    def _divisible(self, domains: Domains) -> None:
        """Compare the divisor of all that is open with what is fixed."""
        rest, divisor = self.constant, 0
        for variable, factor in zip(self.variables, self.factors, strict=True):
            if domains.is_fixed(variable):
                rest += factor * int(domains.low[variable])
            else:
                divisor = math.gcd(divisor, factor)
        if rest % divisor if divisor else rest:
            raise Empty

    def _unequal(self, domains: Domains) -> None:
        rest, open_at = self.constant, -1
        for position, variable in enumerate(self.variables):
            if domains.is_fixed(variable):
                rest += self.factors[position] * int(domains.low[variable])
            elif open_at >= 0:
                return
            else:
                open_at = position
        if open_at < 0:
            if rest == 0:
                raise Empty
        elif rest % self.factors[open_at] == 0:
            domains.remove(self.variables[open_at], -rest // self.factors[open_at])


@dataclass(frozen=True, slots=True)
class Distinct:
    """`variables[j] + offsets[j]` are all different."""

    variables: tuple[int, ...]
    offsets: tuple[int, ...]

    @property
    def reals(self) -> tuple[str, ...]:
        """No real unknowns."""
        return ()

    def run(self, domains: Domains) -> None:
        """Strike out values that are taken, and those that a crowded interval needs for itself."""
        taken: dict[int, int] = {}
        waiting = [j for j, variable in enumerate(self.variables) if domains.is_fixed(variable)]
        while waiting:
            j = waiting.pop()
            value = int(domains.low[self.variables[j]]) + self.offsets[j]
            if taken.setdefault(value, j) != j:
                raise Empty
            for k, variable in enumerate(self.variables):
                if k != j and not domains.is_fixed(variable):
                    domains.remove(variable, value - self.offsets[k])
                    if domains.is_fixed(variable):
                        waiting.append(k)
                elif k != j and domains.low[variable] == value - self.offsets[k]:
                    raise Empty
        self._crowded(domains)
        self._single_places(domains)

    def _crowded(self, domains: Domains) -> None:
        """Find intervals as full as they can be, and keep the others out of them."""
        spans = [
            (domains.low[v] + shift, domains.high[v] + shift)
            for v, shift in zip(self.variables, self.offsets, strict=True)
        ]
        for low in {low for low, _ in spans}:
            inside = sorted(high for a, high in spans if a >= low)
            for count, high in enumerate(inside, start=1):
                room = high - low + 1
                if room < count:
                    raise Empty
                if room == count and count < len(spans):
                    self._keep_out(domains, spans, low, high)

    def _keep_out(self, domains: Domains, spans: Sequence[tuple[End, End]], low: End, high: End) -> None:
        for (a, b), variable, shift in zip(spans, self.variables, self.offsets, strict=True):
            if a >= low and b <= high:
                continue
            if a >= low:
                domains.at_least(variable, high + 1 - shift)
            elif b <= high:
                domains.at_most(variable, low - 1 - shift)

    def _single_places(self, domains: Domains) -> None:
        """Where there are as many values as variables, each value is needed: give it its only place."""
        places: dict[int, list[int]] = {}
        for j, variable in enumerate(self.variables):
            values = domains.values(variable)
            if not values:
                return
            for value in values:
                places.setdefault(value + self.offsets[j], []).append(j)
        if len(places) < len(self.variables):
            raise Empty
        if len(places) > len(self.variables):
            return
        for value, found in places.items():
            if len(found) == 1:
                domains.fix(self.variables[found[0]], value - self.offsets[found[0]])


@dataclass(frozen=True, slots=True)
class General:
    """Any other condition, by intervals; exactly where one variable or none is open.

    Attributes:
        variables: The whole variables in it.
        names: Their names.
        scales: What each is divided by.
        reals: The real unknowns in it, and a slack for an inequality.
        sides: Left and right.
        operator: How they compare.
        difference: The tape of left - right.
        balance: The tape of what is zero where the condition holds; None for `!=`.
        slack: Name and interval of what an inequality leaves open.
    """

    variables: tuple[int, ...]
    names: tuple[str, ...]
    scales: tuple[int, ...]
    reals: tuple[str, ...]
    sides: tuple[Expression, Expression]
    operator: str
    difference: Tape
    balance: Tape | None
    slack: Mapping[str, Interval]

    def run(self, domains: Domains) -> None:
        """Narrow by the range of the condition."""
        open_at = [j for j, v in enumerate(self.variables) if not domains.is_fixed(v)]
        if not self.reals and not open_at:
            if truth(self.operator, self.difference, self._values(domains)) is False:
                raise Empty
            return
        if not self.reals and len(open_at) == 1:
            self._last_open(domains, open_at[0])
        if self.balance is not None:
            self._contract(domains, self.balance)

    def _values(self, domains: Domains) -> dict[str, Fraction]:
        return {
            name: Fraction(int(domains.low[v]), scale)
            for v, name, scale in zip(self.variables, self.names, self.scales, strict=True)
            if domains.is_fixed(v)
        }

    def _last_open(self, domains: Domains, j: int) -> None:
        """Try the values of the only variable that is open, or take the roots of a polynomial."""
        variable, known = self.variables[j], self._values(domains)
        if domains.size(variable) <= TRIED:
            for value in domains.values(variable):
                there = {**known, self.names[j]: Fraction(value, self.scales[j])}
                if truth(self.operator, self.difference, there) is False:
                    domains.remove(variable, value)
        elif self.operator == "=":
            self._roots(domains, j, known)

    def _roots(self, domains: Domains, j: int, known: Mapping[str, Fraction]) -> None:
        from eqsolve.exact.polynomial import real_roots

        values = {name: exact(value) for name, value in known.items()}
        with precision(ROOT_BITS):
            found = real_roots([self.sides], self.names[j], values)
        if found is None:
            return
        rational = [r.value * self.scales[j] for r in found.roots if isinstance(r.value, fmpq)]
        variable = self.variables[j]
        whole = {int(value.p) for value in rational if value.q == 1}
        domains.keep(variable, {v for v in whole if domains.low[variable] <= v <= domains.high[variable]})

    def _contract(self, domains: Domains, balance: Tape) -> None:
        box = dict(self.slack)
        for variable, name, scale in zip(self.variables, self.names, self.scales, strict=True):
            box[name] = spanned(domains, variable, scale)
        box.update((name, domains.reals[name]) for name in self.reals)
        narrowed = contract(balance, Ranges(box), (*self.names, *self.reals))
        if narrowed is None:
            raise Empty
        for variable, name, scale in zip(self.variables, self.names, self.scales, strict=True):
            low, high = _whole_within(narrowed[name], scale)
            domains.at_least(variable, low)
            domains.at_most(variable, high)
        for name in self.reals:
            if narrowed[name].is_empty:
                raise Empty
            domains.narrow(name, narrowed[name])


def spanned(domains: Domains, variable: int, scale: int) -> Interval:
    """Return the interval around what an unknown may be."""
    low, high = domains.low[variable], domains.high[variable]
    left = REALS if is_infinite(low) else from_fraction(Fraction(int(low), scale))
    right = REALS if is_infinite(high) else from_fraction(Fraction(int(high), scale))
    return Interval(left.low, right.high, left.low_open, right.high_open)


def _whole_within(interval: Interval, scale: int) -> tuple[End, End]:
    """Return the least and the greatest k with k/scale in an interval."""
    if interval.is_empty:
        raise Empty
    low, high = interval.low, interval.high
    if not math.isinf(low):
        exactly = Fraction(low) * scale
        low = math.ceil(exactly) + (interval.low_open and exactly.denominator == 1)
    if not math.isinf(high):
        exactly = Fraction(high) * scale
        high = math.floor(exactly) - (interval.high_open and exactly.denominator == 1)
    return low, high
