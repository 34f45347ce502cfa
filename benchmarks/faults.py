"""One mistake put into each line of each example: is the line, or what it is about, among the first three named?"""

from __future__ import annotations

import random
import re
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import eqsolve
from benchmarks.side_by_side import show
from eqsolve.language.interpret import tape
from eqsolve.language.syntax import Equation, Name, Sum, names
from eqsolve.result import Result, Verdict

EXAMPLES = Path(__file__).parent.parent / "examples"
SEED = 1
SECONDS = 20.0
FIRST = 3


@dataclass(frozen=True)
class Fault:
    """A text with a mistake, and what an answer should name: lines, or unknowns."""

    text: str
    lines: frozenset[int] = frozenset()
    unknowns: frozenset[str] = frozenset()


def statements(problem: eqsolve.Problem) -> list[Equation]:
    return [s for document in problem.documents for s in document.statements if isinstance(s, Equation)]


def unknowns_in(statement: Equation, problem: eqsolve.Problem) -> list[Name]:
    return [name for side in statement.sides for name in names(side) if name.id in problem.index]


def replaced(text: str, start: int, end: int, by: str) -> str:
    return text[:start] + by + text[end:]


def delete(statement: Equation, problem: eqsolve.Problem, _: random.Random) -> Fault | None:
    text, span = statement.span.source.text, statement.span
    # What a user function brings in counts too.
    about = frozenset(
        problem.names[u] for e in problem.equations if e.span == statement.span for u in e.unknowns
    )
    return Fault(replaced(text, span.start, span.end, ""), unknowns=about)


def contradict(statement: Equation, _problem: eqsolve.Problem, _: random.Random) -> Fault | None:
    text, (*_, left, right) = statement.span.source.text.rstrip(), statement.sides
    changed = "1" if right.span.text.strip() == "0" else f"1.1*({right.span.text})"
    return Fault(f"{text}\n{left.span.text} = {changed}\n", frozenset({text.count("\n") + 2}))


def flip(statement: Equation, _: eqsolve.Problem, dice: random.Random) -> Fault | None:
    text, line = statement.span.source.text, frozenset({statement.span.line})
    signs = []
    for side in statement.sides:
        for node, _ in tape(side).steps:
            if isinstance(node, Sum):
                for before, after in zip(node.terms, node.terms[1:], strict=False):
                    gap = text[before.span.end : after.span.start]
                    found = re.search(r"[-+−]", gap)
                    if found:
                        signs.append(before.span.end + found.start())
    if signs:
        at = dice.choice(signs)
        return Fault(replaced(text, at, at + 1, "-" if text[at] == "+" else "+"), line)
    right = statement.sides[-1].span
    return Fault(replaced(text, right.start, right.end, f"-({right.text})"), line)


def misspell(statement: Equation, problem: eqsolve.Problem, dice: random.Random) -> Fault | None:
    found = unknowns_in(statement, problem)
    taken = {*problem.names, *(given.name for given in problem.givens)}
    if not found:
        return None
    name = dice.choice(found)
    at = dice.randrange(len(name.id))
    slips = [name.id[:at] + name.id[at] * 2 + name.id[at + 1 :], name.id.swapcase()]
    if len(name.id) > 2:
        slips.append(name.id[:at] + name.id[at + 1 :])
    slips = [slip for slip in slips if slip not in taken and slip.isidentifier()]
    if not slips:
        return None
    slip = dice.choice(slips)
    text = replaced(statement.span.source.text, name.span.start, name.span.end, slip)
    return Fault(text, frozenset({statement.span.line}), frozenset({slip}))


KINDS: dict[str, Callable[[Equation, eqsolve.Problem, random.Random], Fault | None]] = {
    "delete": delete,
    "contradict": contradict,
    "sign flip": flip,
    "misspell": misspell,
}


def mentioned(words: str, known: frozenset[str]) -> tuple[list[int], list[str]]:
    """Return the line numbers and the unknowns in some words, in their order, each once."""
    lines = [
        int(number)
        for found in re.finditer(r"\blines? (\d+(?:(?:, | and )\d+)*)", words)
        for number in re.findall(r"\d+", found[1])
    ]
    unknowns = [word for word in re.findall(r"\w+", words) if word in known]
    return list(dict.fromkeys(lines)), list(dict.fromkeys(unknowns))


def is_named(fault: Fault, result: Result, known: frozenset[str]) -> bool:
    """Tell whether the result, or its warnings, name what is wrong among the first three."""
    ranked = [*(r.line.line for r in result.repairs), *(line.line for line in result.conflict)]
    said = "; ".join((*(f"line {number}" for number in ranked), result.message))
    # What stands under the carets is read first.
    warned = "; ".join(
        f"{warning.span.text if warning.span else ''} {warning.hint or ''} {warning.message}"
        for warning in result.warnings
    )
    for words in (said, warned):
        lines, unknowns = mentioned(words, known | fault.unknowns)
        if fault.lines.intersection(lines[:FIRST]) or fault.unknowns.intersection(unknowns[:FIRST]):
            return True
    return False


def outcome(fault: Fault, problem: eqsolve.Problem, *, wordy: str = "") -> str:
    """Return `named`, `missed`, or `no fault` where there is a solution all the same."""
    try:
        result = eqsolve.solve(fault.text, max_seconds=SECONDS)
    except eqsolve.EqsolveError as error:
        places = {d.span.line for d in error.diagnostics if d.span}
        return "named" if places & fault.lines else "no fault" if not fault.lines else "missed"
    if result.verdict is Verdict.SOLVED and not result.conflict:
        return "no fault"
    named = is_named(fault, result, frozenset(problem.names))
    if wordy and not named:
        warnings = " | ".join(w.message for w in result.warnings)
        print(
            f"{wordy}: wanted {[*fault.lines, *fault.unknowns]}: {result.message} | {warnings}",
            file=sys.stderr,
        )
    return "named" if named else "missed"


def faults(kind: str, dice: random.Random) -> Iterator[tuple[str, Fault, eqsolve.Problem]]:
    for path in sorted(EXAMPLES.glob("*.eqs")):
        problem = eqsolve.load(path)
        if problem.soft or problem.solve().exit_code:
            continue  # a fit always leaves something over, or the file is wrong already
        for statement in statements(problem):
            fault = KINDS[kind](statement, problem, dice)
            if fault is not None:
                yield f"{kind}, {path.name}:{statement.span.line}", fault, problem


def main() -> None:
    wordy = "--missed" in sys.argv
    rows = []
    for kind in KINDS:
        counts: Counter[str] = Counter()
        for where, fault, problem in faults(kind, random.Random(SEED)):  # noqa: S311 - no secrets here
            counts[outcome(fault, problem, wordy=where if wordy else "")] += 1
        wrong = counts["named"] + counts["missed"]
        share = f"{counts['named'] / wrong:.0%}" if wrong else ""
        rows.append(
            (kind, str(counts.total()), str(counts["no fault"]), str(wrong), str(counts["named"]), share)
        )
    show(
        "Seeded faults: one mistake in each equation of the examples",
        ("mistake", "tried", "still solvable", "wrong", "named", ""),
        rows,
        f"Named: the line with the mistake (of a deleted line: one of its unknowns) is among the first {FIRST} lines "
        "or unknowns that the result or its warnings name. Still solvable: there is a checked solution, so that "
        "nothing can be noticed.",
    )


if __name__ == "__main__":
    main()
