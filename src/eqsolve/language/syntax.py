"""The syntax tree: immutable nodes that know where they stand in the text.

Two trees are equal if they mean the same statements; spans do not take part in the comparison.
Sums and products are flat (`a + b - c` is one node), so that long lines do not make deep trees.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Final, TypeAlias, TypeVar

from eqsolve.source import Source, Span

DISTINCT: Final = "all_different"  # the word of `Distinct`


N = TypeVar("N")


class _Hashed:
    """Room for the hash of a node: trees are keys of many dictionaries, and their hashes take a walk."""

    __slots__ = ("_hash",)


def _hashed_once(node: type[N]) -> type[N]:
    """Return a class of nodes whose hash, which dataclass makes, is computed once for each."""
    compute = node.__hash__

    def once(self: N) -> int:
        try:
            return self._hash  # type: ignore[attr-defined, no-any-return]
        except AttributeError:
            object.__setattr__(self, "_hash", compute(self))
            return self._hash  # type: ignore[attr-defined, no-any-return]

    node.__hash__ = once  # type: ignore[assignment, method-assign]
    return node


@_hashed_once
@dataclass(frozen=True, slots=True)
class Number(_Hashed):
    """A literal, exact: `0.1` is one tenth."""

    value: Fraction
    span: Span = field(compare=False, repr=False)


@_hashed_once
@dataclass(frozen=True, slots=True)
class Name(_Hashed):
    """A bare name, normalised: an unknown, a given, `pi`, or a constant such as `const.R`."""

    id: str
    span: Span = field(compare=False, repr=False)


@_hashed_once
@dataclass(frozen=True, slots=True)
class Sum(_Hashed):
    """`a + b - c`: two terms at least, each with its sign, "+" or "-"; the first sign is "+"."""

    signs: str
    terms: tuple[Expression, ...]
    span: Span = field(compare=False, repr=False)


@_hashed_once
@dataclass(frozen=True, slots=True)
class Product(_Hashed):
    """`a * b / c`, left to right: two factors at least, each with "*" or "/"; the first has "*"."""

    operators: str
    factors: tuple[Expression, ...]
    span: Span = field(compare=False, repr=False)


@_hashed_once
@dataclass(frozen=True, slots=True)
class Power(_Hashed):
    """`base ^ exponent`."""

    base: Expression
    exponent: Expression
    span: Span = field(compare=False, repr=False)


@_hashed_once
@dataclass(frozen=True, slots=True)
class Negative(_Hashed):
    """`-operand`."""

    operand: Expression
    span: Span = field(compare=False, repr=False)


@_hashed_once
@dataclass(frozen=True, slots=True)
class Percent(_Hashed):
    """`operand %`: a hundredth of the operand."""

    operand: Expression
    span: Span = field(compare=False, repr=False)


@_hashed_once
@dataclass(frozen=True, slots=True)
class Call(_Hashed):
    """`function(arguments)`; `|x|` is a call of `abs`, `√x` of `sqrt`."""

    function: Name
    arguments: tuple[Expression, ...]
    span: Span = field(compare=False, repr=False)


@_hashed_once
@dataclass(frozen=True, slots=True)
class Comparison(_Hashed):
    """`a < b <= c` where a condition is expected; operators among `< <= > >= = !=`."""

    operators: tuple[str, ...]
    sides: tuple[Expression, ...]
    span: Span = field(compare=False, repr=False)


@_hashed_once
@dataclass(frozen=True, slots=True)
class Logic(_Hashed):
    """`and`, `or` (two operands at least) or `not` (one operand) over conditions."""

    operator: str
    operands: tuple[Expression, ...]
    span: Span = field(compare=False, repr=False)


Expression: TypeAlias = Number | Name | Sum | Product | Power | Negative | Percent | Call | Comparison | Logic


@dataclass(frozen=True, slots=True)
class Equation:
    """`label: a = b = c`: two sides at least."""

    sides: tuple[Expression, ...]
    label: str | None
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Soft:
    """`label: left ~ right ± spread`: to hold as well as it can, in every row of the data that it names."""

    left: Expression
    right: Expression
    spread: Expression | None
    label: str | None
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Inequality:
    """`label: a < b <= c`; operators among `< <= > >= !=`."""

    operators: tuple[str, ...]
    sides: tuple[Expression, ...]
    label: str | None
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Range:
    """`low..high` as an interval; None where it is open (`∞`)."""

    low: Expression | None
    high: Expression | None
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Listing:
    """`{a, b, c}` as a set of values; one member at least."""

    members: tuple[Expression, ...]
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Membership:
    """`x in low..high`, or `x in {a, b}`."""

    name: Name
    range: Range | Listing
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Definition:
    """`name := expression`: a given."""

    name: Name
    expression: Expression
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class FunctionDefinition:
    """`f(x, y) := expression`."""

    name: Name
    parameters: tuple[Name, ...]
    expression: Expression
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Declaration:
    """`var x : kind in low..high start guess`; all parts but the name are optional."""

    name: Name
    range: Range | Listing | None
    start: Expression | None
    span: Span = field(compare=False, repr=False)
    kind: str | None = None


@dataclass(frozen=True, slots=True)
class Distinct:
    """`label: all_different(a, b, c)`: one expression at least."""

    arguments: tuple[Expression, ...]
    label: str | None
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Include:
    """`include "path"`, as written."""

    path: str
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class DataFile:
    """`data name = "path"`, or `data "path"`: columns from a file; without a name they are bare names."""

    name: Name | None
    path: str
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class DataBlock:
    """`data name:`, a line of column names, lines of numbers, `end`."""

    name: Name | None
    columns: tuple[str, ...]
    rows: tuple[tuple[Fraction, ...], ...]
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Heading:
    """A bare `"text"` line, kept for reports."""

    text: str
    span: Span = field(compare=False, repr=False)


Statement: TypeAlias = (
    Equation
    | Soft
    | Inequality
    | Distinct
    | Membership
    | Definition
    | FunctionDefinition
    | Declaration
    | DataFile
    | DataBlock
    | Include
    | Heading
)


@dataclass(frozen=True, slots=True)
class Document:
    """The statements of one source, in the order of the text."""

    statements: tuple[Statement, ...]
    source: Source = field(compare=False, repr=False)


def children(expression: Expression) -> tuple[Expression, ...]:
    """Return the direct subexpressions, left to right."""
    match expression:
        case Number() | Name():
            return ()
        case Sum(terms=parts) | Product(factors=parts) | Call(arguments=parts):
            return parts
        case Comparison(sides=parts) | Logic(operands=parts):
            return parts
        case Power(base=base, exponent=exponent):
            return (base, exponent)
        case Negative(operand=operand) | Percent(operand=operand):
            return (operand,)


def nodes(expression: Expression) -> Iterator[Expression]:
    """Yield all nodes, a parent before its parts and these left to right; a shared node once."""
    stack, seen = [expression], set[int]()
    while stack:
        node = stack.pop()
        if id(node) not in seen:
            seen.add(id(node))
            yield node
            stack.extend(reversed(children(node)))


def names(expression: Expression) -> Iterator[Name]:
    """Yield the names in `expression`, left to right; not those of functions."""
    return (node for node in nodes(expression) if isinstance(node, Name))
