"""A text that is open in an editor, with the specs in it and what is known of each.

In: a path, a text, and a reader of the files beside it.  Out: an `OpenText` with an `OpenSpec` for each spec: the file
itself, or each spec in the fenced blocks of a Markdown document.  All is worked out when it is first asked for, and
kept as long as the text stays the same.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import field

from shapecheck.budgets import SPEC_QUESTIONS
from shapecheck.diagnostics.model import Diagnostic
from shapecheck.editor.name_files import names_of
from shapecheck.editor.spec_names import Names
from shapecheck.infer.model import Shapes
from shapecheck.inline.link import link
from shapecheck.record import record, remembered
from shapecheck.sizes import allowance
from shapecheck.source import Source
from shapecheck.stages import Derived, block_alone, derive, errors, ordered, with_its_claims
from shapecheck.syntax.lexer import Token
from shapecheck.syntax.literate import fences, specs_in
from shapecheck.syntax.parsing import Reading, read

DOCUMENTS = (".md", ".markdown")
"""Endings of documents, in which only fenced blocks are specs."""
Beside = Callable[[Source, str], Source]


@record(eq=False, slots=False)
class OpenSpec:
    """One spec of an open text."""

    source: Source

    @remembered
    def reading(self) -> Reading:
        """The syntax tree, with the tokens that it was made from."""
        return read(self.source)

    @property
    def tokens(self) -> list[Token]:
        """The tokens, in order."""
        return self.reading.tokens

    @remembered
    def names(self) -> Names:
        """All names in it, with their meanings."""
        return names_of(self.source, self.reading)

    @remembered
    @allowance(SPEC_QUESTIONS)
    def _checked(self) -> tuple[Shapes | None, dict[str, Derived | None], tuple[Diagnostic, ...]]:
        """The shapes, those of each block on its own, and the messages, within the work that `check` may take."""
        shapes, found = derive(self.source, in_place=False)
        alone = {} if shapes is None else {item: block_alone(item, shapes.graph) for item in shapes.graph.blocks}
        if shapes is not None:
            wrong = (with_its_claims(item, shapes.graph, made)[1] for item, made in alone.items())
            found = ordered((*found, *(message for messages in wrong for message in messages)))
        return shapes, {item.name: made for item, made in alone.items()}, found

    @property
    def shapes(self) -> Shapes | None:
        """The shapes with blocks as they are applied; None where names or the text have mistakes."""
        return self._checked[0]

    @remembered
    def in_place(self) -> Shapes | None:
        """The shapes with blocks put in place; None where there are mistakes."""
        return None if self.shapes is None or self.shapes.failed or self.has_errors else link(self.shapes)

    @property
    def blocks(self) -> dict[str, Shapes]:
        """The shapes inside of the layers of the file, looked at on their own, where that can be done."""
        return {name: made[0].origin or made[0] for name, made in self._checked[1].items() if made and made[0]}

    @property
    def messages(self) -> tuple[Diagnostic, ...]:
        """The messages of `check`, as far as they need no judging of claims and no runs."""
        return self._checked[2]

    @property
    def has_errors(self) -> bool:
        """Whether there are mistakes in the text, the names or the shapes."""
        return bool(errors(self.messages))


@record(eq=False, slots=False)
class OpenText:
    """A text that is open; `beside` reads a file that it imports."""

    path: str
    text: str = field(repr=False)
    beside: Beside | None = field(default=None, repr=False)

    @property
    def is_document(self) -> bool:
        """Whether it is prose with specs in fenced blocks."""
        return os.path.splitext(self.path)[1].lower() in DOCUMENTS

    @remembered
    def specs(self) -> tuple[OpenSpec, ...]:
        """The specs in it, in order; a document may have none."""
        found = specs_in(self.text)
        if found or self.is_document:
            return tuple(OpenSpec(Source(self.path, text, self.beside, name)) for name, text in found.items())
        return (OpenSpec(Source(self.path, self.text, self.beside)),)

    def spec_at(self, offset: int) -> OpenSpec | None:
        """The spec that an offset lies in; None in the prose of a document."""
        pieces = [fence for fence in fences(self.text) if fence.is_spec]
        if not pieces:
            return self.specs[0] if self.specs else None
        name = next((fence.name for fence in pieces if fence.body[0] <= offset <= fence.body[1]), None)
        return next((spec for spec in self.specs if spec.source.section == name), None)
