"""How many random cases are drawn, and which.

A run draws the same cases each time.  `SHAPECHECK_DRAWS=20` draws twenty times as many, `SHAPECHECK_SEED=7` others.
"""

from __future__ import annotations

import os


def seeds(count: int) -> range:
    """One number for every case to draw."""
    count *= int(os.environ.get("SHAPECHECK_DRAWS", "1"))
    first = int(os.environ.get("SHAPECHECK_SEED", "0")) * 1_000_000
    return range(first, first + count)
