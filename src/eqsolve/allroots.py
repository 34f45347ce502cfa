"""All complex solutions of a block of polynomials, by following paths."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Final, Protocol, TypeAlias

from flint import acb, arb

from eqsolve.evaluate import nearest, precision
from eqsolve.exact.affine import Number
from eqsolve.exact.sparse import Terms, polynomial
from eqsolve.problem.model import Problem
from eqsolve.result import Observer

if TYPE_CHECKING:
    from eqsolve.paths.homotopy import Ends
    from eqsolve.paths.mixed_cells import Cells
    from eqsolve.structure.analyse import Block

Coefficients: TypeAlias = Mapping[tuple[int, ...], complex]  # by exponents

MAX_UNKNOWNS: Final = 12
MAX_PATHS: Final = 2048
MAX_DEGREES: Final = 100_000  # product of the degrees, up to which mixed cells are looked for
ATTEMPTS: Final = 3  # to find mixed cells
CHEAP_PATHS: Final = 64  # that take no longer than a search
BITS: Final = 400
SMALLEST: Final = 1e-100  # coefficient
LARGEST: Final = 1e100
EXACT: Final = 2.0**-60  # relative radius of a coefficient that is as good as exact beside a rounding


class FindEnds(Protocol):
    """Finds the ends of the paths to all complex solutions of a block; see `all_ends`."""

    def __call__(
        self,
        problem: Problem,
        block: Block,
        known: Mapping[int, Number],
        /,
        *,
        counts: range,
        seed: int,
        deadline: float,
        observer: Observer | None,
    ) -> Ends | None:
        """Return the ends, None if there are none of those numbers of paths."""


def all_ends(
    problem: Problem,
    block: Block,
    known: Mapping[int, Number],
    *,
    counts: range,
    seed: int,
    deadline: float,
    observer: Observer | None,
) -> Ends | None:
    """Return where the paths to all complex solutions of a block end, if their number is one of `counts`.

    Returns:
        None if the block is not square, an equation is no quotient of polynomials, or there are other numbers of
        paths.
    """
    if len(block.equations) != len(block.unknowns) or len(block.unknowns) > MAX_UNKNOWNS:
        return None
    names = [problem.unknowns[k].name for k in block.unknowns]
    values = {problem.unknowns[k].name: value for k, value in known.items()}
    polynomials = []
    with precision(BITS):
        for position in block.equations:
            equation = problem.equations[position]
            terms = polynomial(equation.left, equation.right, names, values)
            rounded = None if terms is None else _rounded(terms)
            if rounded is None:
                return None
            polynomials.append(rounded)
    return follow(polynomials, counts=counts, seed=seed, deadline=deadline, observer=observer)


def follow(
    polynomials: Sequence[Coefficients],
    *,
    counts: range,
    seed: int,
    deadline: float,
    observer: Observer | None,
) -> Ends | None:
    """Return where the paths to all complex solutions of polynomials end, if their number is one of `counts`."""
    paths = math.prod(max(map(sum, terms), default=0) for terms in polynomials)
    if not 0 < paths <= MAX_DEGREES:
        return None
    cells = _fewer(polynomials, paths, seed=seed, deadline=deadline)
    if (paths if cells is None else cells.volume) not in counts:
        return None
    from eqsolve.paths.homotopy import complex_ends

    return complex_ends(polynomials, cells=cells, seed=seed, deadline=deadline, observer=observer)


def _fewer(polynomials: Sequence[Coefficients], paths: int, *, seed: int, deadline: float) -> Cells | None:
    """Return mixed cells if they give fewer paths, at least one."""
    from eqsolve.paths.mixed_cells import NotGenericError, mixed_cells

    origin = (0,) * len(polynomials)
    supports = [list(dict.fromkeys([*terms, origin])) for terms in polynomials]
    for attempt in range(ATTEMPTS):
        try:
            cells = mixed_cells(supports, seed=seed + attempt, deadline=deadline)
        except NotGenericError:
            continue
        except TimeoutError:
            return None
        return cells if 0 < cells.volume < paths else None
    return None


def _rounded(terms: Terms) -> Coefficients | None:
    """Return coefficients as floating point numbers; None if they do not fit."""
    result = {}
    for key, value in terms.items():
        number = as_good_as_exact(acb(arb(value)))
        if number is None:
            return None
        result[key] = number
    return result


def as_good_as_exact(value: acb) -> complex | None:
    """Return a coefficient as a floating point number, right to one rounding; None if that is not known, or zero."""
    size = abs(value)
    number = complex(nearest(value.real), nearest(value.imag))
    fits = value.real.rad() <= size * EXACT and value.imag.rad() <= size * EXACT
    return number if fits and SMALLEST < abs(number) < LARGEST else None


def account(ends: Ends, real: int, *, lost: bool, late: bool) -> str:
    """Say in words what the paths gave.

    Args:
        ends: Where they ended.
        real: How many of the ends are real solutions.
        lost: Whether some ends stand for several real solutions, or for none.
        late: Whether there was no time to look at all of them.
    """
    distinct = len(ends.multiplicity)
    among = "" if real == distinct else f"{real} real among "
    parts = [f"{among}{distinct} distinct complex solutions of {ends.paths} paths"]
    if ends.infinite:
        parts.append(f"{ends.infinite} paths go to infinity")
    if ends.failed:
        parts.append(f"{ends.failed} were not followed to their end")
    if lost:
        parts.append("several end close together, where a search went on")
    text = ", ".join(parts)
    missing = late or lost or bool(ends.failed) or ends.suspicious
    return f"{text}; there may be others" if missing else f"{text}; that these are all is not proved"
