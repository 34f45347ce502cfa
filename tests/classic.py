"""The classic systems of nonlinear equations, as text in the language, with their standard starts.

Sources: Moré, Garbow and Hillstrom (1981), ACM TOMS 7, 17-41, with the further problems of the "23
test problems" for nonlinear solvers (Dennis and Schnabel; Freudenstein and Roth; Boggs; Hammarling;
Chandrasekhar's H-equation). Watson and Chebyquad occur in several sizes, which makes 27.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction


@dataclass(frozen=True, slots=True)
class ClassicSystem:
    """A system of n equations for x1 … xn.

    Attributes:
        name: Its name in the literature, with n where there are several.
        equations: One per unknown, `… = …`.
        start: The standard start.
    """

    name: str
    equations: tuple[str, ...]
    start: tuple[float, ...]


def _system(name: str, equations: Iterable[str], start: Iterable[float]) -> ClassicSystem:
    return ClassicSystem(name, tuple(equations), tuple(start))


def _sum(terms: Iterable[str]) -> str:
    return " + ".join(terms) or "0"


def rosenbrock(n: int = 10) -> ClassicSystem:
    rest = (f"10*(x{i} - x{i - 1}^2) = 0" for i in range(2, n + 1))
    return _system("generalized Rosenbrock", ["1 - x1 = 0", *rest], [-1.2] + [1.0] * (n - 1))


def powell_singular() -> ClassicSystem:
    equations = ["x1 + 10*x2 = 0", "sqrt(5)*(x3 - x4) = 0", "(x2 - 2*x3)^2 = 0", "sqrt(10)*(x1 - x4)^2 = 0"]
    return _system("Powell singular", equations, [3, -1, 0, 1])


def powell_badly_scaled() -> ClassicSystem:
    return _system("Powell badly scaled", ["10000*x1*x2 = 1", "exp(-x1) + exp(-x2) = 1.0001"], [0, 1])


def wood() -> ClassicSystem:
    left, right = "(x2 - x1^2)", "(x4 - x3^2)"
    equations = [
        f"-200*x1*{left} - (1 - x1) = 0",
        f"200*{left} + 20.2*(x2 - 1) + 19.8*(x4 - 1) = 0",
        f"-180*x3*{right} - (1 - x3) = 0",
        f"180*{right} + 20.2*(x4 - 1) + 19.8*(x2 - 1) = 0",
    ]
    return _system("Wood", equations, [-3, -1, -3, -1])


def helical_valley() -> ClassicSystem:
    turn = "(atan(x2/x1)/(2*pi) + if(x1 > 0, 0, 0.5))"
    equations = [f"10*(x3 - 10*{turn}) = 0", "10*(sqrt(x1^2 + x2^2) - 1) = 0", "x3 = 0"]
    return _system("helical valley", equations, [-1, 0, 0])


def watson(n: int) -> ClassicSystem:
    """Gradient of Watson's sum of squares over t = 1/29 … 29/29."""
    sums: list[list[str]] = [[] for _ in range(n)]
    for i in range(1, 30):
        t = f"({i}/29)"
        slope = _sum(f"{j}*{t}^{j - 1}*x{j + 1}" for j in range(1, n))
        value = _sum(f"{t}^{j}*x{j + 1}" for j in range(n))
        for k in range(n):
            sums[k].append(f"{t}^({k - 1})*({k} - 2*{t}*({value}))*({slope} - ({value})^2 - 1)")
    sums[0].append("x1*(1 - 2*(x2 - x1^2 - 1))")
    sums[1].append("(x2 - x1^2 - 1)")
    return _system(f"Watson {n}", (f"{_sum(terms)} = 0" for terms in sums), [0.0] * n)


def chebyquad(n: int) -> ClassicSystem:
    """Equal-weight quadrature: the shifted Chebyshev polynomials have their true mean over the nodes."""
    columns = []
    for j in range(1, n + 1):
        y = f"(2*x{j} - 1)"
        columns.append([_chebyshev(i, y) for i in range(1, n + 1)])
    equations = []
    for i in range(1, n + 1):
        mean = f"1/{i * i - 1}" if i % 2 == 0 else "0"
        equations.append(f"({_sum(column[i - 1] for column in columns)})/{n} + {mean} = 0")
    return _system(f"Chebyquad {n}", equations, [j / (n + 1) for j in range(1, n + 1)])


def _chebyshev(degree: int, y: str) -> str:
    before, now = [1], [0, 1]
    for _ in range(degree - 1):
        double = [0, *(2 * c for c in now)]
        before, now = now, [a - b for a, b in zip(double, [*before, 0, 0], strict=False)]
    return "(" + " + ".join(f"({c})*{y}^{power}" for power, c in enumerate(now) if c) + ")"


def brown_almost_linear(n: int = 10) -> ClassicSystem:
    total = _sum(f"x{j}" for j in range(1, n + 1))
    equations = [f"x{i} + {total} = {n + 1}" for i in range(1, n)]
    product = "*".join(f"x{j}" for j in range(1, n + 1))
    return _system("Brown almost linear", [*equations, f"{product} = 1"], [0.5] * n)


def discrete_boundary_value(n: int = 10) -> ClassicSystem:
    h, equations = f"(1/{n + 1})", []
    for k in range(1, n + 1):
        around = [f"x{j}" for j in (k - 1, k + 1) if 1 <= j <= n]
        equations.append(f"2*x{k} + {h}^2*(x{k} + {k}*{h} + 1)^3/2 = {_sum(around)}")
    return _system("discrete boundary value", equations, _parabola(n))


