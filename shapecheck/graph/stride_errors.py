"""Messages about left sides that stride: `PE[t, 2i] = ..` and `PE[t, 2i+1] = ..`."""

from __future__ import annotations

from collections.abc import Mapping

from shapecheck.diagnostics.model import Diagnostic, Label
from shapecheck.graph.errors import error
from shapecheck.source import Span


def residue_missing(entries: tuple[str, str], left: str, span: Span) -> Diagnostic:
    """The error for entries that no equation defines; `left` is the left side to write."""
    title = f"{entries[0]}, {entries[1]}, .. are defined nowhere"
    return error("never-defined", title, span, "defines only some of the entries", help=f"add {left} = ..")


def gap(entry: str, span: Span, sizes: Mapping[str, int]) -> Diagnostic:
    """The error for an entry that is left out at some sizes."""
    title = f"{entry} is defined nowhere for some sizes"
    label = "the equations that stride must start and end next to each other"
    return Diagnostic("never-defined", title, (Label(span, label),), sizes=dict(sizes))


def same_entries(member: str, span: Span, first: Span) -> Diagnostic:
    """The error for two equations that define the same entries."""
    also = (Label(first, "first here", primary=False),)
    return error("defined-twice", f"two equations define {member}", span, "the same remainder again", also=also)


def two_factors(member: str, span: Span, first: Span) -> Diagnostic:
    """The error for equations that stride by different numbers."""
    title = f"the equations for {member.partition('[')[0]} stride by different numbers"
    also = (Label(first, "another stride", primary=False),)
    help = "write all of them with the same stride: y[4i], y[4i+1], y[4i+2], y[4i+3]"
    return error("bad-left-side", title, span, f"{member} here", also=also, help=help)


def symbolic_stride(member: str, factor: str, span: Span) -> Diagnostic:
    """The error for a stride that is no number."""
    title = "the stride of a subscript on the left is a number, as in y[2i]"
    help = f"write one equation with a condition: {member}[e] = if e % {factor} == 0 then x[e // {factor}] else 0"
    return error("bad-left-side", title, span, help=help)


def no_stride_here(span: Span) -> Diagnostic:
    """The error for a stride on the left of a block's name, or in a shape stated for a member."""
    title = "only an equation for numbers may stride on its left side"
    return error("bad-left-side", title, span, help="write a plain index: cell[i] = .. for i in 0..n-1")
