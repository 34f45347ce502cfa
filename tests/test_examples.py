"""Every example gives what its own comment promises.

In an `.eqs` file, `# expect:` lines say the verdict (with the number of solutions, the free unknowns or the
labels in conflict), then values. Each line of values holds in one of the solutions, and each solution is
described by one of the lines. In an `api_*.py` file, `# prints:` lines are its output.
"""

from __future__ import annotations

import json
import re
import runpy
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any, Final

import pytest

from eqsolve.cli import run

ROOT: Final = Path(__file__).parent.parent
EQUATIONS: Final = sorted((ROOT / "examples").glob("*.eqs"))
SCRIPTS: Final = sorted((ROOT / "examples").glob("api_*.py"))
README: Final = ROOT / "README.md"

_SUMMARY: Final = re.compile(r"(\w+)(?:, (?:(\d+) solutions?|free (.+)|conflict (.+)))?")
_VALUE: Final = re.compile(r"(\w+) = (\S+) ± (\S+)")
_EXAMPLE: Final = re.compile(r"examples/(\w+\.(?:eqs|py))")


def marked(path: Path, word: str) -> list[str]:
    """Return what follows `# word:` in a file."""
    return re.findall(rf"^# {word}: (.*)$", path.read_text("utf-8"), re.MULTILINE)


def solve(path: Path, capsys: pytest.CaptureFixture[str]) -> tuple[int, dict[str, Any]]:
    """Return exit code and JSON object of the command line."""
    code = run([str(path), "--json"])
    answer: dict[str, Any] = json.loads(capsys.readouterr().out)
    return code, answer


def holds(line: str, values: dict[str, float]) -> bool:
    """Tell whether a line of values holds in a solution."""
    parts = [_VALUE.fullmatch(part) for part in line.split(", ")]
    assert all(parts), f"cannot read: {line}"
    return all(
        abs(values[part[1]] - float(Fraction(part[2]))) <= float(part[3])
        for part in parts
        if part is not None
    )


@pytest.mark.parametrize("path", EQUATIONS, ids=lambda path: path.stem)
def test_gives_what_it_promises(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    promised, *details = marked(path, "expect")
    summary = _SUMMARY.fullmatch(promised)
    assert summary is not None, f"cannot read: {promised}"
    verdict, count, free, conflict = summary.groups()

    code, answer = solve(path, capsys)

    assert answer["verdict"] == verdict, answer["message"]
    assert code == (verdict == "no_solution")
    assert answer["free"] == (free.split() if free else [])
    assert [line["label"] for line in answer["conflict"]] == (conflict.split() if conflict else [])
    if verdict == "family":
        written = ", ".join(f"{name} = {form}" for name, form in answer["family"].items())
        assert [written] == details
        return
    solutions = [solution["values"] for solution in answer["solutions"]]
    assert len(solutions) == int(count or 0)
    for line in details:
        assert any(holds(line, values) for values in solutions), f"{line} is not among {solutions}"
    for values in solutions:
        assert any(holds(line, values) for line in details), f"nothing was promised of {values}"


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.stem)
def test_prints_what_it_promises(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    runpy.run_path(str(path))
    assert capsys.readouterr().out.splitlines() == marked(path, "prints")


def test_every_example_promises_something() -> None:
    assert len(EQUATIONS) >= 12
    assert SCRIPTS
    assert [path.name for path in EQUATIONS if len(marked(path, "expect")) == 0] == []
    assert [path.name for path in SCRIPTS if not marked(path, "prints")] == []


def test_examples_are_numbered_without_gaps() -> None:
    assert [int(path.name[:2]) for path in EQUATIONS] == list(range(1, len(EQUATIONS) + 1))


def shown(text: str) -> Iterator[tuple[str, str]]:
    """Yield each `eqs` or `python` block of a README that follows a line with the path of an example."""
    fence, before, block = None, "", list[str]()
    for line in text.splitlines():
        if fence is None and line.startswith("```"):
            fence, block = line[3:].strip(), []
        elif fence is not None and line == "```":
            named = _EXAMPLE.search(before)
            if named and fence in {"eqs", "python"}:
                yield named[1], "\n".join(block) + "\n"
            fence, before = None, ""
        elif fence is not None:
            block.append(line)
        elif line.strip():
            before = line


@pytest.mark.skipif(not README.exists(), reason="there is no README yet")
def test_readme_shows_examples_as_they_are() -> None:
    blocks = list(shown(README.read_text("utf-8")))
    assert blocks, "README.md shows no example: name its file in the line above an `eqs` or `python` block"
    for name, text in blocks:
        assert text == (ROOT / "examples" / name).read_text("utf-8"), name


def test_blocks_of_a_readme_are_found() -> None:
    text = "See `examples/01_first.eqs`:\n\n```eqs\nx = 1\n```\n\n```\neqsolve examples/01_first.eqs\n```\n"
    assert list(shown(text)) == [("01_first.eqs", "x = 1\n")]
