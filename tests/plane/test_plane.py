"""Equations over the complex numbers."""

from __future__ import annotations

import cmath
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eqsolve import Completeness, ProblemError, Result, Verdict, solve


def roots(result: Result, name: str = "z") -> list[complex]:
    return [solution.values[name] for solution in result.solutions]


@pytest.mark.parametrize(
    ("equation", "expected"),
    [
        ("z^2 + 1 = 0", [-1j, 1j]),
        ("z^3 = 1", [cmath.exp(-2j * cmath.pi / 3), cmath.exp(2j * cmath.pi / 3), 1]),
        ("z^4 = 1", [-1, -1j, 1j, 1]),
        ("z^2 = 3 + 4*i", [-2 - 1j, 2 + 1j]),
        ("i*z = 2", [-2j]),
        ("z + 1/z = 1", [0.5 - 0.75**0.5 * 1j, 0.5 + 0.75**0.5 * 1j]),
        ("(z^2 + 1)/(z - i) = 0", [-1j]),
        ("z^3 = i*z^2 + z - i", [-1, 1j, 1]),
    ],
)
def test_all_complex_roots_are_proved(equation: str, expected: list[complex]) -> None:
    result = solve(equation, complex=True)
    assert roots(result) == pytest.approx(expected, abs=1e-15)
    assert result.completeness is Completeness.PROVED
    assert all(solution.certified for solution in result.solutions)


def test_multiplicities() -> None:
    result = solve("(z - 1)^3*(z^2 + 1)^2 = 0", complex=True)
    assert [solution.multiplicity for solution in result.solutions] == [2, 2, 3]


def test_exact_forms_and_json() -> None:
    result = solve("z^2 + z + 1 = 0", complex=True)
    answer = json.loads(result.to_json())["solutions"][1]
    assert answer["exact"] == {"z": "-1/2 + sqrt(3)/2*i"}
    assert answer["values"]["z"] == {"re": -0.5, "im": pytest.approx(0.75**0.5)}
    assert "-0.5 + 0.8660254038i" in str(result)


def test_a_circuit() -> None:
    result = solve("V = I*(R + i*w*L)", "V = 10", "R = 3", "w = 2", "L = 2", complex=True)
    assert result.unique
    assert result["I"] == pytest.approx(1.2 - 1.6j)
    assert [warning.message for warning in result.warnings] == ["`i` is read as the imaginary unit"]


@pytest.mark.parametrize(
    ("equations", "expected"),
    [
        (["sqrt(z) = 2*i"], -4),
        (["ln(z) = i*pi"], -1),
        (["abs(z) = 2", "arg(z) = pi/2"], 2j),
        (["conj(z) = 1 + i"], 1 - 1j),
        (["exp(z) = 2*i", "im(z) > 0", "im(z) < 3", "re(z) > -9", "re(z) < 9"], cmath.log(2j)),
        (["z = asin(2 + i)"], cmath.asin(2 + 1j)),
        (["z = (1 + i)^i"], (1 + 1j) ** 1j),
        (["z = tan(1 + i)"], cmath.tan(1 + 1j)),
        (["z = acosh(i)"], cmath.acosh(1j)),
        (["z = atanh(1 + i)"], cmath.atanh(1 + 1j)),
    ],
)
def test_principal_branches(equations: list[str], expected: complex) -> None:
    result = solve(*equations, complex=True)
    assert roots(result) == pytest.approx([expected])


def test_exponentials_of_a_constant_are_all_found_in_a_window() -> None:
    result = solve("exp(z) = -1", complex=True)
    assert result.completeness is Completeness.BOX
    assert sorted(root.imag / cmath.pi for root in roots(result)) == pytest.approx([-3, -1, 1, 3])
    assert solve("exp(z) = -1", "abs(im(z)) < 4", complex=True).solutions[0].exact["z"] in ("pi*i", "-pi*i")
    assert solve("exp(z) = 0", complex=True).verdict is Verdict.NO_SOLUTION


def test_a_value_off_the_principal_branch_is_no_solution() -> None:
    assert solve("sqrt(z) = -2*i", complex=True).verdict is Verdict.NO_SOLUTION


def test_real_and_complex_unknowns_together() -> None:
    result = solve("z^2 = x", "re(z) = 0", "im(z) = 2", "var z : complex")
    assert (result["z"], result["x"]) == (2j, -4.0)


def test_one_equation_between_real_numbers_leaves_a_family() -> None:
    result = solve("abs(z) = 1", complex=True)
    assert result.verdict is Verdict.FAMILY
    assert result.free == ("im(z)",)


def test_the_unit_is_never_a_real_number() -> None:
    assert solve("var x : real", "x = i", complex=True).verdict is Verdict.NO_SOLUTION
    assert solve("i^2 = -1", complex=True).verdict is Verdict.IDENTITY
    assert solve("a := 3 + 4*i", "z = a", complex=True)["z"] == 3 + 4j


def test_without_complex_i_is_an_unknown() -> None:
    assert solve("i = 2")["i"] == 2.0
    assert solve("z^2 = -1").verdict is Verdict.NO_SOLUTION


def test_the_start_chooses_the_first() -> None:
    assert solve("var z : complex start -i", "z^2 = -1")["z"] == -1j


@pytest.mark.parametrize(
    ("equations", "code"),
    [
        (["z < 2", "z = 1"], "not-ordered"),
        (["floor(z) = 1"], "not-complex"),
        (["z = i*j"], "ambiguous-unit"),
        (["z = re(1, 2)"], "wrong-arity"),
        (["z = n", "var n : integer"], "unsupported"),
        (["z = 1", "var z : integer", "var z : complex"], "declared-twice"),
    ],
)
def test_what_has_no_complex_meaning_is_refused(equations: list[str], code: str) -> None:
    with pytest.raises(ProblemError) as caught:
        solve(*equations, complex=True)
    assert [diagnostic.code for diagnostic in caught.value.diagnostics] == [code]


@given(st.lists(st.tuples(st.integers(-3, 3), st.integers(-3, 3)), min_size=1, max_size=4))
def test_planted_roots_are_found_with_their_multiplicities(planted: list[tuple[int, int]]) -> None:
    product = "*".join(f"(z - ({a} + ({b})*i))" for a, b in planted)
    result = solve(f"{product} = 0", complex=True)
    found = {value: s.multiplicity for value, s in zip(roots(result), result.solutions, strict=True)}
    assert found == {complex(*point): planted.count(point) for point in planted}
