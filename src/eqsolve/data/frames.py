"""Columns from mappings of arrays, numpy record arrays, and frames of pandas or polars."""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Mapping
from typing import Any, Protocol, TypeAlias, runtime_checkable

from eqsolve.data.table import Arrays, plain_name
from eqsolve.errors import Diagnostic, SourceError

Frame: TypeAlias = Any  # a mapping of arrays, a record array, or a frame of a library that we do not import


@runtime_checkable
class _Columned(Protocol):
    """A frame of pandas or polars: it names its columns and gives each by its name."""

    @property
    def columns(self) -> Iterable[object]: ...

    def __getitem__(self, name: Any) -> Any: ...


def from_frames(data: Frame) -> dict[str, Arrays]:
    """Return the tables in `data` by name; a single one without a name has the name "".

    Args:
        data: Columns by name, or tables by name, or one frame.

    Raises:
        SourceError: It holds something that is no column of numbers, or columns of different length.
    """
    if isinstance(data, Mapping) and data and all(map(_is_frame, data.values())):
        return {str(name): _arrays(frame) for name, frame in data.items()}
    if not _is_frame(data):
        message = f"data must be a mapping of columns or a frame, not {type(data).__name__}"
        raise SourceError(Diagnostic("bad-data", message))
    return {"": _arrays(data)}


def _is_frame(data: Frame) -> bool:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # lazy frames warn of being asked what their columns are
        return isinstance(data, Mapping | _Columned) or _fields(data) is not None


def _fields(data: Frame) -> tuple[str, ...] | None:
    """Return the names of the fields of a record array; None for anything else."""
    import numpy as np

    return data.dtype.names if isinstance(data, np.ndarray) else None


def _arrays(data: Frame) -> Arrays:
    fields = _fields(data)
    if fields is not None:
        names: list[object] = list(fields)
    elif isinstance(data, Mapping):
        names = list(data)
    else:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            names = list(data.columns)
    columns: dict[str, Any] = {}
    notes = []
    for written in names:
        name = plain_name(str(written))
        if not name or name in columns:
            message = f"`{written}` is not the name of a column, or is there twice"
            raise SourceError(Diagnostic("two-columns", message))
        if name != written:
            message = f"the column `{written}` is called `{name}`"
            notes.append(Diagnostic("column-renamed", message))
        columns[name] = _column(data, written)
    lengths = {name: _length(column, name) for name, column in columns.items()}
    if len(set(lengths.values())) > 1:
        listed = ", ".join(f"{name} has {length}" for name, length in lengths.items())
        raise SourceError(Diagnostic("ragged-row", f"columns have different lengths: {listed}"))
    if not columns or not next(iter(lengths.values())):
        raise SourceError(Diagnostic("no-data", "the data hold no rows"))
    return Arrays(columns, tuple(notes))


def _column(data: Frame, name: object) -> Any:
    try:
        return data[name]
    except TypeError:
        message = f"a {type(data).__name__} does not give its column `{name}`"
        raise SourceError(
            Diagnostic("bad-data", message, hint="a lazy frame is to be collected first")
        ) from None


def _length(column: Any, name: str) -> int:
    try:
        return len(column)
    except TypeError:
        message, hint = f"`{name}` is not a column but a {type(column).__name__}", "a single value is a given"
        raise SourceError(Diagnostic("bad-data", message, hint=hint)) from None
