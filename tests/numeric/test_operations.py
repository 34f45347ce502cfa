from __future__ import annotations

import math
from collections.abc import Callable

import mpmath
import pytest
import torch

from eqsolve.functions import FUNCTIONS
from eqsolve.numeric.operations import torch_table

TABLE = torch_table()
NAN = float("nan")
REAL = (-7.5, -2.0, -1.25, -0.5, 0.0, 0.3, 1.0, 2.5, 9.0)
POSITIVE = (1e-3, 0.5, 1.0, 2.0, 3.7, 25.0)

# Name in the table, the same in mpmath, and where to compare them.
REFERENCES: tuple[tuple[str, Callable[..., object], tuple[float, ...]], ...] = (
    ("sin", mpmath.sin, REAL),
    ("cos", mpmath.cos, REAL),
    ("tan", mpmath.tan, REAL),
    ("cot", mpmath.cot, POSITIVE),
    ("sec", mpmath.sec, REAL),
    ("csc", mpmath.csc, POSITIVE),
    ("asin", mpmath.asin, (-1.0, -0.3, 0.0, 1.0)),
    ("acos", mpmath.acos, (-1.0, -0.3, 0.0, 1.0)),
    ("atan", mpmath.atan, REAL),
    ("sinh", mpmath.sinh, REAL),
    ("cosh", mpmath.cosh, REAL),
    ("tanh", mpmath.tanh, REAL),
    ("asinh", mpmath.asinh, REAL),
    ("acosh", mpmath.acosh, (1.0, 1.5, 8.0)),
    ("atanh", mpmath.atanh, (-0.9, 0.0, 0.4)),
    ("exp", mpmath.exp, REAL),
    ("log", mpmath.log, POSITIVE),
    ("log10", mpmath.log10, POSITIVE),
    ("log2", lambda x: mpmath.log(x, 2), POSITIVE),
    ("sqrt", mpmath.sqrt, POSITIVE),
    ("cbrt", lambda x: mpmath.sign(x) * mpmath.cbrt(abs(x)), REAL),
    ("abs", abs, REAL),
    ("signum", mpmath.sign, REAL),
    ("floor", mpmath.floor, REAL),
    ("ceil", mpmath.ceil, REAL),
    ("round", mpmath.nint, (-2.5, -1.5, -0.5, 0.5, 1.5, 2.4999, 2.5)),
    ("erf", mpmath.erf, REAL),
    ("erfc", mpmath.erfc, REAL),
    ("gamma", mpmath.gamma, (-7.5, -1.25, -0.5, 0.3, *POSITIVE)),
    ("lgamma", mpmath.loggamma, POSITIVE),
    ("digamma", mpmath.digamma, (-7.5, -1.25, -0.5, *POSITIVE)),
)


def values(*numbers: float) -> torch.Tensor:
    return torch.tensor(numbers, dtype=torch.float64)


def test_every_function_of_the_language_has_an_operation() -> None:
    for function in FUNCTIONS.values():
        assert function.torch in TABLE
        assert function.sympy is None or function.sympy in TABLE


@pytest.mark.parametrize(("name", "reference", "points"), REFERENCES, ids=[entry[0] for entry in REFERENCES])
def test_against_high_precision(
    name: str, reference: Callable[..., object], points: tuple[float, ...]
) -> None:
    with mpmath.workdps(40):
        expected = [float(mpmath.re(reference(mpmath.mpf(x)))) for x in points]
    # exp(lgamma) loses as many bits as lgamma has before the point.
    assert TABLE[name](values(*points)).tolist() == pytest.approx(expected, rel=2e-14, abs=1e-15)
    assert float(TABLE[name](points[-1])) == pytest.approx(expected[-1], rel=2e-14, abs=1e-15)


