"""A result on the screen: the numbers, one line of verdict, and what goes with it.

Every line is a rich `Text`, so that nothing a user typed is ever read as markup.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Final

from rich.text import Text

from eqsolve.render.diagnostics import draw_all, quote
from eqsolve.render.numbers import brief, significant
from eqsolve.render.screen import Screen, emit, grid, name_width, padded, shortened
from eqsolve.result import Best, EquationReport, Line, Result, Solution, Verdict

if TYPE_CHECKING:
    from rich.console import Console

_LONG: Final = 60  # characters of an exact form; longer ones are in the JSON
_MOST_SOLUTIONS: Final = 20
_MOST_LINES: Final = 60
_MOST_RESISTING: Final = 5
_REPRESENTED: Final = 12
_EQUATION: Final = 44

_NAME: Final = "cyan"
_EXACT: Final = "dim"
_STYLES: Final = {Verdict.NO_SOLUTION: "bold red", Verdict.NOT_FOUND: "bold yellow"}


def to_text(result: Result, *, width: int | None = None) -> str:
    """Return the plain text of a result, with its warnings."""
    screen = Screen(width=width or 80)
    lines = report(result, screen)
    if result.warnings:
        lines += [Text(), *draw_all(result.warnings, screen, "warning")]
    return "\n".join(line.plain for line in lines)


def print_result(result: Result, console: Console, *, explain: bool = False) -> None:
    """Print a result on a console, without its warnings: those belong on the other stream."""
    screen = Screen.of(console)
    emit(report(result, screen), console)
    if explain:
        from eqsolve.render.explain import explanation

        emit([Text(), *explanation(result, screen)], console)


def print_values(result: Result, console: Console) -> None:
    """Print only `name = value` lines: of the solutions, or of the family in terms of what is free."""
    emit(values_only(result, Screen.of(console)), console)


def print_verdict(result: Result, console: Console) -> None:
    """Print only the line of the verdict."""
    emit([verdict_line(result, Screen.of(console))], console)


def values_only(result: Result, screen: Screen) -> list[Text]:
    """Return the lines of `print_values`; a blank line stands between two solutions."""
    if result.verdict is Verdict.FAMILY:
        known = {**(result.family or {}), **(result.determined or {})}
        return [Text(f"{screen.clean(name)} = {screen.clean(form)}") for name, form in known.items()]
    lines: list[Text] = []
    for solution in result.solutions:
        lines += [Text()] * bool(lines)
        lines += [
            Text(f"{screen.clean(name)} = {_number(solution, name, screen)}") for name in solution.values
        ]
    return lines


def report(result: Result, screen: Screen) -> list[Text]:
    """Return all lines of a result but its warnings."""
    parts = (
        _patterns(result, screen),
        _answer(result, screen),
        [verdict_line(result, screen)],
        _conflict(result, screen) + _repairs(result, screen),
        _best(result.best, screen) if result.best else [],
        _resisting(result, screen) if result.best else [],
    )
    return [line for k, part in enumerate(filter(None, parts)) for line in ([Text()] * (k > 0) + part)]


def _answer(result: Result, screen: Screen) -> list[Text]:
    if result.fit is not None:
        from eqsolve.render.fit import fit_lines

        return fit_lines(result.fit, screen)
    return (
        _family(result, screen) if result.verdict is Verdict.FAMILY else _solutions(result.solutions, screen)
    )


def verdict_line(result: Result, screen: Screen) -> Text:
    """Return the verdict in one sentence, with its symbol."""
    glyphs = screen.glyphs
    symbols = {Verdict.NO_SOLUTION: glyphs.bad, Verdict.NOT_FOUND: glyphs.unsure}
    symbol = symbols.get(result.verdict, glyphs.good)
    style = _STYLES.get(result.verdict, "bold green")
    return Text.assemble((symbol, style), " ", screen.clean(result.message))


def _patterns(result: Result, screen: Screen) -> list[Text]:
    """Return one line per unknown and pattern: `x = pi/6 + 2*pi*k`."""
    return [
        _assignment("", screen.clean(name), screen.clean(form))
        for pattern in result.patterns
        for name, form in pattern.items()
    ]


def _number(solution: Solution, name: str, screen: Screen) -> str:
    """Write one value; a whole number that is known exactly loses the zeros of its error bar."""
    number = significant(solution.values[name], solution.error.get(name), plus_minus=screen.glyphs.plus_minus)
    exact = solution.exact.get(name, "")
    plain = significant(solution.values[name])
    return plain if exact == plain else number


def _exact(solution: Solution, name: str, screen: Screen) -> str:
    """Return the exact form of a value if it says more than the number does."""
    exact = screen.clean(solution.exact.get(name, ""))
    return "" if len(exact) > _LONG or exact == _number(solution, name, screen) else exact


def _multiplicity(solution: Solution) -> str:
    return f"multiplicity {solution.multiplicity}" if solution.multiplicity > 1 else ""


def assignments(names: Iterable[str], solution: Solution, screen: Screen, indent: str = "") -> list[Text]:
    """Return one line per name: `x = 1.414213562   sqrt(2)`."""
    shown = {name: screen.clean(name) for name in names}
    numbers = {name: _number(solution, name, screen) for name in shown}
    exact = {name: _exact(solution, name, screen) for name in shown}
    left = name_width(shown.values())
    right = name_width(numbers[name] for name in shown if exact[name])
    return [
        _assignment(indent, padded(shown[name], left), padded(numbers[name], right), exact[name])
        for name in shown
    ]


def _assignment(indent: str, name: str, number: str, exact: str = "") -> Text:
    line = Text.assemble(indent, (name, _NAME), " = ", number, ("   " + exact if exact else "", _EXACT))
    line.rstrip()
    return line


def _solutions(solutions: Sequence[Solution], screen: Screen) -> list[Text]:
    if not solutions:
        return []
    if len(solutions) == 1:
        lines = assignments(solutions[0].values, solutions[0], screen)
        note = _multiplicity(solutions[0])
        return [*lines, Text(f"({note})", "dim")] if note else lines
    for with_exact in (True, False):
        table = _table(solutions[:_MOST_SOLUTIONS], screen, with_exact)
        if max(line.cell_len for line in table) <= screen.width:
            return table + _more(len(solutions) - _MOST_SOLUTIONS, screen)
    count = min(_MOST_SOLUTIONS, max(2, _MOST_LINES // (len(solutions[0].values) + 2)))
    return _numbered(solutions[:count], screen) + _more(len(solutions) - count, screen)


def _more(count: int, screen: Screen) -> list[Text]:
    if count <= 0:
        return []
    return [Text(f"{screen.glyphs.dots} and {count} more (--json lists all)", "dim")]


def _table(solutions: Sequence[Solution], screen: Screen, with_exact: bool) -> list[Text]:
    """Return a table with one row per solution and one column per unknown."""
    names = list(solutions[0].values)
    columns = [_column(solutions, name, screen, with_exact) for name in names]
    header = [Text(), *map(_heading, map(screen.clean, names), columns)]
    last = len(str(len(solutions)))
    rows = [
        [
            Text(f"{k + 1:>{last}}", "dim"),
            *(column[k] for column in columns),
            Text(_multiplicity(solution), "dim"),
        ]
        for k, solution in enumerate(solutions)
    ]
    return grid([header, *rows])


def _heading(name: str, column: Sequence[Text]) -> Text:
    """Return the name of a column, above the digits if there is a place for the sign before them."""
    return Text((" " if any(cell.plain.startswith("-") for cell in column) else "") + name, _NAME)


def _column(solutions: Sequence[Solution], name: str, screen: Screen, with_exact: bool) -> list[Text]:
    """Return one unknown in all solutions, with a column for the sign if any is negative."""
    numbers = [_number(solution, name, screen) for solution in solutions]
    exact = [_exact(solution, name, screen) if with_exact else "" for solution in solutions]
    signed = any(number.startswith("-") for number in numbers)
    if signed:
        numbers = [number if number.startswith("-") else " " + number for number in numbers]
        exact = [form if form.startswith("-") or not form else " " + form for form in exact]
    width = max(map(len, numbers))
    return [
        Text.assemble(padded(number, width), (f"  {form}" if form else "", _EXACT))
        for number, form in zip(numbers, exact, strict=True)
    ]


def _numbered(solutions: Sequence[Solution], screen: Screen) -> list[Text]:
    """Return a block per solution, for too many unknowns to stand side by side."""
    lines: list[Text] = []
    for k, solution in enumerate(solutions, start=1):
        note = _multiplicity(solution)
        lines += [Text()] * bool(lines)
        lines.append(Text(f"solution {k}" + (f" ({note})" if note else ""), "bold"))
        lines += assignments(solution.values, solution, screen, "  ")
    return lines


def _family(result: Result, screen: Screen) -> list[Text]:
    """Return what a family looks like: dependent, free and determined unknowns, then one representative."""
    family, determined = result.family or {}, result.determined or {}
    left = name_width(map(screen.clean, (*family, *determined)))
    lines = [
        _assignment("", padded(screen.clean(name), left), screen.clean(form)) for name, form in family.items()
    ]
    lines += _dependent(result, screen)
    lines += [Text.assemble((padded(screen.clean(name), left), _NAME), " free") for name in result.free]
    lines += [
        _assignment("", padded(screen.clean(name), left), *_determined(result, name, form, screen))
        for name, form in determined.items()
    ]
    if result.solutions:
        lines += [Text(), _representative(result.solutions[0], screen)]
    if len(result.solutions) > 1:
        apart = result.solutions[1:]
        noun = "further solution" if len(apart) == 1 else "further solutions"
        lines += [Text(), Text(f"{noun}:", "dim"), *_solutions(apart, screen)]
    return lines


def _dependent(result: Result, screen: Screen) -> Iterator[Text]:
    """Name the unknowns that vary with the free ones without an exact form."""
    if result.family is not None or not result.solutions:
        return
    known = {*result.free, *(result.determined or {})}
    names = [screen.clean(name) for name in result.solutions[0].values if name not in known]
    if names:
        verb = "varies" if len(names) == 1 else "vary"
        with_what = f" with {', '.join(map(screen.clean, result.free))}" if result.free else ""
        yield Text(f"{', '.join(names)} {verb}{with_what}")


def _determined(result: Result, name: str, form: str, screen: Screen) -> tuple[str, str]:
    """Return the number and the exact form of an unknown of a family that has one value only."""
    if not result.solutions or name not in result.solutions[0].values:
        return screen.clean(form), ""
    number = _number(result.solutions[0], name, screen)
    return number, "" if form == number or "." in form else screen.clean(form)


def _representative(solution: Solution, screen: Screen) -> Text:
    """Return one line with one point of a family, labelled as such."""
    origin = screen.clean(solution.origin)
    label = origin if origin.startswith("representative") else f"representative ({origin})"
    values = [
        f"{screen.clean(name)} = {_number(solution, name, screen)}"
        for name in list(solution.values)[:_REPRESENTED]
    ]
    rest = len(solution.values) - len(values)
    more = f", {screen.glyphs.dots} and {rest} more" if rest else ""
    return Text(f"{label}: {', '.join(values)}{more}", "dim")


def line_place(line: Line, several_files: bool) -> str:
    """Return where a line stands: its number, with the file if there are several."""
    return f"{line.file or 'line'}:{line.line}" if several_files else str(line.line)


def several_files(result: Result) -> bool:
    """Tell whether the lines of a result come from more than one text."""
    reported = (report.line for report in result.equations)
    return len({line.file for line in (*reported, *result.conflict)}) > 1


def _conflict(result: Result, screen: Screen) -> list[Text]:
    """Quote the lines that contradict each other."""
    several = several_files(result)
    return quote(((line_place(line, several), line.text, line.label) for line in result.conflict), screen)


def _repairs(result: Result, screen: Screen) -> list[Text]:
    """Return what would make the lines agree, the smallest change first."""
    return [Text(f"  hint: {screen.clean(repair.text)}") for repair in result.repairs]


def _best(best: Best, screen: Screen) -> list[Text]:
    """Return the best point of a search without success, under a heading that says what it is not."""
    heading = f"best point, NOT a solution (residual {brief(best.residual)}):"
    return [Text(heading, "yellow"), *_plain_values(best.values, screen)]


def _plain_values(values: Mapping[str, float], screen: Screen) -> list[Text]:
    left = name_width(map(screen.clean, values))
    return [
        _assignment("  ", padded(screen.clean(name), left), brief(value, 6)) for name, value in values.items()
    ]


def _resisting(result: Result, screen: Screen) -> list[Text]:
    """Return the equations that hold worst at the best point."""
    worst = sorted(result.equations, key=_relative, reverse=True)[:_MOST_RESISTING]
    rows = [
        equation_row(report, several_files(result), screen) for report in worst if _relative(report) > 0.0
    ]
    if not rows:
        return []
    return [Text("equations that resist there:", "yellow"), *grid([equation_header(), *rows], 2)]


def _relative(report: EquationReport) -> float:
    if report.residual is None:
        return 0.0
    return abs(report.residual) / report.scale if report.scale else abs(report.residual)


def equation_header() -> list[Text]:
    """Return the heading of the columns of `equation_row`."""
    return [Text(heading, "dim") for heading in ("  line", "equation", "residual", "scale")]


def equation_row(report: EquationReport, several: bool, screen: Screen) -> list[Text]:
    """Return one row of a residual table."""
    equation = shortened(screen.clean(report.line.text), _EQUATION, screen.glyphs.dots)
    return [
        Text("  " + screen.clean(line_place(report.line, several))),
        Text(equation),
        Text(brief(report.residual)),
        Text(brief(report.scale), "dim"),
    ]
