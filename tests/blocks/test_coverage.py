from __future__ import annotations

import torch
from flint import arb

import eqsolve
from eqsolve.blocks.coverage import Coverage
from eqsolve.numeric.search import Candidates
from eqsolve.result import Completeness, Status
from eqsolve.verify.check import Checked


def ended_at(*values: float, status: Status = Status.CONVERGED) -> Candidates:
    lanes = len(values)
    x = torch.tensor([values], dtype=torch.float64)
    return Candidates(x, torch.zeros(lanes), (status,) * lanes, ("newton",) * lanes, torch.zeros(lanes))


def root(value: float) -> tuple[list[float], Checked]:
    return [value], Checked({0: arb(value)}, None, 1, (), (0,))


def test_roots_are_counted_by_the_starts_that_led_there() -> None:
    coverage = Coverage()
    coverage.add(ended_at(1, 1, 2), [root(1), root(2)])
    coverage.add(ended_at(2, 3, 9, 1), [root(1), root(2), root(3)])
    assert coverage.met == [3, 2, 1]


def test_a_root_next_to_which_starts_stalled_was_met_once() -> None:
    coverage = Coverage()
    coverage.add(ended_at(1, 1, status=Status.STALLED), [root(1)])
    assert coverage.met == [1]


def test_what_was_met_once_tells_what_was_not_met() -> None:
    coverage = Coverage()
    assert coverage.unseen == 1
    coverage.add(ended_at(1, 1, 1, 2), [root(1), root(2)])
    assert coverage.unseen == 0.25
    assert str(coverage) == "only 4 starts led there; there may be others"
    coverage.add(ended_at(*[1] * 16), [root(1), root(2)])
    assert "5 % of further starts" in str(coverage)


def test_with_all_the_message_tells_how_well_the_search_has_covered() -> None:
    total = " + ".join(f"x{k}" for k in range(1, 10))
    result = eqsolve.solve(*(f"x{k} + sin({total} + {k}) = {k}/10" for k in range(1, 10)), all=True)
    assert result.completeness is Completeness.SEARCHED
    assert "starts led there, at least" in result.message
