"""The derivation of `params` and `macs`: the share of each weight, each product and each applied block.

In: shapes, and what is asked: `params`, `macs`, those of an equation (`V.macs`) or of an applied block (`c2.params`).
Out: a derivation of one section, whose last step is the sum; nothing where the count has no closed form.
"""

from __future__ import annotations

from collections.abc import Iterator

from shapecheck.explain.asked import path_of
from shapecheck.explain.carriers import labels_of
from shapecheck.explain.model import Code, Derivation, Factored, Piece, Section, Shaped, Step, Words
from shapecheck.explain.naming import is_single, members, quoted, ranges
from shapecheck.graph.model import Equation
from shapecheck.graph.nodes import Apply, Call, Node
from shapecheck.infer.blocks.paths import ways
from shapecheck.infer.counting import counts
from shapecheck.infer.counting.branches import Open, Unclear
from shapecheck.infer.model import Application, Instance, Interval, Shapes
from shapecheck.record import record
from shapecheck.sizes import ONE, ZERO, Relation, Size
from shapecheck.source import NOWHERE, Span

COUNTS = ("params", "macs")
_NONE: dict[str, Words] = {"params": ("there are no weights to count",), "macs": ("there are no products to count",)}


@record
class Share:
    """The share of one thing in a count."""

    says: Words
    why: Words
    size: Size
    span: Span


def explain_count(shapes: Shapes, asked: str) -> Derivation | None:
    """The derivation of a count as a sum; None where nothing of this name is counted."""
    front, _, what = asked.rpartition(".")
    if what not in COUNTS:
        return None
    for body, family in _meant(shapes.origin or shapes, front):
        total = counts.params(body, family) if what == "params" else counts.macs(body, family)
        if total is not None:
            section = _section(body, family, what, asked, total)
            return Derivation(shapes.graph.source, (), (section,), tuple(shapes.graph.dims))
    return None


def _meant(root: Shapes, front: str) -> Iterator[tuple[Shapes, str | None]]:
    """The body whose equations are counted: the whole spec, one name of it, or a block."""
    if not front:
        yield root, None
        return
    path = path_of(front)
    yield from ((way.place.shapes, None) for way in (() if path is None else ways(root, path)))
    if front in root.graph.families or front in root.graph.instances:
        yield root, front


def _section(body: Shapes, family: str | None, what: str, asked: str, total: Size) -> Section:
    shares = _shares(body, family, what)
    found = ZERO
    for share in shares:
        found = found + share.size
    states: Words = (Code(asked), " is ", Factored(total))
    span = shares[-1].span if shares else _first(body)
    if found is not total:
        return Section(states, (Step(1, span, states, ("counted over all equations and blocks",)),))
    steps = [Step(at, share.span, share.says, share.why) for at, share in enumerate(shares, 1)]
    last = Step(len(steps) + 1, span, states, ("the sum",) if steps else _NONE[what],
                tuple(step.number for step in steps), (Relation("==", total, found),))  # fmt: skip
    return Section(states, (*steps, last))


def _shares(body: Shapes, family: str | None, what: str) -> list[Share]:
    """The shares of a count; none where the sizes decide which of them counts."""
    found = _weights(body, family) if what == "params" else _products(body, family)
    try:
        return [share for share in found if share.size is not ZERO]
    except (Open, Unclear):
        return []


def _first(body: Shapes) -> Span:
    """The place of the first equation, or of the first declaration in a text without equations."""
    spans = [equation.span for equation in body.graph.equations]
    spans += [family.span for family in body.graph.families.values()]
    return spans[0] if spans else NOWHERE


# ---- parameters --------------------------------------------------------------------------------


