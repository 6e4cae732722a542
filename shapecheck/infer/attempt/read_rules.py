"""Reads: which cells a subscript touches, and what shape is left.

Every subscript is noted with the frame, so that ranges can be worked out from it and its bounds checked later.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from shapecheck.graph.nodes import Cut, Inner, Node, Part, Picked, Point, Read, Subscript, Whole
from shapecheck.infer.attempt import errors
from shapecheck.infer.attempt.part_rules import PartReader
from shapecheck.infer.attempt.solver import Blame
from shapecheck.infer.attempt.state import Access, Pick, Variable
from shapecheck.infer.model import Interval, Region, Shape
from shapecheck.infer.regions import image
from shapecheck.record import record
from shapecheck.sizes import ZERO, Size

if TYPE_CHECKING:
    from shapecheck.infer.attempt.node_rules import Walker


@record(frozen=False)
class Reader:
    """Reads for one walker; `guarded`: a `default` catches what is outside (of this read, not of those inside it)."""

    walker: Walker
    guarded: bool = False

    def value(self, node: Node) -> Variable:
        """The shape of what is read."""
        match node:
            case Read():
                return self.read(node)
            case Part(base, subscripts):
                return self._subscripted(node, self.walker.walk(base), self.walker.text(base), subscripts)
            case Inner():
                return PartReader(self).value(node)
            case _:
                raise AssertionError("only reads and parts have subscripts")

    # ---- families ------------------------------------------------------------------------------

    def read(self, node: Read) -> Variable:
        """The shape of what is read of a family."""
        attempt = self.walker.attempt
        arity = len(attempt.family(node.family).axes)
        own, rest = node.subscripts[:arity], node.subscripts[arity:]
        images = [self._family_subscript(node, axis, item) for axis, item in enumerate(own)]
        hits = attempt.hits(node.family, images + [None] * (arity - len(own)))
        if not hits or (attempt.probing and self._ambiguous(node.family, hits)):
            return self._nothing()
        cell = self._one_shape(node, hits)
        kept = [own[axis] if axis < len(own) else Whole() for axis in range(arity)]
        if not any(isinstance(item, Cut | Whole) for item in kept):
            return self._subscripted(node, cell, self._name(node), rest) if rest else cell
        return self._with_axes(node, kept, cell, rest)

    def _one_shape(self, node: Read, hits: Sequence[Region]) -> Variable:
        """The shape that all members have which a read may touch; where they grow, in the indices of the reader."""
        attempt, cells = self.walker.attempt, self.walker.attempt.cells[node.family]
        why = f"the members of {self._name(node)} that {self.walker.text(node)} reads to have one shape"
        blame = Blame(node.span, why)
        growing = next((region for region in hits if (node.family, region) in attempt.growing), None)
        if growing is None:
            for hit in hits[1:]:
                attempt.unify(cells[hits[0]], cells[hit], blame)
            return cells[hits[0]]
        for region in hits:
            if region is not growing:
                numbers = [span.low if span.low is span.high else None for span in region]
                attempt.unify(cells[region], self._member_of(node, growing, numbers), blame)
        points = [item.size if isinstance(item, Point) else None for item in node.subscripts[: len(growing)]]
        points += [None] * (len(growing) - len(points))
        return self._member_of(node, growing, points)

    def _member_of(self, node: Read, region: Region, subscripts: Sequence[Size | None]) -> Variable:
        frame = self.walker.frame
        ranges = {**frame.ranges, **frame.bounds}
        found = self.walker.attempt.at(node.family, region, subscripts, ranges, node.span)
        assert found is not None, "the region is one that grows"
        return found

    def _name(self, node: Read) -> str:
        """The author's name of the tensor that is read."""
        return self.walker.attempt.family(node.family).name

    def _ambiguous(self, family: str, hits: Sequence[Region]) -> bool:
        """Whether several members may be the one that is read."""
        cuts, axes = self.walker.attempt.cuts, self.walker.attempt.family(family).axes
        return any(axis.label in cuts and len(set(spans)) > 1 for axis, spans in zip(axes, zip(*hits)))

    def _nothing(self) -> Variable:
        """No definition can be meant; that a member is missing is reported with the bounds of all reads."""
        result = Variable()
        result.failed = True
        return result

    def _family_subscript(self, node: Read, axis: int, item: Subscript) -> Interval | None:
        self._note(node, self._name(node), axis, item, node.family, None)
        frame = self.walker.frame
        match item:
            case Point(size):
                return image(size, {**frame.ranges, **frame.bounds})
            case Cut(low, high):
                first, last = (image(size, {**frame.ranges, **frame.bounds}) for size in (low, high))
                return None if first is None or last is None else Interval(first.low, last.high)
            case _:
                return None

    def _with_axes(self, node: Read, own: Sequence[Subscript], cell: Variable, rest: tuple[Subscript, ...]) -> Variable:
        """A read that keeps some axes of a family: they come before those of the cell."""
        attempt, blame = self.walker.attempt, Blame(node.span, self._name(node))
        whole = Variable(origin=blame)

        def resolve(patience: int) -> bool:
            dims = attempt.dims(cell)
            if dims is None:
                return self.walker.failed(whole, [cell])
            extents = [self._extent(node.family, axis, item) for axis, item in enumerate(own)]
            shape = (*(size for size in extents if size is not None), *dims)
            attempt.unify(whole, Variable(shape, blame), blame)
            return True

        attempt.soon(resolve)
        kept = sum(isinstance(item, Cut | Whole) for item in own)
        return self._subscripted(node, whole, self._name(node), rest, kept) if rest else whole

    def _extent(self, family: str, axis: int, item: Subscript) -> Size | None:
        match item:
            case Cut(low, high):
                return (high - low + 1).substitute(self.walker.fixed())
            case Whole():
                return self.walker.attempt.axis(family, axis).extent
            case _:
                return None

    # ---- subscripts ----------------------------------------------------------------------------

    def _note(
        self, node: Node, name: str, axis: int, item: Subscript, family: str | None, base: Variable | None
    ) -> None:
        """Remember what has to lie inside which axis."""
        walker = self.walker
        sizes = (item.size,) if isinstance(item, Point) else (item.low, item.high) if isinstance(item, Cut) else ()
        for size in sizes:
            start = item.numbered_from if isinstance(item, Point) and item.numbered_from is not None else ZERO
            place = (node.span, start, walker.guards, walker.idle)
            walker.frame.accesses.append(
                Access(node, name, axis, size, family, base, self.guarded, walker.facts, *place)
            )
        if isinstance(item, Picked):
            self._index_data(item.node)
            walker.frame.picks.append(
                Pick(node, item.node, name, axis, family, base, self.guarded, walker.facts, node.span, walker.guards)
            )

    def _index_data(self, node: Node) -> None:
        """Data as a subscript is one integer."""
        attempt, variable = self.walker.attempt, self.walker.walk(node)

        def check(patience: int) -> bool:
            dims = attempt.dims(variable)
            if dims is None:
                return variable.find().failed
            if dims:
                raise errors.tensor_as_subscript(self.walker.text(node), node.span, dims)
            return True

        attempt.soon(check)

    def _subscripted(
        self, node: Node, base: Variable, name: str, subscripts: tuple[Subscript, ...], skip: int = 0
    ) -> Variable:
        """Subscripts on a value's axes, the first `skip` of which are kept."""
        attempt, blame = self.walker.attempt, Blame(node.span, name)
        for axis, item in enumerate(subscripts):
            self._note(node, name, axis + skip, item, None, base)
        result = Variable(origin=blame)

        def resolve(patience: int) -> bool:
            if patience >= 1 and not skip:
                self._guess(node, base, len(subscripts))
            dims = attempt.dims(base)
            if dims is None:
                return self.walker.failed(result, [base])
            if len(subscripts) + skip > len(dims):
                raise errors.too_many_subscripts(name, len(subscripts), dims[skip:], node.span)
            fixed = self.walker.fixed() if any(isinstance(item, Cut) for item in subscripts) else {}
            attempt.unify(result, Variable(_rest(dims, subscripts, skip, fixed), blame), blame)
            return True

        attempt.soon(resolve)
        return result

    def _guess(self, node: Node, base: Variable, count: int) -> None:
        """Assumes that the subscripts name all axes, where nothing else is known."""
        attempt = self.walker.attempt
        if attempt.dims(base) is None and not base.find().failed:
            blame = Blame(node.span, "subscripts to name all axes")
            attempt.guesses.append(blame)
            attempt.unify(base, Variable(tuple(attempt.solver.unknown() for _ in range(count)), blame), blame)


def _rest(dims: Shape, subscripts: tuple[Subscript, ...], skip: int, fixed: Mapping[str, Size]) -> Shape:
    kept = list(dims[:skip])
    for axis, item in enumerate(subscripts):
        if isinstance(item, Cut):
            kept.append((item.high - item.low + 1).substitute(fixed))
        elif isinstance(item, Whole):
            kept.append(dims[skip + axis])
    return (*kept, *dims[skip + len(subscripts) :])
