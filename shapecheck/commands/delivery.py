"""Where what a command makes goes: to standard output, into a file, or into a comparison with that file.

Comes in: the finished bytes, and what the options say.  Goes out: an exit code; a file is whole or not written at all.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping

import click

from shapecheck.commands import files
from shapecheck.commands.outcome import FINDINGS, FINE, Refused
from shapecheck.commands.values import usage
from shapecheck.drawing import Picture, png_file, same_png, svg_text, tikz_text


def chosen_format(format: str | None, output: str | None, endings: Mapping[str, str], plain: str, check: bool) -> str:
    """The format asked for, else the one of the file's ending, else `plain`; usage errors are told before any work."""
    if output is None:
        if check:
            raise usage("says whether a file is up to date; name it with -o", "--check")
        return format or plain
    directory = os.path.dirname(os.path.abspath(output))
    if not os.path.isdir(directory):
        raise Refused(f"-o: there is no directory {directory}")
    ending = os.path.splitext(output)[1].lower()
    if format is None and ending not in endings:
        known = ", ".join(endings)
        raise usage(f"cannot tell the format from {output!r}; end it in one of {known}, or add -f", "-o")
    return format or endings[ending]


def drawn(picture: Picture, format: str) -> bytes:
    """A picture as the bytes of an SVG, PNG or TikZ file."""
    if format == "png":
        return png_file(picture)
    return (tikz_text if format == "tikz" else svg_text)(picture).encode()


def deliver(data: bytes, format: str, output: str | None, check: bool) -> int:
    """Write what was made, or say whether the file is current; the exit code."""
    if format != "png":
        return files.deliver(data.decode().removesuffix("\n"), output, check=check)
    if output is None:
        if sys.stdout.isatty():
            raise Refused("a PNG is not for a terminal; write it to a file with -o FILE.png")
        sys.stdout.flush()
        sys.stdout.buffer.write(data)
        return FINE
    if check:
        return _compared(output, data)
    files.write_whole(output, data)
    return FINE


def _compared(path: str, data: bytes) -> int:
    """Whether a file shows the same picture."""
    try:
        with open(path, "rb") as file:
            there = file.read()
    except FileNotFoundError:
        click.echo(f"{path}: is not there")
        return FINDINGS
    except OSError as error:
        raise files.unreadable(path, error) from error
    if same_png(there, data):
        return FINE
    click.echo(f"{path}: is out of date")
    return FINDINGS
