"""Proofs by interval arithmetic: no solution, or no other.

Every range is rounded outwards and covers all real numbers, or all within the bounds; what cannot be decided is
left undecided, never guessed.
"""

from eqsolve.proof.impossible import impossible
from eqsolve.proof.search import Proof, prove

__all__ = ["Proof", "impossible", "prove"]
