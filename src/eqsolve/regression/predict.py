"""The fitted model, evaluated: at the data, at other points with its band, as a function of torch tensors."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import TYPE_CHECKING, Any, TypeAlias

from eqsolve.data import Table
from eqsolve.errors import Diagnostic, ProblemError, did_you_mean
from eqsolve.fitted import Panel, Prediction, Series
from eqsolve.language.syntax import Expression, Name, Number, names
from eqsolve.problem.fitting import Fitting
from eqsolve.problem.model import Soft
from eqsolve.regression.panels import panel_of

if TYPE_CHECKING:
    import numpy as np
    from torch import Tensor

    from eqsolve.numeric.rows import RowResidual

    Deviations: TypeAlias = tuple[np.ndarray, np.ndarray, np.ndarray | None]


@dataclass(frozen=True, slots=True, eq=False)
class FittedModel:
    """A fit that can be evaluated; a `Predictor`.

    Attributes:
        fitting: What was fitted.
        tables: The data.
        values: The parameters, shape [n].
        covariance: Their covariance, shape [n, n]; NaN where it is not determined.
        factor: Half width of the 95 % band in standard errors.
        sigma: Standard deviation of a residual of weight one.
        refit: Fits all but one parameter, held at some values; returns costs.
        seen: The deviations of soft equations that were asked for, by position.
    """

    fitting: Fitting
    tables: Mapping[str, Table]
    values: np.ndarray
    covariance: np.ndarray
    factor: float
    sigma: float
    refit: Callable[[str], tuple[list[float], list[float]]]
    seen: dict[int, Deviations] = field(default_factory=dict)

    def predict(self, columns: Mapping[str, Any], line: int = 0) -> Prediction:
        """Evaluate the model of soft equation `line` at other values of its columns.

        Raises:
            ProblemError: There is no such line, it is implicit, or a column is missing.
        """
        soft = self._explicit(line)
        return self._prediction(soft, self._columns(soft, columns))

    def function(self, line: int = 0) -> Callable[..., Tensor]:
        """Return the model of soft equation `line` as a function of tensors of one dimension, by column.

        The function is differentiable by autograd in its arguments, and takes other parameters by name too.

        Raises:
            ProblemError: There is no such line, or it is implicit.
        """
        import torch

        from eqsolve.numeric.rows import row_residual

        soft = self._explicit(line)
        needed = self._needed(soft)
        fitted = dict(zip(self.fitting.parameters, self.values.tolist(), strict=True))

        def model(**arguments: Tensor) -> Tensor:
            missing = [name for name in needed if name not in arguments]
            if missing:
                raise ProblemError(Diagnostic("missing-column", f"the model needs `{missing[0]}`"))
            columns = {name: torch.as_tensor(arguments[name], dtype=torch.float64) for name in needed}
            given = (arguments.get(name, fitted[name]) for name in self.fitting.parameters)
            x = torch.stack([torch.as_tensor(value, dtype=torch.float64) for value in given])
            count = len(next(iter(columns.values()))) if columns else 1
            full = {self._full(soft, name): column for name, column in columns.items()}
            residual = row_residual(self._alone(soft), full, {soft.table or "": count}, self._open())
            return residual.r(x[:, None])[:, 0]

        return model

    def profile(self, name: str) -> tuple[list[float], list[float]]:
        """Return values of a parameter and the signed root of the growth of the cost, in units of sigma."""
        if name not in self.fitting.parameters:
            hint = did_you_mean(name, self.fitting.parameters)
            raise ProblemError(Diagnostic("unknown-name", f"no parameter `{name}`", hint=hint))
        return self.refit(name)

    def series(self) -> tuple[Series, ...]:
        """Return every soft equation with its data, fitted values and residuals."""
        return tuple(map(self._series, self.fitting.soft))

    def panels(self) -> tuple[Panel, ...]:
        """Return what pictures of the soft equations show."""
        return tuple(panel for k in range(len(self.fitting.soft)) if (panel := panel_of(self, k)) is not None)

    def field(self, line: int, columns: Mapping[str, np.ndarray]) -> np.ndarray:
        """Return left - right of a soft equation at other values of its columns, by full name."""
        return self._residual(replace(self.fitting.soft[line], spread=None), columns)

    def deviations(self, soft: Soft) -> Deviations:
        """Return plain and weighted residuals of a soft equation, and its observed side; None if it is implicit."""
        which = next(k for k, one in enumerate(self.fitting.soft) if one is soft)
        if which not in self.seen:
            self.seen[which] = self._deviations(soft)
        return self.seen[which]

    def _deviations(self, soft: Soft) -> Deviations:
        import numpy as np
        import torch

        full = self._data(soft)
        weighted = self._residual(soft, full)
        plain = self._residual(replace(soft, spread=None), full) if soft.spread is not None else weighted
        if self.model_of(soft) is None:
            return plain, weighted, None
        other = soft.left if self.model_of(soft) is soft.right else soft.right
        if isinstance(other, Name) and other.id in full:
            return plain, weighted, full[other.id]
        compiled = self._compiled(self._alone(soft), soft, full)
        model = compiled.r(torch.tensor(self.values)[:, None])[:, 0].numpy()
        return plain, weighted, np.asarray(model + self._sign(soft) * plain)

    def _series(self, soft: Soft) -> Series:
        import numpy as np

        full = self._data(soft)
        shown = {name: column.tolist() for name, column in full.items()}
        plain, weighted, side = self.deviations(soft)
        scale = self.sigma if self.sigma > 0 else np.nan
        name = soft.line.label or soft.line.text
        observed = None if side is None else side.tolist()
        prediction = None if side is None else self._prediction(soft, full)
        return Series(name, shown, observed, prediction, plain.tolist(), (weighted / scale).tolist())

    def model_of(self, soft: Soft) -> Expression | None:
        """Return the side with the parameters; None if both have some."""
        inside = {
            *self.fitting.parameters,
            *(name for stage in self.fitting.hidden for name in stage.unknowns),
        }
        sides = [side for side in (soft.left, soft.right) if any(n.id in inside for n in names(side))]
        return sides[0] if len(sides) == 1 else None

    def argument(self, line: int) -> str | None:
        """Return the one column that the model depends on, by full name; None if there are several or none."""
        model = self.model_of(self.fitting.soft[line])
        needed = self._needed(self.fitting.soft[line]) if model is not None else []
        return self._full(self.fitting.soft[line], needed[0]) if len(needed) == 1 else None

    def _sign(self, soft: Soft) -> int:
        return 1 if self.model_of(soft) is soft.right else -1

    def _explicit(self, line: int) -> Soft:
        if not 0 <= line < len(self.fitting.soft):
            raise ProblemError(Diagnostic("no-such-line", f"there is no soft equation {line}"))
        soft = self.fitting.soft[line]
        if self.model_of(soft) is None:
            message = "this model is implicit: neither side of the soft equation is free of parameters"
            raise ProblemError(Diagnostic("implicit-model", message, soft.span))
        return soft

    def _full(self, soft: Soft, name: str) -> str:
        return f"{soft.table}.{name}" if soft.table else name

    def _needed(self, soft: Soft) -> list[str]:
        """Return the plain names of the columns that the model of a soft equation depends on."""
        inside = [self.model_of(soft) or soft.right]
        inside += [
            side
            for stage in self.fitting.hidden
            if stage.table == soft.table and stage.table is not None
            for equation in stage.equations
            for side in (equation.left, equation.right)
        ]
        columns = () if soft.table is None else self.tables[soft.table].columns
        used = {name.id for side in inside for name in names(side)}
        return [name for name in columns if self._full(soft, name) in used]

    def _columns(self, soft: Soft, given: Mapping[str, Any]) -> dict[str, np.ndarray]:
        import numpy as np

        needed = self._needed(soft)
        for name in needed:
            if name not in given:
                message, hint = f"the model needs the column `{name}`", did_you_mean(name, given)
                raise ProblemError(Diagnostic("missing-column", message, hint=hint))
        columns = {name: np.atleast_1d(np.asarray(given[name], dtype=float)) for name in needed}
        count = max(map(len, columns.values()), default=1)
        return {self._full(soft, name): np.broadcast_to(c, (count,)).copy() for name, c in columns.items()}

    def _data(self, soft: Soft) -> dict[str, np.ndarray]:
        columns = {} if soft.table is None else self.tables[soft.table].columns
        return {self._full(soft, name): column for name, column in columns.items()}

    def _alone(self, soft: Soft) -> Fitting:
        """Return the fit of the model of a soft equation to zero."""
        zero = Number(Fraction(0), soft.span)
        model = replace(soft, left=self.model_of(soft) or soft.left, right=zero, spread=None)
        return replace(self.fitting, soft=(model,), hidden=self._stages(soft))

    def _stages(self, soft: Soft) -> tuple[Any, ...]:
        return tuple(stage for stage in self.fitting.hidden if stage.table in (None, soft.table))

    def _open(self) -> dict[str, tuple[float, float]]:
        return dict.fromkeys(self.fitting.parameters, (-float("inf"), float("inf")))

    def _compiled(self, fitting: Fitting, soft: Soft, columns: Mapping[str, np.ndarray]) -> RowResidual:
        import torch

        from eqsolve.numeric.rows import row_residual

        count = max(map(len, columns.values()), default=1)
        tensors = {name: torch.from_numpy(column) for name, column in columns.items()}
        return row_residual(fitting, tensors, {soft.table or "": count}, self._open())

    def _residual(self, soft: Soft, columns: Mapping[str, np.ndarray]) -> np.ndarray:
        import torch

        fitting = replace(self.fitting, soft=(soft,), hidden=self._stages(soft))
        compiled = self._compiled(fitting, soft, columns)
        found: np.ndarray = compiled.r(torch.tensor(self.values)[:, None])[:, 0].numpy()
        return found

    def _prediction(self, soft: Soft, columns: Mapping[str, np.ndarray]) -> Prediction:
        import numpy as np
        import torch

        compiled = self._compiled(self._alone(soft), soft, columns)
        value, J = compiled.dense(torch.tensor(self.values)[:, None])
        gradient = J[:, :, 0].numpy()
        known = np.isfinite(np.diag(self.covariance))
        variance = np.einsum("ri,ij,rj->r", gradient, np.nan_to_num(self.covariance), gradient)
        # What a prediction does not depend on may be undetermined without harm.
        loose = (gradient[:, ~known] != 0).any(axis=1)
        stderr = np.where(loose, np.nan, np.sqrt(np.maximum(variance, 0.0)))
        middle = value[:, 0].numpy()
        low, high = middle - self.factor * stderr, middle + self.factor * stderr
        return Prediction(middle.tolist(), stderr.tolist(), low.tolist(), high.tolist())


def evaluated(
    forms: Mapping[str, Expression], parameters: Sequence[str], values: Mapping[str, float]
) -> dict[str, tuple[float, list[float]]]:
    """Return the value of each expression and its derivatives by the parameters, by ball arithmetic."""
    from flint import arb

    from eqsolve.evaluate import Balls, precision
    from eqsolve.language.interpret import interpret

    found = {}
    with precision(128):
        known = {name: arb(value) for name, value in values.items()}
        active = {name: k for k, name in enumerate(parameters)}
        for name, form in forms.items():
            ball = interpret(form, Balls(known, active))
            gradient = [float(ball.partials.get(k, arb(0))) for k in range(len(parameters))]
            found[name] = (float(ball.value), gradient)
    return found
