"""Systems of the literature as text in the language, with their published (or usual) starts.

Written down from the sources named; every one has a real solution.
"""

from __future__ import annotations

from benchmarks.catalogue import chemistry, families, mathematics, physics, polynomials, scalars
from benchmarks.catalogue.entry import Entry

CATALOGUE: tuple[Entry, ...] = (
    *families.ENTRIES,
    *mathematics.ENTRIES,
    *polynomials.ENTRIES,
    *chemistry.ENTRIES,
    *physics.ENTRIES,
    *scalars.ENTRIES,
)

__all__ = ["CATALOGUE", "Entry"]
