"""A spec and a module on the same numbers, layer by layer.

Comes in: a spec, a module, a profile.  Goes out: a `Verdict`: the settings that agree, or the first difference with the
layer, both shapes, the axis, and the likely cause.  `BridgeError` where the two cannot be compared at all.
"""

from __future__ import annotations

import inspect
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from shapecheck.bridge.comparing.difference_words import (
    both_shapes,
    both_titles,
    dims_text,
    extra_text,
    misfit_text,
    missing_text,
    unpaired_text,
)
from shapecheck.bridge.comparing.likely_causes import cause_of_values
from shapecheck.bridge.comparing.module_layers import Call, ModuleLayer, in_double, module_layers, recorded
from shapecheck.bridge.comparing.pairing import Pairs, paired
from shapecheck.bridge.comparing.spec_parts import SpecPart, spec_parts
from shapecheck.bridge.errors import BridgeError
from shapecheck.bridge.modules.torch_export import leaves
from shapecheck.bridge.network import Array
from shapecheck.bridge.packages import engine
from shapecheck.bridge.peers import first_line
from shapecheck.bridge.verify import settings
from shapecheck.bridge.weights.flattened import evaluated, flattened_images, reordered
from shapecheck.bridge.weights.profile_rules import Profile, profile
from shapecheck.execute import ExecutionError, Run, run
from shapecheck.execute.inputs.expected import expected_arrays
from shapecheck.execute.plan import environment
from shapecheck.record import record

if TYPE_CHECKING:
    from shapecheck.spec import Spec

TOLERANCE = 1e-6
Sizes = Mapping[str, int]


@record(eq=False)
class Verdict:
    """The settings that were compared, the number of pairs, the largest difference, and the first one that counts."""

    settings: tuple[Sizes, ...]
    layers: int
    largest: float
    difference: str | None
    weights: Mapping[str, Array]


def compare_module(
    spec: Spec, module: Any, profile_name: str = "pytorch", outputs: Sequence[str] = (), tolerance: float = TOLERANCE
) -> Verdict:
    """The comparison of a spec with a module of PyTorch, at several sizes, with the module's own weights."""
    torch = engine("torch")
    if not isinstance(module, torch.nn.Module):
        raise BridgeError(f"{type(module).__name__} is no torch.nn.Module")
    sides = _Sides(spec, in_double(module), profile(profile_name), tuple(outputs), tolerance)
    done: list[Sizes] = []
    for sizes in settings(spec.shapes, {}):
        done.append(sizes)
        difference = sides.difference(sizes)
        if difference is not None:
            at = ", ".join(f"{name} = {value}" for name, value in sizes.items())
            return Verdict(tuple(done), sides.count, sides.largest, f"{difference}\nat {at}" if at else difference, {})
    return Verdict(tuple(done), sides.count, sides.largest, None, sides.weights)


