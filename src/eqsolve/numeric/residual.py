"""What a numerical method sees of a block: a batched residual with its Jacobian, and points on it.

Lanes come last: `x` is [n, batch], `r` is [m, batch]. A lane is one start; no lane ever sees another.
The Jacobian is a list of values over a fixed pattern of positions; few methods need it as a matrix.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from typing import Protocol, Self

import torch
from torch import Tensor


@dataclass(frozen=True, slots=True, eq=False)
class Pattern:
    """Where a Jacobian may differ from zero.

    Attributes:
        shape: Number of equations m and of unknowns n.
        rows: Row of every position, long, shape [nnz].
        columns: Column of every position, long, shape [nnz]; no position occurs twice.
        place: Index of every position in the matrix written row by row, shape [nnz].
        full: Whether the positions are all of the matrix, row by row.
    """

    shape: tuple[int, int]
    rows: Tensor
    columns: Tensor
    place: Tensor = field(init=False)
    full: bool = field(init=False)

    def __post_init__(self) -> None:
        place = self.rows * self.shape[1] + self.columns
        size = self.shape[0] * self.shape[1]
        object.__setattr__(self, "place", place)
        object.__setattr__(
            self,
            "full",
            len(place) == size and bool((place == torch.arange(size, device=place.device)).all()),
        )

    @classmethod
    def dense(cls, m: int, n: int) -> Self:
        """Return the pattern of a full matrix, row by row; equal sizes share one."""
        return cls._full(m, n)

    @classmethod
    @lru_cache(maxsize=256)
    def _full(cls, m: int, n: int) -> Self:
        place = torch.arange(m * n)
        return cls((m, n), place // n, place % n)


@dataclass(frozen=True, slots=True, eq=False)
class Jacobian:
    """The partial derivatives of the residual, one matrix per lane.

    Attributes:
        pattern: The positions, the same for all lanes.
        values: The partial derivatives at these positions, shape [nnz, batch].
    """

    pattern: Pattern
    values: Tensor

    def dense(self) -> Tensor:
        """Return the matrices, shape [m, n, batch]."""
        m, n = self.pattern.shape
        if self.pattern.full:
            return self.values.view(m, n, -1)
        matrix = self.values.new_zeros(m * n, self.values.shape[1])
        matrix.index_copy_(0, self.pattern.place.to(matrix.device), self.values)
        return matrix.view(m, n, -1)

    def times(self, v: Tensor) -> Tensor:
        """Return J v, shape [m, batch], for v of shape [n, batch]."""
        return self._sum(self.pattern.rows, self.pattern.shape[0], self.values * v[self.pattern.columns])

    def transposed_times(self, r: Tensor) -> Tensor:
        """Return Jᵀ r, shape [n, batch], for r of shape [m, batch]."""
        return self._sum(self.pattern.columns, self.pattern.shape[1], self.values * r[self.pattern.rows])

    def column_norms(self) -> Tensor:
        """Return the Euclidean norm of every column, shape [n, batch]."""
        return self._sum(self.pattern.columns, self.pattern.shape[1], self.values.square()).sqrt()

    def absolute(self) -> Jacobian:
        """Return |J|, element by element."""
        return Jacobian(self.pattern, self.values.abs())

    def without(self, held: Tensor) -> Jacobian:
        """Return J with zeros in the columns of the unknowns that are held, a mask of shape [n, batch]."""
        return Jacobian(self.pattern, self.values.masked_fill(held[self.pattern.columns], 0.0))

    def select(self, lanes: Tensor) -> Jacobian:
        """Return the Jacobian of some lanes, given as indices or as a mask."""
        return Jacobian(self.pattern, self.values[:, lanes])

    def _sum(self, groups: Tensor, count: int, terms: Tensor) -> Tensor:
        return terms.new_zeros(count, terms.shape[1]).index_add_(0, groups.to(terms.device), terms)


class Residual(Protocol):
    """The equations of a block as one function of all its unknowns, for many lanes at once.

    dtype and device follow `x`. A lane outside the domain gives NaN (or an infinity) and disturbs no other.
    `r` is differentiable by autograd; `jacobian` returns the same `r` together with the partial derivatives.
    """

    @property
    def rows(self) -> int:
        """Number m of equations."""
        ...

    @property
    def columns(self) -> int:
        """Number n of unknowns."""
        ...

    @property
    def lower(self) -> Tensor:
        """Lower bounds, shape [n]; -inf where there is none."""
        ...

    @property
    def upper(self) -> Tensor:
        """Upper bounds, shape [n]; inf where there is none."""
        ...

    def r(self, x: Tensor) -> Tensor:
        """Return the residual, shape [m, batch], at x of shape [n, batch]."""
        ...

    def jacobian(self, x: Tensor) -> tuple[Tensor, Jacobian]:
        """Return the residual, shape [m, batch], and its Jacobian at x of shape [n, batch]."""
        ...


@dataclass(frozen=True, slots=True, eq=False)
class Point:
    """A place in the space of the unknowns, per lane, and what is known there.

    Attributes:
        x: The unknowns, shape [n, batch].
        r: The residual, shape [m, batch].
        J: The Jacobian.
        cost: ½‖r‖², shape [batch]; infinite unless r and J are finite.
    """

    x: Tensor
    r: Tensor
    J: Jacobian
    cost: Tensor

    @classmethod
    def at(cls, residual: Residual, x: Tensor) -> Self:
        """Evaluate the residual and its Jacobian at x, shape [n, batch]."""
        r, J = residual.jacobian(x)
        # 0·v is 0 for finite v and NaN otherwise: one sum tells whether all of a lane is finite.
        doubt = r.sum(0) * 0.0 + (J.values * 0.0).sum(0)
        cost = torch.nan_to_num(0.5 * r.square().sum(0) + doubt, nan=torch.inf, posinf=torch.inf)
        return cls(x, r, J, cost)

    @classmethod
    def where(cls, mask: Tensor, a: Point, b: Point) -> Self:
        """Return the lanes of `a` where the mask, shape [batch], holds, and those of `b` elsewhere."""
        return cls(
            torch.where(mask, a.x, b.x),
            torch.where(mask, a.r, b.r),
            Jacobian(a.J.pattern, torch.where(mask, a.J.values, b.J.values)),
            torch.where(mask, a.cost, b.cost),
        )

    @property
    def finite(self) -> Tensor:
        """Whether residual and Jacobian are finite, shape [batch]."""
        return self.cost.isfinite()

    @property
    def gradient(self) -> Tensor:
        """The gradient Jᵀr of the cost, shape [n, batch]."""
        return self.J.transposed_times(self.r)

    def replaced(self, lanes: Tensor, other: Point) -> Point:
        """Return the point with the lanes of `other`, in their order, at these indices."""
        values = self.J.values.index_copy(1, lanes, other.J.values)
        return Point(
            self.x.index_copy(1, lanes, other.x),
            self.r.index_copy(1, lanes, other.r),
            Jacobian(self.J.pattern, values),
            self.cost.index_copy(0, lanes, other.cost),
        )

    def select(self, lanes: Tensor) -> Point:
        """Return some lanes, given as indices or as a mask."""
        return Point(self.x[:, lanes], self.r[:, lanes], self.J.select(lanes), self.cost[lanes])


def clip(residual: Residual, x: Tensor) -> Tensor:
    """Move x, shape [n, batch], to the nearest point within the bounds; NaN stays NaN."""
    return torch.clamp(x, residual.lower.to(x)[:, None], residual.upper.to(x)[:, None])


def pressed(residual: Residual, x: Tensor, d: Tensor) -> Tensor:
    """Tell which unknowns stand at a bound that d would push them through; all of shape [n, batch]."""
    lower, upper = residual.lower.to(x)[:, None], residual.upper.to(x)[:, None]
    return ((x <= lower) & (d < 0)) | ((x >= upper) & (d > 0))
