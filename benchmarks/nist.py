"""The certified fits of NIST (StRD), from their starts and from none, beside SciPy and lmfit.

LRE is the number of digits of the worst parameter that agree with the certified value, at most 11. lmfit is no
dependency: its row appears if it is installed. `rows` compares a million rows with `curve_fit`.
"""

from __future__ import annotations

import sys
import time
import warnings
from collections.abc import Callable, Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import eqsolve
from benchmarks.side_by_side import show

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))

from nist import LINEAR, MODELS, Reference, linear, log_relative_error, nonlinear

MANY = 1_000_000
SEEDS = 5
_COMPILED: dict[str, tuple[list[str], Callable[..., Any], Any]] = {}


def function(known: Reference) -> tuple[list[str], Callable[..., Any], Any]:
    """Return parameters, residual over numpy and target; the text is ours, so Python may read it."""
    import numpy as np
    import sympy

    if known.name in _COMPILED:
        return _COMPILED[known.name]
    names = sorted(known.certified, key=lambda name: int(name[1:]))
    model = known.equation.partition("~")[2].replace("^", "**")
    expression = sympy.parse_expr(model, {name: sympy.Symbol(name) for name in [*names, *known.data]})
    columns = [name for name in known.data if name != "y"]
    call = sympy.lambdify([*columns, *names], expression, "numpy", cse=True)
    data = [np.array(known.data[name]) for name in columns]
    y = np.array(known.data["y"])
    target = np.log(y) if known.equation.startswith("ln") else y
    _COMPILED[known.name] = names, lambda *p: call(*data, *p) - target, target
    return _COMPILED[known.name]


def ours(
    known: Reference, start: Mapping[str, float] | None, seed: int = 0
) -> tuple[dict[str, float], float, float]:
    """Return estimates, digits of the standard errors, and the sum of squares."""
    result = eqsolve.fit(known.equation, data=known.data, start=start, seed=seed)
    if result.fit is None:
        return dict.fromkeys(known.certified, float("nan")), 0.0, float("inf")
    errors = {name: one.stderr or 0.0 for name, one in result.fit.parameters.items()}
    values = {name: result[name] for name in known.certified}
    return values, log_relative_error(errors, known.errors), result.fit.rss


def least_squares(known: Reference, start: Mapping[str, float], **options: Any) -> dict[str, float]:
    """Return the estimates of `scipy.optimize.least_squares`."""
    from scipy.optimize import least_squares as fit

    names, residual, _ = function(known)
    try:
        found = fit(lambda p: residual(*p), [start[name] for name in names], **options).x
    except ValueError:
        return dict.fromkeys(names, float("nan"))
    return dict(zip(names, found.tolist(), strict=True))


def curve_fit(known: Reference, start: Mapping[str, float]) -> dict[str, float]:
    """Return the estimates of `scipy.optimize.curve_fit` as it comes."""
    from scipy.optimize import curve_fit as fit

    names, residual, target = function(known)
    try:
        found = fit(lambda _, *p: residual(*p) + target, None, target, [start[name] for name in names])[0]
    except (RuntimeError, ValueError, TypeError):
        return dict.fromkeys(names, float("nan"))
    return dict(zip(names, found.tolist(), strict=True))


def lmfit(known: Reference, start: Mapping[str, float]) -> dict[str, float]:
    """Return the estimates of `lmfit.minimize` as it comes."""
    import lmfit as peer

    names, residual, _ = function(known)
    parameters = peer.Parameters()
    for name in names:
        parameters.add(name, value=start[name])
    try:
        found = peer.minimize(lambda p: residual(*(p[name].value for name in names)), parameters)
    except ValueError:
        return dict.fromkeys(names, float("nan"))
    return {name: found.params[name].value for name in names}