class _Sides:
    """Both sides, and what is the same at all sizes."""

    def __init__(self, spec: Spec, module: Any, rules: Profile, outputs: tuple[str, ...], tolerance: float) -> None:
        self.shapes = spec.shapes
        self._list, self._module, self._rules, self._tolerance = spec.weights, module, rules, tolerance
        self._outputs = outputs or self._declared()
        self._images = flattened_images(self.shapes)
        self._layers = module_layers(module, sorted(set(rules.modules.values())))
        self.largest, self.count = 0.0, 0
        self.weights: dict[str, Array] = {}

    def _declared(self) -> tuple[str, ...]:
        families = self.shapes.graph.families.values()
        found = tuple(family.name for family in families if family.role == "output")
        if not found:
            raise BridgeError("the spec declares no output; say which tensor the module returns")
        return found

    def difference(self, sizes: Sizes) -> str | None:
        """The first difference at these sizes."""
        env = environment(self.shapes, sizes)
        expected = expected_arrays(self.shapes, env)
        given = self._drawn(sizes, expected)
        results, calls = self._called(given, sizes)
        order = {key: place for place, key in enumerate(calls)}
        called = sorted((one for one in self._layers if id(one.part) in calls), key=lambda one: order[id(one.part)])
        pairs = paired(spec_parts(self._list, expected), called, self._rules)
        self.count = len(pairs.pairs)
        weights, wrong = self._carried(pairs, expected, evaluated(self._images, env))
        if wrong is not None:
            return wrong
        if pairs.only_spec or pairs.only_module:
            return unpaired_text(pairs)
        self.weights = weights
        return self._values(sizes, {**given, **weights}, pairs, calls, results)

    # ---- inputs and outputs --------------------------------------------------------------------

    def _drawn(self, sizes: Sizes, expected: Mapping[str, Mapping[str, tuple[int, ...]]]) -> dict[str, Array]:
        """Numbers for the inputs, as a run draws them, so that integers are in their range."""
        names = [family.name for family in self.shapes.graph.families.values() if family.role == "input"]
        try:
            drawn = run(self.shapes, sizes, only=names)
        except ExecutionError as error:
            raise BridgeError(f"the spec does not run: {error.diagnostic.title}") from error
        return {key: np.asarray(drawn.arrays[key]) for name in names for key in expected[name]}

    def _called(self, given: Mapping[str, Array], sizes: Sizes) -> tuple[list[Array], dict[int, Call]]:
        torch = engine("torch")
        tensors = [torch.from_numpy(np.ascontiguousarray(_channels_first(array))) for array in given.values()]
        try:
            with torch.no_grad(), recorded(self._layers) as calls:
                results = self._module(*self._placed(list(given), tensors))
        except Exception as error:  # the module is the user's, and may raise what it likes
            at = ", ".join(f"{name} = {value}" for name, value in sizes.items())
            shapes = ", ".join(f"{name} : {tuple(tensor.shape)}" for name, tensor in zip(given, tensors))
            raise BridgeError(f"the module fails at {at or 'its sizes'}, on {shapes}: {first_line(error)}") from error
        return [_channels_last(value.numpy()) for value in leaves(results)], calls

    def _placed(self, names: Sequence[str], tensors: Sequence[Any]) -> list[Any]:
        """The inputs in the order of the parameters of `forward`: by their names where all are there."""
        parameters = list(inspect.signature(self._module.forward).parameters)
        if set(names) <= set(parameters):
            found = dict(zip(names, tensors))
            return [found[name] for name in parameters if name in found]
        return list(tensors)

    # ---- weights -------------------------------------------------------------------------------

    def _carried(
        self, pairs: Pairs, expected: Mapping[str, Any], images: Mapping[str, Any]
    ) -> tuple[dict[str, Array], str | None]:
        """The module's weights under the spec's keys, and the first that does not fit."""
        arrays: dict[str, Array] = {}
        for part, layer in pairs.pairs:
            for role, weight in part.weights.items():
                shape = expected[weight.path][weight.path]
                inner = shape[weight.repeats :]
                found, missing = _array(self._rules, part, layer, role, inner)
                if found is None:
                    return {}, missing_text(part, layer, role, missing)
                if found.shape != inner:
                    return {}, misfit_text(part, layer, role, inner, found.shape, missing)
                if self._rules.channels_first and role == "W" and images.get(part.path) is not None:
                    found = reordered(found, images[part.path])
                target = arrays.setdefault(weight.path, np.zeros(shape))
                target[part.member] = found
            extra = extra_text(self._rules, part, layer)
            if extra is not None:
                return {}, extra
        return arrays, None

    # ---- values --------------------------------------------------------------------------------

    def _values(
        self, sizes: Sizes, data: Mapping[str, Array], pairs: Pairs, calls: Mapping[int, Call], results: Sequence[Array]
    ) -> str | None:
        try:
            done = run(self.shapes, sizes, data)
        except ExecutionError as error:
            raise BridgeError(f"the spec does not run with the module's weights: {error.diagnostic.title}") from error
        order = {key: place for place, key in enumerate(calls)}
        for part, layer in sorted(pairs.pairs, key=lambda pair: order[id(pair[1].part)]):
            wrong = self._layer(sizes, data, done, part, layer, calls[id(layer.part)])
            if wrong is not None:
                return wrong
        return self._results(done, results)

    def _layer(
        self, sizes: Sizes, data: Mapping[str, Array], done: Run, part: SpecPart, layer: ModuleLayer, call: Call
    ) -> str | None:
        """The difference of a layer's results; None where they agree, or one of them is not known."""
        own, theirs = result_of(done, part), _channels_last(call.made.numpy())
        if own is None or _has_more(layer):
            return None
        if own.shape != theirs.shape:
            return f"{both_titles(part, layer)}: the result is {both_shapes(own, theirs)}"
        gap = distance(own, theirs)
        self.largest = max(self.largest, gap)
        if gap <= self._tolerance:
            return None

        def again(changed: Mapping[str, Array]) -> bool:
            found = result_of(run(self.shapes, sizes, {**data, **changed}), part)
            return found is not None and distance(found, theirs) <= self._tolerance

        entering = self._entering(done, part)
        cause = cause_of_values(part, layer, call, data, entering, again, own)
        told = f"{both_titles(part, layer)}: values differ by {gap:.1e} of the largest, shape {dims_text(own.shape)}"
        return f"{told}\nlikely cause: {cause}" if cause else told

    def _entering(self, done: Run, part: SpecPart) -> Array | None:
        """The input of a layer of the spec; None where the run does not have it as a whole."""
        bodies = [body for body in self.shapes.placed.get(part.path, ()) if "x" in body.place.inputs]
        if part.member or not bodies:
            return None
        family = bodies[0].place.inputs["x"].family
        return np.asarray(done.arrays[family]) if family in done.arrays else None

    def _results(self, done: Run, results: Sequence[Array]) -> str | None:
        if len(results) < len(self._outputs):
            return f"the module returns {len(results)} tensors, the spec has {', '.join(self._outputs)}"
        for name, theirs in zip(self._outputs, results):
            own = np.asarray(done.value(name))
            if own.shape != theirs.shape:
                return f"{name} is {both_shapes(own, theirs)}"
            gap = distance(own, theirs)
            self.largest = max(self.largest, gap)
            if gap > self._tolerance:
                return f"{name}: values differ by {gap:.1e} of the largest, behind the layers with weights, which agree"
        return None


