"""Every entry of the table of functions, seen through torch, through balls and through mpmath.

mpmath is the independent judge: its references are written here by hand, and nothing of it is used in the package.
"""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

import mpmath
import pytest
import torch
from flint import arb
from tests.problems import lowered, whole

from eqsolve.evaluate import Ball, Balls, number, precision
from eqsolve.functions import CONSTANTS, FUNCTIONS
from eqsolve.language import parse_expression
from eqsolve.language.interpret import interpret
from eqsolve.numeric.compile import compile_block
from eqsolve.source import Source

Reference: TypeAlias = Callable[..., Any]  # mpmath has no types

DIGITS: Final = 70  # of the references
BITS: Final = 200  # of the balls, 60 digits
POINTS: Final = 12  # per case
# torch: a few roundings of the arguments and of the value; exp(lgamma(x)) loses as many bits as lgamma(x) has.
ULPS: Final = 200 * 2.0**-53
TRIGAMMA: Final = 1e-9  # torch's own polygamma(1, x) has no more digits


@dataclass(frozen=True)
class Case:
    """A call over the unknowns `a`, `b`, …; what it should be; and where.

    Attributes:
        text: The call.
        reference: The same in mpmath.
        ranges: From which interval each unknown is drawn.
        edges: Further points, at an edge of the domain or at a kink, where only the value is looked at.
        outside: Points where the call has no value.
        poles: Texts without a value at a point that no float hits.
    """

    text: str
    reference: Reference
    ranges: tuple[tuple[float, float], ...]
    edges: tuple[tuple[float, ...], ...] = ()
    outside: tuple[tuple[float, ...], ...] = ()
    poles: tuple[str, ...] = ()

    @property
    def function(self) -> str:
        return self.text.partition("(")[0]

    @property
    def id(self) -> str:
        sign = "negative_" if self.ranges[0][1] < 0 else ""
        return sign + self.text.translate({ord("("): "_", ord(","): "", ord(")"): "", ord(" "): ""})

    @property
    def names(self) -> str:
        return "abcd"[: len(self.ranges)]

    @property
    def tolerance(self) -> float:
        return TRIGAMMA if self.text == "polygamma(1, a)" else ULPS

    @property
    def slope_tolerance(self) -> float:
        return TRIGAMMA if self.text in ("digamma(a)", "polygamma(0, a)") else 1e-12  # near poles

    def points(self) -> list[tuple[float, ...]]:
        """Seeded points inside the domain, none of them special."""
        draw = random.Random(self.text)  # noqa: S311  (points, not secrets)
        return [tuple(draw.uniform(*interval) for interval in self.ranges) for _ in range(POINTS)]

    @property
    def expression(self) -> Any:
        """The call as the solver gets it, with names resolved."""
        return lowered(f"{self.text} = 0").equations[0].left


REAL: Final = (-6.0, 6.0)
POSITIVE: Final = (1e-3, 30.0)


def _round(x: Any) -> Any:
    """To the nearest whole number, halves to even ones."""
    return mpmath.nint(x)


def _modulo(x: Any, y: Any) -> Any:
    """With the sign of the divisor."""
    return x - y * mpmath.floor(x / y)


def _root(n: int) -> Reference:
    return lambda x: mpmath.sign(x) * mpmath.root(abs(x), n)


def _ladder(x: Any) -> Any:
    """The straight lines through (0, 1), (1, 3), (4, 0)."""
    return 1 + 2 * x if x <= 1 else 4 - x


