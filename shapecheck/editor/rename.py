"""Definitions, references and new names, in the open text and in the other files of the workspace.

In: an `OpenText`, an offset, the other texts.  Out: places, or edits by the path of the file.  A name of the library or
a built-in operation keeps its name; so does one whose new name would be taken for something else, which is said.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from shapecheck.editor.layout_edits import Edit
from shapecheck.editor.name_files import library_names
from shapecheck.editor.open_text import OpenSpec, OpenText
from shapecheck.editor.problems import Related, path_of
from shapecheck.editor.spec_names import BUILT_IN, Key, Kind, Names, Occurrence
from shapecheck.graph.expressions.declared_names import CONSTANTS, PREBOUND
from shapecheck.source import Span
from shapecheck.syntax.lexer import scan
from shapecheck.syntax.spelling import ascii_name
from shapecheck.syntax.tables import load_tables


class NotPossible(ValueError):
    """A request that cannot be answered; the message says why."""


def name_at(text: OpenText, offset: int) -> tuple[OpenSpec, Occurrence] | None:
    """The name at an offset, with its spec."""
    spec = text.spec_at(offset)
    found = None if spec is None else spec.names.at(offset)
    return None if spec is None or found is None else (spec, found)


def definitions(text: OpenText, offset: int, others: Iterable[OpenText] = ()) -> list[Related]:
    """The places at which the name at an offset is defined: the declaration, else the equations."""
    found = name_at(text, offset)
    if found is None:
        return []
    spec, occurrence = found
    entry = spec.names.entries.get(occurrence.key)
    key = entry.alias if entry is not None and entry.alias is not None else occurrence.key
    if key.path.startswith("std/"):
        return list(_places(library_names(key.path), key, defining=True))[:1]
    places = [place for names in _all_names(spec, key, text, others) for place in _places(names, key, defining=True)]
    return places[:1] if entry is not None and entry.role else places


def references(text: OpenText, offset: int, others: Iterable[OpenText], defining: bool = True) -> list[Related]:
    """All places of the name at an offset; without those that define it where they are not wanted."""
    found = name_at(text, offset)
    if found is None:
        return []
    spec, occurrence = found
    places = [
        place
        for names in _all_names(spec, occurrence.key, text, others)
        for place in _places(names, occurrence.key, defining=None if defining else False)
    ]
    return list(dict.fromkeys(places))


def renameable(text: OpenText, offset: int) -> Span:
    """The place of the name at an offset, where it can get a new one; raises `NotPossible`."""
    found = name_at(text, offset)
    if found is None:
        raise NotPossible("there is no name here")
    _, occurrence = found
    if occurrence.key.path == BUILT_IN or occurrence.key.path.startswith("std/"):
        raise NotPossible(f"{occurrence.key.name} belongs to the library")
    return occurrence.span


def rename(text: OpenText, offset: int, new: str, others: Iterable[OpenText]) -> dict[str, list[Edit]]:
    """The edits that give the name at an offset a new one, by the path of each file; raises `NotPossible`."""
    renameable(text, offset)
    _check_word(new)
    found = name_at(text, offset)
    assert found is not None, "it can get a new name"
    spec, occurrence = found
    edits: dict[str, list[Edit]] = {}
    for each in _specs(spec, occurrence.key, text, others):
        spans = [item.span for item in each.names.of(occurrence.key)]
        if spans:
            _check_free(each, occurrence.key, ascii_name(new))
            listed = edits.setdefault(each.source.name, [])
            listed += [Edit(span, new) for span in spans if Edit(span, new) not in listed]
    return edits


def _check_word(new: str) -> None:
    """Raises `NotPossible` for what is no name."""
    tokens = scan(new, load_tables().pattern) if new.strip() == new else []
    is_name = len(tokens) == 1 and tokens[0].kind in ("NAME", "_BY") and tokens[0].text == new != "×"
    if not is_name or ascii_name(new) in CONSTANTS | PREBOUND:
        raise NotPossible(f"{new!r} cannot be a name")


def _check_free(spec: OpenSpec, key: Key, new: str) -> None:
    """Raises `NotPossible` where the new name means something already, or where mistakes may hide a place."""
    if spec.reading.parsed.diagnostics:
        line = spec.source.position(spec.reading.parsed.diagnostics[0].labels[0].span.start)[0]
        raise NotPossible(f"line {line} of {spec.source.title} cannot be read; mend it first")
    if ascii_name(key.name) == new:
        return
    names = spec.names
    for item in names.occurrences:
        if item.key.name == new and _meet(names, key, item.key):
            line = spec.source.position(item.span.start)[0]
            raise NotPossible(f"{new} has a meaning already, in line {line} of {spec.source.title}")


def _meet(names: Names, key: Key, other: Key) -> bool:
    """Whether two things could be taken for each other if they had one name."""
    one, two = names.entries.get(key), names.entries.get(other)
    if one is None or two is None or Kind.TEST in (one.kind, two.kind):
        return one is None or two is None or one.kind == two.kind
    blocks = (Kind.LAYER, Kind.FUNCTION)
    if one.kind in blocks or two.kind in blocks:
        return True
    if one.reach is not None and two.reach is not None:
        return one.reach.start < two.reach.end and two.reach.start < one.reach.end
    return key.block == other.block


def _all_names(spec: OpenSpec, key: Key, text: OpenText, others: Iterable[OpenText]) -> Iterator[Names]:
    return (each.names for each in _specs(spec, key, text, others))


def _specs(spec: OpenSpec, key: Key, text: OpenText, others: Iterable[OpenText]) -> Iterator[OpenSpec]:
    """The spec itself, and the specs of other texts in which the name may stand."""
    yield spec
    if key.at >= 0 or (key.path == text.path and spec.source.section):
        return  # an index, or a name of one spec of a document, stands nowhere else
    for other in others:
        if other.path != text.path and (key.name in other.text or not other.text.isascii()):
            yield from other.specs


def _places(names: Names, key: Key, defining: bool | None) -> Iterator[Related]:
    """The places of a thing; those that define it, those that do not, or all for None."""
    for item in names.of(key):
        if defining is None or item.defines is defining:
            yield Related(path_of(names.source), names.source.text, item.span, "")
