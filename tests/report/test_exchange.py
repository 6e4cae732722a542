"""Formats for other programs: GitHub's annotations, SARIF, JUnit, and the schema of the JSON report.

Independent truth: what each format's own document asks for, written down here by hand, and its reader where Python has
one (`xml.etree`, `jsonschema`).
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import jsonschema
import pytest
from click.testing import CliRunner

import shapecheck
from shapecheck.cli import main

ROOT = Path(__file__).parents[2]
SCHEMA = json.loads((Path(shapecheck.__file__).parent / "report" / "check.schema.json").read_text())
WRONG = sorted(map(str, (ROOT / "tests" / "bad").glob("*.shape")))[::12]
FINE = [str(ROOT / "specs" / "slides" / "gru.shape"), str(ROOT / "README.md")]

REGION = {  # SARIF 2.1.0, 3.30: lines and columns from 1 on
    "type": "object",
    "required": ["startLine"],
    "additionalProperties": False,
    "properties": {
        name: {"type": "integer", "minimum": 1} for name in ("startLine", "startColumn", "endLine", "endColumn")
    },
}
MESSAGE = {  # 3.11
    "type": "object", "required": ["text"], "additionalProperties": False, "properties": {"text": {"type": "string"}},
}  # fmt: skip
PHYSICAL = {  # 3.29; artifactLocation is 3.4
    "type": "object",
    "required": ["artifactLocation"],
    "additionalProperties": False,
    "properties": {
        "artifactLocation": {
            "type": "object", "required": ["uri"], "additionalProperties": False,
            "properties": {"uri": {"type": "string", "pattern": r"^[A-Za-z0-9/._~%:+-]*$"}},
        },
        "region": REGION,
    },
}  # fmt: skip
LOCATION = {  # 3.28
    "type": "object",
    "required": ["physicalLocation"],
    "additionalProperties": False,
    "properties": {"physicalLocation": PHYSICAL, "id": {"type": "integer", "minimum": 0}, "message": MESSAGE},
}
RESULT = {  # 3.27
    "type": "object",
    "required": ["message"],
    "additionalProperties": False,
    "properties": {
        "ruleId": {"type": "string"},
        "ruleIndex": {"type": "integer", "minimum": 0},
        "level": {"enum": ["none", "note", "warning", "error"]},
        "message": MESSAGE,
        "locations": {"type": "array", "items": LOCATION},
        "relatedLocations": {"type": "array", "uniqueItems": True, "items": LOCATION},
    },
}
DRIVER = {  # 3.19; a rule is 3.49
    "type": "object",
    "required": ["name"],
    "additionalProperties": False,
    "properties": {
        "name": {"type": "string"},
        "version": {"type": "string"},
        "rules": {
            "type": "array", "uniqueItems": True,
            "items": {"type": "object", "required": ["id"], "additionalProperties": False,
                      "properties": {"id": {"type": "string"}}},
        },
    },
}  # fmt: skip
LOG = {  # 3.13, 3.14, 3.18
    "type": "object",
    "required": ["version", "runs"],
    "additionalProperties": False,
    "properties": {
        "$schema": {"type": "string", "format": "uri"},
        "version": {"const": "2.1.0"},
        "runs": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["tool"],
                "additionalProperties": False,
                "properties": {
                    "tool": {"type": "object", "required": ["driver"], "properties": {"driver": DRIVER}},
                    "columnKind": {"enum": ["utf16CodeUnits", "unicodeCodePoints"]},
                    "results": {"type": "array", "items": RESULT},
                },
            },
        },
    },
}


def written(format: str, *paths: str) -> str:
    """The output of the command."""
    result = CliRunner().invoke(main, ["check", *paths, "--lint", "all", "--output-format", format])
    assert result.exit_code in (0, 1), result.output
    return result.stdout


def messages(*paths: str) -> list[dict[str, Any]]:
    """All messages of the JSON report."""
    return [item for file in json.loads(written("json", *paths))["files"] for item in file["diagnostics"]]


def test_json_is_as_its_schema_says() -> None:
    """The schema is one, and every key that is written is told in it."""
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    closed = json.loads(
        json.dumps(SCHEMA).replace('"properties": {', '"unevaluatedProperties": false, "properties": {')
    )
    jsonschema.validate(json.loads(written("json", *WRONG, *FINE)), closed)


def test_sarif() -> None:
    """The objects have the keys that the standard asks for and no others; each rule and place is that of the JSON."""
    log = json.loads(written("sarif", *WRONG, *FINE))
    jsonschema.validate(log, LOG)
    (run,) = log["runs"]
    rules = [rule["id"] for rule in run["tool"]["driver"]["rules"]]
    assert [rules[item["ruleIndex"]] for item in run["results"]] == [item["ruleId"] for item in run["results"]]
    told = [(item["code"], item["level"], item["line"], item["end_column"]) for item in messages(*WRONG, *FINE)]
    regions = [item["locations"][0]["physicalLocation"].get("region", {}) for item in run["results"]]
    assert told == [
        (item["ruleId"], item["level"], region.get("startLine"), region.get("endColumn"))
        for item, region in zip(run["results"], regions)
    ]


def test_sarif_of_nothing() -> None:
    """A run without results says that nothing was found; without the key it would say that nobody looked (3.14.23)."""
    (run,) = json.loads(written("sarif", FINE[0]))["runs"]
    assert run["results"] == []


@pytest.mark.parametrize(("path", "uri"), [("a b.shape", "a%20b.shape"), ("ä#.shape", "%C3%A4%23.shape")])
def test_names_in_sarif(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, path: str, uri: str) -> None:
    """Relative references as RFC 3986 writes them."""
    monkeypatch.chdir(tmp_path)
    Path(path).write_text("y = z\n")
    (result,) = json.loads(written("sarif", path))["runs"][0]["results"]
    assert result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == uri


def test_annotations() -> None:
    """One line for each message; unescaped as GitHub's runner does it, it says what the JSON says."""
    lines = written("github", *WRONG).splitlines()
    told = messages(*WRONG)
    assert len(lines) == len(told) > 3
    for line, message in zip(lines, told):
        found = re.fullmatch(r"::(error|warning|notice) ([^:]*)::(.*)", line)
        assert found is not None
        properties = dict(part.split("=", 1) for part in found[2].split(","))
        assert properties["file"] == message["file"].replace(":", "%3A").replace(",", "%2C")
        assert int(properties.get("line", 0)) == (message["line"] or 0)
        body = found[3].replace("%0A", "\n").replace("%0D", "\r").replace("%25", "%")
        assert body.startswith(message["message"])


