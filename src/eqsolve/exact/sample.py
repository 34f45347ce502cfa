"""Expressions that are not zero everywhere, told at a point: far cheaper than writing them in another way."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from flint import arb

from eqsolve.evaluate import Balls, strictly
from eqsolve.functions import IMAGINARY
from eqsolve.language.interpret import interpret
from eqsolve.language.syntax import Expression, names

PARTS: Final = 61  # of 1, in which the coordinates of the points are given
POINTS: Final = ((38, 7), (11, 5))  # the first coordinate of a point and the step from one to the next


def nonzero_somewhere(node: Expression, forms: Mapping[str, Expression] | None = None) -> bool:
    """Tell whether a ball around the value of an expression at a point leaves zero out; if not, nothing is known.

    Args:
        node: The expression.
        forms: Expressions that stand in the place of names, each in other names.
    """
    forms = forms or {}
    used = {name.id for tree in (node, *forms.values()) for name in names(tree)}
    free = sorted(used - {"pi", IMAGINARY} - set(forms))
    for first, step in POINTS:
        values = {name: arb(first + step * k) / PARTS for k, name in enumerate(free)}
        with strictly():
            given = {name: interpret(form, Balls(values)) for name, form in forms.items()}
            if any(ball.issue is not None for ball in given.values()):
                continue
            found = interpret(node, Balls({**values, **{name: ball.value for name, ball in given.items()}}))
        if found.issue is None and found.value.is_finite() and not found.value.contains(0):
            return True
    return False
