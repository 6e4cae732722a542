"""The spec with its backward pass: text to text, checked before it is handed out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from shapecheck.gradient.backward_pass import Derived, derivation
from shapecheck.gradient.model import Refused
from shapecheck.gradient.trial import compared
from shapecheck.graph.model import Family
from shapecheck.infer.model import Shapes
from shapecheck.record import record
from shapecheck.sizes import Proved, Relation, decide, naming_order
from shapecheck.source import Source
from shapecheck.stages import Diagnostics, derive, errors
from shapecheck.syntax import format_source, parse, tree
from shapecheck.syntax.print_statements import print_statement
from shapecheck.syntax.walking import walk


@record(eq=False)
class Gradient:
    """The text of the spec with its backward pass; the adjoint's name for each tensor asked for.

    `unreached` are tensors that the number does not depend on, `runs` counts the runs that were compared with
    differences.
    """

    text: str
    bars: dict[str, str]
    unreached: tuple[str, ...] = ()
    runs: int = 0


def gradient(source: Source, of: str, wrt: Sequence[str]) -> Gradient | Diagnostics:
    """The backward pass of the number `of` for the tensors `wrt`, or what is wrong with the spec.

    Raises `Refused` where something cannot be derived.
    """
    shapes, found = derive(source)
    if shapes is None or errors(found):
        return found
    _number(shapes, of)
    names = [_tensor(shapes, name) for name in wrt]
    if of in names:
        raise Refused(f"the derivative of `{of}` by itself is 1", shapes.graph.families[of].span)
    derived = derivation(shapes, of, list(dict.fromkeys(names)))
    text = _whole_text(source, of, derived)
    after = _derived_anew(replace(source, text=text), shapes, derived)
    return Gradient(text, derived.bars, derived.unreached, compared(shapes, after, of, derived.bars))


# ---- what is asked for ----------------------------------------------------------------------------


def _number(shapes: Shapes, name: str) -> None:
    family = shapes.graph.families.get(name)
    if family is None:
        raise Refused(f"there is no tensor `{name}`", help="name the number that is to be derived, as in --of loss")
    if family.axes or any(cell.shape for cell in shapes.cells[name]):
        help = f"give its sum a name, as in  loss = sum({name}), or one member of it"
        raise Refused(f"`{name}` is no number", family.span, help)


def _tensor(shapes: Shapes, name: str) -> str:
    """The tensor of a name; a part of a block may leave out steps of its path, as everywhere."""
    families = shapes.graph.families
    steps = name.split(".")
    found = [
        full
        for full in families
        if full == name or (len(steps) > 1 and _abbreviates(steps, full.split(".")) and "'" not in full)
    ]
    exact = [full for full in found if full == name] or found
    if not exact:
        raise Refused(f"there is no tensor `{name}`", help=_names(shapes))
    if len(exact) > 1:
        raise Refused(f"`{name}` may be any of {', '.join(exact)}", help="write the whole path")
    if families[exact[0]].entries is not None and not _is_real(families[exact[0]]):
        raise Refused(f"`{name}` holds integers, and there is no derivative by them", families[exact[0]].span)
    return exact[0]


def _is_real(family: Family) -> bool:
    return family.entries is None or family.entries.real


def _abbreviates(steps: list[str], path: list[str]) -> bool:
    return len(steps) < len(path) and steps[0] == path[0] and steps[-1] == path[-1]


def _names(shapes: Shapes) -> str:
    weights = [name for name, family in shapes.graph.families.items() if family.holds_weights]
    return f"the weights are {', '.join(weights)}" if weights else "name an input or a value, as in --wrt x"


# ---- the text -------------------------------------------------------------------------------------


def _whole_text(source: Source, of: str, derived: Derived) -> str:
    """The forward text, values that are needed by name, then the adjoints."""
    forward = _without_counts(source).rstrip("\n")
    lines = [f"# Backward: the derivative of {of} in every entry of a tensor h is called hbar."]
    lines += [f"# {of} does not depend on {name}." for name in derived.unreached]
    values = "".join(f"{print_statement(item)}\n" for item in derived.values)
    adjoints = "".join(f"{print_statement(item)}\n" for item in derived.adjoints)
    backward = format_source(Source("", f"{values}\n{adjoints}" if values else adjoints))
    return f"{forward}\n\n" + "\n".join(lines) + f"\n{backward}"


def _without_counts(source: Source) -> str:
    """The text without claims on the work of the whole spec, which now does more."""
    text = source.text
    for statement in reversed(parse(source).spec.statements):
        if isinstance(statement, tree.Claim) and any(item == tree.Name("macs") for item in walk(statement)):
            end = text.find("\n", statement.span.end)
            text = text[: statement.span.start] + ("" if end < 0 else text[end + 1 :])
    return text


# ---- what comes out is looked at again ------------------------------------------------------------


def _derived_anew(source: Source, before: Shapes, derived: Derived) -> Shapes:
    """The shapes of the new spec; `Refused` where it has errors, or an adjoint has not the shape of its tensor."""
    after, found = derive(source)
    wrong = errors(found)
    if after is None or wrong:
        raise Refused("the backward pass cannot be written as equations", help=_first(wrong, source))
    for name, bar in derived.bars.items():
        with naming_order(after.graph.dims):
            if not _alike(before, name, after, bar):
                raise Refused(f"the derivative by `{name}` has not its shape", help="please report this spec")
    return after


def _first(wrong: Diagnostics, source: Source) -> str | None:
    if not wrong:
        return None
    span = wrong[0].span
    return wrong[0].title if span is None else f"{wrong[0].title}: {source.text[span.start : span.end]}"


def _alike(before: Shapes, name: str, after: Shapes, bar: str) -> bool:
    """Whether two tensors have one shape, all axes counted."""
    shapes = []
    for found, own in ((before, name), (after, bar)):
        cells = {cell.shape for cell in found.cells[own]}
        shapes.append({(*(axis.extent for axis in found.axes[own]), *cell) for cell in cells})
    if len(shapes[0]) != 1:
        return len(shapes[1]) >= 1
    (one,), others = shapes[0], shapes[1]
    return all(
        len(one) == len(other)
        and all(isinstance(decide(after.graph.context, Relation("==", *pair)), Proved) for pair in zip(one, other))
        for other in others
    )
