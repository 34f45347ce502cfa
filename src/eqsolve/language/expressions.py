"""Expressions, by precedence climbing; the grammar stands at the top of `parser`.

`condition`, `expression`, `_operand` and the reader of one atom are the only functions that call each other
in a circle, so a bracket costs four frames of Python at most and the deepest text allowed fits on its stack.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Final, NoReturn

from eqsolve.language import mistakes
from eqsolve.language.brackets import CLOSING
from eqsolve.language.cursor import CLOSERS, Cursor, Failure
from eqsolve.language.syntax import (
    Call,
    Comparison,
    Expression,
    Logic,
    Name,
    Negative,
    Number,
    Percent,
    Power,
    Product,
    Sum,
)
from eqsolve.language.tokens import Token
from eqsolve.source import Source, Span

NESTING: Final = 200
COMPARISONS: Final = frozenset(("<", "<=", ">", ">=", "=", "!="))
SEPARATORS: Final = frozenset(("newline", ";", "end"))

_ARITHMETIC: Final = frozenset("+-*/")
_ROOTS: Final[Mapping[str, str]] = {"√": "sqrt", "∛": "cbrt"}
_REDUCTIONS: Final = frozenset(("sum", "prod", "min", "max"))
_CONNECTIVES: Final = frozenset(("and", "or"))
_POSTFIXES: Final = frozenset(("%", "superscript"))
_STARTS: Final = frozenset(("name", "number", "(", "[", "{", "√", "∛"))


class ExpressionParser(Cursor):
    """Reads expressions from a list of tokens, beginning at `index`.

    Attributes:
        index: The next token.
        stops: Names that end an expression where an operator is expected, such as `start` in `var x start 1`.
    """

    def __init__(self, source: Source, tokens: list[Token]) -> None:
        super().__init__(source, tokens)
        self.stops: frozenset[str] = frozenset()
        self._depth = 0
        self._bars = 0
        self._conditional = False
        self._values: dict[str, Fraction] = {}

    def restart(self, index: int) -> None:
        """Go to a token, out of all brackets."""
        self.index = index
        self.stops = frozenset()
        self._depth = self._bars = 0
        self._conditional = False

    # Conditions

    def condition(self) -> Expression:
        """Read what the first argument of `if` may be: comparisons joined by `not`, `and`, `or`."""
        begin = self.here.start
        alternatives: list[list[Expression]] = [[]]
        while True:
            start, negations = self.here.start, 0
            while self.here.text == "not" and self.here.kind == "name" and self._is_negation():
                self.index += 1
                negations += 1
            sides, operators = [self.expression()], []
            while self.here.kind in COMPARISONS:
                operators.append(self.advance().kind)
                sides.append(self.expression())
            part = Comparison(tuple(operators), tuple(sides), self.since(start)) if operators else sides[0]
            alternatives[-1].append(self._negated(part, negations, start))
            if self.here.kind != "name" or self.here.text not in _CONNECTIVES:
                break
            if self.advance().text == "or":
                alternatives.append([])
        parts = [self._joined("and", parts, parts[0].span.start) for parts in alternatives]
        return self._joined("or", parts, begin)

    def _is_negation(self) -> bool:
        following = self.at(1).kind
        return following in _STARTS or (following == "|" and not self._bars)

    def _negated(self, part: Expression, negations: int, start: int) -> Expression:
        if negations:
            self._check_depth(negations, start)
            self._check_condition(part)
        for _ in range(negations):
            part = Logic("not", (part,), self.since(start))
        return part

    def _joined(self, operator: str, parts: list[Expression], start: int) -> Expression:
        if len(parts) == 1:
            return parts[0]
        for part in parts:
            self._check_condition(part)
        return Logic(operator, tuple(parts), Span(self.source, start, parts[-1].span.end))

    def _check_condition(self, node: Expression) -> None:
        if not isinstance(node, (Comparison, Logic)):
            self.fail("not-a-condition", "a condition compares two values", node.span, "compare it: `… > 0`")

    # Sums and products

    def expression(self) -> Expression:
        """Read a sum of products."""
        tokens = self.tokens
        begin = start = tokens[self.index].start
        signs, terms = "+", []
        operators, factors = "*", []
        while True:
            factors.append(self._operand())
            kind = tokens[self.index].kind
            if kind not in _ARITHMETIC:
                kind = self._implicit(operators[-1], factors[-1], start)
            else:
                self.index += 1
            if kind == "*" or kind == "/":
                operators += kind
                continue
            end = tokens[self.index - 1 if kind == "" else self.index - 2].end
            if len(factors) == 1:
                term = factors[0]
            else:
                term = Product(operators, tuple(factors), Span(self.source, start, end))
            if kind == "":
                break
            terms.append(term)
            signs += kind
            operators, factors, start = "*", [], tokens[self.index].start
        if not terms:
            return term
        return Sum(signs, (*terms, term), Span(self.source, begin, end))

    def _implicit(self, operator: str, factor: Expression, start: int) -> str:
        """Return "*" if the next token begins a factor, "" if it ends the sum.

        Args:
            operator: What stands before the last factor.
            factor: The last factor.
            start: Where the product began.
        """
        token, before = self.tokens[self.index], self.tokens[self.index - 1]
        kind = token.kind
        adjacent = before.end == token.start
        if kind == "name":
            if token.text in self.stops and not (adjacent and before.kind == "number"):
                return ""
            allowed = before.kind in CLOSERS or (before.kind == "number" and adjacent)
        elif kind == "(":
            allowed = before.kind in CLOSERS or before.kind == "number"
        elif kind in ("number", "{", "√", "∛", "string", "[") or (kind == "|" and not self._bars):
            allowed = False
        elif kind == "±" and kind not in self.stops:
            self.unsupported("uncertainties (`±`)", self.span(token), "give the value alone")
        else:
            return ""
        if not allowed:
            self._missing_operator()
        mistake = mistakes.misreadable(factor, operator, before)
        if mistake is not None:
            self._misreadable(mistake, start, before)
        return "*"

    def _missing_operator(self) -> NoReturn:
        token, before = self.tokens[self.index], self.tokens[self.index - 1]
        if token.kind == "[" and before.kind == "number":
            self._bracketed_suffix()
        raise Failure(mistakes.missing_operator(self.source, before, token, self._depth > 0))

    def _bracketed_suffix(self) -> NoReturn:
        """Refuse `x[1]` and `300 [K]`."""
        token, before = self.tokens[self.index], self.tokens[self.index - 1]
        if before.kind == "name" and before.end == token.start:
            place = Span(self.source, before.start, self.to_closing(self.index).end)
            self.unsupported("an indexed unknown", place, "give each unknown a name of its own, such as `x1`")
        place = self.to_closing(self.index)
        self.unsupported("a unit", place, "convert the number to consistent units")

    def _misreadable(self, mistake: str, start: int, before: Token) -> NoReturn:
        """Refuse a product such as `1/2x` that people read in two ways."""
        behind = self.here.start
        self._operand()
        place = self.since(start)
        text = self.source.text
        raise Failure(
            mistakes.two_readings(mistake, place, text[start : before.end], text[behind : place.end])
        )

    # Powers

    def _operand(self) -> Expression:
        """Read signs, one atom, and the powers it is raised to."""
        tokens = self.tokens
        links: list[tuple[list[int], int, Expression]] = []
        negations = 0
        while True:
            token = tokens[self.index]
            start = token.start
            signs: list[int] = []
            while token.kind == "-" or token.kind == "+":
                if token.kind == "-":
                    signs.append(token.start)
                self.index += 1
                token = tokens[self.index]
                start = token.start
            read = _ATOMS.get(token.kind)
            if read is None:
                self.unexpected("an expression")
            atom = read(self)
            kind = tokens[self.index].kind
            if kind in _POSTFIXES:
                atom = self._postfix(atom, start)
                kind = tokens[self.index].kind
            if kind != "^" and not links and not signs:
                return atom
            links.append((signs, start, atom))
            negations += len(signs)
            if len(links) + negations > 1:
                self._check_depth(len(links) - 1 + negations, links[0][1])
            if kind != "^":
                return self._folded(links)
            self._check_power(links[-1][2], start)
            self.index += 1

    def _folded(self, links: list[tuple[list[int], int, Expression]]) -> Expression:
        """Make `-a^-b^c` of its links: powers from the right, each below the signs before it."""
        end = self.tokens[self.index - 1].end
        signs, start, node = links[-1]
        for place in reversed(signs):
            node = Negative(node, Span(self.source, place, end))
        for signs, start, atom in reversed(links[:-1]):
            node = Power(atom, node, Span(self.source, start, end))
            for place in reversed(signs):
                node = Negative(node, Span(self.source, place, end))
        return node

    def _postfix(self, atom: Expression, start: int) -> Expression:
        """Read the `%` and superscripts behind an atom."""
        self._check_power(atom, start)
        count = 0
        while (token := self.here).kind in _POSTFIXES:
            count += 1
            self._check_depth(count, start)
            self.index += 1
            if token.kind == "superscript":
                value = Number(Fraction(int(token.text.lstrip("+-"))), self.span(token))
                exponent = Negative(value, value.span) if token.text[0] == "-" else value
                atom = Power(atom, exponent, self.since(start))
                continue
            if self.here.kind in _STARTS and self.here.text not in self.stops:
                self._modulo(atom, start)
            atom = Percent(atom, self.since(start))
        return atom

    def _modulo(self, atom: Expression, start: int) -> NoReturn:
        """Refuse `7 % 3`."""
        place = self.since(start)
        self._operand()
        raise Failure(mistakes.modulo(self.source, atom.span, place, self.since(start)))

    def _check_power(self, base: Expression, start: int) -> None:
        """Refuse `x²^3` and `√x²`, which people read in two ways."""
        operator = self.here
        before = self.tokens[self.index - 1]
        if before.kind == "superscript" and operator.kind == "^":
            exponent = self.tokens[self.index - 1]
            hint = "write `(x^2)^3` or `x^(2^3)`"
            self.fail(
                "ambiguous-power",
                "a superscript followed by `^` reads in two ways",
                self.span(exponent),
                hint,
            )
        if isinstance(base, Call) and self.source.text[start] in _ROOTS and before.kind in ("number", "name"):
            hint = "write `(√x)^2` or `√(x^2)`"
            place = Span(self.source, start, operator.end)
            self.fail("ambiguous-root", "a power behind a root reads in two ways", place, hint)

    # Atoms

    def _number(self) -> Expression:
        token = self.tokens[self.index]
        self.index += 1
        value = self._values.get(token.text)
        if value is None:
            value = self._values[token.text] = Fraction(token.text.removesuffix("."))
        return Number(value, Span(self.source, token.start, token.end))

    def _name(self) -> Expression:
        """Read a name, or a call if `(` follows."""
        token = self.tokens[self.index]
        self.index += 1
        name = Name(token.text, Span(self.source, token.start, token.end))
        kind = self.tokens[self.index].kind
        if kind != "(":
            if kind == "[":
                self._bracketed_suffix()
            return name
        if token.text in _REDUCTIONS and self.at(1).kind == "name" and self.at(2).text == "in":
            place = Span(self.source, token.start, self.to_closing(self.index).end)
            self.unsupported(f"a `{token.text}` over a range", place, "write its terms out")
        opener = self.advance()
        outside = self._enter(opener, conditional=token.text == "if")
        arguments: list[Expression] = []
        while True:
            if self._conditional:
                arguments.append(self.condition())
                self._check_condition(arguments[0])
                self.stops, self._conditional = frozenset(), False
            elif arguments or self.here.kind != ")":
                arguments.append(self.expression())
            else:
                hint = f"give it one, as in `{token.text}(x)`"
                self.fail("no-arguments", f"`{token.text}()` has no argument", self.since_to(token), hint)
            if self.here.kind != ",":
                break
            self.index += 1
        self._leave(opener, outside)
        return Call(name, tuple(arguments), self.since(token.start))

    def _group(self) -> Expression:
        opener = self.advance()
        if self._conditional:
            before = self.tokens[self.index - 2]
            outside = self._enter(opener, conditional=True)
            inner = self.condition()
            self._leave(opener, outside)
            if isinstance(inner, (Comparison, Logic)):
                self._check_neighbours(before, inner)
            return inner
        outside = self._enter(opener, conditional=False)
        inner = self.expression()
        self._leave(opener, outside)
        return inner

    def _check_neighbours(self, before: Token, inner: Expression) -> None:
        """Refuse to calculate with a condition."""
        words = _CONNECTIVES | {"not"}
        after = self.here
        fits_before = before.kind in CLOSING or (before.kind == "name" and before.text in words)
        fits_after = after.kind in CLOSERS or after.kind == "," or after.text in words
        if not (fits_before and fits_after) and after.kind not in ("error", *SEPARATORS):
            hint = "write `if(condition, 1, 0)` for its value"
            self.fail("condition-as-number", "a condition is not a number", inner.span, hint)

    def _absolute(self) -> Expression:
        """Read `|x|`."""
        opener = self.advance()
        outside = self._enter(opener, conditional=False)
        self._bars = 1
        inner = self.expression()
        if self.here.kind != "|":
            if self.here.kind in SEPARATORS:
                self.fail("unclosed-bracket", "`|` is never closed", self.span(opener), "add `|`")
            self.unexpected("`|`")
        self._leave(opener, outside)
        name = Name("abs", self.span(opener))
        return Call(name, (inner,), self.since(opener.start))

    def _root(self) -> Expression:
        """Read `√x` and `∛x`."""
        roots: list[Token] = []
        while self.here.kind in _ROOTS:
            roots.append(self.advance())
        read = _ATOMS.get(self.here.kind)
        if read is None:
            self.unexpected("an operand")
        self._depth += len(roots)
        self._check_depth(0, roots[0].start)
        node = read(self)
        self._depth -= len(roots)
        for root in reversed(roots):
            node = Call(Name(_ROOTS[root.kind], self.span(root)), (node,), self.since(root.start))
        return node

    # Depth

    def _enter(self, opener: Token, *, conditional: bool) -> tuple[frozenset[str], int, bool]:
        """Go into a bracket; return what `_leave` needs."""
        outside = self.stops, self._bars, self._conditional
        self._depth += 1
        self._check_depth(0, opener.start)
        self.stops = _CONNECTIVES if conditional else frozenset()
        self._bars, self._conditional = 0, conditional
        return outside

    def _leave(self, opener: Token, outside: tuple[frozenset[str], int, bool]) -> None:
        """Step over the closing bracket."""
        if self.here.kind != CLOSING.get(opener.kind, "|"):
            raise Failure(mistakes.inside_bracket(self.source, self.tokens, self.index, opener))
        self.index += 1
        self._depth -= 1
        self.stops, self._bars, self._conditional = outside

    def _check_depth(self, more: int, start: int) -> None:
        if self._depth + more > NESTING:
            message = f"the expression is nested more than {NESTING} levels deep"
            place = Span(self.source, start, start + 1)
            self.fail("too-deep", message, place, "name a part of it with `name := …`")


_ATOMS: Final[Mapping[str, Callable[[ExpressionParser], Expression]]] = {
    "number": ExpressionParser._number,
    "name": ExpressionParser._name,
    "(": ExpressionParser._group,
    "[": ExpressionParser._group,
    "{": ExpressionParser._group,
    "|": ExpressionParser._absolute,
    "√": ExpressionParser._root,
    "∛": ExpressionParser._root,
}
