"""The lines of a spec that are typeset.

Comes in: `Shapes`, with the text that they were derived from.  Goes out: `Section`s.  An equation whose weights differ
in shape for different members falls into lines, one for each region (k = 1, k = 2..L), with the weights' shapes there;
any other is one line, as it was written.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from shapecheck.diagnostics.suggest import nearest
from shapecheck.graph.block_definitions import Definition
from shapecheck.graph.blocks_alone import on_its_own
from shapecheck.graph.model import Equation
from shapecheck.graph.nodes import Point, Read
from shapecheck.graph.reads import nodes_below
from shapecheck.infer.alone import alone
from shapecheck.infer.model import Instance, Shape, Shapes, at_members
from shapecheck.infer.regions import image, may_meet
from shapecheck.record import record
from shapecheck.report.cells import Extent
from shapecheck.report.equations.full_names import equations
from shapecheck.report.equations.model import Line, Section
from shapecheck.report.languages.tensor_notation import LAYERS
from shapecheck.report.wording import wording_of
from shapecheck.sizes import naming_order, symbol
from shapecheck.source import Span
from shapecheck.syntax import parse, tree


class NoSuchEquation(ValueError):
    """A name that no equation defines; the message lists those that are defined."""


def sections(shapes: Shapes, only: Sequence[str] = ()) -> tuple[Section, ...]:
    """All equations, or those of some names (tensors, or blocks of the file); raises `NoSuchEquation`."""
    root = shapes.origin or shapes
    statements = parse(root.graph.source).spec.statements
    made = [_section("", statements, root)]
    for definition in root.graph.blocks:
        inside = _derived(definition, root)
        made.append(_section(_heading(definition), definition.statements, inside))
    return _only(tuple(made), only) if only else tuple(section for section in made if section.lines)


def _only(made: tuple[Section, ...], names: Sequence[str]) -> tuple[Section, ...]:
    known = {name for section in made for line in section.lines for name in _defined(line)}
    blocks = {_block_name(section) for section in made if section.heading}
    for name in names:
        if name not in known | blocks:
            near = nearest(name, known | blocks)
            there = f"did you mean {near}?" if near else f"there are {', '.join(sorted(known | blocks)) or 'none'}"
            raise NoSuchEquation(f"no equation defines {name}; {there}")
    kept = (
        section if _block_name(section) in names else
        replace(section, lines=tuple(line for line in section.lines if _defined(line) & set(names)))
        for section in made
    )  # fmt: skip
    return tuple(section for section in kept if section.lines)


def _block_name(section: Section) -> str:
    return section.heading.partition("(")[0]


def _defined(line: Line) -> frozenset[str]:
    return frozenset(target.name for target in line.equation.targets)


def _heading(definition: Definition) -> str:
    parameters = ", ".join(parameter.name for parameter in definition.parameters)
    return f"{definition.name}({parameters})"


def _derived(definition: Definition, root: Shapes) -> Shapes | None:
    """The shapes of a block on its own, where it has them."""
    made = None if definition.is_function else on_its_own(definition, root.graph)
    if made is None or any(diagnostic.level == "error" for diagnostic in made[1]):
        return None
    with naming_order(made[0].dims):
        shapes = alone(made[0])
    return None if shapes.failed else shapes


def _section(heading: str, statements: Sequence[tree.Statement], shapes: Shapes | None) -> Section:
    found = tuple(equations(statements))
    lines = (
        *_defaults(statements),
        *(line for equation, binders in found for line in _lines(equation, binders, shapes)),
    )
    families = {} if shapes is None else shapes.graph.families
    layers = {
        name: tuple(at for at, axis in enumerate(family.axes) if axis.label in LAYERS)
        for name, family in families.items()
    }
    if shapes is None:
        return Section(heading, lines, layers, {})
    return Section(heading, lines, layers, _entries(shapes), wording_of(shapes))


def _defaults(statements: Sequence[tree.Statement]) -> Iterator[Line]:
    """The inputs with a default, as equations that hold unless they are given."""
    for statement in statements:
        for item in statement.items if isinstance(statement, tree.Declaration) else ():
            if item.default is not None:
                target = tree.Target(item.name, None, None, span=item.span)
                equation = tree.Equation("plain", (target,), item.default, (), span=item.span)
                yield Line(equation, {}, {}, (), (), "unless given")


def _entries(shapes: Shapes) -> Mapping[str, int]:
    """The number of subscripts that name one number of each tensor."""
    return {name: len(cells[0].region) + len(cells[0].shape) for name, cells in shapes.cells.items() if cells}


# ---- regions -----------------------------------------------------------------------------------


@record(eq=False)
class _Box:
    """One instance of an equation: its weights' shapes, and the ranges of its named indices."""

    weights: Mapping[str, Shape]
    extents: tuple[Extent, ...]


