"""The network of boxes and arrows of derived shapes.

Comes in: `Shapes` whose blocks have not been put in place (`shapes.origin`).  Goes out: a `Network`.  Every input,
every application of a block and every equation has a box; equations that only join or rename have none.  A tensor that
is defined by a start and a step (`h[0]`, `h[t]`) has the box of its step, into which the start leads; the arrow from it
to itself is a recurrence.
"""

from __future__ import annotations

from shapecheck.diagnostics.indices import readable
from shapecheck.diagrams import texts
from shapecheck.diagrams.arrows import Arrows
from shapecheck.diagrams.drafts import (
    Definition,
    Draft,
    Link,
    Source,
    latest,
    leaves_of,
    living,
    passed,
    reads,
    shortened,
    tensor_text,
    unwrapped,
)
from shapecheck.diagrams.model import Edge, Kind, Network
from shapecheck.diagrams.model import Node as Box
from shapecheck.graph.model import Equation, Family
from shapecheck.graph.nodes import Call, Inner, Node, Output, Read
from shapecheck.infer.blocks.kinds import Kind as BlockKind
from shapecheck.infer.model import Instance, Shapes
from shapecheck.report.tensor_list import Tensor, is_authors, tensors
from shapecheck.report.wording import worded, wording_of
from shapecheck.sizes import naming_order
from shapecheck.source import Span

MOST_BOXES = 400


class TooLarge(Exception):
    """A network with more boxes than anybody can look at."""


def network(shapes: Shapes, title: str, depth: int = 0) -> Network:
    """The network of a spec; blocks are opened `depth` levels deep."""
    with naming_order(shapes.graph.dims), worded(wording_of(shapes)):
        return _Builder(shapes.origin or shapes, title, depth, [0]).build()


