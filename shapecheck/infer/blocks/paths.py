"""Paths into blocks: which applications `h[1].W`, `c2.bottleneck[1].K`, `y.basic[k].conv2d[2].b` lead to.

In: the applications of a spec (or of a body), each with the ranges of the indices that it stands under, and the steps
of a path.  Out: every `Way` that the path may go, and the name at its end.  Subscripts after a name are for its own
axes: those of an application are its members (a repeated one takes its number last), those of the last name all others.
A step without subscripts keeps its axes.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import field, replace

from shapecheck.graph.block_definitions import REPEAT, Callee
from shapecheck.graph.nodes import Call, Point, Step, Subscript, Whole
from shapecheck.infer.blocks.kinds import Kind
from shapecheck.infer.blocks.places import Place, entered, members_of, span_of
from shapecheck.infer.model import Application, Interval, Region, Shape, Shapes
from shapecheck.infer.regions import image, may_meet
from shapecheck.record import record
from shapecheck.sizes import ZERO, Context, Size, symbol


@record(eq=False)
class Applied:
    """A call in one box of the indices around it, which have these `ranges`."""

    call: Call
    application: Application
    ranges: Mapping[str, Interval]

    @property
    def region(self) -> Region:
        """The members of its site that it is for, then the values of the indices of big operators around it."""
        return region_of(self.call, self.application, self.ranges)


@record(eq=False)
class Way:
    """An application that a path leads to, as seen from the body that the path stands in.

    `place` is where the application's body stands.  `front` are the subscripts of its axes in front, None for those
    that it is mapped over, and `owned` those of its weights; `fixed` the indices that they give a value.
    """

    place: Place
    front: tuple[Subscript | None, ...] = ()
    owned: tuple[Subscript, ...] = ()
    fixed: Mapping[str, Size] = field(default_factory=dict)
    lent: Mapping[str, tuple[Subscript, ...]] = field(default_factory=dict)
    item: Applied | None = None
    """The last application; None for the body that the path stands in."""
    before: Way | None = None
    shares: bool = False
    """Whether the weights belong to an instance that is applied on the way."""

    def into(self, item: Applied, subscripts: Sequence[Subscript]) -> Way:
        """The way into an application, whose members the subscripts select."""
        call, application = item.call, item.application
        place = entered(self.place, call, application, item.ranges)
        lead = tuple((ZERO, Interval(ZERO, size - 1)) for size in application.leading)
        members = members_of(call, application)
        fixed = {**self.fixed, **_fixed(members, subscripts)}
        owned = (*self.owned, *subscripts)
        if call.weights is not None:
            own = call.weights.instance in self.place.shapes.graph.instances
            kept = self.owned if own else self.lent[call.weights.instance]
            owned = (*kept, *(Point(size.substitute(fixed)) for size in call.weights.subscripts))
        return Way(
            replace(place, members=(*place.members, *lead)),
            (*self.front, *subscripts, *(None for _ in lead)),
            owned,
            fixed,
            self._lending(),
            item,
            self,
            self.shares or call.weights is not None,
        )

    def _lending(self) -> dict[str, tuple[Subscript, ...]]:
        """The axes around the instances that may be used inside, by the names that they have there."""
        lent = {f"^{name}": held for name, held in self.lent.items()}
        return lent | {f"^{name}": self.owned for name in self.place.shapes.graph.instances}

    def meets(self, context: Context, ranges: Mapping[str, Interval]) -> bool:
        """Whether the subscripts may select what this application is for."""
        return all(_meets(item, span, context, ranges) for item, (_, span) in zip(self.front, self.place.members))


@record(eq=False)
class End:
    """The end of a path: a name in the last application's body, None for the application itself; and subscripts."""

    way: Way
    name: str | None
    subscripts: tuple[Subscript, ...]


def ends(start: Way, applied: Sequence[Applied], steps: Sequence[Step]) -> Iterator[End]:
    """All that the steps may mean, as seen from where these applications stand."""
    for item in applied:
        for subscripts, rest in _entered(item.call, steps):
            yield from _through(start, item, subscripts, rest)
    if steps[0].name in start.place.shapes.graph.instances and len(steps) > 1:
        for way in _applying(start, applied, steps[0].name):
            own = _padded(steps[0].subscripts, len(way.owned) - len(start.owned))
            yield from _weights(replace(way, front=(), owned=(*start.owned, *own), fixed={}, shares=False), steps[1:])


def ways(shapes: Shapes, steps: Sequence[Step]) -> list[Way]:
    """The applications in a body or a spec that a path means."""
    return [end.way for end in ends(Way(Place(shapes)), applications(shapes), steps) if end.name is None]


