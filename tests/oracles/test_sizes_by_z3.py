"""z3, which nobody here wrote, agrees with what is said of sizes: in all specs, and in random ones.

Independent truth: z3's integers for what is proved, plain Python integers for what is refuted.  Where z3 runs out of
its limit it says nothing, and nothing is compared.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path
from random import Random

import pytest

from shapecheck.graph.model import Claim, ShapeClaim, SizeClaim
from shapecheck.infer.model import Interval, Shapes
from shapecheck.infer.regions import index_facts
from shapecheck.sizes import And, Formula, Proved, Refuted, Relation, Unknown, decide
from shapecheck.source import Source
from shapecheck.stages import block_with_claims, derive
from shapecheck.syntax import parse, tree
from shapecheck.verdict.model import Verdict, Word
from shapecheck.verdict.setting import Setting, ranges_of
from shapecheck.verdict.shape_claims import shape_claim
from shapecheck.verdict.size_claims import size_claim

from ..draws import seeds
from .random_sizes import random_spec
from .running import SPECS
from .statements import Statement, kept, written

FILES = sorted(SPECS.rglob("*.shape"))


@cache
def parts(path: Path) -> tuple[Shapes, ...]:
    """What is derived of a file: its own equations, and its blocks on their own."""
    shapes, diagnostics = derive(Source(str(path), path.read_text(encoding="utf-8")))
    assert shapes is not None, diagnostics
    alone = [block_with_claims(definition, shapes.graph)[0] for definition in shapes.graph.blocks]
    return (shapes, *(part for part in alone if part is not None))


def without_families(path: Path) -> Iterator[Shapes]:
    """Those whose sizes are single numbers; families of sizes are compared with their written-out form elsewhere
    (`tests/infer/test_size_families.py`), since a family is a function, of which this translation knows nothing.
    """
    return (shapes for shapes in parts(path) if not shapes.graph.context.families)


def ids(path: Path) -> str:
    """A short name."""
    return path.relative_to(SPECS).as_posix()


def must_agree(decision: object, statement: Statement, told: str) -> str:
    """What was decided stands: no counterexample to what is proved, and a witness that fails.  Tells what z3 said."""
    if isinstance(decision, Proved):
        found = statement.counterexample()
        assert isinstance(found, str), f"{told}: proved ({decision.method}), and fails at {found}"
        return found
    if isinstance(decision, Refuted):
        assert _fails(statement, decision.witness), f"{told}: refuted at {decision.witness}, where it does not fail"
        return "witness"
    return "left open"


def _fails(statement: Statement, witness: Mapping[str, int]) -> bool:
    """Whether the statement fails at a witness; names that it leaves out cancel, so that any value of them will do.

    Facts about such names must then be possible beside the witness, as far as z3 can tell.
    """
    left_out = statement.names() - witness.keys()
    if not left_out:
        return statement.fails_at(witness)
    known = tuple(fact for fact in statement.facts if statement.names_of(fact) <= witness.keys())
    others = {name: statement.least(name) or 1 for name in left_out}
    alone = replace(statement, facts=known).fails_at({**others, **witness})
    return alone and statement.is_possible_with(witness)


@pytest.mark.parametrize("path", FILES, ids=ids)
def test_requirements_of_specs(path: Path) -> None:
    """What equations need: that axes have entries, that windows fit, that divisions divide."""
    for shapes in without_families(path):
        context, ranges = shapes.graph.context, only_ranges(shapes)
        for item in shapes.requirements:
            used = {name: ranges[name] for name in item.relation.names & ranges.keys()}
            facts = (*context.facts, *item.facts, *index_facts(used))
            must_agree(item.decision, kept(facts, item.relation, context.lower), str(item.relation))


@pytest.mark.parametrize("path", FILES, ids=ids)
def test_size_claims_of_specs(path: Path) -> None:
    """Claims about sizes and shapes, in tests and outside, with the counts and shapes that were derived put in."""
    for shapes in without_families(path):
        for setting, claim in claims_of(shapes):
            for formula, facts, decision in asked(setting, claim):
                context = setting.context(claim)
                must_agree(decision, kept((*context.facts, *facts), formula, context.lower), claim.text)


def only_ranges(shapes: Shapes) -> dict[str, Interval]:
    """The indices that have one range in the spec: a need in a body that such an index was passed to rests on it."""
    found: dict[str, set[Interval]] = {}
    for instance in shapes.instances:
        for name, interval in instance.ranges.items():
            found.setdefault(name, set()).add(interval)
    return {name: intervals.pop() for name, intervals in found.items() if len(intervals) == 1}


def claims_of(shapes: Shapes) -> Iterator[tuple[Setting, Claim]]:
    """All claims, each with the sizes of its test."""
    yield from ((Setting(shapes, {}), claim) for claim in shapes.graph.claims)
    for test in shapes.graph.tests:
        yield from ((Setting(shapes, test.sizes, test.name), claim) for claim in test.claims)


def asked(setting: Setting, claim: Claim) -> Iterator[tuple[Formula, tuple[Formula, ...], object]]:
    """The statements that a claim's verdict rests on, with what is assumed and what was decided."""
    match claim.body:
        case SizeClaim(formula) if setting.open_quantity(formula) is None:
            verdict = size_claim(claim, setting)
            yield setting.put(formula), index_facts(ranges_of(claim.indices)), _decision(verdict)
        case ShapeClaim(value, sizes):
            for instance in setting.shapes.claims.get(claim, ()):
                derived = instance.shapes[value]
                if len(derived) == len(sizes):
                    verdict = shape_claim(claim, (instance,), setting)
                    equal = And(tuple(Relation("==", one, other) for one, other in zip(derived, sizes)))
                    yield setting.put(equal), index_facts(instance.ranges), _decision(verdict)
        case _:
            return


