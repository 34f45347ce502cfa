"""From the shell: how much more than the imports does an answer cost?"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from functools import partial
from pathlib import Path

from benchmarks.side_by_side import medians, show

ROUNDS = 7
SCREEN = "import typer, rich.console, rich.table"
ENGINES = "import torch, sympy"
DIODE = ("I = 1e-14*(exp(V/0.02585) - 1)", "5 = 1000*I + V")
CASES = (
    ("--help", ("--help",), 0, SCREEN, "≤ 0.15 s"),
    ("a parse error", ("x = sqr(",), 2, SCREEN, "≤ 0.15 s"),
    ("linear, 4 equations", ("A+B=9", "C-D=1", "A+C=8", "B-D=2"), 0, SCREEN, "≤ 0.15 s"),
    ("diode circuit", DIODE, 0, ENGINES, "ratio ≤ 1.10"),
)


def execute(*arguments: str, code: int = 0) -> None:
    """Run Python in a process of its own, away from the repository."""
    command = [sys.executable, *arguments]
    done = subprocess.run(command, capture_output=True, check=False, cwd=tempfile.gettempdir(), text=True)
    if done.returncode != code:
        raise RuntimeError(f"{command} ended with {done.returncode}:\n{done.stderr}")


def main() -> None:
    rows = []
    for name, arguments, code, imports, budget in CASES:
        jobs = {
            "eqsolve": partial(execute, "-m", "eqsolve", *arguments, code=code),
            "imports": partial(execute, "-c", imports),
        }
        seconds = medians(jobs, ROUNDS)
        ratio = seconds["eqsolve"] / seconds["imports"]
        rows.append(
            (name, f"{seconds['eqsolve']:.3f}", imports, f"{seconds['imports']:.3f}", f"{ratio:.2f}", budget)
        )
    show(
        "Start-up",
        ("eqsolve …", "s", 'python -c "…"', "s", "ratio", "budget"),
        rows,
        f"Whole processes, medians of {ROUNDS} interleaved runs. "
        f"eqsolve runs as `{Path(sys.executable).name} -m eqsolve`, which costs as much as the installed script.",
    )


if __name__ == "__main__":
    main()
