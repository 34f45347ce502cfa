"""Fits end to end: what is found, how sure it is, and what is said about it."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence

import numpy as np
import pytest
import torch

import eqsolve
from eqsolve.errors import EqsolveError
from eqsolve.fitted import Fit
from eqsolve.result import Result, Verdict

X = np.linspace(0.0, 10.0, 40)
NOISE = np.random.default_rng(5).normal(0.0, 0.1, 40)
LINE: Mapping[str, Sequence[float]] = {"x": X.tolist(), "y": (2 * X + 1 + NOISE).tolist()}


def fitted(result: Result) -> Fit:
    assert result.verdict is Verdict.FIT, result.message
    assert result.fit is not None
    return result.fit


def codes(result: Result) -> set[str]:
    return {warning.code for warning in result.warnings}


def test_a_parabola_through_exact_points_is_exact() -> None:
    x = list(range(20))
    data = {"x": x, "y": [k**2 + 2 * k + 3 for k in x]}
    result = eqsolve.fit("y ~ A*x^2 + B*x + C", data=data)
    assert result.solutions[0].exact == {"A": "1", "B": "2", "C": "3"}
    assert fitted(result).rss == 0
    assert result.exit_code == 0


def test_a_line_agrees_with_the_textbook() -> None:
    fit = fitted(eqsolve.fit("y ~ a*x + b", data=LINE))
    design = np.stack([X, np.ones(40)], 1)
    values, rss, *_ = np.linalg.lstsq(design, np.array(LINE["y"]), rcond=None)
    errors = np.sqrt(np.diag(np.linalg.inv(design.T @ design)) * rss[0] / 38)
    assert [one.value for one in fit.parameters.values()] == pytest.approx(values)
    assert [one.stderr for one in fit.parameters.values()] == pytest.approx(errors)
    assert (fit.rows, fit.dof) == (40, 38)
    assert fit.sigma == pytest.approx(math.sqrt(rss[0] / 38))
    assert fit.r2 == pytest.approx(1 - rss[0] / np.var(LINE["y"]) / 40)


def test_json_holds_the_fit() -> None:
    result = eqsolve.fit("y ~ a*x + b", data=LINE)
    answer = json.loads(result.to_json())
    assert answer["verdict"] == "fit"
    assert set(answer["fit"]["parameters"]["a"]) >= {"value", "stderr", "ci95"}
    assert answer["fit"]["correlation"]["a"]["b"] == pytest.approx(answer["fit"]["correlation"]["b"]["a"])


def test_a_derived_quantity_carries_its_error() -> None:
    fit = fitted(eqsolve.fit("y ~ a*x + b; twice = 2*a; ratio = a/b", data=LINE))
    a = fit.parameters["a"]
    assert a.stderr is not None
    assert fit.derived["twice"].stderr == pytest.approx(2 * a.stderr)
    assert fit.derived["ratio"].value == pytest.approx(a.value / fit.parameters["b"].value)


def test_spreads_are_taken_as_they_are() -> None:
    small, large = (
        fitted(eqsolve.fit("y ~ a*x + b", data=LINE, sigma=s)).parameters["a"].stderr for s in (0.1, 0.2)
    )
    assert small is not None
    assert large == pytest.approx(2 * small)


def test_spreads_from_a_column_weigh_the_rows() -> None:
    spread = np.where(X < 5, 0.1, 10.0)
    bent = np.where(X < 5, 2 * X + 1, 0.0)
    result = eqsolve.fit("y ~ a*x + b ± s", data={"x": X, "y": bent, "s": spread})
    assert result["a"] == pytest.approx(2, abs=0.02)


def test_the_data_determine_only_a_product() -> None:
    result = eqsolve.fit("y ~ a*c*x + b", data=LINE)
    fit = fitted(result)
    assert fit.parameters["a"].stderr is None
    assert fit.combinations == ("`a*c`",)
    assert fit.parameters["b"].stderr is not None
    assert "not-identifiable" in codes(result)


def test_the_data_determine_only_a_sum() -> None:
    assert fitted(eqsolve.fit("y ~ a*x + c*x + b", data=LINE)).combinations == ("`a + c`",)


def test_a_parameter_at_its_bound_is_held_there() -> None:
    result = eqsolve.fit("y ~ a*x + b", data=LINE, bounds={"a": (None, 1.5)})
    fit = fitted(result)
    assert fit.parameters["a"].value == 1.5
    assert fit.parameters["a"].note == "at its upper bound"
    assert fit.parameters["b"].value == pytest.approx(np.mean(np.array(LINE["y"]) - 1.5 * X))
    assert "at-bound" in codes(result)


def test_a_fixed_parameter_is_not_fitted() -> None:
    fit = fitted(eqsolve.fit("y ~ a*x + b", data=LINE, given={"b": 1}))
    assert list(fit.parameters) == ["a"]


def test_too_few_points_give_no_errors() -> None:
    result = eqsolve.fit("y ~ a*x + b", data={"x": [1, 2], "y": [3, 5]})
    assert fitted(result).parameters["a"].stderr is None
    assert "too-few-points" in codes(result)


@pytest.mark.parametrize("loss", ["soft-l1", "huber", "cauchy", "tukey"])
def test_a_robust_loss_is_not_led_astray(loss: str) -> None:
    y = np.array(LINE["y"])
    y[[5, 20, 33]] = [60.0, -40.0, 90.0]
    assert "outliers" in codes(eqsolve.fit("y ~ a*x + b", data={"x": X, "y": y}))
    result = eqsolve.fit("y ~ a*x + b", data={"x": X, "y": y}, loss=loss)
    assert result["a"] == pytest.approx(2, abs=0.03)
    assert result["b"] == pytest.approx(1, abs=0.15)


def test_an_implicit_circle() -> None:
    angle = np.linspace(0, 6, 25)
    data = {"x": 1 + 3 * np.cos(angle), "y": -2 + 3 * np.sin(angle)}
    result = eqsolve.fit("(x - a)^2 + (y - b)^2 - R^2 ~ 0; R > 0", data=data)
    assert [result[name] for name in "abR"] == pytest.approx([1, -2, 3])


def test_a_model_that_is_itself_the_solution_of_an_equation() -> None:
    u = np.linspace(0.1, 2, 15)
    result = eqsolve.fit("y ~ v; v + a*v^3 = b*x", data={"x": (u + 0.5 * u**3) / 2, "y": u})
    assert [result["a"], result["b"]] == pytest.approx([0.5, 2.0])


def test_parameters_may_be_tied_by_equations() -> None:
    result = eqsolve.fit("y ~ a*x + b; a = 2*b", data=LINE)
    assert list(fitted(result).parameters) == ["b"]
    result = eqsolve.fit("y ~ a*x + b; a^2 + b^2 = 5; a > 0; b > 0", data=LINE)
    assert result["a"] ** 2 + result["b"] ** 2 == pytest.approx(5)


def test_several_tables_share_a_parameter() -> None:
    t = np.linspace(0, 5, 12)
    data = {"p": {"t": t, "y": 3 * np.exp(-0.4 * t)}, "q": {"t": t, "y": 7 * np.exp(-0.4 * t)}}
    result = eqsolve.fit("p.y ~ A*exp(-k*p.t)", "q.y ~ B*exp(-k*q.t)", data=data)
    assert [result[name] for name in "AkB"] == pytest.approx([3, 0.4, 7])


def test_the_order_of_equal_minima_follows_the_conditions() -> None:
    t = np.linspace(0, 8, 30)
    data = {"t": t, "y": 5 * np.exp(-t) + 2 * np.exp(-t / 4)}
    for condition, first in (("p < q", 0.25), ("p > q", 1.0)):
        result = eqsolve.fit(f"y ~ A*exp(-p*t) + B*exp(-q*t); {condition}", data=data)
        assert result["p"] == pytest.approx(first, rel=1e-6)


@pytest.mark.parametrize("method", ["adam", "lbfgs", "lm"])
def test_plain_descent_reaches_the_minimum_and_shows_the_loss_falling(method: str) -> None:
    seen: list[float] = []
    x = list(range(20))
    data = {"x": x, "y": [k**2 + 2 * k + 3 for k in x]}
    result = eqsolve.fit(
        "y ~ A*x^2 + B*x + C", data=data, method=method, observer=lambda p: seen.append(p.best_residual)
    )
    assert [result[name] for name in "ABC"] == pytest.approx([1, 2, 3], rel=1e-6)
    assert seen[-1] < 1e-6 * seen[0]


def test_profiles_of_a_linear_model_are_the_usual_intervals() -> None:
    fit = fitted(eqsolve.fit("y ~ a*x + b", data=LINE, profile=True))
    for one in fit.parameters.values():
        assert one.ci95 is not None
        assert one.profile == pytest.approx(one.ci95, rel=1e-4)


def test_predictions_have_a_band() -> None:
    result = eqsolve.fit("y ~ a*x + b", data=LINE)
    inside, far = result.predict(x=[5.0]), result.predict(x=[50.0])
    assert inside.value[0] == pytest.approx(result["a"] * 5 + result["b"])
    assert far.stderr[0] > 5 * inside.stderr[0]
    with pytest.raises(EqsolveError, match="column `x`"):
        result.predict(z=[1.0])


def test_the_model_is_a_differentiable_function() -> None:
    result = eqsolve.fit("y ~ a*x + b", data=LINE)
    x = torch.tensor([1.0, 2.0], dtype=torch.float64, requires_grad=True)
    result.torch_function()(x=x).sum().backward()
    assert x.grad is not None
    assert x.grad.tolist() == pytest.approx([result["a"]] * 2)


def test_many_rows_are_taken_block_by_block() -> None:
    rng = np.random.default_rng(0)
    x = rng.uniform(0, 4, 60_000)
    result = eqsolve.fit("y ~ a*exp(-b*x) + c", data={"x": x, "y": 3 * np.exp(-0.7 * x) + 1})
    assert [result[name] for name in "abc"] == pytest.approx([3, 0.7, 1])


@pytest.mark.parametrize(
    ("equation", "code"),
    [
        ("y ~ 2*x", "nothing-to-fit"),
        ("z ~ a*w", "no-data"),
        ("y = a*x", "nothing-to-fit"),
        ("y ~ a*x; a*v = d*u*x; a = u", "not-determined"),
    ],
)
def test_what_is_no_fit_is_refused(equation: str, code: str) -> None:
    with pytest.raises(EqsolveError) as caught:
        eqsolve.fit(equation, data=LINE)
    assert caught.value.diagnostics[0].code == code


def test_an_unknown_loss_is_refused() -> None:
    with pytest.raises(EqsolveError, match="huber"):
        eqsolve.fit("y ~ a*x", data=LINE, loss="hubr")


def test_definitions_that_contradict_each_other_leave_nothing_to_fit() -> None:
    result = eqsolve.fit("y ~ a*exp(-b*x)", "h = ln(2)/b", "h = 1.1*(ln(2)/b)", data=LINE)
    assert result.verdict is Verdict.NOT_FOUND
