"""Chemical engineering: equilibria, flashes, reactors, equations of state."""

from __future__ import annotations

from benchmarks.catalogue.entry import entry

SHACHAM = "Shacham, Brauner, Cutlip: NLE library"

ENTRIES = (
    entry("combustion of propane", "Meintjes, Morgan (1990)", """
        R := 10; R5 := 0.193; R6 := 0.002597/sqrt(40); R7 := 0.003448/sqrt(40); R8 := 0.00001799/40
        R9 := 0.0002155/sqrt(40); R10 := 0.00003846/40
        y1*y2 + y1 - 3*y5 = 0
        2*y1*y2 + y1 + y2*y3^2 + R8*y2 - R*y5 + 2*R10*y2^2 + R7*y2*y3 + R9*y2*y4 = 0
        2*y2*y3^2 + 2*R5*y3^2 - 8*y5 + R6*y3 + R7*y2*y3 = 0
        R9*y2*y4 + 2*y4^2 - 4*R*y5 = 0
        y1*(y2 + 1) + R10*y2^2 + y2*y3^2 + R8*y2 + R5*y3^2 + y4^2 - 1 + R6*y3 + R7*y2*y3 + R9*y2*y4 = 0
        """, y1=0.1, y2=30, y3=0.1, y4=1, y5=0.1),
    entry("propane in air, full", "Minpack-2; Hiebert", """
        p := 40; R := 10
        K5 := 1.930e-1; K6 := 2.597e-3; K7 := 3.448e-3; K8 := 1.799e-5; K9 := 2.155e-4; K10 := 3.846e-5
        n1 + n4 = 3
        2*n1 + n2 + n4 + n7 + n8 + n9 + 2*n10 = R
        2*n2 + 2*n5 + n6 + n7 = 8
        2*n3 + n9 = 4*R
        K5*n2*n4 = n1*n5
        K6*sqrt(n2*n4) = sqrt(n1)*n6*sqrt(p/n11)
        K7*sqrt(n1*n2) = sqrt(n4)*n7*sqrt(p/n11)
        K8*n1 = n4*n8*(p/n11)
        K9*n1*sqrt(n3) = n4*n9*sqrt(p/n11)
        K10*n1^2 = n4^2*n10*(p/n11)
        n11 = n1 + n2 + n3 + n4 + n5 + n6 + n7 + n8 + n9 + n10
        n1 > 0; n2 > 0; n3 > 0; n4 > 0; n5 > 0
        """, n1=3, n2=4, n3=20, n4=0.1, n5=0.1, n6=0.1, n7=0.1, n8=0.1, n9=0.1, n10=0.1, n11=28),
    entry("methane steam reforming", "Carnahan, Luther, Wilkes (1969)", """
        x1/2 + x2 + x3/2 - x6/x7 = 0
        x3 + x4 + 2*x5 - 2/x7 = 0
        x1 + x2 + x5 - 1/x7 = 0
        -28837*x1 - 139009*x2 - 78213*x3 + 18927*x4 + 8427*x5 + 13492/x7 - 10690*x6/x7 = 0
        x1 + x2 + x3 + x4 + x5 = 1
        400*x1*x4^3 - 1.7837e5*x3*x5 = 0
        x1*x3 - 2.6058*x2*x4 = 0
        """, x1=0.5, x2=0.001, x3=0.5, x4=0.4, x5=0.1, x6=0.5, x7=2),
    entry("three equilibria", SHACHAM + " (problem 5)", """
        CA0 := 1.5; CB0 := 1.5; K1 := 1.06; K2 := 2.63; K3 := 5
        CC*CD = K1*CA*CB; CX*CY = K2*CB*CC; CZ = K3*CA*CX
        CA = CA0 - CD - CZ; CB = CB0 - CD - CY; CC = CD - CY; CY = CX + CZ
        """, CD=0, CX=0, CZ=0, CA=1, CB=1, CC=1, CY=1),
    entry("van der Waals", SHACHAM, "P := 56; T := 450; Tc := 405.5; Pc := 111.3; R := 0.08206\na := 27/64*(R^2*Tc^2/Pc); b := R*Tc/(8*Pc)\n(P + a/V^2)*(V - b) = R*T", V=0.6),
    entry("Redlich Kwong", SHACHAM, "P := 200; T := 631.1; R := 0.08206; a := 0.42747*R^2*126.2^2.5/33.5; b := 0.08664*R*126.2/33.5\nP = R*T/(V - b) - a/(V*(V + b)*sqrt(T))", V=0.2),
    entry("Peng Robinson", "Sandler", "R := 8.314; T := 350; P := 9.4573e5; Tc := 425.2; Pc := 3.797e6; w := 0.193\nk := 0.37464 + 1.54226*w - 0.26992*w^2; al := (1 + k*(1 - sqrt(T/Tc)))^2; a := 0.45724*R^2*Tc^2/Pc*al; b := 0.0778*R*Tc/Pc\nP = R*T/(V - b) - a/(V*(V + b) + b*(V - b))", V=2e-3),
    entry("Beattie Bridgeman", SHACHAM, "R := 0.08206; T := 273.15; be := R*T*0.05587 - 2.2769 - R*128300/T^2\nga := -R*T*0.05587*(-0.01587) + 2.2769*0.01855 - R*0.05587*128300/T^2; de := R*0.05587*(-0.01587)*128300/T^2\n100 = R*T/V + be/V^2 + ga/V^3 + de/V^4", V=0.175),
    entry("adiabatic flame", SHACHAM, "T*(7.256 + 2.298e-3*T/2 + 0.283e-6*T^2/3)*3 - 298*(7.256 + 2.298e-3*298/2)*3 = 57798", T=1000),
    entry("conversion in a reactor", SHACHAM, "x/(1 - x) - 5*ln(0.4*(1 - x)/(0.4 - 0.5*x)) + 4.45977 = 0", x=0.75),
    entry("adiabatic reactor", SHACHAM, "120*x - 75*(0.12*exp(12581*(T - 298)/(298*T)))*(1 - x) = 0\n-x*(873 - T) + 11*(T - 300) = 0", x=0.99, T=600),
    entry("exothermic CSTR", "Shacham, Brauner, Pozin (1998)", "k = 3e8*exp(-5033/T)\nCA = 1/(1 + 10*k)\nT = 298 + 200*(1 - CA) - 0.5*(T - 298)", k=1, CA=0.5, T=350),
    entry("stirred tank, two reactions", "Fogler", """
        k1 := 0.1; k2 := 0.05
        0 = 1 - CA - 10*k1*CA*CB; 0 = 1.2 - CB - 10*k1*CA*CB - 10*k2*CB*CC; 0 = -CC + 10*k1*CA*CB - 10*k2*CB*CC
        """, CA=0.5, CB=0.5, CC=0.5),
    entry("bubble point", "Antoine", "10^(6.90565 - 1211.033/(T + 220.79))*0.4 + 10^(6.95464 - 1344.8/(T + 219.482))*0.6 = 760", T=90),
    entry("dew point", "Antoine", "0.4*760/10^(6.90565 - 1211.033/(T + 220.79)) + 0.6*760/10^(6.95464 - 1344.8/(T + 219.482)) = 1", T=100),
    entry("Rachford Rice", "flash", "0.3*(2 - 1)/(1 + v*(2 - 1)) + 0.3*(1.2 - 1)/(1 + v*(1.2 - 1)) + 0.4*(0.4 - 1)/(1 + v*(0.4 - 1)) = 0\n0 <= v <= 1", v=0.5),
    entry("flash drum", "Seader, Henley", """
        F := 100; z := 0.4; P := 760
        K1 = 10^(6.90565 - 1211.033/(T + 220.79))/P; K2 = 10^(6.95464 - 1344.8/(T + 219.482))/P
        y = K1*x; 1 - y = K2*(1 - x); F = V + L; F*z = V*y + L*x; V = 40
        """, T=95, x=0.3, y=0.5, V=40, L=60, K1=1.5, K2=0.7),
    entry("azeotrope by Wilson", "Henley, Seader; Shacham", """
        ln(g1) = -ln(x1 + 0.1782*x2) + x2*(0.1782/(x1 + 0.1782*x2) - 0.9544/(0.9544*x1 + x2))
        ln(g2) = -ln(x2 + 0.9544*x1) - x1*(0.1782/(x1 + 0.1782*x2) - 0.9544/(0.9544*x1 + x2))
        g1*10^(8.1122 - 1592.864/(T + 226.184)) = 760; g2*10^(8.07131 - 1730.63/(T + 233.426)) = 760
        x1 + x2 = 1
        """, x1=0.9, x2=0.1, T=78, g1=1, g2=3),
    entry("liquid-liquid split", "van Laar; Cutlip", """
        ln(ga) = 1.9/(1 + 1.9*xa/(2.8*(1 - xa)))^2; ln(gb) = 2.8/(1 + 2.8*(1 - xa)/(1.9*xa))^2
        ga*xa*500 + gb*(1 - xa)*300 = 715
        """, xa=0.2, ga=2, gb=1),
    entry("pH of a weak acid", "aqueous", "H*A = 1.8e-5*HA; H*OH = 1e-14; H = A + OH; A + HA = 0.01", H=1e-3, A=1e-3, HA=0.01, OH=1e-11),
    entry("carbonate water", "Stumm, Morgan", "H*HCO3 = 10^-6.35*CO2; H*CO3 = 10^-10.33*HCO3; H*OH = 1e-14; CO2 = 10^-1.47*3.9e-4; H = HCO3 + 2*CO3 + OH; H > 0", H=1e-6, HCO3=1e-6, CO3=1e-10, OH=1e-8, CO2=1e-5),
    entry("phosphate buffer", "aqueous", "H*H2P = 10^-2.15*H3P; H*HP = 10^-7.2*H2P; H*PO = 10^-12.35*HP; H*OH = 1e-14; H3P + H2P + HP + PO = 0.1; 0.12 + H = OH + H2P + 2*HP + 3*PO; H > 0; PO > 0", H=1e-7, H2P=0.05, H3P=1e-5, HP=0.05, PO=1e-6, OH=1e-7),
    entry("gas-phase dissociation", "Prausnitz", "K1 := 1.7e-5; K2 := 0.03\nCO*sqrt(O2) = K1*CO2*sqrt(n); NO^2 = K2*N2*O2; CO + CO2 = 1; CO + 2*CO2 + 2*O2 + NO = 4; 2*N2 + NO = 7.52; n = CO + CO2 + O2 + NO + N2; O2 > 0; NO > 0; CO > 0", CO=0.1, CO2=0.9, O2=1, NO=0.1, N2=3.7, n=5),
    entry("two tanks in series", "Cutlip", "C1 + 2*0.5*C1^2*5 = 2; C2 + 2*0.5*C2^2*5 = C1; C3 + 0.3*C3/(1 + C3) = C2", C1=1, C2=0.5, C3=0.2),
    entry("catalyst pellet", "Weisz, Hicks", "t = exp(0.6*20*(1 - c)/(1 + 0.6*(1 - c))); c*t*0.16 = 1 - c - 0.02*ln(t)", t=2, c=0.9),
    entry("Langmuir two gases", "adsorption", "q1 = 3*2.5*p1/(1 + 2.5*p1 + 0.8*p2); q2 = 3*0.8*p2/(1 + 2.5*p1 + 0.8*p2); p1 + 0.4*q1 = 1.2; p2 + 0.4*q2 = 1", q1=1, q2=1, p1=0.5, p2=0.5),
    entry("distillation, five stages", "McCabe, Thiele", "\n".join([
        *(f"y{k} = 2.5*x{k}/(1 + 1.5*x{k})" for k in range(1, 6)),
        "xd = y1; 3*(x1) + 1*xd = 4*y2; 3*x2 + xd = 4*y3",
        "3*x2 + 4*y4 + 2*0.5 = 5*x3 + 4*y3", "5*x4 - 1*x5 = 4*y5"]),
        **{f"x{k}": 0.5 for k in range(1, 6)}, **{f"y{k}": 0.6 for k in range(1, 6)}, xd=0.8),
    entry("batch heat balance", "Himmelblau, Riggs", "Q = 1000*4.18*(T - 293); Q = 50*12*(373 - (T + 293)/2)*((373 - 293)/(373 - T))^0.25; T < 373", T=330, Q=1e5),
    entry("ammonia converter", "Felder", "(2*x)^2*(4 - 2*x)^2*27/16 = 6.5e-3*(1 - x)*(3 - 3*x)^3*2500/25; 0 < x < 1", x=0.3),
    entry("polymer reactor", "Luyben", "k = 1e9*exp(-1e4/T); 1 - M = 100*k*M; 300 + 400*(1 - M) = T + 0.2*(T - 290)", k=1, M=0.5, T=400),
    entry("Monod chemostat", "bioengineering", "0.4*S/(2 + S + S^2/50)*X = 0.2*X; 0.2*(10 - S) = 0.4*S/(2 + S + S^2/50)*X/0.5; X > 0", S=2, X=4),
    entry("Goldman equation", "physiology", "V = 8.314*310/96485*ln((PK*5 + 0.04*145 + 0.45*10)/(PK*140 + 0.04*12 + 0.45*110)); V = -0.07", V=-0.05, PK=1),
    entry("Hodgkin Huxley rest", "physiology", "0 = 36*n^4*(V + 77) + 120*m^3*h*(V - 50) + 0.3*(V + 54.387); n = 0.01*(V + 55)/(1 - exp(-(V + 55)/10))/(0.01*(V + 55)/(1 - exp(-(V + 55)/10)) + 0.125*exp(-(V + 65)/80)); m = 0.1*(V + 40)/(1 - exp(-(V + 40)/10))/(0.1*(V + 40)/(1 - exp(-(V + 40)/10)) + 4*exp(-(V + 65)/18)); h = 0.07*exp(-(V + 65)/20)/(0.07*exp(-(V + 65)/20) + 1/(1 + exp(-(V + 35)/10)))", V=-60, n=0.3, m=0.05, h=0.6),
)  # fmt: skip
