from __future__ import annotations

import torch
from hypothesis import given as given_by
from hypothesis import strategies as st
from torch import Tensor

from eqsolve.numeric.starts import anchored, balanced_starts, starts

INF = float("inf")


def ends(lower: list[float], upper: list[float]) -> tuple[Tensor, Tensor]:
    return torch.tensor(lower, dtype=torch.float64), torch.tensor(upper, dtype=torch.float64)


def draw(lower: list[float], upper: list[float], count: int = 64, seed: int = 0) -> Tensor:
    n = len(lower)
    low, high = ends(lower, upper)
    return starts(torch.zeros(n).double(), torch.zeros(n, dtype=torch.bool), low, high, count, seed)


def test_equal_seeds_give_equal_starts() -> None:
    first, second, third = (draw([-INF] * 3, [INF] * 3, seed=seed) for seed in (1, 1, 2))
    assert torch.equal(first, second)
    assert not torch.equal(first, third)


def test_more_starts_begin_with_the_fewer() -> None:
    many, few = draw([-INF] * 3, [INF] * 3, 64), draw([-INF] * 3, [INF] * 3, 16)
    assert torch.allclose(many[:, :16], few, rtol=1e-12)


def test_the_first_start_is_the_users_own() -> None:
    user, given = torch.tensor([7.0, 99.0, 20.0]).double(), torch.tensor([True, False, True])
    lower, upper = torch.tensor([-INF, -INF, 0]).double(), torch.tensor([INF, INF, 10]).double()
    assert starts(user, given, lower, upper, 8, 0)[:, 0].tolist() == [7, 1, 10]


def test_the_usual_start_is_one_where_that_is_inside() -> None:
    lower = [-INF, 0, 1, 5, -INF, 0, -4, -INF]
    upper = [INF, INF, INF, INF, -3, 0.5, -2, 1]
    assert draw(lower, upper, 1)[:, 0].tolist() == [1, 1, 2, 10, -6, 0.25, -3, 0]


def test_starts_come_in_all_sizes_and_signs() -> None:
    x = draw([-INF] * 2, [INF] * 2, 256)
    sizes = x.abs().amax(0)
    assert sizes.min() < 0.1
    assert sizes.max() > 100
    assert (x > 0).all(0).sum() > 80
    assert (x < 0).all(0).sum() > 20


def test_every_family_fills_its_box() -> None:
    x = draw([0, 0], [1, 1], 257)[:, 1:]
    for family in (0, 1):
        part = x[:, family::4]
        assert ((part < 0.25).sum(1) > 10).all()
        assert ((part > 0.75).sum(1) > 10).all()


def test_starts_are_in_units_of_the_users_own() -> None:
    user = torch.tensor([1e-19, 1.0]).double()
    x = starts(user, torch.ones(2, dtype=torch.bool), user - INF, user + INF, 256, 0)
    median = x.abs().median(1).values
    assert 1e-21 < median[0] < 1e-17
    assert 1e-2 < median[1] < 1e2


bound = st.floats(-1e6, 1e6) | st.sampled_from([-INF, INF, 0.0])


@given_by(st.lists(st.tuples(bound, bound), min_size=1, max_size=4))
def test_starts_are_within_the_bounds(pairs: list[tuple[float, float]]) -> None:
    lower = [min(pair) if min(pair) < INF else 0.0 for pair in pairs]
    upper = [max(pair) if max(pair) > -INF else 0.0 for pair in pairs]
    x = draw(lower, upper, 20)
    assert x.isfinite().all()
    assert (x >= torch.tensor(lower, dtype=torch.float64)[:, None]).all()
    assert (x <= torch.tensor(upper, dtype=torch.float64)[:, None]).all()


def test_a_wide_box_of_positive_numbers_is_searched_in_the_logarithm_too() -> None:
    x = draw([1e-6], [1e6], 64)
    assert (x < 1e-2).sum() >= 4
    assert (x > 1e5).sum() >= 4


def test_more_unknowns_than_sobol_has_dimensions() -> None:
    x = draw([-INF] * 22000, [INF] * 22000, 2)
    assert x.shape == (22000, 2)
    assert x.isfinite().all()


def test_the_last_starts_lie_beside_anchors_in_turn() -> None:
    plain = draw([-INF] * 3, [INF] * 3)
    moved = anchored(plain, [(40.0, -2.0), (5.0,), ()], *ends([-INF] * 3, [INF] * 3))
    assert (moved[:, :-4] == plain[:, :-4]).all()
    assert (moved[2] == plain[2]).all()
    assert moved[:2, -4:].round().tolist() == [[40, 40, -2, -2], [5, 5, 5, 5]]


def test_anchors_outside_the_bounds_are_moved_to_them() -> None:
    lower, upper = ends([0.0], [1.0])
    assert anchored(draw([0.0], [1.0]), [(40.0,)], lower, upper)[0, -1] == 1


def test_balanced_starts_lie_around_the_magnitudes() -> None:
    lower, upper = ends([-INF, 0.0], [INF, INF])
    x = balanced_starts(lower, upper, torch.tensor([-3.0, 5.0]).double(), 64, 0)
    assert ((x.abs().log10() - torch.tensor([[-3.0], [5.0]])).abs() <= 2.0).all()
    assert (x[0] < 0).any()
    assert (x[:, ::2] > 0).all()
    assert (x[1] > 0).all()
