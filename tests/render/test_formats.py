from __future__ import annotations

import json
import math

import pytest

from eqsolve.errors import ProblemError, lookup
from eqsolve.render import RENDERERS, to_html, to_json, to_latex
from eqsolve.render.latex import form_to_latex, name_to_latex
from eqsolve.result import Best, EquationReport, Line, Result, Solution, Verdict


@pytest.mark.parametrize("name", RENDERERS)
@pytest.mark.parametrize("kind", ["solved", "two", "family", "contradiction", "not_found"])
def test_every_format_shows_every_verdict(name: str, kind: str, request: pytest.FixtureRequest) -> None:
    assert lookup(RENDERERS, name, "format")(request.getfixturevalue(kind))


def test_a_misspelt_format_is_a_diagnostic() -> None:
    with pytest.raises(ProblemError, match="did you mean `latex`"):
        lookup(RENDERERS, "latx", "format")


def test_json_has_neither_nan_nor_infinity() -> None:
    result = Result(
        Verdict.NOT_FOUND,
        "nothing",
        best=Best({"x": math.nan, "y": -math.inf}, math.inf),
        equations=(EquationReport(Line(1, "x = y"), math.nan, math.inf),),
    )
    value = json.loads(to_json(result), parse_constant=pytest.fail)
    assert value["best"] == {"values": {"x": None, "y": None}, "residual": None}
    assert "\n" not in to_json(result)


@pytest.mark.parametrize(
    ("name", "latex"),
    [
        ("x", "x"),
        ("x_1", "x_{1}"),
        ("x1", "x_{1}"),
        ("T_hot_2", r"T_{\mathrm{hot},2}"),
        ("alpha", r"\alpha"),
        ("λ", r"\lambda"),
        ("Δ_p", r"\Delta_{p}"),
        ("omega12", r"\omega_{12}"),
        ("pressure", r"\mathrm{pressure}"),
        ("_", r"\_"),
        ("const.R", r"\mathrm{const.R}"),
        ("質", "質"),
    ],
)
def test_names_are_safe_in_latex(name: str, latex: str) -> None:
    assert name_to_latex(name) == latex


@pytest.mark.parametrize(
    ("form", "latex"),
    [
        ("7 - D", "7 - D"),
        ("-sqrt(2)/3", r"-\frac{\sqrt{2}}{3}"),
        ("-1 + x*(-2)", r"-1 + x \left(-2\right)"),
        ("7/3", r"\frac{7}{3}"),
        ("2*x_1*(a + b)", r"2 x_{1} \left(a + b\right)"),
        ("(a - b)^2", r"{\left(a - b\right)}^{2}"),
        ("x^(1/3)", r"{x}^{\frac{1}{3}}"),
        ("3*2", r"3 \cdot 2"),
        ("ln(2)", r"\ln\left(2\right)"),
        ("2*pi", r"2 \pi"),
        ("cbrt(5)", r"\sqrt[3]{5}"),
        ("this is ( not", r"\mathtt{this is ( not}"),
        ("a_b ???", r"\mathtt{a\_b ???}"),
    ],
)
def test_exact_forms_become_latex(form: str, latex: str) -> None:
    assert form_to_latex(form) == latex


def test_latex_of_solutions(two: Result) -> None:
    assert to_latex(two) == (
        "\\begin{aligned}\n"
        "x &= -\\sqrt{2} \\approx -1.414213562 \\\\\n"
        "y &= 1 \\\\[1ex]\n"
        "x &= \\sqrt{2} \\approx 1.414213562 \\\\\n"
        "y &= \\frac{5}{2} \\approx 2.5\n"
        "\\end{aligned}"
    )


def test_latex_of_a_family_and_of_nothing(family: Result, not_found: Result) -> None:
    assert "A &= 7 - D \\\\\n" in to_latex(family)
    assert "D & \\text{ free}" in to_latex(family)
    assert "not a solution" in to_latex(not_found)


def test_latex_of_large_numbers() -> None:
    result = Result(Verdict.SOLVED, "one", solutions=(Solution({"N": 6.02214076e23}),))
    assert r"N &= 6.02214076 \times 10^{23}" in to_latex(result)


def test_html_is_escaped() -> None:
    result = Result(
        Verdict.SOLVED, "a < b & c", solutions=(Solution({"<script>": 1.0}, exact={"<script>": "<b>"}),)
    )
    assert to_html(result) == (
        '<div class="eqsolve"><table><tr><th>&lt;script&gt;</th>'
        "<td>1<br><code>&lt;b&gt;</code></td></tr></table><p>✓ a &lt; b &amp; c</p></div>"
    )


def test_html_says_what_is_no_solution(not_found: Result, contradiction: Result, family: Result) -> None:
    assert "<b>not</b> a solution" in to_html(not_found)
    assert "<code>x + y = 4</code>" in to_html(contradiction)
    assert "<td>free</td>" in to_html(family)
