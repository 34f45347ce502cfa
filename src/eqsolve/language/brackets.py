"""Which brackets belong together.

Brackets are matched before newlines are given a meaning: only a bracket that is closed continues its line, so
that one forgotten bracket costs one statement and not the rest of the file.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Final

from eqsolve.errors import Diagnostic
from eqsolve.source import Source, Span

if TYPE_CHECKING:
    from eqsolve.language.tokens import Token

CLOSING: Final[Mapping[str, str]] = {"(": ")", "[": "]", "{": "}"}
_OPENING: Final[Mapping[str, str]] = {close: opening for opening, close in CLOSING.items()}


def join_lines(
    source: Source, tokens: list[Token], brackets: Sequence[int]
) -> tuple[list[Token], list[Diagnostic]]:
    """Drop the newlines inside of matched brackets.

    Args:
        source: The text of the tokens.
        tokens: All tokens; unmatched brackets and stray `;` are replaced by `error` tokens in place.
        brackets: The indices of the brackets among them.

    Returns:
        The tokens that are left, and one diagnostic for each bracket that has no partner.
    """
    if not brackets:
        return tokens, []
    matcher = _Matcher(source, tokens)
    for index in brackets:
        matcher.see(index)
    for index in matcher.open:
        matcher.unclosed(index)
    dropped: set[int] = set()
    for start, end in matcher.outermost():
        dropped.update(matcher.inside(start, end))
    if not dropped:
        return tokens, matcher.diagnostics
    return [token for index, token in enumerate(tokens) if index not in dropped], matcher.diagnostics


class _Matcher:
    def __init__(self, source: Source, tokens: list[Token]) -> None:
        self.source = source
        self.tokens = tokens
        self.open: list[int] = []
        self.pairs: list[tuple[int, int]] = []
        self.diagnostics: list[Diagnostic] = []

    def see(self, index: int) -> None:
        """Take the next bracket."""
        kind = self.tokens[index].kind
        if kind in CLOSING:
            self.open.append(index)
        elif self.open and self.tokens[self.open[-1]].kind == _OPENING[kind]:
            self.pairs.append((self.open.pop(), index))
        else:
            self._close_badly(index)

    def outermost(self) -> list[tuple[int, int]]:
        """Return the matched pairs that lie in no other."""
        found: list[tuple[int, int]] = []
        for start, end in sorted(self.pairs):
            if not found or start > found[-1][1]:
                found.append((start, end))
        return found

    def inside(self, start: int, end: int) -> list[int]:
        """Return the indices of the newlines in a pair, and refuse the first `;` in it."""
        newlines: list[int] = []
        refused = False
        for index in range(start + 1, end):
            kind = self.tokens[index].kind
            if kind == "newline":
                newlines.append(index)
            elif kind == ";":
                if refused:
                    newlines.append(index)
                    continue
                refused = True
                message, hint = (
                    "`;` ends a statement, but a bracket is open",
                    "arguments are separated by `,`",
                )
                self._fail("separator-in-brackets", message, index, hint)
        return newlines

    def unclosed(self, index: int) -> None:
        """Note that nothing closes the bracket at `index`."""
        kind = self.tokens[index].kind
        self._fail("unclosed-bracket", f"`{kind}` is never closed", index, f"add `{CLOSING[kind]}`")

    def _close_badly(self, index: int) -> None:
        """Take a closing bracket that does not fit the innermost open one."""
        closing = self.tokens[index].kind
        partner = next((i for i in reversed(self.open) if self.tokens[i].kind == _OPENING[closing]), None)
        beside = bool(self.open) and self._line(self.open[-1]) == self._line(index)
        if partner is not None and not (beside and self._line(partner) != self._line(index)):
            while self.open[-1] != partner:
                self.unclosed(self.open.pop())
            self.pairs.append((self.open.pop(), index))
        elif beside:
            opening = self.tokens[self.open.pop()].kind
            message, hint = f"`{closing}` does not close `{opening}`", f"write `{CLOSING[opening]}`"
            self._fail("mismatched-bracket", message, index, hint)
        else:
            message, hint = f"`{closing}` closes nothing", "delete it, or open it before"
            self._fail("unmatched-bracket", message, index, hint)

    def _line(self, index: int) -> int:
        return self.source.line_of(self.tokens[index].start)

    def _fail(self, code: str, message: str, index: int, hint: str) -> None:
        token = self.tokens[index]
        self.diagnostics.append(Diagnostic(code, message, Span(self.source, token.start, token.end), hint))
        self.tokens[index] = token._replace(kind="error")
