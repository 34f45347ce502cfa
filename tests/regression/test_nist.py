"""The certified fits of NIST: parameters, errors, and the minimum without any start."""

from __future__ import annotations

import pytest
from tests.nist import LINEAR, MODELS, linear, log_relative_error, nonlinear

import eqsolve

QUICK = ("Misra1a", "DanWood", "MGH09", "MGH10", "Thurber", "BoxBOD", "Rat43", "Eckerle4", "Bennett5")


@pytest.mark.parametrize("name", LINEAR)
def test_linear_fits_are_right_to_the_last_certified_digit(name: str) -> None:
    known = linear(name)
    result = eqsolve.fit(known.equation, data=known.data)
    assert result.fit is not None
    assert log_relative_error({n: result[n] for n in known.certified}, known.certified) >= 10
    errors = {n: one.stderr or 0.0 for n, one in result.fit.parameters.items()}
    assert all(errors[n] == pytest.approx(value, rel=1e-9, abs=1e-12) for n, value in known.errors.items())


@pytest.mark.parametrize(
    "name", [pytest.param(n, marks=[] if n in QUICK else [pytest.mark.slow]) for n in MODELS]
)
def test_both_starts_lead_to_the_certified_parameters(name: str) -> None:
    known = nonlinear(name)
    for start in known.starts:
        result = eqsolve.fit(known.equation, data=known.data, start=start)
        assert result.fit is not None
        digits = log_relative_error({n: result[n] for n in known.certified}, known.certified)
        assert digits >= 8.5
        if name != "Lanczos1":  # without noise: its errors are rounding
            errors = {n: one.stderr or 0.0 for n, one in result.fit.parameters.items()}
            assert log_relative_error(errors, known.errors) >= 4


@pytest.mark.parametrize(
    "name", [pytest.param(n, marks=[] if n in QUICK else [pytest.mark.slow]) for n in MODELS]
)
def test_no_start_is_needed(name: str) -> None:
    known = nonlinear(name)
    result = eqsolve.fit(known.equation, data=known.data)
    assert result.fit is not None
    assert result.fit.rss <= known.rss * (1 + 1e-6) + 1e-20
