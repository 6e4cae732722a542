"""Where what a command makes goes: to standard output, into a file, or into a comparison with that file.

Comes in: the finished bytes, and what the options say.  Goes out: an exit code; a file is whole or not written at all.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping

import click

from shapecheck.commands.files import write_whole
from shapecheck.commands.outcome import FINDINGS, FINE, Refused
from shapecheck.commands.values import usage
from shapecheck.drawing import Picture, png_file, svg_text, tikz_text


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
    """Write the data, or compare it with what is there; the exit code."""
    if output is not None and check:
        return _compared(data, output)
    if output is not None:
        write_whole(output, data)
    elif format == "png":
        if sys.stdout.isatty():
            raise Refused("a PNG is not for a terminal; write it to a file with -o FILE.png")
        sys.stdout.flush()
        sys.stdout.buffer.write(data)
    else:
        click.echo(data.decode(), nl=False)
    return FINE


def _compared(data: bytes, output: str) -> int:
    try:
        with open(output, "rb") as file:
            there = file.read()
    except FileNotFoundError:
        click.echo(f"{output}: is not there yet")
        return FINDINGS
    except OSError as error:
        raise Refused(f"cannot read {output}: {(error.strerror or str(error)).lower()}") from error
    if there.replace(b"\r\n", b"\n") != data.replace(b"\r\n", b"\n"):
        click.echo(f"{output}: out of date; write it again without --check")
        return FINDINGS
    click.echo(f"{output}: up to date")
    return FINE
