from __future__ import annotations

import math
import random

import pytest

from eqsolve.render.numbers import brief, significant


@pytest.mark.parametrize(
    ("value", "error", "text"),
    [
        (math.sqrt(2), 2e-16, "1.414213562"),
        (math.sqrt(2), None, "1.414213562"),
        (math.sqrt(2), 3e-5, "1.4142"),
        (1.5, 0.0, "1.5"),
        (1.5, 1e-4, "1.5000"),
        (123.456, 0.02, "123.5"),
        (123.456, 0.5, "123"),
        (123.456, 60.0, "1e2"),
        (100.0, None, "100"),
        (-2.0, 1e-15, "-2"),
        (0.0, 1e-16, "0"),
        (-0.0, None, "0"),
        (1e-17, 2e-16, "0 ± 2e-16"),
        (299792458.0, 0.0, "299792458"),
        (1.23456789e20, None, "1.23456789e20"),
        (6.02e-23, None, "6.02e-23"),
        (math.inf, None, "inf"),
        (math.nan, None, "nan"),
        (1.0, math.inf, "1"),
        (5e-324, None, "4.940656458e-324"),
    ],
)
def test_shows_the_justified_digits(value: float, error: float | None, text: str) -> None:
    assert significant(value, error) == text


def test_no_digit_lies_below_the_error() -> None:
    generator = random.Random(1)  # noqa: S311 - no secret
    for _ in range(2000):
        value = generator.uniform(-1, 1) * 10 ** generator.uniform(-12, 12)
        error = abs(value) * 10 ** generator.uniform(-15, 1)
        text = significant(value, error)
        if "±" in text:
            assert abs(value) < 10 * error
            continue
        mantissa, _, exponent = text.partition("e")
        decimals = len(mantissa.partition(".")[2])
        assert 10.0 ** (int(exponent or 0) - decimals) >= error * (1 - 1e-9) or "." not in mantissa
        assert abs(float(text) - value) <= max(abs(value) * 1e-9, 10 * error)


def test_is_brief() -> None:
    assert [brief(3.14e-4), brief(0.0), brief(None), brief(math.nan), brief(1.23456789, 6)] == [
        "0.00031",
        "0",
        "?",
        "?",
        "1.23457",
    ]
