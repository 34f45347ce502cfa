"""`python -m eqsolve`."""

from eqsolve.cli import main

main()
