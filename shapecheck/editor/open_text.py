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
from shapecheck.record import record, remembered
from shapecheck.sizes import allowance
from shapecheck.source import Source
from shapecheck.stages import Derived, block_alone, block_with_claims, derive, errors, ordered
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
    def _checked(self) -> tuple[Derived, tuple[Diagnostic, ...]]:
        """The shapes and the messages, within the work that `check` may take for both."""
        shapes, found = derive(self.source, only_claims=True)
        if shapes is None:
            return (shapes, found), found
        wrong = [item for block in shapes.graph.blocks for item in block_with_claims(block, shapes.graph)[1]]
        return (shapes, found), ordered((*found, *wrong))

    @property
    def derived(self) -> Derived:
        """The shapes for all sizes, and what is wrong with them; as `check` derives them."""
        return self._checked[0]

    @property
    def messages(self) -> tuple[Diagnostic, ...]:
        """The messages of `check`, as far as they need no judging of claims and no runs."""
        return self._checked[1]

    @property
    def shapes(self) -> Shapes | None:
        """The shapes with blocks as they are applied; None where names or the text have mistakes."""
        found = self.derived[0]
        return found if found is None else found.origin or found

    @remembered
    def blocks(self) -> dict[str, Shapes]:
        """The shapes inside of the layers of the file, looked at on their own, where that can be done."""
        root = self.derived[0]
        found = {} if root is None else {item.name: block_alone(item, root.graph) for item in root.graph.blocks}
        return {name: made[0].origin or made[0] for name, made in found.items() if made and made[0]}

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
