"""Paths into blocks: which members `h[1].W`, `c2.bottleneck[1].K`, `y.basic[k].conv2d[2].b` mean.

In: the applications of a spec (or of a body), each with the box of indices that it stands under, and the steps of a
path.  Out: the cells that the path may mean, each with the way to it.  A step without subscripts keeps its axes.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import field

from shapecheck.graph.blocks import REPEAT
from shapecheck.graph.nodes import Call, Cut, Point, Step, Subscript, Whole
from shapecheck.infer.model import Application, Interval, Region, Shape, Shapes, at_members
from shapecheck.infer.regions import image, may_meet
from shapecheck.record import record
from shapecheck.sizes import Context, Size, symbol


@record(eq=False)
class Applied:
    """A call in one box of the indices around it: `region` are the members of its site that it is for, then the values
    of the indices of big operators around it."""

    call: Call
    application: Application
    region: Region

    def fixed(self, subscripts: Sequence[Subscript]) -> dict[str, Size]:
        """The values of the indices around, for the member that the subscripts select."""
        return _fixed(members_of(self.call, self.application), subscripts)


def _fixed(members: Sequence[Size], subscripts: Sequence[Subscript]) -> dict[str, Size]:
    return {
        name: item.size
        for size, item in zip(members, subscripts)
        for name in size.names
        if isinstance(item, Point) and size is symbol(name)
    }


@record(eq=False)
class Hit:
    """A cell that a path may mean: `way` are the applications that lead to it, `subscripts` those of all axes on it.

    `instance` is set where the path starts with the name of an instance.  Without `name` the last application itself
    is meant.
    """

    way: tuple[Applied, ...]
    name: str | None
    subscripts: tuple[Subscript, ...]
    shape: Shape
    instance: str | None = None
    outside: tuple[tuple[Size, Interval], ...] = ()
    """Subscripts with all members of the axis that they are in."""
    fixed: Mapping[str, Size] = field(default_factory=dict)
    """The values of the indices around the applications, where subscripts select a member."""

    def own(self, sizes: Shape) -> Shape:
        """Sizes of the member that is meant."""
        return tuple(size.substitute(self.fixed) for size in sizes)


@record(eq=False)
class _Search:
    context: Context
    ranges: Mapping[str, Interval]

    def meets(self, item: Subscript, interval: Interval) -> bool:
        """Whether a subscript may be in a range."""
        if not isinstance(item, Point):
            return True
        part = image(item.size, self.ranges)
        return part is None or may_meet(self.context, part, interval)

    def hits(self, applied: Sequence[Applied], steps: Sequence[Step]) -> Iterator[Hit]:
        """All that the steps may mean, as seen from where these applications stand."""
        for item in applied:
            for subscripts, rest in _entered(item.call, steps):
                yield from self._within(item, _siblings(item, applied), subscripts, rest)

    def of_instance(self, applied: Sequence[Applied], steps: Sequence[Step]) -> Iterator[Hit]:
        """The weights of an instance: those of any of its applications."""
        first, rest = steps[0], steps[1:]
        for item in applied:
            weights = item.call.weights
            if weights is not None and weights.instance == first.name and rest:
                for hit in self._inside(item, rest):
                    kept = (*first.subscripts, *hit.subscripts)
                    fixed = {**_fixed(weights.subscripts, first.subscripts), **hit.fixed}
                    yield Hit(hit.way, hit.name, kept, hit.shape, first.name, (), fixed)

    def _within(
        self, item: Applied, all_boxes: Sequence[Region], subscripts: tuple[Subscript, ...], rest: Sequence[Step]
    ) -> Iterator[Hit]:
        """What is meant inside of one application; `subscripts` are those of its own indices, then of a repeat's."""
        own = len(item.region)
        mine, further = subscripts[:own], subscripts[own:]
        full = (*mine, *(Whole() for _ in range(own - len(mine))))
        if not all(self.meets(sub, interval) for sub, interval in zip(full, item.region)):
            return
        whole = [Interval(boxes[0].low, boxes[-1].high) for boxes in zip(*all_boxes)]
        outside = tuple((sub.size, axis) for sub, axis in zip(full, whole) if isinstance(sub, Point))
        kept = tuple(_extent(sub, axis) for sub, axis in zip(full, whole) if not isinstance(sub, Point))
        if item.call.definition is REPEAT:
            inner = applications(item.application.kind.known)
            found: Iterator[Hit] = (
                hit for one in inner for hit in self._within(one, _siblings(one, inner), further, rest)
            )
        elif further:
            return
        else:
            found = self._inside(item, rest)
        for hit in found:
            way = hit.way if hit.way and hit.way[0] is item else (item, *hit.way)
            fixed = {**item.fixed(full), **hit.fixed}
            subscripts, outer = (*full, *hit.subscripts), (*outside, *hit.outside)
            yield Hit(way, hit.name, subscripts, (*kept, *hit.shape), None, outer, fixed)

    def _inside(self, item: Applied, rest: Sequence[Step]) -> Iterator[Hit]:
        """The rest of a path, in the body of an application."""
        kind = item.application.kind
        if not rest:
            yield Hit((item,), None, (), ())
            return
        cells = kind.known.cells.get(rest[0].name)
        if cells is not None and len(rest) == 1:
            weights = kind.known.graph.families[rest[0].name].role in ("weight", "buffer")
            lead = () if weights else item.application.leading
            for cell in cells:
                yield from self._cell(item, rest[0], lead, cell.region, cell.shape)
        inner = applications(kind.known)
        found = [*self.hits(inner, rest)]
        for hit in found:
            yield Hit((item, *hit.way), hit.name, hit.subscripts, hit.shape, None, hit.outside, hit.fixed)

    def _cell(self, item: Applied, step: Step, lead: Shape, region: Region, shape: Shape) -> Iterator[Hit]:
        count = len(lead) + len(region)
        subscripts = (*step.subscripts, *(Whole() for _ in range(count - len(step.subscripts))))
        if len(subscripts) > count + len(shape):
            return
        axes = (*(None for _ in lead), *region)
        if not all(axis is None or self.meets(sub, axis) for sub, axis in zip(subscripts, axes)):
            return
        extents = (*lead, *(interval.extent for interval in region), *shape)
        kept = tuple(
            _extent(sub, extent) for sub, extent in zip(subscripts, extents) if not isinstance(sub, Point)
        )
        kept += extents[len(subscripts) :]
        numbers = [sub.size if isinstance(sub, Point) else None for sub in subscripts[len(lead) :]]
        found = at_members(kept, numbers)
        if found is not None:
            yield Hit((item,), step.name, subscripts, found)


