"""Numbers for blocks that have no exact answer: a batched torch function per block, and methods for it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import torch


@contextmanager
def one_thread() -> Iterator[None]:
    """Run the body with one torch thread, and restore the number there was.

    Small batches are dominated by the cost of waking threads: two threads were measured up to 28 times
    slower than one on a machine with other work to do. And batched LU of 150 unknowns or more returns
    garbage or hangs with several threads, once their number has been set (pytorch/pytorch#141358).
    """
    before = torch.get_num_threads()
    if before == 1:
        yield
        return
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(before)
