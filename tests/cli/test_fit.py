"""`eqsolve fit` as it is used: files in, tables, documents and pictures out."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from eqsolve.cli import run

PARABOLA = "x,y\n" + "".join(f"{x},{x * x + 2 * x + 3}\n" for x in range(20))


@pytest.fixture
def points(tmp_path: Path) -> str:
    path = tmp_path / "points.csv"
    path.write_text(PARABOLA, "utf-8")
    return str(path)


def test_a_parabola_from_a_file(points: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["fit", "y ~ A*x^2 + B*x + C", "--data", points]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[:2] for line in lines[1:4]] == [["A", "1"], ["B", "2"], ["C", "3"]]


def test_json(points: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["fit", "y ~ A*x^2 + B*x + C", "--data", points, "--json"]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert answer["fit"]["parameters"]["C"]["value"] == 3


def test_named_tables(points: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["fit", "d.y ~ A*d.x^2 + B*d.x + C", "--data", f"d={points}", "--quiet"]) == 0
    assert capsys.readouterr().out == "A = 1\nB = 2\nC = 3\n"


@pytest.mark.parametrize(
    ("form", "begins"), [("markdown", "| parameter"), ("latex", r"\begin{array}"), ("html", "<div")]
)
def test_tables_for_reports(points: str, form: str, begins: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["fit", "y ~ A*x^2 + B*x + C", "--data", points, "--format", form]) == 0
    assert capsys.readouterr().out.startswith(begins)


@pytest.mark.parametrize("ending", ["png", "svg"])
def test_a_picture_is_written(points: str, tmp_path: Path, ending: str) -> None:
    picture = tmp_path / f"fit.{ending}"
    assert run(["fit", "y ~ A*x^2 + B*x", "--data", points, "--profile", "--plot", str(picture)]) == 0
    assert picture.stat().st_size > 5_000


def test_a_plot_in_the_terminal(points: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["fit", "y ~ A*x^2 + B*x", "--data", points, "--plot"]) == 0
    out = capsys.readouterr().out
    assert "residuals" in out
    assert "●" in out or "o" in out


def test_residuals_are_written_and_no_text_begins_a_formula(tmp_path: Path) -> None:
    path, out = tmp_path / "points.csv", tmp_path / "out.csv"
    path.write_text(PARABOLA, "utf-8")
    assert run(["fit", "-y ~ A*x^2 + B*x + C", "--data", str(path), "--residuals", str(out)]) == 0
    first, header, *rows = out.read_text("utf-8").splitlines()
    assert first == "'-y ~ A*x^2 + B*x + C"
    assert header.split(",")[-2:] == ["residual", "standardized"]
    assert len(rows) == 20


def test_missing_cells_are_dropped_on_request(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "points.csv"
    path.write_text(PARABOLA + "20,\n", "utf-8")
    assert run(["fit", "y ~ A*x^2 + B*x + C", "--data", str(path)]) == 2
    assert "line 22, column `y`: the cell is empty" in capsys.readouterr().err
    assert run(["fit", "y ~ A*x^2 + B*x + C", "--data", str(path), "--drop-missing"]) == 0
    assert "1 row with missing cells left out" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["y ~ a*x"], "no-data"),
        (["y ~ a*x", "--data", "nowhere.csv"], "no-file"),
        (["y = a*x", "--data", "POINTS"], "nothing-to-fit"),
        (["y ~ a*x", "--data", "POINTS", "--loss", "hubr"], "unknown-loss"),
        (["y ~ a*x", "--data", "POINTS", "--method", "lmm"], "unknown-method"),
        (["y ~ a*x", "--data", "POINTS", "--data", "POINTS"], "bad-option"),
    ],
)
def test_what_is_wrong_is_an_error_of_input(
    points: str, arguments: list[str], code: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["fit", *(points if word == "POINTS" else word for word in arguments), "--json"]) == 2
    assert json.loads(capsys.readouterr().out)["errors"][0]["code"] == code
