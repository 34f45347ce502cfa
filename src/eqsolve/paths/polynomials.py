"""Homogeneous polynomials, evaluated with their derivatives on all lanes at once.

A term of degree d is a product of d factors; in short ones the homogenising variable fills up, and in
polynomials of lower degree a constant one. Products before and behind each factor give all derivatives.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import torch
from torch import Tensor

Sparse: TypeAlias = Sequence[Mapping[tuple[int, ...], complex]]  # coefficients by exponents, per polynomial


@dataclass(frozen=True, slots=True, eq=False)
class Homogeneous:
    """n polynomials in n + 1 variables, the last of which makes them homogeneous.

    Attributes:
        degrees: Degree of each polynomial, shape [n].
        factors: Variable of each factor of each term, shape [d, terms]; n + 1 stands for one.
        coefficients: Of each term, shape [terms].
        rows: Polynomial of each term, shape [terms].
        size: How many variables there are.
    """

    degrees: Tensor
    factors: Tensor
    coefficients: Tensor
    rows: Tensor
    size: int

    def at(self, z: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Return values [n, k], Jacobian [n, n + 1, k] and the sums of the sizes of the terms [n, k] at z."""
        depth, terms = self.factors.shape
        n, lanes = len(self.degrees), z.shape[1]
        parts = torch.cat([z, torch.ones_like(z[:1])])[self.factors.reshape(-1)].reshape(depth, terms, lanes)
        before = [self.coefficients[:, None].expand(terms, lanes)]
        for k in range(depth - 1):
            before.append(before[-1] * parts[k])
        whole = before[-1] * parts[-1]
        slopes: list[Tensor] = [before[-1]]
        behind = parts[-1]
        for k in range(depth - 2, -1, -1):
            slopes.append(before[k] * behind)
            behind = behind * parts[k]
        slopes.reverse()
        values = z.new_zeros(n, lanes).index_add_(0, self.rows, whole)
        sizes = values.real.new_zeros(n, lanes).index_add_(0, self.rows, whole.abs())
        width = self.size + 1
        places = (self.rows * width + self.factors).reshape(-1)
        J = z.new_zeros(n * width, lanes).index_add_(0, places, torch.cat(slopes))
        return values, J.reshape(n, width, lanes)[:, : self.size], sizes


def homogeneous(polynomials: Sparse) -> Homogeneous:
    """Return polynomials in n unknowns in the form that is evaluated."""
    n = len(next(iter(polynomials[0])))
    degrees = [max(map(sum, terms)) for terms in polynomials]
    depth = max(degrees)
    factors, coefficients, rows = [], [], []
    for row, (terms, d) in enumerate(zip(polynomials, degrees, strict=True)):
        for key, value in terms.items():
            own = [k for k, exponent in enumerate(key) for _ in range(exponent)]
            factors.append(own + [n] * (d - len(own)) + [n + 1] * (depth - d))
            coefficients.append(value)
            rows.append(row)
    return Homogeneous(
        torch.tensor(degrees),
        torch.tensor(factors).T.contiguous(),
        torch.tensor(coefficients, dtype=torch.complex128),
        torch.tensor(rows),
        n + 1,
    )
