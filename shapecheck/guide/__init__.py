"""The guide: pages in Markdown beside this module, and the topics in them.

A page is a file, a topic a page or a section of one.  A section is found by the words of its heading that stand between
backticks (`default`, `sum`), by the whole heading, and a page by the name of its file.
"""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path

from shapecheck.record import record

PAGES = (
    "language",
    "library",
    "frameworks",
    "models",
    "verdicts",
    "testing",
    "documents",
    "editor",
    "messages",
    "repository",
    "how-to",
)
"""The pages in the order in which they are listed."""

_HEADING = re.compile(r"^(#{1,3}) (.+)$", re.M)
_CODE = re.compile(r"`([^`]+)`")
_FENCE = re.compile(r"^```.*?^```$", re.M | re.S)


@record
class Topic:
    """A page, or a section of it with its own sections: its heading, the words that it is found by, its Markdown."""

    page: str
    heading: str
    words: tuple[str, ...]
    text: str


def find(word: str) -> tuple[Topic, ...]:
    """The topics of that word, pages first; the case of letters does not matter."""
    wanted = " ".join(word.lower().split())
    return tuple(topic for topic in topics() if wanted in topic.words)


def mentions(word: str) -> tuple[Topic, ...]:
    """The sections in which a word stands, the shortest first; sections of messages last."""
    wanted = re.compile(rf"(?<![\w.]){re.escape(word)}(?!\w)", re.I)
    found = [topic for topic in topics() if topic.heading != _title(topic.page) and wanted.search(topic.text)]
    return tuple(sorted(found, key=lambda topic: (topic.page == "messages", len(topic.text))))


@lru_cache(maxsize=1)
def topics() -> tuple[Topic, ...]:
    """All topics: the pages, then the sections of each."""
    found = [topic for page in PAGES for topic in _topics_of(page)]
    return tuple(sorted(found, key=lambda topic: topic.heading != _title(topic.page)))


def words() -> tuple[str, ...]:
    """All words that topics are found by."""
    return tuple(dict.fromkeys(word for topic in topics() for word in topic.words))


def page_text(page: str) -> str:
    """The Markdown of a page."""
    return (Path(__file__).parent / f"{page}.md").read_text(encoding="utf-8")


def _title(page: str) -> str:
    return page_text(page).split("\n", 1)[0].removeprefix("# ")


def _topics_of(page: str) -> list[Topic]:
    text = page_text(page)
    headings = [*_HEADING.finditer(_FENCE.sub(lambda fence: " " * len(fence[0]), text))]
    found = []
    for number, heading in enumerate(headings):
        level = len(heading[1])
        later = (other.start() for other in headings[number + 1 :] if len(other[1]) <= level)
        section = text[heading.start() : next(later, len(text))].strip() + "\n"
        found.append(Topic(page, heading[2], _words(page, level, heading[2]), section))
    return found


def _words(page: str, level: int, heading: str) -> tuple[str, ...]:
    codes = (re.match(r"\w[\w-]*|.+", code) for code in _CODE.findall(heading))
    found = [*(code[0].lower() for code in codes if code), heading.replace("`", "").lower()]
    return tuple(dict.fromkeys([page, *found] if level == 1 else found))
