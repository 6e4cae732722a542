"""Reads of parts of blocks, `c1.K`: as reads of families, once the applications that the path leads to are known."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from shapecheck.graph.model import Equation
from shapecheck.graph.nodes import Call, Inner, Point, Read, Step
from shapecheck.graph.reads import nodes_below
from shapecheck.infer.attempt import call_errors
from shapecheck.infer.attempt.solver import Blame
from shapecheck.infer.attempt.state import Variable
from shapecheck.infer.blocks.block_parts import Part, members_meant, parts_of
from shapecheck.infer.blocks.paths import Applied, End, Way, ends, known_paths, may_enter
from shapecheck.infer.blocks.places import Place
from shapecheck.infer.model import Interval, Shapes
from shapecheck.infer.regions import image, may_meet
from shapecheck.record import record
from shapecheck.source import Span

if TYPE_CHECKING:
    from shapecheck.infer.attempt.one_attempt import Attempt
    from shapecheck.infer.attempt.read_rules import Reader


@record
class PartReader:
    """Reads of parts for one reader."""

    reader: Reader

    @property
    def attempt(self) -> Attempt:
        """The attempt that the reader works for."""
        return self.reader.walker.attempt

    def value(self, node: Inner) -> Variable:
        """A tensor inside of a block: read as any other, once it is known which that is."""
        attempt, result = self.attempt, Variable(origin=Blame(node.span, self.reader.walker.text(node)))

        def resolve(patience: int) -> bool:
            if patience < 2 and self._is_open(node.path):
                return False
            found = parts_of(self._ends(node.path))
            reads = [(part, Read(self._named(part), part.subscripts, span=node.span)) for part in found]
            part, read = self._meant(node, [pair for pair in reads if self._touches(pair[1])] or reads)
            self.reader.walker.frame.parts[node] = part
            if part.shared is not None:
                self.reader.read(Read(self._named(part.shared), part.shared.subscripts, span=node.span))
            attempt.unify(result, self.reader.read(read), Blame(node.span, self.reader.walker.text(node)))
            return True

        attempt.soon(resolve)
        return result

    def application(self, path: Sequence[Step], text: str, span: Span) -> None:
        """The members of an application that a path selects are there; raises `Conflict`."""
        found = members_meant(self._ends(path))
        if not found:
            raise call_errors.no_such_part(text, span, known_paths(self._applied(), path[0].name))
        for part in found:
            self.reader.read(Read(self._named(part), part.subscripts, span=span))

    def _meant(self, node: Inner, found: Sequence[tuple[Part, Read]]) -> tuple[Part, Read]:
        """The one tensor that a path means."""
        text = self.reader.walker.text(node)
        if not found:
            raise call_errors.no_such_part(text, node.span, known_paths(self._applied(), node.path[0].name))
        if len(found) > 1:
            raise call_errors.several_parts(text, node.span)
        part, _ = found[0]
        for cell in part.cells:
            sizes = (*cell.shape, *(end for span in cell.region for end in (span.low, span.high)))
            sizes += tuple(item.size for item in part.subscripts if isinstance(item, Point))
            indices = {name for size in sizes for name in size.names if name[0] == "."}
            if any(self.reader.walker.frame.interval(name) is None for name in indices):
                raise call_errors.parts_grow(text, node.span, cell.shape)
        return found[0]

    def _touches(self, read: Read) -> bool:
        """Whether a read may be of a member that there is."""
        frame, arity = self.reader.walker.frame, len(self.attempt.family(read.family).axes)
        ranges = {**frame.ranges, **frame.bounds}
        own = [image(item.size, ranges) if isinstance(item, Point) else None for item in read.subscripts[:arity]]
        cells = self.attempt.cells[read.family]
        own += [None] * (arity - len(own))
        context = self.attempt.solver.context
        return any(
            all(part is None or may_meet(context, part, span) for part, span in zip(own, region)) for region in cells
        )

    def _applied(self) -> list[Applied]:
        """The applications that are known by now, with the ranges of the indices around them."""
        found, normal = [], self.attempt.solver.normal
        for frame in self.attempt.frames:
            if isinstance(frame.origin, Equation) and frame.applications:
                ends = (*frame.ranges.items(), *frame.bounds.items())
                ranges = {name: Interval(normal(span.low), normal(span.high)) for name, span in ends}
                found += [Applied(call, application, ranges) for call, application in frame.applications.items()]
        return found

    def _is_open(self, path: Sequence[Step]) -> bool:
        """Whether a path may lead into an application whose shapes are not known yet."""
        equations = ((frame, frame.origin) for frame in self.attempt.frames if isinstance(frame.origin, Equation))
        return any(
            isinstance(node, Call) and node not in frame.applications and may_enter(node, path)
            for frame, equation in equations
            for node in nodes_below(equation.value)
        )

    def _ends(self, path: Sequence[Step]) -> list[End]:
        """All that a path may lead to, as far as the applications are known."""
        bare = Shapes(self.attempt.graph, {}, {}, (), {}, {}, (), {}, ())
        return [*ends(Way(Place(bare)), self._applied(), path)]

    def _named(self, part: Part) -> str:
        """A name to read a part by."""
        if part.target in self.attempt.graph.families:
            return part.target
        key = (*part.key, part.cells)
        if key not in self.attempt.part_names:
            name = self.attempt.part_names[key] = f"{part.target}|{len(self.attempt.parts)}"
            self.attempt.parts[name] = part.family
            blame = Blame(part.family.span, part.family.name)
            self.attempt.cells[name] = {cell.region: Variable(cell.shape, blame) for cell in part.cells}
        return self.attempt.part_names[key]
