"""Paths to all solutions of complex polynomials, for a block in which they stand in real and imaginary parts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from flint import acb, arb, fmpq

from eqsolve.allroots import BITS, MAX_UNKNOWNS, Coefficients, all_ends, as_good_as_exact, follow
from eqsolve.evaluate import precision
from eqsolve.exact.affine import Number
from eqsolve.exact.sparse import polynomial
from eqsolve.functions import IMAGINARY
from eqsolve.plane.split import parts_of
from eqsolve.problem.model import Problem
from eqsolve.result import Observer

if TYPE_CHECKING:
    from eqsolve.paths.homotopy import Ends
    from eqsolve.structure.analyse import Block


class PathsInParts:
    """Finds the ends of paths of a problem in parts: those of the complex polynomials, where they are that."""

    def __init__(self, whole: Problem) -> None:
        self.whole = whole

    def __call__(
        self,
        parts: Problem,
        block: Block,
        known: Mapping[int, Number],
        *,
        counts: range,
        seed: int,
        deadline: float,
        observer: Observer | None,
    ) -> Ends | None:
        """Return the ends, a real number for each part; as `all_ends` does of real polynomials.

        A solution in parts is real, whatever it is a part of: no end is called complex.
        """
        chosen = self._complex_unknowns(parts, block)
        with precision(BITS):
            polynomials = None if chosen is None else self._polynomials(parts, block, chosen, known)
        if chosen is None or polynomials is None:
            return all_ends(
                parts, block, known, counts=counts, seed=seed, deadline=deadline, observer=observer
            )
        ends = follow(polynomials, counts=counts, seed=seed, deadline=deadline, observer=observer)
        if ends is None:
            return None
        import torch

        order = {name: k for k, u in enumerate(chosen) for name in parts_of(self.whole.unknowns[u])}
        rows = []
        for position in block.unknowns:
            name = parts.unknowns[position].name
            own = ends.x[order[name]]
            rows.append(
                own.imag if name == parts_of(self.whole.unknowns[chosen[order[name]]])[1] else own.real
            )
        x = torch.stack(rows).to(ends.x.dtype)
        return replace(ends, x=x, real=(True,) * len(ends.real))

    def _complex_unknowns(self, parts: Problem, block: Block) -> list[int] | None:
        """Return the complex unknowns whose parts are those of a block, None if there are others."""
        own = {parts.unknowns[k].name for k in block.unknowns}
        chosen = [
            k
            for k, u in enumerate(self.whole.unknowns)
            if u.kind == "complex" and own.issuperset(parts_of(u))
        ]
        fits = 2 * len(chosen) == len(own) == len(block.equations) and len(chosen) <= MAX_UNKNOWNS
        return chosen if fits else None

    def _polynomials(
        self, parts: Problem, block: Block, chosen: Sequence[int], known: Mapping[int, Number]
    ) -> list[Coefficients] | None:
        """Return the complex polynomials whose parts are the equations of a block, None if they are something else."""
        places = [(e.line, e.span) for e in self.whole.equations]
        own = [(parts.equations[k].line, parts.equations[k].span) for k in block.equations]
        if len(set(places)) < len(places) or any(own.count(place) != 2 for place in own):
            return None
        values = {parts.unknowns[k].name: value for k, value in known.items()}
        others = [
            u
            for k, u in enumerate(self.whole.unknowns)
            if k not in chosen and all(name in values for name in parts_of(u))
        ]
        names = [*(self.whole.unknowns[k].name for k in chosen), *(u.name for u in others), IMAGINARY]
        fixed = [_complex([values[name] for name in parts_of(u)]) for u in others]
        found = []
        for place in dict.fromkeys(own):
            equation = self.whole.equations[places.index(place)]
            terms = polynomial(equation.left, equation.right, names, {})
            folded = None if terms is None else _folded(terms, len(chosen), fixed)
            if folded is None:
                return None
            found.append(folded)
        return found


def _complex(parts: Sequence[Number]) -> acb:
    return acb(*(arb(part) for part in parts))


def _folded(terms: Mapping[tuple[int, ...], Number], n: int, fixed: Sequence[acb]) -> Coefficients | None:
    """Put in the values of all but the first n unknowns, the last of which is the imaginary unit."""
    exact: dict[tuple[int, ...], list[Number]] = defaultdict(lambda: [fmpq(0), fmpq(0)])
    for key, value in terms.items():
        turns = key[-1] % 4
        exact[key[:-1]][turns % 2] += value if turns < 2 else -value
    folded: dict[tuple[int, ...], acb] = defaultdict(lambda: acb(0))
    for key, pair in exact.items():
        if all(part == 0 for part in pair):
            continue
        value = _complex(pair)
        for base, exponent in zip(fixed, key[n:], strict=True):
            value *= base**exponent
        folded[key[:n]] += value
    rounded = {}
    for key, value in folded.items():
        number = as_good_as_exact(value)
        if number is None:
            return None
        rounded[key] = number
    return rounded