CASES: Final = (
    Case("sin(a)", mpmath.sin, (REAL,), edges=((0.0,),)),
    Case("cos(a)", mpmath.cos, (REAL,), edges=((0.0,),)),
    Case("tan(a)", mpmath.tan, (REAL,), edges=((0.0,),), poles=("tan(pi/2)", "tan(-5*pi/2)")),
    Case("cot(a)", mpmath.cot, ((0.1, 3.0),), outside=((0.0,),), poles=("cot(pi)",)),
    Case("sec(a)", mpmath.sec, (REAL,), edges=((0.0,),), poles=("sec(pi/2)",)),
    Case("csc(a)", mpmath.csc, ((-3.0, -0.1),), outside=((0.0,),), poles=("csc(3*pi)",)),
    Case("asin(a)", mpmath.asin, ((-1.0, 1.0),), ((-1.0,), (0.0,), (1.0,)), ((1.0 + 2.0**-52,), (-2.0,))),
    Case("acos(a)", mpmath.acos, ((-1.0, 1.0),), ((-1.0,), (0.0,), (1.0,)), ((1.0 + 2.0**-52,), (-2.0,))),
    Case("atan(a)", mpmath.atan, (REAL,), edges=((0.0,), (1e12,))),
    Case(
        "atan2(a, b)",
        mpmath.atan2,
        (REAL, REAL),
        edges=((0.0, -1.0), (1.0, 0.0), (-1.0, 0.0), (0.0, 2.0)),
        poles=("atan2(0, 0)",),
    ),
    Case("sinh(a)", mpmath.sinh, (REAL,), edges=((0.0,),)),
    Case("cosh(a)", mpmath.cosh, (REAL,), edges=((0.0,),)),
    Case("tanh(a)", mpmath.tanh, (REAL,), edges=((0.0,),)),
    Case("asinh(a)", mpmath.asinh, (REAL,), edges=((0.0,), (-1e9,))),
    Case("acosh(a)", mpmath.acosh, ((1.01, 30.0),), ((1.0,),), ((1.0 - 2.0**-53,), (-3.0,))),
    Case("atanh(a)", mpmath.atanh, ((-0.99, 0.99),), ((0.0,),), ((1.0,), (-1.0,), (1.5,))),
    Case("exp(a)", mpmath.exp, (REAL,), edges=((0.0,), (-700.0,))),
    Case("ln(a)", mpmath.log, (POSITIVE,), ((1.0,), (1e-300,)), ((0.0,), (-1.0,))),
    Case("log(a)", mpmath.log, (POSITIVE,), ((1.0,),), ((0.0,), (-1.0,))),
    Case("log10(a)", mpmath.log10, (POSITIVE,), ((1000.0,), (1e-300,)), ((0.0,), (-1.0,))),
    Case("log2(a)", lambda x: mpmath.log(x) / mpmath.log(2), (POSITIVE,), ((1024.0,),), ((0.0,), (-1.0,))),
    Case("sqrt(a)", mpmath.sqrt, (POSITIVE,), ((0.0,), (4.0,)), ((-1e-300,), (-4.0,))),
    Case("cbrt(a)", _root(3), (REAL,), edges=((-27.0,),)),
    Case("root(a, 2)", _root(2), (POSITIVE,), edges=((0.0,),), outside=((-4.0,),)),
    Case("root(a, 3)", _root(3), (REAL,), edges=((-8.0,),)),
    Case("root(a, 4)", _root(4), (POSITIVE,), edges=((0.0,), (16.0,)), outside=((-16.0,),)),
    Case("root(a, 5)", _root(5), (REAL,), edges=((-32.0,),)),
    Case("abs(a)", abs, (REAL,), edges=((0.0,),)),
    Case("sign(a)", mpmath.sign, (REAL,), edges=((0.0,),)),
    Case("floor(a)", mpmath.floor, (REAL,), edges=((0.0,), (-3.0,), (2.0,))),
    Case("ceil(a)", mpmath.ceil, (REAL,), edges=((0.0,), (-3.0,), (2.0,))),
    Case("round(a)", _round, (REAL,), edges=((-2.5,), (-1.5,), (-0.5,), (0.5,), (1.5,), (2.5,))),
    Case("mod(a, b)", _modulo, (REAL, (0.3, 5.0)), edges=((7.0, 3.5),), outside=((1.0, 0.0),)),
    Case("mod(a, -3)", lambda x: _modulo(x, mpmath.mpf(-3)), (REAL,), edges=((6.0,), (7.0,), (-7.0,))),
    Case("min(a, b)", min, (REAL, REAL), edges=((1.0, 1.0),)),
    Case("min(a, b, c, d)", min, (REAL,) * 4, edges=((1.0, 1.0, 1.0, 2.0),)),
    Case("max(a, b)", max, (REAL, REAL), edges=((1.0, 1.0),)),
    Case("max(a, b, c, d)", max, (REAL,) * 4, edges=((1.0, 1.0, 1.0, 2.0),)),
    Case("hypot(a, b)", mpmath.hypot, (REAL, REAL), edges=((0.0, 0.0), (3.0, 4.0), (3e200, 4e200))),
    Case("erf(a)", mpmath.erf, (REAL,), edges=((0.0,),)),
    Case("erfc(a)", mpmath.erfc, ((-6.0, 3.0),), edges=((0.0,),)),
    Case("gamma(a)", mpmath.gamma, ((0.05, 12.0),), ((1.0,), (5.0,)), ((0.0,), (-1.0,), (-7.0,))),
    Case("gamma(a)", mpmath.gamma, ((-2.95, -2.05),)),
    Case("lgamma(a)", mpmath.loggamma, (POSITIVE,), ((3.0,),), ((0.0,), (-1.0,), (-0.5,))),
    Case("digamma(a)", mpmath.digamma, (POSITIVE,), ((1.0,),), ((0.0,), (-1.0,))),
    Case("digamma(a)", mpmath.digamma, ((-1.9, -1.1),)),
    Case("polygamma(0, a)", lambda x: mpmath.polygamma(0, x), (POSITIVE,)),
    Case("polygamma(1, a)", lambda x: mpmath.polygamma(1, x), (POSITIVE,), outside=((0.0,),)),
    Case("polygamma(2, a)", lambda x: mpmath.polygamma(2, x), (POSITIVE,), outside=((0.0,),)),
    Case("beta(a, b)", mpmath.beta, ((0.1, 9.0), (0.1, 9.0)), ((1.0, 1.0),), ((0.0, 1.0), (1.0, -0.5))),
    Case("if(a < b, a^2, 2*b)", lambda a, b: a * a if a < b else 2 * b, (REAL, REAL), edges=((1.0, 1.0),)),
    Case(
        "interp(a, 0, 1, 1, 3, 4, 0)",
        _ladder,
        ((0.0, 4.0),),
        edges=((0.0,), (1.0,), (4.0,)),
        outside=((-1e-9,), (4.000001,)),
    ),
)


