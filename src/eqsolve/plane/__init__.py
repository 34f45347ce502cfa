"""Equations over the complex numbers.

A polynomial or rational equation in one unknown has all its complex roots separated exactly. Everything else is
written in real and imaginary parts and solved as a real problem, with all that is known about those.
"""

from eqsolve.plane.answer import solve

__all__ = ["solve"]
