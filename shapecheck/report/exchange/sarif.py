"""Findings in SARIF 2.1.0, which code scanning and editors read.

Comes in: the files of the JSON report.  Goes out: one JSON text with one run.
Source: OASIS, Static Analysis Results Interchange Format Version 2.1.0 (errata 01); sections are named below.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import PurePath
from typing import Any
from urllib.parse import quote

from shapecheck import __version__
from shapecheck.report.exchange.annotations import body

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"


def sarif_text(files: Sequence[Mapping[str, Any]]) -> str:
    """All messages as one SARIF log (3.13)."""
    import json

    return json.dumps({"$schema": SCHEMA, "version": "2.1.0", "runs": [_run(files)]}, indent=2, ensure_ascii=False)


def _run(files: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """The run (3.14); columns count characters, not units of UTF-16."""
    messages = [message for file in files for message in file["diagnostics"]]
    codes = list(dict.fromkeys(message["code"] for message in messages))
    driver = {"name": "shapecheck", "version": __version__, "rules": [{"id": code} for code in codes]}
    results = [_result(message, codes.index(message["code"])) for message in messages]
    return {"tool": {"driver": driver}, "columnKind": "unicodeCodePoints", "results": results}


def _result(message: Mapping[str, Any], rule: int) -> dict[str, Any]:
    """A result (3.27); the other places that a message points at are related locations."""
    others = [label for label in message["labels"] if not label["primary"]]
    related = [{**_location(label), "id": number, **_said(label)} for number, label in enumerate(others)]
    return {
        "ruleId": message["code"],
        "ruleIndex": rule,
        "level": message["level"],
        "message": {"text": body(message)},
        "locations": [_location(message)],
        **({"relatedLocations": related} if related else {}),
    }


def _said(label: Mapping[str, Any]) -> dict[str, Any]:
    return {"message": {"text": label["text"]}} if label["text"] else {}


def _location(place: Mapping[str, Any]) -> dict[str, Any]:
    """A location (3.28) with its region (3.30); the end is that of the first character after it."""
    physical: dict[str, Any] = {"artifactLocation": {"uri": _uri(place["file"])}}
    if place["line"] is not None:
        physical["region"] = {
            "startLine": place["line"],
            "startColumn": place["column"],
            "endLine": place["end_line"],
            "endColumn": place["end_column"],
        }
    return {"physicalLocation": physical}


def _uri(path: str) -> str:
    """A path as a reference (RFC 3986): relative ones stay relative."""
    found = PurePath(path)
    return found.as_uri() if found.is_absolute() else quote(found.as_posix())
