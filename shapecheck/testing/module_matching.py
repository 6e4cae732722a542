"""A module of PyTorch compared with a spec, for tests: layers, weights and values, at several sizes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from shapecheck.bridge.comparing.side_by_side import TOLERANCE, compare_module

if TYPE_CHECKING:
    from shapecheck.spec import Spec


def assert_module_matches(
    spec: Spec,
    module: Any,
    *,
    profile: str = "pytorch",
    outputs: str | Sequence[str] | None = None,
    tolerance: float = TOLERANCE,
) -> None:
    """Compare a `torch.nn.Module` with a spec, as `shapecheck compare` does.

    Layers are paired by name, else by kind in the order of use; both compute with the module's weights, in double
    precision.  `outputs` are the tensors of the spec that the module returns, those declared as `output` where nothing
    is given.  `AssertionError` names the first layer that differs, with both shapes and the likely cause.
    """
    names = (outputs,) if isinstance(outputs, str) else tuple(outputs or ())
    found = compare_module(spec, module, profile, names, tolerance)
    if found.difference is not None:
        raise AssertionError(found.difference)
