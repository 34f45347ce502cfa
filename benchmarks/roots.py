"""How many real roots polynomial systems have, by `--all`: against counts known from the literature."""

from __future__ import annotations

import sys
import time

import eqsolve
from benchmarks.side_by_side import show


def katsura(n: int) -> list[str]:
    """Return the katsura system in u0 ... un, with 2^n complex solutions."""

    def u(k: int) -> str:
        return f"u{abs(k)}" if abs(k) <= n else "0"

    quadrics = ["+".join(f"{u(k)}*{u(m - k)}" for k in range(-n, n + 1)) + f"=u{m}" for m in range(n)]
    return [*quadrics, "u0+" + "+".join(f"2*u{k}" for k in range(1, n + 1)) + "=1"]


def noon(n: int) -> list[str]:
    """Return Noonburg's network of n neurons: 3^n - 2 n complex solutions."""
    sums = ["+".join(f"x{j}^2" for j in range(n) if j != i) for i in range(n)]
    return [f"x{i}*({total}) - 1.1*x{i} + 1 = 0" for i, total in enumerate(sums)]


def cyclic(n: int) -> list[str]:
    """Return the cyclic roots of order n: 70, 156 and 924 complex for five, six and seven."""
    lengths = [
        "+".join("*".join(f"x{(i + j) % n}" for j in range(k)) for i in range(n)) + "=0" for k in range(1, n)
    ]
    return [*lengths, "*".join(f"x{i}" for i in range(n)) + "=1"]


def economics(n: int) -> list[str]:
    """Return eco-n, with 2^(n-2) complex solutions."""
    rows = []
    for k in range(1, n):
        products = "".join(f"+x{i}*x{i + k}" for i in range(1, n - k))
        rows.append(f"(x{k}{products})*x{n}={k}")
    return [*rows, "+".join(f"x{i}" for i in range(1, n)) + "=-1"]


def broyden(n: int) -> list[str]:
    """Return Broyden's tridiagonal system; 2^n complex solutions at most."""
    return [
        f"(3 - 2*x{i})*x{i} - {f'x{i - 1}' if i else '0'} - {f'2*x{i + 1}' if i < n - 1 else '0'} + 1 = 0"
        for i in range(n)
    ]


BOX = ["x in -10..10", "y in -10..10"]
SYSTEMS = {
    **{f"katsura-{n}": katsura(n) for n in range(4, 10)},
    **{f"noon-{n}": noon(n) for n in range(3, 6)},
    **{f"cyclic-{n}": cyclic(n) for n in range(5, 8)},
    **{f"eco-{n}": economics(n) for n in range(5, 10)},
    "Broyden-5": broyden(5),
    "sines": ["sin(x) = y/10", "sin(y) = x/10", *BOX],
    "waves": ["sin(x)*exp(y/20) = 0.5", "cos(y) + x/20 = 0.3", *BOX],
    "waves-4": [
        *(f"sin(2*x{k}) + cos(x{(k + 1) % 4} + x{(k + 2) % 4}) = 0.{k + 1}" for k in range(4)),
        *(f"x{k} in -3..3" for k in range(4)),
    ],
    "equilibrium-5": [
        *("a*b = 0.2*c", "ln(c) = d - 1 + f/5", "a + c + d = 2", "b + c + f = 1.5", "exp(-d) + a*f = 0.8"),
        *(f"{name} in 0.001..5" for name in "abcdf"),
    ],
    "signs-6": [f"x{k}^2 + sin(x{(k + 1) % 6})/4 = 1" for k in range(6)],
    "empty-6": [
        *(f"x{k} - x{(k + 1) % 6} = sin(x{(k + 2) % 6}) + 1.2" for k in range(6)),
        *(f"x{k} in -9..9" for k in range(6)),
    ],
    "Himmelblau": ["4*x*(x^2+y-11) + 2*(x+y^2-7) = 0", "2*(x^2+y-11) + 4*y*(x+y^2-7) = 0"],
}


def main() -> None:
    """Print the table."""
    rows = []
    for name, equations in SYSTEMS.items():
        began = time.perf_counter()
        result = eqsolve.solve(*equations, all=True)
        seconds = time.perf_counter() - began
        certified = sum(solution.certified for solution in result.solutions)
        claim = "-" if result.completeness is None else result.completeness.value
        print(f"{name}: {len(result.solutions)} real, {seconds:.1f} s", file=sys.stderr)
        rows.append(
            (name, str(len(result.solutions)), str(certified), claim, f"{seconds:.1f}", result.message)
        )
    columns = ("system", "real", "certified", "claim", "s", "what is said")
    show(
        "all real roots",
        columns,
        rows,
        "katsura-n: 2^n complex; noon-n: 3^n - 2n; cyclic-5, 6, 7: 70, 156, 924; eco-n: 2^(n-2)",
    )


if __name__ == "__main__":
    main()
