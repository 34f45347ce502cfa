"""Equations in one unknown solved by sketching the curve: monotone pieces between exact turning points.

The domain is cut where a function in the equation ends or has a pole, and where the derivative vanishes; both are
found exactly, by the same rules. On each open piece the equation is smooth and strictly monotone, so that it has one
solution there at most: one if the signs near the two ends differ. A sign at a turning point comes from a ball there,
or is exactly zero, which is how `exp(x) = x + 1` is solved. A piece counts as free of solutions if the curve, on its
way from an end, only moves away from zero; signs at infinity are taken far out, where they may show a solution in
between but, not being a limit, never rule one out.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from flint import arb, ctx

from eqsolve.evaluate import Balls, strictly
from eqsolve.exact.algebra import (
    ZERO,
    add,
    constant,
    factors,
    literal,
    multiply,
    power,
    simplify,
    terms,
)
from eqsolve.exact.derivative import derivative
from eqsolve.exact.polynomials import vanishes
from eqsolve.language.interpret import Tape, constants, interpret, tape, trace
from eqsolve.language.syntax import Call, Expression, Name, Power, Product

if TYPE_CHECKING:
    from eqsolve.exact.reals import Candidate, Candidates, Environment

ENTIRE: Final = frozenset({"exp", "sin", "cos", "sinh", "cosh", "tanh", "asinh", "atan", "erf", "erfc"})
ABOVE_ZERO: Final = frozenset({"ln", "log", "log10", "log2", "sqrt"})  # smooth where the argument is positive
MAX_PIECES: Final = 12
MAX_STEPS: Final = 60
OUTWARDS: Final = (1, 4, 16, 64, 256, 1024)  # distances at which signs are taken, and their inverses
HALVINGS: Final = 500
SLOW: Final = 2  # cuts by a secant that do not quarter the bracket before it is halved
POSITIVE: Final = frozenset({"exp", "cosh", "gamma"})


def by_sketch(node: Expression, unknown: str, around: Environment, depth: int) -> Candidates:
    """Solve a smooth equation whose derivative can be solved."""
    from eqsolve.exact.reals import candidates

    if len(tape(node).steps) > MAX_STEPS or depth > 4:
        return None
    slope = derivative(node, unknown)
    if slope is None:
        return None
    slope = _without_positive(simplify(slope))
    cuts: list[Candidate] = []
    for edge in _edges(node, unknown):
        if edge is None:
            return None
        found = candidates(edge, unknown, around, depth + 1)
        if found is None:
            return None
        cuts += found
    edges = len(cuts)
    turning = candidates(slope, unknown, around, depth + 1)
    if turning is None:
        return None
    return _solutions(_Curve(tape(node), unknown, around), cuts[:edges], turning)


def _without_positive(node: Expression) -> Expression:
    """Return a tree with the same zeros, less factors that are positive wherever they have a value."""
    parts = terms(node)
    if not parts:
        return node
    own = [dict(factors(core)[1]) for _, core in parts]
    shared = [base for base in own[0] if _is_positive(base) and all(base in powers for powers in own)]
    for base in shared:
        least = min(powers[base] for powers in own)
        for powers in own:
            powers[base] -= least
    numbers = (
        multiply(literal(c * factors(core)[0]), *(power(b, n) for b, n in powers.items() if n))
        for (c, core), powers in zip(parts, own, strict=True)
    )
    node = add(*numbers)
    coefficient, factored = factors(node)
    powers = dict(factored)
    kept = {base: n for base, n in powers.items() if not _is_positive(base)}
    return multiply(literal(coefficient), *(power(base, n) for base, n in kept.items()))


def _is_positive(node: Expression) -> bool:
    match node:
        case Call(function=Name(id=name)):
            return name in POSITIVE and name != "gamma"
        case Power(base=_, exponent=_):
            return not _is_whole(node)
    return False


def _is_whole(node: Power) -> bool:
    n = constant(node.exponent)
    return n is not None and n.denominator == 1


def _edges(node: Expression, unknown: str) -> list[Expression | None]:
    """Return expressions at whose zeros the equation may end, have a pole, or not be smooth; None where unknown."""
    from eqsolve.exact.reals import holds

    found: list[Expression | None] = []
    for part, _ in tape(node).steps:
        if not holds(part, unknown):
            continue
        match part:
            case Call(function=Name(id=name), arguments=(inside,)):
                if name in ABOVE_ZERO:
                    found.append(inside)
                elif name not in ENTIRE:
                    found.append(None)
            case Call():
                found.append(None)
            case Power(base=base, exponent=exponent):
                if holds(exponent, unknown):  # a negative base has values here and there only
                    number = constant(base)
                    found.append(ZERO if number is not None and number > 0 else None)
                elif constant(exponent) is None:
                    found.append(None)
                elif not _is_whole(part) or exponent_of(part) < 0:
                    found.append(base)
            case Product(operators=operators, factors=parts):
                found += [p for o, p in zip(operators, parts, strict=True) if o == "/" and holds(p, unknown)]
    return [edge for edge in found if edge is None or edge != ZERO]


def exponent_of(node: Power) -> int:
    """Return the whole exponent of a power."""
    n = constant(node.exponent)
    return 0 if n is None else int(n)


class _Curve:
    """The left side of `node = 0` as a function of the unknown."""

    def __init__(self, steps: Tape, unknown: str, around: Environment) -> None:
        self.steps = steps
        self.unknown = unknown
        self.around = around
        with strictly():
            self.fixed = constants(steps, Balls(around.balls), {unknown})

    def value(self, x: arb) -> arb | None:
        """Return the value at a point, None if there is none."""
        with strictly():
            found = trace(self.steps, Balls({**self.around.balls, self.unknown: x}), self.fixed)[-1]
        return None if found.issue is not None or not found.value.is_finite() else found.value

    def sign(self, x: arb) -> int | None:
        """Return the sign at a point; None if there is no value, or the ball is too wide."""
        value = self.value(x)
        if value is None or not (value > 0 or value < 0):
            return 0 if value is not None and value.is_zero() else None
        return 1 if value > 0 else -1

    def sign_at(self, candidate: Candidate) -> int | None:
        """Return the sign at a turning point, by its tree where the ball does not tell."""
        tree = simplify(self.steps.steps[-1][0], {self.unknown: candidate.form})
        own = self.sign(arb(candidate.value))
        if own is None and self.value(arb(candidate.value)) is not None and vanishes(tree):
            return 0
        return own


def _solutions(curve: _Curve, edges: Sequence[Candidate], turning: Sequence[Candidate]) -> Candidates:
    from eqsolve.exact.reals import Candidate

    edge_balls = [arb(c.value) for c in edges]
    inner = [c for c in turning if not any(e.overlaps(arb(c.value)) for e in edge_balls)]
    dropped = [
        c
        for c in turning
        if c not in inner and not any(c.form == e.form or c.value == e.value for e in edges)
    ]
    cuts = _ordered([*edges, *inner])
    if dropped or cuts is None or len(cuts) > MAX_PIECES:
        return None
    found = [Candidate(c.value, c.form, False) for c in edges]
    turns: dict[int, int | None] = {}
    for k, cut in enumerate(cuts):
        if cut in inner:
            turns[k] = curve.sign_at(cut)
            if turns[k] == 0:
                found.append(Candidate(cut.value, cut.form, True))
            elif turns[k] is None and not _has_no_value(curve, cut):
                return None
    for k in range(len(cuts) + 1):
        low, high = (cuts[k - 1] if k else None), (cuts[k] if k < len(cuts) else None)
        piece = _piece(curve, low, high, turns.get(k - 1), turns.get(k))
        if piece is None:
            return None
        found += piece
    return found


def _has_no_value(curve: _Curve, cut: Candidate) -> bool:
    with strictly():
        found = interpret(curve.steps, Balls({**curve.around.balls, curve.unknown: arb(cut.value)}))
    return found.issue is not None and found.issue.certain


def _ordered(cuts: Sequence[Candidate]) -> list[Candidate] | None:
    """Return different numbers in ascending order; None if two cannot be told apart."""
    kept: list[Candidate] = []
    for cut in cuts:
        near = [other for other in kept if arb(other.value).overlaps(arb(cut.value))]
        if any(other.form != cut.form for other in near):
            return None
        if not near:
            kept.append(cut)
    return sorted(kept, key=lambda c: float(arb(c.value).mid()))


def _piece(
    curve: _Curve, low: Candidate | None, high: Candidate | None, at_low: int | None, at_high: int | None
) -> Candidates:
    """Return the one solution inside a monotone piece, if there is one; None if that is not decided."""
    from eqsolve.exact.reals import Candidate

    points = _samples(low, high)
    signs = [(x, curve.sign(x)) for x in points]
    if all(curve.value(x) is None and _lies_outside(curve, x) for x in points):
        return []
    known = [(x, s) for x, s in signs if s]
    for x, s in signs:
        if s == 0:
            form = curve.around.candidate(_exactly(x), sure=True)
            return None if form is None else [form]
    if not known:
        return None
    ends = [s for s in (at_low, at_high) if s is not None]
    changing = next(((a, b) for a, b in pairwise(known) if a[1] != b[1]), None)
    if changing is not None:
        ball = _bisected(curve, changing[0][0], changing[1][0], changing[0][1])
        return (
            None if ball is None else [_whole(curve, ball) or Candidate(ball, curve.around.named(ball), True)]
        )
    sign = known[0][1]
    if any(s not in (0, sign) for s in ends):
        return None  # the solution lies closer to a turning point than any sample
    return [] if _moves_away(curve, known, at_low, at_high, sign) else None


def _whole(curve: _Curve, ball: arb) -> Candidate | None:
    """Return the solution in a ball as a whole number if it is one."""
    number = ball.unique_fmpz()
    if number is None:
        return None
    form = literal(int(number))
    tree = simplify(curve.steps.steps[-1][0], {curve.unknown: form})
    if curve.value(arb(number)) is None or not vanishes(tree):
        return None
    return curve.around.candidate(form, sure=True)


def _moves_away(
    curve: _Curve, known: Sequence[tuple[arb, int]], at_low: int | None, at_high: int | None, sign: int
) -> bool:
    """Tell whether a curve of one sign at all samples has that sign on the whole monotone piece."""
    if at_low is not None and at_high is not None:
        return True
    if len(known) < 2:
        return False
    first, last = curve.value(known[0][0]), curve.value(known[-1][0])
    if first is None or last is None:
        return False
    if at_low is not None:  # away from zero on the way to the open end above
        return bool(sign * (last - first) > 0)
    if at_high is not None:
        return bool(sign * (first - last) > 0)
    return False


def _lies_outside(curve: _Curve, x: arb) -> bool:
    with strictly():
        found = interpret(curve.steps, Balls({**curve.around.balls, curve.unknown: x}))
    return found.issue is not None and found.issue.certain


def _samples(low: Candidate | None, high: Candidate | None) -> list[arb]:
    """Return exact points inside a piece, ascending, crowded towards its ends."""
    if low is None and high is None:
        far = [arb(n) for n in OUTWARDS]
        return [*(-x for x in reversed(far)), arb(0), *far]
    if low is not None and high is not None:
        a, b = arb(low.value), arb(high.value)
        width = b - a
        near = [width / (4 * n) for n in OUTWARDS]
        inside = [*(a + d for d in reversed(near)), (a + b) / 2, *(b - d for d in near)]
        return [x.mid() for x in inside]
    end, sense = (
        (arb(low.value), 1) if low is not None else (arb(high.value) if high is not None else arb(0), -1)
    )
    steps = [*(arb(1) / n for n in reversed(OUTWARDS)), *(arb(n) for n in OUTWARDS[1:])]
    points = [(end + sense * d).mid() for d in steps]
    return points if sense > 0 else points[::-1]


def _exactly(x: arb) -> Expression:
    mantissa, exponent = map(int, x.man_exp())
    return literal(Fraction(mantissa) * Fraction(2) ** exponent)


def _bisected(curve: _Curve, low: arb, high: arb, sign: int) -> arb | None:
    """Return a ball around the one solution between two points at which the signs differ.

    The secant through the ends cuts the bracket, with the value of an end that stays halved, so that both ends move
    (Illinois); where that does not get on, the middle does. Every sign comes from a ball, whoever chose the point.
    """
    at_low, at_high = curve.value(low), curve.value(high)
    slow = moved = 0
    for _ in range(HALVINGS):
        if at_low is None or at_high is None:
            break
        x, width = ((low + high) / 2).mid(), (high - low).mid()
        if slow < SLOW:
            secant = (low - at_low.mid() * width / (at_high - at_low).mid()).mid()
            x = secant if low < secant < high else x
        if not low < x < high:
            break
        here = curve.value(x)
        if here is not None and here.is_zero():
            return x
        if here is None or not (here > 0 or here < 0):
            low, high = _close_to(curve, x, low, high, sign)
            break
        if (here > 0) == (sign > 0):
            low, at_low, at_high = x, here, at_high / (2 if moved < 0 else 1)
            moved = -1
        else:
            high, at_high, at_low = x, here, at_low / (2 if moved > 0 else 1)
            moved = 1
        slow = 0 if slow >= SLOW or (high - low).mid() < width / 4 else slow + 1
    ball = low.union(high)
    return ball if ball.rel_accuracy_bits() > 200 or ball.rad() < arb(2) ** -200 else None


def _close_to(curve: _Curve, x: arb, low: arb, high: arb, sign: int) -> tuple[arb, arb]:
    """Return the ends of a bracket drawn in towards a point in it at which rounding hides the sign."""
    size = abs(x) if abs(x) > arb(2) ** (-ctx.prec // 2) else arb(1)  # else it may be zero
    for side in (-1, 1):
        distance = size * arb(2) ** (2 - ctx.prec)
        while True:
            end = (x + side * distance).mid()
            if not low < end < high:
                break
            if curve.sign(end) == -side * sign:
                low, high = (end, high) if side < 0 else (low, end)
                break
            distance *= 2
    return low, high
