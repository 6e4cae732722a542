"""The layers of a spec that have weights, in the order of use; a repeated layer once for each repeat."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby, product
from typing import Any

from shapecheck.record import record
from shapecheck.report.weight_list import Weight


@record(eq=False)
class SpecPart:
    """A layer: its path (`blocks.conv1`), which repeat it is, counted from 0, its kind, and its weights by role."""

    path: str
    member: tuple[int, ...]
    layer: str
    weights: Mapping[str, Weight]
    settings: Mapping[str, Any]

    @property
    def title(self) -> str:
        """`blocks[2].conv1` for the second repeat."""
        first, dot, rest = self.path.partition(".")
        return first + "".join(f"[{at + 1}]" for at in self.member) + dot + rest

    @property
    def outputs(self) -> tuple[str, ...]:
        """The keys under which a run may have its result."""
        whole = self.path.removesuffix(".cell")
        return (f"{whole}.y", whole, f"{whole}.h")


def spec_parts(weights: Sequence[Weight], expected: Mapping[str, Mapping[str, tuple[int, ...]]]) -> list[SpecPart]:
    """The parts; layers that are repeated together come together, as they are computed."""
    owned = [weight for weight in weights if weight.layer and weight.path in expected.get(weight.path, {})]
    found: list[SpecPart] = []
    for _, together in groupby(owned, key=_repeat):
        own = list(together)
        front = expected[own[0].path][own[0].path][: own[0].repeats]
        for member in product(*map(range, front)):
            found += _at(own, member)
    return found


def _repeat(weight: Weight) -> tuple[str, int]:
    """The part of a path that layers repeated together share; each other layer alone."""
    return (weight.part.partition(".")[0], weight.repeats) if weight.repeats else (weight.part, 0)


def _at(weights: Sequence[Weight], member: tuple[int, ...]) -> Iterator[SpecPart]:
    for part, own in groupby(weights, key=lambda weight: weight.part):
        roles = {weight.role: weight for weight in own}
        first = next(iter(roles.values()))
        yield SpecPart(part, member, first.layer, roles, dict(first.settings))
