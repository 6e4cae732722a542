"""Inputs, weights and buffers that are given, checked against their declarations.

In: the layout at concrete sizes, arrays by name.  Out: one array for each slot, or an `ExecutionError` that says what
does not fit: the name, the type, the shape, a NaN, an entry outside of the declared range.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from shapecheck.execute import errors
from shapecheck.execute.inputs.limits import Limits, limits_of
from shapecheck.execute.inputs.pieces import Piece, pieces, put
from shapecheck.execute.planning.memory_layout import Layout
from shapecheck.execute.run_state import Array
from shapecheck.graph.model import Family
from shapecheck.infer.model import Shapes


def accept(
    shapes: Shapes, layout: Layout, env: Mapping[str, int], data: Mapping[str, object], kind: np.dtype[np.floating[Any]]
) -> tuple[dict[int, Array], set[str]]:
    """The slots' arrays of the data given, checked, and the names of their families."""
    families = shapes.graph.families
    inputs = {name: pieces(name, layout) for name in layout.regions if families[name].is_given}
    paths = {piece.path: (name, piece) for name, own in inputs.items() for piece in own}
    arrays: dict[int, Array] = {}
    found: set[str] = set()
    for key, value in data.items():
        if key not in paths:
            raise _unknown(key, inputs, paths, families)
        name, piece = paths[key]
        put(arrays, piece, checked(key, value, piece.shape, families[name], env, kind))
        found.add(name)
    for name in found:
        missing = [piece.path for piece in inputs[name] if piece.path not in data]
        if missing:
            raise errors.members_missing(name, missing, families[name].span)
    return arrays, found


def _unknown(
    key: str, inputs: Mapping[str, list[Piece]], paths: Mapping[str, object], families: Mapping[str, Family]
) -> errors.ExecutionError:
    if key in inputs:
        return errors.members_differ(key, [piece.path for piece in inputs[key]], families[key].span)
    computed = [name for name, family in families.items() if not family.is_given]
    return errors.unknown_data(key, paths, computed)


def checked(
    name: str,
    value: object,
    shape: tuple[int, ...],
    family: Family,
    env: Mapping[str, int],
    kind: np.dtype[np.floating[Any]],
) -> Array:
    """Data as an array of int64 or of the run's type, or `ExecutionError`: type, shape, NaN, range, in this order."""
    array = _numeric(name, value, family)
    if array.shape != shape:
        used = {size: env[size] for size in env if not size.startswith((".", "?"))}
        raise errors.wrong_data_shape(name, shape, array.shape, used, family.span)
    if array.dtype.kind == "f" and np.isnan(array).any():
        raise errors.nan_in_data(name, np.argwhere(np.isnan(array))[0].tolist(), family.span)
    limits = limits_of(family.entries, env)
    if limits is not None:
        array = _limited(name, array, limits, family)
    return array.astype(kind if array.dtype.kind == "f" else np.int64, copy=False)


def _numeric(name: str, value: object, family: Family) -> Array:
    array = _as_numpy(name, value, family)
    if array.dtype.kind not in "biuf":
        raise errors.wrong_data_type(name, f"of type {array.dtype}", family.span)
    if array.dtype.kind == "u" and array.size and int(array.max()) >= 2**63:
        raise errors.wrong_data_type(name, "integers beyond 64 bits", family.span)
    return array


def _as_numpy(name: str, value: object, family: Family) -> Array:
    """An array of NumPy, or of any library that hands its numbers to others; bfloat16 as float32."""
    if not isinstance(value, np.ndarray | np.generic | list | tuple | int | float):
        value = _handed_over(value)
    if value is None or isinstance(value, np.ma.MaskedArray):
        kind = "masked" if value is not None else "no array that NumPy can read"
        raise errors.wrong_data_type(name, kind, family.span, "an array of numbers")
    try:
        array = np.asarray(value)
    except (ValueError, OverflowError) as error:
        raise errors.wrong_data_type(name, "ragged", family.span, "an array of numbers") from error
    return array.astype(np.float32) if array.dtype.name == "bfloat16" else array


def _handed_over(value: Any) -> object:
    """The numbers of a tensor of another library; None where it does not hand them over."""
    if not hasattr(value, "__array__") and not hasattr(value, "__dlpack__"):
        return None
    for step in ("detach", "cpu"):
        value = getattr(value, step)() if hasattr(value, step) else value
    if str(getattr(value, "dtype", "")).endswith("bfloat16") and hasattr(value, "float"):
        value = value.float()
    try:
        return np.asarray(value) if hasattr(value, "__array__") else np.from_dlpack(value)
    except Exception:  # each library has errors of its own
        return None


def _limited(name: str, array: Array, limits: Limits, family: Family) -> Array:
    outside = (array < limits.low) | (array > limits.high)
    if outside.any():
        at = np.argwhere(outside)[0].tolist()
        raise errors.data_out_of_range(name, array[tuple(at)].item(), at, limits.low, limits.high, family.span)
    if not limits.real and array.dtype.kind == "f":
        if (array != np.floor(array)).any():
            wanted = f"integers in {limits.low}..{limits.high}"
            raise errors.wrong_data_type(name, "not whole numbers", family.span, wanted)
        return array.astype(np.int64)
    return array
