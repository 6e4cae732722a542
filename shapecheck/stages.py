"""The stages from text to shapes: text -> tree -> graph -> shapes -> shapes with blocks in place.

In: a source, or a block of it.  Out: the shapes, or None where the text or its names cannot be read, and what is wrong.
"""

from __future__ import annotations

from collections.abc import Iterator

from shapecheck.budgets import SPEC_QUESTIONS
from shapecheck.diagnostics.indices import in_authors_words
from shapecheck.diagnostics.model import Diagnostic, Level
from shapecheck.diagnostics.together import together
from shapecheck.graph.block_definitions import Definition
from shapecheck.graph.block_errors import unchecked
from shapecheck.graph.blocks_alone import on_its_own
from shapecheck.graph.build import build
from shapecheck.graph.model import Graph
from shapecheck.infer.alone import alone
from shapecheck.infer.derive import infer
from shapecheck.infer.model import Shapes
from shapecheck.inline.extent import is_too_large
from shapecheck.inline.link import link
from shapecheck.sizes import allowance, naming_order
from shapecheck.sizes.telling import told_under
from shapecheck.source import Source
from shapecheck.syntax import parse
from shapecheck.syntax.tree import Claim, Dim, Spec, Test

Diagnostics = tuple[Diagnostic, ...]
Derived = tuple[Shapes | None, Diagnostics]
_FOLLOWS_FROM_MISTAKES = frozenset(
    {"unknown-size", "requirement-fails", "requirement-undecided", "missing-member", "never-defined"}
)
"""Messages that may only follow from a statement that could not be read."""


@allowance(SPEC_QUESTIONS)
def derive(source: Source, *, only_claims: bool = False, in_place: bool = True) -> Derived:
    """Shapes for all sizes, and what is wrong; no shapes where the text or its names cannot be read.

    With `only_claims` blocks stay as they are applied where all of them in place would be too much, without `in_place`
    everywhere.
    """
    graph, wrong = _read(source)
    if graph is None:
        return None, ordered(wrong)
    with naming_order(graph.dims), told_under(graph.context):
        shapes = infer(graph)
        shapes = shapes if not in_place or (only_claims and is_too_large(shapes)) else link(shapes)
    if errors(wrong):
        return None, ordered((*wrong, *_certain(shapes.diagnostics, wrong)))
    return shapes, ordered((*wrong, *shapes.diagnostics))


@allowance(SPEC_QUESTIONS)
def accepting(source: Source) -> Derived:
    """Shapes for the sizes that meet all that the equations need; none where no sizes mend what is wrong."""
    graph, wrong = _read(source)
    if graph is None or errors(wrong):
        return None, ordered(wrong if graph is None else errors(wrong))
    with naming_order(graph.dims), told_under(graph.context):
        shapes = alone(graph)
    wrong = errors(shapes.diagnostics)
    return (None, ordered(wrong)) if wrong else (shapes, ())


def derive_block(source: Source, name: str) -> Derived:
    """Shapes of a block on its own, for all sizes that meet what it needs; `KeyError` where there is none of the name.

    No shapes where the spec or the block cannot be read, or the block can only be looked at as it is applied.
    """
    shapes, diagnostics = derive(source)
    if shapes is None:
        return None, diagnostics
    definition = {item.name: item for item in shapes.graph.blocks}[name]
    found = block_alone(definition, shapes.graph)
    return (None, (*diagnostics, unchecked(name, _shapeless(definition), definition.span))) if found is None else found


def _shapeless(definition: Definition) -> list[str]:
    """The inputs of a block that are declared without a shape."""
    return [port.name for port in definition.inputs if port.rank is None]


def block_with_claims(definition: Definition, root: Graph) -> Derived:
    """Shapes of a block on its own, None where it has no claims and no tests; and its mistakes in any case."""
    return with_its_claims(definition, root, block_alone(definition, root))


def with_its_claims(definition: Definition, root: Graph, found: Derived | None) -> Derived:
    """The same, given the block on its own."""
    asked = [item for item in definition.statements if isinstance(item, Claim | Test)]
    if found is None:
        return None, tuple(unchecked(definition.name, _shapeless(definition), item.span) for item in asked)
    shapes, wrong = found
    if definition.optional and not errors(wrong):
        shorter = block_alone(definition.leaving_out(definition.optional), root)
        wrong = (*wrong, *errors(() if shorter is None else shorter[1]))
    return (shapes if asked else None), wrong


def errors(diagnostics: Diagnostics) -> Diagnostics:
    """The diagnostics that are errors."""
    return tuple(diagnostic for diagnostic in diagnostics if diagnostic.level == Level.ERROR)


def ordered(diagnostics: Diagnostics) -> Diagnostics:
    """The diagnostics by place in the text, in the author's words, each once."""
    seen: dict[tuple[object, ...], Diagnostic] = {}
    for diagnostic in map(in_authors_words, diagnostics):
        key = (diagnostic.code, diagnostic.span, diagnostic.title)
        seen[key] = together(seen[key], diagnostic) if key in seen else diagnostic
    return tuple(sorted(seen.values(), key=lambda diagnostic: diagnostic.span.start if diagnostic.span else 0))


def _read(source: Source) -> tuple[Graph | None, Diagnostics]:
    """The graph of a spec, and the mistakes found on the way; no graph where the text has mistakes."""
    parsed = parse(source)
    if errors(parsed.diagnostics):
        return None, parsed.diagnostics
    with naming_order(_declared(parsed.spec)):
        graph, mistakes = build(source, parsed.spec)
    return graph, (*parsed.diagnostics, *mistakes)


def _declared(spec: Spec) -> Iterator[str]:
    """The names of the sizes, as the spec declares them."""
    for statement in spec.statements:
        if isinstance(statement, Dim):
            yield from (declaration.name for declaration in statement.declarations)


def _certain(found: Diagnostics, mistakes: Diagnostics) -> Diagnostics:
    """Messages on shapes that hold whatever the mistaken statements were meant to say."""
    told = {item.span for item in mistakes}
    return tuple(item for item in found if item.code not in _FOLLOWS_FROM_MISTAKES and item.span not in told)


def block_alone(definition: Definition, root: Graph) -> Derived | None:
    """The shapes of a block on its own, for all sizes that meet what it needs; None where it has to be applied."""
    made = None if definition.is_function else on_its_own(definition, root)
    if made is None:
        return None
    graph, wrong = made
    if errors(wrong):
        return None, wrong
    with naming_order(graph.dims), told_under(graph.context):
        shapes = link(alone(graph))
    return shapes, (*wrong, *shapes.diagnostics)
