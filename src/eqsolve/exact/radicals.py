"""All real solutions of equations with roots and absolute values, with proof: as polynomials in more unknowns.

For `sqrt(u)` comes a new unknown s with `s^2 = u` and `s >= 0`, for `abs(u)` one with `s^2 = u^2` and `s >= 0`;
then denominators are cleared. Solutions with a negative s are none of the equations; the rest is to be checked.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from flint import arb

from eqsolve.exact.affine import Number
from eqsolve.exact.algebra import NOWHERE, ZERO, Simplify, constant, power, subtract
from eqsolve.exact.ideal import MAX_EQUATIONS, MAX_UNKNOWNS, Points, real_points
from eqsolve.exact.polynomials import quotient, ring_of
from eqsolve.language.interpret import interpret, tape
from eqsolve.language.syntax import Call, Expression, Name, Power

MAX_DEGREE: Final = 6
MAX_STEPS: Final = 120


def radical_points(
    sides: Sequence[tuple[Expression, Expression]], unknowns: Sequence[str], known: Mapping[str, Number]
) -> Points | None:
    """Return all points that may solve the equations `left = right`, at the working precision.

    Returns:
        None if there are no radicals, or the polynomials are not small or have no isolated solutions.
    """
    if sum(len(tape(side).steps) for pair in sides for side in pair) > MAX_STEPS:
        return None
    meaning = _Radicals()
    forms = [subtract(interpret(left, meaning), interpret(right, meaning)) for left, right in sides]
    extra = list(meaning.roots)
    if not extra or len(unknowns) + len(extra) > MAX_UNKNOWNS or len(forms) + len(extra) > MAX_EQUATIONS:
        return None
    forms += [subtract(power(Name(name, NOWHERE), n), inside) for name, (inside, n) in meaning.roots.items()]
    cleared = [_numerator(form) for form in forms]
    if any(form is None for form in cleared):
        return None
    found = real_points([(form, ZERO) for form in cleared if form is not None], [*unknowns, *extra], known)
    if found is None:
        return None
    points = []
    for point in found.points:
        even = [point[len(unknowns) + k] for k, name in enumerate(extra) if meaning.roots[name][1] % 2 == 0]
        values = [arb(root.value) for root in even]
        if any(value < 0 for value in values):
            continue
        if not all(value >= 0 for value in values):
            return None
        points.append(point[: len(unknowns)])
    reason = found.reason if not found.points else "a root or absolute value would have to be negative"
    return Points(tuple(points), None if points else reason)


def _numerator(form: Expression) -> Expression | None:
    ring = ring_of(form)
    found = quotient(form, ring)
    return None if found is None else ring.tree(found[0])


class _Radicals(Simplify):
    """The meaning of expressions as simplified trees with a name for each radical.

    Attributes:
        roots: For each new name s what is under the root, and n, where s^n is that.
    """

    def __init__(self) -> None:
        super().__init__()
        self.roots: dict[str, tuple[Expression, int]] = {}

    def call(self, node: Call, arguments: Sequence[Expression]) -> Expression:
        """A call; radicals get a name."""
        match node.function.id:
            case "sqrt":
                return self._named(arguments[0], 2)
            case "cbrt":
                return self._named(arguments[0], 3)
            case "abs":
                return self._named(power(arguments[0], 2), 2)
        return super().call(node, arguments)

    def power(self, node: Power, base: Expression, exponent: Expression) -> Expression:
        """A power; one with a fraction is a power of a root, which is not negative."""
        value = constant(exponent)
        if value is None or value.denominator not in (2, 4, 6) or abs(value.numerator) > MAX_DEGREE:
            return super().power(node, base, exponent)
        return power(self._named(base, value.denominator), value.numerator)

    def _named(self, inside: Expression, n: int) -> Expression:
        for name, known in self.roots.items():
            if known == (inside, n):
                return Name(name, NOWHERE)
        name = f"root {len(self.roots)}"  # no name in the language has a space
        self.roots[name] = (inside, n)
        return Name(name, NOWHERE)
