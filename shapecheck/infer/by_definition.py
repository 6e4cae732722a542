"""Facts about values from their definitions, through equations and into the bodies of blocks.

In: the equations of one graph over boxes of their indices, and what is passed to the graph where it is the body of a
block.  Out: what all definitions of a tensor say of it.  `AxisNames`, `IntegerValues` and `RealValues` differ in what
they know of a single node.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Generic, Protocol, Self, TypeVar

from shapecheck.graph.model import Equation, Family
from shapecheck.graph.nodes import Call, Node
from shapecheck.infer.model import Application


class AnyBox(Protocol):
    """An equation or a claim over one box of its indices, with the blocks that are applied in it."""

    @property
    def origin(self) -> object: ...

    @property
    def applications(self) -> Mapping[Call, Application]: ...


_Box = TypeVar("_Box", bound=AnyBox)
_Known = TypeVar("_Known")


class ByDefinition(Generic[_Box, _Known]):
    """Looks tensors up in one graph; `seen` are the tensors that are being looked up."""

    __slots__ = ()

    families: Mapping[str, Family]
    boxes: Sequence[_Box]

    def of(self, node: Node, box: _Box, seen: frozenset[str] = frozenset()) -> _Known:
        """The facts about the entries of a node."""
        raise NotImplementedError

    def of_family(self, name: str, seen: frozenset[str] = frozenset()) -> _Known:
        """The facts about the entries of a computed tensor."""
        raise NotImplementedError

    def inside(self, call: Call, application: Application, box: _Box, seen: frozenset[str] = frozenset()) -> Self:
        """The same for the body of a block, with what it is applied to."""
        raise NotImplementedError

    def definitions(self, name: str, seen: frozenset[str]) -> Iterator[tuple[_Box, _Known]]:
        """The facts from each equation that defines the tensor, with the equation's box."""
        for box in self.boxes:
            if isinstance(box.origin, Equation):
                for place, target in enumerate(box.origin.targets):
                    if target.family == name:
                        yield box, self.defined(box.origin, place, box, seen | {name})

    def defined(self, equation: Equation, place: int, box: _Box, seen: frozenset[str]) -> _Known:
        """The facts that an equation gives about the tensor at this place of its left side."""
        if equation.form == "tuple":
            assert isinstance(equation.value, Call)
            return self.output(equation.value, equation.value.definition.outputs[place].name, box, seen)
        return self.of(equation.value, box, seen)

    def output(self, call: Call, name: str | None, box: _Box, seen: frozenset[str]) -> _Known:
        """The facts about an output of an applied block, by default its first one."""
        application = box.applications.get(call)
        if application is None or application.kind.body is None or application.kind.shapes is None:
            return self.nothing()
        found = self.inside(call, application, box, seen).of_family(name or application.kind.body.outputs[0])
        return self.handed_out(found, call, application, box, seen)

    def nothing(self) -> _Known:
        """The answer where nothing is known."""
        raise NotImplementedError

    def handed_out(
        self, found: _Known, call: Call, application: Application, box: _Box, seen: frozenset[str]
    ) -> _Known:
        """The facts about an output outside of a block, from those inside."""
        return found
