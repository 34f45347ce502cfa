"""A result as one line of JSON."""

from __future__ import annotations

from eqsolve.result import Result


def to_json(result: Result) -> str:
    """Return the JSON object of a result, with neither NaN nor infinity."""
    return result.to_json()
