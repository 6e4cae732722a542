"""Two sides of a claim compared in a run: where they differ first, and the numbers there.

What comes in is a claim, its instances, a run and the sizes of it; out comes None where the claim holds, else lines
for the reader.  A value that is not a number is an `ExecutionError`, as in an equation.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from shapecheck.graph.model import Claim, ShapeClaim, ValueClaim
from shapecheck.infer.model import Instance
from shapecheck.sizes import Size

if TYPE_CHECKING:
    import numpy as np

    from shapecheck.execute import Run

NEAR = 1e-9
"""Relative distance within which written reals (`0.1`) may differ by their rounding alone."""


class Rounded(Exception):
    """An exact comparison hangs on how written reals are rounded; never leaves the room."""

    def __init__(self, place: str) -> None:
        super().__init__(place)
        self.place = place


def compare(
    claim: Claim, instances: tuple[Instance, ...], run: Run, sizes: Mapping[str, int], hazy: bool = False
) -> tuple[str, ...] | None:
    """The first entry where the claim fails and both numbers; None where it holds throughout.

    `hazy`: numbers below it are not what was written (`0.1`), so a difference of a rounding error decides nothing.
    """
    for instance in instances:
        failure = _compare_in(claim, instance, run, sizes, hazy)
        if failure is not None:
            return failure
    return None


def _compare_in(
    claim: Claim, instance: Instance, run: Run, sizes: Mapping[str, int], hazy: bool
) -> tuple[str, ...] | None:
    claim = instance.origin if isinstance(instance.origin, Claim) else claim
    if isinstance(claim.body, ShapeClaim):
        return _entries_in(claim.body, instance, run, sizes)
    assert isinstance(claim.body, ValueClaim)
    values = [run.number(instance, operand) for operand in claim.body.operands]
    if not claim.body.operators:
        return _first(values[0].astype(bool), instance, sizes, "the condition is false")
    for position, operator in enumerate(claim.body.operators):
        left, right = _aligned(values[position], values[position + 1], len(instance.ranges))
        holds = _holds(operator, left, right, claim.body.tolerance)
        if hazy and operator != "~=":
            _refuse_haze(operator, holds, left, right, instance, sizes)
        failure = _first(holds, instance, sizes, None, left, right)
        if failure is not None:
            return failure
    return None


def _entries_in(body: ShapeClaim, instance: Instance, run: Run, sizes: Mapping[str, int]) -> tuple[str, ...] | None:
    """`in low..high`: every entry lies there, and is an integer unless the ends are reals."""
    import numpy as np

    assert body.entries is not None
    low, high = (end.evaluate(sizes) if isinstance(end, Size) else end for end in (body.entries.low, body.entries.high))
    values = run.number(instance, body.value)
    holds = (values >= low) & (values <= high)
    if not body.entries.real:
        holds &= np.equal(np.floor(values), values)
    return _first(holds, instance, sizes, f"not in {low}..{high}")


def _aligned(left: np.ndarray, right: np.ndarray, labels: int) -> tuple[np.ndarray, np.ndarray]:
    """A scalar side is compared with every entry of the other."""
    while left.ndim < right.ndim:
        left = left[(*[slice(None)] * labels, None, ...)]
    while right.ndim < left.ndim:
        right = right[(*[slice(None)] * labels, None, ...)]
    return left, right


def _refuse_haze(
    operator: str,
    holds: np.ndarray,
    left: np.ndarray,
    right: np.ndarray,
    instance: Instance,
    sizes: Mapping[str, int],
) -> None:
    """Raise `Rounded` where a comparison turns on a difference that rounding alone may make."""
    near = _holds("~=", left, right, NEAR)
    unclear = near & (holds if operator == "!=" else ~holds)
    place = _first(~unclear, instance, sizes, None, left, right)
    if place is not None:
        raise Rounded(place[0])


def _holds(operator: str, left: np.ndarray, right: np.ndarray, tolerance: float) -> np.ndarray:
    """Entry by entry; `~=` is `|a - b| <= tolerance * max(1, |a|, |b|)`."""
    import numpy as np

    if operator != "~=":
        compare = {
            "==": np.equal,
            "!=": np.not_equal,
            "<=": np.less_equal,
            ">=": np.greater_equal,
            "<": np.less,
            ">": np.greater,
        }
        return np.asarray(compare[operator](left, right))
    with np.errstate(invalid="ignore"):
        size = np.maximum(1.0, np.maximum(np.abs(left), np.abs(right)))
        close = np.isfinite(size) & (np.abs(np.subtract(left, right, dtype=float)) <= tolerance * size)
    return np.asarray(np.equal(left, right) | close)


def _first(
    holds: np.ndarray, instance: Instance, sizes: Mapping[str, int], text: str | None, *sides: np.ndarray
) -> tuple[str, ...] | None:
    """Where a comparison fails first, and the numbers there (or `text`); None where it holds throughout."""
    import numpy as np

    if bool(np.all(holds)):
        return None
    position = tuple(map(int, np.argwhere(~np.atleast_1d(holds))[0]))[: holds.ndim]
    wrong = int(holds.size - np.count_nonzero(holds))
    place = _place(position, instance, sizes)
    said = text or "left {}, right {}".format(
        *(_number(np.broadcast_to(side, holds.shape)[position]) for side in sides)
    )
    count = f" ({wrong} of {holds.size} entries)" if holds.size > 1 else ""
    return (f"{place}{said}{count}",)


def _place(position: tuple[int, ...], instance: Instance, sizes: Mapping[str, int]) -> str:
    """The first failing entry, its claim's indices by their names: `at t = 2, in entry [0, 1]: `."""
    known = dict(sizes)
    parts: list[str] = []
    for index, offset in zip(instance.origin.indices, position):
        known[index.symbol] = instance.ranges[index.symbol].low.evaluate(known) + offset
        parts.append(f"{index.label} = {known[index.symbol]}")
    rest = position[len(parts) :]
    words = [f"at {', '.join(parts)}"] if parts else []
    if rest:
        words.append(f"in entry [{', '.join(map(str, rest))}]")
    return f"{', '.join(words)}: " if words else ""


def _number(value: object) -> str:
    return repr(float(value)) if isinstance(value, float) else str(value)
