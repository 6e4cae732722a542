"""Evidence on one claim, in numbers: counterexamples of a run confirmed exactly, and literal data decided exactly.

In: a claim, its instances, a case.  Out: what was found; a failure only where the exact evaluation of the defining
equations says so at the very numbers that the run had.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import Any

from shapecheck.execute import Run
from shapecheck.graph.model import Claim
from shapecheck.infer.model import Instance, Shapes
from shapecheck.record import record
from shapecheck.terms.scalars.exact import Meter
from shapecheck.verdict.compare import Spot, spots, where
from shapecheck.verdict.exactly import WORK, Exactly, Finding, Open, choice, exactly
from shapecheck.verdict.runs import Case, Runner


@record
class Evidence:
    """The evidence of one case on a claim.

    `failure`: the claim fails there, with the numbers.  `note`: the run's numbers fail, and not for certain; `clear` if
    by far more than rounding, and nothing better is known.
    """

    failure: tuple[str, ...] | None = None
    note: str | None = None
    clear: bool = False
    idle: bool = False
    """Whether the claim's `when` is false for all entries of the run."""


def in_run(claim: Claim, instances: Sequence[Instance], run: Run, case: Case, meter: Meter | None = None) -> Evidence:
    """The evidence of a run on a claim: confirmed counterexamples, else what seemed to be one."""
    exact = exactly(run.setting.shapes, case, run, meter or Meter(WORK))
    assert exact is not None, "the run has written them out"
    doubt: Evidence | None = None
    for instance in instances:
        for spot in spots(claim, instance, run):
            evidence = _looked_at(claim, instance, spot, exact)
            if evidence.failure is not None:
                return evidence
            if doubt is None or evidence.clear > doubt.clear:
                doubt = evidence
    return doubt or Evidence(idle=not any(_compares(claim, instance, run) for instance in instances))


def _compares(claim: Claim, instance: Instance, run: Run) -> bool:
    """Whether the claim's `when` leaves in an entry of a run."""
    chosen = choice(claim, instance)
    return chosen is None or bool(run.evaluate(instance, chosen).any())


def tried(
    claim: Claim, instances: Sequence[Instance], runner: Runner, case: Case, meter: Meter | None = None
) -> Evidence | None:
    """The evidence of a run of a case on a claim; None where there was no run."""
    run = runner.run(case)
    if run is None:
        return None
    if runner.shapes.grows:
        instances = run.setting.shapes.claims.get(claim, tuple(instances))
    return in_run(claim, instances, run, case, meter)


def _looked_at(claim: Claim, instance: Instance, spot: Spot, exact: Exactly) -> Evidence:
    """An entry where a run's numbers fail, evaluated exactly."""
    place = where(instance, spot)
    try:
        finding = exact.at(claim, instance, spot)
    except Open as stop:
        told = f"{place}{_numbers(spot.sides)} in the run, and {stop.why}"
        return Evidence(note=told, clear=not (stop.close or spot.near))
    if finding.holds:
        return Evidence(note=f"{place}{_numbers(spot.sides)} in the run, which rounds; computed exactly, it holds")
    return Evidence((f"{place}{said(finding)}{_count(spot)}",))


# ---- literal data ------------------------------------------------------------------------------


@record
class Computed:
    """A claim on literal data, evaluated exactly in every entry.

    `holds` None: in some entry it could not be told, `why`; `costly` where only for the work that it would take.
    `idle`: the claim's `when` is false for all entries.
    """

    holds: bool | None
    exact: bool = True
    detail: tuple[str, ...] = ()
    why: str = ""
    costly: bool = False
    idle: bool = False


def on_literals(claim: Claim, instances: Sequence[Instance], shapes: Shapes, case: Case) -> Computed | None:
    """A claim on literal data decided; None where its shapes cannot be written out."""
    exact = exactly(shapes, case, None, Meter(WORK))
    if exact is None:
        return None
    return in_every_entry(claim, exact.shapes.claims.get(claim, instances) if shapes.grows else instances, exact)


def in_every_entry(claim: Claim, instances: Sequence[Instance], exact: Exactly) -> Computed:
    """A claim evaluated exactly in all its entries; `ExecutionError` where it has no value in one of them."""
    total, wrong, first, stop, all_exact = 0, 0, "", None, True
    for instance, spot in _all_spots(claim, instances, exact):
        if not exact.compares(claim, instance, spot):
            continue
        total += 1
        try:
            finding = exact.at(claim, instance, spot)
        except Open as problem:
            stop = stop or problem
            if problem.costly:
                break
            continue
        all_exact = all_exact and finding.exact
        if not finding.holds:
            first = first or f"{where(instance, spot)}{said(finding)}"
            wrong += 1
    if wrong:
        count = f" ({wrong} of {total} entries)" if total > 1 and stop is None else ""
        return Computed(False, all_exact, (f"{first}{count}",))
    if stop is not None:
        return Computed(None, why=stop.why, costly=stop.costly)
    return Computed(True, all_exact, idle=not total)


def _all_spots(claim: Claim, instances: Sequence[Instance], exact: Exactly) -> Iterator[tuple[Instance, Spot]]:
    for instance in instances:
        for spot in exact.spots(claim, instance):
            yield instance, spot


# ---- numbers as text ---------------------------------------------------------------------------


def said(finding: Finding) -> str:
    """The numbers that were compared."""
    return _numbers(finding.sides)


def _numbers(sides: tuple[Any, ...]) -> str:
    if not sides:
        return "the condition is false"
    if len(sides) == 1:
        return f"the entry is {shown(sides[0])}"
    left, right = sides
    texts = shown(left), shown(right)
    if texts[0] == texts[1]:
        texts = shown(left, 40), shown(right, 40)
    return f"left {texts[0]}, right {texts[1]}"


def shown(value: Any, digits: int = 17) -> str:
    """A number for a reader: integers whole, fractions as decimals where these are exact, else as fractions."""
    if isinstance(value, Fraction):
        return _fraction(value, digits)
    if isinstance(value, int):
        return str(value) if value.bit_length() < 10_000 else f"an integer of {value.bit_length()} bits"
    if isinstance(value, float):
        return repr(value)
    text: str = value.text(digits)
    return text


def _fraction(value: Fraction, digits: int) -> str:
    short = value.numerator.bit_length() + value.denominator.bit_length() < 1000
    if short and Fraction(float(value)) == value:
        return repr(float(value))
    if len(str(value.denominator)) <= 20 and abs(value.numerator) < 10**20:
        return f"{value.numerator}/{value.denominator}"
    from shapecheck.terms.scalars.intervals import between

    return between(value, value, 4 * digits).text(digits)


def _count(spot: Spot) -> str:
    return f" ({spot.wrong} of {spot.total} entries)" if spot.total > 1 else ""
