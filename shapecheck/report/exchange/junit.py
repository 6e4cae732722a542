"""Results as JUnit's XML: a suite for each spec, a case for its shapes and for each of its claims.

Comes in: the files of the JSON report.  Goes out: one XML text.  A message that belongs to no claim makes the case
`shapes` fail if it is an error; warnings are its output.
Source: the schema `junit-10.xsd` of Jenkins' xUnit plugin.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from shapecheck.report.exchange.annotations import body

Message = Mapping[str, Any]


def junit_text(files: Sequence[Mapping[str, Any]]) -> str:
    """All results as one document."""
    suites = [_suite(file) for file in files]
    lines = ['<?xml version="1.0" encoding="UTF-8"?>', '<testsuites name="shapecheck">']
    return "\n".join([*lines, *(line for suite in suites for line in suite), "</testsuites>"])


def _suite(file: Mapping[str, Any]) -> list[str]:
    title = f"{file['file']}#{file['spec']}" if file["spec"] else file["file"]
    messages, claims = file["diagnostics"], file["claims"]
    own = {_place(claim) for claim in claims if not claim["ok"]}
    rest = [item for item in messages if _place(item) not in own or not item["code"].startswith("claim-")]
    wrong = [item for item in rest if item["level"] == "error"]
    cases = [_case(title, "shapes", wrong, [item for item in rest if item["level"] != "error"])]
    cases += [_case(title, _name(claim), list(_of_claim(claim, messages))) for claim in claims]
    failed = bool(wrong) + sum(not claim["ok"] for claim in claims)
    counts = f'tests="{len(cases)}" failures="{failed}" errors="0" skipped="0"'
    return [f"  <testsuite name={_attribute(title)} {counts}>", *cases, "  </testsuite>"]


def _case(title: str, name: str, wrong: Sequence[Message], said: Sequence[Message] = ()) -> str:
    inside = [
        *(_failure(wrong) if wrong else ()),
        *(f"      <system-out>{_escaped(_all(said))}</system-out>" for _ in said[:1]),
    ]
    head = f"    <testcase classname={_attribute(title)} name={_attribute(name)}"
    return "\n".join([f"{head}>", *inside, "    </testcase>"]) if inside else f"{head}/>"


def _failure(wrong: Sequence[Message]) -> Iterator[str]:
    first = wrong[0]
    head = f"      <failure type={_attribute(first['code'])} message={_attribute(first['message'])}>"
    yield f"{head}{_escaped(_all(wrong))}</failure>"


def _all(messages: Sequence[Message]) -> str:
    return "\n\n".join(f"{_where(item)}: {item['level']}[{item['code']}]: {body(item)}" for item in messages)


def _where(message: Message) -> str:
    return message["file"] if message["line"] is None else f"{message['file']}:{message['line']}:{message['column']}"


def _name(claim: Mapping[str, Any]) -> str:
    """`line 13: "the gates" z[t] : p`, in the test that it was judged in."""
    label = "" if claim["label"] is None else f'"{claim["label"]}" '
    test = "" if claim["test"] is None else f" in test {claim['test']}"
    return f"line {claim['line']}: {label}{' '.join(claim['text'].split())}{test}"


def _of_claim(claim: Mapping[str, Any], messages: Sequence[Message]) -> Iterator[Message]:
    """The messages about a claim that fails; one that could not be judged has none where errors are reported."""
    if claim["ok"]:
        return
    found = [item for item in messages if _place(item) == _place(claim) and item["code"].startswith("claim-")]
    not_judged = {"code": "claim-error", "level": "error", "message": "not judged: there are errors before it"}
    unsaid = {**not_judged, "labels": [], "notes": claim["detail"], "help": None, "sizes": {}}
    yield from found or [{**unsaid, "file": "", "line": claim["line"], "column": claim["column"]}]


def _place(item: Mapping[str, Any]) -> tuple[int, int]:
    return item["line"], item["column"]


def _escaped(text: str) -> str:
    return escape("".join(map(_allowed, text)))


def _attribute(text: str) -> str:
    return quoteattr("".join(map(_allowed, text)), {"\n": "&#10;"})


def _allowed(character: str) -> str:
    """A character, or a mark in its place where XML 1.0 knows no way to write it."""
    code = ord(character)
    plain = code in (9, 10, 13) or 0x20 <= code <= 0xD7FF or 0xE000 <= code <= 0xFFFD or code >= 0x10000
    return character if plain else "\ufffd"
