"""`shapecheck fmt`: specs in, the same specs in the one canonical layout out, in place or on standard output."""

from __future__ import annotations

import difflib
import sys
from collections.abc import Sequence

import click

from shapecheck.commands.exit_codes import FINDINGS, FINE, USAGE, Refused
from shapecheck.commands.spec_files import SpecFile, is_stream, newline_of, spec_files, specs_of, write_whole
from shapecheck.commands.terminal import wants_color, width_of
from shapecheck.diagnostics import Diagnostic, render
from shapecheck.record import record
from shapecheck.source import Source
from shapecheck.syntax import format_source, parse


@record
class FormatOptions:
    """The options of the command, as typed."""

    check: bool
    diff: bool
    unicode: bool


def format_paths(paths: Sequence[str], options: FormatOptions) -> int:
    """Format all specs at the paths; the exit code."""
    return max((_format(file, options) for file in spec_files(paths)), default=FINE)


def _format(file: SpecFile | Refused, options: FormatOptions) -> int:
    if isinstance(file, Refused):
        file.show()
        return USAGE
    errors = _errors(file)
    if errors:
        color, width = wants_color(sys.stderr), width_of(sys.stderr)
        for error in errors:
            click.echo(render(error, file.source, color=color, width=width) + "\n", err=True)
        click.echo(f"{file.source.name}: not formatted", err=True)
        return FINDINGS
    return _carried_out(file, _formatted(file.source, options.unicode), options)


def _errors(file: SpecFile) -> Sequence[Diagnostic]:
    trouble = specs_of(file)[0].trouble
    if trouble is not None:
        return (trouble,)
    return [diagnostic for diagnostic in parse(file.source).diagnostics if diagnostic.level == "error"]


def _formatted(source: Source, unicode: bool) -> str:
    """The canonical text with the line ends that the file has."""
    text = format_source(Source(source.name, source.text.replace("\r\n", "\n")), unicode=unicode)
    return text.replace("\n", newline_of(source.text))


def _carried_out(file: SpecFile, text: str, options: FormatOptions) -> int:
    """Show or write the formatted text, as the options say."""
    name, changed = file.source.name, text != file.source.text
    if options.diff:
        click.echo("".join(_difference(name, file.source.text, text)), nl=False)
    if options.check and changed:
        click.echo(f"would reformat {name}")
    if options.check or options.diff:
        return FINDINGS if changed else FINE
    if is_stream(file.path):
        click.echo(text.encode(), nl=False)
    elif changed:
        write_whole(file.path, text.encode())
        click.echo(f"reformatted {name}")
    return FINE


def _difference(name: str, old: str, new: str) -> list[str]:
    """A unified diff, as `diff -u` and `git` write it."""
    lines = difflib.unified_diff(
        old.splitlines(keepends=True), new.splitlines(keepends=True), name, f"{name} (formatted)"
    )
    return [line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n" for line in lines]
