"""Sparse elimination against sympy's reduced row echelon form, and against its own definition."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

import pytest
import sympy
from flint import arb, fmpq
from hypothesis import given, settings
from hypothesis import strategies as st

from eqsolve.evaluate import exact, precision
from eqsolve.exact import eliminate
from eqsolve.exact.affine import Affine, Number
from eqsolve.exact.elimination import Undecided

Rows = list[list[Fraction]]  # the constant last


def forms(rows: Sequence[Sequence[Fraction | int]]) -> list[Affine]:
    return [
        Affine(
            exact(Fraction(row[-1])),
            {j: exact(Fraction(value)) for j, value in enumerate(row[:-1]) if value},
        )
        for row in rows
    ]


def fraction(value: Number) -> Fraction:
    assert isinstance(value, fmpq)
    return Fraction(int(value.p), int(value.q))


def rank(rows: Rows) -> int:
    return int(
        sympy.Matrix([[sympy.Rational(v.numerator, v.denominator) for v in row] for row in rows]).rank()
    )


def consistent(rows: Rows) -> bool:
    return not rows or rank([row[:-1] for row in rows]) == rank(rows)


@st.composite
def systems(draw: st.DrawFn) -> Rows:
    """Small systems, with a good chance of dependent rows."""
    columns = draw(st.integers(1, 5))
    number = st.sampled_from([*map(Fraction, (0, 0, 0, 1, 1, -1, 2, -3)), Fraction(1, 2), Fraction(-2, 3)])
    row = st.lists(number, min_size=columns + 1, max_size=columns + 1)
    rows = draw(st.lists(row, min_size=1, max_size=6))
    for _ in range(draw(st.integers(0, 2))):
        one, other = draw(st.sampled_from(rows)), draw(st.sampled_from(rows))
        rows.append([a + 2 * b for a, b in zip(one, other, strict=True)])
        if draw(st.booleans()):
            rows[-1][-1] += 1
    return rows


@settings(deadline=None, max_examples=150)
@given(systems())
def test_elimination_is_the_reduced_row_echelon_form(rows: Rows) -> None:
    found = eliminate(forms(rows))
    assert found.exact
    assert (found.contradiction is None) == consistent(rows)
    if found.contradiction is not None:
        assert not consistent([rows[k] for k in found.contradiction])
        return
    matrix = sympy.Matrix([[sympy.Rational(v.numerator, v.denominator) for v in row] for row in rows])
    reduced, pivots = matrix.rref()
    assert tuple(found.pivots) == pivots
    for k, column in enumerate(pivots):
        row = reduced.row(k)
        form = found.pivots[column]
        assert fraction(form.constant) == -Fraction(int(row[-1].p), int(row[-1].q))
        others = {j: fraction(value) for j, value in form.coefficients.items()}
        expected = {
            j: -Fraction(int(row[j].p), int(row[j].q)) for j in range(len(row) - 1) if row[j] and j != column
        }
        assert others == expected


@settings(deadline=None, max_examples=80)
@given(systems())
def test_redundant_rows_follow_from_the_independent_ones(rows: Rows) -> None:
    found = eliminate(forms(rows))
    if found.contradiction is not None:
        return
    kept = [rows[k] for k in found.independent]
    assert sorted((*found.independent, *found.redundant)) == list(range(len(rows)))
    assert rank(rows) == len(kept) == (rank(kept) if kept else 0)


@settings(deadline=None, max_examples=80)
@given(systems())
def test_a_value_rests_on_its_sources_alone(rows: Rows) -> None:
    found = eliminate(forms(rows))
    if found.contradiction is not None:
        return
    for column, form in found.pivots.items():
        if form.coefficients:
            continue
        again = eliminate(forms([rows[k] for k in found.sources[column]]))
        assert fraction(again.pivots[column].constant) == fraction(form.constant)


@settings(deadline=None, max_examples=50)
@given(
    st.integers(1, 6).flatmap(lambda n: st.lists(st.integers(-9, 9), min_size=n, max_size=n)), st.randoms()
)
def test_a_planted_solution_of_a_regular_system_is_found(planted: list[int], random: st.DataObject) -> None:
    n = len(planted)
    # Unit lower times unit upper triangle: regular, with integers only.
    draw = random.randint  # type: ignore[attr-defined]
    lower = [[1 if i == j else draw(-2, 2) if j < i else 0 for j in range(n)] for i in range(n)]
    upper = [[1 if i == j else draw(-2, 2) if j > i else 0 for j in range(n)] for i in range(n)]
    matrix = [[sum(lower[i][k] * upper[k][j] for k in range(n)) for j in range(n)] for i in range(n)]
    rows = [[*row, -sum(a * x for a, x in zip(row, planted, strict=True))] for row in matrix]
    found = eliminate(forms(rows))
    assert {j: fraction(form.constant) for j, form in found.pivots.items()} == dict(enumerate(planted))
    assert found.redundant == {}


def test_the_last_unknowns_stay_free() -> None:
    found = eliminate(forms([[1, 1, 1, -6], [1, -1, 0, 0]]))
    assert list(found.pivots) == [0, 1]
    assert all(set(form.coefficients) == {2} for form in found.pivots.values())


def test_nothing_gives_nothing() -> None:
    found = eliminate([])
    assert (found.pivots, found.redundant, found.contradiction) == ({}, {}, None)


def test_an_empty_row_is_redundant_or_a_contradiction() -> None:
    assert eliminate(forms([[0, 0]])).redundant == {0: ()}
    assert eliminate(forms([[0, 3]])).contradiction == (0,)


def test_irrational_coefficients() -> None:
    with precision(400):
        root = arb(2).sqrt()
        found = eliminate([Affine(arb(-2), {0: root, 1: fmpq(1)}), Affine(fmpq(0), {0: fmpq(1), 1: -root})])
        # √2 x + y = 2 and x = √2 y, so 3 y = 2.
        assert arb(found.pivots[1].constant).overlaps(arb(2) / 3)
        assert arb(found.pivots[0].constant).overlaps(2 * root / 3)
        assert found.exact


def test_irrational_rows_that_depend_on_each_other_are_taken_for_equal_without_proof() -> None:
    with precision(400):
        root = arb(2).sqrt()
        rows = [Affine(-root, {0: root, 1: fmpq(2)}), Affine(fmpq(-1), {0: fmpq(1), 1: root})]
        found = eliminate(rows)
        assert found.redundant in ({1: (0,)}, {0: (1,)})
        assert not found.exact
        shifted = Affine(fmpq(-1) - fmpq(1, 10**9), rows[1].coefficients)
        assert eliminate([rows[0], shifted]).contradiction == (0, 1)


def test_a_ball_too_wide_to_tell_is_left_undecided() -> None:
    wide = arb("1 +/- 1e-3")
    with pytest.raises(Undecided):
        eliminate([Affine(fmpq(0), {0: fmpq(1), 1: fmpq(1)}), Affine(fmpq(1), {0: wide, 1: fmpq(1)})])


def test_time_that_has_run_out_is_noticed() -> None:
    with pytest.raises(Undecided):
        eliminate(forms([[1, -1]]), deadline=0.0)
