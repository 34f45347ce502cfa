"""The compiled residual and its Jacobian against sympy at random points, and what a block promises its users."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, Final

import mpmath
import pytest
import sympy
import torch
from tests.problems import lowered, whole
from torch import Tensor

from eqsolve.numeric.compile import CompiledBlock, compile_block
from eqsolve.structure import Block

LANES: Final = 5
LONG: Final = " + ".join(f"{k}*x{k}^2 - sin(x{k - 1}*x{k})/{k}" for k in range(1, 9))

# In a syntax that sympy and the language have in common, but for the power; within the domain for 1/4 < x < 3.
SYSTEMS: Final[tuple[tuple[str, ...], ...]] = (
    ("x^2 + y^2 = 4", "x*y = 1"),
    ("x + y + z = 6", "x*y*z = 6", "x^3 - 2*z = y/x"),
    # One shape, other numbers and other unknowns.
    ("3*x^2 + 2*y = 1", "5*y^2 + 7*z = 2", "1/3*z^2 + 0.25*x = 3"),
    # Numbers in exponents are part of the shape.
    ("x^2 + y^3 = 1", "y^2 + x^5 = 1", "x^(1/3) + y^(-2) = 2", "2^x = y^x"),
    # Longer than eight terms.
    (f"{LONG} = 1", "x0*x1 = 2", *(f"x{k}*x{k + 1} + x{k} = {k}" for k in range(1, 8))),
    (" + ".join(f"{k}*a*b^{k}" for k in range(1, 15)) + " = a", "a - b = 1"),
    ("exp(x)*cos(y) = log(x + y)", "sqrt(x*y) - atan(x/y) = tanh(y)", "pi*x = sinh(y)/cosh(x)"),
    ("(x - y)*(x + y)*(x - 2*y) = x^2 - y", "-(x - 1)^2/(y + 3)/2 = 5"),
    # The same unknown several times, and none at all in a term.
    ("x*x*x + x*x + x + 1 = 2*x", "y - y + 3 = x"),
    ("asin(x/4) + acos(y/4) = erf(x*y)", "gamma(x) + loggamma(y) = besides", "besides = 2"),
)


def spoken(line: str) -> str:
    """The line in the language."""
    return line.replace("loggamma", "lgamma")


def reference(lines: Sequence[str], names: Sequence[str], x: Tensor) -> tuple[Tensor, Tensor]:
    """Residual [m, batch] and Jacobian [m, n, batch] by sympy and mpmath."""
    symbols = [sympy.Symbol(name) for name in names]
    table = {symbol.name: symbol for symbol in symbols}
    sides = [line.replace("^", "**").split("=") for line in lines]
    residuals: Any = sympy.Matrix(
        [
            sympy.sympify(left, table, rational=True) - sympy.sympify(right, table, rational=True)
            for left, right in sides
        ]
    )
    both = sympy.lambdify(symbols, [residuals, residuals.jacobian(symbols)], "mpmath")
    r = torch.zeros(len(lines), x.shape[1], dtype=torch.float64)
    J = torch.zeros(len(lines), len(names), x.shape[1], dtype=torch.float64)
    with mpmath.workdps(30):
        for lane in range(x.shape[1]):
            value, slopes = both(*map(mpmath.mpf, x[:, lane].tolist()))
            r[:, lane] = torch.tensor([float(entry) for entry in value], dtype=torch.float64)
            J[:, :, lane] = torch.tensor(
                [[float(e) for e in row] for row in slopes.tolist()], dtype=torch.float64
            )
    return r, J


def compiled(*lines: str) -> tuple[CompiledBlock, tuple[str, ...]]:
    problem = lowered(*map(spoken, lines))
    return compile_block(problem, whole(problem)), problem.names


def points(unknowns: int, seed: int = 0, lanes: int = LANES) -> Tensor:
    generator = torch.Generator().manual_seed(seed)
    return 0.25 + 2.75 * torch.rand(unknowns, lanes, generator=generator, dtype=torch.float64)


@pytest.mark.parametrize("lines", SYSTEMS, ids=lambda lines: str(lines[0])[:40])
def test_residual_and_jacobian_agree_with_sympy(lines: tuple[str, ...]) -> None:
    block, names = compiled(*lines)
    x = points(len(names))
    r, J = block.jacobian(x)
    true_r, true_J = reference(lines, names, x)
    # Terms that cancel leave the rounding of the largest one behind.
    assert torch.allclose(r, true_r, rtol=1e-12, atol=1e-13 * largest_term(true_J, x))
    assert torch.allclose(J.dense(), true_J, rtol=1e-12, atol=1e-13 * largest_term(true_J, x))


def largest_term(J: Tensor, x: Tensor) -> float:
    """A measure of the size of the terms: how much an unknown's own size moves the residual."""
    return float((J * x).abs().max()) + 1.0


