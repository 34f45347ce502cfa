"""All complex solutions by following paths: counts that are known from the theory, and what is said of them."""

import math
from typing import Final, TypeAlias

import pytest
import torch

from eqsolve.paths.homotopy import complex_ends

Terms: TypeAlias = dict[tuple[int, ...], complex]

UNIT_CIRCLE: Final[Terms] = {(2, 0): 1.0, (0, 2): 1.0, (0, 0): -1.0}


def test_roots_of_unity_are_all_certified() -> None:
    ends = complex_ends([{(5,): 1.0, (0,): -1.0}])
    assert ends.complete
    assert sum(ends.real) == 1
    assert torch.allclose((ends.x**5).real, torch.ones(1, 5, dtype=torch.float64))


def test_a_circle_and_a_parabola() -> None:
    """y = x^2 puts y^2 + y = 1: one positive y, and thus two real points of four."""
    ends = complex_ends([UNIT_CIRCLE, {(0, 1): 1.0, (2, 0): -1.0}])
    assert ends.complete
    assert (ends.paths, sum(ends.real)) == (4, 2)
    golden = (math.sqrt(5) - 1) / 2
    heights = [float(ends.x[1, k].real) for k, real in enumerate(ends.real) if real]
    assert heights == pytest.approx([golden, golden])


def test_parallel_lines_meet_at_infinity() -> None:
    """x y = 1 and x = 2 have one point; the other path runs along the asymptote."""
    ends = complex_ends([{(1, 1): 1.0, (0, 0): -1.0}, {(1, 0): 1.0, (1, 1): 1.0, (0, 0): -3.0}])
    assert (len(ends.multiplicity), ends.infinite, ends.failed) == (1, 3, 0)
    assert not ends.complete


def test_a_tangent_is_a_double_root_without_certificate() -> None:
    ends = complex_ends([{**UNIT_CIRCLE, (0, 0): -2.0}, {(1, 0): 1.0, (0, 1): 1.0, (0, 0): -2.0}])
    assert ends.multiplicity == (2,)
    assert ends.certified == (False,)
    assert not ends.complete
    assert ends.x[:, 0].real.tolist() == pytest.approx([1.0, 1.0])


def test_a_common_curve_is_never_complete() -> None:
    """Both vanish on the circle."""
    line: Terms = {(3, 0): 1.0, (1, 2): 1.0, (1, 0): -1.0}  # x (x^2 + y^2 - 1)
    assert not complex_ends([UNIT_CIRCLE, line]).complete


def test_coefficients_of_very_different_sizes() -> None:
    """x^2 = 1e-8 y and y^2 = 1e10 x: x^3 = 1e-6, or all zero."""
    ends = complex_ends([{(2, 0): 1.0, (0, 1): -1e-8}, {(0, 2): 1.0, (1, 0): -1e10}])
    assert ends.complete
    reals = sorted(float(ends.x[0, k].real) for k, real in enumerate(ends.real) if real)
    assert reals == pytest.approx([0.0, 1e-2], abs=1e-12)