def test_an_annotation_by_hand(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The name has all characters that must be escaped; the place is `z`, the fifth character, and ends with it."""
    monkeypatch.chdir(tmp_path)
    Path("a,b%.shape").write_text("y = z\n")
    assert written("github", "a,b%.shape").startswith("::error file=a%2Cb%25.shape,line=1,endLine=1,col=5,endColumn=5,")


def test_annotations_where_all_is_well() -> None:
    """Nothing at all."""
    assert written("github", FINE[0]) == ""


def test_junit() -> None:
    """Counts are those of the cases; a case fails for each claim that fails, and one for errors of no claim."""
    suites = list(ElementTree.fromstring(written("junit", *WRONG, *FINE)))
    files = json.loads(written("json", *WRONG, *FINE))["files"]
    assert len(suites) == len(files)
    for suite, file in zip(suites, files):
        cases = suite.findall("testcase")
        assert int(suite.attrib["tests"]) == len(cases) == 1 + len(file["claims"])
        failures = [case for case in cases if case.find("failure") is not None]
        assert int(suite.attrib["failures"]) == len(failures)
        assert (not failures) == file["ok"]
        assert [case.find("failure") is None for case in cases[1:]] == [claim["ok"] for claim in file["claims"]]


def test_junit_of_characters_that_xml_cannot_hold(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A reader of XML reads it all the same."""
    monkeypatch.chdir(tmp_path)
    Path('a&<".shape').write_bytes(b'dim n\ninput x : n\nclaim "\x01 & <" x : 2n\n')
    (suite,) = ElementTree.fromstring(written("junit", 'a&<".shape'))
    assert suite.attrib["name"] == 'a&<".shape' and int(suite.attrib["failures"]) >= 1
