"""Specs from files, directories and standard input; texts back to files.

Comes in: paths as given on the command line.  Goes out: a `SpecFile` for each spec, or a line that says why not.
Nothing is parsed here.  Written files are whole or not written at all, and keep their permissions.
"""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from shapecheck.commands.exit_codes import Refused
from shapecheck.folders import LARGEST, reader, specs_below
from shapecheck.record import record
from shapecheck.source import Source, Span
from shapecheck.storage import NotAFile, is_handed_on, read, written

if TYPE_CHECKING:
    from shapecheck.diagnostics import Diagnostic

STANDARD_INPUT = "-"
DOCUMENTS = (".md", ".markdown")
_START = "a block that starts with ```shape is read as one"
_BOM = b"\xef\xbb\xbf"


@record
class SpecFile:
    """A spec as read; `trouble` says why its bytes are no text, and is None where they are."""

    path: str
    source: Source
    trouble: Diagnostic | None = None


def specs_at(paths: Iterable[str]) -> Iterator[SpecFile | Refused]:
    """Every spec at the paths, also those in documents, and single ones of a document (`notes.md#gru`)."""
    for file in spec_files(paths, parts=True):
        yield from specs_of(file) if isinstance(file, SpecFile) else [file]


def spec_files(paths: Iterable[str], parts: bool = False) -> Iterator[SpecFile | Refused]:
    """The files at the paths, each once, in their order; directories give all `*.shape` below them.

    With `parts` a path may name one spec of a document.
    """
    seen: set[str] = set()
    named = tuple(paths)
    for found in (found for path in named for found in _found(path)):
        if isinstance(found, Refused):
            yield found
        elif (place := found if is_stream(found) else os.path.realpath(found)) not in seen:
            seen.add(place)
            yield _part(found) if parts and _is_part(found) else read_spec(found, named)


def _part(path: str) -> SpecFile | Refused:
    try:
        return read_one(path)
    except Refused as error:
        return error


def _is_part(path: str) -> bool:
    """Whether a path names one spec of a document."""
    return "#" in path and not os.path.exists(path)


def read_one(path: str) -> SpecFile:
    """The spec at a path that must be a file, or `-`; `notes.md#gru` is one of several in a document."""
    if os.path.isdir(path):
        raise Refused(f"{path} is a directory; this command takes one spec")
    place, _, section = path.rpartition("#") if _is_part(path) else (path, "", "")
    file = read_spec(place)
    if isinstance(file, Refused):
        raise file
    return _chosen(specs_of(file), section)


def _chosen(specs: Sequence[SpecFile], section: str) -> SpecFile:
    """The spec of that name; without one, the one that has no name, else the only one."""
    named = {spec.source.section: spec for spec in specs}
    if section in named or (len(specs) == 1 and not section):
        return named.get(section, specs[0])
    from shapecheck.diagnostics.suggest import nearest

    path, known = specs[0].path, ", ".join(spec.source.title for spec in specs)
    if not section:
        raise Refused(f"{path} holds several specs; name one of them: {known}")
    near = nearest(section, named)
    hint = f"did you mean {path}#{near}?" if near else f"there is {known}"
    raise Refused(f"no spec in {path} is called {section}; {hint}")


def specs_of(file: SpecFile) -> tuple[SpecFile, ...]:
    """The specs in a file: itself, or those in the fenced blocks of a document, each under its name."""
    if file.trouble is not None or file.source.section:
        return (file,)
    found = _named_specs(file.source.text)
    if found:
        name, beside = file.source.name, file.source.beside
        return tuple(replace(file, source=Source(name, text, beside, section)) for section, text in found.items())
    if os.path.splitext(file.path)[1].lower() in DOCUMENTS:
        from shapecheck.diagnostics import Diagnostic

        return (replace(file, trouble=Diagnostic("no-spec", "this document holds no spec", help=_START)),)
    return (file,)


def _named_specs(text: str) -> dict[str, str]:
    """The specs in the fences of a text; the parser, which knows them, is not imported where there is no fence."""
    if "```" not in text and "~~~" not in text:
        return {}
    from shapecheck.syntax.literate import specs_in

    return specs_in(text)


