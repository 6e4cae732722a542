"""Messages on models of other frameworks."""

from __future__ import annotations

from collections.abc import Sequence

from shapecheck.record import record


class BridgeError(Exception):
    """A model that cannot be read at all; the message names the file or the node."""


class Unsaid(Exception):
    """A node that the language, or this translation, has no words for; the message says what of it."""


@record
class Problem:
    """A node that could not be translated."""

    operator: str
    name: str
    reason: str

    def __str__(self) -> str:
        return f"{self.operator} {self.name}: {self.reason}" if self.name else f"{self.operator}: {self.reason}"


class Untranslated(Exception):
    """All nodes of a model that could not be translated."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("; ".join(map(str, problems)))
        self.problems = tuple(problems)
