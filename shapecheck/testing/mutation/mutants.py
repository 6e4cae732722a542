"""Changed specs: each with one change, as text.

Comes in: the source of a spec without mistakes.  Goes out: its mutants, in the order of the text.  A change is made in
the tree and then in the text, and the changed text has to parse to the changed tree: parentheses are put where that
takes them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from shapecheck.record import record
from shapecheck.source import Source, Span
from shapecheck.syntax import parse, print_expression, tree
from shapecheck.syntax.walking import walk
from shapecheck.testing.mutation.change_places import Place, Surroundings, places
from shapecheck.testing.mutation.changes import changes


@record(eq=False)
class Mutant:
    """A changed spec: `what` was done, at `span` of the original, where `text` stands now instead of `before`.

    `tree` is what it parses to; `same` says that nothing was changed by it.
    """

    what: str
    span: Span
    before: str
    text: str
    source: Source
    tree: tree.Spec
    around: Surroundings
    same: bool


def mutants(source: Source) -> Iterator[Mutant]:
    """All mutants; of several that are the same text, the first."""
    spec = parse(source).spec
    seen = {source.text}
    for place in places(spec):
        for what, new in changes(place):
            made = _made(source, spec, place, what, new)
            if made is not None and made.source.text not in seen:
                seen.add(made.source.text)
                yield made


def chosen(found: Sequence[Mutant], most: int) -> list[Mutant]:
    """At most `count` of them, spread evenly over the text."""
    if len(found) <= most:
        return list(found)
    return [found[at * len(found) // most] for at in range(most)]


def _made(source: Source, spec: tree.Spec, place: Place, what: str, new: Any) -> Mutant | None:
    """The mutant, if a text can say it."""
    wanted = place.tree_with(new)
    for span, text in _edits(source.text, place, new):
        changed = Source(source.name, source.text[: span.start] + text + source.text[span.end :], source.beside,
                         source.section)  # fmt: skip
        parsed = parse(changed)
        if not parsed.diagnostics and parsed.spec == wanted:
            before = source.text[span.start : span.end]
            return Mutant(what, span, before, text, changed, parsed.spec, place.around, wanted == spec)
    return None


def _edits(text: str, place: Place, new: Any) -> Iterator[tuple[Span, str]]:
    """Ways to write the change, the plainest first."""
    node = place.node
    if isinstance(node, tree.Equation):
        yield _reordered(text, node.targets, new.targets)
    elif isinstance(node, tree.Shape):
        yield _reordered(text, node.axes, new.axes)
    elif isinstance(node, tree.Layer):
        yield _without(node.chain or (), new.chain)
    else:
        if any(part is new for part in walk(node)):
            kept = text[new.span.start : new.span.end]
            yield from ((node.span, written) for written in (kept, f"({kept})"))
        written = print_expression(new, place.around.subscript)
        yield from ((node.span, text) for text in (written, f"({written})"))


def _reordered(text: str, old: Sequence[Any], new: Sequence[Any]) -> tuple[Span, str]:
    """The same parts in another order, with what stood between them."""
    written = text[new[0].span.start : new[0].span.end]
    for left, right, part in zip(old, old[1:], new[1:]):
        written += text[left.span.end : right.span.start] + text[part.span.start : part.span.end]
    return old[0].span.to(old[-1].span), written


def _without(old: Sequence[tree.Stage], new: Sequence[tree.Stage]) -> tuple[Span, str]:
    """A chain without one of its stages, and without an arrow."""
    gone = next(at for at, stage in enumerate(old) if not any(stage is kept for kept in new))
    if gone == 0:
        return Span(old[0].span.start, old[1].span.start), ""
    return Span(old[gone - 1].span.end, old[gone].span.end), ""
