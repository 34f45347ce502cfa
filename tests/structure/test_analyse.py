"""Blocks partition the problem, none needs a later one, and what is over- or underdetermined is told apart."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eqsolve.structure import Block, Structure, analyse

Incidence = Mapping[int, Sequence[int]]


@pytest.mark.parametrize(
    ("incidence", "expected"),
    [
        ({}, ((), (), ())),
        ({0: [0]}, ((), (((0,), (0,)),), ())),
        # A chain, written backwards.
        ({0: [0, 1], 1: [1, 2], 2: [2]}, ((), (((2,), (2,)), ((1,), (1,)), ((0,), (0,))), ())),
        # Two unknowns that need each other, then a third.
        ({0: [0, 1], 1: [0, 1], 2: [1, 2]}, ((), (((0, 1), (0, 1)), ((2,), (2,))), ())),
        # Two equations for one unknown.
        ({0: [0], 1: [0]}, ((((0, 1), (0,)),), (), ())),
        # One equation for two unknowns.
        ({0: [0, 1]}, ((), (), (((0,), (0, 1)),))),
        # One of each kind: x twice, then y from x, then u and v from one equation with y in it.
        (
            {0: [0], 1: [0], 2: [0, 1], 3: [1, 2, 3]},
            ((((0, 1), (0,)),), (((2,), (1,)),), (((3,), (2, 3)),)),
        ),
        # Two parts that have nothing to do with each other, both underdetermined.
        ({0: [0, 1], 1: [2, 3]}, ((), (), (((0,), (0, 1)), ((1,), (2, 3))))),
        # Positions need neither begin at zero nor be without gaps.
        ({7: [5, 40], 3: [40]}, ((), (((3,), (40,)), ((7,), (5,))), ())),
    ],
)
def test_constructed_examples(incidence: Incidence, expected: tuple[tuple[object, ...], ...]) -> None:
    found = analyse(incidence)
    parts = (found.over, found.square, found.under)
    assert tuple(tuple((block.equations, block.unknowns) for block in part) for part in parts) == expected


def test_a_large_triangle_falls_into_single_equations() -> None:
    n = 300
    found = analyse({row: list(range(row + 1)) for row in range(n)})
    assert [block.equations for block in found.square] == [(row,) for row in range(n)]


def test_a_ring_is_one_block() -> None:
    n = 50
    found = analyse({row: sorted({row, (row + 1) % n}) for row in range(n)})
    assert found.blocks == (Block(tuple(range(n)), tuple(range(n))),)


@st.composite
def incidences(draw: st.DrawFn) -> dict[int, list[int]]:
    unknowns = draw(st.integers(1, 8))
    row = st.sets(st.integers(0, unknowns - 1), min_size=1, max_size=4).map(sorted)
    return dict(enumerate(draw(st.lists(row, min_size=1, max_size=8))))


def matching(incidence: Incidence) -> int:
    """Size of a maximum matching, by augmenting paths."""
    owner: dict[int, int] = {}

    def place(equation: int, seen: set[int]) -> bool:
        for unknown in incidence[equation]:
            if unknown not in seen:
                seen.add(unknown)
                if unknown not in owner or place(owner[unknown], seen):
                    owner[unknown] = equation
                    return True
        return False

    return sum(place(equation, set()) for equation in incidence)


def parts(incidence: Incidence) -> tuple[set[int], set[int]]:
    """Equations that are over- and unknowns that are underdetermined, from the definition.

    An equation is overdetermined if some maximum matching can do without it, or, which is the same, if
    leaving it out does not make the matching smaller; likewise an unknown.
    """
    full = matching(incidence)
    loose_equations = {
        equation
        for equation in incidence
        if matching({other: used for other, used in incidence.items() if other != equation}) == full
    }
    unknowns = {unknown for used in incidence.values() for unknown in used}
    loose_unknowns = {
        unknown
        for unknown in unknowns
        if matching({e: [u for u in used if u != unknown] for e, used in incidence.items()}) == full
    }
    return loose_equations, loose_unknowns


def members(blocks: Sequence[Block]) -> tuple[set[int], set[int]]:
    return {e for block in blocks for e in block.equations}, {u for block in blocks for u in block.unknowns}


@settings(deadline=None, max_examples=200)
@given(incidences())
def test_blocks_partition_the_problem(incidence: Incidence) -> None:
    blocks = analyse(incidence).blocks
    equations = [equation for block in blocks for equation in block.equations]
    unknowns = [unknown for block in blocks for unknown in block.unknowns]
    assert sorted(equations) == sorted(incidence)
    assert sorted(unknowns) == sorted({unknown for used in incidence.values() for unknown in used})


@settings(deadline=None, max_examples=200)
@given(incidences())
def test_no_block_needs_a_later_one(incidence: Incidence) -> None:
    known: set[int] = set()
    for block in analyse(incidence).blocks:
        known |= set(block.unknowns)
        for equation in block.equations:
            assert set(incidence[equation]) <= known


@settings(deadline=None, max_examples=200)
@given(incidences())
def test_parts_are_those_of_the_definition(incidence: Incidence) -> None:
    found = analyse(incidence)
    loose_equations, loose_unknowns = parts(incidence)
    assert members(found.over)[0] == loose_equations
    assert members(found.under)[1] == loose_unknowns


@settings(deadline=None, max_examples=200)
@given(incidences())
def test_shapes_of_the_parts(incidence: Incidence) -> None:
    found = analyse(incidence)
    assert all(len(block.equations) > len(block.unknowns) for block in found.over)
    assert all(len(block.equations) == len(block.unknowns) for block in found.square)
    assert all(len(block.equations) < len(block.unknowns) for block in found.under)


@settings(deadline=None, max_examples=150)
@given(incidences())
def test_square_blocks_are_as_small_as_can_be(incidence: Incidence) -> None:
    """No proper subset of the equations of a block has as few unknowns of the block as equations."""
    for block in analyse(incidence).square:
        own = set(block.unknowns)
        reach = {equation: own & set(incidence[equation]) for equation in block.equations}
        for chosen in range(1, 2 ** len(reach) - 1):
            some = [used for k, used in enumerate(reach.values()) if chosen >> k & 1]
            assert len(set[int]().union(*some)) > len(some)


@settings(deadline=None, max_examples=60)
@given(incidences(), st.randoms())
def test_the_order_of_the_equations_does_not_matter(incidence: dict[int, list[int]], random: object) -> None:
    shuffled = list(incidence.items())
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert analyse(dict(shuffled)) == analyse(incidence)


def test_a_structure_lists_its_blocks_in_solving_order() -> None:
    one, two, three = (Block((k,), (k,)) for k in range(3))
    assert Structure((one,), (two,), (three,)).blocks == (one, two, three)


def test_all_orders_of_a_small_system_give_the_same_parts() -> None:
    rows = [[0], [0, 1], [1, 2], [2, 3, 4]]
    results = set()
    for order in permutations(range(4)):
        found = analyse({position: rows[row] for position, row in enumerate(order)})
        results.add(tuple(len(block.unknowns) for block in found.blocks))
    assert results == {(1, 1, 1, 2)}
