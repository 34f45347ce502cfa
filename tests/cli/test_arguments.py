from __future__ import annotations

from pathlib import Path

import pytest

from eqsolve.cli.arguments import (
    assignments,
    bounds,
    gather,
    is_equation,
    is_option,
    positive,
    whole_number,
)
from eqsolve.errors import EqsolveError


@pytest.mark.parametrize(
    "argument",
    [
        "x=1",
        "-x = 3",
        "-2x+y=1",
        "y ~ a*x",
        "x<3",
        "x ≥ 2",
        "T := 5",
        "x in 0..10",
        "var x start 3",
        "--x = 3",
    ],
)
def test_equations(argument: str) -> None:
    assert is_equation(argument)
    assert not is_option(argument)


@pytest.mark.parametrize("argument", ["pump.eqs", "./check", "dir/in it.eqs", "-", "x^2 - 2", "x in"])
def test_not_equations(argument: str) -> None:
    assert not is_equation(argument)
    assert not is_option(argument)


@pytest.mark.parametrize("argument", ["--foo", "--foo=bar", "--x=3", "-z", "-zz", "--", "---"])
def test_options(argument: str) -> None:
    assert is_option(argument)


def test_equations_form_one_source_and_files_their_own(tmp_path: Path) -> None:
    path = tmp_path / "a.eqs"
    path.write_text("z = 1\n", encoding="utf-8")
    sources = gather(["x = 1", str(path), "y = 2", "x = 1"])
    assert [(source.text, source.name) for source in sources] == [
        ("x = 1\ny = 2\nx = 1", None),
        ("z = 1\n", str(path)),
    ]


def test_every_missing_file_is_reported() -> None:
    with pytest.raises(EqsolveError) as caught:
        gather(["nowhere.eqs", "chek", "x^2 - 2", "n" * 5000, "a\0b"])
    codes = [diagnostic.code for diagnostic in caught.value.diagnostics]
    hints = [diagnostic.hint for diagnostic in caught.value.diagnostics]
    assert codes == ["no-file"] * 5
    assert hints[:3] == ["an equation needs an `=`", "did you mean `check`?", "an equation needs an `=`"]


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    with pytest.raises(EqsolveError, match="folder"):
        gather([str(tmp_path)])


def test_nothing_to_solve() -> None:
    with pytest.raises(EqsolveError, match="nothing to solve"):
        gather([])


def test_assignments_keep_the_text() -> None:
    assert assignments(["x=1", " y = 2*pi ", "ﬁ=3"], "--set") == {"x": "1", "y": "2*pi", "fi": "3"}


def test_bounds_may_be_open() -> None:
    assert bounds(["x=0..10", "y=..5", "z = -1e3 .."]) == {
        "x": ("0", "10"),
        "y": (None, "5"),
        "z": ("-1e3", None),
    }


@pytest.mark.parametrize("text", ["", "x", "x=", "=1", "x==1"])
def test_malformed_assignments(text: str) -> None:
    with pytest.raises(EqsolveError, match="write it like `--set x=1`"):
        assignments([text], "--set")


@pytest.mark.parametrize("text", ["x=1", "x=..", "x=", "..", "x"])
def test_malformed_bounds(text: str) -> None:
    with pytest.raises(EqsolveError, match=r"write it like `--bounds x=0\.\.10`"):
        bounds([text])


def test_the_same_name_twice() -> None:
    with pytest.raises(EqsolveError, match="`x` is given twice with `--set`"):
        assignments(["x=1", "x=2"], "--set")


def test_numbers_of_options() -> None:
    assert whole_number("42", "--seed") == 42
    assert positive("0.5", "--max-seconds") == 0.5


@pytest.mark.parametrize("text", ["", "-1", "1.5", "abc", "²", "9" * 5000])
def test_malformed_whole_numbers(text: str) -> None:
    with pytest.raises(EqsolveError, match="whole number"):
        whole_number(text, "--seed")


@pytest.mark.parametrize("text", ["", "0", "-1", "nan", "soon"])
def test_malformed_seconds(text: str) -> None:
    with pytest.raises(EqsolveError, match="positive"):
        positive(text, "--max-seconds")
