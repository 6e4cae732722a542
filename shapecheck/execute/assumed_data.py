"""Assumptions on the entries of inputs, `assume A[i, j] == A[j, i] for ..`: drawn numbers meet them, given are checked.

In: arrays by slot, those that were given and those that were drawn.  Out: the same with the drawn ones changed, or an
`ExecutionError`.  Where an assumption equates entries with each other, or with numbers, the entries that are tied
together become equal: to the number, to a given entry among them, or to the one that was drawn first.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from math import prod

import numpy as np

from shapecheck.execute import errors
from shapecheck.execute.entrywise import aligned, compared
from shapecheck.execute.inputs.limits import limits_of
from shapecheck.execute.planning.memory_layout import Slot
from shapecheck.execute.run_result import Run, enclosing
from shapecheck.execute.run_state import Array, Setting, State
from shapecheck.graph.model import Claim, ValueClaim
from shapecheck.graph.nodes import Node, Number, Point, Read, SizeValue
from shapecheck.graph.reads import claim_reads
from shapecheck.infer.model import Instance
from shapecheck.record import record

ATTEMPTS = 64
"""Times that numbers are drawn for assumptions that are no equations between entries."""
Arrays = dict[int, Array]
Ends = tuple[Slot, Array]


@record
class Assumed:
    """The assumptions on entries of a spec at concrete sizes; the families `given` keep their numbers."""

    setting: Setting
    given: Collection[str]

    def fitted(self, arrays: Mapping[int, Array]) -> Arrays | None:
        """The arrays with entries that are tied together made equal; None where they meet an assumption by no means.

        Raises `ExecutionError` where given numbers alone violate an assumption.
        """
        made = {number: array.copy() for number, array in arrays.items()}
        self._tie(made)
        state = State([made.get(number) for number in range(len(self.setting.layout.slots))])
        run = Run(self.setting, state, (), 1 << 30)
        for claim in self.setting.shapes.graph.assumed:
            place = self._violated(claim, run)
            if place is not None and claim_reads(claim) <= set(self.given):
                raise errors.data_violate(claim.text, place, claim.span)
            if place is not None:
                return None
        return made if self._in_range(made) else None

    # ---- checking ------------------------------------------------------------------------------

    def _violated(self, claim: Claim, run: Run) -> dict[str, int] | None:
        """The values of the indices at the first place where an assumption does not hold."""
        body = claim.body
        assert isinstance(body, ValueClaim)
        for instance in self.setting.shapes.claims[claim]:
            own = instance.origin.body if isinstance(instance.origin, Claim) else body
            assert isinstance(own, ValueClaim)
            values = [run.number(instance, operand) for operand in own.operands]
            count = len(instance.ranges)
            truths = [values[0].astype(bool)] if not own.operators else []
            for left, operator, right in zip(values, own.operators, values[1:]):
                truths.append(compared(operator, *aligned(left, right, count), own.tolerance))
            whole = [truth.reshape((*truth.shape[:count], -1)).all(axis=-1) for truth in truths]
            holds = np.logical_and.reduce(whole)
            if not holds.all():
                boxes = enclosing(instance, self.setting.env)
                at = np.argwhere(~holds)[0]
                labels = {index.symbol: index.label for index in claim.indices}
                return {labels[name]: low + int(place) for (name, (low, _)), place in zip(boxes.items(), at)}
        return None

    def _in_range(self, arrays: Mapping[int, Array]) -> bool:
        """Whether all drawn numbers lie in the ranges declared for them."""
        for slot in self.setting.layout.slots:
            family = self.setting.shapes.graph.families[slot.family]
            limits = limits_of(family.entries, self.setting.env) if slot.number in arrays else None
            if limits is not None and slot.family not in self.given:
                array = arrays[slot.number]
                if ((array < limits.low) | (array > limits.high)).any():
                    return False
        return True

    # ---- ties ----------------------------------------------------------------------------------

    def _tie(self, arrays: Arrays) -> None:
        """Makes the drawn entries equal that assumptions tie together."""
        slots = [slot for slot in self.setting.layout.slots if slot.number in arrays]
        starts, total = {}, 0
        for slot in slots:
            starts[slot.number], total = total, total + prod(slot.shape)
        ties = list(self._ties(arrays))
        if not ties:
            return
        labels = _groups(total, [(starts[a.number] + at, starts[b.number] + to) for (a, at), (b, to) in ties if b])
        values = np.concatenate([arrays[slot.number].ravel() for slot in slots])
        known = np.zeros(total, dtype=bool)
        for slot in slots:
            if slot.family in self.given:
                known[starts[slot.number] : starts[slot.number] + prod(slot.shape)] = True
        for (slot, at), (other, to) in ties:
            if other is None:
                values[starts[slot.number] + at], known[starts[slot.number] + at] = to, True
        chosen = np.arange(total)
        chosen[labels[known]] = np.flatnonzero(known)
        tied = values[chosen[labels]]
        for slot in slots:
            if slot.family not in self.given:
                part = tied[starts[slot.number] : starts[slot.number] + prod(slot.shape)].reshape(slot.shape)
                arrays[slot.number] = part.astype(arrays[slot.number].dtype)

    def _ties(self, arrays: Arrays) -> Iterator[tuple[Ends, tuple[Slot | None, Array]]]:
        """Pairs of entries that are equal, or an entry and the number that it is equal to, for all indices at once."""
        for claim in self.setting.shapes.graph.assumed:
            for instance in self.setting.shapes.claims[claim]:
                origin = instance.origin
                body = origin.body if isinstance(origin, Claim) else claim.body
                assert isinstance(body, ValueClaim)
                for left, operator, right in zip(body.operands, body.operators, body.operands[1:]):
                    if operator == "==":
                        yield from self._tie_of(instance, left, right, arrays)

    def _tie_of(
        self, instance: Instance, left: Node, right: Node, arrays: Arrays
    ) -> Iterator[tuple[Ends, tuple[Slot | None, Array]]]:
        at = self._points(instance)
        entries = [self._entry(node, at, arrays) for node in (left, right)]
        for one, other, node in ((entries[0], entries[1], right), (entries[1], entries[0], left)):
            if one is not None and other is not None:
                yield one, other
                return
            if one is not None and isinstance(node, Number | SizeValue):
                yield one, (None, np.broadcast_to(np.asarray(_number(node, at, self.setting)), one[1].shape))
                return

    def _points(self, instance: Instance) -> dict[str, Array]:
        """The values of the indices of an instance, one array for each, all points in a row."""
        boxes = enclosing(instance, self.setting.env)
        grids = np.indices([max(0, high - low + 1) for low, high in boxes.values()])
        at = {name: grid.ravel() + low for (name, (low, _)), grid in zip(boxes.items(), grids)}
        inside = np.ones(next(iter(at.values())).shape if at else (1,), dtype=bool)
        env = {**self.setting.env, **at}
        for name, part in instance.ranges.items():
            inside &= (at[name] >= part.low.evaluate(env)) & (at[name] <= part.high.evaluate(env))
        return {name: values[inside] for name, values in at.items()}

    def _entry(self, node: Node, at: Mapping[str, Array], arrays: Arrays) -> Ends | None:
        """The entries that a read with all its subscripts names; None for anything else."""
        if not isinstance(node, Read) or not all(isinstance(item, Point) for item in node.subscripts):
            return None
        slots = self.setting.layout.by_family.get(node.family, ())
        if len(slots) != 1 or slots[0].number not in arrays or len(node.subscripts) != len(slots[0].shape):
            return None
        (slot,) = slots
        lows = (*slot.lows, *(0 for _ in slot.cell))
        env = {**self.setting.env, **at}
        count = len(next(iter(at.values()))) if at else 1
        places = [
            np.broadcast_to(item.size.evaluate(env) - low, (count,))
            for item, low in zip(node.subscripts, lows)
            if isinstance(item, Point)
        ]
        return slot, np.ravel_multi_index(places, slot.shape) if places else np.zeros(1, dtype=np.int64)


def _number(node: Number | SizeValue, at: Mapping[str, Array], setting: Setting) -> Array | float:
    return node.value if isinstance(node, Number) else node.size.evaluate({**setting.env, **at})


def _groups(total: int, pairs: list[tuple[Array, Array]]) -> Array:
    """The least entry that each one is tied to, directly or not."""
    labels = np.arange(total)
    while True:
        before = labels.copy()
        for left, right in pairs:
            least = np.minimum(labels[left], labels[right])
            np.minimum.at(labels, left, least)
            np.minimum.at(labels, right, least)
        labels = labels[labels]
        if (labels == before).all():
            return labels
