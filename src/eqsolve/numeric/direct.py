"""Expressions evaluated in torch node by node: for what is asked once or twice, too seldom to be worth compiling."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, reduce
from itertools import pairwise

import torch
from torch import Tensor

from eqsolve.functions import FUNCTIONS
from eqsolve.language.syntax import (
    Call,
    Comparison,
    Logic,
    Name,
    Negative,
    Number,
    Percent,
    Power,
    Product,
    Sum,
)
from eqsolve.numeric.compile import nearest_float
from eqsolve.numeric.operations import Operation, both, either, negation, power, torch_table
from eqsolve.numeric.symbolic import COMPARISONS


@dataclass(frozen=True, slots=True)
class Direct:
    """The meaning of expressions as tensors, given the values of names."""

    values: Mapping[str, Tensor]

    def number(self, node: Number) -> Tensor:
        """Return a tensor without dimensions."""
        return torch.tensor(nearest_float(node.value), dtype=torch.float64)

    def name(self, node: Name) -> Tensor:
        """Return the value of a name."""
        return torch.tensor(math.pi, dtype=torch.float64) if node.id == "pi" else self.values[node.id]

    def sum(self, node: Sum, terms: Sequence[Tensor]) -> Tensor:
        """Add up."""
        signed = (-term if sign == "-" else term for sign, term in zip(node.signs, terms, strict=True))
        return reduce(torch.add, signed)

    def product(self, node: Product, factors: Sequence[Tensor]) -> Tensor:
        """Multiply, and divide."""
        result = factors[0]
        for operator, factor in zip(node.operators[1:], factors[1:], strict=True):
            result = result / factor if operator == "/" else result * factor
        return result

    def power(self, node: Power, base: Tensor, exponent: Tensor) -> Tensor:
        """Raise."""
        return power(base, exponent)

    def negative(self, node: Negative, operand: Tensor) -> Tensor:
        """Change the sign."""
        return -operand

    def percent(self, node: Percent, operand: Tensor) -> Tensor:
        """Divide by a hundred."""
        return operand / 100

    def call(self, node: Call, arguments: Sequence[Tensor]) -> Tensor:
        """Apply a function of the table."""
        operation = _operations()[FUNCTIONS[node.function.id].torch]
        return operation(*arguments)

    def comparison(self, node: Comparison, sides: Sequence[Tensor]) -> Tensor:
        """Return 1 where all of a chain holds, 0 elsewhere."""
        table = _operations()
        held = []
        for sign, (left, right) in zip(node.operators, pairwise(sides), strict=True):
            pair = (right, left) if sign in (">", ">=") else (left, right)
            held.append(table[COMPARISONS[sign.replace(">", "<")]](*pair))
        return reduce(both, held)

    def logic(self, node: Logic, operands: Sequence[Tensor]) -> Tensor:
        """Join conditions."""
        if node.operator == "not":
            return negation(operands[0])
        return reduce({"and": both, "or": either}[node.operator], operands)


@cache
def _operations() -> Mapping[str, Operation]:
    return torch_table()
