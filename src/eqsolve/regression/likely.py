"""What values of the parameters a model and its data make likely, for a search without a start."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING

from eqsolve.data import Table
from eqsolve.language.syntax import names
from eqsolve.problem.fitting import Fitting
from eqsolve.problem.scales import Scales, scales

if TYPE_CHECKING:
    import numpy as np

    from eqsolve.numeric.fit_starts import Likely


def likely(fitting: Fitting, tables: Mapping[str, Table]) -> Likely:
    """Return likely magnitudes and places of the parameters."""
    import torch

    from eqsolve.numeric.fit_starts import Likely

    hidden = [name for stage in fitting.hidden for name in stage.unknowns]
    sides = [(e.left, e.right) for stage in fitting.hidden for e in stage.equations]
    sides += [(soft.left, soft.right) for soft in fitting.soft]
    unknown = (*fitting.parameters, *hidden)
    found = scales(sides, unknown)
    columns = {
        (f"{table}.{name}" if table else name): column
        for table, data in tables.items()
        for name, column in data.columns.items()
    }
    n = len(fitting.parameters)
    ways = [{name: _logarithms(column)[k] for name, column in columns.items()} for k in range(3)]
    sizes = [[math.exp(one) for one in found.logarithms(unknown, way)[:n]] for way in ways]
    inside = set(unknown)
    beside = [{name.id for side in pair for name in names(side)} for pair in sides]
    used = set().union(*(each for each in beside if each & inside))
    return Likely(
        torch.tensor(sizes, dtype=torch.float64),
        torch.tensor([_place(found, name, columns) for name in fitting.parameters], dtype=torch.float64).T,
        tuple(tuple(k for k, name in enumerate(fitting.parameters) if name in term) for term in found.terms),
        tuple((float(c.min()), float(c.max())) for name, c in columns.items() if name in used),
    )


def _place(found: Scales, name: str, columns: Mapping[str, np.ndarray]) -> tuple[float, float]:
    """Return the least and the greatest value that a parameter stands for; NaN if for none."""
    ends = [
        sign * end
        for column, sign in found.places.get(name, ())
        if column in columns
        for end in (float(columns[column].min()), float(columns[column].max()))
    ]
    return (min(ends), max(ends)) if ends else (math.nan, math.nan)


def _logarithms(column: np.ndarray) -> tuple[float, float, float]:
    """Return the logarithms of the spacing, the width and the size of a column."""
    low, high = float(column.min()), float(column.max())
    size = max(abs(low), abs(high)) or 1.0
    width = high - low if high > low else size
    return math.log(width / max(1, len(column) - 1)), math.log(width), math.log(size)
