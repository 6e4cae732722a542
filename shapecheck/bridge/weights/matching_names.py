"""Weights of a spec by their names in a file of weights: never by their order, which files do not keep.

Comes in: the spec's weights with their shapes at concrete sizes, the file's arrays, a profile.  Goes out: an
`Assigned`: arrays under the spec's keys, and what is missing, does not fit, or is left over.

`blocks[1].conv1.K` is `blocks.0.conv1.weight` in a file of PyTorch.  Dots, slashes and underscores count as the same.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations_with_replacement, product

import numpy as np

from shapecheck.bridge.network import Array
from shapecheck.bridge.weights.flattened import reordered
from shapecheck.bridge.weights.profile_rules import Profile, WeightRule
from shapecheck.diagnostics.shapes import shape_text
from shapecheck.diagnostics.suggest import nearest
from shapecheck.record import record
from shapecheck.report.weight_list import Weight

Shape = tuple[int, ...]
_IGNORED = ("num_batches_tracked", "attn_mask", "position_ids")
"""Ends of names that hold no weights."""
_LAYER = re.compile(r"(.*?)_(l\d+(?:_reverse)?)$")
_NUMBERED = re.compile(r"[a-z]+(\d+(?:_\d+)*)")


@record(eq=False)
class Assigned:
    """Arrays by the spec's keys, and in words what is missing or does not fit; `unused` are names in the file."""

    arrays: Mapping[str, Array]
    missing: tuple[str, ...]
    wrong: tuple[str, ...]
    unused: tuple[str, ...]


def assigned(
    weights: Sequence[Weight],
    expected: Mapping[str, Mapping[str, Shape]],
    arrays: Mapping[str, Array],
    profile: Profile,
    images: Mapping[str, Shape | None] | None = None,
) -> Assigned:
    """The arrays of a file for the weights of a spec, whose keys and shapes at the sizes are `expected`.

    `images` are those that dense layers take as vectors, by the layers' paths (`flattened`).
    """
    search = _Search(arrays, profile, images or {})
    for weight in weights:
        for key, shape in expected.get(weight.path, {}).items():
            search.find(weight, key, shape)
    left = [name for name in arrays if name not in search.used and not name.endswith(_IGNORED)]
    return Assigned(search.found, tuple(search.missing), tuple(search.wrong), tuple(left))


