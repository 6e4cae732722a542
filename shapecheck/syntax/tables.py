"""The parser's tables: loaded from the stored file, or built anew where the grammar has changed since.

Comes in: `shape.lark` and `tables.json`, the tables with the grammar that they were built from.  Goes out: `Tables`.
Assumed: nothing of the stored file but that it is JSON; it holds no code.
"""

from __future__ import annotations

import json
import re
from functools import cache
from typing import Any

from shapecheck.record import record
from shapecheck.syntax.stored import STORED, grammar_text

_STRAY = r"""(?P<STRAY>table[ \t\u00a0]*\"{3}[\s\S]*?(?=\n[ \t]*(?:[a-z]+ |[A-Za-z_]+[ \t]*=|\})|\Z)|[\s\S])"""
"""Text that no terminal matches: a table without its end, up to a line that looks like a statement; or a character."""


@record
class Rule:
    """One production, ready to be reduced by.

    `kept` holds (position, spliced, absent) of the symbols that become children of the node that `builder` makes;
    `collapses` says that a single child stands for the whole.
    """

    builder: str
    origin: str
    length: int
    collapses: bool
    kept: tuple[tuple[int, bool, int], ...]
    trailing: int

    @property
    def passes(self) -> bool:
        """Whether the rule only renames its one symbol."""
        return self.collapses and self.length == 1 and len(self.kept) == 1 and not self.trailing


@record
class Tables:
    """An LALR automaton: per state what to do on a terminal (a state, or `~rule`) and where a nonterminal leads."""

    pattern: re.Pattern[str]
    rules: tuple[Rule, ...]
    actions: tuple[dict[str, int], ...]
    gotos: tuple[dict[str, int], ...]


@cache
def load_tables() -> Tables:
    """The tables of the grammar that is installed; building them anew takes seconds."""
    grammar = grammar_text()
    data = _stored()
    if data.get("grammar") != grammar:
        from shapecheck.syntax.table_builder import build_tables

        data = build_tables(grammar)
    return _tables(data)


def _stored() -> dict[str, Any]:
    try:
        data = json.loads(STORED.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return data if isinstance(data, dict) else {}


def _tables(data: dict[str, Any]) -> Tables:
    rules = tuple(
        Rule(builder, origin, length, collapses, tuple((at, spliced, absent) for at, spliced, absent in kept), trailing)
        for builder, origin, length, collapses, kept, trailing in data["rules"]
    )
    rows = data["rows"]
    return Tables(
        re.compile(f"{data['pattern']}|{_STRAY}"),
        rules,
        tuple(rows[number][0] for number in data["states"]),
        tuple(rows[number][1] for number in data["states"]),
    )
