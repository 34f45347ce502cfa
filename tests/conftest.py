"""Settings of all tests."""

from __future__ import annotations

import os

from hypothesis import settings

# How long an example takes says more about the machine than about the code; on the build machine the
# examples are the same at every run.
settings.register_profile("eqsolve", deadline=None, derandomize="CI" in os.environ)
settings.load_profile("eqsolve")
