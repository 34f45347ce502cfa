"""Fits without a start: planted parameters are found, labels do not depend on chance, corners are minima."""

from __future__ import annotations

import numpy as np
import pytest
from tests.nist import nonlinear
from tests.planted import FAMILIES, Family, planted

import eqsolve
from eqsolve.result import Verdict

QUICK = tuple(family for family in FAMILIES if "three" not in family.name and "two " not in family.name)
HARD = tuple(family for family in FAMILIES if family not in QUICK)


def name_of(family: Family) -> str:
    return family.name


@pytest.mark.parametrize("family", QUICK, ids=name_of)
def test_what_was_planted_is_found(family: Family) -> None:
    drawn = planted(family, 11)
    result = eqsolve.fit(family.equation, data=dict(drawn.data), seed=1)
    assert result.fit is not None
    assert result.fit.rss <= drawn.rss * (1 + 1e-6)


@pytest.mark.slow
@pytest.mark.parametrize("family", HARD, ids=name_of)
@pytest.mark.parametrize("seed", range(2))
def test_what_was_planted_in_many_terms_is_found(family: Family, seed: int) -> None:
    drawn = planted(family, 20)
    result = eqsolve.fit(family.equation, data=dict(drawn.data), seed=seed)
    assert result.fit is not None
    assert result.fit.rss <= drawn.rss * (1 + 1e-6)


def test_an_ellipse_is_found_through_its_implicit_equation() -> None:
    angle = np.linspace(0, 6, 40)
    noise = np.random.default_rng(3).normal(0, 0.02, (2, 40))
    data = {"x": 3 + 4 * np.cos(angle) + noise[0], "y": -2 + 1.5 * np.sin(angle) + noise[1]}
    result = eqsolve.fit("((x - p)/a)^2 + ((y - q)/b)^2 ~ 1", data=data)
    assert [result[name] for name in "pq"] == pytest.approx([3, -2], abs=0.05)
    assert [abs(result[name]) for name in "ab"] == pytest.approx([4, 1.5], abs=0.05)
    # As p and a grow together without end, the residuals vanish: that is no ellipse.
    assert any(warning.code == "lower-elsewhere" for warning in result.warnings)


def test_names_of_alike_terms_do_not_depend_on_the_seed() -> None:
    x = np.linspace(0, 20, 80)
    data = {"x": x, "y": 3 * np.exp(-0.1 * x) + 2 * np.exp(-0.7 * x)}
    for seed in range(3):
        result = eqsolve.fit("y ~ a*exp(-k*x) + b*exp(-l*x)", data=data, seed=seed)
        assert [result[name] for name in "akbl"] == pytest.approx([3, 0.1, 2, 0.7], rel=1e-6)


def test_alike_terms_take_the_order_of_the_start() -> None:
    known = nonlinear("MGH17")
    first = eqsolve.fit(
        known.equation, data=known.data, start={"b1": 0.5, "b2": -1, "b3": 1.5, "b4": 0.02, "b5": 0.01}
    )
    second = eqsolve.fit(known.equation, data=known.data, start=known.starts[1])
    assert first["b4"] == pytest.approx(second["b5"], rel=1e-6)
    assert first["b4"] > first["b5"]


def test_a_break_point_comes_to_rest_on_a_row() -> None:
    x = np.arange(20.0)
    y = np.where(x <= 10, x, 10 + 3 * (x - 10))
    y[10] -= 0.5  # so that the sum of squares has its corner there
    result = eqsolve.fit("y ~ if(x < t, a + b*x, a + b*t + c*(x - t))", data={"x": x, "y": y})
    assert result.verdict is Verdict.FIT
    assert result.fit is not None
    assert result["t"] == pytest.approx(10, abs=0.3)


def test_twenty_thousand_rows_need_no_start() -> None:
    rng = np.random.default_rng(2)
    x = rng.uniform(0, 100, 20_000)
    data = {"x": x, "y": 3 * np.exp(-(((x - 30) / 5) ** 2)) + 1 + rng.normal(0, 0.1, len(x))}
    result = eqsolve.fit("y ~ a*exp(-((x - m)/w)^2) + b", data=data)
    assert [result[name] for name in "amwb"] == pytest.approx([3, 30, 5, 1], rel=0.01)


def test_signs_that_change_nothing_are_positive() -> None:
    x = np.linspace(0, 10, 60)
    data = {"x": x, "y": 5 * np.exp(-0.3 * x) * np.sin(4 * x + 0.5) + 1}
    for seed in range(3):
        result = eqsolve.fit("y ~ a*exp(-k*x)*sin(w*x + p) + c", data=data, seed=seed)
        assert [result[name] for name in "akwpc"] == pytest.approx([5, 0.3, 4, 0.5, 1], rel=1e-6)


@pytest.mark.parametrize(
    ("model", "values"),
    [
        ("y ~ a*x^b + c", {"a": 2, "b": 1.4, "c": 1}),
        ("y ~ a*x^b/(c^b + x^b)", {"a": 5, "b": 2, "c": 3}),
        ("y ~ a*(1 - exp(-(x/b)^c))", {"a": 5, "b": 3, "c": 1.7}),
    ],
)
def test_a_row_at_zero_does_no_harm_to_powers(model: str, values: dict[str, float]) -> None:
    x = np.linspace(0, 10, 40)
    a, b, c = values.values()
    exact = {"+": a * x**b + c, "/": a * x**b / (c**b + x**b), "e": a * (1 - np.exp(-((x / b) ** c)))}
    y = exact["e" if "exp" in model else "/" if "/" in model else "+"]
    result = eqsolve.fit(model, data={"x": x, "y": y})
    assert {name: result[name] for name in values} == pytest.approx(values, rel=1e-6)


def test_a_frequency_is_the_lowest_that_the_samples_allow() -> None:
    x = np.linspace(0, 10, 50)
    for seed in range(3):
        assert eqsolve.fit("y ~ sin(w*x)", data={"x": x, "y": np.sin(7.3 * x)}, seed=seed)[
            "w"
        ] == pytest.approx(7.3)


def test_what_a_constant_does_not_determine_has_a_large_error() -> None:
    x = np.linspace(0, 10, 50)
    result = eqsolve.fit("y ~ a*exp(-k*x) + c", data={"x": x, "y": np.full(50, 5.0)})
    assert result.fit is not None
    k = result.fit.parameters["k"]
    assert k.stderr is None or k.stderr > abs(k.value)
    assert result["a"] + result["c"] == pytest.approx(5)


def test_a_row_without_a_value_is_named() -> None:
    x = np.linspace(0, 10, 20)
    result = eqsolve.fit("y ~ a*x*ln(x) + b", data={"x": x, "y": x})
    assert result.verdict is Verdict.NOT_FOUND
    assert "row 1" in result.message
    assert "x = 0" in result.message
