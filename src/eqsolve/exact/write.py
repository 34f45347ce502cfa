"""Exact values and linear relations as text of the language."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from flint import arb, fmpq

from eqsolve.exact.affine import Affine, Number

SHORT: Final = 20  # digits up to which rationals are written as quotients of whole numbers


def write_number(value: Number) -> str | None:
    """Return a rational as text, `7/3` or `1e-300`, or None for a ball."""
    if not isinstance(value, fmpq):
        return None
    text = str(value)
    if len(text) <= SHORT:
        return text
    digits, _, below = text.partition("/")
    significant = digits.rstrip("0")
    zeros = len(digits) - len(significant)
    if below.strip("0") in ("", "1"):
        zeros -= max(0, len(below) - 1)
        power = f"{significant}e{zeros}" if zeros else significant
        return min(text, power, key=len)
    return text


def write_affine(form: Affine, names: Sequence[str]) -> str:
    """Return a linear form as text: `7 - D`, `2/3*x - y`, `pi`-like constants in decimals."""
    terms: list[tuple[bool, str]] = []
    if form.constant != 0 or not form.coefficients:
        terms.append(_signed(form.constant))
    for unknown, coefficient in sorted(form.coefficients.items()):
        negative, size = _signed(coefficient)
        terms.append((negative, names[unknown] if size == "1" else f"{size}*{names[unknown]}"))
    (negative, text), *rest = terms
    return ("-" if negative else "") + text + "".join(f" {'-+'[not n]} {term}" for n, term in rest)


def _signed(value: Number) -> tuple[bool, str]:
    negative = bool(value < 0)
    size = -value if negative else value
    return negative, str(size) if isinstance(size, fmpq) else arb(size).str(15, radius=False)
