"""The borders between the rooms of the package, and what must not occur in it at all, as `ast` sees it.

A room is a module at the top of `eqsolve`, or a folder; `numeric.solvers` is a room of its own.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

import pytest

import eqsolve

ROOT: Final = Path(eqsolve.__file__).parent
MODULES: Final = sorted(ROOT.rglob("*.py"))

# What each room may import from the package, and from others than the standard library.
ROOMS: Final[Mapping[str, tuple[set[str], set[str]]]] = {
    "source": (set(), set()),
    "errors": ({"source"}, set()),
    "clock": (set(), set()),
    "fitted": (set(), set()),
    "data": ({"errors", "language"}, {"numpy"}),
    "result": ({"errors", "fitted", "render"}, set()),  # `render` when a result is printed, not before
    "functions": (set(), set()),
    "language": ({"source", "errors", "functions"}, set()),
    "evaluate": ({"functions", "language", "source"}, {"flint"}),
    "problem": (
        # `pipeline` for `Problem.solve`
        {"source", "errors", "result", "functions", "language", "evaluate", "pipeline", "data"},
        set(),
    ),
    "structure": (set(), {"numpy", "scipy"}),
    "exact": (
        {"clock", "evaluate", "functions", "language", "problem", "source", "verify"},
        {"flint", "numpy", "scipy"},
    ),
    "families": ({"blocks", "evaluate", "exact", "language", "problem", "source"}, {"flint"}),
    "numeric": (
        {
            "clock",
            "source",
            "errors",
            "result",
            "functions",
            "language",
            "problem",
            "structure",
            "numeric",
            "numeric.losses",
            "numeric.solvers",
        },
        {"torch", "sympy", "numpy", "scipy"},
    ),
    "numeric.solvers": ({"clock", "numeric", "result"}, {"torch"}),
    "numeric.losses": (set(), {"torch"}),
    "regression": (
        {
            "data",
            "errors",
            "evaluate",
            "exact",
            "fitted",
            "language",
            "numeric",
            "numeric.losses",
            "numeric.solvers",
            "problem",
            "result",
        },
        {"flint", "numpy", "scipy", "torch"},
    ),
    "verify": ({"clock", "evaluate", "language", "problem"}, {"flint", "numpy", "scipy"}),
    "proof": ({"evaluate", "functions", "language", "problem"}, {"flint", "numpy"}),
    "boxes": (
        {"clock", "evaluate", "exact", "language", "problem", "proof", "settle", "structure"},
        {"flint", "numpy"},
    ),
    "constraints": ({"evaluate", "exact", "language", "problem", "verify"}, {"flint"}),
    "reach": ({"evaluate", "exact", "language", "problem", "proof"}, {"flint"}),
    "magnitudes": ({"evaluate", "language", "problem"}, {"flint", "numpy"}),
    "settle": ({"evaluate", "exact", "language", "problem", "proof", "structure"}, {"flint"}),
    "endless": (
        {"evaluate", "exact", "language", "problem", "proof", "settle", "structure", "verify"},
        {"flint"},
    ),
    "repetition": ({"blocks", "endless", "exact", "language", "problem", "result", "words"}, {"flint"}),
    "paths": ({"clock", "numeric", "result"}, {"flint", "numpy", "torch"}),
    "allroots": ({"evaluate", "exact", "paths", "problem", "result", "structure"}, {"flint"}),
    "blocks": (
        {
            "boxes",
            "clock",
            "constraints",
            "allroots",
            "endless",
            "evaluate",
            "exact",
            "magnitudes",
            "numeric",
            "numeric.solvers",
            "paths",
            "problem",
            "reach",
            "result",
            "settle",
            "structure",
            "verify",
        },
        {"flint", "torch"},
    ),
    "whole": (
        {
            "clock",
            "blocks",
            "errors",
            "evaluate",
            "exact",
            "language",
            "problem",
            "proof",
            "report",
            "result",
            "verify",
            "words",
        },
        {"flint"},
    ),
    "plane": (
        {
            "allroots",
            "blocks",
            "errors",
            "evaluate",
            "exact",
            "functions",
            "language",
            "paths",
            "problem",
            "report",
            "result",
            "source",
            "structure",
            "verify",
        },
        {"flint", "torch"},
    ),
    "splitting": (
        {"blocks", "evaluate", "exact", "language", "problem", "reach", "result", "source", "verify"},
        {"flint"},
    ),
    "words": ({"problem", "result"}, set()),
    "nearest": ({"clock", "evaluate", "problem", "verify"}, {"flint", "numpy"}),
    "structural": ({"errors", "language", "problem", "structure", "words"}, set()),
    "doubts": ({"errors", "exact", "problem", "verify", "words"}, {"flint"}),
    "culprit": (
        {
            "clock",
            "blocks",
            "evaluate",
            "exact",
            "language",
            "nearest",
            "problem",
            "result",
            "structure",
            "verify",
            "words",
        },
        {"flint"},
    ),
    "report": (
        {
            "blocks",
            "constraints",
            "culprit",
            "doubts",
            "errors",
            "evaluate",
            "exact",
            "families",
            "language",
            "members",
            "problem",
            "repetition",
            "result",
            "structural",
            "verify",
            "words",
        },
        {"flint"},
    ),
    "inputs": (
        {"data", "errors", "language", "problem", "regression", "source"},
        {"sympy"},
    ),
    "members": (
        {"blocks", "constraints", "evaluate", "exact", "problem", "reach", "verify"},
        {"flint"},
    ),
    "tracing": (
        {
            "members",
            "blocks",
            "clock",
            "culprit",
            "errors",
            "evaluate",
            "exact",
            "language",
            "problem",
            "proof",
            "report",
            "result",
            "splitting",
            "structural",
            "structure",
            "words",
        },
        {"flint"},
    ),
    "pipeline": (
        {
            "blocks",
            "clock",
            "data",
            "errors",
            "inputs",
            "plane",
            "problem",
            "regression",
            "report",
            "result",
            "tracing",
            "whole",
        },
        set(),
    ),
    "explain": (
        {
            "errors",
            "evaluate",
            "exact",
            "language",
            "pipeline",
            "problem",
            "report",
            "result",
            "source",
            "verify",
            "words",
        },
        {"flint"},
    ),
    "render": ({"source", "errors", "fitted", "result", "functions", "language"}, {"matplotlib", "rich"}),
    "cli": (
        {
            "clock",
            "data",
            "regression",
            "source",
            "errors",
            "explain",
            "result",
            "language",
            "pipeline",
            "problem",
            "render",
        },
        {"rich", "typer"},
    ),
    "__init__": ({"errors", "pipeline", "problem", "result"}, set()),
    "__main__": ({"cli"}, set()),
}

EAGER: Final = ("numeric", "boxes", "paths")
EAGER_MODULES: Final = tuple(f"eqsolve.{name}" for name in EAGER)
HEAVY: Final = {"torch", "sympy", "scipy", "numpy", "mpmath", "matplotlib"}


def room(parts: tuple[str, ...]) -> str:
    """The room of a module, given by its path inside the package."""
    inner = parts[:2] in (("numeric", "solvers"), ("numeric", "losses"))
    return ".".join(parts[:2]) if inner else parts[0]


def room_of(path: Path) -> str:
    return room(path.relative_to(ROOT).with_suffix("").parts)


def parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text("utf-8"), str(path))


def imported(tree: ast.AST) -> Iterator[str]:
    """Names of the modules that are imported anywhere, dotted; packages are followed into their parts."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports are absolute"
            module = node.module or ""
            if module in ("eqsolve", "eqsolve.numeric"):
                yield from (f"{module}.{alias.name}" for alias in node.names)
            else:
                yield module


