"""Where the answers go: consoles and JSON on the streams of this process."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from typing import TYPE_CHECKING, Final, TextIO

from eqsolve.result import Result

if TYPE_CHECKING:
    from rich.console import Console

INTERRUPTED: Final = 130


def exit_code(result: Result) -> int:
    """Return what the process ends with."""
    interrupted = any(warning.code == "interrupted" for warning in result.warnings)
    return INTERRUPTED if interrupted else result.exit_code


def console(stream: TextIO, *, plain: bool = False) -> Console:
    """Return a console that reads nothing into the text it prints."""
    from rich.console import Console

    # `no_color=None` leaves the decision to NO_COLOR.
    return Console(file=stream, no_color=plain or None, markup=False, highlight=False, emoji=False)


def write(text: str) -> None:
    """Write a document to stdout, on lines of its own."""
    sys.stdout.write(text.rstrip("\n") + "\n")


def write_json(value: Mapping[str, object]) -> None:
    """Write a JSON object to stdout; in ASCII where the stream cannot take all of it."""
    text = json.dumps(value, ensure_ascii=False, allow_nan=False)
    try:
        text.encode(sys.stdout.encoding or "utf-8")
    except UnicodeEncodeError:
        text = json.dumps(value, allow_nan=False)
    write(text)
