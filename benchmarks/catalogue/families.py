"""Systems that exist in every size."""

from __future__ import annotations

from math import pi

from benchmarks.catalogue.entry import Entry, numbered

MGH = "Moré, Garbow, Hillstrom, ACM TOMS 7 (1981)"
LUKSAN = "Lukšan, Vlček, Test problems for unconstrained optimization, TR 897 (2003)"
HERE = "Roberts, Shipman; Kelley"


def x(k: int, n: int) -> str:
    """Return `xk`, and 0 beyond the ends."""
    return f"x{k}" if 1 <= k <= n else "0"


def brown(n: int) -> Entry:
    total = " + ".join(f"x{k}" for k in range(1, n + 1))
    product = "*".join(f"x{k}" for k in range(1, n + 1))
    rows = [f"x{k} + {total} = {n + 1}" for k in range(1, n)]
    return numbered(f"Brown almost linear {n}", MGH, [*rows, f"{product} = 1"], [0.5] * n)


def boundary(n: int) -> Entry:
    h = f"(1/{n + 1})"
    rows = [
        f"2*x{k} - {x(k - 1, n)} - {x(k + 1, n)} + {h}^2*(x{k} + {k}*{h} + 1)^3/2 = 0"
        for k in range(1, n + 1)
    ]
    t = [k / (n + 1) for k in range(1, n + 1)]
    return numbered(f"discrete boundary value {n}", MGH, rows, [s * (s - 1) for s in t])


def integral(n: int) -> Entry:
    h = f"(1/{n + 1})"
    rows = []
    for k in range(1, n + 1):
        below = " + ".join(f"{j}*{h}*(x{j} + {j}*{h} + 1)^3" for j in range(1, k + 1))
        beyond = " + ".join(f"(1 - {j}*{h})*(x{j} + {j}*{h} + 1)^3" for j in range(k + 1, n + 1)) or "0"
        rows.append(f"x{k} + {h}/2*((1 - {k}*{h})*({below}) + {k}*{h}*({beyond})) = 0")
    t = [k / (n + 1) for k in range(1, n + 1)]
    return numbered(f"discrete integral equation {n}", MGH, rows, [s * (s - 1) for s in t])


def trigonometric(n: int) -> Entry:
    total = " + ".join(f"cos(x{k})" for k in range(1, n + 1))
    rows = [f"{n} - ({total}) + {k}*(1 - cos(x{k})) - sin(x{k}) = 0" for k in range(1, n + 1)]
    return numbered(f"trigonometric {n}", MGH, rows, [1 / n] * n)


def tridiagonal(n: int) -> Entry:
    rows = [f"(3 - 2*x{k})*x{k} - {x(k - 1, n)} - 2*{x(k + 1, n)} + 1 = 0" for k in range(1, n + 1)]
    return numbered(f"Broyden tridiagonal {n}", MGH, rows, [-1.0] * n)


def singular_broyden(n: int) -> Entry:
    rows = [f"((3 - 2*x{k})*x{k} - {x(k - 1, n)} - 2*{x(k + 1, n)} + 1)^2 = 0" for k in range(1, n + 1)]
    return numbered(f"singular Broyden {n}", LUKSAN, rows, [-1.0] * n)


def banded(n: int) -> Entry:
    rows = []
    for k in range(1, n + 1):
        near = [j for j in range(max(1, k - 5), min(n, k + 1) + 1) if j != k]
        rows.append(f"x{k}*(2 + 5*x{k}^2) + 1 - (" + " + ".join(f"x{j}*(1 + x{j})" for j in near) + ") = 0")
    return numbered(f"Broyden banded {n}", MGH, rows, [-1.0] * n)


def trigexp(n: int) -> Entry:
    rows = ["3*x1^3 + 2*x2 - 5 + sin(x1 - x2)*sin(x1 + x2) = 0"]
    rows += [
        f"-x{k - 1}*exp(x{k - 1} - x{k}) + x{k}*(4 + 3*x{k}^2) + 2*x{k + 1}"
        f" + sin(x{k} - x{k + 1})*sin(x{k} + x{k + 1}) - 8 = 0"
        for k in range(2, n)
    ]
    rows.append(f"-x{n - 1}*exp(x{n - 1} - x{n}) + 4*x{n} - 3 = 0")
    return numbered(f"trigexp {n}", LUKSAN, rows, [0.0] * n)


def troesch(n: int, strength: int = 10) -> Entry:
    h = f"(1/{n + 1})"
    rows = [
        f"2*x{k} + {strength}*{h}^2*sinh({strength}*x{k}) - {x(k - 1, n)} - "
        f"{x(k + 1, n) if k < n else '1'} = 0"
        for k in range(1, n + 1)
    ]
    return numbered(f"Troesch {n}", LUKSAN, rows, [1.0] * n)


