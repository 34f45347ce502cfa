from __future__ import annotations

import pytest
import torch
from tests.problems import lowered, whole

from eqsolve.language.interpret import interpret
from eqsolve.language.syntax import Sum
from eqsolve.numeric.compile import compile_block
from eqsolve.numeric.direct import Direct

EQUATIONS = (
    "x - y/3*2 - pi = -x^2/y + 50%",
    "exp(x) + ln(y) = log10(y)*x^y - 2^x",
    "sqrt(y) + abs(x) + min(x, y, 2) = max(x, 1) + hypot(x, y) + atan2(x, y)",
    "if(x < y, x, y^2) = if(x >= 1 and y != 2 or not (x = 0), 3, sign(x))",
    "interp(y, 0, 1, 2, 4, 10, 3) = if(0 < x <= 1, tanh(x), erf(x))",
    "root(y, 3) - gamma(y) = beta(y, 2) + floor(x) + mod(y, 2)",
)


@pytest.mark.parametrize("text", EQUATIONS)
def test_it_gives_what_the_compiled_functions_give(text: str) -> None:
    problem = lowered(text)
    x = torch.rand(len(problem.unknowns), 20, generator=torch.Generator().manual_seed(0)).double() * 3
    (equation,) = problem.equations
    difference = Sum("+-", (equation.left, equation.right), equation.span)
    values = dict(zip((unknown.name for unknown in problem.unknowns), x, strict=True))
    torch.testing.assert_close(
        interpret(difference, Direct(values)), compile_block(problem, whole(problem)).r(x)[0]
    )
