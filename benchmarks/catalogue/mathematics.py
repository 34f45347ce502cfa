"""Small systems from papers on methods."""

from __future__ import annotations

from benchmarks.catalogue.entry import entry

ENTRIES = (
    entry("Freudenstein and Roth", "MGH", "x - 13 + ((5 - y)*y - 2)*y = 0\nx - 29 + ((y + 1)*y - 14)*y = 0", x=0.5, y=-2),
    entry("Powell badly scaled", "MGH", "1e4*x*y = 1\nexp(-x) + exp(-y) = 1.0001", x=0, y=1),
    entry("Brown badly scaled", "MGH", "x = 1e6\ny = 2e-6\nx*y + z = 3", x=1, y=1, z=1),
    entry("Beale as equations", "MGH", "x*(1 - y) = 1.5\nx*(1 - y^2) = 2.25", x=1, y=1),
    entry(
        "helical valley", "MGH",
        "10*(z - 10*if(x > 0, atan(y/x)/(2*pi), atan(y/x)/(2*pi) + 0.5)) = 0\n10*(sqrt(x^2 + y^2) - 1) = 0\nz = 0",
        x=-1, y=0, z=0,
    ),
    entry("Boggs", "Boggs (1971)", "x^2 - y + 1 = 0\nx - cos(pi*y/2) = 0", x=1, y=0),
    entry("Powell 1970", "Powell (1970)", "x^2 - y - 1 = 0\n(x - 2)^2 + (y - 0.5)^2 - 1 = 0", x=0.1, y=2),
    entry("Himmelblau", "Himmelblau (1972)", "x^2 + y = 11\nx + y^2 = 7", x=0, y=0),
    entry("Himmelblau gradient", "Himmelblau (1972)", "4*x*(x^2 + y - 11) + 2*(x + y^2 - 7) = 0\n2*(x^2 + y - 11) + 4*y*(x + y^2 - 7) = 0", x=1, y=1),
    entry("Dennis Schnabel", "Dennis, Schnabel (1983)", "x^2 + y^2 = 2\nexp(x - 1) + y^3 = 2", x=2, y=0.5),
    entry("Kearfott 5", "Kearfott (1987)", "x^2 - y = 0\ny^2 - x = 0\nz^2 + x*y = 1", x=0.5, y=0.5, z=1),
    entry("sine and cosine box", "Floudas et al. (1999), 14.1.1", "0.5*sin(x*y) - 0.25*y/pi - 0.5*x = 0\n(1 - 0.25/pi)*(exp(2*x) - exp(1)) + exp(1)*y/pi - 2*exp(1)*x = 0", x=0.6, y=3),
    entry("Bullard and Biegler", "Bullard, Biegler (1991)", "1e4*x*y = 1\nexp(-x) + exp(-y) = 1.001\n5.49e-6 <= x <= 4.553\n2.196e-3 <= y <= 18.21", x=1, y=1),
    entry("Ferraris and Tronconi", "Floudas et al. 14.1.5", "2*a + b + c + d + e = 6\na + 2*b + c + d + e = 6\na + b + 2*c + d + e = 6\na + b + c + 2*d + e = 6\na*b*c*d*e = 1", a=0.5, b=0.5, c=0.5, d=0.5, e=0.5),
    entry("Smith steady state", "Floudas et al. 14.1.6", "-0.25*x + y - 0.1 = sin(x)*0.5\nx^2/4 + y^2 = 2", x=1, y=1),
    entry("three trigonometric", "Burden, Faires", "3*x - cos(y*z) = 1/2\nx^2 - 81*(y + 0.1)^2 + sin(z) + 1.06 = 0\nexp(-x*y) + 20*z + (10*pi - 3)/3 = 0", x=0.1, y=0.1, z=-0.1),
    entry("Burden 2", "Burden, Faires", "x^2 + y - 37 = 0\nx - y^2 - 5 = 0\nx + y + z - 3 = 0", x=0, y=0, z=0),
    entry("Burden 3", "Burden, Faires", "15*x + y^2 - 4*z = 13\nx^2 + 10*y - z = 11\ny^3 - 25*z = -22", x=0, y=0, z=0),
    entry("Burden 4", "Burden, Faires", "10*x - 2*y^2 + y - 2*z - 5 = 0\n8*y^2 + 4*z^2 - 9 = 0\n8*y*z + 4 = 0", x=0, y=1, z=-1),
    entry("exponentials and sines", "Grosan, Abraham (2008)", "cos(2*x) - cos(2*y) = 0.4\n2*(y - x) + sin(2*y) - sin(2*x) = 1.2", x=0.1, y=0.5),
    entry("Grosan 2", "Grosan, Abraham (2008)", "exp(x) + x*y = 1\nsin(x*y) + x + y = 1", x=0.5, y=0.5),
    entry("Cosnard Moré", "Cosnard, Moré", "x*exp(y) = 2\ny*exp(x) = 2.5", x=1, y=1),
    entry("Branin", "Branin (1972)", "-sin(x)*cos(y) - 2*cos(x)*sin(y) = 0\n-cos(x)*sin(y) - 2*sin(x)*cos(y) = 0", x=0.4, y=0.4),
    entry("Branin 2", "Branin (1972)", "1 - 2*y + sin(4*pi*y)/20 - x = 0\ny - sin(2*pi*x)/2 = 0", x=0.1, y=-0.1),
    entry("Gheri and Mancino 5", "Gheri, Mancino", "\n".join(
        f"{14*5}*x{i} + ({i} - 2.5)^3 + " + " + ".join(f"sqrt(x{j}^2 + {i}/{j})*(sin(ln(sqrt(x{j}^2 + {i}/{j})))^5 + cos(ln(sqrt(x{j}^2 + {i}/{j})))^5)" for j in range(1, 6) if j != i) + " = 0"
        for i in range(1, 6)), x1=0, x2=0, x3=0, x4=0, x5=0),
    entry("singular Jacobian at the start", "Griewank, Osborne (1983)", "x^2 - y^2 + 2*y = 1.5\n2*x + y^2 - 6 = 0", x=0, y=0),
    entry("Griewank Osborne", "Griewank, Osborne (1983)", "29/16*x^3 - 2*x*y = 0\ny - x^2 = 0", x=1, y=1),
    entry("double root", "Decker, Keller, Kelley (1983)", "x + y^2 = 0\n1.5*x*y + y^2 + y^3 = 0", x=0.1, y=0.1),
    entry("semiconductor boundary", "Molenaar, Hemker", "exp(38.68*(x - y)) - exp(38.68*(z - x)) = 1e4*(x - 0.5)\ny + 0.1*exp(y) = x\nz - x = 0.1*sin(z)", x=0, y=0, z=0),
    entry("semiconductor", "Nowak, Weimann: NLEQ", "a := 38.683\nexp(a*(u3 - u1)) - exp(a*(u1 - u2)) - 1.22/1.2 = 0\nu2 = 0\nu3 = 0", u1=1, u2=1, u3=1),
    entry("exponential sums", "Nowak, Weimann: NLEQ", "exp(x^2 + y^2) - 3 = 0\nx + y - sin(3*(x + y)) = 0", x=0.81, y=0.82),
    entry("exp-sin 2", "Nowak, Weimann: NLEQ", "exp(x^2 + y^2) - 3 = 0\nx + y - sin(3*(x + y)) = 0", x=2.99714682530400, y=-2.95330710241260),
    entry("Roberts and Shipman", "Roberts, Shipman (1972)", "x^2 + 2*sin(y) + cos(z) = 2\n3*x - y + exp(z) = 4\nx*y + z^3 = 1.5", x=0, y=0, z=0),
    entry("Deist and Sefor", "Deist, Sefor (1967)", "\n".join(
        f"{' + '.join(f'cos({b}*x{j})/sin({b}*x{j})' for j, b in enumerate(('0.02249','0.02166','0.02083','0.02','0.01918','0.01835'), start=1) if j != i)} = 0"
        for i in range(1, 7)), x1=75, x2=75, x3=75, x4=75, x5=75, x6=75),
    entry("arrow head", "Hiebert (1982)", "x1^2 + x2 + x3 = 4\nx1*x2 + x2^2 - x3 = 1\nx1 + x2*x3 = 2", x1=1, x2=1, x3=1),
    entry("Alefeld square roots", "Ortega, Rheinboldt", "sqrt(x) + sqrt(y) = 3\nx*y = 4", x=2, y=2),
    entry("logs only inside", "Kelley", "ln(x - 2) + y^2 = 3\nln(5 - y) + x = 4", x=3, y=1),
    entry("hyperbolas far away", "Rabinowitz", "x*y = 1e6\nx/y = 100", x=1, y=1),
    entry("circle and cubic", "Ortega, Rheinboldt", "x^2 + y^2 = 4\ny = x^3 - 1", x=1, y=1),
    entry("four exponentials", "Floudas et al.", "exp(a) + exp(b) = 4\nexp(-a) + c = 1\nc*d = 0.25\nd + ln(b + 3) = 2", a=1, b=1, c=1, d=1),
    entry("catenary", "statics", "a*cosh(b/a) - a = 10\n2*b = 50", a=10, b=20),
    entry("Weber locations", "Minpack", "x/sqrt(x^2 + y^2) + (x - 4)/sqrt((x - 4)^2 + y^2) + (x - 1)/sqrt((x - 1)^2 + (y - 3)^2) = 0\ny/sqrt(x^2 + y^2) + y/sqrt((x - 4)^2 + y^2) + (y - 3)/sqrt((x - 1)^2 + (y - 3)^2) = 0", x=1.5, y=1),
    entry("Robinson 1966", "Robinson (1966)", "(x - y)^2 + z = 1\nx^3 - exp(y/3) = 0.5\nsin(z) + x*y = 1.2", x=1, y=1, z=1),
    entry("absolute values", "Clarke", "|x| + y^2 = 3\nx - |y| = -1", x=1, y=1),
    entry("max and min", "Qi, Sun", "max(x, y^2) = 4\nmin(x, y) + x*y = -10", x=1, y=1),
)  # fmt: skip
