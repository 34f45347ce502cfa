"""One member of a family, chosen so that nobody mistakes it for the answer."""

from __future__ import annotations

import math
from fractions import Fraction

import numpy
import pytest
from flint import arb, fmpq
from hypothesis import given, settings
from hypothesis import strategies as st

from eqsolve.evaluate import Balls, exact, precision
from eqsolve.exact import eliminate
from eqsolve.exact.affine import Affine
from eqsolve.exact.representative import Limit, representative
from eqsolve.exact.write import write_affine, write_number
from eqsolve.language import parse_expression
from eqsolve.language.interpret import interpret
from eqsolve.problem.rational import rational
from eqsolve.source import Source

INF = math.inf
# A = 7 - D, B = 2 + D, C = 1 + D
PUZZLE = {
    0: Affine(fmpq(7), {3: fmpq(-1)}),
    1: Affine(fmpq(2), {3: fmpq(1)}),
    2: Affine(fmpq(1), {3: fmpq(1)}),
}


@st.composite
def families(draw: st.DrawFn) -> list[list[int]]:
    """Consistent systems with more unknowns than equations, the constant last."""
    columns = draw(st.integers(2, 5))
    rows = draw(
        st.lists(
            st.lists(st.integers(-3, 3), min_size=columns, max_size=columns), min_size=1, max_size=columns - 1
        )
    )
    planted = draw(st.lists(st.integers(-9, 9), min_size=columns, max_size=columns))
    return [[*row, -sum(a * x for a, x in zip(row, planted, strict=True))] for row in rows]


@settings(deadline=None, max_examples=100)
@given(families())
def test_a_member_is_the_least_one_or_whole_numbers_beside_it(rows: list[list[int]]) -> None:
    forms = [Affine(fmpq(row[-1]), {j: fmpq(v) for j, v in enumerate(row[:-1]) if v}) for row in rows]
    columns = sorted({j for form in forms for j in form.coefficients})
    if not columns:
        return
    pivots = eliminate(forms).pivots
    free = [j for j in columns if j not in pivots]
    relations = {j: form for j, form in pivots.items() if form.coefficients}
    involved = [*relations, *free]
    if not free:
        return
    chosen = representative(relations, free, [])
    assert chosen is not None
    member, how = chosen
    assert set(member) == set(involved)
    for j, form in relations.items():
        value = form.constant + sum((v * member[k] for k, v in form.coefficients.items()), fmpq(0))
        assert value == member[j]
    matrix = numpy.zeros((len(relations), len(involved)))
    right = numpy.zeros(len(relations))
    for row, (j, form) in enumerate(relations.items()):
        matrix[row, involved.index(j)] = 1
        for k, v in form.coefficients.items():
            matrix[row, involved.index(k)] = -float(arb(v))
        right[row] = float(arb(form.constant))
    least = numpy.linalg.lstsq(matrix, right, rcond=None)[0] if relations else numpy.zeros(len(involved))
    values = numpy.array([float(arb(member[j])) for j in involved])
    if how == "small integers":
        assert all(value == round(value) for value in values)
        near = [abs(float(arb(member[j])) - least[involved.index(j)]) for j in free]
        assert max(near) <= 0.5 + 1e-9
    else:
        assert how == "least norm"
        # numpy works in floats; the systems are well conditioned.
        assert values == pytest.approx(least, abs=1e-9)


Bounds = dict[int, tuple[float, float]]


def within(bounds: Bounds) -> list[Limit]:
    """Bounds as linear forms that must not be negative."""
    limits = []
    for unknown, (low, high) in bounds.items():
        if low > -INF:
            limits.append(
                Limit(
                    Affine(fmpq(-Fraction(low).numerator, Fraction(low).denominator), {unknown: fmpq(1)}),
                    strict=False,
                )
            )
        if high < INF:
            limits.append(
                Limit(
                    Affine(fmpq(Fraction(high).numerator, Fraction(high).denominator), {unknown: fmpq(-1)}),
                    strict=False,
                )
            )
    return limits


def test_the_member_of_the_puzzle() -> None:
    # The least norm lies at D = 1.
    member, how = representative(PUZZLE, [3], []) or ({}, "")
    assert ([int(arb(member[j]).unique_fmpz()) for j in range(4)], how) == ([6, 3, 2, 1], "least norm")