def cases() -> list[Any]:
    """All cases, each with its text as name."""
    return [pytest.param(case, id=case.text) for case in CASES]


@pytest.fixture(autouse=True)
def _high_precision() -> Iterator[None]:
    with mpmath.workdps(DIGITS), precision(BITS):
        yield


def ball_of(case: Case, point: tuple[float, ...], *, derivatives: bool = False) -> Ball:
    values = dict(zip(case.names, map(arb, point), strict=True))
    active = {name: key for key, name in enumerate(case.names)} if derivatives else {}
    return interpret(case.expression, Balls(values, active))


def exactly(value: Any) -> arb:
    """A number of mpmath as a ball, its last digits in doubt."""
    return arb(mpmath.nstr(mpmath.mpf(value), DIGITS - 2))


def close(ball: arb, true: Any, scale: arb) -> bool:
    """Tell whether a ball is narrow and agrees with the reference."""
    return bool(abs(ball - exactly(true)) <= scale * arb("1e-45") + arb("1e-60"))


def compiled(case: Case, points: list[tuple[float, ...]]) -> tuple[torch.Tensor, torch.Tensor]:
    """Value [batch] and gradient [unknowns, batch] by the compiled path."""
    # The order of the unknowns is that of the text, whichever that is for this call.
    problem = lowered(f"{case.text} = 0")
    columns = [case.names.index(name) for name in problem.names]
    x = torch.tensor(points, dtype=torch.float64).T[columns]
    r, J = compile_block(problem, whole(problem)).jacobian(x)
    gradient = torch.zeros(len(case.names), x.shape[1], dtype=torch.float64)
    gradient[columns] = J.dense()[0]
    return r[0], gradient


