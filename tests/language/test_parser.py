"""Which tree a text stands for, and where a wrong text is wrong. More wrong texts are in the corpus."""

from __future__ import annotations

import sys
from fractions import Fraction

import pytest
from tests.strategies import NOWHERE, WORDS

from eqsolve.errors import Diagnostic, ParseError
from eqsolve.language import parse, unparse
from eqsolve.language.expressions import NESTING
from eqsolve.language.syntax import (
    Call,
    Comparison,
    Declaration,
    Definition,
    Equation,
    Expression,
    FunctionDefinition,
    Heading,
    Include,
    Inequality,
    Logic,
    Membership,
    Name,
    Negative,
    Number,
    Percent,
    Power,
    Product,
    Range,
    Statement,
    Sum,
)
from eqsolve.language.tokens import DIAGNOSTICS
from eqsolve.source import Source


def n(value: int | Fraction) -> Number:
    return Number(Fraction(value), NOWHERE)


def v(name: str) -> Name:
    return Name(name, NOWHERE)


def call(name: str, *arguments: Expression) -> Call:
    return Call(v(name), arguments, NOWHERE)


def negative(operand: Expression) -> Negative:
    return Negative(operand, NOWHERE)


def power(base: Expression, exponent: Expression) -> Power:
    return Power(base, exponent, NOWHERE)


def total(signs: str, *terms: Expression) -> Sum:
    return Sum(signs, terms, NOWHERE)


def product(operators: str, *factors: Expression) -> Product:
    return Product(operators, factors, NOWHERE)


a, b, c, x, y = (v(name) for name in "abcxy")


def statement(text: str) -> Statement:
    (only,) = parse(Source(text)).statements
    return only


def expression(text: str) -> Expression:
    definition = statement(f"target := {text}")
    assert isinstance(definition, Definition)
    return definition.expression


def errors(text: str) -> tuple[Diagnostic, ...]:
    with pytest.raises(ParseError) as caught:
        parse(Source(text))
    return caught.value.diagnostics


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("1.50", n(Fraction(3, 2))),
        ("1e20", n(10**20)),
        ("a + b - c", total("++-", a, b, c)),
        ("(a + b) - c", total("+-", total("++", a, b), c)),
        ("a - (b - c)", total("+-", a, total("+-", b, c))),
        ("a * b / c", product("**/", a, b, c)),
        ("a / (b * c)", product("*/", a, product("**", b, c))),
        ("a + b*c", total("++", a, product("**", b, c))),
        ("-a + b", total("++", negative(a), b)),
        ("-a*b", product("**", negative(a), b)),
        ("a*-b", product("**", a, negative(b))),
        ("+a", a),
        ("a - -+b", total("+-", a, negative(b))),
        ("-x^2", negative(power(x, n(2)))),
        ("(-x)^2", power(negative(x), n(2))),
        ("2^-1", power(n(2), negative(n(1)))),
        ("2^-x^2", power(n(2), negative(power(x, n(2))))),
        ("a^b^c", power(a, power(b, c))),
        ("a**b", power(a, b)),
        ("x²", power(x, n(2))),
        ("-x⁻¹", negative(power(x, negative(n(1))))),
        ("25%", Percent(n(25), NOWHERE)),
        ("5% + x", total("++", Percent(n(5), NOWHERE), x)),
        ("x^2%", power(x, Percent(n(2), NOWHERE))),
        ("sin(x)", call("sin", x)),
        ("max(a, b + c, 1)", call("max", a, total("++", b, c), n(1))),
        ("x (y)", call("x", y)),
        ("|x|", call("abs", x)),
        ("||x| - |y||", call("abs", total("+-", call("abs", x), call("abs", y)))),
        ("a*|x|*b", product("***", a, call("abs", x), b)),
        ("√x + 1", total("++", call("sqrt", x), n(1))),
        ("∛√(x + 1)", call("cbrt", call("sqrt", total("++", x, n(1))))),
        ("√|x|", call("sqrt", call("abs", x))),
        ("2x", product("**", n(2), x)),
        ("-2x", product("**", negative(n(2)), x)),
        ("2x^2", product("**", n(2), power(x, n(2)))),
        ("2(a)(b)c", product("****", n(2), a, b, c)),
        ("(a^2)y", product("**", power(a, n(2)), y)),
        ("sin(x)y", product("**", call("sin", x), y)),
        ("a*2x/3", product("***/", a, n(2), x, n(3))),
        ("2 (x)", product("**", n(2), x)),
        ("30/[1 - {a + b}]", product("*/", n(30), total("+-", n(1), total("++", a, b)))),
        ("const.R", v("const.R")),
        ("(a\n+ b)", total("++", a, b)),
    ],
)
def test_an_expression_stands_for_a_tree(text: str, tree: Expression) -> None:
    assert expression(text) == tree


