"""Soft equations over the rows of data as one batched residual of the parameters.

A term r = (left - right)/spread has one value per row; columns are tensors of shape [rows, 1], parameters of
shape [1, batch], so that one call evaluates all rows for all lanes. Hidden unknowns, which implicit hard
equations determine, are found by Newton's method in every row and lane at once; their derivatives follow from
the implicit function theorem.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Final

import torch
from torch import Tensor

from eqsolve.language.syntax import Expression, Number, Product, names
from eqsolve.numeric.compile import Kernels, kernels, nearest_float
from eqsolve.numeric.residual import Jacobian, Pattern
from eqsolve.numeric.skeleton import skeletons
from eqsolve.problem.fitting import Fitting, Hidden
from eqsolve.problem.model import Soft

_NEWTON_STEPS: Final = 60
_HALVINGS: Final = 20


@dataclass(frozen=True, slots=True, eq=False)
class _Part:
    """One shape of a term, and the names that fill its slots."""

    kernels: Kernels
    names: tuple[str, ...]
    moving: tuple[str, ...]
    numbers: tuple[Tensor, ...]


@dataclass(frozen=True, slots=True, eq=False)
class _Term:
    """`left - right`, perhaps divided by a spread, in every row of a table.

    Attributes:
        table: Name of the data.
        rows: How many.
        parts: What moves with the parameters.
        fixed: What does not, shape [rows, 1]: the numbers of a side that holds no parameters. It is added last,
            so that large terms that nearly cancel cannot swallow it.
    """

    table: str | None
    rows: int
    parts: tuple[_Part, ...]
    fixed: Tensor | None = None


@dataclass(frozen=True, slots=True, eq=False)
class _Stage:
    """Equations for hidden unknowns."""

    table: str | None
    rows: int
    unknowns: tuple[str, ...]
    terms: tuple[_Term, ...]
    start: tuple[Tensor, ...]


@dataclass(frozen=True, slots=True, eq=False)
class _Values:
    """What the names stand for, and how the hidden ones move with the parameters.

    Attributes:
        tensors: Values by name, of shape [rows or 1, batch or 1].
        slopes: Derivatives of hidden unknowns by the parameters, shape [n, rows or 1, batch].
    """

    tensors: dict[str, Tensor]
    slopes: dict[str, Tensor] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, eq=False)
class RowResidual:
    """The soft equations as a function of the parameters; a `Residual`.

    Attributes:
        terms: One per soft equation.
        stages: What finds the hidden unknowns.
        parameters: Names, in the order of the rows of x.
        data: Columns by full name, shape [rows, 1].
        lower: Lower bounds, shape [n].
        upper: Upper bounds, shape [n].
    """

    terms: tuple[_Term, ...]
    stages: tuple[_Stage, ...]
    parameters: tuple[str, ...]
    data: Mapping[str, Tensor]
    lower: Tensor
    upper: Tensor

    @property
    def rows(self) -> int:
        """Number of rows of all terms."""
        return sum(term.rows for term in self.terms)

    @property
    def columns(self) -> int:
        """Number of parameters."""
        return len(self.parameters)

    def r(self, x: Tensor) -> Tensor:
        """Return the weighted differences, shape [rows, batch]."""
        values = self._values(x, slopes=False)
        return torch.cat([_value(term, values, x) for term in self.terms])

    def jacobian(self, x: Tensor) -> tuple[Tensor, Jacobian]:
        """Return the weighted differences, shape [rows, batch], and their derivatives."""
        r, J = self.dense(x)
        return r, Jacobian(Pattern.dense(*J.shape[:2]), J.flatten(0, 1))

    def dense(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """Return the weighted differences, and their derivatives of shape [rows, n, batch]."""
        values = self._values(x, slopes=True)
        found = [_derivatives(term, self.parameters, values, x) for term in self.terms]
        return torch.cat([r for r, _ in found]), torch.cat([J for _, J in found])

    def hidden(self, x: Tensor) -> dict[str, tuple[Tensor, Tensor]]:
        """Return hidden unknowns by name, with their derivatives by the parameters."""
        values = self._values(x, slopes=True)
        return {name: (values.tensors[name], slope) for name, slope in values.slopes.items()}

    def blocks(self, most: int) -> Iterator[RowResidual]:
        """Yield the same residual over at most so many rows of each term at a time."""
        for start in range(0, max(term.rows for term in self.terms), most):
            terms = tuple(_sliced(term, start, most) for term in self.terms if start < term.rows)
            stages = tuple(_sliced_stage(stage, start, most) for stage in self.stages)
            data = {name: column[start : start + most] for name, column in self.data.items()}
            yield RowResidual(terms, stages, self.parameters, data, self.lower, self.upper)

    def _values(self, x: Tensor, *, slopes: bool) -> _Values:
        tensors = {name: column.to(x) for name, column in self.data.items()}
        tensors.update({name: x[k : k + 1] for k, name in enumerate(self.parameters)})
        values = _Values(tensors)
        for stage in self.stages:
            _solve(stage, self.parameters, values, x, slopes=slopes)
        return values


def row_residual(
    fitting: Fitting,
    columns: Mapping[str, Tensor],
    rows: Mapping[str, int],
    bounds: Mapping[str, tuple[float, float]],
) -> RowResidual:
    """Compile the soft equations of a fit.

    Args:
        fitting: What is to be fitted.
        columns: Numbers by full name of the column, shape [rows].
        rows: Number of rows of each table.
        bounds: Lower and upper bound of each parameter.
    """
    moving = {*fitting.parameters, *(name for stage in fitting.hidden for name in stage.unknowns)}
    data = {name: column[:, None] for name, column in columns.items()}
    limits = torch.tensor([bounds[name] for name in fitting.parameters], dtype=torch.float64)
    return RowResidual(
        tuple(_divided(soft, rows, moving, data) for soft in fitting.soft),
        tuple(_stage(hidden, rows, moving, data) for hidden in fitting.hidden),
        fitting.parameters,
        data,
        *limits.T,
    )


def _divided(soft: Soft, rows: Mapping[str, int], moving: set[str], data: Mapping[str, Tensor]) -> _Term:
    """Return the term of a soft equation, with a side that holds no parameters worked out."""
    left, right = soft.left, soft.right
    if soft.spread is not None:
        left, right = (_quotient(side, soft.spread) for side in (left, right))
    nothing = Number(Fraction(0), left.span)
    x = torch.zeros(0, 1, dtype=torch.float64)
    if all(name.id not in moving for name in names(left)):
        fixed = _term(left, nothing, soft.table, rows, moving)
        return replace(
            _term(nothing, right, soft.table, rows, moving), fixed=_value(fixed, _Values(dict(data)), x)
        )
    if all(name.id not in moving for name in names(right)):
        fixed = _term(nothing, right, soft.table, rows, moving)
        return replace(
            _term(left, nothing, soft.table, rows, moving), fixed=_value(fixed, _Values(dict(data)), x)
        )
    return _term(left, right, soft.table, rows, moving)


def _term(
    left: Expression, right: Expression, table: str | None, rows: Mapping[str, int], moving: set[str]
) -> _Term:
    count = 1 if table is None else rows[table]
    parts = []
    for shape in skeletons(left, right):
        slots = tuple(k for k, name in enumerate(shape.unknowns) if name in moving)
        numbers = tuple(
            torch.tensor([[nearest_float(value)]], dtype=torch.float64) for value in shape.numbers
        )
        names = tuple(shape.unknowns[k] for k in slots)
        parts.append(_Part(kernels(shape, slots), shape.unknowns, names, numbers))
    return _Term(table, count, tuple(parts))


def _quotient(side: Expression, spread: Expression) -> Expression:
    if isinstance(side, Number) and side.value == 0:
        return side
    return Product("*/", (side, spread), side.span)


def _stage(hidden: Hidden, rows: Mapping[str, int], moving: set[str], data: Mapping[str, Tensor]) -> _Stage:
    starts = []
    for start in hidden.starts:
        known = data.get(start) if isinstance(start, str) else None
        number = start if isinstance(start, float) else 1.0
        starts.append(torch.tensor([[number]], dtype=torch.float64) if known is None else known)
    terms = tuple(_term(e.left, e.right, e.table, rows, moving) for e in hidden.equations)
    count = 1 if hidden.table is None else rows[hidden.table]
    return _Stage(hidden.table, count, hidden.unknowns, terms, tuple(starts))


def _sliced(term: _Term, start: int, most: int) -> _Term:
    fixed = None if term.fixed is None else term.fixed[start : start + most]
    return _Term(term.table, min(most, term.rows - start), term.parts, fixed)


def _sliced_stage(stage: _Stage, start: int, most: int) -> _Stage:
    if stage.table is None:
        return stage
    starts = tuple(one if len(one) == 1 else one[start : start + most] for one in stage.start)
    terms = tuple(_sliced(term, start, most) for term in stage.terms)
    return _Stage(stage.table, min(most, stage.rows - start), stage.unknowns, terms, starts)


def _arguments(part: _Part, values: _Values) -> list[Tensor]:
    return [*(values.tensors[name] for name in part.names), *part.numbers]


def _value(term: _Term, values: _Values, x: Tensor) -> Tensor:
    total = x.new_zeros(term.rows, x.shape[1])
    for part in term.parts:
        (value,) = part.kernels.values(*_arguments(part, values))
        total = total + value
    return total if term.fixed is None else total + term.fixed.to(x)


def _partials(term: _Term, values: _Values, x: Tensor) -> tuple[Tensor, dict[str, Tensor]]:
    """Return a term and its partial derivatives by parameters and hidden unknowns, [rows, batch] each."""
    total = x.new_zeros(term.rows, x.shape[1])
    partials: dict[str, Tensor] = {}
    for part in term.parts:
        value, *slopes = part.kernels.derivatives(*_arguments(part, values))
        total = total + value
        for name, slope in zip(part.moving, slopes, strict=True):
            partials[name] = partials[name] + slope if name in partials else torch.as_tensor(slope)
    if term.fixed is not None:
        total = total + term.fixed.to(x)
    shape = total.shape
    return total, {name: slope.to(x).expand(shape) for name, slope in partials.items()}


def _derivatives(term: _Term, parameters: Sequence[str], values: _Values, x: Tensor) -> tuple[Tensor, Tensor]:
    """Return a term, and its derivatives by the parameters alone, shape [rows, n, batch]."""
    total, partials = _partials(term, values, x)
    J = x.new_zeros(len(total), len(parameters), x.shape[1])
    for k, name in enumerate(parameters):
        if name in partials:
            J[:, k] += partials[name]
    for name, slope in values.slopes.items():
        if name in partials:
            J += (partials[name] * slope).transpose(0, 1)
    return total, J


def _solve(stage: _Stage, parameters: Sequence[str], values: _Values, x: Tensor, *, slopes: bool) -> None:
    """Find the hidden unknowns by Newton's method and enter them into `values`; NaN where it fails."""
    inner = _Values({name: tensor.detach() for name, tensor in values.tensors.items()}, values.slopes)
    shape = (stage.rows, x.shape[1])
    u = torch.stack([start.to(x).expand(shape) for start in stage.start])
    g, A = _system(stage, u, inner, x)
    for _ in range(_NEWTON_STEPS):
        step = _linear(A, g)
        if not (step.abs() > 4e-16 * u.abs()).any():
            break
        u, g, A = _damped(stage, u, step, g, inner, x)
    settled = (_linear(A, g).abs() <= 1e-9 * (u.abs() + 1e-9 * u.abs().amax().nan_to_num())).all(0)
    u = torch.where(settled, u, torch.nan)
    # One more step, with the parameters attached, makes the result differentiable by autograd.
    attached = _Values({**values.tensors, **dict(zip(stage.unknowns, u, strict=True))})
    here = torch.stack([_value(term, attached, x) for term in stage.terms])
    u = u - _linear(A, here)
    values.tensors.update(zip(stage.unknowns, u, strict=True))
    if slopes:
        _slopes(stage, parameters, values, A, x)


