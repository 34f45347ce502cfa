"""From a problem with soft equations to a result."""

from __future__ import annotations

from eqsolve.data import Table, taken
from eqsolve.errors import lookup
from eqsolve.language.syntax import names
from eqsolve.problem.fitting import fitting
from eqsolve.problem.model import Problem
from eqsolve.regression.model import Model
from eqsolve.regression.options import LOSSES, FitOptions
from eqsolve.regression.report import result_of
from eqsolve.result import Result


def solve_fit(problem: Problem, options: FitOptions) -> Result:
    """Fit the soft equations of a problem.

    Raises:
        EqsolveError: There is nothing to fit, the data have gaps, or an option does not exist.
    """
    lookup(dict.fromkeys(LOSSES), options.loss, "loss")
    prepared = fitting(problem)
    tables = _tables(problem, options)
    model = Model(problem, prepared, tables, options)
    point = model.point()
    return result_of(model, point)


def _tables(problem: Problem, options: FitOptions) -> dict[str, Table]:
    """Read the columns that are in use."""
    sides = [side for one in problem.soft for side in (one.left, one.right, one.spread) if side is not None]
    sides += [side for one in problem.equations for side in (one.left, one.right)]
    used: dict[str, dict[str, None]] = {}
    for name in (name.id for side in sides for name in names(side)):
        if name in problem.columns:
            table = problem.columns[name]
            used.setdefault(table, {})[name[len(table) + 1 :] if table else name] = None
    return {
        table: taken(problem.tables[table], list(columns), drop_missing=options.drop_missing)
        for table, columns in used.items()
    }
