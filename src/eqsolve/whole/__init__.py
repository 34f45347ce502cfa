"""Unknowns with whole or listed values: exact propagation and search.

Every condition strikes values out of the domains of its unknowns; what is left is tried. Nothing is rounded: what a
search has exhausted is proved.
"""

from eqsolve.whole.answer import solve

__all__ = ["solve"]
