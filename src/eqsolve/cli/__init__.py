"""Arguments → pipeline → render → exit code, one file per command.

Exit codes: 0 solved, 1 not solved, 2 wrong input, 101 a bug in eqsolve, 130 interrupted, 141 nobody reads.
Results go to stdout, all else to stderr.
"""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Sequence
from typing import NoReturn

__all__ = ["main", "run"]

_CANNOT_WRITE = 2
_NOBODY_READS = 141


def main() -> NoReturn:
    """Run the command line of this process, and end the process.

    The garbage collector is off and the interpreter is not torn down: the process is short, and both
    would cost more than they give.
    """
    gc.disable()
    for stream in (sys.stdout, sys.stderr):
        # The renderers escape what cannot be encoded; this is for whatever else may print.
        stream.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]  # real streams have it
    code = run(sys.argv[1:])
    os._exit(_flushed(code))


def run(argv: Sequence[str]) -> int:
    """Run the command line `argv` and return the exit code."""
    from eqsolve.cli.dispatch import run_command

    return run_command(argv)


def _flushed(code: int) -> int:
    """Write out what is still buffered; return `code`, or another one if this fails."""
    try:
        sys.stdout.flush()
        sys.stderr.flush()
    except BrokenPipeError:
        return _NOBODY_READS
    except OSError as error:
        os.write(2, f"eqsolve: cannot write the result: {error.strerror}\n".encode())
        return _CANNOT_WRITE
    return code
