"""Fills in the marked places of a document.

Comes in: a document, and a function that says for each place what is to stand there.  Goes out: `Woven`, the document
with all places filled in, and what was out of date; or, where one place cannot be filled in, the document as it was,
and why.  Nothing outside of the marks is changed, and no file is touched here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import field
from itertools import zip_longest

from shapecheck.diagnostics import Diagnostic
from shapecheck.documents import errors
from shapecheck.documents.document_kinds import Kind
from shapecheck.documents.marked_places import Place, places
from shapecheck.record import record
from shapecheck.source import Source

_LONGEST = 60


@record
class Filling:
    """The new content of a place; `files` are the pictures that it shows, by name, to be written beside."""

    text: str
    files: Mapping[str, bytes] = field(default_factory=dict)


@record
class Woven:
    """The new text and the files beside it with the places that they are for; `stale` are the places that changed."""

    text: str
    files: tuple[tuple[str, bytes, Place], ...] = ()
    stale: tuple[Diagnostic, ...] = ()
    diagnostics: tuple[Diagnostic, ...] = ()


def weave(source: Source, kind: Kind, fill: Callable[[Place], Filling | Diagnostic]) -> Woven:
    """The document with every place filled in."""
    found, wrong = places(source, kind)
    if wrong:
        return Woven(source.text, diagnostics=wrong)
    fillings = [_checked(place, fill(place), kind) for place in found]
    pairs = [(place, filling) for place, filling in zip(found, fillings) if isinstance(filling, Filling)]
    wrong = (*(item for item in fillings if isinstance(item, Diagnostic)), *_written_twice(pairs))
    if wrong:
        return Woven(source.text, diagnostics=wrong)
    files = tuple((file, data, place) for place, filling in pairs for file, data in filling.files.items())
    text, stale = _filled_in(source.text, pairs)
    return Woven(text, files, stale)


def _filled_in(text: str, pairs: list[tuple[Place, Filling]]) -> tuple[str, tuple[Diagnostic, ...]]:
    done, last, stale = [], 0, []
    for place, filling in pairs:
        old, new = text[place.body.start : place.body.end], _body(place, filling.text, text)
        if _bare(old) != _bare(new):
            done += [text[last : place.body.start], new]
            last = place.body.end
            told = errors.stale(place.span, _difference(old, new)) if old.strip() else errors.empty(place.span)
            stale.append(told)
    return "".join([*done, text[last:]]), tuple(stale)


def _body(place: Place, text: str, document: str) -> str:
    """The lines of a place, with its indent and the line end of its mark."""
    newline = "\r\n" if document[: place.body.start].endswith("\r\n") else "\n"
    lines = text.strip("\n").split("\n") if text.strip("\n") else []
    return "".join(f"{place.indent}{line}".rstrip("\r") + newline if line else newline for line in lines)


def _bare(body: str) -> list[str]:
    """The lines without blank ones around them, which other programs put there."""
    return body.replace("\r\n", "\n").strip("\n").split("\n")


def _difference(old: str, new: str) -> str:
    """The first line that differs."""
    pairs = zip_longest(_bare(old), _bare(new), fillvalue="")
    one, other = next((before, after) for before, after in pairs if before != after)
    return f"it says   {_short(one)}\nand not   {_short(other)}"


def _short(line: str) -> str:
    bare = line.strip() or "(nothing)"
    return bare if len(bare) <= _LONGEST else f"{bare[: _LONGEST - 2]}.."


def _checked(place: Place, filling: Filling | Diagnostic, kind: Kind) -> Filling | Diagnostic:
    """The filling, unless the place would not end where it should, because of what stands in it."""
    if isinstance(filling, Diagnostic):
        return filling
    head = f"{kind.start}\n"
    body = _body(place, filling.text, head)
    found, wrong = places(Source("", f"{head}{body}{kind.end}\n"), kind)
    whole = not wrong and [(one.body.start, one.body.end) for one in found] == [(len(head), len(head) + len(body))]
    return filling if whole else errors.holds_marks(place.span)


def _written_twice(pairs: list[tuple[Place, Filling]]) -> list[Diagnostic]:
    """Messages on files that two places want with different contents."""
    first: dict[str, tuple[bytes, Place]] = {}
    wrong = []
    for place, filling in pairs:
        for file, data in filling.files.items():
            known, owner = first.setdefault(file, (data, place))
            if known != data:
                wrong.append(errors.written_twice(file, place.span, owner.span))
    return wrong
