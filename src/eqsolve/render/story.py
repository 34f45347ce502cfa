"""A solve told as a report: what was read, how it was solved, how firmly each solution stands."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import Final

from rich.text import Text

from eqsolve.render.diagnostics import draw_all, quote
from eqsolve.render.numbers import brief
from eqsolve.render.screen import Screen, grid, padded, shortened
from eqsolve.render.terminal import assignments, equation_row, line_place, report, verdict_line
from eqsolve.result import (
    BlockDetail,
    EquationReport,
    Explanation,
    Line,
    Sensitivity,
    SolutionDetail,
    UnknownReport,
)

_MOST: Final = 100  # lines quoted, blocks told
_MOST_GIVENS: Final = 6  # shown beside an unknown
_FIRM: Final = 1e8  # a condition number above this is worth a word
_SLIGHT: Final = 5e-4  # per cent per per cent: less is not shown
_HEAD: Final = "bold"


def story(explanation: Explanation, screen: Screen) -> list[Text]:
    """Return the lines of the whole report."""
    result = explanation.result
    parts = [_read(explanation, screen), _blocks(explanation, screen)]
    if result.exit_code or not result.solutions:
        parts.append(report(result, screen))
        if result.best is not None:
            parts.append(_residuals(result.equations, explanation, screen))
    elif result.family is not None or result.free:
        parts += [report(result, screen), _residuals(result.equations, explanation, screen)]
    else:
        several = len(result.solutions) > 1
        for number, detail in enumerate(explanation.solutions, start=1):
            parts.append(_solution(number if several else None, detail, explanation, screen))
        parts.append([verdict_line(result, screen)])
    shown = [warning for warning in result.warnings if warning not in explanation.notes]
    parts.append(draw_all(shown, screen, "warning"))
    return [line for k, part in enumerate(filter(None, parts)) for line in ([Text()] * (k > 0) + part)]


def _read(explanation: Explanation, screen: Screen) -> list[Text]:
    """Tell what was read."""
    lines = [Text("what was read", _HEAD)]
    unknowns = ", ".join(_unknown(unknown, screen) for unknown in explanation.unknowns[:_MOST])
    lines.append(_named("unknowns", unknowns + _more(explanation.unknowns, screen)))
    rows = [
        [
            Text(padded("  givens" if k == 0 else "", 12), "dim"),
            Text(screen.clean(given.name), "cyan"),
            Text(f"= {brief(given.value, 10)}"),
            Text("" if _is_number(given.text) else f" {screen.clean(given.text)}", "dim"),
        ]
        for k, given in enumerate(explanation.givens[:_MOST])
    ]
    lines += grid(rows, 1)
    lines += [Text("  equations", "dim"), *_quoted(explanation.equations, explanation, screen)]
    if explanation.constraints:
        lines += [Text("  constraints", "dim"), *_quoted(explanation.constraints, explanation, screen)]
    lines += [
        _named("names" if k == 0 else "", screen.clean(note.message))
        for k, note in enumerate(explanation.notes)
    ]
    return lines


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def _named(heading: str, text: str) -> Text:
    return Text.assemble((f"  {heading:<11}", "dim"), text)


def _unknown(unknown: UnknownReport, screen: Screen) -> str:
    name = screen.clean(unknown.name)
    if unknown.lower > -math.inf or unknown.upper < math.inf:
        low = "" if unknown.lower == -math.inf else f"{brief(unknown.lower, 6)}"
        high = "" if unknown.upper == math.inf else f"{brief(unknown.upper, 6)}"
        name += f" in {low}..{high}"
    return name if unknown.start is None else f"{name} start {brief(unknown.start, 6)}"


def _more(things: Sequence[object], screen: Screen) -> str:
    return f", {screen.glyphs.dots} and {len(things) - _MOST} more" if len(things) > _MOST else ""


def _several(explanation: Explanation) -> bool:
    return len({line.file for line in explanation.equations}) > 1


def _quoted(lines: Iterable[Line], explanation: Explanation, screen: Screen) -> list[Text]:
    several = _several(explanation)
    shown = list(lines)
    quoted = quote(((line_place(l, several), l.text, l.label) for l in shown[:_MOST]), screen)  # noqa: E741
    quoted = [Text("  ") + line for line in quoted]
    if len(shown) > _MOST:
        quoted.append(Text(f"  {screen.glyphs.dots} and {len(shown) - _MOST} more", "dim"))
    return quoted


def _blocks(explanation: Explanation, screen: Screen) -> list[Text]:
    """Tell how it was solved, block by block."""
    if not explanation.blocks:
        return []
    lines = [Text("how it was solved", _HEAD)]
    for number, block in enumerate(explanation.blocks[:_MOST], start=1):
        lines += _block(number, block, explanation, screen)
    return lines


def _block(number: int, block: BlockDetail, explanation: Explanation, screen: Screen) -> list[Text]:
    how = block.how
    told = [f"{how.engine}: {screen.clean(how.method)}", *([screen.clean(how.status)] if how.status else [])]
    if how.branches != 1:
        told.append(f"{how.branches} branches")
    names = screen.clean(", ".join(how.unknowns[:_MOST])) or "nothing"
    return [
        Text.assemble((f"  block {number}", "dim"), " for ", (names, "cyan")),
        *_quoted(block.lines, explanation, screen),
        Text("    " + f" {screen.glyphs.between} ".join(told), "dim"),
    ]


def _solution(
    number: int | None, detail: SolutionDetail, explanation: Explanation, screen: Screen
) -> list[Text]:
    """Tell how firmly one solution stands."""
    solution = detail.solution
    sure = "certified" if solution.certified else "checked"
    heading = f"solution {number}" if number is not None else "the solution"
    times = f", multiplicity {solution.multiplicity}" if solution.multiplicity > 1 else ""
    lines = [Text.assemble((heading, _HEAD), f": {sure}, {screen.clean(solution.origin)}{times}")]
    lines += assignments(solution.values, solution, screen, "  ")
    lines += _conditions(detail, screen)
    lines += _residuals(detail.equations, explanation, screen)
    return lines + _sensitivities(detail, screen)


def _conditions(detail: SolutionDetail, screen: Screen) -> list[Text]:
    shown = [
        f"block {number}: {_condition(condition)}"
        for number, condition in enumerate(detail.conditions[:_MOST], start=1)
        if condition is not None
    ]
    if not shown:
        return []
    told = f" {screen.glyphs.between} ".join(shown)
    loose = any(c is not None and c > _FIRM for c in detail.conditions)
    return [
        Text("  condition of the scaled Jacobian", "dim"),
        Text(f"    {told}", "yellow" if loose else ""),
    ]


def _condition(value: float) -> str:
    return "singular" if math.isinf(value) else brief(value)


def _residuals(equations: Sequence[EquationReport], explanation: Explanation, screen: Screen) -> list[Text]:
    if not equations:
        return []
    headings = ("  line", "equation", "residual", "scale", "digits")
    rows = [[Text(heading, "dim") for heading in headings]]
    rows += [
        [*equation_row(report, _several(explanation), screen), Text(_digits(report))]
        for report in equations[:_MOST]
    ]
    table = (Text("  ") + line for line in grid(rows, 2))
    return [Text("  how well the equations hold", "dim"), *table]


def _digits(report: EquationReport) -> str:
    if report.residual is None:
        return "?"
    digits = report.digits
    return "all" if digits is None else f"{max(0.0, digits):.0f}"


def _sensitivities(detail: SolutionDetail, screen: Screen) -> list[Text]:
    """Tell by how many per cent an unknown moves if a given moves by one."""
    by_unknown: dict[str, list[Sensitivity]] = {}
    for each in detail.sensitivities:
        if each.percent is not None and abs(each.percent) >= _SLIGHT:
            by_unknown.setdefault(each.unknown, []).append(each)
    if not by_unknown:
        return []
    rows = []
    for unknown, found in by_unknown.items():
        largest = sorted(found, key=lambda each: -abs(each.percent or 0.0))
        told = [f"{screen.clean(e.given)} {_percent(e.percent or 0.0)}" for e in largest[:_MOST_GIVENS]]
        if len(largest) > _MOST_GIVENS:
            told.append(screen.glyphs.dots)
        name = shortened(screen.clean(unknown), 24, screen.glyphs.dots)
        rows.append([Text(f"    {name}", "cyan"), Text(f" {screen.glyphs.between} ".join(told))])
    return [Text("  if a given grows by 1 %, by how many % an unknown moves", "dim"), *grid(rows, 2)]


def _percent(value: float) -> str:
    return f"{value:+.3g}"