def bratu_line(n: int, strength: str = "1") -> Entry:
    h = f"(1/{n + 1})"
    rows = [
        f"{x(k - 1, n)} - 2*x{k} + {x(k + 1, n)} + {strength}*{h}^2*exp(x{k}) = 0" for k in range(1, n + 1)
    ]
    return numbered(f"Bratu on a line {n}", "Minpack-2; Kelley", rows, [0.0] * n)


def bratu_square(m: int, strength: str = "5") -> Entry:
    h = f"(1/{m + 1})"

    def at(i: int, j: int) -> str:
        return f"x{(i - 1) * m + j}" if 1 <= i <= m and 1 <= j <= m else "0"

    rows = [
        f"4*{at(i, j)} - {at(i - 1, j)} - {at(i + 1, j)} - {at(i, j - 1)} - {at(i, j + 1)}"
        f" - {strength}*{h}^2*exp({at(i, j)}) = 0"
        for i in range(1, m + 1)
        for j in range(1, m + 1)
    ]
    return numbered(f"Bratu on a square {m}x{m}", "Minpack-2 (solid fuel ignition)", rows, [0.0] * m * m)


def chandrasekhar(n: int, c: str = "0.9") -> Entry:
    rows = []
    for i in range(1, n + 1):
        terms = " + ".join(f"{2 * i - 1}/{2 * (i + j) - 2}*x{j}" for j in range(1, n + 1))
        rows.append(f"x{i}*(1 - {c}/{2 * n}*({terms})) = 1")
    return numbered(f"Chandrasekhar H {n}, c={c}", "Kelley (1995)", rows, [1.0] * n)