def _weights(body: Shapes, family: str | None) -> Iterator[Share]:
    """The entries of weights, then the blocks that are applied, a named one once."""
    for name in counts.weights_used(body, family, body.graph.context):
        own = body.graph.families[name]
        for cell in body.cells[name]:
            label, where = members(own, cell.region)
            size = counts.cell_entries(cell)
            if size is None:
                continue
            shape = tuple(part.substitute(labels_of(own)) for part in cell.shape)
            says: Words = (*label, " : ", Shaped(shape), *where, " has ", Factored(size), " entries")
            yield Share(says, ("entries of all members together",), size, own.span)
    seen: set[str] = set()
    for instance, call, application in _applied(body, family):
        if call.weights is not None:
            yield from _named(body, call, seen)
            continue
        once = counts.params(application.kind.known)
        size = counts.for_all_members(once, call, application, instance)
        if once is not None and size is not None:
            yield Share(_site(call, size), _each(call, once, size), size, call.span)


def _named(body: Shapes, call: Call, seen: set[str]) -> Iterator[Share]:
    """A block that has a name: its weights count once, however often it is applied."""
    assert call.weights is not None
    name = call.weights.instance
    size = counts.params(body, name) if name in body.graph.instances and name not in seen else None
    seen.add(name)
    if size is not None:
        words: Words = ("one set of weights, however often ", Code(name), " is applied")
        yield Share((Code(name), " has ", Factored(size)), words, size, call.span)


def _applied(body: Shapes, family: str | None) -> Iterator[tuple[Instance, Call, Application]]:
    for instance in body.instances:
        if family is None or _defines(instance, family):
            places = counts.places_of(instance, family)
            yield from (
                (instance, call, application) for call, application in instance.applications.items() if call in places
            )


def _defines(instance: Instance, family: str) -> bool:
    equation = instance.origin
    assert isinstance(equation, Equation)
    own = any(target.family.rstrip("'") == family for target in equation.targets)
    return own or equation.part_of == family


def _site(call: Call, size: Size) -> Words:
    return (Code(str(call.site) or call.definition.name), " has ", Factored(size))


def _each(call: Call, once: Size, size: Size) -> Words:
    words: Words = ("those of ", Code(call.definition.name))
    return words if once is size else (*words, ", each ", Factored(once))


# ---- multiply-accumulates ----------------------------------------------------------------------


def _products(body: Shapes, family: str | None) -> Iterator[Share]:
    """The products in the equations, then the blocks that are applied."""
    for instance in body.instances:
        if family is None or _defines(instance, family):
            yield from _own(body, instance, family)
    for instance, call, application in _applied(body, family):
        once = counts.macs(application.kind.known)
        size = counts.mapped(counts.for_all_members(once, call, application, instance), application)
        if once is not None and size is not None:
            yield Share(_site(call, size), _each(call, once, size), size, call.span)


def _own(body: Shapes, instance: Instance, family: str | None) -> Iterator[Share]:
    """The products of one equation in one box, in the order of the text."""
    spans = {**instance.ranges, **instance.bounds}
    places = [node for node in counts.places_of(instance, family) if node in instance.shapes]
    for node in sorted(places, key=lambda node: node.span.start):
        size = counts.own_macs(node, instance, body.graph.context)
        if size is not None and size is not ZERO:
            says: Words = (Code(quoted(body.graph.source, node.span)), " takes ", Factored(size))
            yield Share(says, _times(node, instance, size, spans), size, node.span)


def _times(node: Node, instance: Instance, size: Size, spans: dict[str, Interval]) -> Words:
    """The number of times that it is computed."""
    named = {name[1:].split("'")[0]: at for name, at in spans.items() if not is_single(at)}
    if not isinstance(node, Apply):
        return _terms(size, named)
    once = node.op.macs(
        node.parameters, [instance.shapes[item] for item in node.arguments], instance.shapes[node]
    )  # fmt: skip
    if once is size:
        return (Code(node.op.name), " once")
    return (Code(node.op.name), " takes ", Factored(once), " each time,", *ranges(named))


def _terms(size: Size, named: dict[str, Interval]) -> Words:
    """A product for each term of a sum: as many as the ranges of all indices have members together."""
    total = ONE
    words: list[Piece] = [f"a product for each {', '.join(named)}: "]
    for number, interval in enumerate(named.values()):
        total = total * interval.extent
        words += [" * " if number else "", *_closed(interval.extent)]
    return tuple(words) if total is size else ("a product for each term",)


def _closed(size: Size) -> Words:
    return ("(", size, ")") if len(size.terms) > 1 else (size,)