@pytest.mark.parametrize(
    ("name", "arguments", "expected"),
    [
        ("atan2", (1.0, -1.0), 3 * math.pi / 4),
        ("remainder", (-7.0, 3.0), 2.0),
        ("remainder", (7.0, -3.0), -2.0),
        ("minimum", (2.0, -1.0), -1.0),
        ("maximum", (2.0, -1.0), 2.0),
        ("hypot", (3.0, -4.0), 5.0),
        ("polygamma", (1, 2.5), 0.49035775610023486),
        ("polygamma", (1, -0.5), 8.934802200544679),
        ("polygamma", (2, 0.5), -16.82879664423432),
        ("polygamma", (2, -0.5), NAN),
        ("polygamma", (0, -0.5), 0.03648997397857652),
        ("beta", (2.5, 3.0), 0.05079365079365079),
        ("power", (-2.0, 3.0), -8.0),
        ("power", (-2.0, 0.5), NAN),
        ("power", (4.0, -0.5), 0.5),
        ("root", (-27.0, 3), -3.0),
        ("root", (16.0, 4), 2.0),
        ("root", (-16.0, 4), NAN),
        ("root", (0.0, 5), 0.0),
        ("where", (1.0, 5.0, 6.0), 5.0),
        ("where", (0.0, 5.0, 6.0), 6.0),
        ("where", (NAN, 5.0, 6.0), NAN),
        ("interp", (1.5, 0.0, 0.0, 1.0, 10.0, 2.0, 30.0), 20.0),
        ("interp", (2.5, 0.0, 0.0, 1.0, 10.0), NAN),
        ("less", (1.0, 2.0), 1.0),
        ("less", (2.0, 2.0), 0.0),
        ("less_equal", (2.0, 2.0), 1.0),
        ("equal", (2.0, 2.0), 1.0),
        ("not_equal", (2.0, 2.0), 0.0),
        ("less", (NAN, 2.0), NAN),
        ("both", (1.0, 0.0), 0.0),
        ("either", (1.0, 0.0), 1.0),
        ("negation", (1.0,), 0.0),
    ],
)
def test_tensors_and_numbers_in_any_mixture(name: str, arguments: tuple[float, ...], expected: float) -> None:
    for turn in range(len(arguments) + 1):
        mixed = [values(a, a) if turn == i else a for i, a in enumerate(arguments)]
        result = TABLE[name](*mixed).expand(2).tolist()
        assert result == pytest.approx([expected] * 2, rel=1e-14, nan_ok=True)
    whole = TABLE[name](*(values(a, a) for a in arguments)).tolist()
    assert whole == pytest.approx([expected] * 2, rel=1e-14, nan_ok=True)


@pytest.mark.parametrize(
    ("name", "outside"),
    [
        ("log", -1.0),
        ("sqrt", -1.0),
        ("asin", 1.5),
        ("acosh", 0.5),
        ("gamma", 0.0),
        ("gamma", -3.0),
        ("lgamma", -0.5),
        ("lgamma", 0.0),
        ("digamma", -2.0),
        ("signum", NAN),
    ],
)
def test_outside_the_domain_is_nan(name: str, outside: float) -> None:
    assert TABLE[name](values(outside)).isnan().all()


def test_single_precision_stays_single() -> None:
    x = torch.tensor([0.3, 2.5])
    for name, _, _ in REFERENCES:
        assert TABLE[name](x).dtype is torch.float32, name
    for name in ("minimum", "power", "root", "less", "hypot", "beta", "equal"):
        assert TABLE[name](x, 3.0).dtype is torch.float32, name
    assert TABLE["where"](TABLE["less"](x, 1.0), x, 1.0).dtype is torch.float32


@pytest.mark.parametrize("name", ["gamma", "lgamma", "digamma", "cbrt", "cot", "erf"])
def test_gradients_are_finite_beside_the_edge_of_a_branch(name: str) -> None:
    x = values(-2.0, 0.4, 0.5, 3.0).requires_grad_()
    TABLE[name](x).nansum().backward()  # type: ignore[no-untyped-call]
    assert x.grad is not None
    assert x.grad[1:].isfinite().all()


def test_conditions_choose_element_by_element() -> None:
    x = values(-1.0, 0.5, 2.0)
    inside = TABLE["both"](TABLE["less"](0, x), TABLE["less_equal"](x, 1))
    assert TABLE["where"](inside, x, 0.0).tolist() == [0.0, 0.5, 0.0]
    assert TABLE["where"](x > 0, 1.0, 2.0).tolist() == [2.0, 1.0, 1.0]
    assert TABLE["either"](x > 1, x < 0).tolist() == [1.0, 0.0, 1.0]
