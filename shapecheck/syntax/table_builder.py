"""Builds the parser's tables from the grammar with Lark; slow (seconds), so it runs when the grammar changes.

Comes in: the text of `shape.lark`.  Goes out: plain data (dictionaries, lists, strings) that `tables` keeps as JSON:
no pickle, nothing in it is executed.  `python -m shapecheck.syntax.table_builder` writes the stored file anew.
Assumed: the terminals of the grammar carry explicit look-ahead, so that one regular expression can cut all of them.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from shapecheck.syntax.stored import END, STORED, grammar_text

if TYPE_CHECKING:
    from lark import Lark
    from lark.grammar import Rule

SHARING = frozenset({"_MINUS", "_AT_LEAST"})
"""Terminals cut as another one (`ADDOP`, `REL`) and told apart by the parser's state; see `lexer.alternative`."""


class _Newlines:
    """Tells Lark that line ends are filtered outside of the grammar."""

    always_accept = ("_NL",)

    def process(self, stream: Iterator[Any]) -> Iterator[Any]:
        """Passes tokens on; our own lexer filters them."""
        return stream


def lark_of(grammar: str, *, strict: bool = False) -> Lark:
    """Lark's own parser of the grammar; `strict` raises on every conflict and on terminals that collide in a state."""
    from lark import Lark

    return Lark(grammar, parser="lalr", lexer="contextual", postlex=_Newlines(), maybe_placeholders=True, strict=strict)


def build_tables(grammar: str) -> dict[str, Any]:
    """The tables of a grammar as data for JSON; the same grammar gives the same data."""
    lark = lark_of(grammar)
    automaton = lark.parser.parser._parse_table
    states = {number: _entries(automaton.states[number]) for number in automaton.states}
    accepting = automaton.end_states["start"]
    states[accepting][END] = accepting
    order = _order(states, automaton.start_states["start"])
    numbers = {rule: number for number, rule in enumerate(lark.rules)}
    names = {rule.origin.name for rule in lark.rules}
    rows = [_row(states[state], order, numbers) for state in order]
    distinct = list({json.dumps(row): row for row in rows}.values())
    return {
        "grammar": grammar,
        "pattern": _pattern(lark),
        "rules": [_rule(rule) for rule in lark.rules],
        "rows": [_split(row, names) for row in distinct],
        "states": [distinct.index(row) for row in rows],
    }


def _entries(state: dict[str, Any]) -> dict[str, Any]:
    """The actions of a state on each symbol: go to a state (an int) or reduce by a rule."""
    return {symbol: argument for symbol, (_, argument) in sorted(state.items())}


def _order(states: dict[int, dict[str, Any]], start: int) -> dict[int, int]:
    """New numbers for the states, by the way they are reached: Lark's own differ from run to run."""
    order = {start: 0}
    queue = [start]
    for state in queue:
        for target in states[state].values():
            if isinstance(target, int) and target not in order:
                order[target] = len(order)
                queue.append(target)
    return order


def _row(entries: dict[str, Any], order: dict[int, int], numbers: dict[Rule, int]) -> dict[str, int]:
    """Shifts and gotos as state numbers, reductions as the complement of the rule's number."""
    return {
        symbol: order[target] if isinstance(target, int) else ~numbers[target] for symbol, target in entries.items()
    }


def _split(row: dict[str, int], nonterminals: set[str]) -> list[dict[str, int]]:
    actions = {symbol: target for symbol, target in row.items() if symbol not in nonterminals}
    return [actions, {symbol: target for symbol, target in row.items() if symbol in nonterminals}]


def _pattern(lark: Lark) -> str:
    """One regular expression for all terminals, in Lark's order: priority, then the longest possible match."""
    terminals = sorted(
        (terminal for terminal in lark.terminals if terminal.name not in SHARING),
        key=lambda terminal: (-terminal.priority, -terminal.pattern.max_width, -len(terminal.pattern.value)),
    )
    return "|".join(f"(?P<{terminal.name}>{terminal.pattern.to_regexp()})" for terminal in terminals)


def _rule(rule: Rule) -> list[Any]:
    """A rule as `[builder, origin, length, collapses, kept, trailing]`.

    `kept` lists `[position, spliced, absent]` of the symbols that become children: `spliced` ones are lists of
    children, `absent` counts the optional parts left out before; `trailing` counts those left out at the end.
    """
    absent = _absent(rule)
    kept, waiting = [], 0
    for position, symbol in enumerate(rule.expansion):
        waiting += absent[position]
        if not _is_dropped(symbol):
            kept.append([position, not symbol.is_term and symbol.name.startswith("_"), waiting])
            waiting = 0
    collapses = bool(rule.options.expand1) and rule.alias is None
    return [
        rule.alias or rule.origin.name,
        rule.origin.name,
        len(rule.expansion),
        collapses,
        kept,
        waiting + absent[len(rule.expansion)],
    ]


def _absent(rule: Rule) -> list[int]:
    """The number of optional parts left out before each symbol, and at the end."""
    flags = rule.options.empty_indices
    if not flags:
        return [0] * (len(rule.expansion) + 1)
    return [len(run) for run in "".join("x" if flag else "." for flag in flags).split(".")]


def _is_dropped(symbol: Any) -> bool:
    return bool(symbol.is_term and symbol.filter_out)


def main() -> None:
    """Write the stored tables anew."""
    text = json.dumps(build_tables(grammar_text()), ensure_ascii=False, separators=(",", ":"))
    STORED.write_text(text + "\n", encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
