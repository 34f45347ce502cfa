from __future__ import annotations

import random
import subprocess
import sys

import pytest
from flint import arb, fmpq

import eqsolve
from eqsolve.evaluate import precision
from eqsolve.exact.polynomial import Roots, real_roots
from eqsolve.language.parser import parse_expression
from eqsolve.result import Completeness, Verdict
from eqsolve.source import Source


def roots_of(*equations: str, **known: fmpq) -> Roots | None:
    sides = []
    for equation in equations:
        left, right = (parse_expression(Source(side)) for side in equation.split("="))
        sides.append((left, right))
    with precision(400):
        return real_roots(sides, "x", known)


@pytest.mark.parametrize(
    ("text", "roots"),
    [
        ("x^2 = 4", [(-2, 1), (2, 1)]),
        ("x^2 = 2", [(-(2**0.5), 1), (2**0.5, 1)]),
        ("x^3 = 8", [(2, 1)]),
        ("(x - 1)^3*(x^2 - 2) = 0", [(-(2**0.5), 1), (1, 3), (2**0.5, 1)]),
        ("x + 1/x = 5/2", [(0.5, 1), (2, 1)]),
        ("x^-2 = 4", [(-0.5, 1), (0.5, 1)]),
        ("25%*x^2 = 1", [(-2, 1), (2, 1)]),
        ("x^2*(x - 3)/x = 0", [(3, 1)]),
        ("x^2 = 1e-300", [(-1e-150, 1), (1e-150, 1)]),
        ("x^5 - x - 1 = 0", [(1.1673039782614187, 1)]),
        ("(x^2 - 1)/(x - 1) = 0", [(-1, 1)]),
        ("3*x^2 = 0", [(0, 2)]),
    ],
)
def test_all_real_roots_with_multiplicities(text: str, roots: list[tuple[float, int]]) -> None:
    found = roots_of(text)
    assert found is not None
    assert [root.multiplicity for root in found.roots] == [multiplicity for _, multiplicity in roots]
    assert [float(arb(root.value)) for root in found.roots] == pytest.approx([value for value, _ in roots])


@pytest.mark.parametrize(
    "text", ["x^2 + 1 = 0", "x^2/x = 0", "1/x = 0", "x + 1/x = 1", "(x - 1)/(x^2 - 1) = 0"]
)
def test_no_root(text: str) -> None:
    found = roots_of(text)
    assert found is not None
    assert found.roots == ()
    assert found.reason


@pytest.mark.parametrize(
    "text", ["sin(x) = 0", "x = x", "x^x = 1", "x^0.5 = 1", "pi*x^2 = 1", "(x + 1)^501 = 0", "x^y = 1"]
)
def test_what_is_left_to_others(text: str) -> None:
    assert roots_of(text) is None


def test_rational_roots_are_exact() -> None:
    found = roots_of("(3*x - 1)*(x^2 - 3)*(7*x + 22) = 0")
    assert found is not None
    assert [root.value for root in found.roots if isinstance(root.value, fmpq)] == [fmpq(-22, 7), fmpq(1, 3)]


def test_known_values_and_common_roots() -> None:
    found = roots_of("x^2 = a", "x^3 = 8", a=fmpq(4))
    assert found is not None
    assert [root.value for root in found.roots] == [2]


def test_planted_roots_are_found() -> None:
    rng = random.Random(7)  # noqa: S311
    for _ in range(40):
        planted = sorted({rng.randint(-30, 30) for _ in range(rng.randint(1, 6))})
        text = "*".join(
            [f"({rng.randint(1, 9)}*x^2 + {rng.randint(1, 9)})", *(f"(x - ({r}))" for r in planted)]
        )
        found = roots_of(f"{text} = 0")
        assert found is not None
        assert [root.value for root in found.roots] == planted


def test_close_roots_are_told_apart() -> None:
    result = eqsolve.solve("(x^2 - 2)*(x^2 - 2 - 1e-30) = 0")
    assert result.completeness is Completeness.PROVED
    assert len(result.solutions) == 4


def test_a_hole_is_no_solution() -> None:
    result = eqsolve.solve("x^2/x = 0")
    assert result.verdict is Verdict.NO_SOLUTION
    assert "makes a denominator zero" in result.message


def test_a_polynomial_needs_neither_torch_nor_sympy() -> None:
    solve = "import sys, eqsolve; eqsolve.solve('x^2 = 2'); eqsolve.solve('x = cos(x)')"
    code = f"{solve}; print(sys.modules.keys() & {{'torch', 'sympy'}})"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "set()"
