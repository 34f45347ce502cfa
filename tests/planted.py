"""Models with planted parameters, for tests and benchmarks alike: a fit must reach their sum of squares or less.

Data are drawn with a seed: the parameters within ranges that people meet, the rows from the model with noise.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

Draw = Callable[[np.random.Generator], dict[str, float]]


@dataclass(frozen=True, slots=True)
class Family:
    """A model and where its parameters are planted.

    Attributes:
        name: What it is called.
        equation: The model in the language, of `x` and `y`.
        function: The same of numpy arrays.
        draw: Draws parameters.
        x: First and last x.
        rows: How many.
        noise: Standard deviation of the noise, as a fraction of that of the model.
    """

    name: str
    equation: str
    function: Callable[..., Any]
    draw: Draw
    x: tuple[float, float]
    rows: int = 60
    noise: float = 0.02


@dataclass(frozen=True, slots=True)
class Planted:
    """A drawn set of data.

    Attributes:
        data: Columns by name.
        parameters: What was planted.
        rss: The sum of squares at what was planted.
    """

    data: Mapping[str, np.ndarray]
    parameters: Mapping[str, float]
    rss: float


def planted(family: Family, seed: int) -> Planted:
    """Draw parameters and data."""
    rng = np.random.default_rng(seed)
    parameters = family.draw(rng)
    x = np.linspace(*family.x, family.rows)
    exact = family.function(x, **parameters)
    y = exact + rng.normal(0, family.noise * (exact.std() or 1.0), len(x))
    return Planted({"x": x, "y": y}, parameters, float(((y - exact) ** 2).sum()))


def uniform(**ranges: tuple[float, float]) -> Draw:
    """Return what draws evenly within ranges; evenly in the logarithm where both ends have one sign."""

    def one(rng: np.random.Generator, low: float, high: float) -> float:
        if low * high > 0 and abs(np.log(high / low)) > np.log(5):
            return float(np.sign(low) * np.exp(rng.uniform(*np.log(np.abs([low, high])))))
        return float(rng.uniform(low, high))

    return lambda rng: {name: one(rng, *ends) for name, ends in ranges.items()}


def _peaks(count: int, **more: tuple[float, float]) -> Draw:
    """Draw peaks that stand apart by more than their widths."""

    def draw(rng: np.random.Generator) -> dict[str, float]:
        places = np.sort(rng.permutation(8)[:count]) * 12 + rng.uniform(4, 12, count)
        found: dict[str, float] = {}
        for k in range(count):
            found |= {
                f"a{k}": rng.uniform(1, 5),
                f"m{k}": float(places[k]),
                f"w{k}": float(rng.uniform(1.5, 6)),
            }
        return found | uniform(**more)(rng)

    return draw


def _gauss(x: np.ndarray, count: int, p: Mapping[str, float]) -> np.ndarray:
    return sum(p[f"a{k}"] * np.exp(-(((x - p[f"m{k}"]) / p[f"w{k}"]) ** 2)) for k in range(count))  # type: ignore[return-value]


def _lorentz(x: np.ndarray, count: int, p: Mapping[str, float]) -> np.ndarray:
    return sum(p[f"a{k}"] / (1 + ((x - p[f"m{k}"]) / p[f"w{k}"]) ** 2) for k in range(count))  # type: ignore[return-value]


def _exponentials(rng: np.random.Generator, count: int) -> dict[str, float]:
    rate = rng.uniform(0.05, 0.15)
    found: dict[str, float] = {}
    for k in range(count):
        found |= {f"a{k}": rng.uniform(1, 5), f"k{k}": rate}
        rate *= rng.uniform(4, 8)
    return found


FAMILIES: Final = (
    Family(
        "two exponentials",
        "y ~ a0*exp(-k0*x) + a1*exp(-k1*x)",
        lambda x, **p: sum(p[f"a{k}"] * np.exp(-p[f"k{k}"] * x) for k in range(2)),
        lambda rng: _exponentials(rng, 2),
        (0, 20),
    ),
    Family(
        "three exponentials",
        "y ~ a0*exp(-k0*x) + a1*exp(-k1*x) + a2*exp(-k2*x)",
        lambda x, **p: sum(p[f"a{k}"] * np.exp(-p[f"k{k}"] * x) for k in range(3)),
        lambda rng: _exponentials(rng, 3),
        (0, 20),
        rows=200,
        noise=0.003,
    ),
    Family(
        "damped oscillation",
        "y ~ a*exp(-k*x)*sin(w*x + p) + c",
        lambda x, a, k, w, p, c: a * np.exp(-k * x) * np.sin(w * x + p) + c,
        uniform(a=(0.5, 5), k=(0.05, 0.3), w=(1, 9), p=(-3, 3), c=(-3, 3)),
        (0, 10),
        rows=100,
        noise=0.05,
    ),
    Family(
        "two damped oscillations",
        "y ~ a*exp(-k*x)*sin(w*x + p) + b*exp(-l*x)*sin(v*x + q)",
        lambda x, a, k, w, p, b, l, v, q: (  # noqa: E741
            a * np.exp(-k * x) * np.sin(w * x + p) + b * np.exp(-l * x) * np.sin(v * x + q)
        ),
        uniform(a=(1, 4), k=(0.05, 0.3), w=(1, 4), p=(-3, 3), b=(1, 4), l=(0.05, 0.3), v=(5, 12), q=(-3, 3)),
        (0, 10),
        rows=150,
        noise=0.05,
    ),
    Family(
        "two periods",
        "y ~ m + a*cos(2*pi*x/P) + b*sin(2*pi*x/P) + c*cos(2*pi*x/Q) + d*sin(2*pi*x/Q)",
        lambda x, m, a, b, P, c, d, Q: (
            m
            + a * np.cos(2 * np.pi * x / P)
            + b * np.sin(2 * np.pi * x / P)
            + c * np.cos(2 * np.pi * x / Q)
            + d * np.sin(2 * np.pi * x / Q)
        ),
        uniform(m=(0, 10), a=(-2, 2), b=(1, 2), P=(8, 14), c=(-2, 2), d=(1, 2), Q=(20, 60)),
        (0, 150),
        rows=150,
        noise=0.5,
    ),
    Family(
        "two Gauss peaks on a line",
        "y ~ a0*exp(-((x - m0)/w0)^2) + a1*exp(-((x - m1)/w1)^2) + b + c*x",
        lambda x, b, c, **p: _gauss(x, 2, p) + b + c * x,
        _peaks(2, b=(-2, 2), c=(-0.03, 0.03)),
        (0, 100),
        rows=150,
        noise=0.05,
    ),
    Family(
        "three Gauss peaks on a constant",
        "y ~ a0*exp(-((x - m0)/w0)^2) + a1*exp(-((x - m1)/w1)^2) + a2*exp(-((x - m2)/w2)^2) + b",
        lambda x, b, **p: _gauss(x, 3, p) + b,
        _peaks(3, b=(-2, 2)),
        (0, 100),
        rows=200,
        noise=0.05,
    ),
    Family(
        "three Lorentz peaks on a line",
        "y ~ a0/(1 + ((x - m0)/w0)^2) + a1/(1 + ((x - m1)/w1)^2) + a2/(1 + ((x - m2)/w2)^2) + b + c*x",
        lambda x, b, c, **p: _lorentz(x, 3, p) + b + c * x,
        _peaks(3, b=(-2, 2), c=(-0.03, 0.03)),
        (0, 100),
        rows=200,
        noise=0.05,
    ),
    Family(
        "a narrow peak far out, in small units",
        "y ~ a*exp(-((x - m)/w)^2/2) + b",
        lambda x, a, m, w, b: a * np.exp(-(((x - m) / w) ** 2) / 2) + b,
        uniform(a=(1e-9, 5e-9), m=(5.2e-7, 6.8e-7), w=(2e-9, 6e-9), b=(-1e-9, 1e-9)),
        (5e-7, 7e-7),
        rows=150,
        noise=0.1,
    ),
    Family(
        "logistic growth by year",
        "y ~ K/(1 + exp(-r*(x - t)))",
        lambda x, K, r, t: K / (1 + np.exp(-r * (x - t))),
        uniform(K=(50, 500), r=(0.03, 0.2), t=(1930, 2000)),
        (1900, 2020),
    ),
    Family(
        "Gompertz growth",
        "y ~ K*exp(-b*exp(-c*x))",
        lambda x, K, b, c: K * np.exp(-b * np.exp(-c * x)),
        uniform(K=(50, 500), b=(2, 10), c=(0.1, 0.5)),
        (0, 30),
    ),
    Family(
        "Hill",
        "y ~ lo + (hi - lo)*x^n/(k^n + x^n)",
        lambda x, lo, hi, n, k: lo + (hi - lo) * x**n / (k**n + x**n),
        uniform(lo=(0, 2), hi=(5, 20), n=(1, 5), k=(2, 8)),
        (0, 20),
    ),
    Family(
        "dose and response over decades",
        "y ~ lo + (hi - lo)/(1 + 10^(n*(m - x)))",
        lambda x, lo, hi, n, m: lo + (hi - lo) / (1 + 10 ** (n * (m - x))),
        uniform(lo=(0, 10), hi=(80, 120), n=(0.5, 3), m=(-8, -5)),
        (-10, -3),
        rows=30,
    ),
    Family(
        "Arrhenius in kelvin",
        "y ~ A*exp(-E/(8.314*x))",
        lambda x, A, E: A * np.exp(-E / (8.314 * x)),
        uniform(A=(1e5, 1e11), E=(3e4, 9e4)),
        (290, 370),
        rows=20,
    ),
    Family(
        "Antoine",
        "y ~ A - B/(C + x)",
        lambda x, A, B, C: A - B / (C + x),
        uniform(A=(6, 9), B=(900, 2000), C=(180, 260)),
        (0, 120),
        rows=25,
        noise=0.002,
    ),
    Family(
        "power law with an offset",
        "y ~ a*x^b + c",
        lambda x, a, b, c: a * x**b + c,
        uniform(a=(0.1, 10), b=(-2, 3), c=(-5, 5)),
        (0.5, 10),
    ),
    Family(
        "Weibull growth",
        "y ~ a*(1 - exp(-(x/s)^k))",
        lambda x, a, s, k: a * (1 - np.exp(-((x / s) ** k))),
        uniform(a=(5, 50), s=(2, 8), k=(0.7, 4)),
        (0, 15),
    ),
    Family(
        "broken line",
        "y ~ if(x < t, a + b*x, a + b*t + c*(x - t))",
        lambda x, t, a, b, c: np.where(x < t, a + b * x, a + b * t + c * (x - t)),
        uniform(t=(20, 80), a=(-5, 5), b=(-1, 1), c=(-1, 1)),
        (0, 100),
        rows=80,
        noise=0.05,
    ),
    Family(
        "two sites of Langmuir",
        "y ~ q*b*x/(1 + b*x) + p*c*x/(1 + c*x)",
        lambda x, q, b, p, c: q * b * x / (1 + b * x) + p * c * x / (1 + c * x),
        uniform(q=(1, 5), b=(0.5, 5), p=(2, 8), c=(0.01, 0.1)),
        (0.05, 40),
        noise=0.005,
    ),
    Family(
        "Morse",
        "y ~ D*(1 - exp(-a*(x - r)))^2 - D",
        lambda x, D, a, r: D * (1 - np.exp(-a * (x - r))) ** 2 - D,
        uniform(D=(2, 6), a=(1, 2.5), r=(0.8, 2)),
        (0.7, 5),
    ),
    Family(
        "all parameters inside",
        "y ~ exp(-k*x)*sin(w*x + p)",
        lambda x, k, w, p: np.exp(-k * x) * np.sin(w * x + p),
        uniform(k=(0.05, 0.3), w=(2, 9), p=(-3, 3)),
        (0, 10),
        rows=100,
        noise=0.05,
    ),
    Family(
        "chirp",
        "y ~ a*sin(w*x + c*x^2 + p)",
        lambda x, a, w, c, p: a * np.sin(w * x + c * x**2 + p),
        uniform(a=(0.5, 5), w=(1, 6), c=(0.1, 0.5), p=(-3, 3)),
        (0, 10),
        rows=200,
        noise=0.05,
    ),
    Family(
        "radiation of a black body",
        "y ~ a*x^3/(exp(b*x) - 1)",
        lambda x, a, b: a * x**3 / (np.exp(b * x) - 1),
        uniform(a=(1e-46, 1e-44), b=(1e-14, 4e-14)),
        (1e13, 6e14),
    ),
)
