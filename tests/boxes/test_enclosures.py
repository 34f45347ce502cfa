"""Ranges, slopes and narrowing over lanes hold what they must, computed to many digits at points of the boxes."""

from __future__ import annotations

import random
from typing import Final

import numpy as np
import pytest
from flint import arb
from hypothesis import given, settings
from hypothesis import strategies as st

from eqsolve.boxes.contract import contract
from eqsolve.boxes.elementary import FUNCTIONS
from eqsolve.boxes.lanes import Array, Lanes
from eqsolve.boxes.ranges import Ranges, Sloped, covers
from eqsolve.evaluate import number, precision, strictly
from eqsolve.language.interpret import interpret, tape
from eqsolve.language.parser import parse_expression
from eqsolve.language.syntax import Expression
from eqsolve.source import Source

LANES: Final = 200
SIZES: Final = (1e-300, 1e-9, 0.3, 1.0, 3.0, 40.0, 1e5, 1e7, 1e18, 1e300)
FORMS: Final = [
    *(f"{name}(x)" for name in FUNCTIONS),
    "min(x, y, x*y)",
    "max(x, 2*y)",
    "x + y - x*y",
    "x - x + 0.1",
    "x/y",
    "x/(y - x)",
    "x^2",
    "x^3",
    "x^-1",
    "x^-2",
    "x^0",
    "x^7",
    "x^0.5",
    "x^(1/3)",
    "x^-1.5",
    "x^y",
    "2^x",
    "(-2)^3*x",
    "x%",
    "pi*x + 1e-30",
    "1e300*x*y*1e300",
    "1e-300*x*y*1e-300",
    "exp(-x^2)*sin(3*x) + cos(x*y)",
    "sqrt(x)*ln(y) - atan(x/y)",
]


def some_boxes(seed: str | int, lanes: int = LANES) -> tuple[Lanes, Array]:
    """Boxes of x and y, shape [2, lanes], and a point in each: an end or anything between."""
    rng = random.Random(seed)  # noqa: S311
    low, high, at = (np.empty((2, lanes)) for _ in range(3))
    for place in np.ndindex(2, lanes):
        size = rng.choice(SIZES)
        ends = sorted((rng.uniform(-size, size), rng.uniform(-size, size)))
        if rng.random() < 0.3:
            first = float(rng.randint(-4, 4))
            ends = [first, first + rng.randint(0, 3)]
        elif rng.random() < 0.3:
            ends[1] = ends[0] + rng.random() * 1e-6 * abs(ends[0])
        between = ends[0] + rng.random() * (ends[1] - ends[0])
        at[place] = min(max(rng.choice([*ends, between, 0.0, 1.0]), ends[0]), ends[1])
        low[place], high[place] = ends
        if rng.random() < 0.1:
            high[place] = np.inf
        elif rng.random() < 0.1:
            low[place] = -np.inf
    return Lanes(low, high), at


def sides(box: Lanes) -> dict[str, Lanes]:
    return {name: Lanes(box.low[k], box.high[k]) for k, name in enumerate("xy")}


def alive(lanes: int = LANES) -> np.ndarray:
    return np.zeros(lanes, dtype=bool)


def value_at(expression: Expression, x: float, y: float) -> arb | None:
    """The value in ball arithmetic, None if there is none or it cannot be computed."""
    with precision(400), strictly():
        ball = number(expression, {"x": arb(x), "y": arb(y)})
    known = ball.issue is None and ball.value.is_finite()
    return ball.value if known and ball.value.rad() <= abs(ball.value.mid()) * arb("1e-30") else None


def check_ranges(expression: Expression, seed: str | int) -> int:
    box, at = some_boxes(seed)
    ranges = Ranges(sides(box), alive())
    with np.errstate(all="ignore"):
        image = interpret(expression, ranges)
    low, high = (np.broadcast_to(end, LANES) for end in image)
    values = 0
    for lane in range(LANES):
        value = value_at(expression, *at[:, lane])
        if value is not None:
            values += 1
            assert not ranges.dead[lane], (box.low[:, lane], box.high[:, lane], at[:, lane])
            assert not value < arb(low[lane]), (at[:, lane], low[lane], value)
            assert not value > arb(high[lane]), (at[:, lane], high[lane], value)
    return values


