"""Put givens, constants and the bodies of user functions in the place of their names."""

from __future__ import annotations

import operator
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from itertools import pairwise
from typing import Final

from eqsolve.errors import Diagnostic, did_you_mean
from eqsolve.functions import COMPLEX_ONLY, CONSTANTS, FUNCTIONS, IMAGINARY
from eqsolve.language.interpret import interpret
from eqsolve.language.syntax import (
    Call,
    Comparison,
    Expression,
    FunctionDefinition,
    Logic,
    Name,
    Negative,
    Number,
    Percent,
    Power,
    Product,
    Sum,
)
from eqsolve.problem.rational import rational

MAX_CALLS: Final = 10_000  # calls of user functions put into one statement
MAX_WHOLE: Final = 1_000_000  # degree of a root, order of a polygamma
MAX_DEPTH: Final = 100  # user functions inside user functions


@dataclass(slots=True)
class Substitution:
    """The meaning of expressions as expressions, with every name resolved.

    Attributes:
        givens: Expressions to put in the place of names.
        arguments: Those of the call being put in, which come before the givens.
        functions: The user's functions.
        euler: Whether `e` is read as Euler's number where it is the base of a power.
        unit: How the imaginary unit is written beside `const.i`; None where numbers are real.
        problems: What was wrong; filled on the way.
        calls: Names of the user functions being put in, outermost first.
        spent: How many calls have been put in so far (shared by nested substitutions).
    """

    givens: Mapping[str, Expression]
    functions: Mapping[str, FunctionDefinition]
    euler: bool = False
    unit: str | None = None
    problems: list[Diagnostic] = field(default_factory=list)
    calls: tuple[str, ...] = ()
    spent: list[int] = field(default_factory=lambda: [0])
    arguments: Mapping[str, Expression] = field(default_factory=dict)

    def number(self, node: Number) -> Expression:
        """A literal stays."""
        return node

    def name(self, node: Name) -> Expression:
        """A given or a constant gives way to its value."""
        if node.id in self.arguments:
            return self.arguments[node.id]
        if node.id in self.givens:
            return self.givens[node.id]
        if self.unit is not None and node.id in (self.unit, IMAGINARY):
            return Name(IMAGINARY, node.span)
        if node.id.startswith("const."):
            return self._constant(node)
        return node

    def sum(self, node: Sum, terms: Sequence[Expression]) -> Expression:
        """Rebuild a sum."""
        return node if _same(terms, node.terms) else replace(node, terms=tuple(terms))

    def product(self, node: Product, factors: Sequence[Expression]) -> Expression:
        """Rebuild a product."""
        return node if _same(factors, node.factors) else replace(node, factors=tuple(factors))

    def power(self, node: Power, base: Expression, exponent: Expression) -> Expression:
        """Rebuild a power; `e^x` becomes `exp(x)`."""
        if self.euler and isinstance(node.base, Name) and node.base.id == "e":
            return Call(Name("exp", node.base.span), (exponent,), node.span)
        if base is node.base and exponent is node.exponent:
            return node
        return replace(node, base=base, exponent=exponent)

    def negative(self, node: Negative, operand: Expression) -> Expression:
        """Rebuild a negation."""
        return node if operand is node.operand else replace(node, operand=operand)

    def percent(self, node: Percent, operand: Expression) -> Expression:
        """Rebuild a percentage."""
        return node if operand is node.operand else replace(node, operand=operand)

    def comparison(self, node: Comparison, sides: Sequence[Expression]) -> Expression:
        """Rebuild a condition."""
        return node if _same(sides, node.sides) else replace(node, sides=tuple(sides))

    def logic(self, node: Logic, operands: Sequence[Expression]) -> Expression:
        """Rebuild conditions."""
        return node if _same(operands, node.operands) else replace(node, operands=tuple(operands))

    def call(self, node: Call, arguments: Sequence[Expression]) -> Expression:
        """Put in the body of a user function; check name and arity of a function of the table."""
        name = node.function.id
        definition = self.functions.get(name)
        if definition is not None:
            return self._inline(node, definition, arguments)
        function = FUNCTIONS.get(name)
        if function is None and self.unit is not None and name in COMPLEX_ONLY:
            if len(arguments) != 1:
                self._wrong_arity(node, f"{name}(z)")
        elif function is None:
            self._unknown_function(node)
        elif not function.accepts(len(arguments)):
            self._wrong_arity(node, function.signature)
        elif not all(_is_whole(arguments[position]) for position in function.static):
            what = function.parameters[function.static[0]]
            self._report("not-whole", f"`{what}` in `{function.signature}` must be a whole number", node)
        elif name == "interp":
            return _interpolation(node, arguments)
        return node if _same(arguments, node.arguments) else replace(node, arguments=tuple(arguments))

    def _inline(
        self, node: Call, definition: FunctionDefinition, arguments: Sequence[Expression]
    ) -> Expression:
        name = node.function.id
        parameters = [parameter.id for parameter in definition.parameters]
        if len(parameters) != len(arguments):
            self._wrong_arity(node, f"{name}({', '.join(parameters)})")
            return node
        if name in self.calls:
            self._report("recursive-function", f"`{name}` calls itself", node, "functions cannot recurse")
            return node
        self.spent[0] += 1
        if self.spent[0] > MAX_CALLS or len(self.calls) >= MAX_DEPTH:
            if self.spent[0] <= MAX_CALLS + 1:
                self._report("too-large", "calls of user functions unfold without bound here", node)
            self.spent[0] = MAX_CALLS + 1
            return node
        inner = replace(
            self, calls=(*self.calls, name), arguments=dict(zip(parameters, arguments, strict=True))
        )
        return interpret(definition.expression, inner)

    def _constant(self, node: Name) -> Expression:
        name = node.id.removeprefix("const.")
        if name in CONSTANTS:
            return Number(Fraction(CONSTANTS[name].value), node.span)
        hint = did_you_mean(name, CONSTANTS) or f"one of {', '.join(CONSTANTS)}"
        self._report("unknown-constant", f"no constant `{node.id}`", node, hint)
        return node

    def _unknown_function(self, node: Call) -> None:
        name = node.function.id
        hint = did_you_mean(name, (*FUNCTIONS, *self.functions))
        if name in COMPLEX_ONLY and hint is None:
            hint = "ask for complex numbers: `--complex`, or `var z : complex`"
        elif len(node.arguments) == 1:
            factor = node.arguments[0].span.text
            product = f"if `{name}` is a number: `{name}*({factor})`"
            hint = f"{hint} or, {product}" if hint else product
        self._report("unknown-function", f"no function `{name}`", node.function, hint)

    def _wrong_arity(self, node: Call, signature: str) -> None:
        count = len(node.arguments)
        message = f"`{node.function.id}` does not take {count} argument{'' if count == 1 else 's'}"
        self._report("wrong-arity", message, node, f"it is written `{signature}`")

    def _report(self, code: str, message: str, node: Expression, hint: str | None = None) -> None:
        self.problems.append(Diagnostic(code, message, node.span, hint))


