"""Pictures of a fit by matplotlib: data, curve, band and residuals; profiles and correlations on request."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from eqsolve.errors import Diagnostic, SourceError
from eqsolve.fitted import Fit, Panel
from eqsolve.render.fit import estimate_text, statistics_of
from eqsolve.render.plot import near

if TYPE_CHECKING:
    from matplotlib.axes import Axes

ENDINGS: Final = (".png", ".svg", ".pdf")
_NOTE_WIDTH: Final = 85  # characters of a line of estimates
_NOTE_LINES: Final = 3
_DATA: Final[Mapping[str, Any]] = {"s": 18, "color": "#1f3b57", "zorder": 3}
_CURVE: Final = "#c8502d"
_MOST_PROFILES: Final = 6


def save_picture(fit: Fit, path: Path, *, profiles: bool = False) -> None:
    """Draw a fit into a file; the ending of its name says the format.

    Raises:
        SourceError: matplotlib is missing, or the file cannot be written.
    """
    try:
        from matplotlib.figure import Figure
    except ImportError:
        hint = "install it with `pip install eqsolve[plot]`; `--plot` alone draws in the terminal"
        raise SourceError(Diagnostic("no-matplotlib", "pictures need matplotlib", hint=hint)) from None
    if fit.predictor is None or not (panels := fit.predictor.panels()):
        raise SourceError(Diagnostic("nothing-to-draw", "this fit has no rows of data that can be drawn"))
    made = [name for name in fit.correlation if fit.parameters[name].profile is not None]
    names = made[:_MOST_PROFILES] if profiles else []
    rows = 1 + bool(names)
    width = max(6.4, 5.4 * len(panels), 2.6 * (len(names) + 1) * bool(names))
    figure = Figure(figsize=(width, 5.2 + 2.8 * bool(names)), layout="constrained")
    parts = figure.subfigures(rows, 1, height_ratios=(2, 1)[:rows], squeeze=False)[:, 0]
    for part, panel in zip(parts[0].subfigures(1, len(panels), squeeze=False)[0], panels, strict=True):
        _panel(part, panel, fit if len(panels) == 1 else None)
    if names:
        _details(parts[1], fit, names)
    try:
        figure.savefig(path, dpi=150)
    except (OSError, ValueError) as error:
        raise SourceError(Diagnostic("cannot-write", f"`{path}` cannot be written: {error}")) from None


def _plain(text: str) -> str:
    """Return a text in which matplotlib sees no formula."""
    return text.replace("$", r"\$")


def _panel(figure: Any, panel: Panel, fit: Fit | None) -> None:
    above, below = figure.subplots(2, 1, sharex=True, height_ratios=(3, 1))
    if panel.field:
        above.contour(panel.curve_x, panel.curve, panel.field, levels=[0.0], colors=[_CURVE])
        above.set_aspect("equal", adjustable="box")
    else:
        above.plot(panel.curve_x, panel.curve, color=_CURVE, label="fit")
        if panel.low:
            above.fill_between(
                panel.curve_x, panel.low, panel.high, color=_CURVE, alpha=0.2, lw=0, label="95 % band"
            )
        shown = [*panel.y, *near(panel)]
        margin = 0.06 * (max(shown) - min(shown)) or 1.0
        above.set_ylim(min(shown) - margin, max(shown) + margin)
    above.scatter(panel.x, panel.y, label="data", **_DATA)
    above.set_ylabel(_plain(panel.y_label))
    above.set_title(_plain(panel.title), fontsize=10)
    if not panel.field:
        above.legend(frameon=False, fontsize=8)
    if fit is not None:
        _note(above, fit)
    below.axhline(0, color=_CURVE, lw=1)
    below.scatter(panel.x, panel.residuals, **_DATA)
    below.set_ylabel("residual")
    below.set_xlabel(_plain(panel.x_label))


def _note(axes: Axes, fit: Fit) -> None:
    """Write the estimates below the title, outside of the data."""
    shown = [
        f"{name} = {' ± '.join(filter(None, estimate_text(one)))}" for name, one in fit.parameters.items()
    ]
    figures = dict(statistics_of(fit))
    if "sigma" in figures:
        shown.append(f"sigma = {figures['sigma']}")
    lines = [""]
    for text in shown:
        if lines[-1] and len(lines[-1]) + len(text) > _NOTE_WIDTH:
            lines.append("")
        lines[-1] += f",  {text}" if lines[-1] else text
    if len(lines) > _NOTE_LINES:
        lines = [*lines[: _NOTE_LINES - 1], f"{lines[_NOTE_LINES - 1]},  …"]
    axes.set_title(_plain("\n".join([axes.get_title(), *lines])), fontsize=8)


def _details(figure: Any, fit: Fit, names: Sequence[str]) -> None:
    """Draw the profile of each parameter, and the correlations."""
    axes = figure.subplots(1, len(names) + 1, squeeze=False)[0]
    for place, name in zip(axes, names, strict=False):
        if fit.predictor is None:
            continue
        at, tau = fit.predictor.profile(name)
        near = [(a, t) for a, t in zip(at, tau, strict=True) if abs(t) <= 4]
        place.plot([a for a, _ in near], [abs(t) for _, t in near], color=_CURVE, marker=".", ms=3)
        place.axhline(1.96, color="0.6", lw=0.8, ls="--")
        place.set_title(f"profile of {_plain(name)}", fontsize=8)
        place.tick_params(labelsize=7)
    table = [[1.0 if a == b else fit.correlation[a][b] for b in names] for a in names]
    last = axes[-1]
    last.imshow(table, vmin=-1, vmax=1, cmap="RdBu_r")
    last.set_xticks(range(len(names)), [_plain(name) for name in names], fontsize=7)
    last.set_yticks(range(len(names)), [_plain(name) for name in names], fontsize=7)
    last.set_title("correlation", fontsize=8)
    for i, row in enumerate(table):
        for j, value in enumerate(row):
            shade = "white" if abs(value) > 0.6 else "black"
            last.text(j, i, f"{value:.2f}", ha="center", va="center", fontsize=7, color=shade)
