"""Which roots a search on many boxes finds, when it claims that these are all, and when it must not."""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import Final

import numpy as np
import pytest

import eqsolve
from eqsolve import clock
from eqsolve.boxes import Found, everything
from eqsolve.pipeline import prepare
from eqsolve.proof import prove
from eqsolve.proof.region import region, whole_box
from eqsolve.result import Completeness, Verdict


def found(equations: Sequence[str], steps: int = 1_000_000) -> Found:
    problem = prepare(*equations)
    answer = everything(
        problem,
        range(len(problem.equations)),
        range(len(problem.unknowns)),
        {},
        [],
        steps=steps,
        deadline=clock.now() + 60,
    )
    assert answer is not None
    return answer


def within(names: str, low: float, high: float) -> list[str]:
    return [f"{name} in {low}..{high}" for name in names]


# Systems, the number of roots within the bounds, all of them proved.
COMPLETE: Final = [
    (["x^2 + y^2 = 4", "x = y", *within("xy", -3, 3)], 2),
    (["sin(x) = y/10", "sin(y) = x/10", *within("xy", -10, 10)], 47),
    (["sin(x)*exp(y/20) = 0.5", "cos(y) + x/20 = 0.3", *within("xy", -10, 10)], 40),
    (["x*y = 1", "y*z = 1", "z*x = 1", *within("xyz", -5, 5)], 2),
    (
        ["a + b = 2", "a*x + b*y = 0", "a*x^2 + b*y^2 = 2/3", "a*x^3 + b*y^3 = 0",
         *within("ab", 0, 2), *within("xy", -1, 1)],
        2,
    ),
    ([f"x{k}^2 + sin(x{(k + 1) % 5})/4 = 1" for k in range(5)] + [f"x{k} in -3..3" for k in range(5)], 32),
    ([f"exp(x{k}) + x{(k + 1) % 6} = 0" for k in range(6)] + [f"x{k} in -4..2" for k in range(6)], 1),
    ([f"x{k}*x{(k + 1) % 4} + x{k}^2 = 30" for k in range(4)] + [f"x{k} in -3..3" for k in range(4)], 0),
    ([f"cosh(x{k}) + x{(k + 1) % 6}^2 = 0.9" for k in range(6)] + [f"x{k} in -3..3" for k in range(6)], 0),
]  # fmt: skip

# A double root, a curve of roots, roots without end: never claimed complete.
UNDECIDED: Final = [
    ["(x + y - 2)^2 = 0", "x*y*z = 1", "z + x = 2", *within("xyz", -3, 3)],
    ["x^2 + y^2 + z^2 = 3", "x + y + z = 3", "x*y*z = 1", *within("xyz", -3, 3)],
    ["x*y = 0", "x*z = 0", "x + y*z = 0", *within("xyz", -1, 1)],
    ["sin(x) = y*0", "y = x - x"],
]


@pytest.mark.parametrize(("equations", "count"), COMPLETE)
def test_all_roots_within_bounds_are_found_with_proof(equations: list[str], count: int) -> None:
    answer = found(equations)
    assert answer.complete
    assert answer.roots.low.shape[1] == count
    assert not answer.aside


@pytest.mark.parametrize("equations", UNDECIDED)
def test_what_cannot_be_decided_is_not_claimed(equations: list[str]) -> None:
    assert not found(equations, 200_000).complete


def test_a_budget_that_is_spent_is_no_proof() -> None:
    answer = found(COMPLETE[1][0], 1)
    assert not answer.complete


def test_a_deadline_that_has_passed_is_no_proof() -> None:
    problem = prepare(*COMPLETE[1][0])
    answer = everything(problem, (0, 1), (0, 1), {}, [], steps=10**9, deadline=clock.now())
    assert answer is not None
    assert not answer.complete


def test_what_is_not_covered_is_left_alone() -> None:
    problem = prepare("floor(x) + y = 1", "x*y = 2")
    assert everything(problem, (0, 1), (0, 1), {}, [], steps=10, deadline=clock.now() + 1) is None


