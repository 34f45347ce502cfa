"""The functions of the language in torch: those it lacks, and all of them for numbers and tensors alike.

Real semantics throughout: outside its domain a function is NaN, never complex and never another branch.
Where a branch is chosen element by element, the argument of the other branch is replaced by a harmless one,
since autograd differentiates both. Truth values are the numbers 0 and 1, and NaN where an operand is NaN.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import reduce
from math import pi
from typing import Final, TypeAlias

import torch
from torch import Tensor

from eqsolve.functions import FUNCTIONS

Number: TypeAlias = Tensor | float
Operation: TypeAlias = Callable[..., Tensor]


def torch_table() -> dict[str, Operation]:
    """Return the operation of every function of the language, under its name in torch and its name in sympy.

    Comparisons (`less`, `less_equal`, `equal`, `not_equal`), logic (`both`, `either`, `negation`) and `power`
    are in the table too. All operations take tensors and Python numbers in any mixture.
    """
    table = dict(_TRUTH)
    for function in FUNCTIONS.values():
        operation = _OWN.get(function.torch) or _lifted(getattr(torch, function.torch))
        table[function.torch] = operation
        if function.sympy is not None:
            table[function.sympy] = operation
    return table


def cot(x: Number) -> Tensor:
    """Return cos(x)/sin(x)."""
    x = _tensor(x)
    return x.cos() / x.sin()


def sec(x: Number) -> Tensor:
    """Return 1/cos(x)."""
    return _tensor(x).cos().reciprocal()


def csc(x: Number) -> Tensor:
    """Return 1/sin(x)."""
    return _tensor(x).sin().reciprocal()


def cbrt(x: Number) -> Tensor:
    """Return the real cube root, negative for negative x."""
    x = _tensor(x)
    return torch.copysign(_positive_root(x.abs(), 3), x)


def root(x: Number, n: Number) -> Tensor:
    """Return the real n-th root; negative x has one for odd n only."""
    x, n = _tensor(x), _tensor(n)
    value = _positive_root(x.abs(), n)
    negative = torch.where(torch.remainder(n, 2) == 1, -value, torch.nan)
    return torch.where(x < 0, negative, value)


def _positive_root(x: Tensor, n: Tensor | int) -> Tensor:
    """Return x^(1/n) for x >= 0, with one Newton step to undo the rounding of 1/n: ∛27 is 3."""
    value = x ** (1 / n)
    divisor = torch.where(value > 0, value, 1.0)
    return torch.where(value > 0, value - (value - x / divisor ** (n - 1)) / n, value)


def gamma(x: Number) -> Tensor:
    """Return Γ(x); NaN at the poles 0, -1, -2, …

    By reflection for x < 1/2: Γ(x) = π/(sin(πx) Γ(1-x)).
    """
    x = _tensor(x)
    mirrored = x < 0.5
    right = torch.where(mirrored, 1 - x, x).lgamma().exp()
    nearest = x.detach().round()
    sine = torch.sin(pi * (x - nearest)) * (1 - 2 * torch.remainder(nearest, 2))
    left = pi / (torch.where(mirrored & (sine != 0), sine, 1.0) * right)
    left = torch.where(sine == 0, torch.nan, left)
    return torch.where(mirrored, left, right)


def lgamma(x: Number) -> Tensor:
    """Return ln Γ(x); NaN for x <= 0."""
    x = _tensor(x)
    return torch.where(x > 0, torch.where(x > 0, x, 1.0).lgamma(), torch.nan)


def digamma(x: Number) -> Tensor:
    """Return the logarithmic derivative of Γ; NaN at its poles."""
    x = _tensor(x)
    pole = (x <= 0) & (x == x.floor())
    return torch.where(pole, torch.nan, torch.where(pole, 1.0, x).digamma())


def polygamma(n: Number, x: Number) -> Tensor:
    """Return the n-th derivative of digamma; NaN for x <= 0 if n > 1.

    By the Hurwitz zeta function, (-1)^(n+1) n! ζ(n+1, x): `torch.polygamma` has ten digits only.

    Args:
        n: Order, a whole number; as a tensor it may hold several, each for its part of x.
        x: Argument.
    """
    x = _tensor(x)
    if not isinstance(n, Tensor):
        return digamma(x) if n == 0 else _polygamma(int(n), x)
    value = torch.full((), torch.nan, dtype=x.dtype, device=x.device)
    for order in set(n.flatten().tolist()):
        value = torch.where(n == order, polygamma(int(order), x), value)
    return value


def _polygamma(n: int, x: Tensor) -> Tensor:
    positive = x > 0
    order = torch.tensor(n + 1.0, dtype=x.dtype, device=x.device)
    mirrored = torch.where(positive, x, 1 - x)
    value = (-1) ** (n + 1) * torch.lgamma(order).exp() * torch.special.zeta(order, mirrored)
    if n > 1:
        return torch.where(positive, value, torch.nan)
    sine = torch.where(positive, 1.0, torch.sin(pi * (x - x.detach().round())))
    return torch.where(positive, value, (pi / sine) ** 2 - value)


def beta(x: Number, y: Number) -> Tensor:
    """Return Γ(x) Γ(y)/Γ(x+y); NaN unless x > 0 and y > 0."""
    x, y = _tensor(x), _tensor(y)
    return (lgamma(x) + lgamma(y) - lgamma(x + y)).exp()


def where(condition: Number, a: Number, b: Number) -> Tensor:
    """Return a where the condition is 1 (or true), b where it is 0, NaN where it is NaN."""
    condition, a, b = _tensor(condition), _tensor(a), _tensor(b)
    chosen = torch.where(condition != 0, a, b)
    return torch.where(condition.isnan(), torch.nan, chosen)


def interp(x: Number, *table: Number) -> Tensor:
    """Return the straight lines through (x1, y1), (x2, y2), … with rising x; NaN outside the table."""
    x = _tensor(x)
    nodes, values = [_tensor(node) for node in table[::2]], [_tensor(value) for value in table[1::2]]
    result = torch.full_like(x, torch.nan)
    for left, right, low, high in zip(nodes, nodes[1:], values, values[1:], strict=False):
        line = low + (high - low) * (x - left) / (right - left)
        result = torch.where((x >= left) & (x <= right), line, result)
    return result


def signum(x: Number) -> Tensor:
    """Return -1, 0 or 1; NaN for NaN."""
    x = _tensor(x)
    return torch.where(x.isnan(), torch.nan, x.sign())


def minimum(*values: Number) -> Tensor:
    """Return the least value; NaN if one is."""
    return reduce(torch.minimum, map(_tensor, values))


def maximum(*values: Number) -> Tensor:
    """Return the greatest value; NaN if one is."""
    return reduce(torch.maximum, map(_tensor, values))


def power(x: Number, y: Number) -> Tensor:
    """Return x^y; NaN for negative x unless y is whole."""
    return torch.pow(_tensor(x), _tensor(y))


def less(x: Number, y: Number) -> Tensor:
    """Tell where x < y."""
    return _compared(torch.lt, x, y)


def less_equal(x: Number, y: Number) -> Tensor:
    """Tell where x <= y."""
    return _compared(torch.le, x, y)


def equal(x: Number, y: Number) -> Tensor:
    """Tell where x = y."""
    return _compared(torch.eq, x, y)


def not_equal(x: Number, y: Number) -> Tensor:
    """Tell where x differs from y."""
    return _compared(torch.ne, x, y)


def both(x: Number, y: Number) -> Tensor:
    """Tell where both are true."""
    return torch.minimum(_truth(x), _truth(y))


def either(x: Number, y: Number) -> Tensor:
    """Tell where one is true at least."""
    return torch.maximum(_truth(x), _truth(y))


def negation(x: Number) -> Tensor:
    """Tell where x is false."""
    return 1 - _truth(x)


def _tensor(value: Number) -> Tensor:
    # A number becomes a tensor without dimensions, which takes on dtype and device of what it meets.
    return value if isinstance(value, Tensor) else torch.tensor(value, dtype=torch.float64)


def _truth(value: Number) -> Tensor:
    value = _tensor(value)
    return value.to(torch.float64) if value.dtype is torch.bool else value


def _compared(compare: Operation, x: Number, y: Number) -> Tensor:
    x, y = _tensor(x), _tensor(y)
    truth = compare(x, y).to(torch.result_type(x, y))
    return torch.where(x.isnan() | y.isnan(), torch.nan, truth)


def _lifted(operation: Operation) -> Operation:
    """Let an operation of torch take Python numbers."""

    def lifted(*values: Number) -> Tensor:
        return operation(*map(_tensor, values))

    return lifted


_OWN: Final[dict[str, Operation]] = {
    operation.__name__: operation
    for operation in (
        cot, sec, csc, cbrt, root, gamma, lgamma, digamma, polygamma, beta,
        where, interp, signum, minimum, maximum,
    )
}  # fmt: skip
_TRUTH: Final[dict[str, Operation]] = {
    operation.__name__: operation
    for operation in (less, less_equal, equal, not_equal, both, either, negation, power)
}
