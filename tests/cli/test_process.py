"""The real process: what it imports, how it ends, and that no pipe hurts it."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

ENV = {**os.environ, "PYTHONIOENCODING": "utf-8"}
HEAVY = "{'torch', 'sympy', 'numpy', 'scipy', 'flint', 'pydantic', 'click', 'rich.live', 'rich.markdown'}"


def eqsolve(*words: str, **options: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "eqsolve", *words],
        capture_output=True,
        encoding="utf-8",
        env=ENV | options,
        check=False,
    )


def test_help_and_nothing() -> None:
    assert eqsolve("--help").returncode == 0
    done = eqsolve()
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("usage: ")


def test_completion_scripts_and_completions() -> None:
    words = {"COMP_WORDS": "eqsolve x=1 --max", "COMP_CWORD": "2"}
    assert eqsolve(_EQSOLVE_COMPLETE="complete_bash", **words).stdout == "--max-seconds\n"


@pytest.mark.parametrize("words", [["--help"], ["--jsn"], ["nowhere.eqs"]])
def test_imports_little(words: list[str]) -> None:
    code = (
        f"import sys; from eqsolve.cli import run; run({words!r});"
        f"print(sorted({HEAVY} & set(sys.modules)), file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=ENV, check=True)
    assert done.stderr.splitlines()[-1] == "[]"


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="needs /dev/full")  # noqa: PTH110 - a device
def test_a_full_disk_is_told() -> None:
    with open("/dev/full", "w") as full:  # noqa: PTH123 - a device
        done = subprocess.run(
            [sys.executable, "-m", "eqsolve", "--help"],
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
    assert done.returncode == 2
    assert done.stderr == "eqsolve: cannot write the result: No space left on device\n"


def test_a_closed_pipe_is_quiet() -> None:
    reader, writer = os.pipe()
    os.close(reader)
    with os.fdopen(writer, "w") as closed:
        done = subprocess.run(
            [sys.executable, "-m", "eqsolve", "--help"],
            stdout=closed,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
    assert (done.returncode, done.stderr) == (141, "")
