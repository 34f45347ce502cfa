"""One system of the catalogue."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Entry:
    """A system.

    Attributes:
        name: What it is called.
        source: Where it is from.
        text: The equations, and givens where it has some.
        start: The published or usual start; empty where none is usual.
    """

    name: str
    source: str
    text: str
    start: Mapping[str, float] = field(default_factory=dict)


def entry(name: str, source: str, text: str, **start: float) -> Entry:
    """Return a system with its start, name by name."""
    return Entry(name, source, text, start)


def numbered(name: str, source: str, equations: Sequence[str], start: Sequence[float]) -> Entry:
    """Return a system in x1 … xn."""
    return Entry(name, source, "\n".join(equations), {f"x{k + 1}": value for k, value in enumerate(start)})
