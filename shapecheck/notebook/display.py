"""Tells IPython how our values show themselves.

Comes in: the running shell.  Goes out: nothing; its formatters know specs, reports, tables and runs from then on.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from shapecheck.notebook import representations

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

    from shapecheck.checked import Report
    from shapecheck.spec import Spec

_FORMATS: Mapping[str, str] = MappingProxyType(
    {"text/html": "html-fragment", "text/markdown": "markdown", "text/latex": "latex"}
)
_VIEWS: Mapping[str, Callable[[Any, str], str]] = MappingProxyType(
    {
        "shapecheck.spec.Spec": representations.spec_view,
        "shapecheck.checked.Report": representations.report_view,
        "shapecheck.report.table.model.Table": representations.table_view,
        "shapecheck.execute.run_result.Run": representations.run_view,
    }
)
"""Views by the names of types, which need not be imported yet."""


def register(shell: InteractiveShell) -> None:
    """Make our values show themselves in a shell."""
    formatters = shell.display_formatter.formatters
    for path, view in _VIEWS.items():
        module, _, name = path.rpartition(".")
        for mime, format in _FORMATS.items():
            formatters[mime].for_type_by_name(module, name, _as(view, format))
        formatters["text/plain"].for_type_by_name(module, name, _plain(view))


def story(report: Report) -> dict[str, str]:
    """The whole story of a report, for `display(.., raw=True)`."""
    kinds = {**_FORMATS, "text/plain": "text"}
    return {mime: representations.report_view(report, format, verbose=True) for mime, format in kinds.items()}


def typeset(spec: Spec) -> dict[str, str]:
    """The equations of a spec, for `display(.., raw=True)`."""
    kinds = {"text/markdown": "markdown", "text/latex": "latex", "text/plain": "latex"}
    return {mime: representations.equations_view(spec, format) for mime, format in kinds.items()}


def _as(view: Callable[[Any, str], str], format: str) -> Callable[[Any], str]:
    return lambda value: view(value, format)


def _plain(view: Callable[[Any, str], str]) -> Callable[[Any, Any, bool], None]:
    """A function for IPython's printer, which nests values in lists."""
    return lambda value, printer, cycle: printer.text(view(value, "text"))
