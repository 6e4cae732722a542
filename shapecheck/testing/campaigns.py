"""Many specs tested at once, through any executor.

In: paths, and an executor of `concurrent.futures` or of something that acts as one, such as a Dask cluster.  Out: a
`Tried` for each spec, in the order of the paths, the same for every executor.  Each spec is sent as text with all
that it imports, so that no disk need be shared; shapecheck must be installed where the work is done.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Executor
from functools import partial
from itertools import chain
from pathlib import Path

from shapecheck.budgets import MEMORY_LIMIT
from shapecheck.diagnostics import render
from shapecheck.diagnostics.paint import painter
from shapecheck.diagnostics.render import WIDTH
from shapecheck.executors import ONE_AT_A_TIME, Given, in_order
from shapecheck.folders import carried, reader, specs_below
from shapecheck.record import record
from shapecheck.source import Source
from shapecheck.syntax.literate import specs_in
from shapecheck.testing.cases.amounts import Amounts
from shapecheck.testing.part_runs import Progress
from shapecheck.testing.summary import summary
from shapecheck.testing.whole_spec import chosen, test_spec


@record
class Tried:
    """The outcome for one spec: its name, whether nothing failed, and the text that `shapecheck test` prints.

    `chosen` says whether the words chose anything of it.  `undone` says why it was not tested; then it is not `ok`.
    """

    title: str
    ok: bool
    text: str
    chosen: bool = True
    undone: str | None = None


def campaign(
    paths: str | os.PathLike[str] | Iterable[str | os.PathLike[str]],
    executor: Executor | None = None,
    *,
    max_examples: int = 24,
    seed: int = 0,
    memory_limit: int = MEMORY_LIMIT,
    progress: Progress | None = None,
) -> tuple[Tried, ...]:
    """Test every spec at the paths (specs, documents, folders), each in many runs; without an executor, one by one.

    `progress` is called with the number of specs that are done, and of all.  Raises `OSError` or `UnicodeDecodeError`
    where a file cannot be read.
    """
    named = [paths] if isinstance(paths, str | os.PathLike) else list(paths)
    sources = list(_sources([os.fspath(path) for path in named]))
    work = partial(_one, amounts=Amounts(max_examples, seed, memory_limit=memory_limit))
    found = map(work, sources) if executor is None else in_order(work, sources, Given(executor), _undone)
    results: list[Tried] = []
    for result in found:
        results.append(result)
        if progress is not None:
            progress(len(results), len(sources))
    return tuple(results)


def tried(
    source: Source,
    amounts: Amounts,
    words: Sequence[str] = (),
    *,
    color: bool = False,
    width: int = WIDTH,
    verbose: bool = False,
    progress: Progress | None = None,
) -> Tried:
    """Test one spec; with `words`, only the parts whose names contain them."""
    found = test_spec(source, amounts, words, progress)
    if words and not any(chosen(source, part, words) for part in found.report.parts):
        return Tried(source.title, True, "", chosen=False)
    messages = [render(item, source, color=color, width=width) + "\n" for item in found.messages]
    line = summary(source.title, found.outcomes, found.ok, painter(color), verbose)
    return Tried(source.title, found.ok, "\n".join([*messages, line]))


def _sources(paths: Sequence[str]) -> Iterator[Source]:
    """Every spec at the paths, with all that it imports."""
    beside = reader(paths)
    files = ([*specs_below(path)] if os.path.isdir(path) else [path] for path in paths)
    for path in chain.from_iterable(files):
        text = Path(path).read_text(encoding="utf-8-sig")
        yield from (carried(source) for source in _named(path, text, beside))


def _named(path: str, text: str, beside: Callable[[Source, str], Source]) -> Iterator[Source]:
    """The specs in a text: those of its fences by their names, else the whole."""
    for section, part in (specs_in(text) or {"": text}).items():
        yield Source(path, part, beside, section)


def _one(source: Source, amounts: Amounts) -> Tried:
    with ONE_AT_A_TIME:
        return tried(source, amounts)


def _undone(source: Source, error: Exception) -> Tried:
    reason = (str(error).strip().splitlines() or [type(error).__name__])[0]
    return Tried(source.title, False, f"{source.title}: not tested", undone=reason)
