r"""A result as LaTeX: one aligned block, names made safe (`x_1` → `x_{1}`, `alpha` → `\alpha`)."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from eqsolve.errors import EqsolveError
from eqsolve.functions import FUNCTIONS
from eqsolve.language.syntax import (
    Call,
    Comparison,
    Logic,
    Name,
    Negative,
    Number,
    Percent,
    Power,
    Product,
    Sum,
)
from eqsolve.render.numbers import brief, significant
from eqsolve.result import Result, Solution, Verdict
from eqsolve.source import Source

_MOST_SOLUTIONS: Final = 20
_LETTERS: Final = """
    alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi pi rho sigma tau upsilon phi chi
    psi omega Gamma Delta Theta Lambda Xi Pi Sigma Upsilon Phi Psi Omega
"""
_GREEK: Final = frozenset(_LETTERS.split())
_ESCAPES: Final = {
    "\\": r"\textbackslash{}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    **{character: "\\" + character for character in "#$%&_{}"},
}
_RELATIONS: Final = {"<=": r"\le", ">=": r"\ge", "!=": r"\ne"}
_LOGIC: Final = {"and": r" \land ", "or": r" \lor "}


def to_latex(result: Result) -> str:
    """Return the solutions, or the family, as an `aligned` environment; otherwise the verdict as text."""
    if result.fit is not None:
        from eqsolve.render.fit import to_latex_table

        return to_latex_table(result.fit)
    if result.verdict is Verdict.FAMILY:
        blocks = [_family(result)]
    elif result.patterns:
        pairs = (pair for pattern in result.patterns for pair in pattern.items())
        blocks = [[_pattern(name, form) for name, form in pairs]]
    else:
        blocks = [_solution(solution) for solution in result.solutions[:_MOST_SOLUTIONS]]
        more = len(result.solutions) - _MOST_SOLUTIONS
        if more > 0:
            blocks.append([rf"& \text{{and {more} more}}"])
    if not any(blocks):
        blocks = [[rf"& \text{{{escape(result.message)}}}"], _best(result)]
    body = " \\\\[1ex]\n".join(" \\\\\n".join(block) for block in blocks if block)
    return f"\\begin{{aligned}}\n{body}\n\\end{{aligned}}"


def _solution(solution: Solution) -> list[str]:
    return [_value(solution, name) for name in solution.values]


def _value(solution: Solution, name: str) -> str:
    value = significant(solution.values[name], solution.error.get(name))
    exact = solution.exact.get(name)
    if exact is None or exact in {value, significant(solution.values[name])}:
        return f"{name_to_latex(name)} &= {number_to_latex(exact or value)}"
    return f"{name_to_latex(name)} &= {form_to_latex(exact)} \\approx {number_to_latex(value)}"


def _pattern(name: str, form: str) -> str:
    """Return one pattern; a condition on its whole number stands behind a comma."""
    formula, *condition = form.split(", ", 1)
    behind = "".join(rf",\; {part.replace('!=', chr(92) + 'ne')}" for part in condition)
    return f"{name_to_latex(name)} &= {form_to_latex(formula)}{behind}"


def _family(result: Result) -> list[str]:
    known: Mapping[str, str] = {**(result.family or {}), **(result.determined or {})}
    rows = [f"{name_to_latex(name)} &= {form_to_latex(form)}" for name, form in known.items()]
    return rows + [rf"{name_to_latex(name)} & \text{{ free}}" for name in result.free]


def _best(result: Result) -> list[str]:
    if result.best is None:
        return []
    residual = number_to_latex(brief(result.best.residual))
    heading = rf"& \text{{best point, not a solution (residual }} {residual} \text{{):}}"
    values = result.best.values.items()
    return [heading, *(f"{name_to_latex(k)} &= {number_to_latex(brief(v, 6))}" for k, v in values)]


def escape(text: str) -> str:
    r"""Return `text` for the inside of `\text{…}`."""
    return "".join(_ESCAPES.get(character, character) for character in text)


def number_to_latex(text: str) -> str:
    r"""Return a number as written by `significant`: `1.5e-20` → `1.5 \times 10^{-20}`."""
    mantissa, _, exponent = text.replace("±", r"\pm").partition("e")
    return rf"{mantissa} \times 10^{{{exponent}}}" if exponent else mantissa


def name_to_latex(name: str) -> str:
    r"""Return a name: `x_1` → `x_{1}`, `T_hot` → `T_{\mathrm{hot}}`, `alpha2` → `\alpha_{2}`."""
    first, *rest = name.split("_")
    stem = re.fullmatch(r"(\D*?)(\d+)", first)
    if stem and stem[1]:
        first, rest = stem[1], [stem[2], *rest]
    subscripts = [_word(part) for part in rest if part]
    head = _word(first) if first else ""
    return f"{head or '{}'}_{{{','.join(subscripts)}}}" if subscripts else head or r"\_"


def _word(word: str) -> str:
    spelled = _spelled(word)
    if spelled in _GREEK:
        return f"\\{spelled}"
    if len(word) == 1 or word.isdecimal():
        return escape(word)
    return rf"\mathrm{{{escape(word)}}}"


def _spelled(word: str) -> str:
    """Return the English name of a Greek letter, as LaTeX spells it; any other word as it is."""
    found = re.fullmatch(
        r"GREEK (SMALL|CAPITAL) LETTER (\w+)", unicodedata.name(word, "") if len(word) == 1 else ""
    )
    if not found:
        return word
    letter = found[2].lower().replace("lamda", "lambda")
    return letter.capitalize() if found[1] == "CAPITAL" else letter


def form_to_latex(form: str) -> str:
    """Return an expression of the language as LaTeX; as plain type if it cannot be read."""
    from eqsolve.language import parse_expression
    from eqsolve.language.interpret import interpret

    try:
        expression = parse_expression(Source(form))
    except EqsolveError:
        return rf"\mathtt{{{escape(form)}}}"
    return interpret(expression, _Latex()).text


_SUM, _SIGN, _PRODUCT, _POWER, _ATOM = range(5)


@dataclass(frozen=True, slots=True)
class _Piece:
    """LaTeX and how tightly its outermost operation binds."""

    text: str
    binds: int = _ATOM

    def within(self, binds: int) -> str:
        """Return the text as an operand of an operation that binds `binds`."""
        return self.text if self.binds >= binds else rf"\left({self.text}\right)"


class _Latex:
    """The meaning of an expression as LaTeX."""

    def number(self, node: Number) -> _Piece:
        value = node.value
        if value.denominator == 1 and abs(value) < 10**16:
            return _Piece(str(value.numerator))
        text = node.span.text.lower()
        if re.fullmatch(r"[\d.]+(e[+-]?\d+)?", text):
            return _Piece(number_to_latex(text.replace("e+", "e")), _PRODUCT if "e" in text else _ATOM)
        return _Piece(rf"\frac{{{value.numerator}}}{{{value.denominator}}}", _PRODUCT)

    def name(self, node: Name) -> _Piece:
        return _Piece(name_to_latex(node.id))

    def sum(self, node: Sum, terms: Sequence[_Piece]) -> _Piece:
        rest = zip(node.signs[1:], terms[1:], strict=True)
        later = "".join(f" {sign} {term.within(_PRODUCT)}" for sign, term in rest)
        return _Piece(terms[0].within(_SIGN) + later, _SUM)

    def product(self, node: Product, factors: Sequence[_Piece]) -> _Piece:
        first, *later = factors
        sign = "-" if first.binds == _SIGN else ""
        if sign:  # `-a/b` is a negative fraction
            first = _Piece(first.text[1:], _PRODUCT)
        pairs = list(zip(node.operators, [first, *later], strict=True))
        above = _times(factor for operator, factor in pairs if operator == "*")
        below = _times(factor for operator, factor in pairs if operator == "/")
        text = rf"\frac{{{above}}}{{{below}}}" if below else above
        return _Piece(sign + text, _SIGN if sign else _PRODUCT)

    def power(self, _: Power, base: _Piece, exponent: _Piece) -> _Piece:
        return _Piece(f"{{{base.within(_ATOM)}}}^{{{exponent.text}}}", _POWER)

    def negative(self, _: Negative, operand: _Piece) -> _Piece:
        return _Piece(f"-{operand.within(_PRODUCT)}", _SIGN)

    def percent(self, _: Percent, operand: _Piece) -> _Piece:
        return _Piece(rf"{operand.within(_ATOM)}\%", _PRODUCT)

    def call(self, node: Call, arguments: Sequence[_Piece]) -> _Piece:
        name = node.function.id
        inside = ", ".join(argument.text for argument in arguments)
        if name in {"sqrt", "cbrt"}:
            return _Piece(rf"{FUNCTIONS[name].latex}{{{inside}}}")
        if name == "root":
            return _Piece(rf"\sqrt[{arguments[1].text}]{{{arguments[0].text}}}")
        if name == "abs":
            return _Piece(rf"\left|{inside}\right|")
        latex = FUNCTIONS[name].latex if name in FUNCTIONS else rf"\operatorname{{{escape(name)}}}"
        return _Piece(rf"{latex}\left({inside}\right)", _POWER)

    def comparison(self, node: Comparison, sides: Sequence[_Piece]) -> _Piece:
        relations = [_RELATIONS.get(operator, operator) for operator in node.operators]
        rest = [f" {relation} {side.text}" for relation, side in zip(relations, sides[1:], strict=True)]
        return _Piece(sides[0].text + "".join(rest), _SUM)

    def logic(self, node: Logic, operands: Sequence[_Piece]) -> _Piece:
        if node.operator == "not":
            return _Piece(rf"\lnot \left({operands[0].text}\right)", _SUM)
        return _Piece(_LOGIC[node.operator].join(operand.within(_PRODUCT) for operand in operands), _SUM)


def _times(factors: Iterable[_Piece]) -> str:
    """Join factors; a dot stands between two where the second begins with a digit."""
    text = ""
    for factor in factors:
        piece = factor.within(_PRODUCT)
        text += (r" \cdot " if piece[0].isdigit() else " ") * bool(text) + piece
    return text
