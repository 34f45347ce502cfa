"""Solve from Python: text, files with other givens, verdicts, and what happens to mistakes.

Sources: 3-4-5 triangle by hand; currents of the diode from the closed form with Lambert's W, in mpmath.
"""

# prints: 2 solutions, proved to be all
# prints: x = 3, y = 4
# prints: x = 4, y = 3
# prints: 1 V: 0.327878 mA
# prints: 5 V: 4.263746 mA
# prints: 12 V: 11.239514 mA
# prints: no_solution: 'x + y = 3' and 'x + y = 4' disagree
# prints: unknown-function in line 1

from pathlib import Path

import eqsolve

# Equations are text. A result holds every solution that was found, each one checked.
result = eqsolve.solve("x^2 + y^2 = 25", "x*y = 12", bounds={"x": (0, None)})
print(result.message)
for solution in result.solutions:
    print(", ".join(f"{name} = {value:.6g}" for name, value in solution.values.items()))

# A file is loaded once and solved for many givens; `result["I"]` is the value in the first solution.
circuit = eqsolve.load(Path(__file__).with_name("03_diode.eqs"))
for supply in (1, 5, 12):
    current = circuit.with_given(supply=supply).solve()["I"]
    print(f"{supply} V: {1000 * current:.6f} mA")

# No solution is an answer too; `result.raise_for_verdict()` turns it into an exception.
result = eqsolve.solve("x + y = 3", "x + y = 4")
if result.verdict is eqsolve.Verdict.NO_SOLUTION:
    first, second = result.conflict
    print(f"{result.verdict.value}: {first.text!r} and {second.text!r} disagree")

# Wrong input raises; the diagnostics say where and why.
try:
    eqsolve.solve("x = sqr(4)")
except eqsolve.EqsolveError as error:
    mistake = error.diagnostics[0]  # with code, message, place and hint; `print(error)` shows it all
    print(mistake.code, "in line 1")