class _Builder:
    """Builds one level."""

    def __init__(self, shapes: Shapes, title: str, depth: int, count: list[int]) -> None:
        self.shapes, self.title, self.depth, self.count = shapes, title, depth, count
        self.graph = shapes.graph
        self.boxes: dict[str, Draft] = {}
        self.links: list[Link] = []
        self.definitions: dict[str, list[Definition]] = {}
        self.calls: dict[Node, Source] = {}
        self.tensors: dict[str, list[Tensor]] = {}
        for tensor in tensors(shapes):
            self.tensors.setdefault(tensor.name, []).append(tensor)

    def build(self) -> Network:
        for family in self.graph.families.values():
            if family.role == "input":
                self._box(f"in {family.name}", "input", (self._input_title(family),))
        for instance in latest(self.shapes):
            self._equation(instance)
        arrows = Arrows(self.graph, self.tensors, self.definitions)
        edges = [*arrows.edges(self.links, self.boxes), *self._outputs(arrows)]
        drawn = {end for edge in edges for end in (edge.source, edge.target)}
        kept = [box for box in self.boxes.values() if box.kind != "input" or box.key in drawn or len(self.boxes) == 1]
        nodes = tuple(Box(box.key, box.kind, box.title, shortened(box.notes), box.times, box.inside) for box in kept)
        return Network(self.title, nodes, tuple(edges))

    def _outputs(self, arrows: Arrows) -> list[Edge]:
        """A box for every result, and the arrows to it."""
        found: list[Edge] = []
        for name in arrows.results():
            starts = arrows.producers(name)
            if starts:
                own = self.tensors.get(name, [])
                title = tuple(tensor_text(tensor) for tensor in own[:3]) or (name,)
                box = self._box(f"out {name}", "output", title)
                found += [Edge(start, box.key) for start in starts]
        return found

    # ---- boxes -------------------------------------------------------------------------------------

    def _box(self, key: str, kind: Kind, title: tuple[str, ...]) -> Draft:
        self.count[0] += 1
        if self.count[0] > MOST_BOXES:
            raise TooLarge(f"the diagram would have more than {MOST_BOXES} boxes; open fewer blocks (--depth)")
        self.boxes[key] = Draft(key, kind, title)
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
            self.definitions.setdefault(target.family, []).append(Definition(equation, target.family, source))

    def _root(self, equation: Equation, instance: Instance) -> Source | None:
        """The source of the equation's value; None for a constant."""
        value = living(equation.value, instance)
        if isinstance(value, Read) and not self._is_weight(value):
            return self._read(value, equation, instance)
        hidden = self._behind(value, instance)
        if hidden is not None:
            return hidden
        if isinstance(value, Call | Output):
            return self._call(value, equation, instance)
        return self._cluster(value, equation, instance, self._statement(equation, value, instance))

    def _behind(self, value: Node, instance: Instance) -> Source | None:
        """The box of a part of an equation, which what is done with that part alone belongs to."""
        leaves = [leaf for leaf in leaves_of(value, instance) if not self._is_weight(leaf)]
        names = {leaf.family if isinstance(leaf, Read) else "" for leaf in leaves}
        if len(names) == 1 and not is_authors(name := names.pop()) and name:
            found = [own.source for own in self.definitions.get(name, ()) if own.box is not None]
            return found[-1] if found else None
        return None

    def _statement(self, equation: Equation, value: Node, instance: Instance) -> str:
        text = "" if equation.part_of is not None else texts.statement(self.graph.source, equation)
        if text and "->" not in text and value is equation.value:
            return text
        return self._title(value, instance)

    def _title(self, value: Node, instance: Instance) -> str:
        """A cluster as it is written: the stages of a chain that are its own, or the formula."""
        source = self.graph.source
        written = texts.source_text(source, value.span)
        if written and "->" not in written:
            return written
        behind = [
            texts.source_text(source, Span(leaf.span.end, value.span.end))
            for leaf in leaves_of(value, instance)
            if value.span.start <= leaf.span.start < leaf.span.end < value.span.end
        ]
        own = [text.removeprefix("->").strip() for text in behind if text.startswith("->")]
        if own:
            return " -> ".join(texts.stages(min(own, key=len)))
        return texts.formula(value, lambda node: ".." if isinstance(node, Call | Output) else None)

    def _cluster(self, value: Node, equation: Equation, instance: Instance, title: str) -> Source | None:
        """A box for what is computed by operations; None where nothing comes in."""
        leaves = list(leaves_of(value, instance))
        given = [leaf for leaf in leaves if isinstance(leaf, Read) and self._is_weight(leaf)]
        sources = [self._source(leaf, equation, instance) for leaf in leaves if leaf not in given]
        found = [source for source in sources if source is not None]
        if not found and not given and not self._is_wanted(equation):
            return None
        box = self._box(self._new_key("equation"), "equation", texts.wrapped(title))
        for read in given:
            self._note(box, read.family)
        box.notes += [f"{'.'.join(step.name for step in leaf.path)}" for leaf in leaves if isinstance(leaf, Inner)]
        self.links += [Link(source, box.key) for source in found]
        return Source(box.key, None, instance.shapes.get(value, ()))

    def _is_wanted(self, equation: Equation) -> bool:
        """Whether a constant is drawn: the start of a recurrence is not, nor what nothing else uses."""
        name = equation.targets[0].family
        defined = [other for other in self.graph.equations if any(target.family == name for target in other.targets)]
        used = any(read.family == name for other in self.graph.equations for read in reads(other.value))
        return len(defined) == 1 and (used or len(self.graph.equations) == 1)

    def _source(self, node: Node, equation: Equation, instance: Instance) -> Source | None:
        """The source of an operand; None for a constant."""
        if isinstance(node, Read):
            return self._read(node, equation, instance)
        if isinstance(node, Call | Output):
            return self._call(node, equation, instance)
        return None

    def _read(self, read: Read, equation: Equation, instance: Instance) -> Source:
        return Source(None, read, instance.shapes.get(read, ()), equation.indices)

    def _is_weight(self, node: Node) -> bool:
        return isinstance(node, Read) and self.graph.families[node.family].role in ("weight", "buffer")

    def _note(self, box: Draft, family: str) -> None:
        for tensor in self.tensors.get(family, ()):
            box.notes.append(tensor_text(tensor))

    # ---- blocks ------------------------------------------------------------------------------------

    def _call(self, node: Call | Output, equation: Equation, instance: Instance) -> Source | None:
        call = node.call if isinstance(node, Output) else node
        if call not in self.calls:
            application = instance.applications.get(call)
            if application is None:
                return None
            kind, times = unwrapped(application.kind, call)
            box = self._box(self._new_key("block"), "block", self._call_title(call, kind))
            box.times = times
            box.notes += self._example(call, equation, instance)
            self._open(box, kind)
            self._arguments(box, call, equation, instance)
            self.calls[call] = Source(box.key, None, instance.shapes.get(call, ()))
        made = self.calls[call]
        return Source(made.box, None, instance.shapes.get(node, made.shape))

    def _example(self, call: Call, equation: Equation, instance: Instance) -> list[str]:
        """The members for which a block is drawn, where it differs for others."""
        kinds = {other.applications[call].kind for other in self.shapes.instances if call in other.applications}
        if len(kinds) < 2:
            return []
        labels = {index.symbol: index.label for index in equation.indices}
        ends = [
            f"{labels[name]} = {readable(str(ends.high))}"
            for name, ends in instance.ranges.items()
            if name in labels and ends.low == ends.high
        ]
        return [f"as for {', '.join(ends)}"] if ends else []

    def _call_title(self, call: Call, kind: BlockKind) -> tuple[str, ...]:
        title = texts.block_title(kind.definition, kind.settings)
        name = call.weights.instance if call.weights is not None else ""
        return texts.wrapped(f"{name} = {title}" if name else title)

    def _open(self, box: Draft, kind: BlockKind) -> None:
        if kind.shapes is None:
            return
        families = kind.shapes.graph.families.values()
        inner = any(instance.applications for instance in kind.shapes.instances)
        if self.depth > 0 and (inner or kind.definition in self.graph.blocks):
            box.inside = _Builder(kind.shapes, "", self.depth - 1, self.count).build()
            return
        own = {family.name for family in families if family.role in ("weight", "buffer")}
        box.notes += [tensor_text(tensor) for tensor in tensors(kind.shapes) if tensor.name in own]

    def _arguments(self, box: Draft, call: Call, equation: Equation, instance: Instance) -> None:
        for name, argument in zip(call.names, call.arguments):
            port = name if len(call.ports) > 1 and box.inside is not None else ""
            for node in passed(argument, instance):
                if isinstance(node, Read) and self._is_weight(node):
                    self._note(box, node.family)
                    continue
                source = self._operand(node, equation, instance)
                if source is not None:
                    self.links.append(Link(source, box.key, port))

    def _operand(self, node: Node, equation: Equation, instance: Instance) -> Source | None:
        if isinstance(node, Read | Call | Output | Inner):
            return self._source(node, equation, instance)
        return self._cluster(node, equation, instance, self._title(node, instance))