def from_starts() -> None:
    """Compare all 54 runs."""
    exact = {"x_scale": "jac", "xtol": 1e-15, "ftol": 1e-15, "gtol": 1e-15, "max_nfev": 5000}
    peers: dict[str, Callable[..., dict[str, float]]] = {
        "eqsolve": lambda known, start: ours(known, start)[0],
        "curve_fit": curve_fit,
        "least_squares trf, x_scale=jac, 1e-15, 2-point": lambda known, start: least_squares(
            known, start, **exact
        ),
    }
    if find_spec("lmfit"):
        peers["lmfit"] = lmfit
    runs = [(nonlinear(name), start) for name in MODELS for start in nonlinear(name).starts]
    for known, start in runs:  # what is compiled or parsed once is not counted for anybody
        function(known)
        ours(known, start)
    rows = []
    for name, run in peers.items():
        began = time.perf_counter()
        found = [run(known, start) for known, start in runs]
        spent = time.perf_counter() - began
        digits = [log_relative_error(f, known.certified) for f, (known, _) in zip(found, runs, strict=True)]
        good = sum(d >= 4 for d in digits)
        rows.append(
            (
                name,
                f"{good} of {len(runs)}",
                f"{sum(digits) / len(digits):.2f}",
                f"{min(digits):.1f}",
                f"{spent:.2f}",
            )
        )
    show(
        f"NIST StRD, {len(MODELS)} nonlinear sets x 2 starts",
        ("", ">= 4 digits", "mean LRE", "worst", "seconds"),
        rows,
        "expressions are compiled before the clock starts, for all; lmfit only where it is installed",
    )
    errors = [ours(known, start)[1] for known, start in runs if known.name != "Lanczos1"]
    print(
        "standard errors of eqsolve without Lanczos1: "
        f"mean LRE {sum(errors) / len(errors):.2f}, worst {min(errors):.1f}\n"
    )


def without_starts() -> None:
    """Fit all sets without any start, with several seeds."""
    for seed in range(SEEDS):
        reached = missed = 0
        began = time.perf_counter()
        for name in MODELS:
            known = nonlinear(name)
            rss = ours(known, None, seed)[2]
            good = rss <= known.rss * (1 + 1e-6) + 1e-20
            reached += good
            if not good:
                missed += 1
                print(f"  {name}: {rss:.6g} instead of {known.rss:.6g}")
        spent = time.perf_counter() - began
        print(f"no start, seed {seed}: {reached} of {reached + missed} certified sums, {spent:.1f} s")
    print()


def linear_sets() -> None:
    """Fit the linear sets, beside `numpy.polyfit`-like least squares."""
    import numpy as np

    rows = []
    for name in LINEAR:
        known = linear(name)
        values = ours(known, None)[0]
        names, residual, _ = function(known)
        zero = residual(*[0.0] * len(names))
        design = np.stack([residual(*row) - zero for row in np.eye(len(names))], 1)
        plain = np.linalg.lstsq(design, -zero, rcond=None)[0]
        peer = dict(zip(names, plain.tolist(), strict=True))
        cells = (f"{log_relative_error(each, known.certified):.1f}" for each in (values, peer))
        rows.append((name, *cells))
    show("NIST StRD, linear sets", ("", "eqsolve", "numpy lstsq"), rows, "LRE, capped at 11")


def many_rows() -> None:
    """Fit a million rows with three parameters."""
    import resource

    import numpy as np
    from scipy.optimize import curve_fit as fit

    rng = np.random.default_rng(1)
    x = rng.uniform(0, 4, MANY)
    y = 3 * np.exp(-0.7 * x) + 1 + rng.normal(0, 0.1, MANY)

    model, data = "y ~ a*exp(-b*x) + c", {"x": x, "y": y}

    def peak() -> float:
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024

    rows = []
    for name, run in {
        "eqsolve, start": lambda: eqsolve.fit(model, data=data, start=dict.fromkeys("abc", 1)),
        "eqsolve, no start": lambda: eqsolve.fit(model, data=data),
        "curve_fit": lambda: fit(lambda x, a, b, c: a * np.exp(-b * x) + c, x, y, [1, 1, 1]),
    }.items():
        before, began = peak(), time.perf_counter()
        run()
        rows.append((name, f"{time.perf_counter() - began:.2f}", f"{peak() - before:.0f}"))
    show("a million rows, 3 parameters", ("", "seconds", "MiB more at the peak"), rows, "in this order")


def main() -> None:
    warnings.filterwarnings("ignore")
    from_starts()
    without_starts()
    linear_sets()
    many_rows()


if __name__ == "__main__":
    main()
