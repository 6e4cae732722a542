"""Files of weights for a run: the arrays by the spec's keys; what is missing in the file is told."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from shapecheck.commands.exit_codes import Refused, complain
from shapecheck.infer.model import Shapes

if TYPE_CHECKING:
    import numpy as np

_MOST_NAMES = 8


def weights_in(
    shapes: Shapes, sizes: Mapping[str, int], path: str, profile: str | None, limit: int
) -> dict[str, np.ndarray[Any, Any]]:
    """The arrays of a file.  Without a profile the file's names are the spec's, and missing weights are drawn."""
    from shapecheck.bridge.errors import BridgeError
    from shapecheck.bridge.weights.weight_files import load_weights

    try:
        arrays = load_weights(path, limit)
    except BridgeError as error:
        raise Refused(str(error)) from error
    if profile is None:
        _tell_drawn(shapes, path, arrays)
        return arrays
    return _by_profile(shapes, sizes, path, arrays, profile)


def _tell_drawn(shapes: Shapes, path: str, arrays: Mapping[str, Any]) -> None:
    """Name the weights that the file does not have."""
    from shapecheck.report.weight_list import weights_of

    given = {key.partition("[")[0] if key not in shapes.graph.families else key for key in arrays}
    families = weights_of(shapes)
    missing = [item.path for item in families if item.path not in given and not _in_parts(item.path, arrays)]
    if missing and len(missing) < len(families):
        complain(f"shapecheck: {path} lacks {_listed(missing)}; drawn from the seed")


def _in_parts(name: str, arrays: Mapping[str, Any]) -> bool:
    return any(key.startswith(f"{name}[") for key in arrays)


def _by_profile(
    shapes: Shapes, sizes: Mapping[str, int], path: str, arrays: Mapping[str, Any], profile: str
) -> dict[str, np.ndarray[Any, Any]]:
    from shapecheck.bridge.weights.flattened import evaluated, flattened_images
    from shapecheck.bridge.weights.matching_names import assigned
    from shapecheck.bridge.weights.profile_rules import profile as profile_named
    from shapecheck.execute.inputs.expected import expected_arrays
    from shapecheck.execute.plan import environment
    from shapecheck.report.weight_list import weights_of

    env = environment(shapes, sizes)
    images = evaluated(flattened_images(shapes), env)
    found = assigned(weights_of(shapes), expected_arrays(shapes, env), arrays, profile_named(profile), images)
    if found.missing or found.wrong:
        lines = [*(f"  missing: {item}" for item in found.missing), *(f"  {item}" for item in found.wrong)]
        raise Refused("\n".join([f"{path} does not fit the spec by the profile {profile}", *_cut(lines)]))
    if found.unused:
        complain(f"shapecheck: not used of {path}: {_listed(found.unused)}")
    return dict(found.arrays)


def _listed(names: Sequence[str]) -> str:
    """`a, b and 3 more`."""
    rest = len(names) - _MOST_NAMES
    return ", ".join(names) if rest <= 0 else f"{', '.join(names[:_MOST_NAMES])} and {rest} more"


def _cut(lines: Sequence[str]) -> list[str]:
    rest = len(lines) - 2 * _MOST_NAMES
    return list(lines) if rest <= 0 else [*lines[: 2 * _MOST_NAMES], f"  and {rest} more"]
