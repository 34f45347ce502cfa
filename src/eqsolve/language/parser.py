"""Tokens to syntax tree. The grammar:

    document    := { statement separator }                     separator: newline or ";"
    statement   := [ label ":" ] sides | [ label ":" ] sum "~" sum [ "±" sum ]
                 | name ":=" sum | name "(" name { "," name } ")" ":=" sum
                 | name "in" within | "var" name [ ":" type ] [ "in" within ] [ "start" sum ]
                 | [ label ":" ] "all_different" "(" sum { "," sum } ")" | "include" text | text
                 | "data" [ name "=" ] text
                 | "data" [ name ] ":" newline name { name } newline { number { number } newline } "end"
    type        := "real" | "integer" | "complex"
    label       := name | text
    sides       := sum { "=" sum } | sum { ( "<" | "<=" | ">" | ">=" | "!=" ) sum }     two sides at least
    within      := range | "{" sum { "," sum } "}"
    range       := [ sum | "-∞" ] ".." [ sum | "∞" ]            both ends are written

    condition   := both { "or" both }                           only in the first place of `if(...)`
    both        := negation { "and" negation }
    negation    := { "not" } sum { ( "<" | "<=" | ">" | ">=" | "=" | "!=" ) sum }
    sum         := product { ( "+" | "-" ) product }
    product     := operand { ( "*" | "/" | implicit ) operand }
    operand     := { "-" | "+" } atom { "%" | superscript } [ "^" operand ]
    atom        := number | name | name "(" arguments ")" | "(" sum ")" | "[" sum "]" | "{" sum "}"
                 | "|" sum "|" | ( "√" | "∛" ) atom
    arguments   := sum { "," sum }                              in `if(...)` the first is a condition
    implicit    := nothing, between number and name (adjacent), number and "(", ")" and "(", ")" and name

`:=`, `..`, `<=` and the like are single tokens; `==` is `=`, `**` is `^`. Words have a meaning only in these
places, so that every name can be an unknown. Brackets in a condition may hold a condition.
"""

from __future__ import annotations

from typing import Final, NoReturn

from eqsolve.errors import Diagnostic, ParseError, did_you_mean
from eqsolve.language import mistakes
from eqsolve.language.brackets import CLOSING
from eqsolve.language.cursor import Failure
from eqsolve.language.expressions import COMPARISONS, NESTING, SEPARATORS, ExpressionParser
from eqsolve.language.syntax import (
    DISTINCT,
    Call,
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
    Membership,
    Name,
    Range,
    Soft,
    Statement,
    children,
)
from eqsolve.language.tabular import read_block
from eqsolve.language.tokens import DIAGNOSTICS, Token, tokenize
from eqsolve.source import Source, Span

KEYWORDS: Final = ("var", "include", "for", "minimize", "maximize", "data")
_OBJECTIVES: Final = frozenset(("minimize", "maximize", "minimise", "maximise"))
_TYPES: Final = ("real", "integer", "complex")
_OPERANDS: Final = frozenset(("name", "number", "(", "[", "{", "|", "√", "∛", "-"))


def parse(source: Source) -> Document:
    """Read the statements of a source.

    Raises:
        ParseError: The text is not in the language; it holds a diagnostic for each wrong statement, in the
            order of the text, up to a limit.
    """
    tokens, diagnostics = tokenize(source)
    parser = _StatementParser(source, tokens)
    statements: list[Statement] = []
    index = 0
    while index < len(tokens) - 1 and len(diagnostics) < DIAGNOSTICS:
        if tokens[index].kind in SEPARATORS:
            index += 1
            continue
        try:
            statements.append(parser.statement(index))
            index = parser.index
        except Failure as failure:
            if failure.diagnostic is not None:
                diagnostics.append(failure.diagnostic)
            index = max(parser.index, index)
            while tokens[index].kind not in SEPARATORS:
                index += 1
    if diagnostics:
        raise ParseError(*sorted(diagnostics, key=_place)[:DIAGNOSTICS])
    return Document(tuple(statements), source)


