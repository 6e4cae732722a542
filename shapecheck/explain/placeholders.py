"""An operation's rule read on placeholders: names for the sizes of its operands and of its settings.

In: carriers and settings.  Out: shapes and settings of placeholders, and what each stands for.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields, is_dataclass, replace

from shapecheck.explain.slots import Carrier, Slot
from shapecheck.ops.base import Misfit, Op
from shapecheck.sizes import ONE, ZERO, Size, symbol

PLACE, FIXED = "slot", "slot9999"
"""The names of placeholders: for sizes of operands, and for settings, whose numbers start with 9999."""


def placed(carrier: Carrier, places: dict[str, Slot]) -> tuple[Size, ...]:
    """A shape of placeholders for a carrier's own."""
    made = []
    for slot in axes_of(carrier):
        name = f"{PLACE}{len(places)}"
        places[name] = slot
        made.append(symbol(name))
    return tuple(made)


def passed_on(op: Op, parameters: object, shapes: Sequence[tuple[Size, ...]]) -> tuple[Size, ...]:
    """The axes of operands that are axes of the result whatever the settings are."""
    outcome = op.shape(with_places(parameters, {}, fixed=()), shapes)
    return (
        ()
        if isinstance(outcome, Misfit)
        else tuple(size for shape in shapes for size in shape if size in outcome.shape)
    )


def with_places(parameters: object, values: dict[str, Size], fixed: tuple[Size, ...] = (ZERO, ONE)) -> object:
    """An operation's settings with placeholders for the sizes in them; 0 and 1 stay, which often mean "none"."""
    if isinstance(parameters, Size):
        if parameters in fixed:
            return parameters
        name = f"{FIXED}{len(values)}"
        values[name] = parameters
        return symbol(name)
    if isinstance(parameters, tuple):
        return tuple(with_places(item, values, fixed) for item in parameters)
    if is_dataclass(parameters) and not isinstance(parameters, type):
        made = {item.name: with_places(getattr(parameters, item.name), values, fixed) for item in fields(parameters)}
        return replace(parameters, **made)
    return parameters


def axes_of(carrier: Carrier) -> list[Slot]:
    """The slots of axes; none of a scalar."""
    return list(carrier.slots) if carrier.sizes else []
