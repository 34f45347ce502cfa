"""Polynomial systems."""

from __future__ import annotations

from benchmarks.catalogue.entry import Entry, entry, numbered

POSSO = "PoSSo and Verschelde's collections"


def katsura(n: int) -> Entry:
    def u(k: int) -> str:
        return f"x{abs(k) + 1}" if abs(k) <= n else "0"

    rows = [
        " + ".join(f"{u(j)}*{u(m - j)}" for j in range(-n, n + 1) if abs(m - j) <= n) + f" = {u(m)}"
        for m in range(n)
    ]
    rows.append("x1 + " + " + ".join(f"2*x{k + 1}" for k in range(1, n + 1)) + " = 1")
    return numbered(f"katsura {n}", POSSO, rows, [1.0] + [0.1] * n)


def cyclic(n: int) -> Entry:
    rows = [
        " + ".join("*".join(f"x{(i + j) % n + 1}" for j in range(d)) for i in range(n)) + " = 0"
        for d in range(1, n)
    ]
    rows.append("*".join(f"x{k}" for k in range(1, n + 1)) + " = 1")
    return numbered(f"cyclic {n}", POSSO, rows, [1.0, -1.0, 0.5, 2.0, -0.5][:n])


def noon(n: int) -> Entry:
    rows = []
    for i in range(1, n + 1):
        others = " + ".join(f"x{j}^2" for j in range(1, n + 1) if j != i)
        rows.append(f"x{i}*({others}) - 1.1*x{i} + 1 = 0")
    return numbered(f"noon {n}", POSSO, rows, [-1.0] * n)


def eco(n: int) -> Entry:
    rows = []
    for k in range(1, n):
        cross = " + ".join(f"x{i}*x{i + k}" for i in range(1, n - k))
        rows.append(f"(x{k}{' + ' + cross if cross else ''})*x{n} = {k}")
    rows.append(" + ".join(f"x{k}" for k in range(1, n)) + " = -1")
    return numbered(f"economics {n}", POSSO, rows, [1.0] * n)


ENTRIES = (
    katsura(3), katsura(4), katsura(6), cyclic(5), noon(3), noon(4), eco(5), eco(6),
    entry("Wright", "Wright (1985)", "\n".join(f"x{i}^2 - x{i} + {' + '.join(f'2*x{j}' for j in range(1, 6) if j != i)} - 10 = 0" for i in range(1, 6))),
    entry("reimer 3", POSSO, "2*x^2 - 2*y^2 + 2*z^2 = 1\n2*x^3 - 2*y^3 + 2*z^3 = 1\n2*x^4 - 2*y^4 + 2*z^4 = 1", x=0.5, y=0.4, z=0.8),
    entry("caprasse", POSSO, "y^2*z + 2*x*y*t - 2*x - z = 0\n-x^3*z + 4*x*y^2*z + 4*x^2*y*t + 2*y^3*t + 4*x^2 - 10*y^2 + 4*x*z - 10*y*t + 2 = 0\n2*y*z*t + x*t^2 - x - 2*z = 0\n-x*z^3 + 4*y*z^2*t + 4*x*z*t^2 + 2*y*t^3 + 4*x*z + 4*z^2 - 10*y*t - 10*t^2 + 2 = 0", x=1, y=1, z=1, t=1),
    entry("neurophysiology", "Verschelde; Grosan", "x1^2 + x3^2 = 1\nx2^2 + x4^2 = 1\nx5*x3^3 + x6*x4^3 = 0.1\nx5*x1^3 + x6*x2^3 = 0.2\nx5*x1*x3^2 + x6*x4^2*x2 = 0.15\nx5*x1^2*x3 + x6*x2^2*x4 = 0.12", x1=0.5, x2=0.5, x3=0.5, x4=0.5, x5=0.5, x6=0.5),
    entry("Moré and Toint circles", "Kearfott", "x^2 + y^2 + z^2 = 3\nx*y*z = 1\nx + y - 2*z = 0", x=2, y=0.5, z=1),
    entry("cassini", "Kearfott", "(x^2 + y^2)^2 - 2*(x^2 - y^2) = 0.5\nx*y = 0.3", x=1, y=1),
    entry("sendra", POSSO, "-270*x^4*y^3 - 314*x*y^4 - 689*x*y^3 + 1428 = 0\n36*x^7 + 417*x^6*y - 422*x^5*y^2 - 270*x^4*y^3 + 1428*x^3*y^4 - 1475*x^2*y^5 + 510*x*y^6 - 200*x^6 - 174*x^5*y - 966*x^4*y^2 + 529*x^3*y^3 + 269*x^2*y^4 + 49*x*y^5 - 267*y^6 + 529*x^4*y + 1303*x^2*y^3 - 314*x*y^4 + 262*y^5 + 36*x^4 - 788*x^2*y^2 - 689*x*y^3 + 177*y^4 = 0", x=1, y=1),
    entry("apollonius", "geometry", "(x - 0)^2 + (y - 0)^2 = (r + 1)^2\n(x - 5)^2 + y^2 = (r + 2)^2\n(x - 1)^2 + (y - 6)^2 = (r + 1.5)^2", x=2, y=2, r=1),
    entry("Lorentz attractor 4", POSSO, "x1*x2 - x1*x3 - x4 + 0.125 = 0\nx2*x3 - x2*x4 - x1 + 0.5 = 0\nx3*x4 - x3*x1 - x2 + 0.25 = 0\nx4*x1 - x4*x2 - x3 + 0.0625 = 0", x1=1, x2=1, x3=1, x4=1),
    entry("redeco 5", POSSO, "x1 + x1*x2 + x2*x3 + x3*x4 - u5 = 0\nx2 + x1*x3 + x2*x4 - 2*u5 = 0\nx3 + x1*x4 - 3*u5 = 0\nx4 - 4*u5 = 0\nx1 + x2 + x3 + x4 = -1", x1=1, x2=1, x3=1, x4=1, u5=1),
    entry("Bronstein 2", POSSO, "x^2 + y^2 + z^2 - 36 = 0\nx + y - z = 0\nx*y + z^2 = 1", x=1, y=1, z=1),
    entry("quadric pencil", "Kearfott", "x^2 + 2*y^2 - z = 1\nx*y + z^2 = 2\n3*x - y*z = 0.5", x=1, y=1, z=1),
)  # fmt: skip
