"""Which roots a block has, proved to be all; and where the search has to say that it does not know."""

from __future__ import annotations

from typing import Final

import pytest

import eqsolve
from eqsolve.pipeline import prepare
from eqsolve.proof import Proof, prove
from eqsolve.proof.region import region, whole_box
from eqsolve.result import Completeness, Verdict

# Text and number of solutions, all of them proved.
COMPLETE: Final = [
    ("x = cos(x)", 1),
    ("x + exp(x) = 0", 1),
    ("x^x = 2", 1),
    ("exp(x) = 3*x", 2),
    ("exp(x) = 2*x", 0),
    ("exp(x) = 1e-300", 1),
    ("x*ln(x) = 0", 1),
    ("x*ln(x) = -0.2", 2),
    ("x*ln(x) = -1", 0),
    ("x*exp(-x) = 0.1", 2),
    ("x*exp(-x) - 0.1 = 0", 2),
    ("x*exp(x) = -0.2", 2),
    ("x^2*exp(-x) = 0.1", 3),
    ("x^3 = exp(x)", 2),
    ("2^x = x^2", 3),
    ("ln(x) + x = 3", 1),
    ("ln(x)/x = 0.2", 2),
    ("sqrt(x) = 0", 1),
    ("x = sqrt(x + 1)", 1),
    ("abs(x - 1) = abs(x + 2)", 1),
    ("abs(x) = 2 - x^2", 2),
    ("tanh(x) = x/2", 3),
    ("sin(x) = x/10", 7),
    ("x = 1 + 0.5*sin(x)", 1),
    ("x^2 = cos(x)", 2),
    ("exp(-x^2) = x", 1),
    ("5*(1 - exp(-x)) = x", 2),
    ("1/x + 1/(x - 1) = ln(x)", 2),
    ("gamma(x) = 5; x > 0", 2),
    ("sin(x) = 0.5; 0 <= x <= 10", 4),
    ("tan(x) = x; 1 <= x <= 10", 2),
    ("cbrt(x) + x = 1", 1),
    ("(x - 1)^2*exp(x) = 0", 1),
    ("x^2 + y^2 = 4; x = y", 2),
    ("x*y = 1; x + y = 3", 2),
    ("x^2 + y^2 = 1; x + y = 5", 0),
    ("x^2 + y^2 = 1; x*y = 1", 0),
    ("exp(x) + y = 2; x^2 + y^2 = 4", 2),
    ("x^3 + y^3 = 9; x*y = 2", 2),
    ("x^2 + y^2 + z^2 = 6; x*y + exp(z) = 4; sin(x*z) + y = 1", 2),
]

# Multiple roots, infinitely many roots, jumps: never claimed complete.
UNDECIDED: Final = [
    "sin(x) = 0.5",
    "tan(x) = x",
    "sin(x) = x",
    "1 - cos(x) = 0",
    "exp(x) = x + 1",
    "sin(1/x) = 0; x > 0",
    "ln(x) = -1e6",
    "x - 1 = ln(x)",
    "floor(x) = 2",
    "tanh(x) = 1 - 1e-300",
    "x*sin(1/x) = 0",
    "x^2 + y^2 = 2; x + y = 2",
]


def search(text: str, budget: int = 100_000) -> Proof:
    problem = prepare(*text.split(";"))
    everything = range(len(problem.unknowns))
    space = region(problem, range(len(problem.equations)), everything, {})
    return prove(space, whole_box(problem.unknowns), budget)


@pytest.mark.parametrize(("text", "count"), COMPLETE, ids=[text for text, _ in COMPLETE])
def test_all_roots_are_proved(text: str, count: int) -> None:
    proof = search(text)
    assert proof.complete
    assert len(proof.roots) == count


def test_a_search_goes_on_where_it_stopped() -> None:
    whole = search("x^2 + y^2 = 4; y = exp(x) - 1")
    problem = prepare("x^2 + y^2 = 4", "y = exp(x) - 1")
    proof, parts = None, 0
    while proof is None or not proof.complete:
        space = region(problem, [0, 1], [0, 1], {})
        proof = prove(space, whole_box(problem.unknowns), 100, None if proof is None else proof.rest)
        parts += 1
        assert parts < 1_000
    assert parts > 2
    assert set(map(str, proof.roots)) == set(map(str, whole.roots))


def test_roots_with_an_unknown_at_zero_are_certified() -> None:
    proof = search("x^2 - y + 1 = 0; x - cos(pi*y/2) = 0", 8_000)
    assert proof.complete
    assert len(proof.roots) == 3
    assert any(root["x"].contains(0.0) and root["y"].contains(1.0) for root in proof.roots)


@pytest.mark.parametrize("text", UNDECIDED)
def test_what_cannot_be_decided_is_left_undecided(text: str) -> None:
    assert not search(text).complete


@pytest.mark.parametrize(("text", "count"), COMPLETE[:12] + COMPLETE[-4:])
def test_the_verdict_says_so(text: str, count: int) -> None:
    result = eqsolve.solve(*text.split(";"))
    if count:
        assert result.verdict is Verdict.SOLVED
        assert result.completeness is Completeness.PROVED
        assert len(result.solutions) == count
        assert all(solution.certified for solution in result.solutions if solution.values != {"x": 0.0})
    else:
        assert result.verdict is Verdict.NO_SOLUTION
        assert "no solution, proved" in result.message


def test_the_root_nearest_to_a_start_comes_first() -> None:
    result = eqsolve.solve("tanh(x) = x/2", start={"x": 3})
    assert result["x"] == pytest.approx(1.9150080481545)
    assert result.solutions[0].origin == "start"


def test_a_later_block_is_impossible_with_what_the_others_determine() -> None:
    result = eqsolve.solve("x^2 = 9", "y^2 = x - 5")
    assert result.verdict is Verdict.NO_SOLUTION
    assert "with what the others determine" in result.message


def test_no_proof_rests_on_roots_that_were_only_searched() -> None:
    result = eqsolve.solve("sin(x) = 0.5", "y^2 = x - 1e6")
    assert result.verdict is not Verdict.NO_SOLUTION
