"""A fit on the screen and in reports: estimates with their errors, and how well the model describes the data."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Final

from rich.text import Text

from eqsolve.fitted import Estimate, Fit
from eqsolve.render.numbers import brief, significant
from eqsolve.render.screen import Screen, grid
from eqsolve.result import Result

_NAME: Final = "cyan"
_MOST_CORRELATIONS: Final = 6
_STATISTICS: Final = ("residuals", "degrees of freedom", "sum of squares", "sigma", "R^2", "AIC", "BIC")


def estimate_text(one: Estimate) -> tuple[str, str]:
    """Return value and standard error: the error with two digits, the value with as many decimals."""
    if one.stderr is None:
        return significant(one.value), ""
    if not one.stderr > 0:
        return one.exact or significant(one.value), "0"
    return _to(one.value, one.stderr), brief(one.stderr)


def interval_text(ends: tuple[float | None, float | None] | None, stderr: float | None) -> str:
    """Return `low .. high` with the digits that the standard error justifies."""
    if ends is None:
        return ""
    shown = ["open" if end is None else _to(end, stderr or 0.0) for end in ends]
    return f"{shown[0]} .. {shown[1]}"


def _to(value: float, error: float) -> str:
    """Write a value down to the second digit of its error."""
    exact_enough = 1e-9 * abs(value)
    if not (exact_enough < error < math.inf and math.isfinite(value)):
        return significant(value)
    last = math.floor(math.log10(float(f"{error:.1e}"))) - 1
    order = math.floor(math.log10(max(abs(value), error)))
    digits = min(max(1, order - last + 1), 15)
    if last > -5 and order < 6:
        return f"{value:.{max(0, -last)}f}"
    mantissa, _, exponent = f"{value:.{digits - 1}e}".partition("e")
    return f"{mantissa}e{int(exponent)}"


def statistics_of(fit: Fit) -> Iterator[tuple[str, str]]:
    """Yield name and value of each figure that there is."""
    values = (fit.rows, fit.dof, fit.rss, fit.sigma, fit.r2, fit.aic, fit.bic)
    for name, value in zip(_STATISTICS, values, strict=True):
        if value is not None:
            yield name, f"{value:,}" if isinstance(value, int) else brief(value, _digits(name, value))


def _digits(name: str, value: float) -> int:
    """Return how many digits tell something: of R² three of what it lacks to one."""
    if name != "R^2" or not 0 < value < 1:
        return 6
    return min(10, max(3, 2 - math.floor(math.log10(1 - value))))


def fit_lines(fit: Fit, screen: Screen) -> list[Text]:
    """Return the table of estimates, and the figures below it."""
    profiled = any(one.profile is not None for one in fit.parameters.values())
    header = ["parameter", "estimate", "std. error", "95 % interval", *(["profile 95 %"] * profiled)]
    rows = [[Text(cell, "dim") for cell in header]]
    rows += [_row(name, one, screen, profiled) for name, one in fit.parameters.items()]
    if fit.derived:
        rows.append([Text("derived", "dim")])
        rows += [_row(name, one, screen, profiled) for name, one in fit.derived.items()]
    figures = [f"{name} {value}" for name, value in statistics_of(fit)]
    lines = [*grid(rows), Text(), Text(f" {screen.glyphs.between} ".join(figures), "dim")]
    if fit.absolute:
        lines.append(Text(f"errors from the given {screen.glyphs.plus_minus}, as they are", "dim"))
    return lines


def _row(name: str, one: Estimate, screen: Screen, profiled: bool) -> list[Text]:
    value, error = estimate_text(one)
    cells = [Text(screen.clean(name), _NAME), Text(value)]
    if one.stderr is None:
        return [*cells, Text(screen.clean(one.note or ""), "yellow")]
    cells += [Text(error), Text(interval_text(one.ci95, one.stderr))]
    return [*cells, Text(interval_text(one.profile, one.stderr))] if profiled else cells


def correlation_lines(fit: Fit, screen: Screen) -> list[Text]:
    """Return the correlations of the parameters as a lower triangle."""
    names = list(fit.correlation)[: 2 * _MOST_CORRELATIONS]
    rows = [[Text("correlation", "dim"), *(Text(screen.clean(name), _NAME) for name in names[:-1])]]
    for k, name in enumerate(names[1:], start=1):
        cells = [Text(f"{fit.correlation[name][other]:6.3f}") for other in names[:k]]
        rows.append([Text(screen.clean(name), _NAME), *cells])
    return grid(rows) if len(names) > 1 else []


def explanation_lines(fit: Fit, screen: Screen) -> list[Text]:
    """Return the correlations and how the search went."""
    lines = correlation_lines(fit, screen)
    how = [f"found by {fit.method}"]
    if fit.starts > 1:
        how.append(f"{fit.reached} of {fit.starts} searches ended in this minimum")
    if fit.second is not None:
        how.append(f"the next one seen has a sum of squares of {brief(fit.second, 6)}")
    if fit.checked:
        how.append("checked in ball arithmetic" if fit.starts or "exact" not in fit.method else "no rounding")
    return [Text(), *lines, *([Text()] if lines else []), Text("; ".join(how), "dim")]


def to_markdown(result: Result) -> str:
    """Return the estimates as a Markdown table, and the figures below it."""
    if result.fit is None:
        return f"{result.message}\n"
    lines = ["| parameter | estimate | std. error | 95 % interval |", "|---|---:|---:|---|"]
    for name, one in _everything(result.fit).items():
        value, error = estimate_text(one)
        interval = interval_text(one.ci95, one.stderr) or one.note or ""
        lines.append(f"| {_markdown(name)} | {value} | {error} | {_markdown(interval)} |")
    figures = "; ".join(f"{name} {value}" for name, value in statistics_of(result.fit))
    return "\n".join([*lines, "", figures, "", _markdown(result.message)])


def _everything(fit: Fit) -> Mapping[str, Estimate]:
    return {**fit.parameters, **fit.derived}


def _markdown(text: str) -> str:
    """Escape what Markdown would read as its own."""
    return "".join(f"\\{c}" if c in "\\`*_{}[]<>|#" else c for c in text)


def to_latex_table(fit: Fit) -> str:
    """Return the estimates as an `array` environment."""
    from eqsolve.render.latex import name_to_latex

    rows = []
    for name, one in _everything(fit).items():
        value, error = estimate_text(one)
        interval = interval_text(one.ci95, one.stderr).replace("..", r"\ldots")
        rows.append(f"{name_to_latex(name)} & {_power(value)} & {_power(error)} & {_power(interval)} \\\\")
    head = r"\text{parameter} & \text{estimate} & \text{std. error} & \text{95\,\% interval} \\ \hline"
    return "\n".join([r"\begin{array}{lrrl}", head, *rows, r"\end{array}"])


def _power(text: str) -> str:
    """Write `1e5` as a power of ten."""
    words = []
    for word in text.split(" "):
        mantissa, e, exponent = word.partition("e")
        words.append(rf"{mantissa} \cdot 10^{{{exponent}}}" if e and exponent.lstrip("-").isdigit() else word)
    return " ".join(words)


def to_html_table(fit: Fit) -> str:
    """Return the estimates as an HTML table."""
    from html import escape

    rows = ["<tr><th></th><th>estimate</th><th>std. error</th><th>95 % interval</th></tr>"]
    for name, one in _everything(fit).items():
        cells = [*estimate_text(one), interval_text(one.ci95, one.stderr) or one.note or ""]
        rows.append(
            f"<tr><th>{escape(name)}</th>" + "".join(f"<td>{escape(c)}</td>" for c in cells) + "</tr>"
        )
    figures = "; ".join(f"{name} {value}" for name, value in statistics_of(fit))
    return f"<table>{''.join(rows)}</table><p>{escape(figures)}</p>"


def to_csv(fit: Fit) -> str:
    """Return data, predictions and residuals row by row; no cell of text can be read as a formula."""
    if fit.predictor is None:
        return ""
    import csv
    import io

    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    for series in fit.predictor.series():
        writer.writerow([harmless(series.name)])
        columns = {harmless(name): values for name, values in series.columns.items()}
        if series.observed is not None and series.prediction is not None:
            guess = series.prediction
            columns |= {"observed": series.observed, "predicted": guess.value, "std_error": guess.stderr}
            columns |= {"low95": guess.low, "high95": guess.high}
        columns |= {"residual": series.residuals, "standardized": series.standardized}
        writer.writerow(columns)
        count = len(series.residuals)
        spread = [values if len(values) == count else [values[0]] * count for values in columns.values()]
        writer.writerows(
            [repr(float(value)) if value == value else "" for value in row]
            for row in zip(*spread, strict=True)
        )
    return out.getvalue()


def harmless(text: str) -> str:
    """Return a text that no spreadsheet takes for a formula."""
    return f"'{text}" if text[:1] in tuple("=+-@\t\r") else text