def _array(
    rules: Profile, part: SpecPart, layer: ModuleLayer, role: str, shape: tuple[int, ...]
) -> tuple[Array | None, str]:
    """The module's array for a role, None where there is none; and the name of what it is made of."""
    rule = rules.rule(part.layer, role)
    names = []
    for options in rule.sources:
        tried = [name.format(l=layer.layer) for name in options]
        name = next((name for name in tried if name in layer.arrays), None)
        if name is None:
            return None, tried[0]
        names.append(name)
    title = ", ".join(f"{layer.name}.{name}".lstrip(".") for name in names)
    return rule.applied([layer.arrays[name] for name in names], shape), title


# ---- arrays ------------------------------------------------------------------------------------


def result_of(done: Run, part: SpecPart) -> Array | None:
    """The result of a layer in a run; None where it is not there, or an activation is a part of the layer."""
    act = part.settings.get("act")
    if act is not None and getattr(act, "name", "identity") != "identity":
        return None
    for key in part.outputs:
        if key in done.arrays:
            return np.asarray(done.arrays[key][part.member])
    return None


def _has_more(layer: ModuleLayer) -> bool:
    """Whether a recurrent module has layers of which only the last one's result is known."""
    return getattr(layer.part, "num_layers", 1) > 1 or bool(getattr(layer.part, "bidirectional", False))


def distance(own: Array, theirs: Array) -> float:
    """The largest difference by the largest number, at least 1."""
    scale = max(1.0, float(np.abs(theirs).max(initial=0.0)))
    return float(np.nan_to_num(np.abs(own - theirs), nan=np.inf).max(initial=0.0)) / scale


def _channels_first(array: Array) -> Array:
    """An image as PyTorch has it; other arrays as they are."""
    return np.moveaxis(array, -1, 1) if array.ndim > 3 else array


def _channels_last(array: Array) -> Array:
    return np.moveaxis(array, 1, -1) if array.ndim > 3 else array
