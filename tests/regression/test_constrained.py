"""Fits under conditions among parameters: the optimum on their edges, and what is said of it."""

from __future__ import annotations

import numpy as np
import pytest

import eqsolve
from eqsolve.fitted import Fit
from eqsolve.result import Result, Verdict

X = np.linspace(0, 10, 40)
LINE = {"x": X, "y": 2 * X + 3 + np.random.default_rng(0).normal(0, 0.1, 40)}
DECAY = {
    "x": X,
    "y": 5 * np.exp(-0.3 * X) + 2 * np.exp(-1.5 * X) + np.random.default_rng(1).normal(0, 0.05, 40),
}


def fitted(result: Result) -> Fit:
    assert result.verdict is Verdict.FIT, result.message
    assert result.fit is not None
    return result.fit


def codes(result: Result) -> set[str]:
    return {warning.code for warning in result.warnings}


@pytest.mark.parametrize("condition", ["a + b <= 4", "4 >= a + b", "a + b < 4", "s = a + b; s <= 4"])
def test_a_line_on_the_edge_of_a_condition_is_the_line_with_it_put_in(condition: str) -> None:
    result = eqsolve.fit("y ~ a*x + b", condition, data=LINE)
    fit = fitted(result)
    inside = fitted(eqsolve.fit("y ~ a*x + b; b = 4 - a", data=LINE))
    assert result["a"] == pytest.approx(inside.parameters["a"].value, rel=1e-12)
    assert fit.parameters["a"].stderr == pytest.approx(inside.parameters["a"].stderr, rel=1e-9)
    assert fit.dof == inside.dof == 39
    assert fit.checked
    assert "at-limit" in codes(result)


def test_the_excluded_edge_is_spoken_of() -> None:
    result = eqsolve.fit("y ~ a*x + b", "b < a", data=LINE)
    assert result["a"] == pytest.approx(result["b"], rel=1e-12)
    assert any("excluded" in warning.message for warning in result.warnings)


def test_a_curved_edge_is_met_to_the_last_digit() -> None:
    result = eqsolve.fit("y ~ a*x + b", "a^2 + b^2 <= 4", data=LINE)
    design = np.stack([X, np.ones(40)], 1)
    a, b = result["a"], result["b"]
    gradient = design.T @ (design @ [a, b] - LINE["y"])
    assert a**2 + b**2 == pytest.approx(4, rel=1e-14)
    assert gradient[0] * b - gradient[1] * a == pytest.approx(0, abs=1e-9 * np.abs(gradient).max())
    assert gradient @ [a, b] < 0


def test_a_condition_that_holds_anyway_changes_nothing() -> None:
    plain = fitted(eqsolve.fit("y ~ a*x + b", data=LINE))
    under = eqsolve.fit("y ~ a*x + b", "a + b <= 40", data=LINE)
    assert fitted(under).parameters == plain.parameters
    assert "at-limit" not in codes(under)


def test_an_order_picks_one_of_two_equal_minima() -> None:
    for condition, small, large in (("k < l", "k", "l"), ("l < k", "l", "k")):
        result = eqsolve.fit("y ~ a*exp(-k*x) + b*exp(-l*x)", condition, data=DECAY)
        assert result[small] < result[large]
        assert "at-limit" not in codes(result)


def test_a_ratio_that_the_data_do_not_want_is_kept() -> None:
    free = eqsolve.fit("y ~ a*exp(-k*x) + b*exp(-l*x)", data=DECAY)
    assert free["l"] < 10 * free["k"]
    held = eqsolve.fit("y ~ a*exp(-k*x) + b*exp(-l*x)", "l >= 10*k", data=DECAY)
    assert held["l"] == pytest.approx(10 * held["k"], rel=1e-12)
    assert fitted(held).rss > fitted(free).rss


def test_a_parameter_that_a_condition_sets_has_no_error() -> None:
    result = eqsolve.fit("y ~ a*x + b", "a^2 <= 1", data=LINE)
    assert fitted(result).parameters["a"].note == "set by a condition"
    assert fitted(result).parameters["b"].stderr is not None


def test_conditions_that_exclude_each_other_are_no_fit() -> None:
    result = eqsolve.fit("y ~ a*x + b", "a + b <= 1", "a + b >= 2", data=LINE)
    assert result.verdict is Verdict.NOT_FOUND
    assert "all conditions" in result.message


def test_on_an_edge_there_are_no_profiles() -> None:
    result = eqsolve.fit("y ~ a*x + b", "a + b <= 4", data=LINE, profile=True)
    assert "no-profile" in codes(result)
    assert all(one.profile is None for one in fitted(result).parameters.values())


def test_many_rows_are_kept_to_conditions_too() -> None:
    x = np.random.default_rng(2).uniform(0, 10, 30_000)
    data = {"x": x, "y": 2 * x + 3}
    result = eqsolve.fit("y ~ a*x + b", "a + b <= 4", data=data)
    assert result["a"] + result["b"] == pytest.approx(4, rel=1e-12)
    assert "at-limit" in codes(result)
