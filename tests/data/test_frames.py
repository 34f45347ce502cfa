"""Columns from what Python programs have at hand."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
import pytest

import eqsolve
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


def frame_of(library: str, columns: dict[str, Any]) -> Any:
    """Return a frame of a library that may not be installed."""
    return pytest.importorskip(library).DataFrame(columns)


@pytest.mark.parametrize("library", ["pandas", "polars"])
def test_real_frames_are_fitted(library: str) -> None:
    x = np.linspace(0, 10, 30)
    frame = frame_of(library, {"x [s]": x, "y": 2 * x + 1, "label": ["a"] * 30})
    result = eqsolve.fit("y ~ a*x + b", data=frame)
    assert (result["a"], result["b"]) == pytest.approx((2, 1))
    assert [warning.code for warning in result.warnings] == ["column-renamed"]
    assert result.fit is not None
    assert result.fit.predictor is not None
    assert result.fit.predictor.predict({"x": frame["x [s]"][:2]}).value == pytest.approx([1, 1 + 20 / 29])


@pytest.mark.parametrize("library", ["pandas", "polars"])
def test_gaps_in_real_frames_are_named(library: str) -> None:
    frame = frame_of(library, {"x": [1.0, 2.0, 3.0, 4.0], "y": [1.0, None, 3.0, 4.1]})
    with pytest.raises(SourceError, match="row 2, column `y`: the cell is empty"):
        eqsolve.fit("y ~ a*x + b", data=frame)
    result = eqsolve.fit("y ~ a*x + b", data=frame, drop_missing=True)
    assert "rows-dropped" in {warning.code for warning in result.warnings}


@pytest.mark.parametrize("library", ["pandas", "polars"])
def test_texts_and_dates_in_real_frames_are_refused_once_used(library: str) -> None:
    dates = [date(2020, 1, day) for day in range(1, 5)]
    frame = frame_of(library, {"x": dates, "z": ["a", "b", "c", "d"], "y": [1.0, 2.0, 3.0, 4.0]})
    for name in ("x", "z"):
        with pytest.raises(SourceError, match=f"column `{name}` is not one column of real numbers"):
            eqsolve.fit(f"y ~ a*{name} + b", data=frame)


def test_frames_of_both_libraries_are_fitted_together() -> None:
    x = np.linspace(0, 1, 10)
    data = {
        "d": frame_of("pandas", {"x": x, "y": 3 * x + 1}),
        "e": frame_of("polars", {"x": x, "y": 3 * x + 2}),
    }
    result = eqsolve.fit("d.y ~ a*d.x + b; e.y ~ a*e.x + c", data=data)
    assert [result[name] for name in "abc"] == pytest.approx([3, 1, 2])


def test_a_lazy_frame_is_refused() -> None:
    lazy = frame_of("polars", {"x": [1.0], "y": [1.0]}).lazy()
    with pytest.raises(SourceError, match="LazyFrame"):
        eqsolve.fit("y ~ a*x", data=lazy)
