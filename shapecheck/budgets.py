"""Limits of what one run and one spec may cost: memory in bytes, and steps of deciding questions about sizes."""

MEMORY_LIMIT = 4 << 30
"""Bytes that one run may need; more is refused before anything is allocated."""
SPEC_QUESTIONS = 120_000
"""Steps that all questions about the sizes of a spec may take; beyond them each is answered briefly, or left open."""
