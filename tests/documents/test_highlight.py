"""Colors: every spec of the project is covered without an error, and the kinds are those of the language's lexer."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pygments.lexers import get_lexer_by_name, get_lexer_for_filename
from pygments.token import Comment, Error, Keyword, Name, Number, Operator, String

from shapecheck.documents.highlight import ShapeLexer
from shapecheck.syntax.stored import grammar_text

ROOT = Path(__file__).parents[2]
SPECS = sorted((ROOT / "specs").rglob("*.shape"))
# the words of the language as its design lists them, without the seven operators of reductions
WORDS = [
    "and", "as", "assume", "buffer", "claim", "default", "dim", "else", "expect", "fn", "for", "from", "if",
    "import", "in", "input", "layer", "not", "or", "output", "scalar", "table", "test", "then", "weight",
    "when", "within",
]  # fmt: skip


def kinds(text: str) -> list[tuple[object, str]]:
    """The tokens that are no blanks."""
    return [(kind, value) for _, kind, value in ShapeLexer().get_tokens_unprocessed(text) if value.strip()]


@pytest.mark.parametrize("path", SPECS, ids=lambda path: path.stem)
def test_every_spec_is_covered(path: Path) -> None:
    """No character is an error, and nothing is lost; comments and labels are those that a search for them finds."""
    text = path.read_text()
    found = list(ShapeLexer().get_tokens_unprocessed(text))
    assert "".join(value for _, _, value in found) == text
    assert [value for _, kind, value in found if kind is Error] == []
    comments = [value for _, kind, value in found if kind in Comment]
    assert comments == [comment for comment in re.findall(r'"[^"\n]*"|(#[^\n]*)', text) if comment]


PIECES = [*"abx #\"\n\r[](){}=:;.,12^+-*/@~$'", "σ", "×", "\u2028", "table ", "claim"]


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.sampled_from(PIECES)).map("".join))
def test_any_text_comes_back(text: str) -> None:
    """Pygments needs the values to add up to the text, and the places to fit."""
    at = 0
    for start, _, value in ShapeLexer().get_tokens_unprocessed(text):
        assert (start, value) == (at, text[at : at + len(value)])
        at += len(value)
    assert at == len(text)


@pytest.mark.parametrize("word", WORDS)
def test_words_are_keywords(word: str) -> None:
    """Each reserved word of the language is one here, alone and not inside of a longer name."""
    text = f'{word} """1"""' if word == "table" else word
    (kind, _), *_ = kinds(text + "\n")
    assert kind in Keyword or kind in Operator.Word or kind is String.Heredoc
    assert kinds(f"{word}s\n") == [(Name, f"{word}s")]


def test_the_list_of_words_is_the_grammars() -> None:
    """A word that the grammar gets later has to be added above."""
    names = re.search(r"^NAME: /\(\?!\(\?:([a-z|]+)\)", grammar_text(), re.M)
    assert names is not None and sorted(names[1].split("|")) == sorted(WORDS)


def test_kinds_by_hand() -> None:
    """One line with everything: a claim, its label, a separator and a tensor that are both called x."""
    text = 'claim "a # b" sum[i] x[i] : 2p x 3x3 when 1.5 <= pi and f(x) == params  # so\n'
    assert kinds(text) == [
        (Keyword, "claim"), (String.Double, '"a # b"'), (Name.Builtin, "sum"), *punctuation("[", "i", "]"),
        *punctuation("x", "[", "i", "]", ":"), (Number.Integer, "2"), (Name, "p"), (Operator, "x"),
        (Number.Integer, "3x3"), (Keyword, "when"), (Number.Float, "1.5"), (Operator, "<="), (Name.Constant, "pi"),
        (Operator.Word, "and"), (Name.Function, "f"), *punctuation("(", "x", ")"), (Operator, "=="),
        (Name.Builtin.Pseudo, "params"), (Comment.Single, "# so"),
    ]  # fmt: skip


def punctuation(*texts: str) -> list[tuple[object, str]]:
    """Names and marks in a row."""
    from pygments.token import Punctuation

    return [(Name if text.isalpha() else Punctuation, text) for text in texts]


def test_what_the_language_refuses_is_an_error() -> None:
    """A prime is no part of a name, as the language's own lexer has it."""
    assert (Error, "'") in kinds("A' = B\n")


def test_pygments_knows_it() -> None:
    """By its name and by the ending of files, as Sphinx, minted and others ask."""
    assert isinstance(get_lexer_by_name("shape"), ShapeLexer)
    assert isinstance(get_lexer_for_filename("gru.shape"), ShapeLexer)
