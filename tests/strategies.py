"""Hypothesis strategies: trees of the language, exactly those that the parser can produce."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Final

from hypothesis import strategies as st

from eqsolve.language.syntax import (
    Call,
    Comparison,
    DataFile,
    Declaration,
    Definition,
    Distinct,
    Document,
    Equation,
    Expression,
    FunctionDefinition,
    Heading,
    Include,
    Inequality,
    Listing,
    Logic,
    Membership,
    Name,
    Negative,
    Number,
    Percent,
    Power,
    Product,
    Range,
    Soft,
    Statement,
    Sum,
)
from eqsolve.source import Source, Span

NOWHERE: Final = Span(Source(""), 0, 0)

WORDS: Final = (
    *(
        "x",
        "y",
        "T_1",
        "E",
        "I",
        "S",
        "N",
        "Q",
        "O",
        "pi",
        "lambda",
        "é",
        "Δp",
        "e",
        "beta",
        "gamma",
        "exp",
        "sum",
    ),
    *("in", "is", "and", "or", "not", "if", "var", "for", "start", "end", "data", "include", "minimize"),
)
"""Names, most of them words with a meaning somewhere."""
_ORDER: Final = ["<", "<=", ">", ">=", "!="]


@st.composite
def numbers(draw: st.DrawFn) -> Number:
    """Literals: finite decimals that are not negative."""
    return Number(draw(st.integers(0, 10**6)) * Fraction(10) ** draw(st.integers(-30, 30)), NOWHERE)


@st.composite
def names(draw: st.DrawFn, words: tuple[str, ...] = ()) -> Name:
    return Name(draw(st.sampled_from(words or (*WORDS, "const.R"))), NOWHERE)


@st.composite
def expressions(draw: st.DrawFn, depth: int = 3) -> Expression:
    """Trees of at most `depth` levels above the numbers and names."""
    forms = ("number", "name", "sum", "product", "power", "negative", "percent", "call", "if")
    inner = expressions(depth - 1)
    match draw(st.sampled_from(forms[:2] if depth == 0 else forms)):
        case "number":
            return draw(numbers())
        case "sum":
            return Sum(*draw(_operations("+-", inner)), NOWHERE)
        case "product":
            return Product(*draw(_operations("*/", inner)), NOWHERE)
        case "power":
            return Power(draw(inner), draw(inner), NOWHERE)
        case "negative":
            return Negative(draw(inner), NOWHERE)
        case "percent":
            return Percent(draw(inner), NOWHERE)
        case "call":
            function = draw(names(("f", "sin", "max", "sum", "E", "and")))
            return Call(function, draw(_several(inner, 1)), NOWHERE)
        case "if":
            arguments = draw(conditions(depth - 1)), draw(inner), draw(inner)
            return Call(Name("if", NOWHERE), arguments, NOWHERE)
        case _:
            return draw(names())


@st.composite
def conditions(draw: st.DrawFn, depth: int) -> Expression:
    """What may stand in the first place of `if`."""
    forms = ("comparison", "and", "or", "not")
    form = draw(st.sampled_from(forms[:1] if depth == 0 else forms))
    if form == "comparison":
        operators, sides = draw(_chains([*_ORDER, "="], expressions(depth)))
        return Comparison(operators, sides, NOWHERE)
    if form == "not":
        return Logic("not", (draw(conditions(depth - 1)),), NOWHERE)
    return Logic(form, draw(_several(conditions(depth - 1), 2)), NOWHERE)


def statements() -> st.SearchStrategy[Statement]:
    return st.one_of(
        st.builds(Equation, _several(expressions(), 2), _labels(), st.just(NOWHERE)),
        st.builds(
            lambda chain, label: Inequality(chain[0], chain[1], label, NOWHERE),
            _chains(_ORDER, expressions()),
            _labels(),
        ),
        st.builds(Soft, expressions(), expressions(), st.none() | expressions(), _labels(), st.just(NOWHERE)),
        # `for in in 1..2` begins a family of equations.
        st.builds(
            Membership,
            names().filter(lambda name: name.id != "for"),
            _ranges() | _listings(),
            st.just(NOWHERE),
        ),
        st.builds(Distinct, _several(expressions(), 1), _labels(), st.just(NOWHERE)),
        st.builds(Definition, names(WORDS), expressions(), st.just(NOWHERE)),
        st.builds(FunctionDefinition, names(("f", "g")), _parameters(), expressions(), st.just(NOWHERE)),
        st.builds(
            Declaration,
            names(("x", "start", "end", "var")),
            st.none() | _ranges() | _listings(),
            st.none() | expressions(),
            st.just(NOWHERE),
            st.sampled_from([None, "real", "integer", "complex"]),
        ),
        _texts().map(lambda text: Include(text, NOWHERE)),
        st.builds(DataFile, st.none() | names(("d", "in", "data", "E")), _texts(), st.just(NOWHERE)),
        _texts().map(lambda text: Heading(text, NOWHERE)),
    )


def documents() -> st.SearchStrategy[Document]:
    return st.lists(statements(), max_size=4).map(lambda parts: Document(tuple(parts), NOWHERE.source))


@st.composite
def _operations(
    draw: st.DrawFn, operators: str, inner: st.SearchStrategy[Expression]
) -> tuple[str, tuple[Expression, ...]]:
    """The operators of a flat sum or product, the first one fixed, and its parts."""
    rest, parts = draw(_chains(operators, inner))
    return operators[0] + "".join(rest), parts


@st.composite
def _chains(
    draw: st.DrawFn, operators: Sequence[str], inner: st.SearchStrategy[Expression]
) -> tuple[tuple[str, ...], tuple[Expression, ...]]:
    """Parts, and the operators between them."""
    parts = draw(_several(inner, 2))
    return tuple(draw(st.sampled_from(operators)) for _ in parts[1:]), parts


def _several(inner: st.SearchStrategy[Expression], least: int) -> st.SearchStrategy[tuple[Expression, ...]]:
    return st.lists(inner, min_size=least, max_size=3).map(tuple)


def _labels() -> st.SearchStrategy[str | None]:
    return st.none() | st.sampled_from(["a", "var", "mass balance", "2nd law", "in"])


def _ranges() -> st.SearchStrategy[Range]:
    return st.builds(Range, st.none() | expressions(), st.none() | expressions(), st.just(NOWHERE))


def _listings() -> st.SearchStrategy[Listing]:
    return st.builds(Listing, _several(expressions(), 1), st.just(NOWHERE))


def _parameters() -> st.SearchStrategy[tuple[Name, ...]]:
    return st.lists(names(("x", "y", "in", "E")), min_size=1, max_size=3, unique_by=lambda name: name.id).map(
        tuple
    )


def _texts() -> st.SearchStrategy[str]:
    return st.text(st.sampled_from("abc é/.#:= '"), max_size=12)