@pytest.mark.parametrize("lines", SYSTEMS, ids=lambda lines: str(lines[0])[:40])
def test_the_residual_alone_is_the_same(lines: tuple[str, ...]) -> None:
    block, names = compiled(*lines)
    x = points(len(names), seed=1)
    # Other common subexpressions, other roundings.
    assert torch.allclose(block.r(x), block.jacobian(x)[0], rtol=1e-12, atol=1e-11)


@pytest.mark.parametrize("lines", SYSTEMS, ids=lambda lines: str(lines[0])[:40])
def test_autograd_gives_the_same_jacobian(lines: tuple[str, ...]) -> None:
    block, names = compiled(*lines)
    x = points(len(names), seed=2, lanes=1)
    slopes = torch.autograd.functional.jacobian(lambda v: block.r(v[:, None])[:, 0], x[:, 0])  # type: ignore[no-untyped-call]
    J = block.jacobian(x)[1].dense()[:, :, 0]
    assert torch.allclose(slopes, J, rtol=1e-10, atol=1e-10)


@pytest.mark.parametrize("lines", SYSTEMS, ids=lambda lines: str(lines[0])[:40])
def test_no_lane_sees_another(lines: tuple[str, ...]) -> None:
    block, names = compiled(*lines)
    x = points(len(names), seed=3)
    r, J = block.jacobian(x)
    spoiled = x.clone()
    spoiled[:, 1] = torch.nan
    spoiled[:, 3] = torch.inf
    other_r, other_J = block.jacobian(spoiled)
    kept = [0, 2, 4]
    assert torch.equal(r[:, kept], other_r[:, kept])
    assert torch.equal(J.values[:, kept], other_J.values[:, kept])
    alone_r, _ = block.jacobian(x[:, 2:3])
    # The library may vectorise a batch otherwise than a single lane: the last bits may differ.
    assert torch.allclose(r[:, 2:3], alone_r, rtol=1e-13, atol=1e-12)


def test_outside_the_domain_a_lane_is_nan() -> None:
    block, _ = compiled("log(x) + sqrt(y) = 1", "x - y = 0")
    x = torch.tensor([[1.0, -1.0, 2.0], [1.0, 1.0, -2.0]], dtype=torch.float64)
    r, _ = block.jacobian(x)
    assert r[0].isnan().tolist() == [False, True, True]
    assert r[1].tolist() == [0.0, -2.0, 4.0]


def test_the_shape_of_a_block() -> None:
    block, _ = compiled("x + y*z = 1", "x - z = 2", "x in 0..9", "z >= -1")
    assert (block.rows, block.columns) == (2, 3)
    assert block.lower.tolist() == [0.0, -torch.inf, -1.0]
    assert block.upper.tolist() == [9.0, torch.inf, torch.inf]
    _, J = block.jacobian(points(3))
    assert set(zip(J.pattern.rows.tolist(), J.pattern.columns.tolist(), strict=True)) == {
        (0, 0),
        (0, 1),
        (0, 2),
        (1, 0),
        (1, 2),
    }


def test_values_of_earlier_blocks_are_given_by_name() -> None:
    problem = lowered("x^2 = 4", "y^2 + x*y = 3", "z = x*y", "w = y*x")
    block = compile_block(problem, Block((1, 2, 3), (1, 2, 3)))
    x = torch.tensor([[1.0], [2.0], [3.0]], dtype=torch.float64)
    assert block.given({"x": 2.0}).r(x)[:, 0].tolist() == [0.0, 0.0, 1.0]
    assert block.given({"x": -2.0}).r(x)[:, 0].tolist() == [-4.0, 4.0, 5.0]
    _, J = block.given({"x": 2.0}).jacobian(x)
    assert J.dense()[:, :, 0].tolist() == [[4.0, 0.0, 0.0], [-2.0, 1.0, 0.0], [-2.0, 0.0, 1.0]]


