"""Pairs of a spec's layers and a module's: by the names of their weights, the others by kind in the order of use."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import SequenceMatcher

from shapecheck.bridge.comparing.module_layers import ModuleLayer
from shapecheck.bridge.comparing.spec_parts import SpecPart
from shapecheck.bridge.weights.matching_names import names_of, plain_name
from shapecheck.bridge.weights.profile_rules import Profile
from shapecheck.record import record


@record(eq=False)
class Pairs:
    """Layers that belong together, in the order of the spec, and those that have no counterpart."""

    pairs: tuple[tuple[SpecPart, ModuleLayer], ...]
    only_spec: tuple[SpecPart, ...]
    only_module: tuple[ModuleLayer, ...]


def paired(parts: Sequence[SpecPart], layers: Sequence[ModuleLayer], profile: Profile) -> Pairs:
    """The pairs; `layers` are in the order of their calls."""
    found = _by_name(parts, layers, profile)
    taken = set(found.values())
    left = [place for place in range(len(parts)) if place not in found]
    free = [place for place in range(len(layers)) if place not in taken]
    wanted = [profile.modules.get(parts[place].layer, "") for place in left]
    given = [layers[place].kind for place in free]
    for first, other, count in SequenceMatcher(None, wanted, given, autojunk=False).get_matching_blocks():
        found.update((left[first + at], free[other + at]) for at in range(count))
    taken = set(found.values())
    return Pairs(
        tuple((parts[place], layers[found[place]]) for place in sorted(found)),
        tuple(part for place, part in enumerate(parts) if place not in found),
        tuple(layer for place, layer in enumerate(layers) if place not in taken),
    )


def _by_name(parts: Sequence[SpecPart], layers: Sequence[ModuleLayer], profile: Profile) -> dict[int, int]:
    """Parts and layers of one kind whose weights have the same name; numbers as names only where all parts have one."""
    found = _named(parts, layers, profile, loose=False)
    every = _named(parts, layers, profile, loose=True)
    return every if len(every) == len(parts) else found


def _named(parts: Sequence[SpecPart], layers: Sequence[ModuleLayer], profile: Profile, loose: bool) -> dict[int, int]:
    places = {(plain_name(layer.name), layer.layer): place for place, layer in enumerate(layers)}
    found: dict[int, int] = {}
    for number, part in enumerate(parts):
        for name in names_of(part.path, part.member, ("{l}",), profile.first, loose):
            base, _, layer = name.rpartition(".")
            place = places.get((plain_name(base), layer))
            if (
                place is not None
                and layers[place].kind == profile.modules.get(part.layer)
                and place not in found.values()
            ):
                found[number] = place
                break
    return found
