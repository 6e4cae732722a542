"""`shapecheck weave`: documents in; the same documents with their marked places filled in, in place.

A place asks for a command of `shapecheck`; it is carried out in the folder of the document, and what it prints
stands there.  Commands come from outside, because those who make the command line know them.
"""

from __future__ import annotations

import os
import re
import shlex
import sys
from collections.abc import Mapping, Sequence

import click

from shapecheck.commands.exit_codes import FINDINGS, FINE, USAGE, Refused
from shapecheck.commands.spec_files import SpecFile, read_spec, write_whole
from shapecheck.commands.terminal import wants_color, width_of
from shapecheck.commands.weaver import Commands, Weaver
from shapecheck.diagnostics import Diagnostic, render
from shapecheck.documents import errors
from shapecheck.documents.document_kinds import ENDINGS, Kind, kind_of
from shapecheck.documents.weaving import Woven, weave
from shapecheck.report.findings import counted
from shapecheck.storage import read

_BOM = b"\xef\xbb\xbf"


def weave_paths(paths: Sequence[str], commands: Commands, check: bool) -> int:
    """Fills in all documents at the paths, or only reports what is out of date; returns the exit code."""
    return max(_weave(path, commands, check) for path in paths)


def _weave(path: str, commands: Commands, check: bool, passes: int = 3) -> int:
    try:
        file, kind = _document(path)
    except Refused as error:
        error.show()
        return USAGE
    if file.trouble is not None:
        return _told((file.trouble,), file)
    weaver = Weaver(os.path.dirname(os.path.abspath(path)), kind, commands)
    woven = weave(file.source, kind, weaver.fill)
    if woven.diagnostics:
        return _told(woven.diagnostics, file)
    files = {name: (data, place) for name, data, place in woven.files if weaver.differs(name, data)}
    if not check:
        _write(file, woven, {weaver.path(name): data for name, (data, _) in files.items()})
        again = passes > 1 and woven.stale and _reads_itself(file)
        return _weave(path, commands, check, passes - 1) if again else FINE
    told = {item.span for item in woven.stale}
    old = ((name, place.span) for name, (_, place) in files.items() if place.span not in told)
    others = (errors.stale(span, f"the picture {name} is out of date") for name, span in old)
    return _told(sorted((*woven.stale, *others), key=_start), file)


def _reads_itself(file: SpecFile) -> bool:
    """Whether a place is about the document itself: text filled in above a spec moves the lines that messages name."""
    return re.search(rf"shapecheck:.*{re.escape(os.path.basename(file.path))}", file.source.text) is not None


def _document(path: str) -> tuple[SpecFile, Kind]:
    kind = kind_of(path)
    if os.path.isdir(path):
        raise Refused(f"{path} is a directory; name the documents in it")
    if kind is None:
        raise Refused(f"{path} is no document; their names end in {', '.join(ENDINGS)}")
    file = read_spec(path)
    if isinstance(file, Refused):
        raise file
    return file, kind


def _start(diagnostic: Diagnostic) -> int:
    return diagnostic.span.start if diagnostic.span else 0


def _told(diagnostics: Sequence[Diagnostic], file: SpecFile) -> int:
    """Reports what is wrong or out of date; returns the exit code."""
    color, width = wants_color(sys.stdout), width_of(sys.stdout)
    for diagnostic in diagnostics:
        click.echo(render(diagnostic, file.source, color=color, width=width) + "\n")
    if any(diagnostic.code != "stale" for diagnostic in diagnostics):
        click.echo(f"{file.path}: failed")
    elif diagnostics:
        click.echo(f"{file.path}: out of date; this brings it up to date: shapecheck weave {shlex.quote(file.path)}")
    return FINDINGS if diagnostics else FINE


def _write(file: SpecFile, woven: Woven, files: Mapping[str, bytes]) -> None:
    """Writes the changed files: first the pictures, then the document that shows them."""
    for path, data in files.items():
        write_whole(path, data)
    if woven.stale:
        head = _BOM if read(file.path, len(_BOM)) == _BOM else b""
        write_whole(file.path, head + woven.text.encode())
    done = [counted(number, noun) for number, noun in ((len(woven.stale), "place"), (len(files), "picture")) if number]
    if done:
        click.echo(f"{file.path}: {' and '.join(done)} brought up to date")
