"""The statements of the equations of a spec about sizes, as links.

In: finished shapes, blocks put in place.  Out: carriers for all members, values and ranges, and the links between
them.  Every link is true for all sizes admitted: one whose two sides are not the same size in normal form is taken only
where `decide` proves it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import field

from shapecheck.explain.model import Code, Words
from shapecheck.explain.naming import MAPPED, OF_MEMBERS, family_name, is_single, members, place_of, quoted
from shapecheck.explain.slots import AUTHORS, GIVEN, HIDDEN, INSIDE, Carrier, Links, Why, join
from shapecheck.graph.model import Claim, Equation, Family, Graph, Target
from shapecheck.graph.nodes import Index, Node, Reduce
from shapecheck.infer.model import Instance, Interval, Region, Shape, Shapes, at_members
from shapecheck.infer.regions import image, index_facts, may_meet
from shapecheck.record import record
from shapecheck.sizes import Context, Formula, Proved, Relation, Size, decide, symbol
from shapecheck.source import NOWHERE, Span

DECLARED = "as declared"
ON_THE_SIDE: Words = ("the axis that is mapped over",)
"""The words for an index over an axis that a block is mapped over, which has no name."""


@record(frozen=False)
class Box:
    """One equation or claim in one box of its indices, with the carriers of its values and ranges."""

    instance: Instance
    values: dict[Node, Carrier] = field(default_factory=dict)
    spans: dict[str, Carrier] = field(default_factory=dict)

    @property
    def intervals(self) -> Mapping[str, Interval]:
        """The ranges of all indices, outer ones first."""
        return {**self.instance.ranges, **self.instance.bounds}

    @property
    def place(self) -> str:
        """The path of the block that this stands in."""
        origin = self.instance.origin
        return place_of(origin) if isinstance(origin, Equation) else ""


@record(frozen=False)
class Network:
    """Carriers and links of a spec."""

    shapes: Shapes
    links: Links = field(default_factory=Links)
    cells: dict[str, list[tuple[Region, Carrier]]] = field(default_factory=dict)
    axes: dict[tuple[str, int], Carrier] = field(default_factory=dict)
    wholes: dict[str, Carrier] = field(default_factory=dict)
    boxes: list[Box] = field(default_factory=list)
    declared: list[tuple[Carrier, Family]] = field(default_factory=list)
    parts: dict[tuple[str, int, Interval], Carrier] = field(default_factory=dict)
    """Axes over the members of one region."""
    mapped: dict[tuple[str, Interval], Carrier] = field(default_factory=dict)
    """Axes that a block is mapped over, which all equations of its body share."""
    reads: dict[tuple[int, ...], Carrier] = field(default_factory=dict)
    """Reads that may touch the same members, which are alike."""

    @property
    def graph(self) -> Graph:
        return self.shapes.graph

    @property
    def context(self) -> Context:
        return self.shapes.graph.context

    def quote(self, span: Span) -> Code:
        """A piece of the text."""
        return Code(quoted(self.graph.source, span))

    def put(self, size: Size) -> Size:
        """The size with what measured sizes stand for."""
        known = {name: self.shapes.measures[name] for name in size.names if name in self.shapes.measures}
        return size.substitute(known) if known else size

    def true(self, relation: Relation, facts: tuple[Formula, ...]) -> bool:
        """Whether a relation is certain."""
        if relation.difference.constant is not None:
            return relation.holds({})
        return isinstance(decide(self.context.assuming(*facts), relation), Proved)

    # ---- carriers ------------------------------------------------------------------------------

    def families(self) -> None:
        """The members of all tensors: regions as declared, or as the equations define them."""
        defined: dict[str, dict[Region, None]] = {}
        for instance in self.shapes.instances:
            for name, region in _targets(instance):
                defined.setdefault(name, {})[region] = None
        for family in self.graph.families.values():
            cells = self.shapes.cells.get(family.name, ())
            regions = [cell.region for cell in cells] if family.is_given else list(defined.get(family.name, ()))
            found = [(region, self._cell(family, region)) for region in regions]
            self.cells[family.name] = [(region, carrier) for region, carrier in found if carrier is not None]
            for axis in range(len(self.shapes.axes.get(family.name, ()))):
                self._axis(family, axis)

    def _cell(self, family: Family, region: Region) -> Carrier | None:
        shape = self._shape(family.name, region)
        if shape is None:
            return None
        name, where = members(family, region)
        carrier = Carrier("cell", name, shape, family.span, rank_of(family))
        carrier.where, carrier.region, carrier.labels = where, region, labels_of(family)
        why = Why(family.span, (DECLARED,), written=True)
        if family.cell is not None:
            self.declared.append((carrier, family))
        for slot in carrier.slots[: len(family.whole)]:
            self.links.add(slot, (), why)
        return carrier

    def _shape(self, name: str, region: Region) -> Shape | None:
        """The shape of the members in a region."""
        for cell in self.shapes.cells.get(name, ()):
            if all(may_meet(self.context, one, other) for one, other in zip(cell.region, region)):
                single = [part.low if is_single(part) else None for part in region]
                return at_members(cell.shape, single) or cell.shape
        return None

    def _axis(self, family: Family, axis: int) -> None:
        interval = self.shapes.axes[family.name][axis]
        label = family.axes[axis].label
        name = (OF_MEMBERS, *family_name(family, family.name)) if label in ("", MAPPED) else (
            Code(label), " of ", *family_name(family, family.name)
        )  # fmt: skip
        carrier = Carrier("axis", name, (interval.extent,), family.span, interval=interval)
        self.axes[family.name, axis] = carrier
        if family.is_given:
            self.links.add(carrier.slot(0), (), Why(family.span, (DECLARED,), written=True))

    def hits(self, name: str, images: Iterable[Interval | None]) -> list[Carrier]:
        """The members that a read may touch."""
        wanted = list(images)
        return [
            carrier
            for region, carrier in self.cells.get(name, ())
            if all(one is None or may_meet(self.context, one, other) for one, other in zip(wanted, region))
        ]

    def axis_of(self, name: str, axis: int, hits: Iterable[Carrier]) -> Carrier | None:
        """All members along an axis: those of the regions that a read may touch, where that is one range."""
        wanted = set(map(id, hits))
        regions = [region for region, carrier in self.cells[name] if id(carrier) in wanted]
        found = {region[axis] for region in regions if axis < len(region)}
        if len(found) != 1 or self.graph.families[name].is_given:
            return self.axes.get((name, axis))
        return self.part(name, axis, found.pop())

    def part(self, name: str, axis: int, interval: Interval) -> Carrier:
        """The members of one region along an axis."""
        key = (name, axis, interval)
        if key not in self.parts:
            family = self.graph.families[name]
            label = family.axes[axis].label
            own = family_name(family, name)
            words: Words = (OF_MEMBERS, *own) if label in ("", MAPPED) else (Code(label), " of ", *own)
            self.parts[key] = Carrier("axis", words, (interval.extent,), family.span, interval=interval)
        return self.parts[key]

    def whole(self, name: str) -> Carrier | None:
        """All members of a tensor as one array, where they have one shape."""
        if name not in self.wholes:
            family, shapes = self.graph.families[name], {cell.shape for cell in self.shapes.cells.get(name, ())}
            if len(shapes) != 1 or not self.cells.get(name):
                return None
            extents = tuple(interval.extent for interval in self.shapes.axes[name])
            carrier = Carrier(
                "whole", family_name(family, name), (*extents, *shapes.pop()), family.span, rank_of(family)
            )
            self.wholes[name] = carrier
            then = ", then those of a member" if len(carrier.sizes) > len(extents) else ""
            why = Why(family.span, ("an axis for each index of ", *family_name(family, name), then))
            sources = [self.axes[name, axis].slot(0) for axis in range(len(extents))]
            cell = self.cells[name][0][1]
            sources += cell.slots if cell.sizes else ()
            for slot, source in zip(carrier.slots, sources):
                self.links.add(slot, (source,), why)
        return self.wholes[name]

    def signatures(self) -> None:
        """Shapes that a statement of its own gives."""
        for signature in self.graph.signatures:
            target = signature.target
            spans = {index.symbol: Interval(index.low, index.high) for index in signature.indices
                     if index.low is not None and index.high is not None}  # fmt: skip
            for carrier in self.hits(target.family, [image(item, spans) for item in target.subscripts]):
                why = Why(target.span, ("as stated",), written=True)
                for slot in carrier.slots if target.cell is not None else ():
                    self.links.add(slot, (), why)

    # ---- boxes ---------------------------------------------------------------------------------

    def box(self, instance: Instance) -> Box:
        """An instance with the carriers of its ranges."""
        box = Box(instance)
        inside: Words = (" in ", Code(box.place)) if box.place else ()
        indices = {index.symbol: index for index in _indices(instance)}
        for name, interval in box.intervals.items():
            index = indices.get(name)
            span = instance.origin.span if index is None or index.span == NOWHERE else index.span
            label = name[1:].split("'")[0] if index is None else index.label
            words: Words = ON_THE_SIDE if label == MAPPED else (Code(label), *inside)
            carrier = Carrier("range", words, (interval.extent,), span, interval=interval)
            box.spans[name] = carrier
            if label == MAPPED:
                join(self.mapped.setdefault((name, interval), carrier), carrier)
            if index is None or not self.is_open(index):
                self.links.add(carrier.slot(0), (), Why(span, ("as written",), written=True))
        self.boxes.append(box)
        return box

    def is_open(self, index: Index) -> bool:
        """Whether the text leaves the range of an index to be found."""
        if index.label == MAPPED or index.low is None or index.high is None:
            return True
        return index.span != NOWHERE and self.graph.source[index.span].strip() == index.label

    def equation(self, box: Box, value: Carrier) -> None:
        """Both sides of an equation with one target, and the axes that its indices make."""
        equation = box.instance.origin
        assert isinstance(equation, Equation)
        if equation.form != "plain":
            return
        for _, carrier in self.targets(box):
            if carrier.grows:
                self._grown(box, equation, carrier, value)
            elif carrier.sizes == value.sizes:
                join(carrier, value)

    def _grown(self, box: Box, equation: Equation, carrier: Carrier, value: Carrier) -> None:
        """Members whose sizes differ, each of the shape of its right side."""
        at = members_at(equation.targets[0].subscripts)
        why = Why(equation.span, ("each member has the shape of ", *value.name))
        facts = index_facts(box.intervals)
        for one, other in zip(carrier.slots, value.slots) if carrier.sizes else ():
            relation = Relation("==", carrier.sizes[one[1]].substitute(at), value.sizes[other[1]])
            if self.true(relation, facts):
                self.links.add(one, (other,), why, (relation,), facts)

    def targets(self, box: Box) -> Iterator[tuple[str, Carrier]]:
        """The members that an equation defines."""
        for name, region in _targets(box.instance):
            for other, carrier in self.cells.get(name, ()):
                if other == region:
                    yield name, carrier


def rank_of(family: Family) -> int:
    """A rank of a family's name: the better it reads, the lower."""
    if "'" in family.name:
        return HIDDEN
    return INSIDE if "." in family.name else GIVEN if family.is_given else AUTHORS


