"""Files as people write them, and what is said of those that cannot be read."""

from __future__ import annotations

from pathlib import Path

import pytest

from eqsolve.data import taken
from eqsolve.data.csv import CsvFile, from_text, read_csv
from eqsolve.errors import SourceError


def columns(text: str) -> dict[str, list[float]]:
    file = from_text(text, "points.csv")
    return {name: file.numbers(name).tolist() for name in file.names}


@pytest.mark.parametrize(
    "text",
    [
        "x,y\n1,2.5\n2,-3\n",
        "x, y\r\n1, 2.5\r\n2, -3\r\n",
        "x;y\n1;2,5\n2;-3,0\n",
        "x\ty\n1\t2.5\n2\t-3\n",
        "x y\n1 2.5\n2 -3\n",
        "# a comment\nx|y\n1|2.5\n\n% another\n2|-3e0\n",
        '"x","y"\n"1","2.5"\n"2","-3"\n',
        "x [s];y (m/s)\n1;2,5\n2;-3\n",
    ],
)
def test_a_table_is_read_whatever_separates_it(text: str) -> None:
    assert columns(text) == {"x": [1, 2], "y": [2.5, -3]}


@pytest.mark.parametrize(
    "text",
    [
        "x,y\n1,2.5\n2,-3\n",
        "x;y\n1;2,5\n2;-3,0\n",
        '"x","y"\n"1","2.5"\n"2","-3"\n',
        "# a comment\nx,y\n1,2.5\n% another\n// and one\n2,-3\n",
    ],
)
def test_numbers_alone_are_read_all_at_once(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(file: CsvFile, column: int) -> None:
        pytest.fail("a cell was read by itself")

    monkeypatch.setattr(CsvFile, "_slow", refuse)
    assert columns(text) == {"x": [1, 2], "y": [2.5, -3]}


def test_without_a_header_columns_are_numbered() -> None:
    file = from_text("1,2\n3,4\n", "points.csv")
    assert file.names == ("c1", "c2")
    assert [note.code for note in file.notes] == ["no-header"]


def test_units_are_left_out_and_names_made_fit_with_a_note() -> None:
    file = from_text("time [s],reaction rate,2nd\n1,2,3\n", "points.csv")
    assert file.names == ("time", "reaction_rate", "c_2nd")
    assert [note.code for note in file.notes] == ["units-ignored", "column-renamed"]


@pytest.mark.parametrize(
    ("text", "code", "message"),
    [
        ("x,y\n1,2\n2,abc\n", "not-a-number", "points.csv, line 3, column `y`: `abc` is not a number"),
        ("x,y\n1,2\n2\n", "ragged-row", "points.csv, line 3: 1 cell, but there are 2 columns"),
        ("x,y\n1,inf\n", "not-a-number", "points.csv, line 2, column `y`: `inf` is not a number"),
        ("x,x\n1,2\n", "two-columns", "`points.csv` has two columns called `x`"),
        ("", "no-data", "`points.csv` holds no rows"),
        ("x,y\n", "no-data", "`points.csv` holds a header and no rows"),
        (
            "x;y\n1;1,234\n2;5,678\n",
            "ambiguous-comma",
            "`points.csv`: `1,234` can be read as a decimal or as thousands",
        ),
    ],
)
def test_a_wrong_file_is_refused_with_row_and_column(text: str, code: str, message: str) -> None:
    with pytest.raises(SourceError) as caught:
        columns(text)
    assert (caught.value.diagnostics[0].code, caught.value.diagnostics[0].message) == (code, message)


def test_a_missing_cell_is_an_error_until_rows_may_be_dropped() -> None:
    file = from_text("x,y\n1,2\n3,\nNA,4\n5,6\n", "points.csv")
    with pytest.raises(SourceError) as caught:
        taken(file, ["x", "y"])
    places = [diagnostic.message for diagnostic in caught.value.diagnostics]
    assert places == [
        "points.csv, line 3, column `y`: the cell is empty",
        "points.csv, line 4, column `x`: the cell is empty",
    ]
    table = taken(file, ["x", "y"], drop_missing=True)
    assert table.columns["x"].tolist() == [1, 5]
    assert table.dropped == 2


def test_columns_that_nobody_uses_may_hold_text() -> None:
    file = from_text("name,x\nanna,1\nbert,2\n", "points.csv")
    assert taken(file, ["x"]).columns["x"].tolist() == [1, 2]


@pytest.mark.parametrize(
    ("content", "code"),
    [("x,y\n1,2\n".encode("utf-16"), "not-utf-8"), (b"x,y\n\xe4,2\n", "not-utf-8"), (b"x\0y", "binary-file")],
)
def test_what_is_no_text_is_refused(tmp_path: Path, content: bytes, code: str) -> None:
    path = tmp_path / "points.csv"
    path.write_bytes(content)
    with pytest.raises(SourceError) as caught:
        read_csv(path)
    assert caught.value.diagnostics[0].code == code


def test_a_byte_order_mark_is_not_part_of_the_first_name(tmp_path: Path) -> None:
    path = tmp_path / "points.csv"
    path.write_bytes("x,y\n1,2\n".encode("utf-8-sig"))
    assert read_csv(path).names == ("x", "y")


@pytest.mark.parametrize(
    "text",
    [
        "sep=;\nx;y\n1;2,5\n2;-3\n",
        'x,y,note\n1,2.5,"one\ntwo"\n2,-3,"a, b"\n',
        "x,y,\n1,2.5,\n2,-3,\n",
    ],
    ids=["separator of Excel", "cell of two lines", "comma at the end"],
)
def test_habits_of_other_programs_are_known(text: str) -> None:
    file = from_text(text, "points.csv")
    assert {name: file.numbers(name).tolist() for name in ("x", "y")} == {"x": [1, 2], "y": [2.5, -3]}


def test_a_typographic_minus_is_one(tmp_path: Path) -> None:
    path = tmp_path / "points.csv"
    path.write_text("x,y\n−1,2.5\n2,3\n", encoding="utf-8")
    assert read_csv(path).numbers("x").tolist() == [-1, 2]


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("x,y\n1,2,5\n2,4,1\n", "decimal signs"),
        ('x,y\n1,"1,200"\n2,"2,400"\n', "thousands"),
        ("x,y\n1,2020-01-01\n2,2020-01-02\n", "dates"),
        ("x,y\ns,mm\n1,2\n2,3\n3,4\n", "`#` in front"),
    ],
)
def test_a_wrong_cell_comes_with_advice(text: str, hint: str) -> None:
    with pytest.raises(SourceError) as caught:
        from_text(text, "points.csv").numbers("y")
    assert hint in (caught.value.diagnostics[0].hint or "")
