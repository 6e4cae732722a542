"""Carries out the commands at the marked places of a document.

Comes in: a place and the commands that there are.  Goes out: what is to stand there, or why that cannot be told.
Pictures are made in a folder of their own and handed on as bytes, so nothing beside the document changes here.
"""

from __future__ import annotations

import contextlib
import io
import os
import re
import shlex
import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from itertools import takewhile
from pathlib import Path
from typing import Any

import click

from shapecheck.commands.exit_codes import FINDINGS, FINE, Refused
from shapecheck.diagnostics import Diagnostic
from shapecheck.documents import errors
from shapecheck.documents.document_kinds import Kind, Picture, insert, shown
from shapecheck.documents.marked_places import Place
from shapecheck.documents.weaving import Filling
from shapecheck.drawing import same_png
from shapecheck.folders import LARGEST
from shapecheck.record import record
from shapecheck.signals import half_done
from shapecheck.source import Span
from shapecheck.storage import read

Commands = Mapping[str, click.Command]

_MAY_FIND = frozenset({"check"})
"""Commands whose findings may stand in a document."""


class _Wrong(Exception):
    """A request that cannot be met."""

    def __init__(self, diagnostic: Diagnostic) -> None:
        super().__init__(diagnostic.title)
        self.diagnostic = diagnostic


@record
class _Request:
    """A command with its words, and the options of the document itself: a text for a picture, and its width."""

    command: str
    words: list[str]
    alt: str | None
    width: int | None


class Weaver:
    """Carries out what the places of one document ask for, in its folder."""

    def __init__(self, folder: str, kind: Kind, commands: Commands) -> None:
        self._folder = folder
        self._kind = kind
        self._commands = commands

    def path(self, name: str) -> str:
        """The path of a picture."""
        return os.path.join(self._folder, name)

    def differs(self, name: str, data: bytes) -> bool:
        """Whether a picture file is missing or differs from the given bytes."""
        try:
            old = read(self.path(name), LARGEST + len(data))
        except OSError:
            return True
        return not same_png(old, data)

    def fill(self, place: Place) -> Filling | Diagnostic:
        """The text or picture for a place, or the reason why there is none."""
        try:
            request = self._request(place)
            context = self._context(request, place)
            file = context.params.get("output")
            return self._text(request, context, place) if file is None else self._picture(request, context, file, place)
        except _Wrong as error:
            return error.diagnostic

    def _request(self, place: Place) -> _Request:
        try:
            name, *words = shlex.split(place.request)
        except ValueError:
            raise _Wrong(errors.unclosed_quote(place.span)) from None
        if name not in self._commands:
            span = Span(place.span.start, place.span.start + len(place.request.split()[0]))
            raise _Wrong(errors.unknown_command(name, span, self._commands))
        alt, words = _taken("--alt", words, place)
        width, words = _taken("--width", words, place) if "-o" in words or "--output" in words else (None, words)
        return _Request(name, words, alt, _percent(width, place))

    def _context(self, request: _Request, place: Place) -> click.Context:
        """The command with its options, in the format of the document where none is named."""
        command = self._commands[request.command]
        try:
            with contextlib.chdir(self._folder):
                context = command.make_context(request.command, list(request.words), resilient_parsing=False)
        except click.exceptions.Exit:
            raise _Wrong(errors.wrong_request(place.span, "this prints help, not something for a document")) from None
        except (click.ClickException, Refused) as error:
            raise _Wrong(errors.wrong_request(_word_of(error, place), error.format_message())) from None
        given = (context.params.get("spec"), *(context.params.get("paths") or ()))
        if "-" in given:
            raise _Wrong(errors.wrong_request(place.span, "a document has no standard input; name a file"))
        if context.params.get("check"):
            raise _Wrong(errors.wrong_request(place.span, "--check is for `shapecheck weave`, which checks all places"))
        chosen = [context.params.get(name) for name in ("format", "output")]
        fitting = [format for format in self._kind.asked if format in _choices(command, "format")]
        if chosen == [None, None] and fitting:
            context.params["format"] = fitting[0]
        return context

    def _text(self, request: _Request, context: click.Context, place: Place) -> Filling:
        said = self._carried_out(request, context, place)
        return Filling(insert(said, str(context.params.get("format") or "text"), self._kind))

    def _picture(self, request: _Request, context: click.Context, file: str, place: Place) -> Filling:
        """The picture as a file, made somewhere else first, and the line that shows it."""
        if os.path.splitext(file)[1].lower() not in self._kind.pictures:
            raise _Wrong(errors.wrong_picture(file, place.span, self._kind.pictures))
        if not re.fullmatch(r"[\w./ +-]+", file):
            raise _Wrong(errors.unsafe_picture(file, place.span))
        target = os.path.realpath(self.path(file))
        beside = Path(target).is_relative_to(os.path.realpath(self._folder)) and not os.path.isabs(file)
        if not beside or not os.path.isdir(os.path.dirname(target)):
            raise _Wrong(errors.far_picture(file, place.span))
        with _folder() as folder:
            made = Path(folder, os.path.basename(file))
            context.params["output"] = str(made)
            self._carried_out(request, context, place)
            if not made.is_file():
                raise _Wrong(errors.wrong_request(place.span, f"this command does not write {file}"))
            data = made.read_bytes()
        name = Path(file).as_posix()
        picture = Picture(name, request.alt or context.params.get("caption") or _alt(request), request.width)
        return Filling(shown(picture, self._kind), {name: data})

    def _carried_out(self, request: _Request, context: click.Context, place: Place) -> str:
        """The output of the command."""
        said, beside = (io.TextIOWrapper(io.BytesIO(), "utf-8", newline="") for _ in range(2))
        with contextlib.chdir(self._folder), contextlib.redirect_stdout(said), contextlib.redirect_stderr(beside):
            try:
                with context:
                    code = context.command.invoke(context) or FINE
            except (click.ClickException, Refused) as error:
                raise _Wrong(errors.wrong_request(_word_of(error, place), error.format_message())) from None
        text = _written_to(said)
        if code != FINE and not (code == FINDINGS and request.command in _MAY_FIND):
            raise _Wrong(errors.failed(place.span, text + _written_to(beside)))
        return text


