"""Which candidates are worth a check, and which points are one and the same."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING, Final

from flint import arb, fmpq

from eqsolve.blocks.branch import Branch
from eqsolve.evaluate import precision
from eqsolve.exact.affine import Number
from eqsolve.result import Status

if TYPE_CHECKING:
    from eqsolve.exact.ideal import Point
    from eqsolve.numeric.search import Candidates
    from eqsolve.verify.check import Checked

EXACT_BITS: Final = 400  # precision of irrational constants in the exact part
MAX_DOUBTFUL: Final = 8  # candidates without convergence that are worth a check where none converged
FEW_DOUBTFUL: Final = 2  # and where some did
ALIKE: Final = 1e-3
ROUNDED: Final = 1e-12  # of the largest unknown: what may be rounding
SIMPLEST: Final = 4  # greatest denominator of the fractions that a multiple root is looked for at
MAX_DENOMINATOR: Final = 1000  # of fractions that are seen in floating point numbers


def promising(candidates: Candidates) -> list[int]:
    """Return the lanes to check: the first, those that converged, then the best of the rest."""
    lanes = range(len(candidates.status))
    converged = [lane for lane in lanes if candidates.status[lane] is Status.CONVERGED]
    finite = [lane for lane in lanes if candidates.cost[lane] < float("inf") and lane not in converged]
    doubtful = sorted(finite, key=lambda lane: float(candidates.cost[lane]))
    return converged + doubtful[: FEW_DOUBTFUL if converged else MAX_DOUBTFUL]


def crowded_first(candidates: Candidates, lanes: Sequence[int]) -> list[int]:
    """Order lanes so that places where several ended come first: those are points, not parts of a family."""
    places: defaultdict[tuple[str, ...], list[int]] = defaultdict(list)
    for lane in lanes:
        places[tuple(f"{value + 0.0:.5g}" for value in candidates.x[:, lane].tolist())].append(lane)
    return [group[0] for group in sorted(places.values(), key=len, reverse=True)]


def near(x: Sequence[float], root: Sequence[float], checked: Checked) -> bool:
    """Tell whether a candidate is so close to a root, or to a family, that it must be the same one.

    Candidates that agree with a family in all that is determined there are taken for members of it.
    """
    if checked.free and not checked.determined:
        return False
    columns = [
        k for k, unknown in enumerate(checked.values) if not checked.free or unknown in checked.determined
    ]
    tolerance = 1e-6 if checked.free else max(1e-9, 10 * 1e-16 ** (1 / checked.multiplicity))
    size = max(map(abs, root), default=0.0)
    return all(
        abs(x[k] - root[k]) <= tolerance * max(abs(root[k]), (1.0 if checked.free else 1e-6) * size)
        for k in columns
    )


def close(x: Sequence[float], other: Sequence[float]) -> bool:
    """Tell whether two candidates are in one place, at the end of roads to the same multiple root, or to none."""
    size = max(map(abs, other), default=0.0)
    return all(abs(a - b) <= ALIKE * max(abs(b), ALIKE * size) for a, b in zip(x, other, strict=True))


def rounded(point: Sequence[float]) -> list[arb]:
    """Return the point of simple fractions nearby, as exact numbers.

    At a multiple root of high order a search stops a good way off; a simple point there may be the root itself.
    """
    with precision(EXACT_BITS):
        fractions = [Fraction(value).limit_denominator(SIMPLEST) for value in point]
        return [arb(fmpq(value.numerator, value.denominator)) for value in fractions]


def snapped(point: Sequence[float]) -> list[float | arb]:
    """Return a point with the simple fractions that are there but for rounding."""
    reach = ROUNDED * max(map(abs, point))
    near = [Fraction(value).limit_denominator(MAX_DENOMINATOR) for value in point]
    with precision(EXACT_BITS):
        return [
            arb(fmpq(fraction.numerator, fraction.denominator)) if abs(fraction - value) <= reach else value
            for fraction, value in zip(near, point, strict=True)
        ]


def same(a: Checked, b: Checked) -> bool:
    """Tell whether two points are the same, or of families that look the same."""
    if a.free != b.free or a.determined != b.determined:
        return False
    size = max((abs(value) for value in a.values.values()), key=float, default=arb(0))
    return all(
        abs(a.values[unknown] - b.values[unknown])
        <= arb("1e-20") * max(abs(a.values[unknown]), size, key=float)
        for unknown in (a.determined if a.free else a.values)
    )


def agrees(root: Mapping[int, arb], branch: Branch) -> bool:
    """Tell whether a root is the one that a branch has added."""
    size = max((abs(value) for value in root.values()), key=float, default=arb(0))
    return all(
        abs(value - branch.values[k]) <= arb("1e-20") * max(abs(value), size, key=float)
        for k, value in root.items()
    )


def exactly_as(checked: Checked, point: Point) -> Checked | None:
    """Return a checked point with the values and enclosures of the exact one next to it, None if it went astray."""
    size = max((abs(arb(root.value)) for root in point), key=float)
    values: dict[int, Number] = {}
    for (unknown, value), root in zip(checked.values.items(), point, strict=True):
        if not abs(value - arb(root.value)) <= arb("1e-35") * size:
            return None
        values[unknown] = root.value if isinstance(root.value, fmpq) else value
    enclosures = {unknown: root.value for unknown, root in zip(values, point, strict=True)}
    multiplicity = point[0].multiplicity or checked.multiplicity
    return replace(checked, values=values, enclosures=enclosures, multiplicity=multiplicity)
