"""The range of an expression over a box holds its value at every point of the box, computed to many digits."""

from __future__ import annotations

import math
import random
from typing import Final

import pytest
from flint import arb

from eqsolve.evaluate import number, precision, strictly
from eqsolve.functions import FUNCTIONS
from eqsolve.language.interpret import interpret, tape
from eqsolve.language.parser import parse_expression
from eqsolve.proof.contract import contract
from eqsolve.proof.interval import EMPTY, INF, Interval, intersection, point, subtract
from eqsolve.proof.ranges import Ranges, range_of
from eqsolve.proof.slopes import Sloped
from eqsolve.source import Source

# Every function of the table once, and the forms of the language; `x` and `y` are the unknowns.
CALLS: Final = [
    f"{name}({', '.join(('x', 'y')[: len(function.parameters)])})"
    for name, function in FUNCTIONS.items()
    if name not in ("if", "interp", "root", "polygamma")
]
FORMS: Final = [
    "root(x, 3)",
    "root(x, 4)",
    "root(x, 1)",
    "polygamma(0, x)",
    "polygamma(1, x)",
    "polygamma(2, x)",
    "if(x < y, x, y^2)",
    "if(x > 0 and y > 0, ln(x), 1)",
    "if(x > 0 or ln(y) > 1, 2, x)",
    "if(not x >= 1, 0.1, 0.2)",
    "min(x, y, x*y)",
    "x + y - x*y",
    "x - x + 0.1",
    "x/y",
    "x/(y - x)",
    "1/x/y",
    "x^2",
    "x^3",
    "x^-1",
    "x^-2",
    "x^0",
    "x^0.5",
    "x^(1/3)",
    "x^-1.5",
    "x^12",
    "x^y",
    "2^x",
    "0.1^x",
    "(-2)^3*x",
    "-x",
    "x%",
    "pi*x + 1e-30",
    "1e300*x*y*1e300",
    "1e-300*x*y*1e-300",
    "exp(-x^2)*sin(3*x) + cos(x*y)",
    "sqrt(x)*ln(y) - atan(x/y)",
]
SIZES: Final = (1e-300, 1e-9, 0.3, 1.0, 3.0, 40.0, 1e5, 1e18, 1e300)


def some_interval(rng: random.Random) -> Interval:
    kind = rng.random()
    size = rng.choice(SIZES)
    if kind < 0.15:
        return point(float(rng.randint(-4, 4)))
    if kind < 0.3:
        low = float(rng.randint(-3, 3))
        return Interval(low, low + rng.randint(1, 4), rng.random() < 0.5, rng.random() < 0.5)
    if kind < 0.4:
        return Interval(rng.uniform(-size, size), INF, rng.random() < 0.5, True)
    if kind < 0.5:
        return Interval(-INF, rng.uniform(-size, size), True, rng.random() < 0.5)
    ends = sorted((rng.uniform(-size, size), rng.uniform(-size, size)))
    if kind < 0.7:
        ends = [ends[0], math.nextafter(ends[0], INF) + rng.random() * 1e-6 * abs(ends[0])]
    return Interval(ends[0], ends[1])


def some_point(x: Interval, rng: random.Random) -> float:
    """A float in the interval: an end, or anything between."""
    low, high = max(x.low, -1e308), min(x.high, 1e308)
    choices = [low, high, low / 2 + high / 2, low + rng.random() * (high / 2 - low / 2)]
    choices += [0.0, 1.0, -1.0, low + 1e-3, high - 1e-3, low + rng.expovariate(1), high - rng.expovariate(1)]
    inside = [value for value in choices if x.contains(value)]
    return rng.choice(inside) if inside else low


def holds(x: Interval, ball: arb) -> bool:
    """Tell whether no number of a ball lies certainly outside an interval."""
    if x.is_empty:
        return False
    below = bool(ball < arb(x.low)) or (x.low_open and math.isfinite(x.low) and bool(ball == arb(x.low)))
    above = bool(ball > arb(x.high)) or (x.high_open and math.isfinite(x.high) and bool(ball == arb(x.high)))
    return not below and not above


