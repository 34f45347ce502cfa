"""What to say about common mistakes in expressions, with the text that was probably meant."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Final

from eqsolve.errors import Diagnostic
from eqsolve.language.characters import shortened
from eqsolve.language.syntax import Call, Expression, Negative, Power
from eqsolve.source import Source, Span

if TYPE_CHECKING:
    from eqsolve.language.tokens import Token

_WORDS: Final[Mapping[str, str]] = {
    "and": "`and` joins conditions inside `if(...)`; write two statements otherwise",
    "or": "`or` joins conditions inside `if(...)`",
    "if": "write `if(condition, a, b)`",
    "else": "write `if(condition, a, b)`",
    "mod": "write `mod(a, b)`",
    "in": "only a name can be `in` a range, on a line of its own: `x in 0..10`",
    "is": "write `=`",
    "start": "write `var x start 1` on a line of its own",
}
_SEPARATORS: Final = frozenset(("newline", ";", "end"))
_ARITHMETIC: Final = frozenset("+-*/^")
_RELATIONS: Final = frozenset(("=", "<", "<=", ">", ">=", "!="))


def described(source: Source, token: Token) -> str:
    """Return how a message names a token."""
    if token.kind == "newline" or token.kind == "end":
        return "the end of the line"
    if token.kind == "string":
        return "a text"
    return f"`{shortened(source.text[token.start : token.end])}`"


def unexpected(source: Source, tokens: Sequence[Token], index: int, wanted: str) -> Diagnostic | None:
    """Describe the token at `index`, which does not fit; None if the lexer has described it already."""
    token, before = tokens[index], tokens[index - 1] if index else None
    place = Span(source, token.start, token.end)
    if token.kind == "error":
        return None
    if token.kind == "∞":
        message, advice = "`∞` can only be an end of a range", "write a range as `x in 0..∞`"
        return Diagnostic("misplaced-infinity", message, place, advice)
    if token.kind == "±":
        return Diagnostic(
            "unsupported", "uncertainties (`±`) cannot be used yet", place, "give the value alone"
        )
    if before is None or before.kind in _SEPARATORS:
        return Diagnostic("expected", f"expected {wanted}, not {described(source, token)}", place)
    if token.kind not in _SEPARATORS:
        return Diagnostic(
            "expected", f"expected {wanted}, not {described(source, token)}", place, _slip(before, token)
        )
    message = f"expected {wanted} after {described(source, before)}"
    continued = before.kind in _ARITHMETIC and token.kind == "newline"
    hint = "brackets around the whole expression continue it on the next line" if continued else None
    return Diagnostic("expected", message, Span(source, before.start, before.end), hint)


def missing_operator(source: Source, before: Token, token: Token, inside: bool) -> Diagnostic:
    """Describe two operands side by side."""
    place = Span(source, before.start, token.end)
    if inside and "\n" in source.text[before.end : token.start].replace("\r", "\n"):
        message = f"expected `)` or an operator before {described(source, token)}"
        place = Span(source, token.start, token.end)
        return Diagnostic("missing-operator", message, place, "a bracket opened above is still open")
    left, right = shortened(source.text[before.start : before.end]), shortened(token.text)
    if token.kind == "string":
        return Diagnostic(
            "missing-operator", "a text cannot stand in an expression", Span(source, token.start, token.end)
        )
    hint = f"write `{left}*{right}` for the product"
    if token.kind == "name" and token.text in _WORDS:
        hint = _WORDS[token.text]
    elif before.kind == "name" and before.text == "not":
        hint = "`not` stands before a condition inside `if(...)`"
    elif token.kind in ("{", "(", "[", "|"):
        hint = f"write `{left}*{right}…` for the product"
    elif before.kind == token.kind == "number":
        hint += f", or `{left}{right}` for one number"
    elif before.kind == token.kind == "name":
        hint += f", or `{left}_{right}` for one name"
    elif before.kind == "number" and token.kind == "name":
        hint += f", or `{left}{right}` without the space"
    elif before.kind == "name" and token.kind == "number":
        hint += f", or `{left}{right}` for one name"
    message = f"there is no operator between `{left}` and {described(source, token)}"
    return Diagnostic("missing-operator", message, place, hint)


def misreadable(factor: Expression, operator: str, before: Token) -> str | None:
    """Tell how a product without `*` could be read in two ways.

    Args:
        factor: What stands left of the product.
        operator: The operator before it.
        before: The last token of `factor`, with the parenthesis around it if it has one.
    """
    if operator == "/":
        return "quotient"
    while isinstance(factor, Negative):
        factor = factor.operand
    if isinstance(factor, Power) and factor.span.end == before.end:
        return "power"
    if before.kind == "number" and isinstance(factor, Call):
        return "root"
    return None


def two_readings(mistake: str, place: Span, left: str, right: str) -> Diagnostic:
    """Describe a product without `*` behind a quotient, a power or a root, with both ways to write it."""
    left, right = left.rstrip(), right.strip()
    if len(left) + len(right) > 40 or "\n" in left + right:
        left, right = {"quotient": "a/b", "power": "a^b", "root": "√a"}[mistake], "c"
    sign = {"quotient": "/", "power": "^", "root": "√"}[mistake]
    head, _, tail = left.rpartition(sign)
    if "**" in left and mistake == "power" and "^" not in left:
        head, _, tail = left.rpartition("**")
    whole = f"({left})*{right}" if mistake == "quotient" else f"{left}*{right}"
    part = f"{head}{sign}({tail.strip()}*{right})"
    code = f"ambiguous-{'product' if mistake == 'quotient' else mistake}"
    message = f"a product without `*` behind `{sign}` reads in two ways"
    return Diagnostic(code, message, place, f"write `{whole}` or `{part}`")


def modulo(source: Source, left: Span, percent: Span, place: Span) -> Diagnostic:
    """Describe `7 % 3`."""
    first, second = left.text, source.text[percent.end : place.end].strip()
    if len(first) + len(second) > 40 or "\n" in first + second:
        first, second = "a", "b"
    hint = f"write `mod({first}, {second})` for the remainder, or `{first}%*{second}` for the product"
    return Diagnostic("modulo", "`%` is a hundredth, not the remainder of a division", place, hint)


def inside_bracket(source: Source, tokens: Sequence[Token], index: int, opener: Token) -> Diagnostic | None:
    """Describe the token at `index`, which stands where a bracket should be closed."""
    token = tokens[index]
    place = Span(source, token.start, token.end)
    if token.kind == ",":
        before, after = tokens[index - 1], tokens[index + 1]
        if before.kind == after.kind == "number" and before.end == token.start:
            return decimal_comma(source, tokens, index)
        message = f"`{opener.kind}` groups one expression, not a list"
        return Diagnostic(
            "misplaced-comma", message, place, "a list of arguments follows the name of a function"
        )
    if token.kind in _RELATIONS:
        message = f"`{shortened(token.text)}` cannot stand inside a bracket"
        return Diagnostic(
            "misplaced-comparison", message, place, "conditions stand in the first place of `if(...)`"
        )
    if token.kind == "..":
        return Diagnostic(
            "misplaced-range", "a range cannot stand inside a bracket", place, "write `x in 0..10`"
        )
    closing = {"(": ")", "[": "]", "{": "}"}.get(opener.kind, "|")
    return unexpected(source, tokens, index, f"`{closing}`")


def decimal_comma(source: Source, tokens: Sequence[Token], comma: int) -> Diagnostic:
    """Describe `1,5` and `1,000,000`; `comma` is the index of the first comma."""
    end = comma + 2
    while tokens[end].kind == "," and tokens[end + 1].kind == "number":
        end += 2
    parts = [token.text for token in tokens[comma - 1 : end : 2]]
    place = Span(source, tokens[comma - 1].start, tokens[end - 1].end)
    hint = f"write `{parts[0]}.{parts[1]}`"
    if all(len(part) == 3 and part.isdecimal() for part in parts[1:]):
        hint = f"write `{shortened(''.join(parts))}` for thousands"
        hint += f", or `{parts[0]}.{parts[1]}` for a fraction" if len(parts) == 2 else ""
    elif len(parts) > 2:
        hint = "write a decimal point, and one statement for each equation"
    return Diagnostic("decimal-comma", f"`{shortened(place.text)}` is not a number", place, hint)


def _slip(before: Token, token: Token) -> str | None:
    """Return a hint for two operators in a row, if one is known."""
    pairs = {
        (":", "="): "a given is `name := value`, without a space",
        ("=", ">"): "write `>=`",
        ("=", "<"): "write `<=`",
        ("+", "="): "an equation is `lhs = rhs`",
        ("-", ">"): "an equation is `lhs = rhs`",
        ("<", "-"): "an equation is `lhs = rhs`",
        ("/", "/"): "a comment is `//`",
    }
    return pairs.get((before.kind, token.kind))
