"""`shapecheck weave`: documents in, the same with their marked places filled in out, in place.

A place wishes for a command of `shapecheck`; it is carried out in the folder of the document, and what it prints
stands there.  Commands come from outside, because those who make the command line know them.
"""

from __future__ import annotations

import contextlib
import io
import os
import re
import shlex
import sys
import tempfile
from collections.abc import Mapping, Sequence
from itertools import takewhile
from pathlib import Path
from typing import Any

import click

from shapecheck.commands.files import SpecFile, read_spec, write_whole
from shapecheck.commands.outcome import FINDINGS, FINE, USAGE, Refused
from shapecheck.commands.terminal import wants_color, width_of
from shapecheck.diagnostics import Diagnostic, render
from shapecheck.documents import errors
from shapecheck.documents.kinds import ENDINGS, Kind, Picture, insert, kind_of, shown
from shapecheck.documents.marks import Place
from shapecheck.documents.weaving import Filling, Woven, weave
from shapecheck.record import record
from shapecheck.source import Span

Commands = Mapping[str, click.Command]

_BOM = b"\xef\xbb\xbf"
_MAY_FIND = frozenset({"check"})
"""Commands whose findings are what a document wants to show."""


def weave_paths(paths: Sequence[str], commands: Commands, check: bool) -> int:
    """Fill in all documents at the paths, or only say what is out of date; the exit code."""
    return max(_weave(path, commands, check) for path in paths)


def _weave(path: str, commands: Commands, check: bool) -> int:
    try:
        file, kind = _document(path)
    except Refused as error:
        error.show()
        return USAGE
    if file.trouble is not None:
        return _told((file.trouble,), file)
    weaver = _Weaver(os.path.dirname(os.path.abspath(path)), kind, commands)
    woven = weave(file.source, kind, weaver.fill)
    if woven.diagnostics:
        return _told(woven.diagnostics, file)
    files = {name: (data, place) for name, data, place in woven.files if weaver.differs(name, data)}
    if not check:
        return _written(file, woven, {weaver.path(name): data for name, (data, _) in files.items()})
    told = {item.span for item in woven.stale}
    old = ((name, place.span) for name, (_, place) in files.items() if place.span not in told)
    others = (errors.stale(span, f"the picture {name} would be another one") for name, span in old)
    return _told(sorted((*woven.stale, *others), key=_start), file)


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
    """Say what is wrong or out of date; the exit code."""
    color, width = wants_color(sys.stdout), width_of(sys.stdout)
    for diagnostic in diagnostics:
        click.echo(render(diagnostic, file.source, color=color, width=width) + "\n")
    if any(diagnostic.code != "stale" for diagnostic in diagnostics):
        click.echo(f"{file.path}: failed")
    elif diagnostics:
        click.echo(f"{file.path}: out of date; this brings it up to date: shapecheck weave {shlex.quote(file.path)}")
    return FINDINGS if diagnostics else FINE


def _written(file: SpecFile, woven: Woven, files: Mapping[str, bytes]) -> int:
    """Write what changed: first the pictures, then the document that shows them."""
    for path, data in files.items():
        write_whole(path, data)
    if woven.stale:
        head = _BOM if Path(file.path).read_bytes().startswith(_BOM) else b""
        write_whole(file.path, head + woven.text.encode())
    if woven.stale or files:
        places = f"{len(woven.stale)} {'place' if len(woven.stale) == 1 else 'places'}"
        pictures = f"{len(files)} {'picture' if len(files) == 1 else 'pictures'}"
        click.echo(f"{file.path}: {places} and {pictures} brought up to date")
    return FINE


# ---- one place ---------------------------------------------------------------------------------


class _Wrong(Exception):
    """A wish that cannot be met."""

    def __init__(self, diagnostic: Diagnostic) -> None:
        super().__init__(diagnostic.title)
        self.diagnostic = diagnostic


@record
class _Wish:
    """A command with its words, and what the document itself wants: a text for a picture, and its width."""

    command: str
    words: list[str]
    alt: str | None
    width: int | None


