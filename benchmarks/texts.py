"""Equations as text, made into functions by other means than eqsolve: Python's own parser.

The texts are those of this repository. They use `+ - * / ^`, calls, numbers and names.
"""

from __future__ import annotations

import math
import re
import warnings
from collections.abc import Callable, Sequence
from typing import Any

import mpmath
import numpy as np

System = Callable[[Sequence[Any]], list[Any]]

_NUMBER = re.compile(r"(?<![\w.])(\d+\.?\d*(?:e[-+]?\d+)?)")
_DIGITS = 50


def system(equations: Sequence[str], names: Sequence[str], module: object, number: str = r"\1") -> System:
    """Return `lhs - rhs` of all equations as a function of a sequence of values.

    Args:
        equations: `lhs = rhs` each.
        names: The unknowns, in the order of the values.
        module: Where `exp`, `sqrt`, `pi` … come from: `math`, `numpy`, `mpmath` or `sympy`.
        number: How a number `\\1` is written for that module.
    """
    sides = (equation.split("=") for equation in equations)
    residuals = ", ".join(f"({left}) - ({right})" for left, right in sides)
    source = _NUMBER.sub(number, residuals.replace("^", "**").replace("if(", "choose("))
    scope = {**vars(module), "choose": lambda condition, a, b: a if condition else b}
    scope.setdefault("log10", lambda x: scope["log"](x) / scope["log"](10))
    return eval(f"lambda v: (lambda {', '.join(names)}: [{source}])(*v)", scope)  # noqa: S307


def floating(equations: Sequence[str], names: Sequence[str]) -> Callable[[np.ndarray], list[float]]:
    """Return the residuals as a function for scipy; NaN where they have no value."""
    residuals = system(equations, names, math)

    def value(x: np.ndarray) -> list[float]:
        try:
            values = residuals(x.tolist())
            return [math.nan if isinstance(value, complex) else value for value in values]
        except (ValueError, OverflowError, ZeroDivisionError):
            return [math.nan] * len(equations)

    return value


def precise(equations: Sequence[str], names: Sequence[str], point: Sequence[float]) -> float:
    """Return max |lhs - rhs| at a point, to 50 digits."""
    with mpmath.workdps(_DIGITS):
        residuals = system(equations, names, mpmath, r'mpf("\1")')
        try:
            return float(max(abs(each) for each in residuals([mpmath.mpf(x) for x in point])))
        except (ValueError, ZeroDivisionError):
            return math.inf


def scipy_root(
    function: Callable[[np.ndarray], list[float]], start: Sequence[float], method: str
) -> tuple[bool, list[float]]:
    """Return whether `scipy.optimize.root` claims success, and its point."""
    from scipy.optimize import root

    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        try:
            answer = root(function, start, method=method)
        except Exception:  # it raises what the method or the linear algebra raises
            return False, list(start)
    x = np.atleast_1d(answer.x).tolist()
    return bool(answer.success) and all(map(math.isfinite, x)), x
