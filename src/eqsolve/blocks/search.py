"""Where a search by numbers ends, stage by stage: from the user's start, and from where the block says."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Final

from eqsolve.blocks.settings import Settings
from eqsolve.evaluate import nearest
from eqsolve.exact.affine import Number
from eqsolve.problem.model import Problem
from eqsolve.result import Observer

if TYPE_CHECKING:
    from torch import Tensor

    from eqsolve.numeric.compile import CompiledBlock
    from eqsolve.numeric.search import Candidates, Completed
    from eqsolve.reach import Reach
    from eqsolve.structure.analyse import Block

DEFLATED: Final = 256  # starts from which more roots are looked for beside known ones
WIDER: Final = 4  # times as many starts, where the first have led nowhere


def search_block(
    problem: Problem,
    block: Block,
    compiled: CompiledBlock,
    values: Mapping[int, Number],
    settings: Settings,
    observer: Observer | None,
) -> Iterator[Candidates]:
    """Yield candidates for the roots of a block, none of them checked, as long as they are asked for.

    Args:
        problem: The problem.
        block: The block.
        compiled: Its functions.
        values: What is known of other unknowns.
        settings: How to search.
        observer: Who is told about progress.
    """
    import torch

    from eqsolve.magnitudes import magnitudes
    from eqsolve.numeric.bracket import bracketed
    from eqsolve.numeric.search import search
    from eqsolve.numeric.stages import stages
    from eqsolve.numeric.starts import balanced_starts, starts, wider_starts

    lanes, seed, deadline = settings.lanes(len(block.unknowns)), settings.seed, settings.deadline
    if settings.method != "auto":
        residual, user, has_start = _given(problem, block, compiled, values)
        x0 = starts(user, has_start, residual.lower, residual.upper, lanes, seed)
        yield search(residual, x0, method=settings.method, deadline=deadline, observer=observer)
        return
    residual, x0, where, trusted = _prepared(problem, block, compiled, values, lanes, seed)
    lower = torch.tensor(where.lower, dtype=torch.float64)
    upper = torch.tensor(where.upper, dtype=torch.float64)
    orders = torch.tensor(where.orders, dtype=torch.float64).T

    def balanced() -> Tensor | None:
        sizes = magnitudes(problem, block.equations, block.unknowns, values)
        if sizes is None or len(block.unknowns) == 1:
            return None
        return balanced_starts(lower, upper, torch.tensor(sizes, dtype=torch.float64), lanes, seed)

    found = stages(
        residual,
        x0,
        balanced,
        lambda number: wider_starts(lower, upper, orders, WIDER * lanes, seed + number),
        torch.tensor(where.positive),
        completed=_completed(problem, block, values, lower, upper),
        trusted=trusted,
        deadline=deadline,
        observer=observer,
    )
    if residual.rows == residual.columns == 1:
        yield next(found).joined(bracketed(residual), "bracketing")
    yield from found


def _completed(
    problem: Problem, block: Block, values: Mapping[int, Number], lower: Tensor, upper: Tensor
) -> Completed:
    """Return how to turn starts into others at which most equations of a block hold already."""
    from eqsolve.numeric.tearing import completion

    used = {k for e in block.equations for k in problem.equations[e].unknowns} - set(block.unknowns)

    def completed(x0: Tensor) -> Tensor | None:
        way = completion(problem, block) if used <= values.keys() else None
        known = {problem.unknowns[k].name: nearest(values[k]) for k in used if k in values}
        return None if way is None else way(x0, known, lower, upper)

    return completed


def search_beside(
    problem: Problem,
    block: Block,
    compiled: CompiledBlock,
    values: Mapping[int, Number],
    roots: Sequence[Sequence[float]],
    settings: Settings,
    observer: Observer | None,
) -> Candidates:
    """Return candidates for roots other than those that are known, none of them checked."""
    import torch

    from eqsolve.numeric.search import candidates
    from eqsolve.numeric.solvers import Stopping, iterate
    from eqsolve.numeric.solvers.deflated import DeflatedNewton
    from eqsolve.numeric.views import row_scaled

    residual, x0, _, _ = _prepared(problem, block, compiled, values, DEFLATED, settings.seed + len(roots))
    solver = DeflatedNewton(torch.tensor(roots, dtype=torch.float64).T)
    steps = Stopping(max_steps=solver.usual_steps, patience=solver.usual_steps)
    name = "deflated newton"
    outcome = iterate(
        solver,
        row_scaled(residual, x0),
        x0,
        stopping=steps,
        deadline=settings.deadline,
        observer=observer,
        stage=name,
    )
    return candidates(outcome, name)


def _given(
    problem: Problem, block: Block, compiled: CompiledBlock, values: Mapping[int, Number]
) -> tuple[CompiledBlock, Tensor, Tensor]:
    """Return the residual with the known values, the user's start, and where there is one."""
    import torch

    unknowns = [problem.unknowns[k] for k in block.unknowns]
    residual = compiled.given({problem.unknowns[k].name: nearest(value) for k, value in values.items()})
    user = torch.tensor([unknown.start or 0.0 for unknown in unknowns], dtype=torch.float64)
    return residual, user, torch.tensor([unknown.start is not None for unknown in unknowns])


def _prepared(
    problem: Problem,
    block: Block,
    compiled: CompiledBlock,
    values: Mapping[int, Number],
    lanes: int,
    seed: int,
) -> tuple[CompiledBlock, Tensor, Reach, bool]:
    """Return the residual, starts that know the problem, what they know, and whether the first is the user's."""
    import torch

    from eqsolve.numeric.starts import anchored, starts
    from eqsolve.reach import reach

    residual, user, has_start = _given(problem, block, compiled, values)
    where = reach(problem, block.equations, block.unknowns, values)
    lower = torch.tensor(where.lower, dtype=torch.float64)
    upper = torch.tensor(where.upper, dtype=torch.float64)
    x0 = anchored(starts(user, has_start, lower, upper, lanes, seed), where.anchors, lower, upper)
    trusted = bool(has_start.any())
    if trusted:  # the user's start is taken as it is
        first = starts(user, has_start, residual.lower, residual.upper, 1, seed)
        x0 = torch.cat([torch.where(has_start[:, None], first, x0[:, :1]), x0[:, 1:]], 1)
    return residual, x0, where, trusted
