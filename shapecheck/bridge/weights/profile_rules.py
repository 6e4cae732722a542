"""Profiles: how a framework calls and stores the weights of the library's layers.

Comes in: the name of a profile.  Goes out: a `Profile` with a `WeightRule` for each role of a layer.  The rules are
data, one file for each framework in `shapecheck/bridge/profiles`, where the first one says what they may hold.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from shapecheck.bridge.network import Array
from shapecheck.record import record

_FOLDER = Path(__file__).parents[1] / "profiles"
NAMES = ("pytorch", "keras", "onnx", "paper")


@record
class WeightRule:
    """A weight of the spec from arrays of a framework.

    `sources` are their names, each with those that it may have instead.  The arrays are joined, their axes put in the
    order `axes`, a `part` taken of so many along the first axis, and the `gates` along it put in order.  Axes are split
    and merged where the spec has more or fewer of them, or where the rule says so (`regroup`).
    """

    sources: tuple[tuple[str, ...], ...]
    join: str = ""
    axes: tuple[int, ...] = ()
    part: tuple[int, int] = (0, 1)
    gates: tuple[int, ...] = ()
    regroup: bool = False

    def applied(self, arrays: Sequence[Array], shape: tuple[int, ...]) -> Array:
        """The array of the spec; in the shape that it should have, where it has as many numbers."""
        array = self._joined(arrays)
        if len(self.axes) == array.ndim:
            array = array.transpose(self.axes)
        number, count = self.part
        if array.ndim and len(array) % count == 0:
            array = array.reshape(count, len(array) // count, *array.shape[1:])[number]
        if self.gates and array.ndim and len(array) % len(self.gates) == 0:
            rows = array.reshape(len(self.gates), -1, *array.shape[1:])
            array = rows[list(self.gates)].reshape(array.shape)
        return array.reshape(shape) if self._is_regrouped(array, shape) else array

    def _joined(self, arrays: Sequence[Array]) -> Array:
        if self.join == "sum":
            return np.asarray(np.sum(arrays, axis=0))
        return np.concatenate(arrays, axis=1) if self.join == "columns" else arrays[0]

    def _is_regrouped(self, array: Array, shape: tuple[int, ...]) -> bool:
        """Whether the array has the numbers of the shape, with axes split, merged, or of size 1 left out."""
        return (self.regroup or array.ndim != len(shape)) and array.size == int(np.prod(shape))


@record
class Profile:
    """The rules of a framework by layer and role; repeated layers count from `first`.

    With `is_own` the names and shapes are those of the spec.  With `channels_first` images have their channels in
    front of their height and width.
    """

    name: str
    first: int
    is_own: bool
    channels_first: bool
    rules: Mapping[str, Mapping[str, WeightRule]]
    modules: Mapping[str, str]
    """The framework's classes by layer."""

    def rule(self, layer: str, role: str) -> WeightRule:
        """The rule of a weight; where there is none, the weight is called and stored as in the spec."""
        return self.rules.get(layer, {}).get(role) or WeightRule(((role,),))


@lru_cache
def profile(name: str) -> Profile:
    """The profile of that name."""
    found = tomllib.loads((_FOLDER / f"{name}.toml").read_text(encoding="utf-8"))
    layers = {key: value for key, value in found.items() if isinstance(value, dict)}
    modules = {layer: roles.pop("module") for layer, roles in layers.items() if "module" in roles}
    rules = {layer: {role: _rule(rule) for role, rule in roles.items()} for layer, roles in layers.items()}
    return Profile(name, found["first"], found.get("own", False), found.get("channels_first", False), rules, modules)


def _rule(text: Any) -> WeightRule:
    if isinstance(text, str):
        return WeightRule((tuple(text.split("|")),))
    names = [text["from"]] if isinstance(text["from"], str) else text["from"]
    number, count = text.get("part", (0, 1))
    return WeightRule(
        tuple(tuple(name.split("|")) for name in names),
        text.get("join", ""),
        tuple(text.get("axes", ())),
        (number, count),
        tuple(text.get("gates", ())),
        text.get("regroup", False),
    )
