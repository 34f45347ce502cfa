"""Syntax tree to text, such that `parse` reads the same tree again.

Each form has a level, from the loosest (`or`) to the tightest (a name); a part stands in brackets if its
level is below the one its place asks for.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Final

from eqsolve.language.characters import is_name
from eqsolve.language.syntax import (
    DISTINCT,
    Call,
    Comparison,
    DataBlock,
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

_OR: Final = 0
_AND: Final = 1
_NOT: Final = 2
_COMPARISON: Final = 3
_SUM: Final = 4
_PRODUCT: Final = 5
_SIGNED: Final = 6
_POWER: Final = 7
_POSTFIX: Final = 8
_ATOM: Final = 9

_LONGEST: Final = 1000


def unparse(node: Document | Statement | Expression) -> str:
    """Return the text of a tree, with no more brackets than it needs; a document ends with a newline."""
    match node:
        case Document(statements=statements):
            return "".join(f"{_statement(statement)}\n" for statement in statements)
        case (
            Equation()
            | Soft()
            | DataFile()
            | DataBlock()
            | Inequality()
            | Distinct()
            | Membership()
            | Definition()
            | FunctionDefinition()
            | Declaration()
            | Include()
            | Heading()
        ):
            return _statement(node)
        case _:
            return _text(node, _OR)


def number_text(value: Fraction) -> str:
    """Return the shortest exact text: plain, with an exponent, or a quotient in brackets."""
    if value < 0:
        return f"(-{number_text(-value)})"
    mantissa, order = _decimal(value)
    if mantissa is None:
        return f"({number_text(Fraction(value.numerator))}/{number_text(Fraction(value.denominator))})"
    digits = str(mantissa)
    plain = _plain(digits, order)
    exponent = order + len(digits) - 1
    scientific = digits[0] + ("." + digits[1:] if len(digits) > 1 else "") + f"e{exponent}"
    return plain if plain is not None and len(plain) <= len(scientific) else scientific


def _plain(digits: str, order: int) -> str | None:
    if max(len(digits), len(digits) + order, -order) >= _LONGEST:
        return None
    if order >= 0:
        return digits + "0" * order
    padded = digits.rjust(1 - order, "0")
    return f"{padded[:order]}.{padded[order:]}"


def _decimal(value: Fraction) -> tuple[int | None, int]:
    """Return m and k with `value = m * 10^k` and no zero at the end of m; m is None if there are none."""
    if value == 0:
        return 0, 0
    twos, rest = _divided(value.denominator, 2)
    fives, rest = _divided(rest, 5)
    if rest != 1:
        return None, 0
    order = max(twos, fives)
    if order:
        return value.numerator * 2 ** (order - twos) * 5 ** (order - fives), -order
    zeros, mantissa = _divided(value.numerator, 10)
    return mantissa, zeros


def _divided(number: int, divisor: int) -> tuple[int, int]:
    """Return how often `divisor` divides `number`, and what is left.

    The powers of `divisor` are tried, not the divisor again and again, to be fast on long numbers.
    """
    powers = [divisor]
    while number % powers[-1] == 0:
        powers.append(powers[-1] ** 2)
    count = 0
    for exponent, power in reversed(list(enumerate(powers))):
        if number % power == 0:
            number //= power
            count += 2**exponent
    return count, number


def _text(node: Expression, level: int) -> str:
    """Return the text of `node` for a place that asks for `level`."""
    text, own = _written(node)
    return f"({text})" if own < level else text


def _written(node: Expression) -> tuple[str, int]:
    """Return the text of `node` and its level."""
    match node:
        case Number(value=value):
            return number_text(value), _ATOM
        case Name(id=name):
            return name, _ATOM
        case Call(function=function, arguments=arguments):
            return f"{function.id}({', '.join(_texts(arguments, _OR))})", _ATOM
        case Sum(signs=signs, terms=terms):
            return _interleaved([f" {sign} " for sign in signs], _texts(terms, _PRODUCT)), _SUM
        case Product(operators=operators, factors=factors):
            return _interleaved(operators, _texts(factors, _SIGNED)), _PRODUCT
        case Negative(operand=operand):
            return f"-{_text(operand, _SIGNED)}", _SIGNED
        case Power(base=base, exponent=exponent):
            return f"{_text(base, _POSTFIX)}^{_text(exponent, _SIGNED)}", _POWER
        case Percent(operand=operand):
            return f"{_text(operand, _POSTFIX)}%", _POSTFIX
        case Comparison(operators=operators, sides=sides):
            return _related(operators, sides), _COMPARISON
        case Logic(operator="not", operands=(operand,)):
            text = _text(operand, _NOT)
            # `not -x < 1` would be a difference of the unknowns `not` and `x`.
            return f"not ({text})" if text.startswith("-") else f"not {text}", _NOT
        case Logic(operator=operator, operands=operands):
            own = _OR if operator == "or" else _AND
            return f" {operator} ".join(_texts(operands, own + 1)), own


def _texts(nodes: Sequence[Expression], level: int) -> list[str]:
    texts = []
    for node in nodes:  # not a comprehension: one frame less for each level of the tree
        texts.append(_text(node, level))  # noqa: PERF401
    return texts


def _interleaved(operators: Sequence[str], texts: Sequence[str]) -> str:
    """Return the texts with an operator before each but the first."""
    parts = [texts[0]]
    for operator, text in zip(operators[1:], texts[1:], strict=True):
        parts += (operator, text)
    return "".join(parts)


def _related(operators: Sequence[str], sides: Sequence[Expression]) -> str:
    spaced = ["", *(f" {operator} " for operator in operators)]
    return _interleaved(spaced, _texts(sides, _SUM))


def _statement(node: Statement) -> str:
    match node:
        case Equation(sides=sides, label=label):
            return _labelled(label) + _related(["="] * (len(sides) - 1), sides)
        case Soft(left=left, right=right, spread=spread, label=label):
            text = f"{_labelled(label)}{_text(left, _SUM)} ~ {_text(right, _SUM)}"
            return text if spread is None else f"{text} ± {_text(spread, _SUM)}"
        case DataFile(name=name, path=path):
            return f'data "{path}"' if name is None else f'data {name.id} = "{path}"'
        case DataBlock(name=name, columns=columns, rows=rows):
            lines = [", ".join(columns), *(", ".join(map(_cell, row)) for row in rows)]
            return "\n".join([f"data {name.id}:" if name else "data:", *lines, "end"])
        case Inequality(operators=operators, sides=sides, label=label):
            return _labelled(label) + _related(operators, sides)
        case Membership(name=name, range=limits):
            return f"{name.id} in {_range(limits)}"
        case Definition(name=name, expression=expression):
            return f"{name.id} := {_text(expression, _SUM)}"
        case FunctionDefinition(name=name, parameters=parameters, expression=expression):
            listed = ", ".join(parameter.id for parameter in parameters)
            return f"{name.id}({listed}) := {_text(expression, _SUM)}"
        case Distinct(arguments=arguments, label=label):
            return f"{_labelled(label)}{DISTINCT}({', '.join(_texts(arguments, _SUM))})"
        case Declaration(name=name, range=limits, start=start, kind=kind):
            typed = "" if kind is None else f" : {kind}"
            within = "" if limits is None else f" in {_range(limits)}"
            guess = "" if start is None else f" start {_text(start, _SUM)}"
            return f"var {name.id}{typed}{within}{guess}"
        case Include(path=path):
            return f'include "{path}"'
        case Heading(text=text):
            return f'"{text}"'


def _cell(value: Fraction) -> str:
    """Return a number of a table; it was written as a decimal."""
    return f"-{number_text(-value)}" if value < 0 else number_text(value)


def _labelled(label: str | None) -> str:
    if label is None:
        return ""
    return f"{label}: " if is_name(label) else f'"{label}": '


def _range(limits: Range | Listing) -> str:
    if isinstance(limits, Listing):
        return "{" + ", ".join(_texts(limits.members, _SUM)) + "}"
    low = "-∞" if limits.low is None else _text(limits.low, _SUM)
    high = "∞" if limits.high is None else _text(limits.high, _SUM)
    return f"{low}..{high}"
