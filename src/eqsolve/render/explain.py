"""How a result was reached: the blocks in solving order, and the residual of every equation."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from rich.text import Text

from eqsolve.render.screen import Screen, grid, shortened
from eqsolve.render.terminal import equation_header, equation_row, several_files
from eqsolve.result import BlockReport, Result

_NAMES: Final = 28
_MOST_BLOCKS: Final = 200
_MOST_EQUATIONS: Final = 500


def explanation(result: Result, screen: Screen) -> list[Text]:
    """Return the lines that `--explain` adds."""
    parts = (
        _blocks(result, screen),
        _sureness(result, screen),
        _residuals(result, screen),
        [_stats(result, screen)],
    )
    return [line for k, part in enumerate(filter(None, parts)) for line in ([Text()] * (k > 0) + part)]


def _blocks(result: Result, screen: Screen) -> list[Text]:
    if not result.blocks:
        return []
    rows = [_block(k, block, screen) for k, block in enumerate(result.blocks[:_MOST_BLOCKS], start=1)]
    more = _more(len(result.blocks), _MOST_BLOCKS, screen)
    return [Text("blocks, in the order of solving", "bold"), *grid(rows, 2), *more]


def _block(number: int, block: BlockReport, screen: Screen) -> list[Text]:
    names = shortened(screen.clean(", ".join(block.unknowns)), _NAMES, screen.glyphs.dots)
    lines = shortened(", ".join(map(str, block.lines)), _NAMES, screen.glyphs.dots)
    how = [f"{block.engine}: {screen.clean(block.method)}"]
    if block.status:
        how.append(screen.clean(block.status))
    if block.branches != 1:
        how.append(f"{block.branches} branches")
    return [
        Text(f"  {number}", "dim"),
        Text(names, "cyan"),
        Text(("line " if len(block.lines) == 1 else "lines ") + lines),
        Text(f" {screen.glyphs.between} ".join(how), "dim"),
    ]


def _sureness(result: Result, screen: Screen) -> list[Text]:
    if not result.solutions:
        return []
    shown = result.solutions[:_MOST_BLOCKS]
    rows = [
        [
            Text(f"  {k}", "dim"),
            Text("certified" if solution.certified else "checked"),
            Text(screen.clean(solution.origin)),
            Text(f"multiplicity {solution.multiplicity}" if solution.multiplicity > 1 else ""),
        ]
        for k, solution in enumerate(shown, start=1)
    ]
    more = _more(len(result.solutions), _MOST_BLOCKS, screen)
    return [Text("solutions: how sure, and where from", "bold"), *grid(rows, 2), *more]


def _residuals(result: Result, screen: Screen) -> list[Text]:
    if not result.equations:
        return []
    several = several_files(result)
    rows = [equation_row(report, several, screen) for report in result.equations[:_MOST_EQUATIONS]]
    point = "first solution" if result.solutions else "best point"
    more = _more(len(result.equations), _MOST_EQUATIONS, screen)
    return [Text(f"residuals at the {point}", "bold"), *grid([equation_header(), *rows], 2), *more]


def _more(count: int, limit: int, screen: Screen) -> Sequence[Text]:
    return [Text(f"  {screen.glyphs.dots} and {count - limit} more", "dim")] if count > limit else []


def _stats(result: Result, screen: Screen) -> Text:
    stats = result.stats
    parts = [
        counted(stats.unknowns, "unknown"),
        counted(stats.equations, "equation"),
        counted(stats.blocks, "block"),
        *([", ".join(stats.engines)] if stats.engines else []),
        f"{stats.seconds:.2g} s",
    ]
    return Text(f" {screen.glyphs.between} ".join(parts), "dim")


def counted(count: int, noun: str) -> str:
    """Return `1 unknown`, `2 unknowns`."""
    return f"{count:,} {noun}" + ("" if count == 1 else "s")
