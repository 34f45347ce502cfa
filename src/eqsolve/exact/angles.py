"""Equations in sines and cosines of one angle that hold for no angle: rational in the tangent of half of it.

With t = tan(angle/2) every angle but the odd multiples of pi is met, and those are tried by themselves. Where there
is a solution there are infinitely many, so that only their absence is of use here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from eqsolve.exact.algebra import NOWHERE, ONE, ZERO, add, divide, literal, multiply, negate, power, subtract
from eqsolve.exact.polynomials import in_basic_functions, replaced
from eqsolve.language.interpret import tape
from eqsolve.language.syntax import Call, Expression, Name

if TYPE_CHECKING:
    from eqsolve.exact.reals import Candidates, Environment

MAX_STEPS: Final = 150


def by_angle(node: Expression, unknown: str, around: Environment, depth: int) -> Candidates:
    """Tell whether an equation in sines and cosines of one angle has no solution."""
    from eqsolve.exact.reals import candidates, holds

    basic = in_basic_functions(node)
    angles = {
        part.arguments[0]
        for part, _ in tape(basic).steps
        if isinstance(part, Call) and part.function.id in ("sin", "cos") and holds(part, unknown)
    }
    if len(angles) != 1 or len(tape(basic).steps) > MAX_STEPS:
        return None
    (angle,) = angles
    sine, cosine = (
        Call(Name("sin", NOWHERE), (angle,), NOWHERE),
        Call(Name("cos", NOWHERE), (angle,), NOWHERE),
    )
    t = Name("#t" + unknown, NOWHERE)
    whole = add(ONE, power(t, 2))
    half: dict[Expression, Expression] = {
        sine: divide(multiply(literal(2), t), whole),
        cosine: divide(subtract(ONE, power(t, 2)), whole),
    }
    in_t = replaced(basic, half)
    turned = replaced(basic, {sine: ZERO, cosine: negate(ONE)})
    if holds(in_t, unknown) or holds(turned, unknown) or not around.sign(turned):
        return None
    if candidates(in_t, t.id, around, depth) != []:
        return None
    around.reasons.insert(0, "its sines and cosines never take such values at the same angle")
    return []
