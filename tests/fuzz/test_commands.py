"""No text makes a command break off: it ends, with an exit code that README names, and without a traceback.

Independent truth: the list of exit codes.  The texts are specs with random changes; the commands and their options are
random, too, and the same in every run.
"""

from __future__ import annotations

import os
from collections import Counter
from pathlib import Path
from random import Random

import pytest

from shapecheck.source import Source
from shapecheck.stages import derive
from shapecheck.syntax import parse
from shapecheck.syntax.formatting import format_source

from ..draws import seeds
from .commands import command, obey
from .mutations import LONGEST, mutant

OFFLINE = "SHAPECHECK_DRAWS" in os.environ


def test_every_command_on_changed_specs(tmp_path: Path) -> None:
    """All commands; some texts are still right, most are not."""
    found: Counter[int] = Counter()
    for seed in seeds(250):
        random = Random(seed)
        text = mutant(random, 20_000 if OFFLINE and seed % 10 == 0 else LONGEST)
        found[obey(command(random, text, tmp_path / "a.shape"), text, tmp_path / "a.shape")] += 1
    assert set(found) >= {0, 1}


FOUND = {
    "a stage of a repeat without an input": (
        "layer square() {\n  dim n\n  output y\n  y = [reshape(stack[i in 1..n] x, n * n); 1]\n}\n"
        "dim d, L\ninput x : d\ny = x -> repeat(L, square)\n",
        ("check",),
    ),
    "a field through thousands of layers": (
        "layer f0() = dense(3)\n"
        + "".join(f"layer f{one + 1}() = f{one} -> f{one}\n" for one in range(8))
        + "dim n\ninput x : n\ny = x -> f8\n",
        ("table", "--columns", "name,receptive-field"),
    ),
}


@pytest.mark.parametrize("case", FOUND)
def test_what_was_found(case: str, tmp_path: Path) -> None:
    """Each of these broke off with an internal error."""
    text, words = FOUND[case]
    obey([*words, str(tmp_path / "a.shape")], text, tmp_path / "a.shape")


def test_layout_of_changed_specs() -> None:
    """What the formatter writes it leaves as it is, and it says the same."""
    for seed in seeds(400):
        source = Source("a.shape", mutant(Random(seed)))
        once = Source("a.shape", format_source(source))
        assert format_source(once) == once.text, source.text
        before, after = parse(source), parse(once)
        if not before.diagnostics:
            assert not after.diagnostics, source.text
            assert before.spec == after.spec, source.text


def test_shapes_of_changed_specs() -> None:
    """Deriving ends with shapes or with messages."""
    for seed in seeds(250):
        source = Source("a.shape", mutant(Random(-1 - seed)))
        shapes, diagnostics = derive(source)
        assert shapes is not None or diagnostics, source.text
