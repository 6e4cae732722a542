"""Specs in here are what tests are about, and some are wrong on purpose: they are no tests themselves."""

from __future__ import annotations

import os
import sys

collect_ignore_glob = ["*.shape"]

# A report that was made before says nothing about the program as a test has changed it.
os.environ["SHAPECHECK_CACHE"] = "0"

# Modules that the tests are run without, as on a system where they do not install: `SHAPECHECK_WITHOUT="islpy z3"`.
for _name in os.environ.get("SHAPECHECK_WITHOUT", "").split():
    sys.modules[_name] = None  # type: ignore[assignment]
