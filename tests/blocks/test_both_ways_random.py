"""Random networks with a weight whose shape nobody wrote down, against the same network with its shape written.

Independent truth: the generator builds each network from left to right with sizes that it knows, so it knows the shape
of every weight.  A shape that is found must be that one; and with another one written, the spec must be refused.
"""

from __future__ import annotations

from random import Random

import pytest

from shapecheck.source import Source
from shapecheck.stages import derive

from ..graph.asking import derived

BLOCKS = """layer f(n, k) {
  input x : [..., n]
  weight W
  output y : k
  y = tanh(W @ x)
}
layer step(n) {
  dim m
  input x : [..., m], h : [..., n]
  weight W
  output h2 : n
  h2 = tanh(W @ [x; h])
}
layer pair(n) {
  input x : [..., n], h : [..., n]
  output s, d : n
  s = x + h
  d = x - h
}
layer twice(n) = f(n, n) -> f(n, n)
layer turned(n, k) = tanh -> f(n, k) -> sigm
layer passed(s) = s -> s
layer plus(n) {
  input x
  output y
  y = x + twice(n)(x)
}
dim p, q, r, n, e
input c : p, y : e
"""


def stage(draw: Random, size: str) -> tuple[str, str]:
    """A stage for vectors of this size, and the size of its result."""
    other = draw.choice(["p", "q", "r", "3", "q + r", "2p"])
    kept = [
        f"twice({size})",
        f"plus({size})",
        f"passed(f({size}, {size}))",
        f"passed(twice({size}))",
        f"repeat(n, f({size}, {size}))",
        f"repeat(n, plus({size}))",
        f"repeat(3, twice({size}))",
    ]
    changed = [(f"f({size}, {other})", other), (f"turned({size}, {other})", other)]
    return draw.choice([*((text, size) for text in kept), *changed])


def network(draw: Random) -> tuple[str, str]:
    """Equations that use a weight U, and the number of rows of U, which is passed to blocks as U @ c."""
    rows = draw.choice(["q", "r", "5", "q + r", "2p"])
    first = draw.choice(["U @ c", "tanh(U @ c)", "2 * (U @ c)"])
    lines, size = [f"a0 = {first}"], rows
    lines.append(f"k = step({rows})")
    last = "a0"
    for number in range(1, draw.randint(2, 5)):
        form = draw.randrange(4) if number > 1 else draw.randrange(3)
        if form == 0:
            lines.append(f"a{number} = step({size})(y, {last})")
        elif form == 1:
            lines.append(f"(a{number}, b{number}) = pair({size})({last}, {last})")
        else:
            text, after = stage(draw, size)
            lines.append(f"a{number} = {last} -> {text}")
            size = after
        last = f"a{number}"
    lines.append("z = k(y, a0)" if draw.random() < 0.5 else "z = a0")
    head, tail = lines[:1], lines[1:]
    draw.shuffle(tail)
    return "\n".join([*head, *tail]) + "\n", rows


@pytest.mark.parametrize("seed", range(60))
def test_the_shape_that_is_found_is_the_one_that_was_left_out(seed: int) -> None:
    """U has the rows that the first block takes, whatever comes after it and in which order it is written."""
    text, rows = network(Random(seed))
    written = derived(BLOCKS + f"weight U : {rows if ' ' not in rows else f'({rows})'} x p\n" + text)
    found = derived(BLOCKS + "weight U\n" + text)
    for name, cells in written.cells.items():
        assert [cell.shape for cell in cells] == [cell.shape for cell in found.cells[name]], (name, text)


@pytest.mark.parametrize("seed", range(0, 60, 6))
def test_another_shape_is_refused(seed: int) -> None:
    """With 7 rows written, which no block takes, the spec is wrong."""
    text, _ = network(Random(seed))
    shapes, diagnostics = derive(Source("test.shape", BLOCKS + "weight U : 7 x p\n" + text))
    assert any(item.level == "error" for item in diagnostics), text
    assert shapes is None or shapes.failed or shapes.broken
