"""The call around a place, and the argument that stands there.

In: an `OpenText` and an offset; the text of the call is often not complete, so that its tokens are looked at.  Out: the
signature of the block, and the number of the argument.
"""

from __future__ import annotations

from itertools import pairwise

from shapecheck.editor.block_signatures import Signature, signature_of
from shapecheck.editor.open_text import OpenSpec, OpenText
from shapecheck.editor.spec_names import BUILT_IN, Key
from shapecheck.graph.library import place_of
from shapecheck.ops import NAMES as OPERATIONS
from shapecheck.record import record
from shapecheck.syntax.lexer import Token


@record
class Around:
    """A call: the block, the names of the arguments given so far, and the number of the one at the place.

    `is_applied` where the place is in the second parentheses, those of the values that the block is applied to.
    """

    key: Key
    given: tuple[str, ...]
    number: int
    is_applied: bool = False


@record
class Help:
    """A signature with the number of the argument at the place; None where that is unknown."""

    signature: Signature
    argument: int | None


def signature_help(text: OpenText, offset: int) -> Help | None:
    """The signature of the call around an offset."""
    spec = text.spec_at(offset)
    call = None if spec is None else call_at(spec, offset)
    found = None if spec is None or call is None else signature_of(call.key, spec.names)
    if call is None or found is None:
        return None
    if call.is_applied:
        return Help(Signature(found.name, found.inputs, (), found.about), call.number)
    names = found.names()
    last = call.given[-1] if call.given else ""
    number = names.index(last) if last in names else call.number
    return Help(found, number if number < len(names) else None)


def call_at(spec: OpenSpec, offset: int) -> Around | None:
    """The innermost call whose parentheses are open at an offset."""
    before = [token for token in spec.tokens if token.end <= offset and token.text.strip()]
    start = _open_bracket(before)
    if start is None or before[start].kind != "LPAR" or start == 0:
        return None
    at = start - 1
    is_applied = before[at].kind == "RPAR"
    if is_applied:
        inner = _open_bracket(before[:at])
        at = -1 if inner is None else inner - 1
    key = None if at < 0 else _key(spec, before[at], offset)
    if key is None:
        return None
    inside = _top_level(before[start + 1 :])
    number = sum(token.kind == "COMMA" for token in inside)
    named = tuple(token.text for token, after in pairwise(inside) if after.kind == "EQUAL")
    current = bool(named) and inside[-1].kind != "COMMA" and _names_last(inside)
    return Around(key, named if current else (*named, ""), number, is_applied)


def _names_last(inside: list[Token]) -> bool:
    """Whether the last argument has a name."""
    commas = [number for number, token in enumerate(inside) if token.kind == "COMMA"]
    last = inside[commas[-1] + 1 :] if commas else inside
    return len(last) > 1 and last[1].kind == "EQUAL"


def _open_bracket(tokens: list[Token]) -> int | None:
    """The number of the last bracket that is not closed; a brace ends the search."""
    depth = 0
    for number in range(len(tokens) - 1, -1, -1):
        kind = tokens[number].kind
        if kind in ("LBRACE", "RBRACE"):
            return None
        depth += (kind in ("RPAR", "RSQB")) - (kind in ("LPAR", "LSQB"))
        if depth < 0:
            return number
    return None


def _top_level(tokens: list[Token]) -> list[Token]:
    """The tokens outside of inner brackets."""
    found, depth = [], 0
    for token in tokens:
        if not depth and token.kind not in ("LPAR", "LSQB"):
            found.append(token)
        depth += (token.kind in ("LPAR", "LSQB")) - (token.kind in ("RPAR", "RSQB"))
    return found


def _key(spec: OpenSpec, token: Token, offset: int) -> Key | None:
    """The block that a word names: of the file, of the library, or built in."""
    block = spec.names.block_at(offset)
    scope = spec.names.top if block is None else spec.names.inside.get(block, {})
    own = scope.get(token.text)
    if own is not None:
        entry = spec.names.entries.get(own)
        return own if entry is None or entry.made_by is None else entry.made_by
    found = place_of(token.text)
    if found is not None:
        return Key(found[0].name, "", token.text)
    return Key(BUILT_IN, "", token.text) if token.text in OPERATIONS or token.text == "repeat" else None
