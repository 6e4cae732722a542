"""`shapecheck sizes`: a spec in, the sizes that it accepts out."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import click

from shapecheck.commands.exit_codes import FINDINGS, FINE, Refused
from shapecheck.commands.option_values import parse_sizes, usage, with_members
from shapecheck.commands.spec_files import read_one
from shapecheck.commands.terminal import wants_color, width_of
from shapecheck.diagnostics import Diagnostic, nearest, render
from shapecheck.diagnostics.render import sizes_text
from shapecheck.diagnostics.shapes import shape_text
from shapecheck.graph.model import Graph, ShapeClaim
from shapecheck.infer.model import Shapes
from shapecheck.record import record
from shapecheck.sizes import Formula, Relation, naming_order
from shapecheck.source import Source
from shapecheck.stages import accepting
from shapecheck.verdict.acceptance import Acceptance, Values, acceptance
from shapecheck.verdict.setting import Setting

AXES = {"batch": "0", "height": "-3", "rows": "-3", "width": "-2", "columns": "-2", "channels": "-1", "channel": "-1"}
"""Words for the axes of an image [batch, height, width, channel]."""
_AXIS_OF = re.compile(rf"([A-Za-z_]\w*(?:\.\w+|\[[^\]]*\])*?)\.({'|'.join(AXES)})\b")
_FIELD = re.compile(r"([A-Za-z_]\w*)\.([A-Za-z_]\w*)")
_SHAPE = re.compile(r"\s*[A-Za-z_][\w.]*(?:\[[^\]]*\])?\s*:(?!:)")


@record
class SizesOptions:
    """The options of the command, as typed."""

    where: str | None
    sizes: Sequence[str]
    above: int | None
    count: int
    as_json: bool


def print_sizes(path: str, options: SizesOptions) -> int:
    """Prints the sizes that a spec accepts; returns 1 where it accepts none, or has mistakes that no sizes mend."""
    fixed = parse_sizes(options.sizes)
    file = read_one(path)
    if file.trouble is not None:
        return _wrong((file.trouble,), file.source)
    source = file.source if options.where is None else _asking(file.source, options.where)
    shapes, diagnostics = accepting(source)
    if shapes is None:
        return _wrong(_of_the_question(diagnostics, file.source, options.where), file.source)
    fixed = with_members(fixed, shapes.graph)
    _check_names(shapes.graph, fixed)
    with naming_order(shapes.graph.dims):
        asked = () if options.where is None else _asked(shapes)
        found = acceptance(shapes, asked, fixed, options.above, options.count)
        text = _json(found) if options.as_json else _text(found, shapes, path, options)
    click.echo(text)
    return FINE if found.least is not None else FINDINGS


# ---- the question ------------------------------------------------------------------------------


def _asking(source: Source, where: str) -> Source:
    """The spec with the question as one more claim at its end."""
    text = _AXIS_OF.sub(lambda found: f"size({found[1]}, {AXES[found[2]]})", where)
    claim = text if _SHAPE.match(text) else f"1 == 1 when {text}"
    return Source(source.name, f"{source.text}\nclaim {claim}\n", source.beside, source.section)


def _asked(shapes: Shapes) -> tuple[Formula, ...]:
    """The last claim, as conditions on sizes."""
    claim = shapes.graph.claims[-1]
    if claim in shapes.problems:
        raise usage(shapes.problems[claim].title, "--where")
    setting = Setting(shapes, {})
    if not isinstance(claim.body, ShapeClaim):
        assert claim.condition is not None
        missing = setting.open_quantity(claim.condition)
        if missing is not None:
            raise usage(f"{missing} has no closed form", "--where")
        return (setting.put(claim.condition),)
    (instance,) = shapes.claims[claim]
    derived, wanted = instance.shapes[claim.body.value], claim.body.sizes
    if len(derived) != len(wanted):
        raise usage(f"it has {len(derived)} axes, {shape_text(tuple(map(str, derived)))}, not {len(wanted)}", "--where")
    return tuple(Relation("==", one, other) for one, other in zip(derived, wanted))


def _of_the_question(diagnostics: Iterable[Diagnostic], source: Source, where: str | None) -> list[Diagnostic]:
    """The mistakes of the spec; those of the question itself are errors of the command line."""
    found = list(diagnostics)
    beyond = [item for item in found if item.span is not None and item.span.start > len(source.text)]
    if where is not None and len(beyond) == len(found) and beyond:
        help = f"; {beyond[0].help}" if beyond[0].help else _meant(where)
        raise usage(f"{beyond[0].title}{help}", "--where")
    return [item for item in found if item not in beyond]


def _meant(where: str) -> str:
    """`; did you mean y.height?` where a word after a point is nearly one for an axis."""
    for tensor, word in _FIELD.findall(where):
        near = nearest(word, AXES)
        if near is not None and near != word:
            return f"; did you mean {tensor}.{near}?"
    return ""


def _check_names(graph: Graph, fixed: Mapping[str, int]) -> None:
    free = tuple(graph.least_at(fixed))
    for name in fixed:
        if name not in free:
            near = nearest(name, free)
            known = f"did you mean {near}?" if near else f"its sizes are {', '.join(free)}"
            raise Refused(f"{name} is not a free size of this spec; {known}")


# ---- the answer --------------------------------------------------------------------------------


def _wrong(diagnostics: Iterable[Diagnostic], source: Source) -> int:
    for diagnostic in diagnostics:
        click.echo(render(diagnostic, source, color=wants_color(sys.stdout), width=width_of(sys.stdout)) + "\n")
    click.echo(f"{source.title}: the accepted sizes are unknown")
    return FINDINGS


def _text(found: Acceptance, shapes: Shapes, path: str, options: SizesOptions) -> str:
    where = f" where {options.where}" if options.where else ""
    if found.undecided:
        return f"{path}{where}: not known; {found.undecided[0]}"
    if found.least is None:
        lines = [f"{path}{where}: no sizes"]
        return "\n".join([*lines, *(f"  no sizes meet {text}" for _, text in found.conditions if text)])
    lines = [f"{path}{where} accepts"]
    lines += [f"  {text}" for _, text in found.conditions if text] or ["  all sizes"]
    if not found.least:
        return f"{path}{where} is accepted; it has no free sizes"
    lines += ["", f"smallest: {sizes_text(found.least)}", ""]
    width = max((len(name) for name in found.values), default=0)
    for name, values in found.values.items():
        lines.append(f"{name:<{width}}  {_listed(values, options.above)}")
    return "\n".join(lines).rstrip()


def _listed(values: Values, above: int | None) -> str:
    """`188, 204, 220, ..`"""
    if values.any:
        return f"any from {values.listed[0]} on"
    beyond = f" beyond {above}" if above is not None else ""
    if not values.listed:
        return f"none is known{beyond}" if values.goes_on is not False else f"none{beyond}"
    end = {True: ", ..", False: "", None: ", and unknown beyond that"}[values.goes_on]
    return ", ".join(map(str, values.listed)) + end


def _json(found: Acceptance) -> str:
    told: dict[str, Any] = {
        "accepts": found.least is not None,
        "conditions": [text for _, text in found.conditions if text],
        "smallest": None if found.least is None else dict(found.least),
        "values": {
            name: {"listed": list(values.listed), "goes_on": values.goes_on} for name, values in found.values.items()
        },
        "undecided": list(found.undecided),
    }
    return json.dumps(told, indent=2)
