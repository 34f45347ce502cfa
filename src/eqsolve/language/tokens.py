"""Text to tokens.

A token is a kind, the text it stands for, and its place. Operators are their own kind, in one spelling
(`×` is `*`, `**` is `^`, `==` is `=`). What cannot be read becomes a diagnostic and an `error` token, so that
the parser can go on behind it. Newlines count only outside of brackets; see `brackets`.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Final, NamedTuple

from eqsolve.errors import Diagnostic
from eqsolve.language import characters
from eqsolve.language.brackets import join_lines
from eqsolve.source import Source, Span

TEXT_LENGTH: Final = 16 * 1024 * 1024
LINE_LENGTH: Final = 64 * 1024
NAME_LENGTH: Final = 255
NUMBER_DIGITS: Final = 1000
NUMBER_EXPONENT: Final = 9999
DIAGNOSTICS: Final = 20


class Token(NamedTuple):
    """One word or sign; `text` is normalised, `start` and `end` are offsets into the source."""

    kind: str
    text: str
    start: int
    end: int


_TOKEN: Final = re.compile(
    r"""
    [ \t\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]*+
    (?: (?P<name> [A-Za-z][A-Za-z0-9_]{0,254}+ (?![A-Za-z0-9_.\u0080-\U0010ffff]) )
      | (?P<comment> (?: \# | // )[^\r\n]* )
      | (?P<block> /\* )
      | (?P<wrong> === | =< | => | <> | \.\.\. )
      | (?P<bracket> [()\[\]{}] )
      | (?P<operator> \*\* | := | == | <= | >= | != | \.\. | [-+*/^=<>:,;|~%−×·⋅÷≤≥≠±∞√∛] )
      | (?P<integer> [0-9]{1,15}+ (?![0-9.eE_xXbBoO]) )
      | (?P<number> (?: [0-9]+ (?: \.(?!\.) [0-9]* )? | \.[0-9]+ ) (?: [eE][+-]?[0-9]+ )? )
      | (?P<newline> \r\n | \r | \n )
      | (?P<superscript> [⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻]+ )
      | (?P<string> "[^"\r\n]*" )
      | (?P<end> \Z )
      | (?P<other> . )
    )
    """,
    re.VERBOSE | re.DOTALL,
)

_SPELLINGS: Final[Mapping[str, str]] = {
    "**": "^",
    "==": "=",
    "−": "-",
    "×": "*",
    "·": "*",
    "⋅": "*",
    "÷": "/",
    "≤": "<=",
    "≥": ">=",
    "≠": "!=",
}

_WRONG_OPERATORS: Final[Mapping[str, str]] = {"===": "=", "=<": "<=", "=>": ">=", "<>": "!=", "...": ".."}

_SUPERSCRIPTS: Final = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻", "0123456789+-")
_SIGNED_INTEGER: Final = re.compile(r"[+-]?[0-9]+")
_WRONG_NUMBER: Final = re.compile(r"[0-9._]*[0-9_]")
_OTHER_BASE: Final = re.compile(r"0(?:x[0-9a-f]|b[01]|o[0-7])[0-9a-f]*(?!\w)", re.IGNORECASE)
_DOTTED: Final = re.compile(r"(?:\.(?!\.)\w*)+")


def tokenize(source: Source) -> tuple[list[Token], list[Diagnostic]]:
    """Return the tokens of `source`, the last of kind `end`, and what could not be read."""
    too_long = _length_diagnostics(source)
    if too_long:
        return [Token("end", "", 0, 0)], too_long
    lexer = _Lexer(source)
    lexer.run()
    tokens, unbalanced = join_lines(source, lexer.tokens, lexer.brackets)
    return tokens, lexer.diagnostics + unbalanced


def _length_diagnostics(source: Source) -> list[Diagnostic]:
    length = len(source.text)
    if length > TEXT_LENGTH:
        message = f"the text has {length} characters, more than the limit of {TEXT_LENGTH}"
        return [Diagnostic("text-too-long", message, hint="split it into several files")]
    if length <= LINE_LENGTH:
        return []
    starts = (*source.line_starts, length + 1)
    return [
        Diagnostic(
            "line-too-long",
            f"the line has {after - start - 1} characters, more than the limit of {LINE_LENGTH}",
            Span(source, start, start + 1),
            "split it; open brackets continue a line",
        )
        for start, after in pairwise(starts)
        if after - start - 1 > LINE_LENGTH
    ]


@dataclass
class _Lexer:
    """Reads a source from left to right; `run` once."""

    source: Source
    tokens: list[Token] = field(default_factory=list)
    brackets: list[int] = field(default_factory=list)
    diagnostics: list[Diagnostic] = field(default_factory=list)

    def run(self) -> None:
        """Fill `tokens`, `brackets` (the indices of bracket tokens) and `diagnostics`."""
        text, match, append = self.source.text, _TOKEN.match, self.tokens.append
        position = 1 if text.startswith("\ufeff") else 0
        while len(self.diagnostics) < DIAGNOSTICS:
            found = match(text, position)
            if found is None:  # the pattern ends with "any character"
                break
            group = found.lastgroup or ""
            start, position = found.span(group)
            if group == "name":
                append(Token("name", found[group], start, position))
            elif group == "operator":
                symbol = found[group]
                append(Token(_SPELLINGS.get(symbol, symbol), symbol, start, position))
            elif group == "integer":
                append(Token("number", found[group], start, position))
            elif group == "bracket":
                self.brackets.append(len(self.tokens))
                append(Token(found[group], found[group], start, position))
            elif group == "newline":
                append(Token("newline", "", start, position))
            elif group == "end":
                break
            else:
                position = _READERS[group](self, start, position)
        append(Token("end", "", len(text), len(text)))

    def fail(self, start: int, end: int, code: str, message: str, hint: str | None = None) -> int:
        """Note a diagnostic for the characters `start` to `end` and go on behind them."""
        self.diagnostics.append(Diagnostic(code, message, Span(self.source, start, end), hint))
        self.tokens.append(Token("error", "", start, end))
        return end

    def number(self, start: int, end: int) -> int:
        """Check the number at `start`."""
        text = self.source.text
        after = text[end : end + 2]
        if after[:1] in (".", "_") and after != "..":
            end = max(end, match_end(_WRONG_NUMBER, text, start))
            hint = "digits are not grouped" if "_" in text[start:end] else "a number has one decimal point"
            shown = characters.shortened(text[start:end])
            return self.fail(start, end, "bad-number", f"`{shown}` is not a number", hint)
        if after[:1] in tuple("xXbBoO") and (found := _OTHER_BASE.match(text, start)):
            value = int(found[0][:NAME_LENGTH], 0)
            message, hint = f"`{characters.shortened(found[0])}` is not a decimal number", f"write `{value}`"
            return self.fail(start, found.end(), "bad-number", message, hint)
        literal = text[start:end]
        if len(literal) > 4:
            problem = _number_problem(literal)
            if problem is not None:
                return self.fail(start, end, *problem)
        self.tokens.append(Token("number", literal, start, end))
        return end

    def superscript(self, start: int, end: int) -> int:
        """Read a run of superscripts as one signed integer."""
        written = self.source.text[start:end]
        plain = written.translate(_SUPERSCRIPTS)
        if not _SIGNED_INTEGER.fullmatch(plain):
            message = f"`{characters.shortened(written)}` is not a power"
            return self.fail(start, end, "bad-superscript", message, "write it with `^`")
        if len(plain) > NUMBER_DIGITS:
            return self.fail(start, end, *_too_many_digits(len(plain)))
        self.tokens.append(Token("superscript", plain, start, end))
        return end

    def string(self, start: int, end: int) -> int:
        """Read a quoted text."""
        text = self.source.text[start + 1 : end - 1]
        if not self._harmless(start, end):
            return end
        self.tokens.append(Token("string", text, start, end))
        return end

    def comment(self, start: int, end: int) -> int:
        """Pass over a comment, unless it hides something."""
        self._harmless(start, end)
        return end

    def block(self, start: int, end: int) -> int:
        """Pass over a comment that may span lines."""
        close = self.source.text.find("*/", end)
        if close < 0:
            message = "this comment is never closed"
            self.fail(start, end, "unclosed-comment", message, "close it with `*/`")
            return len(self.source.text)
        return self.comment(start, close + 2)

    def wrong(self, start: int, end: int) -> int:
        """Refuse an operator of another language."""
        symbol = self.source.text[start:end]
        hint = f"write `{_WRONG_OPERATORS[symbol]}`"
        return self.fail(start, end, "bad-operator", f"there is no operator `{symbol}`", hint)

    def other(self, start: int, end: int) -> int:
        """Read a name beyond plain ASCII, or refuse a character."""
        text, character = self.source.text, self.source.text[start]
        if characters.starts_name(character):
            return self._word(start)
        if character == '"':
            end = _line_end(text, start)
            return self.fail(start, end, "unclosed-string", "this text is never closed", 'close it with `"`')
        while end < len(text) and text[end] == character:
            end += 1
        return self.fail(start, end, *characters.refusal(character))

    def _harmless(self, start: int, end: int) -> bool:
        found = characters.HARMFUL.search(self.source.text, start, end)
        if found is None:
            return True
        self.fail(found.start(), found.end(), *characters.refusal(found[0]))
        return False

    def _word(self, start: int) -> int:
        text = self.source.text
        end = characters.name_end(text, start)
        if end - start > NAME_LENGTH:
            message = f"the name has {end - start} characters, more than the limit of {NAME_LENGTH}"
            return self.fail(start, end, "name-too-long", message)
        name = unicodedata.normalize("NFKC", text[start:end])
        if not characters.is_name(name) or len(name) > NAME_LENGTH:
            message = f"`{characters.visible(text[start:end])}` is not a name"
            return self.fail(start, end, "bad-name", message, "use plain letters")
        if _dot_follows(text, end):
            return self._dotted(name, start, end)
        self.tokens.append(Token("name", "pi" if name == "π" else name, start, end))
        return end

    def _dotted(self, name: str, start: int, dot: int) -> int:
        text = self.source.text
        end = characters.name_end(text, dot + 1)
        if dot + 1 < end <= start + NAME_LENGTH and not _dot_follows(text, end):
            member = unicodedata.normalize("NFKC", text[dot + 1 : end])
            if characters.is_name(member):
                self.tokens.append(Token("name", f"{name}.{member}", start, end))
                return end
        end = match_end(_DOTTED, text, dot)
        shown = characters.shortened(text[start:end])
        return self.fail(start, end, *dotted_name(shown))


_READERS: Final[Mapping[str, Callable[[_Lexer, int, int], int]]] = {
    "number": _Lexer.number,
    "superscript": _Lexer.superscript,
    "string": _Lexer.string,
    "comment": _Lexer.comment,
    "block": _Lexer.block,
    "wrong": _Lexer.wrong,
    "other": _Lexer.other,
}


def match_end(pattern: re.Pattern[str], text: str, start: int) -> int:
    """Return where the match of `pattern` at `start` ends; `start` itself if there is none."""
    found = pattern.match(text, start)
    return found.end() if found else start


def dotted_name(shown: str) -> tuple[str, str, str]:
    """Say what is wrong with a name that has a dot, as code, message and hint."""
    message = f"`{shown}`: only columns of data and constants such as `const.R` have a dot in their name"
    return "dotted-name", message, "write `_` instead of `.`, or `*` for a product"


def _dot_follows(text: str, position: int) -> bool:
    return text.startswith(".", position) and not text.startswith("..", position)


def _line_end(text: str, start: int) -> int:
    return match_end(re.compile(r"[^\r\n]*"), text, start)


def _too_many_digits(count: int) -> tuple[str, str]:
    return "number-too-long", f"the number has {count} digits, more than the limit of {NUMBER_DIGITS}"


def _number_problem(literal: str) -> tuple[str, str] | None:
    """Tell what is wrong with the size of a literal, as code and message."""
    mantissa, _, exponent = literal.lower().partition("e")
    whole, _, decimals = mantissa.partition(".")
    digits = len(whole) + len(decimals)
    if digits > NUMBER_DIGITS:
        return _too_many_digits(digits)
    significant = (whole + decimals).lstrip("0")
    if not significant or not exponent:
        return None
    size = exponent.lstrip("+-").lstrip("0")
    order = int(exponent) + len(significant) - len(decimals) - 1 if len(size) < 9 else NUMBER_EXPONENT + 1
    if abs(order) > NUMBER_EXPONENT:
        message = f"the exponent of the number is beyond the limit of ±{NUMBER_EXPONENT}"
        return "number-out-of-range", message
    return None
