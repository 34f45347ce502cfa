"""From real and imaginary parts back to complex values."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, TypeAlias

from flint import arb

from eqsolve.evaluate import nearest, precision
from eqsolve.language.printer import unparse
from eqsolve.plane.ends import PathsInParts
from eqsolve.plane.polynomial import Root, ball_error, complex_roots
from eqsolve.plane.split import parts_of, split
from eqsolve.problem.model import Problem
from eqsolve.report import residuals
from eqsolve.result import (
    Best,
    BlockReport,
    Completeness,
    EquationReport,
    Line,
    Result,
    Solution,
    Value,
    Verdict,
)
from eqsolve.verify.system import BITS, RESIDUAL_DIGITS, System, satisfies

if TYPE_CHECKING:
    from eqsolve.blocks import Settings

    SolveParts: TypeAlias = Callable[[Problem, Settings], Result]


def solve(problem: Problem, settings: Settings, solve_parts: SolveParts) -> Result:
    """Solve a problem with complex unknowns.

    Args:
        problem: The problem.
        settings: How to search.
        solve_parts: Solves a problem in real unknowns, with settings of its own.

    Raises:
        ProblemError: Something in it has no complex meaning.
    """
    parts = split(problem)
    if settings.method == "auto" and len(problem.unknowns) == 1 and not problem.constraints:
        found = _roots(problem, parts)
        if found is not None:
            return found
    return _joined(problem, parts, solve_parts(parts, replace(settings, ends=PathsInParts(problem))))


def _roots(problem: Problem, parts: Problem) -> Result | None:
    """Return all roots of rational equations in one unknown; None if they are not that."""
    (unknown,) = problem.unknowns
    roots = complex_roots([(e.left, e.right) for e in problem.equations], unknown.name)
    if roots is None or not all(_holds(parts, root) for root in roots):
        return None
    solutions = []
    for root in roots:
        value = _value(root)
        error = ball_error(root.value, value)
        exact = {} if root.form is None else {unknown.name: _text(*map(unparse, root.form))}
        solutions.append(
            Solution({unknown.name: value}, exact, {unknown.name: error}, True, root.multiplicity, "exact")
        )
    solutions.sort(key=lambda solution: _place(solution.values[unknown.name]))
    lines = tuple(dict.fromkeys(e.line for e in problem.equations))
    block = BlockReport(
        problem.names,
        tuple(line.line for line in lines),
        "exact",
        "all complex roots of a polynomial",
        branches=len(solutions),
        equations=tuple(range(len(problem.equations))),
    )
    if not roots:
        reports = tuple(EquationReport(line) for line in lines)
    else:
        first = _coordinates(next(r for r in roots if _value(r) == solutions[0].values[unknown.name]))
        reports = _reports(problem, residuals(parts, dict(enumerate(part.mid() for part in first))))
    if not solutions:
        return Result(
            Verdict.NO_SOLUTION,
            "no solution, proved: not even a complex number solves it",
            conflict=lines,
            equations=reports,
            warnings=problem.warnings,
            blocks=(block,),
        )
    count = len(solutions)
    message = (
        f"{count} complex solutions, proved to be all"
        if count > 1
        else "1 complex solution, proved to be the only one"
    )
    return Result(
        Verdict.SOLVED,
        message,
        Completeness.PROVED,
        tuple(_nearest_first(problem, solutions)),
        equations=reports,
        warnings=problem.warnings,
        blocks=(block,),
    )


def _holds(parts: Problem, root: Root) -> bool:
    """Check a root in the equations as written, by their parts."""
    values = {k: part.mid() for k, part in zip(range(len(parts.unknowns)), _coordinates(root), strict=False)}
    with precision(BITS):
        here = System(parts, range(len(parts.equations)), (), values).at((), derivatives=False)
        return satisfies(here, RESIDUAL_DIGITS)


def _value(root: Root) -> complex:
    return complex(nearest(root.value.real), nearest(root.value.imag))


def _coordinates(root: Root) -> tuple[arb, arb]:
    return root.value.real, root.value.imag


def _nearest_first(problem: Problem, solutions: list[Solution]) -> list[Solution]:
    (unknown,) = problem.unknowns
    if unknown.start is None:
        return solutions
    start = complex(unknown.start, unknown.start_imaginary)
    first = min(solutions, key=lambda solution: abs(solution.values[unknown.name] - start))
    return [replace(first, origin="start"), *(s for s in solutions if s is not first)]


def _place(value: Value) -> tuple[float, float]:
    return (value.real, value.imag)


# parts -------------------------------------------------------------------------------------------------


def _joined(problem: Problem, parts: Problem, result: Result) -> Result:
    """Return a result in parts as one in the unknowns of the problem."""
    helpers = {u.name for u in parts.unknowns} - {name for u in problem.unknowns for name in parts_of(u)}
    best = result.best and Best(_values(problem, result.best.values), result.best.residual)

    def known(forms: Mapping[str, str] | None) -> Mapping[str, str] | None:
        return None if forms is None else {name: form for name, form in forms.items() if name not in helpers}

    return replace(
        result,
        solutions=tuple(_solution(problem, solution) for solution in result.solutions),
        free=tuple(name for name in result.free if name not in helpers),
        patterns=tuple(_pattern(problem, pattern) for pattern in result.patterns),
        family=known(result.family),
        determined=known(result.determined),
        best=best,
        equations=_reports(problem, result.equations),
    )


def _pattern(problem: Problem, parts: Mapping[str, str]) -> Mapping[str, str]:
    """Return a pattern of parts as one of the unknowns."""
    joined: dict[str, str] = {}
    for unknown in problem.unknowns:
        names = parts_of(unknown)
        if all(name in parts for name in names):
            joined[unknown.name] = _text(*(parts[name] for name in names))
    return joined


def _values(problem: Problem, parts: Mapping[str, Value]) -> dict[str, Value]:
    values: dict[str, Value] = {}
    for unknown in problem.unknowns:
        own = [parts[name] for name in parts_of(unknown) if name in parts]
        if unknown.kind != "complex" and own:
            values[unknown.name] = own[0]
        elif len(own) == 2:
            values[unknown.name] = complex(own[0].real, own[1].real)
    return values


def _solution(problem: Problem, parts: Solution) -> Solution:
    exact: dict[str, str] = {}
    error: dict[str, float] = {}
    for unknown in problem.unknowns:
        names = parts_of(unknown)
        if all(name in parts.exact for name in names):
            exact[unknown.name] = _text(*(parts.exact[name] for name in names))
        if all(name in parts.error for name in names):
            error[unknown.name] = math.hypot(*(parts.error[name] for name in names))
    return replace(parts, values=_values(problem, parts.values), exact=exact, error=error)


def _text(re: str, im: str | None = None) -> str:
    """Write an exact complex number from the texts of its parts."""
    if im is None or im == "0":
        return re
    sign, size = ("-", im[1:]) if im.startswith("-") and not _is_sum(im[1:]) else ("+", im)
    part = "i" if size == "1" else (f"({size})*i" if _is_sum(size) else f"{size}*i")
    if re == "0":
        return part if sign == "+" else f"-{part}"
    return f"{re} {sign} {part}"


def _is_sum(text: str) -> bool:
    return " + " in text or " - " in text


def _reports(problem: Problem, parts: Sequence[EquationReport]) -> tuple[EquationReport, ...]:
    """Return one report per line: the size of the residual of its parts."""
    by_line: dict[Line, list[EquationReport]] = {}
    for report in parts:
        by_line.setdefault(report.line, []).append(report)
    reports = []
    for line in dict.fromkeys(e.line for e in problem.equations):
        own = by_line.get(line, [])
        residuals = [r.residual for r in own if r.residual is not None]
        scales = [r.scale for r in own if r.scale is not None]
        reports.append(
            EquationReport(
                line, math.hypot(*residuals) if residuals else None, max(scales) if scales else None
            )
        )
    return tuple(reports)
