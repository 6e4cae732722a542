"""`shapecheck explain`: a spec and a name in, the derivation out."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Sequence
from dataclasses import replace

import click

from shapecheck.check import check
from shapecheck.checked import Report
from shapecheck.commands.delivery import deliver, format_of
from shapecheck.commands.derived import report_of
from shapecheck.commands.exit_codes import FINDINGS, Refused
from shapecheck.commands.spec_files import SpecFile, read_one
from shapecheck.commands.terminal import wants_color, width_of
from shapecheck.explain import Derivation, Unknown, explain, explain_claims
from shapecheck.infer.counting import counts
from shapecheck.report import report_text
from shapecheck.report.derivation import ENDINGS, render_derivation
from shapecheck.report.wording import wording_of

NEAREST_STEPS = 30
_WITH_LINE = re.compile(r"(.+):(\d{1,9})")


def print_explanation(
    path: str, names: Sequence[str], lines: Sequence[int], everything: bool, format: str | None, output: str | None
) -> int:
    """Print the derivations, or write them to `output`; the exit code."""
    path, lines = _split(path, lines)
    if not names and not lines:
        raise Refused("nothing to explain: say a name, as in `explain gru.shape W`, or a claim's line, gru.shape:21")
    chosen = format_of(format, output, ENDINGS)
    file = read_one(path)
    report = _checked(file) if lines else _derived(file)
    if report.shapes is None or report.shapes.failed:
        click.echo(report_text(report, color=wants_color(sys.stdout), width=width_of(sys.stdout)))
        return FINDINGS
    text = _text(report, names, lines, None if everything else NEAREST_STEPS, chosen)
    return deliver(text, output)


def _split(path: str, lines: Sequence[int]) -> tuple[str, Sequence[int]]:
    """`gru.shape:21` is that file and that line, unless there is a file of that name."""
    found = _WITH_LINE.fullmatch(path)
    if found is None or os.path.exists(path):
        return path, lines
    return found[1], (int(found[2]), *lines)


def _text(report: Report, names: Sequence[str], lines: Sequence[int], most: int | None, format: str) -> str:
    try:
        found: list[Derivation] = [explain(report, name, most) for name in names]
        found += [derivation for line in lines for derivation in explain_claims(report, line)]
    except Unknown as unknown:
        raise Refused(str(unknown)) from unknown
    wording = None if report.shapes is None else wording_of(report.shapes)
    return "\n\n".join(render_derivation(item, format, width_of(sys.stdout), wording) for item in found)


def _derived(file: SpecFile) -> Report:
    """The shapes and counts of a spec; nothing is judged or run."""
    report = report_of(file)
    if report.shapes is None or report.shapes.failed:
        return report
    return replace(report, params=counts.params(report.shapes), macs=counts.macs(report.shapes))


def _checked(file: SpecFile) -> Report:
    """The shapes, counts and verdicts of a spec."""
    return report_of(file) if file.trouble is not None else check(file.source)
