"""`shapecheck check`: specs in, reports on standard output, an exit code out.

Nothing heavy is imported before a spec is looked at.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from shapecheck.budgets import MEMORY_LIMIT
from shapecheck.commands.exit_codes import FINDINGS, FINE, OUR_BUG, USAGE, Refused
from shapecheck.commands.loading import load
from shapecheck.commands.processes import Job, Look, Told, carried_out_specs, look_of_output
from shapecheck.commands.spec_files import SpecFile, specs_at
from shapecheck.commands.streams import say
from shapecheck.commands.terminal import Advance
from shapecheck.entry_store import Store, default_folder
from shapecheck.folders import carried
from shapecheck.record import record

if TYPE_CHECKING:
    from shapecheck.checked import Lints, Report

FORMATS = ("full", "concise", "json", "github", "sarif", "junit")
_TEXTS = ("full", "concise")
"""Formats for people; the others are made of the JSON report."""


@record
class CheckOptions:
    """The options of the command, as typed."""

    output_format: str = "full"
    verbose: bool = False
    quiet: bool = False
    strict: bool = False
    memory_limit: int = MEMORY_LIMIT
    engine: str = "sizes"
    lint: Lints = "warnings"
    jobs: int | None = 1
    cache: str | None = None
    """The folder with the reports that were made before; None where none is to be used."""
    cluster: str | None = None

    def of_a_report(self, look: Look) -> tuple[object, ...]:
        """The options that the report on one spec depends on."""
        kind = self.output_format if self.output_format in _TEXTS else "data"
        seen = (look.color, look.width) if kind == "full" else ()
        return kind, *seen, self.verbose, self.quiet, self.strict, self.memory_limit, self.engine, self.lint


def options_of(
    *, lint: Lints | None = None, verbose: bool = False, cache: bool = True, cache_dir: str | None = None, **rest: Any
) -> CheckOptions:
    """The options that the words of the command line stand for."""
    wanted: Lints = lint or ("all" if verbose else "warnings")
    folder = (cache_dir or default_folder()) if cache else None
    return CheckOptions(verbose=verbose, lint=wanted, cache=folder, **rest)


def check_paths(paths: Sequence[str], options: CheckOptions) -> int:
    """Check all specs at the paths; the exit code."""
    code, reports, printed = FINE, list[Told](), ""
    files = list(specs_at(paths))
    found = _reports([file for file in files if isinstance(file, SpecFile)], options)
    for file in files:
        if isinstance(file, Refused):
            file.show()
            code = max(code, USAGE)
            continue
        told = next(found)
        code = max(code, told.code)
        printed = _print(told, options, printed) or printed
        reports += [told] if told.chosen else []
    _print_end(reports, options)
    return code


def _reports(specs: Sequence[SpecFile], options: CheckOptions) -> Iterator[Told]:
    """The reports on all specs, in their order: those that were made before, and new ones."""
    job = Job(checked_spec, options, "checking", "", options.jobs, options.cluster)
    if options.cache is None:
        yield from carried_out_specs(specs, job)
        return
    from shapecheck.commands.report_cache import Reports

    kept = Reports(Store(options.cache), options.of_a_report(look_of_output()))
    specs = [replace(spec, source=carried(spec.source)) for spec in specs]
    keys = [kept.key(spec.source) if spec.trouble is None else None for spec in specs]
    known = [None if key is None else kept.get(key) for key in keys]
    made = carried_out_specs([spec for spec, old in zip(specs, known) if old is None], job)
    for key, old in zip(keys, known):
        told = next(made) if old is None else old
        if old is None and key is not None and told.code in (FINE, FINDINGS):
            kept.put(key, told)
        yield told


def checked_spec(file: SpecFile, options: CheckOptions, look: Look, advance: Advance | None) -> Told:
    """The report on one spec as text, or as data for formats that hold all specs."""
    load("shapecheck.check")
    from shapecheck.report.check_text import report_concise, report_text

    report = _report(file, options, advance)
    code = OUR_BUG if report.second is not None and report.second.diagnostics else FINE
    code = max(code, FINE if report.ok else FINDINGS)
    if options.output_format not in _TEXTS:
        from shapecheck.report.check_json import file_json

        return Told("", code, data=file_json(report))
    if options.output_format == "concise":
        return Told(report_concise(report), code)
    text = report_text(report, verbose=options.verbose, quiet=options.quiet, color=look.color, width=look.width)
    return Told(text, code)


def _report(file: SpecFile, options: CheckOptions, advance: Advance | None) -> Report:
    """The report on one file; the report on a file that is no text has that error alone."""
    from shapecheck.check import check
    from shapecheck.commands.derived import report_of

    if file.trouble is not None:
        return report_of(file)
    return check(
        file.source,
        strict=options.strict,
        memory_limit=options.memory_limit,
        progress=advance,
        twice=options.engine == "sympy",
        lint=options.lint,
    )


def _print(told: Told, options: CheckOptions, before: str) -> str:
    """Prints the report on one file; returns the printed text.

    `before` is what was printed last; a report of several lines stands between blank lines.
    """
    text = told.text
    if options.output_format == "github" and told.data is not None:
        from shapecheck.report.exchange.annotations import annotation_lines

        text = annotation_lines(told.data)
    if text:
        blank = "\n" if options.output_format == "full" and before and "\n" in before + text else ""
        say(blank + text)
    return text


def _print_end(reports: Sequence[Told], options: CheckOptions) -> None:
    """Prints what comes last: all files in one text, or the number of files that fail."""
    if options.output_format in _WHOLE:
        say(_WHOLE[options.output_format]([told.data for told in reports]))
        return
    failed = sum(told.code != FINE for told in reports)
    if len(reports) > 1 and failed and not options.quiet and options.output_format == "full":
        say(f"\n{failed} of {len(reports)} files failed")


def _json(files: Sequence[Any]) -> str:
    from shapecheck.report.check_json import files_json

    return files_json(files)


def _sarif(files: Sequence[Any]) -> str:
    from shapecheck.report.exchange.sarif import sarif_text

    return sarif_text(files)


def _junit(files: Sequence[Any]) -> str:
    from shapecheck.report.exchange.junit import junit_text

    return junit_text(files)


_WHOLE: Mapping[str, Callable[[Sequence[Any]], str]] = MappingProxyType(
    {"json": _json, "sarif": _sarif, "junit": _junit}
)
"""Formats that are one text for all files."""
