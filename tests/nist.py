"""The Statistical Reference Datasets of NIST, for tests and benchmarks alike: models, data, certified values."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

FOLDER: Final = Path(__file__).parent / "regression"

_LANCZOS: Final = "b1*exp(-b2*x) + b3*exp(-b4*x) + b5*exp(-b6*x)"
_GAUSS: Final = "b1*exp(-b2*x) + b3*exp(-(x - b4)^2/b5^2) + b6*exp(-(x - b7)^2/b8^2)"
_CUBIC: Final = "(b1 + b2*x + b3*x^2 + b4*x^3)/(1 + b5*x + b6*x^2 + b7*x^3)"

MODELS: Final[Mapping[str, str]] = {
    "Misra1a": "b1*(1 - exp(-b2*x))",
    "Chwirut1": "exp(-b1*x)/(b2 + b3*x)",
    "Chwirut2": "exp(-b1*x)/(b2 + b3*x)",
    "Lanczos3": _LANCZOS,
    "Gauss1": _GAUSS,
    "Gauss2": _GAUSS,
    "DanWood": "b1*x^b2",
    "Misra1b": "b1*(1 - (1 + b2*x/2)^(-2))",
    "Kirby2": "(b1 + b2*x + b3*x^2)/(1 + b4*x + b5*x^2)",
    "Hahn1": _CUBIC,
    "Nelson": "b1 - b2*x*exp(-b3*z)",
    "MGH17": "b1 + b2*exp(-x*b4) + b3*exp(-x*b5)",
    "Lanczos1": _LANCZOS,
    "Lanczos2": _LANCZOS,
    "Gauss3": _GAUSS,
    "Misra1c": "b1*(1 - (1 + 2*b2*x)^(-0.5))",
    "Misra1d": "b1*b2*x*((1 + b2*x)^(-1))",
    "Roszman1": "b1 - b2*x - atan(b3/(x - b4))/pi",
    "ENSO": "b1 + b2*cos(2*pi*x/12) + b3*sin(2*pi*x/12) + b5*cos(2*pi*x/b4) + b6*sin(2*pi*x/b4)"
    " + b8*cos(2*pi*x/b7) + b9*sin(2*pi*x/b7)",
    "MGH09": "b1*(x^2 + x*b2)/(x^2 + x*b3 + b4)",
    "Thurber": _CUBIC,
    "BoxBOD": "b1*(1 - exp(-b2*x))",
    "Rat42": "b1/(1 + exp(b2 - b3*x))",
    "MGH10": "b1*exp(b2/(x + b3))",
    "Eckerle4": "(b1/b2)*exp(-0.5*((x - b3)/b2)^2)",
    "Rat43": "b1/((1 + exp(b2 - b3*x))^(1/b4))",
    "Bennett5": "b1*(b2 + x)^(-1/b3)",
}

_POLYNOMIALS: Final = {"Filip": 10, "Norris": 1, "Pontius": 2, **{f"Wampler{k}": 5 for k in range(1, 6)}}
LINEAR: Final = (
    "Norris",
    "Pontius",
    "NoInt1",
    "NoInt2",
    "Filip",
    "Longley",
    *(f"Wampler{k}" for k in range(1, 6)),
)


@dataclass(frozen=True, slots=True)
class Reference:
    """A data set with its certified fit.

    Attributes:
        name: As NIST calls it.
        equation: The model in the language.
        data: Columns by name.
        starts: The starts; none for linear sets.
        certified: The estimates.
        errors: Their standard deviations.
        rss: Residual sum of squares.
    """

    name: str
    equation: str
    data: Mapping[str, list[float]]
    starts: tuple[Mapping[str, float], ...]
    certified: Mapping[str, float]
    errors: Mapping[str, float]
    rss: float


@cache
def nonlinear(name: str) -> Reference:
    """Read one of the 27 nonlinear sets."""
    lines = (FOLDER / "nist" / f"{name}.dat").read_text().splitlines()
    rows = _data(lines)
    found = [re.match(r"\s*(b\d+)\s*=\s*(\S+)\s+(\S+)\s+(\S+)\s+(\S+)", line) for line in lines]
    table = [(m[1], [float(word) for word in m.groups()[1:]]) for m in found if m]
    rss = next(float(m[1]) for line in lines if (m := re.match(r"\s*Residual Sum of Squares:\s*(\S+)", line)))
    data = {"y": [row[0] for row in rows], "x": [row[1] for row in rows]}
    left = "y"
    if name == "Nelson":
        data["z"], left = [row[2] for row in rows], "ln(y)"
    starts = tuple({key: row[k] for key, row in table} for k in (0, 1))
    certified, errors = ({key: row[k] for key, row in table} for k in (2, 3))
    return Reference(name, f"{left} ~ {MODELS[name]}", data, starts, certified, errors, rss)


@cache
def linear(name: str) -> Reference:
    """Read one of the 11 linear sets."""
    lines = (FOLDER / "nist_linear" / f"{name}.dat").read_text().splitlines()
    rows = _data(lines)
    found = [re.match(r"\s*(B\d+)\s+(\S+)\s+(\S+)\s*$", line) for line in lines]
    table = {m[1]: (float(m[2]), float(m[3])) for m in found if m}
    rss = next(float(m[1]) for line in lines if (m := re.match(r"\s*Residual\s+\d+\s+(\S+)\s+\S+", line)))
    data = {"y": [row[0] for row in rows]}
    for k in range(1, len(rows[0])):
        data[f"x{k}" if len(rows[0]) > 2 else "x"] = [row[k] for row in rows]
    if name in _POLYNOMIALS:
        terms = ["B0", *(f"B{k}*x^{k}" for k in range(1, _POLYNOMIALS[name] + 1))]
    elif name == "Longley":
        terms = ["B0", *(f"B{k}*x{k}" for k in range(1, 7))]
    else:
        terms = ["B1*x"]
    return Reference(
        name,
        f"y ~ {' + '.join(terms)}",
        data,
        (),
        {key: value for key, (value, _) in table.items()},
        {key: error for key, (_, error) in table.items()},
        rss,
    )


def _data(lines: list[str]) -> list[list[float]]:
    last = max(k for k, line in enumerate(lines) if line.startswith("Data:"))
    return [[float(word) for word in line.split()] for line in lines[last + 1 :] if line.strip()]


def log_relative_error(estimates: Mapping[str, float], certified: Mapping[str, float]) -> float:
    """Return the number of digits of the worst parameter that agree, at most 11."""
    worst = 11.0
    for name, value in certified.items():
        error = abs(estimates[name] - value) / (abs(value) or 1.0)
        if not math.isfinite(error):
            return 0.0
        worst = min(worst, -math.log10(error) if error > 0 else 11.0)
    return max(0.0, worst)
