"""Blocks that say nothing on some branches, and those after them that need their unknowns."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from flint import arb, fmpq

import eqsolve
from eqsolve import clock
from eqsolve.blocks import Branch, Settings, Solved
from eqsolve.blocks.loose import solve_loose
from eqsolve.pipeline import prepare
from eqsolve.result import Verdict
from eqsolve.structure import Block


@pytest.mark.parametrize(
    ("equations", "free", "further"),
    [
        (("x^3 = x", "x*y = x", "z = y + 1"), ("z",), 2),
        (("x^2 = x", "x*y = 0", "x*z = y"), ("z",), 1),
        (("x^3 = x", "(x - 1)*y = 0", "z*y = 1"), ("z",), 0),
        (("x^2 = 4", "(x + 2)*y = 0", "z*(y - 1) = x"), ("z",), 1),
        (("x^2 = x", "(x - 1)*y = 0", "y^2 + z^2 = 1"), ("z",), 2),
        (("x^2 = x", "(x - 1)*y = 0", "(x - 1)*z = 0", "w = y + z"), ("z", "w"), 1),
    ],
)
def test_what_one_block_leaves_open_is_fixed_with_others(
    equations: tuple[str, ...], free: tuple[str, ...], further: int
) -> None:
    result = eqsolve.solve(*equations)
    assert result.verdict is Verdict.FAMILY
    assert result.free == free
    assert len(result.solutions) == 1 + further


def test_what_stays_open_nowhere_is_no_family() -> None:
    """With x = 1 the second equation says nothing of y, but the others do."""
    result = eqsolve.solve("x^2 = x", "(x - 1)*y = 0", "y = z*x", "z = 3")
    assert result.verdict is Verdict.SOLVED
    assert [solution.values["y"] for solution in result.solutions] == [0, 3]


def test_a_branch_may_end_where_another_one_leaves_something_open() -> None:
    """With x = 1 it takes y^2 = -1."""
    result = eqsolve.solve("x^2 = x", "(x - 1)*y = 0", "y^2 + x = 0")
    assert [solution.values for solution in result.solutions] == [{"x": 0, "y": 0}]


def test_coefficients_that_are_zero_to_a_hundred_digits_fix_nothing() -> None:
    result = eqsolve.solve("x^2 = 2", "y*(x - sqrt(2)) = 0", "z*y = 1")
    assert result.free == ("z",)
    assert result.family == {"y": "1/z"}


def test_an_unknown_that_moves_too_little_to_be_seen_is_not_determined() -> None:
    """Far out, at y = -14000, z seems to stay at the root of z^3 - z = 1."""
    result = eqsolve.solve("exp(y) + z^3 - z = 1")
    assert result.verdict is Verdict.FAMILY
    assert "1.3247" not in result.message


def test_all_branches_are_told_that_leave_something_open() -> None:
    result = eqsolve.solve(
        "y^2 = x", "(x - 1)*(z*x - 1) = 0", "(x - 3)*(w - x) = 0", "(x - 1)*(x + 2)*(x - 3) = 0"
    )
    for part in ("y = -1, x = 1", "y = 1, x = 1", "y = -sqrt(3), x = 3", "y = sqrt(3), x = 3"):
        assert part in result.message


@pytest.mark.parametrize(
    ("equations", "free"),
    [
        (("x^2 = 2", "(x - sqrt(2))*(y*x - 1) = 0", "(x^2 - 2)*z = 0", "(x - sqrt(2))*w = 0"), ("z",)),
        (("x*(x^2 - 3) = 0", "(x^2 - 3)*(y - x) = 0", "z^2 = x", "(w - y)*(w - 1) = 0"), ("y",)),
        (("(x^2 - 3)*(w*y - 1) = 0", "x*(x^2 - 3) = 0", "y*z = 0", "(x^2 - 3)*(y - 1) = 0"), ("w", "z")),
    ],
)
def test_equations_that_say_nothing_at_an_irrational_root(
    equations: tuple[str, ...], free: tuple[str, ...]
) -> None:
    result = eqsolve.solve(*equations)
    assert result.verdict is Verdict.FAMILY
    assert result.free == free


def test_what_moves_apart_from_it_stays_as_it_is() -> None:
    """y and z move together, which nothing that is left says of them."""
    problem = prepare("y^3*z = 1", "(u - 1)*w = 0", "v*w = 1")
    y, z, u, w, v = (problem.index[name] for name in "yzuwv")
    values: dict[int, fmpq | arb] = {y: fmpq(1), z: fmpq(1), u: fmpq(1)}
    branch = Branch(values, None, free=(z, w), moving=frozenset({y, z, w}))
    asked: list[Branch] = []

    def solve_rest(rest: Sequence[Block], begin: Branch) -> Solved:
        asked.append(begin)
        assert rest == (Block((2,), (w, v)),)
        return Solved((begin,), (), proved=True)

    blocks = [Block((1,), (w,)), Block((2,), (v,))]
    done = solve_loose(problem, branch, blocks, Settings(clock.now() + 10), solve_rest)
    assert done is not None
    assert not done.proved  # the values have no enclosures
    assert asked[0].free == (z,)
    assert asked[0].moving == {y, z}
    assert asked[0].values == values