def _applying(way: Way, applied: Sequence[Applied], name: str) -> Iterator[Way]:
    """The ways into all applications of an instance, those in blocks that it is passed to included."""
    for item in applied:
        inside = way.into(item, _padded((), len(members_of(item.call, item.application))))
        weights = item.call.weights
        if weights is not None and weights.instance == name:
            yield inside
        if passes_instances(item):
            yield from _applying(inside, applications(item.application.kind.known), f"^{name}")


def _weights(way: Way, rest: Sequence[Step]) -> Iterator[End]:
    """A weight of an instance, its own or of the blocks that it applies."""
    for end in _named(way, rest):
        if end.name is not None and end.way.place.shapes.graph.families[end.name].holds_weights:
            yield end


def _through(way: Way, item: Applied, subscripts: Sequence[Subscript], rest: Sequence[Step]) -> Iterator[End]:
    """The meaning of a path inside of one application; `subscripts` are those of its indices, then of a repeat's."""
    count = len(members_of(item.call, item.application))
    inside, further = way.into(item, _padded(subscripts[:count], count)), tuple(subscripts[count:])
    known = item.application.kind.known
    if item.call.definition is REPEAT:
        for one in applications(known):
            yield from _through(inside, one, further, rest)
    elif not rest:
        yield End(inside, None, further)
    elif not further:
        yield from _named(inside, rest)


def _named(way: Way, rest: Sequence[Step]) -> Iterator[End]:
    """A name in the body of an application, or what is meant inside of those in it."""
    known = way.place.shapes
    if len(rest) == 1 and rest[0].name in known.cells:
        yield End(way, rest[0].name, rest[0].subscripts)
    yield from ends(way, applications(known), rest)


def _padded(subscripts: Sequence[Subscript], count: int) -> tuple[Subscript, ...]:
    """The subscripts of this many axes; axes without a written subscript are kept."""
    return (*subscripts, *(Whole() for _ in range(count - len(subscripts))))


def _fixed(members: Sequence[Size], subscripts: Sequence[Subscript]) -> dict[str, Size]:
    return {
        name: item.size
        for size, item in zip(members, subscripts)
        for name in size.names
        if isinstance(item, Point) and size is symbol(name)
    }


def _meets(item: Subscript | None, interval: Interval, context: Context, ranges: Mapping[str, Interval]) -> bool:
    """Whether a subscript may be in a range."""
    if not isinstance(item, Point):
        return True
    part = image(item.size, ranges)
    return part is None or may_meet(context, part, interval)


def may_enter(call: Call, steps: Sequence[Step]) -> bool:
    """Whether the first steps of a path may mean a call."""
    instance = None if call.weights is None else call.weights.instance
    return steps[0].name == instance or any(True for _ in _entered(call, steps))


def _entered(call: Call, steps: Sequence[Step]) -> Iterator[tuple[tuple[Subscript, ...], Sequence[Step]]]:
    """The ways in which the first steps of a path may mean a call: its subscripts, and what is left."""
    site, first = call.site, steps[0]
    if site.base and first.name == site.base:
        if site.whole:
            yield first.subscripts, steps[1:]
        if len(steps) > 1 and steps[1].name == site.label:
            yield from _numbered(call, _padded(first.subscripts, len(site.axes)), steps[1], steps[2:])
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


def kinds_of(applied: Sequence[Applied], name: str) -> Iterator[Kind]:
    """The kinds of the applications of an instance, those in blocks that it is passed to included."""
    return (item.application.kind for used, item in instances_applied(applied) if used == name)


def instances_applied(applied: Sequence[Applied], around: str = "") -> Iterator[tuple[str, Applied]]:
    """The applications of instances of this body, by name; those in blocks that instances are passed to included.

    There the name of an instance has a `^` for each body that it is passed through (`around`).
    """
    for item in applied:
        weights = item.call.weights
        own = None if weights is None else weights.instance.removeprefix(around)
        if weights is not None and own and own[0] != "^" and weights.instance == around + own:
            yield own, item
        if passes_instances(item):
            yield from instances_applied(applications(item.application.kind.known), f"^{around}")


def passes_instances(item: Applied) -> bool:
    """Whether instances are passed to a block, as the stage of a `repeat` or as another argument."""
    return _names_instances(item.application.kind.settings)


def _names_instances(settings: object) -> bool:
    if isinstance(settings, Callee):
        return settings.weights is not None or _names_instances(settings.settings)
    return isinstance(settings, tuple) and any(map(_names_instances, settings))


def applications(shapes: Shapes) -> list[Applied]:
    """All applications in a body or a spec, by the equations that they stand in."""
    found = []
    for instance in shapes.instances:
        ranges = {**instance.ranges, **instance.bounds}
        for call, application in instance.applications.items():
            found.append(Applied(call, application, ranges))
    return found


def region_of(call: Call, application: Application, ranges: Mapping[str, Interval]) -> Region:
    """The members of a call's site that an application is for, over these ranges of the indices around it."""
    return tuple(span_of(size, ranges) for size in members_of(call, application))


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
