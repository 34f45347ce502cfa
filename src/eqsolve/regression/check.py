"""An independent look at the end of a fit: the gradient in ball arithmetic, and what must hold besides."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final, Protocol

from flint import arb

from eqsolve.data import Table
from eqsolve.evaluate import Balls, precision, truth_of
from eqsolve.language.interpret import interpret, tape
from eqsolve.language.syntax import names
from eqsolve.problem.fitting import Fitting
from eqsolve.problem.model import Problem
from eqsolve.regression.exact import decimal

if TYPE_CHECKING:
    import numpy as np

MOST_WORK: Final = 30_000  # nodes times rows times parameters
BITS: Final = 128
HOLDS: Final = 1e-9  # relative residual of a hard equation among the parameters


class _Ended(Protocol):
    @property
    def rss(self) -> float: ...

    @property
    def held(self) -> tuple[bool, ...]: ...

    @property
    def spread(self) -> _Spread: ...


class _Spread(Protocol):
    @property
    def inverse(self) -> np.ndarray: ...


def gradient_step(
    fitting: Fitting, tables: Mapping[str, Table], values: Mapping[str, float], point: _Ended
) -> float | None:
    """Return the Gauss-Newton step from the gradient in ball arithmetic, in units of the largest of 1e-7 of the
    parameter and its standard error; None where that is not computed.
    """
    import numpy as np

    work = sum(
        (1 if soft.table is None else tables[soft.table].rows)
        * (len(tape(soft.left).steps) + len(tape(soft.right).steps))
        for soft in fitting.soft
    ) * len(values)
    inverse = point.spread.inverse
    if fitting.hidden or work > MOST_WORK or not np.isfinite(inverse).all():
        return None
    gradient = _gradient(fitting, tables, values)
    if not np.isfinite(gradient).all():
        return None
    rows = sum(1 if soft.table is None else tables[soft.table].rows for soft in fitting.soft)
    step = np.abs(inverse @ np.where(point.held, 0.0, gradient))
    stderr = np.sqrt(np.diag(inverse) * point.rss / max(1, rows - len(values)))
    size = np.maximum(stderr, 1e-5 * np.abs(list(values.values())))
    return float((step / np.where(size > 0, size, 1.0)).max())


def _gradient(fitting: Fitting, tables: Mapping[str, Table], values: Mapping[str, float]) -> np.ndarray:
    """Return Jᵀr at the parameters."""
    import numpy as np

    active = {name: k for k, name in enumerate(values)}
    total = [arb(0)] * len(values)
    with precision(BITS):
        parameters = {name: arb(value) for name, value in values.items()}
        for soft in fitting.soft:
            sides = tape(soft.left), tape(soft.right)
            table = None if soft.table is None else tables[soft.table]
            columns = {} if table is None else table.columns
            prefix = f"{soft.table}." if soft.table else ""
            for row in range(1 if table is None else table.rows):
                known = {prefix + name: arb(decimal(column[row])) for name, column in columns.items()}
                meaning = Balls({**parameters, **known}, active)
                left, right = (interpret(side, meaning) for side in sides)
                spread = arb(1) if soft.spread is None else interpret(soft.spread, meaning).value
                r = (left.value - right.value) / spread
                for k in {*left.partials, *right.partials}:
                    slope = left.partials.get(k, arb(0)) - right.partials.get(k, arb(0))
                    total[k] = total[k] + r * slope / spread
    return np.array([float(value) if value.is_finite() else np.nan for value in total])


def broken(problem: Problem, fitting: Fitting, values: Mapping[str, float]) -> tuple[str, object] | None:
    """Return a condition, or a hard equation among the parameters, that does not hold, in words."""
    with precision(BITS):
        meaning = Balls({name: arb(value) for name, value in values.items()})
        for name, form in fitting.derived.items():
            if name not in values and all(one.id in values or one.id == "pi" for one in names(form)):
                meaning = Balls({**meaning.values, name: interpret(form, meaning).value})
        for constraint in problem.constraints:
            if all(name.id in meaning.values or name.id == "pi" for name in names(constraint.condition)):
                truth = truth_of(interpret(constraint.condition, meaning))
                if truth is False and not _nearly(constraint.condition.sides, meaning):
                    return f"`{constraint.line.text}`", constraint.line
        for stage in fitting.hidden:
            inside = all(name in values for name in stage.unknowns)
            for equation in stage.equations if stage.table is None and inside else ():
                left, right = interpret(equation.left, meaning), interpret(equation.right, meaning)
                off = abs(left.value - right.value)
                if not off <= HOLDS * (left.scale + right.scale):
                    return f"`{equation.line.text}`", equation.line
    return None


def _nearly(sides: tuple[object, ...], meaning: Balls) -> bool:
    """Tell whether both sides of a condition agree to rounding, so that a bound is met."""
    balls = [interpret(side, meaning) for side in sides]  # type: ignore[arg-type]
    first, last = balls[0], balls[-1]
    return bool(abs(first.value - last.value) <= 1e-12 * (first.scale + last.scale))