def _extent(sub: Subscript, axis: Interval | Size) -> Size:
    if isinstance(sub, Cut):
        return sub.high - sub.low + 1
    return axis.extent if isinstance(axis, Interval) else axis


def _siblings(item: Applied, applied: Sequence[Applied]) -> list[Region]:
    """The boxes of all applications of the same call, in order."""
    return [other.region for other in applied if other.call is item.call]


def _entered(call: Call, steps: Sequence[Step]) -> Iterator[tuple[tuple[Subscript, ...], Sequence[Step]]]:
    """The ways in which the first steps of a path may mean a call: its subscripts, and what is left."""
    site, first = call.site, steps[0]
    if site.base and first.name == site.base:
        if site.whole:
            yield first.subscripts, steps[1:]
        if len(steps) > 1 and steps[1].name == site.label:
            yield from _numbered(call, first.subscripts, steps[1], steps[2:])
    elif first.name == site.label and (not site.base or call.site.base in ("y", "value")):
        yield from _numbered(call, (), first, steps[1:])


def _numbered(
    call: Call, front: tuple[Subscript, ...], step: Step, rest: Sequence[Step]
) -> Iterator[tuple[tuple[Subscript, ...], Sequence[Step]]]:
    number, subscripts = call.site.number, step.subscripts
    if number is not None:
        if not subscripts or not isinstance(subscripts[0], Point) or subscripts[0].size.constant != number:
            return
        subscripts = subscripts[1:]
    yield (*front, *subscripts), rest


def hits(
    applied: Sequence[Applied], steps: Sequence[Step], context: Context, ranges: Mapping[str, Interval]
) -> list[Hit]:
    """All cells that a path may mean."""
    search = _Search(context, ranges)
    return [*search.hits(applied, steps), *search.of_instance(applied, steps)]


def values(found: Sequence[Hit]) -> list[Hit]:
    """The values that a path may mean: names in a body, else what an application gives."""
    named = [hit for hit in found if hit.name is not None]
    return named or [_output(hit) for hit in found if len(hit.way[-1].application.kind.outputs) == 1]


def _output(hit: Hit) -> Hit:
    application = hit.way[-1].application
    body = application.kind.body
    assert body is not None, "an application in place has a body"
    rest = (*application.leading, *application.kind.outputs[0])
    whole = tuple(Whole() for _ in range(len(application.leading)))
    return Hit(hit.way, body.outputs[0], (*hit.subscripts, *whole), (*hit.shape, *rest), None, hit.outside, hit.fixed)


def applications(shapes: Shapes) -> list[Applied]:
    """All applications in a body or a spec, by the equations that they stand in."""
    found = []
    for instance in shapes.instances:
        ranges = {**instance.ranges, **instance.bounds}
        for call, application in instance.applications.items():
            found.append(Applied(call, application, region_of(call, application, ranges)))
    return found


def region_of(call: Call, application: Application, ranges: Mapping[str, Interval]) -> Region:
    """The members of a call's site that an application is for, over these ranges of the indices around it."""
    return tuple(_image(size, ranges) for size in members_of(call, application))


def members_of(call: Call, application: Application) -> tuple[Size, ...]:
    """The subscripts that tell the applications at one site apart, over the indices around it."""
    return (*call.site.axes, *map(symbol, application.around))


def _image(size: Size, ranges: Mapping[str, Interval]) -> Interval:
    found = image(size, ranges)
    assert found is not None, "a left side's subscript is an index or fixed"
    return found


def known_paths(applied: Sequence[Applied], first: str) -> Iterator[str]:
    """Paths that mean something, those below `first` where there are any: applications, and what is inside of each."""
    sites = {str(item.call.site): item for item in applied}
    below = {site: item for site, item in sites.items() if site.split(".")[0] == first} or sites
    yield from sites
    for site, item in below.items():
        if item.call.definition is not REPEAT:
            yield from (f"{site}.{name}" for name in item.application.kind.known.graph.families)


def weights_of(shapes: Shapes) -> dict[str, frozenset[tuple[Region, Shape]]]:
    """The shapes of all weights of a body, by their paths, those of the blocks in it included."""
    found: dict[str, set[tuple[Region, Shape]]] = {}
    for name, family in shapes.graph.families.items():
        if family.role in ("weight", "buffer"):
            found[name] = {(cell.region, cell.shape) for cell in shapes.cells[name]}
    for item in applications(shapes):
        if item.call.weights is None:
            for path, parts in weights_of(item.application.kind.known).items():
                own = found.setdefault(f"{item.call.site}.{path}", set())
                own |= {((*item.region, *region), shape) for region, shape in parts}
    return {name: frozenset(parts) for name, parts in found.items()}
