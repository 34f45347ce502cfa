"""How long do 10,000 typed equations take to be read?"""

from __future__ import annotations

from benchmarks.side_by_side import medians, show
from eqsolve import language
from eqsolve.problem import lower
from eqsolve.source import Source

ROUNDS = 5
COUNT = 10_000


def typed(count: int) -> str:
    """Return equations of three shapes with numbers of their own."""
    lines = []
    for k in range(count):
        before, here, after = f"T{max(k - 1, 0)}", f"T{k}", f"T{min(k + 1, count - 1)}"
        if k % 3 == 0:
            lines.append(f"{before} - 2*{here} + {after} = 1e-3*({here}^4 - 0.{k + 1})")
        elif k % 3 == 1:
            lines.append(f"{here} = 0.5*({before} + {after}) + exp(-{here}/{k})")
        else:
            lines.append(f"node{k}: 2.5*{here} + sqrt({after}^2 + 1) = {before} + {k}")
    return "\n".join(lines)


def main() -> None:
    source = Source(typed(COUNT))
    document = language.parse(source)
    jobs = {
        "parse": lambda: language.parse(source),
        "lower": lambda: lower([document], given={}),
        "compile() of Python": lambda: compile(_as_python(source.text), "equations", "exec"),
    }
    seconds = medians(jobs, ROUNDS)
    python = seconds["compile() of Python"]
    both = seconds["parse"] + seconds["lower"]
    rows = [(name, f"{each:.2f}", f"{each / python:.1f}") for name, each in seconds.items()]
    rows.append(("parse and lower", f"{both:.2f}", f"{both / python:.1f}"))
    show(
        f"{COUNT:,} typed equations of three shapes",
        ("stage", "s", "ratio"),
        rows,
        f"Medians of {ROUNDS} interleaved runs; budget: ready in 0.5 s. "
        "For comparison, Python's own compiler on the same text as expressions.",
    )


def _as_python(text: str) -> str:
    lines = (line.split(": ")[-1].replace("=", "-").replace("^", "**") for line in text.splitlines())
    return "\n".join(lines)


if __name__ == "__main__":
    main()