def _lines(equation: tree.Equation, binders: tuple[tree.Binder, ...], shapes: Shapes | None) -> Iterator[Line]:
    boxes = [] if shapes is None else [_box(instance, shapes) for instance in _instances(equation, shapes)]
    kinds = {tuple(box.weights.items()) for box in boxes}
    named = [binder.name for binder in binders]
    if len(kinds) < 2:
        yield Line(equation, boxes[0].weights if boxes else {}, {}, (), _with_ranges(equation, binders))
        return
    for box in boxes:
        fixed = {
            extent.label: extent.low.constant
            for extent in box.extents
            if extent.low is extent.high and extent.low.constant is not None
        }
        extents = tuple(extent for extent in box.extents if extent.label in named)
        yield Line(equation, box.weights, fixed, extents, ())


def _with_ranges(equation: tree.Equation, binders: tuple[tree.Binder, ...]) -> tuple[tree.Binder, ...]:
    """The ranges that are written: of the `for`s, and in subscripts on the left."""
    own = [
        subscript
        for target in equation.targets
        for subscript in target.subscripts or ()
        if isinstance(subscript, tree.Binder)
    ]
    return tuple(binder for binder in (*binders, *own) if binder.range is not None)


def _instances(equation: tree.Equation, shapes: Shapes) -> list[Instance]:
    """The instances of an equation; its columns of functions count as it does."""
    spans = _spans(equation)
    return [one for one in shapes.instances if isinstance(one.origin, Equation) and one.origin.span in spans]


def _spans(equation: tree.Equation) -> frozenset[Span]:
    return frozenset({equation.span, equation.value.span})


def _box(instance: Instance, shapes: Shapes) -> _Box:
    assert isinstance(instance.origin, Equation)
    weights: dict[str, Shape] = {}
    labels = {index.symbol: index.label for index in instance.origin.indices}
    written = {name: symbol(f".{label}") for name, label in labels.items()}
    for node in nodes_below(instance.origin.value):
        if isinstance(node, Read) and shapes.graph.families[node.family].role in ("weight", "buffer"):
            found = _shape(node, instance, shapes)
            if found:
                weights.setdefault(node.family, tuple(size.substitute(written) for size in found))
    extents = tuple(Extent(labels.get(name, name), one.low, one.high) for name, one in instance.ranges.items())
    return _Box(dict(sorted(weights.items())), extents)


def _shape(read: Read, instance: Instance, shapes: Shapes) -> Shape:
    """The shape of the weight that is read, that of one member in a family."""
    context = shapes.graph.context
    for cell in shapes.cells[read.family]:
        points = zip(read.subscripts, cell.region)
        spans = [(image(item.size, instance.ranges), at) for item, at in points if isinstance(item, Point)]
        if all(one is None or may_meet(context, one, at) for one, at in spans):
            places = [item.size if isinstance(item, Point) else None for item in read.subscripts]
            return at_members(cell.shape, places) or cell.shape
    return ()