def parse_expression(source: Source) -> Expression:
    """Read a source that holds one expression and nothing else.

    Raises:
        ParseError: It does not.
    """
    tokens, diagnostics = tokenize(source)
    reader = ExpressionParser(source, tokens)
    reader.restart(0)
    try:
        expression = reader.expression()
        if reader.here.kind != "end":
            reader.unexpected("the end of the expression")
    except Failure as failure:
        if failure.diagnostic is not None:
            diagnostics.append(failure.diagnostic)
    if diagnostics:
        raise ParseError(*sorted(diagnostics, key=_place)[:DIAGNOSTICS])
    return expression


def _place(diagnostic: Diagnostic) -> int:
    return diagnostic.span.start if diagnostic.span else 0


class _StatementParser:
    """Reads one statement at a time."""

    def __init__(self, source: Source, tokens: list[Token]) -> None:
        self._source = source
        self._tokens = tokens
        self._read = ExpressionParser(source, tokens)

    @property
    def index(self) -> int:
        """The token behind what has been read."""
        return self._read.index

    def statement(self, index: int) -> Statement:
        """Read the statement that begins at token `index`, up to its separator."""
        self._read.restart(index)
        first = self._tokens[index]
        if first.kind == "string":
            statement = self._text()
        elif first.kind == "name":
            statement = self._keyword(first.text) or self._relation()
        else:
            statement = self._relation()
        if self._read.here.kind not in SEPARATORS:
            self._left_over()
        if self._read.index - index > NESTING:
            self._check_depth(statement)
        return statement

    # Words at the beginning

    def _keyword(self, word: str) -> Statement | None:
        """Read a statement that begins with a word; None if the word is an ordinary name here."""
        second, third = self._read.at(1), self._read.at(2)
        if word == "data" and (found := self._data(second, third)) is not None:
            return found
        if second.kind == "string":
            return self._include(word)
        if second.kind == "name":
            if word == "var" and second.text != "in":
                return self._declaration()
            if word == "for" and third.text == "in":
                self._refuse_statement("a family of equations (`for`)", "write the equations out")
            if second.text != "in" and word not in _OBJECTIVES:
                self._misspelt(word)
        if word in _OBJECTIVES and second.kind in _OPERANDS and not self._relates(second):
            self._refuse_statement(f"`{word}`", "set the derivatives to zero")
        if word == "end" and second.kind in SEPARATORS:
            self._refuse_statement("`end` (of a `for` block)", "write the equations out")
        return None

    def _relates(self, second: Token) -> bool:
        """Tell whether the statement is a relation, so that its first word is an ordinary name."""
        if second.kind in ("name", "number"):
            return second.text == "in"
        index = self.index
        while (token := self._tokens[index]).kind not in SEPARATORS:
            if token.kind in CLOSING:
                index = self._read.closing(index)
            elif token.kind in COMPARISONS or token.kind in (":=", "~"):
                return True
            index += 1
        return False

    def _refuse_statement(self, construct: str, hint: str) -> NoReturn:
        start = self._read.here
        while self._read.here.kind not in SEPARATORS:
            self._read.advance()
        self._read.unsupported(construct, self._read.since(start.start), hint)

    def _misspelt(self, word: str) -> None:
        hint = did_you_mean(word, KEYWORDS)
        if hint is not None and word not in KEYWORDS:
            first = self._read.here
            self._read.fail(
                "unknown-statement", f"no statement begins with `{word}`", self._read.span(first), hint
            )

    def _include(self, word: str) -> Statement:
        first, path = self._read.advance(), self._read.advance()
        if word != "include":
            hint = did_you_mean(word, ("include",)) or "a text stands on a line of its own, or before `:`"
            self._read.fail("unknown-statement", f"`{word}` takes no text", self._read.span(first), hint)
        return Include(path.text, self._read.since(first.start))

    def _data(self, second: Token, third: Token) -> DataFile | DataBlock | None:
        """Read columns from a file or from the lines below; None if `data` is an ordinary name here."""
        start, name = self._read.here.start, None
        named = second.kind == "name" and third.kind in ("=", ":=", ":")
        if not named and second.kind not in ("string", ":"):
            return None
        if second.kind == ":" and third.kind != "newline":
            return None
        self._read.advance()
        if named:
            token = self._read.advance()
            name = Name(token.text, self._read.span(token))
            if "." in name.id:
                self._read.fail("bad-data", f"`{name.id}` has a dot", name.span, "name the data plainly")
        if self._read.here.kind == ":":
            columns, rows = read_block(self._read)
            return DataBlock(name, columns, rows, self._read.since(start))
        if named:
            self._read.advance()
        if self._read.here.kind != "string":
            self._read.unexpected("the path of a file in quotes")
        path = self._read.advance().text
        return DataFile(name, path, self._read.since(start))

    def _text(self) -> Statement:
        text = self._read.here
        if self._read.at(1).kind == ":":
            return self._relation()
        self._read.advance()
        if self._read.here.kind not in SEPARATORS:
            hint = "a label is followed by `:`"
            self._read.fail("bad-heading", "a text stands on a line of its own", self._read.span(text), hint)
        return Heading(text.text, self._read.span(text))

    def _declaration(self) -> Statement:
        start = self._read.advance().start
        token = self._read.advance()
        name = Name(token.text, self._read.span(token))
        if "." in name.id:
            self._read.fail(
                "bad-declaration", f"`{name.id}` is {_dotted(name)}", name.span, "delete the line"
            )
        self._read.stops = frozenset(("in", "start"))
        kind = self._declared_type(token)
        limits = guess = None
        if self._read.here.text == "in" and self._read.here.kind == "name":
            limits = self._within()
        if self._read.here.text == "start" and self._read.here.kind == "name":
            self._read.advance()
            guess = self._read.expression()
        if self._read.here.kind in ("=", ":="):
            here = self._read.span(self._read.here)
            hint = f"write `{token.text} := …` for a given, or `var {token.text} start …` for a guess"
            self._read.fail("bad-declaration", "a declaration gives no value", here, hint)
        if self._read.here.kind == ",":
            here = self._read.span(self._read.here)
            self._read.fail(
                "bad-declaration", "one `var` declares one unknown", here, "write one line for each"
            )
        return Declaration(name, limits, guess, self._read.since(start), kind)

    def _declared_type(self, name: Token) -> str | None:
        """Read the type behind a declared name; units and patterns of names are refused."""
        token = self._read.here
        if token.kind == "[":
            place = self._read.to_closing(self.index)
            self._read.unsupported("a unit", place, "convert the numbers to consistent units")
        if token.kind == "*":
            place = Span(self._source, name.start, token.end)
            self._read.unsupported("a pattern of names", place, "declare each unknown by itself")
        if token.kind != ":":
            return None
        self._read.advance()
        kind = self._read.here
        if kind.kind != "name":
            self._read.unexpected("`real`")
        place = self._read.span(kind)
        if kind.text not in _TYPES:
            hint = did_you_mean(kind.text, _TYPES) or "an unknown is `real`, `integer` or `complex`"
            self._read.fail("unknown-type", f"no type `{kind.text}`", place, hint)
        return self._read.advance().text

    # Relations

    def _relation(self) -> Statement:
        start = self._read.here.start
        label = self._label()
        self._read.stops = frozenset(("in",))
        first = self._read.here.start
        left = self._read.expression()
        operator = self._read.here
        if operator.kind in COMPARISONS:
            return self._chain(left, label, start)
        if operator.kind == "~":
            return self._soft(left, label, start)
        if operator.kind == ":=" or operator.kind == "name":
            if label is not None:
                place = Span(self._source, start, operator.end)
                self._read.fail(
                    "bad-label", "a label names an equation or an inequality", place, "delete the label"
                )
            return self._definition(left, start) if operator.kind == ":=" else self._membership(left, start)
        alone = operator.kind in SEPARATORS and isinstance(left, Call) and left.span.start == first
        if alone and isinstance(left, Call) and left.function.id == DISTINCT:
            return Distinct(left.arguments, label, self._read.since(start))
        if operator.kind in SEPARATORS:
            shown = left.span.text if len(left.span.text) <= 30 and "\n" not in left.span.text else "…"
            hint = f"write `{shown} = 0`" if label is None else f"a given is `{label} := {shown}`"
            self._read.fail("not-an-equation", "this is an expression, not an equation", left.span, hint)
        return self._left_over()

    def _label(self) -> str | None:
        token = self._read.here
        if self._read.at(1).kind != ":" or token.kind not in ("name", "string"):
            return None
        self._read.index += 2
        if self._read.here.kind == "=" and self._read.here.text == "=":
            place = Span(self._source, self._read.at(-1).start, self._read.here.end)
            self._read.fail("bad-operator", "there is no operator `: =`", place, "write `:=` for a given")
        return token.text

    def _chain(self, left: Expression, label: str | None, start: int) -> Statement:
        self._read.stops = frozenset()
        first = self._read.here.kind
        sides, operators = [left], []
        while self._read.here.kind in COMPARISONS:
            token = self._read.advance()
            if (token.kind == "=") != (first == "="):
                hint = "write two statements"
                message = "one chain cannot hold equations and inequalities"
                self._read.fail("mixed-relations", message, self._read.span(token), hint)
            operators.append(token.kind)
            sides.append(self._read.expression())
        place = self._read.since(start)
        if first == "=":
            return Equation(tuple(sides), label, place)
        return Inequality(tuple(operators), tuple(sides), label, place)

    def _soft(self, left: Expression, label: str | None, start: int) -> Soft:
        self._read.advance()
        self._read.stops = frozenset(("±",))
        right, spread = self._read.expression(), None
        if self._read.here.kind == "±":
            self._read.advance()
            self._read.stops = frozenset()
            spread = self._read.expression()
        if self._read.here.kind in COMPARISONS or self._read.here.kind == "~":
            place, hint = self._read.span(self._read.here), "write two statements"
            self._read.fail("mixed-relations", "a soft equation has two sides", place, hint)
        return Soft(left, right, spread, label, self._read.since(start))

    def _definition(self, left: Expression, start: int) -> Statement:
        operator = self._read.advance()
        self._read.stops = frozenset()
        name = left.function if isinstance(left, Call) else left
        if not isinstance(name, Name) or name.span.start != start or self._source.text[start] in "|√∛":
            message, hint = "only a name or a function can be given by `:=`", "write `=` for an equation"
            self._read.fail("bad-definition", message, self._read.span(operator), hint)
        if "." in name.id:
            message = f"`{name.id}` is {_dotted(name)}"
            self._read.fail("bad-definition", message, name.span, "give a name without a dot")
        parameters = self._parameters(left) if isinstance(left, Call) else None
        expression = self._read.expression()
        place = self._read.since(start)
        if parameters is None:
            return Definition(name, expression, place)
        return FunctionDefinition(name, parameters, expression, place)

    def _parameters(self, left: Call) -> tuple[Name, ...]:
        parameters: dict[str, Name] = {}
        for argument in left.arguments:
            if not isinstance(argument, Name) or "." in argument.id:
                message = f"the parameters of `{left.function.id}` are plain names"
                self._read.fail("bad-parameter", message, argument.span, "name it, as in `f(x) := …`")
            if argument.id in parameters:
                message = f"the parameter `{argument.id}` stands there twice"
                self._read.fail(
                    "bad-parameter", message, argument.span, "give each parameter a name of its own"
                )
            parameters[argument.id] = argument
        return tuple(parameters.values())

    def _membership(self, left: Expression, start: int) -> Statement:
        if not isinstance(left, Name) or left.span.start != start:
            hint = "name it first, as in `y = …`, and write `y in …`"
            self._read.fail("bad-membership", "only a name can be `in` a range", left.span, hint)
        limits = self._within()
        return Membership(left, limits, self._read.since(left.span.start))

    def _within(self) -> Range | Listing:
        """Read `in low..high` or `in {a, b}`."""
        self._read.advance()
        self._read.stops = frozenset(("start",))
        start = self._read.here
        if start.kind in ("{", "[", "("):
            end = self._read.closing(self.index)
            if start.kind == "{" and (self._ends_range(end + 1) or self._holds_comma(self.index + 1, end)):
                return self._listing()
            self._refuse_brackets(start, end)
        low = self._end(("-",))
        if self._read.here.kind == "," and start.kind == "number":
            self._left_over()
        if self._read.here.kind != "..":
            self._read.unexpected("`..`")
        self._read.advance()
        high = self._end(("+",))
        return Range(low, high, self._read.since(start.start))

    def _end(self, signs: tuple[str, ...]) -> Expression | None:
        """Read one end of a range; None for infinity with one of `signs` (or `∞` where "+" is)."""
        here = self._read.here
        if here.kind in signs and self._read.at(1).kind == "∞":
            self._read.index += 2
            return None
        if here.kind == "∞" and "+" in signs:
            self._read.advance()
            return None
        return self._read.expression()

    def _listing(self) -> Listing:
        """Read `{a, b}`; a bracket may also begin an ordinary end of a range."""
        opener = self._read.advance()
        if self._read.here.kind == "}":
            place = Span(self._source, opener.start, self._read.here.end)
            self._read.fail("empty-set", "a set without members leaves no value", place, "name its members")
        stops, self._read.stops = self._read.stops, frozenset()
        members = [self._read.expression()]
        while self._read.here.kind == ",":
            self._read.advance()
            members.append(self._read.expression())
        if self._read.here.kind != "}":
            self._read.unexpected("`}`")
        self._read.advance()
        self._read.stops = stops
        return Listing(tuple(members), self._read.since(opener.start))

    def _ends_range(self, index: int) -> bool:
        """Tell whether the token at `index` can stand behind a range."""
        token = self._tokens[min(index, len(self._tokens) - 1)]
        return token.kind in SEPARATORS or (token.kind == "name" and token.text == "start")

    def _refuse_brackets(self, opener: Token, end: int) -> None:
        """Refuse `in [m]` and `in [0, 10]`; a bracket may also begin an ordinary end."""
        place = Span(self._source, opener.start, self._tokens[end].end)
        if self._holds_comma(self.index + 1, end):
            self._read.fail("bad-range", "a range has no brackets", place, "write `low..high`")
        if opener.kind == "[" and self._ends_range(end + 1):
            self._read.unsupported("a unit", place, "convert the numbers to consistent units")

    def _holds_comma(self, start: int, end: int) -> bool:
        """Tell whether a comma stands between two tokens, outside of inner brackets."""
        index = start
        while index < end:
            kind = self._tokens[index].kind
            if kind == ",":
                return True
            index = self._read.closing(index) + 1 if kind in CLOSING else index + 1
        return False

    # Ends

    def _left_over(self) -> NoReturn:
        """Refuse what stands behind a complete statement."""
        token = self._read.here
        before, after = self._read.at(-1), self._read.at(1)
        place = self._read.span(token)
        if token.kind == "," and before.kind == after.kind == "number":
            raise Failure(mistakes.decimal_comma(self._source, self._tokens, self.index))
        if token.kind == ",":
            self._read.fail(
                "misplaced-comma", "`,` does not separate statements", place, "write `;` or a new line"
            )
        if token.kind == "~":
            hint = "write `=` or `~`, one of them, between two sides"
            self._read.fail("mixed-relations", "`~` cannot stand here", place, hint)
        if token.kind == "..":
            self._read.fail("misplaced-range", "a range needs `in`", place, "write `x in 0..10`")
        if token.kind == ":=":
            hint = "a given stands on a line of its own"
            self._read.fail("bad-definition", "`:=` cannot stand in an equation", place, hint)
        if token.kind == "|":
            self._read.fail("unmatched-bracket", "`|` closes nothing", place, "delete it, or open it before")
        if token.kind in COMPARISONS:
            self._read.fail(
                "misplaced-comparison", f"`{token.text}` cannot stand here", place, "write two statements"
            )
        self._read.unexpected("the end of the statement")

    def _check_depth(self, statement: Statement) -> None:
        """Refuse a tree so deep that walking it would exhaust the stack."""
        level = list(_expressions(statement))
        for _ in range(NESTING + 1):
            level = [child for node in level for child in children(node)]
            if not level:
                return
        message = f"the expression is nested more than {NESTING} levels deep"
        place = level[0].span
        place = Span(place.source, place.start, place.start + 1)
        self._read.fail("too-deep", message, place, "name a part of it with `name := …`")


def _expressions(statement: Statement) -> tuple[Expression, ...]:
    match statement:
        case Equation(sides=sides) | Inequality(sides=sides) | Distinct(arguments=sides):
            return sides
        case Soft(left=left, right=right, spread=spread):
            return (left, right, *([] if spread is None else [spread]))
        case Definition(expression=expression) | FunctionDefinition(expression=expression):
            return (expression,)
        case Membership(range=limits):
            return _ends(limits)
        case Declaration(range=limits, start=start):
            return (*_ends(limits), *([] if start is None else [start]))
        case _:
            return ()


def _dotted(name: Name) -> str:
    return "a physical constant" if name.id.startswith("const.") else "a column of data"


def _ends(limits: Range | Listing | None) -> tuple[Expression, ...]:
    if limits is None:
        return ()
    if isinstance(limits, Listing):
        return limits.members
    return tuple(end for end in (limits.low, limits.high) if end is not None)
