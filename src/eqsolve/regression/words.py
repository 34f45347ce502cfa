"""What a fit has to say about itself: the message, warnings, and combinations that the data do determine."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Final, Protocol

from eqsolve.data import Table
from eqsolve.errors import Diagnostic
from eqsolve.fitted import Fit
from eqsolve.language.syntax import Name
from eqsolve.problem.model import Constraint, Problem
from eqsolve.regression.corners import CORNER
from eqsolve.regression.statistics import outliers

if TYPE_CHECKING:
    import numpy as np

    from eqsolve.numeric.residual import Residual
    from eqsolve.regression.predict import FittedModel
    from eqsolve.regression.statistics import Spread

ENOUGH: Final = 4  # searches that agree, below which a lower minimum is likely enough to be warned of
CORRELATED: Final = 0.99
MOST_NAMED: Final = 5
MOST_COLUMNS: Final = 20
RATIO: Final = (0.5, 2.0)  # of the residual deviation to the given one


class Ended(Protocol):
    """What a message needs of the end of a fit."""

    @property
    def exact(self) -> object | None: ...

    @property
    def spread(self) -> Spread: ...

    @property
    def held(self) -> tuple[bool, ...]: ...

    @property
    def active(self) -> tuple[Constraint, ...]: ...

    @property
    def below(self) -> float | None: ...


def message(fit: Fit, point: Ended) -> str:
    """Return the verdict in one sentence."""
    what = f"{_count(len(fit.parameters), 'parameter')} from {_count(fit.rows, 'residual')}"
    loss = "least squares" if fit.loss is None else f"the loss {fit.loss}"
    if point.active:
        loss += f" on the edge of {_listed([one.line.text for one in point.active])}"
    if point.exact is not None:
        return f"fitted {what}: the exact minimum of the sum of squares, the only one"
    if len(point.spread.null):
        return f"fitted {what} by {loss}, but the data do not determine all of them"
    if fit.starts > 1:
        seen = f"{fit.reached} of {fit.starts} searches ended there"
        lower = "none lower" if point.below is None else "lower ones at no minimum"
        return f"fitted {what} by {loss}; {seen}, {lower}"
    return f"fitted {what} by {loss} from the given start; other minima were not looked for"


def warnings(fit: Fit, fitted: FittedModel, columns: Sequence[str], point: Ended) -> Iterator[Diagnostic]:
    """Yield what a reader of the numbers should know."""
    yield from _place(point)
    yield from _loose(fit, fitted, columns)
    if fit.dof <= 0:
        text = f"{_count(fit.rows, 'residual')} for {_count(len(fit.parameters), 'parameter')}"
        yield Diagnostic("too-few-points", f"{text}: there are no errors without more points than parameters")
    elif fit.dof < 3:
        yield Diagnostic("few-points", f"only {_count(fit.dof, 'degree')} of freedom: the errors are rough")
    yield from _held(fit)
    if not point.active:  # along an edge parameters move together
        yield from _correlated(fit)
    yield from _apart(fit)
    if fit.absolute and fit.sigma is not None and not RATIO[0] <= fit.sigma <= RATIO[1]:
        text = f"the residuals are {fit.sigma:.2g} times as large as the given `±`"
        yield Diagnostic("spread-off", text, hint="the model is wrong there, or the `±` are")
    yield from _outliers(fit, fitted)


def _place(point: Ended) -> Iterator[Diagnostic]:
    """Say where the fit stands among conditions and other minima."""
    for limit in point.active:
        text = f"`{limit.line.text}` holds the fit back: it stands on the edge, and the errors are those along it"
        if limit.condition.operators[0] in {"<", ">"}:
            text += "; the edge itself is excluded, and fits come as near to it as you like"
        yield Diagnostic("at-limit", text)
    if point.below is not None:
        text = (
            f"a sum of squares of {point.below:.3g} was met where there is no minimum, as where parameters grow"
            " without end; this is the lowest minimum that was found"
        )
        yield Diagnostic("lower-elsewhere", text, hint="bounds tell which values make sense")


def _loose(fit: Fit, fitted: FittedModel, columns: Sequence[str]) -> Iterator[Diagnostic]:
    loose = [n for n, one in fit.parameters.items() if one.note == "not determined by the data"]
    if not loose:
        return
    text = f"the data do not determine {_listed(loose)}"
    if fit.combinations:
        text += f", only {_listed(fit.combinations)}"
    hint = f"fix one of them, as in `--set {loose[0]}=…`, or take it out of the model"
    lone = [s.id for one in fitted.fitting.soft for s in (one.left, one.right) if isinstance(s, Name)]
    if any(name in loose for name in lone):
        hint = f"is a column meant? There are {_listed(list(columns)[:MOST_COLUMNS])}"
    elif columns:
        hint += f"; columns are {_listed(list(columns)[:MOST_COLUMNS])}"
    yield Diagnostic("not-identifiable", text, hint=hint)


def _held(fit: Fit) -> Iterator[Diagnostic]:
    for name, one in fit.parameters.items():
        if one.note is not None and "bound" in one.note:
            text = f"`{name}` is {one.note}: the other errors hold for this value of it"
            yield Diagnostic("at-bound", text)
        elif one.note is not None and CORNER in one.note:
            text = f"`{name}` is at {CORNER}, where no derivative vanishes"
            yield Diagnostic("at-corner", f"{text}: the other errors hold for this value")


def _correlated(fit: Fit) -> Iterator[Diagnostic]:
    pairs = [
        (abs(value), name, other)
        for k, (name, row) in enumerate(fit.correlation.items())
        for other, value in row.items()
        if abs(value) > CORRELATED and other in list(fit.correlation)[k + 1 :]
    ]
    pairs.sort(reverse=True)
    if pairs:
        shown = ", ".join(f"`{a}` and `{b}` ({value:.4f})" for value, a, b in pairs[:MOST_NAMED])
        more = f" and {len(pairs) - MOST_NAMED} more" if len(pairs) > MOST_NAMED else ""
        text = f"the data hardly tell apart {shown}{more}: correlation above {CORRELATED}"
        yield Diagnostic("correlated", text)


def _apart(fit: Fit) -> Iterator[Diagnostic]:
    if fit.starts > 1 and fit.reached < min(fit.starts, ENOUGH):
        count = {1: "one", 2: "two", 3: "three"}.get(fit.reached, str(fit.reached))
        text = f"only {count} of {fit.starts} searches ended in this minimum: there may be a lower one"
        yield Diagnostic("local-minimum", text, hint="give a `--start`, bounds, or another `--seed`")


def _outliers(fit: Fit, fitted: FittedModel) -> Iterator[Diagnostic]:
    if fit.loss is not None:
        return
    for soft in fitted.fitting.soft:
        found = outliers(fitted.deviations(soft)[1])
        if found:
            rows = ", ".join(str(row + 1) for row in found[:MOST_NAMED])
            more = f" and {len(found) - MOST_NAMED} more" if len(found) > MOST_NAMED else ""
            where = soft.line.label or soft.line.text
            text = f"far from the rest: row{'s' * (len(found) > 1)} {rows}{more} of `{where}`"
            yield Diagnostic("outliers", text, hint="`--loss soft-l1` or `--loss tukey` trusts them less")


def data_notes(problem: Problem, tables: Mapping[str, Table]) -> Iterator[Diagnostic]:
    """Yield what was changed in the data on the way in."""
    for name, table in tables.items():
        yield from problem.tables[name].notes
        if table.dropped:
            text = f"{_count(table.dropped, 'row')} with missing cells left out, {table.rows} kept"
            yield Diagnostic("rows-dropped", text)


def combinations(
    compile_: Callable[[], Residual], values: np.ndarray, null: np.ndarray, names: Sequence[str]
) -> tuple[str, ...]:
    """Return combinations of two parameters that the data determine although they do not determine the two.

    A combination counts if the residual stays the same when both move a long way along it.
    """
    import numpy as np
    import torch

    if len(null) != 1:
        return ()
    direction = null[0] / np.abs(null[0] / np.where(values != 0, values, 1.0)).max()
    moved = np.nonzero(np.abs(direction) > 1e-5 * np.abs(direction).max())[0]
    if len(moved) != 2:
        return ()
    i, j = (int(k) for k in moved)
    residual = compile_()
    x = torch.tensor(values)[:, None]
    here = residual.r(x)
    a, b = names[i], names[j]
    p, q = float(values[i]), float(values[j])
    far = 0.7 * abs(p) + 0.7 * abs(q) + 1.0
    trials = [(f"`{a} + {b}`", (p + far, q - far)), (f"`{a} - {b}`", (p + far, q + far))]
    if p and q:  # a factor moves nothing at zero
        trials += [(f"`{a}*{b}`", (1.7 * p, q / 1.7)), (f"`{a}/{b}`", (1.7 * p, 1.7 * q))]
    size = float(here.abs().max()) + float(residual.jacobian(x)[1].times(x).abs().max())
    for text, (first, second) in trials:
        there = x.clone()
        there[i], there[j] = first, second
        change = float((residual.r(there) - here).abs().max())
        if math.isfinite(change) and change <= 1e-9 * size:
            return (text,)
    return ()


def _count(number: int, noun: str) -> str:
    plural = {"degree": "degrees"}.get(noun, noun + "s")
    return f"{number:,} {noun if number == 1 else plural}"


def _listed(texts: Sequence[str]) -> str:
    shown = [text if text.startswith("`") else f"`{text}`" for text in texts]
    return shown[0] if len(shown) == 1 else f"{', '.join(shown[:-1])} and {shown[-1]}"
