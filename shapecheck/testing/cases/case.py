"""One case: sizes, a kind of numbers, a seed; and the plans of a spec, each compiled once for its sizes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field

from shapecheck.execute import Plan, Run, compile
from shapecheck.execute.run_state import Array
from shapecheck.infer.model import Shapes
from shapecheck.record import record
from shapecheck.testing.cases.fills import DRAWN, fill

MOST_PLANS = 64


@record
class Case:
    """One run: `kind` is one of `fills.KINDS`."""

    sizes: Mapping[str, int] = field(hash=False)
    kind: str = "grid"
    seed: int = 0

    def options(self) -> str:
        """The options of `shapecheck run` that run it again."""
        sizes = ",".join(f"{name}={value}" for name, value in self.sizes.items())
        data = "" if self.kind == "grid" else f" --data {self.kind}"
        seed = f" --seed {self.seed}" if self.kind in DRAWN else ""
        return (f" --set {sizes}" if sizes else "") + data + seed


@record(frozen=False)
class Runs:
    """Runs of one spec."""

    shapes: Shapes
    memory_limit: int
    _plans: dict[tuple[tuple[str, int], ...], Plan] = field(default_factory=dict)

    def run(self, case: Case) -> Run:
        """The run of a case; raises what a run raises."""
        return self.plan(case.sizes).run(self.data(case), seed=case.seed)

    def data(self, case: Case) -> dict[str, Array]:
        """The numbers of a case; none for those that a run draws itself."""
        if case.kind == "grid":
            return {}
        setting = self.plan(case.sizes).setting
        return fill(setting.shapes, setting.layout, setting.env, case.kind, case.seed)

    def plan(self, sizes: Mapping[str, int]) -> Plan:
        """The plan for these sizes."""
        key = tuple(sorted(sizes.items()))
        if key not in self._plans:
            if len(self._plans) >= MOST_PLANS:
                self._plans.clear()
            self._plans[key] = compile(self.shapes, sizes, memory_limit=self.memory_limit)
        return self._plans[key]
