"""The two sides of a claim compared in a run: the entries where it seems to fail.

What comes in is a claim, one of its instances and a run; out come `Spot`s, entries where the numbers of the run do not
do what the claim says.  A run rounds, so that a spot is a place to look at (`shapecheck.verdict.exactly`), not more.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from shapecheck.graph.model import Claim, ShapeClaim, ValueClaim
from shapecheck.infer.model import Instance
from shapecheck.record import record

if TYPE_CHECKING:
    import numpy as np

    from shapecheck.execute import Run

NEAR = 1e-9
"""Relative distance within which the numbers of a run may differ by its rounding alone, as a rule."""
SHOWN = 8
"""Most spots of either kind that are looked at."""


@record
class Spot:
    """An entry of a claim: the values of its indices (by symbol), the position in the compared tensors.

    `sides` are the numbers of the run, `near` whether these are so close that rounding may be all there is between
    them; `wrong` of `total` entries are like it.
    """

    indices: Mapping[str, int]
    position: tuple[int, ...]
    sides: tuple[Any, ...] = ()
    near: bool = False
    wrong: int = 1
    total: int = 1


def spots(claim: Claim, instance: Instance, run: Run) -> list[Spot]:
    """Entries where the claim fails in a run, in order: the first few, and the first few clear ones."""
    found = next((own for own in _comparisons(claim, instance, run) if not own.holds.all()), None)
    return [] if found is None else found.spots(instance, run)


@record(eq=False)
class _Comparison:
    """A comparison in all entries: those that hold, those too close to decide, and both sides."""

    holds: np.ndarray
    near: np.ndarray
    sides: tuple[np.ndarray, ...]

    def spots(self, instance: Instance, run: Run) -> list[Spot]:
        """Spots where the claim does not hold."""
        import numpy as np

        wrong, total = int(self.holds.size - np.count_nonzero(self.holds)), int(self.holds.size)
        places: set[tuple[int, ...]] = set()
        for mask in (~self.holds, ~self.holds & ~self.near):
            flat = np.flatnonzero(mask)[:SHOWN]
            places |= {tuple(map(int, np.unravel_index(at, mask.shape))) for at in flat}
        return [self._spot(place, instance, run, wrong, total) for place in sorted(places)]

    def _spot(self, place: tuple[int, ...], instance: Instance, run: Run, wrong: int, total: int) -> Spot:
        import numpy as np

        sides = tuple(np.broadcast_to(side, self.holds.shape)[place].item() for side in self.sides)
        indices = _indices(place, instance, run)
        return Spot(indices, place[len(indices) :], sides, bool(self.near[place]), wrong, total)


def _comparisons(claim: Claim, instance: Instance, run: Run) -> Iterator[_Comparison]:
    claim = instance.origin if isinstance(instance.origin, Claim) else claim
    if isinstance(claim.body, ShapeClaim):
        yield _entries_in(claim.body, instance, run)
        return
    from shapecheck.execute.entrywise import aligned, compared

    assert isinstance(claim.body, ValueClaim)
    values = [run.number(instance, operand) for operand in claim.body.operands]
    if not claim.body.operators:
        truth = values[0].astype(bool)
        yield _Comparison(truth, ~truth & False, ())
    for position, operator in enumerate(claim.body.operators):
        left, right = aligned(values[position], values[position + 1], len(instance.ranges))
        near = compared("~=", left, right, NEAR)
        yield _Comparison(compared(operator, left, right, claim.body.tolerance), near, (left, right))


def _entries_in(body: ShapeClaim, instance: Instance, run: Run) -> _Comparison:
    """`in low..high`: every entry lies there, and is an integer unless the ends are reals."""
    import numpy as np

    from shapecheck.execute.entrywise import compared

    assert body.entries is not None
    low, high = body.entries.at(run.setting.env)
    values = run.number(instance, body.value)
    holds = (values >= low) & (values <= high)
    if not body.entries.real:
        holds &= np.equal(np.floor(values), values)
    near = compared("~=", values, np.clip(np.round(values), low, high), NEAR)
    return _Comparison(holds, near, (values,))


def _indices(place: tuple[int, ...], instance: Instance, run: Run) -> dict[str, int]:
    """The values of the claim's indices at a place; beyond the range of a point, those of the first inside."""
    from shapecheck.execute.run_result import enclosing

    boxes = enclosing(instance, run.setting.env)
    return {name: low + offset for (name, (low, _)), offset in zip(boxes.items(), place)}


def where(instance: Instance, spot: Spot) -> str:
    """An entry of a claim, its indices by their names: `at t = 2, in entry [0, 1]: `."""
    parts = [f"{index.label} = {spot.indices[index.symbol]}" for index in instance.origin.indices]
    words = [f"at {', '.join(parts)}"] if parts else []
    if spot.position:
        words.append(f"in entry [{', '.join(map(str, spot.position))}]")
    return f"{', '.join(words)}: " if words else ""
