"""The grammar of colors for editors that take TextMate's (VS Code and others), made from the language's own lexer.

Comes in: the grammar of the language.  Goes out: `vscode/syntaxes/shape.tmLanguage.json`, which
`python -m shapecheck.editor.textmate` writes anew.  Words, numbers and operators are those of the terminals.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from shapecheck.graph.expressions.declared_names import CONSTANTS, PREBOUND
from shapecheck.syntax.stored import grammar_text

HERE = Path(__file__).parent / "vscode"
PLACE = HERE / "syntaxes" / "shape.tmLanguage.json"
_DECLARATIONS = (
    "dim",
    "assume",
    "input",
    "weight",
    "buffer",
    "output",
    "layer",
    "fn",
    "claim",
    "test",
    "from",
    "import",
)
_OPERATORS = ("REL", "_ARROW", "ADDOP", "MULOP", "ELEMOP", "_DOTS", "EQUAL")
_NUMBERS = ("NUMBER", "SIZES", "COEF", "INT")


def grammar() -> dict[str, Any]:
    """The grammar as TextMate has it."""
    declared = "|".join(word for word in _DECLARATIONS if word in reserved())
    others = "|".join(word for word in reserved() if word not in _DECLARATIONS)
    constants = "|".join(sorted(CONSTANTS | PREBOUND))
    end = r"(?![A-Za-z0-9_α-ωΑ-ΡΤ-Ω])"
    patterns = [
        {"name": "comment.line.number-sign.shape", "match": r"#.*$"},
        {"name": "string.unquoted.table.shape", "begin": r'\btable[ \t]*"""', "end": r'"""'},
        {"name": "string.quoted.double.shape", "match": r'"[^"\n]*"'},
        _captured(
            r"\b(layer|fn)[ \t]+([A-Za-z_][A-Za-z0-9_]*)", "keyword.declaration.shape", "entity.name.class.shape"
        ),
        {"name": "keyword.declaration.shape", "match": rf"(?<![A-Za-z0-9_.])(?:{declared}){end}"},
        {"name": "keyword.control.shape", "match": rf"(?<![A-Za-z0-9_.])(?:{others}){end}"},
        {"name": "support.function.shape", "match": terminal("BIGOP")},
        {"name": "constant.language.shape", "match": rf"(?<![A-Za-z0-9_])(?:{constants}){end}"},
        {"name": "keyword.operator.by.shape", "match": r"(?<=[ \t])(?:x|×)(?=[ \t])"},
        *({"name": "constant.numeric.shape", "match": rf"(?<![A-Za-z0-9_])(?:{terminal(name)})"} for name in _NUMBERS),
        {"name": "keyword.operator.shape", "match": "|".join(re.escape(text) for text in _literals(_OPERATORS))},
        {"name": "entity.name.function.shape", "match": r"[A-Za-z_α-ωΑ-ΡΤ-Ω][A-Za-z0-9_α-ωΑ-ΡΤ-Ω]*(?=\()"},
        {"name": "variable.other.shape", "match": r"[A-Za-z_α-ωΑ-ΡΤ-Ω][A-Za-z0-9_α-ωΑ-ΡΤ-Ω]*"},
    ]
    return {"name": "shape", "scopeName": "source.shape", "fileTypes": ["shape"], "patterns": patterns}


def _captured(match: str, *names: str) -> dict[str, Any]:
    return {"match": match, "captures": {str(at): {"name": name} for at, name in enumerate(names, 1)}}


def reserved() -> list[str]:
    """The words that no name may be, from the terminal of names."""
    found = re.search(r"^NAME: /\(\?!\(\?:([a-z|]+)\)", grammar_text(), re.M)
    assert found is not None, "the terminal of names lists the reserved words"
    return found[1].split("|")


def terminal(name: str) -> str:
    """The regular expression of a terminal."""
    found = re.search(rf"^{name}(?:\.\d+)?: /(.*)/(?: *//.*)?$", grammar_text(), re.M)
    assert found is not None, f"{name} is a terminal"
    return found[1]


def _literals(names: tuple[str, ...]) -> list[str]:
    """The texts of terminals that list them, the longest first."""
    texts = {"="}
    for name in names:
        found = re.search(rf"^{name}: (\".*)$", grammar_text(), re.M)
        texts |= set(re.findall(r'"([^"]+)"', found[1])) if found is not None else set()
    return sorted(texts, key=lambda text: (-len(text), text))


def grammar_json() -> str:
    """The grammar as it is stored."""
    return json.dumps(grammar(), ensure_ascii=False, indent=1) + "\n"


if __name__ == "__main__":
    PLACE.parent.mkdir(parents=True, exist_ok=True)
    PLACE.write_text(grammar_json(), encoding="utf-8", newline="\n")
