"""The decision of a statement about sizes, for people: by which method, from which assumptions.

In: a formula and what may be assumed.  Out: sentences.  The assumptions that are told suffice, and none of them can be
left out: each was left out in turn, and the statement decided again.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from shapecheck.explain.model import Code, Piece, Words
from shapecheck.graph.model import Graph
from shapecheck.record import record
from shapecheck.sizes import Context, Formula, Proved, Refuted, Size, Tested, Unknown, decide
from shapecheck.sizes.questions.formula import conjuncts

MOST_FACTS = 12
_METHODS: Mapping[str, str] = {
    "normal form": "both sides are the same polynomial in the sizes",
    "signs": "by the least values of the sizes",
    "assumed equations": "with the assumed equations put in",
    "all cases": "all sizes that are possible were tried",
    "search": "the smallest sizes were tried in order",
    "integer sets": "exactly, by integer sets",
    "integer sets, by isl": "exactly, by integer sets, with isl",
    "integer sets, by z3": "exactly, by integer sets, with z3",
    "polynomial bounds": "by cases and bounds of polynomials",
    "residue classes": "by the cases of the remainders",
    "one defining equation": "unfolded, every entry of both sides is the same formula over the same entries",
    "equal domains by integer sets": "the same entries are read, by integer sets",
    "number of axes": "shapes with different numbers of axes differ",
    "names of the axes": "the axes are called differently",
    "literal data, computed": "computed from the numbers in the text",
}


@record
class Given:
    """Something that may be assumed: a formula, and how people call it."""

    formula: Formula
    words: Words


def method_words(method: str) -> str:
    """A method of deciding, in words."""
    return _METHODS.get(method, method)


def assumptions(graph: Graph) -> list[Given]:
    """The assumptions of a spec, and least sizes other than 1."""
    return [Given(item.formula, (Code(f"assume {item.text}"),)) for item in graph.assumptions]


def needed(graph: Graph, formula: Formula, facts: Sequence[Given] = ()) -> list[Given] | None:
    """The assumptions without which a statement does not follow; None where that was not looked into."""
    known = [*assumptions(graph), *facts]
    bare = Context((), graph.context.lowers, graph.context.order)
    if _follows(bare, (), formula):
        return []
    if len(known) > MOST_FACTS or not _follows(bare, known, formula):
        return None
    kept = list(known)
    for item in known:
        fewer = [other for other in kept if other is not item]
        if _follows(bare, fewer, formula):
            kept = fewer
    return kept


def _follows(context: Context, known: Iterable[Given], formula: Formula) -> bool:
    parts = (part for item in known for part in conjuncts(item.formula))
    return isinstance(decide(context.assuming(*parts), formula), Proved)


def since(graph: Graph, formula: Formula, facts: Sequence[Given] = ()) -> Words:
    """` since assume H >= M`; nothing where no assumption is needed."""
    found = needed(graph, formula, facts)
    if found is None:
        return (", under the assumptions",)
    words: list[Piece] = []
    for number, item in enumerate(found):
        words += [", since " if not number else " and ", *item.words]
    return tuple(words)


def outcome(graph: Graph, formula: Formula, facts: Sequence[Given] = ()) -> Words:
    """The decision in words: `proved: .., since ..`, or what stands against it."""
    context = graph.context.assuming(*(item.formula for item in facts))
    match decide(context, formula):
        case Proved(method):
            return (f"proved ({method_words(method)})", *since(graph, formula, facts))
        case Refuted(witness):
            return ("refuted: it fails for ", *at_sizes(witness))
        case Tested(count):
            return (f"not proved; true at the {count} smallest sizes",)
        case Unknown():
            return ("not decided",)


def at_sizes(witness: Mapping[str, int]) -> Words:
    """`p = 1, d = 2`."""
    shown = [
        f"{name.lstrip('.').split(chr(39))[0]} = {value}" for name, value in witness.items() if name[0] not in "?%"
    ]
    return (", ".join(shown) or "all sizes",)


def in_numbers(size: Size, witness: Mapping[str, int]) -> Words:
    """`d + p = 3`: a size, and what it is at some sizes."""
    value = size.evaluate(witness)
    return (str(value),) if size.constant is not None else (size, f" = {value}")
