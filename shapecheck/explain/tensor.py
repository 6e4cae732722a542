"""The derivation of a tensor's shape: a section for each region of its members in which they have one shape."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from shapecheck.explain.asked import Asked, find
from shapecheck.explain.carriers import Box, Network, labels_of
from shapecheck.explain.declared import declarations
from shapecheck.explain.declared_inputs import declared_inputs
from shapecheck.explain.defined_axes import defined_axes
from shapecheck.explain.model import Derivation, Section, Shaped, Words
from shapecheck.explain.naming import members
from shapecheck.explain.reaches import reaches
from shapecheck.explain.shortest_way import shortest
from shapecheck.explain.slots import Carrier, Link, Slot
from shapecheck.explain.tell import Teller
from shapecheck.explain.value_links import Values
from shapecheck.graph.model import Equation
from shapecheck.infer.model import Cell, Instance, Region, Shapes
from shapecheck.infer.regions import may_meet
from shapecheck.record import record


@record(eq=False)
class Reasons:
    """A spec's network, and the link to use for each slot."""

    network: Network
    best: Mapping[Slot, Link]

    def teller(self, most: int | None) -> Teller:
        """Tells one section, at length or only the steps that are nearest."""
        return Teller(self.network.graph, self.best, most)


def reasons(shapes: Shapes) -> Reasons:
    """The statements of the equations, and the shortest way to each size."""
    return with_values(shapes)[0]


def with_values(shapes: Shapes, *instances: Instance) -> tuple[Reasons, list[Values]]:
    """Reasons that also cover the values in claims."""
    network = Network(shapes)
    network.families()
    network.signatures()
    for instance in shapes.instances:
        if isinstance(instance.origin, Equation):
            Values(network, network.box(instance)).equation()
    for name, family in network.graph.families.items():
        if family.axes and not family.is_given:
            network.whole(name)
    found = [Values(network, network.box(instance)) for instance in instances]
    for values in found:
        values.all()
    defined_axes(network)
    declarations(network)
    declared_inputs(network)
    for box in network.boxes:
        reaches(network, box)
    return Reasons(network, shortest(network.links.every)), found


def explain_tensor(shapes: Shapes, asked: str, most: int | None) -> Derivation | None:
    """The derivation of a tensor's shape, or of some members'; None where there is no such tensor."""
    wanted = find(shapes, asked)
    if wanted is None:
        return None
    known = _reasons(shapes)
    sections = tuple(_section(known, cell, most) for part in wanted for cell in _cells(shapes, part))
    return Derivation(shapes.graph.source, (), sections, tuple(shapes.graph.dims))


@lru_cache(maxsize=1)
def _reasons(shapes: Shapes) -> Reasons:
    return reasons(shapes)


def _cells(shapes: Shapes, asked: Asked) -> list[Cell]:
    """The regions that hold what is asked for."""
    cells = shapes.cells[asked.family]
    return [cell for cell in cells if asked.meets(shapes.graph.context, cell.region)]


def _section(known: Reasons, cell: Cell, most: int | None) -> Section:
    network = known.network
    family = network.graph.families[cell.family]
    name, where = members(family, cell.region)
    labels = labels_of(family)
    states: Words = (*name, " : ", Shaped(tuple(size.substitute(labels) for size in cell.shape)), *where)
    carriers = [carrier for region, carrier in network.cells[cell.family] if _meets(network, region, cell)]
    alone = len(network.shapes.cells[cell.family]) == 1 and family.axes and not family.is_given and not cell.shape
    whole = network.whole(cell.family) if alone else None
    if whole is not None:
        carriers = [whole]
        states = (*whole.name, " : ", Shaped(whole.sizes))
    return known.teller(most).section(carriers, states)


def _meets(network: Network, region: Region, cell: Cell) -> bool:
    return all(may_meet(network.context, one, other) for one, other in zip(region, cell.region))


__all__ = ["Box", "Carrier", "Reasons", "explain_tensor", "reasons", "with_values"]
