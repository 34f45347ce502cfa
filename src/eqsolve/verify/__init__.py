"""Do these values satisfy the equations as written? An independent witness of the search."""

from eqsolve.verify.certify import certify
from eqsolve.verify.check import check

__all__ = ["certify", "check"]
