"""Gauss-Jordan elimination of sparse linear systems over exact rationals, or balls.

Columns are taken in the order of the unknowns in the text and pivots in the shortest row, so that the free
unknowns of a family are the last ones and little fills in.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flint import arb, fmpq

from eqsolve import clock
from eqsolve.exact.affine import Affine, Number


class Undecided(Exception):  # noqa: N818  (an answer, not an error)
    """A pivot ball is too wide to tell whether it is zero, or time ran out."""


@dataclass(frozen=True, slots=True)
class Eliminated:
    """A linear system in reduced row echelon form.

    Attributes:
        pivots: For each determined unknown, its value in terms of the free ones.
        redundant: Positions of rows that follow from others, each with those (not yet as few as possible).
        sources: For each determined unknown, the positions of the rows that its value rests on.
        contradiction: Positions of rows that cannot hold together (not yet as few as possible), or None.
        independent: Positions of the rows that carry the pivots.
        exact: Whether no ball was taken for zero without proof.
    """

    pivots: Mapping[int, Affine]
    sources: Mapping[int, tuple[int, ...]]
    redundant: Mapping[int, tuple[int, ...]]
    contradiction: tuple[int, ...] | None
    independent: tuple[int, ...]
    exact: bool


@dataclass(slots=True)
class _Row:
    position: int
    coefficients: dict[int, Number]
    constant: Number
    sources: int  # bit k: row k takes part in this combination


def eliminate(rows: Sequence[Affine], deadline: float | None = None) -> Eliminated:
    """Solve the linear equations `row = 0`.

    Args:
        rows: Linear forms without issues.
        deadline: Value of `clock.now()` at which to give up.

    Raises:
        Undecided: A ball is too wide to decide on a pivot, or the deadline has passed.
    """
    return _Elimination(rows, deadline).run()


class _Elimination:
    def __init__(self, forms: Sequence[Affine], deadline: float | None) -> None:
        self.deadline = deadline
        self.exact = True
        self.rows = [
            _Row(position, dict(form.coefficients), form.constant, 1 << position)
            for position, form in enumerate(forms)
        ]
        self.users: defaultdict[int, set[int]] = defaultdict(set)
        for row in self.rows:
            for column, value in row.coefficients.items():
                if isinstance(value, arb) and value.contains(0):
                    raise Undecided
                self.users[column].add(row.position)

    def run(self) -> Eliminated:
        pivots: dict[int, _Row] = {}
        waiting = {row.position for row in self.rows}
        for column in sorted(self.users, key=self._is_irrational):
            candidates = self.users[column] & waiting
            if not candidates:
                continue
            pivot = self.rows[min(candidates, key=self._length)]
            waiting.discard(pivot.position)
            pivots[column] = pivot
            self._normalise(pivot, column)
            for position in sorted(candidates - {pivot.position}):
                self._subtract(self.rows[position], pivot, column)
            self._look_at_the_clock()
        contradiction = self._contradiction(waiting)
        if contradiction is None:
            self._substitute_back(pivots)
        return Eliminated(
            {column: _solved(row, column) for column, row in pivots.items()},
            {column: _positions(row.sources) for column, row in pivots.items()},
            {} if contradiction is not None else {k: self._behind(k) for k in sorted(waiting)},
            contradiction,
            tuple(sorted(row.position for row in pivots.values())),
            self.exact,
        )

    def _substitute_back(self, pivots: Mapping[int, _Row]) -> None:
        """Take the later pivots out of each pivot row, the last row first."""
        for column in reversed(list(pivots)):
            row = pivots[column]
            for later in [key for key in row.coefficients if key != column and key in pivots]:
                self._subtract(row, pivots[later], later)
            self._look_at_the_clock()

    def _look_at_the_clock(self) -> None:
        if self.deadline is not None and clock.now() >= self.deadline:
            raise Undecided

    def _behind(self, position: int) -> tuple[int, ...]:
        return tuple(other for other in _positions(self.rows[position].sources) if other != position)

    def _is_irrational(self, column: int) -> tuple[bool, int]:
        """Tell whether all coefficients of a column are balls: those come last, as balls do not cancel exactly."""
        entries = (self.rows[position].coefficients[column] for position in self.users[column])
        return all(isinstance(entry, arb) for entry in entries), column

    def _length(self, position: int) -> tuple[int, int]:
        return len(self.rows[position].coefficients), position

    def _normalise(self, row: _Row, column: int) -> None:
        pivot = row.coefficients[column]
        if isinstance(pivot, arb) and pivot.contains(0):
            raise Undecided
        factor = 1 / pivot
        row.coefficients = {key: value * factor for key, value in row.coefficients.items()}
        row.coefficients[column] = fmpq(1)
        row.constant = row.constant * factor

    def _subtract(self, row: _Row, pivot: _Row, column: int) -> None:
        """Take `pivot` off `row` so that `column` vanishes from it."""
        factor = row.coefficients.pop(column)
        self.users[column].discard(row.position)
        for key, value in pivot.coefficients.items():
            if key == column:
                continue
            before = row.coefficients.get(key, fmpq(0))
            after = before - factor * value
            if self._is_zero(after, before):
                row.coefficients.pop(key, None)
                self.users[key].discard(row.position)
            else:
                row.coefficients[key] = after
                self.users[key].add(row.position)
        before = row.constant
        row.constant = before - factor * pivot.constant
        if not row.coefficients and self._is_zero(row.constant, before):
            row.constant = fmpq(0)
        row.sources |= pivot.sources

    def _is_zero(self, value: Number, before: Number) -> bool:
        if isinstance(value, fmpq):
            return bool(value == 0)
        if not value.contains(0):
            return False
        self.exact = False
        if not value.abs_upper() <= arb(before).abs_upper() * arb(2) ** -100 + arb(2) ** -10_000:
            raise Undecided
        return True

    def _contradiction(self, waiting: set[int]) -> tuple[int, ...] | None:
        """Return the rows behind the shortest combination that says `number = 0`."""
        wrong = [
            self.rows[position].sources
            for position in waiting
            if not self._is_zero(self.rows[position].constant, self.rows[position].constant)
        ]
        if not wrong:
            return None
        return _positions(min(wrong, key=lambda sources: sources.bit_count()))


def _solved(row: _Row, column: int) -> Affine:
    others = {key: -value for key, value in row.coefficients.items() if key != column}
    return Affine(-row.constant, others)


def _positions(bits: int) -> tuple[int, ...]:
    positions = []
    while bits:
        lowest = bits & -bits
        positions.append(lowest.bit_length() - 1)
        bits ^= lowest
    return tuple(positions)
