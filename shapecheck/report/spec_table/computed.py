"""The rows of computed tensors: one for each region of one shape, what is cut from one column together.

Comes in: a body and the names that an equation defines.  Goes out: `Item`s, each with the multiply-accumulates of the
equations that define its members.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from shapecheck.graph.model import Equation, Family
from shapecheck.graph.nodes import Apply, Call
from shapecheck.infer.blocks.places import joined
from shapecheck.infer.counting import counts
from shapecheck.infer.model import Cell, Instance, Region
from shapecheck.infer.regions import image, may_meet
from shapecheck.ops.base import Windows
from shapecheck.report.cells import Dims
from shapecheck.report.spec_table.item import Count, Item
from shapecheck.report.spec_table.place import Place
from shapecheck.report.table_of_shapes import ROLES, tensor_name
from shapecheck.report.tensor_list import tensors_of
from shapecheck.sizes import ZERO, Size
from shapecheck.source import Span


def group_of(equation: Equation, place: Place) -> tuple[str, ...]:
    """The author's names that an equation defines, those cut from one column together."""
    names = {target.family.split("'")[0] for target in equation.targets}
    for other in place.shapes.graph.equations:
        found = {target.family.split("'")[0] for target in other.targets}
        if names & found and other.form == "column":
            names |= found
    return tuple(name for name in place.shapes.graph.families if name in names)


def computed(group: tuple[str, ...], place: Place) -> Iterator[Item]:
    """The rows of computed tensors; tensors of one column that are alike share one."""
    shapes = place.shapes
    families = [shapes.graph.families[name] for name in group]
    rows = [tensors_of(shapes, family, _own_cells(family.name, place)) for family in families]
    alike = len({tuple((row.where, row.shape) for row in tensors) for tensors in rows}) == 1
    listed = [(families[0], row, tuple(group[1:])) for row in rows[0]] if alike else [
        (family, row, ()) for family, tensors in zip(families, rows) for row in tensors
    ]  # fmt: skip
    work = _work(group, [(row.name, row.region) for _, row, _ in listed], place)
    for number, (family, row, beside) in enumerate(listed):
        name = replace(tensor_name(row, place.depth, joined(place.path, row.name)), beside=beside)
        count = None if row.count is None else row.count * (1 + len(beside))
        shown, macs = place.work(count), place.work(work[number])
        kind, windows = ROLES.get(family.role, family.role), tuple(_windows(group, place))
        span, blank = _first_span(family, place), frozenset({"parameters"})
        path = joined(place.path, family.name)
        dims = Dims((*place.lead, *row.sizes))
        yield Item(name, kind, dims, span, ZERO, macs, shown, windows, blank=blank, family=path)


def _own_cells(name: str, place: Place) -> tuple[Cell, ...]:
    """The members of a tensor that are no block's result; those have rows of their own."""
    shapes, context = place.shapes, place.shapes.graph.context
    cells = shapes.cells.get(name, ())
    targets = [
        (instance, target)
        for instance in shapes.instances
        if isinstance(instance.origin, Equation)
        for target in instance.origin.targets
        if target.family == name
    ]
    own = [(one, target) for one, target in targets if not _is_result(one)]
    if len(own) == len(targets):
        return cells
    found: list[Cell] = []
    for instance, target in own:
        region = tuple(image(size, instance.ranges) for size in target.subscripts)
        boxes = tuple(span for span in region if span is not None)
        inside = [cell for cell in cells if all(may_meet(context, *pair) for pair in zip(boxes, cell.region))]
        found += [Cell(name, boxes, cell.shape) for cell in inside[:1]]
    return tuple(found)


def _is_result(instance: Instance) -> bool:
    """Whether the whole value of an equation is what a block gives."""
    return isinstance(instance.origin, Equation) and isinstance(instance.origin.value, Call)


def _first_span(family: Family, place: Place) -> Span:
    spans = (
        target.span
        for equation in place.shapes.graph.equations
        for target in equation.targets
        if target.family == family.name
    )
    return next(spans, family.span)


def _work(group: Sequence[str], rows: Sequence[tuple[str, Region]], place: Place) -> list[Count]:
    """The multiply-accumulates of all equations of some tensors, each with the row whose members it defines."""
    totals: list[Count] = [ZERO for _ in rows]
    for instance in _defining(group, place):
        at = _row_of(instance, rows, place)
        macs, before = counts.instance_macs(instance, place.shapes.graph.context), totals[at]
        totals[at] = None if macs is None or before is None else before + macs
    return totals


def _defining(group: Sequence[str], place: Place) -> Iterator[Instance]:
    for instance in place.shapes.instances:
        assert isinstance(instance.origin, Equation)
        names = {target.family.split("'")[0] for target in instance.origin.targets}
        if names & set(group) and not isinstance(instance.origin.value, Call):
            yield instance


def _row_of(instance: Instance, rows: Sequence[tuple[str, Region]], place: Place) -> int:
    """The first row that holds members which an equation defines in one box."""
    assert isinstance(instance.origin, Equation)
    for number, (name, region) in enumerate(rows):
        for target in instance.origin.targets:
            if target.family.split("'")[0] == name and _meets(target.subscripts, region, instance, place):
                return number
    return 0


def _meets(subscripts: Sequence[Size], region: Region, instance: Instance, place: Place) -> bool:
    context, ranges = place.shapes.graph.context, instance.ranges
    images = [image(size, ranges) for size in subscripts]
    return all(one is None or may_meet(context, one, other) for one, other in zip(images, region))


def _windows(group: Sequence[str], place: Place) -> Iterator[Windows]:
    for instance in _defining(group, place):
        yield from windows_in(instance)


def windows_in(instance: Instance) -> Iterator[Windows]:
    """All windows that slide in one equation."""
    for node in instance.shapes:
        if isinstance(node, Apply):
            found = node.op.sliding(node.parameters, [instance.shapes[item] for item in node.arguments])
            if found is not None:
                yield found
