from __future__ import annotations

import io
import json
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from eqsolve.cli import run
from eqsolve.errors import Diagnostic
from eqsolve.result import Completeness, Line, Result, Solution, Verdict

from .conftest import ONE, FakePipeline

Captured = pytest.CaptureFixture[str]

TWO = Result(
    Verdict.SOLVED,
    "2 solutions, proved to be all",
    Completeness.PROVED,
    (Solution({"x": -1.0}), Solution({"x": 1.0})),
)
NONE = Result(Verdict.NO_SOLUTION, "no solution: line 1 cannot hold", conflict=(Line(1, "x = x + 1"),))


def test_solves_equations(pipeline: FakePipeline, capsys: Captured) -> None:
    assert run(["-x = 3", "-2x+y=1"]) == 0
    assert capsys.readouterr() == ("x = 3\n\n✓ 1 solution, proved to be the only one\n", "")
    assert [(source.text, source.name) for source in pipeline.sources] == [("-x = 3\n-2x+y=1", None)]
    assert pipeline.options == {"method": "auto", "all": False, "seed": 0, "max_seconds": 60.0}


def test_hands_the_options_over(pipeline: FakePipeline) -> None:
    words = (
        "--set T=2*pi --start x=1 --bounds y=..5 --all --method newton --seed 7 --max-seconds 1.5 --complex"
    )
    assert run(["x=T*y", *words.split()]) == 0
    values = {"given": {"T": "2*pi"}, "start": {"x": "1"}, "bounds": {"y": (None, "5")}, "over_complex": True}
    assert pipeline.values == values
    assert pipeline.options == {"method": "newton", "all": True, "seed": 7, "max_seconds": 1.5}


@pytest.mark.parametrize(
    "words", [["solve", "x=1"], ["x=1", "--quiet"], ["--quiet", "--", "x=1"], ["x=1", "--seed=3"]]
)
def test_ways_to_say_it(words: list[str], pipeline: FakePipeline) -> None:
    assert run(words) == 0
    assert pipeline.sources[0].text == "x=1"


def test_reads_files_and_standard_input(
    pipeline: FakePipeline, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "check").write_text("y = 2\n", encoding="utf-8")
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO("λ = 1\n".encode())))
    assert run(["./check", "-", "x = 1"]) == 0
    assert [(source.text, source.name) for source in pipeline.sources] == [
        ("y = 2\n", "check"),
        ("λ = 1\n", "<stdin>"),
        ("x = 1", None),
    ]


@pytest.mark.parametrize(
    ("result", "code"), [(ONE, 0), (TWO, 0), (NONE, 1), (Result(Verdict.NOT_FOUND, "nothing found"), 1)]
)
def test_exit_codes(result: Result, code: int, pipeline: FakePipeline) -> None:
    pipeline.result = result
    assert run(["x=1"]) == code


def test_strict(pipeline: FakePipeline, capsys: Captured) -> None:
    assert run(["x=1", "--strict"]) == 0
    pipeline.result = TWO
    assert run(["x=1", "--strict"]) == 1
    assert capsys.readouterr().err.startswith("error[strict]: ")


def test_quiet(pipeline: FakePipeline, capsys: Captured) -> None:
    assert run(["x=1", "--quiet"]) == 0
    assert capsys.readouterr() == ("x = 3\n", "")
    pipeline.result = NONE
    assert run(["x=1", "--quiet"]) == 1
    assert capsys.readouterr() == ("", "✗ no solution: line 1 cannot hold\n")


def test_json(pipeline: FakePipeline, capsys: Captured) -> None:
    pipeline.result = Result(Verdict.SOLVED, "one", warnings=(Diagnostic("odd", "odd"),))
    assert run(["x=1", "--json"]) == 0
    out, err = capsys.readouterr()
    assert json.loads(out) == pipeline.result.to_dict()
    assert err == ""


def test_warnings_go_to_stderr(pipeline: FakePipeline, capsys: Captured) -> None:
    pipeline.result = Result(Verdict.SOLVED, "one", warnings=(Diagnostic("odd", "[red]odd[/red]"),))
    assert run(["x=1"]) == 0
    assert capsys.readouterr() == ("✓ one\n", "warning[odd]: [red]odd[/red]\n")


@pytest.mark.parametrize(("form", "start"), [("html", "<div"), ("latex", "\\begin{aligned}"), ("json", "{")])
def test_formats(form: str, start: str, pipeline: FakePipeline, capsys: Captured) -> None:
    assert run(["x=1", "--format", form]) == 0
    assert capsys.readouterr().out.startswith(start)


def test_explain(pipeline: FakePipeline, capsys: Captured) -> None:
    assert run(["x=1", "--explain"]) == 0
    assert "solutions: how sure, and where from" in capsys.readouterr().out


