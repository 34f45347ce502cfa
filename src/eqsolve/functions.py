"""The one table of the functions and constants of the language.

Conditions and partial derivatives are written in the language itself, over the names of the parameters;
each interpreter (ball arithmetic, sympy, torch) reads them from here. Adding a function is one entry.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Function:
    """One function of the language.

    Attributes:
        name: As it is written before `(`.
        parameters: Names of the parameters, as `domain` and `partials` use them.
        domain: Conditions for a real value; all must hold.
        partials: Partial derivatives, one per parameter; empty for the forms `if` and `interp`.
        sympy: Name of the class in sympy; None where sympy has none that keeps real semantics.
        torch: Name in torch, or in `eqsolve.numeric.operations`.
        ball: Name of the method of flint's `arb`, or in `eqsolve.evaluate`.
        latex: LaTeX of the name.
        variadic: Takes any number of arguments, two at least.
        static: Indices of the parameters that must be constant integers.
    """

    name: str
    parameters: tuple[str, ...]
    domain: tuple[str, ...]
    partials: tuple[str, ...]
    sympy: str | None
    torch: str
    ball: str
    latex: str
    variadic: bool = False
    static: tuple[int, ...] = ()

    def accepts(self, count: int) -> bool:
        """Tell whether the function takes `count` arguments."""
        if self.name == "interp":
            return count >= 5 and count % 2 == 1
        return count >= 2 if self.variadic else count == len(self.parameters)

    @property
    def signature(self) -> str:
        """How a call is written, for messages."""
        return f"{self.name}({', '.join(self.parameters)}{', …' if self.variadic else ''})"


def _of_one(
    name: str,
    partial: str,
    *domain: str,
    sympy: str | None = "",
    torch: str = "",
    ball: str = "",
    latex: str = "",
) -> Function:
    return Function(
        name,
        ("x",),
        domain,
        (partial,),
        sympy=name if sympy == "" else sympy,
        torch=torch or name,
        ball=ball or name,
        latex=latex or rf"\operatorname{{{name}}}",
    )


_TABLE: Final = (
    _of_one("sin", "cos(x)", latex=r"\sin"),
    _of_one("cos", "-sin(x)", latex=r"\cos"),
    _of_one("tan", "1 + tan(x)^2", "cos(x) != 0", latex=r"\tan"),
    _of_one("cot", "-1 - cot(x)^2", "sin(x) != 0", latex=r"\cot"),
    _of_one("sec", "sec(x)*tan(x)", "cos(x) != 0", latex=r"\sec"),
    _of_one("csc", "-csc(x)*cot(x)", "sin(x) != 0", latex=r"\csc"),
    _of_one("asin", "1/sqrt(1 - x^2)", "-1 <= x <= 1", latex=r"\arcsin"),
    _of_one("acos", "-1/sqrt(1 - x^2)", "-1 <= x <= 1", latex=r"\arccos"),
    _of_one("atan", "1/(1 + x^2)", latex=r"\arctan"),
    Function(
        "atan2",
        ("y", "x"),
        ("x != 0 or y != 0",),
        ("x/(x^2 + y^2)", "-y/(x^2 + y^2)"),
        sympy="atan2",
        torch="atan2",
        ball="atan2",
        latex=r"\operatorname{atan2}",
    ),
    _of_one("sinh", "cosh(x)", latex=r"\sinh"),
    _of_one("cosh", "sinh(x)", latex=r"\cosh"),
    _of_one("tanh", "1/cosh(x)^2", latex=r"\tanh"),
    _of_one("asinh", "1/sqrt(x^2 + 1)"),
    _of_one("acosh", "1/(sqrt(x - 1)*sqrt(x + 1))", "x >= 1"),
    _of_one("atanh", "1/(1 - x^2)", "-1 < x < 1"),
    _of_one("exp", "exp(x)", latex=r"\exp"),
    _of_one("ln", "1/x", "x > 0", sympy="log", torch="log", ball="log", latex=r"\ln"),
    _of_one("log", "1/x", "x > 0", latex=r"\ln"),
    _of_one("log10", "1/(x*ln(10))", "x > 0", sympy=None, latex=r"\log_{10}"),
    _of_one("log2", "1/(x*ln(2))", "x > 0", sympy=None, latex=r"\log_{2}"),
    _of_one("sqrt", "1/(2*sqrt(x))", "x >= 0", latex=r"\sqrt"),
    _of_one("cbrt", "1/(3*cbrt(x)^2)", sympy=None, latex=r"\sqrt[3]"),
    Function(
        "root",
        ("x", "n"),
        ("n >= 1", "x >= 0 or mod(n, 2) = 1"),
        ("root(x, n)/(n*x)", "0"),
        sympy=None,
        torch="root",
        ball="root",
        latex=r"\operatorname{root}",
        static=(1,),
    ),
    _of_one("abs", "if(x >= 0, 1, -1)", sympy=None, latex=r"\operatorname{abs}"),
    _of_one("sign", "0", sympy=None, torch="signum", ball="sgn"),
    _of_one("floor", "0", sympy=None),
    _of_one("ceil", "0", sympy=None),
    _of_one("round", "0", sympy=None),
    Function(
        "mod",
        ("x", "y"),
        ("y != 0",),
        ("1", "-floor(x/y)"),
        sympy=None,
        torch="remainder",
        ball="mod",
        latex=r"\operatorname{mod}",
    ),
    Function(
        "min",
        ("x", "y"),
        (),
        ("if(x <= y, 1, 0)", "if(x <= y, 0, 1)"),
        sympy=None,
        torch="minimum",
        ball="min",
        latex=r"\min",
        variadic=True,
    ),
    Function(
        "max",
        ("x", "y"),
        (),
        ("if(x >= y, 1, 0)", "if(x >= y, 0, 1)"),
        sympy=None,
        torch="maximum",
        ball="max",
        latex=r"\max",
        variadic=True,
    ),
    Function(
        "hypot",
        ("x", "y"),
        (),
        ("x/hypot(x, y)", "y/hypot(x, y)"),
        sympy=None,
        torch="hypot",
        ball="hypot",
        latex=r"\operatorname{hypot}",
    ),
    _of_one("erf", "2/sqrt(pi)*exp(-x^2)"),
    _of_one("erfc", "-2/sqrt(pi)*exp(-x^2)"),
    _of_one("gamma", "gamma(x)*digamma(x)", "x > 0 or x != floor(x)", latex=r"\Gamma"),
    _of_one("lgamma", "digamma(x)", "x > 0", sympy="loggamma", latex=r"\ln\Gamma"),
    _of_one("digamma", "polygamma(1, x)", "x > 0 or x != floor(x)", latex=r"\psi"),
    Function(
        "polygamma",
        ("n", "x"),
        ("n >= 0", "x > 0"),
        ("0", "polygamma(n + 1, x)"),
        sympy="polygamma",
        torch="polygamma",
        ball="polygamma",
        latex=r"\operatorname{polygamma}",
        static=(0,),
    ),
    Function(
        "beta",
        ("x", "y"),
        ("x > 0", "y > 0"),
        ("beta(x, y)*(digamma(x) - digamma(x + y))", "beta(x, y)*(digamma(y) - digamma(x + y))"),
        sympy=None,
        torch="beta",
        ball="beta",
        latex=r"\mathrm{B}",
    ),
    Function("if", ("condition", "a", "b"), (), (), None, "where", "if", r"\operatorname{if}"),
    Function("interp", ("x", "x1", "y1"), (), (), None, "interp", "interp", r"\operatorname{interp}", True),
)

FUNCTIONS: Final[Mapping[str, Function]] = {function.name: function for function in _TABLE}


@dataclass(frozen=True, slots=True)
class Constant:
    """A physical constant `const.name`: its value as decimal text (SI units) and what it is."""

    name: str
    value: str
    unit: str
    description: str


# CODATA 2022; exact where the SI fixes the value.
_CONSTANTS: Final = (
    Constant("c", "299792458", "m/s", "speed of light in vacuum"),
    Constant("h", "6.62607015e-34", "J s", "Planck constant"),
    Constant("hbar", "1.054571817646156391e-34", "J s", "reduced Planck constant"),
    Constant("k", "1.380649e-23", "J/K", "Boltzmann constant"),
    Constant("NA", "6.02214076e23", "1/mol", "Avogadro constant"),
    Constant("R", "8.31446261815324", "J/(mol K)", "molar gas constant"),
    Constant("F", "96485.33212331002", "C/mol", "Faraday constant"),
    Constant("e", "1.602176634e-19", "C", "elementary charge"),
    Constant("g", "9.80665", "m/s^2", "standard acceleration of gravity"),
    Constant("G", "6.67430e-11", "m^3/(kg s^2)", "Newtonian constant of gravitation"),
    Constant("sigma", "5.670374419184429e-8", "W/(m^2 K^4)", "Stefan-Boltzmann constant"),
    Constant("eps0", "8.8541878188e-12", "F/m", "vacuum electric permittivity"),
    Constant("mu0", "1.25663706127e-6", "N/A^2", "vacuum magnetic permeability"),
    Constant("me", "9.1093837139e-31", "kg", "electron mass"),
    Constant("mp", "1.67262192595e-27", "kg", "proton mass"),
    Constant("atm", "101325", "Pa", "standard atmosphere"),
)

IMAGINARY: Final = "const.i"  # the imaginary unit, where complex numbers are asked for
COMPLEX_ONLY: Final = frozenset({"re", "im", "conj", "arg"})  # functions of one complex number

CONSTANTS: Final[Mapping[str, Constant]] = {constant.name: constant for constant in _CONSTANTS}