def labels_of(family: Family) -> dict[str, Size]:
    """The author's names of a family's indices, for the numbers of its members."""
    return {f".{axis}": symbol(index.label) for axis, index in enumerate(family.axes) if index.label}


def members_at(subscripts: Iterable[Size | None]) -> dict[str, Size]:
    """The numbers of a member, to be put into a shape that grows."""
    return {f".{axis}": size for axis, size in enumerate(subscripts) if size is not None}


def _targets(instance: Instance) -> Iterator[tuple[str, Region]]:
    if isinstance(instance.origin, Equation):
        for target in instance.origin.targets:
            parts = [image(item, instance.ranges) or _by_number(item, target, instance) for item in target.subscripts]
            region = tuple(part for part in parts if part is not None)
            if len(region) == len(parts):
                yield target.family, region


def _by_number(item: Size, target: Target, instance: Instance) -> Interval | None:
    """The range of an index whose ends mention others: in the numbers of the member, as regions of cells are."""
    found = next((span for name, span in instance.ranges.items() if item is symbol(name)), None)
    if found is None:
        return None
    places = enumerate(target.subscripts)
    numbers = {name: symbol(f".{axis}") for axis, one in places for name in instance.ranges if one is symbol(name)}
    return Interval(found.low.substitute(numbers), found.high.substitute(numbers))


def _indices(instance: Instance) -> Iterator[Index]:
    origin: Equation | Claim = instance.origin
    yield from origin.indices
    for node in instance.shapes:
        if isinstance(node, Reduce):
            yield from node.indices