def _system(stage: _Stage, u: Tensor, values: _Values, x: Tensor) -> tuple[Tensor, Tensor]:
    """Return the equations [k, rows, batch] and their matrices [rows, batch, k, k]."""
    values.tensors.update(zip(stage.unknowns, u, strict=True))
    found = [_partials(term, values, x) for term in stage.terms]
    zero = torch.zeros_like(u[0])
    A = torch.stack([torch.stack([by.get(name, zero) for name in stage.unknowns], -1) for _, by in found], -2)
    return torch.stack([g for g, _ in found]), A


def _linear(A: Tensor, g: Tensor) -> Tensor:
    """Solve A d = g in every row and lane; both g and d are [k, rows, batch]."""
    if A.shape[-1] == 1:
        return g / A[None, :, :, 0, 0]
    d: Tensor = torch.linalg.solve_ex(A, g.permute(1, 2, 0)[..., None])[0]
    return d[..., 0].permute(2, 0, 1)


def _damped(
    stage: _Stage, u: Tensor, step: Tensor, g: Tensor, values: _Values, x: Tensor
) -> tuple[Tensor, Tensor, Tensor]:
    """Take a step, halved in rows and lanes where it would leave the domain or raise the equations much."""
    size = torch.ones_like(u[0])
    before = g.square().sum(0)
    for _ in range(_HALVINGS):
        there = u - size * step
        g, A = _system(stage, there, values, x)
        worse = ~(g.square().sum(0) <= 4 * before) & (size > 1e-6)
        if not worse.any():
            break
        size = torch.where(worse, size / 2, size)
    return there, g, A


def _slopes(stage: _Stage, parameters: Sequence[str], values: _Values, A: Tensor, x: Tensor) -> None:
    """Enter the derivatives of the hidden unknowns: A du/dθ = -∂g/∂θ."""
    by = torch.stack([_derivatives(term, parameters, values, x)[1] for term in stage.terms])
    for k, name in enumerate(stage.unknowns):
        rows = [-_linear(A, by[:, :, j])[k] for j in range(len(parameters))]
        values.slopes[name] = torch.stack(rows)
