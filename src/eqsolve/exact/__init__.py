"""Rational elimination, families, contradictions."""

from eqsolve.exact.elimination import eliminate
from eqsolve.exact.presolve import Presolved, presolve, smallest_conflict

__all__ = ["Presolved", "eliminate", "presolve", "smallest_conflict"]
