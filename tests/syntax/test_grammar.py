"""The grammar has no ambiguity, the stored tables are its tables, and our automaton is as good as Lark's own parser."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from lark import Lark, Token, Tree

from shapecheck.source import NOWHERE, Source
from shapecheck.syntax import parse
from shapecheck.syntax.automaton import Automaton
from shapecheck.syntax.build_statements import BUILDERS
from shapecheck.syntax.lexer import CLOSERS, EXPECTS_MORE, OPENERS
from shapecheck.syntax.stored import STORED, grammar_text
from shapecheck.syntax.table_builder import build_tables, lark_of
from shapecheck.syntax.tables import load_tables

from .corpus import CORPUS


def test_strict() -> None:
    """Lark, told to be strict, finds no conflict and no two terminals of one state that match the same text."""
    pytest.importorskip("interegular")
    lark_of(grammar_text(), strict=True)


def test_separator_never_meets_a_name() -> None:
    """No state accepts both the size separator and a name, so `x` is always one of them only."""
    assert not [state for state in load_tables().actions if {"_BY", "NAME"} <= set(state)]


@pytest.mark.parametrize(("one", "other"), [("ADDOP", "_MINUS"), ("REL", "_AT_LEAST"), ("COEF", "SIZES")])
def test_shared_spellings_are_told_apart(one: str, other: str) -> None:
    """Terminals that share a spelling never meet in a state; those that look alike need not."""
    together = [state for state in load_tables().actions if {one, other} <= set(state)]
    assert bool(together) == (one == "COEF")


def test_stored_tables_are_current() -> None:
    """Building the tables anew gives what is stored; otherwise run `python -m shapecheck.syntax.table_builder`."""
    assert json.loads(STORED.read_text(encoding="utf-8")) == json.loads(json.dumps(build_tables(grammar_text())))


def test_tables_are_built_when_the_stored_ones_are_gone(monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> None:
    """A missing file costs time, nothing else: the text parses to the same tree."""
    from shapecheck.syntax import tables

    source = Source("", "y = W @ [x; h]")
    expected = parse(source)
    monkeypatch.setattr(tables, "STORED", tmp_path / "none.json")
    load_tables.cache_clear()
    try:
        assert parse(source) == expected
    finally:
        load_tables.cache_clear()


@pytest.mark.parametrize("name", sorted(BUILDERS))
def test_a_rule_needs_its_builder(name: str) -> None:
    """Every builder belongs to a rule, and without it no parser is built; so a new rule cannot be forgotten."""
    assert name in {rule.builder for rule in load_tables().rules}
    with pytest.raises(KeyError, match=name):
        Automaton(load_tables(), {other: builder for other, builder in BUILDERS.items() if other != name})


class _LineEnds:
    """The rules for line ends of LANGUAGE.md section 3, written down a second time, for Lark."""

    always_accept = ("_NL",)

    def process(self, stream: Iterator[Token]) -> Iterator[Token]:
        depth, last = 0, "_NL"
        for token in stream:
            if token.type == "_NL" and (depth or last in EXPECTS_MORE or last == "_NL"):
                continue
            depth += (token.type in OPENERS) - (token.type in CLOSERS)
            last = token.type
            yield token


def _tree(part: Any) -> Any:
    """Lark's tree as ours."""
    if isinstance(part, Token):
        from shapecheck.syntax.lexer import Token as OurToken

        return OurToken(part.type, str(part), part.start_pos or 0, part.end_pos or 0)
    if not isinstance(part, Tree):
        return part
    children = [_tree(child) for child in part.children]
    builder = BUILDERS.get(str(part.data))
    return children if builder is None else builder(children, NOWHERE)


@pytest.fixture(scope="module")
def lark() -> Lark:
    """Lark's own lexer and parser for the grammar."""
    return Lark(grammar_text(), parser="lalr", lexer="contextual", postlex=_LineEnds(), maybe_placeholders=True)


@pytest.mark.parametrize("source", CORPUS, ids=lambda source: source.name)
def test_same_as_lark(lark: Lark, source: Source) -> None:
    """Another engine: Lark's contextual lexer and LALR loop give the same tree as ours."""
    assert parse(source).spec == _tree(lark.parse(source.text + "\n"))
