"""Columns of numbers from files, inline blocks and frames of other libraries."""

from eqsolve.data.frames import from_frames
from eqsolve.data.table import Columns, Table, from_rows, taken

__all__ = ["Columns", "Table", "from_frames", "from_rows", "taken"]