def less(left: Expression, right: Expression) -> Comparison:
    return Comparison(("<",), (left, right), NOWHERE)


def logic(operator: str, *operands: Expression) -> Logic:
    return Logic(operator, operands, NOWHERE)


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("a < b", less(a, b)),
        ("a < b <= c", Comparison(("<", "<="), (a, b, c), NOWHERE)),
        ("a == b", Comparison(("=",), (a, b), NOWHERE)),
        ("not a < b", logic("not", less(a, b))),
        ("a < b and b < c or c < a", logic("or", logic("and", less(a, b), less(b, c)), less(c, a))),
        ("a < b and (b < c or c < a)", logic("and", less(a, b), logic("or", less(b, c), less(c, a)))),
        ("(a + b) < c", less(total("++", a, b), c)),
        ("((a < b))", less(a, b)),
        ("not (not a < b)", logic("not", logic("not", less(a, b)))),
        ("not < and", less(v("not"), v("and"))),
        ("f(not(x)) < 1", less(call("f", call("not", x)), n(1))),
    ],
)
def test_the_first_argument_of_if_is_a_condition(text: str, tree: Expression) -> None:
    assert expression(f"if({text}, 1, 2)") == call("if", tree, n(1), n(2))


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("a = b", Equation((a, b), None, NOWHERE)),
        ("a == b = c", Equation((a, b, c), None, NOWHERE)),
        ("mass: a = b", Equation((a, b), "mass", NOWHERE)),
        ('"mass balance": a = b', Equation((a, b), "mass balance", NOWHERE)),
        ("0 < x <= b", Inequality(("<", "<="), (n(0), x, b), None, NOWHERE)),
        ("limit: x != y", Inequality(("!=",), (x, y), "limit", NOWHERE)),
        ("a := b", Definition(a, b, NOWHERE)),
        ("f(x, y) := x", FunctionDefinition(v("f"), (x, y), x, NOWHERE)),
        ("x in 0..1", Membership(x, Range(n(0), n(1), NOWHERE), NOWHERE)),
        ("x in -∞..∞", Membership(x, Range(None, None, NOWHERE), NOWHERE)),
        ("x in a + b..+∞", Membership(x, Range(total("++", a, b), None, NOWHERE), NOWHERE)),
        ("var x", Declaration(x, None, None, NOWHERE)),
        ("var x: real start 2", Declaration(x, None, n(2), NOWHERE, "real")),
        ("var x in 0..a start b", Declaration(x, Range(n(0), a, NOWHERE), b, NOWHERE)),
        ('include "lib/a.eqs"', Include("lib/a.eqs", NOWHERE)),
        ('"Part one"', Heading("Part one", NOWHERE)),
    ],
)
def test_a_statement_stands_for_a_tree(text: str, tree: Statement) -> None:
    assert statement(text) == tree


@pytest.mark.parametrize("name", WORDS)
def test_every_word_can_be_a_name(name: str) -> None:
    assert statement(f"{name} = 3") == Equation((v(name), n(3)), None, NOWHERE)
    assert statement(f"3 = {name}*2") == Equation((n(3), product("**", v(name), n(2))), None, NOWHERE)
    assert statement(f"{name} in 0..1") == Membership(v(name), Range(n(0), n(1), NOWHERE), NOWHERE)
    assert statement(f"{name} := 2") == Definition(v(name), n(2), NOWHERE)
    assert statement(f"{name}: x = 2") == Equation((x, n(2)), name, NOWHERE)
    assert statement(f"{name} - x = 2") == Equation((total("+-", v(name), x), n(2)), None, NOWHERE)