def read_spec(path: str, named: Iterable[str] = ()) -> SpecFile | Refused:
    """The spec at a path, or why it cannot be read; `named` are the paths whose folders it may import from."""
    try:
        data = _bytes(path)
    except NotAFile as error:
        import shlex

        hint = f"; to read from it, redirect it: - < {shlex.quote(path)}" if error.kind == "a pipe" else ""
        return Refused(f"cannot read {path}: {error.strerror}{hint}")
    except OSError as error:
        return unreadable("standard input" if path == STANDARD_INPUT else path, error)
    if len(data) > LARGEST:
        return Refused(f"{path} is larger than {LARGEST // 2**20} MiB; that is no spec")
    if is_stream(path):
        return decoded("<stdin>" if path == STANDARD_INPUT else path, path, data, None)
    return decoded(path, path, data, reader((path, *named)))


def decoded(name: str, path: str, data: bytes, beside: Callable[[Source, str], Source] | None) -> SpecFile:
    """Bytes as text; where they are no UTF-8, with the place of the first that is wrong."""
    data = data.removeprefix(_BOM)
    try:
        return SpecFile(path, Source(name, data.decode("utf-8"), beside))
    except UnicodeDecodeError as error:
        from shapecheck.diagnostics import Diagnostic, Label

        before = len(data[: error.start].decode("utf-8"))
        label = Label(Span(before, before + 1), f"byte {error.start} of the file is 0x{data[error.start]:02x}")
        source = Source(name, data.decode("utf-8", errors="replace"))
        trouble = Diagnostic("not-text", "this file is not UTF-8 text", (label,), help=_encoding(data))
        return SpecFile(path, source, trouble)


def _encoding(data: bytes) -> str:
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return "it looks like UTF-16; save it as UTF-8"
    return "is it a spec? binary files are not; if so, save it as UTF-8" if b"\0" in data else "save it as UTF-8"


def is_stream(path: str) -> bool:
    """Whether a path is standard input, or another stream that can be read once and not be written."""
    return path == STANDARD_INPUT or is_handed_on(path)


def _bytes(path: str) -> bytes:
    if path != STANDARD_INPUT:
        return read(path, LARGEST + 1)
    if sys.stdin is None:
        raise OSError(errno.EBADF, "it is closed")
    return sys.stdin.buffer.read(LARGEST + 1)


def _found(path: str) -> Sequence[str | Refused]:
    if path == STANDARD_INPUT or not os.path.isdir(path):
        return [path]
    return _below(path) or [Refused(f"no specs (*.shape) in the directory {path}")]


def _below(folder: str) -> list[str | Refused]:
    """All `*.shape` below a folder, by path, and the folders that cannot be read; what is hidden is left out."""
    refused: list[str | Refused] = []
    specs = specs_below(folder, lambda error: refused.append(unreadable(error.filename, error)))
    return [*specs, *refused]


def unreadable(path: str, error: OSError) -> Refused:
    """The reason why a file cannot be read, and the name that was probably meant."""
    if isinstance(error, FileNotFoundError):
        if os.path.islink(path):
            return Refused(f"cannot find {path}: it is a link to {os.readlink(path)}, which is not there")
        near = _nearest_file(path)
        return Refused(f"cannot find {path}" + (f"; did you mean {near}?" if near else ""))
    return Refused(f"cannot read {path}: {(error.strerror or str(error)).lower()}")


def _nearest_file(path: str) -> str | None:
    from shapecheck.diagnostics.suggest import nearest

    directory, name = os.path.split(path)
    try:
        near = nearest(name, os.listdir(directory or "."))
    except OSError:
        return None
    return os.path.join(directory, near) if near else None


# ---- writing -----------------------------------------------------------------------------------


def newline_of(text: str) -> str:
    """The line end of a text, LF or CRLF: the one that most lines have."""
    windows = text.count("\r\n")
    return "\r\n" if windows * 2 > text.count("\n") else "\n"


def write_whole(path: str, data: bytes) -> None:
    """Write a file such that a reader meets the old text or the new one, and never a part; links stay links."""
    folder = os.path.dirname(os.path.realpath(path))
    if not os.path.isdir(folder):
        raise Refused(f"cannot write {path}: there is no folder {os.path.dirname(path) or folder}")
    try:
        with written(path) as file:
            file.write(data)
    except OSError as error:
        raise unwritable(path, error) from error


def unwritable(path: str, error: OSError) -> Refused:
    """The reason why a file cannot be written."""
    return Refused(f"cannot write {path}: {(error.strerror or str(error)).lower()}")
