"""Limits of what one run and one spec may cost: memory in bytes, and steps of deciding questions about sizes."""

from __future__ import annotations

import re

MEMORY_LIMIT = 4 << 30
"""Bytes that one run may need; more is refused before anything is allocated."""
SPEC_QUESTIONS = 120_000
"""Steps that all questions about the sizes of a spec may take; beyond them each is answered briefly, or left open."""

_MEMORY = re.compile(r"([0-9]+(?:\.[0-9]+)?)\s*(?:([kmgt])(i?)b?|b)?", re.IGNORECASE)
_PREFIXES = "kmgt"


def bytes_of(text: str) -> int | None:
    """The number of bytes of an amount of memory, such as `4GiB`, `512MiB`, `2GB` or `1000`; None where it is none."""
    found = _MEMORY.fullmatch(text.strip())
    if found is None:
        return None
    number, prefix, binary = found.groups(default="")
    power = _PREFIXES.index(prefix.lower()) + 1 if prefix else 0
    return int(float(number) * (1024 if binary else 1000) ** power) or None
