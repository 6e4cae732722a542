"""The spec while it is written: statements, names and weights so far.

Rules ask it for tensors in the form that they need: `view` for a whole tensor in some order of axes, `named` for one
with a name, `entry` for a single entry; `define` writes an index equation, `stage` appends a layer to a chain.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from shapecheck.bridge.errors import Unsaid
from shapecheck.bridge.names import INDICES, Names
from shapecheck.bridge.network import Array
from shapecheck.bridge.rewriting import names_in
from shapecheck.bridge.tensor_reads import check_entries, count_at, is_cut, literal_of, range_of_numbers, read_at
from shapecheck.bridge.tensors import Counts, Flat, Known, Pointwise, Shape, Tensor, View, named_view, order_of
from shapecheck.bridge.trees import Entry, binder, call, shape_tree, sizes_tree
from shapecheck.sizes import ZERO, Size, symbol
from shapecheck.syntax import print_expression, tree
from shapecheck.syntax.tree import Expression

_MOST_WEIGHT = 12
"""A formula with more operations gets a name."""
_LONGEST_PART = 50
"""A chain that is only a part of an expression gets a name if its text is longer."""


class Draft:
    """The written part of a spec, and the arrays for its weights by their keys."""

    def __init__(self, names: Names) -> None:
        self.names = names
        self.declarations: list[tree.Statement] = []
        self.assumptions: dict[tree.Expression, None] = {}
        """Conditions on the sizes that the model itself has."""
        self.equations: list[tree.Statement] = []
        self.weights: dict[str, Array] = {}
        self.origins: dict[str, str] = {}
        self.layers: dict[str, None] = {}
        """Layers of this room that the spec needs, by name."""
        self.views: dict[str, View] = {}
        """The whole tensors that have a name."""
        self.limits: dict[str, Size] = {}
        """The size of the axis that integers of an input pick entries of, by the input's name."""
        self._hints: dict[int, tuple[Tensor, str]] = {}
        self._made: dict[tuple[int, tuple[int, ...] | None], View] = {}
        self._named: dict[int, View] = {}
        """The first whole tensor that was made of another one."""
        self._declared: dict[tuple[str, tuple[int, ...]], list[tuple[View, Array]]] = {}
        self._keys: dict[str, list[tuple[str, str]]] = {}
        """The layers that have a weight of the model, and its role in each."""
        self._shared: dict[str, tuple[tree.Argument, ...]] = {}
        """Weights that a layer is given, by the layer's name."""
        self._numbered: set[str] = set()
        """The tensors that equations with indices made, and what was made of them."""
        self._inner = 0
        self.node = ""
        """The name of the node at hand."""

    @property
    def given(self) -> frozenset[str]:
        """The names of inputs, weights and buffers."""
        declarations = [statement for statement in self.declarations if isinstance(statement, tree.Declaration)]
        return frozenset(item.name for declaration in declarations for item in declaration.items)

    # ---- names ---------------------------------------------------------------------------------

    def remember(self, tensor: Tensor, name: str) -> None:
        """Note what the model calls a tensor."""
        self._hints[id(tensor)] = (tensor, name)

    def hint(self, tensor: Tensor) -> str:
        """The model's name of a tensor; empty where it has none."""
        return self._hints.get(id(tensor), (tensor, ""))[1]

    def bound(self, count: int) -> list[str]:
        """Names for the indices of a big operator inside of the equation at hand."""
        first = self._inner
        self._inner += count
        if self._inner > len(INDICES):
            raise Unsaid("its equation would need too many indices")
        return list(INDICES[first : first + count])

    def limit(self, tensor: Tensor, size: Size) -> None:
        """Note that an input's integers pick entries of an axis of this size."""
        if not isinstance(tensor, View) or not isinstance(tensor.base, tree.Name):
            return
        known = self.limits.setdefault(tensor.base.name, size)
        if known.constant is not None and size.constant is not None and size.constant < known.constant:
            self.limits[tensor.base.name] = size

    # ---- statements ----------------------------------------------------------------------------

    def equation(self, name: str, value: Expression, places: Sequence[tree.Binder] | None = None) -> None:
        """Write `name[places] = value`."""
        subscripts = tuple(places) if places else None
        target = tree.Target(name, subscripts, None)
        if places or not self.is_unnumbered(value):
            self._numbered.add(name)
        self.equations.append(tree.Equation("plain", (target,), value, ()))

    def define(
        self,
        hint: str,
        shape: Shape,
        order: Sequence[int],
        entry: Callable[[Sequence[Entry]], Expression],
        kind: str = "f",
    ) -> View:
        """A tensor by an equation for its entries; axes that are not in the order have size 1."""
        check_entries(shape)
        if len(order) > len(INDICES) - 2:
            raise Unsaid(f"a tensor with {len(order)} axes")
        before, self._inner = self._inner, len(order)
        indices: list[Entry] = [ZERO] * len(shape)
        for name, axis in zip(INDICES, order):
            indices[axis] = symbol(name)
        value = entry(indices)
        self._inner = before
        if kind == "b":
            value = tree.Conditional(value, tree.Integer(1), tree.Integer(0))
        name = self.names.tensor(hint, "h")
        self.equation(name, value, [binder(index, shape[axis]) for index, axis in zip(INDICES, order)])
        return self.noted(named_view(name, shape, order, kind))

    def noted(self, view: View) -> View:
        """The view of a named tensor, kept by its name."""
        assert isinstance(view.base, tree.Name)
        self.views[view.base.name] = view
        return view

    def is_unnumbered(self, value: Expression) -> bool:
        """Whether no equation has said from which number the axes of a value count."""
        return self._numbered.isdisjoint(names_in(value))

    # ---- tensors in the form that is needed ----------------------------------------------------

    def view(self, tensor: Tensor, order: Sequence[int] | None = None) -> View:
        """The tensor as a whole one, its axes in this order; where none is given, in any."""
        wanted = None if order is None else tuple(order)
        if isinstance(tensor, View) and _fits(tensor, wanted):
            return tensor
        key = (id(tensor), wanted)
        if key not in self._made:
            self._made[key] = self._viewed(tensor, wanted)
            self._named.setdefault(id(tensor), self._made[key])
            self._hints.setdefault(id(tensor), (tensor, ""))
        return self._made[key]

    def _viewed(self, tensor: Tensor, order: tuple[int, ...] | None) -> View:
        if isinstance(tensor, Flat):
            return self._unflattened(tensor, order)
        if isinstance(tensor, Known) and tensor.array.size > 1 and literal_of(tensor) is None:
            return self._weight(tensor, tuple(range(tensor.array.ndim)) if order is None else order)
        kept = order_of(tensor) if order is None else order
        return self.define(self.hint(tensor), tensor.shape, kept, self.reader(tensor), tensor.kind)

    def with_last(self, tensor: Tensor, axis: int) -> View:
        """The tensor as a whole one with an axis of the model as the last of the spec."""
        if isinstance(tensor, View) and tensor.is_whole and tensor.order[-1:] == (axis,):
            return tensor
        view = self.view(tensor) if isinstance(tensor, Flat) else tensor
        return self.view(view, [*(place for place in order_of(view) if place != axis), axis])

    def named(self, tensor: Tensor, order: Sequence[int] | None = None) -> View:
        """The same with a name."""
        view = self.view(tensor, order)
        if isinstance(view.base, tree.Name):
            return view
        key = (id(view), (-1,))
        if key not in self._made:
            name = self.names.tensor(self.hint(view) or self.hint(tensor), "h")
            self.equation(name, view.base)
            self._made[key] = self.noted(View(view.shape, tree.Name(name), view.axes, view.firsts, view.kind))
            self._hints.setdefault(id(view), (view, ""))
        return self._made[key]

    def light(self, tensor: Tensor) -> Tensor:
        """The tensor, with a name where its expression has grown long, or where it has one already."""
        if isinstance(tensor, Pointwise) and id(tensor) in self._named:
            return self._named[id(tensor)]
        weight = tensor.weight if isinstance(tensor, View | Pointwise) else 0
        return self.named(tensor) if weight > _MOST_WEIGHT else tensor

    def operand(self, view: View) -> View:
        """A view as a part of a larger expression: with a name where its chain is long."""
        is_long = isinstance(view.base, tree.Pipe) and len(print_expression(view.base)) > _LONGEST_PART
        return self.settled(view) if is_long or view.weight > _MOST_WEIGHT else view

    def _unflattened(self, flat: Flat, order: tuple[int, ...] | None) -> View:
        source = self.view(flat.source, range(len(flat.source.shape)))
        shape = flat.shape
        whole = View(shape, call("reshape", source.base, sizes_tree(shape)), (0, 1), (0, 0), flat.kind, 1)
        self.remember(whole, self.hint(flat))
        return self.view(whole, order)

    # ---- single entries ------------------------------------------------------------------------

    def reader(self, tensor: Tensor) -> Callable[[Sequence[Entry]], Expression]:
        """The function from subscripts to the entry."""
        return lambda indices: self.entry(tensor, indices)

    def entry(self, tensor: Tensor, indices: Sequence[Entry]) -> Expression:
        """The entry of a tensor at subscripts, as a value or, for truths, as a condition."""
        match tensor:
            case Pointwise():
                return tensor.entry(indices)
            case Counts():
                return count_at(tensor, indices)
            case Known():
                literal = literal_of(tensor)
                if literal is not None:
                    return literal
                return read_at(self._weight(tensor, tuple(range(tensor.array.ndim))), indices)
            case Flat():
                return read_at(self.named(tensor), indices)
            case View():
                return read_at(tensor if is_cut(tensor.base) else self.settled(tensor), indices)

    def settled(self, view: View) -> View:
        """A view with a name, whatever axes it leaves out."""
        if isinstance(view.base, tree.Name):
            return view
        key = (id(view), (-1,))
        if key not in self._made:
            name = self.names.tensor(self.hint(view), "h")
            self.equation(name, view.base)
            self._made[key] = self.noted(View(view.shape, tree.Name(name), view.axes, view.firsts, view.kind))
            self._hints.setdefault(id(view), (view, ""))
        return self._made[key]

    # ---- layers and weights --------------------------------------------------------------------

    def stage(
        self,
        view: View,
        layer: Expression,
        alias: str | None = None,
        shape: Shape | None = None,
        axes: Sequence[int | None] | None = None,
        firsts: Sequence[int] | None = None,
    ) -> View:
        """A view behind one more stage of its chain; what is not given stays as it is."""
        given = self._shared.get(alias or "", ())
        if given:
            function, arguments = (layer.function, layer.arguments) if isinstance(layer, tree.Call) else (layer, ())
            layer = tree.Call(function, (*arguments, *given))
        return View(
            view.shape if shape is None else shape,
            tree.Pipe(view.base, tree.Stage(layer, alias)),
            view.axes if axes is None else tuple(axes),
            view.firsts if firsts is None else tuple(firsts),
            view.kind,
            view.weight,
        )  # fmt: skip

    def weighted(self, else_name: str, arrays: dict[str, tuple[Array, str]], shares: bool = False) -> str:
        """A name for a layer with these weights, each with its name in the model; their arrays are kept.

        A layer that `shares` is given a matrix that another layer has already, as the model has it only once.  Vectors
        are not shared: exporters merge those that are equal before any training.
        """
        alias = self.names.layer([label for _, label in arrays.values()], self.node, else_name)
        for role, (array, label) in arrays.items():
            owner = self._owner(array, label) if shares and array.ndim > 1 else None
            if owner is not None:
                self._shared[alias] = (*self._shared.get(alias, ()), tree.Argument(role, owner))
                continue
            self.weights[f"{alias}.{role}"] = array
            self.origins[f"{alias}.{role}"] = label
            self._keys.setdefault(label, []).append((alias, role))
        return alias

    def _owner(self, array: Array, label: str) -> Expression | None:
        """The path of the same matrix in an earlier layer; None where there is none."""
        for alias, role in self._keys.get(label, []):
            known = self.weights.get(f"{alias}.{role}")
            if known is not None and known.shape == array.shape and np.array_equal(known, array):
                return tree.Field(tree.Name(alias), role)
        return None

    def _weight(self, known: Known, order: tuple[int, ...]) -> View:
        """A declared weight with the axes in this order; numbers that are no weights become a buffer."""
        dropped = tuple(axis for axis in range(known.array.ndim) if axis not in order)
        array = np.squeeze(known.array, dropped)
        kept = [axis for axis in range(known.array.ndim) if axis not in dropped]
        array = np.transpose(array, [kept.index(axis) for axis in order])
        same = self._declared.setdefault((known.label, order), [])
        for view, other in same:
            if view.shape == known.shape and np.array_equal(array, other):
                return view
        made = self._declare(known, order, array)
        same.append((made, array))
        return made

    def _declare(self, known: Known, order: tuple[int, ...], array: Array) -> View:
        check_entries(known.shape)
        name = self.names.tensor(known.label, "w")
        sizes = tuple(known.shape[axis] for axis in order)
        entries = range_of_numbers(array) if known.kind in "ib" else None
        annotation = tree.Annotation(shape_tree(sizes), entries)
        role = "weight" if known.trained and known.kind == "f" else "buffer"
        self.declarations.append(tree.Declaration(role, (tree.Declared(name, False, (), annotation),)))
        self.weights[name] = array.astype(np.int64) if known.kind in "ib" else array
        self.origins[name] = known.label
        return self.noted(named_view(name, known.shape, order, known.kind))


def _fits(view: View, order: tuple[int, ...] | None) -> bool:
    return view.is_whole and (order is None or view.order == order)