def top_level(tree: ast.Module) -> ast.Module:
    """What runs on import: no bodies of functions, nothing under `TYPE_CHECKING`."""
    body = [
        node
        for node in tree.body
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
        and not (isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test))
    ]
    return ast.Module(body, [])


def found(name: str) -> tuple[set[str], set[str]]:
    """The rooms and the libraries that a room imports."""
    rooms: set[str] = set()
    libraries: set[str] = set()
    for path in MODULES:
        if room_of(path) == name:
            for module in imported(parsed(path)):
                first, *rest = module.split(".")
                if first == "eqsolve":
                    rooms.add(room(tuple(rest)))
                elif first not in sys.stdlib_module_names:
                    libraries.add(first)
    return rooms, libraries


def test_every_room_is_on_the_plan() -> None:
    assert {room_of(path) for path in MODULES} == set(ROOMS)


@pytest.mark.parametrize("name", ROOMS)
def test_a_room_imports_no_more_than_it_may(name: str) -> None:
    rooms, libraries = found(name)
    allowed, foreign = ROOMS[name]
    assert rooms - {name} <= allowed
    assert libraries <= foreign


@pytest.mark.parametrize(
    ("name", "never"),
    [
        ("language", {"evaluate", "problem", "numeric"}),
        ("numeric.solvers", {"language", "problem"}),
        ("verify", {"numeric", "numeric.solvers", "blocks", "pipeline"}),
        ("evaluate", {"problem", "numeric"}),
        ("render", {"pipeline", "problem", "numeric"}),
    ],
)
def test_the_borders_that_carry_the_design(name: str, never: set[str]) -> None:
    rooms, _ = found(name)
    assert not rooms & never


