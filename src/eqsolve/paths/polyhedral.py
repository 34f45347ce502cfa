"""Systems with the exponents of another and random coefficients, and all their solutions: where paths begin.

For each mixed cell, with heights w of its points, H_i(y, s) = sum of c_a s^w_a y^a is a system of binomials at
s = 0, with as many solutions as the cell has volume, and the random system at s = 1. The paths between them are
followed in the logarithms of y and of s, where no term can overflow.

References:
    Huber and Sturmfels (1995), A polyhedral method for solving sparse polynomial systems, Math. Comp. 64.
    Lee, Li and Tsai (2008), HOM4PS-2.0, Computing 83.
"""

from __future__ import annotations

import math
from itertools import product
from typing import Final

import torch
from flint import fmpz_mat
from torch import Tensor

from eqsolve.paths.mixed_cells import Cells
from eqsolve.paths.polynomials import Sparse
from eqsolve.paths.tracking import Tracker, groups
from eqsolve.result import Observer

NEGLIGIBLE: Final = 1e-6  # size of all terms beside those of the edges, where paths begin
ONE: Final = 1e-6  # distance of ends, relatively, that are one


def random_system(
    cells: Cells, generator: torch.Generator, *, tolerance: float, deadline: float, observer: Observer | None
) -> tuple[Sparse, Tensor]:
    """Return a system with random coefficients of size one and its solutions, as many as were reached.

    Args:
        cells: Mixed cells of its exponents.
        generator: Of the coefficients.
        tolerance: Of the predictor.
        deadline: When to stop, as `clock.now()` tells the time.
        observer: Who is told about progress.

    Returns:
        The system, and points, shape [n, k].
    """
    n = cells.first.shape[1]
    angles = 2 * math.pi * torch.rand(len(cells.points), generator=generator, dtype=torch.float64)
    toric = _Toric(cells, angles)
    z, t = Tracker(toric, tolerance, deadline, observer).tracked(toric.begins)
    points = torch.exp(z[:, t <= 0])
    points = points[:, [group[0] for group in groups(points, ONE)]]
    terms: list[dict[tuple[int, ...], complex]] = [{} for _ in range(n)]
    coefficients = torch.polar(torch.ones_like(angles), angles).tolist()
    for point, owner, value in zip(cells.points.tolist(), cells.owners.tolist(), coefficients, strict=True):
        terms[owner][tuple(point)] = value
    return terms, points


class _Toric:
    """The systems of all cells in z = log y, a lane for each solution; s = exp(t * start), from t = 1 to 0."""

    def __init__(self, cells: Cells, angles: Tensor) -> None:
        n = cells.first.shape[1]
        begins, lanes = [], []
        for cell, (first, second) in enumerate(zip(cells.first, cells.second, strict=True)):
            solutions = _binomial(cells.points[second] - cells.points[first], angles[first] - angles[second])
            begins.append(solutions)
            lanes += [cell] * solutions.shape[1]
        self.begins = torch.cat(begins, 1)
        heights = torch.from_numpy(cells.slack)
        above = torch.where(heights > 0, heights, torch.inf).amin(1)
        heights = (math.log(NEGLIGIBLE) / above[:, None] * heights)[lanes].T
        # One row per polynomial, filled up with terms that are zero.
        width = max((cells.owners == i).sum() for i in range(n))
        self.points = torch.zeros(n, width, n, dtype=torch.complex128)
        self.heights = torch.zeros(n, width, len(lanes), dtype=torch.float64)
        self.constants = torch.full((n, width, 1), complex(-math.inf, 0.0), dtype=torch.complex128)
        for i in range(n):
            own = torch.from_numpy(cells.owners == i)
            count = int(own.sum())
            self.points[i, :count] = torch.from_numpy(cells.points)[own].to(torch.complex128)
            self.heights[i, :count] = heights[own]
            self.constants[i, :count, 0] = 1j * angles[own]

    def at(self, z: Tensor, t: Tensor, lanes: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Return the values, each row divided by its largest term, the Jacobian and the derivative by t."""
        heights = self.heights[:, :, lanes]
        exponents = self.points @ z + self.constants + t * heights
        terms = torch.exp(exponents - exponents.real.amax(1, keepdim=True))
        J = terms.permute(2, 0, 1)[:, :, None] @ self.points
        return terms.sum(1).T, J[:, :, 0], (terms * heights).sum(1).T

    def size(self, z: Tensor) -> Tensor:
        """Return one: a change of a logarithm is relative already."""
        return z.real.new_ones(z.shape[1])


def _binomial(V: Tensor, angles: Tensor) -> Tensor:
    """Return the solutions z = log y, shape [n, |det V|], of y^V_i = -exp(i angle_i)."""
    edges = torch.as_tensor(V)
    n = len(edges)
    # The turns that differ: integers modulo the lattice of the columns of V, whose basis is made triangular.
    basis = fmpz_mat(edges.T.tolist()).hnf()
    turns = torch.tensor(list(product(*(range(int(basis[k, k])) for k in range(n)))), dtype=torch.float64).T
    right = angles[:, None] + math.pi + 2 * math.pi * turns
    z = torch.linalg.solve(edges.to(torch.float64), right)
    return 1j * torch.remainder(z, 2 * math.pi)
