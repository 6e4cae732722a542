"""The rows of a table, from shapes, in the order of the text; the rows of a block's body are below its own.

Comes in: `Shapes` before blocks are put in place.  Goes out: `Item`s.  Parameters stand with the weights, multiply-
accumulates with the equations, so that rows of one depth add up to the totals; a block's own row has the sums of its
parts.  Weights that several applications share are counted where they are named (`enc = gru_cell(p)`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from shapecheck.graph.block_definitions import REPEAT
from shapecheck.graph.model import Equation
from shapecheck.graph.nodes import Apply, Call, Node
from shapecheck.infer.blocks.kinds import Kind
from shapecheck.infer.blocks.paths import region_of
from shapecheck.infer.blocks.places import joined, members_of
from shapecheck.infer.counting import counts
from shapecheck.infer.counting.branches import by_cases
from shapecheck.infer.counting.equation_work import places_in
from shapecheck.infer.counting.index_ranges import times
from shapecheck.infer.model import Application, Cell, Instance, Interval, Region, Shapes
from shapecheck.ops.base import Windows
from shapecheck.report.cells import Dims, Extent, Name
from shapecheck.report.languages.tensor_notation import LAYERS
from shapecheck.report.spec_table.block_texts import block_text
from shapecheck.report.spec_table.computed import computed, group_of, windows_in
from shapecheck.report.spec_table.given_items import GIVEN, given_items
from shapecheck.report.spec_table.item import Count, Item
from shapecheck.report.spec_table.place import Place
from shapecheck.sizes import ZERO, Size, symbol
from shapecheck.source import Span


def items(shapes: Shapes) -> tuple[Item, ...]:
    """All rows of a spec."""
    origin = shapes.origin or shapes
    return tuple(_body(Place(origin, "", 0, lambda count: count, lambda count: count), inputs=True))


def _body(place: Place, inputs: bool = False) -> Iterator[Item]:
    families = place.shapes.graph.families
    for role in GIVEN if inputs else GIVEN[1:]:
        for family in families.values():
            if family.role == role:
                yield from given_items(family, place)
    yield from sorted([*_instances(place), *_equations(place)], key=lambda item: item.order)


def _instances(place: Place) -> Iterator[Item]:
    """Blocks with weights of their own that are applied by name."""
    for name, instance in place.shapes.graph.instances.items():
        kind = next(counts.kinds_of_instance(place.shapes, name), None)
        if kind is None:
            continue
        ranges = [Interval(index.low, index.high) for index in instance.indices if index.low and index.high]
        labels = [index.label for index in instance.indices]

        def scale(count: Count, ranges: Sequence[Interval] = ranges) -> Count:
            for interval in ranges:
                count = None if count is None else count * interval.extent
            return place.weights(count)

        inside = Place(kind.known, joined(place.path, name), place.depth + 1, scale, lambda count: ZERO)
        yield Item(
            _name(name, labels, tuple(ranges), place),
            block_text(kind),
            Dims(()),
            instance.span,
            scale(_params(kind)),
            ZERO,
            ZERO,
            parts=tuple(_weights(inside)),
            blank=frozenset({"macs", "kernel", "shape", "activations", "receptive-field"}),
            order=instance.span.start,
        )


def _weights(place: Place) -> Iterator[Item]:
    """The rows of a body that have parameters."""
    for item in _body(place):
        parts = tuple(_only_weights(item.parts))
        if item.kind == "weight" or parts:
            yield replace(item, parts=parts, blank=item.blank | {"macs"})


def _only_weights(parts: Sequence[Item]) -> Iterator[Item]:
    for item in parts:
        inner = tuple(_only_weights(item.parts))
        if item.kind == "weight" or inner:
            yield replace(item, parts=inner, blank=item.blank | {"macs"})


def _params(kind: Kind) -> Count:
    return counts.params(kind.known)


def _equations(place: Place) -> Iterator[Item]:
    """Stages and computed tensors, each tensor where it is first defined."""
    told: set[str] = set()
    for instance in place.shapes.instances:
        equation = instance.origin
        assert isinstance(equation, Equation)
        order = equation.value.span.start
        if instance.applications:
            yield from (replace(item, order=order) for item in _stages(instance, place))
        group = () if isinstance(equation.value, Call) else group_of(equation, place)
        if group and group[0] not in told:
            told |= set(group)
            yield from (replace(item, order=order) for item in computed(group, place))


def _stages(instance: Instance, place: Place) -> Iterator[Item]:
    """The blocks that an equation applies, what is applied first in front, and windows that slide between them."""
    equation = instance.origin
    assert isinstance(equation, Equation)
    left = counts.instance_macs(instance, place.shapes.graph.context) if isinstance(equation.value, Call) else ZERO
    for node in _in_order(equation.value, instance):
        if isinstance(node, Call):
            application = instance.applications[node]
            yield from _stage(node, application, instance, place, str(node.site), ())
        elif isinstance(equation.value, Call) and isinstance(node, Apply):
            found = node.op.sliding(node.parameters, [instance.shapes[item] for item in node.arguments])
            if found is not None:
                macs = counts.own_macs(node, instance, place.shapes.graph.context)
                left = None if left is None or macs is None else left - macs
                yield _primitive(node, _called(node, instance, place), found, macs, instance, place)
    if left is not ZERO:
        yield _operands(equation, instance, left, place)


def _in_order(node: Node, instance: Instance) -> Iterator[Node]:
    """The nodes below a value, operands before the operations on them, each once."""
    seen: set[Node] = set()

    def below(node: Node) -> Iterator[Node]:
        if node in seen or node not in instance.shapes:
            return
        seen.add(node)
        for operand in node.operands:
            yield from below(operand)
        if not isinstance(node, Call) or node in instance.applications:
            yield node

    yield from below(node)


def _called(node: Apply, instance: Instance, place: Place) -> str:
    """The name of an op in a chain: by its equation and a number, as of blocks (`y.maxpool[2]`); in blocks its own."""
    equation, name = instance.origin, node.op.name
    assert isinstance(equation, Equation)
    if place.depth:
        return name
    alike = [item for item in _in_order(equation.value, instance) if isinstance(item, Apply) and item.op is node.op]
    number = f"[{alike.index(node) + 1}]" if len(alike) > 1 else ""
    return f"{equation.targets[0].family}.{name}{number}"


def _primitive(node: Apply, called: str, windows: Windows, macs: Count, instance: Instance, place: Place) -> Item:
    """An op that slides windows, in a chain of blocks."""
    shape = instance.shapes[node]
    entries = counts.cell_entries(Cell("", (), shape))
    if entries is not None:
        entries = place.work(times(entries, set(instance.ranges), instance.ranges))
    name = Name(called, depth=place.depth, path=joined(place.path, called))
    span, blank = Span(node.span.end - 1, node.span.end), frozenset({"parameters", "receptive-field"})
    dims = Dims((*place.lead, *shape))
    return Item(name, node.op.name, dims, span, ZERO, place.work(macs), entries, (windows,), blank=blank)


def _operands(equation: Equation, instance: Instance, macs: Count, place: Place) -> Item:
    """The row of what is computed on the way to a block, where that multiplies."""
    name = Name(f"into {equation.targets[0].family}", depth=place.depth, path=place.path)
    blank = frozenset({"parameters", "shape", "activations", "receptive-field", "kernel"})
    return Item(name, "operands", Dims(()), equation.span, ZERO, place.work(macs), ZERO, blank=blank)


def _stage(
    call: Call, application: Application, instance: Instance, place: Place, label: str, around: Region
) -> Iterator[Item]:
    """The row of an application; of a `repeat`, those of what it repeats."""
    ranges = {**instance.ranges, **instance.bounds}
    region = (*around, *region_of(call, application, ranges))

    def each(count: Count) -> Count:
        context, facts = place.shapes.graph.context, places_in(instance)[call]
        return counts.single(
            by_cases(context, lambda known: counts.for_all_members(count, call, application, instance, known, facts))
        )

    def work(count: Count) -> Count:
        return place.work(counts.mapped(each(count), application))

    is_shared = call.weights is not None

    def weights(count: Count) -> Count:
        return ZERO if is_shared else place.weights(each(count))

    lead = (*place.lead, *application.leading)
    inside = Place(application.kind.known, joined(place.path, label), place.depth + 1, weights, work, lead)
    if call.definition is REPEAT:
        for inner in application.kind.known.instances:
            for again, applied in inner.applications.items():
                passes = replace(inside, depth=place.depth, path=place.path)
                yield from _stage(again, applied, inner, passes, label, region)
        return
    labels = _labels(call, application, len(region))
    kind, body = application.kind, application.kind.body
    assert body is not None
    yield Item(
        _name(label, labels, region, place),
        block_text(kind),
        Dims((*lead, *(kind.outputs[0] if kind.outputs else ()))),
        Span(call.span.end - 1, call.span.end),
        weights(_params(kind)),
        work(counts.macs(kind.known)),
        work(_entries(kind)),
        tuple(_all_windows(kind.known)),
        tuple(item for item in _body(inside) if not (is_shared and item.kind in GIVEN)),
        family=joined(inside.path, body.outputs[0]),
        note="" if call.weights is None else call.weights.instance.lstrip("^"),
    )


def _entries(kind: Kind) -> Count:
    total: Size = ZERO
    for shape in kind.outputs:
        entries = counts.cell_entries(Cell("", (), shape))
        if entries is None:
            return None
        total = total + entries
    return total


def _all_windows(shapes: Shapes) -> Iterator[Windows]:
    """The windows of a body and of the blocks in it."""
    for instance in shapes.instances:
        yield from windows_in(instance)
        for application in instance.applications.values():
            yield from _all_windows(application.kind.known)


def _labels(call: Call, application: Application, count: int) -> list[str]:
    """The names of the indices of a site; those of a `repeat` around it are k."""
    own = [_label(size) for size in members_of(call, application)]
    return [*("k" for _ in range(count - len(own))), *own]


def _label(size: Size) -> str:
    name = next((name for name in size.names if name[0] == "."), ".k")
    return name[1:].split("'")[0].split("~")[0]


def _name(name: str, labels: Sequence[str], region: Region, place: Place) -> Name:
    subscripts = tuple(span.low if span.low is span.high else symbol(label) for label, span in zip(labels, region))
    extents = tuple(
        Extent(label, span.low, span.high) for label, span in zip(labels, region) if span.low is not span.high
    )
    layers = tuple(at for at, label in enumerate(labels) if label in LAYERS)
    return Name(name, subscripts, extents, place.depth, joined(place.path, name), layers)
