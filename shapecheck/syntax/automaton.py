"""Runs the LALR tables over tokens and lets the builders make the nodes.

Comes in: `Tables`, a builder for every rule that makes something, tokens one by one.  Goes out: the value of the start
rule.  A token that does not fit changes nothing that a caller could not undo: `mark` and `rewind` frame a statement.
Assumed: a builder takes the children and the span of its rule and never raises.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from shapecheck.source import Span
from shapecheck.syntax.lexer import Token, alternative
from shapecheck.syntax.stored import END
from shapecheck.syntax.tables import Rule, Tables

Builder = Callable[[list[Any], Span], Any]


class Automaton:
    """The stack of one parse: states, and for every state but the first a value with its place."""

    __slots__ = (
        "_actions", "_builders", "_gotos", "_leads", "_rules", "_starts", "_stops", "_values", "resolved", "states",
    )  # fmt: skip

    def __init__(self, tables: Tables, builders: Mapping[str, Builder]) -> None:
        self._actions = tables.actions
        self._gotos = tables.gotos
        self._rules = tables.rules
        self._builders = [_builder(rule, builders) for rule in tables.rules]
        self._leads: dict[tuple[int, str, str], int] = {}
        self.states = [0]
        self.resolved: dict[int, str] = {}
        """The kinds of tokens, by their start, where the parser's state and not the text decides."""
        self._values: list[Any] = []
        self._starts: list[int] = []
        self._stops: list[int] = []

    def feed(self, token: Token) -> bool:
        """Take a token; False, with nothing taken, where it does not fit."""
        kind, states = token.kind, self.states
        while True:
            action = self._actions[states[-1]].get(kind)
            if action is None:
                other = alternative(token)
                if other is None or other not in self._actions[states[-1]]:
                    return False
                kind = self.resolved[token.start] = other
            elif action >= 0:
                states.append(action)
                self._values.append(token)
                self._starts.append(token.start)
                self._stops.append(token.end)
                return True
            else:
                self._reduce(~action, kind)

    def mark(self) -> int:
        """The height of the stack, for `rewind`."""
        return len(self.states)

    def rewind(self, mark: int) -> None:
        """Forget what was taken since the stack had this height."""
        del self.states[mark:], self._values[mark - 1 :], self._starts[mark - 1 :], self._stops[mark - 1 :]

    def result(self) -> Any:
        """The value of the whole, once the end has been taken."""
        return self._values[0]

    def accepts(self, kind: str) -> bool:
        """Whether a token of this kind could come next; the stack stays as it is."""
        stack = list(self.states)
        while True:
            action = self._actions[stack[-1]].get(kind)
            if action is None or action >= 0:
                return action is not None
            rule = self._rules[~action]
            del stack[len(stack) - rule.length :]
            stack.append(self._gotos[stack[-1]][rule.origin])

    def expected(self) -> frozenset[str]:
        """All terminals that could come next."""
        return frozenset(kind for kind in self._actions[self.states[-1]] if self.accepts(kind))

    def _reduce(self, number: int, kind: str) -> None:
        rule = self._rules[number]
        base = len(self._values) - rule.length
        start, stop = self._extent(base)
        value = self._value(rule, number, base, Span(start, stop))
        del self.states[base + 1 :], self._values[base:], self._starts[base:], self._stops[base:]
        self.states.append(self._lead(self.states[-1], rule.origin, kind))
        self._values.append(value)
        self._starts.append(start)
        self._stops.append(stop)

    def _extent(self, base: int) -> tuple[int, int]:
        """The span of the symbols from `base` on; an empty rule stands where the last token stopped."""
        if base < len(self._values):
            return self._starts[base], self._stops[-1]
        stop = self._stops[-1] if self._stops else 0
        return stop, stop

    def _value(self, rule: Rule, number: int, base: int, span: Span) -> Any:
        children: list[Any] = []
        for position, spliced, absent in rule.kept:
            if absent:
                children.extend([None] * absent)
            value = self._values[base + position]
            if not spliced:
                children.append(value)
            elif children:
                children.extend(value)
            else:
                children = value  # a list grows in place, or long files would take quadratic time
        if rule.trailing:
            children.extend([None] * rule.trailing)
        if rule.collapses and len(children) == 1:
            return children[0]
        builder = self._builders[number]
        return children if builder is None else builder(children, span)

    def _lead(self, state: int, origin: str, kind: str) -> int:
        """The state that a nonterminal leads to, past all rules that would only rename it before this terminal."""
        key = (state, origin, kind)
        known = self._leads.get(key)
        if known is not None:
            return known
        target = self._gotos[state][origin]
        action = self._actions[target].get(kind)
        while action is not None and action < 0 and self._rules[~action].passes:
            target = self._gotos[state][self._rules[~action].origin]
            action = self._actions[target].get(kind)
        self._leads[key] = target
        return target


def _builder(rule: Rule, builders: Mapping[str, Builder]) -> Builder | None:
    """The builder of a rule's value; None where the rule only hands on its child, or its children are spliced."""
    if rule.builder.startswith("_") or (rule.collapses and len(rule.kept) == 1 and not rule.trailing):
        return builders.get(rule.builder)
    return builders[rule.builder]


def ending(position: int) -> Token:
    """The token that ends a parse."""
    return Token(END, "", position, position)