@pytest.mark.parametrize("text", FORMS)
def test_a_range_holds_every_value(text: str) -> None:
    assert check_ranges(parse_expression(Source(text)), text) > 10


def check_narrowing(text: str, seed: str | int) -> None:
    box, at = some_boxes(seed)
    inner = parse_expression(Source(text))
    values = [value_at(inner, *at[:, lane]) for lane in range(LANES)]
    near = np.array([0.0 if value is None else float(value.mid()) for value in values])
    z = Lanes(np.nextafter(near, -np.inf), np.nextafter(near, np.inf))
    ranges = Ranges({**sides(box), "z": z}, alive())
    with np.errstate(all="ignore"):
        narrowed, dead = contract(tape(parse_expression(Source(f"{text} - z"))), ranges, sides(box))
    for lane, value in enumerate(values):
        if value is not None and np.isfinite(near[lane]):
            assert not dead[lane], (box.low[:, lane], box.high[:, lane], at[:, lane])
            for k, name in enumerate("xy"):
                assert narrowed[name].low[lane] <= at[k, lane] <= narrowed[name].high[lane], at[:, lane]


@pytest.mark.parametrize("text", FORMS)
def test_narrowing_keeps_every_point_that_solves(text: str) -> None:
    check_narrowing(text, text)


def check_slopes(text: str, seed: str | int) -> None:
    """f(a) - f(b) lies in slope times (a - b), where the expression is not rough."""
    expression = parse_expression(Source(text))
    box, at = some_boxes(seed)
    rng = random.Random(seed)  # noqa: S311
    y = Lanes(at[1], at[1])
    ranges = Ranges({"x": Lanes(box.low[0], box.high[0]), "y": y}, alive())
    sloped = Sloped(ranges, {"x": 0}, alive())
    with np.errstate(all="ignore"):
        slopes = interpret(expression, sloped)
    slope = slopes.partials.get(0, Lanes(np.zeros(()), np.zeros(())))
    low, high = (np.broadcast_to(end, LANES) for end in slope)
    rough = np.broadcast_to(sloped.rough | ranges.dead, LANES)
    for lane in np.flatnonzero(~rough):
        a, end = at[0, lane], rng.choice([box.low[0, lane], box.high[0, lane]])
        if not np.isfinite(end) or a == end or low[lane] > high[lane]:
            continue
        first, second = value_at(expression, a, at[1, lane]), value_at(expression, end, at[1, lane])
        if first is None or second is None:
            continue
        with precision(400):
            chord = (first - second) / (arb(a) - arb(end))
        assert not chord < arb(low[lane]), (a, end, at[1, lane])
        assert not chord > arb(high[lane]), (a, end, at[1, lane])


@pytest.mark.parametrize("text", FORMS)
def test_slopes_hold_every_chord(text: str) -> None:
    check_slopes(text, text)


def trees() -> st.SearchStrategy[str]:
    """Expressions of functions, sums, products and powers, a few levels deep."""
    leaves = st.sampled_from(["x", "y", "0.1", "2", "3", "pi"])
    return st.recursive(
        leaves,
        lambda inner: st.one_of(
            st.builds("({} {} {})".format, inner, st.sampled_from("+-*/"), inner),
            st.builds("({})^{}".format, inner, st.sampled_from(["2", "3", "(-1)", "0.5", "x"])),
            st.builds("{}({})".format, st.sampled_from(sorted(FUNCTIONS)), inner),
        ),
        max_leaves=6,
    )


@settings(max_examples=25, deadline=None)
@given(trees(), st.integers(0, 10**6))
def test_random_expressions_are_enclosed(text: str, seed: int) -> None:
    expression = parse_expression(Source(text))
    assert covers(tape(expression))
    check_ranges(expression, seed)
    check_narrowing(text, seed)
    check_slopes(text, seed)


def test_what_is_not_covered_is_known() -> None:
    assert not covers(tape(parse_expression(Source("if(x > 0, x, y)"))))
    assert not covers(tape(parse_expression(Source("floor(x) + y"))))
