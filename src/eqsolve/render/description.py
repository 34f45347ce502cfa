"""What a problem is about, before it is solved."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, Protocol

from rich.text import Text

from eqsolve.errors import Diagnostic
from eqsolve.render.explain import counted
from eqsolve.render.screen import Screen

_MOST_NAMES: Final = 40


class Description(Protocol):
    """The contents of a problem, as its names and counts."""

    @property
    def unknowns(self) -> Sequence[str]:
        """Names of what is solved for."""

    @property
    def givens(self) -> Sequence[str]:
        """Names of what is given."""

    @property
    def equations(self) -> int:
        """How many equations there are."""

    @property
    def constraints(self) -> int:
        """How many constraints there are."""

    @property
    def warnings(self) -> Sequence[Diagnostic]:
        """Things worth knowing."""


def description_lines(description: Description, screen: Screen) -> list[Text]:
    """Return the counts in one line, then the names."""
    counts = [counted(description.equations, "equation"), counted(len(description.unknowns), "unknown")]
    if description.givens:
        counts.append(counted(len(description.givens), "given"))
    if description.constraints:
        counts.append(counted(description.constraints, "constraint"))
    lines = [Text.assemble((screen.glyphs.good, "bold green"), " ", ", ".join(counts))]
    for heading, names in (("unknowns", description.unknowns), ("givens", description.givens)):
        if names:
            lines.append(Text.assemble((f"  {heading:<9}", "dim"), _listed(names, screen)))
    return lines


def _listed(names: Sequence[str], screen: Screen) -> str:
    shown = ", ".join(screen.clean(name) for name in names[:_MOST_NAMES])
    more = len(names) - _MOST_NAMES
    return shown + (f", {screen.glyphs.dots} and {more} more" if more > 0 else "")


def description_to_dict(description: Description) -> dict[str, object]:
    """Return the JSON object of a description."""
    return {
        "schema": "eqsolve/1",
        "verdict": "checked",
        "unknowns": list(description.unknowns),
        "givens": list(description.givens),
        "equations": description.equations,
        "constraints": description.constraints,
        "warnings": [warning.to_dict() for warning in description.warnings],
    }
