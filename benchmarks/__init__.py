"""Speed and honesty, measured side by side with the tools people use today; `python -m benchmarks` prints all."""
