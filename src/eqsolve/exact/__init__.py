"""Rational elimination, families, contradictions."""

from eqsolve.exact.elimination import eliminate
from eqsolve.exact.presolve import Presolved, latest_of_circle, left_over, presolve, smallest_conflict

__all__ = ["Presolved", "eliminate", "latest_of_circle", "left_over", "presolve", "smallest_conflict"]
