"""Mistakes in claims and tests, as messages."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from shapecheck.diagnostics.model import Diagnostic
from shapecheck.graph.errors import error
from shapecheck.source import Span

if TYPE_CHECKING:
    from shapecheck.sizes import SizeFamily


def wrong_data(name: str, why: str, span: Span) -> Diagnostic:
    return error("bad-test", f"the test gives data for {name}, {why}", span)


def bad_test_size(name: str, span: Span, nearest: str | None) -> Diagnostic:
    title = f"the test sets {name}, which is not a free size"
    return error("bad-test", title, span, help=f"did you mean {nearest}?" if nearest else None)


def test_size_value(name: str, span: Span) -> Diagnostic:
    return error("bad-test", f"{name} must be set to an integer", span)


def test_list_length(name: str, count: int, found: int, span: Span) -> Diagnostic:
    title = f"{name} takes {count} sizes; here {'is 1' if found == 1 else f'are {found}'}"
    return error("bad-test", title, span)


def test_family_length(
    family: SizeFamily, ends: Sequence[tuple[int, int]], count: int, found: int, span: Span
) -> Diagnostic:
    """The error for a list of another length than a family of sizes has in a test."""
    runs = ", ".join(f"{low}..{high}" for low, high in ends)
    sizes = "1 size" if count == 1 else f"{count} sizes"
    title = f"{family.name} runs over {runs}: {sizes}; here {'is 1' if found == 1 else f'are {found}'}"
    return error("bad-test", title, span)


def test_misses(test: str, names: Iterable[str], span: Span) -> Diagnostic:
    missing = ", ".join(names)
    help = f"add {missing} to the header: test {test}(.., {' = .., '.join(missing.split(', '))} = ..)"
    return error("bad-test", f"the test {test} leaves {missing} open", span, "sets some sizes, not all", help=help)


def not_in_test(what: str, span: Span) -> Diagnostic:
    return error("bad-test", f"{what} cannot stand in a test", span, help="a test holds data (I = [..]) and claims")


def bad_expect(word: str, span: Span, nearest: str | None) -> Diagnostic:
    help = f"did you mean {nearest}?" if nearest else "one of proved, refuted, tested, unknown"
    return error("bad-expect", f"a claim cannot be expected to be {word}", span, help=help)


def switched_off(name: str, span: Span) -> Diagnostic:
    notes = ("no equation reads it, for these values of the parameters",)
    help = f"let an equation use {name}, or take it out of the claim"
    return error("switched-off", f"{name} does not exist here", span, "it is asked for here", notes=notes, help=help)


def data_in_condition(span: Span) -> Diagnostic:
    """The error for a claim on a shape or on sizes whose `when` looks at entries."""
    title = "a claim on shapes or sizes holds for all data, so that its `when` speaks of sizes and indices alone"
    return error("not-a-size", title, span, "this looks at the entries of a tensor")


def independent(seeing: str, seen: str, span: Span) -> Diagnostic:
    """The error for the receptive field in a tensor that has no part in what sees it."""
    return error("bad-argument", f"receptive: {seeing} does not depend on {seen}", span)
