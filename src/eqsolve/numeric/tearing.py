"""Starts at which most equations of a loop hold already: few unknowns are drawn, the others follow from them.

A recycle of a flowsheet, a column or a chain of steps becomes explicit once few unknowns are given. What is drawn
at random for all unknowns, each for itself, is far from any such state, and often outside the domain of some
logarithm; a start that is completed from its few tears is not.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

import torch
from torch import Tensor

from eqsolve.language.interpret import Tape, interpret, tape, trace
from eqsolve.language.syntax import (
    Call,
    Expression,
    Name,
    Negative,
    Percent,
    Power,
    Product,
    Sum,
)
from eqsolve.numeric.direct import Direct
from eqsolve.problem.linearity import linear_set
from eqsolve.problem.model import Problem
from eqsolve.structure.analyse import Block
from eqsolve.structure.tearing import tear

LEAST: Final = 6  # unknowns of a loop that is worth tearing
MOST: Final = 1000  # and up to which that is quick
FURTHEST: Final = (10.0, 1e6)  # times the largest unknown of a start, that what follows from it may be
Path: TypeAlias = tuple[
    tuple[int, int], ...
]  # steps of a tape from the last one down, each with the operand taken
Inverse: TypeAlias = Callable[[Tensor, Tensor], Tensor]

INVERSES: Final[Mapping[str, Inverse]] = {  # from a value, and the argument so far, to the argument
    "exp": lambda y, _: y.log(),
    "ln": lambda y, _: y.exp(),
    "log": lambda y, _: y.exp(),
    "log10": lambda y, _: 10**y,
    "log2": lambda y, _: 2**y,
    "sqrt": lambda y, _: torch.where(y < 0, torch.nan, y**2),
    "cbrt": lambda y, _: y**3,
    "abs": lambda y, x: torch.where(y < 0, torch.nan, torch.copysign(y, x)),
    "sinh": lambda y, _: y.asinh(),
    "cosh": lambda y, x: torch.copysign(y.acosh(), x),
    "tanh": lambda y, _: y.atanh(),
    "asinh": lambda y, _: y.sinh(),
    "acosh": lambda y, _: y.cosh(),
    "atanh": lambda y, _: y.tanh(),
    "asin": lambda y, _: y.sin(),
    "acos": lambda y, _: y.cos(),
    "atan": lambda y, _: y.tan(),
}


@dataclass(frozen=True, slots=True)
class _Step:
    """An unknown that follows from an equation `left - right = 0`."""

    unknown: str
    column: int
    tape: Tape
    path: Path | None  # None: it enters linearly, more than once


@dataclass(frozen=True, slots=True)
class Completion:
    """How all unknowns of a loop follow from few of them."""

    tears: int
    names: tuple[str, ...]
    steps: tuple[_Step, ...]

    def __call__(self, x: Tensor, known: Mapping[str, float], lower: Tensor, upper: Tensor) -> Tensor:
        """Return starts with the same tears, at which the equations hold that the other unknowns follow from.

        An unknown that does not follow, outside some domain, stays where it is.

        Args:
            x: Starts, shape [n, batch].
            known: Values of unknowns of other blocks, by name.
            lower: Lower bounds, shape [n].
            upper: Upper bounds, shape [n].
        """
        values: dict[str, Tensor] = {name: x.new_full((x.shape[1],), value) for name, value in known.items()}
        values.update(zip(self.names, x.unbind(), strict=True))
        meaning = Direct(values)  # which sees each value as soon as it is found
        most = _furthest(x)
        for step in self.steps:
            before = values[step.unknown]
            found = _followed(step, meaning)
            inside = (found.abs() <= most) & (found > lower[step.column]) & (found < upper[step.column])
            values[step.unknown] = torch.where(inside, found, before)
        return torch.stack([values[name] for name in self.names])


def _furthest(x: Tensor) -> Tensor:
    """Return how large an unknown may become in each lane: a chain of steps may run away, or be meant to grow."""
    lanes = torch.arange(x.shape[1], device=x.device) // 4 % len(FURTHEST)  # starts come in families of four
    return torch.tensor(FURTHEST, dtype=x.dtype, device=x.device)[lanes] * x.abs().amax(0)


def completion(problem: Problem, block: Block) -> Completion | None:
    """Return how the unknowns of a block follow from few of them.

    Returns:
        None if the block is very small or very large, or if more than half of its unknowns would have to be given.
    """
    if not LEAST <= len(block.unknowns) <= MOST:
        return None
    names = {problem.unknowns[k].name: k for k in block.unknowns}
    tapes, solvable = {}, {}
    for position in block.equations:
        equation = problem.equations[position]
        tapes[position] = tape(Sum("+-", (equation.left, equation.right), equation.span))
        solvable[position] = _solvable(tapes[position], names)
    own = set(block.unknowns)
    occurring = {e: [k for k in problem.equations[e].unknowns if k in own] for e in block.equations}
    torn = tear(occurring, solvable)
    if 2 * len(torn.tears) > len(block.unknowns):
        return None
    column = {k: place for place, k in enumerate(block.unknowns)}
    steps = (_Step(problem.unknowns[k].name, column[k], tapes[e], solvable[e][k]) for e, k in torn.steps)
    return Completion(len(torn.tears), tuple(names), tuple(steps))


def _solvable(laid_out: Tape, names: Mapping[str, int]) -> dict[int, Path | None]:
    """Return the unknowns that an equation can be solved for, each with the way down to its only occurrence."""
    found: dict[int, Path | None] = {}
    occurring = dict.fromkeys(node.id for node, _ in laid_out.steps if isinstance(node, Name))
    for name in (name for name in occurring if name in names):
        path = _path(laid_out, name)
        if path is not None or linear_set([laid_out.steps[-1][0]], [name]):
            found[names[name]] = path
    return found


def _path(laid_out: Tape, name: str) -> Path | None:
    """Return the way to the only occurrence of a name, if all on it can be undone."""
    holds = list[bool]()
    for node, positions in laid_out.steps:
        holds.append((isinstance(node, Name) and node.id == name) or any(holds[p] for p in positions))
    path = list[tuple[int, int]]()
    at = len(laid_out.steps) - 1
    while not isinstance(laid_out.steps[at][0], Name):
        node, positions = laid_out.steps[at]
        operands = [k for k, position in enumerate(positions) if holds[position]]
        if len(operands) != 1 or not _can_be_undone(node):
            return None
        path.append((at, operands[0]))
        at = positions[operands[0]]
    return tuple(path)


def _can_be_undone(node: Expression) -> bool:
    match node:
        case Sum() | Product() | Power() | Negative() | Percent():
            return True
        case Call(function=Name(id=name)):
            return name in INVERSES
    return False


def _followed(step: _Step, meaning: Direct) -> Tensor:
    if step.path is None:
        return _by_line(step, meaning)
    done = trace(step.tape, meaning)
    value = torch.zeros_like(meaning.values[step.unknown])
    for position, operand in step.path:
        node, positions = step.tape.steps[position]
        value = _undone(node, value, [done[p] for p in positions], operand)
    return value


def _by_line(step: _Step, meaning: Direct) -> Tensor:
    """Return where a straight line through two values of an equation is zero."""
    here = meaning.values[step.unknown]
    there = here + here.abs().clamp(min=1.0)
    at_here = interpret(step.tape, meaning)
    at_there = interpret(step.tape, Direct({**meaning.values, step.unknown: there}))
    return here - at_here * (there - here) / (at_there - at_here)


def _undone(node: Expression, value: Tensor, operands: Sequence[Tensor], k: int) -> Tensor:
    """Return what operand k must be for a node to have a value."""
    match node:
        case Sum(signs=signs):
            others = (
                -o if s == "-" else o for j, (s, o) in enumerate(zip(signs, operands, strict=True)) if j != k
            )
            rest = value - sum(others)
            return -rest if signs[k] == "-" else rest
        case Product(operators=operators):
            rest = torch.ones_like(value)
            for j, (operator, operand) in enumerate(zip(operators, operands, strict=True)):
                if j != k:
                    rest = rest / operand if operator == "/" else rest * operand
            return rest / value if operators[k] == "/" else value / rest
        case Power():
            return _undone_power(value, operands[0], operands[1], k)
        case Negative():
            return -value
        case Percent():
            return 100 * value
        case Call(function=Name(id=name)):
            return INVERSES[name](value, operands[0])
    raise AssertionError(node)


def _undone_power(value: Tensor, base: Tensor, exponent: Tensor, k: int) -> Tensor:
    if k == 1:
        return value.log() / base.log()
    size = value.abs() ** (1 / exponent)
    odd = exponent.remainder(2) == 1
    even = exponent.remainder(2) == 0
    of_negative = torch.where(odd, -size, torch.nan)
    of_positive = torch.where(even, torch.copysign(size, base), size)
    return torch.where(value < 0, of_negative, of_positive)
