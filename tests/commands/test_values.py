"""Values of options: amounts of memory against their definition, sizes against what was typed."""

from __future__ import annotations

import click
import pytest

from shapecheck.commands.option_values import Memory, parse_inputs, parse_sizes


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("4GiB", 4 * 2**30),
        ("4gib", 4 * 2**30),
        ("512 MiB", 512 * 2**20),
        ("2GB", 2 * 10**9),
        ("1.5k", 1500),
        ("1Ti", 2**40),
        ("123", 123),
        ("123B", 123),
    ],
)
def test_memory(text: str, count: int) -> None:
    """KiB and the like are powers of 1024, kB and the like of 1000 (IEC 80000-13)."""
    assert Memory().convert(text, None, None) == count


@pytest.mark.parametrize("text", ["", "lots", "-1GiB", "4 G i B", "0", "4PiB", "GiB", "1e9"])
def test_no_memory(text: str) -> None:
    """Anything else is refused with an example."""
    with pytest.raises(click.BadParameter, match="write it like 4GiB"):
        Memory().convert(text, None, None)


def test_sizes() -> None:
    """Of all options together, in their order; blanks do not matter, the same twice is no contradiction."""
    assert parse_sizes(["p=4, d = 3", "T=0", "p=4"]) == {"p": 4, "d": 3, "T": 0}
    assert list(parse_sizes(["b=1,a=2"])) == ["b", "a"]
    assert parse_sizes([]) == parse_sizes([""]) == {}


@pytest.mark.parametrize("text", ["p", "=3", "p=", "p=3;d=2", "p==3", "p=1.5", "2p=3", "p=0x10", "p=١"])
def test_no_sizes(text: str) -> None:
    """Whole numbers in decimal digits, under a name, and nothing else."""
    with pytest.raises(click.BadParameter):
        parse_sizes([text])


def test_inputs() -> None:
    """A path may hold anything, further `=` too."""
    assert parse_inputs(["x=a=b.npy", "W=/data/w.npy"]) == {"x": "a=b.npy", "W": "/data/w.npy"}
    with pytest.raises(click.BadParameter, match="given twice"):
        parse_inputs(["x=a.npy", "x=b.npy"])
