"""What `import eqsolve` promises."""

from __future__ import annotations

import inspect
import re
import subprocess
import sys
from pathlib import Path
from typing import Final

import pytest

import eqsolve

# The API of the design, as far as it exists.
NAMES: Final = (
    "Completeness",
    "Diagnostic",
    "EqsolveError",
    "ParseError",
    "Problem",
    "ProblemError",
    "Progress",
    "Result",
    "Solution",
    "SolveError",
    "SourceError",
    "Verdict",
    "fit",
    "load",
    "solve",
)
README: Final = Path(__file__).parent.parent / "README.md"


def test_the_names_are_these() -> None:
    assert tuple(eqsolve.__all__) == NAMES
    assert dir(eqsolve) == list(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_a_name_can_be_imported_and_has_a_docstring(name: str) -> None:
    assert inspect.getdoc(getattr(eqsolve, name))


def test_an_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="no attribute 'sovle'"):
        getattr(eqsolve, "sovle")  # noqa: B009  (mypy would see it)


@pytest.mark.parametrize("name", ["ParseError", "ProblemError", "SolveError", "SourceError"])
def test_all_errors_are_of_one_family(name: str) -> None:
    assert issubclass(getattr(eqsolve, name), eqsolve.EqsolveError)


def parameters(function: object) -> list[str]:
    assert callable(function)
    return list(inspect.signature(function).parameters)


def test_signatures() -> None:
    options = ["given", "start", "bounds", "method", "all", "seed", "complex", "max_seconds", "observer"]
    assert parameters(eqsolve.solve) == ["equations", *options]
    assert parameters(eqsolve.load) == ["path", "given"]
    assert parameters(eqsolve.Problem.solve) == ["self", "options"]
    assert parameters(eqsolve.Problem.with_given) == ["self", "values"]


@pytest.mark.parametrize(
    "name",
    [
        "verdict",
        "completeness",
        "solutions",
        "message",
        "free",
        "family",
        "best",
        "conflict",
        "exit_code",
        "unique",
        "to_dict",
        "to_json",
        "raise_for_verdict",
        "_repr_html_",
        "_repr_latex_",
        "__getitem__",
    ],
)
def test_a_result_has(name: str) -> None:
    assert hasattr(eqsolve.solve("x = 1"), name)


@pytest.mark.skipif(not README.exists(), reason="there is no README yet")
def test_the_readme_uses_public_names_only() -> None:
    used = set(re.findall(r"\beqsolve\.([A-Za-z_]\w*)", README.read_text("utf-8")))
    modules = {"eqs", "py", "git"}
    assert used - modules <= set(NAMES)


def test_importing_costs_nothing() -> None:
    """Neither a library nor a stage is loaded before it is needed."""
    code = "import sys, eqsolve; print(*sorted(m for m in sys.modules if m.startswith('eqsolve')))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["eqsolve"]
