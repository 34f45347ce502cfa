"""A place in a list of tokens, and what can be said about it when the text goes wrong."""

from __future__ import annotations

from typing import Final, NoReturn

from eqsolve.errors import Diagnostic
from eqsolve.language import mistakes
from eqsolve.language.brackets import CLOSING
from eqsolve.language.tokens import Token
from eqsolve.source import Source, Span

CLOSERS: Final = frozenset(CLOSING.values())


class Failure(Exception):  # noqa: N818 - not an error of the program
    """The statement cannot be read; the diagnostic is None if the lexer has given it already."""

    def __init__(self, diagnostic: Diagnostic | None) -> None:
        super().__init__(diagnostic)
        self.diagnostic = diagnostic


class Cursor:
    """Steps through tokens; `index` is the next one."""

    def __init__(self, source: Source, tokens: list[Token]) -> None:
        self.source = source
        self.tokens = tokens
        self.index = 0

    @property
    def here(self) -> Token:
        """The next token."""
        return self.tokens[self.index]

    def at(self, offset: int) -> Token:
        """Return the token `offset` places on, or the last one."""
        return self.tokens[min(self.index + offset, len(self.tokens) - 1)]

    def advance(self) -> Token:
        """Return the next token and step over it."""
        token = self.tokens[self.index]
        self.index += 1
        return token

    def span(self, token: Token) -> Span:
        """Return the place of one token."""
        return Span(self.source, token.start, token.end)

    def since(self, start: int) -> Span:
        """Return the place from the offset `start` to the end of the last token read."""
        return Span(self.source, start, self.tokens[self.index - 1].end)

    def fail(self, code: str, message: str, span: Span, hint: str | None = None) -> NoReturn:
        """Give up the statement."""
        raise Failure(Diagnostic(code, message, span, hint))

    def unexpected(self, wanted: str) -> NoReturn:
        """Give up the statement at a token that does not fit."""
        raise Failure(mistakes.unexpected(self.source, self.tokens, self.index, wanted))

    def unsupported(self, construct: str, span: Span, hint: str | None = None) -> NoReturn:
        """Refuse a form that the language has but this version does not read."""
        self.fail("unsupported", f"{construct} cannot be used yet", span, hint)

    def closing(self, opener: int) -> int:
        """Return the index of the partner of the bracket at index `opener`, or of what spoils the group."""
        depth = 0
        index = opener
        while True:
            kind = self.tokens[index].kind
            depth += (kind in CLOSING) - (kind in CLOSERS)
            if depth == 0 or kind == "error":
                return index
            if kind == "end":
                return index - 1
            index += 1

    def to_closing(self, opener: int) -> Span:
        """Return the place of a group, from the bracket at index `opener` to its partner."""
        end = self.tokens[self.closing(opener)].end
        return Span(self.source, self.tokens[opener].start, end)

    def since_to(self, token: Token) -> Span:
        """Return the place from `token` to the next token, that one included."""
        return Span(self.source, token.start, self.here.end)
