"""A result as a small HTML table, for notebooks."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape
from typing import Final

from eqsolve.errors import Diagnostic
from eqsolve.render.numbers import brief, significant
from eqsolve.result import Best, Line, Repair, Result, Solution, Verdict

_MOST_SOLUTIONS: Final = 12
_SYMBOLS: Final = {Verdict.NO_SOLUTION: "✗", Verdict.NOT_FOUND: "~"}


def to_html(result: Result) -> str:
    """Return a table with one row per unknown and one column per solution, and the verdict below."""
    if result.fit is not None:
        from eqsolve.render.fit import to_html_table

        tables = [to_html_table(result.fit)]
    else:
        tables = [_family(result)] if result.verdict is Verdict.FAMILY else [_solutions(result.solutions)]
    symbol = _SYMBOLS.get(result.verdict, "✓")
    parts = [
        _patterns(result),
        *tables,
        f"<p>{symbol} {escape(result.message)}</p>",
        _conflict(result.conflict) + _repairs(result.repairs),
        _best(result.best) if result.best else "",
        *map(_warning, result.warnings),
    ]
    return f'<div class="eqsolve">{"".join(parts)}</div>'


def _table(rows: Iterable[str]) -> str:
    body = "".join(rows)
    return f"<table>{body}</table>" if body else ""


def _row(cells: Sequence[str], tag: str = "td") -> str:
    """Return one row; `cells` are HTML already, the first one is a heading."""
    first, *rest = cells
    return f"<tr><th>{first}</th>" + "".join(f"<{tag}>{cell}</{tag}>" for cell in rest) + "</tr>"


def _solutions(solutions: Sequence[Solution]) -> str:
    if not solutions:
        return ""
    shown = solutions[:_MOST_SOLUTIONS]
    names = shown[0].values
    rows = [_row([escape(name), *(_cell(solution, name) for solution in shown)]) for name in names]
    if len(solutions) > 1:
        rows.insert(0, _row(["", *map(str, range(1, len(shown) + 1))], "th"))
    more = len(solutions) - len(shown)
    return _table(rows) + (f"<p>… and {more} more</p>" if more else "")


def _patterns(result: Result) -> str:
    pairs = (pair for pattern in result.patterns for pair in pattern.items())
    return _table(_row([escape(name), f"<code>{escape(form)}</code>"]) for name, form in pairs)


def _cell(solution: Solution, name: str) -> str:
    number = significant(solution.values[name], solution.error.get(name))
    exact = solution.exact.get(name, "")
    if not exact or exact in {number, significant(solution.values[name])}:
        return escape(exact or number)
    return f"{escape(number)}<br><code>{escape(exact)}</code>"


def _family(result: Result) -> str:
    known = {**(result.family or {}), **(result.determined or {})}
    rows = [_row([escape(name), f"<code>{escape(form)}</code>"]) for name, form in known.items()]
    rows += [_row([escape(name), "free"]) for name in result.free]
    text = _table(rows)
    if result.solutions:
        solution = result.solutions[0]
        text += f"<p>{escape(solution.origin)}</p>" + _solutions([solution])
    return text


def _conflict(lines: Sequence[Line]) -> str:
    return _table(_row([str(line.line), f"<code>{escape(line.text)}</code>"]) for line in lines)


def _repairs(repairs: Sequence[Repair]) -> str:
    return "".join(f"<p>{escape(repair.text)}</p>" for repair in repairs)


def _best(best: Best) -> str:
    rows = [_row([escape(name), brief(value, 6)]) for name, value in best.values.items()]
    return f"<p>best point, <b>not</b> a solution (residual {brief(best.residual)}):</p>{_table(rows)}"


def _warning(warning: Diagnostic) -> str:
    hint = f" ({escape(warning.hint)})" if warning.hint else ""
    return f"<p>warning: {escape(warning.message)}{hint}</p>"
