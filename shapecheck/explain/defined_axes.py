"""The axes of tensors whose members are defined by equations, linked to the ranges of the equations' indices."""

from __future__ import annotations

from shapecheck.explain.carriers import Box, Network
from shapecheck.explain.model import Piece
from shapecheck.explain.naming import is_single
from shapecheck.explain.slots import SILENT, Carrier, Why
from shapecheck.graph.model import Equation
from shapecheck.infer.model import Interval
from shapecheck.infer.regions import image
from shapecheck.sizes import Size, symbol


def defined_axes(network: Network) -> None:
    """The axes of tensors whose members are defined by equations."""
    defining: dict[tuple[str, int], list[tuple[Box, Interval, Size]]] = {}
    for box in network.boxes:
        if isinstance(box.instance.origin, Equation):
            for target in box.instance.origin.targets:
                for axis, subscript in enumerate(target.subscripts):
                    part = image(subscript, box.instance.ranges)
                    if part is not None:
                        defining.setdefault((target.family, axis), []).append((box, part, subscript))
    for (name, axis), found in defining.items():
        for interval in dict.fromkeys(part for _, part, _ in found):
            _defined_axis(network, network.part(name, axis, interval), [item for item in found if item[1] == interval])
    for key, found in defining.items():
        if key in network.axes and not network.graph.families[key[0]].is_given:
            _defined_axis(network, network.axes[key], found)


def _defined_axis(network: Network, axis: Carrier, found: list[tuple[Box, Interval, Size]]) -> None:
    spans = [box.spans[name] for box, _, subscript in found for name in subscript.names if name in box.spans]
    if spans and all(item[2] is _only(item[2]) for item in found) and {span.sizes for span in spans} == {axis.sizes}:
        network.links.add(axis.slot(0), (spans[0].slot(0),), Why(axis.span, ()), cost=SILENT)
        return
    where: list[Piece] = []
    for _, part, _ in found:
        where += [", " if where else "defined for ", part.low, *(() if is_single(part) else ("..", part.high))]
    why = Why(found[-1][0].instance.origin.span, tuple(where))
    network.links.add(axis.slot(0), [span.slot(0) for span in spans], why)


def _only(size: Size) -> Size:
    name = next(iter(size.names), None)
    return size if name is None else symbol(name)
