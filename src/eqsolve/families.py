"""What is known exactly of solutions and families, in the words of the language.

The modules that take trees apart are imported when there is something for them to do: linear systems do without.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flint import arb

from eqsolve.blocks import Branch
from eqsolve.evaluate import precision
from eqsolve.exact.affine import Number
from eqsolve.exact.write import write_affine, write_number
from eqsolve.problem.model import Problem
from eqsolve.source import Source


@dataclass(frozen=True, slots=True)
class Component:
    """One family of solutions.

    Attributes:
        free: Names of the free unknowns, in the order of the text.
        forms: The dependent unknowns in terms of these; None if they have no exact form.
        determined: The unknowns with one value only.
        others: Other families of the same equations, in text.
        everywhere: If everything is free, whether the equations hold far from the representative too.
        where: If they do not, all solutions, where that is known: `2 <= x < 3`.
        local: Whether the values of the others are right near the point alone: y = 1 of tanh(x) = y far out.
    """

    free: tuple[str, ...]
    forms: Mapping[str, str] | None
    determined: Mapping[str, str]
    others: tuple[str, ...] = ()
    everywhere: bool = True
    where: tuple[str, ...] = ()
    local: bool = False

    @property
    def text(self) -> str:
        """The family in a few words: `x = 0, y free`."""
        known = {**(self.forms or {}), **self.determined}
        return ", ".join([*(f"{name} = {form}" for name, form in known.items()), *_free(self.free)])


def _free(names: Sequence[str]) -> list[str]:
    return [f"{name} free" for name in names]


def forms_of(
    problem: Problem,
    points: Sequence[tuple[Mapping[int, Number], Mapping[int, Number] | None]],
    wanted: frozenset[int] | None = None,
) -> list[dict[int, str]]:
    """Return, for each point with its enclosures, the exact forms of the unknowns that are wanted."""
    chosen = [{k: v for k, v in values.items() if wanted is None or k in wanted} for values, _ in points]
    written = [{k: write_number(value) for k, value in values.items()} for values in chosen]
    if all(text is not None for forms in written for text in forms.values()):
        return [{k: text for k, text in forms.items() if text is not None} for forms in written]
    from eqsolve.exact.forms import Point, exact_forms

    return exact_forms(problem, [Point(values, enclosures, wanted) for values, enclosures in points])


def identity_of(problem: Problem, free: str, *, known: bool) -> str | None:
    """Say for which values the equations hold, if they are proved to hold wherever they have values."""
    from eqsolve.exact import identity

    return identity.sentence(problem, free) if known or identity.proved(problem) else None


def describe(problem: Problem, branch: Branch, values: Mapping[int, Number]) -> Component:
    """Return what is known of the family of a branch; nothing is free in it if it is not what it looked like.

    Args:
        problem: The problem.
        branch: A branch with free unknowns.
        values: A point of the family.
    """
    names = problem.names
    fixed = [k for k in sorted(branch.values) if k not in branch.moving]
    (exact,) = forms_of(problem, [(values, None)], frozenset(fixed))
    determined = {names[k]: exact.get(k) or f"{float(arb(values[k])):.15g}" for k in fixed}
    free = tuple(names[k] for k in sorted(branch.free))
    relations = {names[k]: write_affine(form, names) for k, form in sorted(branch.relations.items())}
    if len(relations) + len(free) + len(fixed) == len(names) and relations:
        return Component(free, relations, determined)
    from eqsolve.exact.parametrise import BITS, Family, components, holds, parametrise
    from eqsolve.language.parser import parse_expression

    moving = tuple(names[k] for k in range(len(names)) if k not in fixed)
    with precision(BITS):
        point = {names[k]: arb(value) for k, value in values.items()}
    trees = {names[k]: parse_expression(Source(exact[k])) for k in fixed if k in exact}
    family = Family(problem, point, free, moving, trees)
    others = components(family)
    if set(free) == set(names):
        return _of_everything(problem, free, list(point.values()), others)
    closed = parametrise(family)
    if closed is None:
        with precision(BITS):
            local = set(moving) == set(free) and not holds(family, free, {})
        return Component(free, None, determined, tuple(others), local=local)
    shown = Component(closed.free, closed.forms, determined)
    branches = (", ".join([text, *_free(closed.free)]) for text in closed.others)
    rest = [text for text in (*branches, *others) if text != shown.text]
    return Component(closed.free, closed.forms, determined, tuple(dict.fromkeys(rest)))


def _of_everything(
    problem: Problem, free: tuple[str, ...], point: list[arb], others: Sequence[str]
) -> Component:
    """Return the family of all points, if the equations hold at others than the one that was found."""
    from eqsolve.exact import identity

    if identity.holds_everywhere(problem, point):
        return Component(free, {}, {})
    if identity.holds_around(problem, point):
        return Component(free, {}, {}, everywhere=False, where=_where(problem))
    return Component((), None, {}, tuple(others))


def _where(problem: Problem) -> tuple[str, ...]:
    """Return all solutions of a single equation in one unknown that is made of straight lines."""
    if len(problem.unknowns) != 1 or len(problem.equations) != 1 or problem.constraints:
        return ()
    from eqsolve.exact.stretches import stretches

    (equation,), (name,) = problem.equations, problem.names
    return tuple(stretch.text(name) for stretch in stretches(equation.left, equation.right, name) or ())