TERMS: Final = [
    "{a}*{b}", "{a}^2", "exp({a}/2)", "sin({a} + {b})", "cos(2*{a})", "{a}^3/4", "1/({a}^2 + 1)", "atan({a}*{b})",
    "ln({a}^2 + 1)", "sqrt({b}^2 + 2)", "tanh({a})", "abs({a})*{b}", "max({a}, {b})",
]  # fmt: skip


def planted(seed: int, n: int) -> tuple[list[str], list[float]]:
    """A random system with a root that floats hold exactly, but for the rounding of constants that are printed."""
    rng = random.Random(seed)  # noqa: S311
    root = [rng.randint(-24, 24) / 8 for _ in range(n)]
    equations = []
    for k in range(n):
        chosen = [rng.choice(TERMS) for _ in range(rng.randint(1, 3))]
        names = [(f"x{k}", f"x{rng.randrange(n)}") for _ in chosen]
        terms = [term.format(a=a, b=b) for term, (a, b) in zip(chosen, names, strict=True)]
        at = [term.format(a=f"({_at(a, root)})", b=f"({_at(b, root)})") for term, (a, b) in
              zip(chosen, names, strict=True)]  # fmt: skip
        slope = rng.choice([1, 2, 3])
        equations.append(f"{slope}*x{k} + {' + '.join(terms)} = {slope}*({root[k]}) + {' + '.join(at)}")
    return equations + [f"x{k} in -4..4" for k in range(n)], root


def _at(name: str, root: Sequence[float]) -> float:
    return root[int(name[1:])]


def check_planted(seed: int, n: int, steps: int) -> bool:
    """Check that a planted root is among those found where these are claimed to be all."""
    equations, root = planted(seed, n)
    answer = found(equations, steps)
    order = [int(unknown.name[1:]) for unknown in prepare(*equations).unknowns]
    x = np.array([[root[k]] for k in order])
    held = ((answer.roots.low <= x) & (x <= answer.roots.high)).all(0)
    assert held.sum() <= 1
    assert not answer.complete or held.any(), equations
    return answer.complete


@pytest.mark.parametrize("n", [2, 3, 4])
def test_a_planted_root_is_never_lost(n: int) -> None:
    complete = sum(check_planted(seed, n, 300_000) for seed in range(12))
    assert complete > 6


def test_the_count_agrees_with_a_search_on_one_box_after_another() -> None:
    agreed = 0
    for seed in range(8):
        equations, _ = planted(seed, 2)
        problem = prepare(*equations)
        answer = found(equations)
        proof = prove(region(problem, (0, 1), (0, 1), {}), whole_box(problem.unknowns), 20_000)
        if answer.complete and proof.complete:
            agreed += 1
            assert answer.roots.low.shape[1] == len(proof.roots), equations
    assert agreed > 3


def test_a_solve_of_four_unknowns_has_a_proof() -> None:
    result = eqsolve.solve(*COMPLETE[4][0])
    assert result.completeness is Completeness.PROVED
    assert len(result.solutions) == 2
    assert all(solution.certified for solution in result.solutions)


def test_no_solution_in_a_box_of_four_unknowns_is_proved() -> None:
    result = eqsolve.solve(*COMPLETE[7][0])
    assert result.verdict is Verdict.NO_SOLUTION


@pytest.mark.parametrize("every", [False, True])
def test_beside_a_double_root_the_others_are_certified(every: bool) -> None:
    equations = [
        "cosh(x + y) = 1 + z^2",
        "x - y + sin(z) = 0",
        "z*(exp(z) - 2 + x) = w",
        "w*(w - 1.2) = sin(x*z)",
    ]
    result = eqsolve.solve(*equations, *within("xyzw", -3, 3), all=every, max_seconds=3)
    assert result.completeness is Completeness.SEARCHED
    assert "certified, 1 place undecided; that these are all is not proved" in result.message