def test_every_function_of_the_language_has_a_case() -> None:
    assert {case.function for case in CASES} == set(FUNCTIONS)


def test_every_function_with_a_limited_domain_is_asked_for_a_value_outside() -> None:
    limited = {name for name, function in FUNCTIONS.items() if function.domain}
    assert limited <= {case.function for case in CASES if case.outside or case.poles}


@pytest.mark.parametrize("case", cases())
def test_torch_agrees_with_high_precision(case: Case) -> None:
    points = [*case.points(), *case.edges]
    values, _ = compiled(case, points)
    for point, value in zip(points, values.tolist(), strict=True):
        true = float(case.reference(*map(mpmath.mpf, point)))
        scale = float(ball_of(case, point).scale)
        # The scale says how much rounding the arguments moves the value.
        assert abs(value - true) <= case.tolerance * (scale + abs(true)), point


@pytest.mark.parametrize("case", cases())
def test_balls_agree_with_high_precision(case: Case) -> None:
    for point in [*case.points(), *case.edges]:
        ball = ball_of(case, point)
        assert ball.issue is None
        assert close(ball.value, case.reference(*map(mpmath.mpf, point)), ball.scale + 1), point


@pytest.mark.parametrize("case", cases())
def test_partial_derivatives_agree_with_difference_quotients(case: Case) -> None:
    points = case.points()[:6]
    _, gradients = compiled(case, points)
    for point, gradient in zip(points, gradients.T.tolist(), strict=True):
        ball = ball_of(case, point, derivatives=True)
        exact = tuple(map(mpmath.mpf, point))
        for key, name in enumerate(case.names):
            order = tuple(int(other == key) for other in range(len(point)))
            true = mpmath.diff(
                case.reference, exact if len(exact) > 1 else exact[0], order if len(exact) > 1 else 1
            )
            size = 1 + abs(true)
            partial = ball.partials.get(key, arb(0))
            # Difference quotients keep about half of the 70 digits in the worst case.
            assert abs(float(partial - exactly(true))) <= 1e-30 * size, (name, point)
            slope = pytest.approx(float(true), rel=case.slope_tolerance, abs=1e-13)
            assert gradient[key] == slope, (name, point)


@pytest.mark.parametrize("case", [case for case in CASES if case.outside], ids=lambda case: case.text)
def test_outside_the_domain_there_is_no_value(case: Case) -> None:
    values, _ = compiled(case, list(case.outside))
    assert not values.isfinite().any(), values
    for point in case.outside:
        ball = ball_of(case, point)
        assert ball.issue is not None
        assert ball.value.is_nan()
        condition = {"interp": "ln"}.get(case.function, case.function)  # `interp` is made of `if` and `ln`
        assert ball.issue.message.startswith(f"`{condition}` needs `")


@pytest.mark.parametrize("text", [pole for case in CASES for pole in case.poles])
def test_poles_at_multiples_of_pi_are_outside_the_domain(text: str) -> None:
    ball = number(parse_expression(Source(text)))
    assert ball.issue is not None
    assert ball.issue.span.text == text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("if(2 < 1, 1/0.5, 7)", 7.0),
        ("if(1 < 2 <= 2, 3, 4)", 3.0),
        ("if(not (1 = 1) or 2 != 2, 3, 4)", 4.0),
        ("if(1 > 2 and sqrt(2) > 0, 3, 4)", 4.0),
        ("min(3, -1, 2)", -1.0),
        ("max(3, -1, 2, 9, 4)", 9.0),
        ("interp(2.5, 0, 0, 1, 10, 4, 40)", 25.0),
        ("root(-8, 3)", -2.0),
        ("polygamma(1, 1)", math.pi**2 / 6),
    ],
)
def test_forms_and_lists_of_constants(text: str, expected: float) -> None:
    assert float(number(lowered(f"{text} = y").equations[0].left).value) == pytest.approx(expected, rel=1e-15)