def test_statements_end_at_newlines_and_semicolons() -> None:
    document = parse(Source("a = 1; b = 2\n\nc = 3;;"))
    assert [unparse(part) for part in document.statements] == ["a = 1", "b = 2", "c = 3"]


def test_trees_know_their_places() -> None:
    source = Source("y = 1\nmass: 2*(a + b) = |x|  # end")
    equation = parse(source).statements[1]
    assert isinstance(equation, Equation)
    assert equation.span.text == "mass: 2*(a + b) = |x|"
    assert [side.span.text for side in equation.sides] == ["2*(a + b)", "|x|"]
    assert (equation.span.line, equation.span.column, equation.span.end_column) == (2, 1, 21)


def test_every_wrong_statement_is_reported() -> None:
    found = errors("a = 1 +\nb = 2\nc = = 3\nd = 4 $ 5; e = 2 3")
    assert [(d.code, d.span.line if d.span else 0) for d in found] == [
        ("expected", 1),
        ("expected", 3),
        ("bad-character", 4),
        ("missing-operator", 4),
    ]


def test_the_number_of_reports_is_limited() -> None:
    assert len(errors("x = \n" * 1000)) == DIAGNOSTICS


def test_an_unclosed_bracket_costs_one_statement() -> None:
    (found,) = errors("a = (1 + 2\nb = 3\nc = (4)\n")
    assert (found.code, found.span.line if found.span else 0) == ("unclosed-bracket", 1)


# Each of these makes a deeper tree, or a deeper recursion, with each repetition.
NESTS = [
    ("(", ")"),
    ("[", "]"),
    ("sin(", ")"),
    ("-", ""),
    ("2^", ""),
    ("1 + (", ")"),
    ("-(", ")"),
    ("√", ""),
    ("2^(", ")"),
    ("(1 + ", ")"),
    ("|", "|"),
    ("", "%"),
]


@pytest.mark.parametrize(("before", "after"), NESTS)
def test_nesting_up_to_the_limit_is_read_and_printed(before: str, after: str) -> None:
    assert sys.getrecursionlimit() == 1000
    tree = statement(f"y = {before * NESTING}x{after * NESTING}")
    assert statement(unparse(tree)) == tree


MORE_NESTS = [("1 + 2*(", ")"), ("if(x < ", ", 1, 2)"), ("if(not (", "))")]


@pytest.mark.parametrize(("before", "after"), [*NESTS, *MORE_NESTS])
@pytest.mark.parametrize("levels", [NESTING + 1, 4000])
def test_deeper_nesting_is_refused(before: str, after: str, levels: int) -> None:
    found = errors(f"y = {before * levels}x{after * levels}")
    assert [diagnostic.code for diagnostic in found] == ["too-deep"]


def test_conditions_nest_as_deep() -> None:
    tree = expression("if(" + "(" * 198 + "x < 1" + ")" * 198 + ", 1, 2)")
    assert tree == call("if", less(x, n(1)), n(1), n(2))
    tree = expression("if(not (" * 66 + "x < 1" + "), 1, 2) < 1" * 65 + "), 1, 2)")
    assert isinstance(tree, Call)


@pytest.mark.parametrize("signs", ["+" * 5000, "-" * 100])
def test_long_flat_text_is_not_deep(signs: str) -> None:
    assert unparse(expression(f"{signs}x")).endswith("x")
    assert len(expression("x" + " + x" * 10_000).terms) == 10_001  # type: ignore[union-attr]


def test_ten_thousand_lines_are_read() -> None:
    source = Source("\n".join(f"x{i} + 2.5*sin(x{i + 1})^2 = {i}" for i in range(10_000)))
    assert len(parse(source).statements) == 10_000
