"""Names as every language of formulas sees them: Greek letters, and what cannot be seen."""

from __future__ import annotations

import re

GREEK = frozenset((
    "alpha", "beta", "gamma", "delta", "epsilon", "zeta", "eta", "theta", "iota", "kappa", "lambda", "mu", "nu", "xi",
    "pi", "rho", "sigma", "tau", "upsilon", "phi", "chi", "psi", "omega", "Gamma", "Delta", "Theta", "Lambda", "Xi",
    "Pi", "Sigma", "Upsilon", "Phi", "Psi", "Omega",
))  # fmt: skip
"""The letters for which all languages have a name."""


def printable(text: str) -> str:
    """The text with a blank for each character that cannot be seen, line ends among them."""
    return "".join(letter if letter.isprintable() else " " for letter in text)


MEMBER = re.compile(r"(\w+)\[(-?\d+(?:, -?\d+)*)\]")
"""The name of one size of a family: `n[2]`."""
