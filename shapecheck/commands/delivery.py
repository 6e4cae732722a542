"""Delivers the result of a command: to standard output, into a file, or into a comparison with that file.

Comes in: the finished text or picture, and what the options say.  Goes out: an exit code; a file is whole or not
written at all.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping
from difflib import unified_diff

import click

from shapecheck.commands.exit_codes import FINDINGS, FINE, Refused
from shapecheck.commands.option_values import usage
from shapecheck.commands.spec_files import unreadable, write_whole
from shapecheck.drawing import Picture, png_file, same_png, svg_text, tikz_text
from shapecheck.folders import LARGEST
from shapecheck.storage import opened

_LONGEST_DIFF = 24
"""Most lines of a difference that are shown."""


def format_of(format: str | None, output: str | None, endings: Mapping[str, str], plain: str = "text") -> str:
    """The format that is asked for, else the one that follows from the ending of the output, else `plain`."""
    if format is not None or output is None:
        return format or plain
    ending = os.path.splitext(output)[1].lower()
    if ending not in endings:
        raise usage(f"cannot tell the format from {output!r}; end it in one of {', '.join(endings)}, or add -f", "-o")
    return endings[ending]


def ready(output: str | None, check: bool) -> None:
    """Refuse an output that cannot be written or compared, before any work is done for it."""
    if output is None:
        if check:
            raise usage("says whether a file is up to date; name it with -o", "--check")
        return
    directory = os.path.dirname(os.path.abspath(output))
    if not os.path.isdir(directory):
        raise Refused(f"-o: there is no directory {directory}")
    if os.path.isdir(output):
        raise Refused(f"-o: {output} is a directory; name a file in it")


def drawn(picture: Picture, format: str) -> bytes:
    """A picture as the bytes of an SVG, PNG or TikZ file."""
    if format == "png":
        return png_file(picture)
    return (tikz_text if format == "tikz" else svg_text)(picture).encode()


def deliver(text: str, output: str | None, *, check: bool = False) -> int:
    """Print a text, or write it to a file, whole or not at all; with `check` only say whether the file is current.

    The exit code: 1 where a file is not as it would be written now.
    """
    if output is None:
        if check:
            raise usage("there is nothing to compare; name the file with -o", "--check")
        click.echo(text)
        return FINE
    return _into(output, f"{text}\n".encode(), _tell_lines, check)


def deliver_drawn(data: bytes, format: str, output: str | None, *, check: bool = False) -> int:
    """Delivers a picture or a table, which may be bytes."""
    if format != "png":
        return deliver(data.decode().removesuffix("\n"), output, check=check)
    if output is not None:
        return _into(output, data, _tell_picture, check)
    if sys.stdout.isatty():
        raise Refused("a PNG is not for a terminal; write it to a file with -o FILE.png")
    sys.stdout.flush()
    sys.stdout.buffer.write(data)
    return FINE


def _into(path: str, data: bytes, tell: Callable[[str, bytes, bytes], bool], check: bool) -> int:
    """Write a file, or say whether it holds this; `tell` prints what differs and says whether anything does."""
    if not check:
        write_whole(path, data)
        return FINE
    try:
        with opened(path) as file:
            found = file.read(LARGEST + len(data))
    except FileNotFoundError:
        click.echo(f"{path}: is not there")
        return FINDINGS
    except OSError as error:
        raise unreadable(path, error) from error
    return FINDINGS if tell(path, found, data) else FINE


def _tell_picture(path: str, found: bytes, data: bytes) -> bool:
    if same_png(found, data):
        return False
    click.echo(f"{path}: is out of date")
    return True


def _tell_lines(path: str, found: bytes, data: bytes) -> bool:
    """Prints the lines that differ, line ends aside; returns whether any do."""
    old, new = (part.decode("utf-8", errors="replace").splitlines() for part in (found, data))
    if old == new:
        return False
    click.echo(f"{path}: is out of date")
    lines = list(unified_diff(old, new, path, "as it would be written now", lineterm="", n=1))
    click.echo("\n".join(lines[:_LONGEST_DIFF]))
    if len(lines) > _LONGEST_DIFF:
        click.echo(f".. and {len(lines) - _LONGEST_DIFF} more lines")
    return True
