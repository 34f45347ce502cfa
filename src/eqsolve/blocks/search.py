"""Where a search by numbers ends, stage by stage: from the user's start, and from where the block says."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Final

from eqsolve.blocks.settings import Settings
from eqsolve.evaluate import nearest
from eqsolve.exact.affine import Number
from eqsolve.problem.model import Problem
from eqsolve.result import Observer

if TYPE_CHECKING:
    from eqsolve.numeric.compile import CompiledBlock
    from eqsolve.numeric.search import Candidates
    from eqsolve.structure.analyse import Block

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

    from eqsolve.numeric.bracket import bracketed
    from eqsolve.numeric.search import search
    from eqsolve.numeric.stages import stages
    from eqsolve.numeric.starts import anchored, starts, wider_starts
    from eqsolve.reach import reach

    unknowns = [problem.unknowns[k] for k in block.unknowns]
    residual = compiled.given({problem.unknowns[k].name: nearest(value) for k, value in values.items()})
    user = torch.tensor([unknown.start or 0.0 for unknown in unknowns], dtype=torch.float64)
    has_start = torch.tensor([unknown.start is not None for unknown in unknowns])
    lanes, seed, deadline = settings.lanes(len(unknowns)), settings.seed, settings.deadline
    if settings.method != "auto":
        x0 = starts(user, has_start, residual.lower, residual.upper, lanes, seed)
        yield search(residual, x0, method=settings.method, deadline=deadline, observer=observer)
        return
    where = reach(problem, block.equations, block.unknowns, values)
    lower = torch.tensor(where.lower, dtype=torch.float64)
    upper = torch.tensor(where.upper, dtype=torch.float64)
    orders = torch.tensor(where.orders, dtype=torch.float64).T
    x0 = anchored(starts(user, has_start, lower, upper, lanes, seed), where.anchors, lower, upper)
    if bool(has_start.any()):  # the user's start is taken as it is
        first = starts(user, has_start, residual.lower, residual.upper, 1, seed)
        x0 = torch.cat([torch.where(has_start[:, None], first, x0[:, :1]), x0[:, 1:]], 1)
    found = stages(
        residual,
        x0,
        lambda number: wider_starts(lower, upper, orders, WIDER * lanes, seed + number),
        torch.tensor(where.positive),
        trusted=bool(has_start.any()),
        deadline=deadline,
        observer=observer,
    )
    if residual.rows == residual.columns == 1:
        yield next(found).joined(bracketed(residual), "bracketing")
    yield from found
