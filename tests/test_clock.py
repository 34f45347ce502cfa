"""Time, as deadlines see it, and what Ctrl-C does to it."""

from __future__ import annotations

import math
import os
import signal
import threading
import time
from typing import Any

import pytest
from flint import arb

from eqsolve import cli, clock, pipeline, solve
from eqsolve.pipeline import prepare
from eqsolve.result import Result
from eqsolve.verify.check import check
from eqsolve.verify.system import System


def interrupt() -> None:
    os.kill(os.getpid(), signal.SIGINT)


def test_the_first_interrupt_ends_all_deadlines() -> None:
    with clock.interruptible():
        assert clock.now() < math.inf
        interrupt()
        assert clock.is_interrupted()
        assert clock.now() == math.inf
    assert not clock.is_interrupted()


def test_the_second_interrupt_ends_it_all() -> None:
    with clock.interruptible():
        interrupt()
        with pytest.raises(KeyboardInterrupt):
            interrupt()


def test_other_threads_hear_nothing() -> None:
    heard: list[float] = []

    def work() -> None:
        with clock.interruptible():
            heard.append(clock.now())

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert heard[0] < math.inf


def test_what_is_begun_may_be_finished_within_a_moment() -> None:
    now = time.monotonic()
    assert not clock.is_overdue(now)
    assert clock.is_overdue(now - clock.GRACE - 1)


def test_a_candidate_is_no_solution_when_there_is_no_time_to_see_it() -> None:
    system = System(prepare("x^2 = 2"), [0], [0])
    assert check(system, [arb("1.4142")]) is not None
    assert check(system.until(time.monotonic() - clock.GRACE - 1), [arb("1.4142")]) is None


def test_a_search_without_time_says_so() -> None:
    result = solve("cos(x*y) + z = 1.2; x*exp(z) = y^2 - 3; x + sin(y*z) = 2*z", max_seconds=1e-9)
    assert "out-of-time" in {warning.code for warning in result.warnings}


def test_a_proved_answer_needs_no_more_time() -> None:
    assert not solve("x^2 = 2", max_seconds=1e-9).warnings


def test_the_command_line_prints_what_was_found_before_the_interrupt(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def run_and_interrupt(*arguments: Any, **options: Any) -> Result:
        interrupt()
        return solved(*arguments, **options)

    solved = pipeline.run
    monkeypatch.setattr(pipeline, "run", run_and_interrupt)
    assert cli.run(["cos(x*y) + z = 1.2", "x*exp(z) = y^2 - 3", "x + sin(y*z) = 2*z"]) == 130
    assert "interrupted: this is what was found so far" in capsys.readouterr().err