def test_a_wrong_equation(pipeline: FakePipeline, capsys: Captured) -> None:
    assert run(["x = 1", "v^2 = sqr(2*g*h)"]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err == (
        "error[unknown-function]: no function `sqr`\n"
        "  ┌─ line 2:7\n"
        "2 │ v^2 = sqr(2*g*h)\n"
        "  │       ^^^ did you mean `sqrt`?\n"
    )


def test_a_wrong_equation_in_json(pipeline: FakePipeline, capsys: Captured) -> None:
    assert run(["v^2 = sqr(2*g*h)", "--json"]) == 2
    out, err = capsys.readouterr()
    assert err == ""
    value = json.loads(out)
    assert value["verdict"] == "error"
    assert value["errors"][0]["column"] == 7


@pytest.mark.parametrize(
    ("words", "line"),
    [
        (["--jsn", "x=1"], "error[unknown-option]: no option `--jsn`"),
        (["x=1", "-z"], "error[unknown-option]: no option `-z`"),
        (["x=1", "--set"], "error[bad-option]: option `--set` requires an argument"),
        (["x=1", "--all=3"], "error[bad-option]: option `--all` does not take a value"),
        (["x=1", "--seed", "abc"], "error[bad-option]: `--seed` cannot be read"),
        (["x=1", "--max-seconds", "0"], "error[bad-option]: `--max-seconds` cannot be read"),
        (["x=1", "--set", "x"], "error[bad-option]: `--set` cannot be read"),
        (["x=1", "--bounds", "x=1"], "error[bad-option]: `--bounds` cannot be read"),
        (["x=1", "--method", "nwton"], "error[unknown-method]: no method `nwton`"),
        (["x=1", "--format", "yaml"], "error[unknown-format]: no format `yaml`"),
        (["methods", "x"], "error[bad-option]: `eqsolve methods` takes no argument `x`"),
        (["check", "--strict", "x=1"], "error[unknown-option]: no option `--strict`"),
        (["explain", "--quiet", "x=1"], "error[unknown-option]: no option `--quiet`"),
        (["explain", "x=1", "--method", "nwton"], "error[unknown-method]: no method `nwton`"),
        (["explan", "x=1"], "error[no-file]: there is no file `explan`"),
        (["--all"], "error[no-equations]: there is nothing to solve"),
        (["chek"], "error[no-file]: there is no file `chek`"),
    ],
)
def test_wrong_command_lines(words: list[str], line: str, pipeline: FakePipeline, capsys: Captured) -> None:
    assert run(words) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.splitlines()[0] == line
    assert run([*words, "--json"] if "methods" not in words else ["--json", *words]) == 2


def test_did_you_mean(pipeline: FakePipeline, capsys: Captured) -> None:
    run(["x=1", "--strct"])
    assert "hint: did you mean `--strict`?" in capsys.readouterr().err


def test_unknown_options_in_json(pipeline: FakePipeline, capsys: Captured) -> None:
    assert run(["x=1", "--format", "json", "--foo", "--bar"]) == 2
    assert len(json.loads(capsys.readouterr().out)["errors"]) == 2


def test_no_arguments(capsys: Captured) -> None:
    assert run([]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("usage: eqsolve")


@pytest.mark.parametrize(
    "words", [["--help"], ["-h"], ["check", "--help"], ["explain", "--help"], ["methods", "--help"]]
)
def test_help(words: list[str], capsys: Captured) -> None:
    assert run(words) == 0
    out, err = capsys.readouterr()
    assert out.startswith("Usage: eqsolve")
    assert err == ""


def test_help_names_every_command_and_format(capsys: Captured) -> None:
    run(["--help"])
    out = capsys.readouterr().out
    for word in (
        "eqsolve check",
        "eqsolve explain",
        "eqsolve methods",
        "latex",
        "--bounds",
        "Examples:",
        "Exit codes:",
    ):
        assert word in out


def test_version(capsys: Captured) -> None:
    assert run(["--version"]) == 0
    assert capsys.readouterr().out.startswith("eqsolve ")


def test_check(pipeline: FakePipeline, capsys: Captured) -> None:
    assert run(["check", "x=1", "--set", "T=3"]) == 0
    assert capsys.readouterr() == (
        "✓ 2 equations, 2 unknowns, 1 given, 1 constraint\n  unknowns x, y\n  givens   T\n",
        "",
    )
    assert pipeline.values["given"] == {"T": "3"}
    assert run(["check", "y=sqr(x)"]) == 2


def test_check_json(pipeline: FakePipeline, capsys: Captured) -> None:
    assert run(["check", "x=1", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["unknowns"] == ["x", "y"]


def test_methods(pipeline: FakePipeline, capsys: Captured) -> None:
    assert run(["methods"]) == 0
    assert capsys.readouterr().out == "auto     choose for each block\nnewton   Newton with backtracking\n"


def test_a_bug_is_an_apology(pipeline: FakePipeline, capsys: Captured) -> None:
    pipeline.failure = RuntimeError("boom")
    assert run(["x=1"]) == 101
    out, err = capsys.readouterr()
    assert out == ""
    assert "RuntimeError: boom" in err
    assert "Please report it" in err


@pytest.mark.parametrize(("failure", "code"), [(KeyboardInterrupt(), 130), (BrokenPipeError(), 141)])
def test_endings_from_outside(failure: BaseException, code: int, pipeline: FakePipeline) -> None:
    pipeline.failure = failure
    assert run(["x=1"]) == code


def test_json_on_an_ascii_stream_is_still_json(
    pipeline: FakePipeline, monkeypatch: pytest.MonkeyPatch
) -> None:
    pipeline.result = Result(Verdict.SOLVED, "λ 🚀", solutions=(Solution({"é": 1.0}),))
    stream = io.TextIOWrapper(io.BytesIO(), encoding="ascii", errors="backslashreplace")
    monkeypatch.setattr(sys, "stdout", stream)
    assert run(["é=1", "--json"]) == 0
    stream.flush()
    buffer = stream.buffer
    assert isinstance(buffer, io.BytesIO)
    assert json.loads(buffer.getvalue())["message"] == "λ 🚀"
