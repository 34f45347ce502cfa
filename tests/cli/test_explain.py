from __future__ import annotations

import json

import pytest

from eqsolve.cli import run

Captured = pytest.CaptureFixture[str]


def test_tells_how_it_went(capsys: Captured) -> None:
    assert run(["explain", "g := 4", "x = 3*g", "--no-color"]) == 0
    out, err = capsys.readouterr()
    assert err == ""
    for part in ("what was read", "block 1 for x", "exact: elimination", "the solution: certified", "g +1"):
        assert part in out


def test_takes_the_options_of_a_solve(capsys: Captured) -> None:
    words = ["--set", "g=9", "--bounds", "x=0..", "--start", "x=2", "--seed", "3", "--max-seconds", "20"]
    assert run(["explain", "g := 4", "x^2 = g", *words, "--json"]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert answer["schema"] == "eqsolve/1"
    assert answer["solutions"][0]["values"] == {"x": 3.0}
    told = answer["explanation"]
    assert told["givens"] == [{"name": "g", "text": "9", "value": 9.0}]
    assert told["unknowns"] == [{"name": "x", "lower": 0.0, "upper": None, "start": 2.0}]
    assert told["solutions"][0]["sensitivities"][0]["percent"] == pytest.approx(0.5)


def test_a_contradiction_is_told_and_exits_1(capsys: Captured) -> None:
    assert run(["explain", "x + y = 3", "x + y = 4"]) == 1
    assert "  hint: drop line 1, or change its right side to 4" in capsys.readouterr().out


def test_wrong_equations_exit_2(capsys: Captured) -> None:
    assert run(["explain", "y = sqr(2)", "--json"]) == 2
    assert json.loads(capsys.readouterr().out)["verdict"] == "error"
