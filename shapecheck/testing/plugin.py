"""The plugin of pytest: `pytest specs/` collects `*.shape`, an item for each claim, test case and property.

Failures are shown as `shapecheck check` and `shapecheck test` show it, with carets and without a traceback.  The active
profile of Hypothesis sets the number of cases, and whether they are always the same; `-p no:shapecheck` turns the
plugin off.  Nothing is imported here that pytest has not imported, until a spec is collected.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from shapecheck.checked import Part, Report
    from shapecheck.diagnostics import Diagnostic
    from shapecheck.source import Source
    from shapecheck.testing.cases.amounts import Amounts
    from shapecheck.testing.listing import Listed
    from shapecheck.testing.part_runs import Outcome


class Failed(Exception):
    """The mistakes of a spec as text; never an error of this program."""


class SpecFile(pytest.File):
    """A spec; checked when the first of its items is run, each of its parts tried once."""

    def collect(self) -> Iterator[SpecItem]:
        """One item for the shapes, then claims, tests and properties, in the order of the text."""
        from shapecheck.testing.listing import listed

        for entry in listed(self.source):
            yield SpecItem.from_parent(self, name=entry.name, entry=entry)

    @cached_property
    def source(self) -> Source:
        """The text; files that it imports may lie beside it or where pytest was told to look."""
        from shapecheck.folders import reader
        from shapecheck.source import Source

        named = [str(self.path), *(str(path) for item in self.config.args if (path := _folder(item)).exists())]
        return Source(self.nodeid or str(self.path), self.path.read_text(encoding="utf-8-sig"), reader(named))

    @cached_property
    def report(self) -> Report:
        """The report of a check."""
        from shapecheck.testing.whole_spec import checked

        return checked(self.source, self.amounts.memory_limit)

    @cached_property
    def amounts(self) -> Amounts:
        """The amounts of the profile of Hypothesis."""
        from shapecheck.testing.cases.profiles import amounts

        return amounts(self.config.getoption("hypothesis_seed", None))

    @cached_property
    def _outcomes(self) -> dict[str, Outcome]:
        return self.config.stash.setdefault(_OUTCOMES, {}).setdefault(self, {})

    def outcome(self, part: Part) -> Outcome:
        """The outcome of running one part."""
        from shapecheck.testing.part_runs import test_part

        if part.name not in self._outcomes:
            self._outcomes[part.name] = test_part(part, self.amounts)
        return self._outcomes[part.name]


class SpecItem(pytest.Item):
    """A claim, a test case or a property of a spec."""

    parent: SpecFile

    def __init__(self, *, entry: Listed, **rest: Any) -> None:
        super().__init__(**rest)
        self.entry = entry
        self.funcargs: dict[str, object] = {}  # pytest-lsp, where it is installed, looks for fixtures in every item

    def runtest(self) -> None:
        """Pass, be skipped where the shapes have errors, or raise `Failed`."""
        from shapecheck.testing.listing import NotApplicable, wrong

        file = self.parent
        try:
            found = wrong(self.entry, file.report, file.outcome)
        except NotApplicable as reason:
            pytest.skip(str(reason))
        if found:
            raise Failed(_rendered(found, file.source, self.config))

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        """The message alone; a traceback only for a bug of ours."""
        return str(excinfo.value) if isinstance(excinfo.value, Failed) else super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[Path, int, str]:
        """The place of the item: file, line from 0, name."""
        return self.path, self.entry.line - 1, self.name


_OUTCOMES = pytest.StashKey[dict[SpecFile, "dict[str, Outcome]"]]()


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> SpecFile | None:
    """Specs, by their ending."""
    return SpecFile.from_parent(parent, path=file_path) if file_path.suffix == ".shape" else None


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    """A line for each spec: how many sizes were run, and what they covered."""
    found = config.stash.get(_OUTCOMES, {})
    if not found:
        return
    from shapecheck.diagnostics.paint import painter
    from shapecheck.testing.summary import summary

    terminalreporter.section("specs")
    paint = painter(bool(terminalreporter.hasmarkup))
    for file, outcomes in found.items():
        parts = tuple(outcomes.values())
        ok = file.report.ok and not any(outcome.failures for outcome in parts)
        terminalreporter.write_line(summary(file.source.name, parts, ok, paint, config.get_verbosity() > 0))


def _rendered(found: list[Diagnostic], source: Source, config: pytest.Config) -> str:
    from shapecheck.diagnostics import render

    reporter = config.pluginmanager.get_plugin("terminalreporter")
    color = bool(reporter is not None and reporter.hasmarkup)
    return "\n\n".join(render(item, source, color=color) for item in found)


def _folder(argument: str) -> Path:
    return Path(argument.partition("::")[0])
