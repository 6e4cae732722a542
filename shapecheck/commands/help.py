"""`shapecheck help`: a word in, its section of the guide out."""

from __future__ import annotations

import sys

import click

from shapecheck.commands.exit_codes import FINE, Refused
from shapecheck.commands.terminal import wants_color, width_of
from shapecheck.diagnostics.suggest import nearest
from shapecheck.graph.expressions.familiar import known_as
from shapecheck.guide import PAGES, find, mentions, topics, words

MOST_SECTIONS = 3
"""Most sections that are named for a word found in them."""


def print_help(word: str | None) -> int:
    """Prints the list of topics, or the section of the guide on one; returns the exit code."""
    _print(_contents() if word is None else _about(word))
    return FINE


def _about(word: str) -> str:
    """The section on a word; where several are about it, the first whole and where to find the others."""
    found = find(word)
    if not found:
        raise Refused(f"the guide has no topic {word}; {_instead(word)}")
    first, *others = found
    also = [f"`shapecheck help {topic.page}`, section {topic.heading.replace('`', '')}" for topic in others]
    return first.text + (f"\nSee also {', '.join(also)}.\n" if also else "")


def _instead(word: str) -> str:
    """Advice for a word that is no topic: the sections in which it stands."""
    ours, near = known_as(word), nearest(word.lower(), words())
    if ours is not None:
        return f"here that is {ours}"
    if near is not None:
        return f"did you mean {near}?"
    sections = [topic.words[0] for topic in mentions(word)[:MOST_SECTIONS]]
    return f"it is mentioned in shapecheck help {', '.join(sections)}" if sections else "see shapecheck help"


def _contents() -> str:
    """All pages and their sections, as Markdown."""
    how = "Say `shapecheck help TOPIC` with a page, a section, or a word that stands in `quotes`."
    lines = ["# Topics", "", how, ""]
    for page in PAGES:
        lines += [f"## {page}", ""]
        lines += [f"- {topic.heading}" for topic in topics() if topic.page == page and page not in topic.words]
        lines.append("")
    return "\n".join(lines)


def _print(text: str) -> None:
    """Markdown as it is, and set for reading where there is a terminal."""
    if not wants_color(sys.stdout):
        click.echo(text.rstrip("\n"))
        return
    from rich.console import Console
    from rich.markdown import Markdown

    Console(width=min(width_of(sys.stdout), 100)).print(Markdown(text))
