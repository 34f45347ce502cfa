"""Numbers with the digits that are justified, and no more."""

from __future__ import annotations

import math
from typing import Final

DIGITS: Final = 10


def significant(value: float, error: float | None = None, *, plus_minus: str = "±") -> str:
    """Write `value` with at most ten significant digits, none of them below its error.

    Trailing zeros appear only where the error bar cut the digits: there they are justified ones. A value
    that its error swallows is written as `0 ± error`. Whole numbers that are known to be whole keep all digits.
    """
    if isinstance(value, int):
        return str(value)
    if not math.isfinite(value):
        return str(value)
    digits = _justified(value, error or 0.0)
    if value == 0.0 or digits >= DIGITS:
        return _tidy(f"{value:.{DIGITS}g}")
    if digits < 1:
        return f"0 {plus_minus} {brief(error or 0.0)}"
    return _tidy(f"{value:#.{digits}g}")


def brief(value: float | None, digits: int = 2) -> str:
    """Write a residual, an error or a point that is no solution: a few digits."""
    return "?" if value is None or not math.isfinite(value) else _tidy(f"{value:.{digits}g}")


def _justified(value: float, error: float) -> int:
    """Count the significant digits of `value` that are not below `error`."""
    if value == 0.0 or error <= 0.0 or not math.isfinite(error):
        return DIGITS
    lowest = math.ceil(math.log10(error))
    # A rounding to the next power of ten does no harm: it makes the count one too small.
    return math.floor(math.log10(abs(value))) - lowest + 1


def _tidy(text: str) -> str:
    """Shorten Python's `1.e+05` and `-0` to `1e5` and `0`."""
    mantissa, _, exponent = text.partition("e")
    mantissa = mantissa.removesuffix(".")
    if not exponent:
        return "0" if mantissa == "-0" else mantissa
    return f"{mantissa}e{int(exponent)}"