@contextlib.contextmanager
def _folder() -> Iterator[str]:
    """A temporary folder, which is removed after a signal, too."""
    with tempfile.TemporaryDirectory() as folder:
        remove = partial(shutil.rmtree, folder, ignore_errors=True)
        half_done.append(remove)
        try:
            yield folder
        finally:
            half_done.remove(remove)


def _written_to(stream: io.TextIOWrapper[io.BytesIO]) -> str:
    stream.flush()
    return stream.buffer.getvalue().decode()


def _taken(option: str, words: list[str], place: Place) -> tuple[str | None, list[str]]:
    """The value of an option of the document's own, and the other words."""
    for at, word in enumerate(words):
        if word.startswith(f"{option}="):
            return word.partition("=")[2], [*words[:at], *words[at + 1 :]]
        if word == option and at + 1 < len(words):
            return words[at + 1], [*words[:at], *words[at + 2 :]]
        if word == option:
            raise _Wrong(errors.wrong_request(place.span, f"{option} needs a value"))
    return None, words


def _percent(width: str | None, place: Place) -> int | None:
    if width is None:
        return None
    number = width.removesuffix("%")
    if not number.isascii() or not number.isdecimal() or not 1 <= int(number[:4]) <= 100:
        raise _Wrong(errors.wrong_request(place.span, f"--width: {width!r} is no part of the page; write it like 60%"))
    return int(number)


def _choices(command: click.Command, name: str) -> Sequence[Any]:
    found = next((parameter for parameter in command.params if parameter.name == name), None)
    return tuple(getattr(found.type, "choices", ())) if found is not None else ()


def _word_of(error: click.ClickException | Refused, place: Place) -> Span:
    """The word that an error of the command line is about, else the whole request."""
    parameter = getattr(error, "param", None)
    for word in (getattr(error, "option_name", ""), *(parameter.opts if parameter is not None else ())):
        found = re.search(rf"(?<!\S){re.escape(word)}(?![\w-])", place.request) if word.startswith("-") else None
        if found is not None:
            return Span(place.span.start + found.start(), place.span.start + found.end())
    return place.span


def _alt(request: _Request) -> str:
    """A description of a picture for readers who cannot see it: `V of same`, for `show same.shape V`."""
    names = list(takewhile(lambda word: not word.startswith("-"), request.words[:2]))
    if not names:
        return request.command
    spec = os.path.splitext(os.path.basename(names[0]))[0]
    return f"{names[1]} of {spec}" if len(names) > 1 else spec
