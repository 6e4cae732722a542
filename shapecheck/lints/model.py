"""The subject of a lint: the shapes of a spec, or of one block of it on its own, with the verdicts on its claims."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from shapecheck.diagnostics.model import Diagnostic
from shapecheck.graph.block_definitions import Definition
from shapecheck.infer.model import Shapes
from shapecheck.record import record
from shapecheck.sizes import is_used_up
from shapecheck.verdict.model import Verdict
from shapecheck.verdict.runs import Runner

MOST_EQUATIONS = 150
"""Most equations, blocks put in place, of a spec that is derived again."""


@record(eq=False)
class Subject:
    """A spec, or a block looked at on its own (`block` is then its definition).

    `runner` has made the runs that the verdicts rest on; `remarks`: whether mere information is wanted too.
    """

    runner: Runner
    verdicts: Sequence[Verdict] = ()
    block: Definition | None = None
    remarks: bool = False

    @property
    def shapes(self) -> Shapes:
        """Blocks put in place."""
        return self.runner.shapes

    @property
    def applied(self) -> Shapes:
        """Blocks as they are applied."""
        return self.shapes.origin or self.shapes

    @property
    def is_small(self) -> bool:
        """Whether deriving it again takes little time; else lints that need it are skipped."""
        return len(self.shapes.instances) <= MOST_EQUATIONS and not is_used_up()


@record(eq=False)
class Lint:
    """`look` finds what the codes are about; with `of_applications` in a block where it is applied, if it is."""

    codes: tuple[str, ...]
    look: Callable[[Subject], Iterable[Diagnostic]]
    of_applications: bool = False
