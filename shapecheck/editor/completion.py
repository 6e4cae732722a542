"""Names that may stand at a place: of tensors, sizes, layers, arguments, axes, parts and words of the language.

In: an `OpenText` and an offset; the statement there is often not complete, so that its tokens are looked at and not its
tree.  Out: `Choice`s, the likeliest first.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from shapecheck.editor.block_signatures import signature_of
from shapecheck.editor.hover import shapes_around
from shapecheck.editor.name_files import home_of, names_of
from shapecheck.editor.open_text import OpenSpec, OpenText
from shapecheck.editor.shape_texts import member_lines
from shapecheck.editor.signature_help import call_at
from shapecheck.editor.spec_names import BUILT_IN, Entry, Key, Kind
from shapecheck.editor.textmate import terminal
from shapecheck.graph.expressions.declared_names import CONSTANTS, PREBOUND
from shapecheck.graph.library import Library, place_of
from shapecheck.ops import OPS
from shapecheck.record import record
from shapecheck.source import Source
from shapecheck.syntax import tree
from shapecheck.syntax.parsing import read
from shapecheck.syntax.walking import walk

STATEMENTS = ("dim", "assume", "input", "weight", "buffer", "output", "layer", "fn", "from", "for", "claim", "test")
WORDS = ("if", "then", "else", "and", "or", "not", "for", "in", "when", "expect", "within", "default", "as", "scalar")
VERDICTS = ("proved", "refuted", "tested", "unknown")
_PATH = re.compile(r"((?:\w+(?:\[[^\[\]]*\])*\.)+)\w*$")
_SHAPE = re.compile(r"^\s*(?:input|weight|buffer|output)\b.*:[^=]*$|^\s*claim\b[^=<>]*:[^=]*$|^\s*\w[\w\[\], ]*:[^=]*$")


@record
class Choice:
    """A name to insert; `kind` is that of a name, `word` or `constant`; `detail` is its shape or its signature."""

    name: str
    kind: Kind | str
    detail: str = ""


def choices(text: OpenText, offset: int) -> list[Choice]:
    """The choices at an offset, each name once."""
    spec = text.spec_at(offset)
    if spec is None or _in_comment(spec, offset):
        return []
    found: dict[str, Choice] = {}
    for choice in _choices(spec, offset):
        found.setdefault(choice.name, choice)
    return list(found.values())


def _in_comment(spec: OpenSpec, offset: int) -> bool:
    return any(item.span.start < offset <= item.span.end for item in spec.reading.parsed.comments)


def _choices(spec: OpenSpec, offset: int) -> Iterator[Choice]:
    line = spec.source.text[spec.source.text.rfind("\n", 0, offset) + 1 : offset]
    path = _PATH.search(line)
    if path is not None and not re.search(r"\d\.$", line):
        yield from _parts(spec, path[1], offset)
    elif re.search(r"\bexpect\s+\w*$", line):
        yield from (Choice(word, "word") for word in VERDICTS)
    elif re.search(r"\baxis\s*=\s*\w*$", line):
        yield from _axes(spec)
    elif re.search(r"(?:->|→)\s*\w*$", line):
        yield from _blocks(spec)
    elif _SHAPE.match(line):
        yield from (choice for choice in _visible(spec, offset) if choice.kind in (Kind.SIZE, Kind.PARAMETER))
        yield Choice("scalar", "word")
    else:
        if not line.strip() or re.fullmatch(r"\s*\w*", line):
            yield from (Choice(word, "word") for word in STATEMENTS)
        yield from _arguments(spec, offset)
        yield from _visible(spec, offset)
        yield from _blocks(spec)
        yield from (Choice(word, "function", "over indices: [i in ..]") for word in _big_operators())
        yield from (Choice(word, "constant") for word in sorted(CONSTANTS | PREBOUND))
        yield from (Choice(word, "word") for word in WORDS)


def _visible(spec: OpenSpec, offset: int) -> Iterator[Choice]:
    """The names in sight, those of the file or of the block that the offset is in."""
    return (_choice(spec, key, entry) for key, entry in spec.names.visible(offset))


def _choice(spec: OpenSpec, key: Key, entry: Entry) -> Choice:
    if entry.kind in (Kind.LAYER, Kind.FUNCTION):
        found = signature_of(key, spec.names)
        return Choice(key.name, entry.kind, "" if found is None else found.label)
    shapes = shapes_around(spec, key)
    lines = [] if shapes is None or key.name not in shapes.axes else member_lines(shapes, key.name)
    return Choice(key.name, entry.kind, "; ".join(lines))


def _blocks(spec: OpenSpec) -> Iterator[Choice]:
    """The blocks of the file, of the library, and the operations that are called by name."""
    for key in spec.names.top.values():
        home = home_of(spec.names, key)
        entry = None if home is None else home.entries.get(key)
        if entry is not None and entry.kind in (Kind.LAYER, Kind.FUNCTION):
            yield _choice(spec, key, entry)
    yield from _library()


@lru_cache(maxsize=1)
def _library() -> tuple[Choice, ...]:
    """The blocks of the library, and the operations that are called by name."""
    nothing = names_of(Source("", ""), read(Source("", "")))
    keys = [
        Key(found[0].name, "", name) for name in Library(Source("", "")).names if (found := place_of(name)) is not None
    ]
    keys += [Key(BUILT_IN, "", op.name) for op in OPS if op.name.isidentifier()]
    signatures = ((key, signature_of(key, nothing)) for key in (*keys, Key(BUILT_IN, "", "repeat")))
    kinds = {BUILT_IN: Kind.OPERATION}
    return tuple(
        Choice(key.name, kinds.get(key.path, Kind.LAYER), found.label) for key, found in signatures if found is not None
    )


def _arguments(spec: OpenSpec, offset: int) -> Iterator[Choice]:
    """The arguments that the call around the offset has not got yet."""
    call = call_at(spec, offset)
    found = None if call is None or call.is_applied else signature_of(call.key, spec.names)
    if call is not None and found is not None and call.key.path != BUILT_IN:
        yield from (Choice(name, Kind.PARAMETER, found.label) for name in found.names() if name not in call.given)


@lru_cache(maxsize=1)
def _big_operators() -> tuple[str, ...]:
    """The words of operators over indices, from the grammar."""
    return tuple(re.findall(r"[a-z]+", terminal("BIGOP").partition(")")[0]))


def _axes(spec: OpenSpec) -> Iterator[Choice]:
    """The names of axes in the spec."""
    nodes = (node for statement in spec.reading.parsed.spec.statements for node in walk(statement))
    names = (node.name for node in nodes if isinstance(node, tree.ShapeAxis) and node.name is not None)
    return (Choice(name, "axis") for name in dict.fromkeys(names))


def _parts(spec: OpenSpec, path: str, offset: int) -> Iterator[Choice]:
    """The names inside of the block that a path leads to."""
    names = [part for part in re.sub(r"\[[^\[\]]*\]", "", path).split(".") if part]
    block = spec.names.block_at(offset)
    scope = spec.names.top if block is None else spec.names.inside.get(block, {})
    key = scope.get(names[0])
    for name in names[1:]:
        key = _inside(spec, key).get(name)
    for name, inner in _inside(spec, key).items():
        home = home_of(spec.names, inner)
        entry = None if home is None else home.entries.get(inner)
        if entry is not None:
            yield Choice(name, entry.kind)
    if key is not None:
        yield from (Choice(word, "constant") for word in ("params", "macs"))
    yield Choice("T", "word", "the transpose")


def _inside(spec: OpenSpec, key: Key | None) -> dict[str, Key]:
    """The names in the block that a name comes from."""
    home = None if key is None else home_of(spec.names, key)
    entry = None if home is None or key is None else home.entries.get(key)
    maker = None if entry is None else entry.made_by
    other = None if maker is None else home_of(spec.names, maker)
    if other is None or maker is None:
        return {}
    return {name: inner for name, inner in other.inside.get(maker, {}).items() if inner.block == maker.name}