class _Search:
    """The arrays that were found so far."""

    def __init__(self, arrays: Mapping[str, Array], profile: Profile, images: Mapping[str, Shape | None]) -> None:
        self._arrays, self._profile, self._images = arrays, profile, images
        self._names = {plain_name(name.removeprefix("module.")): name for name in arrays}
        self.found: dict[str, Array] = {}
        self.missing: list[str] = []
        self.wrong: list[str] = []
        self.used: set[str] = set()

    def find(self, weight: Weight, key: str, shape: Shape) -> None:
        """Look for one array of the spec."""
        if self._profile.is_own:
            self._take(weight, key, shape, [((), [key] if key in self._arrays else [])])
            return
        part = weight.part if key == weight.path else key.rpartition(".")[0] or weight.part
        rule = self._profile.rule(weight.layer, weight.role)
        fronts = product(*map(range, shape[: weight.repeats]))
        self._take(weight, key, shape, [(front, self._sources(part, front, rule)) for front in fronts], rule)

    def _take(
        self,
        weight: Weight,
        key: str,
        shape: Shape,
        members: Sequence[tuple[Shape, list[str]]],
        rule: WeightRule | None = None,
    ) -> None:
        rule = rule or WeightRule((("",),))
        if any(not names for _, names in members):
            self.missing.append(self._told(weight, key, shape, rule))
            return
        inner = shape if len(members) == 1 and not members[0][0] else shape[weight.repeats :]
        made = [rule.applied([self._arrays[name] for name in names], inner) for _, names in members]
        self.used.update(name for _, names in members for name in names)
        wrong = next((place for place, array in enumerate(made) if array.shape != inner), None)
        if wrong is not None:
            names = members[wrong][1]
            given = ", ".join(f"{name} : {_text(self._arrays[name].shape)}" for name in names)
            self.wrong.append(f"{key} is {_text(inner)} at these sizes; {given} gives {_text(made[wrong].shape)}")
            return
        if self._profile.channels_first and weight.role == "W" and weight.part in self._images:
            image = self._images[weight.part]
            if image is None:
                self.wrong.append(f"the order of the columns of {key} is unclear: axes are merged in front of it")
                return
            made = [reordered(array, image) for array in made]
        self.found[key] = made[0] if inner is shape else np.stack(made).reshape(shape)

    def _sources(self, part: str, front: Shape, rule: WeightRule) -> list[str]:
        """The file's names of all arrays that a weight is made of; none where one is missing."""
        found = []
        for alternatives in rule.sources:
            tried = (plain_name(name) for name in names_of(part, front, alternatives, self._profile.first))
            hit = next((self._names[name] for name in tried if name in self._names), None)
            if hit is None:
                return []
            found.append(hit)
        return found

    def _told(self, weight: Weight, key: str, shape: Shape, rule: WeightRule) -> str:
        """`conv1.K : 3 x 3 x 3 x 8, as conv1.weight`, with the nearest name in the file."""
        front = (0,) * weight.repeats
        wanted = key
        if not self._profile.is_own:
            wanted = next(names_of(weight.part, front, rule.sources[0], self._profile.first), key)
        near = nearest(wanted, [name for name in self._arrays if name not in self.used])
        return f"{key} : {_text(shape)}, as {wanted}" + (f"; the file has {near}" if near else "")


def names_of(part: str, front: Shape, alternatives: Sequence[str], first: int, loose: bool = True) -> Iterator[str]:
    """The names that a weight may have in a file, the likeliest first.

    `part` is the path of its layer, `front` the member of the repeats around it, counted from 0.  A `loose` name is
    the number alone in the name of a layer: `0` for `conv0`.
    """
    path = re.sub(r"\[(\d+)\]", lambda found: f".{int(found[1]) - 1 + first}", part)
    for base, layer in _bases(path, loose):
        for numbered in _with_numbers(base, [number + first for number in front]):
            for name in alternatives:
                found = f"{numbered}.{name.format(l=layer)}".lstrip(".")
                yield found
                yield re.sub(r"^v(?=\d)", "", found)


def _bases(path: str, loose: bool) -> Iterator[tuple[str, str]]:
    """Spellings of a layer's path, each with the number of the layer in a recurrent module."""
    bare = path.removesuffix("cell").removesuffix(".") if path.endswith((".cell", "cell")) else path
    for base in dict.fromkeys((path, bare)):
        named = _LAYER.fullmatch(base)
        if named is not None:
            yield from ((root, named[2]) for root in ((named[1],) if "." in base else (named[1], "")))
        yield base, "l0"
        yield re.sub(r"_\d+$", "", base), "l0"
    yield re.sub(r"(^|\.)b(\d)", r"\1\2", bare), "l0"
    head, dot, last = bare.rpartition(".")
    number = _NUMBERED.fullmatch(last)
    if loose and number is not None:
        yield f"{head}{dot}{number[1]}", "l0"


def _with_numbers(base: str, numbers: Sequence[int]) -> Iterator[str]:
    """The path with the numbers of repeats behind some of its names, in order."""
    parts = base.split(".")
    for places in combinations_with_replacement(range(len(parts)), len(numbers)):
        named = list(parts)
        for place, number in zip(places, numbers):
            named[place] += f".{number}"
        yield ".".join(named)


def plain_name(name: str) -> str:
    """A name with single underscores for everything that is no letter and no digit."""
    return re.sub(r"[^A-Za-z0-9]+", "_", name).strip("_")


def _text(shape: Shape) -> str:
    return shape_text(tuple(map(str, shape))) if shape else "a scalar"
