"""Small whole numbers hidden in long decimals: fractions, integer relations, minimal polynomials.

A fraction comes from the continued fraction of the number, an integer relation from a short vector of a lattice
(Lenstra, Lenstra and Lovász 1982). A lattice of n numbers known to d digits has vectors with about d/n digits
by accident; only those with far fewer are relations.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import gcd, isqrt
from typing import Final

from flint import arb, fmpq, fmpz, fmpz_mat

DIGITS: Final = 60  # of the numbers that go into a lattice
SIMPLE: Final = 16  # digits of all coefficients of a relation together
SIMPLE_FRACTION: Final = 20  # digits of numerator and denominator together


def fraction(value: arb) -> fmpq | None:
    """Return the simple fraction that `value` agrees with to 60 digits, or None if there is none."""
    number = value.mid().fmpq()
    tolerance = abs(number) / 10**DIGITS
    limit = 10**SIMPLE_FRACTION
    above, below = int(number.p), int(number.q)
    p, p_before, q, q_before = 1, 0, 0, 1  # convergents p/q
    while below:
        whole, rest = divmod(above, below)
        p, p_before = whole * p + p_before, p
        q, q_before = whole * q + q_before, q
        if abs(p) * q > limit:
            return None
        found = fmpq(p, q)
        if abs(found - number) <= tolerance:
            return found
        above, below = below, rest
    return None


def relation(values: Sequence[arb]) -> list[int] | None:
    """Return small integers c with c[0] > 0 and Σ c[k] values[k] = 0 to 60 digits, or None."""
    if not all(value.is_finite() for value in values):
        return None
    scale = _scale(values)
    return _simple(fmpz_mat(_rows(values, scale)).lll().tolist()[0])


@dataclass(frozen=True, slots=True)
class Lattice:
    """Constants among which relations are sought, for one number after another.

    Attributes:
        basis: A reduced basis of their lattice, which spares most of the work.
        scale: What the numbers are multiplied by.
    """

    basis: Sequence[Sequence[int]]
    scale: arb

    def relation(self, value: arb) -> list[int] | None:
        """Return what `relation` returns for a number followed by the constants."""
        if not value.is_finite():
            return None
        count = len(self.basis)
        own = [1, *(0 for _ in range(count)), (value * self.scale).mid().floor().unique_fmpz()]
        return _simple(fmpz_mat([*([0, *row] for row in self.basis), own]).lll().tolist()[0])


def lattice(constants: Sequence[arb]) -> Lattice:
    """Return the lattice of some constants."""
    scale = _scale(constants)
    return Lattice(fmpz_mat(_rows(constants, scale)).lll().tolist(), scale)


def _scale(values: Sequence[arb]) -> arb:
    return arb(10) ** DIGITS / max((abs(value) for value in values), key=float).mid()


def _rows(values: Sequence[arb], scale: arb) -> list[list[int]]:
    count = len(values)
    return [
        [*(int(i == k) for i in range(count)), (value * scale).mid().floor().unique_fmpz()]
        for k, value in enumerate(values)
    ]


def _simple(shortest: Sequence[fmpz]) -> list[int] | None:
    """Return the coefficients of the shortest vector of a lattice if they are those of a relation."""
    *numbers, rest = shortest
    coefficients = [int(c) for c in numbers]
    size = sum(len(str(abs(c))) for c in coefficients if c)
    if size > SIMPLE or coefficients[0] == 0 or abs(int(rest)) > sum(map(abs, coefficients)):
        return None
    return coefficients if coefficients[0] > 0 else [-c for c in coefficients]


def polynomial(value: arb, degree: int) -> list[int] | None:
    """Return small integers c, highest power first, with Σ c[k] value^(degree - k) = 0, or None."""
    found = relation([value**power for power in range(degree, -1, -1)])
    return found and [c // gcd(*found) for c in found]


def split_power(number: int, n: int) -> tuple[int, int]:
    """Return a and b with `number = a^n b`, b as small as small primes can make it."""
    outside, inside = 1, 1
    for prime, exponent in fmpz(number).factor():
        outside *= int(prime) ** (int(exponent) // n)
        inside *= int(prime) ** (int(exponent) % n)
    return outside, inside


def square_root(number: fmpq) -> fmpq | None:
    """Return the rational square root, or None."""
    if number < 0:
        return None
    p, q = isqrt(int(number.p)), isqrt(int(number.q))
    return fmpq(p, q) if p * p == number.p and q * q == number.q else None
