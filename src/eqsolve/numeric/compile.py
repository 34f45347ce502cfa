"""One block of equations to one batched torch function for the residual and its Jacobian.

Each distinct skeleton is differentiated once by sympy, its common subexpressions are shared, and it is
lambdified over internal names; all equations (or terms) of that shape are evaluated in one call, which gathers
their unknowns by index and adds the results to their rows.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache
from typing import Final, TypeAlias

import sympy
import torch
from torch import Tensor

from eqsolve.language.interpret import tape
from eqsolve.numeric.operations import torch_table
from eqsolve.numeric.residual import Jacobian, Pattern
from eqsolve.numeric.skeleton import Skeleton, skeletons
from eqsolve.numeric.symbolic import deep_recursion, slope, to_sympy
from eqsolve.problem.model import Problem
from eqsolve.structure import Block

SYMBOLIC: Final = 20_000  # nodes times derivatives up to which sympy differentiates; autograd beyond

NAMES: Final = {"nan": math.nan}

Kernel: TypeAlias = Callable[..., Sequence[Tensor | float]]


@dataclass(frozen=True, slots=True, eq=False)
class _Group:
    """All equations, or terms of long ones, of one shape in a block.

    Attributes:
        kernels: The functions of the shape.
        rows: Row that each of the k is added to, shape [k].
        columns: Column of every unknown slot in the block, shape [slots, k]; -1 where it is known.
        numbers: What fills the number slots, shape [numbers, k].
        known: What fills the unknown slots that are known, shape [slots, k].
        moving: Slots that are unknown in at least one equation.
        names: Names that fill the unknown slots, one tuple per equation.
    """

    kernels: Kernels
    rows: Tensor
    columns: Tensor
    numbers: Tensor
    known: Tensor
    moving: tuple[int, ...]
    names: tuple[tuple[str, ...], ...]
    _slots: list[_Slot] = field(init=False, repr=False)
    _numbers: list[Tensor] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        slots = [_Slot.of(*slot) for slot in zip(self.columns, self.known, strict=True)]
        object.__setattr__(self, "_slots", slots)
        object.__setattr__(self, "_numbers", list(self.numbers[:, :, None]))

    def arguments(self, x: Tensor) -> list[Tensor]:
        return [*(slot.filled(x) for slot in self._slots), *self._numbers]


@dataclass(frozen=True, slots=True, eq=False)
class _Slot:
    """Where the values of one unknown slot of a group come from.

    Attributes:
        columns: Column for each of the k, zero where it is known; None if all are known.
        known: What is known, shape [k, 1].
        is_known: Where, shape [k, 1]; None if nowhere.
    """

    columns: Tensor | None
    known: Tensor
    is_known: Tensor | None

    @classmethod
    def of(cls, columns: Tensor, known: Tensor) -> _Slot:
        inside = columns >= 0
        some, all_ = bool(inside.any()), bool(inside.all())
        return cls(columns.clamp(min=0) if some else None, known[:, None], None if all_ else ~inside[:, None])

    def filled(self, x: Tensor) -> Tensor:
        if self.columns is None:
            return self.known.expand(-1, x.shape[1])
        gathered = x[self.columns]
        return gathered if self.is_known is None else torch.where(self.is_known, self.known, gathered)


@dataclass(frozen=True, slots=True, eq=False)
class _Places:
    """Where one partial derivative of a group goes.

    Attributes:
        inside: Which of the k have an unknown of the block in this slot; None if all have.
        place: Index among the values of the Jacobian to which each of these is added.
    """

    inside: Tensor | None
    place: Tensor


@dataclass(frozen=True, slots=True, eq=False)
class CompiledBlock:
    """The residual of a block as a function of its unknowns; a `Residual`.

    `r` and `jacobian` take x of shape [n, batch], in the order of `block.unknowns`.
    """

    groups: tuple[_Group, ...]
    pattern: Pattern
    places: tuple[tuple[_Places, ...], ...]
    lower: Tensor
    upper: Tensor
    _places: tuple[Tensor, Tensor] = field(init=False, repr=False)  # of all residuals, and of all derivatives

    def __post_init__(self) -> None:
        rows = [group.rows for group in self.groups]
        places = [here.place for places in self.places for here in places]
        nowhere = torch.zeros(0, dtype=torch.long)
        object.__setattr__(self, "_places", (torch.cat([*rows, nowhere]), torch.cat([*places, nowhere])))

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
            (value,) = group.kernels.values(*group.arguments(x))
            parts.append(_spread(value, len(group.rows), x))
        return x.new_zeros(self.rows, x.shape[1]).index_add(0, self._places[0], torch.cat(parts))

    def jacobian(self, x: Tensor) -> tuple[Tensor, Jacobian]:
        """Return the residual, shape [m, batch], and its Jacobian."""
        parts: list[Tensor] = []
        slopes: list[Tensor] = []
        for group, places in zip(self.groups, self.places, strict=True):
            residual, *partials = group.kernels.derivatives(*group.arguments(x))
            parts.append(_spread(residual, len(group.rows), x))
            for partial, here in zip(partials, places, strict=True):
                slope = _spread(partial, len(group.rows), x)
                slopes.append(slope if here.inside is None else slope[here.inside])
        rows, places_of_all = self._places
        r = x.new_zeros(self.rows, x.shape[1]).index_add_(0, rows, torch.cat(parts))
        values = x.new_zeros(len(self.pattern.rows), x.shape[1])
        if slopes:
            values.index_add_(0, places_of_all, torch.cat(slopes))
        return r, Jacobian(self.pattern, values)


def compile_block(problem: Problem, block: Block) -> CompiledBlock:
    """Compile the equations of a block; unknowns of earlier blocks are zero until `given`.

    Args:
        problem: The problem.
        block: Which equations, and the unknowns to solve for.

    """
    column = {problem.unknowns[unknown].name: place for place, unknown in enumerate(block.unknowns)}
    shapes: dict[str, list[tuple[int, Skeleton]]] = {}
    for row, equation in enumerate(problem.equations[position] for position in block.equations):
        for shape in skeletons(equation.left, equation.right):
            shapes.setdefault(shape.key, []).append((row, shape))
    compiled = tuple(_group(members, column) for members in shapes.values())
    pattern, places = _pattern(compiled, len(block.equations), len(block.unknowns))
    bounds = [(problem.unknowns[u].lower, problem.unknowns[u].upper) for u in block.unknowns]
    lower, upper = torch.tensor(bounds, dtype=torch.float64).T
    return CompiledBlock(compiled, pattern, places, lower, upper)


def _group(members: Sequence[tuple[int, Skeleton]], column: Mapping[str, int]) -> _Group:
    names = tuple(shape.unknowns for _, shape in members)
    columns = torch.tensor([[column.get(name, -1) for name in slots] for slots in names]).T
    moving = tuple(slot for slot in range(len(columns)) if bool((columns[slot] >= 0).any()))
    numbers = [[nearest_float(number) for number in shape.numbers] for _, shape in members]
    first = members[0][1]
    return _Group(
        _kernels(_Shape(first.key, moving, first)),
        torch.tensor([row for row, _ in members]),
        columns.long(),
        torch.tensor(numbers, dtype=torch.float64).T,
        _known(names, {}),
        moving,
        names,
    )


def _known(names: Sequence[Sequence[str]], values: Mapping[str, float]) -> Tensor:
    rows = [[values.get(name, 0.0) for name in slots] for slots in names]
    return torch.tensor(rows, dtype=torch.float64).T


@dataclass(frozen=True, slots=True)
class _Shape:
    """What a kernel is made from; equal shapes share theirs, also between solves."""

    key: str
    moving: tuple[int, ...]
    skeleton: Skeleton = field(compare=False)


class Kernels:
    """The functions of one shape; they take unknowns, then numbers, each of shape [k, batch] or [k, 1]."""

    def __init__(self, shape: _Shape) -> None:
        skeleton = shape.skeleton
        unknowns = [sympy.Symbol(f"x{slot}") for slot in range(len(skeleton.unknowns))]
        numbers = [sympy.Symbol(f"c{slot}") for slot in range(len(skeleton.numbers))]
        self._moving = shape.moving
        self._unknowns = unknowns
        self._slots = [*unknowns, *numbers]
        self._small = len(tape(skeleton.expression).steps) * len(shape.moving) <= SYMBOLIC
        symbols = {symbol.name: symbol for symbol in self._slots}
        with deep_recursion():
            self._residual = to_sympy(skeleton.expression, symbols)

    @cached_property
    def values(self) -> Kernel:
        """The residual alone."""
        return self._lambdified([self._residual])

    @cached_property
    def derivatives(self) -> Kernel:
        """The residual and its partial derivatives by the moving slots."""
        if not self._small:
            return self._by_autograd
        with deep_recursion():
            partials = [slope(self._residual, self._unknowns[s]) for s in self._moving]
        return self._lambdified([self._residual, *partials])

    def _lambdified(self, outputs: list[sympy.Expr]) -> Kernel:
        with deep_recursion():
            kernel: Kernel = sympy.lambdify(
                self._slots, outputs, modules=[NAMES, torch_table()], cse=self._small
            )
        return kernel

    def _by_autograd(self, *slots: Tensor) -> list[Tensor]:
        """Differentiate by one backward pass: every element of the residual depends on its own slots only."""
        with torch.enable_grad():
            leaves = list(slots)
            for slot in self._moving:
                leaves[slot] = slots[slot].detach().requires_grad_()
            (value,) = self.values(*leaves)
            residual = torch.as_tensor(value, dtype=torch.float64)
            by = [leaves[slot] for slot in self._moving]
            partials = torch.autograd.grad(residual.sum(), by, materialize_grads=True)
        return [residual.detach(), *partials]


@lru_cache(maxsize=1024)
def _kernels(shape: _Shape) -> Kernels:
    return Kernels(shape)


def kernels(skeleton: Skeleton, moving: tuple[int, ...]) -> Kernels:
    """Return the functions of a shape, with derivatives by the unknown slots `moving`."""
    return _kernels(_Shape(skeleton.key, moving, skeleton))


def _pattern(compiled: Sequence[_Group], m: int, n: int) -> tuple[Pattern, tuple[tuple[_Places, ...], ...]]:
    """Lay out the positions of all partial derivatives row by row, and where each group's are added."""
    taken = sorted(
        {
            (row, column)
            for group in compiled
            for slot in group.moving
            for row, column in zip(group.rows.tolist(), group.columns[slot].tolist(), strict=True)
            if column >= 0
        }
    )
    place = {position: index for index, position in enumerate(taken)}
    places = tuple(tuple(_places(group, slot, place) for slot in group.moving) for group in compiled)
    rows, columns = torch.tensor(taken, dtype=torch.int64).reshape(-1, 2).T
    return Pattern((m, n), rows, columns), places


def _places(group: _Group, slot: int, place: Mapping[tuple[int, int], int]) -> _Places:
    positions = list(zip(group.rows.tolist(), group.columns[slot].tolist(), strict=True))
    inside = [index for index, (_, column) in enumerate(positions) if column >= 0]
    where = torch.tensor([place[positions[index]] for index in inside]).long()
    return _Places(None if len(inside) == len(positions) else torch.tensor(inside).long(), where)


def _spread(value: Tensor | float, count: int, x: Tensor) -> Tensor:
    """Return a kernel's output, which may be a plain number, as [count, batch]."""
    if not isinstance(value, Tensor):
        return x.new_full((count, x.shape[1]), float(value))
    return value.expand(count, x.shape[1])


def nearest_float(number: object) -> float:
    """Return a rational as a float; infinite beyond the range of floats."""
    try:
        return float(number)  # type: ignore[arg-type]
    except OverflowError:
        return float("inf") if number > 0 else float("-inf")  # type: ignore[operator]
