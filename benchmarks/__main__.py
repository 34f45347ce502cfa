"""All benchmarks, one after another; `python -m benchmarks honesty classic` runs some."""

import sys
from importlib import import_module

NAMES = (
    "startup",
    "parsing",
    "warm",
    "honesty",
    "classic",
    "faults",
    "literature",
    "roots",
    "nist",
    "planted",
)


def main() -> int:
    chosen = sys.argv[1:] or NAMES
    unknown = [name for name in chosen if name not in NAMES]
    if unknown:
        print(f"no benchmark {', '.join(unknown)}; there are {', '.join(NAMES)}", file=sys.stderr)
        return 2
    for name in chosen:
        import_module(f"benchmarks.{name}").main()
    return 0


if __name__ == "__main__":
    sys.exit(main())
