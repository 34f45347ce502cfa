"""A pipeline that only takes notes, so that the command line is tested alone."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import ModuleType, SimpleNamespace
from typing import Final

import pytest

import eqsolve
from eqsolve.errors import Diagnostic, ParseError
from eqsolve.result import Completeness, Progress, Result, Solution, Verdict
from eqsolve.source import Source, Span

ONE: Final = Result(
    Verdict.SOLVED,
    "1 solution, proved to be the only one",
    Completeness.PROVED,
    (Solution({"x": 3.0}, exact={"x": "3"}),),
)


@dataclass
class FakePipeline:
    """Answers `result`, or raises `failure`; remembers what it was called with."""

    result: Result = ONE
    failure: BaseException | None = None
    sources: tuple[Source, ...] = ()
    values: dict[str, Mapping[str, object]] = field(default_factory=dict)
    options: dict[str, object] = field(default_factory=dict)

    def load_sources(self, sources: Sequence[Source], **values: Mapping[str, object]) -> str:
        self.sources, self.values = tuple(sources), values
        if self.failure is not None:
            raise self.failure
        for source in sources:
            at = source.text.find("sqr(")
            if at >= 0:
                span = Span(source, at, at + 3)
                raise ParseError(
                    Diagnostic("unknown-function", "no function `sqr`", span, "did you mean `sqrt`?")
                )
        return "problem"

    def run(self, problem: str, **options: object) -> Result:
        assert problem == "problem"
        self.options = options
        observer = options.get("observer")
        if callable(observer):
            observer(Progress("newton", 1, 1, 1, 0.5))
        return self.result

    def describe(self, problem: str) -> SimpleNamespace:
        assert problem == "problem"
        return SimpleNamespace(unknowns=("x", "y"), givens=("T",), equations=2, constraints=1, warnings=())


@pytest.fixture
def pipeline(monkeypatch: pytest.MonkeyPatch) -> FakePipeline:
    fake = FakePipeline()
    module = ModuleType("eqsolve.pipeline")
    module.__dict__.update(
        METHODS={"auto": "choose for each block", "newton": "Newton with backtracking"},
        load_sources=fake.load_sources,
        run=fake.run,
        describe=fake.describe,
    )
    monkeypatch.setitem(sys.modules, "eqsolve.pipeline", module)
    monkeypatch.setattr(eqsolve, "pipeline", module, raising=False)
    return fake
