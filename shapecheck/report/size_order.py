"""Texts of a report list sizes in the order in which its spec declares them: `p + d` where p is declared before d."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING, Concatenate, ParamSpec, TypeVar, cast

from shapecheck.sizes import naming_order

if TYPE_CHECKING:
    from shapecheck.checked import Report

Rest = ParamSpec("Rest")
Made = TypeVar("Made")


def in_declared_order(
    write: Callable[Concatenate[Report, Rest], Made],
) -> Callable[Concatenate[Report, Rest], Made]:
    """A writer of a report, within whose texts sizes are listed as that report's spec declares them."""

    @wraps(write)
    def ordered(report: Report, *arguments: Rest.args, **options: Rest.kwargs) -> Made:
        with naming_order(() if report.shapes is None else report.shapes.graph.dims):
            return write(report, *arguments, **options)

    return cast(Callable[Concatenate["Report", Rest], Made], ordered)
