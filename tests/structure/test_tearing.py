from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from eqsolve.structure.tearing import Torn, tear

# Equations by number, each with its unknowns and whether it can be solved for them.
Loop = dict[int, dict[int, bool]]

loops = st.dictionaries(
    st.integers(0, 9), st.dictionaries(st.integers(0, 9), st.booleans(), min_size=1), min_size=1
)


def torn(loop: Loop) -> Torn:
    return tear(loop, {e: {u for u, solvable in row.items() if solvable} for e, row in loop.items()})


def chain(length: int) -> Loop:
    """Equations of which each gives an unknown by the one before it, in a circle."""
    return {k: {k: True, (k + 1) % length: True} for k in range(length)}


def test_a_chain_that_is_closed_to_a_loop_is_torn_once() -> None:
    found = torn(chain(100))
    assert len(found.tears) == len(found.left) == 1
    assert len(found.steps) == 99


def test_two_loops_that_share_an_unknown_are_torn_there() -> None:
    loop = {k: {k: True, (k + 1) % 4: True} for k in range(4)}
    loop |= {10 + k: {10 + k: True, 11 + k: True} for k in range(2)}
    loop |= {12: {12: True, 0: True}, 13: {0: True, 10: True}}
    assert torn(loop).tears == (0,)


def test_an_unknown_that_no_equation_can_be_solved_for_is_given_first() -> None:
    # 0 gives 1, that gives 2, and so on, but not the other way round.
    loop = {k: {k: False, k + 1: True} for k in range(9)} | {9: {9: False, 0: False}}
    assert torn(loop).tears == (0,)


def test_what_follows_at_once_needs_no_tears() -> None:
    found = torn({0: {0: True}, 1: {0: False, 1: True}, 2: {1: False, 2: True}})
    assert found == Torn((), ((0, 0), (1, 1), (2, 2)), ())


@given(loops)
def test_each_unknown_is_given_or_follows_from_an_equation_that_uses_what_comes_before(loop: Loop) -> None:
    found = torn(loop)
    known = set(found.tears)
    for equation, unknown in found.steps:
        assert loop[equation][unknown]
        assert unknown not in known
        assert set(loop[equation]) - known == {unknown}
        known.add(unknown)
    assert known == {unknown for row in loop.values() for unknown in row}
    assert len(known) == len(found.tears) + len(found.steps)
    assert {*found.left, *(equation for equation, _ in found.steps)} == set(loop)
    assert len(found.left) + len(found.steps) == len(loop)