def discrete_integral(n: int = 10) -> ClassicSystem:
    h, equations = f"(1/{n + 1})", []
    for k in range(1, n + 1):
        before = _sum(f"{j}*{h}*(x{j} + {j}*{h} + 1)^3" for j in range(1, k + 1))
        after = _sum(f"(1 - {j}*{h})*(x{j} + {j}*{h} + 1)^3" for j in range(k + 1, n + 1))
        equations.append(f"x{k} + {h}*((1 - {k}*{h})*({before}) + {k}*{h}*({after}))/2 = 0")
    return _system("discrete integral", equations, _parabola(n))


def _parabola(n: int) -> list[float]:
    nodes = [k / (n + 1) for k in range(1, n + 1)]
    return [t * (t - 1) for t in nodes]


def trigonometric(n: int = 10) -> ClassicSystem:
    total = _sum(f"cos(x{j})" for j in range(1, n + 1))
    equations = [f"{n} - ({total}) + {k}*(1 - cos(x{k})) - sin(x{k}) = 0" for k in range(1, n + 1)]
    return _system("trigonometric", equations, [1 / n] * n)


def variably_dimensioned(n: int = 10) -> ClassicSystem:
    total = f"({_sum(f'{j}*(x{j} - 1)' for j in range(1, n + 1))})"
    equations = [f"x{k} - 1 + {k}*{total}*(1 + 2*{total}^2) = 0" for k in range(1, n + 1)]
    return _system("variably dimensioned", equations, [1 - j / n for j in range(1, n + 1)])


def broyden_tridiagonal(n: int = 10) -> ClassicSystem:
    equations = []
    for k in range(1, n + 1):
        before, after = f" - x{k - 1}" if k > 1 else "", f" - 2*x{k + 1}" if k < n else ""
        equations.append(f"(3 - 2*x{k})*x{k}{before}{after} + 1 = 0")
    return _system("Broyden tridiagonal", equations, [-1.0] * n)


def broyden_banded(n: int = 10) -> ClassicSystem:
    equations = []
    for k in range(1, n + 1):
        around = _sum(f"x{j}*(1 + x{j})" for j in range(max(1, k - 5), min(n, k + 1) + 1) if j != k)
        equations.append(f"x{k}*(2 + 5*x{k}^2) + 1 - ({around}) = 0")
    return _system("Broyden banded", equations, [-1.0] * n)


def hammarling(n: int) -> ClassicSystem:
    """Square root of an n × n matrix that is nearly defective."""
    equations, start = [], []
    for i in range(n):
        for j in range(n):
            product = _sum(f"x{i * n + k + 1}*x{k * n + j + 1}" for k in range(n))
            target = "0.0001" if i == j else "1" if (i, j) == (0, 1) else "0"
            equations.append(f"{product} = {target}")
            start.append(float(i == j))
    return _system(f"Hammarling {n}", equations, start)


def chandrasekhar(n: int = 10) -> ClassicSystem:
    """Chandrasekhar's H-equation with c = 9/10 by the midpoint rule."""
    c = Fraction(9, 20 * n)
    nodes = [Fraction(2 * i + 1, 2 * n) for i in range(n)]
    equations = []
    for i, node in enumerate(nodes):
        integral = _sum(f"{node / (node + other)}*x{j + 1}" for j, other in enumerate(nodes))
        equations.append(f"x{i + 1} = 1/(1 - {c}*({integral}))")
    return _system("Chandrasekhar", equations, [1.0] * n)


_SMALL = (
    ("Dennis-Schnabel", ("x1 + x2 = 3", "x1^2 + x2^2 = 9"), (1.0, 5.0)),
    (  # whose terms are defined to be 0 where a denominator vanishes
        "sample 18",
        (
            "x2^2*(1 - exp(-x1^2))/if(x1^2 > 0, x1, 1) = 0",
            "x1*(1 - exp(-x2^2))/if(x2^2 > 0, x2, 1) = 0",
        ),
        (2.0, 2.0),
    ),
    ("sample 19", ("x1*(x1^2 + x2^2) = 0", "x2*(x1^2 + x2^2) = 0"), (3.0, 3.0)),
    ("scalar", ("x1*(x1 - 5)^2 = 0",), (1.0,)),
    (
        "Freudenstein-Roth",
        ("x1 - 13 + ((5 - x2)*x2 - 2)*x2 = 0", "x1 - 29 + ((x2 + 1)*x2 - 14)*x2 = 0"),
        (0.5, -2.0),
    ),
    ("Boggs", ("x1^2 - x2 + 1 = 0", "x1 - cos(pi*x2/2) = 0"), (1.0, 0.0)),
)

CLASSIC: tuple[ClassicSystem, ...] = (
    rosenbrock(),
    powell_singular(),
    powell_badly_scaled(),
    wood(),
    helical_valley(),
    watson(2),
    watson(6),
    *(chebyquad(n) for n in (2, 5, 7, 9)),
    brown_almost_linear(),
    discrete_boundary_value(),
    discrete_integral(),
    trigonometric(),
    variably_dimensioned(),
    broyden_tridiagonal(),
    broyden_banded(),
    hammarling(2),
    hammarling(3),
    *(ClassicSystem(*small) for small in _SMALL),
    chandrasekhar(),
)
