"""Equal runs of lines as blocks: a `layer` in front, one line for each use, and `repeat` for uses in a row.

Comes in: what was written of a spec.  Goes out: a shorter `Written` that means the same, its weights under new keys.
"""

from __future__ import annotations

from dataclasses import replace

from shapecheck.bridge.chains import is_temporary, joined_chains, single_stages
from shapecheck.bridge.line_runs import Around, Written
from shapecheck.bridge.rewriting import renamed, targets_of
from shapecheck.bridge.run_finder import best_block
from shapecheck.bridge.stage_repeats import with_repeats

_ROUNDS = 12
"""The most blocks of a spec."""


def in_blocks(written: Written, around: Around) -> Written:
    """The spec with blocks for its equal runs of lines."""
    written = replace(written, equations=tuple(single_stages(written.equations)))
    for _ in range(_ROUNDS):
        block = best_block(written, around)
        if block is None:
            break
        written = block.applied(written)
    equations = tuple(joined_chains(written.equations, around.kept))
    return with_repeats(_with_names(replace(written, equations=equations), around), around)


def _with_names(written: Written, around: Around) -> Written:
    """The spec with names for what is still temporary."""
    left = [name for one in written.equations for name in targets_of(one) if is_temporary(name)]
    names = {name: around.names.exact("h") for name in left}
    return replace(written, equations=tuple(renamed(statement, names) for statement in written.equations))
