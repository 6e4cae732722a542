"""Messages on values that cannot be shown as asked for."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from shapecheck.diagnostics.suggest import nearest


class CannotShow(Exception):
    """The tensor cannot be shown; the message says why, and how it can."""


def unknown(asked: str, known: Sequence[str]) -> CannotShow:
    """No tensor has that name."""
    near = nearest(asked, known)
    listed = ", ".join(known[:12]) + (", .." if len(known) > 12 else "")
    hint = f"did you mean {near}?" if near else f"there are {listed}"
    return CannotShow(f"nothing is called {asked} in this spec; {hint}")


def unreadable(asked: str, part: str) -> CannotShow:
    """A subscript that is none."""
    return CannotShow(f"{asked}: {part!r} is no subscript; write a number, a range like 0..3, or : for all")


def too_many(asked: str, given: int, rank: int) -> CannotShow:
    """More subscripts than axes."""
    axes = "axis" if rank == 1 else "axes"
    return CannotShow(f"{asked} has {given} subscripts, and there {'is' if rank == 1 else 'are'} {rank} {axes}")


def outside(asked: str, axis: int, low: int, high: int) -> CannotShow:
    """A subscript beyond the ends of its axis."""
    return CannotShow(f"{asked}: subscript {axis + 1} goes from {low} to {high} at these sizes")


def no_member(asked: str, there_are: Iterable[str]) -> CannotShow:
    """A family whose members are arrays of their own, and none of them is meant."""
    return CannotShow(f"{asked} selects nothing; there are {', '.join(list(there_are)[:8])}")


def too_large(title: str, what: str, most: int, smaller: str) -> CannotShow:
    """More than a page can take."""
    return CannotShow(f"{title} has {what}, and at most {most} can be shown; cut it, for example '{smaller}'")


def no_axes(asked: str, rank: int) -> CannotShow:
    """--axes that do not exist."""
    return CannotShow(f"--axes {asked}: write two different axes, as 0,1 for the first two; this tensor has {rank}")


def no_step(name: str, reads: Sequence[str]) -> CannotShow:
    """An entry that is not a sum or a maximum over a window."""
    hint = f"; ask for what it is computed from: {', '.join(reads)}" if reads else ""
    return CannotShow(f"{name} is not computed by a window that slides, so there are no steps to show{hint}")


def given_step(name: str) -> CannotShow:
    """An entry of what nothing computes."""
    return CannotShow(f"{name} is given, not computed; --at wants a tensor that an equation defines")


def wrong_place(asked: str, name: str, ends: Sequence[tuple[int, int]]) -> CannotShow:
    """--at outside of the tensor."""
    ranges = ", ".join(f"{low}..{high}" for low, high in ends) or "none: it is one number"
    return CannotShow(f"--at {asked}: {name} has the subscripts {ranges}; write one number for each axis longer than 1")
