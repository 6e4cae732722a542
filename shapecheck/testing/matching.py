"""A user's function compared with a spec: its shapes and its values.

In: a spec, a function of NumPy arrays or PyTorch tensors.  Out: nothing where it agrees at all sizes and on all arrays
that are drawn; else an `AssertionError` about the smallest case that was found.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from hypothesis import HealthCheck, given, settings

from shapecheck.diagnostics.shapes import shape_text
from shapecheck.diagnostics.suggest import nearest
from shapecheck.execute.run_state import Array
from shapecheck.infer.model import Shapes
from shapecheck.report.tensor_list import is_told
from shapecheck.testing.cases.profiles import active, deadline
from shapecheck.testing.examples import Example, choice_of, runs_with_arrays

if TYPE_CHECKING:
    from shapecheck.spec import Spec

TOLERANCE = 1e-6


def assert_matches(
    spec: Spec,
    function: Callable[..., Any],
    *,
    outputs: str | Sequence[str] | None = None,
    block: str | None = None,
    convert: Callable[[Array], Any] | None = None,
    tolerance: float = TOLERANCE,
    max_examples: int | None = None,
    batch: int | tuple[int, ...] = (),
) -> None:
    """Compare a function with a spec, for sizes and arrays drawn by Hypothesis.

    The function gets those inputs, weights, buffers and sizes that its parameters name (all with `**`); members that
    differ in shape come as a list.  It returns the `outputs`, one or a tuple, or a dictionary by name; without
    `outputs` it returns what the spec declares as `output`.  `block`: a block of the spec is meant, on its own.
    `convert` makes arrays into what it takes, for example `torch.from_numpy`.  Numbers may differ by `tolerance`,
    relative to the larger one and to 1.  With `batch`, a number or several, the function gets inputs with these axes
    in front and computes a batch; what depends on them has these axes in front, too.
    """
    shapes = choice_of(spec, block).shapes
    names = _outputs(shapes, outputs)
    wanted = _parameters(function, shapes)
    options = settings(
        max_examples=max_examples or active().max_examples,
        deadline=deadline(),
        suppress_health_check=(HealthCheck.too_slow, HealthCheck.nested_given),
        print_blob=False,
    )

    def compared(example: Example) -> None:
        given = _arguments(example, wanted, convert)
        wrong = _difference(function(**given), example, names, tolerance)
        if wrong is not None:
            raise AssertionError(f"{wrong}\n{example!r}")

    options(given(runs_with_arrays(spec, None, block, batch))(compared))()


# ---- what goes in ------------------------------------------------------------------------------


def _parameters(function: Callable[..., Any], shapes: Shapes) -> tuple[str, ...] | None:
    """The names that the function asks for; None for all arrays.  Raises `TypeError` for one that there is not."""
    parameters = inspect.signature(function).parameters.values()
    if any(item.kind is item.VAR_KEYWORD for item in parameters):
        return None
    known = [*(family.name for family in shapes.graph.families.values() if family.is_given), *shapes.graph.free_sizes]
    for item in parameters:
        if item.name not in known and item.default is item.empty and item.kind is not item.VAR_POSITIONAL:
            near = nearest(item.name, known)
            hint = f"did you mean {near}?" if near else f"there are {', '.join(known)}"
            raise TypeError(f"the function asks for {item.name}, which the spec does not have; {hint}")
    return tuple(item.name for item in parameters if item.name in known)


def _arguments(
    example: Example, wanted: tuple[str, ...] | None, convert: Callable[[Array], Any] | None
) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for path, array in example.arrays.items():
        name, _, member = path.partition("[")
        value = array.copy() if convert is None else convert(array.copy())
        if member:
            found.setdefault(name, []).append(value)
        else:
            found[name] = value
    found = {**example.sizes, **found} if wanted is not None else found
    return found if wanted is None else {name: found[name] for name in wanted}


# ---- what comes out ----------------------------------------------------------------------------


def _outputs(shapes: Shapes, outputs: str | Sequence[str] | None) -> tuple[str, ...]:
    """The tensors that the function returns, in order."""
    computed = [item for item in shapes.graph.families.values() if not item.is_given and is_told(item)]
    if outputs is None:
        declared = tuple(item.name for item in computed if item.role == "output")
        if not declared:
            known = ", ".join(item.name for item in computed)
            raise ValueError(f"the spec declares no output; say what the function returns: outputs= one of {known}")
        return declared
    names = (outputs,) if isinstance(outputs, str) else tuple(outputs)
    for name in names:
        if name not in shapes.cells:
            near = nearest(name, [item.name for item in computed])
            raise ValueError(f"the spec has no tensor {name}" + (f"; did you mean {near}?" if near else ""))
    return names


def _difference(result: Any, example: Example, names: Sequence[str], tolerance: float) -> str | None:
    """The first difference, with the sizes; None if there is none."""
    if not isinstance(result, Mapping):
        values = result if isinstance(result, tuple) and len(names) > 1 else (result,)
        if len(values) != len(names):
            return f"the function returns {len(values)} arrays, not {len(names)}: {', '.join(names)}"
        result = dict(zip(names, values))
    for name, value in result.items():
        wrong = _unlike(name, _as_array(value), example, tolerance)
        if wrong is not None:
            return wrong
    return None


def _unlike(name: str, found: Array, example: Example, tolerance: float) -> str | None:
    expected = example.run.value(name)
    if found.shape != expected.shape:
        return f"{name} is {_shape(expected)}, the function gives {_shape(found)}"
    with np.errstate(all="ignore"):
        size = np.maximum(1.0, np.maximum(np.abs(expected), np.abs(found)))
        same = (found == expected) | (np.abs(np.subtract(found, expected, dtype=float)) <= tolerance * size)
    if bool(np.all(same)):
        return None
    at = tuple(map(int, np.argwhere(~np.atleast_1d(same))[0]))[: found.ndim]
    entry = f"{name}[{', '.join(map(str, at))}]" if at else name
    return f"{entry} is {expected[at]}, the function gives {found[at]}"


def _as_array(value: Any) -> Array:
    """Tensors of PyTorch as arrays, too."""
    for step in ("detach", "cpu", "numpy"):
        if not isinstance(value, np.ndarray) and hasattr(value, step):
            value = getattr(value, step)()
    return np.asarray(value)


def _shape(array: Array) -> str:
    return shape_text(tuple(map(str, array.shape))) if array.shape else "a scalar"
