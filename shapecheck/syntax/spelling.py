"""The one table of spellings: Unicode dress to ASCII and back.

Comes in: the text of one token.  Goes out: its ASCII spelling, which is what the tree stores, or its dress.
Assumed: tokens are cut already; strings and comments are never passed here.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

OPERATORS: Mapping[str, str] = MappingProxyType(
    {
        "×": "x", "⊙": ".*", "→": "->", "∈": "in", "−": "-", "≤": "<=", "≥": ">=", "≠": "!=", "≈": "~=",
        "Σ": "sum", "∑": "sum", "Π": "prod", "∏": "prod", "ᵀ": ".T",
    }
)  # fmt: skip
"""Every operator that has a Unicode spelling."""

_GREEK_NAMES = [
    "alpha", "beta", "gamma", "delta", "epsilon", "zeta", "eta", "theta", "iota", "kappa", "lambda", "mu", "nu", "xi",
    "omicron", "pi", "rho", "sigma", "tau", "upsilon", "phi", "chi", "psi", "omega",
]  # fmt: skip
_LOWER = "αβγδεζηθικλμνξοπρστυφχψω"
_UPPER = "ΑΒΓΔΕΖΗΘΙΚΛΜΝΞΟΠΡΣΤΥΦΧΨΩ"

GREEK: Mapping[str, str] = MappingProxyType(
    dict(zip(_LOWER, _GREEK_NAMES)) | dict(zip(_UPPER, (name.capitalize() for name in _GREEK_NAMES))) | {"ς": "sigma"}
)
"""Greek letters and their names; a letter inside a longer name is spelt out too."""

_DRESS = {ascii_text: letter for letter, ascii_text in OPERATORS.items()} | {"sum": "Σ", "prod": "Π"}
# A letter that looks like a Latin one would only confuse; Sigma and Pi before a bracket are big operators.
_LETTERS = {name: letter for letter, name in GREEK.items() if letter not in "ΑΒΕΖΗΙΚΜΝΟΠΡΣΤΥΧος"} | {"sigma": "σ"}


def ascii_name(text: str) -> str:
    """The ASCII spelling of a name: `σ` is `sigma`, `W_σ` is `W_sigma`."""
    if text.isascii():
        return text
    return "".join([GREEK.get(character, character) for character in text])


def ascii_operator(text: str) -> str:
    """The ASCII spelling of an operator: `⊙` is `.*`."""
    return OPERATORS.get(text, text)


def dressed_name(name: str) -> str:
    """The Unicode dress of an ASCII name: `sigma` is `σ`, `W` stays `W`."""
    return _LETTERS.get(name, name)


def dressed_operator(operator: str) -> str:
    """The Unicode dress of an ASCII operator: `<=` is `≤`, `+` stays `+`."""
    return _DRESS.get(operator, operator)