@pytest.mark.parametrize("name", ["language", "render", "verify", "evaluate", "problem", "cli", "exact"])
def test_rooms_that_see_neither_sympy_nor_torch(name: str) -> None:
    _, libraries = found(name)
    assert not libraries & {"sympy", "torch"}


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_heavy_libraries_are_imported_on_use(path: Path) -> None:
    """Only `numeric` and `boxes` may import torch and numpy at once: others import the two when they are needed."""
    if room_of(path).startswith(EAGER):
        return
    libraries = {module.split(".")[0] for module in imported(top_level(parsed(path)))}
    assert not libraries & HEAVY
    rooms = {room for room in imported(top_level(parsed(path))) if room.startswith(EAGER_MODULES)}
    assert not rooms


FORBIDDEN: Final = {"eval", "exec", "sympify", "parse_expr", "__import__", "S", "loads", "system", "popen"}


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_nothing_is_ever_evaluated(path: Path) -> None:
    for node in ast.walk(parsed(path)):
        if isinstance(node, ast.Call):
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            assert name not in FORBIDDEN, f"{path.name}:{node.lineno} calls {name}"
            assert not (isinstance(node.func, ast.Name) and name == "compile")


def test_no_pickle_and_no_network() -> None:
    modules = {module.split(".")[0] for path in MODULES for module in imported(parsed(path))}
    assert not modules & {
        "pickle",
        "marshal",
        "shelve",
        "yaml",
        "socket",
        "urllib",
        "http",
        "subprocess",
        "ctypes",
    }


def broad(handler: ast.ExceptHandler) -> bool:
    """Tell whether a handler takes whatever comes."""
    caught = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
    return any(
        kind is None or (isinstance(kind, ast.Name) and kind.id in ("Exception", "BaseException"))
        for kind in caught
    )


def test_only_the_command_line_catches_everything() -> None:
    places = [
        room_of(path)
        for path in MODULES
        for node in ast.walk(parsed(path))
        if isinstance(node, ast.ExceptHandler) and broad(node)
    ]
    assert places == ["cli"]


def test_assert_is_not_used_on_input() -> None:
    for path in MODULES:
        assert not any(isinstance(node, ast.Assert) for node in ast.walk(parsed(path))), path


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_module_says_what_it_is_for(path: Path) -> None:
    tree = parsed(path)
    assert ast.get_docstring(tree), path
    for node in tree.body:
        if isinstance(node, ast.ClassDef | ast.FunctionDef) and not node.name.startswith("_"):
            assert ast.get_docstring(node), f"{path.name}: {node.name}"
