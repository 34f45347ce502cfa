"""Pictures of the terminal for the README: real runs in a pseudo-terminal, drawn by rich.

`python -m benchmarks.pictures` writes them anew to `examples/pictures/`.
"""

import io
import os
import pty
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Final

from rich.console import Console
from rich.text import Text

ROOT: Final = Path(__file__).parent.parent
FOLDER: Final = ROOT / "examples" / "pictures"
WIDTH: Final = 84

SCREENS: Final = {
    "puzzle": [["A+B=9", "C-D=1", "A+C=8", "B-D=2"]],
    "reactor": [["examples/09_reactor.eqs"]],
    "error": [["x^2 + sqr(y) = 4", "y = (x + 1", "2x = 3 K"]],
    "descent": [["A+B=9", "C-D=1", "A+C=8", "B-D=2", "--method", "adam"]],
}


def run(arguments: list[str]) -> str:
    """Return what `eqsolve` prints on a terminal, colours included."""
    master, slave = pty.openpty()
    environment = {**os.environ, "COLUMNS": str(WIDTH), "LINES": "60", "TERM": "xterm-256color"}
    command = [sys.executable, "-m", "eqsolve", *arguments]
    process = subprocess.Popen(command, stdout=slave, stderr=slave, stdin=slave, cwd=ROOT, env=environment)
    os.close(slave)
    chunks = []
    while True:
        try:
            chunk = os.read(master, 65536)
        except OSError:  # the other end is closed
            break
        if not chunk:
            break
        chunks.append(chunk)
    process.wait()
    return b"".join(chunks).decode()


def last_frame(output: str) -> str:
    """Return what is left on the screen after cursor movements: all behind the last erased line."""
    for erase in ("\x1b[2K", "\x1b[J", "\x1b[0J"):
        output = output.rpartition(erase)[2]
    return output.replace("\x1b[?25l", "").replace("\x1b[?25h", "").replace("\r", "")


def main() -> None:
    """Draw every screen."""
    FOLDER.mkdir(exist_ok=True)
    for name, runs in SCREENS.items():
        console = Console(record=True, width=WIDTH, file=io.StringIO(), force_terminal=True)
        for arguments in runs:
            console.print(Text.from_ansi(f"$ eqsolve {shlex.join(arguments)}"), style="bold")
            console.print(Text.from_ansi(last_frame(run(arguments)).rstrip()))
        console.save_svg(str(FOLDER / f"{name}.svg"), title="eqsolve")
        print(f"examples/pictures/{name}.svg")


if __name__ == "__main__":
    main()
