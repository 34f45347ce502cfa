"""Systems in which equations give unknowns explicitly: put into the others until one unknown is left.

`y = exp(x); y = x` becomes `exp(x) - x = 0`. Where the system holds, so does what comes of it; what is found is
held against the equations as written.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Final, TypeAlias

from flint import arb, fmpq

from eqsolve.evaluate import Balls, exact, strictly
from eqsolve.exact.affine import Number
from eqsolve.exact.algebra import ZERO, add, constant, divide, literal, multiply, simplify, terms
from eqsolve.exact.cases import cases
from eqsolve.exact.ideal import Points, real_points
from eqsolve.exact.one import all_solutions
from eqsolve.exact.polynomial import Root
from eqsolve.exact.polynomials import Quotient, quotient, ring_of, vanishes
from eqsolve.exact.sample import nonzero_somewhere
from eqsolve.language.interpret import interpret, tape
from eqsolve.language.syntax import Expression, Name, Sum, names

MAX_UNKNOWNS: Final = 4
MAX_STEPS: Final = 150

Sides: TypeAlias = tuple[Expression, Expression]


def explicit(node: Expression, unknown: str) -> Expression | None:
    """Return what an unknown equals where a simplified tree is zero, if it occurs once there, times a number."""
    own = [(number, core) for number, core in terms(node) if any(name.id == unknown for name in names(core))]
    if len(own) != 1 or not isinstance(own[0][1], Name):
        return None
    rest = (multiply(literal(number), core) for number, core in terms(node) if core != own[0][1])
    return divide(add(ZERO, *rest), literal(-own[0][0]))


def explicit_points(
    sides: Sequence[Sides], unknowns: Sequence[str], known: Mapping[str, Number]
) -> Points | None:
    """Return all real solutions of a system that comes down to one unknown, or to polynomials; None without proof.

    Args:
        sides: The equations `left = right`.
        unknowns: The names they are solved for.
        known: Values of the other names, rational or in balls that hold them.
    """
    if not 2 <= len(unknowns) <= MAX_UNKNOWNS or len(sides) < len(unknowns):
        return None
    rational = {n: literal(Fraction(int(v.p), int(v.q))) for n, v in known.items() if isinstance(v, fmpq)}
    nodes = [simplify(Sum("+-", pair, pair[0].span), rational) for pair in sides]
    steps: list[tuple[str, Expression]] = []
    left = list(unknowns)
    while len(left) > 1:
        found = _step(nodes, left)
        if found is None:
            break
        position, name, form = found
        left.remove(name)
        steps.append((name, form))
        nodes = [simplify(node, {name: form}) for k, node in enumerate(nodes) if k != position]
        if sum(len(tape(node).steps) for node in nodes) > MAX_STEPS:
            return None
    bases = _bases(nodes, left, known) if steps else None
    if bases is None:
        return None
    found_points, reason = bases
    points = [_point(base, steps, unknowns, known) for base in found_points]
    return held([point for point in points if point is not None], sides, unknowns, known, reason)


def _bases(
    nodes: Sequence[Expression], left: Sequence[str], known: Mapping[str, Number]
) -> tuple[list[dict[str, Number]], str | None] | None:
    """Return all real values of the unknowns that are left, and why there are none; None without proof."""
    if len(left) == 1:
        reals = all_solutions([(node, ZERO) for node in nodes], left[0], known)
        return None if reals is None else ([{left[0]: value} for value in reals.values], reals.reason)
    cleared = _cleared_points(nodes, left, known)
    if cleared is None:
        return None
    values = ([root.value for root in point] for point in cleared.points)
    return [dict(zip(left, each, strict=True)) for each in values], cleared.reason


def never_hold(sides: Sequence[Sides], unknowns: Sequence[str], known: Mapping[str, Number]) -> bool:
    """Tell whether what is left of a system without its explicit unknowns cannot hold, by how it is written."""
    if not 2 <= len(sides) <= MAX_UNKNOWNS:
        return False
    rational = {n: literal(Fraction(int(v.p), int(v.q))) for n, v in known.items() if isinstance(v, fmpq)}
    nodes = [simplify(Sum("+-", pair, pair[0].span), rational) for pair in sides]
    left = list(unknowns)
    while len(nodes) > 1 and sum(len(tape(node).steps) for node in nodes) <= MAX_STEPS:
        found = _step(nodes, left)
        if found is None:
            return False
        position, name, form = found
        left.remove(name)
        nodes = [simplify(node, {name: form}) for k, node in enumerate(nodes) if k != position]
        if any(cases(_expanded(node), ZERO) == () for node in nodes):
            return True
    return False


def _expanded(node: Expression) -> Expression:
    """Return a polynomial multiplied out, anything else as it is."""
    ring = ring_of(node)
    found = quotient(node, ring)
    return ring.tree(found[0]) if found is not None and found[1].is_constant() else node


def _step(nodes: Sequence[Expression], left: Sequence[str]) -> tuple[int, str, Expression] | None:
    for name in left:
        for position, node in enumerate(nodes):
            form = explicit(node, name)
            if form is not None:
                return position, name, form
    return None


def _point(
    base: Mapping[str, Number],
    steps: Sequence[tuple[str, Expression]],
    unknowns: Sequence[str],
    known: Mapping[str, Number],
) -> tuple[Number, ...] | None:
    """Return the values of all unknowns; None where one has certainly no value."""
    values = {**known, **base}
    for name, form in reversed(steps):
        rational = {
            n: literal(Fraction(int(v.p), int(v.q))) for n, v in values.items() if isinstance(v, fmpq)
        }
        number = constant(simplify(form, rational))
        if number is not None:
            values[name] = exact(number)
            continue
        with strictly():
            found = interpret(form, Balls({n: arb(v) for n, v in values.items()}))
        if found.issue is not None and found.issue.certain:
            return None
        values[name] = found.value
    return tuple(values[name] for name in unknowns)


def held(
    points: Sequence[tuple[Number, ...]],
    sides: Sequence[Sides],
    unknowns: Sequence[str],
    known: Mapping[str, Number],
    reason: str | None,
) -> Points | None:
    """Return the points at which the equations as written have values; None if that is not certain.

    The points are those where the equations hold, if they have values.
    """
    kept = []
    for point in points:
        values = {n: arb(v) for n, v in (*known.items(), *zip(unknowns, point, strict=True))}
        with strictly():
            found = [interpret(Sum("+-", pair, pair[0].span), Balls(values)) for pair in sides]
        issues = [ball.issue for ball in found if ball.issue is not None]
        if any(issue.certain for issue in issues) or any(
            not b.value.contains(0) for b in found if not b.issue
        ):
            continue
        if issues:
            return None
        kept.append(tuple(Root(value, 0) for value in point))
    if kept:
        return Points(tuple(kept), None)
    return Points((), reason or "where the equations hold otherwise, a term has no real value")


def rational_points(
    sides: Sequence[Sides], unknowns: Sequence[str], known: Mapping[str, Number]
) -> Points | None:
    """Return all real solutions of equations between quotients of polynomials, by their numerators."""
    if sum(len(tape(side).steps) for pair in sides for side in pair) > MAX_STEPS:
        return None
    nodes = [simplify(Sum("+-", pair, pair[0].span)) for pair in sides]
    cleared = _cleared_points(nodes, unknowns, known)
    if cleared is None:
        return None
    points = [tuple(root.value for root in point) for point in cleared.points]
    return held(points, sides, unknowns, known, cleared.reason)


def _cleared_points(
    nodes: Sequence[Expression], unknowns: Sequence[str], known: Mapping[str, Number]
) -> Points | None:
    """Return all real points at which the numerators of quotients of polynomials vanish."""
    numerators = []
    for node in nodes:
        ring = ring_of(node)
        found = quotient(node, ring)
        if found is None:
            return None
        numerators.append((ring.tree(found[0]), ZERO))
    return real_points(numerators, unknowns, known)


def implied(sides: Sequence[Sides]) -> int | None:
    """Return the position of an equation that holds where another does, and both have values; None if none is seen."""
    nodes = [simplify(Sum("+-", pair, pair[0].span)) for pair in sides]
    if sum(len(tape(node).steps) for node in nodes) > MAX_STEPS:
        return None
    forms = [_form(node) for node in nodes]
    ring = ring_of(*nodes)
    quotients = [quotient(node, ring) for node in nodes]
    for k in reversed(range(len(nodes))):
        for j, form in enumerate(forms):
            if j == k:
                continue
            if form is not None:
                follows = not nonzero_somewhere(nodes[k], form) and vanishes(simplify(nodes[k], form))
            else:
                follows = _divides(quotients[j], quotients[k])
            if follows:
                return k
    return None


def _form(node: Expression) -> dict[str, Expression] | None:
    """Return an unknown with what it equals where a tree is zero, None if none is given explicitly."""
    for name in sorted({n.id for n in names(node)} - {"pi"}):
        form = explicit(node, name)
        if form is not None:
            return {name: form}
    return None


def _divides(source: Quotient, own: Quotient) -> bool:
    """Tell whether one expression is zero wherever another is, by their numerators."""
    if own is None or source is None or source[0].is_constant():
        return False
    return bool(divmod(own[0], source[0])[1].is_zero())