def rosenbrock(n: int) -> Entry:
    rows = []
    for k in range(1, n, 2):
        rows += [f"10*(x{k + 1} - x{k}^2) = 0", f"1 - x{k} = 0"]
    return numbered(f"extended Rosenbrock {n}", MGH, rows, [-1.2, 1.0] * (n // 2))


def powell_singular(n: int) -> Entry:
    rows = []
    for k in range(1, n, 4):
        a, b, c, d = (f"x{k + j}" for j in range(4))
        rows += [
            f"{a} + 10*{b} = 0",
            f"sqrt(5)*({c} - {d}) = 0",
            f"({b} - 2*{c})^2 = 0",
            f"sqrt(10)*({a} - {d})^2 = 0",
        ]
    return numbered(f"extended Powell singular {n}", MGH, rows, [3.0, -1.0, 0.0, 1.0] * (n // 4))


def exponential(n: int) -> Entry:
    rows = ["exp(x1) - 1 = 0", *(f"{k}/10*(exp(x{k}) + x{k - 1} - 1) = 0" for k in range(2, n + 1))]
    return numbered(f"exponential function {n}", "La Cruz, Martínez, Raydan (2006)", rows, [1 / n**2] * n)


def logarithmic(n: int) -> Entry:
    rows = [f"ln(x{k} + 1) - x{k}/{n} = 0" for k in range(1, n + 1)]
    return numbered(f"logarithmic function {n}", "La Cruz, Martínez, Raydan (2006)", rows, [1.0] * n)


def strictly_convex(n: int) -> Entry:
    rows = [f"{k}/10*(exp(x{k}) - 1) = 0" for k in range(1, n + 1)]
    return numbered(
        f"strictly convex {n}", "La Cruz, Martínez, Raydan (2006)", rows, [k / n for k in range(1, n + 1)]
    )


def tridiagonal_exponential(n: int) -> Entry:
    h = f"(1/{n + 1})"
    rows = [f"x{k} - exp(cos({h}*({x(k - 1, n)} + x{k} + {x(k + 1, n)}))) = 0" for k in range(1, n + 1)]
    return numbered(f"tridiagonal exponential {n}", "Bing, Lin (1991)", rows, [1.5] * n)


def penalty(n: int) -> Entry:
    total = " + ".join(f"x{k}^2" for k in range(1, n + 1))
    rows = [f"x{k}*({total}) = {n}" for k in range(1, n + 1)]
    return numbered(f"coupled spheres {n}", HERE, rows, [2.0] * n)


def complementarity(n: int) -> Entry:
    rows = [f"x{k} + sin(x{k})/2 = {k}/{n} + 0.3*cos({x(k + 1, n)})" for k in range(1, n + 1)]
    return numbered(f"sine chain {n}", HERE, rows, [0.0] * n)


def five_diagonal(n: int) -> Entry:
    rows = []
    for k in range(1, n + 1):
        below = f"8*x{k}*(x{k}^2 - {x(k - 1, n)})" if k > 1 else "0"
        beyond = f"4*(x{k} - {x(k + 1, n)}^2)" if k < n else "0"
        wide = f"{x(k - 1, n)}^2 - {x(k - 2, n)} + {x(k + 1, n)} - {x(k + 2, n)}^2"
        rows.append(f"{below} - 2*(1 - x{k}) + {beyond} + {wide} = 0")
    return numbered(f"five-diagonal {n}", LUKSAN, rows, [-2.0] * n)


def tridiagonal_luksan(n: int) -> Entry:
    rows = ["4*(x1 - x2^2) = 0"]
    rows += [f"8*x{k}*(x{k}^2 - x{k - 1}) - 2*(1 - x{k}) + 4*(x{k} - x{k + 1}^2) = 0" for k in range(2, n)]
    rows.append(f"8*x{n}*(x{n}^2 - x{n - 1}) - 2*(1 - x{n}) = 0")
    return numbered(f"Lukšan tridiagonal {n}", LUKSAN, rows, [12.0] * n)


def gauss_legendre(m: int) -> Entry:
    rows = []
    for power in range(2 * m):
        terms = " + ".join(f"x{k}*x{m + k}^{power}" if power else f"x{k}" for k in range(1, m + 1))
        rows.append(f"{terms} = {f'2/{power + 1}' if power % 2 == 0 else '0'}")
    start = [2 / m] * m + [-1 + 2 * (k + 0.5) / m for k in range(m)]
    return numbered(f"Gauss–Legendre nodes {m}", "Kearfott (1990)", rows, start)


def heart(n: int) -> Entry:
    del n
    sums = ("-0.69", "-0.044", "-1.57", "-1.31", "-2.65", "2.0", "-12.6", "9.48")
    a, b, c, d, t, u, v, w = (f"x{k}" for k in range(1, 9))
    rows = [
        f"{a} + {b} = {sums[0]}",
        f"{c} + {d} = {sums[1]}",
        f"{t}*{a} + {u}*{b} - {v}*{c} - {w}*{d} = {sums[2]}",
        f"{v}*{a} + {w}*{b} + {t}*{c} + {u}*{d} = {sums[3]}",
        f"{a}*({t}^2 - {v}^2) - 2*{c}*{t}*{v} + {b}*({u}^2 - {w}^2) - 2*{d}*{u}*{w} = {sums[4]}",
        f"{c}*({t}^2 - {v}^2) + 2*{a}*{t}*{v} + {d}*({u}^2 - {w}^2) + 2*{b}*{u}*{w} = {sums[5]}",
        f"{a}*{t}*({t}^2 - 3*{v}^2) + {c}*{v}*({v}^2 - 3*{t}^2) + {b}*{u}*({u}^2 - 3*{w}^2)"
        f" + {d}*{w}*({w}^2 - 3*{u}^2) = {sums[6]}",
        f"{c}*{t}*({t}^2 - 3*{v}^2) - {a}*{v}*({v}^2 - 3*{t}^2) + {d}*{u}*({u}^2 - 3*{w}^2)"
        f" - {b}*{w}*({w}^2 - 3*{u}^2) = {sums[7]}",
    ]
    return numbered(
        "human heart dipole", "Minpack-2", rows, [-0.3, -0.39, 0.3, -0.344, -1.2, 2.69, 1.59, -1.5]
    )


def obstacle(n: int) -> Entry:
    rows = [f"x{k} + exp(x{k})/{k} - {x(k - 1, n)}/2 = {round(3 + 2 * k / pi, 3)}" for k in range(1, n + 1)]
    return numbered(f"exponential chain {n}", HERE, rows, [0.0] * n)


ENTRIES = (
    brown(5), brown(10), brown(20), boundary(10), boundary(30), integral(8), integral(15),
    trigonometric(5), trigonometric(10), tridiagonal(10), tridiagonal(50), singular_broyden(6),
    banded(10), banded(30), trigexp(10), trigexp(30), troesch(10), troesch(20),
    bratu_line(20), bratu_square(4), bratu_square(6, "6"), chandrasekhar(8), chandrasekhar(12, "0.9999"),
    chandrasekhar(8, "1"), rosenbrock(10), powell_singular(8), exponential(10), logarithmic(10),
    strictly_convex(10), tridiagonal_exponential(10), penalty(6), complementarity(12), five_diagonal(8),
    tridiagonal_luksan(8), gauss_legendre(3), gauss_legendre(4), heart(8), obstacle(10),
)  # fmt: skip
