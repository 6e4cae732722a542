"""One node to translate, with its operands: what every rule is given."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from shapecheck.bridge.draft import Draft
from shapecheck.bridge.errors import Unsaid
from shapecheck.bridge.network import Array, Node
from shapecheck.bridge.tensors import Known, Tensor, sizes_of
from shapecheck.record import record
from shapecheck.sizes import Size, integer


@record(eq=False)
class Task:
    """A node, its operands (None for one that is left out), and which of its outputs are used."""

    node: Node
    operands: tuple[Tensor | None, ...]
    opset: int
    used: tuple[bool, ...] = ()

    def __getitem__(self, place: int) -> Tensor:
        """An operand that must be there."""
        found = self.get(place)
        if found is None:
            raise Unsaid(f"its input {place + 1} is left out")
        return found

    def get(self, place: int) -> Tensor | None:
        """An operand, or None."""
        return self.operands[place] if place < len(self.operands) else None

    def attribute(self, name: str, default: Any = None) -> Any:
        """An attribute, or what stands for it where it is left out."""
        return self.node.attributes.get(name, default)

    def known(self, place: int) -> Known:
        """An operand whose numbers are known."""
        found = self[place]
        if not isinstance(found, Known):
            raise Unsaid(f"its input {self.node.inputs[place]} is computed, and only a constant can be translated")
        return found

    def label(self, place: int) -> str:
        """The model's name of an operand, or of the weight that it is made of; empty where it is left out."""
        found = self.get(place)
        if isinstance(found, Known) and found.trained and found.label:
            return found.label
        return self.node.inputs[place] if place < len(self.node.inputs) else ""

    def sizes(self, place: int, attribute: str = "") -> list[Size] | None:
        """A list of integers, from an operand or, in old versions, from an attribute; None where it is left out."""
        operand = self.get(place)
        if operand is None:
            given = self.attribute(attribute)
            return None if given is None else [integer(int(item)) for item in given]
        items = sizes_of(operand)
        if items is None:
            raise Unsaid(f"its input {self.label(place)} depends on data")
        return list(items.reshape(-1))

    def integers(self, place: int, attribute: str = "") -> list[int] | None:
        """The same, where they must be numbers."""
        sizes = self.sizes(place, attribute)
        if sizes is None:
            return None
        numbers = [size.constant for size in sizes]
        if None in numbers:
            raise Unsaid(f"its input {self.label(place)} depends on the sizes")
        return [number for number in numbers if number is not None]

    def refuse(self, **allowed: Any) -> None:
        """Raise where an attribute has another value than the one that is understood."""
        for name, value in allowed.items():
            if self.attribute(name, value) not in (value, None):
                raise Unsaid(f"{name} = {self.attribute(name)}")


Outcome = Tensor | Sequence[Tensor | None]
Rule = Callable[[Draft, Task], Outcome]


def array_of(tensor: Tensor | None) -> Array | None:
    """The numbers of an operand that is known, None where there is none."""
    return tensor.array if isinstance(tensor, Known) else None
