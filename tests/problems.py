"""A catalogue of small systems with all their real roots known in closed form, and short ways to a problem.

Sources are named where there are any; the others are solved by hand in a line.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from eqsolve.pipeline import load_sources, prepare
from eqsolve.problem import Problem
from eqsolve.source import Source
from eqsolve.structure import Block
from eqsolve.verify.check import Checked, check
from eqsolve.verify.system import System

_PHI: Final = (1 + math.sqrt(5)) / 2
_HALF: Final = 1 / math.sqrt(2)


@dataclass(frozen=True, slots=True)
class KnownProblem:
    """A system and every real solution of it within its bounds.

    Attributes:
        name: Short and unique.
        equations: In the language.
        unknowns: Their order in `roots`.
        roots: All real solutions.
        source: Where it comes from; empty where it is solved by hand.
    """

    name: str
    equations: tuple[str, ...]
    unknowns: tuple[str, ...]
    roots: tuple[tuple[float, ...], ...]
    source: str = ""

    @property
    def solutions(self) -> list[dict[str, float]]:
        """The roots by name."""
        return [dict(zip(self.unknowns, root, strict=True)) for root in self.roots]


PROBLEMS: Final = (
    KnownProblem("square root", ("x^2 = 2",), ("x",), ((-math.sqrt(2),), (math.sqrt(2),))),
    KnownProblem("cubic", ("x^3 - 6*x^2 + 11*x = 6",), ("x",), ((1,), (2,), (3,))),
    KnownProblem("golden ratio", ("x = 1 + 1/x",), ("x",), ((1 - _PHI,), (_PHI,))),
    KnownProblem(
        "circle and line", ("x^2 + y^2 = 1", "x = y"), ("x", "y"), ((-_HALF, -_HALF), (_HALF, _HALF))
    ),
    KnownProblem("two numbers", ("p + q = 5", "p*q = 6"), ("p", "q"), ((2, 3), (3, 2))),
    KnownProblem(
        "circle and parabola",
        ("x^2 + y^2 = 2", "y = x^2"),
        ("x", "y"),
        ((-1, 1), (1, 1)),
    ),
    KnownProblem("omega", ("x*exp(x) = 1",), ("x",), ((0.5671432904097838,),), "OEIS A030178"),
    KnownProblem("Dottie number", ("cos(x) = x",), ("x",), ((0.7390851332151607,),), "OEIS A003957"),
    KnownProblem("chain", ("x^2 = 4", "y = x + 1", "z*y = 6"), ("x", "y", "z"), ((-2, -1, -6), (2, 3, 2))),
    KnownProblem(
        "Rosenbrock",
        ("10*(y - x^2) = 0", "1 - x = 0"),
        ("x", "y"),
        ((1, 1),),
        "Moré, Garbow and Hillstrom (1981), problem 1",
    ),
    KnownProblem(
        "Freudenstein and Roth",
        ("-13 + x + ((5 - y)*y - 2)*y = 0", "-29 + x + ((y + 1)*y - 14)*y = 0"),
        ("x", "y"),
        ((5, 4),),
        "Moré, Garbow and Hillstrom (1981), problem 2",
    ),
    KnownProblem(
        "Himmelblau",
        ("x^2 + y = 11", "x + y^2 = 7"),
        ("x", "y"),
        (
            (3, 2),
            (-2.8051180869527448531, 3.1313125182505729658),
            (-3.7793102533777468857, -3.2831859912861693942),
            (3.5844283403304917449, -1.8481265269644035530),
        ),
        "Himmelblau (1972), Applied Nonlinear Programming; the irrational roots from the quartic in x, by mpmath",
    ),
    KnownProblem(
        "symmetric sums",
        ("a + b + c = 6", "a*b + b*c + c*a = 11", "a*b*c = 6"),
        ("a", "b", "c"),
        ((1, 2, 3), (1, 3, 2), (2, 1, 3), (2, 3, 1), (3, 1, 2), (3, 2, 1)),
    ),
    KnownProblem("bounded sine", ("sin(x) = 1/2", "x in 0..3"), ("x",), ((math.pi / 6,), (5 * math.pi / 6,))),
)


def lowered(*lines: str, given: Mapping[str, str] | None = None) -> Problem:
    """Return the problem that lines of text make."""
    return load_sources([Source("\n".join(lines))], given=given or {})


def system(*lines: str) -> System:
    """Return all equations as functions of all unknowns, in the order of the text."""
    problem = prepare(*lines)
    return System(problem, range(len(problem.equations)), range(len(problem.unknowns)))


def checked(lines: Sequence[str], candidate: Sequence[float]) -> Checked | None:
    """Put a candidate before the contract, with nothing known beforehand."""
    return check(system(*lines), candidate, {})


def whole(problem: Problem) -> Block:
    """Return one block of everything."""
    return Block(tuple(range(len(problem.equations))), tuple(range(len(problem.unknowns))))
