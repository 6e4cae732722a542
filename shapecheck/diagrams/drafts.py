"""The parts of a network's picture: drafts of boxes, sources of values, and how the graph is read for them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import field

from shapecheck.diagrams import texts
from shapecheck.diagrams.model import Kind, Network
from shapecheck.graph.model import Equation
from shapecheck.graph.nodes import Apply, Call, Choose, Index, Inner, Node, Output, Part, Read
from shapecheck.infer.blocks.kinds import Kind as BlockKind
from shapecheck.infer.model import Instance, Shape, Shapes
from shapecheck.record import record
from shapecheck.report.tensor_list import Tensor

MOST_NOTES = 4


@record(eq=False)
class Source:
    """The source of a value: a box, or a tensor (by the read of it)."""

    box: str | None
    read: Read | None
    shape: Shape
    indices: tuple[Index, ...] = ()


@record(eq=False, frozen=False)
class Draft:
    """A box that is being made."""

    key: str
    kind: Kind
    title: tuple[str, ...]
    notes: list[str] = field(default_factory=list)
    times: str = ""
    inside: Network | None = None


@record(eq=False)
class Definition:
    """The meaning of one tensor: the box that computes it, or the tensor that it is another name for."""

    equation: Equation
    target: str
    source: Source | None

    @property
    def box(self) -> str | None:
        """The box, where it has one."""
        return None if self.source is None else self.source.box


@record(eq=False)
class Link:
    """An arrow into a box: the value that it reads, and through which input (empty where that is plain)."""

    source: Source
    target: str
    port: str = ""


def latest(shapes: Shapes) -> Iterator[Instance]:
    """The last box of every equation, which is the general one."""
    found = {instance.origin: instance for instance in shapes.instances if isinstance(instance.origin, Equation)}
    yield from (found[equation] for equation in shapes.graph.equations if equation in found)


def living(node: Node, instance: Instance) -> Node:
    """The branch taken by an `if` whose condition is known; any other node itself."""
    while isinstance(node, Choose) and (node.then in instance.shapes) != (node.otherwise in instance.shapes):
        node = node.then if node.then in instance.shapes else node.otherwise
    return node


def leaves_of(node: Node, instance: Instance) -> Iterator[Node]:
    """The ends of the operations below a node: reads, applications of blocks, values inside of blocks."""
    node = living(node, instance)
    if isinstance(node, Call | Output | Inner):
        yield node
        return
    if isinstance(node, Read):
        yield node
    for operand in node.operands:
        yield from leaves_of(operand, instance)


def passed(node: Node, instance: Instance) -> Iterator[Node]:
    """The values handed on by joining and cutting, which need no box."""
    node = living(node, instance)
    rank = len(instance.shapes[node])
    if isinstance(node, Apply) and node.op.joined_axis(node.parameters, rank) is not None:
        for argument in node.arguments:
            yield from passed(argument, instance)
    elif isinstance(node, Part):
        yield from passed(node.base, instance)
    else:
        yield node
        if isinstance(node, Read):
            for data in texts.picked(node):
                yield from passed(data, instance)


def families_read(node: Node) -> Iterator[str]:
    return (read.family for read in reads(node))


def reads(node: Node) -> Iterator[Read]:
    waiting = [node]
    while waiting:
        here = waiting.pop()
        if isinstance(here, Read):
            yield here
        waiting += here.operands


def unwrapped(kind: BlockKind, call: Call) -> tuple[BlockKind, str]:
    """The block that a `repeat` repeats, and how often."""
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


def tensor_text(tensor: Tensor) -> str:
    return f"{tensor.label} : {tensor.shape_text}" + (f", {tensor.ranges}" if tensor.ranges else "")


def shortened(notes: list[str]) -> tuple[str, ...]:
    unique = list(dict.fromkeys(notes))
    if len(unique) <= MOST_NOTES:
        return tuple(unique)
    return (*unique[: MOST_NOTES - 1], f"and {len(unique) - MOST_NOTES + 1} more weights")
