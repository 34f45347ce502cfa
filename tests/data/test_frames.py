"""Columns from what Python programs have at hand."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from eqsolve.data import from_frames
from eqsolve.errors import SourceError


class Frame:
    """What pandas and polars have in common."""

    columns = ("x", "y")

    def __getitem__(self, name: str) -> list[float]:
        return {"x": [1.0, 2.0], "y": [3.0, 4.0]}[name]


@pytest.mark.parametrize(
    "data",
    [
        {"x": [1, 2], "y": np.array([3.0, 4.0])},
        np.array([(1, 3.0), (2, 4.0)], dtype=[("x", int), ("y", float)]),
        Frame(),
    ],
    ids=["mapping", "record array", "frame"],
)
def test_a_frame_gives_bare_columns(data: Any) -> None:
    tables = from_frames(data)
    assert set(tables) == {""}
    assert tables[""].numbers("y").tolist() == [3, 4]


def test_frames_by_name_give_tables() -> None:
    tables = from_frames({"a": {"x": [1]}, "b": Frame()})
    assert {name: table.names for name, table in tables.items()} == {"a": ("x",), "b": ("x", "y")}


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (3, "bad-data"),
        ({"x": 3}, "bad-data"),
        ({"x": [1, 2], "y": [1]}, "ragged-row"),
        ({"x": []}, "no-data"),
        ({"x": [1], " x": [2]}, "two-columns"),
    ],
)
def test_what_is_no_table_is_refused(data: Any, code: str) -> None:
    with pytest.raises(SourceError) as caught:
        from_frames(data)
    assert caught.value.diagnostics[0].code == code


@pytest.mark.parametrize("column", [["a", "b"], [1j, 2j], [[1, 2], [3, 4]], [1.0, np.inf]])
def test_a_column_must_be_real_numbers_once_it_is_used(column: Any) -> None:
    table = from_frames({"x": column})[""]
    with pytest.raises(SourceError) as caught:
        table.numbers("x")
    assert caught.value.diagnostics[0].code == "not-a-number"