@pytest.mark.parametrize("text", ["cbrt(0)", "root(0, 3)", "root(0, 5)"])
def test_odd_roots_of_zero_are_zero(text: str) -> None:
    ball = number(parse_expression(Source(text)))
    assert ball.issue is None
    assert ball.value == 0


def test_polygamma_of_order_zero_is_digamma_everywhere() -> None:
    problem = lowered("polygamma(0, a) = digamma(a)")
    x = torch.tensor([[-0.5, 0.5, 3.0]], dtype=torch.float64)
    r = compile_block(problem, whole(problem)).r(x)
    assert r.abs().max() == 0


BRANCHES: Final = "if(x > 0, ln(x), -sqrt(-x)) = y"


def test_the_branch_not_taken_may_have_no_value() -> None:
    problem = lowered(BRANCHES)
    x = torch.tensor([[2.0, -4.0], [0.0, 0.0]], dtype=torch.float64)
    r = compile_block(problem, whole(problem)).r(x)
    assert r[0].tolist() == pytest.approx([math.log(2), -2.0])
    ball = interpret(problem.equations[0].left, Balls({"x": arb(-4)}, {"x": 0}))
    assert ball.issue is None
    assert ball.value == -2
    assert float(ball.partials[0]) == 0.25


def test_the_branch_not_taken_may_have_no_slope() -> None:
    problem = lowered(BRANCHES)
    x = torch.tensor([[2.0, -4.0], [0.0, 0.0]], dtype=torch.float64)
    _, J = compile_block(problem, whole(problem)).jacobian(x)
    assert J.dense()[0, 0].tolist() == pytest.approx([0.5, 0.25])


@pytest.mark.parametrize("name", sorted(FUNCTIONS))
def test_an_entry_is_complete(name: str) -> None:
    function = FUNCTIONS[name]
    assert function.name == name
    assert function.latex
    if name not in ("if", "interp"):
        assert len(function.partials) == len(function.parameters)
    assert all(0 <= index < len(function.parameters) for index in function.static)
    assert function.signature.startswith(f"{name}(")


@pytest.mark.parametrize(
    ("name", "accepted"),
    [
        ("sin", {1}),
        ("atan2", {2}),
        ("if", {3}),
        ("min", {2, 3, 4, 5, 6, 7}),
        ("max", {2, 3, 4, 5, 6, 7}),
        ("interp", {5, 7}),
        ("root", {2}),
    ],
)
def test_numbers_of_arguments(name: str, accepted: set[int]) -> None:
    assert {count for count in range(8) if FUNCTIONS[name].accepts(count)} == accepted


@pytest.mark.parametrize("name", sorted(CONSTANTS))
def test_constants_are_positive_numbers_of_the_language(name: str) -> None:
    problem = lowered(f"x = const.{name}")
    assert float(number(problem.equations[0].right).value) == float(CONSTANTS[name].value) > 0
    assert CONSTANTS[name].unit
    assert CONSTANTS[name].description


def test_constants_agree_with_each_other() -> None:
    # CODATA 2022 rounds these three to the digits shown; the SI defines them by the others.
    values = {name: float(constant.value) for name, constant in CONSTANTS.items()}
    assert values["R"] == pytest.approx(values["NA"] * values["k"], rel=1e-15)
    assert values["F"] == pytest.approx(values["NA"] * values["e"], rel=1e-15)
    assert values["hbar"] == pytest.approx(values["h"] / (2 * math.pi), rel=1e-15)
    assert 1 / (values["eps0"] * values["mu0"]) == pytest.approx(values["c"] ** 2, rel=1e-9)
