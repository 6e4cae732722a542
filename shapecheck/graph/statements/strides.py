"""Left sides that stride, `PE[t, 2i] = ..` and `PE[t, 2i+1] = ..`: equations that define one axis together.

In: equations with such targets.  Out: the same equations, each about a tensor of its own over i (its name is the
target's with primes, which cannot be written), and one equation that puts these together:
`PE[t, e] = if e % 2 == 0 then PE'[t, e // 2] else PE'''[t, e // 2]`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import field, replace
from functools import reduce
from itertools import permutations, product

from shapecheck.diagnostics.model import Diagnostic
from shapecheck.graph import stride_errors
from shapecheck.graph.errors import Rejected
from shapecheck.graph.expressions.declared_names import Names
from shapecheck.graph.model import Debt, Equation, Family, Quantity, Target
from shapecheck.graph.nodes import Choose, Index, Node, Point, Read
from shapecheck.record import record
from shapecheck.sizes import (
    ZERO,
    And,
    Context,
    Proved,
    Refuted,
    Relation,
    Size,
    Tested,
    decide,
    integer,
    maximum,
    minimum,
    smallest,
    symbol,
)


@record(eq=False)
class Stride:
    """A subscript `factor * index + rest` on a left side, with a factor of at least 2."""

    index: Index
    factor: int
    rest: int

    @property
    def residue(self) -> int:
        """The remainder of all its entries."""
        return self.rest % self.factor

    def at(self, size: Size) -> Size:
        """The entry for one value of the index."""
        return size * self.factor + self.rest


def stride_of(size: Size, indices: Iterable[Index]) -> Stride | None:
    """The stride that a subscript on a left side makes, None if it makes none."""
    own = [index for index in indices if index.symbol in size.names]
    if len(own) != 1 or len(size.names) != 1 or size is symbol(own[0].symbol):
        return None
    linear = size.linear_in(own[0].symbol)
    if linear is None or linear[0].constant is None or linear[1].constant is None or linear[0].constant < 2:
        return None
    return Stride(own[0], linear[0].constant, linear[1].constant)


@record(eq=False)
class Piece:
    """One target that strides, `strides` by the axis; `hidden` is the tensor that its equation computes."""

    target: Target
    strides: Mapping[int, Stride]
    indices: tuple[Index, ...]
    hidden: str

    @property
    def residues(self) -> tuple[int, ...]:
        """The remainders of its entries along the axes that it strides over."""
        return tuple(stride.residue for stride in self.strides.values())

    def range_at(self, axis: int) -> tuple[Size | None, Size | None]:
        """The members along an axis over which it does not stride."""
        size = self.target.subscripts[axis]
        for index in self.indices:
            if size is symbol(index.symbol):
                return index.low, index.high
        return size, size

    def member(self, at: Mapping[int, Size]) -> str:
        """The member as it is written, with other subscripts along some axes."""
        labels = {index.symbol: symbol(index.label) for index in self.indices}
        sizes = (at.get(axis, size).substitute(labels) for axis, size in enumerate(self.target.subscripts))
        return f"{self.target.family}[{', '.join(str(size).replace(' ', '') for size in sizes)}]"


def put_together(names: Names, equations: Sequence[Equation], context: Context) -> list[Equation]:
    """The equations without strides on the left, and those that put their entries together."""
    found = Strides(names, context)
    kept = [found.without_strides(equation) for equation in equations]
    for group in found.groups():
        try:
            kept.append(found.joined(group))
        except Rejected as rejected:
            names.report(rejected, group[0].target.family)
    return kept


@record(frozen=False)
class Strides:
    """The targets that stride, in the order of the text."""

    names: Names
    context: Context
    pieces: list[Piece] = field(default_factory=list)
    counts: dict[tuple[str, int], Size] = field(default_factory=dict)
    """Numbers of members of indices whose range the reads fix, by tensor and axis."""

    def without_strides(self, equation: Equation) -> Equation:
        """The equation, with a tensor of its own in the place of each target that strides."""
        targets = tuple(self._own(target, equation) for target in equation.targets)
        return equation if targets == equation.targets else replace(equation, targets=targets)

    def _own(self, target: Target, equation: Equation) -> Target:
        strides = {
            axis: stride
            for axis, size in enumerate(target.subscripts)
            if (stride := stride_of(size, equation.indices)) is not None
        }
        if not strides:
            return target
        earlier = sum(piece.target.family == target.family for piece in self.pieces)
        hidden = target.family + "'" * (2 * earlier + 1)
        self.pieces.append(Piece(target, strides, equation.indices, hidden))
        self.names.families[hidden] = Family(hidden, "local", (), None, target.span)
        at = [
            symbol(strides[axis].index.symbol) if axis in strides else size
            for axis, size in enumerate(target.subscripts)
        ]
        return Target(hidden, tuple(at), target.cell, target.span)

    def groups(self) -> list[list[Piece]]:
        """The targets that define entries of the same members together."""
        found: dict[tuple[object, ...], list[Piece]] = {}
        for piece in self.pieces:
            rank = len(piece.target.subscripts)
            ranges = (piece.range_at(axis) if axis not in piece.strides else None for axis in range(rank))
            found.setdefault((piece.target.family, *ranges), []).append(piece)
        return list(found.values())

    # ---- one group -----------------------------------------------------------------------------

    def joined(self, group: list[Piece]) -> Equation:
        """The equation for all entries of a group; raises `Rejected` where some are defined nowhere."""
        first = group[0]
        for piece in group[1:]:
            _same_factors(first, piece)
        _all_residues(group)
        indices = tuple(
            self._axis(group, axis) if axis in first.strides else self._copy(first, axis)
            for axis in range(len(first.target.subscripts))
        )
        at = tuple(
            first.target.subscripts[axis] if index is None else symbol(index.symbol)
            for axis, index in enumerate(indices)
        )
        bound = tuple(index for index in indices if index is not None)
        target = Target(first.target.family, at, None, first.target.span)
        return Equation("plain", (target,), _value(group, at), bound, first.target.span)

    def _copy(self, piece: Piece, axis: int) -> Index | None:
        """An index over the same members; None for a fixed member."""
        for index in piece.indices:
            if piece.target.subscripts[axis] is symbol(index.symbol):
                return self.names.index(index.label, index.low, index.high, piece.target.span)
        return None

    def _axis(self, group: list[Piece], axis: int) -> Index:
        """The index over all entries along an axis that the group strides over."""
        apart = {piece.strides[axis].residue: piece for piece in reversed(group)}
        ends = {piece: self._ends(piece, axis) for piece in apart.values()}
        for at in (0, 1):
            for one, other in permutations(ends, 2):
                self._owe_neighbours(group, one, axis, ends[one][at] - ends[other][at])
        low = reduce(minimum, (low for low, _ in ends.values()))
        high = reduce(maximum, (high for _, high in ends.values()))
        return self.names.index("e", low, high, group[0].target.span)

    def _ends(self, piece: Piece, axis: int) -> tuple[Size, Size]:
        """The first and the last entry of one target along an axis."""
        stride = piece.strides[axis]
        low, high = stride.index.low, stride.index.high
        if low is None or high is None:
            low, high = ZERO, self._count(piece, axis) - 1
        return stride.at(low), stride.at(high)

    def _count(self, piece: Piece, axis: int) -> Size:
        """The number of members of an index whose range the reads fix."""
        if (piece.hidden, axis) not in self.counts:
            node = Read(piece.hidden, span=piece.target.span)
            self.counts[piece.hidden, axis] = self.names.measured(Quantity("size", node=node, axis=axis))
        return self.counts[piece.hidden, axis]

    def _owe_neighbours(self, group: list[Piece], piece: Piece, axis: int, apart: Size) -> None:
        """Require that the first entries of all targets are neighbours, and so are the last ones."""
        relation = Relation("<=", apart, integer(piece.strides[axis].factor - 1))
        is_known = self.names.block is None and not any(name[0] == "?" for name in apart.names)
        decision = decide(self.context, relation) if is_known else Tested(0)
        if isinstance(decision, Proved):
            return
        names = frozenset().union(*(end.names for one in group for end in self._ends(one, axis)))
        sizes = smallest(self.context.assuming(relation.negated()), names) if isinstance(decision, Refuted) else ()
        if sizes:
            raise Rejected(_gap(group, axis, sizes[0]))
        self.names.debts.append(Debt(relation, "every entry to be defined", piece.target.span))


# ---- what a group must fulfil ----------------------------------------------------------------------


def _same_factors(first: Piece, other: Piece) -> None:
    """Raises `Rejected` unless both targets stride by the same number along the same axes."""
    for axis, stride in other.strides.items():
        if first.strides[axis].factor != stride.factor:
            raise Rejected(stride_errors.two_factors(other.member({}), other.target.span, first.target.span))


def _all_residues(group: list[Piece]) -> None:
    """Raises `Rejected` where two targets define the same entries, or no target defines some."""
    first = group[0]
    seen: dict[tuple[int, ...], Piece] = {}
    for piece in group:
        earlier = seen.setdefault(piece.residues, piece)
        if earlier is not piece:
            raise Rejected(stride_errors.same_entries(piece.member({}), piece.target.span, earlier.target.span))
    for residues in product(*(range(stride.factor) for stride in first.strides.values())):
        if residues not in seen:
            raise Rejected(_residue_missing(first, residues))


def _residue_missing(piece: Piece, residues: tuple[int, ...]) -> Diagnostic:
    """The message about entries that no target defines; the missing left side is like the one that is there."""
    firsts, seconds, written = {}, {}, {}
    for (axis, stride), residue in zip(piece.strides.items(), residues):
        firsts[axis], seconds[axis] = integer(residue), integer(residue + stride.factor)
        written[axis] = symbol(stride.index.symbol) * stride.factor + residue
    entries = piece.member(firsts), piece.member(seconds)
    return stride_errors.residue_missing(entries, piece.member(written), piece.target.span)


def _gap(group: list[Piece], axis: int, witness: Mapping[str, int]) -> Diagnostic:
    """The message about an entry that no target defines at some sizes."""
    entries = set[int]()
    for piece in group:
        stride = piece.strides[axis]
        assert stride.index.low is not None and stride.index.high is not None, "only known ranges are compared"
        low, high = stride.index.low.evaluate(witness), stride.index.high.evaluate(witness)
        entries.update(stride.factor * at + stride.rest for at in range(low, high + 1))
    missing = next(at for at in range(min(entries), max(entries)) if at not in entries)
    member = group[0].member({axis: integer(missing)})
    return stride_errors.gap(member, group[0].target.span, witness)


def _value(group: list[Piece], at: tuple[Size, ...]) -> Node:
    """The entry of the target whose remainders fit."""
    value: Node = _entry(group[-1], at)
    for piece in reversed(group[:-1]):
        fits = [Relation("==", at[axis] % one.factor, integer(one.residue)) for axis, one in piece.strides.items()]
        formula = fits[0] if len(fits) == 1 else And(tuple(fits))
        value = Choose(formula, None, _entry(piece, at), value, piece.target.family, span=piece.target.span)
    return value


def _entry(piece: Piece, at: tuple[Size, ...]) -> Read:
    """The entry of one target: `PE'[t, e // 2]`."""
    strides = piece.strides
    own = (
        size // strides[axis].factor - strides[axis].rest // strides[axis].factor if axis in strides else size
        for axis, size in enumerate(at)
    )
    return Read(piece.hidden, tuple(map(Point, own)), span=piece.target.span)
