"""Mechanics, fluids, heat, electricity, machines."""

from __future__ import annotations

from benchmarks.catalogue.entry import entry

ENTRIES = (
    entry("Colebrook", "fluids", "1/sqrt(f) = -2*log10(1.5e-4/3.7 + 2.51/(1e5*sqrt(f)))", f=0.02),
    entry("pipe flow", "Cutlip", "Re = 998*v*0.1/1e-3; 1/sqrt(f) = -2*log10(4.6e-5/0.1/3.7 + 2.51/(Re*sqrt(f))); f*200/0.1*v^2/2 = 9.81*15 - v^2/2", Re=1e5, f=0.02, v=2),
    entry("three reservoirs", "fluids", """
        g := 9.81; f := 0.02
        Q1 = sign(50 - H)*sqrt(|50 - H|*2*g*0.3/(f*1000))*pi*0.3^2/4
        Q2 = sign(H - 30)*sqrt(|H - 30|*2*g*0.25/(f*800))*pi*0.25^2/4
        Q3 = sign(H - 10)*sqrt(|H - 10|*2*g*0.2/(f*1500))*pi*0.2^2/4
        Q1 = Q2 + Q3
        """, Q1=0.1, Q2=0.05, Q3=0.05, H=35),
    entry("pipe network", "Hardy Cross", """
        K1 := 150; K2 := 200; K3 := 100; K4 := 250; K5 := 300
        q1 + q2 = 1; q1 = q3 + q5; q2 + q5 = q4; q3 + q4 = 1
        K1*q1*|q1| + K5*q5*|q5| - K2*q2*|q2| = 0; K3*q3*|q3| - K4*q4*|q4| - K5*q5*|q5| = 0
        """, q1=0.5, q2=0.5, q3=0.5, q4=0.5, q5=0),
    entry("pump and system", "fluids", "H = 60 - 4000*Q^2; H = 20 + 8*0.02*300*Q^2/(pi^2*9.81*0.15^5); P = 1000*9.81*Q*H/0.7; Q > 0", Q=0.03, H=40, P=2e4),
    entry("open channel (Manning)", "hydraulics", "20 = 1/0.03*A*(A/W)^(2/3)*sqrt(0.001); A = (5 + 2*y)*y; W = 5 + 2*y*sqrt(5)", y=1.5, A=10, W=10),
    entry("hydraulic jump", "hydraulics", "q := 3; y1 := 0.3\nq^2/(9.81*y1) + y1^2/2 = q^2/(9.81*y2) + y2^2/2; y2 > 0.4", y2=1),
    entry("terminal velocity", "Cutlip", "v = sqrt(4*9.80665*(1800 - 994.6)*2.08e-4/(3*C*994.6)); Re = 2.08e-4*v*994.6/8.931e-4; C = 24/Re*(1 + 0.14*Re^0.7)", v=0.01, Re=2, C=10),
    entry("heat exchanger", "Incropera", "Q = 2*4180*(360 - Th); Q = 3*4180*(Tc - 290); Q = 5000*((360 - Tc) - (Th - 290))/ln((360 - Tc)/(Th - 290))", Q=2e5, Th=325, Tc=310),
    entry("radiating plate", "Incropera", "800 = 0.9*5.67e-8*(T^4 - 290^4) + 10*(T - 295)", T=320),
    entry("three-layer wall with radiation", "Incropera", "q = 0.8*5.67e-8*(1200^4 - T1^4) + 20*(1200 - T1); q = 1.5/0.2*(T1 - T2); q = 0.1/0.1*(T2 - T3); q = 10*(T3 - 300) + 0.9*5.67e-8*(T3^4 - 300^4)", q=1000, T1=1190, T2=1000, T3=350),
    entry("fin array", "Incropera", "m = sqrt(4*h/(200*0.01)); q = sqrt(h*pi*0.01*200*pi*0.01^2/4)*60*tanh(m*0.1); h = 1.32*(q/(h*0.01*0.1)/0.05)^0.25", m=5, q=5, h=10),
    entry("thermistor", "Steinhart, Hart", "1/T = 1.129e-3 + 2.341e-4*ln(R) + 8.775e-8*ln(R)^3; T = 310", T=300, R=1e4),
    entry("diode bridge", "circuits", "I1 = 1e-12*(exp(V1/0.02585) - 1); I2 = 1e-12*(exp(V2/0.02585) - 1); 5 = 1000*(I1 + I2) + V1; V1 = V2 + 100*I2", I1=1e-3, I2=1e-3, V1=0.6, V2=0.6),
    entry("solar cell", "circuits", "I = 8 - 1e-9*(exp((V + 0.01*I)/(60*0.025852*1.2)) - 1) - (V + 0.01*I)/300; V = 3*I", I=5, V=20),
    entry("transistor bias", "circuits (Ebers–Moll)", "IC = 1e-14*(exp(VBE/0.02585) - exp(VBC/0.02585)); IB = 1e-14/100*(exp(VBE/0.02585) - 1) + 1e-14*(exp(VBC/0.02585) - 1); 10 = 1e3*IC + VC; 10 = 4.7e5*IB + VBE; VBC = VBE - VC", IC=1e-3, IB=1e-5, VBE=0.65, VC=5, VBC=-4),
    entry("tunnel diode", "Chua", "i = 17.76*v - 103.79*v^2 + 229.62*v^3 - 226.31*v^4 + 83.72*v^5; 1.2 = 0.0015*i*1000/1.5*1.5 + v", v=0.5, i=0.5),
    entry("two-bus power flow", "power systems", "V*10*sin(d) = -1.5*1; 10*V*cos(d) - 10*V^2 = 0.5; V > 0.5", V=1, d=0),
    entry("three-bus power flow", "power systems", """
        0.5 = 1.02*V2*5*sin(d2 - 0) *1 + V2*V3*4*sin(d2 - d3)
        -1.2 = 1.0*V3*6*sin(d3) + V3*V2*4*sin(d3 - d2)
        -0.3 = -V3*1.0*6*cos(d3) - V3*V2*4*cos(d3 - d2) + 10*V3^2
        V2 = 1.01; V3 > 0.5; -1.5 < d2 < 1.5; -1.5 < d3 < 1.5
        """, V2=1, V3=1, d2=0, d3=0),
    entry("four-bar linkage", "kinematics", "2*cos(0.8) + 4*cos(a) = 5 + 3*cos(b); 2*sin(0.8) + 4*sin(a) = 3*sin(b)", a=0.3, b=1.5),
    entry("slider crank", "kinematics", "x = 0.1*cos(1.1) + 0.4*cos(p); 0.1*sin(1.1) = 0.4*sin(p)", x=0.4, p=0.2),
    entry("planar arm", "robotics", "3*cos(a) + 2*cos(a + b) = 3.5; 3*sin(a) + 2*sin(a + b) = 2", a=0.2, b=0.5),
    entry("arm with three joints", "robotics", "2*cos(a) + 1.5*cos(a + b) + cos(a + b + c) = 2.5; 2*sin(a) + 1.5*sin(a + b) + sin(a + b + c) = 2; a + b + c = 1", a=0.3, b=0.5, c=0.2),
    entry("kinematics of six joints", "Morgan, Sommese; Kearfott 11", """
        x1^2 + x2^2 = 1; x3^2 + x4^2 = 1; x5^2 + x6^2 = 1; x7^2 + x8^2 = 1
        4.731e-3*x1*x3 - 0.3578*x2*x3 - 0.1238*x1 + x7 - 1.637e-3*x2 - 0.9338*x4 - 0.3571 = 0
        0.2238*x1*x3 + 0.7623*x2*x3 + 0.2638*x1 - x7 - 0.07745*x2 - 0.6734*x4 - 0.6022 = 0
        x6*x8 + 0.3578*x1 + 4.731e-3*x2 = 0
        -0.7623*x1 + 0.2238*x2 + 0.3461 = 0
        """, x1=0.164, x2=-0.98, x3=-0.9, x4=-0.4, x5=-0.99, x6=-0.05, x7=0.1, x8=0.9),
    entry("Stewart-like platform", "robotics", "x^2 + y^2 + z^2 = 9; (x - 2)^2 + y^2 + z^2 = 8; (x - 1)^2 + (y - 2)^2 + z^2 = 7; z > 0", x=1, y=1, z=2),
    entry("Kepler", "celestial mechanics", "E - 0.9*sin(E) = 0.5", E=0.5),
    entry("Lambert-like transfer", "celestial mechanics", "t = a^1.5*(2*asin(sqrt(2.2/(2*a))) - sin(2*asin(sqrt(2.2/(2*a))))); t = 1.8; a > 1.1", t=1, a=2),
    entry("Lagrange point", "celestial mechanics", "x - 0.988/(x + 0.012)^2 - 0.012/(x - 0.988)^2 = 0; x > 1", x=1.1),
    entry("GPS position", "geodesy", "(x - 15600)^2 + (y - 7540)^2 + (z - 20140)^2 = (299792.458*(0.07074 - d))^2; (x - 18760)^2 + (y - 2750)^2 + (z - 18610)^2 = (299792.458*(0.07220 - d))^2; (x - 17610)^2 + (y - 14630)^2 + (z - 13480)^2 = (299792.458*(0.07690 - d))^2; (x - 19170)^2 + (y - 610)^2 + (z - 18390)^2 = (299792.458*(0.07242 - d))^2", x=0, y=0, z=6370, d=0),
    entry("hanging cable", "statics", "y = T/20*(cosh(20*50/T) - 1); y = 15; L = 2*T/20*sinh(20*50/T)", T=1000, y=10, L=100),
    entry("Euler column with a crooked axis", "statics", "s = P/2e-3*(1 + 0.01*0.05/1e-4*1/(cos(3/2*sqrt(P/(2e11*2e-7))))); s = 2.5e8; 0 < P < 4.3e4", P=2e4, s=1e8),
    entry("thin ring impact", "vibration", "cos(b)*cosh(b) = -1; 1 < b < 3", b=2),
    entry("isentropic nozzle", "gas dynamics", "4 = 1/M*((1 + 0.2*M^2)/1.2)^3; M > 1", M=2),
    entry("oblique shock", "gas dynamics", "tan(0.2) = 2/tan(b)*(9*sin(b)^2 - 1)/(9*(1.4 + cos(2*b)) + 2); 0.3 < b < 1", b=0.5),
    entry("Fanno flow", "gas dynamics", "4*0.005*L/0.05 = (1 - M^2)/(1.4*M^2) + 2.4/2.8*ln(2.4*M^2/(2 + 0.4*M^2)); M = 0.3; L > 0", M=0.5, L=10),
    entry("gas turbine cycle", "Çengel", "T2 = 300*10^(0.4/1.4); T2a = 300 + (T2 - 300)/0.85; T4 = 1300*10^(-0.4/1.4); T4a = 1300 - 0.9*(1300 - T4); e = ((1300 - T4a) - (T2a - 300))/(1300 - T2a)", T2=500, T2a=600, T4=700, T4a=800, e=0.3),
    entry("humid air", "psychrometry", "p = 611.2*exp(17.62*(T - 273.15)/(T - 30.03)); p = 2000; w = 0.622*p/(101325 - p)", T=290, p=1000, w=0.01),
    entry("loan", "finance", "250000 = 1500*(1 - (1 + r)^-360)/r; 0 < r < 0.1", r=0.005),
    entry("Black Scholes volatility", "finance", "d = (ln(100/110) + (0.03 + s^2/2)*0.5)/(s*sqrt(0.5)); c = 100*(1 + erf(d/sqrt(2)))/2 - 110*exp(-0.015)*(1 + erf((d - s*sqrt(0.5))/sqrt(2)))/2; c = 4; s > 0", d=-0.3, c=3, s=0.2),
    entry("dimension reduction of a spring", "mechanics", "1e5*(x - y)*(1 - 1/sqrt(1 + (x - y)^2)) + 200*x = 50; 1e3*y - 1e5*(x - y)*(1 - 1/sqrt(1 + (x - y)^2)) = 10", x=0.1, y=0.01),
    entry("nuclear six-factor", "criticality", "tan(b)*b = 2.5; 0 < b < 1.57", b=1),
    entry("Wien displacement", "radiation", "x*exp(x)/(exp(x) - 1) = 5; x > 1", x=4),
    entry("Planck brightness", "radiation", "2*6.62607015e-34*299792458^2/(5e-7)^5/(exp(6.62607015e-34*299792458/(5e-7*1.380649e-23*T)) - 1) = 2.6e13", T=5000),
    entry("semiconductor doping", "solid state", "n*p = (1.45e10)^2; n + Na = p + Nd; Nd := 1e16; Na := 3e15; n > 0; p > 0", n=7e15, p=3e4),
    entry("plasma Saha", "astrophysics", "x^2/(1 - x) = 4e-6*T^1.5*exp(-157900/T)*1e2; x = 0.5", x=0.5, T=1e4),
    entry("MOSFET amplifier", "circuits", "ID = 0.5*2e-3*(VG - VS - 1)^2; VS = 1000*ID; VG = 5; VD = 12 - 3000*ID; VG - VS > 1", ID=1e-3, VS=1, VG=5, VD=9),
    entry("water hammer orifice", "hydraulics", "Q = 0.6*0.01*sqrt(2*9.81*H); H = 30 - 1200*1.5/9.81*(Q/0.07 - 0.9); Q > 0", Q=0.1, H=30),
)  # fmt: skip
