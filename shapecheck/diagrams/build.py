"""From derived shapes to a network of boxes and arrows.

Comes in: `Shapes` whose blocks have not been put in place (`shapes.origin`).  Goes out: a `Network`.  Every input,
every application of a block and every equation has a box; equations that only join or rename have none.  A tensor that
is defined by a start and a step (`h[0]`, `h[t]`) has the box of its step, into which the start leads; the arrow from it
to itself is a recurrence.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import field

from shapecheck.diagrams import texts
from shapecheck.diagrams.cycles import components
from shapecheck.diagrams.model import Edge, Kind, Network
from shapecheck.diagrams.model import Node as Box
from shapecheck.graph.model import Equation, Family
from shapecheck.graph.nodes import Apply, Call, Inner, Node, Output, Part, Read
from shapecheck.infer.kinds import Kind as BlockKind
from shapecheck.infer.model import Instance, Shape, Shapes
from shapecheck.record import record
from shapecheck.report.tensors import Tensor, is_authors, tensors
from shapecheck.sizes import naming_order
from shapecheck.source import Span

MOST_BOXES = 400
MOST_NOTES = 4


class TooLarge(Exception):
    """More boxes than anybody can look at."""


@record(eq=False)
class _Source:
    """Where a value comes from: a box, or a tensor (by the read of it)."""

    box: str | None
    read: Read | None
    shape: Shape
    indices: tuple[object, ...] = ()


@record(eq=False, frozen=False)
class _Draft:
    """A box that is being made."""

    key: str
    kind: Kind
    title: tuple[str, ...]
    notes: list[str] = field(default_factory=list)
    times: str = ""
    inside: Network | None = None


@record(eq=False)
class _Definition:
    """What an equation says of one tensor: the box that computes it, or the tensor that it is another name for."""

    equation: Equation
    target: str
    source: _Source | None


def network(shapes: Shapes, title: str, depth: int = 0) -> Network:
    """The network of a spec; blocks are opened `depth` levels deep."""
    with naming_order(shapes.graph.dims):
        return _Builder(shapes.origin or shapes, title, depth, [0]).build()


class _Builder:
    """Builds one level."""

    def __init__(self, shapes: Shapes, title: str, depth: int, count: list[int]) -> None:
        self.shapes, self.title, self.depth, self.count = shapes, title, depth, count
        self.graph = shapes.graph
        self.boxes: dict[str, _Draft] = {}
        self.links: list[tuple[_Source, str, str]] = []
        self.definitions: dict[str, list[_Definition]] = {}
        self.calls: dict[Node, _Source] = {}
        self.tensors: dict[str, list[Tensor]] = {}
        for tensor in tensors(shapes):
            self.tensors.setdefault(tensor.name, []).append(tensor)

    def build(self) -> Network:
        for family in self.graph.families.values():
            if family.role == "input":
                self._box(f"in {family.name}", "input", (self._input_title(family),))
        for instance in _latest(self.shapes):
            self._equation(instance)
        edges = self._edges()
        edges += self._outputs(edges)
        drawn = {end for edge in edges for end in (edge.source, edge.target)}
        kept = [box for box in self.boxes.values() if box.kind != "input" or box.key in drawn or len(self.boxes) == 1]
        nodes = tuple(
            Box(box.key, box.kind, box.title, _short(box.notes), box.times, box.inside) for box in kept
        )
        return Network(self.title, nodes, tuple(edges))

    # ---- boxes -------------------------------------------------------------------------------------

    def _box(self, key: str, kind: Kind, title: tuple[str, ...]) -> _Draft:
        self.count[0] += 1
        if self.count[0] > MOST_BOXES:
            raise TooLarge(f"the diagram would have more than {MOST_BOXES} boxes; open fewer blocks (--depth)")
        self.boxes[key] = _Draft(key, kind, title)
        return self.boxes[key]

    def _new_key(self, kind: str) -> str:
        return f"{kind} {len(self.boxes)}"

    def _input_title(self, family: Family) -> str:
        own = self.tensors.get(family.name, [])
        return own[0].label if len(own) == 1 else family.name

    def _equation(self, instance: Instance) -> None:
        equation = instance.origin
        assert isinstance(equation, Equation)
        source = self._root(equation, instance)
        for target in equation.targets:
            self.definitions.setdefault(target.family, []).append(_Definition(equation, target.family, source))

    def _root(self, equation: Equation, instance: Instance) -> _Source | None:
        """Where the equation's value comes from; None for a constant."""
        value = equation.value
        if isinstance(value, Read) and not self._is_weight(value.family):
            return self._read(value, equation, instance)
        hidden = self._behind(value)
        if hidden is not None:
            return hidden
        if isinstance(value, Call | Output):
            return self._call(value, equation, instance)
        return self._cluster(value, equation, instance, self._statement(equation, value))

    def _behind(self, value: Node) -> _Source | None:
        """The box of a part of an equation, which what is done with that part alone belongs to."""
        leaves = [leaf for leaf in _leaves(value) if not (isinstance(leaf, Read) and self._is_weight(leaf.family))]
        names = {leaf.family if isinstance(leaf, Read) else "" for leaf in leaves}
        if len(names) == 1 and not is_authors(name := names.pop()) and name:
            found = [own.source for own in self.definitions.get(name, ()) if own.source is not None]
            return found[-1] if found and found[-1].box is not None else None
        return None

    def _statement(self, equation: Equation, value: Node) -> str:
        text = "" if equation.part_of is not None else texts.statement(self.graph.source, equation)
        if text and "->" not in text and not text.startswith("layer"):
            return text
        return self._title(value)

    def _title(self, value: Node) -> str:
        """A cluster as it is written: the stages of a chain that are its own, or the formula."""
        source = self.graph.source
        written = texts.source_text(source, value.span)
        if written and "->" not in written:
            return written
        behind = [
            texts.source_text(source, Span(leaf.span.end, value.span.end))
            for leaf in _leaves(value)
            if value.span.start <= leaf.span.start < leaf.span.end < value.span.end
        ]
        own = [text.removeprefix("->").strip() for text in behind if text.startswith("->")]
        if own:
            return " -> ".join(texts.stages(min(own, key=len)))
        return texts.formula(value, lambda node: ".." if isinstance(node, Call | Output) else None)

    def _cluster(
        self, value: Node, equation: Equation, instance: Instance, title: str
    ) -> _Source | None:
        """A box for what is computed by operations; None where nothing comes in."""
        leaves = list(_leaves(value))
        given = [leaf for leaf in leaves if isinstance(leaf, Read) and self._is_weight(leaf.family)]
        sources = [self._source(leaf, equation, instance) for leaf in leaves if leaf not in given]
        found = [source for source in sources if source is not None]
        if not found and not given and len(self._definitions_of(equation)) > 1:
            return None
        box = self._box(self._new_key("equation"), "equation", texts.wrapped(title))
        for read in given:
            self._note(box, read.family)
        box.notes += [f"{'.'.join(step.name for step in leaf.path)}" for leaf in leaves if isinstance(leaf, Inner)]
        self.links += [(source, box.key, "") for source in found]
        return _Source(box.key, None, instance.shapes.get(value, ()))

    def _definitions_of(self, equation: Equation) -> list[Equation]:
        name = equation.targets[0].family
        return [other for other in self.graph.equations if any(target.family == name for target in other.targets)]

    def _source(self, node: Node, equation: Equation, instance: Instance) -> _Source | None:
        """Where an operand comes from; None for a constant."""
        if isinstance(node, Read):
            return self._read(node, equation, instance)
        if isinstance(node, Call | Output):
            return self._call(node, equation, instance)
        return None

    def _read(self, read: Read, equation: Equation, instance: Instance) -> _Source:
        return _Source(None, read, instance.shapes.get(read, ()), equation.indices)

    def _is_weight(self, name: str) -> bool:
        return self.graph.families[name].role in ("weight", "buffer")

    def _note(self, box: _Draft, family: str) -> None:
        for tensor in self.tensors.get(family, ()):
            box.notes.append(_tensor_text(tensor))

    # ---- blocks ------------------------------------------------------------------------------------

    def _call(self, node: Call | Output, equation: Equation, instance: Instance) -> _Source | None:
        call = node.call if isinstance(node, Output) else node
        if call not in self.calls:
            application = instance.applications.get(call)
            if application is None:
                return None
            kind, times = _unwrapped(application.kind, call)
            box = self._box(self._new_key("block"), "block", self._call_title(call, kind))
            box.times = times
            self._open(box, kind)
            self._arguments(box, call, equation, instance)
            self.calls[call] = _Source(box.key, None, instance.shapes.get(call, ()))
        made = self.calls[call]
        return _Source(made.box, None, instance.shapes.get(node, made.shape))

    def _call_title(self, call: Call, kind: BlockKind) -> tuple[str, ...]:
        title = texts.block_title(kind.definition, kind.settings)
        name = call.weights.instance if call.weights is not None else ""
        return texts.wrapped(f"{name} = {title}" if name else title)

    def _open(self, box: _Draft, kind: BlockKind) -> None:
        if kind.shapes is None:
            return
        families = kind.shapes.graph.families.values()
        inner = any(instance.applications for instance in kind.shapes.instances)
        if self.depth > 0 and (inner or kind.definition in self.graph.blocks):
            box.inside = _Builder(kind.shapes, "", self.depth - 1, self.count).build()
            return
        own = {family.name for family in families if family.role in ("weight", "buffer")}
        box.notes += [_tensor_text(tensor) for tensor in tensors(kind.shapes) if tensor.name in own]

    def _arguments(self, box: _Draft, call: Call, equation: Equation, instance: Instance) -> None:
        for name, argument in zip(call.names, call.arguments):
            port = name if len(call.ports) > 1 else ""
            for node in _passed(argument):
                if isinstance(node, Read) and self._is_weight(node.family):
                    self._note(box, node.family)
                    continue
                source = self._operand(node, equation, instance)
                if source is not None:
                    self.links.append((source, box.key, port))

    def _operand(self, node: Node, equation: Equation, instance: Instance) -> _Source | None:
        if isinstance(node, Read | Call | Output | Inner):
            return self._source(node, equation, instance)
        return self._cluster(node, equation, instance, self._title(node))

    # ---- arrows ------------------------------------------------------------------------------------

    def _edges(self) -> list[Edge]:
        links = [link for source, target, port in self.links for link in self._links(source, target)]
        links += list(self._starts())
        around = components({key: [end for start, end, *_ in links if start == key] for key in self.boxes})
        merged: dict[tuple[str, str, bool], list[str]] = {}
        for start, end, label, back in links:
            recurrent = bool(back) and around[start] == around[end]
            labels = merged.setdefault((start, end, recurrent), [])
            for part in back if recurrent else [label]:
                if part and part not in labels:
                    labels.append(part)
        said: set[tuple[str, tuple[str, ...]]] = set()
        found = []
        for (start, end, recurrent), labels in merged.items():
            text = tuple(labels[:3])
            found.append(Edge(start, end, () if (start, text) in said else text, recurrent))
            if not recurrent:
                said.add((start, text))
        return found

    def _links(self, source: _Source, target: str) -> Iterator[tuple[str, str, str, list[str]]]:
        """The arrows for one source: from where, to where, what it says, how far back it reads."""
        if source.box is not None:
            yield source.box, target, texts.shape_of(source.shape), []
        elif source.read is not None:
            indices: Iterable[object] = source.indices
            back = texts.offsets(source.read, indices)  # type: ignore[arg-type]
            for start in self._producers(source.read.family, ()):
                shown = texts.shape_of(source.shape)
                name = texts.read_text(source.read)
                is_input = start.startswith("in ") and "[" not in name
                whole = self.tensors.get(source.read.family, ())
                if not source.shape and whole and source.read.subscripts:
                    shown, name = whole[-1].shape_text, whole[-1].label
                yield start, target, shown if is_input or not is_authors(name) else f"{name} : {shown}", back

    def _producers(self, family: str, seen: tuple[str, ...]) -> list[str]:
        """The boxes that a tensor comes from."""
        if self.graph.families[family].role == "input":
            return [f"in {family}"]
        if family in seen:
            return []
        own = self.definitions.get(family, [])
        boxes = [each for each in own if each.source is not None and each.source.box is not None]
        if boxes:
            steps = [each for each in boxes if self._is_step(each)]
            chosen = steps[-1:] or boxes
            return list(dict.fromkeys(str(each.source.box) for each in chosen if each.source is not None))
        found: list[str] = []
        for each in own:
            if each.source is not None and each.source.read is not None:
                found += self._producers(each.source.read.family, (*seen, family))
        return list(dict.fromkeys(found))

    def _is_step(self, definition: _Definition) -> bool:
        """Whether an equation needs an earlier member of what it defines."""
        return definition.target in self._needed(definition.equation)

    def _rests_on(self, family: str, equation: Equation) -> bool:
        """Whether what an equation defines is needed for a tensor."""
        targets = {target.family for target in equation.targets}
        return any(targets & ({family} | self._needed(own.equation)) for own in self.definitions.get(family, ()))

    def _needed(self, equation: Equation) -> set[str]:
        """All tensors that an equation rests on."""
        found: set[str] = set()
        waiting = [equation]
        while waiting:
            for name in _families(waiting.pop().value):
                if name not in found:
                    found.add(name)
                    waiting += [own.equation for own in self.definitions.get(name, ())]
        return found

    def _starts(self) -> Iterator[tuple[str, str, str, list[str]]]:
        """Arrows from where a recurrence starts to its step."""
        for family, own in self.definitions.items():
            steps = [each for each in own if self._is_step(each) and each.source is not None and each.source.box]
            if not steps or not is_authors(family):
                continue
            end = str(steps[-1].source.box if steps[-1].source is not None else "")
            for each in own:
                if each is steps[-1] or each.source is None or each.source.box == end:
                    continue
                label = texts.statement(self.graph.source, each.equation).partition("=")[0].strip() or family
                shape = texts.shape_of(each.source.shape)
                if each.source.box is not None:
                    yield each.source.box, end, f"{label} : {shape}", []
                elif each.source.read is not None:
                    for start in self._producers(each.source.read.family, (family,)):
                        if start != end:
                            yield start, end, f"{label} : {shape}", []

    def _outputs(self, edges: list[Edge]) -> list[Edge]:
        """A box for every result that nothing reads, and the arrow to it."""
        read = {
            here.family
            for equation in self.graph.equations
            for here in _reads(equation.value)
            if not (texts.offsets(here, equation.indices) and self._rests_on(here.family, equation))
        }
        found: list[Edge] = []
        for family in self.graph.families.values():
            is_result = family.role == "output" or (family.name not in read and family.role == "local")
            if is_result and is_authors(family.name):
                starts = self._producers(family.name, ())
                if starts:
                    key = f"out {family.name}"
                    own = self.tensors.get(family.name, [])
                    title = tuple(_tensor_text(tensor) for tensor in own[:3]) or (family.name,)
                    self._box(key, "output", title)
                    found += [Edge(start, key) for start in starts]
        return found