def test_giving_values_leaves_a_block_as_it_was() -> None:
    problem = lowered("x^2 = 4", "y^2 + x*y = 3")
    block = compile_block(problem, Block((1,), (1,)))
    y = torch.tensor([[1.0]], dtype=torch.float64)
    before = block.r(y).clone()
    other = block.given({"x": 7.0})
    assert other is not block
    assert torch.equal(block.r(y), before)
    assert not torch.equal(other.r(y), before)


def test_a_name_that_is_known_here_and_unknown_there_shares_a_shape() -> None:
    problem = lowered("a = 3", "a*x = y", "x*y = 2")
    block = compile_block(problem, Block((1, 2), (1, 2))).given({"a": 3.0})
    x = torch.tensor([[2.0], [5.0]], dtype=torch.float64)
    r, J = block.jacobian(x)
    assert r[:, 0].tolist() == [1.0, 8.0]
    assert J.dense()[:, :, 0].tolist() == [[3.0, -1.0], [5.0, 2.0]]


def test_the_dtype_follows_the_point() -> None:
    block, names = compiled("x^2 + y = 2", "x*y = 1")
    x = points(len(names))
    r = block.r(x)
    assert r.dtype == torch.float64
    assert r.shape == (2, LANES)
    assert block.jacobian(x)[1].values.dtype == torch.float64


def test_decimals_are_the_nearest_floats() -> None:
    block, _ = compiled("x = 0.1 + 0.2", "y = 1/3*x")
    r = block.r(torch.zeros(2, 1, dtype=torch.float64))
    assert r[0].item() == -0.3
    assert r[1].item() == 0.0


def test_compiling_again_gives_the_same_values() -> None:
    block, names = compiled(*SYSTEMS[1])
    again, _ = compiled(*SYSTEMS[1])
    x = points(len(names))
    assert torch.equal(block.jacobian(x)[1].values, again.jacobian(x)[1].values)


@pytest.mark.parametrize(
    ("line", "slope"),
    [
        ("sqrt(x^2) = 3", -1.0),
        ("(x^2)^0.75 = 8", -1.5 * math.sqrt(2)),
        ("(x^4)^(1/4) = 3", -1.0),
        ("sqrt((x - 3)^2*5) = 2", -math.sqrt(5)),
        ("abs(x)*x = 2", 4.0),
    ],
)
def test_even_powers_under_a_root(line: str, slope: float) -> None:
    """Sympy makes `|x|` of them, whose slope is a sign of its own."""
    block, _ = compiled(line)
    _, J = block.jacobian(torch.tensor([[-2.0, -2.0]], dtype=torch.float64))
    assert J.dense()[0, 0].tolist() == pytest.approx([slope, slope], rel=1e-14)


@pytest.mark.parametrize("name", ["lambda", "def", "import", "None", "E", "x0", "c0", "sin", "Δ"])
def test_names_of_the_user_never_reach_generated_code(name: str) -> None:
    block, _ = compiled(f"{name}^2 = 2*{name} + 1")
    assert block.r(torch.full((1, 1), 3.0, dtype=torch.float64)).item() == 2.0


@pytest.mark.parametrize(
    "line",
    [
        "sqrt(-x^2) = 1",
        "(-x^2)^0.25 = 1",
        "sqrt(-1 - x^2) = x",
        "ln(-x^2) = 1",
        "asin(2 + x^2) = 1",
    ],
)
def test_what_is_never_real_is_nan(line: str) -> None:
    """Sympy would make imaginary numbers of some of them."""
    block, _ = compiled(line)
    x = torch.tensor([[-2.0, 3.0]], dtype=torch.float64)
    r, J = block.jacobian(x)
    assert r.isnan().all()
    assert J.values.dtype == torch.float64
    assert block.r(x).isnan().all()
