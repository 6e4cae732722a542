"""Arrows, from drafts of boxes and their reads.

A read of a tensor becomes an arrow from the box that computes it: the step of a recurrence where there is one, else
every equation that defines members.  An arrow on a cycle that reads an earlier member (`h[t-1]`) is recurrent.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from shapecheck.components import components
from shapecheck.diagrams import texts
from shapecheck.diagrams.drafts import Definition, Link, Source, families_read, reads
from shapecheck.diagrams.model import Edge
from shapecheck.graph.model import Equation, Graph
from shapecheck.record import record
from shapecheck.report.tensor_list import Tensor, is_authors

MOST_LINES = 3


@record
class _Found:
    """An arrow for one read; `back` are the offsets of its subscripts."""

    start: str
    end: str
    label: str
    back: tuple[str, ...] = ()
    port: str = ""


@record(eq=False)
class Arrows:
    """The boxes and reads of one level, before its arrows are made."""

    graph: Graph
    tensors: Mapping[str, Sequence[Tensor]]
    definitions: Mapping[str, Sequence[Definition]]

    def edges(self, links: Sequence[Link], boxes: Iterable[str]) -> list[Edge]:
        """The arrows, one for all reads between the same two boxes."""
        found = [*(each for link in links for each in self._link(link)), *self._starts()]
        leads: dict[str, list[str]] = {key: [] for key in boxes}
        for each in found:
            leads.setdefault(each.start, []).append(each.end)
            leads.setdefault(each.end, [])
        around = {key: number for number, part in enumerate(components(leads)) for key in part}
        merged: dict[tuple[str, str, str, bool], list[str]] = {}
        for each in found:
            recurrent = bool(each.back) and around[each.start] == around[each.end]
            labels = merged.setdefault((each.start, each.end, each.port, recurrent), [])
            labels += [part for part in (each.back if recurrent else (each.label,)) if part and part not in labels]
        return list(_labelled(merged))

    def _link(self, link: Link) -> Iterator[_Found]:
        source = link.source
        if source.box is not None:
            yield _Found(source.box, link.target, texts.shape_of(source.shape), port=link.port)
        elif source.read is not None:
            back = tuple(texts.offsets(source.read, source.indices))
            for start in self.producers(source.read.family):
                yield _Found(start, link.target, self._label(source, start), back, link.port)

    def _label(self, source: Source, start: str) -> str:
        """The tensor that is read, with its shape; an input's box shows its name already."""
        assert source.read is not None
        shown, name = texts.shape_of(source.shape), texts.read_text(source.read)
        whole = self.tensors.get(source.read.family, ())
        if not source.shape and whole and source.read.subscripts:
            shown, name = whole[-1].shape_text, whole[-1].label
        is_said = start.startswith("in ") and "[" not in name
        return shown if is_said or not is_authors(name) else f"{name} : {shown}"

    def producers(self, family: str, seen: tuple[str, ...] = ()) -> list[str]:
        """The boxes that a tensor comes from."""
        if self.graph.families[family].role == "input":
            return [f"in {family}"]
        if family in seen:
            return []
        own = self.definitions.get(family, ())
        boxes = [each for each in own if each.box is not None]
        if boxes:
            steps = [each for each in boxes if self._is_step(each)]
            return list(dict.fromkeys(str(each.box) for each in steps[-1:] or boxes))
        aliases = [each.source.read for each in own if each.source is not None and each.source.read is not None]
        found = [box for read in aliases for box in self.producers(read.family, (*seen, family))]
        return list(dict.fromkeys(found))

    # ---- recurrences -------------------------------------------------------------------------------

    def _is_step(self, definition: Definition) -> bool:
        """Whether an equation needs an earlier member of what it defines."""
        return definition.target in self._needed(definition.equation)

    def _needed(self, equation: Equation) -> set[str]:
        """All tensors that an equation rests on."""
        found: set[str] = set()
        waiting = [equation]
        while waiting:
            for name in families_read(waiting.pop().value):
                if name not in found:
                    found.add(name)
                    waiting += [own.equation for own in self.definitions.get(name, ())]
        return found

    def _starts(self) -> Iterator[_Found]:
        """The arrows from the start of a recurrence to its step."""
        for family, own in self.definitions.items():
            steps = [each for each in own if each.box is not None and self._is_step(each)]
            if not steps or not is_authors(family):
                continue
            end = str(steps[-1].box)
            for each in own:
                if each is not steps[-1] and each.source is not None:
                    label = texts.statement(self.graph.source, each.equation).partition("=")[0].strip() or family
                    for start in self._origins(each.source, family):
                        if start != end:
                            yield _Found(start, end, f"{label} : {texts.shape_of(each.source.shape)}")

    def _origins(self, source: Source, family: str) -> list[str]:
        if source.box is not None:
            return [source.box]
        return [] if source.read is None else self.producers(source.read.family, (family,))

    # ---- results -----------------------------------------------------------------------------------

    def results(self) -> list[str]:
        """The outputs, and the tensors that nothing reads but their own later members."""
        read = {
            here.family
            for equation in self.graph.equations
            for here in reads(equation.value)
            if not (texts.offsets(here, equation.indices) and self._rests_on(here.family, equation))
        }
        return [
            family.name
            for family in self.graph.families.values()
            if family.role == "output" or (family.name not in read and family.role == "local")
            if is_authors(family.name)
        ]

    def _rests_on(self, family: str, equation: Equation) -> bool:
        """Whether what an equation defines is needed for a tensor."""
        targets = {target.family for target in equation.targets}
        return any(targets & ({family} | self._needed(own.equation)) for own in self.definitions.get(family, ()))


def _labelled(merged: Mapping[tuple[str, str, str, bool], Sequence[str]]) -> Iterator[Edge]:
    """The arrows; of those from one box that say the same, the first says it."""
    said: set[tuple[str, tuple[str, ...]]] = set()
    for (start, end, port, recurrent), labels in merged.items():
        label = tuple(labels[:MOST_LINES])
        shown = () if (start, label) in said and not recurrent else label
        yield Edge(start, end, (*shown, f"into {port}") if port else shown, recurrent, port)
        said.add((start, label))
