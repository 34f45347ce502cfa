"""One equation in one unknown: suites for root finders (Alefeld, Potra, Shi; Chun; King; textbook)."""

from __future__ import annotations

from benchmarks.catalogue.entry import Entry, entry

ROWS: tuple[tuple[str, float], ...] = (
    ("x^3 - 2*x - 5 = 0", 2), ("x^2 - exp(x) - 3*x + 2 = 0", 0.5), ("cos(x) = x", 1), ("x*exp(-x) = 0.1", 1),
    ("(x - 1)^3 = 1", 2), ("x^3 - 10 = 0", 2), ("x*exp(x^2) - sin(x)^2 + 3*cos(x) + 5 = 0", -1),
    ("exp(x^2 + 7*x - 30) = 1", 3.5), ("sin(x)^2 - x^2 + 1 = 0", 1), ("10*x*exp(-x^2) = 1", 1.8),
    ("x^20 = 1", 0.5), ("atan(x) = 0", 3), ("x^(1/3) = 0.5", 1), ("cbrt(x) = 0", 1), ("exp(x) = 1e-5", 1),
    ("ln(x) = -20", 1), ("sqrt(x) - 1/x = 3", 1), ("x^9 = 1e-9", 1), ("(x - 1e-4)^9 = 0", 1),
    ("sin(x) - x/2 = 0", 2), ("tan(x) = x + 1; 0 < x < 1.5", 1), ("x + ln(x) = 100", 10), ("x^5 + x = 1e4", 5),
    ("1/(x - 0.3)^2 + 1/((x - 0.9)^2 + 0.04) = 6 + 40", 1), ("2*x*exp(-20) + 1 = 2*exp(-20*x)", 0.5),
    ("(1 + (1 - 10)^2)*x = (1 - 10*x)^2", 0.5), ("x^2 = (1 - x)^20", 0.5), ("(x - 1)/(20*x) = 0.01", 1),
    ("x^(1/5) - 2 = 0", 1), ("erf(x) = 0.9", 1), ("gamma(x) = 24; x > 2", 3), ("x*sinh(x) = 100", 3),
    ("exp(-x)*sin(x) = 0.3", 0.5), ("x^x = 10", 2), ("ln(1 + x^2) = 3", 1), ("cosh(x/50)*50 = 80", 20),
    ("x - 3*ln(x) = 0", 2), ("1e-3*x = exp(x/1e4) - 1 - 1e-9", 100), ("x/(1 + x^2) = 0.3", 10),
    ("if(x > 0, sqrt(x), -sqrt(-x)) = -2", 1), ("|x - 3| + x = 5", 0), ("asin(x/10) + acos(x/20) = 1.5", 1),
    ("exp(21000/x)/(1.11e11*x^2) = 1", 600), ("x - 1.5*ln(x/(1 - x)) = 0.2; 0 < x < 1", 0.5),
    ("x^2*sin(1/x) = 0.05; 0.02 < x < 5", 1), ("8*(4 - x)^2*x^2/((6 - 3*x)^2*(2 - x)) = 0.186", 1),
)  # fmt: skip

ENTRIES: tuple[Entry, ...] = tuple(
    entry(text.split(";")[0], "root-finding suites", text, x=start) for text, start in ROWS
)
