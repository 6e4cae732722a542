"""Specs that nobody wrote: real ones with some of their tokens, lines and numbers changed.

Comes in: a source of random numbers.  Goes out: the text of a spec that may be right, wrong, or no spec at all.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from random import Random

HERE = Path(__file__).parent
FOLDERS = (HERE / "seeds", HERE.parent / "bad", HERE.parents[1] / "specs")
LONGEST = 2500
"""Longer specs take long to check; they are changed only where many cases are asked for."""

TOKEN = re.compile(r'"[^"\n]*"|[A-Za-z_][A-Za-z_0-9]*|[0-9]+(?:\.[0-9]+)?|->|\.\.\.?|[=!<>~]=|//|\.[*/]|\s+|.', re.S)
NUMBERS = ("0", "1", "2", "3", "7", "-1", "100", "4096", "18446744073709551616", "1e400", "0.5", "1e-320")
WORDS = (
    "sum[i in 1..n]", "prod[i in 0..n-1]", "max[i in n..1]", "argmax[i]", "stack[i in 1..n]", "concat[i in 0..n]",
    "inf", "pi", "x", "n", "i", "y[0]", "y[n]", "[1, 2; 3]", "[]", "()", "default 0", "if n > 2 then", "else", "->",
    "as c", "for", "i in 1..n", "in 0..9", "in 0.0..1.0", "when n == 3", "expect proved", "expect refuted",
    "within 1e-9", "conv(x, x)", "repeat(3, relu)", "gru(n)", "dense(n)", "reshape(x, n)", "maxpool(x, 2)",
    "softmax(x)", "size(x, 0)", "y.macs", "params", "sqrt(-1)", "1 / 0", "log(0)", "^", "%", "//", "@", ".*", "~=",
    "==", ":", "T", "...", "dim", "assume", "{", "}", "scalar", "test t(n = 2)", "claim", "layer f() {",
    "fn g(x) =", "from std.nn import dense", "\u00d7", "\u03c3", "\u200b", "\t", "#", '"', '"""',
)  # fmt: skip


@cache
def seeds(longest: int = LONGEST) -> tuple[str, ...]:
    """The texts to start from."""
    paths = sorted(path for folder in FOLDERS for path in folder.rglob("*.shape"))
    texts = (path.read_text(encoding="utf-8") for path in paths)
    return tuple(text for text in texts if len(text) <= longest)


def mutant(random: Random, longest: int = LONGEST) -> str:
    """A seed with one to a few changes."""
    text = random.choice(seeds(longest))
    for _ in range(random.choice((1, 1, 1, 2, 2, 3, 5))):
        change = random.choice((_token, _token, _token, _number, _number, _name, _name, _line, _line, _foreign, _cut))
        text = change(random, text)
    return text


def _token(random: Random, text: str) -> str:
    """A token taken away, doubled, exchanged with its neighbour, or replaced."""
    tokens = TOKEN.findall(text)
    if len(tokens) < 3:
        return text
    at = random.randrange(len(tokens) - 1)
    match random.randrange(5):
        case 0:
            del tokens[at]
        case 1:
            tokens.insert(at, tokens[at])
        case 2:
            tokens[at], tokens[at + 1] = tokens[at + 1], tokens[at]
        case 3:
            tokens[at] = random.choice(tokens)
        case _:
            tokens[at] = f" {random.choice(WORDS)} "
    return "".join(tokens)


def _number(random: Random, text: str) -> str:
    """Another number in the place of one."""
    return _replaced(random, text, r"\b[0-9]+\b", lambda old: random.choice((*NUMBERS, str(int(old) + 1))))


def _name(random: Random, text: str) -> str:
    """Another name of the text in the place of one."""
    names = re.findall(r"\b[A-Za-z_]\w*\b", text)
    return _replaced(random, text, r"\b[A-Za-z_]\w*\b", lambda old: random.choice(names))


def _replaced(random: Random, text: str, pattern: str, new: object) -> str:
    found = list(re.finditer(pattern, text))
    if not found or not callable(new):
        return text
    place = random.choice(found)
    return text[: place.start()] + new(place[0]) + text[place.end() :]


def _line(random: Random, text: str) -> str:
    """A line taken away, doubled, moved, or joined to the next."""
    lines = text.splitlines(keepends=True)
    if len(lines) < 3:
        return text
    at, other = random.randrange(len(lines)), random.randrange(len(lines))
    match random.randrange(4):
        case 0:
            del lines[at]
        case 1:
            lines.insert(other, lines[at])
        case 2:
            lines[at], lines[other] = lines[other], lines[at]
        case _:
            lines[at] = lines[at].rstrip("\n") + " "
    return "".join(lines)


def _foreign(random: Random, text: str) -> str:
    """A line of another spec."""
    lines = text.splitlines(keepends=True)
    others = random.choice(seeds()).splitlines(keepends=True)
    lines.insert(random.randint(0, len(lines)), random.choice(others or ["\n"]))
    return "".join(lines)


def _cut(random: Random, text: str) -> str:
    """The text up to somewhere."""
    return text[: random.randint(0, len(text))] if random.random() < 0.2 else text
