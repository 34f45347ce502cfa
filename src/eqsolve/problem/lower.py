"""Syntax tree to problem: what is given, what is unknown, what must hold.

Names are resolved in this order: givens, `pi`, constants `const.*`, everything else is an unknown. Neither
sympy nor torch is needed.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from itertools import combinations, pairwise
from typing import Final, TypeAlias

from eqsolve import language
from eqsolve.data import Columns
from eqsolve.errors import Diagnostic, ProblemError, did_you_mean
from eqsolve.functions import FUNCTIONS, IMAGINARY
from eqsolve.language.interpret import interpret, size, tape
from eqsolve.language.syntax import (
    DISTINCT,
    Call,
    Comparison,
    Declaration,
    Definition,
    Distinct,
    Document,
    Expression,
    FunctionDefinition,
    Inequality,
    Listing,
    Membership,
    Name,
    Number,
    Power,
    Range,
    Statement,
    names,
    nodes,
)
from eqsolve.language.syntax import (
    Equation as EquationStatement,
)
from eqsolve.language.syntax import (
    Soft as SoftStatement,
)
from eqsolve.language.tokens import dotted_name
from eqsolve.problem.model import Constraint, Equation, Given, Problem, Soft, Unknown
from eqsolve.problem.rational import Rational, rational
from eqsolve.problem.substitute import Substitution
from eqsolve.result import Line
from eqsolve.source import Source, Span

MAX_SIZE: Final = 200_000  # nodes of one side of an equation, with functions and givens put in
MAX_DISTINCT: Final = 200  # expressions that one `all_different` compares
MAX_LINE_SHOWN: Final = 200  # characters of a line quoted in reports
RESERVED: Final = frozenset({"pi", IMAGINARY})

Relation: TypeAlias = EquationStatement | Inequality


def lower(
    documents: Sequence[Document],
    *,
    given: Mapping[str, str] | None = None,
    tables: Mapping[str, Columns] | None = None,
    over_complex: bool = False,
) -> Problem:
    """Resolve all names and collect the equations and constraints of `documents`.

    Args:
        documents: Parsed texts; later ones add to earlier ones.
        given: Expressions, in the language, that replace or add givens.
        tables: Data by name; the columns of the one named "" are bare names.
        over_complex: Whether unknowns are complex unless declared otherwise.

    Raises:
        ProblemError: Unknown functions, wrong arity, circular or non-constant givens, impossible bounds,
            nothing to solve. All that is wrong is reported at once.
        ParseError: An expression in `given` is not in the language.
    """
    statements = [statement for document in documents for statement in document.statements]
    columns = {
        f"{name}.{column}" if name else column: name
        for name, source in (tables or {}).items()
        for column in source.names
    }
    problem = _Lowering(statements, given or {}, columns, over_complex).run()
    return replace(
        problem,
        documents=tuple(documents),
        overrides=dict(given or {}),
        tables=dict(tables or {}),
        columns=columns,
        over_complex=over_complex,
    )


@dataclass(slots=True)
class _Lowering:
    statements: list[Statement]
    overrides: Mapping[str, str]
    columns: Mapping[str, str]
    over_complex: bool = False
    problems: list[Diagnostic] = field(default_factory=list)
    notes: list[Diagnostic] = field(default_factory=list)
    functions: dict[str, FunctionDefinition] = field(default_factory=dict)
    givens: dict[str, Given] = field(default_factory=dict)
    occurrences: Counter[str] = field(default_factory=Counter)
    bases: list[Name] = field(default_factory=list)
    logarithms: list[Name] = field(default_factory=list)
    kinds: dict[str, str] = field(default_factory=dict)
    choices: dict[str, tuple[Fraction, ...]] = field(default_factory=dict)
    discrete: dict[str, Span] = field(default_factory=dict)
    imaginary: dict[str, float] = field(default_factory=dict)
    meaning: Substitution = field(init=False)

    def run(self) -> Problem:
        self._scan()
        definitions = self._definitions()
        values: dict[str, Expression] = {}
        unit = self._read_unit(definitions)
        self.meaning = Substitution(
            values, self.functions, self._read_e(definitions), unit, problems=self.problems
        )
        self._resolve_givens(definitions, values)
        self._domains()
        relations, constraints = self._relations()
        self._stop_if_wrong()
        unknowns, relations = self._unknowns(relations, constraints)
        self._note_natural_log()
        self._stop_if_wrong()
        return Problem(
            unknowns,
            tuple(given for given in self.givens.values() if not self._columns_in(given.expression)),
            tuple(relation for relation in relations if isinstance(relation, Equation)),
            tuple(constraints),
            tuple(self.notes),
            soft=tuple(relation for relation in relations if isinstance(relation, Soft)),
        )

    def _stop_if_wrong(self) -> None:
        if self.problems:
            raise ProblemError(*dict.fromkeys(self.problems))

    # names ---------------------------------------------------------------------------------------------

    def _definitions(self) -> dict[str, Definition]:
        """Collect givens and user functions; complain about names defined twice."""
        definitions: dict[str, Definition] = {}
        for statement in self.statements:
            if isinstance(statement, Definition | FunctionDefinition):
                name = statement.name.id
                if name in definitions or name in self.functions:
                    self._wrong("defined-twice", f"`{name}` is defined twice", statement.name.span)
                elif name in RESERVED:
                    self._wrong("reserved-name", f"`{name}` is a constant", statement.name.span)
                elif name in self.columns:
                    self._wrong("reserved-name", f"`{name}` is a column of the data", statement.name.span)
                elif isinstance(statement, Definition):
                    definitions[name] = statement
                elif name in FUNCTIONS:
                    hint = "choose another name"
                    self._wrong("reserved-name", f"`{name}` is built in", statement.name.span, hint)
                else:
                    self.functions[name] = statement
        self._override(definitions)
        return definitions

    def _override(self, definitions: dict[str, Definition]) -> None:
        known = {*definitions, *self.occurrences}
        for name, text in self.overrides.items():
            source = Source(text, f"value of {name}")
            expression = language.parse_expression(source)
            span = Span(source, 0, len(text))
            if name in known:
                if name not in definitions:
                    self._note("fixed-unknown", f"`{name}` is fixed at {text}", None)
                definitions[name] = Definition(Name(name, span), expression, span)
            else:
                self._wrong(
                    "unknown-name", f"no `{name}` to give a value to", span, did_you_mean(name, known)
                )

    def _expressions(self) -> Iterator[Expression]:
        for statement in self.statements:
            match statement:
                case EquationStatement(sides=sides) | Inequality(sides=sides) | Distinct(arguments=sides):
                    yield from sides
                case SoftStatement(left=left, right=right, spread=spread):
                    yield from (left, right, *([] if spread is None else [spread]))
                case Definition(expression=expression) | FunctionDefinition(expression=expression):
                    yield expression
                case Membership(range=Range() as bounds) | Declaration(range=Range() as bounds):
                    yield from (end for end in (bounds.low, bounds.high) if end is not None)
                case Membership(range=Listing() as listing) | Declaration(range=Listing() as listing):
                    yield from listing.members
                case _:
                    pass

    def _scan(self) -> None:
        """Look once at every node of the text: which names occur, and where `e` and `log` are read one way."""
        for expression in self._expressions():
            for node in nodes(expression):
                if isinstance(node, Name):
                    self.occurrences[node.id] += 1
                    if "." in node.id and not node.id.startswith("const.") and node.id not in self.columns:
                        code, message, hint = dotted_name(node.id)
                        self._wrong(code, message, node.span, did_you_mean(node.id, self.columns) or hint)
                elif isinstance(node, Power) and isinstance(node.base, Name) and node.base.id == "e":
                    self.bases.append(node.base)
                elif isinstance(node, Call) and node.function.id == "log":
                    self.logarithms.append(node.function)

    def _read_e(self, definitions: Mapping[str, Definition]) -> bool:
        """Read `e` as Euler's number if it is the base of a power and occurs nowhere else."""
        bases = self.bases
        if "e" in definitions or not bases:
            return False
        declared = any(isinstance(s, Declaration | Membership) and s.name.id == "e" for s in self.statements)
        if declared or self.occurrences["e"] > len(bases):
            message = "`e` is read as an unknown because it does not occur as the base of powers only"
            self._note("name-reading", message, bases[0].span, "write `exp(x)` for Euler's number")
            return False
        self._note("name-reading", "`e` is read as Euler's number, 2.718…", bases[0].span)
        return True

    def _read_unit(self, definitions: Mapping[str, Definition]) -> str | None:
        """Read `i`, or `j`, as the imaginary unit if complex numbers are asked for and it means nothing else."""
        declared = {s.name.id for s in self.statements if isinstance(s, Declaration | Membership)}
        if not self.over_complex and not any(
            isinstance(s, Declaration) and s.kind == "complex" for s in self.statements
        ):
            return None
        starts = [s.start for s in self.statements if isinstance(s, Declaration) and s.start is not None]
        used = {*self.occurrences, *(name.id for start in starts for name in names(start))}
        free = [n for n in ("i", "j") if n in used and n not in declared and n not in definitions]
        if len(free) > 1:
            hint = "declare the one that is an unknown, like `var i : complex`, or write `const.i`"
            self._wrong("ambiguous-unit", "`i` and `j` cannot both be the imaginary unit", None, hint)
        if not free:
            return IMAGINARY
        self._note("name-reading", f"`{free[0]}` is read as the imaginary unit", None)
        return free[0]

    def _resolve_givens(self, definitions: Mapping[str, Definition], values: dict[str, Expression]) -> None:
        """Resolve givens in the order in which they need each other."""
        waiting: list[str] = []
        unresolved: list[tuple[str, bool]] = [(name, False) for name in reversed(list(definitions))]
        while unresolved:
            name, ready = unresolved.pop()
            if name in self.givens:
                continue
            definition = definitions[name]
            if ready:
                waiting.remove(name)
                self._resolve_given(definition, definitions)
                values[name] = self.givens[name].expression
                continue
            waiting.append(name)
            unresolved.append((name, True))
            for needed in self._needs(definition.expression):
                if needed.id in waiting:
                    circle = " -> ".join([*waiting[waiting.index(needed.id) :], needed.id])
                    self._wrong("circular-given", f"givens depend on each other: {circle}", needed.span)
                    self._stop_if_wrong()
                elif needed.id in definitions and needed.id not in self.givens:
                    unresolved.append((needed.id, False))

    def _needs(self, expression: Expression) -> Iterator[Name]:
        """Yield the names an expression needs, those inside user functions included."""
        pending, seen = [expression], set[str]()
        while pending:
            for node in nodes(pending.pop()):
                if isinstance(node, Name):
                    yield node
                elif isinstance(node, Call) and node.function.id in self.functions:
                    definition = self.functions[node.function.id]
                    if definition.name.id not in seen:
                        seen.add(definition.name.id)
                        pending.append(definition.expression)

    def _resolve_given(self, definition: Definition, definitions: Mapping[str, Definition]) -> None:
        expression = self._resolve(definition.expression)
        for name in names(expression):
            if name.id not in RESERVED and name.id not in self.columns:
                hint = did_you_mean(name.id, definitions)
                hint = hint or f"write `{definition.name.id} = …` if it is to be solved for"
                message = f"the given `{definition.name.id}` needs a number, but `{name.id}` has none"
                self._wrong("given-not-constant", message, name.span, hint)
        value = rational(expression)
        if value is not None:
            expression = Number(value, definition.expression.span)
        self.givens[definition.name.id] = Given(definition.name.id, expression, definition.span)

    def _resolve(self, expression: Expression) -> Expression:
        laid_out = tape(expression)
        resolved = interpret(laid_out, replace(self.meaning, spent=[0]))
        if resolved is not expression:
            laid_out = tape(resolved)
        if size(laid_out, MAX_SIZE) >= MAX_SIZE:
            message = f"written out, this has more than {MAX_SIZE:,} parts"
            self._wrong("too-large", message, expression.span)
            return expression
        interpret(laid_out, Rational(self.problems))
        return resolved

    # statements ----------------------------------------------------------------------------------------

    def _relations(self) -> tuple[list[Equation | Soft], list[Constraint]]:
        equations: list[Equation | Soft] = []
        constraints: list[Constraint] = []
        for statement in self.statements:
            match statement:
                case EquationStatement():
                    sides = [self._resolve(side) for side in statement.sides]
                    line = _line(statement.span, statement.label)
                    equations += [
                        Equation(left, right, (), line, statement.span, self._table(left, right))
                        for left, right in pairwise(sides)
                    ]
                case SoftStatement():
                    equations.append(self._soft(statement))
                case Inequality():
                    sides = [self._resolve(side) for side in statement.sides]
                    constraints += [
                        _constraint(operator, left, right, statement.span, statement.label)
                        for operator, left, right in zip(statement.operators, sides, sides[1:], strict=False)
                    ]
                case Membership(range=Range() as bounds) | Declaration(range=Range() as bounds):
                    constraints += self._range(statement.name, bounds, statement.span)
                case Distinct():
                    constraints += self._distinct(statement)
                case _:
                    pass
        if not equations and not self.discrete and not self.problems:
            self._wrong("nothing-to-solve", "there is no equation", None, "write one, such as `x^2 = 2`")
        return equations, constraints

    def _soft(self, statement: SoftStatement) -> Soft:
        left, right = self._resolve(statement.left), self._resolve(statement.right)
        spread = None if statement.spread is None else self._resolve(statement.spread)
        for name in () if spread is None else names(spread):
            if name.id not in RESERVED and name.id not in self.columns:
                message = f"the spread behind `±` needs numbers or columns, but `{name.id}` is an unknown"
                self._wrong("spread-not-known", message, name.span)
        line = _line(statement.span, statement.label)
        parts = (left, right) if spread is None else (left, right, spread)
        return Soft(left, right, spread, (), self._table(*parts), line, statement.span)

    def _columns_in(self, expression: Expression) -> list[Name]:
        return [name for name in names(expression) if name.id in self.columns]

    def _table(self, *sides: Expression) -> str | None:
        """Return the name of the data whose columns occur."""
        found = [name for side in sides for name in self._columns_in(side)]
        for name in found:
            if self.columns[name.id] != self.columns[found[0].id]:
                message = f"`{found[0].id}` and `{name.id}` are columns of different data"
                self._wrong("mixed-data", message, name.span, "each line can name the rows of one table")
        return self.columns[found[0].id] if found else None

    def _distinct(self, statement: Distinct) -> Iterator[Constraint]:
        """Compare each pair of expressions."""
        parts = [self._resolve(argument) for argument in statement.arguments]
        if len(parts) > MAX_DISTINCT:
            message = f"`{DISTINCT}` compares more than {MAX_DISTINCT} expressions"
            self._wrong("too-large", message, statement.span)
            return
        for left, right in combinations(parts, 2):
            yield _constraint("!=", left, right, statement.span, statement.label)

    def _domains(self) -> None:
        """Read which unknowns are whole, or have their values listed."""
        for statement in self.statements:
            if not isinstance(statement, Membership | Declaration) or statement.name.id in self.givens:
                continue
            name = statement.name.id
            if isinstance(statement, Declaration) and statement.kind is not None:
                before_kind = self.kinds.get(name, statement.kind)
                if before_kind != statement.kind:
                    message = f"`{name}` is declared {before_kind} and {statement.kind}"
                    self._wrong("declared-twice", message, statement.span)
                self.kinds[name] = statement.kind
            if isinstance(statement.range, Listing):
                listed = {value for m in statement.range.members if (value := self._member(m)) is not None}
                before = self.choices.get(name)
                self.choices[name] = tuple(sorted(listed if before is None else listed & set(before)))
            if self.kinds.get(name) == "integer" or name in self.choices:
                self.discrete.setdefault(name, statement.name.span)

    def _member(self, expression: Expression) -> Fraction | None:
        value = rational(self._resolve(expression))
        if value is None:
            message = "a member of a set is not a rational number"
            self._wrong("bad-member", message, expression.span, "solve for each value by itself")
        return value

    def _range(self, name: Name, bounds: Range, span: Span) -> Iterator[Constraint]:
        if bounds.low is not None:
            yield _constraint(">=", name, self._resolve(bounds.low), span, None)
        if bounds.high is not None:
            yield _constraint("<=", name, self._resolve(bounds.high), span, None)

    def _unknowns(
        self, equations: Iterable[Equation | Soft], constraints: Iterable[Constraint]
    ) -> tuple[tuple[Unknown, ...], list[Equation | Soft]]:
        """Number the unknowns in the order of the text and give each its bounds and start."""
        first: dict[str, Span] = {}
        occurring: list[list[str]] = []
        for equation in equations:
            found = [
                name
                for side in (equation.left, equation.right)
                for name in names(side)
                if name.id not in RESERVED and name.id not in self.columns
            ]
            for name in found:
                first.setdefault(name.id, name.span)
            occurring.append([name.id for name in found])
        for declared, span in self.discrete.items():
            first.setdefault(declared, span)
        self._check_used(first, constraints)
        bounds = self._bounds(constraints)
        starts = self._starts(first)
        unknowns = tuple(
            Unknown(
                name,
                *bounds.get(name, (-math.inf, math.inf)),
                starts.get(name),
                span,
                self._kind(name),
                self.choices.get(name),
                self.imaginary.get(name, 0.0),
            )
            for name, span in first.items()
        )
        position = {name: index for index, name in enumerate(first)}
        numbered = [
            replace(equation, unknowns=tuple(sorted({position[name] for name in used})))
            for equation, used in zip(equations, occurring, strict=True)
        ]
        return unknowns, numbered

    def _kind(self, name: str) -> str:
        default = "complex" if self.over_complex and name not in self.choices else "real"
        return self.kinds.get(name, default)

    def _check_used(self, first: Mapping[str, Span], constraints: Iterable[Constraint]) -> None:
        mentioned = [name for constraint in constraints for name in names(constraint.condition)]
        for name in mentioned:
            if name.id in self.columns:
                message = f"a condition on solutions cannot name the column `{name.id}`"
                self._wrong("column-in-condition", message, name.span)
        mentioned = [name for name in mentioned if name.id not in self.columns]
        mentioned += [statement.name for statement in self.statements if isinstance(statement, Declaration)]
        once: dict[str, Name] = {}
        for name in mentioned:
            once.setdefault(name.id, name)
        for name in once.values():
            if name.id not in first and name.id not in RESERVED and name.id not in self.givens:
                message = f"`{name.id}` occurs in no equation"
                self._wrong("unused-name", message, name.span, did_you_mean(name.id, first))

    def _bounds(self, constraints: Iterable[Constraint]) -> dict[str, tuple[float, float]]:
        """Read bounds off the constraints between one unknown and a constant."""
        bounds: dict[str, tuple[float, float]] = {}
        for constraint in constraints:
            operator, (left, right) = constraint.condition.operators[0], constraint.condition.sides
            if not isinstance(left, Name):
                operator, left, right = _TURNED[operator], right, left
            if not isinstance(left, Name) or operator == "!=" or not _is_constant(right):
                continue
            value = self._float(right)
            low, high = bounds.get(left.id, (-math.inf, math.inf))
            bound = (max(low, value), high) if operator in (">", ">=") else (low, min(high, value))
            if bound[0] > bound[1]:
                message = f"no `{left.id}` can be above {bound[0]:g} and below {bound[1]:g}"
                self._wrong("impossible-bounds", message, constraint.span)
            bounds[left.id] = bound
        return bounds

    def _starts(self, unknowns: Mapping[str, Span]) -> dict[str, float]:
        starts: dict[str, float] = {}
        for statement in self.statements:
            if isinstance(statement, Declaration) and statement.start is not None:
                start = self._resolve(statement.start)
                if statement.name.id in unknowns and self._kind(statement.name.id) == "complex":
                    parts = self._complex_start(start)
                    starts[statement.name.id], self.imaginary[statement.name.id] = parts
                elif statement.name.id in unknowns and _is_constant(start):
                    starts[statement.name.id] = self._float(start)
                elif not _is_constant(start):
                    self._wrong("start-not-constant", "a start must be a number", statement.start.span)
        return starts

    def _complex_start(self, start: Expression) -> tuple[float, float]:
        """Return the parts of `a + b*i`, where a and b are numbers."""
        zero, one = (Number(Fraction(k), start.span) for k in (0, 1))
        ends = [interpret(start, Substitution({IMAGINARY: unit}, {})) for unit in (zero, one)]
        if not all(map(_is_constant, ends)):
            self._wrong("start-not-constant", "a start must be a number", start.span)
            return 0.0, 0.0
        real, both = (self._float(end) for end in ends)
        return real, both - real

    def _float(self, expression: Expression) -> float:
        """Return the number nearest to a constant expression."""
        value = rational(expression)
        if value is None:
            from eqsolve.evaluate import number, precision

            with precision(128):
                ball = number(expression)
            if ball.issue is not None or not ball.value.is_finite():
                message = ball.issue.message if ball.issue else "this has no finite value"
                self._wrong("no-value", message, expression.span)
                return 0.0
            return float(ball.value)
        try:
            return float(value)
        except OverflowError:
            return math.inf if value > 0 else -math.inf

    # words ---------------------------------------------------------------------------------------------

    def _note_natural_log(self) -> None:
        if self.logarithms:
            span = self.logarithms[0].span
            self._note("natural-log", "`log` is the natural logarithm", span, "`log10` is the decimal one")

    def _note(self, code: str, message: str, span: Span | None, hint: str | None = None) -> None:
        self.notes.append(Diagnostic(code, message, span, hint))

    def _wrong(self, code: str, message: str, span: Span | None, hint: str | None = None) -> None:
        self.problems.append(Diagnostic(code, message, span, hint))


_TURNED: Final[Mapping[str, str]] = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "!=": "!="}


def _is_constant(expression: Expression) -> bool:
    return all(name.id in RESERVED for name in names(expression))


def _constraint(
    operator: str, left: Expression, right: Expression, span: Span, label: str | None
) -> Constraint:
    return Constraint(Comparison((operator,), (left, right), span), _line(span, label), span)


def _line(span: Span, label: str | None) -> Line:
    text = " ".join(span.text.split())
    if label is not None:
        text = text.partition(":")[2].lstrip()
    if len(text) > MAX_LINE_SHOWN:
        text = text[: MAX_LINE_SHOWN - 1] + "…"
    return Line(span.line, text, label, span.source.name)
