"""Fits whose parameters meet conditions with one another, such as `a < b` or `a + b <= 3`."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

from eqsolve.language.interpret import interpret
from eqsolve.language.syntax import Expression, Name, names
from eqsolve.problem.fitting import Fitting
from eqsolve.problem.model import Constraint, Problem, Soft
from eqsolve.problem.substitute import Substitution

if TYPE_CHECKING:
    import numpy as np

    from eqsolve.numeric.rows import RowResidual


def limits(problem: Problem, fitting: Fitting) -> list[tuple[Constraint, Soft]]:
    """Return conditions among parameters as differences that are to be at most zero.

    Bounds of single parameters are left to the search, and so are conditions on hidden unknowns, and `!=`.
    """
    meaning = Substitution(dict(fitting.derived), {})
    parameters = set(fitting.parameters)
    found = []
    for one in problem.constraints:
        operator = one.condition.operators[0]
        if operator not in {"<", "<=", ">", ">="}:
            continue
        left, right = (interpret(side, meaning) for side in one.condition.sides)
        used = {name.id for side in (left, right) for name in names(side)} - {"pi"}
        if not used or not used <= parameters or _is_bound(left, right, used):
            continue
        if operator in {">", ">="}:
            left, right = right, left
        found.append((one, Soft(left, right, None, (), None, one.line, one.span)))
    return found


def _is_bound(left: Expression, right: Expression, used: set[str]) -> bool:
    """Tell whether one side is a parameter and the other a number."""
    return len(used) == 1 and any(
        isinstance(side, Name) and not any(name.id in used for name in names(other))
        for side, other in ((left, right), (right, left))
    )


def limit_residual(found: Sequence[Soft], fitting: Fitting) -> RowResidual:
    """Return the differences as a residual of all parameters, one row each."""
    from eqsolve.numeric.rows import row_residual

    free = dict.fromkeys(fitting.parameters, (-math.inf, math.inf))
    return row_residual(Fitting(tuple(found), fitting.parameters, {}, ()), {}, {}, free)


def conditional(inverse: np.ndarray, slopes: np.ndarray) -> np.ndarray:
    """Return the covariance of parameters given that combinations of them are known.

    Args:
        inverse: The covariance without that, shape [n, n].
        slopes: The combinations, shape [k, n].
    """
    import numpy as np

    across = inverse @ slopes.T
    found: np.ndarray = inverse - across @ np.linalg.pinv(slopes @ across, hermitian=True) @ across.T
    size = np.sqrt(np.maximum(np.diag(inverse), 0.0))
    found[np.abs(found) <= 1e-12 * np.outer(size, size)] = 0.0
    return found
