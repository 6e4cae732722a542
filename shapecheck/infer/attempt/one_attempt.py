"""One attempt to derive all shapes, with the ranges of some indices cut in a given way.

Every family has cells, one for each region that its definitions (or its declaration) cut; every equation is walked
once for each box of its indices.  A read is unified with all cells that it may hit, so the shapes found hold for
every member and all sizes: no induction is left to do.  What cannot be worked out yet waits; when nothing moves any
more, patience grows and guesses about ranks are allowed (`Op.ranks`).

Some cells may be *given* shapes that grow from member to member (see `growth`).  What is read of them mentions the
indices of the equation that reads; nothing that outlives the equation may, or the attempt has failed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import field
from typing import Any, Literal

from shapecheck.graph.model import Claim, Equation, Family, Graph, Target
from shapecheck.graph.nodes import Call, Index
from shapecheck.infer.attempt import errors, range_errors
from shapecheck.infer.attempt.call_equations import CallEquations
from shapecheck.infer.attempt.conflict import Conflict
from shapecheck.infer.attempt.equation_rules import walk_equation, walk_measured
from shapecheck.infer.attempt.layout import lay_out
from shapecheck.infer.attempt.solver import Blame, Solver, Unequal
from shapecheck.infer.attempt.state import PATIENCE, Frame, Task, Variable
from shapecheck.infer.blocks.kinds import Kind, Kinds
from shapecheck.infer.model import Instance, Interval, Region, Shape, at_members
from shapecheck.infer.regions import Cut, image, index_facts, may_meet, pieces
from shapecheck.record import record
from shapecheck.sizes import Context, Relation, Size, integer
from shapecheck.source import Span


@record(frozen=False)
class Attempt:
    """The state of one attempt.  `conflicts` is empty exactly when it succeeded."""

    graph: Graph
    cuts: Mapping[str, Cut]
    solver: Solver
    kinds: Kinds
    growing: Mapping[tuple[str, Region], Shape] = field(default_factory=dict)
    """Shapes in the members' numbers, taken for granted of these cells; every equation is checked against them."""
    probing: bool = False
    """Only the first members are looked at, to see how shapes grow: what else there is has no shape."""
    calls_alone: int | None = None
    """In a body that is read for its equations alone: how boldly calls may guess; operations may not."""
    conflicts: list[Conflict] = field(default_factory=list)
    cells: dict[str, dict[Region, Variable]] = field(default_factory=dict)
    frames: list[Frame] = field(default_factory=list)
    open_ranges: dict[str, Interval] = field(default_factory=dict)
    guesses: list[Blame] = field(default_factory=list)
    doubtful: set[Claim] = field(default_factory=set)
    instances: dict[str, list[tuple[Call, Kind]]] = field(default_factory=dict)
    waiting: list[Task] = field(default_factory=list)
    calls: list[CallEquations] = field(default_factory=list)
    """Applications of blocks to operands that were not known when they were walked."""
    parts: dict[str, Family] = field(default_factory=dict)
    """Tensors inside of blocks that are read: families beside those of the graph."""
    part_names: dict[object, str] = field(default_factory=dict)
    _hits: dict[tuple[str, tuple[Interval | None, ...], Context], list[Region]] = field(default_factory=dict)

    # ---- the whole attempt ---------------------------------------------------------------------

    def run(self) -> None:
        """Derive everything; stops early in a trial with cuts, where one conflict is enough."""
        self.guard(lay_out, self)
        if self.conflicts:
            return
        for frame in self.frames:
            self.within(frame)
            self.guard(walk_equation, self, frame)
            if self.cuts and self.conflicts and not self.probing:
                return
        self.solver.around = ()
        for name, quantity in self.graph.quantities.items():
            if quantity.node is not None:
                walk_measured(self, name, quantity.node, quantity.axis, quantity.axis_name)
        self.settle()

    def settle(self) -> None:
        """Work on what waits until nothing moves, with growing patience."""
        patience, boldest = 0, PATIENCE if self.calls_alone is None else self.calls_alone
        while self.waiting and patience <= boldest:
            tasks, self.waiting = self.waiting, []
            solved = len(self.solver.solution)
            for task in tasks:
                if not self.guard(task, patience if self.calls_alone is None else 0):
                    self.waiting.append(task)
            moved = len(self.waiting) < len(tasks) or len(self.solver.solution) > solved or self._stated(patience)
            patience = 0 if moved else patience + 1
        while self.guard(self.solver.retry) and self.solver.waits and not self.conflicts:
            pass

    def _stated(self, patience: int) -> bool:
        """Have the calls that wait say what they can of their operands; whether anything is new."""
        self.calls = [call for call in self.calls if not call.is_done]
        new = any(self.guard(call.state, patience) for call in self.calls)
        return new or (bool(self.calls) and self.solver.waits and self.guard(self.solver.retry))

    def guard(self, step: Callable[..., bool | None], *arguments: Any) -> bool:
        """Run a step and say whether it is done; a conflict is kept, and counts as done."""
        try:
            return step(*arguments) is not False
        except Conflict as conflict:
            self.conflicts.append(conflict)
        except Unequal as unequal:
            self.conflicts.append(errors.unequal(unequal, None))
        return True

    def soon(self, task: Task) -> None:
        """Do it now if enough is known, else when it is; a conflict is kept and what stands around it goes on."""
        if not self.guard(task, 0):
            self.later(task)

    def later(self, task: Task) -> None:
        """Do it when more is known, with what is known of the indices here."""
        around = self.solver.around

        def again(patience: int) -> bool:
            self.solver.around = around
            try:
                return task(patience)
            finally:
                self.solver.around = ()

        self.waiting.append(again if around else task)

    def within(self, frame: Frame) -> None:
        """From here on a frame is at hand: where shapes grow, its indices count."""
        known = [name for name, interval in frame.ranges.items() if not self._is_open(interval)] if self.growing else ()
        self.solver.around = index_facts(frame.ranges, known)

    def _is_open(self, interval: Interval) -> bool:
        return bool(self.solver.unknowns(interval.low) or self.solver.unknowns(interval.high))

    # ---- families and frames -------------------------------------------------------------------

    def pieces(self, interval: Interval, cut: Cut | None) -> list[Interval]:
        """The parts of a range; one that may have fewer members than are cut off stays whole."""
        if cut is None or cut.end in ("each", "first"):
            return pieces(interval, cut)
        enough = self.solver.proved(Relation(">=", interval.extent, integer(cut.count)))
        return pieces(interval, cut) if enough else [interval]

    def range_of(self, index: Index) -> Interval:
        """The range of an index of an equation; unknown ends where it is to be inferred."""
        if index.low is not None and index.high is not None:
            return Interval(index.low, index.high)
        if index.symbol not in self.open_ranges:
            self.open_ranges[index.symbol] = Interval(self.solver.unknown(), self.solver.unknown())
        return self.open_ranges[index.symbol]

    def region_of(self, target: Target, at: Mapping[str, Interval]) -> Region:
        """The members that a target defines over a box of indices."""
        region: list[Interval] = []
        for subscript in target.subscripts:
            interval = image(subscript, at)
            if interval is None:
                raise range_errors.range_not_written_out(target.span)
            region.append(interval)
        return tuple(region)

    def family(self, name: str) -> Family:
        """A tensor that may be read: one of the graph, or a part of a block."""
        return self.parts.get(name) or self.graph.families[name]

    def axis(self, name: str, axis: int) -> Interval:
        """All members of a family along one axis: the least low end to the greatest high end."""
        regions = list(self.cells[name])
        parts = [region[axis] for region in regions]
        low = self._extreme([part.low for part in parts], "<=")
        high = self._extreme([part.high for part in parts], ">=")
        if low is None or high is None:
            raise range_errors.unordered_ends(self.family(name), axis)
        return Interval(low, high)

    def _extreme(self, ends: list[Size], relation: Literal["<=", ">="]) -> Size | None:
        distinct = list(dict.fromkeys(self.solver.normal(end) for end in ends))
        for end in distinct:
            if all(other is end or self.solver.proved(Relation(relation, end, other)) for other in distinct):
                return end
        return None

    # ---- hits ----------------------------------------------------------------------------------

    def hits(self, name: str, images: Sequence[Interval | None]) -> list[Region]:
        """The regions whose cells a read may touch."""
        cells = self.cells[name]
        if len(cells) == 1:
            return list(cells)
        key = (name, tuple(images), self.solver.context)
        if key not in self._hits:
            self._hits[key] = [region for region in cells if self._may_hit(images, region)]
        return self._hits[key]

    def at(
        self,
        name: str,
        region: Region,
        subscripts: Sequence[Size | None],
        ranges: Mapping[str, Interval],
        span: Span | None = None,
    ) -> Variable | None:
        """The shape of one member of a cell that grows; None for another cell.

        Raises `Conflict` where it is not said which member is meant, by what stands at `span`.
        """
        shape = self.growing.get((name, region))
        if shape is None:
            return None
        one = {label: interval.low for label, interval in ranges.items() if interval.low is interval.high}
        family = self.family(name)
        found = at_members(shape, [None if size is None else size.substitute(one) for size in subscripts])
        if found is None:
            raise range_errors.members_grow(family, shape, span or family.span)
        return Variable(found, Blame(family.span, name))

    def _may_hit(self, images: Sequence[Interval | None], region: Region) -> bool:
        context = self.solver.context
        return all(part is None or may_meet(context, part, interval) for part, interval in zip(images, region))

    # ---- unification ---------------------------------------------------------------------------

    def dims(self, variable: Variable) -> Shape | None:
        """The shape as far as it is known, solved unknowns put in."""
        root = variable.find()
        if root.dims is None:
            return None
        if any(size.names for size in root.dims):
            normal = tuple(map(self.solver.normal, root.dims))
            if normal != root.dims and root.unsolved is None:
                root.unsolved = root.dims
            root.dims = normal
        return root.dims

    def unify(self, left: Variable, right: Variable, blame: Blame) -> None:
        """Make two shapes one; raises `Conflict` with both where they differ."""
        left, right = left.find(), right.find()
        if left is right:
            return
        if left.failed or right.failed:
            left.failed = right.failed = (
                left.failed if left.dims is None else right.failed if right.dims is None else False
            )
            return
        if left.dims is not None and right.dims is not None:
            self._equate_shapes(left, right, blame)
            return
        right.link = left
        if left.dims is None:
            left.dims, left.origin, left.unsolved = right.dims, right.origin, right.unsolved

    def _equate_shapes(self, left: Variable, right: Variable, blame: Blame) -> None:
        one, other = self.dims(left), self.dims(right)
        assert one is not None and other is not None
        if len(one) != len(other):
            raise errors.ranks_differ(left, one, right, other, blame)
        for size, wanted in zip(one, other):
            try:
                self.solver.equate(size, wanted, blame)
            except Unequal as unequal:
                shapes = tuple(map(self.solver.normal, one)), tuple(map(self.solver.normal, other))
                raise errors.shapes_differ(left, shapes[0], right, shapes[1], blame, unequal) from None

    def normal(self, interval: Interval) -> Interval:
        """The interval with what is known of its ends put in."""
        return Interval(self.solver.normal(interval.low), self.solver.normal(interval.high))

    def instance(self, frame: Frame, origin: Equation | Claim) -> Instance:
        """The result for an equation or a claim in one box."""
        dims = {node: self.dims(variable) for node, variable in frame.shapes.items()}
        shapes = {node: shape for node, shape in dims.items() if shape is not None}
        ranges = {name: self.normal(interval) for name, interval in frame.ranges.items()}
        bounds = {name: self.normal(interval) for name, interval in frame.bounds.items()}
        return Instance(origin, ranges, bounds, shapes, dict(frame.applications), parts=dict(frame.parts))


def laid_out(graph: Graph, cuts: Mapping[str, Cut], kinds: Kinds) -> Attempt:
    """An attempt that knows which cells there are, and nothing of their shapes."""
    attempt = Attempt(graph, cuts, Solver(graph.context), kinds)
    attempt.guard(lay_out, attempt)
    return attempt


def start(
    graph: Graph,
    cuts: Mapping[str, Cut],
    kinds: Kinds,
    growing: Mapping[tuple[str, Region], Shape] | None = None,
    *,
    probing: bool = False,
    calls_alone: int | None = None,
) -> Attempt:
    """An attempt that has been run."""
    attempt = Attempt(graph, cuts, Solver(graph.context), kinds, growing or {}, probing, calls_alone)
    attempt.run()
    return attempt
