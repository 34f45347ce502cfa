"""`eqsolve methods`: list the methods for `--method`."""

from __future__ import annotations

import sys

from eqsolve.cli.output import console


def methods() -> int:
    """List the methods for `--method`."""
    from rich.text import Text

    from eqsolve import pipeline
    from eqsolve.render.screen import emit, grid

    rows = [[Text(name, "cyan"), Text(description)] for name, description in pipeline.METHODS.items()]
    emit(grid(rows), console(sys.stdout))
    return 0
