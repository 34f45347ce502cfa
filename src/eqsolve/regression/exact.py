"""Linear least squares without rounding: normal equations over the rationals, or in balls of 600 bits.

The square of a condition number of 1e15 costs 100 bits; there are 600. Data count as the decimals that they
were written as.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Final, TypeAlias

from flint import arb, arb_mat, fmpq, fmpq_mat

from eqsolve.data import Table
from eqsolve.evaluate import exact, precision
from eqsolve.exact.affine import Affine, affine
from eqsolve.language.interpret import tape
from eqsolve.language.syntax import Number as Literal
from eqsolve.problem.fitting import Fitting
from eqsolve.problem.model import Soft

if TYPE_CHECKING:
    from collections.abc import Iterator

BITS: Final = 600
MOST_WORK: Final = 400_000  # nodes times rows up to which a fit is computed exactly

Value: TypeAlias = fmpq | arb


@dataclass(frozen=True, slots=True)
class ExactFit:
    """The solution of a linear fit.

    Attributes:
        values: One per parameter.
        rss: Weighted sum of the squared residuals.
        inverse: (XᵀX)⁻¹ of the weighted design, row by row.
        rational: Whether all numbers are exact rationals.
    """

    values: tuple[Value, ...]
    rss: Value
    inverse: tuple[tuple[Value, ...], ...]
    rational: bool


def exact_fit(fitting: Fitting, tables: Mapping[str, Table]) -> ExactFit | None:
    """Return the exact least-squares solution; None if the model is not linear, too large, or of lower rank."""
    if fitting.hidden or _work(fitting, tables) > MOST_WORK:
        return None
    with precision(BITS):
        rows: list[Affine] = []
        for soft in fitting.soft:
            for form in _rows(soft, fitting.parameters, tables):
                if form is None or form.issue is not None:
                    return None
                rows.append(form)
        return _solved(rows, len(fitting.parameters))


def _work(fitting: Fitting, tables: Mapping[str, Table]) -> int:
    total = 0
    for soft in fitting.soft:
        count = 1 if soft.table is None else tables[soft.table].rows
        total += count * sum(len(tape(side).steps) for side in (soft.left, soft.right))
    return total


def _rows(soft: Soft, parameters: Sequence[str], tables: Mapping[str, Table]) -> Iterator[Affine | None]:
    """Yield the weighted linear form of each row."""
    n = len(parameters)
    index = {name: k for k, name in enumerate(parameters)}
    table = None if soft.table is None else tables[soft.table]
    columns = {} if table is None else table.columns
    prefix = f"{soft.table}." if soft.table else ""
    for k, name in enumerate(columns):
        index[prefix + name] = n + k
    zero = Literal(Fraction(0), soft.span)
    for row in range(1 if table is None else table.rows):
        known = {n + k: decimal(column[row]) for k, column in enumerate(columns.values())}
        form = affine(soft.left, soft.right, index, known)
        if form is not None and soft.spread is not None:
            spread = affine(soft.spread, zero, index, known)
            if spread is None or spread.issue is not None or not spread.constant > 0:
                yield None
                return
            weighted = {k: value / spread.constant for k, value in form.coefficients.items()}
            form = Affine(form.constant / spread.constant, weighted, form.issue)
        yield form


def decimal(value: float) -> fmpq:
    """Return the shortest decimal that stands for a float, exactly."""
    return exact(Fraction(repr(float(value))))


def _solved(rows: Sequence[Affine], n: int) -> ExactFit | None:
    """Solve the normal equations."""
    numbers = [value for row in rows for value in (row.constant, *row.coefficients.values())]
    rational = all(isinstance(value, fmpq) for value in numbers)
    lift = (lambda value: value) if rational else arb
    zero: Value = lift(fmpq(0))
    normal = [[zero] * n for _ in range(n)]
    right, square = [zero] * n, zero
    for row in rows:
        present = [(k, lift(value)) for k, value in row.coefficients.items()]
        constant = lift(row.constant)
        square += constant * constant
        for k, value in present:
            right[k] -= value * constant
            for j, other in present:
                normal[k][j] += value * other
    matrix = fmpq_mat if rational else arb_mat
    try:
        inverse = matrix(n, n, [value for line in normal for value in line]).inv()
    except ZeroDivisionError:
        return None
    table = tuple(tuple(inverse[i, j] for j in range(n)) for i in range(n))
    values = tuple(sum((table[i][j] * right[j] for j in range(n)), zero) for i in range(n))
    rss = square - sum((value * target for value, target in zip(values, right, strict=True)), zero)
    if not rational and not all(
        value.is_finite() and value.rad() < 1e-40 * (1 + abs(value)) for value in values
    ):
        return None
    return ExactFit(values, rss, table, rational)