def _decision(verdict: Verdict) -> object:
    """A verdict about sizes as a decision."""
    match verdict.word:
        case Word.PROVED:
            return Proved(verdict.method)
        case Word.REFUTED if not verdict.claim.indices and verdict.method != "names of the axes":
            return Refuted(dict(verdict.counterexample), verdict.method)
        case _:
            return Unknown(verdict.method)


def test_random_claims() -> None:
    """Claims as text, with assumptions, read by the program and, from the syntax tree, by z3."""
    found: Counter[str] = Counter()
    for seed in seeds(500 // CLAIMS):
        found += _confirmed(random_spec(Random(seed), CLAIMS))
    assert found["unsat"] > 0.25 * found.total()
    assert found["witness"] > 0.25 * found.total()


NEVER = tree.Comparison((tree.Integer(0), tree.Integer(1)), ("==",))
CLAIMS = 10
"""In one spec, so that what is assumed is read once."""


def _confirmed(text: str) -> Counter[str]:
    """Every verdict of a spec of claims about sizes, compared."""
    source = Source("random.shape", text)
    spec = parse(source).spec
    least, facts = {}, []
    claims = {}
    for statement in spec.statements:
        match statement:
            case tree.Dim(declarations):
                for one in declarations:
                    least[one.name] = one.lower.value if isinstance(one.lower, tree.Integer) else 1
            case tree.Assume(conditions):
                facts += conditions
            case tree.Claim():
                claims[statement.span] = statement
            case _:
                raise AssertionError(statement)
    shapes, diagnostics = derive(source)
    if shapes is None or shapes.failed:
        assert any("no sizes" in item.title for item in diagnostics), f"{text}\n{diagnostics}"
        assert isinstance(written(facts, NEVER, {}, least).counterexample(), str), f"said to have no sizes: {text}"
        return Counter()
    found: Counter[str] = Counter()
    for one in shapes.graph.claims:
        assert isinstance(one.body, SizeClaim)
        setting = Setting(shapes, {})
        decision = decide(setting.context(one), setting.put(one.body.formula))
        claim = claims[one.span]
        given = facts if claim.condition is None else [*facts, claim.condition]
        told = f"{text}\n{source.text[claim.span.start : claim.span.end]}"
        found[must_agree(decision, written(given, claim.subject, {}, least), told)] += 1
    return found
