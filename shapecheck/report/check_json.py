"""The report of a check for other programs.

Comes in: `Report`s.  Goes out: one JSON object, `{version, files: [...]}`; the version counts up when a key changes
its meaning or goes, not when one is added.  Sizes are texts of the language (`p + d`).  `check.schema.json` describes
it all.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from shapecheck.diagnostics import to_json
from shapecheck.report.check_text import messages_of
from shapecheck.report.size_order import in_declared_order
from shapecheck.report.tensor_list import Tensor, tensors

if TYPE_CHECKING:
    from shapecheck.checked import Report
    from shapecheck.verdict.model import Verdict

VERSION = 1


def report_json(reports: Iterable[Report]) -> str:
    """All reports as one JSON text, without a line end at its end."""
    return files_json([file_json(report) for report in reports])


def files_json(files: Sequence[Mapping[str, Any]]) -> str:
    """The reports on all files, each as `file_json` gives it, as one JSON text."""
    import json

    return json.dumps({"version": VERSION, "files": files}, indent=2, ensure_ascii=False)


@in_declared_order
def file_json(report: Report) -> dict[str, Any]:
    """One file's report.

    `diagnostics` holds the claims that fail too, so that reading it alone misses nothing.  `counterexample` is
    empty where nothing is refuted.  `spec` is the name of one of several in a document, else empty.  `params` and
    `macs` are None where they are not known.
    """
    return {
        "file": report.source.name,
        "spec": report.source.section,
        "ok": report.ok,
        "tensors": [] if report.shapes is None else list(map(_tensor, tensors(report.shapes))),
        "claims": [_claim(report, verdict) for verdict in report.verdicts],
        "diagnostics": [to_json(message, report.source) for message in messages_of(report)],
        "params": None if report.params is None else str(report.params),
        "macs": None if report.macs is None else str(report.macs),
        "sizes_run": [dict(sizes) for sizes in report.sizes_run],
        "shapes_confirmed": report.confirmed,
        "derived_twice": None if report.second is None else report.second.agreed,
    }


def _tensor(tensor: Tensor) -> dict[str, Any]:
    """`where` names the members (`k = 2..L`), and is empty for a tensor that is not indexed."""
    return {"name": tensor.name, "shape": list(tensor.shape), "where": tensor.where, "role": tensor.role}


def _claim(report: Report, verdict: Verdict) -> dict[str, Any]:
    line, column = report.source.position(verdict.claim.span.start)
    return {
        "line": line,
        "column": column,
        "label": verdict.claim.label,
        "text": verdict.claim.text,
        "test": verdict.test,
        "verdict": str(verdict.word),
        "method": verdict.method,
        "runs": verdict.runs,
        "counterexample": dict(verdict.counterexample),
        "condition": verdict.condition,
        "detail": list(verdict.detail),
        "expected": verdict.claim.expect,
        "ok": report.accepts(verdict),
    }
