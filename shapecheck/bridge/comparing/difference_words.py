"""Words for a difference between a layer of a spec and one of a module: both, their shapes, and the likely cause."""

from __future__ import annotations

from typing import Any

from shapecheck.bridge.comparing.likely_causes import cause_of_shapes
from shapecheck.bridge.comparing.module_layers import ModuleLayer
from shapecheck.bridge.comparing.pairing import Pairs
from shapecheck.bridge.comparing.spec_parts import SpecPart
from shapecheck.bridge.network import Array
from shapecheck.bridge.weights.profile_rules import Profile


def both_titles(part: SpecPart, layer: ModuleLayer) -> str:
    return f"{part.title} ({part.layer.removesuffix('_cell')}) and {layer.title}"


def unpaired_text(pairs: Pairs) -> str:
    lines = [f"the module has no layer for {part.title} ({part.layer})" for part in pairs.only_spec]
    lines += [f"the spec has no layer for {layer.title}" for layer in pairs.only_module]
    return "\n".join(lines)


def missing_text(part: SpecPart, layer: ModuleLayer, role: str, name: str) -> str:
    cause = "the module's layer has no bias; write bias = false" if "bias" in name else f"the module has no {name}"
    return f"{both_titles(part, layer)}: the spec has the weight {role}, the module no {name}\nlikely cause: {cause}"


def extra_text(rules: Profile, part: SpecPart, layer: ModuleLayer) -> str | None:
    """A bias of the module that the spec does not have."""
    for role, rule in rules.rules.get(part.layer, {}).items():
        names = [name.format(l=layer.layer) for options in rule.sources for name in options]
        if role not in part.weights and "bias" in names[0] and all(name in layer.arrays for name in names):
            told = f"{both_titles(part, layer)}: the module has {names[0]}, the spec no weight {role}"
            return f"{told}\nlikely cause: the spec's layer has no bias; leave out bias = false"
    return None


def misfit_text(part: SpecPart, layer: ModuleLayer, role: str, own: Any, theirs: Any, name: str) -> str:
    told = f"{both_titles(part, layer)}: the weight {role} is {marked(own, theirs)}, {name} gives {marked(theirs, own)}"
    cause = cause_of_shapes(own, theirs)
    return f"{told}\nlikely cause: {cause}" if cause else told


def marked(shape: tuple[int, ...], other: tuple[int, ...]) -> str:
    """`3 x 3 x [8]`: a shape with the axes marked that differ from another one's."""
    if len(shape) != len(other):
        return dims_text(shape)
    return " x ".join(str(one) if one == two else f"[{one}]" for one, two in zip(shape, other)) or "a scalar"


def both_shapes(own: Array, theirs: Array) -> str:
    """Both shapes, the axes marked that differ."""
    return f"{marked(own.shape, theirs.shape)}, in the module {marked(theirs.shape, own.shape)}"


def dims_text(shape: tuple[int, ...]) -> str:
    return " x ".join(map(str, shape)) or "a scalar"