@pytest.mark.parametrize(
    ("bounds", "how"),
    [
        ({3: (2.0, 9.0)}, "within the bounds"),
        ({0: (-INF, 3.0)}, "within the bounds"),
        ({0: (0.0, 100.0), 3: (0.0, INF)}, "least norm"),
        ({2: (5.25, 5.5)}, "within the bounds"),
    ],
)
def test_a_member_lies_within_the_bounds(bounds: Bounds, how: str) -> None:
    chosen = representative(PUZZLE, [3], within(bounds))
    assert chosen is not None
    member, found = chosen
    assert found == how
    for unknown, (low, high) in bounds.items():
        assert low <= float(arb(member[unknown])) <= high
    assert member[0] == 7 - member[3]


def test_bounds_that_no_member_meets() -> None:
    assert representative(PUZZLE, [3], within({0: (8.0, INF), 3: (0.0, INF)})) is None


def test_many_free_unknowns_are_set_to_zero() -> None:
    free = list(range(1, 151))
    relations = {0: Affine(fmpq(3), dict.fromkeys(free, fmpq(1)))}
    member, _ = representative(relations, free, []) or ({}, "")
    assert member[0] == 3
    assert all(member[j] == 0 for j in free)


def test_irrational_families_have_members_too() -> None:
    with precision(200):
        member, how = representative({0: Affine(arb.pi(), {1: fmpq(-1)})}, [1], []) or ({}, "")
        assert how == "least norm"
        assert float(arb(member[0])) == pytest.approx(math.pi / 2, rel=1e-15)
        assert arb(member[0] + member[1]).overlaps(arb.pi())


# as text -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("form", "text"),
    [
        (Affine(fmpq(7), {3: fmpq(-1)}), "7 - D"),
        (Affine(fmpq(0), {3: fmpq(1)}), "D"),
        (Affine(fmpq(0), {3: fmpq(-1)}), "-D"),
        (Affine(fmpq(-1, 2), {0: fmpq(2, 3), 1: fmpq(-1)}), "-1/2 + 2/3*A - B"),
        (Affine(fmpq(0)), "0"),
        (Affine(fmpq(-5, 3)), "-5/3"),
        (Affine(fmpq(0), {0: fmpq(-3), 2: fmpq(1)}), "-3*A + C"),
    ],
)
def test_a_form_is_written_in_the_language(form: Affine, text: str) -> None:
    assert write_affine(form, "ABCD") == text


@settings(deadline=None)
@given(
    st.fractions(max_denominator=50, min_value=-50, max_value=50),
    st.dictionaries(
        st.integers(0, 3),
        st.fractions(max_denominator=50, min_value=-50, max_value=50).filter(bool),
        max_size=4,
    ),
)
def test_what_is_written_reads_back(constant: Fraction, coefficients: dict[int, Fraction]) -> None:
    form = Affine(exact(constant), {j: exact(value) for j, value in coefficients.items()})
    expression = parse_expression(Source(write_affine(form, "ABCD")))
    point = dict(zip("ABCD", (1, 10, 100, 1000), strict=True))
    with precision(300):
        found = interpret(expression, Balls({name: arb(value) for name, value in point.items()})).value
    true = constant + sum(value * point["ABCD"[j]] for j, value in coefficients.items())
    with precision(300):
        assert found.overlaps(arb(exact(true)))


@settings(deadline=None)
@given(st.fractions())
def test_a_number_is_written_exactly(value: Fraction) -> None:
    text = write_number(exact(value))
    assert text is not None
    assert rational(parse_expression(Source(text))) == value


def test_a_ball_is_not_written_as_an_exact_number() -> None:
    assert write_number(arb.pi()) is None


@pytest.mark.parametrize("size", ["1e-20", "1e20", "3e5", "123456789012345678", "0.001"])
def test_irrational_coefficients_are_written_in_decimals_that_read_back(size: str) -> None:
    with precision(200):
        value = arb(size) * arb.pi()
        text = write_affine(Affine(value, {0: -value}), ("x",))
        found = interpret(parse_expression(Source(text)), Balls({"x": arb(3)})).value
        # Fifteen digits are written.
        assert abs(found / (-2 * value) - 1) < 1e-14


def test_a_member_that_does_not_hold_is_passed_over() -> None:
    chosen = representative({}, [1], [], lambda member: member[1] != 0)
    assert chosen is not None
    assert chosen[0] == {1: 1}
