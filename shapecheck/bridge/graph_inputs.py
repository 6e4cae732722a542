"""The inputs of a model as those of its spec: names, sizes and the order of their axes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from shapecheck.bridge.draft import Draft
from shapecheck.bridge.errors import BridgeError
from shapecheck.bridge.layouts import layouts
from shapecheck.bridge.names import Names
from shapecheck.bridge.network import Network, Port
from shapecheck.bridge.tensors import View, named_view
from shapecheck.bridge.trees import number, shape_tree
from shapecheck.record import record
from shapecheck.sizes import Size, integer, symbol
from shapecheck.syntax import tree

_IMAGE_AXES = {3: ("N", "", "T"), 4: ("N", "", "H", "W"), 5: ("N", "", "D", "H", "W")}


@record(eq=False)
class Feed:
    """An input of the model: its name in the spec, its shape, and the order of its axes there.

    `most` is the largest integer that it may hold, None where that is not known.
    """

    name: str
    shape: tuple[Size, ...]
    order: tuple[int, ...]
    kind: str
    most: Size | None = None


class Dims:
    """The sizes of a spec, by their names in the model."""

    def __init__(self, names: Names) -> None:
        self._names = names
        self.by_model: dict[str, str] = {}
        self.fixed: dict[str, int] = {}
        """The sizes that the model itself fixes."""

    def size(self, axis: int | str | None, else_name: str) -> Size:
        """The size of an axis that the model fixes, names, or leaves open."""
        if isinstance(axis, int) and axis > 0:
            return integer(axis)
        key = axis if isinstance(axis, str) else else_name
        if key not in self.by_model:
            self.by_model[key] = self._names.size(key)
        return symbol(self.by_model[key])

    @property
    def all(self) -> tuple[str, ...]:
        """The names in the spec."""
        return tuple(self.by_model.values())


class Symbolic:
    """The axes of fixed size that are to become sizes: `H`, `W`, `N`, `T`, or `K=input:axis`."""

    def __init__(self, wanted: Iterable[str], network: Network) -> None:
        self._roles: set[str] = set()
        self._places: dict[tuple[str, int], str] = {}
        for text in wanted:
            self._add(text, network)
        self._met: set[str] = set()

    def _add(self, text: str, network: Network) -> None:
        name, equals, place = text.partition("=")
        if not equals:
            self._roles.add(name)
            return
        port, _, axis = place.rpartition(":")
        ports = {item.name: item for item in network.inputs}
        if port not in ports or not axis.isdecimal() or int(axis) >= len(ports[port].shape or ()):
            raise BridgeError(f"--symbolic: {text!r} names no axis of an input; the inputs are {', '.join(ports)}")
        self._places[port, int(axis)] = name

    def name(self, port: str, axis: int, role: str) -> str | None:
        """The name that an axis is to have, None where it stays as it is."""
        if (port, axis) in self._places:
            return self._places[port, axis]
        if role in self._roles:
            self._met.add(role)
            return role
        return None

    def check(self, roles: Iterable[str]) -> None:
        """Raise where a wish was met by no input."""
        for wish in sorted(self._roles - self._met):
            known = ", ".join(sorted({role for role in roles if role}))
            raise BridgeError(f"--symbolic: no input has an axis {wish}; there are {known}, or write {wish}=INPUT:AXIS")


def declare_inputs(
    draft: Draft, network: Network, dims: Dims, wanted: Sequence[str]
) -> tuple[dict[str, View], dict[str, Feed]]:
    """Declare all inputs; their tensors and what they are called, by their names in the model."""
    symbolic, orders = Symbolic(wanted, network), layouts(network)
    views: dict[str, View] = {}
    feeds: dict[str, Feed] = {}
    seen: list[str] = []
    for port in network.inputs:
        if port.shape is None:
            raise BridgeError(f"the input {port.name} has no shape in the file, not even a rank")
        roles = _roles(port, orders[port.name])
        seen += roles
        shape = tuple(_size(port, axis, roles[axis], dims, symbolic) for axis in range(len(port.shape)))
        views[port.name], feeds[port.name] = declare_input(draft, port.name, port.kind, shape, orders[port.name])
    symbolic.check(seen)
    return views, feeds


def _size(port: Port, axis: int, role: str, dims: Dims, symbolic: Symbolic) -> Size:
    given = (port.shape or ())[axis]
    name = symbolic.name(port.name, axis, role) if isinstance(given, int) else None
    if isinstance(given, int) and name is not None:
        size = dims.size(name, name)
        dims.fixed[dims.by_model[name]] = given
        return size
    return dims.size(given, role or f"{port.name}_{axis}")


def _roles(port: Port, order: Sequence[int]) -> list[str]:
    """The usual axes of an input, empty where they are unknown."""
    rank = len(order)
    if rank >= 3 and order[-1] == 1:
        return list(_IMAGE_AXES.get(rank, ("N", *[""] * (rank - 1))))
    if rank == 3 and order[0] == 1:
        return ["T", "N", ""]
    if rank == 3 or (rank == 2 and port.kind == "i"):
        return ["N", "T", *[""] * (rank - 2)]
    return ["N", *[""] * (rank - 1)] if rank else []


def declare_input(
    draft: Draft, name: str, kind: str, shape: tuple[Size, ...], order: Sequence[int]
) -> tuple[View, Feed]:
    """Declare one input; integers get their range once it is known what they pick."""
    own = draft.names.tensor(name, "x_in" if kind == "f" else "token")
    entries = tree.Range(number(0), number(1)) if kind == "b" else None
    annotation = tree.Annotation(shape_tree([shape[axis] for axis in order]), entries)
    draft.declarations.append(tree.Declaration("input", (tree.Declared(own, False, (), annotation),)))
    return draft.noted(named_view(own, shape, tuple(order), kind)), Feed(own, shape, tuple(order), kind)


def names_of_sizes(dims: Mapping[str, str]) -> str:
    """`N for batch`, for a comment."""
    return ", ".join(f"{own} for {name}" for name, own in dims.items() if own != name)