# ---- reading the graph -------------------------------------------------------------------------


def _latest(shapes: Shapes) -> Iterator[Instance]:
    """For every equation the last of its boxes, which is the general one."""
    found = {instance.origin: instance for instance in shapes.instances if isinstance(instance.origin, Equation)}
    yield from (found[equation] for equation in shapes.graph.equations if equation in found)


def _leaves(node: Node) -> Iterator[Node]:
    """Where the operations below a node end: reads, applications of blocks, values inside of blocks."""
    if isinstance(node, Call | Output | Inner):
        yield node
        return
    if isinstance(node, Read):
        yield node
    for operand in node.operands:
        yield from _leaves(operand)


def _passed(node: Node) -> Iterator[Node]:
    """What is handed on by joining and cutting, which need no box."""
    if isinstance(node, Apply) and node.op.name in ("join", "concat"):
        for argument in node.arguments:
            yield from _passed(argument)
    elif isinstance(node, Part):
        yield from _passed(node.base)
    else:
        yield node
        if isinstance(node, Read):
            for data in texts.picked(node):
                yield from _passed(data)


def _families(node: Node) -> Iterator[str]:
    return (read.family for read in _reads(node))


def _reads(node: Node) -> Iterator[Read]:
    waiting = [node]
    while waiting:
        here = waiting.pop()
        if isinstance(here, Read):
            yield here
        waiting += here.operands


def _unwrapped(kind: BlockKind, call: Call) -> tuple[BlockKind, str]:
    """What a `repeat` repeats, and how often."""
    if call.repeats is None or kind.shapes is None:
        return kind, ""
    found = [
        application.kind
        for instance in kind.shapes.instances
        for inner, application in instance.applications.items()
        if inner.definition is call.repeats
    ]
    if not found:
        return kind, ""
    times = [axis for axes in (kind.shapes.axes.get("h", ()),) for axis in axes]
    count = str(times[0].extent - 1) if times else ""
    return found[-1], count


def _tensor_text(tensor: Tensor) -> str:
    return f"{tensor.label} : {tensor.shape_text}" + (f", {tensor.ranges}" if tensor.ranges else "")


def _short(notes: list[str]) -> tuple[str, ...]:
    unique = list(dict.fromkeys(notes))
    if len(unique) <= MOST_NOTES:
        return tuple(unique)
    return (*unique[: MOST_NOTES - 1], f"and {len(unique) - MOST_NOTES + 1} more weights")
