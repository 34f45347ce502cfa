"""Small systems of everyday engineering, of which no roots are listed: their time counts, and what is said of them."""

from __future__ import annotations

EVERYDAY = {
    "boiling point (Antoine)": ("log10(760) = 8.07131 - 1730.63/(233.426 + T)",),
    "bubble point of benzene and toluene": (
        "P1 = 10^(6.90565 - 1211.033/(T + 220.79))",
        "P2 = 10^(6.95464 - 1344.8/(T + 219.482))",
        "0.4*P1 + 0.6*P2 = 760",
        "y1 = 0.4*P1/760",
    ),
    "open channel (Manning)": (
        "A = (3 + 1.5*y)*y",
        "P = 3 + 2*y*sqrt(1 + 1.5^2)",
        "12 = A*(A/P)^(2/3)*sqrt(0.001)/0.025",
        "y > 0",
    ),
    "gas (Redlich and Kwong)": ("50 = 0.08206*400/(V - 0.0297) - 64.2/(sqrt(400)*V*(V + 0.0297))",),
    "orbit (Kepler)": ("0.8 = E - 0.6*sin(E)", "tan(nu/2) = sqrt(1.6/0.4)*tan(E/2)", "-3 < nu < 3"),
    "load flow, two buses": (
        "0.5 = V*sin(d)/0.1",
        "0.2 = (V*cos(d) - V^2)/0.1",
        "0.5 < V < 1.5",
        "-1 < d < 1",
    ),
    "pipe with Colebrook": (
        "v = Q/(pi*0.1^2/4)",
        "Re = v*0.1/1e-6",
        "1/sqrt(f) = -2*log10(0.0002/3.7 + 2.51/(Re*sqrt(f)))",
        "10 = f*100/0.1*v^2/(2*9.81)",
    ),
    "two parallel pipes": (
        "Q1 + Q2 = 0.05",
        "800*Q1^1.852 = 1500*Q2^1.852",
    ),
    "heat exchanger": (
        "Q = 2000*(90 - T)",
        "Q = 3000*(t - 20)",
        "Q = 1500*((90 - t) - (T - 20))/ln((90 - t)/(T - 20))",
    ),
    "projectile with drag": (
        "x = 30*cos(0.7)/0.1*(1 - exp(-0.1*t))",
        "0 = (30*sin(0.7) + 98.1)/0.1*(1 - exp(-0.1*t)) - 98.1*t",
        "t > 0.1",
    ),
    "weak acid": ("H*A = 1.8e-5*HA", "A + HA = 0.1", "H*OH = 1e-14", "H = A + OH", "H > 0"),
    "diode and two resistors": (
        "(5 - V)/1000 = I + V/2000",
        "I = 1e-12*(exp(V/0.02585) - 1)",
    ),
    "two diodes": (
        "(3 - V1)/470 = 1e-12*(exp((V1 - V2)/0.0257) - 1)",
        "(3 - V1)/470 = 2e-12*(exp(V2/0.0257) - 1)",
    ),
    "catenary": ("10 = 2*a*sinh(4/a)", "a > 0"),
    "black body (Wien)": ("x = 5*(1 - exp(-x))", "x > 1"),
    "reactor (Arrhenius)": ("1 - X = X*exp(12 - 6000/T)", "T = 350 + 150*X"),
    "four bars": (
        "2*cos(0.9) + 3*cos(b) = 4 + 2.5*cos(c)",
        "2*sin(0.9) + 3*sin(b) = 2.5*sin(c)",
        "-3.1 < b < 3.1",
        "-3.1 < c < 3.1",
    ),
    "equilibrium of steam and methane": (
        "(n - x)*(3 - x - y)*9 = (x - y)*(3*x + y)",
        "y*(3*x + y)*2 = (x - y)*(3 - x - y)",
        "n = 1",
        "0 < x < 1",
        "0 < y < 1",
    ),
}