@pytest.mark.parametrize("text", CALLS + FORMS)
def test_a_range_holds_every_value(text: str) -> None:
    expression = parse_expression(Source(text))
    rng = random.Random(text)  # noqa: S311
    values = 0
    for _ in range(150):
        box = {"x": some_interval(rng), "y": some_interval(rng)}
        if any(interval.is_empty for interval in box.values()):
            continue
        image = range_of(expression, box)
        for _ in range(6):
            at = {name: some_point(interval, rng) for name, interval in box.items()}
            if not all(box[name].contains(value) for name, value in at.items()):
                continue
            with precision(300), strictly():
                ball = number(expression, {name: arb(value) for name, value in at.items()})
            if ball.issue is None and ball.value.is_finite():
                values += 1
                assert holds(image, ball.value), (box, at, image, ball.value)
    assert values > 20


@pytest.mark.parametrize("text", CALLS + FORMS)
def test_narrowing_keeps_every_point_that_solves(text: str) -> None:
    """`f = value at a point` must not lose the point."""
    expression = parse_expression(Source(f"{text} - z"))
    steps = tape(expression)
    rng = random.Random(text)  # noqa: S311
    for _ in range(100):
        box = {"x": some_interval(rng), "y": some_interval(rng)}
        at = {name: some_point(interval, rng) for name, interval in box.items()}
        if not all(box[name].contains(value) for name, value in at.items()):
            continue
        with precision(300), strictly():
            ball = number(parse_expression(Source(text)), {name: arb(value) for name, value in at.items()})
        if ball.issue is not None or not ball.value.is_finite():
            continue
        if ball.value.rad() > abs(ball.value).mid() * arb("1e-30"):
            continue  # the remainder of 1e300 by 1e-300 takes more bits
        near = float(ball.value.mid())
        z = Interval(math.nextafter(near, -INF), math.nextafter(near, INF))
        narrowed = contract(steps, Ranges({**box, "z": z}), ("x", "y"))
        assert narrowed is not None, (box, at)
        assert all(narrowed[name].contains(value) for name, value in at.items()), (box, at, narrowed)


@pytest.mark.parametrize("text", CALLS + FORMS)
def test_slopes_hold_every_chord(text: str) -> None:
    """f(a) - f(b) lies in slope times (a - b), where the expression is smooth."""
    expression = parse_expression(Source(text))
    rng = random.Random(text)  # noqa: S311
    for _ in range(100):
        x, y = some_interval(rng), point(some_point(some_interval(rng), rng))
        if x.is_empty:
            continue
        slopes = interpret(expression, Sloped(Ranges({"x": x, "y": y}), {"x": 0}))
        if not slopes.smooth:
            continue
        a, b = some_point(x, rng), some_point(x, rng)
        if not (x.contains(a) and x.contains(b)) or a == b:
            continue
        with precision(300), strictly():
            here, there = (number(expression, {"x": arb(v), "y": arb(y.low)}) for v in (a, b))
            if here.issue or there.issue:  # too large to compute
                continue
            chord = (here.value - there.value) / (arb(a) - arb(b))
        slope = slopes.partials.get(0, point(0.0))
        assert slope.low > slope.high or not chord.is_finite() or holds(slope, chord), (x, y, a, b, slope)


def test_exact_results_keep_their_ends() -> None:
    assert subtract(point(1.0), Interval(-1.0, 1.0)) == Interval(0.0, 2.0)
    assert range_of(
        parse_expression(Source("cos(x) - 1")), {"x": Interval(-INF, INF, True, True)}
    ) == Interval(-2.0, 0.0)


def test_rounding_opens_an_end() -> None:
    image = range_of(parse_expression(Source("cos(x) - (1 + 1e-30)")), {"x": Interval(-INF, INF, True, True)})
    assert image.high == 0
    assert image.high_open


def test_an_expression_without_a_value_has_no_range() -> None:
    assert range_of(parse_expression(Source("ln(x)")), {"x": Interval(-2.0, 0.0)}).is_empty
    assert intersection(EMPTY, Interval(0.0, 1.0)).is_empty
