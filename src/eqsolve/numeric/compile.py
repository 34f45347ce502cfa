"""One block of equations to one batched torch function for the residual and its Jacobian.

Each distinct skeleton is differentiated once by sympy, its common subexpressions are shared, and it is
lambdified over internal names; all equations of that shape are evaluated in one call, gathering their
unknowns by index.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

import sympy
import torch
from torch import Tensor

from eqsolve.errors import CompileError, Diagnostic
from eqsolve.numeric.operations import torch_table
from eqsolve.numeric.residual import Jacobian, Pattern
from eqsolve.numeric.skeleton import Skeleton, groups, skeleton
from eqsolve.numeric.symbolic import to_sympy
from eqsolve.problem.model import Problem
from eqsolve.structure import Block

Kernel: TypeAlias = Callable[..., Sequence[Tensor | float]]


@dataclass(frozen=True, slots=True, eq=False)
class _Group:
    """All equations of one shape in a block.

    Attributes:
        values: Residual alone; takes slots of shape [k, batch] or [k, 1], unknowns first.
        derivatives: Residual and its partial derivatives by `moving`.
        rows: Rows of the k equations, shape [k].
        columns: Column of every unknown slot in the block, shape [slots, k]; -1 where it is known.
        numbers: What fills the number slots, shape [numbers, k].
        known: What fills the unknown slots that are known, shape [slots, k].
        moving: Slots that are unknown in at least one equation.
        names: Names that fill the unknown slots, one tuple per equation.
    """

    values: Kernel
    derivatives: Kernel
    rows: Tensor
    columns: Tensor
    numbers: Tensor
    known: Tensor
    moving: tuple[int, ...]
    names: tuple[tuple[str, ...], ...]

    def arguments(self, x: Tensor) -> list[Tensor]:
        slots = []
        for columns, known in zip(self.columns, self.known, strict=True):
            gathered = x[columns.clamp(min=0)]
            slots.append(torch.where((columns < 0)[:, None], known[:, None], gathered))
        return [*slots, *self.numbers[:, :, None]]


@dataclass(frozen=True, slots=True, eq=False)
class CompiledBlock:
    """The residual of a block as a function of its unknowns; a `Residual`.

    `r` and `jacobian` take x of shape [n, batch], in the order of `block.unknowns`.
    """

    groups: tuple[_Group, ...]
    pattern: Pattern
    places: tuple[Tensor, ...]
    lower: Tensor
    upper: Tensor

    def given(self, known: Mapping[str, float]) -> CompiledBlock:
        """Return the same block with other values for the unknowns of earlier blocks, by name."""
        bound = tuple(replace(group, known=_known(group.names, known)) for group in self.groups)
        return replace(self, groups=bound)

    @property
    def rows(self) -> int:
        """Number of equations."""
        return self.pattern.shape[0]

    @property
    def columns(self) -> int:
        """Number of unknowns."""
        return self.pattern.shape[1]

    def r(self, x: Tensor) -> Tensor:
        """Return the residual, shape [m, batch]."""
        parts = []
        for group in self.groups:
            (value,) = group.values(*group.arguments(x))
            parts.append(_spread(value, len(group.rows), x))
        stacked = torch.cat(parts)
        order = torch.cat([group.rows for group in self.groups])
        return torch.zeros_like(stacked).index_copy(0, order, stacked)

    def jacobian(self, x: Tensor) -> tuple[Tensor, Jacobian]:
        """Return the residual, shape [m, batch], and its Jacobian."""
        r = x.new_empty(self.rows, x.shape[1])
        values = x.new_empty(len(self.pattern.rows), x.shape[1])
        for group, places in zip(self.groups, self.places, strict=True):
            residual, *partials = group.derivatives(*group.arguments(x))
            r[group.rows] = _spread(residual, len(group.rows), x)
            moving = group.columns[list(group.moving)] >= 0
            stacked = torch.stack([_spread(partial, len(group.rows), x) for partial in partials])
            values[places] = stacked[moving]
        return r, Jacobian(self.pattern, values)


def compile_block(problem: Problem, block: Block) -> CompiledBlock:
    """Compile the equations of a block; unknowns of earlier blocks are zero until `given`.

    Args:
        problem: The problem.
        block: Which equations, and the unknowns to solve for.

    Raises:
        CompileError: A function cannot be differentiated.
    """
    shapes = {
        row: skeleton(problem.equations[equation].left, problem.equations[equation].right)
        for row, equation in enumerate(block.equations)
    }
    column = {problem.unknowns[unknown].name: place for place, unknown in enumerate(block.unknowns)}
    compiled = tuple(
        _group([shapes[row] for row in rows], rows, column) for rows in groups(shapes).values()
    )
    pattern, places = _pattern(compiled, len(block.equations), len(block.unknowns))
    bounds = [(problem.unknowns[u].lower, problem.unknowns[u].upper) for u in block.unknowns]
    lower, upper = torch.tensor(bounds, dtype=torch.float64).T
    return CompiledBlock(compiled, pattern, places, lower, upper)


def _group(shapes: Sequence[Skeleton], rows: Sequence[int], column: Mapping[str, int]) -> _Group:
    columns = torch.tensor([[column.get(name, -1) for name in shape.unknowns] for shape in shapes]).T
    moving = tuple(slot for slot in range(len(columns)) if bool((columns[slot] >= 0).any()))
    names = tuple(shape.unknowns for shape in shapes)
    numbers = [[_float(number) for number in shape.numbers] for shape in shapes]
    values, derivatives = _kernels(shapes[0], moving)
    return _Group(
        values,
        derivatives,
        torch.tensor(rows),
        columns,
        torch.tensor(numbers, dtype=torch.float64).T,
        _known(names, {}),
        moving,
        names,
    )


def _known(names: Sequence[Sequence[str]], values: Mapping[str, float]) -> Tensor:
    rows = [[values.get(name, 0.0) for name in slots] for slots in names]
    return torch.tensor(rows, dtype=torch.float64).T


def _kernels(shape: Skeleton, moving: Sequence[int]) -> tuple[Kernel, Kernel]:
    """Lambdify the residual alone, and with its partial derivatives."""
    unknowns = [sympy.Symbol(f"x{slot}", real=True) for slot in range(len(shape.unknowns))]
    numbers = [sympy.Symbol(f"c{slot}", real=True) for slot in range(len(shape.numbers))]
    slots = [*unknowns, *numbers]
    residual = to_sympy(shape.expression, {symbol.name: symbol for symbol in slots})
    partials = [residual.diff(unknowns[slot]) for slot in moving]
    for partial in partials:
        if partial.has(sympy.Derivative, sympy.Subs, sympy.zoo, sympy.nan):
            message = "an equation of this shape has no derivative"
            raise CompileError(Diagnostic("no-derivative", message, shape.expression.span))
    tables = [torch_table()]
    return (
        sympy.lambdify(slots, [residual], modules=tables, cse=True),
        sympy.lambdify(slots, [residual, *partials], modules=tables, cse=True),
    )


def _pattern(
    compiled: Sequence[_Group], m: int, n: int
) -> tuple[Pattern, tuple[Tensor, ...]]:
    """Lay out the positions of all partial derivatives row by row, and where each group's go."""
    rows, columns = [], []
    for group in compiled:
        moving = group.columns[list(group.moving)]
        inside = moving >= 0
        rows.append(group.rows.expand_as(moving)[inside])
        columns.append(moving[inside])
    all_rows, all_columns = torch.cat(rows), torch.cat(columns)
    order = torch.argsort(all_rows * n + all_columns)
    place = torch.empty_like(order)
    place[order] = torch.arange(len(order))
    places = torch.split(place, [len(part) for part in rows])
    return Pattern((m, n), all_rows[order], all_columns[order]), tuple(places)


def _spread(value: Tensor | float, count: int, x: Tensor) -> Tensor:
    """Return a kernel's output, which may be a plain number, as [count, batch]."""
    if not isinstance(value, Tensor):
        return x.new_full((count, x.shape[1]), float(value))
    return value.expand(count, x.shape[1])


def _float(number: object) -> float:
    try:
        return float(number)  # type: ignore[arg-type]
    except OverflowError:
        return float("inf") if number > 0 else float("-inf")  # type: ignore[operator]
