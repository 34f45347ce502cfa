"""Exact forms of numbers: `7/3`, `(1 + sqrt(5))/2`, `2*pi/3`, `ln(2)/ln(3)`.

A number of a hundred digits agrees with a form of a few digits only if it is that form: by accident, forms with
k digits of information match about k digits. A form is returned only if it reads back from the language, agrees
to all hundred digits, and holds at most a third of that information.

Each *kind* of form is one function from the number to candidates; kinds with logarithms or angles are tried only
where the equations have something of that sort.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from typing import Final, TypeAlias

from flint import arb, fmpq, fmpz

from eqsolve.evaluate import number, precision
from eqsolve.exact.relations import Lattice, fraction, lattice, polynomial, split_power, square_root
from eqsolve.language.parser import parse_expression
from eqsolve.language.printer import number_text
from eqsolve.source import Source

BITS: Final = 400
MATCHED: Final = 100  # digits that a form must share with the number
INFORMATION: Final = 30  # digits that a form may hold at most
WHOLE: Final = 15  # digits up to which a whole number is shown without a sum
SMALL_PRIMES: Final = frozenset({2, 3, 5, 7, 11, 13})
MOST_PRIMES: Final = 3  # of the problem's own
LARGEST_PRIME: Final = 10_000
MOST_BASES: Final = 4
LARGEST: Final = arb(10) ** 40  # numbers beyond are not looked at


@dataclass(frozen=True, slots=True)
class Hints:
    """What the equations speak of.

    Attributes:
        angles: Whether pi, or a function that has to do with it, occurs.
        exponentials: Whether exp, logarithms or powers with unknown exponents occur.
        trigonometric: Whether sine and the like, or their inverses, occur.
        constants: Rational numbers in them.
    """

    angles: bool = True
    exponentials: bool = True
    trigonometric: bool = True
    constants: frozenset[fmpq] = frozenset()

    def primes(self) -> list[int]:
        """Return the primes that logarithms may be of."""
        own: set[int] = set()
        for constant in self.constants:
            for part in (constant.p, constant.q):
                if 1 < abs(part) < LARGEST_PRIME:
                    own |= {int(prime) for prime, _ in fmpz(abs(part)).factor()}
        return sorted({*sorted(own - SMALL_PRIMES)[:MOST_PRIMES], *SMALL_PRIMES})

    def bases(self) -> list[fmpq]:
        """Return the numbers that a logarithm may be to the base of."""
        usable = (c for c in self.constants if c > 0 and c != 1 and max(c.p, c.q) < 10**6)
        own = sorted((max(c, 1 / c) for c in usable), key=float)
        return list(dict.fromkeys([*own[:MOST_BASES], fmpq(2), fmpq(3), fmpq(10)]))


Kind: TypeAlias = "Callable[[arb, Hints], Iterator[str | None]]"


def recognise(value: arb, hints: Hints | None = None, deadline: float | None = None) -> str | None:
    """Return an exact form of a number in the language, or None.

    Args:
        value: The number, good to more than 100 digits.
        hints: What the equations speak of; without it all kinds of forms are tried.
        deadline: When to give up, as `time.thread_time()` tells the time.
    """
    hints = hints or Hints()
    with precision(BITS):
        if value.is_zero():
            return "0"
        if not value.is_finite() or not 1 / LARGEST < abs(value) < LARGEST:
            return None
        for kind, wanted in _KINDS:
            if deadline is not None and time.thread_time() > deadline:
                return None
            if wanted is None or wanted(hints):
                for form in kind(value, hints):
                    if form is not None and agrees(form, value):
                        return form
    return None


def agrees(form: str, value: arb) -> bool:
    """Tell whether a form is simple and shares all digits with a number."""
    if information(form) > INFORMATION:
        return False
    with precision(BITS):
        ball = number(parse_expression(Source(form)))
        if ball.issue is not None or not ball.value.is_finite():
            return False
        return bool(abs(ball.value - value).abs_upper() <= abs(value) * arb(10) ** -MATCHED)


def information(form: str) -> int:
    """Return how many digits a form holds: those of its numbers, and two for each word or sign."""
    return sum(map(str.isdigit, form)) + 2 * len(re.findall(r"[a-z]+|[-+*/^]", form))


# writing -----------------------------------------------------------------------------------------------


def times(factor: fmpq, what: str) -> str:
    """Write a rational multiple: `2*pi/3`, `-sqrt(2)`, `pi`, `3/2` (of `1`), `0`."""
    above, below = int(factor.p), int(factor.q)
    if above == 0:
        return "0"
    if what == "1":
        return str(above) if below == 1 else f"{above}/{below}"
    sign = "-" if above < 0 else ""
    product = what if abs(above) == 1 else f"{abs(above)}*{what}"
    return f"{sign}{product}" if below == 1 else f"{sign}{product}/{below}"


def plus(*terms: str) -> str:
    """Write a sum, a positive term first if there is one."""
    ordered = sorted((term for term in terms if term != "0"), key=lambda term: term.startswith("-"))
    if not ordered:
        return "0"
    return ordered[0] + "".join(f" - {t[1:]}" if t.startswith("-") else f" + {t}" for t in ordered[1:])


def root(number: fmpq, n: int) -> str:
    """Write the n-th root of a positive rational: `3*sqrt(2)/2`, `cbrt(2)`, `root(2, 5)`."""
    below = int(number.q)
    outside, inside = split_power(int(number.p) * below ** (n - 1), n)
    name = {2: "sqrt({})", 3: "cbrt({})"}.get(n, "root({}, " + str(n) + ")")
    tidy = times(fmpq(outside, below), "1" if inside == 1 else name.format(inside))
    plain = name.format(number)
    return tidy if information(tidy) <= information(plain) + 6 else plain


def surd(p: fmpq, q: fmpq, inside: str) -> str:
    """Write p + q·inside over one denominator: `(1 + sqrt(5))/2`."""
    below = int(p.q.lcm(q.q))
    above = plus(times(p * below, "1"), times(q * below, inside))
    return above if below == 1 else f"({above})/{below}"


# algebraic numbers -------------------------------------------------------------------------------------


def _rational(value: arb, _: Hints) -> Iterator[str | None]:
    found = fraction(value)
    yield None if found is None else str(found)


def quadratic(value: arb) -> tuple[fmpq, fmpq, int] | None:
    """Return p, q and a square-free r with `value = p + q sqrt(r)`, or None."""
    found = polynomial(value, 2)
    if found is None or found[0] == 0:
        return None
    a, b, c = found
    discriminant = b * b - 4 * a * c
    if discriminant <= 0:
        return None
    outside, inside = split_power(discriminant, 2)
    p = fmpq(-b, 2 * a)
    sign = 1 if value > arb(p) else -1
    return p, fmpq(sign * outside, 2 * a), inside


def _surd(value: arb) -> str | None:
    found = quadratic(value)
    if found is None:
        return None
    p, q, r = found
    if p == 0:
        return ("-" if q < 0 else "") + root(q * q * r, 2)
    return surd(p, q, f"sqrt({r})")


def _quadratic(value: arb, _: Hints) -> Iterator[str | None]:
    yield _surd(value)


def _pure_root(value: arb, _: Hints) -> Iterator[str | None]:
    sign = "-" if value < 0 else ""
    for n in (3, 4, 5, 6):
        power = fraction(abs(value) ** n)
        if power is not None:
            yield sign + root(power, n)


def _nested(value: arb, _: Hints) -> Iterator[str | None]:
    """`sqrt(2) + sqrt(3)`, `sqrt((1 + sqrt(5))/2)`."""
    found = quadratic(value**2)
    if found is None:
        return
    sign = "-" if value < 0 else ""
    p, q, r = found
    norm = square_root(p * p - q * q * r)
    if norm is not None and p - norm > 0:
        signs = ("-" if (q > 0) != (value > 0) else "", "" if value > 0 else "-")
        yield plus(signs[0] + root((p - norm) / 2, 2), signs[1] + root((p + norm) / 2, 2))
        return
    outside = square_root(fmpq(1, p.q.lcm(q.q))) or fmpq(1)
    yield sign + times(outside, f"sqrt({surd(p / outside**2, q / outside**2, f'sqrt({r})')})")


def _shifted_cube_root(value: arb, _: Hints) -> Iterator[str | None]:
    """`1 + cbrt(2)`: the cubic becomes a pure one when its quadratic term is shifted away."""
    found = polynomial(value, 3)
    if found is None or found[0] == 0:
        return
    a, b, c, d = map(fmpq, found)
    shift = -b / (3 * a)
    if 3 * a * shift**2 + 2 * b * shift + c != 0:
        return
    cube = -(a * shift**3 + b * shift**2 + c * shift + d) / a
    if cube != 0:
        sign = "-" if cube < 0 else ""
        yield plus(times(shift, "1"), sign + root(abs(cube), 3))


# pi, exp and ln ----------------------------------------------------------------------------------------


@lru_cache(maxsize=64)
def _lattice(pi: str, primes: tuple[int, ...]) -> Lattice:
    """Return the lattice of 1, pi (or its logarithm, or nothing), and logarithms of primes, at the precision in use."""
    between = {"pi": [arb.pi()], "ln(pi)": [arb.pi().log()], "": []}[pi]
    return lattice([arb(1), *between, *(arb(prime).log() for prime in primes)])


def _angle(value: arb, _: Hints) -> Iterator[str | None]:
    found = _lattice("pi", ()).relation(value)
    if found is not None:
        yield _combined(found, [2])


def _combined(found: Sequence[int], primes: Sequence[int]) -> str:
    """Write a relation between the value, 1, pi, and logarithms of primes."""
    own, whole, pi, *logarithms = found
    terms = [times(fmpq(-whole, own), "1"), times(fmpq(-pi, own), "pi")]
    return plus(*terms, _logarithm([fmpq(-c, own) for c in logarithms], primes))


def _logarithm(factors: Sequence[fmpq], primes: Sequence[int]) -> str:
    """Write Σ factors[k] ln(primes[k]) as one logarithm."""
    factor = fmpq(0)
    for c in factors:
        factor = fmpq(fmpz(factor.p * c.q).gcd(c.p * factor.q), factor.q * c.q)
    if factor == 0:
        return "0"
    inside = fmpq(1)
    for c, prime in zip(factors, primes, strict=False):
        power = c / factor
        if abs(power) > 64:
            return "0"
        inside *= fmpq(prime) ** int(power.p)
    return times(factor, f"ln({inside})") if inside > 1 else times(-factor, f"ln({1 / inside})")


def _sum(value: arb, hints: Hints) -> Iterator[str | None]:
    """`ln(3)/2`, `1 + ln(2)`, `pi/2 - 1`."""
    primes = hints.primes()
    constants = _lattice("pi", tuple(primes))
    found = constants.relation(value)
    if found is not None:
        yield _combined(found, primes)
    found = constants.relation(value**2)
    if found is not None and any(found[3:]):
        sign = "-" if value < 0 else ""
        yield f"{sign}sqrt({_combined(found, primes)})"


def _product(value: arb, hints: Hints) -> Iterator[str | None]:
    """`sqrt(2)*pi/4`, `2*exp(3)`, `sqrt(pi)/2`: a relation between logarithms."""
    primes = hints.primes()
    found = _lattice("ln(pi)", tuple(primes)).relation(abs(value).log())
    if found is None:
        return
    own, exponent, pi, *rest = found
    power = fmpq(-pi, own)
    if power.q > 2 or abs(power) > 4 or any(fmpq(c, own).q > 2 for c in rest):
        return
    outside, inside = fmpq(1), 1
    for c, prime in zip(rest, primes, strict=True):
        exponent_of_prime = fmpq(-c, own)
        whole = exponent_of_prime.floor()
        outside *= fmpq(prime) ** int(whole)
        inside *= prime if exponent_of_prime.q == 2 else 1
    yield _assembled(value < 0, outside, inside, power, fmpq(-exponent, own))


def _assembled(negative: bool, outside: fmpq, inside: int, pi: fmpq, exponent: fmpq) -> str:
    above = [str(outside.p)] * (outside.p != 1)
    below = [str(outside.q)] * (outside.q != 1)
    roots = [str(inside)] * (inside != 1)
    if pi.q == 2 and pi > 0:
        roots.append("pi")
    if roots:
        above.append(f"sqrt({'*'.join(roots)})")
    if pi.q == 2 and pi < 0:
        below.append("sqrt(pi)")
    whole = (abs(pi)).floor()
    if whole:
        (above if pi > 0 else below).append("pi" if whole == 1 else f"pi^{whole}")
    if exponent != 0:
        above.append(f"exp({exponent})")
    text = "*".join(above) or "1"
    if below:
        text += f"/({'*'.join(below)})" if len(below) > 1 else f"/{below[0]}"
    return f"-{text}" if negative else text


def _power(value: arb, _: Hints) -> Iterator[str | None]:
    """`exp(sqrt(2))`, `ln(1 + sqrt(2))`, `ln(101)/2`."""
    if abs(value) < 50:
        for n in (1, 2):
            inside = (n * value).exp()
            found = fraction(inside)
            text = str(found) if found is not None else _surd(inside)
            if text is not None:
                yield times(fmpq(1, n), f"ln({text})")
    text = _surd(abs(value).log())
    if text is not None:
        yield f"{'-' if value < 0 else ''}exp({text})"


def _quotient(value: arb, hints: Hints) -> Iterator[str | None]:
    """`ln(2)/ln(3)`, `1/ln(2)`."""
    primes = hints.primes()
    constants = _lattice("", tuple(primes))
    for base in hints.bases():
        below = arb(base).log()
        found = constants.relation(value * below)
        if found is None:
            continue
        own, whole, *rest = found
        above = plus(times(fmpq(-whole, own), "1"), _logarithm([fmpq(-c, own) for c in rest], primes))
        single = re.fullmatch(r"-?[\w*]*(\([^()]*\))?", above)
        below_text = f"ln({_decimal(base)})"
        yield f"{above}/{below_text}" if single else f"({above})/{below_text}"


def _decimal(base: fmpq) -> str:
    """Write a base as it was most likely written: `1.05` rather than `21/20`."""
    text = number_text(Fraction(int(base.p), int(base.q)))
    return str(base) if "/" in text or "e" in text else text


# angles ------------------------------------------------------------------------------------------------


def _inverse(value: arb, _: Hints) -> Iterator[str | None]:
    """`asin(1/3)`, `pi - atan(2)`, `acos(1/3)/2`."""
    if abs(value) > 20:
        return
    for n in (1, 2):
        angle = n * value
        inverses = (("asin", abs(angle.sin())), ("acos", angle.cos()), ("atan", abs(angle.tan())))
        for simple in (_fraction_text, _surd):
            for name, inside in inverses:
                text = simple(inside)
                if text is not None:
                    yield _turned(f"{name}({text})", angle, n)


def _fraction_text(value: arb) -> str | None:
    found = fraction(value)
    return None if found is None else str(found)


def _turned(text: str, angle: arb, n: int) -> str | None:
    """Write `angle/n` as plus or minus an inverse function and a multiple of pi."""
    principal = number(parse_expression(Source(text))).value
    for sign in (1, -1):
        turns = (angle - sign * principal) / arb.pi()
        nearest = (turns + arb("0.5")).floor().mid()
        if abs(turns - nearest) < arb("1e-50"):
            k = fmpq(nearest.unique_fmpz())
            return plus(times(fmpq(sign, n), text), times(k / n, "pi")) if k else times(fmpq(sign, n), text)
    return None


def _of_angle(value: arb, _: Hints) -> Iterator[str | None]:
    """`sin(1)`, `cos(2)`, `tan(1/2)`."""
    inverses = [("tan", value.atan(), arb.pi())]
    if abs(value) < 1:
        inverses += [("sin", value.asin(), arb.pi()), ("cos", value.acos(), 2 * arb.pi())]
    for name, angle, turn in inverses:
        for candidate in (angle, turn - angle):
            found = fraction(candidate)
            if found is not None:
                yield f"{name}({found})" if found > 0 else f"-{name}({-found})"


_KINDS: Final[Sequence[tuple[Kind, Callable[[Hints], bool] | None]]] = (
    (_rational, None),
    (_quadratic, None),
    (_pure_root, None),
    (_nested, None),
    (_shifted_cube_root, None),
    (_angle, lambda hints: hints.angles),
    (_sum, lambda hints: hints.exponentials),
    (_product, lambda hints: hints.angles or hints.exponentials),
    (_power, lambda hints: hints.exponentials),
    (_quotient, lambda hints: hints.exponentials),
    (_inverse, lambda hints: hints.trigonometric),
    (_of_angle, lambda hints: hints.trigonometric),
)
