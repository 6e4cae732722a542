"""Names for what a spec holds, made of the model's own names.

Comes in: names as frameworks write them (`/layer1/layer1.0/conv1/Conv_output_0`, `fc.weight`, `getitem_6`).  Goes out:
names of the language, each once; those that tell a reader nothing give way to a word for what the node does.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from shapecheck.graph.library import Library
from shapecheck.ops import NAMES
from shapecheck.source import Source

_WORDS = tuple(
    """
    and as assume buffer claim default dim else expect fn for from if import in input layer not or output scalar table
    test then weight when within sum prod max min argmax argmin argsort mean stack concat SAME SAME_LOWER VALID CEIL
    true false inf pi params macs size ceil repeat
    """.split()  # noqa: SIM905
)
"""Words of the language, and names that every spec has."""
INDICES = ("i", "j", "k", "l", "m", "o", "q", "r", "s", "u", "v", "w")
"""Names that indices have; nothing else is called so."""

_SIZES = {
    "batch": "N", "batch_size": "N", "n": "N", "height": "H", "width": "W", "time": "T", "sequence": "T",
    "seq": "T", "seq_len": "T", "sequence_length": "T", "length": "T", "h": "H", "w": "W", "t": "T",
}  # fmt: skip
_TAIL = re.compile(r"(_output_\d+|[._]?quantized)$")
_ROLES = re.compile(
    r"(?:^|[._/])(weight|bias|kernel|gamma|beta|W|b|w|weights|scale|running_mean|running_var|moving_mean|moving_variance"
    r"|(?:weight|bias)_[ih]h_l\d+(?:_reverse)?|embedding|embeddings|in_proj_weight|in_proj_bias)(:0|/ReadVariableOp(:0)?)?$"
)
_UNREADABLE = re.compile(r"(val|getitem|node|n|r|t|v|tensor|input|output|result|onnx_\w+?)?_?\d*$|.*onnx_.*")
_NOT_WORDS = re.compile(r"[^A-Za-z0-9]+")
_LONGEST = 40


def _number(role: re.Match[str]) -> str:
    """`_l1` for a weight of the second layer of a recurrent module, nothing for others."""
    found = re.search(r"_l\d+(_reverse)?$", role[1])
    return found[0] if found else ""


def _root(path: str, else_name: str) -> str:
    """A name for a layer by its path; a number alone stands behind the word given: `conv0`."""
    found = _cleaned(path)
    return found if found and path[:1] != "_" else else_name + _NOT_WORDS.sub("_", path) if path else ""


class Names:
    """The names that are taken; every name that is given out is new."""

    def __init__(self) -> None:
        self._taken = {*_WORDS, *INDICES, "t", *NAMES, *Library(Source("names", "")).names}

    def size(self, name: str) -> str:
        """A name for a size, by its name in the model."""
        usual = _SIZES.get(name.lower())
        own = usual if usual and usual not in self._taken else _cleaned(name)
        return self._new(own if own and own != "x" else "n")

    def tensor(self, name: str, else_name: str) -> str:
        """A name for a tensor: its own in the model where a reader learns from it, else the word given."""
        own = _path(_TAIL.sub("", name))
        return self._new(own if own and not _UNREADABLE.fullmatch(own) else else_name)

    def output(self, name: str) -> str:
        """The name of an output before it is made a name of the language: its own in the model, or `y`."""
        own = _path(_TAIL.sub("", name))
        return name if own and not _UNREADABLE.fullmatch(own) else "y"

    def layer(self, weights: Sequence[str], node: str, else_name: str) -> str:
        """A name for a layer by its weights' names (`layer1.0.conv1.weight` gives `layer1_0_conv1`), or its node's."""
        named = [_ROLES.sub(_number, name) for name in weights if name and _ROLES.search(name)]
        roots = [_root(root, else_name) for root in named]
        roots.append(_path(node.rpartition("/")[0]))
        readable = [root for root in roots if root and not _UNREADABLE.fullmatch(root)]
        return self._new(readable[0] if readable else else_name)

    def exact(self, name: str) -> str:
        """A name as it stands where it is free, else with a number."""
        return self._new(name)

    def release(self, name: str) -> None:
        """Give a name back that nothing uses."""
        self._taken.discard(name)

    def _new(self, name: str) -> str:
        base, count = name, 2
        while name in self._taken:
            name, count = f"{base}_{count}", count + 1
        self._taken.add(name)
        return name


def _path(name: str) -> str:
    """A path without what it says twice: `/layer1/layer1.0/conv1/Conv` gives `layer1_0_conv1_conv`."""
    parts = [part for part in name.split("/") if part]
    kept = [part for part, after in zip(parts, [*parts[1:], ""]) if not after.startswith(f"{part}.")]
    if len(kept) > 1:
        kept[-1] = kept[-1].lower()
    return _cleaned("_".join(kept))


def _cleaned(name: str) -> str:
    """ASCII letters, digits and single underscores; nothing where no letter is left."""
    text = _NOT_WORDS.sub("_", name).strip("_")
    parts = text.split("_")
    while len(text) > _LONGEST and len(parts) > 1:
        parts = parts[1:]
        text = "_".join(parts)
    text = text[:_LONGEST].strip("_")
    if not re.search(r"[A-Za-z]", text):
        return ""
    return text if text[0].isalpha() else f"v{text}"