def _same(new: Sequence[Expression], old: Sequence[Expression]) -> bool:
    return all(map(operator.is_, new, old))


def _is_whole(argument: Expression) -> bool:
    value = rational(argument)
    return value is not None and value.denominator == 1 and abs(value) <= MAX_WHOLE


def _interpolation(node: Call, arguments: Sequence[Expression]) -> Expression:
    """Write `interp(x, x1, y1, x2, y2, …)` as straight lines chosen by `if`; no value outside the table."""
    x, *table = arguments
    points = list(zip(table[::2], table[1::2], strict=True))
    span, condition = node.span, Name("if", node.function.span)
    # `ln` of a negative number has no value: that is what lies beyond the table.
    outside: Expression = Call(Name("ln", span), (Negative(Number(Fraction(1), span), span),), span)
    result = outside
    for (x1, y1), (x2, y2) in reversed(list(pairwise(points))):
        rise = Sum("+-", (y2, y1), span)
        part = Product("*/", (Sum("+-", (x, x1), span), Sum("+-", (x2, x1), span)), span)
        line = Sum("++", (y1, Product("**", (rise, part), span)), span)
        result = Call(condition, (Comparison(("<=",), (x, x2), span), line, result), span)
    return Call(condition, (Comparison(("<=",), (points[0][0], x), span), result, outside), span)
