"""Syntax tree to problem: names, arity, domains, symbolic residuals."""

from eqsolve.problem.lower import lower
from eqsolve.problem.model import Constraint, Equation, Given, Problem, Unknown

__all__ = ["Constraint", "Equation", "Given", "Problem", "Unknown", "lower"]
