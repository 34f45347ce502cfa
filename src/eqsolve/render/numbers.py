"""Numbers with the digits that are justified, and no more."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Final

from eqsolve.result import Value

DIGITS: Final = 10


def significant(value: Value, error: float | None = None, *, plus_minus: str = "±") -> str:
    """Write `value` with at most ten significant digits, none of them below its error.

    Trailing zeros appear only where the error bar cut the digits: there they are justified ones. A value
    that its error swallows is written as `0 ± error`. Whole numbers that are known to be whole keep all digits.
    """
    if isinstance(value, int):
        return str(value)
    if isinstance(value, complex):
        return _complex(value, lambda part: significant(part, error, plus_minus=plus_minus))
    if not math.isfinite(value):
        return str(value)
    digits = _justified(value, error or 0.0)
    if value == 0.0 or digits >= DIGITS:
        return _tidy(f"{value:.{DIGITS}g}")
    if digits < 1:
        return f"0 {plus_minus} {brief(error or 0.0)}"
    return _tidy(f"{value:#.{digits}g}")


def _complex(value: complex, write: Callable[[float], str]) -> str:
    """Write `1 + 2i`; a part that is zero is left out."""
    re, im = write(value.real), write(abs(value.imag))
    if value.imag == 0.0 or im == "0":
        return re
    part = f"({im})i" if " " in im else ("i" if im == "1" else f"{im}i")
    if value.real == 0.0 or re == "0":
        return part if value.imag > 0 else f"-{part}"
    return f"{re} {'+' if value.imag > 0 else '-'} {part}"


def brief(value: Value | None, digits: int = 2) -> str:
    """Write a residual, an error or a point that is no solution: a few digits."""
    if isinstance(value, complex):
        return _complex(value, lambda part: brief(part, digits))
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
