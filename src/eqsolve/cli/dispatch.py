"""Which command an argument list means, and what becomes of what it raises."""

from __future__ import annotations

import errno
import inspect
import os
import sys
import traceback
from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final

import typer
from typer.main import get_command

from eqsolve.cli.check import check
from eqsolve.cli.explain import explain
from eqsolve.cli.fit import fit
from eqsolve.cli.methods import methods
from eqsolve.cli.output import INTERRUPTED, console, write_json
from eqsolve.cli.solve import solve
from eqsolve.errors import Diagnostic, EqsolveError, ProblemError, did_you_mean

if TYPE_CHECKING:
    from typer.core import TyperCommand

COMMANDS: Final[Mapping[str, Callable[..., int]]] = {
    "solve": solve,
    "check": check,
    "explain": explain,
    "fit": fit,
    "methods": methods,
}

_DEFAULT: Final = "solve"
_NOBODY_READS: Final = 141
_BUG: Final = 101
_NO_ROOM: Final = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})

_USAGE: Final = """\
usage: eqsolve [OPTION]... EQUATION|FILE|-...

  eqsolve "x^2 + y^2 = 4" "x = y"

`eqsolve --help` says more.
"""

_EPILOG: Final = """\
\b
Examples:
  eqsolve "A+B=9" "C-D=1" "A+C=8" "B-D=2"
  eqsolve "x^2 + y^2 = 4" "x = y" --all
  eqsolve pump.eqs --set T=310 --bounds "p=1e5.."
  eqsolve "cos(x) = x" --json

\b
Other commands:
  eqsolve explain …   solve, and tell how: blocks, residuals, conditions, what each given does
  eqsolve fit …       fit to data: eqsolve fit "y ~ a*x + b" --data points.csv
  eqsolve check …     read the equations and count them, solve nothing
  eqsolve methods     list the methods for --method

\b
Exit codes:
  0 solved   1 no solution   2 wrong input   130 interrupted (what was found is printed)
"""


def run_command(argv: Sequence[str]) -> int:
    """Run the command that `argv` means; return the exit code."""
    completing = "_EQSOLVE_COMPLETE" in os.environ
    if not argv and not completing:
        sys.stderr.write(_USAGE)
        return 2
    try:
        return _completed() if completing else _run(argv)
    except EqsolveError as error:
        return _reported(error, argv)
    except typer.TyperException as error:
        message = error.format_message().rstrip(".").replace("'", "`")
        return _reported(ProblemError(Diagnostic("bad-option", message[:1].lower() + message[1:])), argv)
    except typer.Exit as stop:
        return stop.exit_code
    except KeyboardInterrupt:
        sys.stderr.write("interrupted\n")
        return INTERRUPTED
    except BrokenPipeError:
        return _NOBODY_READS
    except OSError as error:
        return _failed(error)
    except Exception:  # noqa: BLE001 - the last place that can tell a user that this is our mistake
        return _apologised()


def command(name: str) -> TyperCommand:
    """Return the command `name`, ready to read arguments."""
    app = typer.Typer(add_completion=name == _DEFAULT, rich_markup_mode=None)
    settings = {"ignore_unknown_options": True, "max_content_width": 100}
    epilog = _EPILOG if name == _DEFAULT else None
    app.command(name, epilog=epilog, context_settings=settings)(COMMANDS[name])
    return get_command(app)  # type: ignore[return-value]  # a single command makes no group


def _run(argv: Sequence[str]) -> int:
    """Read the arguments with typer's parser and call the command with them.

    The values stay text: typer's conversion of values would import pydantic, which costs more than a
    linear solve. What typer answers itself (`--help`, `--install-completion`) is left to it.
    """
    name, rest = (argv[0], argv[1:]) if argv[0] in COMMANDS else (_DEFAULT, argv)
    chosen = command(name)
    title = "eqsolve" if name == _DEFAULT else f"eqsolve {name}"
    arguments = ["--help" if argument == "-h" else argument for argument in rest]
    context = typer.Context(chosen, info_name=title, **chosen.context_settings)
    values, extra, _ = chosen.make_parser(context).parse_args(args=list(arguments))
    _refuse_unknown_options([*(values.get("arguments") or ()), *extra], chosen)
    if extra:
        raise ProblemError(Diagnostic("bad-option", f"`{title}` takes no argument `{extra[0]}`"))
    if not values.keys() <= inspect.signature(COMMANDS[name]).parameters.keys():
        chosen.make_context(title, arguments)
    return COMMANDS[name](**values)


def _refuse_unknown_options(arguments: Sequence[str], chosen: TyperCommand) -> None:
    """Raise if something among the arguments looks like an option: the parser let it through."""
    from eqsolve.cli.arguments import is_option

    known = [option for parameter in chosen.params for option in parameter.opts if option.startswith("--")]
    known.append("--help")
    unknown = [argument.partition("=")[0] for argument in arguments if is_option(argument)]
    if unknown:
        help_hint = "`eqsolve --help` lists the options"
        raise ProblemError(
            *(
                Diagnostic(
                    "unknown-option", f"no option `{name}`", hint=did_you_mean(name, known) or help_hint
                )
                for name in unknown
            )
        )


def _completed() -> int:
    """Answer a shell that asks for completions."""
    result: Any = command(_DEFAULT).main([], prog_name="eqsolve", standalone_mode=False)
    return result if isinstance(result, int) else 0


def _reported(error: EqsolveError, argv: Sequence[str]) -> int:
    """Say what is wrong: as diagnostics, or as a JSON object to who asked for one."""
    if wants_json(argv):
        write_json(error.to_dict())
    else:
        from eqsolve.render.diagnostics import print_diagnostics

        print_diagnostics(error.diagnostics, console(sys.stderr, plain="--no-color" in argv))
    return 2


def wants_json(argv: Sequence[str]) -> bool:
    """Tell whether the answer is to be JSON, even if `argv` cannot be read as a whole."""
    return "--json" in argv or "--format=json" in argv or ("--format", "json") in pairwise(argv)


def _failed(error: OSError) -> int:
    """Say that there is no room for the output; anything else from the system is our mistake."""
    if error.errno not in _NO_ROOM:
        return _apologised()
    sys.stderr.write(f"eqsolve: cannot write the result: {error.strerror}\n")
    return 2


def _apologised() -> int:
    traceback.print_exc()
    sys.stderr.write(
        "\nThis is a bug in eqsolve, sorry. Please report it, with the lines above and the equations.\n"
    )
    return _BUG