class _Weaver:
    """Carries out what the places of one document wish for, in its folder."""

    def __init__(self, folder: str, kind: Kind, commands: Commands) -> None:
        self._folder = folder
        self._kind = kind
        self._commands = commands

    def path(self, name: str) -> str:
        """Where a picture lies."""
        return os.path.join(self._folder, name)

    def differs(self, name: str, data: bytes) -> bool:
        """Whether a picture has something else in it, or is not there."""
        try:
            old = Path(self.path(name)).read_bytes()
        except OSError:
            return True
        return old != data and not (name.endswith(".png") and _same_pixels(old, data))

    def fill(self, place: Place) -> Filling | Diagnostic:
        """What is to stand in a place, or why that cannot be told."""
        try:
            wish = self._wish(place)
            context = self._context(wish, place)
            file = context.params.get("output")
            return self._text(wish, context, place) if file is None else self._picture(wish, context, file, place)
        except _Wrong as error:
            return error.diagnostic

    def _wish(self, place: Place) -> _Wish:
        try:
            name, *words = shlex.split(place.wish)
        except ValueError:
            raise _Wrong(errors.unclosed_quote(place.span)) from None
        if name not in self._commands:
            span = Span(place.span.start, place.span.start + len(place.wish.split()[0]))
            raise _Wrong(errors.unknown_command(name, span, self._commands))
        alt, words = _taken("--alt", words, place)
        width, words = _taken("--width", words, place) if "-o" in words or "--output" in words else (None, words)
        return _Wish(name, words, alt, _percent(width, place))

    def _context(self, wish: _Wish, place: Place) -> click.Context:
        """The command with its options, in the format of the document where none is named."""
        command = self._commands[wish.command]
        try:
            with contextlib.chdir(self._folder):
                context = command.make_context(wish.command, list(wish.words), resilient_parsing=False)
        except click.exceptions.Exit:
            raise _Wrong(errors.wrong_wish(place.span, "this prints help, not something for a document")) from None
        except click.ClickException as error:
            raise _Wrong(errors.wrong_wish(_word_of(error, place), error.format_message())) from None
        given = (context.params.get("spec"), *(context.params.get("paths") or ()))
        if "-" in given:
            raise _Wrong(errors.wrong_wish(place.span, "a document has no standard input; name a file"))
        chosen = [context.params.get(name) for name in ("format", "output")]
        if chosen == [None, None] and self._kind.value in _choices(command, "format"):
            context.params["format"] = self._kind.value
        return context

    def _text(self, wish: _Wish, context: click.Context, place: Place) -> Filling:
        said = self._carried_out(wish, context, place)
        return Filling(insert(said, str(context.params.get("format") or "text"), self._kind))

    def _picture(self, wish: _Wish, context: click.Context, file: str, place: Place) -> Filling:
        """The picture as a file, made somewhere else first, and the line that shows it."""
        if os.path.splitext(file)[1].lower() not in self._kind.pictures:
            raise _Wrong(errors.wrong_picture(file, place.span, self._kind.pictures))
        if not re.fullmatch(r"[\w./ +-]+", file):
            raise _Wrong(errors.unsafe_picture(file, place.span))
        target = os.path.realpath(self.path(file))
        beside = Path(target).is_relative_to(os.path.realpath(self._folder)) and not os.path.isabs(file)
        if not beside or not os.path.isdir(os.path.dirname(target)):
            raise _Wrong(errors.far_picture(file, place.span))
        with tempfile.TemporaryDirectory() as folder:
            made = Path(folder, os.path.basename(file))
            context.params["output"] = str(made)
            self._carried_out(wish, context, place)
            data = made.read_bytes()
        name = Path(file).as_posix()
        picture = Picture(name, wish.alt or context.params.get("caption") or _alt(wish), wish.width)
        return Filling(shown(picture, self._kind), {name: data})

    def _carried_out(self, wish: _Wish, context: click.Context, place: Place) -> str:
        """What the command prints."""
        said = io.TextIOWrapper(io.BytesIO(), "utf-8", newline="")
        with contextlib.chdir(self._folder), contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
            try:
                with context:
                    code = context.command.invoke(context) or FINE
            except click.ClickException as error:
                raise _Wrong(errors.wrong_wish(_word_of(error, place), error.format_message())) from None
        said.flush()
        text = said.buffer.getvalue().decode()
        if code != FINE and not (code == FINDINGS and wish.command in _MAY_FIND):
            raise _Wrong(errors.failed(place.span, text))
        return text


def _same_pixels(one: bytes, other: bytes) -> bool:
    """Whether two pictures look the same, however they were compressed."""
    from PIL import Image, ImageChops

    try:
        left, right = (Image.open(io.BytesIO(data)).convert("RGB") for data in (one, other))
    except OSError:
        return False
    return left.size == right.size and ImageChops.difference(left, right).getbbox() is None


def _taken(option: str, words: list[str], place: Place) -> tuple[str | None, list[str]]:
    """The value of an option of the document's own, and the other words."""
    for at, word in enumerate(words):
        if word.startswith(f"{option}="):
            return word.partition("=")[2], [*words[:at], *words[at + 1 :]]
        if word == option and at + 1 < len(words):
            return words[at + 1], [*words[:at], *words[at + 2 :]]
        if word == option:
            raise _Wrong(errors.wrong_wish(place.span, f"{option} needs a value"))
    return None, words


def _percent(width: str | None, place: Place) -> int | None:
    if width is None:
        return None
    number = width.removesuffix("%")
    if not number.isascii() or not number.isdecimal() or not 1 <= int(number[:4]) <= 100:
        raise _Wrong(errors.wrong_wish(place.span, f"--width: {width!r} is no part of the page; write it like 60%"))
    return int(number)


def _choices(command: click.Command, name: str) -> Sequence[Any]:
    found = next((parameter for parameter in command.params if parameter.name == name), None)
    return tuple(getattr(found.type, "choices", ())) if found is not None else ()


def _word_of(error: click.ClickException, place: Place) -> Span:
    """The word that an error of the command line is about, else the whole wish."""
    parameter = getattr(error, "param", None)
    for word in (getattr(error, "option_name", ""), *(parameter.opts if parameter is not None else ())):
        found = re.search(rf"(?<!\S){re.escape(word)}(?![\w-])", place.wish) if word.startswith("-") else None
        if found is not None:
            return Span(place.span.start + found.start(), place.span.start + found.end())
    return place.span


def _alt(wish: _Wish) -> str:
    """What a picture shows, for who cannot see it: `V of same`, for `show same.shape V`."""
    names = list(takewhile(lambda word: not word.startswith("-"), wish.words[:2]))
    if not names:
        return wish.command
    spec = os.path.splitext(os.path.basename(names[0]))[0]
    return f"{names[1]} of {spec}" if len(names) > 1 else spec
