"""A Pygments lexer, so that Sphinx, LaTeX's minted and whatever else asks Pygments can color specs.

Comes in: the text of a spec.  Goes out: Pygments' tokens.  The text is cut by the language's own lexer, so the words
are those of the grammar, and a character that is none of them is an `Error` here as it is a mistake there.  Assumed:
nothing; any text comes back to the letter.  Registered under `pygments.lexers` as `shape`, for files `*.shape`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any, ClassVar

from pygments.lexer import Lexer
from pygments.token import Comment, Error, Keyword, Name, Number, Operator, Punctuation, String, Whitespace

from shapecheck.graph.expressions.declared_names import CONSTANTS
from shapecheck.syntax.lexer import LINE_ENDS, Token, scan
from shapecheck.syntax.tables import load_tables

_Kind = Any  # Pygments' types of tokens are untyped tuples that grow attributes

_KINDS: Mapping[str, _Kind] = MappingProxyType(
    {
        "COMMENT": Comment.Single, "STRING": String.Double, "TABLE": String.Heredoc, "STRAY": Error,
        "INT": Number.Integer, "COEF": Number.Integer, "SIZES": Number.Integer, "NUMBER": Number.Float,
        "ROLE": Keyword.Declaration, "DIM": Keyword.Declaration, "LAYER": Keyword.Declaration,
        "FN": Keyword.Declaration, "FROM": Keyword.Namespace, "IMPORT": Keyword.Namespace, "SCALAR": Keyword.Type,
        "_REAL": Keyword.Type, "BIGOP": Name.Builtin, "AND": Operator.Word, "OR": Operator.Word, "NOT": Operator.Word,
        "_IN": Operator.Word, "REL": Operator, "ADDOP": Operator, "MULOP": Operator, "ELEMOP": Operator,
        "TRANSPOSE": Operator, "CIRCUMFLEX": Operator, "EQUAL": Operator, "_ARROW": Operator, "_DOTS": Operator,
    }
)  # fmt: skip
_COUNTED = frozenset({"params", "macs"})
_OPERAND_ENDS = frozenset({"NAME", "INT", "SIZES", "RPAR", "RSQB"})
_OPERAND_STARTS = frozenset({"NAME", "INT", "SIZES", "COEF", "LPAR"})


class ShapeLexer(Lexer):
    """Specs of neural networks (shapecheck)."""

    name = "shape"
    aliases: ClassVar[list[str]] = ["shape", "shapecheck"]
    filenames: ClassVar[list[str]] = ["*.shape"]
    mimetypes: ClassVar[list[str]] = ["text/x-shape"]
    url = "https://pypi.org/project/shapecheck-lang/"

    def get_tokens_unprocessed(self, text: str) -> Iterator[tuple[int, _Kind, str]]:
        """The tokens with their places; together they are the text."""
        tokens = scan(text, load_tables().pattern)
        at = 0
        for position, token in enumerate(tokens):
            if token.start > at:
                yield at, Whitespace, text[at : token.start]
            yield from _pieces(token, tokens, position)
            at = token.end
        if at < len(text):
            yield at, Whitespace, text[at:]


def _pieces(token: Token, tokens: list[Token], position: int) -> Iterator[tuple[int, _Kind, str]]:
    """A token as Pygments has it; a line end may have comments in it."""
    if token.kind not in LINE_ENDS:
        yield token.start, _kind(token, tokens, position), token.text
        return
    for match in re.finditer(r"#[^\n]*|[^#]+", token.text):
        kind = Comment.Single if match[0].startswith("#") else Whitespace
        yield token.start + match.start(), kind, match[0]


def _kind(token: Token, tokens: list[Token], position: int) -> _Kind:
    before = tokens[position - 1].kind if position else ""
    after = tokens[position + 1].kind if position + 1 < len(tokens) else ""
    if token.kind == "_BY" and (before not in _OPERAND_ENDS or after not in _OPERAND_STARTS):
        return Name  # a tensor called x
    if token.kind == "NAME":
        return _name(token.text, before, after)
    if token.kind in _KINDS:
        return _KINDS[token.kind]
    if token.kind == "_BY":
        return Operator
    return Keyword if token.text.isalpha() else Punctuation


def _name(text: str, before: str, after: str) -> _Kind:
    if text in CONSTANTS:
        return Name.Constant
    if text in _COUNTED:
        return Name.Builtin.Pseudo
    if before in ("LAYER", "FN"):
        return Name.Class if before == "LAYER" else Name.Function
    return Name.Function if after == "LPAR" else Name
